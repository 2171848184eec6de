"""Small intake workbooks, as a sender would fill them in. All names and codes are invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.workbook.workbook import Workbook

from pipeline.sources.intake.senders import PlanSender
from pipeline.sources.intake.template import write_workbook
from pipeline.sources.vocabulary import BANDS, Words
from pipeline.tables import TABLES, validate

EMPLOYER = PlanSender("employer", "ZZ1", "Northvale University Hospitals")
HOST = PlanSender("cdc_host", "ZZ1", "Northvale University Hospitals")
TEACHER = PlanSender("education_provider", "ZZU1", "University of Northvale")
BOARD = PlanSender("icb", "QZ1", "Integrated care board QZ1")
WRITTEN = dt.datetime(2025, 11, 3, 9, 30)
WORDS: Words = {
    "employer": ["ZZ1", "ZZ2"],
    "provider": ["ZZ1", "ZZ2"],
    "profession": ["Diagnostic radiographers", "Sonographers", "Healthcare scientists: blood sciences"],
    "test": ["CT", "MRI", "Histopathology", "Colonoscopy"],
    "band": [*BANDS, "Consultant", "All"],
}
Rows = Sequence[Mapping[str, Any]]


def frame(name: str, rows: Rows) -> pd.DataFrame:
    """A canonical table of rows that say only how they differ from the table's example."""
    lineage = {"file": "last.xlsx", "sheet": TABLES[name].title}
    told = [{**TABLES[name].example, **row, **lineage, "row": at} for at, row in enumerate(rows, start=8)]
    return validate(name, pd.DataFrame(told))


ESTABLISHMENT = frame("establishment", [{"band": band} for band in ("5", "6", "7", "8a")])
"""Rows 8 to 11 of the sheet: month, employer, pillar, profession, band and funded WTE in columns B to G."""


def filled(path: Path, sender: PlanSender = EMPLOYER, **tables: pd.DataFrame) -> Path:
    """A workbook of a sender with these tables carried forward, as if it had filled them in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(path, sender, "northvale", "Northvale ICS", WORDS, tables, WRITTEN)
    return path


def edited(path: Path, change: Callable[[Workbook], object]) -> Path:
    """The workbook after somebody changed it in a spreadsheet program."""
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path
