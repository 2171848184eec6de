"""Pay scales: a point of a band or grade from the first day of a tax year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline.problems import InputRefused, Problem
from pipeline.sources import pay_afc, pay_medical

pytestmark = pytest.mark.unit

AFC = "nation,taxYear,band,point,salary,source"
MEDICAL = "nation,taxYear,grade,point,salary,table,source"


def saved(folder: Path, *lines: str) -> Path:
    path = folder / "scales.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def problems_of(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputRefused) as refusal:
        pay_afc.read(path)
    return refusal.value.problems


def test_a_point_of_a_band_applies_from_the_first_of_april(tmp_path: Path) -> None:
    (row,) = pay_afc.read(saved(tmp_path, AFC, "england,2025-26,8a,Year 2,58487,circular"))["pay"].to_dict("records")
    assert row == {
        "from_date": pd.Timestamp(2025, 4, 1),
        "nation": "england",
        "scheme": "afc",
        "grade": "8a",
        "point": "Year 2",
        "scale": "All",
        "salary": 58487.0,
        "file": "scales.csv",
        "sheet": "",
        "row": 2,
    }


def test_a_scale_typed_by_hand_is_understood(tmp_path: Path) -> None:
    path = saved(tmp_path, AFC, 'Northern Ireland,2025/26,Band 8A,Year 2,"£58,487",circular')
    pay = pay_afc.read(path)["pay"]
    assert pay[["nation", "grade", "salary"]].to_numpy().tolist() == [["northern-ireland", "8a", 58487.0]]


def test_a_point_of_a_medical_grade_keeps_its_table_as_the_scale(tmp_path: Path) -> None:
    lines = [
        "wales,2026-27,consultant,MC75-01,100000,New contract,c",
        "wales,2026-27,consultant,MC75-01,90000,Old contract,c",
    ]
    pay = pay_medical.read(saved(tmp_path, MEDICAL, *lines))["pay"]
    assert pay[["scheme", "grade", "point", "scale", "salary"]].to_numpy().tolist() == [
        ["medical", "consultant", "MC75-01", "New contract", 100000.0],
        ["medical", "consultant", "MC75-01", "Old contract", 90000.0],
    ]


@pytest.mark.parametrize("year", ["2025-27", "2025", "25-26", "2025-2027", "now"])
def test_a_tax_year_is_two_years_that_follow(tmp_path: Path, year: str) -> None:
    (problem,) = problems_of(saved(tmp_path, AFC, f"england,{year},5,Year 1,31049,c"))
    assert (problem.row, problem.column, problem.value) == (2, "taxYear", year)
    assert problem.rule == "a tax year is written like 2025-26"


@pytest.mark.parametrize(("year", "first"), [("2025-2026", 2025), ("2099-00", 2099)])
def test_a_tax_year_may_be_written_in_full_and_cross_a_century(tmp_path: Path, year: str, first: int) -> None:
    pay = pay_afc.read(saved(tmp_path, AFC, f"england,{year},5,Year 1,31049,c"))["pay"]
    assert pay["from_date"].tolist() == [pd.Timestamp(first, 4, 1)]


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    problems = problems_of(
        saved(
            tmp_path,
            AFC,
            "france,2025-26,5,Year 1,31049,c",
            "england,2025-26,10,Year 1,31049,c",
            "england,2025-26,5,,31049,c",
            "england,2025-26,5,Year 2,TBC,c",
            "england,2025-26,6,Year 1,0,c",
            "england,2025-26,6,Year 2,-1,c",
        )
    )
    assert {(problem.row, problem.column, problem.value) for problem in problems} == {
        (2, "nation", "france"),
        (3, "band", "10"),
        (4, "point", ""),
        (5, "salary", "TBC"),
        (6, "salary", "0"),
        (7, "salary", "-1"),
    }


def test_a_point_given_twice_is_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(
        saved(tmp_path, AFC, "england,2025-26,5,Year 1,31049,c", "england,2025-26,5,Year 1,31050,c")
    )
    assert problem.row == 3


def test_problems_of_medical_scales_are_reported_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refusal:
        pay_medical.read(saved(tmp_path, MEDICAL, "wales,2026-27,,P1,1,T,c", "wales,2026-27,consultant,P1,x,,c"))
    assert {(problem.row, problem.column) for problem in refusal.value.problems} == {
        (2, "grade"),
        (3, "salary"),
        (3, "table"),
    }


@pytest.mark.parametrize(
    ("header", "afc", "medical"),
    [
        (AFC, True, False),
        (MEDICAL, False, True),
        ("nation,taxYear,band,grade,point,salary,table", False, True),
        ("nation,year,pct,source", False, False),
        ("nation,rate,adminLevy,administrator,source", False, False),
    ],
)
def test_only_files_of_scales_are_recognised(tmp_path: Path, header: str, afc: bool, medical: bool) -> None:
    path = saved(tmp_path, header, "x" + ",x" * header.count(","))
    assert (pay_afc.recognise(path), pay_medical.recognise(path)) == (afc, medical)
