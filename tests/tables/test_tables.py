"""The canonical tables: types, units, rules and where a broken row is said to be."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.data_guide import GUIDE_FILE, guide
from pipeline.problems import InputRefused
from pipeline.tables import LINEAGE, TABLES, empty, validate

pytestmark = pytest.mark.unit


def absence(**changes: object) -> pd.DataFrame:
    row = {
        "month": pd.Timestamp("2025-10-31"),
        "employer": "ZZ1",
        "days_lost": 10.0,
        "days_available": 200.0,
        "file": "sickness.csv",
        "sheet": "",
        "row": 2,
    }
    return pd.DataFrame([{**row, **changes}])


def test_a_good_table_comes_back_with_its_columns_in_order() -> None:
    checked = validate("absence", absence()[::-1])
    assert list(checked.columns) == TABLES["absence"].columns
    assert checked["days_lost"].tolist() == [10.0]


@pytest.mark.parametrize("name", TABLES)
def test_every_column_has_a_unit_and_every_table_its_lineage(name: str) -> None:
    table = TABLES[name]
    assert all(table.units().values())
    assert set(LINEAGE) <= set(table.columns)
    assert set(table.key) <= set(table.columns)
    assert validate(name, empty(name)).empty


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("month", pd.Timestamp("2025-10-30"), "last day"),
        ("employer", "zz 1", "capital letters"),
        ("days_lost", -1.0, "negative"),
        ("days_available", None, "empty"),
        ("days_lost", "many", "a number"),
    ],
)
def test_a_broken_cell_is_named_by_file_row_column_and_rule(column: str, value: object, rule: str) -> None:
    with pytest.raises(InputRefused) as caught:
        validate("absence", absence(**{column: value}))
    (problem,) = caught.value.problems
    assert (problem.file, problem.row, problem.column) == ("sickness.csv", 2, column)
    assert rule in problem.rule


def test_all_problems_are_reported_together() -> None:
    frame = pd.concat([absence(employer="x"), absence(days_lost=-1.0, row=3)], ignore_index=True)
    with pytest.raises(InputRefused) as caught:
        validate("absence", frame)
    assert [problem.row for problem in caught.value.problems] == [2, 3]


def test_a_repeated_key_names_both_rows() -> None:
    frame = pd.concat([absence(), absence(file="again.csv", row=9)], ignore_index=True)
    with pytest.raises(InputRefused) as caught:
        validate("absence", frame)
    (problem,) = caught.value.problems
    assert (problem.file, problem.row) == ("again.csv", 9)
    assert "sickness.csv row 2" in problem.rule


def test_a_file_that_repeats_another_is_one_problem_and_not_one_a_row() -> None:
    months = pd.date_range("2020-01-31", periods=40, freq="ME")
    frame = pd.concat([absence(month=month, row=number + 2) for number, month in enumerate(months)])
    with pytest.raises(InputRefused) as caught:
        validate("absence", pd.concat([frame, frame.assign(file="copy.csv")], ignore_index=True))
    (problem,) = caught.value.problems
    assert problem.file == "copy.csv"
    assert "39 more repeat rows of sickness.csv; keep one of the two files" in problem.rule


def test_a_missing_and_an_unknown_column_are_named() -> None:
    with pytest.raises(InputRefused) as caught:
        validate("absence", absence().rename(columns={"days_lost": "lost"}))
    assert {(problem.column, problem.rule) for problem in caught.value.problems} == {
        ("days_lost", "the column is missing"),
        ("lost", "the table has no such column"),
    }


def test_the_data_guide_says_what_the_schemas_say() -> None:
    assert GUIDE_FILE.read_text(encoding="utf-8") == guide(), "run: python -m pipeline.data_guide"


@pytest.mark.parametrize("name", TABLES)
def test_a_table_without_rows_has_the_types_of_one_that_was_checked(name: str) -> None:
    checked = TABLES[name].schema.validate(empty(name))
    pd.testing.assert_frame_equal(empty(name), checked)
    assert list(checked.columns) == TABLES[name].columns
