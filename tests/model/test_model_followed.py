"""Scenarios that have the same staff follow them once, and come out as if each had followed its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from small_settings import rich, scenario

from pipeline.model import ahead as module
from pipeline.model.ahead import MOST_KEPT, start
from pipeline.model.draws import draw_assumptions
from pipeline.model.followed import Followed
from pipeline.model.outcome import outcome
from pipeline.model.scenarios import BASELINE
from pipeline.model.supply.chances import Drawn
from pipeline.model.supply.system import Course

pytestmark = pytest.mark.integration

DRAWS, SEED = 40, 3
MORE_TESTS = scenario({"kind": "activity_growth", "add": 0.05}, name="more_tests")
MORE_LEAVE = scenario({"kind": "exit_rate", "item": "leaving", "add": 0.3}, name="more_leave")


def course(posts: float) -> Course:
    return Course(**{name: np.full((2, 2), posts) for name in Course._fields})


def following(staff: float, calls: list[float]) -> Callable[[], Drawn]:
    def follow() -> Drawn:
        calls.append(staff)
        return Drawn(*(np.full(2, staff) for _ in Drawn._fields))

    return follow


def asked(kept: Followed, *posts: float, seed: int = SEED, first: int = 0) -> list[float]:
    """Which of these courses were followed anew; each comes out as its own staff."""
    calls: list[float] = []
    for each in posts:
        assert kept.drawn(course(each), seed, first, following(each, calls)).wte.tolist() == [each, each]
    return calls


class TestKept:
    def test_are_the_first_and_the_latest_two(self) -> None:
        assert asked(Followed(), 1, 2, 3, 1, 2, 3) == [1, 2, 3]
        assert asked(Followed(), 1, 2, 3, 4, 1, 2) == [1, 2, 3, 4, 2]

    def test_is_what_was_asked_for_again_the_longest(self) -> None:
        assert asked(Followed(), 1, 2, 3, 2, 4, 2, 3) == [1, 2, 3, 4, 3]

    def test_are_those_of_the_same_seed_and_the_same_draws(self) -> None:
        kept = Followed()
        assert asked(kept, 1) == [1]
        assert asked(kept, 1, seed=4) == [1]
        assert asked(kept, 1, first=100) == [1]
        assert asked(kept, 1) == []

    def test_cannot_be_written_to(self) -> None:
        with pytest.raises(ValueError, match="read-only"):
            Followed().drawn(course(1), SEED, 0, following(1, [])).wte[0] = 2.0


class TestScenarios:
    @pytest.fixture
    def follows(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        """The first draw of every block of draws whose staff are followed."""
        firsts: list[int] = []
        original = module.drawn_staff

        def counted(*given: Any, **how: Any) -> Drawn:
            firsts.append(how["first"])
            return original(*given, **how)

        monkeypatch.setattr(module, "drawn_staff", counted)
        return firsts

    def test_that_differ_in_need_alone_follow_staff_once_and_come_out_the_same(self, follows: list[int]) -> None:
        plan = rich()
        base = draw_assumptions(plan.assumptions, DRAWS, SEED)
        shared = start(plan, base)
        outcome(plan, BASELINE, base, shared, SEED)
        assert follows == [0]
        found = outcome(plan, MORE_TESTS, base, shared, SEED)
        assert follows == [0]
        alone = outcome(plan, MORE_TESTS, base, start(plan, base), SEED)
        assert follows == [0, 0]
        for name, values in found.by_month._asdict().items():
            assert np.array_equal(values, getattr(alone.by_month, name))
        for name, values in found.sums._asdict().items():
            assert np.array_equal(values, getattr(alone.sums, name))

    def test_that_change_who_leaves_follow_their_own(self, follows: list[int]) -> None:
        plan = rich()
        base = draw_assumptions(plan.assumptions, DRAWS, SEED)
        shared = start(plan, base)
        before = outcome(plan, BASELINE, base, shared, SEED)
        after = outcome(plan, MORE_LEAVE, base, shared, SEED)
        assert follows == [0, 0]
        assert after.by_month.there[:, -1].sum() < before.by_month.there[:, -1].sum()

    def test_of_very_many_draws_keep_nothing(self) -> None:
        plan = rich()
        assert start(plan, draw_assumptions(plan.assumptions, MOST_KEPT + 1, SEED)).followed is None
