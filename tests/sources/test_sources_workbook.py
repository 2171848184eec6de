from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from workbook_builder import Rows, compound_file, dm01, write_xls, write_xls_with_password, write_xlsx

from pipeline.problems import InputRefused
from pipeline.sources import (
    _workbook_check,
    did_modality,
    did_setting,
    did_turnaround,
    dm01_provider,
    hchs_organisation,
)
from pipeline.sources._workbook import open_workbook, whole_workbook

pytestmark = pytest.mark.unit

READERS = [dm01_provider, did_modality, did_setting, did_turnaround, hchs_organisation]


def refusal(path: Path) -> str:
    with pytest.raises(InputRefused) as caught:
        list(open_workbook(path).sheets())
    assert {problem.file for problem in caught.value.problems} == {str(path)}
    return str(caught.value)


def good(folder: Path) -> bytes:
    rows: Rows = [["Provider Code", "Tests"], *[[f"RZ{place}", place * 7.3] for place in range(2000)]]
    return write_xlsx(folder / "good.xlsx", {"Provider": rows}).read_bytes()


def no_file(path: Path) -> None:
    assert not path.exists()


def folder(path: Path) -> None:
    path.mkdir()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def xlsx_cut_short(path: Path) -> None:
    whole = good(path.parent)
    path.write_bytes(whole[: len(whole) // 2])


def xlsx_with_damage_inside(path: Path) -> None:
    whole = bytearray(good(path.parent))
    start = whole.index(b"xl/worksheets/sheet1.xml") + 200
    whole[start : start + 40] = bytes(40)
    path.write_bytes(bytes(whole))


def xls_cut_short(path: Path) -> None:
    whole = write_xls(path.parent / "whole.xls", {"Provider": [["Provider Code"]] * 500}).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def web_page(path: Path) -> None:
    path.write_text("\n<!DOCTYPE html><html><body><table><tr><td>1</td></tr></table></body></html>", encoding="utf-8")


def web_table_with_byte_order_mark(path: Path) -> None:
    path.write_text("<table><tr><td>RH8</td><td>1,2</td></tr></table>", encoding="utf-8-sig")


def csv(path: Path) -> None:
    path.write_text("Provider Code,Tests\nRZ1,5\n", encoding="utf-8")


def xml(path: Path) -> None:
    path.write_text('<?xml version="1.0"?><Workbook></Workbook>', encoding="utf-8")


def pdf(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n")


def something_else(path: Path) -> None:
    path.write_bytes(bytes(range(256)))


def word_document(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", "<w:document/>")


def xlsx_with_password(path: Path) -> None:
    path.write_bytes(compound_file({"EncryptionInfo": b"x" * 300, "EncryptedPackage": b"y" * 6000}))


def xls_with_password(path: Path) -> None:
    write_xls_with_password(path)


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b" " * 20_000_000)


def bomb_that_understates_its_size(path: Path) -> None:
    bomb(path)
    content = path.read_bytes()
    path.write_bytes(content.replace((20_000_000).to_bytes(4, "little"), (2_000).to_bytes(4, "little")))


def cell_in_the_far_corner(path: Path) -> None:
    rows: Rows = [["Provider Code"]]
    write_xlsx(path, {"Fine": rows, "Provider": rows})
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = "xl/worksheets/sheet2.xml"
    parts[sheet] = parts[sheet].replace(b'<row r="1"', b'<row r="1048576"').replace(b'r="A1"', b'r="XFD1048576"')
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)


BAD_FILES = [
    (no_file, "there is no file here"),
    (folder, "this is a folder"),
    (empty, "the file is empty (0 bytes)"),
    (xlsx_cut_short, "damaged or was cut short"),
    (xlsx_with_damage_inside, "damaged or was cut short"),
    (xls_cut_short, "damaged or was cut short"),
    (web_page, "this is a web page"),
    (web_table_with_byte_order_mark, "this is a web page"),
    (csv, "this is a text (CSV) file"),
    (xml, "this is an XML file"),
    (pdf, "this is a PDF"),
    (something_else, "this is not an Excel workbook"),
    (word_document, "a zip file but not an Excel workbook"),
    (xlsx_with_password, "protected by a password"),
    (xls_with_password, "protected by a password"),
    (bomb, "unpacks to far more than a workbook should"),
    (bomb_that_understates_its_size, "damaged or was cut short"),
    (cell_in_the_far_corner, "the sheet “Provider” reaches to cell XFD1048576"),
]


@pytest.mark.parametrize(("make", "says"), BAD_FILES, ids=lambda value: getattr(value, "__name__", ""))
@pytest.mark.parametrize("suffix", [".xls", ".xlsx"])
def test_a_bad_file_is_refused_in_plain_words_whatever_its_suffix(make, says, suffix, tmp_path: Path) -> None:
    path = tmp_path / f"bad{suffix}"
    make(path)
    assert says in refusal(path)


@pytest.mark.parametrize("make", [make for make, _ in BAD_FILES], ids=lambda make: make.__name__)
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__.rpartition(".")[2])
def test_no_reader_recognises_a_bad_file_or_trips_over_it(make, reader, tmp_path: Path) -> None:
    path = tmp_path / "bad.xlsx"
    make(path)
    assert reader.recognise(path) is False


def test_a_file_larger_than_any_such_workbook_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_workbook_check, "safety", lambda _name: 2**20)
    path = tmp_path / "large.xlsx"
    path.write_bytes(b"PK\x03\x04" + bytes(2**20))
    assert "no workbook of this kind is larger than 1 MB" in refusal(path)


def test_a_file_that_may_not_be_read_says_to_close_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_xlsx(tmp_path / "locked.xlsx", {"Provider": [["x"]]})

    def locked(*_args: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", locked)
    assert "cannot be opened (Permission denied); close it in Excel" in refusal(path)


def test_a_sheet_is_held_if_it_is_long_but_narrow(tmp_path: Path) -> None:
    rows: Rows = [[]] * 60_000
    path = write_xlsx(tmp_path / "long.xlsx", {"Provider": [*rows, ["RZ1"]]})
    sheet = open_workbook(path).sheet("Provider")
    assert (len(sheet.rows), sheet.rows[-1]) == (60_001, ["RZ1"])


def test_an_interrupt_of_the_user_is_not_taken_for_a_damaged_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_xlsx(tmp_path / "good.xlsx", {"Provider": [["x"]]})

    class Interrupted:
        @staticmethod
        def from_filelike(_stream: object) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.sources._workbook.CalamineWorkbook", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        open_workbook(path)


def test_a_wrong_sheet_is_answered_with_the_sheets_there_are(tmp_path: Path) -> None:
    book = open_workbook(write_xlsx(tmp_path / "a.xlsx", {"Provider": [["x"]], "Notes": [["y"]]}, hidden=["Notes"]))
    with pytest.raises(
        InputRefused, match="there is no sheet “Trusts”; the sheets of this file are “Provider”, “Notes”"
    ):
        book.sheet("Trusts")


def test_an_empty_sheet_is_refused_by_name(tmp_path: Path) -> None:
    book = open_workbook(write_xlsx(tmp_path / "a.xlsx", {"Provider": []}))
    with pytest.raises(InputRefused, match="sheet “Provider”: the sheet is empty"):
        book.sheet("Provider")


def test_a_sheet_is_found_whatever_its_case_and_spacing_and_though_it_is_hidden(tmp_path: Path) -> None:
    book = open_workbook(write_xlsx(tmp_path / "a.xlsx", {"One": [[1]], " Provider  by test": [["x"]]}, hidden=["One"]))
    assert book.sheet("Provider by Test").rows == [["x"]]
    assert book.sheet("ONE").rows == [[1.0]]


def test_a_workbook_read_as_a_whole_refuses_the_name_of_one_sheet(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"Provider": [["x"]]})
    with pytest.raises(InputRefused, match=r"take “sheet” out of this source in plan\.yaml"):
        whole_workbook(path, "Provider")


def test_an_old_workbook_reads_as_a_new_one(tmp_path: Path) -> None:
    rows: Rows = [["", "Period:", "August 2024"], [], ["", "Tests", 12.5]]
    old = open_workbook(write_xls(tmp_path / "a.xls", {"Provider": rows})).sheet("Provider")
    new = open_workbook(write_xlsx(tmp_path / "a.xlsx", {"Provider": rows})).sheet("Provider")
    assert old.rows == new.rows == [["", "Period:", "August 2024"], ["", "", ""], ["", "Tests", 12.5]]


@pytest.mark.parametrize("write", [write_xls, write_xlsx])
@pytest.mark.parametrize("suffix", [".xls", ".xlsx"])
def test_a_workbook_is_read_by_what_it_is_and_not_by_its_suffix(write, suffix, tmp_path: Path) -> None:
    path = write(tmp_path / f"a{suffix}", {"Provider": [["Tests", 12.5]]})
    assert open_workbook(path).sheet("Provider").rows == [["Tests", 12.5]]


def test_a_reader_takes_no_file_of_another(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "a.xlsx", {"Provider by Test": dm01([("RZ1", 1, "Magnetic Resonance Imaging", [1], [1, 2, 3])])}
    )
    assert [reader.recognise(path) for reader in READERS] == [True, False, False, False, False]
