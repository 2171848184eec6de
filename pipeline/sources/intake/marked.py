"""A copy of a returned workbook in which every cell to put right is coloured and says why, with a list of them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.problems import Problem
from pipeline.sources._workbook_cells import clean, column_letter, heading
from pipeline.sources._workbook_check import check_file
from pipeline.sources.intake.book import LINE_POINTS, lines_of
from pipeline.sources.intake.grid import grid_of, open_book
from pipeline.sources.intake.headings import find_headings
from pipeline.sources.intake.layout import HEADING_FILL, HEADING_ROW, HEADING_TEXT, TO_PUT_RIGHT, cell_name
from pipeline.store import atomic_path
from pipeline.tables import TABLES

AUTHOR = "workforce check"
"""Who the comments are by: by it the marks of an earlier copy are known and taken away."""
_MARK = PatternFill("solid", fgColor="FFEB9C")
_PLAIN = Font(name="Arial", size=10)
_HEADING = PatternFill("solid", fgColor=HEADING_FILL)
_HEADING_FONT = Font(name="Arial", size=10, bold=True, color=HEADING_TEXT)
_BEGINS, _NOTE = "PUT RIGHT: ", "The sender's own note: "
_COLUMNS = {"No.": 6, "Sheet": 24, "Cell": 10, "Heading": 24, "What to do": 70, "Found": 40}
_HOW = (
    "Each cell named below is yellow on its sheet, and a comment on it says the same. Click its name to go there.",
    "When all is put right, save the workbook as .xlsx and send it back. This sheet may stay: it is not read.",
)
_LIST_ROW, _LINK_COLUMN = 5, 3
"""Where the list begins, and which of its columns names the cell."""
_MOST_LETTERS = 500
"""The most shown of what was found."""
_WIDTH, _LINE, _LETTERS = 320, 18, 48
"""Width of a comment and height of a line of it, in points, and the letters that fit a line."""


def write_marked(path: Path, problems: Iterable[Problem], out: Path) -> Path:
    """Write to `out` a marked copy of a returned workbook, whole or not at all; the path of the copy.

    Marks the problems of this file (by path or by name), in the cell they name or that their row and heading lead to,
    or else in the first cell of their sheet. The sender's values, the lists and the protection stay.
    Raises InputRefused where the file cannot be opened, and ValueError where the copy would stand beside the original.
    """
    if out.resolve().parent == path.resolve().parent:
        raise ValueError(f"a marked copy does not belong in the folder of the workbook it is of: {out}")
    check_file(path)
    book = open_book(path)
    _unmark(book)
    placed = [(each, _cell(path, book, each)) for each in problems if each.file in (str(path), path.name)]
    _mark(placed)
    _list(book, placed)
    with atomic_path(out) as partial:
        book.save(partial)
    return out


def _unmark(book: Workbook) -> None:
    """Take away the list, the comments and the colour of an earlier copy that was put right and sent back."""
    if TO_PUT_RIGHT in book.sheetnames:
        del book[TO_PUT_RIGHT]
    for cell in (cell for sheet in book.worksheets for cell in _cells(sheet)):
        if cell.comment is not None and cell.comment.author == AUTHOR:
            _, _, note = str(cell.comment.text).partition(_NOTE)
            cell.comment = Comment(note, "") if note else None
            cell.fill = PatternFill()
            if cell.row == HEADING_ROW:
                cell.fill, cell.font = _HEADING, _HEADING_FONT


def _cells(sheet: Worksheet) -> list[Cell]:
    stored: Mapping[tuple[int, int], Cell | MergedCell] = sheet._cells
    return [cell for cell in stored.values() if isinstance(cell, Cell)]


def _cell(path: Path, book: Workbook, problem: Problem) -> Cell | None:
    """The cell that a problem is of, or the first of its sheet; nothing where there is no such sheet."""
    named = (sheet for sheet in book.worksheets if problem.sheet and heading(sheet.title) == heading(problem.sheet))
    sheet = next(named, None)
    if sheet is None:
        return None
    place = problem.cell or _by_heading(path, sheet, problem) or "A1"
    merged = next((each for each in sheet.merged_cells.ranges if place in each), None)
    return _cell_at(sheet, cell_name(merged.min_row, merged.min_col) if merged else place)


def _cell_at(sheet: Worksheet, place: str) -> Cell | None:
    """A cell; one that nobody has typed in is opened and takes the form of its column, so that it can be filled in."""
    row, column = coordinate_to_tuple(place)
    unused = (row, column) not in sheet._cells
    cell = sheet.cell(row, column)
    shape = sheet.column_dimensions.get(column_letter(column - 1))
    if unused and shape is not None and isinstance(cell, Cell):
        cell.number_format, cell.font = shape.number_format, _PLAIN
        cell.alignment, cell.protection = Alignment(vertical="top"), Protection(locked=False)
    return cell if isinstance(cell, Cell) else None


def _by_heading(path: Path, sheet: Worksheet, problem: Problem) -> str:
    """The cell of a problem that names its row, and its column by heading or as the tables name it."""
    table = next((table for table in TABLES.values() if heading(table.title) == heading(sheet.title)), None)
    found = find_headings(grid_of(path, sheet, {}), table) if table else None
    if table is None or found is None or problem.row is None:
        return ""
    labels = {column: heading(label) for column, label in table.labels().items()}
    named = [column for column in found.at if problem.column == column or heading(problem.column) == labels[column]]
    return cell_name(problem.row, found.at[named[0]] if named else min(found.at.values()))


def _mark(placed: Sequence[tuple[Problem, Cell | None]]) -> None:
    said: dict[Cell, list[str]] = {}
    for problem, cell in placed:
        if cell is not None:
            said.setdefault(cell, []).append(_words(problem))
    for cell, words in said.items():
        note = [_NOTE + str(cell.comment.text)] if cell.comment is not None else []
        text = "\n".join([_BEGINS + words[0], *(f"ALSO: {more}" for more in words[1:]), *note])
        lines = sum(-(-len(line) // _LETTERS) for line in text.splitlines())
        cell.comment = Comment(text, AUTHOR, height=(lines + 1) * _LINE, width=_WIDTH)
        cell.fill = _MARK
        if cell.row == HEADING_ROW:
            # White letters, which headings have, could not be read on the colour of a mark.
            cell.font = Font(name="Arial", size=10, bold=True)


def _words(problem: Problem) -> str:
    found = f" Found: {_fit(problem.value)}." if problem.value else ""
    return f"{problem.rule[:1].upper()}{_fit(problem.rule[1:]).rstrip('.')}.{found}"


def _list(book: Workbook, placed: Sequence[tuple[Problem, Cell | None]]) -> None:
    """The first sheet: every problem in a row, with a link to its cell."""
    sheet = book.create_sheet(TO_PUT_RIGHT, 0)
    count = f"{len(placed):,} thing{'s' if len(placed) > 1 else ''} to put right in this workbook"
    _write(sheet, 1, 1, count, Font(name="Arial", size=16, bold=True))
    sheet.row_dimensions[1].height = 24
    for row, text in enumerate(_HOW, start=2):
        _write(sheet, row, 1, text, _PLAIN)
    for column, (title, width) in enumerate(_COLUMNS.items(), start=1):
        cell = _write(sheet, _LIST_ROW, column, title, _HEADING_FONT)
        cell.fill = _HEADING
        sheet.column_dimensions[column_letter(column - 1)].width = width
    for number, (problem, at) in enumerate(placed, start=1):
        _list_one(sheet, _LIST_ROW + number, number, problem, at)
    sheet.freeze_panes = f"A{_LIST_ROW + 1}"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    _only_active(book, sheet)


def _list_one(sheet: Worksheet, row: int, number: int, problem: Problem, at: Cell | None) -> None:
    place = at.coordinate if at is not None else ""
    texts = (str(number), problem.sheet, place, problem.column, problem.rule, problem.value)
    for column, text in enumerate(texts, start=1):
        _write(sheet, row, column, text, _PLAIN, wrap=True)
    tall = max(lines_of(_fit(text), width) for text, width in zip(texts, _COLUMNS.values(), strict=True))
    sheet.row_dimensions[row].height = tall * LINE_POINTS + 2
    if at is not None:
        title = at.parent.title.replace("'", "''")
        sheet.cell(row, _LINK_COLUMN).hyperlink = f"#'{title}'!{place}"
        sheet.cell(row, _LINK_COLUMN).font = Font(name="Arial", size=10, underline="single", color="0563C1")


def _write(sheet: Worksheet, row: int, column: int, text: str, font: Font, *, wrap: bool = False) -> Cell | MergedCell:
    cell = sheet.cell(row, column)
    cell.font, cell.alignment = font, Alignment(vertical="top", wrap_text=wrap)
    if text:
        cell.value = _fit(text)
        # What the sender typed may begin with “=”, and is no formula here.
        cell.data_type = "s"
    return cell


def _fit(text: str) -> str:
    """A text that a cell or a comment can hold."""
    bare = ILLEGAL_CHARACTERS_RE.sub("", clean(text))
    return bare if len(bare) <= _MOST_LETTERS else f"{bare[:_MOST_LETTERS]}…"


def _only_active(book: Workbook, shown: Worksheet) -> None:
    """Open the workbook on one sheet: two that are selected together would both take what is typed in one."""
    book.active = book.index(shown)
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is shown
