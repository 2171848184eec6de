"""How much of planned change comes about, small records drawn together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.model.draws import HALF
from pipeline.model.plan_bias import NO_PAST, OWN, POOLED, past_ratios

pytestmark = pytest.mark.unit

EMPLOYERS = [f"E{number}" for number in range(8)]


def cycle(
    name: str, employer: str, staff: float, planned: float, came: float
) -> list[tuple[str, str, str, str, float]]:
    year = name[:4]
    return [
        (name, "baseline", f"{year}-03-31", employer, staff),
        (name, "planned", f"{year}-12-31", employer, staff + planned),
        (name, "outturn", f"{year}-12-31", employer, staff + came),
    ]


def plan(*rows: tuple[str, str, str, str, float]) -> pd.DataFrame:
    """These rows, and a current cycle that does not count yet."""
    now = ("2025/26", "planned", "2025-06-30", "E0", 56.0)
    frame = pd.DataFrame([*rows, now], columns=["cycle", "kind", "month", "employer", "wte"])
    return frame.assign(month=pd.to_datetime(frame["month"]), pillar="imaging", profession="Radiographers")


def simulated(rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    """Two cycles of employers of very different size, whose true ratios lie about 0.6."""
    true = np.clip(rng.normal(0.6, 0.2, len(EMPLOYERS)), 0.05, None)
    rows = []
    for employer, ratio, staff in zip(EMPLOYERS, true, np.geomspace(60, 2000, len(EMPLOYERS)), strict=True):
        for name in ("2023/24", "2024/25"):
            planned = 0.1 * staff
            came = ratio * planned + rng.normal(0, np.sqrt(0.2 * staff))
            rows += cycle(name, employer, staff, planned, came)
    return plan(*rows), true


def test_ratios_drawn_together_are_nearer_the_truth_and_their_ranges_hold_it() -> None:
    rng = np.random.default_rng(1)
    own, used, inside = [], [], []
    for _ in range(60):
        sent, true = simulated(rng)
        found = past_ratios(sent, EMPLOYERS)
        own.append((found["own_ratio"] - true) ** 2)
        used.append((found["ratio"] - true) ** 2)
        inside.append((found["low"] <= true) & (true <= found["high"]))
    assert np.mean(used) < 0.7 * np.mean(own)
    assert 0.72 < np.mean(inside) < 0.88


def test_a_large_employer_keeps_its_own_ratio_and_a_small_one_takes_that_of_all() -> None:
    large, small = cycle("2024/25", "E0", 50_000, 5000, 1500), cycle("2024/25", "E1", 60, 6, 12)
    found = past_ratios(plan(*large, *small), ["E0", "E1"]).set_index("employer")
    assert found.loc["E0", "ratio"] == pytest.approx(0.3, abs=0.01)
    assert found.loc["E0", "weight"] > 0.95
    assert found.loc["E1", "own_ratio"] == pytest.approx(2.0)
    assert found.loc["E1", "weight"] < 0.6
    assert 0.3 < found.loc["E1", "ratio"] < 1.3


def test_an_employer_that_shrank_against_its_plan_is_never_taken_to_go_backwards() -> None:
    shrank, grew = cycle("2024/25", "E0", 5000, 500, -400), cycle("2024/25", "E1", 5000, 500, 450)
    found = past_ratios(plan(*shrank, *grew), ["E0", "E1"]).set_index("employer")
    assert found.loc["E0", "ratio"] == found.loc["E0", "low"] == 0
    assert found.loc["E0", "high"] >= 0


def test_an_employer_that_planned_next_to_nothing_has_the_ratio_of_all_with_the_range_of_employers() -> None:
    found = past_ratios(plan(*cycle("2024/25", "E0", 1000, 100, 50)), ["E0", "E1"]).set_index("employer")
    assert found["basis"].tolist() == [OWN, POOLED]
    assert (found.loc["E1", "ratio"], found.loc["E1", "weight"]) == (0.5, 0)
    assert found.loc["E1", "high"] - 0.5 > 0.2 * HALF


def test_without_a_past_a_plan_is_taken_at_its_word() -> None:
    found = past_ratios(plan(), ["E0"])
    assert (found["ratio"].tolist(), found["basis"].tolist()) == ([1.0], [NO_PAST])
