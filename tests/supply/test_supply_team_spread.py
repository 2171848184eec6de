"""What each team's own leaving is worth, drawn from its range."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.model.draws import HALF
from pipeline.model.supply.exits import ALIKE, COLUMNS, Differing
from pipeline.model.supply.system import LEAVING, RETIREMENT, RISKS, TRANSFER, Course
from pipeline.model.supply.team_spread import spread_of, with_team_spread

pytestmark = pytest.mark.unit
CELLS = pd.DataFrame({"employer": ["AAA", "BBB", "AAA"], "profession": ["R", "R", "S"]})
SD = 0.4


def known() -> Differing:
    """The first cell's factor is worth 2, give or take; nothing is known of the others."""
    row = dict.fromkeys(COLUMNS, 1.0) | {"employer": "AAA", "profession": "R", "factor": 2.0}
    row |= {"low": 2 * np.exp(-HALF * SD), "high": 2 * np.exp(HALF * SD)}
    return Differing(pd.DataFrame([row])[COLUMNS], {}, {}, {})


def hazards(draws: int, found: Differing, seed: int = 1, first: int = 0) -> np.ndarray:
    course = Course(**{name: np.zeros(0) for name in Course._fields} | {
        "hazard_draw": np.broadcast_to(np.full((draws, 1, len(RISKS)), 3.0), (draws, len(CELLS), len(RISKS))),
        "within": np.zeros((draws, 1)),
    })  # fmt: skip
    return np.asarray(with_team_spread(course, spread_of(CELLS, found), seed, first).hazard_draw)


def test_the_spread_is_that_of_the_range() -> None:
    assert spread_of(CELLS, known()).tolist() == pytest.approx([SD, 0.0, 0.0])
    assert spread_of(CELLS, ALIKE).tolist() == [0.0, 0.0, 0.0]


def test_leaving_and_transfers_of_a_known_team_are_drawn_and_nothing_else() -> None:
    found = hazards(4000, known())
    drawn = found[:, 0, LEAVING] / 3
    assert drawn.mean() == pytest.approx(1, abs=0.02)
    assert np.log(drawn).std() == pytest.approx(SD, rel=0.05)
    np.testing.assert_array_equal(found[:, 0, LEAVING], found[:, 0, TRANSFER])
    assert (found[:, 0, RETIREMENT] == 3).all()
    assert (found[:, 1:] == 3).all()


def test_the_first_draws_stay_and_blocks_make_the_whole() -> None:
    whole = hazards(20, known())
    np.testing.assert_array_equal(whole[:7], hazards(7, known()))
    np.testing.assert_array_equal(whole[7:], hazards(13, known(), first=7))
    assert (whole[:, 0] != hazards(20, known(), seed=2)[:, 0]).any()


def test_where_nothing_is_known_nothing_is_drawn() -> None:
    assert (hazards(5, ALIKE) == 3).all()
