"""A canonical table as a CSV: read whatever its headings, and refused with every cell that is wrong."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from canonical_rows import rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_files import write_good_plan

from pipeline.problems import InputRefused, Problem
from pipeline.reference import source_cards
from pipeline.schema import Table
from pipeline.sources import table_csv
from pipeline.sources.catalogue import readers
from pipeline.sources.mapping import default_mapping
from pipeline.sources.vocabulary import BANDS
from pipeline.tables import TABLES, validate

pytestmark = pytest.mark.unit

SENT = {name: table for name, table in TABLES.items() if table.sent_by}
POSTS = "month,employer,pillar,profession,band,funded_wte"
POST = ["2025-09-30", "ZZ1", "imaging", "Diagnostic radiographers", "6", "101.4"]


def write(path: Path, header: Sequence[str], *lines: Sequence[Any]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *lines])
    return path


def posts(folder: Path, *lines: Sequence[Any], header: str = POSTS) -> Path:
    return write(folder / "posts.csv", header.split(","), *lines)


def refusal(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputRefused) as caught:
        table_csv.read(path)
    assert all(problem.file == str(path) for problem in caught.value.problems)
    return caught.value.problems


def test_a_table_comes_with_the_file_and_row_of_each_line(tmp_path: Path) -> None:
    read = table_csv.read(posts(tmp_path, POST, [*POST[:4], "7", "1,020.5"]))
    expected = rows("establishment", {"funded_wte": 101.4}, {"band": "7", "funded_wte": 1020.5}, file="posts.csv")
    pd.testing.assert_frame_equal(read["establishment"], expected)


def test_headings_may_be_labels_in_any_order_and_spelling(tmp_path: Path) -> None:
    header = "Funded WTE, BAND ,Profession,pillar,Employer,month"
    read = table_csv.read(posts(tmp_path, POST[::-1], header=header))
    pd.testing.assert_frame_equal(read["establishment"], rows("establishment", {}, file="posts.csv"))


def test_a_column_that_may_be_left_out_is_empty_where_it_is(tmp_path: Path) -> None:
    header = ["date", "body", "item", "purpose", "owner"]
    meeting = ["2025-12-11", "Board", "Posts", "decide", "Lead"]
    read = table_csv.read(write(tmp_path / "calendar.csv", header, meeting))["governance"]
    assert read["about"].isna().all()
    assert str(read["about"].dtype) == str(rows("governance", {})["about"].dtype)
    read = table_csv.read(write(tmp_path / "calendar.csv", [*header, "about"], [*meeting, "A1"]))["governance"]
    assert read["about"].tolist() == ["A1"]


@pytest.mark.parametrize("month", ["2025-09-30", "2025-09-01", "30/09/2025", "17/09/2025", "Sep-25", "September 2025"])
def test_a_month_may_be_written_as_any_day_of_it_or_by_name(tmp_path: Path, month: str) -> None:
    read = table_csv.read(posts(tmp_path, [month, *POST[1:]]))
    assert read["establishment"]["month"].tolist() == [pd.Timestamp("2025-09-30")]


def test_words_are_put_in_our_spelling(tmp_path: Path) -> None:
    line = [POST[0], "zz1", "Physiological Sciences", "  diagnostic  radiographers ", "Band 8A", "1"]
    (row,) = table_csv.read(posts(tmp_path, line))["establishment"].to_dict("records")
    assert row["employer"] == "ZZ1"
    assert (row["pillar"], row["profession"], row["band"]) == ("physiological", "Diagnostic radiographers", "8a")


def test_the_label_of_a_publication_stands_for_the_name_it_maps_to(tmp_path: Path) -> None:
    header = "month,provider,pillar,test,tests"
    read = table_csv.read(posts(tmp_path, ["2025-09-30", "ZZ1", "imaging", "computed tomography", 5], header=header))
    assert read["activity"]["test"].tolist() == ["CT"]
    assert read["activity"][["dataset", "type"]].to_numpy().tolist() == [["local", "all"]]


def test_columns_of_lineage_and_those_that_always_hold_the_same_may_be_there(tmp_path: Path) -> None:
    header = "file,sheet,Row,dataset,type,month,provider,pillar,test,tests"
    line = ["old.xlsx", "Tests", 99, "Local", "all", "2025-09-30", "ZZ1", "imaging", "CT", 5]
    read = table_csv.read(posts(tmp_path, line, header=header))
    assert read["activity"][["file", "sheet", "row"]].to_numpy().tolist() == [["posts.csv", "", 2]]


def test_cells_that_may_be_empty_are_missing_where_they_are(tmp_path: Path) -> None:
    header = "month,employer,pillar,profession,kind,wte,cost"
    line = ["2025-09-30", "ZZ1", "imaging", "Diagnostic radiographers", "Bank", "0", ""]
    read = table_csv.read(posts(tmp_path, line, header=header))
    assert read["temporary_staff"]["cost"].isna().all()


BROKEN: list[tuple[list[Any], str, str, str]] = [
    ([*POST[:5], "12 wte"], "funded_wte", "12 wte", "a number is expected, without words or units"),
    ([*POST[:5], "-"], "funded_wte", "-", "a number is expected"),
    ([*POST[:5], "TBC"], "funded_wte", "TBC", "a number is expected"),
    ([*POST[:5], "n/a"], "funded_wte", "n/a", "a number is expected"),
    ([*POST[:5], "85%"], "funded_wte", "85%", "a number is expected"),
    ([*POST[:5], ""], "funded_wte", "", "the cell should not be empty"),
    ([*POST[:5], "-3"], "funded_wte", "-3.0", "an amount cannot be negative"),
    (["09/30/2025", *POST[1:]], "month", "09/30/2025", "a date written like"),
    (["Autumn", *POST[1:]], "month", "Autumn", "a date written like"),
    (["", *POST[1:]], "month", "", "the cell should not be empty"),
    ([*POST[:3], "", *POST[4:]], "profession", "", "the cell should not be empty"),
    ([POST[0], "Z-1", *POST[2:]], "employer", "Z-1", "3 to 9 capital letters and digits"),
    ([*POST[:2], "Radiology", *POST[3:]], "pillar", "Radiology", "should be one of endoscopy, imaging"),
]


@pytest.mark.parametrize(("line", "column", "found", "says"), BROKEN)
def test_a_wrong_cell_is_named_by_row_column_and_rule(
    tmp_path: Path, line: list[Any], column: str, found: str, says: str
) -> None:
    (problem,) = refusal(posts(tmp_path, [*POST[:4], "7", "1"], line))
    assert (problem.row, problem.column, problem.value) == (3, column, found)
    assert says in problem.rule


def test_every_wrong_cell_and_row_of_a_file_is_told_at_once_and_each_cell_once(tmp_path: Path) -> None:
    header = "Month,Employer,Pillar,Profession,Band,Age band,Kind,Reason,Headcount,WTE"
    good = ["2025-09-30", "ZZ1", "imaging", "Diagnostic radiographers", "6", "All", "leaver", "retirement", 2, 1.8]
    lines = [
        ["x", *good[1:8], "many", "few"],
        [*good[:5], "", *good[6:]],
        [*good[:4], "7", "All", "joiner", "retirement", 2, 1.8],
        [*good[:4], "5", *good[5:8], 1, 1.9],
        good,
        good,
    ]
    found = refusal(posts(tmp_path, *lines, header=header))
    assert sorted((problem.row, problem.column) for problem in found) == [
        (2, "Headcount"),
        (2, "Month"),
        (2, "WTE"),
        (3, "Age band"),
        (4, "Reason"),
        (5, "WTE"),
        (7, ""),
    ]


def test_rows_that_add_up_are_not_judged_while_one_of_them_is_wrong(tmp_path: Path) -> None:
    header = "pillar,work,profession,band,share"
    lines = [["imaging", "CT", "Diagnostic radiographers", band, share] for band, share in (("5", "half"), ("6", 0.5))]
    (problem,) = refusal(posts(tmp_path, *lines, header=header))
    assert (problem.row, problem.column) == (2, "share")


def test_a_fraction_of_a_person_is_refused(tmp_path: Path) -> None:
    header = "month,provider,pillar,test,tests"
    (problem,) = refusal(posts(tmp_path, ["2025-09-30", "ZZ1", "imaging", "CT", "5.5"], header=header))
    assert (problem.row, problem.column, problem.rule) == (2, "tests", "a count is a whole number")


def test_a_column_that_always_holds_the_same_may_not_hold_another_word(tmp_path: Path) -> None:
    header = "dataset,month,provider,pillar,test,tests"
    (problem,) = refusal(posts(tmp_path, ["dm01", "2025-09-30", "ZZ1", "imaging", "CT", "5"], header=header))
    assert (problem.row, problem.column, problem.value) == (2, "dataset", "dm01")
    assert "this column always holds “local”" in problem.rule


@pytest.mark.parametrize(
    ("header", "column", "says"),
    [
        ("month,employer,pillar,profession,band", "funded_wte", "this column of the table “Establishment” is missing"),
        (f"{POSTS},notes", "notes", "the table “Establishment” has no such column"),
        ("alpha,beta,gamma", "", "these are not the columns of any table that a plan's people send"),
        (POSTS.replace(",", ";"), "", "its cells are separated by commas, not semicolons"),
    ],
)
def test_a_header_that_is_not_quite_a_tables_is_told_what_is_missing_or_too_much(
    tmp_path: Path, header: str, column: str, says: str
) -> None:
    path = posts(tmp_path, ["x"] * (header.count(",") + 1), header=header)
    assert not table_csv.recognise(path)
    (problem,) = refusal(path)
    assert (problem.row, problem.column) == (1, column)
    assert says in problem.rule


def test_two_columns_of_one_meaning_are_refused(tmp_path: Path) -> None:
    (problem,) = refusal(posts(tmp_path, [*POST, "1"], header=f"{POSTS},Funded  WTE"))
    assert (problem.row, problem.column) == (1, "Funded WTE")
    assert "another column of the file has the same meaning" in problem.rule


def test_columns_about_people_are_refused_whatever_else_the_file_holds(tmp_path: Path) -> None:
    found = refusal(posts(tmp_path, [*POST, "AB123456C"], header=f"{POSTS},Reference"))
    assert [problem.column for problem in found] == ["Reference"]
    assert "National Insurance numbers" in found[0].rule


def test_a_header_without_rows_is_refused(tmp_path: Path) -> None:
    (problem,) = refusal(posts(tmp_path))
    assert "a header but no rows" in problem.rule


def test_the_card_yields_every_table_that_is_sent() -> None:
    assert set(source_cards()["table_csv"].yields) == set(SENT)


@pytest.mark.parametrize("name", SENT)
def test_the_header_of_each_table_is_recognised_by_this_reader_alone(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "sent.csv", list(SENT[name].labels().values()), ["x"] * len(SENT[name].columns))
    assert [reader for reader, module in readers().items() if module.recognise(path)] == ["table_csv"]


def test_published_files_are_not_recognised(tmp_path: Path) -> None:
    files = [path for path in write_good_plan(tmp_path / "northvale").iterdir() if path.is_file()]
    assert len(files) > 4
    assert not any(map(table_csv.recognise, files))


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="@"), min_size=1, max_size=9
)
DAYS = st.dates(dt.date(2016, 1, 1), dt.date(2039, 12, 31)).map(pd.Timestamp)
NAMES = {"profession": "Diagnostic radiographers", "test": "CT"}


def _cells(table: Table, column: str) -> st.SearchStrategy[Any]:
    """Values that a column may hold, each in the pipeline's own spelling."""
    unit, kind = table.units()[column], str(table.schema.columns[column].dtype)
    allowed, vocabulary = table.allowed(column), table.vocabulary(column)
    numbers = {"share": st.floats(0, 1), "1 to": st.integers(1, 5), "year": st.integers(2000, 2100)}
    found = next((cells for start, cells in numbers.items() if unit.startswith(start)), None)
    if column == "pillars":
        found = st.sets(st.sampled_from(["labs", "imaging"]), min_size=1).map(", ".join)
    elif allowed:
        found = st.sampled_from(allowed)
    elif vocabulary in NAMES:
        found = st.sampled_from(list(default_mapping().pillars_of(["dm01_test", "care_setting"])))
    elif vocabulary == "band":
        found = st.sampled_from(BANDS)
    elif unit in ("code", "id", "financial year"):
        found = (
            st.sampled_from(["2024/25", "2099/00"])
            if unit == "financial year"
            else st.from_regex("[A-Z0-9]{3,9}", fullmatch=True)
        )
    elif kind.startswith("datetime64"):
        found = DAYS.map(lambda day: day + pd.offsets.MonthEnd(0)) if unit == "month end" else DAYS
    elif kind == "Int64" and found is None:
        found = st.integers(0, 240)
    elif kind == "float64" and found is None:
        found = st.floats(1, 14)
    found = WORDS if found is None else found
    return found if table.required(column) else st.none() | found


def _tables(name: str) -> st.SearchStrategy[pd.DataFrame]:
    """Valid tables of a name: what is drawn, put right where it breaks a rule on several columns."""
    cells = st.fixed_dictionaries({column: _cells(SENT[name], column) for column in SENT[name].own_columns})
    return st.lists(cells, min_size=1, max_size=6).map(lambda drawn: _put_right(SENT[name], drawn))


def _put_right(table: Table, drawn: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame([{**row, **table.fixed, **_coherent(table, row)} for row in drawn])
    frame = frame.drop_duplicates(list(table.key)).assign(file="sent.csv", sheet="")
    for rule in table.rules:
        if rule.once_per:
            frame[rule.columns[0]] = 1 / frame.groupby(list(rule.once_per))[rule.columns[0]].transform("size")
    return validate(table.name, frame.assign(row=range(2, len(frame) + 2))[table.columns])


def _coherent(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """The cells of a row that a rule binds to others of it."""
    day = pd.Timestamp("2025-03-31")
    bound: dict[str, dict[str, Any]] = {
        "staff": {"headcount": 20},
        "movements": {"headcount": 20, "reason": "other"},
        "training_intakes": {"starts_on": day, "ends_on": day + pd.DateOffset(years=3)},
        "cdc_plans": {"planned_opening": day, "opening": day},
        "cdc_staffing": {"redeployed_from": "ZZ1"},
        "reporting": {"over_28_days": None},
        "standards": {"low": None, "high": None, "source": "our audit", "signed_off_by": None, "signed_off_on": None},
        "action_effects": {"low": None, "high": None},
        "risks": dict.fromkeys(["event", "level", "by_month", "profession", "employer"]),
    }
    if table.name == "actions":
        ends = ("wte_low", "wte", "wte_high")
        estimates = dict(zip(ends, sorted(row[end] for end in ends), strict=True))
        return {**estimates, "employer": "ZZ1", "ends": None, "done": None}
    return bound.get(table.name, {})


@pytest.mark.parametrize("name", SENT)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), labels=st.booleans(), british=st.booleans())
def test_any_valid_table_comes_back_as_it_was_written(
    tmp_path: Path, name: str, data: st.DataObject, labels: bool, british: bool
) -> None:
    frame, table = data.draw(_tables(name)), SENT[name]
    own = frame[table.own_columns].rename(columns=table.labels() if labels else {})
    own.to_csv(tmp_path / "sent.csv", index=False, date_format="%d/%m/%Y" if british else None)
    pd.testing.assert_frame_equal(table_csv.read(tmp_path / "sent.csv")[name], frame)
