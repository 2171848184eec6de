"""How far each action is, against the months that have passed: a delivery tracker for the next meeting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.actions.library import Action
from pipeline.months import months_between
from pipeline.report.words import is_missing, join, lower, month, percent, plural, wte

ON_TIME, BEHIND, LATE, NOT_STARTED, DELIVERED, STOPPED, TO_COME = (
    *("on time", "behind", "late", "should have started", "delivered", "stopped", "still to start"),
)
BEHIND_BY = 0.1
"""Share of an action by which it may lag behind the months that have passed and still be called on time."""
TRACKER_NOTE = (
    "An action is late once the month of its full effect has passed, and behind where less of it is done than of its "
    "time has passed. What is delivered shows in the staff there are; it is not counted again."
)


def tracked(actions: Sequence[Action], base_month: dt.date, before: Mapping[str, str] | None = None) -> pd.DataFrame:
    """A row an action that is agreed or further: id, title, owner, status, start, due, done, expected, verdict, was.

    `done` and `expected` are shares of the action; `before` is the status of each in an earlier run, where there was
    one.
    """
    rows = [_row(action, base_month, before or {}) for action in actions if action.status != "proposed"]
    columns = ["id", "title", "owner", "status", "start", "due", "done", "expected", "verdict", "was"]
    return pd.DataFrame(rows, columns=columns).sort_values(["due", "id"], ignore_index=True)


def _row(action: Action, base_month: dt.date, before: Mapping[str, str]) -> list[object]:
    start = pd.Timestamp(action.starts_on)
    due = start + pd.offsets.MonthEnd(action.lead_months)
    done = 1.0 if action.status == "delivered" else action.done
    expected = _expected(action, base_month)
    verdict = _verdict(action, base_month, done, expected)
    was = before.get(action.id, "")
    return [action.id, action.title, action.owner, action.status, start, due, done, expected, verdict, was]


def _expected(action: Action, base_month: dt.date) -> float:
    """The share of an action's lead time that has passed at the end of the base month."""
    passed = months_between(action.starts_on, base_month) + 1
    return min(1.0, max(0.0, passed / action.lead_months)) if action.lead_months else float(passed > 0)


def _verdict(action: Action, base_month: dt.date, done: float, expected: float) -> str:
    if action.status in ("delivered", "stopped"):
        return action.status
    if action.status == "agreed":
        return NOT_STARTED if action.starts_on <= base_month else TO_COME
    if expected >= 1:
        return LATE
    return BEHIND if done < expected - BEHIND_BY else ON_TIME


def tracker_sentences(rows: pd.DataFrame, relief: Mapping[str, float], base_month: dt.date) -> list[str]:
    """How many actions are delivered, on time, behind and late, and what the gap still waits for from those behind.

    `relief` is WTE at the horizon that each action has still to bring, by id.
    """
    if rows.empty:
        return [f"No action is agreed or under way in {month(base_month)}, so there is nothing to track yet."]
    numbers = rows["verdict"].value_counts()
    order = (DELIVERED, ON_TIME, TO_COME, BEHIND, NOT_STARTED, LATE, STOPPED)
    parts = [f"{numbers[verdict]} {verdict}" for verdict in order if verdict in numbers]
    told = f"Of {plural(len(rows), 'action')} that are agreed or further in {month(base_month)}: {join(parts)}."
    slow = rows[rows["verdict"].isin([BEHIND, LATE, NOT_STARTED])]
    waits = sum(relief.get(name, 0.0) for name in slow["id"])
    if slow.empty:
        return [told]
    still = f"{wte(waits)} WTE at the horizon still {'wait' if round(waits) != 1 else 'waits'} for those that are "
    verdicts = join([lower(verdict) for verdict in dict.fromkeys(slow["verdict"])])
    return [f"{told} {still}{verdicts.replace('should have started', 'overdue to start')}."]


def tracker_table(rows: pd.DataFrame) -> pd.DataFrame:
    """The tracker for a reader: shares in words, and the status of the run before where there was one."""
    shown = rows.assign(
        due=[f"{day:%B %Y}" for day in rows["due"]],
        start=[f"{day:%B %Y}" for day in rows["start"]],
        done=[percent(share) for share in rows["done"]],
        time_passed=[percent(share) for share in rows["expected"]],
    )
    columns = ["id", "title", "owner", "start", "due", "status", "done", "time_passed", "verdict"]
    if any(not is_missing(was) and was for was in rows["was"]):
        return shown.assign(last_time=rows["was"].replace("", "not listed"))[[*columns, "last_time"]]
    return shown[columns]
