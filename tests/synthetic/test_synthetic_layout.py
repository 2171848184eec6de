"""The sample's files are laid out as the real ones, and name no real body."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from itertools import islice
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from pipeline.synthetic.parameters import FOLDER
from pipeline.synthetic.places import places
from pipeline.synthetic.recipe import Recipe

pytestmark = pytest.mark.realdata

Row = list[object]
EVERY_TRUST = Recipe(employers=12)
BOARD = {"actions", "risks", "governance", "training", "plan"}
LEGAL_FORM = re.compile(r"^nhs | nhs( foundation)? trust$| integrated care board$")

# Real file, sample file, sheet of each, and the row of the headings (from 1).
WORKBOOKS = [
    ("dm01/dm01_provider_2025-03.xls", "dm01/dm01_provider_2025-03.xlsx", "Provider", "Provider", 14),
    ("dm01/dm01_provider_2025-03.xls", "dm01/dm01_provider_2025-03.xlsx", "Provider by Test", "Provider by Test", 14),
    ("dm01/dm01_provider_2025-03.xls", "dm01/dm01_provider_2025-03.xlsx", "Notes", "Notes", 6),
    ("did/did_t1_2021-22.xlsx", "did/did_t1_2021-22.xlsx", "Provider", "Provider", 13),
    ("did/did_t11_2021-22.xlsx", "did/did_t11_2024-25.xlsx", "Provider", "Provider", 13),
    ("did/did_t13_2024-25.xlsx", "did/did_t13_2024-25.xlsx", "2024-25 Q4", "2024-25 Q4", 11),
    *(
        ("workforce/nhs_wf_england_org_2024-09.xlsx", "workforce/hchs_england_org_2024-09.xlsx", sheet, sheet, 6)
        for sheet in ("2. NHSE, Org & SG - HC", "3. NHSE, Org & SG - FTE")
    ),
]
TEXTS = [
    ("workforce/core5_devon_diagnostic_excerpt_2025-10.csv", "workforce/hchs_core5_2025-09.csv"),
    ("workforce/core3_devon_ra9_rk9_medical_excerpt_2025-10.csv", "workforce/hchs_core3_2025-09.csv"),
    ("sickness/nhs_sickness_absence_2024-12.csv", "sickness/nhs_sickness_absence_2024-12.csv"),
    ("cdc/cdc_operational_2022-08-14.tsv", "cdc/cdc_operational_2025-06-30.tsv"),
    ("ods/ccg_icb_code.csv", "ods/ccg_icb_code.csv"),
    ("pay/nhspay_pay-scales.csv", "pay/afc_pay_scales.csv"),
    ("pay/nhspay_medical-scales.csv", "pay/medical_pay_scales.csv"),
    ("gp/gp-reg-pat-prac-quin-age.zip", "gp/gp-reg-pat-prac-quin-age.zip"),
    ("gp/gp-reg-pat-prac-map.zip", "gp/gp-reg-pat-prac-map.zip"),
]


@pytest.fixture
def sample(root: Path) -> Path:
    return root / "data" / "raw" / "sample"


def sheet_rows(path: Path, sheet: str) -> list[Row]:
    rows: list[Row] = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return rows


def lines(path: Path) -> list[str]:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as member:
            return list(io.TextIOWrapper(member, "utf-8", newline="\n"))
    with path.open(encoding="utf-8", newline="\n") as stream:
        return list(stream)


@pytest.mark.parametrize(("real", "made", "sheet", "own", "row"), WORKBOOKS)
def test_headings_stand_in_the_same_row_and_columns(
    realdata: Path, sample: Path, real: str, made: str, sheet: str, own: str, row: int
) -> None:
    published = [str(cell).rstrip() for cell in sheet_rows(realdata / real, sheet)[row - 1]]
    ours = [str(cell).rstrip() for cell in sheet_rows(sample / made, own)[row - 1]]

    while published and not published[-1]:
        published.pop()
    assert len(ours) >= len(published) > 1
    assert ours[: len(published)] == published


@pytest.mark.parametrize(("real", "made"), TEXTS)
def test_text_files_begin_with_the_same_line(realdata: Path, sample: Path, real: str, made: str) -> None:
    assert lines(sample / made)[0].rstrip() == lines(realdata / real)[0].rstrip()


def test_series_headings_are_months_from_the_seventh_column(realdata: Path, sample: Path) -> None:
    sheet = "5. All Staff, NHSE & Org - FTE"
    published = sheet_rows(realdata / "workforce/nhs_wf_england_org_2024-09.xlsx", sheet)
    ours = sheet_rows(sample / "workforce/hchs_england_org_2024-09.xlsx", sheet)

    assert ours[4][:6] == published[4][:6]
    assert ours[4][-1] == published[4][-1]
    assert [ours[6][1], ours[8][2]] == [published[6][1], published[8][2]] == ["England", ""]


def test_groups_of_england_stand_in_the_same_rows(realdata: Path, sample: Path) -> None:
    published = sheet_rows(realdata / "workforce/nhs_wf_england_org_2024-09.xlsx", "1. England")
    ours = sheet_rows(sample / "workforce/hchs_england_org_2024-09.xlsx", "1. England")

    assert [row[:2] for row in ours[7:79]] == [row[:2] for row in published[7:79]]


def test_the_trust_list_has_as_many_columns_and_dates_in_the_same_ones(realdata: Path, sample: Path) -> None:
    real, ours = (
        list(csv.reader(lines(folder / "ods" / name)))
        for folder, name in ((realdata, "etr_2025.csv"), (sample, "etr.csv"))
    )

    assert {len(row) for row in ours} == {len(row) for row in real} == {27}
    assert all(row[10].isdigit() and len(row[10]) == 8 for row in [*real, *ours])
    assert {row[11] for row in ours} == {"", "20210930"}


def test_no_code_of_the_sample_is_a_real_one(realdata: Path) -> None:
    real = {row[0] for row in csv.reader(lines(realdata / "ods" / "etr_2025.csv"))}
    real |= {code for row in csv.reader(lines(realdata / "ods" / "ccg_icb_code.csv")) for code in row[:2]}
    for row in islice(csv.reader(lines(realdata / "gp" / "gp-reg-pat-prac-map.zip")), 1, None):
        real |= {row[2], row[5], row[7], row[8], row[10], row[11], row[13], row[14]} - {"U"}
    for row in sheet_rows(realdata / "dm01" / "dm01_provider_2025-03.xls", "Provider")[16:]:
        real |= {str(row[1]), str(row[3])}
    for row in sheet_rows(realdata / "workforce" / "nhs_wf_england_org_2024-12.xlsx", "5. All Staff, NHSE & Org - FTE"):
        real |= {str(row[0]), str(row[2]), str(row[5])}

    assert len(real) > 7000
    assert not real & our_codes()


def our_codes() -> set[str]:
    here = places(EVERY_TRUST)
    bodies = [*here.regions, *here.systems, *here.sub_icbs, *here.all_trusts, *here.independent, *here.practices]
    codes = {body.code for body in bodies} | {practice.pcn for practice in here.practices} - {"U"}
    codes |= {body.ons_code for body in [*here.regions, *here.systems, *here.sub_icbs]}
    return codes | {code for sub in here.sub_icbs for code in sub.former_ccgs}


def test_no_town_of_the_sample_is_in_the_real_files(realdata: Path) -> None:
    text = "".join(
        line.casefold()
        for name in ("ods/etr_2025.csv", "gp/gp-reg-pat-prac-map.zip", "cdc/govuk_cdc.geojson.js")
        for line in lines(realdata / name)
    )
    towns = {trust.town.casefold() for trust in places(EVERY_TRUST).all_trusts}

    assert "plymouth" in text
    assert [town for town in towns if town in text] == []


def test_no_real_body_is_named_in_what_the_fictional_board_sends(realdata: Path) -> None:
    written = [path for path in FOLDER.rglob("*") if path.stem in BOARD or path.suffix == ".md"]
    text = " ".join(" ".join(path.read_text(encoding="utf-8").split()).casefold() for path in written)
    names = {row[1] for row in csv.reader(lines(realdata / "ods" / "etr_2025.csv"))}
    names |= {row[2] for row in csv.reader(lines(realdata / "ods" / "ccg_icb_code.csv"))}
    short = {LEGAL_FORM.sub("", name.casefold()).strip() for name in names}

    assert len(written) >= len(BOARD) + 4
    assert len(short) > 200
    assert [name for name in short if name in text] == []
