"""Staff needed, staff there are and the gap are what a second writing of the method gives, in any scenario."""

from __future__ import annotations

import pytest
from any_scenario import ANY_SCENARIO, Change, every_lever
from engine_oracle import agrees
from hypothesis import given, settings
from small_settings import centres, cover, everything, rich, routes, scenario, setting, waiting

from pipeline.model.scenarios import BASELINE, Scenario, shipped_scenarios

pytestmark = pytest.mark.integration

OTHERS = {
    "rich": rich,
    "a year and a half": lambda: rich(17),
    "nothing but published figures": lambda: setting(cover(), waiting(-300), routes()),
    "without posts or moves": lambda: setting(
        {key: rows for key, rows in everything().items() if key not in ("establishment", "movements", "staff")},
        centres("2025-11-30", share_new=0.2),
    ),
}


@pytest.mark.parametrize("what_if", [*shipped_scenarios(), every_lever()], ids=lambda each: each.name)
def test_it_agrees_in_the_scenarios_that_ship(what_if: Scenario) -> None:
    agrees(rich(), what_if)


@pytest.mark.parametrize("which", OTHERS)
def test_it_agrees_on_other_plans(which: str) -> None:
    of = OTHERS[which]()
    agrees(of, BASELINE)
    agrees(of, every_lever())


@given(ANY_SCENARIO)
@settings(max_examples=12)
def test_it_agrees_in_any_scenario(changes: list[Change]) -> None:
    agrees(rich(), scenario(*changes))
