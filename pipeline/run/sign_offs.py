"""The sign-offs of a plan: who approved which report, with which minute, one line each and never changed.

Each line carries a seal, the checksum of what it says and of all lines before it, so that a history that was altered is
noticed.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.problems import InputRefused, Problem
from pipeline.store import digest, write_text_atomic

_LINE = re.compile(r"[^\n]*\n|[^\n]+$")
ALTERED = (
    "the history of sign-offs was altered or damaged at this line, so none of it counts; put the file back as it was "
    "from a backup"
)


@dataclass(frozen=True)
class SignOff:
    """One approval of one report.

    `run_id` and `strategy_sha256` are the report that was read, `content` the checksum of all that it was made from,
    `version` that of plan.yaml, `date` the day of the decision (ISO) and `recorded` when it was written down.
    `placeholders` are the assumptions that stood in for a figure and were accepted.
    """

    run_id: str
    content: str
    strategy_sha256: str
    version: str
    by: str
    role: str
    minute: str
    date: str
    recorded: str
    placeholders: list[str] = field(default_factory=list)
    seal: str = ""

    def facts(self) -> dict[str, Any]:
        """As a record of a run holds it."""
        return asdict(self)


@dataclass(frozen=True)
class SignOffs:
    """The sign-offs of one plan, in data/kept/<plan>: runs only add to them."""

    folder: Path

    @property
    def path(self) -> Path:
        """The file that holds them."""
        return self.folder / "sign_offs.jsonl"

    def all(self) -> list[SignOff]:
        """Every sign-off, oldest first. Raises InputRefused for a history that was altered."""
        lines = _LINE.findall(self._text())
        return [self._read(lines, number) for number in range(len(lines))]

    def add(self, sign_off: SignOff) -> SignOff:
        """Add one, and give it as it was written. Raises InputRefused for a history that was altered."""
        self.all()
        text = self._text()
        sealed = replace(sign_off, seal=_seal(text, sign_off))
        write_text_atomic(self.path, f"{text}{json.dumps(sealed.facts(), ensure_ascii=False)}\n")
        return sealed

    def _text(self) -> str:
        return self.path.read_bytes().decode("utf-8", errors="replace") if self.path.is_file() else ""

    def _read(self, lines: Sequence[str], number: int) -> SignOff:
        try:
            found = SignOff(**json.loads(lines[number]))
        except (ValueError, TypeError):
            found = None
        if found is None or found.seal != _seal("".join(lines[:number]), found):
            raise InputRefused([Problem(file=str(self.path), row=number + 1, rule=ALTERED)])
        return found


def day(text: str) -> dt.date:
    """A day written as 2026-03-31. Raises ValueError in plain words."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"a day is written as 2026-03-31; this is {text}") from None


def _seal(before: str, sign_off: SignOff) -> str:
    return digest([before, replace(sign_off, seal="").facts()])
