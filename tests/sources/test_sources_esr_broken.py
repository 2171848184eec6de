"""Broken extracts of staff records are refused in plain words, and no message repeats a row."""

from __future__ import annotations

import gzip
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from esr_files import HEADER, assert_repeats_none_of, line, refusal, saved, saved_bytes

from pipeline.problems import InputRefused
from pipeline.sources import _esr_file, esr_extract

pytestmark = pytest.mark.unit

GOOD = f"{HEADER}\n{line()}\n".encode()
SECRET = line(role="Okafor Amara", fte="0.73")
SECRETS = ["okafor", "amara", "0.73"]
LONG = GOOD + f"{line()}\n".encode() * 60_000
"""Longer than the head that is looked at before the engine opens the file."""
DAMAGED = "damaged or was cut short"
WIDTH = "does not have 10 cells, is far too long, or a quotation mark in it is not closed"


def row(text: str) -> bytes:
    return f"{text}\n".encode()


BROKEN: dict[str, tuple[bytes, int | None, str]] = {
    "an empty file": (b"", None, "the file is empty"),
    "a file of blanks": (b" \n \n", None, "the file is empty"),
    "a header alone": (row(HEADER), 1, "a header and no rows"),
    "a header without a line end": (HEADER.encode(), 1, "a header and no rows"),
    "a header and rows of commas": (row(HEADER) + row("," * 9) * 3, 1, "a header and no rows"),
    "an empty first line": (b"\n" + GOOD, 1, "the first line is empty"),
    "the header again": (GOOD + row(HEADER) + row(line()), 3, "the header stands again"),
    "a short row": (GOOD + row("2025-09-30,ZZ1,Okafor Amara"), 3, WIDTH),
    "a long row": (GOOD + row(SECRET + ",Okafor"), 3, WIDTH),
    "a long first row": (row(HEADER) + row(SECRET + ",Okafor"), 2, WIDTH),
    "a comment": (GOOD + row("# exported for Okafor"), 3, WIDTH),
    "a line of spaces": (GOOD + row("   "), 3, WIDTH),
    "a decimal comma": (GOOD + row(line(fte="0,73")), 3, WIDTH),
    "an open quotation mark": (GOOD + row(line(role='"Okafor Amara')) + row(line()), 3, WIDTH),
    "an open quotation mark late": (LONG + row(line(role='"Okafor Amara')) + row(line()) * 9, 60_003, WIDTH),
    "text after a quotation mark": (GOOD + row(line(role='"Okafor" Amara')), 3, WIDTH),
    "a huge cell": (GOOD + row(line(role="Okafor" * 500_000)), 3, WIDTH),
    "Windows-1252": (GOOD + row(line(role="Okafór")).decode().encode("cp1252"), None, "not saved as UTF-8"),
    "Windows-1252 late": (LONG + row(line(role="Okafór")).decode().encode("cp1252"), 60_003, "not UTF-8"),
    "UTF-16": (GOOD.decode().encode("utf-16"), None, "UTF-16"),
    "semicolons": (GOOD.replace(b",", b";"), None, "parted by semicolons or tabs"),
    "tabs": (GOOD.replace(b",", b"\t"), None, "parted by semicolons or tabs"),
    "two kinds of line end": (GOOD + row(line() + "\r") + row(line()), None, "lines end in two ways"),
    "two kinds of line end late": (LONG + row(line() + "\r"), None, "lines end in two ways"),
    "zero bytes": (GOOD + b"\x00" * 9, None, "binary data"),
    "zero bytes late": (LONG + b"\x00" * 9 + row(line()), 60_003, "a date such as"),
    "a web page": (b"<!DOCTYPE html><html><body>Sign in, Okafor</body></html>", None, "this is a web page"),
    "a PDF": (b"%PDF-1.7\n", None, "this is a PDF"),
    "a zip": (b"PK\x03\x04" + b"\x00" * 60, None, "binary data"),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + b"\x00" * 60, None, "Excel workbook"),
    "an empty gzip": (gzip.compress(b""), None, "empty or damaged"),
    "a gzip of a header": (gzip.compress(row(HEADER)), 1, "a header and no rows"),
    "a gzip cut short": (gzip.compress(GOOD)[:-12], None, DAMAGED),
    "a long gzip cut short": (gzip.compress(LONG)[:-9], None, DAMAGED),
    "a gzip with another check sum": (gzip.compress(LONG)[:-8] + b"\x00" * 4 + gzip.compress(LONG)[-4:], None, DAMAGED),
    "a gzip with something behind": (gzip.compress(GOOD) + b"Okafor", None, DAMAGED),
    "a gzip of a web page": (gzip.compress(b"<html>Okafor</html>"), None, "this is a web page"),
    "a gzip of a gzip": (gzip.compress(gzip.compress(GOOD)), None, "gzip archive"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_extract_is_refused_in_plain_words(tmp_path: Path, name: str) -> None:
    content, row_number, says = BROKEN[name]
    (problem,) = refusal(saved_bytes(tmp_path, content))
    assert problem.row == row_number
    assert says in problem.rule
    assert problem.value == ""
    assert_repeats_none_of([problem], ["okaf", "amara", "duckdb", "csv error", "strict_mode"])


@pytest.mark.parametrize("name", [name for name, (_, row_number, _) in BROKEN.items() if row_number])
def test_not_even_a_traceback_repeats_a_row(tmp_path: Path, name: str) -> None:
    path = saved_bytes(tmp_path, BROKEN[name][0])
    with pytest.raises(InputRefused) as caught:
        esr_extract.read(path)
    said = "".join(traceback.format_exception(caught.value))
    assert not [secret for secret in SECRETS if secret in said.casefold()]


GOOD_AS_WELL: dict[str, Callable[[bytes], bytes]] = {
    "a mark of UTF-8": lambda content: b"\xef\xbb\xbf" + content,
    "a packed mark of UTF-8": lambda content: gzip.compress(b"\xef\xbb\xbf" + content),
    "two gzips in one": lambda content: gzip.compress(content) + gzip.compress(row(line())),
    "Windows line ends": lambda content: content.replace(b"\n", b"\r\n"),
    "old Mac line ends": lambda content: content.replace(b"\n", b"\r"),
    "no line end": lambda content: content.rstrip(b"\n"),
    "blank lines": lambda content: content.replace(b"\n", b"\n\n"),
    "rows of commas below": lambda content: content + row("," * 9) * 3,
    "quoted cells": lambda content: content.replace(b"Permanent", b'"Permanent"'),
    "a quoted header": lambda content: content.replace(b"Effective Date", b'"Effective Date"'),
    "spaces round the cells": lambda content: content.replace(
        b",Permanent,1.0", b" , Permanent\xc2\xa0,\t1.0\xc2\xa0"
    ).replace(b",Y", b",\t\xc2\xa0y "),
}


@pytest.mark.parametrize("name", GOOD_AS_WELL)
def test_what_means_the_same_is_read_all_the_same(tmp_path: Path, name: str) -> None:
    staff = esr_extract.read(saved_bytes(tmp_path, GOOD_AS_WELL[name](GOOD)))["staff"]
    people = 2 if name == "two gzips in one" else 1
    assert staff[["headcount", "wte", "row"]].values.tolist() == [[people, people, 2]]


def test_an_excel_workbook_with_another_name_is_refused(tmp_path: Path, root: Path) -> None:
    workbook = root / "data" / "raw" / "sample" / "plan" / "operational_plan_2025-26.xlsx"
    (problem,) = refusal(saved_bytes(tmp_path, workbook.read_bytes()))
    assert "binary data, not text" in problem.rule


@pytest.mark.parametrize("kind", ["missing", "folder"])
def test_a_path_without_a_file_is_refused(tmp_path: Path, kind: str) -> None:
    (problem,) = refusal(tmp_path if kind == "folder" else tmp_path / "nothing.csv")
    assert {"missing": "there is no file here", "folder": "this is a folder"}[kind] in problem.rule


def test_every_missing_column_is_named(tmp_path: Path) -> None:
    problems = refusal(saved(tmp_path, "2025-09-30,ZZ1", header="Effective Date,Employer"))
    assert [problem.column for problem in problems] == HEADER.split(",")[2:]
    assert "the columns are Effective Date, Employer, Staff Group" in problems[0].rule


def test_a_column_that_stands_twice_is_named(tmp_path: Path) -> None:
    (problem,) = refusal(saved(tmp_path, line() + ",0.4", header=HEADER + ",fte"))
    assert (problem.column, "stands twice" in problem.rule) == ("fte", True)


def test_an_extract_without_a_header_has_its_first_row_repeated_nowhere(tmp_path: Path) -> None:
    problems = refusal(saved_bytes(tmp_path, row(SECRET) + row(line())))
    assert {problem.column for problem in problems} >= {"Effective Date", "column 1", "column 10"}
    assert_repeats_none_of(problems, [*SECRETS, "30-34", "2025-09-30"])


def test_a_heading_as_long_as_a_book_is_not_repeated(tmp_path: Path) -> None:
    (problem,) = refusal(saved(tmp_path, line() + ",1", header=f"{HEADER},{'x' * 3_000_000}"))
    assert problem.column == "column 11"


def test_too_small_a_disk_or_memory_is_told_apart_from_a_broken_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_esr_file, "MEMORY", "1KB")
    (problem,) = refusal(saved(tmp_path, line()))
    assert "more room than the disk for temporary files has free" in problem.rule


def test_values_that_tell_people_apart_far_down_are_refused_without_being_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_esr_file, "SAMPLE_ROWS", 5)
    rows = [line()] * 10 + [line(role=f"Radiographer {number:04}x") for number in range(2_500)]
    (problem,) = refusal(saved(tmp_path, *rows))
    assert (problem.column, "more than 2,000 different values" in problem.rule) == ("Role", True)
