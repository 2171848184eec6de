"""What triggers have done over time: since when each has stood where it stands, and what has fired or recovered."""

from __future__ import annotations

import pandas as pd

from pipeline.metrics.assurance.definitions import Assurance
from pipeline.metrics.assurance.judging import UNKNOWN

KEYS = ["group", "trigger", "organisation", "pillar"]
FIRED = ("amber", "red")


def since(history: pd.DataFrame) -> pd.DataFrame:
    """The status of each trigger in its latest month, and the first month of the run in which it had that status.

    Takes triggers over months. Returns KEYS, month, status, since, and `before`, the status that it had before the run
    (missing where the history begins with it).
    """
    ordered = history.sort_values([*KEYS, "month"], ignore_index=True)
    previous = ordered.groupby(KEYS)["status"].shift()
    began = ordered.assign(since=ordered["month"].where(ordered["status"] != previous), before=previous)
    began["since"] = began.groupby(KEYS)["since"].ffill()
    began["before"] = (
        began["before"].where(began["month"] == began["since"]).groupby([began[key] for key in KEYS]).ffill()
    )
    return (
        began.groupby(KEYS, as_index=False)
        .tail(1)[[*KEYS, "month", "status", "since", "before"]]
        .reset_index(drop=True)
    )


def changes(history: pd.DataFrame) -> pd.DataFrame:
    """Every change of a trigger between two months, latest first: KEYS, month, before and status."""
    ordered = history.sort_values([*KEYS, "month"], ignore_index=True)
    before = ordered.groupby(KEYS)["status"].shift()
    moved = before.notna() & (ordered["status"] != before) & (ordered["status"] != UNKNOWN) & (before != UNKNOWN)
    found = ordered.assign(before=before)[moved].sort_values(["month", *KEYS], ascending=[False, *[True] * len(KEYS)])
    return found[[*KEYS, "month", "before", "status"]].reset_index(drop=True)


def escalations(current: pd.DataFrame, history: pd.DataFrame, assurance: Assurance) -> pd.DataFrame:
    """The triggers that are amber or red now, worst and longest first, with who is told and within how many days.

    `current` are triggers of the latest values and `history` those of the months. Returns the columns of current with
    title, since, before, who and days.
    """
    fired = current[current["status"].isin(FIRED)]
    known = since(history)[[*KEYS, "status", "since", "before"]]
    told = pd.DataFrame(
        [
            {"trigger": trigger.id, "status": status, "title": trigger.title, "who": one.who, "days": one.days}
            for _, trigger in assurance.triggers()
            for status, one in (("amber", trigger.tell.amber), ("red", trigger.tell.red))
        ]
    )
    joined = fired.merge(told, on=["trigger", "status"]).merge(known, on=[*KEYS, "status"], how="left")
    worst = joined["status"].map({"red": 0, "amber": 1})
    return (
        joined.assign(worst=worst)
        .sort_values(["worst", "since", "score"], ascending=[True, True, False])
        .drop(columns="worst")
        .reset_index(drop=True)
    )
