"""What is not the same in what two runs were made from: files, what the plan covers, assumptions and scenarios."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from pipeline.assumptions import Assumption, Assumptions
from pipeline.model.scenarios import Scenario
from pipeline.report.words import MINUS

FILES = ["file", "kind", "what"]
ASSUMPTIONS = ["assumption", "then", "now", "unit", "source"]
ABSENT = "not there"
COVERS = {
    "base_month": "base month",
    "horizon_months": "months ahead",
    "ics": "integrated care boards",
    "employers": "employers",
    "pillars": "pillars",
}
"""What a plan says of what it covers, and how that is named."""


def files_changed(then: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A row an input file that was added, removed or changed (FILES), from two runs' records of their inputs."""
    before, after = ({(row["file"], row["kind"]): row["sha256"] for row in rows} for rows in (then, now))
    rows = [
        [*key, "added" if key not in before else "removed" if key not in after else "changed"]
        for key in sorted({**before, **after})
        if before.get(key) != after.get(key)
    ]
    return pd.DataFrame(rows, columns=FILES)


def covers_changed(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What the plan covers, where it is not the same: its name, and what it was and is, in words."""
    return [
        (name, _listed(then.get(key)), _listed(now.get(key)))
        for key, name in COVERS.items()
        if _covered(then.get(key)) != _covered(now.get(key))
    ]


def assumptions_changed(then: Assumptions, now: Assumptions) -> pd.DataFrame:
    """A row an assumption whose value, range, unit or grade is not the same, or that only one has (ASSUMPTIONS)."""
    rows = pd.DataFrame([_row(then.get(key), now.get(key)) for key in {**now, **then}], columns=ASSUMPTIONS)
    # What is the same to the last digit that is written is no change to a reader.
    return rows[rows["then"] != rows["now"]].reset_index(drop=True)


def scenarios_changed(then: Iterable[Scenario], now: Iterable[Scenario]) -> list[tuple[str, str]]:
    """The label of each scenario that was added, removed or changed, and which of these."""
    before, after = ({each.name: each for each in scenarios} for scenarios in (then, now))
    return [
        (
            {**before, **after}[name].label,
            "added" if name not in before else "removed" if name not in after else "changed",
        )
        for name in {**after, **before}
        if before.get(name) != after.get(name)
    ]


def _covered(value: Any) -> Any:
    """As it counts: the names that a plan gives its employers, and the order of a list, do not."""
    return sorted(value) if isinstance(value, list | dict) else value


def _listed(value: Any) -> str:
    return ", ".join(sorted(map(str, value))) if isinstance(value, list | dict) else str(value)


def _row(then: Assumption | None, now: Assumption | None) -> list[str]:
    either = now or then
    assert either is not None
    grades = then is not None and now is not None and then.grade != now.grade
    units = then is not None and now is not None and then.unit != now.unit
    said = [ABSENT if each is None else _value(each, with_unit=units, with_grade=grades) for each in (then, now)]
    return [either.label, *said, either.unit, either.source or "placeholder: no source read"]


def _value(assumption: Assumption, *, with_unit: bool, with_grade: bool) -> str:
    """Value and range, and the unit and the grade where that is what changed."""
    ranged = "" if assumption.low is None else f" ({_number(assumption.low)} to {_number(assumption.high)})"
    unit = f" {assumption.unit}" if with_unit else ""
    return f"{_number(assumption.value)}{unit}{ranged}{f', {assumption.grade}' if with_grade else ''}"


def _number(value: float | None) -> str:
    """With digits enough to tell a small change."""
    return f"{value:,.6g}".replace("-", MINUS)
