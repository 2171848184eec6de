"""The frontier of cost against what is closed: a set that costs more may close less on average."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from pipeline.actions.chosen import Chosen
from pipeline.charts.frontier import frontier
from pipeline.report.portfolio_tables import frontier_points, gaining
from pipeline.report.portfolio_words import frontier_sentences
from pipeline.report.words import money, wte

pytestmark = pytest.mark.unit


def chosen(unmet: list[float]) -> Chosen:
    """Sets that cost 0, 1, 2 … million, with the WTE still missing under each, of 10."""
    ids = [tuple(f"A{number}" for number in range(place)) for place in range(len(unmet))]
    costs = [1e6 * place for place in range(len(unmet))]
    rows = pd.DataFrame({"most_cost": costs, "cost": costs, "unmet": unmet, "chosen": ids})
    made: Any = SimpleNamespace(frontier=rows, choice=SimpleNamespace(gap=np.full((1, 2), 10.0)), ids=ids[-1])
    return cast(Chosen, made)


def test_a_set_that_closes_less_than_a_cheaper_one_is_not_on_the_frontier() -> None:
    assert gaining(pd.Series([0.0, 5.0, 4.0, 6.0])).tolist() == [True, True, False, True]


def test_a_frontier_with_such_a_set_is_drawn() -> None:
    points = frontier_points(chosen([10.0, 5.0, 6.0, 4.0]))
    assert points["on_frontier"].tolist() == [True, True, False, True]
    assert frontier(Figure().subplots(), points, money, wte, "Cost", "WTE").alt


def test_what_the_last_of_the_money_buys_is_told_of_sets_that_close_more() -> None:
    (told,) = frontier_sentences(chosen([10.0, 5.0, 6.0, 4.0]))
    assert "the last £2.0 million of the £3.0 million buys 1.0 WTE" in told


def test_where_no_dearer_set_closes_more_that_is_said() -> None:
    (told,) = frontier_sentences(chosen([10.0, 10.0]))
    assert told.startswith("More money would close no more of the gap")
