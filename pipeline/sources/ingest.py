"""A plan's files read into the canonical tables: all of them, or none and every reason why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from pipeline.plan import Plan, SourceFile
from pipeline.problems import InputRefused, Problem
from pipeline.reference import SourceCard, source_cards
from pipeline.sources import catalogue
from pipeline.sources.cross_rules import cross_problems
from pipeline.sources.mapping import plan_mapping
from pipeline.sources.organisations import EMPLOYING, combine
from pipeline.sources.reading import ReadOptions, Tables
from pipeline.store import Origin, Store, file_sha256
from pipeline.tables import TABLES, UNMAPPED, validate

DATE_COLUMNS = ("month", "quarter_end", "year_end", "as_of", "from_date", "opened", "valid_from")
LABEL_COLUMNS = {
    "staff": "discipline",
    "activity": "test",
    "activity_by_setting": "test",
    "turnaround": "test",
    "waiting": "test",
}

RESTATED = frozenset({"staff_groups"})
"""Tables whose every publication gives the whole series again, with revisions: the newest one's figure stands."""


@dataclass(frozen=True)
class Ingested:
    """What a plan's files hold: the tables, where each came from, and what the reader of a report should know."""

    tables: Tables
    origins: dict[str, list[Origin]]
    notes: list[str] = field(default_factory=list)


def read_sources(plan: Plan) -> Ingested:
    """Every file of the plan, read, checked and put together by table.

    Raises InputRefused with every problem of every file; nothing is written.
    """
    problems: list[Problem] = []
    frames: dict[str, list[pd.DataFrame]] = defaultdict(list)
    origins: dict[str, list[Origin]] = defaultdict(list)
    mapping = plan_mapping(plan)
    for source in plan.sources:
        try:
            read = catalogue.reader(source.reader).read(source.path, ReadOptions(sheet=source.sheet, mapping=mapping))
        except InputRefused as refused:
            problems += refused.problems
            continue
        for name, frame in read.items():
            frames[name].append(frame)
            origins[name].append(_origin(source, frame))
    if problems:
        raise InputRefused(problems)
    tables, notes = _together(frames)
    problems = [*_unknown_employers(plan, tables), *cross_problems(plan, mapping, tables)]
    if problems:
        raise InputRefused(problems)
    return Ingested(tables, dict(origins), notes)


def ingest(plan: Plan, store: Store) -> Ingested:
    """Read the plan's files into the store. The store changes only if every file is good."""
    ingested = read_sources(plan)
    for name in TABLES:
        if name in ingested.tables:
            store.write(name, ingested.tables[name], ingested.origins[name])
        else:
            store.remove(name)
    return ingested


def unmapped(tables: Tables) -> pd.DataFrame:
    """Published labels that the mapping does not know (table, label, rows): kept in the tables, shown in the report."""
    found = [
        tables[name]
        .loc[tables[name]["pillar"] == UNMAPPED, label]
        .value_counts()
        .rename_axis("label")
        .reset_index(name="rows")
        .assign(table=name)
        for name, label in LABEL_COLUMNS.items()
        if name in tables
    ]
    columns = ["table", "label", "rows"]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def _together(frames: dict[str, list[pd.DataFrame]]) -> tuple[Tables, list[str]]:
    tables: Tables = {}
    notes: list[str] = []
    problems: list[Problem] = []
    for name, parts in frames.items():
        try:
            if name == "organisations":
                tables[name], notes = combine(parts)
            else:
                tables[name] = validate(name, _newest(name, parts) if name in RESTATED else _stacked(parts))
        except InputRefused as refused:
            problems += refused.problems
    if problems:
        raise InputRefused(problems)
    return tables, notes


def _stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True)


def _newest(name: str, parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Parts that each restate the past as one frame, with the latest publication's figure for every key."""
    checked = [validate(name, part) for part in parts]
    in_order = sorted(checked, key=lambda part: part["month"].max())
    return _stacked(in_order).drop_duplicates(list(TABLES[name].key), keep="last", ignore_index=True)


def _unknown_employers(plan: Plan, tables: Tables) -> Iterable[Problem]:
    known: set[str] = set()
    for table in tables.values():
        employing = table[table["kind"].isin(EMPLOYING)] if "kind" in table.columns else table
        for column in ("employer", "provider", "code"):
            if column in table.columns:
                known |= set(employing[column].dropna().unique())
    for code in plan.file.employers:
        if known and code not in known:
            rule = "no file of the plan has this organisation; check the code or add a file that has it"
            yield Problem(file=str(plan.folder / "plan.yaml"), key=f"employers.{code}", value=code, rule=rule)


def _origin(source: SourceFile, frame: pd.DataFrame) -> Origin:
    card = source_cards()[source.reader]
    return Origin(
        file=source.path.name,
        sha256=file_sha256(source.path),
        bytes=source.path.stat().st_size,
        reader=source.reader,
        title=card.title,
        publisher=_publisher(card, source),
        licence="Fictional data, MIT" if source.fictional else card.licence,
        page=card.page,
        period=_period(frame),
        disclosure=source.disclosure,
    )


def _publisher(card: SourceCard, source: SourceFile) -> str:
    if not source.fictional:
        return card.publisher
    return f"Fictional, in the format of {card.publisher}" if card.published else "Fictional"


def _period(frame: pd.DataFrame) -> str:
    for column in DATE_COLUMNS:
        days = pd.to_datetime(frame[column].dropna()) if column in frame.columns else pd.Series(dtype="datetime64[us]")
        if len(days):
            first, last = f"{days.min():%B %Y}", f"{days.max():%B %Y}"
            return first if first == last else f"{first} to {last}"
    return ""
