"""Bank and agency staff of small teams: who covers a post may be one person, and what a WTE costs is their pay.

How many people a WTE of cover is of is in no file. There are at least as many as it has whole posts, so a WTE that a
rule would hide were it a number of people is hidden, with what it cost and what would tell it.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.metrics.indicators.parts import ALL_PILLARS, SYSTEM
from pipeline.metrics.temporary import temporary_by
from pipeline.report.disclosure import HIDDEN, Disclosed, named_rule
from pipeline.report.linked import People, View, Whom, everyone, hidden_cells

BY = ["pillar", "profession", "kind"]
WTE, COSTS = "average_wte", ["cost", "cost_of_a_wte_year"]
SHARES = ("temporary_share", "agency_share")
"""Indicators whose numerator is cover of an organisation and pillar: of both kinds, and of agency alone."""
COST_INDICATOR = "temporary_cost"


def cover_hidden(year: pd.DataFrame, rule: str) -> dict[str, pd.DataFrame]:
    """What to hide of bank and agency WTE, by what shows it: frames of True and False with the columns of their counts.

    Takes the result of temporary.latest_year. Returns table (of temporary_by pillar, profession and kind), sentence (of
    temporary_by kind) and indicators (employer and pillar, `system` for all, then all kinds and agency).
    """
    rows = temporary_by(year, ["employer", *BY])
    people = People(rows, [["employer", "pillar", "profession"], ["kind"]], WTE, heads=WTE)
    told = _told(rows)
    kinds: dict[str, Whom] = {SHARES[0]: everyone, SHARES[1]: _agency}
    views = {
        "table": View(temporary_by(year, BY), BY, {WTE: everyone}, exact=True, complete=False),
        "sentence": View(temporary_by(year, ["kind"]), ["kind"], {WTE: everyone}, exact=True, worth=8),
        "indicators": View(told, ["employer", "pillar"], kinds, total=SYSTEM, exact=True, complete=False, worth=4),
    }
    masks = hidden_cells(views, people, rule)
    return {**masks, "indicators": told[["employer", "pillar"]].join(masks["indicators"])}


def _agency(parts: pd.DataFrame) -> pd.Series:
    return parts["kind"] == "agency"


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    """Average WTE of cover, and of agency alone, of each employer and pillar and of all of either."""
    whole = [
        rows,
        rows.assign(employer=SYSTEM),
        rows.assign(pillar=SYSTEM),
        rows.assign(employer=SYSTEM, pillar=SYSTEM),
    ]
    every = pd.concat(whole, ignore_index=True)
    numbers = {SHARES[0]: every[WTE], SHARES[1]: every[WTE].where(every["kind"] == "agency", 0.0)}
    summed: pd.DataFrame = (
        every[["employer", "pillar"]].assign(**numbers).groupby(["employer", "pillar"], as_index=False).sum()
    )
    return summed


def withheld(shown: pd.DataFrame, mask: pd.DataFrame, rule: str) -> Disclosed:
    """A table of temporary_by without the WTE of few people and what these cost. `mask` is that of the table."""
    hidden = pd.DataFrame(False, index=shown.index, columns=shown.columns)
    for name in (WTE, *COSTS):
        hidden[name] = mask[WTE].set_axis(shown.index) & shown[name].notna()
    says = SAYS.format(few=named_rule(rule).hide_to + 1) if hidden.any(axis=None) else ""
    return Disclosed(shown.mask(hidden), hidden, says)


SAYS = (
    f"{HIDDEN} stands for under {{few}} WTE, which may be the work of as few people, or for a figure by which one "
    "could be worked out, and for what it cost; hidden so that nobody can be identified."
)


def of_indicators(latest: pd.DataFrame, masks: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Which values tell cover that is hidden, in the order of the latest values; cost goes with the WTE it paid."""
    told = masks["indicators"].set_index(["employer", "pillar"])
    places = pd.MultiIndex.from_arrays([latest["organisation"], latest["pillar"].replace({ALL_PILLARS: SYSTEM})])
    found = told.reindex(places).set_axis(latest.index).eq(True)
    hidden = pd.Series(False, index=latest.index)
    for name, count in ((SHARES[0], SHARES[0]), (SHARES[1], SHARES[1]), (COST_INDICATOR, SHARES[0])):
        hidden |= (latest["indicator"] == name) & found[count]
    return hidden
