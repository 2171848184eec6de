"""Data frames as accessible tables."""

from __future__ import annotations

import datetime as dt
import html
import re

import pandas as pd
import pytest

from pipeline.report import tables
from pipeline.report.disclosure import protect

pytestmark = pytest.mark.unit

HOSTILE = "<script>alert(1)</script> =cmd() ](javascript:alert(1)) \"x\" onload='y'"


def _cells(page: str, row: int) -> list[str]:
    """The text of one body row as it is seen, without the words only a screen reader says."""
    body = re.search(r"<tbody>(.*)</tbody>", page, re.DOTALL)
    assert body is not None
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", re.findall(r"<tr.*?</tr>", body[1], re.DOTALL)[row], re.DOTALL)
    seen = [re.sub(r'<span class="wf-hidden">.*?</span>', "", cell) for cell in cells]
    return [html.unescape(re.sub(r"<[^>]+>", "", cell)) for cell in seen]


def _frame() -> pd.DataFrame:
    return pd.DataFrame({"profession": ["Radiographer", "Scientist"], "wte": [1234.5, 4.25], "headcount": [1400, 5]})


def test_a_table_has_a_caption_column_headers_and_a_header_for_every_row() -> None:
    page = tables.to_html(_frame(), "Staff in post")
    assert re.search(r"<caption>.*Staff in post.*</caption>", page)
    assert re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page) == ["Profession", "WTE", "Headcount"]
    assert re.findall(r'<th scope="row">(.*?)</th>', page) == ["Radiographer", "Scientist"]
    assert page.count("<th ") == 5


def test_numbers_are_separated_rounded_and_marked_for_right_alignment() -> None:
    page = tables.to_html(_frame(), "Staff in post")
    assert _cells(page, 0) == ["Radiographer", "1,235", "1,400"]
    assert _cells(page, 1) == ["Scientist", "4.3", "5"]
    assert page.count('<td class="wf-n">') == 4
    assert page.count('<th scope="col" class="wf-n">') == 2


def test_a_column_of_sentences_is_marked_so_that_it_has_room_on_a_narrow_screen() -> None:
    frame = pd.DataFrame({"risk": ["R1", "R2"], "cause": ["short", "word " * 20], "owner": ["A", "B"]})
    assert tables.to_html(frame, "Risks").count('<td class="wf-text">') == 2


@pytest.mark.parametrize(
    ("kind", "value", "reads"),
    [
        ("wte", 9.94, "9.9"),
        ("count", 1234.0, "1,234"),
        ("percent", 0.1234, "12.3%"),
        ("money", 245000.4, "£245,000"),
        ("ratio", 1.255, "1.26"),
        ("month", pd.Timestamp("2025-10-31"), "October 2025"),
        ("date", dt.date(2025, 10, 3), "3 October 2025"),
        ("text", 2025, "2025"),
    ],
)
def test_a_column_is_written_in_the_format_that_is_asked_for(kind: str, value: object, reads: str) -> None:
    page = tables.to_html(pd.DataFrame({"name": ["a"], "value": [value]}), "One", formats={"value": kind})
    assert _cells(page, 0) == ["a", reads]


def test_a_column_without_a_format_is_written_by_its_type() -> None:
    frame = pd.DataFrame(
        {
            "month": pd.to_datetime(["2025-10-31"]),
            "opened": pd.to_datetime(["2025-10-03"]),
            "day": [dt.date(2025, 10, 3)],
            "year": [2025],
            "staff": pd.array([1200], dtype="Int64"),
            "mixed": pd.Series([1200], dtype=object),
            "open": [True],
        }
    )
    page = tables.to_html(frame, "Types")
    assert _cells(page, 0) == ["October 2025", "3 October 2025", "3 October 2025", "2025", "1,200", "1,200", "Yes"]


@pytest.mark.parametrize("value", [None, float("nan"), pd.NA, pd.NaT, float("inf"), "", "  "])
def test_a_missing_value_is_a_dash_that_a_screen_reader_says_in_words(value: object) -> None:
    page = tables.to_html(pd.DataFrame({"name": ["a"], "value": pd.Series([value], dtype=object)}), "One")
    assert _cells(page, 0) == ["a", "–"]
    assert '<span class="wf-hidden">not available</span>' in page
    assert "nan" not in page.lower().replace("not available", "")


def test_the_row_header_is_moved_to_the_front() -> None:
    page = tables.to_html(_frame()[["wte", "profession"]], "Staff", row_header="profession")
    assert _cells(page, 1) == ["Scientist", "4.3"]
    assert '<th scope="row">Scientist</th>' in page


def test_a_named_index_is_shown_and_a_bare_one_is_not() -> None:
    grouped = _frame().groupby("profession")[["wte"]].sum()
    assert _cells(tables.to_html(grouped, "Staff"), 0) == ["Radiographer", "1,235"]
    filtered = _frame().query("wte < 10")
    assert _cells(tables.to_html(filtered, "Staff"), 0) == ["Scientist", "4.3", "5"]


def test_text_from_a_file_is_shown_and_never_run() -> None:
    frame = pd.DataFrame({HOSTILE: [HOSTILE], "n": [1]})
    page = tables.to_html(frame, HOSTILE, note=HOSTILE)
    assert "<script" not in page
    assert _cells(page, 0) == [HOSTILE, "1"]
    label = re.search(r'aria-label="([^"]*)"', page)
    assert label is not None
    assert html.unescape(label[1]) == f"Table: {HOSTILE}"


def test_the_box_of_a_table_can_be_reached_and_scrolled_by_keyboard() -> None:
    page = tables.to_html(_frame(), "Staff")
    assert '<div class="wf-scroll" role="region" tabindex="0" aria-label="Table: Staff">' in page


def test_a_long_table_scrolls_inside_its_box_and_says_how_many_rows_it_has() -> None:
    long = pd.DataFrame({"name": [f"row {index}" for index in range(tables.LONG + 1)]})
    assert "wf-long" in tables.to_html(long, "Long")
    assert "25 rows: scroll the table to see them all." in tables.to_html(long, "Long")
    assert "scroll the table" not in tables.to_html(long[:-1], "Long")


def test_a_row_of_totals_stands_out() -> None:
    frame = pd.DataFrame({"name": ["a", "Total"], "wte": [1.0, 1.0]})
    assert tables.to_html(frame, "Staff").count('<tr class="wf-total">') == 1


def test_an_empty_table_says_that_there_is_nothing_to_show() -> None:
    page = tables.to_html(_frame()[:0], "Staff")
    assert '<td colspan="3">There is nothing to show.</td>' in page


@pytest.mark.parametrize(
    ("frame", "arguments", "says"),
    [
        (pd.DataFrame({"": [1]}), {}, "a heading for every column"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), {}, "no heading twice"),
        (pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])), {}, "one row of headings"),
        (pd.DataFrame({"a": [1]}), {"formats": {"a": "euro"}}, "euro"),
        (pd.DataFrame({"a": [1]}), {"formats": {"b": "wte"}}, "'b'"),
        (pd.DataFrame({"a": [1]}), {"row_header": "b"}, "'b' is not a column"),
    ],
)
def test_a_table_that_cannot_be_read_by_ear_is_refused(
    frame: pd.DataFrame, arguments: dict[str, object], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        tables.to_html(frame, "Staff", **arguments)  # type: ignore[arg-type]


def test_a_table_without_a_caption_is_refused() -> None:
    with pytest.raises(ValueError, match="caption"):
        tables.to_html(_frame(), "  ")


def test_hidden_counts_are_shown_as_a_star_with_the_rule_below() -> None:
    frame = pd.DataFrame({"trust": ["a", "b"], "staff": [3, 48]}, index=[5, 9])
    page = tables.to_html(protect(frame, rule="hes_2018"), "Staff")
    assert _cells(page, 0) == ["a", "*"]
    assert _cells(page, 1) == ["b", "50"]
    assert '<span class="wf-hidden">hidden, a small count</span>' in page
    assert "* stands for a count from 1 to 7" in page


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("staff_group", "Staff group"),
        ("wte_change", "WTE change"),
        ("gap_p10", "Gap P10"),
        ("Assumption", "Assumption"),
        ("2024/25", "2024/25"),
    ],
)
def test_a_column_name_is_written_as_a_heading(name: str, reads: str) -> None:
    assert tables.heading(name) == reads


def test_the_cells_of_a_table_are_read_as_its_page_shows_them() -> None:
    frame = pd.DataFrame({"trust": ["a", "b"], "staff": [3, 48], "share": [0.5, None], "open": [True, False]})
    protected = protect(frame, rule="hes_2018", public=["share"])
    arranged = tables.arrange(protected, formats={"share": "percent"})
    assert tables.as_text(arranged) == [["a", "*", "50.0%", "Yes"], ["b", "50", "–", "No"]]
    assert [name for name, kind in arranged.kinds.items() if tables.is_number(kind)] == ["staff", "share"]


def test_a_long_table_is_cut_on_paper_alone_and_says_so() -> None:
    arranged = tables.arrange(pd.DataFrame({"trust": ["a", "b", "c"], "staff": [3, 2, 1]}))
    page = tables.written(arranged, "Staff", printed=2)
    assert page.count('<tr class="wf-rest">') == 1
    assert "c</th>" in page.split('<tr class="wf-rest">')[1]
    assert "The first 2 of 3 rows" in page
    whole = tables.written(arranged, "Staff", printed=3)
    assert "wf-rest" not in whole
    assert "The first" not in whole
