"""Flows of an average year ahead beside those of the latest twelve months, worked by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from small_settings import BASE, EMPLOYERS, IMAGING, RADIOGRAPHERS, RADIOLOGISTS, SCOPE, YEAR, staff, table

from pipeline.model.flows_last_year import HIRED, beside_last_year, flows_last_year
from pipeline.report.outlook_words import last_year_sentences

pytestmark = pytest.mark.unit

LAST = pd.Timestamp(BASE).date()
STAFF = staff(months=YEAR)["staff"]


def moved(*changes: dict[str, object], months: list[str] = YEAR) -> pd.DataFrame:
    """A radiographer hired at each employer in each month, and these."""
    shared = {
        "pillar": IMAGING,
        "profession": RADIOGRAPHERS,
        "band": "5",
        "age_band": "30-34",
        "headcount": 1,
        "wte": 0.5,
    }
    each = {"kind": "joiner", "reason": "other"}
    usual = [{**each, "employer": employer, "month": month} for employer in EMPLOYERS for month in months]
    extra = [{"employer": EMPLOYERS[0], "month": months[-1], **change} for change in changes]
    return table("movements", *usual, *extra, **shared)["movements"]


MOVES = moved(
    {"kind": "joiner", "reason": "international recruitment", "headcount": 4, "wte": 4.0},
    {"kind": "joiner", "reason": "newly qualified", "headcount": 2, "wte": 2.0},
    {"kind": "leaver", "reason": "dismissal", "headcount": 3, "wte": 3.0},
    {"kind": "leaver", "reason": "transfer within the system", "headcount": 5, "wte": 5.0},
    {
        "kind": "leaver",
        "reason": "end of contract",
        "profession": RADIOLOGISTS,
        "band": "Specialty Registrar",
        "wte": 1.0,
    },
)


def test_reasons_are_told_as_the_flows_that_the_calculation_has() -> None:
    found = flows_last_year(MOVES, STAFF, SCOPE, LAST)
    assert found is not None
    assert found.set_index("flow")["wte"].to_dict() == {HIRED: 14.0, "recruited abroad": 4.0, "left": 3.0}


@pytest.mark.parametrize("gap", ["a year that ends early", "an employer without a year"])
def test_of_a_year_that_is_not_whole_there_is_nothing(gap: str) -> None:
    late = moved(months=YEAR[:-3]) if gap.startswith("a year") else MOVES[MOVES["employer"] == EMPLOYERS[0]]
    assert flows_last_year(late, STAFF, SCOPE, LAST) is None


AHEAD = pd.DataFrame(
    {"flow": ["hired", "newly qualified", "recruited abroad", "left"], IMAGING: [10.0, 3.0, 6.0, -3.1]}
)


def test_flows_that_differ_are_told_and_by_pillar_where_nothing_is_hidden() -> None:
    last = flows_last_year(MOVES, STAFF, SCOPE, LAST)
    assert last is not None
    beside = beside_last_year(AHEAD, last)
    (said,) = last_year_sentences(beside, last, "none")
    assert "recruited abroad, 6.0 WTE against 4.0 (imaging 6.0 against 4.0)" in said
    assert "hired" not in said
    assert "left" not in said
    assert last_year_sentences(beside, last, "hes_2018") == []
    many = last.assign(headcount=50)
    assert "imaging" not in last_year_sentences(beside, many, "hes_2018")[0]
    same = beside_last_year(AHEAD.assign(**{IMAGING: [12.0, 2.0, 4.0, -3.0]}), last)
    assert "Each flow is within 20.0%" in last_year_sentences(same, last, "none")[0]
    assert last_year_sentences(beside, None, "none") == []
