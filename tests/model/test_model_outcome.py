"""Staff needed at each month of a path, worked by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
import pytest

from pipeline.assumptions import Assumption, Assumptions
from pipeline.model.draws import central, draw_assumptions
from pipeline.model.outcome import Setting, outcome, path
from pipeline.model.scenarios import BASELINE

pytestmark = pytest.mark.unit

BASE, LATER = dt.date(2025, 3, 31), dt.date(2027, 3, 31)
CELL = ("AAA", "Radiographers")


def assumption(kind: str, value: float, **more: object) -> Assumption:
    words = {"label": kind, "unit": "x", "grade": "published", "source": "made up", "from": "2025-01-01"}
    return Assumption.model_validate({"kind": kind, "value": value, **words, **more})


def book(growth: float, **spread: float) -> Assumptions:
    """Half an hour a CT test; 40 hours x 50 weeks less a fifth: 1,600 hours a WTE. 3,200 tests need 1 WTE."""
    entries = [
        assumption("unmeasured_growth", 0.0),
        assumption("contract_hours_week", 40),
        assumption("weeks_year", 50),
        assumption("unavailable", 0.2, item="leave"),
        assumption("productivity_growth", 0.0),
        assumption("activity_growth", growth, test="CT", **spread),
        assumption("minutes", 30, test="CT", profession="Radiographers"),
    ]
    return {entry.key: entry for entry in entries}


def setting(assumptions: Assumptions, **in_post: float) -> Setting:
    """Alder did 32,000 CT tests and Birch 6,400 in the year about the base month: 10 and 2 WTE."""
    annual = pd.DataFrame(
        {
            "provider": ["AAA", "BBB"],
            "pillar": "imaging",
            "test": "CT",
            "from_month": pd.Timestamp("2024-09-30"),
            "to_month": pd.Timestamp("2025-09-30"),
            "annual_tests": [32_000.0, 6_400.0],
        }
    )
    staff = pd.Series({(code, "Radiographers"): wte for code, wte in in_post.items()}, dtype="float64")
    return Setting(annual, assumptions, staff, BASE)


def middles(
    assumptions: Assumptions, months: Sequence[dt.date], cells: Collection[tuple[str, str]] = (CELL,)
) -> list[float]:
    found = path(BASELINE, months, setting(assumptions, AAA=12.0), central(assumptions), cells)
    return [float(value) for value in found["p50"]]


def test_at_the_base_month_the_staff_in_post_are_needed() -> None:
    assert middles(book(0.1), [BASE]) == pytest.approx([12.0])


def test_later_counted_work_grows_and_other_work_goes_on() -> None:
    # 10 WTE for tests grow for two years at a rate of 0.1 to 10 x e^0.2 = 12.214; the other 2 of the 12 in post stay.
    growth = book(0.1)
    found = middles(growth, [BASE, LATER])
    assert found == pytest.approx([12.0, 14.214], abs=1e-3)


def test_a_path_is_that_of_the_outcomes_of_its_cells() -> None:
    growth = book(0.1, low=0.05, high=0.15)
    where, draws = setting(growth, AAA=12.0), draw_assumptions(growth, 500, 1)
    (row,) = path(BASELINE, [LATER], where, draws, [CELL]).to_dict("records")
    needed = next(need.wte for need in outcome(BASELINE, LATER, where, draws).needed if need.cell == CELL)
    assert [row[name] for name in ("p10", "p50", "p90")] == pytest.approx(np.percentile(needed, [10, 50, 90]).tolist())
    assert row["p10"] < row["p50"] < row["p90"]


def test_cells_are_added_up_draw_by_draw() -> None:
    both = setting(book(0.0), AAA=12.0, BBB=3.0)
    found = path(BASELINE, [BASE], both, central(book(0.0)), [CELL, ("BBB", "Radiographers")])
    assert found["p50"].tolist() == pytest.approx([15.0])


def test_of_cells_that_need_nobody_a_path_is_missing() -> None:
    assert np.isnan(middles(book(0.1), [BASE], [("ZZZ", "Radiographers")])).all()


def test_of_no_months_a_path_has_its_columns() -> None:
    found = path(BASELINE, [], setting(book(0.1)), central(book(0.1)), [CELL])
    assert found.columns.tolist() == ["month", "p10", "p50", "p90"]
    assert found.empty
