"""Every count of staff by age that the document shows, protected together: tables, figures, sentences, indicators.

One set of people lies behind all of them (those whose age is known), so they share totals, and a count that is hidden
in one must not be told by another.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.metrics.ages import people_by_band, share_older
from pipeline.metrics.indicators.parts import ALL_PILLARS, SYSTEM
from pipeline.metrics.retirement import HORIZONS, ages_between, retirement_age, retirement_by
from pipeline.reference import indicator
from pipeline.report.linked import People, View, Whom, everyone, hidden_cells

BY = ["pillar", "profession"]
WITHIN = f"within_{HORIZONS[-1]}"
TOLD_BY = {
    "staff_headcount": ["people"],
    "participation": ["people"],
    "share_55_plus": ["people", "older"],
    **{f"retirement_{years}y": ["people", "near", "reached", WITHIN] for years in HORIZONS[:-1]},
    f"retirement_{HORIZONS[-1]}y": ["people", "near"],
}
"""Counts that each indicator tells, alone or beside the others of its organisation and pillar."""


def ages_hidden(
    aged: pd.DataFrame, latest: pd.DataFrame, employers: Sequence[str], rule: str
) -> dict[str, pd.DataFrame]:
    """What to hide of all counts of staff by age, by the name of what shows them.

    Takes the results of ages.staff_by_age and of latest_values. Returns frames of True and False, as `linked` gives
    them: bands (of people_by_band), older (of share_older by pillar and profession), retirement (of retirement_by),
    sentence (one row: people, older) and indicators (the index of `latest`, a column `value`).
    """
    older, reached, within, near = _older, _near(0, np.inf), _near(-HORIZONS[-1], 0), _near(-HORIZONS[-1], np.inf)
    split: dict[str, Whom] = {"people": everyone, "older": older}
    ages: dict[str, Whom] = {"people": everyone, "reached": reached, WITHIN: within}
    exposure = retirement_by(aged, BY)
    retired = exposure.assign(**{name: exposure[name].round() for name in ages})
    rest = [("people", "older")]
    of_cells = _told(aged, latest, employers, {**ages, "older": older, "near": near})
    views = {
        "bands": View(people_by_band(aged), ["pillar", "age_band"], {"headcount": everyone}),
        "older": View(share_older(aged, BY), BY, split, implied=rest),
        "retirement": View(retired, BY, ages, rounded=not _are_whole(exposure, list(ages))),
        "sentence": View(_counted(aged.assign(all="all"), ["all"], split), [], split, rest, exact=True, worth=8),
        "indicators": View(
            of_cells,
            ["employer", "pillar"],
            {**ages, "older": older, "near": near},
            rest,
            SYSTEM,
            exact=True,
            complete=False,
        ),
    }
    people = People(aged, [["employer", *BY], ["age_band", "from_age"]])
    masks = hidden_cells(views, people, rule)
    return {**masks, "indicators": _of_indicators(latest, of_cells, masks["indicators"])}


def _older(parts: pd.DataFrame) -> pd.Series:
    return parts["from_age"] >= indicator("older_from_age")


def _near(first: float, last: float) -> Whom:
    """The share of a band's people between two ages, counted from the retirement age."""
    return lambda parts: ages_between(parts["age_band"], retirement_age() + first, retirement_age() + last)


def _are_whole(frame: pd.DataFrame, columns: list[str]) -> bool:
    return bool((frame[columns] % 1 == 0).all(axis=None))


def _counted(rows: pd.DataFrame, by: list[str], whom: dict[str, Whom]) -> pd.DataFrame:
    """People of each group that each count counts."""
    people = rows["headcount"].astype("float64")
    counts = {name: people * share(rows).astype("float64") for name, share in whom.items()}
    summed: pd.DataFrame = rows[by].assign(**counts).groupby(by, as_index=False).sum()
    return summed


def _told(aged: pd.DataFrame, latest: pd.DataFrame, employers: Sequence[str], whom: dict[str, Whom]) -> pd.DataFrame:
    """The counts of staff by age of each organisation and pillar that some indicator is given for."""
    every = [aged, aged.assign(employer=SYSTEM), aged.assign(pillar=SYSTEM)]
    rows = pd.concat([*every, aged.assign(employer=SYSTEM, pillar=SYSTEM)], ignore_index=True)
    counts = _counted(rows, ["employer", "pillar"], whom)
    shown = latest[latest["indicator"].isin(list(TOLD_BY)) & latest["organisation"].isin([*employers, SYSTEM])]
    cells = _cells_of(shown).drop_duplicates()
    return counts.merge(cells, on=["employer", "pillar"])


def _cells_of(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {"employer": rows["organisation"], "pillar": rows["pillar"].replace({ALL_PILLARS: SYSTEM})}, index=rows.index
    )


def _of_indicators(latest: pd.DataFrame, cells: pd.DataFrame, mask: pd.DataFrame) -> pd.DataFrame:
    """Which indicators tell a count that is hidden, in the order of the latest values."""
    places = pd.MultiIndex.from_frame(_cells_of(latest))
    by_place = mask.set_axis(pd.MultiIndex.from_frame(cells[["employer", "pillar"]]))
    counts = by_place.reindex(places).set_axis(latest.index).eq(True)
    hidden = pd.Series(False, index=latest.index)
    for name, told in TOLD_BY.items():
        hidden |= (latest["indicator"] == name) & counts[told].any(axis="columns")
    return hidden.to_frame("value")
