"""Every rule of the canonical tables, on a cell or several of a row: each is broken once, and its message read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest
from canonical_rows import rows, unchecked

from pipeline.problems import InputRefused, Problem
from pipeline.tables import TABLES, validate

pytestmark = pytest.mark.unit

Changes = Mapping[str, Any]
ROW_RULES: list[tuple[str, Changes, str, str]] = [
    ("staff", {"headcount": 10, "wte": 12.1}, "wte", "WTE is more than 1.2 for each person; check both"),
    (
        "movements",
        {"kind": "joiner", "reason": "retirement"},
        "reason",
        "this reason does not go with joiner or leaver",
    ),
    ("movements", {"headcount": 1, "wte": 1.9}, "wte", "WTE is more than 1.2 for each person"),
    ("training_intakes", {"ends_on": "2025-09-30"}, "ends_on", "an intake ends after it begins; check both dates"),
    ("cdc_plans", {"opening": "2021-02-28"}, "opening", "does not open a year before it was planned to"),
    ("cdc_rooms", {"share_of_tests": 0.6}, "share_of_tests", "the shares of one site should add up to 1"),
    ("cdc_staffing", {"redeployed_from": None}, "redeployed_from", "say from which employer"),
    ("skill_mix", {"share": 0.55}, "share", "the shares of one pillar and work should add up to 1"),
    ("standards", {"value": 60.0}, "value", "low and high are given together, and the value lies between"),
    ("standards", {"source": None}, "source", "a figure that is not a placeholder names its source"),
    ("standards", {"signed_off_on": None}, "signed_off_on", "a sign-off has a name and a date"),
    ("reporting", {"over_28_days": 5241}, "over_28_days", "more reports are late than were made"),
    ("actions", {"wte_low": 7.0}, "wte", "low, middle and high go up"),
    ("actions", {"level": "employer"}, "employer", "an action of one employer says which"),
    ("actions", {"ends": "2025-12-31"}, "ends", "an action does not end before it starts"),
    ("actions", {"done": 0.4}, "done", "an action of which some is done is under way, delivered or stopped"),
    ("action_effects", {"high": 0.1}, "add", "low and high are given together, and the middle lies between"),
    ("risks", {"level": None}, "level", "an event has a level, and a level an event"),
    ("risks", {"level": 1.5}, "level", "the level of this event is a share"),
    ("risks", {"event": None, "level": None}, "event", "a month, profession or employer limits an event"),
    ("risks", {"event": "leavers_above"}, "by_month", "this event is counted up to the horizon"),
]


def refusal(name: str, frame: pd.DataFrame) -> tuple[Problem, ...]:
    with pytest.raises(InputRefused) as caught:
        validate(name, frame)
    return caught.value.problems


@pytest.mark.parametrize("name", TABLES)
def test_the_example_of_a_table_keeps_all_its_rules(name: str) -> None:
    assert len(rows(name, {})) == 1


def test_every_rule_on_several_columns_is_broken_here() -> None:
    kept = [(name, rule.says) for name, table in TABLES.items() for rule in table.rules]
    broken = [(name, says) for name, _, _, says in ROW_RULES]
    assert len(kept) == len(broken)
    assert all(any(name == other and words in says for other, words in broken) for name, says in kept)


@pytest.mark.parametrize(("name", "changes", "column", "says"), ROW_RULES)
def test_a_row_that_breaks_a_rule_is_named_with_the_cells_that_break_it(
    name: str, changes: Changes, column: str, says: str
) -> None:
    (problem,) = refusal(name, unchecked(name, changes, sheet="Sent"))
    assert (problem.file, problem.sheet, problem.row, problem.column) == ("sent.csv", "Sent", 2, column)
    assert says in problem.rule
    assert all(f"{each} " in problem.value for each in changes)


def test_published_staff_may_have_more_wte_than_people() -> None:
    assert len(rows("staff", {"dataset": "hchs", "headcount": 1, "wte": 1.9})) == 1


def test_shares_that_miss_one_by_their_rounding_are_allowed() -> None:
    bands = [{"band": band, "share": 0.33} for band in ("5", "6", "7")]
    assert len(rows("skill_mix", *bands)) == 3


CELLS: list[tuple[str, Changes, str]] = [
    ("establishment", {"month": "2025-09-29"}, "a month is written as its last day"),
    ("establishment", {"funded_wte": -0.1}, "an amount cannot be negative"),
    ("establishment", {"funded_wte": None}, "the cell should not be empty"),
    ("establishment", {"funded_wte": "ten"}, "the cell should hold a number"),
    ("establishment", {"employer": "zz 1"}, "an organisation code is 3 to 9 capital letters and digits"),
    ("establishment", {"pillar": "outside"}, "should be one of endoscopy, imaging, labs, physiological"),
    ("establishment", {"profession": " "}, "the cell should not be empty"),
    ("movements", {"headcount": -1}, "a count cannot be negative"),
    ("movements", {"headcount": "ten"}, "the cell should hold a whole number"),
    ("movements", {"kind": "mover"}, "should be one of joiner, leaver"),
    ("training_routes", {"completes": 1.01}, "a share lies between 0 and 1"),
    ("training_routes", {"supervision_hours_week": 169}, "should be a number from 0 to 168"),
    ("planned_wte", {"cycle": "2025-26"}, "a financial year is written with its two calendar years: 2025/26"),
    ("planned_wte", {"cycle": "2025/27"}, "the second year of a financial year follows the first: 2025/26"),
    ("population_projection", {"year": 1999}, "should be a whole number from 2000 to 2100"),
    ("actions", {"id": "A 1"}, "an id is at most 20 letters, digits, - and _, without spaces"),
    ("actions", {"pillars": "imaging, lungs"}, "should be one or more of endoscopy, imaging, labs, physiological"),
    ("risks", {"likelihood": 6}, "should be a whole number from 1 to 5"),
    ("risks", {"event": "gap"}, "should be one of gap_above, short_above"),
    ("risks", {"level": -0.1}, "an amount cannot be negative"),
    ("cdc_sites", {"imaging": "perhaps"}, "the cell should hold yes or no"),
]


@pytest.mark.parametrize(("name", "changes", "says"), CELLS)
def test_a_cell_that_breaks_the_rule_of_its_column_is_named(name: str, changes: Changes, says: str) -> None:
    (problem,) = refusal(name, unchecked(name, changes))
    assert (problem.file, problem.row, problem.column) == ("sent.csv", 2, next(iter(changes)))
    assert problem.rule.startswith(says)


def test_a_date_that_is_none_is_named() -> None:
    frame = unchecked("governance", {}).astype({"date": "object"})
    frame.loc[0, "date"] = "spring"
    (problem,) = refusal("governance", frame)
    assert (problem.column, problem.value, problem.rule) == ("date", "spring", "the cell should hold a date")


def test_every_kind_of_check_is_broken_here() -> None:
    """Each rule of one column is said in words that one of these tests reads, but for the words it names."""
    said = {
        str(check.error)
        for table in TABLES.values()
        for column in table.schema.columns.values()
        for check in column.checks
    }
    read = [says for _, _, says in CELLS]
    generic = ("should be one of", "should be a number from", "should be a whole number from")
    unread = [words for words in said if not words.startswith(generic) and not any(map(words.startswith, read))]
    assert unread == []
