"""The data guide: every table once, with all that somebody who collects it needs to know."""

from __future__ import annotations

import re

import pytest

from pipeline.data_guide import GROUPS, SENDER_WORDS, guide
from pipeline.reference import source_cards
from pipeline.schema import LINEAGE
from pipeline.sources.cross_rules import CROSS_RULES
from pipeline.tables import TABLES

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def sections() -> dict[str, str]:
    """The text of each part of the guide under a heading of the third level, by that heading."""
    parts = re.split(r"^### `(\w+)`$", guide(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_table_belongs_to_one_group_and_every_table_and_file_has_a_section(sections: dict[str, str]) -> None:
    grouped = [name for names in GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(TABLES)
    assert list(sections) == [*grouped, *source_cards()]


def test_tables_that_nobody_sends_stand_apart() -> None:
    assert set(GROUPS["Published only"]) == {name for name, table in TABLES.items() if not table.sent_by}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_says_what_it_holds_who_has_it_and_who_reads_it(sections: dict[str, str], name: str) -> None:
    table, said = TABLES[name], sections[name]
    assert table.holds in said
    assert f"Usually held by {table.held_by}." in said
    readers = [card.name for card in source_cards().values() if name in card.yields]
    assert f"Read by {', '.join(f'`{reader}`' for reader in readers)}." in said
    assert all(SENDER_WORDS[sender] in said for sender in table.sent_by)


@pytest.mark.parametrize("name", TABLES)
def test_each_column_has_its_unit_whether_it_is_needed_its_words_and_an_example(
    sections: dict[str, str], name: str
) -> None:
    table = TABLES[name]
    own = [column for column in table.columns if column not in LINEAGE]
    lines = [line for line in sections[name].splitlines() if line.startswith("| `")]
    assert len(lines) == len(own)
    for column, line in zip(own, lines, strict=True):
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        assert cells[0] == f"`{column}`"
        needed = "yes" if table.required(column) else "no, nor its heading" if table.may_lack(column) else "no"
        assert cells[2:4] == [table.units()[column], needed]
        assert column in table.fixed or all(word in line for word in table.allowed(column) or [])
        assert str(table.example[column] or "") in line


def test_every_rule_stands_under_the_tables_it_is_about(sections: dict[str, str]) -> None:
    for table in TABLES.values():
        assert all(f"“{rule.says}”" in sections[table.name] for rule in table.rules)
    for rule in CROSS_RULES:
        assert all(f"- {rule.says}\n" in sections[name] for name in rule.tables)


def test_what_nobody_publishes_has_no_link(sections: dict[str, str]) -> None:
    assert "](https://" in sections["dm01_provider"]
    assert "](docs/data.md)" not in guide()
    assert "column for each month, the plan's own senders. The sender's own data." in sections["operational_plan"]


def test_each_file_says_whether_small_numbers_of_people_in_it_are_hidden(sections: dict[str, str]) -> None:
    assert "Small numbers of people are hidden (`threshold_n`)." in sections["esr_extract"]
    assert "Small numbers are not hidden." in sections["hchs_core5"]
