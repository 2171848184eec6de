"""The sheets of the NHS Workforce Statistics “England and Organisation” workbook, each as a block of numbers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.problems import InputRefused, Problem
from pipeline.sources._workbook import TOP_ROWS, Sheet, Workbook
from pipeline.sources._workbook_cells import MISSING, ZERO, clean, heading, is_filled, month_of
from pipeline.sources._workbook_table import Header, Numbers, find_header, numbers, repeated

TITLES = {
    1: "Table 1 (England by staff group)",
    2: "Table 2 (headcount by organisation and staff group)",
    3: "Table 3 (full time equivalent by organisation and staff group)",
    4: "Table 4 (headcount by organisation, monthly)",
    5: "Table 5 (full time equivalent by organisation, monthly)",
}
ENGLAND = "ENG"
REGION_CODE, REGION_NAME, ICS_CODE, ICS_NAME = (
    "NHS England region code",
    "NHS England region name",
    "ICS code",
    "ICS name",
)
NAME, CODE = "Organisation name", "Organisation code"
PLACES = [REGION_CODE, REGION_NAME, ICS_CODE, ICS_NAME, NAME, CODE]
HEADCOUNT_MARKS = {"-": ZERO, ".": MISSING}
WTE_MARKS = {"-": ZERO, "0": MISSING, ".": MISSING}
"""The text 0 stands for more than none and less than half a post: not zero, and not known."""
SECTIONS = ("headcount", "full time equivalent")
PIVOT_BLANK = "(blank)"
"""What an Excel pivot table shows for an empty label; the August 2024 workbook was published with one."""

_TITLE = re.compile(r"Table (\d):")
_MONTHLY = re.compile(r"(.+) monthly data", re.IGNORECASE)


@dataclass(frozen=True)
class Block:
    """A sheet's organisations, their numbers, and what each column is of (a staff group or a month end).

    `rows`: kind (england, region, icb or organisation), code, name, region, ics, row (from 0).
    """

    header: Header
    rows: pd.DataFrame
    labels: list[Hashable]
    values: Numbers

    @property
    def sheet(self) -> Sheet:
        """The sheet it was read from."""
        return self.header.sheet


@dataclass(frozen=True)
class EnglandSeries:
    """Sheet 1: staff groups by month, headcount and WTE apart. `rows`: where each group's WTE stands, from 0."""

    sheet: Sheet
    headcount: pd.DataFrame
    wte: pd.DataFrame
    rows: dict[str, int]


def table_sheets(book: Workbook) -> dict[int, Sheet]:
    """The sheets by the number of their table. Raises InputRefused for every table that is not there."""
    found = {number: sheet for sheet in book.sheets() if (number := table_number(sheet)) is not None}
    missing = [title for number, title in TITLES.items() if number not in found]
    if missing:
        problems = [f"no sheet has the title “{title}”; {book.listing()}" for title in missing]
        raise InputRefused([Problem(file=str(book.path), rule=rule) for rule in problems])
    return found


def table_number(sheet: Sheet) -> int | None:
    """The number in a sheet's title, for example 3 of “Table 3: NHS Hospital & Community Health Service …”."""
    texts = (clean(cell) for row in sheet.rows[:TOP_ROWS] for cell in row[:3])
    match = next((match for match in map(_TITLE.match, texts) if match), None)
    return int(match.group(1)) if match else None


def month_stated(sheet: Sheet) -> tuple[int | None, dt.date | None]:
    """Row (from 0) and month of the line “August 2024 monthly data”."""
    for number, row in enumerate(sheet.rows[:TOP_ROWS]):
        for cell in row:
            if match := _MONTHLY.fullmatch(clean(cell)):
                return number, month_of(match.group(1))
    return None, None


def group_block(sheet: Sheet, *, wte: bool) -> tuple[Block | None, list[Problem]]:
    """Sheet 2 or 3: organisations by staff group."""
    header, problems = find_header(sheet, [*PLACES, "Total"])
    if header is None or problems:
        return None, problems
    columns = [column for column in range(header.at[CODE] + 1, len(header.cells)) if header.cells[column]]
    keys = [heading(header.cells[column]) for column in columns]
    rule = "this staff group has two columns; keep one of them"
    twice = [column for place, column in enumerate(columns) if keys[place] in keys[:place]]
    problems = [sheet.problem(rule, header.row, header.name(column)) for column in twice]
    problems += _unheaded(header)
    return _block(header, {column: header.cells[column] for column in columns}, problems, wte=wte)


def month_block(sheet: Sheet, *, wte: bool) -> tuple[Block | None, list[Problem]]:
    """Sheet 4 or 5: organisations by month."""
    header, problems = find_header(sheet, PLACES)
    if header is None or problems:
        return None, problems
    columns = [column for column in range(header.at[CODE] + 1, len(header.cells)) if header.cells[column]]
    months, problems = _months(header, columns)
    return _block(header, months, problems + _unheaded(header), wte=wte)


def england_series(sheet: Sheet) -> tuple[EnglandSeries | None, list[Problem]]:
    """Sheet 1: England by staff group and month, headcount above and full time equivalent below.

    The columns of change to the right of the months are left out.
    """
    header, months, problems = _england_header(sheet)
    if header is None:
        return None, problems
    lines = header.body(months)
    groups = {line: clean(sheet.rows[line][min(months) - 1]) for line in lines}
    rule = "this row has numbers but no staff group"
    problems += [sheet.problem(rule, line) for line, group in groups.items() if not group]
    cut, unclear = _cut(sheet, header.row)
    headcount, wrong = _england_half(header, months, {line: groups[line] for line in lines if line < cut}, wte=False)
    wte, unread = _england_half(header, months, {line: groups[line] for line in lines if line > cut}, wte=True)
    problems += unclear + wrong + unread
    if sorted(headcount.index) != sorted(wte.index):
        apart = ", ".join(sorted(set(headcount.index) ^ set(wte.index)))
        rule = "each staff group should stand once under HEADCOUNT and once under FULL TIME EQUIVALENT"
        problems.append(sheet.problem(rule, value=apart))
    rows = {group: line for line, group in groups.items() if line > cut}
    return EnglandSeries(sheet, headcount, wte, rows), problems


def _england_header(sheet: Sheet) -> tuple[Header | None, dict[int, Hashable], list[Problem]]:
    """The row of sheet 1 with most month ends, which has no other headings."""
    found = [[at for at, cell in enumerate(row) if month_of(cell)] for row in sheet.rows[:TOP_ROWS]]
    best = max(range(len(found)), key=lambda row: len(found[row]))
    if len(found[best]) < 2 or found[best][0] == 0:
        rule = "there should be a row of month ends above the numbers, such as 31 August 2024"
        return None, {}, [sheet.problem(rule)]
    header = Header(sheet, best, tuple(clean(cell) for cell in sheet.rows[best]), {})
    return header, *_months(header, found[best])


def _england_half(
    header: Header, months: dict[int, Hashable], groups: dict[int, str], *, wte: bool
) -> tuple[pd.DataFrame, list[Problem]]:
    """Staff groups by month, of the rows given."""
    marks = WTE_MARKS if wte else HEADCOUNT_MARKS
    values, problems = numbers(header, list(groups), list(months), marks, whole=not wte)
    problems += repeated(header, list(groups), [(heading(name),) for name in groups.values()])
    return pd.DataFrame(values, index=list(groups.values()), columns=list(months.values())), problems


def _cut(sheet: Sheet, header: int) -> tuple[int, list[Problem]]:
    """The row at which the headcounts end and the full time equivalents begin."""
    lines = range(header + 1, len(sheet.rows))
    first = [next((text for text in map(clean, sheet.rows[line]) if text), "").casefold() for line in lines]
    places = [next((at for at, text in enumerate(first) if text.startswith(kind)), -1) for kind in SECTIONS]
    if 0 <= places[0] < places[1]:
        return lines[places[1]], []
    rule = "the headings HEADCOUNT and FULL TIME EQUIVALENT should stand one above the other, left of the numbers"
    return len(sheet.rows), [sheet.problem(rule)]


def _months(header: Header, columns: Sequence[int]) -> tuple[dict[int, Hashable], list[Problem]]:
    months: dict[int, Hashable] = {}
    problems = []
    for column in columns:
        month = month_of(header.sheet.rows[header.row][column])
        if month is None:
            rule = "the heading of this column should be a month end, such as 31 August 2024"
            problems.append(header.sheet.problem(rule, header.row, header.name(column)))
        elif pd.Timestamp(month) in months.values():
            rule = "this month has two columns; keep one of them"
            problems.append(header.sheet.problem(rule, header.row, header.name(column)))
        else:
            months[column] = pd.Timestamp(month)
    return months, problems


def _unheaded(header: Header) -> list[Problem]:
    """Columns that hold numbers of organisations but have no heading."""
    lines = header.body([header.at[CODE]])
    empty = [column for column in range(header.at[CODE] + 1, len(header.cells)) if not header.cells[column]]
    rule = "this column holds numbers but has no heading; write what it is, or delete it"
    filled = [column for column in empty if any(is_filled(header.sheet.rows[line][column]) for line in lines)]
    return [header.sheet.problem(rule, header.row, header.name(column)) for column in filled]


def _block(
    header: Header, columns: dict[int, Hashable], problems: list[Problem], *, wte: bool
) -> tuple[Block | None, list[Problem]]:
    lines = header.body([*(header.at[place] for place in (ICS_CODE, NAME, CODE)), *columns])
    if not lines:
        return None, [*problems, header.no_rows()]
    rows, wrong = _places(header, lines)
    marks = WTE_MARKS if wte else HEADCOUNT_MARKS
    values, unread = numbers(header, lines, list(columns), marks, whole=not wte)
    organisations = rows[rows["kind"] == "organisation"]
    twice = repeated(header, list(organisations["row"]), [(code,) for code in organisations["code"]])
    return Block(header, rows, list(columns.values()), values), [*problems, *wrong, *unread, *twice]


def _places(header: Header, lines: list[int]) -> tuple[pd.DataFrame, list[Problem]]:
    """What each row is of. A region or ICS is named on its own row only, above the organisations that belong to it."""
    cells = pd.DataFrame({place: [header.text(line, place) for line in lines] for place in PLACES}, dtype="str")
    cells = cells.replace(PIVOT_BLANK, "")
    filled = cells != ""
    england = ~filled[[REGION_CODE, ICS_CODE, NAME, CODE]].any(axis=1) & (
        cells[REGION_NAME].str.casefold() == "england"
    )
    kinds = [england, filled[CODE], filled[ICS_CODE] & ~filled[NAME], filled[REGION_CODE] & ~filled[NAME]]
    kind = pd.Series(np.select(kinds, ["england", "organisation", "icb", "region"], ""), dtype="str")
    names = [cells[REGION_NAME], cells[NAME], cells[ICS_NAME], cells[REGION_NAME]]
    codes = [np.full(len(cells), ENGLAND), cells[CODE], cells[ICS_CODE], cells[REGION_CODE]]
    # A region's row ends the ICS above it, so that an organisation of no ICS does not fall to the last one.
    ics = cells[ICS_CODE].where(filled[ICS_CODE] | (kind == "region"))
    rows = pd.DataFrame(
        {
            "kind": kind,
            "code": np.select(kinds, codes, ""),
            "name": np.select(kinds, names, cells[NAME]),
            "region": cells[REGION_CODE].where(filled[REGION_CODE]).ffill().fillna(""),
            "ics": ics.ffill().fillna(""),
            "row": lines,
        }
    )
    rule = "this row has numbers but no organisation, ICS or region code; add the code"
    unknown = rows[rows["kind"] == ""].itertuples(index=False)
    return rows, [header.sheet.problem(rule, row.row, CODE, row.name) for row in unknown]
