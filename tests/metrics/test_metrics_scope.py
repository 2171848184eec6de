"""Who a plan is about, whatever its employers are called, and tables of files that it does not have."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from small_files import write_plan, write_text

from pipeline.metrics.activity import change_over, latest_quarter, yearly_tests
from pipeline.metrics.returns import incomplete_returns
from pipeline.metrics.scope import Scope, plan_scope
from pipeline.metrics.workforce import with_employer_names
from pipeline.plan import load_plan
from pipeline.tables import empty

pytestmark = pytest.mark.unit

SCOPE = Scope({"RZ1": "Alder", "RZ2": "Birch"}, frozenset(), frozenset({"RZ1", "RZ2"}), ("imaging",))


def names(tmp_path: Path, employers: dict[str, str]) -> dict[str, str]:
    write_text(tmp_path / "plan" / "pay.csv", "any")
    plan = load_plan(write_plan(tmp_path / "plan", {"pay.csv": "pay_afc"}, employers=employers))
    return plan_scope(plan, None).names


def test_employers_of_one_name_get_their_code_beside_it(tmp_path: Path) -> None:
    assert names(tmp_path, {"RZ1": "Trust", "RZ2": "Trust", "RZ3": "Other"}) == {
        "RZ1": "Trust (RZ1)",
        "RZ2": "Trust (RZ2)",
        "RZ3": "Other",
    }


def test_an_employer_without_a_name_is_shown_by_its_code(tmp_path: Path) -> None:
    assert names(tmp_path, {"RZ1": "", "RZ2": " "}) == {"RZ1": "RZ1", "RZ2": "RZ2"}


def test_an_employer_that_is_called_like_a_column_of_a_table_keeps_its_code() -> None:
    scope = Scope({"RZ1": "Total", "RZ2": "pillar"}, frozenset(), frozenset(), ("imaging",))
    wide = pd.DataFrame({"pillar": ["imaging"], "RZ1": [1.0], "RZ2": [2.0], "total": [3.0]})
    assert with_employer_names(wide, scope).columns.tolist() == ["pillar", "Total (RZ1)", "pillar (RZ2)", "total"]


def test_rows_of_other_pillars_are_left_out_and_those_without_a_known_one_are_kept() -> None:
    rows = pd.DataFrame({"pillar": ["imaging", "labs", "outside", "unmapped"]})
    assert SCOPE.covers(rows)["pillar"].tolist() == ["imaging", "unmapped"]


def test_the_latest_quarter_is_that_of_the_plans_own_employers() -> None:
    own, other = pd.Timestamp("2024-06-30"), pd.Timestamp("2024-09-30")
    rows = pd.DataFrame(
        {
            "quarter_end": [own, other, other],
            "provider": ["RZ1", "RZ1", "RZ9"],
            "pillar": "imaging",
            "share": [0.5, None, 0.5],
            "cases": pd.array([10, 10, 10], dtype="Int64"),
        }
    )
    assert latest_quarter(rows, SCOPE) == own
    assert pd.isna(latest_quarter(empty("turnaround"), SCOPE))


def test_without_imaging_there_are_no_years_and_no_error() -> None:
    incomplete = incomplete_returns(empty("activity"), ["RZ1"], ["RZ1"])
    assert yearly_tests(empty("activity"), "did", ["RZ1"], incomplete).columns.empty


def test_the_years_of_imaging_without_an_incomplete_month_are_all_compared() -> None:
    months = pd.date_range("2022-04-30", periods=24, freq="ME")
    rows = pd.DataFrame({"dataset": "did", "provider": "RZ1", "pillar": "imaging", "test": "CT", "month": months})
    (change,) = change_over(
        yearly_tests(rows.assign(tests=[10] * 12 + [11] * 12), "did", ["RZ1"], incomplete_returns(rows.head(0), [], []))
    ).to_dict("records")
    assert (change["first"], change["last"], change["months"]) == (120, 132, 12)
    assert change["change"] == pytest.approx(0.1)


PLAN_SCOPE = Scope({"AAA": "Alder"}, frozenset({"Q1X"}), frozenset({"AAA"}), ("imaging", "labs"))


def test_a_scope_may_be_narrowed_to_one_pillar_and_keeps_the_rest() -> None:
    narrowed = PLAN_SCOPE.pillar("labs")
    assert narrowed.pillars == ("labs",)
    assert (narrowed.names, narrowed.ics_codes, PLAN_SCOPE.pillars) == (
        PLAN_SCOPE.names,
        PLAN_SCOPE.ics_codes,
        ("imaging", "labs"),
    )


def test_a_scope_narrowed_to_no_pillar_is_the_same() -> None:
    assert PLAN_SCOPE.pillar("") is PLAN_SCOPE


def test_a_pillar_that_the_plan_does_not_cover_is_refused() -> None:
    with pytest.raises(ValueError, match="endoscopy is not a pillar of this plan; choose one of imaging, labs"):
        PLAN_SCOPE.pillar("endoscopy")
