"""Rolling-origin back-test of methods that forecast a panel of stocks or counts (docs/method.md, section 17).

Every method is given what was known at each origin and is scored at each horizon on what came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.evidence.forecasts import Forecast, Method
from pipeline.evidence.scores import bias, crps_of_points, mean_absolute_percentage_error, scaled_errors, usual_step
from pipeline.evidence.stock_growth_forecast import first_origin
from pipeline.evidence.stock_panel import Panel
from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.reference import stock_forecast

HORIZONS = (3, 6, 12, 24)
"""Months ahead, by the project's method (docs/method.md, section 17)."""


def horizons_of(panel: Panel) -> list[int]:
    """Horizons at which a panel has an origin to score that has an earlier month to learn from."""
    last = len(panel.months) - 1
    return [horizon for horizon in HORIZONS if first_origin(panel) + 2 * horizon <= last]


def origins_of(panel: Panel) -> list[int]:
    """Places of the origins, first to last: so many that a year ahead has its number of them, if it can.

    They lie `months_between_origins` apart, or closer where that gives too few (stock_forecast.yaml). Empty where the
    panel is too short for any horizon.
    """
    horizons = horizons_of(panel)
    if not horizons:
        return []
    first, last = first_origin(panel) + max(horizons), len(panel.months) - 1
    room = last - min(MONTHS_IN_YEAR, max(horizons)) - first
    most = int(stock_forecast("months_between_origins"))
    apart = int(np.clip(room // (stock_forecast("origins") - 1), 1, most))
    return list(range(last - min(horizons), first - 1, -apart))[::-1]


def backtest(panel: Panel, methods: Mapping[str, Method]) -> pd.DataFrame:
    """One row a method, horizon, origin and series: what was said and what came.

    Columns: method, horizon (months), origin (month), series, parent, came, centre, low and high (80 % interval), crps
    (in the panel's unit) and step (what usually changes in a horizon, before the origin). Each horizon has its latest
    `origins` (stock_forecast.yaml). Empty where the panel is too short.
    """
    horizons, origins = horizons_of(panel), origins_of(panel)
    if not origins:
        return pd.DataFrame()
    said = {name: method(panel, origins, horizons) for name, method in methods.items()}
    return pd.concat(
        [
            _rows(panel, name, horizon, place, origins, of)
            for name, of in said.items()
            for place, horizon in enumerate(horizons)
        ],
        ignore_index=True,
    )


def _rows(
    panel: Panel, name: str, horizon: int, place: int, origins: Sequence[int], said: Sequence[Forecast]
) -> pd.DataFrame:
    scored = [each for each in zip(origins, said, strict=True) if each[0] + horizon < len(panel.months)]
    latest = scored[-int(stock_forecast("origins")) :]
    frame = pd.concat([_of_origin(panel, horizon, place, origin, forecast) for origin, forecast in latest])
    return frame.assign(method=name, horizon=horizon)


def _of_origin(panel: Panel, horizon: int, place: int, origin: int, forecast: Forecast) -> pd.DataFrame:
    came = panel.values[:, origin + horizon]
    low, high = forecast.interval()
    return pd.DataFrame(
        {
            "origin": panel.months[origin],
            "series": panel.series,
            "parent": panel.parents,
            "came": came,
            "centre": forecast.centre[:, place],
            "low": low[:, place],
            "high": high[:, place],
            "crps": crps_of_points(forecast.points[:, place], came),
            "step": [usual_step(series, horizon) for series in panel.as_known(origin)],
        }
    )


def scored(rows: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Scores of the rows of `backtest` by method, horizon and whatever else is asked for.

    mape, bias: per cent; mase: 1 is the error of saying that nothing changes; crps: per cent of what came, so that
    series of all sizes count alike; coverage: share within the 80 % interval; origins and series: how many.
    """
    keys = ["method", "horizon", *by]
    return pd.DataFrame(
        [{**dict(zip(keys, key, strict=True)), **_scores(group)} for key, group in rows.groupby(keys, sort=False)]
    )


def _scores(rows: pd.DataFrame) -> dict[str, float]:
    came, centre = rows["came"].to_numpy(), rows["centre"].to_numpy()
    return {
        "mape": mean_absolute_percentage_error(centre, came),
        "mase": float(np.nanmean(scaled_errors(centre, came, rows["step"]))),
        "bias": bias(centre, came),
        "crps": float(100 * np.mean(rows["crps"] / came)),
        "coverage": float(np.mean((rows["low"] <= came) & (came <= rows["high"]))),
        "origins": rows["origin"].nunique(),
        "series": rows["series"].nunique(),
    }


def verdicts(scores: pd.DataFrame, ours: str, score: str = "mape") -> Iterator[tuple[int, str, str, float]]:
    """By horizon: better, level or worse than the best other method, which one that is, and our score over its."""
    for horizon, at in scores.groupby("horizon"):
        mine = float(at.loc[at["method"] == ours, score].iloc[0])
        others = at[at["method"] != ours].set_index("method")[score]
        ratio = mine / float(others.min())
        yield int(horizon), verdict(ratio), str(others.idxmin()), ratio


def verdict(ratio: float) -> str:
    """What a score over another says: better below 1, worse above it, level within `level_within`."""
    slack = stock_forecast("level_within")
    if abs(ratio - 1) <= slack:
        return "level"
    return "better" if ratio < 1 else "worse"
