"""Likelihood by impact: the ids of risks in the cells, each cell named by its level as well as coloured."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.patches import Rectangle

from pipeline.charts.chart import Chart
from pipeline.charts.heat_map import letters_on
from pipeline.charts.lettering import listed, plain, refuse_without
from pipeline.charts.theme import MUTED, SERIES, look, wrapped

SHADES = LinearSegmentedColormap.from_list("one hue, light", ["#ffffff", SERIES[0]])
DARKEST = 0.55
"""Of the darkest cell, so that what is written in it stands out."""
LETTERS = 17
"""Of a line of ids in a cell."""
HEIGHT = 4.6
"""Inches of the figure."""


def risk_map(
    axes: Axes,
    risks: pd.DataFrame,
    level: Callable[[int], str],
    likelihoods: Sequence[str],
    impacts: Sequence[str],
) -> Chart:
    """Risks by impact from left to right and by likelihood from below, their ids in the cell they belong to.

    `risks` has id, likelihood and impact, each a class from 1. `level` names the level of a score (likelihood x
    impact), which stands small in each cell; `likelihoods` and `impacts` name the classes, lowest first. Raises
    ValueError for no rows, a missing column or a class without a name. The table behind it is `risks`, worst first.
    """
    refuse_without(risks, ["id", "likelihood", "impact"], "A map of risks")
    rows = risks.astype({"likelihood": int, "impact": int})
    for name, names in (("likelihood", likelihoods), ("impact", impacts)):
        if not rows[name].between(1, len(names)).all():
            raise ValueError(f"A map of risks has classes of {name} from 1 to {len(names)}.")
    most = len(likelihoods) * len(impacts)
    with look():
        for likelihood in range(1, len(likelihoods) + 1):
            for impact in range(1, len(impacts) + 1):
                own = rows.loc[(rows["likelihood"] == likelihood) & (rows["impact"] == impact), "id"]
                _cell(axes, impact, likelihood, list(own.astype(str)), level(likelihood * impact), most)
        _names(axes, likelihoods, impacts)
    table = rows.assign(score=rows["likelihood"] * rows["impact"])
    table = table.assign(level=table["score"].map(level)).sort_values("score", ascending=False, kind="stable")
    return Chart(_alt(table), table.reset_index(drop=True))


def _cell(axes: Axes, impact: int, likelihood: int, ids: list[str], level: str, most: int) -> None:
    colour = to_rgb(SHADES(DARKEST * impact * likelihood / most))
    axes.add_patch(Rectangle((impact - 1, likelihood - 1), 1, 1, facecolor=colour, edgecolor=MUTED, linewidth=0.6))
    ink = letters_on(colour)
    axes.text(impact - 0.95, likelihood - 0.06, plain(level), ha="left", va="top", fontsize=7.5, color=ink)
    words = wrapped(", ".join(ids), LETTERS, 3)
    axes.text(
        impact - 0.5, likelihood - 0.58, words, ha="center", va="center", fontsize=9, fontweight="bold", color=ink
    )


def _names(axes: Axes, likelihoods: Sequence[str], impacts: Sequence[str]) -> None:
    axes.set_xlim(0, len(impacts))
    axes.set_ylim(0, len(likelihoods))
    axes.set_xticks([number + 0.5 for number in range(len(impacts))], labels=_numbered(impacts))
    axes.set_yticks([number + 0.5 for number in range(len(likelihoods))], labels=_numbered(likelihoods))
    axes.set_xlabel("Impact")
    # A name beside the upright axis would have to be read sideways.
    axes.set_title("Likelihood", loc="left", fontsize=9, fontweight="normal", color=MUTED)
    axes.tick_params(axis="both", length=0, labelsize=8.5)
    axes.grid(visible=False)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _numbered(names: Sequence[str]) -> list[str]:
    return [plain(f"{number} {name}") for number, name in enumerate(names, start=1)]


def _alt(table: pd.DataFrame) -> str:
    parts = [
        f"{listed(list(rows['id'].astype(str)))} {'is' if len(rows) == 1 else 'are'} {level}"
        for level, rows in table.groupby("level", sort=False)
    ]
    return f"Map of {len(table)} risk{'' if len(table) == 1 else 's'} by likelihood and impact: {'; '.join(parts)}."
