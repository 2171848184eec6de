"""Every count of joiners and leavers of a year that the document shows, protected together.

The tables by profession, by reason and by employer, the sentence about all of them, the bridge from last year's staff
to this year's, and the indicators add up the same movements.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.metrics.indicators.parts import ALL_PILLARS, SYSTEM
from pipeline.metrics.turnover import FLOWS, covered, flows_of, reasons, turnover_by
from pipeline.report.linked import People, View, Whom, everyone, hidden_cells
from pipeline.tables.workforce import TRANSFER_WITHIN

BY = ["pillar", "profession"]
TOLD_BY = {"leaver_rate": "leavers", "joiner_rate": "joiners", "system_leaver_rate": "lost"}
"""The count that each indicator tells."""


def movements_hidden(
    year: pd.DataFrame,
    headcounts: pd.DataFrame,
    leavers: pd.DataFrame,
    by_age: pd.Series,
    latest: pd.DataFrame,
    rule: str,
) -> dict[str, pd.DataFrame]:
    """What to hide of all counts of joiners and leavers of the year, by the name of what shows them.

    Takes the results of turnover.latest_year and average_headcount, of standardised.leaver_rates_by_age (`leavers`) and
    counted_by_age, and of latest_values. Returns frames of True and False, as `linked` gives them: professions (of
    turnover_by pillar and profession, with a column `average`), sentence (one row), reasons (of turnover.reasons),
    employers (of `leavers`), and indicators (the index of `latest`, a column `value`).
    """
    employers = covered(year, headcounts)
    flows, whole = (turnover_by(year.assign(all="all"), headcounts.assign(all="all"), by) for by in (BY, ["all"]))
    why = reasons(year, employers)
    told = _told(year, latest)
    kinds = {name: _counts(name, "paired") for name in FLOWS}
    rest = [("leavers", "leavers_within"), ("joiners", "joiners_within")]
    views = {
        "professions": View(flows, BY, kinds, rest),
        "sentence": View(whole, [], kinds, rest, exact=True, worth=8),
        "reasons": View(
            why, ["reason"], {name: _counts(name, "covered") for name in ("joiners", "leavers")}, exact=True
        ),
        "employers": View(leavers, ["employer"], {"leavers": _counts("leavers", "by_age")}, exact=True, complete=False),
        "indicators": View(
            told,
            ["employer", "pillar"],
            {name: _counts(name) for name in TOLD_BY.values()},
            total=SYSTEM,
            exact=True,
            complete=False,
        ),
    }
    rows = flows_of(_marked(year, headcounts, employers, by_age))
    people = People(rows, [["employer", *BY, "covered", "paired"], ["kind", "reason"], ["by_age"]])
    masks = hidden_cells(views, people, rule)
    return {
        **masks,
        "professions": masks["professions"].join(_averages(headcounts, employers, flows, whole, rule)),
        "indicators": _of_indicators(latest, told, masks["indicators"]),
    }


def _marked(year: pd.DataFrame, headcounts: pd.DataFrame, employers: Sequence[str], by_age: pd.Series) -> pd.DataFrame:
    """The movements, with which of the counts each belongs to."""
    there = year["employer"].isin(list(employers))
    pairs = pd.MultiIndex.from_frame(headcounts[["employer", "pillar"]].drop_duplicates())
    paired = there & pd.MultiIndex.from_frame(year[["employer", "pillar"]]).isin(pairs)
    return year.assign(covered=there, paired=paired, by_age=by_age)


def _counts(name: str, where: str = "") -> Whom:
    """Whom a column of flows counts, of the movements that a mark is set for."""
    kind = "joiner" if name.startswith("joiner") else "leaver"

    def whom(parts: pd.DataFrame) -> pd.Series:
        within = parts["reason"] == TRANSFER_WITHIN
        chosen = within if name.endswith("_within") else (~within if name == "lost" else everyone(parts) > 0)
        return (parts["kind"] == kind) & chosen & (parts[where] if where else True)

    return whom


def _averages(
    headcounts: pd.DataFrame, employers: Sequence[str], flows: pd.DataFrame, whole: pd.DataFrame, rule: str
) -> pd.DataFrame:
    """What to hide of the average headcounts of professions, which the sentence gives the sum of."""
    people = headcounts[headcounts["employer"].isin(list(employers))]
    views = {
        "professions": View(flows, BY, {"average": everyone}, complete=False),
        "sentence": View(whole, [], {"average": everyone}, exact=True),
    }
    return hidden_cells(views, People(people, [BY], "average", heads="average"), rule)["professions"]


def _told(year: pd.DataFrame, latest: pd.DataFrame) -> pd.DataFrame:
    """The counts of movements of each organisation and pillar that indicators tell, where they are those of the year.

    An indicator may be of other months, where an employer's files end early: its numbers then add up to nothing here.
    """
    flows = flows_of(year).assign(lost=lambda rows: rows["leavers"] - rows["leavers_within"])
    systems = flows.assign(employer=SYSTEM)
    every = pd.concat([flows, systems, flows.assign(pillar=SYSTEM), systems.assign(pillar=SYSTEM)])
    sums = every.groupby(["employer", "pillar"])[list(TOLD_BY.values())].sum().astype("float64").reset_index()
    rows = latest[latest["indicator"].isin(list(TOLD_BY))]
    stated = _cells_of(rows).assign(count=rows["indicator"].map(TOLD_BY), number=rows["numerator"].astype("float64"))
    wide = stated.pivot_table(index=["employer", "pillar"], columns="count", values="number").reset_index()
    both = wide.reindex(columns=sums.columns).merge(sums, on=["employer", "pillar"], suffixes=("", " of the year"))
    agreed = {name: both[name].where(np.isclose(both[name], both[f"{name} of the year"])) for name in TOLD_BY.values()}
    return both[["employer", "pillar"]].assign(**agreed)


def _cells_of(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {"employer": rows["organisation"], "pillar": rows["pillar"].replace({ALL_PILLARS: SYSTEM})}, index=rows.index
    )


def _of_indicators(latest: pd.DataFrame, told: pd.DataFrame, mask: pd.DataFrame) -> pd.DataFrame:
    """Which indicators tell a count that is hidden, in the order of the latest values."""
    places = pd.MultiIndex.from_frame(_cells_of(latest))
    counts = (
        mask.set_axis(pd.MultiIndex.from_frame(told[["employer", "pillar"]])).reindex(places).set_axis(latest.index)
    )
    hidden = pd.Series(False, index=latest.index)
    for name, count in TOLD_BY.items():
        hidden |= (latest["indicator"] == name) & counts[count].eq(True)
    return hidden.to_frame("value")
