"""The smallest good files of several formats, and a plan that reads them. All names and codes are invented."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml

BOARD, REGION = "QZ1", "Y90"
TRUSTS = {"RZ1": "Northvale University Hospitals NHS Trust", "RZ2": "Eastmere NHS Foundation Trust"}
CORE5_HEADER = (
    "DATA_MONTH,DATA_LEVEL,NHSE_REGION_CODE,NHSE_REGION_NAME,ICS_CODE,ICS_NAME,ORG_CODE,ORG_NAME,MAIN_STAFF_GROUP,"
    "STAFF_GROUP_1,STAFF_GROUP_2,CARE_SETTING,LEVEL,GRADE,FTE,HEADCOUNT"
)
SICKNESS_HEADER = (
    "DATE,NHSE_REGION_CODE,NHSE_REGION_NAME,ICS_CODE,ICS_NAME,ORG_CODE,ORG_NAME,ORG_TYPE,FTE_DAYS_LOST,"
    "FTE_DAYS_AVAILABLE,SICKNESS_ABSENCE_RATE_PERCENT"
)
DM01_HEADER = [
    "Regional Team Code",
    "Regional Team Name",
    "Provider Code",
    "Provider Name",
    "Diagnostic ID",
    "Diagnostic Test Name",
    "Total Waiting List",
    "Number waiting 6+ Weeks",
    "Number waiting 13+ Weeks",
    "Percentage waiting 6+ weeks",
    *[f"{week:02d} <{week + 1:02d} weeks" if week else "0 <01 weeks" for week in range(13)],
    "13+ weeks",
    "",
    "Planned tests / procedures",
    "Unscheduled tests / procedures",
    "Waiting list tests / procedures (excluding planned)",
]
DM01_SHEET = "Provider by Test"
Rows = list[list[Any]]
Change = Callable[[Rows], None]


def write_text(path: Path, *lines: str, encoding: str = "utf-8", end: str = "\r\n") -> Path:
    """A text file of these lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(line + end for line in lines).encode(encoding))
    return path


def replace_text(path: Path, old: str, new: str) -> None:
    """Put one text in place of another that stands in the file exactly once."""
    text = path.read_bytes().decode("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_bytes(text.replace(old, new).encode("utf-8"))


def core5_row(
    trust: str = "RZ1", band: str = "Band 6", wte: str = "10.5", headcount: str = "12", month: str = "2025-10-31"
) -> str:
    """Diagnostic radiographers of one trust and band."""
    place = f"Organisation,{REGION},Highmoor,{BOARD},Northvale and Eastmere,{trust},{TRUSTS.get(trust, 'Elsewhere')}"
    return (
        f"{month},{place},"
        '001_Professionally qualified clinical staff,"014_Scientific, therapeutic & technical staff",'
        f"015_Allied health professionals,007_Radiography (diagnostic),004_Therapist,{band},{wte},{headcount}"
    )


def write_core5(path: Path, *rows: str) -> Path:
    """NHS Workforce Statistics, Core 5."""
    return write_text(path, CORE5_HEADER, *(rows or [core5_row(trust) for trust in TRUSTS]))


def sickness_row(
    trust: str = "RZ1", lost: str = "500.5", available: str = "10000", rate: str = "5.01", day: str = "31/08/2024"
) -> str:
    """Sickness of one trust."""
    place = f"{REGION},Highmoor,{BOARD},Northvale and Eastmere,{trust},{TRUSTS[trust]},Acute"
    return f"{day},{place},{lost},{available},{rate}"


def write_sickness(path: Path, *rows: str) -> Path:
    """NHS Sickness Absence Rates of one month."""
    return write_text(path, SICKNESS_HEADER, *(rows or [sickness_row(trust) for trust in TRUSTS]))


def write_trusts(path: Path, board: str = BOARD) -> Path:
    """The Organisation Data Service's list of trusts (etr)."""
    lines = []
    for code, name in TRUSTS.items():
        cells = [code, name.upper(), REGION, board, *["A STREET"] * 5, "ZZ9 9ZZ", "20150401", *[""] * 16]
        lines.append(",".join(f'"{cell}"' for cell in cells))
    return write_text(path, *lines)


def write_practice_map(
    path: Path, board: str = BOARD, day: str = "01Jul2026", board_name: str = "NHS Northvale and Eastmere ICB"
) -> Path:
    """The map of GP practices to boards: one practice."""
    quoted = board_name.replace('"', '""')
    cells = {
        "EXTRACT_DATE": day,
        "PRACTICE_CODE": "Z90001",
        "PRACTICE_NAME": "HIGH STREET SURGERY",
        "SUB_ICB_LOCATION_CODE": "99Z",
        "SUB_ICB_LOCATION_NAME": "Northvale",
        "ONS_SUB_ICB_LOCATION_CODE": "E38999999",
        "ICB_CODE": board,
        "ICB_NAME": f'"{quoted}"',
        "ONS_ICB_CODE": f"E5499999{board[-1]}",
        "COMM_REGION_CODE": REGION,
        "COMM_REGION_NAME": "Highmoor",
        "ONS_COMM_REGION_CODE": "E40999999",
    }
    return write_text(path, ",".join(cells), ",".join(cells.values()))


def dm01_row(trust: str, test_id: int, test: str, waiting: Sequence[int], done: Sequence[int]) -> list[Any]:
    """One provider's row: `waiting` by week band, `done` planned, unscheduled and from the waiting list."""
    bands = [*waiting, *[0] * (14 - len(waiting))]
    six, all_ = sum(bands[6:]), sum(bands)
    share = six / all_ if all_ else 0
    return [REGION, "Highmoor", trust, TRUSTS[trust], test_id, test, all_, six, bands[13], share, *bands, "", *done]


def dm01_rows(period: str = "August 2024") -> Rows:
    """The sheet as published, one column to the right: header in row 14, England in row 15, data from row 17."""
    scan = dm01_row("RZ1", 1, "Magnetic Resonance Imaging", [100, 50, 20, 0, 0, 0, 5], [10, 20, 160])
    total = dm01_row("RZ1", 16, "Total", [100, 50, 20, 0, 0, 0, 5], [10, 20, 160])
    england = ["", "", "", "Total", "", "", *scan[6:]]
    top: Rows = [[] for _ in range(12)]
    top[1], top[4], top[6] = ["Title:", "Monthly Diagnostics"], ["Period:", period], ["Basis:", "Provider"]
    groups = ["Provider level data", *[""] * 9, "Number of Patients Waiting at Month End", *[""] * 13, "Activity"]
    return [["", *row] if row else [] for row in [*top, groups, DM01_HEADER, england, [], scan, total]]


def write_workbook(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """An Excel workbook of these sheets."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def write_dm01(path: Path, change: Change | None = None, period: str = "August 2024", sheet: str = DM01_SHEET) -> Path:
    """A DM01 provider workbook, with the rows of its sheet changed in place before it is written."""
    rows = dm01_rows(period)
    if change:
        change(rows)
    notes: Rows = [[], ["", "Notes"]]
    return write_workbook(path, {"Provider": rows[:13], sheet: rows, "Notes": notes})


def did_turnaround_rows(share: float = 0.9) -> Rows:
    """A quarter of table 13 of the Diagnostic Imaging Dataset: the header stands in rows 9 to 11, data from row 12."""
    top: Rows = [[] for _ in range(8)]
    top[0] = ["", "Title:", "Table 13 DID - Report turnaround bands by modality and broad patient source setting"]
    top[2] = ["", "Period:", "2024/25 Apr-Jun"]
    settings = ["", "Contact:", "", "", "", "", "", "A&E / Admitted", "", "", "", "", "", "OP / GP direct access"]
    bands = ["", "", "", "", "", "", "", "Report turnaround time band", *[""] * 5, "Report turnaround time band"]
    places = ["Region", "ICB", "Network", "Code", "Provider name", "Modality"]
    admitted = ["Same day", "By next day", "> 28 days", "Not known", "Total cases"]
    referred = ["By next day", "By 7 days", "By 14 days", "> 28 days", "Not known", "Total cases"]
    scan = [REGION, BOARD, "Highmoor network", "RZ1", TRUSTS["RZ1"], "Magnetic resonance imaging"]
    row = ["", *scan, share, 0.95, 0.01, 0.01, 500, "", 0.3, 0.6, 0.8, 0.05, 0.01, 700]
    return [*top, settings, bands, ["", *places, *admitted, "", *referred], row]


def write_did_turnaround(path: Path, share: float = 0.9) -> Path:
    """Table 13 of the Diagnostic Imaging Dataset, one quarter."""
    return write_workbook(path, {"2024-25 Q1": did_turnaround_rows(share)})


def write_plan(folder: Path, sources: Mapping[str, str], **keys: Any) -> Path:
    """A plan folder whose plan.yaml reads these sources (path or pattern, and reader), with keys added or replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    plan = {
        "name": "Northvale and Eastmere",
        "ics": [BOARD],
        "employers": dict(TRUSTS),
        "base_month": "2025-10",
        "sources": [{"reader": reader, "path": path} for path, reader in sources.items()],
        **keys,
    }
    (folder / "plan.yaml").write_text(yaml.safe_dump(plan, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return folder


def write_good_plan(folder: Path) -> Path:
    """A plan with one good file of each of four kinds."""
    write_trusts(folder / "etr.csv")
    write_core5(folder / "core5.csv")
    write_sickness(folder / "sickness_2024-08.csv")
    write_dm01(folder / "dm01_2024-08.xlsx")
    return write_plan(
        folder,
        {
            "etr.csv": "ods_trusts",
            "core5.csv": "hchs_core5",
            "sickness_*.csv": "sickness_absence",
            "dm01_*.xlsx": "dm01_provider",
        },
    )
