"""Eight actions of which the best set is known for three budgets and horizons."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.actions.portfolio import Choice, Option, best_portfolio

pytestmark = pytest.mark.unit
GAP = {"imaging": 15.0, "reporting": 4.0, "endoscopy": 5.0, "physiological": 4.0}
ACTIONS = {
    "A1": ({"imaging": 6.0}, 120, 0, 6),
    "A2": ({"imaging": 8.0}, 260, 4, 36),
    "A3": ({"imaging": 7.0}, 175, 1, 9),
    "A4": ({"reporting": 4.0}, 110, 2, 18),
    "A5": ({"endoscopy": 5.0}, 150, 2, 12),
    "A6": ({"imaging": 2.0, "endoscopy": 1.5}, 60, 0, 4),
    "A7": ({"physiological": 3.0}, 90, 2, 36),
    "A8": ({"imaging": 4.0, "physiological": 1.0}, 80, 1, 12),
}
"""WTE relieved by group, cost in thousands of pounds, placements and months to full effect."""


@pytest.mark.parametrize(
    ("budget", "placements", "horizon", "closed", "cost", "chosen"),
    [
        (500, 5, 24, 20.5, 465, ("A1", "A3", "A4", "A6")),
        (500, 5, 60, 21.5, 460, ("A1", "A4", "A6", "A7", "A8")),
        (300, 3, 24, 14.5, 260, ("A1", "A6", "A8")),
    ],
)
def test_the_known_best_set_is_chosen(
    budget: int, placements: int, horizon: int, closed: float, cost: int, chosen: tuple[str, ...]
) -> None:
    options = tuple(
        Option(
            name,
            np.array([[relief.get(group, 0.0) if lead <= horizon else 0.0] for group in GAP]),
            np.array([float(pounds)]),
            np.zeros(1),
            {"placements": float(taken)},
        )
        for name, (relief, pounds, taken, lead) in ACTIONS.items()
    )
    asked = Choice(
        options,
        np.array([[each] for each in GAP.values()]),
        np.ones(len(GAP)),
        np.array([float(budget)]),
        np.array([np.inf]),
        {"placements": float(placements)},
    )
    found = best_portfolio(asked)
    assert found.chosen == chosen
    assert (found.closed, found.cost) == pytest.approx((closed, cost))
