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


def judge(values: pd.DataFrame, assurance: Assurance) -> pd.DataFrame:
    """The status of each metric at each organisation, pillar and month.

    `values` has indicator, organisation, pillar, month and value. Returns the metric's own columns (of
    Assurance.metrics), PLACE, value and `level` (0, 1, 2; missing where the value is). A metric that must last several
    months keeps its former level until it has.
    """
    held = values[["indicator", *PLACE, "value"]].merge(assurance.metrics(), on="indicator")
    above = held["worse"] == "above"
    reached = {
        name: (held["value"] >= held[name]).where(above, held["value"] <= held[name]) & held["value"].notna()
        for name in ("amber", "red")
    }
    lasting = {name: _lasted(held, hit) for name, hit in reached.items()}
    level = np.select([lasting["red"], lasting["amber"]], [RED, AMBER], GREEN)
    return held.assign(level=pd.Series(level, index=held.index, dtype="float64").where(held["value"].notna()))


def _lasted(held: pd.DataFrame, hit: pd.Series) -> pd.Series:
    """Whether a threshold has been reached in as many months in a row, up to each, as the metric asks for."""
    ordered = held.assign(hit=hit).sort_values("month")
    cell = ["trigger", "indicator", "organisation", "pillar"]
    breaks = (~ordered["hit"]).groupby([ordered[key] for key in cell]).cumsum()
    run = ordered.groupby([*[ordered[key] for key in cell], breaks])["hit"].cumsum()
    lasted: pd.Series = (ordered["hit"] & (run >= ordered["months"])).reindex(held.index)
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
    return _rolled(rows, [], pd.Series(sum(weights.values()), index=rows.index))


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
    score = summed["points"] / summed["weight"].where(summed["weight"] > 0)
    share = summed["weight"] / summed["whole"]
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
