"""Text files as people save, download and damage them."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.problems import InputRefused, Problem
from pipeline.sources import _text_file
from pipeline.sources._cells import amounts, codes, counts, dates, empty_cells, file_name_problems, month_ends
from pipeline.sources._text import has_columns, header_of, read_rows

pytestmark = pytest.mark.unit

COLUMNS = ["org", "wte"]


def saved(tmp_path: Path, content: str | bytes, name: str = "staff.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def zipped(tmp_path: Path, members: dict[str, str | bytes], name: str = "staff.zip") -> Path:
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return path


def problems_of(path: Path, **options: object) -> tuple[Problem, ...]:
    with pytest.raises(InputRefused) as refusal:
        read_rows(path, **{"required": COLUMNS, **options})  # type: ignore[arg-type]
    return refusal.value.problems


def rule_of(path: Path, **options: object) -> str:
    problems = problems_of(path, **options)
    assert len(problems) == 1
    assert problems[0].file == str(path)
    return problems[0].rule


def cells(*values: str) -> pd.DataFrame:
    return pd.DataFrame({"n": pd.Series(values, dtype="str"), "row": range(2, 2 + len(values))})


@pytest.mark.parametrize(
    "content",
    [
        b"org,wte\nRH8,1.5\nRA9,2\n",
        b"\xef\xbb\xbforg,wte\nRH8,1.5\nRA9,2\n",
        b"org,wte\r\nRH8,1.5\r\nRA9,2\r\n",
        b"org,wte\rRH8,1.5\rRA9,2\r",
        b"org,wte\nRH8,1.5\nRA9,2",
        b" ORG , Wte \n RH8 , 1.5\t\nRA9,\xc2\xa02 \n",
        b"org,wte\nRH8,1.5\nRA9,2\n\n\r\n,\n , \n",
    ],
    ids=[
        "plain",
        "byte order mark",
        "CRLF",
        "CR",
        "no last line end",
        "stray spaces and case",
        "blank lines at the end",
    ],
)
def test_the_same_rows_come_out_however_the_file_was_saved(tmp_path: Path, content: bytes) -> None:
    rows = read_rows(saved(tmp_path, content), required=COLUMNS)
    assert rows.to_dict("list") == {"org": ["RH8", "RA9"], "wte": ["1.5", "2"], "row": [2, 3]}


def test_a_file_that_is_not_utf8_is_read_as_windows_text(tmp_path: Path) -> None:
    rows = read_rows(saved(tmp_path, "org,wte\nSt Mary’s – Ynys Môn,1\n".encode("cp1252")), required=COLUMNS)
    assert rows["org"].tolist() == ["St Mary’s – Ynys Môn"]


def test_bytes_that_windows_text_does_not_have_are_read_as_latin_1(tmp_path: Path) -> None:
    assert read_rows(saved(tmp_path, b"org,wte\nM\xf4n\x81,1\n"), required=COLUMNS)["org"].tolist() == ["Môn\x81"]


def test_rows_are_numbered_as_a_text_editor_numbers_them(tmp_path: Path) -> None:
    content = 'org,wte\n\n"North, East\nand West",1\n\n\nRA9,2\n'
    rows = read_rows(saved(tmp_path, content), required=COLUMNS)
    assert rows["org"].tolist() == ["North, East\nand West", "RA9"]
    assert rows["row"].tolist() == [3, 7]


def test_many_rows_keep_their_order_and_their_numbers(tmp_path: Path) -> None:
    rows = read_rows(saved(tmp_path, "org,wte\n" + "".join(f"R{n},{n}\n" for n in range(2_500))), required=COLUMNS)
    assert rows["wte"].tolist() == [str(n) for n in range(2_500)]
    assert rows["row"].tolist() == list(range(2, 2_502))


def test_tabs_separate_cells_where_the_reader_says_so(tmp_path: Path) -> None:
    rows = read_rows(saved(tmp_path, "org\twte\nTorbay, South Devon\t2\n"), delimiter="\t", required=COLUMNS)
    assert rows["org"].tolist() == ["Torbay, South Devon"]


def test_columns_of_a_file_without_a_header_are_numbered(tmp_path: Path) -> None:
    rows = read_rows(saved(tmp_path, '"RH8","Royal Devon"\n"RA9","Torbay"\n'), required=["1", "2"], header=False)
    assert rows.to_dict("list") == {"1": ["RH8", "RA9"], "2": ["Royal Devon", "Torbay"], "row": [1, 2]}


def test_other_columns_are_kept_and_one_without_a_name_is_called_by_its_place(tmp_path: Path) -> None:
    rows = read_rows(saved(tmp_path, ",org,wte,note\n1,RH8,2,x\n"), required=COLUMNS)
    assert list(rows.columns) == ["column 1", "org", "wte", "note", "row"]


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    assert "there is no file here" in rule_of(tmp_path / "absent.csv")


def test_a_folder_says_so(tmp_path: Path) -> None:
    assert "this is a folder" in rule_of(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n \r\n\n", b",,,\n,,,\n"])
def test_an_empty_file_says_so(tmp_path: Path, content: bytes) -> None:
    assert "the file is empty" in rule_of(saved(tmp_path, content))


def test_a_header_alone_says_so(tmp_path: Path) -> None:
    assert "a header but no rows" in rule_of(saved(tmp_path, "org,wte\n"))


def test_missing_columns_are_named_with_those_found(tmp_path: Path) -> None:
    (problem,) = problems_of(saved(tmp_path, "code,fte\nRH8,1\n"))
    assert (problem.row, problem.value) == (1, "code, fte")
    assert problem.rule == "the columns org, wte are missing; check that this is the right file"


def test_the_wrong_separator_is_named(tmp_path: Path) -> None:
    rule = rule_of(saved(tmp_path, "org;wte\nRH8;1\n"))
    assert rule.endswith("check that this is the right file and that its cells are separated by commas, not semicolons")


def test_a_repeated_column_is_named_whatever_its_case(tmp_path: Path) -> None:
    (problem,) = problems_of(saved(tmp_path, "org,wte,WTE \nRH8,1,2\n"))
    assert (problem.column, problem.row) == ("wte", 1)
    assert "2 columns have this name" in problem.rule


def test_each_row_with_too_many_or_too_few_cells_is_named(tmp_path: Path) -> None:
    problems = problems_of(saved(tmp_path, "org,wte\nRH8\nRA9,1\nRK9,1,2\n"))
    assert [(problem.row, problem.rule[:26]) for problem in problems] == [
        (2, "the row has too few cells,"),
        (4, "the row has too many cells"),
    ]


def test_every_fault_of_shape_is_reported_at_once(tmp_path: Path) -> None:
    problems = problems_of(saved(tmp_path, "org,note,note\nRH8,x\nRA9,x,y\n"))
    assert [(problem.row, problem.column) for problem in problems] == [(1, ""), (1, "note"), (2, "")]


@pytest.mark.parametrize("content", ['org,wte\nRH8,1\n"RA9,2\nRK9,3\n', 'org,wte\nRH8,1\n"RA9"x,2\n'])
def test_a_quotation_mark_without_a_partner_names_the_row_it_is_in(tmp_path: Path, content: str) -> None:
    (problem,) = problems_of(saved(tmp_path, content))
    assert problem.row == 3
    assert "quotation mark" in problem.rule


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "this is an Excel workbook"),
        (b"%PDF-1.7\n", "this is a PDF"),
        (b"\x1f\x8b\x08\x00abc", "unpack it"),
        ("org,wte\nRH8,1\n".encode("utf-16"), "“CSV UTF-8”"),
        ("org,wte\nRH8,1\n".encode("utf-16-le"), "“CSV UTF-8”"),
        (b"org,wte\nRH8,\x00\x00\x00\n", "binary data"),
        (b"\n <!DOCTYPE html><html><body>Sign in</body></html>", "this is a web page"),
        (b"<table><tr><td>org</td></tr></table>", "this is a web page"),
    ],
)
def test_a_file_that_is_not_text_says_what_it_is(tmp_path: Path, content: bytes, says: str) -> None:
    path = saved(tmp_path, content)
    assert says in rule_of(path)
    assert header_of(path) == ()


def test_an_excel_workbook_renamed_to_csv_says_so(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}, "staff.csv")
    assert "this is an Excel workbook" in rule_of(path)


def test_a_header_that_begins_like_a_zip_is_read(tmp_path: Path) -> None:
    assert read_rows(saved(tmp_path, "PK,org,wte\n1,RH8,2\n"), required=COLUMNS)["org"].tolist() == ["RH8"]


def test_the_one_csv_of_a_zip_is_read(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"staff.csv": "org,wte\nRH8,1\n", "__MACOSX/._staff.csv": "x", "definitions.xlsx": "x"})
    assert read_rows(path, required=COLUMNS).to_dict("list") == {"org": ["RH8"], "wte": ["1"], "row": [2]}
    assert header_of(path) == ("org", "wte")


@pytest.mark.parametrize(
    ("members", "held"),
    [({"a.csv": "x", "b.csv": "y"}, "a.csv, b.csv"), ({"a.xlsx": "x"}, "a.xlsx"), ({}, "nothing")],
)
def test_a_zip_that_does_not_hold_one_csv_lists_what_it_holds(
    tmp_path: Path, members: dict[str, str | bytes], held: str
) -> None:
    (problem,) = problems_of(zipped(tmp_path, members))
    assert "exactly one CSV file" in problem.rule
    assert problem.value == held


def test_an_encrypted_zip_asks_for_it_to_be_unpacked(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"staff.csv": "org,wte\nRH8,1\n"})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in rule_of(saved(tmp_path, bytes(content), "locked.zip"))


def test_a_zip_that_swells_beyond_reason_is_not_unpacked(tmp_path: Path) -> None:
    assert "unpacks to over 200 times its size" in rule_of(zipped(tmp_path, {"staff.csv": b"0" * 5_000_000}))


def test_a_zip_that_lies_about_its_size_is_not_read_beyond_it(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"staff.csv": "org,wte\n" + "RH8,1\n" * 50})
    content = bytearray(path.read_bytes())
    size = content.index(b"PK\x01\x02") + 24
    content[size : size + 4] = (20).to_bytes(4, "little")
    assert "damaged" in rule_of(saved(tmp_path, bytes(content), "lying.zip"))


@pytest.mark.parametrize("name", ["staff.csv", "staff.zip"])
def test_more_text_than_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(_text_file, "safety", lambda _name: 10)
    content = "org,wte\nRH8,1\n"
    path = zipped(tmp_path, {"staff.csv": content}) if name.endswith("zip") else saved(tmp_path, content)
    assert "the most that is read" in rule_of(path)


@pytest.mark.parametrize("kept", [40, 80])
def test_a_truncated_zip_asks_for_another_download(tmp_path: Path, kept: int) -> None:
    content = zipped(tmp_path, {"staff.csv": "org,wte\nRH8,1\n"}).read_bytes()
    assert "was not downloaded whole" in rule_of(saved(tmp_path, content[:kept], "cut.zip"))


def test_a_zip_with_a_damaged_byte_asks_for_another_download(tmp_path: Path) -> None:
    content = bytearray(zipped(tmp_path, {"staff.csv": "org,wte\nRH8,1\n"}).read_bytes())
    content[45] ^= 0xFF
    assert "damaged" in rule_of(saved(tmp_path, bytes(content), "damaged.zip"))


def test_the_header_of_a_long_file_is_found_from_its_beginning(tmp_path: Path) -> None:
    path = saved(tmp_path, "\n Org ,WTE\n" + "Môn,1\n" * 50_000)
    assert header_of(path) == (" Org ", "WTE")
    assert has_columns(path, COLUMNS)
    assert not has_columns(path, [*COLUMNS, "band"])
    assert not has_columns(tmp_path / "absent.csv", COLUMNS)


@given(content=st.binary() | st.text(alphabet='org,wte\n\r"- 1é\t').map(str.encode))
def test_whatever_the_bytes_they_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = saved(tmp_path_factory.getbasetemp(), content)
    assert all(isinstance(cell, str) for cell in header_of(path))
    try:
        rows = read_rows(path, header=False)
    except InputRefused:
        return
    assert rows["row"].is_monotonic_increasing
    assert rows["row"].between(1, 1 + content.count(b"\n") + content.count(b"\r")).all()


def test_amounts_are_read_with_thousands_and_exponents(tmp_path: Path) -> None:
    values, problems = amounts(cells("1,234.5", "2", "0.40001", "1e-05", "1,234,567"), "n", tmp_path)
    assert values.tolist() == [1234.5, 2.0, 0.40001, 0.00001, 1234567.0]
    assert problems == []


@pytest.mark.parametrize(
    "cell", ["n/a", "TBC", "12 wte", "1,23", "12,34.5", ".", "..", "-", "nan", "inf", "1e999", "£5"]
)
def test_text_in_an_amount_is_named_with_its_row(tmp_path: Path, cell: str) -> None:
    values, problems = amounts(cells("1", cell), "n", tmp_path / "staff.csv")
    assert values.isna().tolist() == [False, True]
    assert [(p.row, p.column, p.value, p.rule) for p in problems] == [
        (3, "n", cell, "a number is expected, without words or units")
    ]


def test_each_bad_cell_is_named_in_the_order_of_the_file(tmp_path: Path) -> None:
    _, problems = amounts(cells("-1", "", "x", "-1"), "n", tmp_path)
    assert [(problem.row, problem.rule) for problem in problems] == [
        (2, "an amount cannot be negative"),
        (3, "the cell should not be empty"),
        (4, "a number is expected, without words or units"),
        (5, "an amount cannot be negative"),
    ]


def test_a_dash_is_zero_only_where_the_reader_says_so(tmp_path: Path) -> None:
    assert amounts(cells("-"), "n", tmp_path, dash_is_zero=True)[0].tolist() == [0.0]
    assert counts(cells("-"), "n", tmp_path, dash_is_zero=True)[0].tolist() == [0]
    assert counts(cells("-"), "n", tmp_path)[1][0].value == "-"


def test_counts_are_whole_numbers_of_the_right_type(tmp_path: Path) -> None:
    values, problems = counts(cells("1,234", "12.0", "0"), "n", tmp_path)
    assert values.tolist() == [1234, 12, 0]
    assert str(values.dtype) == "Int64"
    assert problems == []


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("1.5", "a count is a whole number"),
        ("-3", "a count cannot be negative"),
        ("five", "a whole number is expected, without words or units"),
        ("", "the cell should not be empty"),
        ("1e300", "the number is too large to be a count"),
    ],
)
def test_what_is_not_a_count_says_why(tmp_path: Path, cell: str, rule: str) -> None:
    values, problems = counts(cells(cell, "1"), "n", tmp_path)
    assert values.isna().tolist() == [True, False]
    assert [problem.rule for problem in problems] == [rule]


@pytest.mark.parametrize(
    ("cell", "form"),
    [("30/04/2024", "%d/%m/%Y"), ("2024-04-30", "%Y-%m-%d"), ("30Apr2024", "%d%b%Y"), ("20240430", "%Y%m%d")],
)
def test_dates_are_read_in_the_format_of_their_file(tmp_path: Path, cell: str, form: str) -> None:
    values, problems = dates(cells(cell), "n", tmp_path, ["%Y.%m.%d", form])
    assert values.tolist() == [pd.Timestamp(2024, 4, 30)]
    assert problems == []


@pytest.mark.parametrize("cell", ["31/02/2024", "04/30/2024", "2024-04-30", "April", "30/04/24"])
def test_what_is_not_a_date_says_how_one_is_written(tmp_path: Path, cell: str) -> None:
    _, (problem,) = dates(cells(cell), "n", tmp_path, ["%d/%m/%Y", "%d%b%Y"])
    assert (problem.row, problem.value) == (2, cell)
    assert problem.rule == "a date written like 30/04/2024 or 30Apr2024 is expected"


def test_a_date_inside_a_month_is_not_a_month_end(tmp_path: Path) -> None:
    values, problems = month_ends(cells("29/02/2024", "28/02/2024"), "n", tmp_path, ["%d/%m/%Y"])
    assert values.isna().tolist() == [False, True]
    assert [(problem.row, problem.value) for problem in problems] == [(3, "28/02/2024")]


def test_an_organisation_code_is_capitals_and_digits(tmp_path: Path) -> None:
    _, problems = codes(cells("RH8", "rh8", "R1", "8JX76", ""), "n", tmp_path)
    assert [problem.row for problem in problems] == [3, 4, 6]


def test_an_empty_cell_is_named(tmp_path: Path) -> None:
    assert [(problem.row, problem.column) for problem in empty_cells(cells("x", ""), ["n"], tmp_path)] == [(3, "n")]


@pytest.mark.parametrize(
    "name",
    [
        "absence_2024-10.csv",
        "absence 2024_10.csv",
        "absence202410.csv",
        "absence_2024-10-31.csv",
        "Absence, October 2024.csv",
        "absence oct-24.csv",
        "absence 31 Oct 2024 (2).csv",
        "absence 2024-25.csv",
        "absence.csv",
    ],
)
def test_a_file_name_that_says_the_month_of_its_dates_or_no_month_is_fine(name: str) -> None:
    assert file_name_problems(Path(name), "DATE", pd.Series([pd.Timestamp(2024, 10, 31)])) == []


@pytest.mark.parametrize("name", ["absence_2024-11.csv", "absence 202411.csv", "Nov24.csv", "November 2024.csv"])
def test_a_file_name_that_says_another_month_is_named_with_both(name: str) -> None:
    (problem,) = file_name_problems(Path(name), "DATE", pd.Series([pd.Timestamp(2024, 10, 31)] * 2))
    assert "the name of the file says November 2024, but this column says October 2024" in problem.rule
    assert (problem.column, problem.value) == ("DATE", "October 2024")


def test_a_file_of_several_months_may_be_named_after_one_of_them() -> None:
    days = pd.Series([dt.datetime(2024, 9, 30), dt.datetime(2024, 10, 31)])
    assert file_name_problems(Path("to_2024-10.csv"), "DATE", days) == []
    (problem,) = file_name_problems(Path("to_2024-12.csv"), "DATE", days)
    assert problem.value == "September 2024 to October 2024"
