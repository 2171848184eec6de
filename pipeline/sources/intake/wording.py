"""What a workbook says of each column to the person who fills it in."""

from __future__ import annotations

from pipeline.schema import Table
from pipeline.sources.intake.layout import Kind, kind_of
from pipeline.sources.intake.senders import PlanSender, own_column

_LEFT_OUT = (", as its last day", ", by the mapping's name")
"""What the schemas say that the list or the hint says better."""
_HINTS: dict[Kind, str] = {
    "month": "any date in the month, such as 30/09/2025",
    "date": "a date, such as 30/09/2025",
    "number": "a number",
    "share": "from 0 to 1, or a percentage such as 55%",
    "flag": "yes or no",
    "word": "choose from the list",
    "code": "capital letters and digits",
    "text": "",
}
_UNITS: dict[Kind, str] = {"month": "month", "word": "from the list"}


def what_to_write(table: Table, column: str, sender: PlanSender) -> str:
    """One line on what a column takes: what it holds, in which form, and whether it may be left empty."""
    holds = str(table.schema.columns[column].description)
    for words in _LEFT_OUT:
        holds = holds.removesuffix(words)
    if column == own_column(sender.kind, table):
        return f"{_capital(holds)}: always {sender.code}, and may be left empty"
    empty = "" if table.required(column) else "may be left empty"
    return "; ".join(part for part in (_joined(holds, hint(table, column)), empty) if part)


def hint(table: Table, column: str) -> str:
    """The form that a column's cells take, in a few words."""
    kind = kind_of(table, column)
    if kind not in ("whole", "number"):
        return _HINTS[kind]
    low, high = table.bounds(column)
    thing = "a whole number" if kind == "whole" else _HINTS["number"]
    if low is not None and high is not None:
        return f"{thing} from {low:g} to {high:g}"
    return thing if low is None else f"{thing}, {low:g} or more"


def unit_words(table: Table, column: str) -> str:
    """The unit of a column as its sheet shows it."""
    unit = _UNITS.get(kind_of(table, column), table.units()[column])
    return unit if table.required(column) else f"{unit} (optional)"


def _joined(holds: str, form: str) -> str:
    return f"{_capital(holds)}: {form}" if form else _capital(holds)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
