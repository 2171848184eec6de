import csv
from pathlib import Path

import pandas as pd
import pytest

from pipeline.problems import InputRefused
from pipeline.sources import icb_codes, ods_trusts
from pipeline.sources.ods_trusts import readable_name

pytestmark = pytest.mark.unit

TRUST = {1: "RAA", 2: "A NHS FOUNDATION TRUST", 3: "Y58", 4: "QAA", 5: "1 HIGH STREET", 11: "19930401"}


def trust(**changed: str) -> list[str]:
    cells = {**TRUST, **{int(column[1:]): value for column, value in changed.items()}}
    return [cells.get(column, "") for column in range(1, 28)]


def register(tmp_path: Path, *rows: list[str]) -> Path:
    path = tmp_path / "etr.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(rows)
    return path


def problems(reader, path: Path) -> list[tuple[int | None, str, str]]:
    with pytest.raises(InputRefused) as refused:
        reader.read(path)
    return [(problem.row, problem.column, problem.value) for problem in refused.value.problems]


def test_a_trust_has_its_board_region_and_days_and_the_first_row_is_not_a_header(tmp_path: Path) -> None:
    path = register(tmp_path, trust(), trust(c1="G6V2S", c11="20241101", c12="20251231"))
    organisations = ods_trusts.read(path)["organisations"]
    assert ods_trusts.recognise(path)
    assert organisations["code"].tolist() == ["RAA", "G6V2S"]
    first = organisations.iloc[0]
    assert first[["name", "kind", "parent", "region", "row"]].tolist() == [
        "A NHS Foundation Trust",
        "trust",
        "QAA",
        "Y58",
        1,
    ]
    assert organisations["valid_from"].tolist() == [pd.Timestamp("1993-04-01"), pd.Timestamp("2024-11-01")]
    assert organisations["valid_to"].tolist() == [pd.NaT, pd.Timestamp("2025-12-31")]


@pytest.mark.parametrize(
    ("published", "readable"),
    [
        ("GUY'S AND ST THOMAS' NHS FOUNDATION TRUST", "Guy's and St Thomas' NHS Foundation Trust"),
        ("ST. GEORGE'S HOSPITAL", "St. George's Hospital"),
        ("THE NEWCASTLE UPON TYNE HOSPITALS NHS TRUST", "The Newcastle upon Tyne Hospitals NHS Trust"),
        ("TEES, ESK AND WEAR VALLEYS", "Tees, Esk and Wear Valleys"),
        ("LANCASHIRE & SOUTH CUMBRIA", "Lancashire & South Cumbria"),
        ("STOCKTON-ON-TEES O'NEILL CENTRE", "Stockton-on-Tees O'Neill Centre"),
        ("NHS AND THE UK", "NHS and the UK"),
        ("Already Readable NHS Trust", "Already Readable NHS Trust"),
    ],
)
def test_a_name_in_capitals_is_written_as_a_reader_would(published: str, readable: str) -> None:
    assert readable_name(published) == readable


def test_every_code_name_and_day_that_is_not_one_is_refused(tmp_path: Path) -> None:
    path = register(
        tmp_path,
        trust(),
        trust(c1="A81001"),
        trust(c2=""),
        trust(c11=""),
        trust(c12="2024-12-31"),
        trust(c11="20241301"),
    )
    assert problems(ods_trusts, path) == [
        (4, "11", ""),
        (6, "11", "20241301"),
        (5, "12", "2024-12-31"),
        (2, "1", "A81001"),
        (3, "2", ""),
    ]


def test_a_file_of_another_width_is_neither_recognised_nor_read(tmp_path: Path) -> None:
    path = register(tmp_path, trust()[:12])
    assert not ods_trusts.recognise(path)
    assert problems(ods_trusts, path) == [(None, "", "12 columns")]


@pytest.mark.parametrize(
    "other",
    [
        {"c1": "A81001", "c2": "THE TRUST SURGERY"},
        {"c1": "RAA01", "c2": "A GENERAL HOSPITAL"},
        {"c1": "QAA", "c2": "NHS SOMEWHERE INTEGRATED CARE BOARD"},
        {"c11": "Open Date"},
    ],
)
def test_other_files_of_the_service_with_the_same_shape_are_not_recognised(
    tmp_path: Path, other: dict[str, str]
) -> None:
    assert not ods_trusts.recognise(register(tmp_path, trust(**other)))


def test_a_trust_listed_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="repeats code, valid_from"):
        ods_trusts.read(register(tmp_path, trust(), trust()))


def ccg_list(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "ccg.csv"
    path.write_text("\n".join(["CCG Code,ICB Code,ICB NAME", *lines]) + "\n", encoding="utf-8-sig")
    return path


def test_the_list_yields_each_ccg_under_its_board_and_each_board_once(tmp_path: Path) -> None:
    path = ccg_list(tmp_path, "15N,QAA,NHS Here Board", "99P,QAA,NHS Here Board", '06H,QBB,"NHS There, Board"')
    organisations = icb_codes.read(path)["organisations"]
    assert icb_codes.recognise(path)
    shown = organisations[["code", "name", "kind", "parent", "row"]].astype(object)
    assert shown.where(shown.notna(), None).values.tolist() == [
        ["15N", "15N", "ccg", "QAA", 2],
        ["99P", "99P", "ccg", "QAA", 3],
        ["06H", "06H", "ccg", "QBB", 4],
        ["QAA", "NHS Here Board", "icb", None, 2],
        ["QBB", "NHS There, Board", "icb", None, 4],
    ]
    assert organisations[["valid_from", "valid_to"]].isna().all(axis=None)


def test_a_remark_in_place_of_a_code_names_no_ccg_but_its_board_counts(tmp_path: Path) -> None:
    organisations = icb_codes.read(ccg_list(tmp_path, "n/a not SBS client at present,QAA,NHS Here Board"))[
        "organisations"
    ]
    assert organisations["code"].tolist() == ["QAA"]


def test_codes_that_are_not_codes_and_contradictions_are_refused(tmp_path: Path) -> None:
    path = ccg_list(tmp_path, "15N,QAA,Here", "15N,QBB,There", "1?,QAA,Here", "99P,qa,", "06H,QAA,Elsewhere")
    assert problems(icb_codes, path) == [
        (4, "CCG Code", "1?"),
        (5, "ICB Code", "qa"),
        (5, "ICB NAME", ""),
        (6, "ICB NAME", "Elsewhere"),
        (3, "CCG Code", "15N"),
    ]
