"""One dated table of organisations out of what every file says about them.

Each file states codes as it knew them: the practice map on its extract date, the workforce workbook in its month, the
CCG list without any date, the trust list since each trust opened. `combine` orders the statements about a code by
date (an undated one comes first) and keeps one row for each span in which its parent and ONS code stood.

Integrated care boards merge. A board with no sub-location in the newest practice map has ended: its last day is given
as the day before that map, which is the latest it can have been, because no file names the day itself. Its successor
is the board under which the newest map has its sub-locations and CCGs. Where they are under several boards, or the
map has none of them, there is no single successor: it stays empty and a note says so.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from pipeline import tables

Row = dict[str, Any]
"""One row of the organisations table; a missing value is None."""

KINDS = ("region", "icb", "sub_icb", "ccg", "practice", "trust", "other")
"""Where files differ on what a code is, the first of these that any of them says: the
workforce workbook lists a board among the employers, and the CCG list has the sub-locations too."""
PLACES = ("sub_icb", "ccg")
EMPLOYING = ("trust", "other")
"""Kinds of organisation that employ staff or do tests; the rest are areas and practices."""
MAPPED = ("icb", "sub_icb", "ccg", "practice")
"""Kinds of which the practice map is a whole list: one that it no longer has is closed."""
STANDING = ("parent", "ons_code")
LATEST = ("name", "parent", "region", "ons_code", "valid_to", "successor")


def combine(frames: Iterable[pd.DataFrame]) -> tuple[pd.DataFrame, list[str]]:
    """Organisations rows of all readers as one table, with one current row a code, and what its reader should know.

    A trust has a single row: its opening date with its latest name and parent. The lineage is that of the latest
    statement. The notes are a sentence for each board without a single successor and each trust that files place
    under different boards. Raises InputRefused where two statements of the same date cannot both be true.
    """
    said = _statements(frames)
    rows = [row for statements in said.values() for row in _spans(statements)]
    newest = _newest_map(said.values())
    if newest:
        rows = _close(rows, said, newest)
    organisations = tables.validate("organisations", _frame(rows))
    return organisations, [*_board_notes(organisations), *_trust_notes(said.values(), organisations)]


def current_code(organisations: pd.DataFrame, code: str) -> str:
    """The code that stands today for an organisation, following its successors.

    A code without a successor (current, divided or unknown) is its own.
    Raises ValueError where successors run in a circle.
    """
    return _follow(_successors(organisations), code)


def codes_of(organisations: pd.DataFrame, ics: list[str]) -> set[str]:
    """Every code, past and present, of the boards a plan names: each code, what it became and what became of it.

    A board that merged brings in the merged board, but not the other boards that merged with it.
    """
    successors = _successors(organisations)
    boards = set(organisations.loc[organisations["kind"] == "icb", "code"])
    today = {_follow(successors, code) for code in ics}
    return set(ics) | today | {board for board in boards if _follow(successors, board) in ics}


def ever_placed_in(organisations: pd.DataFrame, ics: list[str]) -> dict[str, str]:
    """Code and name of every organisation that was at any time under the boards a plan names, or under what they were.

    Those that have merged since are among them, so that what they did before is not lost.
    """
    placed = organisations["parent"].isin(codes_of(organisations, ics)) & organisations["kind"].isin(EMPLOYING)
    return dict(zip(organisations.loc[placed, "code"], organisations.loc[placed, "name"], strict=True))


def ons_to_code(organisations: pd.DataFrame) -> dict[str, str]:
    """Organisation code by ONS code, of every date: E54000037 is QJK."""
    known = organisations.dropna(subset=["ons_code"]).sort_values("valid_from", na_position="first")
    return dict(zip(known["ons_code"], known["code"], strict=True))


@dataclass(frozen=True)
class _NewestMap:
    date: dt.date
    board_of: dict[str, str]


def _statements(frames: Iterable[pd.DataFrame]) -> dict[str, list[Row]]:
    """What the files say about each code, earliest first."""
    said: dict[str, list[Row]] = defaultdict(list)
    for frame in frames:
        plain = frame.astype(object).where(frame.notna(), None)
        for row in plain.to_dict("records"):
            # The workforce workbook lists a board under itself.
            parent = None if row["parent"] == row["code"] else row["parent"]
            dates = {column: row[column] and row[column].date() for column in ("valid_from", "valid_to")}
            said[row["code"]].append({**{str(key): value for key, value in row.items()}, **dates, "parent": parent})
    return {code: sorted(rows, key=lambda row: row["valid_from"] or dt.date.min) for code, rows in said.items()}


def _spans(statements: list[Row]) -> list[Row]:
    kind = min((row["kind"] for row in statements), key=KINDS.index)
    groups = _runs(statements) if kind in MAPPED else [statements]
    spans = [{**_merged(group), "kind": kind} for group in groups]
    for span, following in pairwise(spans):
        span["valid_to"] = _day_before(following["valid_from"])
    return spans


def _runs(statements: list[Row]) -> list[list[Row]]:
    """Statements in a row that agree on where the code belongs; one that does not say agrees with any."""
    runs: list[list[Row]] = []
    standing: Row = {}
    for row in statements:
        says = {key: row[key] for key in STANDING if row[key] is not None}
        if runs and all(standing.get(key, value) == value for key, value in says.items()):
            runs[-1].append(row)
            standing |= says
        else:
            runs.append([row])
            standing = says
    return runs


def _merged(group: list[Row]) -> Row:
    latest: Row = {}
    for row in group:
        latest |= {key: row[key] for key in LATEST if row[key] is not None}
    first, last = group[0], group[-1]
    lineage = {key: last[key] for key in tables.LINEAGE}
    return {"code": first["code"], "valid_from": first["valid_from"], **dict.fromkeys(LATEST), **latest, **lineage}


def _newest_map(said: Iterable[list[Row]]) -> _NewestMap | None:
    mapped = [row for rows in said for row in rows if row["kind"] == "sub_icb" and row["valid_from"] and row["parent"]]
    if not mapped:
        return None
    date = max(row["valid_from"] for row in mapped)
    return _NewestMap(date, {row["code"]: row["parent"] for row in mapped if row["valid_from"] == date})


def _close(rows: list[Row], said: Mapping[str, list[Row]], newest: _NewestMap) -> list[Row]:
    """End the codes that the newest map no longer has, and give each ended board its successor."""
    places: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["kind"] in PLACES and row["parent"]:
            places[row["parent"]].add(row["code"])
    boards = set(newest.board_of.values())
    closed = []
    for row in rows:
        last_said = said[row["code"]][-1]["valid_from"] or dt.date.min
        if row["valid_to"] or row["kind"] not in MAPPED or row["code"] in boards or last_said >= newest.date:
            closed.append(row)
            continue
        now = {newest.board_of[place] for place in places[row["code"]] if place in newest.board_of}
        successor = now.pop() if row["kind"] == "icb" and len(now) == 1 else row["successor"]
        closed.append({**row, "valid_to": _day_before(newest.date), "successor": successor})
    return closed


def _day_before(date: dt.date | None) -> dt.date | None:
    return date - dt.timedelta(days=1) if date else None


def _frame(rows: list[Row]) -> pd.DataFrame:
    ordered = sorted(rows, key=lambda row: (row["code"], row["valid_from"] or dt.date.min))
    frame = pd.DataFrame(ordered, columns=tables.TABLES["organisations"].columns)
    return frame.assign(**{column: pd.to_datetime(frame[column]) for column in ("valid_from", "valid_to")})


def _successors(organisations: pd.DataFrame) -> dict[str, str]:
    ended = organisations[organisations["valid_to"].notna()].dropna(subset=["successor"])
    return dict(zip(ended["code"], ended["successor"], strict=True))


def _follow(successors: Mapping[str, str], code: str) -> str:
    passed = [code]
    while code in successors:
        code = successors[code]
        if code in passed:
            raise ValueError(f"the successors run in a circle: {' to '.join([*passed, code])}")
        passed.append(code)
    return code


def _board_notes(organisations: pd.DataFrame) -> Iterator[str]:
    ended = organisations["valid_to"].notna() & organisations["successor"].isna()
    for board in organisations[ended & (organisations["kind"] == "icb")].itertuples(index=False):
        yield _board_note(organisations, board.code, board.name)


def _board_note(organisations: pd.DataFrame, code: str, name: str) -> str:
    places = organisations.loc[(organisations["parent"] == code) & organisations["kind"].isin(PLACES), "code"]
    current = organisations[organisations["valid_to"].isna()]
    boards = sorted(set(current.loc[current["code"].isin(places), "parent"].dropna()))
    if places.empty:
        return f"{name} ({code}) has ended and no file says which places it held: no successor is recorded."
    if not boards:
        return f"{name} ({code}) has ended and the newest map has none of its places: no successor is recorded."
    names = dict(zip(current["code"], current["name"], strict=True))
    divided = " and ".join(f"{names.get(board, board)} ({board})" for board in boards)
    return f"{name} ({code}) has ended and its places are now under {divided}: no single successor is recorded."


def _trust_notes(said: Iterable[list[Row]], organisations: pd.DataFrame) -> Iterator[str]:
    """A sentence for each trust under boards that are not one board's earlier and later codes; the newest is kept."""
    successors = _successors(organisations)
    for statements in said:
        places = {row["parent"]: row["file"] for row in statements if row["kind"] == "trust" and row["parent"]}
        if len({_follow(successors, parent) for parent in places}) > 1:
            last = statements[-1]
            others = ", ".join(f"{parent} ({file})" for parent, file in places.items() if parent != last["parent"])
            yield (
                f"Files place {last['name']} ({last['code']}) under different boards: {last['parent']} is kept, as the "
                f"newest file has it; {others} is not."
            )
