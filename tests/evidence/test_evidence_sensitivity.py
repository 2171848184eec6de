"""Which assumption moves the gap most, and which lever moves nothing."""

from __future__ import annotations

import numpy as np
import pytest
from small_settings import ALDER, centres, counts, cover, expected, figure, rich, rooms, scenario, setting, vacancies

from pipeline.evidence.sensitivity import dead_levers, one_at_a_time
from pipeline.model.scenarios import BASELINE, Scenario, shipped_scenarios

pytestmark = pytest.mark.integration

LARGEST = shipped_scenarios()[4]
SURPLUS = scenario(
    {"kind": "avoided", "add": 0.4},
    {"kind": "list_cleared", "add": 0.5},
    {"kind": "centres_to_come", "add": 0.5, "after_months": 3},
    {"kind": "passport", "add": 0.01},
    {"kind": "exit_rate", "add": 0.2, "over_months": 12},
    name="random",
)


class TestSwings:
    def test_they_are_ordered_and_measured_from_low_to_high(self) -> None:
        growth = figure("activity_growth", 0.05, test="CT", low=0.0, high=0.1)
        of = setting(counts({(ALDER, "CT"): 4000}), cover(), standards=[growth])
        swings = one_at_a_time(of, BASELINE)
        assert swings["swing"].is_monotonic_decreasing
        ranged = {each.label for each in of.assumptions.values() if each.low is not None}
        assert set(swings["assumption"]) == ranged
        assert swings["swing"].to_numpy() == pytest.approx((swings["at_high"] - swings["at_low"]).abs())
        (row,) = swings[swings["assumption"] == growth["label"]].to_dict("records")
        assert row["at_low"] < row["centre"] < row["at_high"]

    def test_each_is_the_gap_with_one_assumption_at_its_end(self) -> None:
        of = setting(cover(), vacancies())
        swings = one_at_a_time(of, LARGEST).set_index("assumption")
        key = "minutes / CT / Diagnostic radiographers"
        high = of.assumptions[key].model_copy(update={"value": of.assumptions[key].high})
        draws = {name: np.array([high.value if name == key else each.value]) for name, each in of.assumptions.items()}
        gap = expected(of, LARGEST, draws)[0].gap[:, -1, 0]
        assert swings.loc[high.label, "at_high"] == pytest.approx(np.maximum(gap, 0).sum(), rel=1e-5)
        centre = expected(of, LARGEST)[0].gap[:, -1, 0]
        assert swings.loc[high.label, "centre"] == pytest.approx(np.maximum(centre, 0).sum(), rel=1e-5)


def dead(what_if: Scenario) -> set[str]:
    return {each.key for each in dead_levers(rich(), what_if)}


BOUND_BY_A_ROTA = "reports_moved / bought in to consultant"
"""Radiologists at Alder, the only employer that buys reports in, are as many as its rota needs while tests are few."""

NOBODY_WAITS = "gives_up"
"""While posts are vacant whoever arrives finds one, so that nobody waits who might give up."""

NOBODY_THERE = {"list_hours / Gastroenterologists", "contract_hours_week / Gastroenterologists"}
"""No employer of the small plan has gastroenterologists."""


class TestDeadLevers:
    def test_in_the_largest_growth_all_are_live(self) -> None:
        assert dead(LARGEST) == NOBODY_THERE

    def test_where_lists_are_cleared_and_centres_come_all_are_live(self) -> None:
        assert dead(SURPLUS) == {BOUND_BY_A_ROTA, NOBODY_WAITS} | NOBODY_THERE

    def test_in_the_baseline_those_that_wait_for_something_are_idle(self) -> None:
        # Nothing is cleared, so how fast and how far is idle; no centre is to come, so when is idle.
        waiting = {"clear_months", "seen_in_time", "centres_later"}
        assert dead(BASELINE) == waiting | {BOUND_BY_A_ROTA, NOBODY_WAITS} | NOBODY_THERE

    def test_a_lever_at_the_end_of_where_it_may_go_is_nudged_back(self) -> None:
        at_its_end = scenario({"kind": "list_cleared", "moves_to": 1}, {"kind": "passport", "moves_to": 1})
        assert "list_cleared" not in dead(at_its_end)

    def test_a_planted_dead_lever_is_found(self) -> None:
        of = setting(cover())
        found = {each.kind for each in dead_levers(of, LARGEST)}
        assert {"centres_to_come", "centres_later", "centre_hours_extra", "supervision", "list_cleared"} <= found
        with_centres = setting(cover(), centres())
        assert "centres_to_come" not in {each.kind for each in dead_levers(with_centres, LARGEST)}

    def test_what_only_moves_staff_between_employers_is_live(self) -> None:
        of, fewer = setting(cover(), rooms()), {"kind": "avoided", "add": 0.4}
        some = {"kind": "passport", "add": 0.05}
        one, other = (expected(of, scenario(*changes))[0] for changes in ((fewer,), (fewer, some)))
        assert other.lent.any()
        np.testing.assert_allclose((one.gap - other.gap).sum(axis=0), 0, atol=1e-12)
        assert "passport" not in {each.key for each in dead_levers(of, scenario(fewer))}
