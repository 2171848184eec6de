"""What is wrong with an input, said so that the person who sent it can put it right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.plain_text import shown_value, visible


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one place.

    `rule` says in plain English what was expected and, where it helps, what to do.
    `row` counts from 1 as a spreadsheet does; `key` is the dotted place in plan.yaml. `cell` is the cell of a sheet,
    such as D7, and is then shown in place of row and column. In words, nothing of it hides or commands a terminal.
    """

    file: str
    rule: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    key: str = ""
    cell: str = ""

    def __str__(self) -> str:
        where = [self.file]
        if self.sheet:
            where.append(f"sheet “{self.sheet}”")
        if self.cell:
            where.append(f"cell {self.cell} ({self.column})" if self.column else f"cell {self.cell}")
        else:
            where += [f"row {self.row}"] if self.row is not None else []
            where += [f"column “{self.column}”"] if self.column else []
        if self.key:
            where.append(f"key {self.key}")
        said = f"{self.rule.rstrip('.')}. Found: {shown_value(self.value)}" if self.value else self.rule
        return visible(f"{', '.join(where)}: {said}")


class InputRefused(Exception):
    """An input cannot be used. Carries every problem found, never only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(dict.fromkeys(problems))
        if not self.problems:
            raise ValueError("InputRefused needs at least one problem")
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[InputRefused], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)
