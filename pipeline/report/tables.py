"""A data frame as an accessible HTML table: caption, scoped headers, no empty header cell, numbers a reader can use."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from html import escape
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd

from pipeline.report import words
from pipeline.report.disclosure import HIDDEN, LABEL_COLUMNS, Disclosed

LONG = 24
"""Rows beyond which a table scrolls inside its box on a screen."""
SENTENCE = 60
"""Letters from which what a cell says is read on, not taken in at a glance."""
WIDE = {"wider": 12, "wide": 8}
"""Columns from which a printed table is set smaller, and smaller still."""
NUMBER_MARK = "<!--number-->"
"""Where the document writes "Table 4.1." or "Figure 4.1."; a comment, so nothing in JupyterLab."""

Formats = Mapping[str, str]
_NUMERIC: dict[str, Callable[[Any], str]] = {
    "wte": words.wte,
    "count": words.count,
    "percent": words.percent,
    "money": words.money,
    "ratio": words.ratio,
}
_CAPITALS = {
    "wte",
    "wisn",
    "cdc",
    "icb",
    "ics",
    "nhs",
    "id",
    "ods",
    "ct",
    "mri",
    "afc",
    "dm01",
    "did",
    "p10",
    "p50",
    "p90",
    "gp",
}
_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True)
class Arranged:
    """A table as it is about to be written: its columns in order, how each is written, what is hidden, and a note."""

    frame: pd.DataFrame
    kinds: Mapping[Hashable, str]
    hidden: pd.DataFrame
    says: str


def to_html(
    frame: pd.DataFrame | Disclosed,
    caption: str,
    *,
    note: str = "",
    row_header: str | None = None,
    formats: Formats | None = None,
    number: str = NUMBER_MARK,
) -> str:
    """A table as HTML that can be read by eye, by ear and on a narrow screen; `arrange` says what it takes."""
    return written(arrange(frame, row_header, formats), caption, note=note, number=number)


def arrange(frame: pd.DataFrame | Disclosed, row_header: str | None = None, formats: Formats | None = None) -> Arranged:
    """A table made ready to be written.

    `formats` names how a column is written: wte, count, percent (of a share 0 to 1), money, ratio, month, date or text;
    other columns are written by their type. `row_header` is the column that names each row (by default the first).
    The index is shown only where it has a name.
    """
    shown = frame if isinstance(frame, Disclosed) else _open(frame)
    ordered = _ordered(_flat(shown.frame), row_header)
    hidden = shown.hidden.reset_index(drop=True).reindex(columns=ordered.columns, fill_value=False)
    return Arranged(ordered, _kinds(ordered, formats or {}), hidden, shown.says)


def written(shown: Arranged, caption: str, *, note: str = "", number: str = NUMBER_MARK, printed: int = 0) -> str:
    """An arranged table as HTML. On paper it has its first `printed` rows, and says so; 0 is all of them."""
    if not caption.strip():
        raise ValueError("a table needs a caption that says what it holds")
    ordered, kinds = shown.frame, shown.kinds
    label = escape(f"Table: {caption}", quote=True)
    classes = "wf-scroll wf-long" if len(ordered) > LONG else "wf-scroll"
    return (
        f'<div class="wf wf-table{_width(len(ordered.columns))}">'
        f'<div class="{classes}" role="region" tabindex="0" aria-label="{label}"><table>'
        f'<caption><span class="wf-title">{number}{escape(caption)}</span></caption>'
        f"<thead><tr>{''.join(_heading(name, kinds[name]) for name in ordered.columns)}</tr></thead>"
        f"<tbody>{_body(ordered, kinds, shown.hidden, printed or len(ordered))}</tbody></table></div>"
        f"{_notes(note, shown.says)}{_hint(len(ordered))}{_left_out(len(ordered), printed)}</div>"
    )


def as_text(shown: Arranged) -> list[list[str]]:
    """The cells of an arranged table as they are read, row by row: the mark where hidden, – where not available."""
    columns = [
        [
            HIDDEN if is_hidden else _said(value, shown.kinds[name])
            for value, is_hidden in zip(values, marks, strict=True)
        ]
        for name, values, marks in ((name, shown.frame[name], shown.hidden[name]) for name in shown.frame.columns)
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def _said(value: Any, kind: str) -> str:
    return "–" if _is_blank(value) else _text(value, kind)


def is_number(kind: str) -> bool:
    """Whether a column of a kind holds numbers, which stand at the right."""
    return kind in _NUMERIC


def _width(columns: int) -> str:
    """The class of a table whose columns only fit a printed page in smaller letters."""
    return next((f" wf-{name}" for name, least in WIDE.items() if columns >= least), "")


def heading(name: object) -> str:
    """A column name as a heading: staff_group is Staff group, wte_change is WTE change."""
    text = str(name)
    if not _SNAKE.fullmatch(text):
        return text
    parts = [part.upper() if part in _CAPITALS else part for part in text.split("_")]
    return " ".join([parts[0][:1].upper() + parts[0][1:], *parts[1:]])


def _open(frame: pd.DataFrame) -> Disclosed:
    return Disclosed(frame, pd.DataFrame(False, index=frame.index, columns=frame.columns), "")


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    if frame.columns.nlevels > 1:
        raise ValueError("a table has one row of headings; join the levels of the columns into one name each")
    flat = frame.reset_index() if any(name is not None for name in frame.index.names) else frame.reset_index(drop=True)
    names = [str(name).strip() for name in flat.columns]
    if not names or not all(names) or len(set(names)) < len(names):
        raise ValueError("a table needs a heading for every column, and no heading twice")
    return flat


def _ordered(frame: pd.DataFrame, row_header: str | None) -> pd.DataFrame:
    if row_header is None:
        return frame
    if row_header not in frame.columns:
        raise ValueError(f"the row header {row_header!r} is not a column of the table")
    return frame[[row_header, *(name for name in frame.columns if name != row_header)]]


def _kinds(frame: pd.DataFrame, formats: Formats) -> dict[Hashable, str]:
    allowed = {*_NUMERIC, "month", "date", "text"}
    wrong = {name: kind for name, kind in formats.items() if kind not in allowed or name not in frame.columns}
    if wrong:
        raise ValueError(f"formats are {', '.join(sorted(allowed))}, by column of the table; not {wrong}")
    return {name: formats.get(str(name)) or _kind(frame[name]) for name in frame.columns}


def _kind(column: pd.Series) -> str:
    values = column.dropna()
    if str(column.name).casefold() in LABEL_COLUMNS or pd.api.types.is_bool_dtype(column):
        return "text"
    if pd.api.types.is_integer_dtype(column):
        return "count"
    if pd.api.types.is_numeric_dtype(column) or (len(values) > 0 and all(_is_number(value) for value in values)):
        return "wte"
    if pd.api.types.is_datetime64_any_dtype(column) or (
        len(values) > 0 and all(isinstance(value, dt.date) for value in values)
    ):
        return "month" if pd.DatetimeIndex(pd.to_datetime(values)).is_month_end.all() else "date"
    return "text"


def _is_number(value: object) -> bool:
    return isinstance(value, Number) and not isinstance(value, bool)


def _heading(name: Hashable, kind: str) -> str:
    return f'<th scope="col"{_css(kind)}>{escape(heading(name))}</th>'


def _css(kind: str) -> str:
    if kind in _NUMERIC:
        return ' class="wf-n"'
    return ' class="wf-day"' if kind in {"month", "date"} else ""


def _reads_on(values: pd.Series) -> str:
    """The mark of a column of sentences, which needs more width on a narrow screen than one of words."""
    return ' class="wf-text"' if any(len(str(value)) > SENTENCE for value in values) else ""


def _body(frame: pd.DataFrame, kinds: Mapping[Hashable, str], hidden: pd.DataFrame, printed: int) -> str:
    if frame.empty:
        return f'<tr><td colspan="{len(frame.columns)}">There is nothing to show.</td></tr>'
    columns = [
        [_cell(value, kinds[name], is_hidden) for value, is_hidden in zip(frame[name], hidden[name], strict=True)]
        for name in frame.columns
    ]
    css = [_css(kinds[name]) or _reads_on(frame[name]) for name in frame.columns]
    return "".join(_row(cells, css, place >= printed) for place, cells in enumerate(zip(*columns, strict=True)))


def _row(cells: tuple[str, ...], css: list[str], unprinted: bool) -> str:
    total = ' class="wf-total"' if cells[0].casefold() == "total" else ""
    kind = ' class="wf-rest"' if unprinted else total
    rest = "".join(f"<td{name}>{cell}</td>" for cell, name in zip(cells[1:], css[1:], strict=True))
    return f'<tr{kind}><th scope="row"{css[0]}>{cells[0]}</th>{rest}</tr>'


def _cell(value: Any, kind: str, hidden: bool) -> str:
    if hidden:
        return _spoken(HIDDEN, "hidden, a small count")
    if _is_blank(value):
        return _spoken("–", words.NOT_AVAILABLE)
    return escape(_text(value, kind))


def _is_blank(value: Any) -> bool:
    if isinstance(value, str | list | tuple | set | dict):
        return not str(value).strip()
    return words.is_missing(value)


def _text(value: Any, kind: str) -> str:
    if kind in _NUMERIC:
        return _NUMERIC[kind](value) if _is_number(value) else str(value)
    if kind in {"month", "date"} and isinstance(value, dt.date | pd.Timestamp):
        return words.month(value) if kind == "month" else words.date(value)
    if isinstance(value, bool | np.bool_):
        return "Yes" if value else "No"
    return str(value)


def _spoken(sign: str, meaning: str) -> str:
    return f'<span aria-hidden="true">{sign}</span><span class="wf-hidden">{meaning}</span>'


def _hint(rows: int) -> str:
    return (
        f'<p class="wf-note wf-hint">{words.plural(rows, "row")}: scroll the table to see them all.</p>'
        if rows > LONG
        else ""
    )


def _left_out(rows: int, printed: int) -> str:
    """What a printed page says of the rows that it leaves out; hidden on a screen, which has them all."""
    if not 0 < printed < rows:
        return ""
    return (
        f'<p class="wf-note wf-printed">The first {words.count(printed)} of {words.plural(rows, "row")}; '
        "strategy.html and the workbook have them all.</p>"
    )


def _notes(*notes: str) -> str:
    return "".join(f'<p class="wf-note">{escape(note)}</p>' for note in notes if note.strip())
