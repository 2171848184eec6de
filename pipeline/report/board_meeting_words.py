"""Which meetings come next for a board that reads a strategy: where it, and its actions, are decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.report.board import Board
from pipeline.report.board_words import NAME, PERSON, proposed
from pipeline.report.words import date, month
from pipeline.report.words import shortened as short
from pipeline.sources.rules.governance import ids_of
from pipeline.tables.governance import STRATEGY

NO_MEETINGS = "No calendar of boards has been supplied."


def steps_heading(board: Board) -> str:
    """What heads the next meetings: after which month they are the next, for a document is read long after that."""
    return f"Next, after {month(board.plan.base_month)}"


def next_steps(board: Board, most: int) -> list[str]:
    """Where the strategy and its actions are decided next, if the calendar says what its items are about.

    Otherwise the next meetings of the calendar, those that decide first to be found; or who decides, where there is no
    calendar.
    """
    if board.meetings.empty:
        decides = board.plan.file.governance.board
        return [NO_MEETINGS, *([f"The board that approves: {short(decides, PERSON)}."] if decides else [])]
    first = _deciding(board)
    if first.empty:
        first = board.meetings[(board.meetings["purpose"] == "decide") | (board.meetings.index == 0)]
    return [_meeting(row) for row in first.head(most).to_dict("records")]


def _deciding(board: Board) -> pd.DataFrame:
    """The first meetings that decide on the strategy, endorse it, and decide on an action put to the board."""
    found = board.meetings
    if "about" not in found:
        return found.head(0)
    ids = set(proposed(board)["id"]) if len(proposed(board)) else set()
    strategy = found["about"].map(lambda cell: STRATEGY in ids_of(cell))
    action = found["about"].map(lambda cell: bool(ids & set(ids_of(cell))))
    wanted = ((strategy, "decide"), (strategy, "endorse"), (action, "decide"))
    places = {int(rows.index[0]) for on, purpose in wanted if len(rows := found[on & (found["purpose"] == purpose)])}
    return found.loc[sorted(places)]


def _meeting(row: Mapping[Any, Any]) -> str:
    on = " on" if row["purpose"] == "decide" else ""
    return f"{date(row['date'])}: {short(row['body'], PERSON)} is to {row['purpose']}{on} “{short(row['item'], NAME)}”."
