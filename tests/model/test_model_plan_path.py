"""The operational plan's WTE by month, raw and corrected for past bias."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.metrics.scope import Scope
from pipeline.model.plan_path import PlanPath, plan_path
from pipeline.tables import empty

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset(), frozenset({"AAA", "BBB"}), ("imaging",))
CELLS = pd.DataFrame(
    {"employer": ["AAA", "BBB", "AAA"], "profession": ["Radiographers", "Radiographers", "Assistants"]}
)
MONTHS = list(pd.date_range("2025-04-30", periods=6, freq="ME"))


def plan(*rows: tuple[str, str, str, str, float]) -> pd.DataFrame:
    """Cycle, kind, month, employer and WTE of each row; all radiographers."""
    frame = pd.DataFrame(rows, columns=["cycle", "kind", "month", "employer", "wte"])
    return frame.assign(month=pd.to_datetime(frame["month"]), pillar="imaging", profession="Radiographers")


THIS_YEAR = plan(
    ("2025/26", "baseline", "2025-03-31", "AAA", 50.0),
    ("2025/26", "planned", "2025-06-30", "AAA", 56.0),
    ("2025/26", "outturn", "2025-06-30", "AAA", 40.0),
    ("2025/26", "planned", "2025-07-31", "AAA", 60.0),
)


def past(employer: str, planned: float, outturn: float, cycle: str = "2024/25") -> pd.DataFrame:
    """A past cycle that began at 100 WTE."""
    year = cycle[:4]
    return plan(
        (cycle, "baseline", f"{year}-03-31", employer, 100.0),
        (cycle, "planned", f"{year}-12-31", employer, 100.0 + planned),
        (cycle, "outturn", f"{year}-12-31", employer, 100.0 + outturn),
    )


def of(*frames: pd.DataFrame) -> PlanPath:
    return plan_path(pd.concat([THIS_YEAR, *frames]), SCOPE, CELLS, MONTHS)


def test_straight_lines_join_the_months_on_file_and_the_last_is_held() -> None:
    found = of()
    np.testing.assert_allclose(found.raw[0, :, 0], [52, 54, 56, 60, 60, 60])
    assert found.raw.shape == (3, 6, 1)
    assert (found.cycle, found.ends) == ("2025/26", pd.Timestamp("2025-07-31"))


def test_cells_without_a_plan_are_missing() -> None:
    baseline_only = plan(("2025/26", "baseline", "2025-03-31", "BBB", 20.0))
    found = of(baseline_only)
    assert np.isnan(found.raw[1:]).all()
    assert np.isnan(found.adjusted[1:]).all()


def test_a_plan_says_nothing_of_the_months_before_it() -> None:
    later = plan_path(THIS_YEAR[THIS_YEAR["kind"] == "planned"], SCOPE, CELLS, MONTHS)
    np.testing.assert_array_equal(later.raw[0, :, 0], [np.nan, np.nan, 56, 60, 60, 60])


def test_the_adjusted_plan_changes_by_the_part_of_planned_change_that_past_cycles_brought() -> None:
    found = of(past("AAA", 10.0, 4.0))
    np.testing.assert_allclose(found.adjusted[0, :, 0], [50.8, 51.6, 52.4, 54, 54, 54])
    first = found.ratios.iloc[0]
    assert first[["employer", "planned_change", "outturn_change", "basis"]].tolist() == ["AAA", 10.0, 4.0, "own"]
    assert first[["own_ratio", "ratio"]].tolist() == pytest.approx([0.4, 0.4])


def test_past_cycles_of_an_employer_are_pooled() -> None:
    ratios = of(past("AAA", 10.0, 4.0), past("AAA", 30.0, -2.0, "2023/24")).ratios.set_index("employer")
    assert ratios.loc["AAA", "ratio"] == pytest.approx(0.05)


def test_an_employer_whose_own_ratio_says_nothing_takes_that_of_all() -> None:
    # Birch planned under five WTE, so that its own ratio would be noise; its change is in that of all.
    ratios = of(past("AAA", 10.0, 4.0), past("BBB", 2.0, 2.0)).ratios.set_index("employer")
    assert ratios["basis"].to_dict() == {"AAA": "own", "BBB": "pooled"}
    assert ratios.loc["BBB", "ratio"] == pytest.approx(6 / 12)


def test_without_past_cycles_the_adjusted_plan_is_the_raw_one_and_says_so() -> None:
    found = of()
    np.testing.assert_array_equal(found.adjusted, found.raw)
    assert found.ratios[["employer", "ratio", "basis"]].to_numpy().tolist() == [
        ["AAA", 1.0, "none"],
        ["BBB", 1.0, "none"],
    ]


def test_no_plan_at_all_is_missing_everywhere() -> None:
    found = plan_path(empty("planned_wte"), SCOPE, CELLS, MONTHS)
    assert np.isnan(found.raw).all()
    assert (found.cycle, found.ends) == ("", None)
    assert found.ratios["ratio"].tolist() == [1.0, 1.0]
