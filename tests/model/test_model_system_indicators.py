"""Indicators that only the system as a whole has, worked by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest
from canonical_rows import rows

from pipeline.metrics.indicators.parts import SYSTEM, valued
from pipeline.metrics.scope import Scope
from pipeline.model.capacity import WorkingYear
from pipeline.model.system_indicators import system_parts
from pipeline.tables import TABLES, empty

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset({"Q1X"}), frozenset({"AAA", "BBB"}), ("imaging", "labs"))
YEAR = WorkingYear(50, lambda _: 1500.0)
MONTH = dt.date(2025, 3, 31)
RADIOGRAPHERS, SCIENTISTS = "Diagnostic radiographers", "Healthcare scientists: blood sciences"
Row = Mapping[str, Any]

STAFF: list[Row] = [
    {"employer": "AAA", "month": "2025-03-31", "dataset": "esr", "profession": RADIOGRAPHERS, "wte": 60.0},
    {"employer": "BBB", "month": "2025-03-31", "dataset": "esr", "profession": RADIOGRAPHERS, "wte": 40.0},
    {"employer": "BBB", "month": "2025-03-31", "dataset": "esr", "pillar": "labs", "profession": SCIENTISTS, "wte": 25},
    {"employer": "ZZZ", "month": "2025-03-31", "dataset": "esr", "profession": RADIOGRAPHERS, "wte": 900.0},
]
PEOPLE: list[Row] = [
    {"area": "Q1X", "age_band": "40-44", "persons": 300_000},
    {"area": "Q1X", "age_band": "80-84", "persons": 100_000},
    {"area": "Q2X", "age_band": "40-44", "persons": 500_000},
]
ROUTE: Row = {
    "route": "Degree",
    "pillar": "imaging",
    "profession": RADIOGRAPHERS,
    "length_months": 24,
    "completes": 1.0,
    "supervision_hours_week": 6.0,
}
INTAKE: Row = {"route": "Degree", "starts_on": "2024-09-30", "ends_on": "2026-09-30", "places": 10, "starters": 10}
CENTRE: Row = {"site": "Gate", "host": "AAA", "hours_week": 60.0}
ROOM: Row = {"site": "Gate", "test": "CT", "rooms": 1}
TEAM: Row = {
    "site": "Gate",
    "test": "CT",
    "profession": RADIOGRAPHERS,
    "staff_per_room_hour": 2.0,
    "share_recruited": 0.75,
}


def found(**given: list[Row]) -> pd.DataFrame:
    tables = {name: rows(name, *given[name]) if given.get(name) else empty(name) for name in TABLES}
    return system_parts(tables, SCOPE, MONTH, YEAR)


def values(**given: list[Row]) -> dict[tuple[str, str], float]:
    made = valued(found(**given))
    assert set(made["organisation"]) <= {SYSTEM}
    return dict(zip(zip(made["indicator"], made["pillar"], strict=True), made["value"], strict=True))


class TestNeed:
    def test_is_wte_of_the_plan_s_employers_for_the_people_of_its_boards(self) -> None:
        # 100 WTE in imaging and 25 in laboratories for 400,000 people.
        said = values(staff=STAFF, population=PEOPLE)
        assert said["wte_per_100000", "imaging"] == pytest.approx(25)
        assert said["wte_per_100000", "labs"] == pytest.approx(6.25)
        assert said["wte_per_100000", "all"] == pytest.approx(31.25)

    def test_weighs_people_for_their_age(self) -> None:
        # 300,000 x 0.8 + 100,000 x 2.2 = 460,000 and 400,000 of the other board: 860,000 weighted of 900,000.
        said = values(staff=STAFF, population=PEOPLE)
        weighted = 460_000 * 900 / 860
        assert said["wte_per_100000_need", "imaging"] == pytest.approx(100 / weighted * 100_000)

    def test_without_the_people_or_the_staff_is_not_known(self) -> None:
        assert values(staff=STAFF, population=PEOPLE[2:]) == {}
        assert values(staff=STAFF) == {}
        assert values(population=PEOPLE) == {}

    def test_is_of_the_latest_month_of_the_staff(self) -> None:
        made = found(staff=STAFF, population=PEOPLE)
        assert set(made["month"]) == {pd.Timestamp(MONTH)}


class TestTraining:
    def test_is_trainees_and_their_supervision_for_the_staff_of_their_profession(self) -> None:
        # 10 trainees for 100 radiographers. 10 x 6 hours x 50 weeks / 1,500 hours = 2 WTE.
        said = values(staff=STAFF, training_routes=[ROUTE], training_intakes=[INTAKE])
        assert said["training_places_per_100", "imaging"] == pytest.approx(10)
        assert said["education_load_per_100", "imaging"] == pytest.approx(2)
        assert said["training_places_per_100", "all"] == pytest.approx(10)
        assert ("training_places_per_100", "labs") not in said

    def test_without_routes_intakes_or_staff_is_not_known(self) -> None:
        assert values(staff=STAFF, training_routes=[ROUTE]) == {}
        assert values(training_routes=[ROUTE], training_intakes=[INTAKE]) == {}
        assert values(staff=STAFF, training_intakes=[INTAKE]) == {}


class TestCentres:
    def test_is_the_share_of_wte_that_other_teams_give(self) -> None:
        # 60 hours x 50 weeks x 2 staff / 1,500 hours = 4 WTE, the smallest 5 are asked for: two rooms make 8.
        said = values(cdc_plans=[CENTRE], cdc_rooms=[{**ROOM, "rooms": 2}], cdc_staffing=[TEAM])
        assert said["cdc_redeployed_share", "imaging"] == pytest.approx(0.25)
        assert said["cdc_redeployed_share", "all"] == pytest.approx(0.25)

    def test_has_the_wte_as_its_parts(self) -> None:
        made = found(cdc_plans=[CENTRE], cdc_rooms=[ROOM], cdc_staffing=[TEAM])
        assert made[["numerator", "denominator"]].to_numpy().tolist() == [[pytest.approx(1), pytest.approx(4)]] * 2

    def test_of_centres_that_others_host_is_not_known(self) -> None:
        assert values(cdc_plans=[{**CENTRE, "host": "ZZZ"}], cdc_rooms=[ROOM], cdc_staffing=[TEAM]) == {}


def test_of_empty_tables_nothing_is_known() -> None:
    assert found().empty
