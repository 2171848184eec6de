"""What stands beside a chosen set of actions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from test_actions_portfolio import choice, option

from pipeline.actions.portfolio import best_portfolio
from pipeline.actions.weighing import Reason, cost_frontier, cost_of_pins, realised_ratio, regret_grid, why_not

pytestmark = pytest.mark.unit
YEARS = ["2026/27"]


def test_each_option_left_out_has_its_reason() -> None:
    options = [
        option("best", [8.0], 2.0, uses={"placements": 2.0}, excludes=("other way",)),
        option("dear", [3.0], 9.0),
        option("crowded", [3.0], 1.0, uses={"placements": 2.0}),
        option("later", [3.0], 1.0, needs=("dear",)),
        option("other way", [3.0], 1.0),
        option("unwanted", [3.0], 1.0),
        option("elsewhere", [0.0], 1.0),
    ]
    asked = choice(options, [9.0], 5.0, capacity={"placements": 3.0}, pinned={"unwanted": False})
    found = best_portfolio(asked)
    assert found.chosen == ("best",)
    assert why_not(asked, found, YEARS) == {
        "dear": Reason("budget", "recurrent, 2026/27"),
        "crowded": Reason("capacity", "placements"),
        "later": Reason("prerequisite", "dear"),
        "other way": Reason("exclusion", "best"),
        "unwanted": Reason("pinned out"),
        "elsewhere": Reason("dominated"),
    }


def test_an_option_that_would_help_but_for_its_price_says_so() -> None:
    asked = choice([option("A", [1.0], 10.0)], [2.0], wte_a_pound=0.5)
    assert why_not(asked, best_portfolio(asked), YEARS) == {"A": Reason("costs more than it brings")}


def test_a_pin_shows_the_set_that_would_have_been_chosen() -> None:
    asked = choice([option("A", [4.0]), option("B", [2.0])], [4.0], 1.0)
    assert cost_of_pins(asked, best_portfolio(asked)) is None
    pinned = replace(asked, pinned={"B": True})
    free = cost_of_pins(pinned, best_portfolio(pinned))
    assert free is not None
    assert free.chosen == ("A",)
    assert cost_of_pins(replace(asked, pinned={"A": True}), best_portfolio(asked)) is None


def test_the_frontier_goes_down_as_money_goes_up() -> None:
    asked = choice([option("A", [4.0], 3.0), option("B", [2.0], 1.0), option("C", [1.0], 1.0)], [6.0])
    found = cost_frontier(asked, 4)
    assert found["cost"].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert found["unmet"].tolist() == [6.0, 4.0, 3.0, 2.0, 0.0]


def test_regret_is_nothing_at_home_and_the_least_of_the_largest_is_found() -> None:
    here = choice([option("A", [4.0]), option("B", [3.0])], [4.0], 1.0)
    there = replace(here, gap=np.array([[3.0]]), options=(option("A", [0.0]), option("B", [3.0])))
    grid = regret_grid({"growth": here, "decline": there}).set_index("set")
    assert [grid.loc[name, name] for name in grid.index] == [0.0, 0.0]
    assert grid["most"].to_dict() == {"growth": 3.0, "decline": 1.0}
    assert grid["most"].idxmin() == "decline"


def test_what_is_realised_is_a_share_of_the_sum() -> None:
    assert realised_ratio(10.0, 9.0) == pytest.approx(0.9)
    assert np.isnan(realised_ratio(0.0, 0.0))
