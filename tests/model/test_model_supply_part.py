"""Staff of a few professions followed anew are those of everybody followed anew."""

from __future__ import annotations

import numpy as np
import pytest
from small_settings import ALDER, NURSES, RADIOGRAPHERS, RADIOLOGISTS, rich, scenario

from pipeline.model.ahead import supply
from pipeline.model.draws import draw_assumptions
from pipeline.model.paths import paths
from pipeline.model.scenarios import BASELINE, Scenario
from pipeline.model.supply.part import closed_cells

pytestmark = pytest.mark.unit

CHANGES = [
    {"kind": "exit_rate", "item": "leaving", "add": -0.3, "profession": RADIOGRAPHERS},
    {"kind": "exit_rate", "item": "leaving", "add": -0.3, "profession": RADIOLOGISTS, "employer": ALDER},
    {"kind": "hiring_pace", "add": 0.4, "profession": NURSES, "after_months": 5},
    {"kind": "places_to_come", "add": 0.5, "profession": RADIOGRAPHERS},
    {"kind": "posts_growth", "add": 0.05, "profession": RADIOGRAPHERS},
    {"kind": "recruits_abroad", "add": 0.9, "profession": RADIOGRAPHERS},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda each: f"{each['kind']} of {each['profession']}")
def test_a_part_followed_anew_is_the_whole_followed_anew(change: dict[str, object]) -> None:
    of = rich(48)
    draws = draw_assumptions(of.assumptions, 3, 5)

    def found(what_if: Scenario, known: object = None) -> object:
        there = paths(what_if, draws, of.assumptions, of.months)
        return supply(of, of.staff, there, None, known=known)

    before, after = found(BASELINE), found(scenario(change))
    again = found(scenario(change), (before.drawn, {change["profession"]}))
    assert np.abs(after.whole - before.whole).max() > 1e-3
    np.testing.assert_allclose(again.whole, after.whole, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(again.drawn.whole_flow, after.drawn.whole_flow, rtol=1e-12, atol=1e-12)


def test_nobody_is_followed_anew_where_nothing_is_changed() -> None:
    of = rich()
    there = paths(BASELINE, draw_assumptions(of.assumptions, 2, 5), of.assumptions, of.months)
    before = supply(of, of.staff, there, None)
    assert supply(of, of.staff, there, None, known=(before.drawn, set())).drawn is before.drawn


def test_a_part_holds_whoever_its_people_move_to_or_come_from() -> None:
    of = rich()
    system, cells = of.staff.system, of.staff.cells
    profession = cells["profession"].to_numpy()[system.team_cell]
    for own in set(cells["profession"]):
        held = set(cells["profession"][closed_cells(system, cells, {own})])
        assert own in held
        for away, here in zip(profession[system.move_from], profession[system.move_to], strict=True):
            assert (away in held) == (here in held)
