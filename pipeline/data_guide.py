"""docs/data.md, written from the source cards, the schemas of the canonical tables and the rules between them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline.reference import SourceCard, source_cards
from pipeline.schema import LINEAGE, RowRule, Sender, Table, Vocabulary
from pipeline.sources.cross_rules import CROSS_RULES
from pipeline.tables import TABLES

GUIDE_FILE = Path(__file__).resolve().parents[1] / "docs" / "data.md"

OPENING = """# Data guide

Which files the pipeline reads, and the tables it makes of them. This page is written from the code
(`python -m pipeline.data_guide`) and a test keeps it current.

No plan has all of this. A table that is not there leaves its part of the strategy out, and the strategy says which file
would supply it. A table that is there but wrong stops the run, and everything wrong is told at once: file, sheet, row,
column, what was found and what was expected. Where a column is needed “no, nor its heading”, a file may do without it.

Months are written as their last day. Headcount (people) and WTE (whole-time equivalents) are separate columns and never
mix. Every row also says which `file`, `sheet` and `row` it was read from; nobody fills those in. Which published label
belongs to which pillar and profession is in `pipeline/reference/mapping.csv`; a plan can add its own rows (`mapping:`
in plan.yaml). The bounds that rules name are in `pipeline/reference/limits.yaml`, each with a reason.

Small numbers of people are hidden in everything that is made of a plan's own files: unless plan.yaml names another rule
(`disclosure:` of a source), they have the strictest one, `threshold_n`, which hides counts from 1 to 9, the WTE of so
few people, and whatever would give these away. Published files have none, since their publishers have hidden theirs,
nor have files of invented people (`fictional: true`). Under each file below stands its rule.
"""

GROUPS: dict[str, tuple[str, ...]] = {
    "Staff": ("staff", "establishment", "movements", "temporary_staff"),
    "The operational plan and activity": ("planned_wte", "planned_activity", "activity", "reporting"),
    "Community diagnostic centres": ("cdc_plans", "cdc_rooms", "cdc_staffing", "cdc_activity"),
    "Training": ("training_routes", "training_intakes"),
    "How work becomes staff": ("standards", "rooms", "rota_posts", "skill_mix"),
    "Population and primary care": ("population_projection", "practices"),
    "Actions, risks and governance": ("actions", "action_effects", "action_costs", "risks", "governance"),
    "Published only": (
        *("staff_groups", "absence", "waiting", "missing_returns", "activity_by_setting", "turnaround"),
        *("cdc_sites", "population", "pay", "organisations"),
    ),
}
"""The tables by what they are about, in the order in which someone who collects them would ask for them."""
SENDER_WORDS: dict[Sender, str] = {
    "employer": "each employer",
    "cdc_host": "each host of a community diagnostic centre",
    "education_provider": "each education provider",
    "icb": "the integrated care board",
}
WORDS: dict[Vocabulary, str] = {
    "employer": "an employer of the plan",
    "provider": "an employer of the plan",
    "profession": "a profession of the mapping",
    "test": "a test of the mapping",
    "band": "a band of the pay table, a medical grade, or All",
    "site": "a centre of `cdc_plans`",
    "route": "a route of `training_routes`",
}
"""What the drop-down of a column offers."""

RULES_SAID = {
    "none": "Small numbers are not hidden.",
    "threshold_n": "Small numbers of people are hidden (`threshold_n`).",
}
"""What is said of the disclosure rule that files of a format have by default."""


def guide() -> str:
    """The whole guide as Markdown."""
    sources = "\n".join(_source(card) for card in source_cards().values())
    groups = "\n".join(_group(heading, names) for heading, names in GROUPS.items())
    return f"{OPENING}\n## Tables\n\n{_contents()}\n{groups}\n## Files\n\n{sources}"


def _contents() -> str:
    links = {heading: ", ".join(f"[`{name}`](#{name})" for name in names) for heading, names in GROUPS.items()}
    return "".join(f"- {heading}: {names}\n" for heading, names in links.items())


def _group(heading: str, names: Iterable[str]) -> str:
    return f"## {heading}\n\n" + "\n".join(_table(TABLES[name]) for name in names)


def _source(card: SourceCard) -> str:
    makes = ", ".join(f"[`{name}`](#{name})" for name in card.yields)
    title = f"[{card.title}]({card.page})" if card.published else card.title
    return (
        f"### `{card.name}`\n\n{title}, {card.publisher}. {card.licence[:1].upper()}{card.licence[1:]}.\n\n"
        f"Supplies {card.supplies}. File: {card.file_type}. Makes: {makes}. {RULES_SAID[card.disclosure]}\n"
    )


def _table(table: Table) -> str:
    head = "| Column | Holds | Unit | Needed | Rule | Example |\n|---|---|---|---|---|---|\n"
    columns = "".join(_column(table, name) for name in table.columns if name not in LINEAGE)
    rules = "".join(f"- {rule}\n" for rule in _rules(table))
    kept = f"\nRules on several columns or tables:\n\n{rules}" if rules else ""
    return (
        f"### `{table.name}`\n\n{table.holds} One row for each {_key(table)}.\n\n{_who(table)}\n{head}{columns}{kept}"
    )


def _key(table: Table) -> str:
    return ", ".join(f"`{name}`" for name in table.key)


def _who(table: Table) -> str:
    readers = ", ".join(f"`{card.name}`" for card in source_cards().values() if table.name in card.yields)
    workbooks = " and ".join(SENDER_WORDS[sender] for sender in table.sent_by)
    lines = [f"Usually held by {table.held_by}.", f"Read by {readers}."]
    return "".join(f"- {line}\n" for line in [*lines, *([f"In the workbook of {workbooks}."] if workbooks else [])])


def _column(table: Table, name: str) -> str:
    column = table.schema.columns[name]
    needed = "yes" if table.required(name) else "no, nor its heading" if table.may_lack(name) else "no"
    example = table.example[name]
    cells = [f"`{name}`", column.description, table.units()[name], needed, _rule(table, name)]
    return f"| {' | '.join([*cells, '' if example is None else str(example)])} |\n"


def _rule(table: Table, name: str) -> str:
    if name in table.fixed:
        return f"always {table.fixed[name]} in what is sent"
    vocabulary = table.vocabulary(name)
    checks = [str(check.error) for check in table.schema.columns[name].checks]
    said = [check for check in checks if check != "the cell should not be empty"]
    return "; ".join([*said, *([WORDS[vocabulary]] if vocabulary and table.sent_by else [])]) or "any"


def _rules(table: Table) -> list[str]:
    return [*map(_row_rule, table.rules), *(rule.says for rule in CROSS_RULES if table.name in rule.tables)]


def _row_rule(rule: RowRule) -> str:
    return f"{', '.join(f'`{name}`' for name in rule.columns)}: a row that breaks this rule is told “{rule.says}”."


if __name__ == "__main__":
    GUIDE_FILE.write_text(guide(), encoding="utf-8")
