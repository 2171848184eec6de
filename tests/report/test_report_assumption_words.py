"""Assumptions in words: values in their units, and the register."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.assumptions import Assumption
from pipeline.report.assumption_words import exact, register_row

pytestmark = pytest.mark.unit
SINCE = dt.date(2025, 4, 30)


@pytest.mark.parametrize(
    ("unit", "values", "said"),
    [
        ("share of contracted time", (0.0523,), "5.23% of contracted time"),
        ("share a year", (0.0, 0.015), "0% to 1.5% a year"),
        ("log growth a year", (0.067,), "6.93% a year"),
        ("log growth in a year", (-0.024, 0.024), "−2.37% to 2.43% in a year"),
        ("share of staff a year", (0.000004,), "0.0004% of staff a year"),
        ("minutes of radiographers for each test", (37.5,), "37.5 minutes of radiographers for each test"),
        ("pounds a year", (5000,), "5,000 pounds a year"),
        ("correlation", (0.6,), "0.6"),
        ("ratio", (1.2,), "×1.2"),
        ("ratio of odds", (0.75, 1.33), "odds ×0.75 to odds ×1.33"),
        ("hours", (float("nan"),), "not available"),
    ],
)
def test_a_value_is_said_in_its_unit_to_three_digits(unit: str, values: tuple[float, ...], said: str) -> None:
    assert exact(unit, *values) == said


def minutes(**more: object) -> Assumption:
    whole = {
        "kind": "clear_months",
        "label": "Minutes for a test",
        "unit": "minutes",
        "value": 30,
        "low": 20,
        "high": 40,
    }
    return Assumption.model_validate({**whole, "grade": "published", "source": "an audit", "from": SINCE, **more})


def test_a_row_of_the_register_says_what_stands_in_for_a_figure() -> None:
    whole = register_row(minutes(), False)
    assert whole == ["Minutes for a test", "30 minutes", "20 to 40", "published", "an audit", "April 2025"]
    guess = register_row(minutes(grade="placeholder", source=""), True)
    assert guess[2:5] == ["20 to 40 (placeholder)", "placeholder", "placeholder: no source read"]
    assert register_row(minutes(low=None, high=None), True)[2] == "no range"


def test_a_range_of_growth_is_of_the_growth_itself() -> None:
    row = register_row(minutes(unit="log growth a year", value=0.05, low=0.0, high=0.1), False)
    assert row[1:3] == ["5.13% a year", "0% to 10.5%"]
