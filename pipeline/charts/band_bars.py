"""Horizontal bars by band, in the order of the bands, one panel a group, all on one scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from pipeline.charts.alt_words import NAMED
from pipeline.charts.chart import Chart
from pipeline.charts.theme import SERIES, look, wrapped


def band_bars(
    panels: Sequence[Axes],
    frame: pd.DataFrame,
    series: str,
    band: str,
    value: str,
    says: Callable[[float], str],
    unit: str,
    *,
    order: Sequence[str],
) -> Chart:
    """A panel for each value of `series`, its bands from the bottom up in this order, bars from zero.

    The bands of all panels are the same, so that the eye can compare shapes; a band without a row has no bar.
    Raises ValueError where no band has a value.
    """
    if frame[value].isna().all():
        raise ValueError(f"there is nothing to draw: no band has a value of {unit}")
    names = list(dict.fromkeys(frame[series]))
    bands = [name for name in order if name in set(frame[band])]
    limit = float(frame[value].max()) * 1.06 or 1
    with look():
        for axes, name in zip(panels, names, strict=True):
            rows = frame[frame[series] == name].set_index(band)[value].reindex(bands).astype(float).fillna(0)
            axes.barh(bands, rows, color=SERIES[0], height=0.82)
            axes.set_xlim(0, limit)
            axes.set_title(wrapped(name, 30))
            axes.set_xlabel(unit)
            axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
            axes.grid(visible=False, axis="y")
            axes.tick_params(axis="y", labelsize=8, length=0)
    return Chart(_alt(frame, series, band, value, says, unit), frame[[series, band, value]].reset_index(drop=True))


def _alt(frame: pd.DataFrame, series: str, band: str, value: str, says: Callable[[float], str], unit: str) -> str:
    known = frame.dropna(subset=[value])
    most = known.loc[known.groupby(series, sort=False)[value].idxmax()]
    parts = [f"{row[series]} {row[band]} ({says(row[value])})" for row in most.to_dict("records")]
    if len(parts) > NAMED:
        ranked = most.sort_values(value, kind="stable")
        largest, least = (
            f"{row[series]}, {row[band]} ({says(row[value])})" for row in (ranked.iloc[-1], ranked.iloc[0])
        )
        return (
            f"Bar charts of {unit.lower()} by band, {len(parts)} in all. The largest band of one is highest in "
            f"{largest}, and lowest in {least}."
        )
    return f"Bar charts of {unit.lower()} by band. The largest band is: {'; '.join(parts)}."
