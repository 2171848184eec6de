"""How organisations compare: each value beside a reference, and how sure the difference is.

The method is in docs/method.md, section 12.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.metrics.indicators.cards import Card, cards
from pipeline.metrics.indicators.parts import SYSTEM, few_events, valued
from pipeline.metrics.scope import Scope
from pipeline.reference import indicator
from pipeline.statistics.funnel import curve, dispersion, outside
from pipeline.statistics.intervals import wilson

AGAINST: dict[str, str] = {
    "all": "all organisations on file",
    "region": "the organisations of the region",
    "system": "the system",
}
"""What values may be set beside, and how a sentence names it."""
NOT_COMPARED, SIMILAR = "not compared", "similar"
REFERENCE = ["reference", "organisations", "lowest", "p25", "p75", "highest"]


def peers(values: pd.DataFrame, organisations: pd.DataFrame, scope: Scope, against: str) -> pd.DataFrame:
    """The latest values of the organisations that others are set beside.

    `all` takes every organisation on file, `region` those of the employers' regions, `system` the plan's employers.
    Raises ValueError for anything else.
    """
    if against not in AGAINST:
        raise ValueError(f"compare_with is {against!r}; choose one of {', '.join(AGAINST)}")
    each = values[(values["organisation"] != SYSTEM) & values["value"].notna()]
    if against == "system":
        return each[each["organisation"].isin(scope.employers)]
    if against == "region":
        each = each[each["organisation"].isin(_of_regions(organisations, scope))]
    return _with_others(each, scope)


def _with_others(each: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The indicators and pillars that enough organisations beyond the system have: it is no peer of itself."""
    beyond = each["organisation"].where(~each["organisation"].isin(scope.providers_ever))
    others = beyond.groupby([each["indicator"], each["pillar"]]).transform("nunique")
    return each[others >= indicator("compare_from")]


def _of_regions(organisations: pd.DataFrame, scope: Scope) -> set[str]:
    regions = set(organisations.loc[organisations["code"].isin(scope.employers), "region"].dropna())
    return set(organisations.loc[organisations["region"].isin(regions), "code"])


def references(others: pd.DataFrame) -> pd.DataFrame:
    """The pooled value of the peers and how they spread, by indicator and pillar. Takes the result of peers.

    Indexed by indicator and pillar: reference (pooled), organisations (how many), lowest, p25, p75, highest. An amount
    such as WTE in post has none: a large organisation has more. Nor has one that fewer than five organisations have.
    """
    keys = ["indicator", "pillar"]
    levels = [name for name, card in cards().items() if card.is_level]
    rates = others[~others["indicator"].isin(levels)]
    if rates.empty:
        return pd.DataFrame(columns=REFERENCE, index=pd.MultiIndex.from_arrays([[], []], names=keys), dtype="float64")
    summed = rates.groupby(keys, as_index=False).agg(
        numerator=("numerator", "sum"), denominator=("denominator", "sum"), organisations=("organisation", "nunique")
    )
    pooled = valued(summed).set_index(keys)[["value", "organisations"]].rename(columns={"value": "reference"})
    spread = rates.groupby(keys)["value"].quantile([0, 0.25, 0.75, 1]).unstack()
    spread.columns = ["lowest", "p25", "p75", "highest"]
    both = pooled.join(spread)
    return both[both["organisations"] >= indicator("compare_from")]


def compared(values: pd.DataFrame, others: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """Each value beside its reference, with `low` and `high` (its interval) and `standing`.

    `values` are latest values, `others` the result of peers. Standing is better, worse, similar (or higher and lower
    where neither is good), or `not compared`: there is no reference, or the card gives no way to judge a difference.
    """
    beside = values.join(references(others), on=["indicator", "pillar"])
    limits = intervals(beside, confidence)
    judged = beside.assign(low=limits["low"], high=limits["high"])
    sides = _by_interval(judged)
    spread = _by_spread(judged, others, confidence)
    return judged.assign(
        standing=[_standing(*row) for row in zip(judged["indicator"], sides.fillna(spread), strict=True)]
    )


def employers_compared(
    values: pd.DataFrame, own: pd.DataFrame, others: pd.DataFrame, confidence: float = 0.95
) -> pd.DataFrame:
    """Each value beside the system's own employers, and waits and sickness beside all peers, of whom there are enough.

    `own` are the peers of the system and `others` those of the comparison; the rest is as of compared.
    """
    spread = values["indicator"].isin([name for name, card in cards().items() if card.interval == "spread"])
    return pd.concat([compared(values[~spread], own, confidence), compared(values[spread], others, confidence)])


def intervals(values: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """Wilson intervals (low, high) of the values whose card asks for one; missing for the others.

    The trials of a yearly rate are the average of its months, since a month's people are mostly those of the last. One
    of few events is not judged.
    """
    kinds = values["indicator"].map({name: card.interval for name, card in cards().items()})
    scale = values["indicator"].map({name: card.scale for name, card in cards().items()}).astype("float64")
    judged = (kinds == "wilson") & values["value"].notna() & ~few_events(values)
    trials = (values["denominator"] / scale).where(judged)
    events = values["numerator"].clip(lower=0).clip(upper=trials)
    low, high = wilson(events.to_numpy("float64"), trials.to_numpy("float64"), confidence)
    return pd.DataFrame({"low": low, "high": high}, index=values.index)


def _by_interval(judged: pd.DataFrame) -> pd.Series:
    """Whether a value lies above or below the reference, or cannot be told from it; missing without an interval."""
    known = judged[["low", "high", "reference"]].notna().all(axis=1)
    side = np.select(
        [judged["low"] > judged["reference"], judged["high"] < judged["reference"]], ["above", "below"], SIMILAR
    )
    return pd.Series(side, index=judged.index, dtype="object").where(known)


def _by_spread(judged: pd.DataFrame, others: pd.DataFrame, confidence: float) -> pd.Series:
    """The same for indicators of many organisations whose own spread is wider than chance would make it."""
    found = pd.Series(np.nan, index=judged.index, dtype="object")
    kinds = judged["indicator"].map({name: card.interval for name, card in cards().items()})
    for (name, pillar), rows in judged[(kinds == "spread") & judged["reference"].notna()].groupby(
        ["indicator", "pillar"]
    ):
        group = others[(others["indicator"] == name) & (others["pillar"] == pillar)]
        centre = float(rows["reference"].iloc[0])
        phi = dispersion(group["value"], group["denominator"], centre)
        found.loc[rows.index] = outside(rows["value"], rows["denominator"], centre, phi=phi, confidence=confidence)
    return found


def _standing(name: str, side: object) -> str:
    if not isinstance(side, str):
        return NOT_COMPARED
    if side not in ("above", "below"):
        return SIMILAR
    return _good_or_bad(cards()[name], side)


def _good_or_bad(card: Card, side: str) -> str:
    if card.better == "neither":
        return "higher" if side == "above" else "lower"
    return "better" if (side == "above") == (card.better == "higher") else "worse"


def funnel_of(others: pd.DataFrame, name: str, pillar: str, scope: Scope) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The points and the limits of a funnel plot of one indicator over the peers.

    Points have label, value, size (the denominator), own and outside ("", above, below, too few); the limits are those
    of `statistics.funnel.curve` about the pooled value, widened for the organisations' own spread.
    """
    group = others[(others["indicator"] == name) & (others["pillar"] == pillar) & others["value"].notna()]
    if len(group) < indicator("compare_from"):
        return pd.DataFrame(columns=["label", "value", "size", "own", "outside"]), pd.DataFrame()
    centre = float(group["numerator"].sum() / group["denominator"].sum())
    phi = dispersion(group["value"], group["denominator"], centre)
    names = {**scope.former, **scope.names}
    points = pd.DataFrame(
        {
            "label": [names.get(code, code) for code in group["organisation"]],
            "value": group["value"],
            "size": group["denominator"],
            "own": group["organisation"].isin(scope.employers),
            "outside": outside(group["value"], group["denominator"], centre, phi=phi),
        }
    )
    limits = curve(centre, group["denominator"], phi=phi).rename(columns={"denominator": "size"})
    return points.reset_index(drop=True), limits
