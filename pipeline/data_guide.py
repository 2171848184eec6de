"""docs/data.md, written from the source cards and the schemas of the canonical tables."""

from __future__ import annotations

from pathlib import Path

from pipeline.reference import SourceCard, source_cards
from pipeline.tables import TABLES, Table

GUIDE_FILE = Path(__file__).resolve().parents[1] / "docs" / "data.md"

OPENING = """# Data guide

Which files the pipeline reads, and the tables it makes of them. This page is written from the code
(`python -m pipeline.data_guide`) and a test keeps it current.

Months are written as their last day. Headcount (people) and WTE (whole-time equivalents) are separate columns. Every
row says which file, sheet and row it was read from. Which published label belongs to which pillar and profession is
in `pipeline/reference/mapping.csv`; a plan can add its own rows (`mapping:` in plan.yaml).
"""


def guide() -> str:
    """The whole guide as Markdown."""
    sources = "\n".join(_source(card) for card in source_cards().values())
    tables = "\n".join(_table(table) for table in TABLES.values())
    return f"{OPENING}\n## Files\n\n{sources}\n## Tables\n\n{tables}"


def _source(card: SourceCard) -> str:
    makes = ", ".join(f"`{name}`" for name in card.yields)
    title = f"[{card.title}]({card.page})" if card.published else card.title
    return (
        f"### `{card.name}`\n\n{title}, {card.publisher}. {card.licence}.\n\n"
        f"Supplies {card.supplies}. File: {card.file_type}. Makes: {makes}.\n"
    )


def _table(table: Table) -> str:
    units = table.units()
    rows = [
        f"| `{name}` | {units[name]} | {column.description} | {_rules(column)} |"
        for name, column in table.schema.columns.items()
    ]
    head = "| Column | Unit | Holds | Rule |\n|---|---|---|---|"
    key = ", ".join(f"`{name}`" for name in table.key)
    return f"### `{table.name}`\n\n{table.holds} One row for each {key}.\n\n{head}\n" + "\n".join(rows) + "\n"


def _rules(column: object) -> str:
    checks = [str(check.error) for check in getattr(column, "checks", [])]
    may_be_empty = ["may be empty"] if getattr(column, "nullable", False) else []
    return "; ".join([*checks, *may_be_empty]) or "any"


if __name__ == "__main__":
    GUIDE_FILE.write_text(guide(), encoding="utf-8")
