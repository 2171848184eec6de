"""How far tests fill the hours that rooms are staffed for, worked by hand on a small plan."""

from __future__ import annotations

import pytest
from small_settings import ALDER, BIRCH, RADIOGRAPHERS, SUPPORT, setting, table

from pipeline.model.room_use import room_use

pytestmark = pytest.mark.unit

ROOMS = table(
    "rooms",
    {"employer": ALDER, "test": "CT", "profession": RADIOGRAPHERS, "rooms": 2, "staff_per_room": 2.0},
    {"employer": ALDER, "test": "CT", "profession": SUPPORT, "rooms": 2, "staff_per_room": 1.0},
    {"employer": BIRCH, "test": "X-ray", "profession": RADIOGRAPHERS, "rooms": 1, "staff_per_room": 1.0},
    pillar="imaging",
    open_hours_week=50.0,
)


def test_hours_of_tests_stand_beside_the_hours_that_rooms_of_the_same_employer_are_staffed_for() -> None:
    found = setting(ROOMS)
    (row,) = (each for each in room_use(found).itertuples() if each.profession == RADIOGRAPHERS)
    minutes = found.assumptions[f"minutes / CT / {RADIOGRAPHERS}"].value
    assert (row.test, row.pillar, row.rooms) == ("CT", "imaging", 2)
    assert row.staffed == pytest.approx(2 * 50 * 52 * 2)
    # Alder alone counts 1,000 a month, and tests grow for half a year from the middle of the months counted.
    assert row.taken == pytest.approx(12 * 1000 * minutes / 60, rel=0.08)
    assert row.share == pytest.approx(row.taken / row.staffed)


def test_a_test_that_nobody_counts_where_its_rooms_are_is_in_no_row() -> None:
    assert "X-ray" not in set(room_use(setting(ROOMS))["test"])


def test_more_rooms_are_less_filled() -> None:
    twice = {"rooms": ROOMS["rooms"].assign(rooms=ROOMS["rooms"]["rooms"] * 2)}
    once = room_use(setting(ROOMS))
    assert room_use(setting(twice))["share"].tolist() == pytest.approx((once["share"] / 2).tolist())
