"""The chosen set of actions against every set there is."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.actions.portfolio import Choice, Equity, NoPortfolio, Option, best_portfolio, value_of, worst_mean

pytestmark = pytest.mark.unit
NEAR = 1e-5


def option(name: str, relief: Any, cost: float = 1.0, **more: Any) -> Option:
    pounds = {"recurrent": np.array([cost]), "capital": np.zeros(1)}
    return Option(name, np.atleast_2d(np.asarray(relief, dtype=float)).T, **{**pounds, **more})


def choice(options: list[Option], gap: Any, budget: float = np.inf, **more: Any) -> Choice:
    missing = np.atleast_2d(np.asarray(gap, dtype=float)).T
    given_ = {"weight": np.ones(len(missing)), "recurrent_budget": np.array([budget])}
    return Choice(tuple(options), missing, **{**given_, "capital_budget": np.array([np.inf]), **more})


def allowed(asked: Choice, ids: set[str]) -> bool:
    taken = [each for each in asked.options if each.id in ids]
    for name, budget in (("recurrent", asked.recurrent_budget), ("capital", asked.capital_budget)):
        if (sum((getattr(each, name) for each in taken), np.zeros(len(budget))) > budget + NEAR).any():
            return False
    if sum(each.cost for each in taken) > asked.most_cost + NEAR:
        return False
    if any(sum(each.uses.get(name, 0) for each in taken) > most + NEAR for name, most in asked.capacity.items()):
        return False
    if any(set(each.needs) - ids or set(each.excludes) & ids for each in taken):
        return False
    if any((name in ids) != pinned for name, pinned in asked.pinned.items()):
        return False
    if asked.equity:
        relief = sum((each.relief for each in taken), np.zeros_like(asked.gap))
        left = np.maximum(asked.gap - relief, 0).mean(axis=1)
        for employer, most in enumerate(asked.equity.most):
            if left[asked.equity.employer == employer].sum() > most + NEAR:
                return False
    return True


def by_brute_force(asked: Choice) -> tuple[str, ...] | None:
    """Of all sets that are allowed: least objective, then cheapest, then fewest, then first by id."""
    ids = [each.id for each in asked.options]
    sets = [set(some) for size in range(len(ids) + 1) for some in combinations(ids, size)]
    kept = [(value_of(asked, sorted(some)), some) for some in sets if allowed(asked, some)]
    if not kept:
        return None
    for measure in (lambda told, _: told.objective, lambda told, _: told.cost, lambda _, some: float(len(some))):
        least = min(measure(*each) for each in kept)
        kept = [each for each in kept if measure(*each) <= least + NEAR]
    return min(tuple(sorted(some)) for _, some in kept)


whole = st.integers(0, 8).map(float)


@st.composite
def choices(draw: st.DrawFn) -> Choice:
    count, groups, samples = draw(st.integers(1, 6)), draw(st.integers(1, 3)), draw(st.integers(1, 4))
    ids = [f"A{number}" for number in range(count)]
    years = draw(st.integers(1, 2))
    money = st.lists(whole, min_size=years, max_size=years).map(np.array)
    relief = st.lists(whole, min_size=groups * samples, max_size=groups * samples).map(np.array)
    some = st.lists(st.sampled_from(ids), max_size=1, unique=True)
    options = [
        Option(
            name,
            draw(relief).reshape(groups, samples) - draw(st.sampled_from([0.0, 0.0, 2.0])),
            draw(money),
            draw(money),
            {"placements": draw(whole)},
            tuple(each for each in draw(some) if each != name),
            tuple(each for each in draw(some) if each != name),
        )
        for name in ids
    ]
    limit = st.sampled_from([np.inf, 4.0, 9.0, 15.0])
    equity = Equity(np.arange(groups) % 2, np.array([draw(limit), draw(limit)]))
    return Choice(
        tuple(options),
        draw(relief).reshape(groups, samples) - draw(st.sampled_from([0.0, 0.0, 3.0])),
        np.array(draw(st.lists(st.sampled_from([0.5, 1.0, 3.0]), min_size=groups, max_size=groups))),
        np.array([draw(limit) for _ in range(years)]),
        np.array([draw(limit) for _ in range(years)]),
        {"placements": draw(limit)} if draw(st.booleans()) else {},
        draw(st.sampled_from([0.0, 0.0, 0.5, 2.0])),
        draw(st.sampled_from([0.0, 0.0, 0.25])),
        equity if draw(st.booleans()) and np.isfinite(equity.most).all() else None,
        {ids[0]: draw(st.booleans())} if draw(st.integers(0, 3)) == 0 else {},
        draw(limit),
        {(ids[0], ids[1]): draw(whole), (ids[-1], ids[0]): draw(whole)} if count > 2 and draw(st.booleans()) else {},
    )


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(choices())
def test_it_is_the_best_of_all_sets(asked: Choice) -> None:
    best = by_brute_force(asked)
    if best is None:
        with pytest.raises(NoPortfolio, match="no set of actions"):
            best_portfolio(asked)
        return
    found = best_portfolio(asked)
    assert (found.chosen, found.status) == (best, "optimal")
    assert found.bound_gap == pytest.approx(0, abs=NEAR)


def test_relief_beyond_the_gap_counts_for_nothing() -> None:
    asked = choice([option("A", [9.0], 5.0), option("B", [4.0], 1.0)], [4.0])
    assert best_portfolio(asked).chosen == ("B",)
    assert best_portfolio(asked).closed == 4.0


def test_of_sets_as_good_at_one_cost_the_first_by_id_is_taken_in_any_order() -> None:
    options = [option(name, [3.0]) for name in ("C", "A", "B")]
    assert best_portfolio(choice(options, [3.0])).chosen == ("A",)
    assert best_portfolio(choice(options[::-1], [3.0])).chosen == ("A",)


def test_a_heavy_tail_buys_what_helps_in_the_worst_future() -> None:
    often = Option("often", np.array([[2.0] * 9 + [0.0]]), np.array([1.0]), np.zeros(1), excludes=("worst",))
    worst = Option("worst", np.array([[0.0] * 9 + [9.0]]), np.array([1.0]), np.zeros(1))
    asked = replace(choice([often, worst], [5.0]), gap=np.array([[5.0] * 9 + [20.0]]))
    assert best_portfolio(asked).chosen == ("often",)
    assert best_portfolio(replace(asked, tail_weight=1.0)).chosen == ("worst",)


def test_the_worst_tenth_counts_a_sample_in_part() -> None:
    assert worst_mean(np.arange(15.0)) == pytest.approx((14 + 0.5 * 13) / 1.5)
    assert worst_mean(np.array([3.0, 1.0])) == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"options": (option("A", [1.0]), option("A", [1.0]))}, "id of its own"),
        ({"pinned": {"Z": True}}, "no option Z"),
        ({"losses": {("A", "B"): 1.0}}, "no option B"),
        ({"losses": {("A", "A"): -1.0}}, "0 or more"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        replace(choice([option("A", [1.0])], [1.0]), **wrong)
