"""Rooms, rotas, diagnostic centres and training, worked by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline.assumptions import default_assumptions
from pipeline.metrics.scope import Scope
from pipeline.model import capacity, centres, training
from pipeline.model.base_year import annual_activity
from pipeline.model.capacity import WorkingYear, working_year
from pipeline.model.measured import activity_growth
from pipeline.tables import empty

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset(), frozenset({"AAA", "BBB"}), ("imaging", "labs"))
YEAR = WorkingYear(50.0, {"Radiographers": 1500.0, "Radiologists": 2000.0}.__getitem__)
JUNE = pd.Timestamp("2025-06-30")


def test_the_working_year_is_that_of_the_standards() -> None:
    year = working_year(default_assumptions())
    assert year.weeks == 52
    assert year.hours_of("Anyone") == pytest.approx(37.5 * 52 * (1 - 0.225))
    assert year.hours_of("Clinical radiologists") == pytest.approx(40 * 52 * (1 - 0.225))


class TestRoomsAndRotas:
    def test_rooms_are_staffed_all_the_hours_they_are_open(self) -> None:
        rooms = pd.DataFrame(
            {
                "employer": ["AAA", "ZZZ"],
                "pillar": "imaging",
                "test": "CT",
                "profession": "Radiographers",
                "rooms": pd.array([3, 9], dtype="Int64"),
                "open_hours_week": 60.0,
                "staff_per_room": 2.0,
            }
        )
        (row,) = capacity.rooms_table(rooms, SCOPE, YEAR).to_dict("records")
        assert row["room_hours_week"] == 180.0
        assert row["wte"] == pytest.approx(3 * 60 * 50 * 2 / 1500)

    def test_rotas_have_a_floor_of_hours_covered_over_hours_at_work(self) -> None:
        rotas = pd.DataFrame(
            {"employer": ["AAA"], "pillar": "imaging", "profession": "Radiologists", "rota": "Nights"}
        ).assign(posts=pd.array([2], dtype="Int64"), hours_week=168.0)
        (row,) = capacity.rotas_table(rotas, SCOPE, YEAR).to_dict("records")
        assert row["wte"] == pytest.approx(2 * 168 * 50 / 2000)

    def test_skill_mix_has_a_column_a_band_and_the_whole(self) -> None:
        mix = pd.DataFrame({"band": ["5", "6", "Consultant"], "share": [0.2, 0.5, 0.3]})
        mix = mix.assign(pillar="imaging", work="CT scanning", profession="Radiographers")
        (row,) = capacity.skill_mix_table(mix, SCOPE).to_dict("records")
        assert (row["Band 5"], row["Consultant"], row["all_bands"]) == pytest.approx((0.2, 0.3, 1.0))

    def test_that_nobody_sent_are_empty(self) -> None:
        assert capacity.rooms_table(empty("rooms"), SCOPE, YEAR).empty
        assert capacity.rotas_table(empty("rota_posts"), SCOPE, YEAR).empty
        assert capacity.skill_mix_table(empty("skill_mix"), SCOPE).empty


def plans() -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "site": ["North", "South"],
            "host": ["AAA", "ZZZ"],
            "planned_opening": pd.to_datetime(["2024-11-30", "2024-01-31"]),
            "opening": pd.to_datetime(["2025-02-28", "2024-01-31"]),
            "hours_week": 84.0,
            "utilisation": 0.8,
        }
    )
    return centres.plans_of(frame, SCOPE)


def rooms() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "site": ["North", "North", "South"],
            "pillar": "imaging",
            "test": ["CT", "MRI", "CT"],
            "rooms": pd.array([1, 2, 1], dtype="Int64"),
            "slot_minutes": [20.0, 40.0, 20.0],
            "share_new": [0.5, 0.25, 1.0],
        }
    )


class TestCentres:
    def test_are_those_the_plans_employers_host_with_months_late(self) -> None:
        assert plans()[["site", "months_late"]].to_numpy().tolist() == [["North", 3]]

    def test_have_place_for_their_open_hours_at_the_use_they_plan(self) -> None:
        by_test = centres.capacity(rooms(), plans(), SCOPE, YEAR).set_index("test")
        # CT: 84 x 50 hours x 0.8 / 20 minutes; MRI: two rooms of 40 minutes come to the same.
        assert by_test["tests_a_year"].tolist() == pytest.approx([84 * 50 * 0.8 * 3, 84 * 50 * 0.8 * 3])
        (site,) = centres.capacity_by(by_test.reset_index(), ["site"]).to_dict("records")
        assert site["share_new"] == pytest.approx(0.375)
        assert site["new_tests"] + site["shifted_tests"] == pytest.approx(site["tests_a_year"])

    def test_count_each_of_their_staff_once_as_recruited_or_redeployed(self) -> None:
        staff = pd.DataFrame(
            {
                "site": ["North", "South"],
                "pillar": "imaging",
                "test": ["MRI", "CT"],
                "profession": "Radiographers",
                "band": "6",
                "staff_per_room_hour": 1.5,
                "share_recruited": 0.6,
                "redeployed_from": "BBB",
            }
        )
        (row,) = centres.staffing(staff, rooms(), plans(), SCOPE, YEAR).to_dict("records")
        assert row["wte"] == pytest.approx(2 * 84 * 50 * 1.5 / 1500)
        assert (row["recruited"], row["redeployed"]) == pytest.approx((0.6 * row["wte"], 0.4 * row["wte"]))

    def test_are_set_against_capacity_only_with_twelve_months_of_tests(self) -> None:
        months = pd.date_range("2024-07-31", periods=12, freq="ME")
        done = pd.DataFrame({"month": months, "site": "North", "pillar": "imaging", "test": "CT"})
        done = done.assign(tests=pd.array([840] * 12, dtype="Int64"))
        room = centres.capacity(rooms(), plans(), SCOPE, YEAR)
        (row,) = centres.used(centres.activity_months(done, plans(), SCOPE), room).to_dict("records")
        assert row["share"] == pytest.approx(840 * 12 / (2 * 84 * 50 * 0.8 * 3))
        assert centres.used(centres.activity_months(done.head(11), plans(), SCOPE), room).empty

    def test_that_nobody_planned_are_empty(self) -> None:
        none = centres.plans_of(empty("cdc_plans"), SCOPE)
        room = centres.capacity(empty("cdc_rooms"), none, SCOPE, YEAR)
        assert centres.capacity_by(room, ["site"]).empty
        assert centres.staffing(empty("cdc_staffing"), empty("cdc_rooms"), none, SCOPE, YEAR).empty
        months = centres.activity_months(empty("cdc_activity"), none, SCOPE)
        assert months.empty
        assert centres.used(months, room).empty


def routes() -> pd.DataFrame:
    row = {"route": "Degree", "pillar": "imaging", "profession": "Radiographers", "length_months": 36}
    row |= {"completes": 0.8, "joins_nhs": 0.75, "stays_local": 0.5, "participation": 0.9, "lag_months": 2}
    return training.routes_table(
        pd.DataFrame([{**row, "supervision_hours_week": 3.0, "placement_cap": 20, "source": None}]), SCOPE
    )


def intakes() -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "route": ["Degree", "Degree", "Unknown"],
            "starts_on": pd.to_datetime(["2022-09-30", "2025-09-30", "2025-09-30"]),
            "ends_on": pd.to_datetime(["2025-08-31", "2028-08-31", "2028-08-31"]),
            "places": pd.array([30, 40, 9], dtype="Int64"),
        }
    )
    return frame.assign(starters=pd.array([20, None, None], dtype="Int64"))


class TestTraining:
    def test_a_route_gives_people_and_wte_for_a_hundred_who_begin(self) -> None:
        (row,) = routes().to_dict("records")
        assert (row["people_in_post"], row["wte_in_post"]) == pytest.approx((30.0, 27.0))

    def test_starters_count_or_places_where_an_intake_has_not_begun(self) -> None:
        expected = training.arrivals(intakes(), routes())
        assert expected["people"].tolist() == pytest.approx([6.0, 12.0])
        assert expected["wte"].tolist() == pytest.approx([5.4, 10.8])
        assert expected["arrives"].tolist() == [pd.Timestamp("2025-10-31"), pd.Timestamp("2028-10-31")]

    def test_arrivals_are_those_after_the_month_by_financial_year(self) -> None:
        expected = training.arrivals(intakes(), routes())
        by_year = training.arrivals_by_year(expected, dt.date(2025, 9, 30)).set_index("financial_year")
        assert by_year["wte"].to_dict() == pytest.approx({"2025/26": 5.4, "2028/29": 10.8})
        assert by_year["wte_to_begin"].to_dict() == pytest.approx({"2025/26": 0.0, "2028/29": 10.8})
        assert len(training.arrivals_by_year(expected, dt.date(2025, 10, 31))) == 1

    def test_trainees_leave_evenly_and_take_their_supervisors_time(self) -> None:
        expected = training.arrivals(intakes(), routes())
        (row,) = training.in_training(expected, dt.date(2024, 3, 31), YEAR).to_dict("records")
        # Half way through, the square root of those who complete are still there.
        assert row["trainees"] == pytest.approx(20 * np.sqrt(0.8))
        assert row["supervision_wte"] == pytest.approx(20 * np.sqrt(0.8) * 3 * 50 / 1500)

    def test_intakes_without_a_route_are_named_and_bring_nobody(self) -> None:
        assert training.without_route(intakes(), routes()) == ["Unknown"]
        assert set(training.arrivals(intakes(), routes())["route"]) == {"Degree"}

    def test_places_and_starters_are_by_the_year_in_which_they_begin(self) -> None:
        by_year = training.intakes_by_year(training.arrivals(intakes(), routes())).set_index("financial_year")
        assert by_year["places"].to_dict() == {"2022/23": 30, "2025/26": 40}
        assert pd.isna(by_year.loc["2025/26", "starters"])

    def test_that_nobody_sent_is_empty(self) -> None:
        none = training.routes_table(empty("training_routes"), SCOPE)
        expected = training.arrivals(empty("training_intakes"), none)
        assert expected.empty
        assert training.arrivals_by_year(expected, dt.date(2025, 9, 30)).empty
        assert training.intakes_by_year(expected).empty
        assert training.in_training(expected, dt.date(2025, 9, 30), YEAR).empty


def counts(dataset: str, months: pd.DatetimeIndex, tests: int) -> pd.DataFrame:
    frame = pd.DataFrame({"month": months, "provider": "AAA", "dataset": dataset, "pillar": "imaging", "test": "CT"})
    return frame.assign(type="all", tests=pd.array([tests] * len(months), dtype="Int64"))


class TestEmployersOwnCounts:
    def test_do_not_take_the_place_of_a_national_count_or_add_to_it(self) -> None:
        national = counts("dm01", pd.date_range("2024-06-30", periods=12, freq="ME"), 100)
        own = counts("local", pd.date_range("2024-07-31", periods=12, freq="ME"), 150)
        (row,) = annual_activity(pd.concat([national, own]), ["AAA"], ["imaging"]).to_dict("records")
        assert (row["dataset"], row["annual_tests"]) == ("dm01", 1200.0)

    def test_are_used_where_a_national_count_has_too_few_months_or_there_is_none(self) -> None:
        national = counts("dm01", pd.date_range("2025-03-31", periods=4, freq="ME"), 100)
        own = counts("local", pd.date_range("2024-07-31", periods=12, freq="ME"), 150)
        for activity in (pd.concat([national, own]), own):
            (row,) = annual_activity(activity, ["AAA"], ["imaging"]).to_dict("records")
            assert (row["dataset"], row["annual_tests"]) == ("local", 1800.0)

    def test_measure_growth_and_say_who_counted(self) -> None:
        own = pd.concat(
            [
                counts("local", pd.date_range("2023-07-31", periods=12, freq="ME"), 100),
                counts("local", pd.date_range("2024-07-31", periods=12, freq="ME"), 110),
            ]
        )
        (found,) = activity_growth(own, ["AAA"], ["AAA"], default_assumptions())
        assert found.growth.value == pytest.approx(np.log(1.1))
        assert found.growth.source == "Counted by the plan's employers, 2 years to June 2025"

    def test_give_way_to_national_ones_of_as_many_years(self) -> None:
        months = pd.date_range("2023-07-31", periods=24, freq="ME")
        both = pd.concat([counts("local", months, 100), counts("dm01", months, 100)])
        (found,) = activity_growth(both, ["AAA"], ["AAA"], default_assumptions())
        assert found.growth.source.startswith("DM01, the system's providers")
