"""What is written to a workbook is read back the same, whatever it is and whichever program saved it."""

from __future__ import annotations

import shutil
import subprocess
import warnings
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_books import BOARD, EMPLOYER, ESTABLISHMENT, HOST, TEACHER, WORDS, WRITTEN, edited, filled, frame
from intake_strategies import ODD, submissions
from openpyxl import Workbook

from pipeline.sources import intake_workbook
from pipeline.sources.intake.layout import template_column
from pipeline.sources.intake.returned import read_returned
from pipeline.sources.intake.senders import PlanSender
from pipeline.sources.intake.template import write_workbook
from pipeline.tables import LINEAGE, TABLES

pytestmark = pytest.mark.integration
SENDERS = [EMPLOYER, HOST, TEACHER, BOARD]


def assert_same(read: Mapping[str, pd.DataFrame], sent: Mapping[str, pd.DataFrame]) -> None:
    assert list(read) == list(sent)
    for name, table in sent.items():
        columns = [column for column in TABLES[name].columns if column not in LINEAGE]
        pd.testing.assert_frame_equal(read[name][columns], table[columns], check_exact=True)


@pytest.mark.slow
@pytest.mark.parametrize("sender", SENDERS, ids=lambda sender: sender.kind)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_random_valid_tables_come_back_equal(
    sender: PlanSender, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tables = data.draw(submissions(sender))
    path = tmp_path_factory.getbasetemp() / f"{sender.kind}.xlsx"
    write_workbook(path, sender, "northvale", "Northvale ICS", WORDS, tables, WRITTEN)
    assert_same(read_returned(path), tables)


@pytest.mark.parametrize("text", ODD)
def test_text_that_a_spreadsheet_might_take_for_something_else_stays_text(text: str, tmp_path: Path) -> None:
    posts = frame("rota_posts", [{"rota": text, "hours_week": 0.1 + 0.2}])
    assert_same(read_returned(filled(tmp_path / "a.xlsx", rota_posts=posts)), {"rota_posts": posts})


def test_rows_say_their_file_sheet_and_row(tmp_path: Path) -> None:
    path = filled(tmp_path / "northvale.xlsx", establishment=ESTABLISHMENT)
    read = intake_workbook.read(path)["establishment"]
    assert read["file"].unique().tolist() == ["northvale.xlsx"]
    assert read["sheet"].unique().tolist() == ["Establishment"]
    assert read["row"].tolist() == [8, 9, 10, 11]


def test_an_empty_template_supplies_nothing(tmp_path: Path) -> None:
    assert read_returned(filled(tmp_path / "a.xlsx")) == {}


def test_a_workbook_saved_by_another_program_is_read_the_same(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.xlsx", establishment=ESTABLISHMENT)
    assert_same(read_returned(edited(path, lambda _: None)), {"establishment": ESTABLISHMENT})


def test_a_workbook_of_an_older_template_may_lack_a_column_that_may_be_left_out(tmp_path: Path) -> None:
    sent = {"governance": frame("governance", [{}]), "risks": frame("risks", [{}])}
    path = filled(tmp_path / "a.xlsx", BOARD, **sent)

    def older(book: Workbook) -> None:
        for table, column in (("governance", "about"), ("risks", "threatens")):
            book[TABLES[table].title].delete_cols(template_column(TABLES[table], column))

    older_path = edited(path, older)
    assert intake_workbook.recognise(older_path)
    read = read_returned(older_path)
    assert read["governance"]["about"].isna().all()
    assert read["risks"]["threatens"].isna().all()
    assert read["governance"]["item"].tolist() == sent["governance"]["item"].tolist()


@pytest.mark.slow
def test_a_workbook_saved_by_libreoffice_is_read_the_same(tmp_path: Path) -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed (soffice), so nothing can be saved with it")
    sent = {
        "staff": frame("staff", [{"headcount": None, "wte": 0.1}, {"band": "8a", "age_band": "5-9"}]),
        "establishment": ESTABLISHMENT,
        "rota_posts": frame("rota_posts", [{"rota": text} for text in ODD]),
    }
    path = filled(tmp_path / "a.xlsx", **sent)
    (tmp_path / "out").mkdir()
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert_same(read_returned(tmp_path / "out" / "a.xlsx"), sent)


def test_reading_gives_no_warning(tmp_path: Path) -> None:
    path = filled(tmp_path / "a.xlsx", establishment=ESTABLISHMENT)
    with warnings.catch_warnings(action="error"):
        assert "establishment" in read_returned(path)
