"""What every assumption is in each month of a scenario, worked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_settings import scenario

from pipeline.assumptions import Assumption, Assumptions
from pipeline.model.draws import Draws, draw_assumptions, from_normals, streams_of
from pipeline.model.levers import levers
from pipeline.model.paths import NO_PLAN, Implied, Paths, leads_outside, paths, weights
from pipeline.model.scenarios import BASELINE, Change, shipped_scenarios

pytestmark = pytest.mark.unit

MONTHS = 24


def assumption(kind: str, value: float, **more: object) -> Assumption:
    words = {"label": kind, "unit": "x", "grade": "published", "source": "made up", "from": "2025-01-01"}
    return Assumption.model_validate({"kind": kind, "value": value, **words, **more})


GROWTH = assumption("activity_growth", 0.02, test="CT", low=-0.01, high=0.06)
OTHER = assumption("activity_growth", -0.03, test="MRI", low=-0.05, high=0.0)
SICK = assumption("unavailable", 0.04, item="sickness", low=0.03, high=0.06, scale="logit")
LEAVING = assumption("exit_rate", 0.09, item="leaving", low=0.07, high=0.12, scale="cloglog")
MINUTES = assumption("minutes", 30, test="CT", profession="Radiographers", low=25, high=40, scale="log")
CLEAR = assumption("clear_months", 24, scale="log")
LEVEL = assumption("productivity_growth", 0.01)
BOOK: Assumptions = {each.key: each for each in (GROWTH, OTHER, SICK, LEAVING, MINUTES, CLEAR, LEVEL)}
DRAWS: Draws = draw_assumptions(BOOK, 30, 3)


def at_value(*changes: dict[str, Any], implied: Implied = NO_PLAN) -> Paths:
    """The path of every assumption's own value."""
    base = {key: np.array([each.value]) for key, each in BOOK.items()}
    return paths(scenario(*changes), base, BOOK, MONTHS, implied)


def path(key: str, *changes: dict[str, Any], implied: Implied = NO_PLAN) -> list[float]:
    found = at_value(*changes, implied=implied).at(key)[:, 0]
    return [float(value) for value in np.broadcast_to(found, MONTHS + 1)]


class TestWhen:
    def test_the_base_month_is_never_changed(self) -> None:
        for each in shipped_scenarios():
            of = paths(each, DRAWS, BOOK, MONTHS, Implied({GROWTH.key: 0.2}, 12))
            for key, drawn in DRAWS.items():
                assert of.at(key)[0] == pytest.approx(drawn, rel=1e-12)

    def test_a_change_holds_from_the_month_after_it_begins(self) -> None:
        found = path(GROWTH.key, {"kind": "activity_growth", "test": "CT", "add": 0.01, "after_months": 6})
        assert found == pytest.approx([0.02] * 7 + [0.03] * 18)

    def test_it_builds_up_in_a_straight_line_on_its_scale(self) -> None:
        change = {"kind": "minutes", "add": -0.4, "after_months": 4, "over_months": 8}
        found = np.log(path(MINUTES.key, change)) - np.log(30)
        assert found == pytest.approx([0.0] * 4 + [-0.05 * step for step in range(9)] + [-0.4] * 12)

    def test_it_ends_after_the_months_for_which_it_lasts(self) -> None:
        change = {"kind": "activity_growth", "test": "CT", "add": 0.01, "after_months": 6, "lasts_months": 3}
        assert path(GROWTH.key, change) == pytest.approx([0.02] * 7 + [0.03] * 3 + [0.02] * 15)

    def test_what_the_operational_plan_supposes_lasts_as_long_as_the_plan(self) -> None:
        implied = Implied({GROWTH.key: 0.1}, 9)
        found = path(GROWTH.key, {"kind": "activity_growth", "moves_to": "plan"}, implied=implied)
        assert found == pytest.approx([0.02] + [0.1] * 9 + [0.02] * 15)

    @given(st.integers(0, 30), st.integers(0, 30), st.none() | st.integers(1, 30))
    def test_weights_lie_between_none_and_all(self, after: int, over: int, lasts: int | None) -> None:
        change = Change(kind="avoided", add=1, after_months=after, over_months=over, lasts_months=lasts)
        found = weights(change, MONTHS)
        assert (found[: after + 1] == 0).all()
        assert ((found >= 0) & (found <= 1)).all()
        inside = found[: MONTHS + 1 if lasts is None else after + lasts + 1]
        assert (np.diff(inside) >= 0).all()
        assert (
            (found[after + lasts + 1 :] == 0).all()
            if lasts
            else found[-1] == min(1.0, max(0, MONTHS - after) / over if over else float(after < MONTHS))
        )


class TestHowMuch:
    def test_without_changes_the_draws_are_the_very_same(self) -> None:
        of = paths(BASELINE, DRAWS, BOOK, MONTHS)
        assert of.steps == {}
        assert all(np.shares_memory(of.at(key), DRAWS[key]) for key in DRAWS)
        nothing = paths(scenario({"kind": "activity_growth", "add": 0}), DRAWS, BOOK, MONTHS)
        assert nothing.steps == {}

    def test_every_draw_moves_alike_on_the_scale(self) -> None:
        changes = [{"kind": each.kind, "add": 0.3} for each in (GROWTH, SICK, LEAVING, MINUTES)]
        of = paths(scenario(*changes), DRAWS, BOOK, MONTHS)
        for key, moved in {
            GROWTH.key: DRAWS[GROWTH.key] + 0.3,
            MINUTES.key: DRAWS[MINUTES.key] * np.exp(0.3),
            LEAVING.key: 1 - (1 - DRAWS[LEAVING.key]) ** np.exp(0.3),
            SICK.key: 1 / (1 + (1 / DRAWS[SICK.key] - 1) * np.exp(-0.3)),
        }.items():
            assert of.then(key) == pytest.approx(moved)

    def test_a_change_of_a_kind_reaches_each_and_of_a_test_only_its_own(self) -> None:
        every = at_value({"kind": "activity_growth", "add": 0.01})
        one = at_value({"kind": "activity_growth", "test": "CT", "add": 0.01})
        assert set(every.steps) == {GROWTH.key, OTHER.key}
        assert set(one.steps) == {GROWTH.key}

    def test_a_falling_rate_is_raised_like_a_growing_one(self) -> None:
        change = {"kind": "activity_growth", "add": 0.01}
        assert (path(GROWTH.key, change)[-1], path(OTHER.key, change)[-1]) == pytest.approx((0.03, -0.02))

    @pytest.mark.parametrize(("to", "value"), [("low", 25), ("high", 40), (33, 33), ("plan", 30), ("horizon", MONTHS)])
    def test_a_change_leads_to_a_value(self, to: str | float, value: float) -> None:
        assert path(MINUTES.key, {"kind": "minutes", "moves_to": to})[-1] == pytest.approx(value)

    def test_what_has_no_range_stays_where_it_has_no_end_to_go_to(self) -> None:
        assert at_value({"kind": "productivity_growth", "moves_to": "high"}).steps == {}

    def test_at_least_moves_only_what_is_below(self) -> None:
        found = at_value({"kind": "activity_growth", "at_least": 0.0})
        assert set(found.steps) == {OTHER.key}
        assert found.then(OTHER.key) == pytest.approx(0)

    def test_changes_follow_each_other(self) -> None:
        high, least = {"kind": "activity_growth", "moves_to": "high"}, {"kind": "activity_growth", "at_least": 0.05}
        found = at_value(high, least)
        assert (found.then(GROWTH.key)[0], found.then(OTHER.key)[0]) == pytest.approx((0.06, 0.05))
        assert path(GROWTH.key, {"kind": "activity_growth", "add": 0.1}, {**high, "moves_to": 0.03})[-1] == (
            pytest.approx(0.03)
        )

    def test_a_yearly_rate_is_added_up_month_by_month(self) -> None:
        found = at_value({"kind": "activity_growth", "test": "CT", "add": 0.12, "after_months": 12})
        assert found.added_up(GROWTH.key)[[0, 12, 24], 0] == pytest.approx([0, 0.02, 0.16])

    def test_some_draws_are_those_of_all(self) -> None:
        of = paths(shipped_scenarios()[4], DRAWS, BOOK, MONTHS)
        for key in DRAWS:
            np.testing.assert_array_equal(of.only(7, 11).at(key), of.at(key)[:, 7:11])

    def test_the_path_of_the_value_does_not_depend_on_what_was_drawn(self) -> None:
        of = paths(scenario({"kind": "minutes", "add": 0.5}), DRAWS, BOOK, MONTHS)
        assert of.of_value(MINUTES.key)[[0, -1]] == pytest.approx([30, 30 * np.exp(0.5)])


class TestOutside:
    def outside(self, *changes: dict[str, Any]) -> list[str]:
        return leads_outside(scenario(*changes), BOOK, MONTHS, NO_PLAN)

    def test_what_is_allowed_is_not_told(self) -> None:
        assert self.outside({"kind": "minutes", "moves_to": 5}, {"kind": "activity_growth", "add": -3}) == []

    def test_a_path_that_is_outside_for_a_while_is_outside(self) -> None:
        (said,) = self.outside({"kind": "clear_months", "add": -5, "lasts_months": 2})
        assert said == "clear_months would be 0.1617, and is never below 1"

    def test_bounds_are_those_of_the_lever(self) -> None:
        lever = levers()["passport"]
        assert [lever.outside(each) for each in (0, 1)] == ["", ""]
        assert lever.outside(-0.1) == "would be -0.1, and is never below 0"
        assert lever.outside(1.1) == "would be 1.1, and is never above 1"
        assert levers()["activity_growth"].outside(1e9) == ""


class TestByDraw:
    """Draws that are changed differently from one another."""

    def of(self) -> Paths:
        base = {key: values[:3] for key, values in DRAWS.items()}
        steps = np.zeros((MONTHS + 1, 3))
        steps[1:, 1] = 0.05
        return Paths(BOOK, base, {MINUTES.key: steps, GROWTH.key: steps[:, 1]}, MONTHS)

    def test_each_draw_has_its_own_change(self) -> None:
        found = self.of().at(MINUTES.key)
        assert found[-1] / found[0] == pytest.approx([1, np.exp(0.05), 1])

    def test_a_part_of_the_draws_keeps_theirs(self) -> None:
        whole, part = self.of(), self.of().only(1, 3)
        for key in (MINUTES.key, GROWTH.key):
            np.testing.assert_array_equal(part.at(key), whole.at(key)[:, 1:])

    def test_no_one_change_can_be_told_of_them(self) -> None:
        assert self.of().step(GROWTH.key)[-1] == 0.05
        with pytest.raises(ValueError, match="differently from draw to draw"):
            self.of().step(MINUTES.key)


class TestFromNormals:
    """Draws made of normal numbers that somebody else supplies."""

    UPPER = 1.2815515655446004
    """The 90th percentile of a normal distribution."""

    def test_the_middle_is_the_value_and_the_ends_are_low_and_high_however_uneven(self) -> None:
        for scale in ("linear", "log", "logit"):
            each = assumption("unavailable", 0.2, item="sickness", low=0.18, high=0.35, scale=scale)
            found = from_normals({each.key: each}, 3, lambda _: np.array([-1, 0, 1]) * self.UPPER)
            assert found[each.key] == pytest.approx([0.18, 0.2, 0.35])

    def test_without_a_range_the_value_stays_and_calls_for_no_numbers(self) -> None:
        assert streams_of(LEVEL, BOOK) == []
        assert list(from_normals({LEVEL.key: LEVEL}, 2, {}.__getitem__)[LEVEL.key]) == [0.01, 0.01]

    def test_what_moves_together_shares_a_stream(self) -> None:
        together = assumption("correlation", 0.25, item="activity_growth")
        book = {**BOOK, together.key: together}
        assert streams_of(GROWTH, book) == [GROWTH.key, "activity_growth / all / "]
        assert streams_of(SICK, book) == [SICK.key]
        numbers = {GROWTH.key: np.zeros(1), "activity_growth / all / ": np.full(1, 2 * self.UPPER)}
        # Half of its spread is the shared part, of which the square is a quarter of the variance.
        assert from_normals({GROWTH.key: GROWTH, together.key: together}, 1, numbers.__getitem__)[
            GROWTH.key
        ] == pytest.approx([0.06])
