"""How far each action is, against the months that have passed: a delivery tracker for the next meeting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.actions.library import Action
from pipeline.months import months_between
from pipeline.reference import portfolio
from pipeline.report.words import count, is_missing, join, lower, month, percent, plural, wte

ON_TIME, BEHIND, LATE, NOT_STARTED, DELIVERED, STOPPED, TO_COME = (
    *("on time", "behind", "late", "should have started", "delivered", "stopped", "still to start"),
)
TRACKER_NOTE = (
    "An action is late once the month of its full effect has passed, and behind where less of it is done than of its "
    "time has passed. What is delivered shows in the staff there are; it is not counted again."
)


def tracked(actions: Sequence[Action], base_month: dt.date) -> pd.DataFrame:
    """A row an action that is agreed or further: id, title, owner, status, start, due, done, expected and verdict.

    `done` and `expected` are shares of the action.
    """
    rows = [_row(action, base_month) for action in actions if action.status != PROPOSED]
    columns = ["id", "title", "owner", "status", "start", "due", "done", "expected", "verdict"]
    return pd.DataFrame(rows, columns=columns).sort_values(["due", "id"], ignore_index=True)


def _row(action: Action, base_month: dt.date) -> list[object]:
    start = pd.Timestamp(action.starts_on)
    due = start + pd.offsets.MonthEnd(action.lead_months)
    done = 1.0 if action.status == "delivered" else action.done
    expected = _expected(action, base_month)
    verdict = _verdict(action, base_month, done, expected)
    return [action.id, action.title, action.owner, action.status, start, due, done, expected, verdict]


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
    return BEHIND if done < expected - portfolio("behind_by") else ON_TIME


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
    """The tracker for a reader, with shares and months in words."""
    shown = rows.assign(
        due=[f"{day:%B %Y}" for day in rows["due"]],
        start=[f"{day:%B %Y}" for day in rows["start"]],
        done=[percent(share) for share in rows["done"]],
        time_passed=[percent(share) for share in rows["expected"]],
    )
    return shown[["id", "title", "owner", "start", "due", "status", "done", "time_passed", "verdict"]]


PROPOSED = "proposed"
"""What an action without a status is."""
MOVED = ["id", "title", "then", "now", "done_then", "done_now", "still_to_bring"]
"""Columns of what became of actions between two runs."""


def moved_on(then: pd.DataFrame, actions: Sequence[Action], relief: Mapping[str, float]) -> pd.DataFrame:
    """The actions whose status or share done is another than in an earlier run, new ones and those gone among them.

    `then` is the canonical table of that run, `relief` WTE at the horizon that each has still to bring.
    """
    before = {
        str(row.id): (
            PROPOSED if is_missing(row.status) else str(row.status),
            0.0 if is_missing(row.done) else row.done,
        )
        for row in then.itertuples()
    }
    now = {action.id: (action.title, action.status, action.done) for action in actions}
    gone = {str(row.id): (row.title, "no longer listed", 0.0) for row in then.itertuples() if row.id not in now}
    rows = []
    for name, (title, status, done) in {**now, **gone}.items():
        was, share = before.get(name, ("not listed", 0.0))
        if (was, round(float(share), 4)) != (status, round(float(done), 4)):
            rows.append([name, title, was, status, share, done, relief.get(name, float("nan"))])
    return pd.DataFrame(rows, columns=MOVED)


def moved_sentences(rows: pd.DataFrame, made: str) -> list[str]:
    """What became of actions since an earlier strategy, `made` on a day in words."""
    if rows.empty:
        return [f"No action stands otherwise than in the strategy made on {made}."]
    numbers = rows["now"].value_counts()
    parts = [f"{count(number)} now {status}" for status, number in numbers.items()]
    told = f"{plural(len(rows), 'action')} stand{'s' if len(rows) == 1 else ''} otherwise than in the strategy made on "
    late = rows[rows["now"].isin(["agreed", "under way"])]["still_to_bring"].sum()
    still = f" Those agreed or under way have still to bring {wte(late)} WTE at the horizon." if late >= 1 else ""
    return [f"{told}{made}: {join(parts)}.{still}"]
