"""From indicators to statuses: each metric against its thresholds, rolled up to triggers, groups and organisations.

A metric is green, amber or red: 0, 1 or 2. What is rolled up takes the weighted average of what is known: red from
1.5, amber from 0.5, and amber at least where any part is red, so that no red is averaged away. A metric marked `must`
makes all above it red. Where less than half the weight is known, nothing is said (docs/method.md, section 13).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.metrics.assurance.definitions import Assurance

PLACE = ["organisation", "pillar", "month"]
GREEN, AMBER, RED = 0, 1, 2
NAMES = {GREEN: "green", AMBER: "amber", RED: "red"}
UNKNOWN = "not known"
AMBER_FROM, RED_FROM, KNOWN_FROM = 0.5, 1.5, 0.5


def judge(values: pd.DataFrame, assurance: Assurance, past: pd.DataFrame | None = None) -> pd.DataFrame:
    """The status of each metric at each organisation, pillar and month.

    `values` has indicator, organisation, pillar, month and value; so has `past`, whose earlier months count towards a
    threshold that must last several months and are not judged themselves. Returns the metric's own columns (of
    Assurance.metrics), PLACE, value and `level` (0, 1, 2; missing where the value is).
    """
    asked = values[_NEEDED].assign(asked=True)
    rows = asked if past is None else pd.concat([_earlier(past[_NEEDED], asked).assign(asked=False), asked])
    held = rows.merge(assurance.metrics(), on="indicator")
    above = held["worse"] == "above"
    reached = {
        name: (held["value"] >= held[name]).where(above, held["value"] <= held[name]) & held["value"].notna()
        for name in ("amber", "red")
    }
    lasting = {name: _lasted(held, hit) for name, hit in reached.items()}
    level = np.select([lasting["red"], lasting["amber"]], [RED, AMBER], GREEN)
    judged = held.assign(level=pd.Series(level, index=held.index, dtype="float64").where(held["value"].notna()))
    return judged[judged["asked"]].drop(columns="asked").reset_index(drop=True)


_CELL = ["indicator", "organisation", "pillar"]
_NEEDED = [*_CELL, "month", "value"]


def _earlier(past: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """The rows of the past before the first month that each indicator has in the values at that place."""
    first = values.groupby(_CELL, as_index=False)["month"].min().rename(columns={"month": "first"})
    rows = past.merge(first, on=_CELL)
    return rows[rows["month"] < rows["first"]][_NEEDED]


def _lasted(held: pd.DataFrame, hit: pd.Series) -> pd.Series:
    """Whether a threshold has been reached in as many months in a row, up to each, as the metric asks for."""
    number = held["month"].dt.year * 12 + held["month"].dt.month
    cell = held.groupby(["trigger", *_CELL], sort=False).ngroup()
    ordered = pd.DataFrame({"cell": cell, "number": number, "hit": hit}).sort_values(["cell", "number"])
    follows = (ordered["cell"].diff() == 0) & (ordered["number"].diff() == 1)
    breaks = (~(ordered["hit"] & follows)).cumsum()
    run = ordered["hit"].groupby(breaks).cumsum()
    lasted: pd.Series = hit & (run.reindex(held.index) >= held["months"])
    return lasted


def triggers(judged: pd.DataFrame, assurance: Assurance) -> pd.DataFrame:
    """The status of each trigger: group, trigger, PLACE, score, known (share of the weight), must and status."""
    whole = assurance.metrics().groupby("trigger")["weight"].sum()
    must = judged["must"] & (judged["level"] == RED)
    return _rolled(judged.assign(must=must), ["group", "trigger"], judged["trigger"].map(whole))


def groups(found: pd.DataFrame, assurance: Assurance) -> pd.DataFrame:
    """The status of each group, from triggers. Columns as of triggers, without the trigger."""
    weights = {trigger.id: trigger.weight for _, trigger in assurance.triggers()}
    whole = {group.id: sum(trigger.weight for trigger in group.triggers) for group in assurance.groups}
    rows = found.assign(weight=found["trigger"].map(weights), level=_level(found))
    return _rolled(rows, ["group"], rows["group"].map(whole))


def overall(found: pd.DataFrame, assurance: Assurance) -> pd.DataFrame:
    """The status of each organisation and pillar at each month, from groups. Columns as of groups, less the group."""
    weights = {group.id: group.weight for group in assurance.groups}
    rows = found.assign(weight=found["group"].map(weights), level=_level(found))
    return _rolled(rows, [], pd.Series(sum(weights.values()), index=rows.index, dtype="float64"))


def _level(found: pd.DataFrame) -> pd.Series:
    levels: pd.Series = found["status"].map({name: level for level, name in NAMES.items()}).astype("float64")
    return levels


def _rolled(rows: pd.DataFrame, keys: Sequence[str], whole: pd.Series) -> pd.DataFrame:
    """The weighted average of levels by `keys` and PLACE. `whole` is the weight that there would be, were all known."""
    rows = rows.astype({"level": "float64", "weight": "float64"})
    known = rows["level"].notna()
    weight = rows["weight"].where(known, 0.0)
    parts = rows.assign(
        points=(rows["level"] * weight).fillna(0.0),
        weight=weight,
        whole=whole.astype("float64"),
        worst=rows["level"].fillna(GREEN),
        must=rows["must"].astype(bool),
    )
    named = {name: (name, how) for name, how in _HOW.items()}
    summed = parts.groupby([*keys, *PLACE], as_index=False).agg(**named)
    # Rounded, so that weights such as 0.1 and 0.2 do not miss a boundary by what floating point leaves.
    score = (summed["points"] / summed["weight"].where(summed["weight"] > 0)).round(9)
    share = (summed["weight"] / summed["whole"]).round(9)
    rolled = summed.assign(score=score, known=share, status=_status(score, share, summed["worst"], summed["must"]))
    return rolled[[*keys, *PLACE, "score", "known", "must", "status"]]


_HOW = {"points": "sum", "weight": "sum", "whole": "first", "worst": "max", "must": "any"}


def _status(score: pd.Series, share: pd.Series, worst: pd.Series, must: pd.Series) -> pd.Series:
    red = must | (score >= RED_FROM)
    amber = (score >= AMBER_FROM) | (worst == RED)
    # Red is said however little is known: what is not known could not take it back.
    unknown = ~must & ((share < KNOWN_FROM) | score.isna())
    said = np.select([unknown, red, amber], [UNKNOWN, NAMES[RED], NAMES[AMBER]], NAMES[GREEN])
    return pd.Series(said, index=score.index, dtype="str")
