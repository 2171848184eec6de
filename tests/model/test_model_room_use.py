"""How far tests fill the hours that rooms are staffed for, worked by hand on a small plan."""

from __future__ import annotations

import pandas as pd
import pytest
from small_settings import ALDER, BIRCH, RADIOGRAPHERS, SUPPORT, YEAR, counts, setting, table

from pipeline.model.room_use import room_use, rooms_without_tests

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


def test_a_test_that_nobody_counts_is_in_no_row_and_its_rooms_are_named() -> None:
    found = setting(ROOMS)
    assert "X-ray" not in set(room_use(found)["test"])
    assert rooms_without_tests(found).to_dict("records") == [{"employer": BIRCH, "test": "X-ray", "rooms": 1}]
    assert rooms_without_tests(setting()).empty


def test_rooms_at_an_employer_that_counts_none_of_the_test_stay_in_the_share() -> None:
    own = ROOMS["rooms"].head(1)
    more = {"rooms": pd.concat([own, own.assign(employer=BIRCH, rooms=3)], ignore_index=True)}
    only_alder = counts({(ALDER, "CT"): 1000})
    (row,), (alone,) = (list(room_use(setting(each, only_alder)).itertuples()) for each in (more, {"rooms": own}))
    assert (row.rooms, row.taken) == (5, alone.taken)
    assert row.staffed == pytest.approx(alone.staffed * 5 / 2)
    named = rooms_without_tests(setting(more, only_alder))
    assert named.to_dict("records") == [{"employer": BIRCH, "test": "CT", "rooms": 3}]


def test_reports_take_no_room() -> None:
    reported = table(
        "reporting",
        *({"month": month, "reports": 900, "minutes_each": 30.0} for month in YEAR),
        employer=ALDER,
        test="CT",
        pillar="imaging",
        reporter="reporting radiographer",
    )
    with_reports, without = setting(ROOMS, reported), setting(ROOMS)
    assert len(with_reports.reports) > len(without.reports)
    assert room_use(with_reports)["taken"].tolist() == pytest.approx(room_use(without)["taken"].tolist())


def test_more_rooms_are_less_filled() -> None:
    twice = {"rooms": ROOMS["rooms"].assign(rooms=ROOMS["rooms"]["rooms"] * 2)}
    once = room_use(setting(ROOMS))
    assert room_use(setting(twice))["share"].tolist() == pytest.approx((once["share"] / 2).tolist())
