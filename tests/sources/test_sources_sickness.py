"""Sickness absence: days are kept, the published rate is checked against them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline.problems import InputRefused, Problem
from pipeline.sources import sickness_absence

pytestmark = pytest.mark.unit

HEADER = (
    "DATE,NHSE_REGION_CODE,NHSE_REGION_NAME,ICS_CODE,ICS_NAME,ORG_CODE,ORG_NAME,ORG_TYPE,"
    "FTE_DAYS_LOST,FTE_DAYS_AVAILABLE,SICKNESS_ABSENCE_RATE_PERCENT"
)


def line(
    lost: str = "104.25",
    available: str = "2000",
    percent: str = "5.21",
    date: str = "30/04/2024",
    code: str = "XA1",
    name: str = "Invented Hospitals",
    kind: str = "Acute",
) -> str:
    return f"{date},Y90,Nowhere,QAA,Nowhere ICS,{code},{name},{kind},{lost},{available},{percent}"


def saved(folder: Path, *lines: str, name: str = "absence_2024-04.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def problems_of(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputRefused) as refusal:
        sickness_absence.read(path)
    return refusal.value.problems


def test_days_lost_and_available_are_kept_with_their_row(tmp_path: Path) -> None:
    absence = sickness_absence.read(saved(tmp_path, line()))["absence"]
    assert absence.to_dict("records") == [
        {
            "month": pd.Timestamp(2024, 4, 30),
            "employer": "XA1",
            "days_lost": 104.25,
            "days_available": 2000.0,
            "file": "absence_2024-04.csv",
            "sheet": "",
            "row": 2,
        }
    ]


def test_an_integrated_care_board_is_an_employer_too(tmp_path: Path) -> None:
    path = saved(tmp_path, line(code="QAA", name="Nowhere ICB", kind="Integrated Care Board"))
    assert sickness_absence.read(path)["absence"]["employer"].tolist() == ["QAA"]


def test_rows_for_england_a_region_or_a_system_are_left_out(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        line(code="ENG", name="England", kind=""),
        line(code="", name="England", kind="England"),
        line(code="Y90", name="Nowhere", kind=""),
        line(code="QAA", name="Nowhere ICS", kind="ICS"),
        line(),
    )
    assert sickness_absence.read(path)["absence"]["row"].tolist() == [6]


def test_a_file_of_totals_alone_is_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(saved(tmp_path, line(code="ENG", name="England")))
    assert "no row is of a single organisation" in problem.rule


@pytest.mark.parametrize("percent", ["5.20", "5.22", "0.0521", "52.1"])
def test_a_published_rate_that_is_not_that_of_the_days_is_named(tmp_path: Path, percent: str) -> None:
    (problem,) = problems_of(saved(tmp_path, line(), line(code="XA2", percent=percent)))
    assert (problem.row, problem.column, problem.value) == (3, "SICKNESS_ABSENCE_RATE_PERCENT", percent)
    assert "FTE_DAYS_LOST out of FTE_DAYS_AVAILABLE" in problem.rule


def test_a_rate_within_its_rounding_is_accepted_at_the_decimals_of_the_file(tmp_path: Path) -> None:
    two_decimals = [
        line(lost="100.2"),
        line(code="XA2", lost="104.2999", percent="5.21"),
        line(code="XA3", lost="104", percent="5.2"),
    ]
    with pytest.raises(InputRefused, match="row 2"):
        sickness_absence.read(saved(tmp_path, *two_decimals))
    assert len(sickness_absence.read(saved(tmp_path, *two_decimals[1:]))["absence"]) == 2
    one_decimal = saved(tmp_path, line(lost="104.9", percent="5.2"), line(code="XA2", lost="100", percent="5.0"))
    assert len(sickness_absence.read(one_decimal)["absence"]) == 2


def test_binary_residue_in_a_rate_does_not_tighten_the_check(tmp_path: Path) -> None:
    path = saved(tmp_path, line(), line(code="XA2", lost="86", percent="4.300000000000001"))
    assert len(sickness_absence.read(path)["absence"]) == 2


def test_more_days_lost_than_available_is_named(tmp_path: Path) -> None:
    (problem,) = problems_of(saved(tmp_path, line(lost="2000", available="104.25", percent="1918.47")))
    assert (problem.row, problem.column) == (2, "FTE_DAYS_LOST")


def test_an_organisation_without_available_days_has_no_rate_to_check(tmp_path: Path) -> None:
    absence = sickness_absence.read(saved(tmp_path, line(lost="0", available="0", percent="0")))["absence"]
    assert absence["days_available"].tolist() == [0.0]


def test_several_months_in_one_file_are_read(tmp_path: Path) -> None:
    path = saved(tmp_path, line(), line(date="31/05/2024"), name="absence.csv")
    assert sickness_absence.read(path)["absence"]["month"].dt.month.tolist() == [4, 5]


def test_a_file_name_of_another_month_is_refused_naming_both(tmp_path: Path) -> None:
    (problem,) = problems_of(saved(tmp_path, line(), name="absence_2024-05.csv"))
    assert (problem.column, problem.value) == ("DATE", "April 2024")
    assert "says May 2024, but this column says April 2024" in problem.rule


def test_a_date_that_is_not_a_month_end_is_named(tmp_path: Path) -> None:
    (problem,) = problems_of(saved(tmp_path, line(date="01/04/2024")))
    assert (problem.row, problem.column, problem.value) == (2, "DATE", "01/04/2024")
    assert "last day of a month" in problem.rule


def test_an_organisation_twice_in_a_month_is_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(saved(tmp_path, line(), line()))
    assert problem.row == 3
    assert "repeats month, employer" in problem.rule


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    problems = problems_of(
        saved(tmp_path, line(lost="n/a"), line(available="-3"), line(percent=""), line(code="x"), line(date="soon"))
    )
    assert {(problem.row, problem.column) for problem in problems} >= {
        (2, "FTE_DAYS_LOST"),
        (3, "FTE_DAYS_AVAILABLE"),
        (4, "SICKNESS_ABSENCE_RATE_PERCENT"),
        (5, "ORG_CODE"),
        (6, "DATE"),
    }


def test_the_header_is_recognised_and_another_is_not(tmp_path: Path) -> None:
    assert sickness_absence.recognise(saved(tmp_path, line()))
    other = tmp_path / "other.csv"
    other.write_text("DATE,ORG_CODE,FTE_DAYS_LOST\n30/04/2024,XA1,3\n")
    assert not sickness_absence.recognise(other)
