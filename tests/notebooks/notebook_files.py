"""Tiny files of the publications, made here with the few numbers that a test needs. All names are invented."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from small_files import (
    BOARD,
    CORE5_HEADER,
    DM01_HEADER,
    DM01_SHEET,
    REGION,
    TRUSTS,
    Rows,
    sickness_row,
    write_text,
    write_workbook,
)

CORE3_HEADER = "DATA_MONTH,DATA_LEVEL,ORG_CODE,ORG_NAME,SPECIALTY_GROUP,SPECIALTY,STAFF_GROUP_1,GRADE,FTE,HEADCOUNT"
REGISTERED = ("001_Professionally qualified clinical staff", "015_Allied health professionals")
SCIENTIST = ("001_Professionally qualified clinical staff", "016_Healthcare scientists")
SUPPORT = ("018_Support to clinical staff", "030_Support to AHPs")
RADIOGRAPHY, CARDIAC = "Radiography (diagnostic)", "Cardiac, Vascular, Respiratory & Sleep Sciences"
MRI, CT, ECHO = "Magnetic Resonance Imaging", "Computed Tomography", "Cardiology - Echocardiography"
COLONOSCOPY, CYSTOSCOPY = "Colonoscopy", "Cystoscopy"
JULY, AUGUST = "July 2024", "August 2024"


def core5_line(trust: str, group: tuple[str, str], setting: str, band: str, wte: float, people: int) -> str:
    """Staff of one trust, group, care setting and band."""
    main, second = group
    labels = [main, "014_Scientific, therapeutic & technical staff", second, f"007_{setting}", "004_Therapist", band]
    cells = ["2024-08-31", "Organisation", REGION, "Highmoor", BOARD, "Northvale", trust, "A trust", *labels]
    return ",".join(f'"{cell}"' for cell in [*cells, wte, people])


def write_core5(path: Path, *lines: str) -> Path:
    """NHS Workforce Statistics, Core 5, August 2024."""
    return write_text(path, CORE5_HEADER, *lines)


def write_core3(path: Path, specialties: Mapping[str, tuple[float, int]], trust: str = "RZ1") -> Path:
    """NHS Workforce Statistics, Core 3, August 2024: consultants of one trust by specialty."""
    lines = [
        f"2024-08-31,Organisation,{trust},A trust,A group,{name},HCHS doctors - Consultant,Consultant,{wte},{people}"
        for name, (wte, people) in specialties.items()
    ]
    return write_text(path, CORE3_HEADER, *lines)


Counted = tuple[str, str, int, int, int]
"""Trust, published test, patients waiting under six weeks, patients waiting longer, and tests done in the month."""


def write_dm01(path: Path, period: str, counted: Sequence[Counted], no_return: Sequence[tuple[str, str]] = ()) -> Path:
    """A DM01 provider workbook of one month; `no_return` are codes and names of providers that made none."""
    rows = [_dm01_row(number, *count) for number, count in enumerate(counted, start=1)]
    trusts = dict.fromkeys(count[0] for count in counted)
    data: Rows = []
    for trust in trusts:
        own = [row for row in rows if row[2] == trust]
        data += [*own, _added(own, [*own[0][:4], 16, "Total"])]
    top: Rows = [[] for _ in range(13)]
    top[1], top[4] = ["Title:", "Monthly Diagnostics"], ["Period:", period]
    sheet = [["", *row] for row in [*top, DM01_HEADER, _added(rows, ["", "", "", "Total", "", ""]), [], *data]]
    notes: Rows = [["Providers that did not submit:"], ["", "Code", "Name"], *(["", *each] for each in no_return)]
    return write_workbook(path, {DM01_SHEET: sheet, "Notes": notes if no_return else [["Notes"]]})


def _dm01_row(number: int, trust: str, test: str, waiting: int, long: int, done: int) -> list[Any]:
    bands = [waiting, *[0] * 5, long, *[0] * 7]
    place = [REGION, "Highmoor", trust, TRUSTS.get(trust, "Elsewhere"), number, test]
    return [*place, waiting + long, long, 0, 0, *bands, "", 0, 0, done]


def _added(rows: Rows, label: list[Any]) -> list[Any]:
    return [*label, *(sum(row[place] or 0 for row in rows) for place in range(6, len(rows[0])))]


def write_did(path: Path, year: str, each_month: Mapping[tuple[str, str], int]) -> Path:
    """Table 1 of the Diagnostic Imaging Dataset, a whole financial year, the same count in every month."""
    months = ["Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar"]
    top: Rows = [[] for _ in range(12)]
    top[1], top[3] = ["", "Title:", "Table 1 DID - Count of Imaging Activity"], ["", "Period:", year]
    header = ["", "Region", "Org Code", "Provider name", "Modality", *months, "Year"]
    data = [
        ["", REGION, trust, TRUSTS[trust], modality, *[count] * 12, 12 * count]
        for (trust, modality), count in each_month.items()
    ]
    return write_workbook(path, {"Provider": [*top, header, *data]})


def write_population(path: Path, people: Mapping[tuple[str, str], int], board: str = BOARD) -> Path:
    """Registered patients of one board by sex (FEMALE, MALE) and published age group, with the totals."""
    header = "PUBLICATION,EXTRACT_DATE,ORG_TYPE,ORG_CODE,ONS_CODE,POSTCODE,SEX,AGE_GROUP_5,NUMBER_OF_PATIENTS"
    sexes = {sex: sum(count for (of, _), count in people.items() if of == sex) for sex, _ in people}
    counts = {("ALL", "ALL"): sum(sexes.values()), **{(sex, "ALL"): count for sex, count in sexes.items()}, **people}
    lines = [f"LIST,2024-07-01,ICB,{board},E54,,{sex},{age},{count}" for (sex, age), count in counts.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("patients.csv", "\r\n".join([header, *lines]) + "\r\n")
    return path


def write_centres(path: Path, centres: Mapping[str, tuple[str, str]]) -> Path:
    """The map of community diagnostic centres: the ONS code of the board and the opening hours of each, by name."""
    features = [
        {
            "type": "Feature",
            "properties": {
                "name": name,
                "address": "High Street",
                "isOpen12_7": hours,
                "services": "Imaging, Pathology",
                "icbCode": ons,
            },
        }
        for name, (ons, hours) in centres.items()
    ]
    return write_text(path, json.dumps({"features": features}, indent=1))


def write_pay(path: Path) -> Path:
    """Agenda for Change pay of three bands in 2024-25."""
    salaries = {"3": [24071, 25674], "6": [37338, 39405, 44962], "7": [46148, 48526, 52809]}
    points = [
        f"england,2024-25,{band},{point},{salary},circular"
        for band, steps in salaries.items()
        for point, salary in enumerate(steps, start=1)
    ]
    return write_text(path, "nation,taxYear,band,point,salary,source", *points)


def write_yaml(path: Path, content: Any) -> Path:
    """A YAML file."""
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def sickness(day: str, trust: str, lost: int) -> str:
    """Days lost of 10,000 available."""
    return sickness_row(trust, lost=str(lost), available="10000", rate=f"{lost / 100:.2f}", day=day)
