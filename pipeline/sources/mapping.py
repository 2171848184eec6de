"""How published labels map to the four pillars and to the plan's own names (reference/mapping.csv)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.plan import Plan
from pipeline.problems import InputRefused, Problem
from pipeline.reference import FOLDER
from pipeline.tables import PILLAR_VALUES, UNMAPPED

TEST_SCHEMES = ("dm01_test", "did_modality", "local_test")
STAFF_SCHEMES = ("care_setting", "support_care_setting", "specialty")
SCHEMES = (*TEST_SCHEMES, *STAFF_SCHEMES, "cdc_service")
COLUMNS = ["scheme", "label", "pillar", "name", "note"]


@dataclass(frozen=True)
class Mapped:
    """Where a published label belongs: its pillar and the name the plan uses for it."""

    pillar: str
    name: str
    note: str = ""


@dataclass(frozen=True)
class Mapping:
    """Published label to pillar and name, by scheme. Labels match whatever their case and spacing."""

    entries: dict[tuple[str, str], Mapped]

    def find(self, scheme: str, label: str) -> Mapped:
        """Where a label belongs; a label the mapping does not know keeps its own name and the pillar `unmapped`."""
        return self.entries.get((scheme, _plain(label)), Mapped(UNMAPPED, " ".join(label.split())))

    def labels(self, scheme: str) -> list[str]:
        """The labels (lower case) that a scheme knows."""
        return [label for known, label in self.entries if known == scheme]

    def pillars_of(self, schemes: Iterable[str]) -> dict[str, str]:
        """The pillar of every name that these schemes give, in the order of the mapping."""
        wanted = set(schemes)
        return {mapped.name: mapped.pillar for (scheme, _), mapped in self.entries.items() if scheme in wanted}


def load_mapping(extra: Path | None = None) -> Mapping:
    """The default mapping, with a plan's own rows added or put in place of it.

    Raises InputRefused for unknown columns, schemes or pillars, empty cells and repeated labels.
    """
    entries = dict(default_mapping().entries)
    if extra is not None:
        entries.update(_read(extra))
    return Mapping(entries)


def plan_mapping(plan: Plan) -> Mapping:
    """The mapping of a plan: the default one with the rows of its own file, if it names one. Errors as load_mapping."""
    return load_mapping(plan.resolve(plan.file.mapping) if plan.file.mapping else None)


@cache
def default_mapping() -> Mapping:
    """The mapping the project ships."""
    return Mapping(_read(FOLDER / "mapping.csv"))


def _plain(label: str) -> str:
    return " ".join(label.split()).casefold()


def _read(path: Path) -> dict[tuple[str, str], Mapped]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except UnicodeDecodeError as error:
        rule = "the file is not saved as UTF-8 text; save it again"
        raise InputRefused([Problem(file=str(path), rule=rule)]) from error
    missing = [column for column in COLUMNS if not rows or column not in rows[0]]
    if missing:
        rule = f"the columns {', '.join(missing)} are missing; the header is {','.join(COLUMNS)}"
        raise InputRefused([Problem(file=str(path), row=1, rule=rule)])
    problems = list(_problems(path, rows))
    if problems:
        raise InputRefused(problems)
    return {
        (row["scheme"], _plain(row["label"])): Mapped(row["pillar"], row["name"], row["note"] or "") for row in rows
    }


def _problems(path: Path, rows: Iterable[dict[str, str]]) -> Iterable[Problem]:
    seen: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows, start=2):
        allowed = {"scheme": list(SCHEMES), "pillar": PILLAR_VALUES}
        for column, values in allowed.items():
            if row[column] not in values:
                rule = f"should be one of {', '.join(values)}"
                yield Problem(file=str(path), row=number, column=column, value=row[column] or "", rule=rule)
        for column in ("label", "name"):
            if not (row[column] or "").strip():
                yield Problem(file=str(path), row=number, column=column, rule="the cell should not be empty")
        key = (row["scheme"], _plain(row["label"] or ""))
        if key in seen:
            rule = f"this label is already mapped in row {seen[key]}; keep one of them"
            yield Problem(file=str(path), row=number, column="label", value=row["label"], rule=rule)
        seen.setdefault(key, number)
