"""The operational plan against its outturn, reporting, registers, the population to come and general practices."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from pipeline.metrics import activity, operational_plan, places, registers, reporting
from pipeline.metrics.scope import Scope
from pipeline.tables import empty

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset({"Q1X"}), frozenset({"AAA", "BBB"}), ("imaging", "labs"))
JUNE, JULY = pd.Timestamp("2025-06-30"), pd.Timestamp("2025-07-31")


def plan(*rows: tuple[str, str, str, str, float]) -> pd.DataFrame:
    """Cycle, kind, month, employer and WTE of each row; all radiographers."""
    frame = pd.DataFrame(rows, columns=["cycle", "kind", "month", "employer", "wte"])
    return frame.assign(month=pd.to_datetime(frame["month"]), pillar="imaging", profession="Radiographers")


THIS_YEAR = plan(
    ("2025/26", "baseline", "2025-03-31", "AAA", 50.0),
    ("2025/26", "planned", "2025-06-30", "AAA", 53.0),
    ("2025/26", "outturn", "2025-06-30", "AAA", 51.0),
    ("2025/26", "planned", "2025-07-31", "AAA", 54.0),
    ("2025/26", "planned", "2026-03-31", "AAA", 60.0),
    ("2025/26", "baseline", "2025-03-31", "BBB", 20.0),
    ("2025/26", "planned", "2025-06-30", "BBB", 22.0),
    ("2025/26", "planned", "2026-03-31", "BBB", 25.0),
)


class TestTheOperationalPlan:
    def test_compares_only_cells_whose_plan_and_outturn_are_both_known(self) -> None:
        progressed = operational_plan.progress(THIS_YEAR, "2025/26")
        assert progressed["planned"].sum() == 75.0
        (row,) = operational_plan.progress_by(progressed, ["profession"]).to_dict("records")
        assert (row["baseline"], row["planned"], row["outturn"], row["planned_end"]) == (50.0, 53.0, 51.0, 60.0)
        assert row["difference"] == -2.0

    def test_takes_the_month_for_which_most_employers_sent_an_outturn(self) -> None:
        later = plan(
            ("2025/26", "outturn", "2025-06-30", "BBB", 21.0), ("2025/26", "outturn", "2025-07-31", "AAA", 52.0)
        )
        assert operational_plan.outturn_month(pd.concat([THIS_YEAR, later])) == JUNE

    def test_leaves_a_baseline_out_where_it_is_known_for_some_cells_only(self) -> None:
        with_birch = pd.concat([THIS_YEAR, plan(("2025/26", "outturn", "2025-06-30", "BBB", 21.0))])
        known = with_birch[(with_birch["employer"] == "AAA") | (with_birch["kind"] != "baseline")]
        (row,) = operational_plan.progress_by(operational_plan.progress(known, "2025/26"), ["pillar"]).to_dict(
            "records"
        )
        assert row["outturn"] == 72.0
        assert pd.isna(row["baseline"])

    def test_is_set_against_staff_in_post_of_the_same_month(self) -> None:
        staff = pd.DataFrame(
            {
                "employer": ["AAA", "AAA"],
                "dataset": "esr",
                "pillar": "imaging",
                "profession": "Radiographers",
                "month": [JULY, pd.Timestamp("2025-08-31")],
                "wte": [52.5, 99.0],
            }
        )
        (row,) = operational_plan.in_post_against_plan(THIS_YEAR, staff, SCOPE).to_dict("records")
        assert (row["month"], row["planned"], row["in_post"]) == (JULY, 54.0, 52.5)

    def test_lines_break_where_an_employer_sent_no_outturn(self) -> None:
        months = operational_plan.plan_months(THIS_YEAR, "2025/26")
        assert months["planned"].tolist() == [53.0, 54.0, 60.0]
        assert months["actual"].isna().tolist() == [False, True, True]

    def test_past_ratio_is_pooled_over_employers(self) -> None:
        past = plan(
            ("2024/25", "baseline", "2024-03-31", "AAA", 40.0),
            ("2024/25", "planned", "2025-03-31", "AAA", 50.0),
            ("2024/25", "outturn", "2025-03-31", "AAA", 49.0),
            ("2024/25", "baseline", "2024-03-31", "BBB", 20.0),
            ("2024/25", "planned", "2025-03-31", "BBB", 30.0),
            ("2024/25", "outturn", "2025-03-31", "BBB", 21.0),
        )
        every = pd.concat([past, THIS_YEAR])
        (row,) = operational_plan.past_cycles(every, []).to_dict("records")
        assert (row["cycle"], row["planned_change"], row["outturn_change"], row["ratio"]) == ("2024/25", 20, 10, 0.5)
        assert operational_plan.past_cycles(every, ["employer"])["ratio"].tolist() == pytest.approx([0.9, 0.1])

    @pytest.mark.parametrize(("planned", "outturn"), [(40.5, 45.0), (50.0, 38.0), (35.0, 36.0)])
    def test_past_ratio_that_would_mislead_is_not_given(self, planned: float, outturn: float) -> None:
        past = plan(
            ("2024/25", "baseline", "2024-03-31", "AAA", 40.0),
            ("2024/25", "planned", "2025-03-31", "AAA", planned),
            ("2024/25", "outturn", "2025-03-31", "AAA", outturn),
        )
        (row,) = operational_plan.past_cycles(pd.concat([past, THIS_YEAR]), []).to_dict("records")
        assert row["outturn_change"] == outturn - 40
        assert pd.isna(row["ratio"])

    def test_of_tests_counts_months_with_both_plan_and_outturn(self) -> None:
        rows = [("planned", JUNE, 100), ("outturn", JUNE, 90), ("planned", JULY, 100)]
        frame = pd.DataFrame(rows, columns=["kind", "month", "tests"])
        frame = frame.assign(cycle="2025/26", provider="AAA", pillar="imaging", test="CT")
        (row,) = operational_plan.tests_against_plan(frame, SCOPE, ["test"]).to_dict("records")
        assert (row["planned"], row["done"], row["months"]) == (100, 90, 1)
        assert row["difference"] == pytest.approx(-0.1)

    def test_that_nobody_sent_is_empty(self) -> None:
        own = operational_plan.own_plan(empty("planned_wte"), SCOPE)
        cycle = operational_plan.current_cycle(own)
        assert cycle == ""
        assert operational_plan.progress(own, cycle).empty
        assert operational_plan.progress_by(operational_plan.progress(own, cycle), ["pillar"]).empty
        assert operational_plan.plan_months(own, cycle).empty
        assert operational_plan.past_cycles(own, ["employer"]).empty
        assert operational_plan.in_post_against_plan(own, empty("staff"), SCOPE).empty
        assert operational_plan.tests_against_plan(empty("planned_activity"), SCOPE, ["test"]).empty


def reports(*rows: tuple[str, str, int, float | None, float | None, int | None]) -> pd.DataFrame:
    """Test, reporter, reports, minutes each, RVUs and reports over 28 days of each row."""
    frame = pd.DataFrame(rows, columns=["test", "reporter", "reports", "minutes_each", "rvus", "over_28_days"])
    whole = {"reports": "Int64", "over_28_days": "Int64", "minutes_each": "float64", "rvus": "float64"}
    return frame.assign(month=JUNE, employer="AAA", pillar="imaging", pas_week=float("nan")).astype(whole)


class TestReporting:
    def test_gives_hours_and_units_side_by_side_and_the_pooled_share_that_is_late(self) -> None:
        year = reporting.latest_year(
            reports(("CT", "consultant", 600, 15.0, 900.0, 60), ("MRI", "consultant", 400, 20.0, 1000.0, 0)), SCOPE
        )
        (row,) = reporting.reports_by(year, ["reporter"]).to_dict("records")
        assert row["hours"] == pytest.approx(600 * 15 / 60 + 400 * 20 / 60)
        assert (row["rvus"], row["over_28_days"]) == (1900.0, pytest.approx(0.06))

    def test_leaves_hours_out_where_part_of_the_reports_have_no_minutes(self) -> None:
        rows = reports(("CT", "consultant", 600, 15.0, 900.0, None), ("MRI", "consultant", 400, None, 1000.0, 40))
        (row,) = reporting.reports_by(rows, ["reporter"]).to_dict("records")
        assert pd.isna(row["hours"])
        assert row["rvus"] == 1900.0
        assert row["over_28_days"] == pytest.approx(0.1)

    def test_shares_are_of_all_reports(self) -> None:
        rows = reports(("CT", "consultant", 600, 15.0, None, 0), ("CT", "outsourced", 200, 15.0, None, 0))
        shared = reporting.with_share(reporting.reports_by(rows, ["reporter"]))
        assert shared["share"].tolist() == [0.75, 0.25]

    def test_sessions_are_averaged_over_months_and_added_over_employers(self) -> None:
        rows = pd.concat(
            [reports(("CT", "consultant", 1, None, None, None)).assign(pas_week=pas) for pas in (10.0, 20.0)]
        )
        other = reports(("CT", "consultant", 1, None, None, None)).assign(pas_week=5.0, employer="BBB")
        assert reporting.sessions(pd.concat([rows, other])).to_dict("records") == [
            {"reporter": "consultant", "pas_week": 20.0}
        ]

    def test_that_nobody_sent_is_empty(self) -> None:
        year = reporting.latest_year(empty("reporting"), SCOPE)
        assert reporting.with_share(reporting.reports_by(year, ["reporter"])).empty
        assert reporting.sessions(year).empty


class TestLocalTests:
    @staticmethod
    def counted() -> pd.DataFrame:
        rows = [
            (JUNE, "AAA", "local", "Histopathology", 100),
            (JULY, "AAA", "local", "Histopathology", 120),
            (JULY, "BBB", "local", "Histopathology", 30),
            (JULY, "AAA", "local", "CT", 40),
            (JULY, "AAA", "dm01", "CT", 41),
        ]
        frame = pd.DataFrame(rows, columns=["month", "provider", "dataset", "test", "tests"])
        pillars = frame["test"].map({"Histopathology": "labs", "CT": "imaging"})
        return frame.assign(pillar=pillars).astype({"tests": "Int64"})

    def test_are_never_added_to_national_counts_and_say_where_there_are_some(self) -> None:
        local = activity.local_tests(self.counted(), SCOPE).set_index("test")
        assert local["tests"].to_dict() == {"Histopathology": 250, "CT": 40}
        assert local["counted_nationally"].to_dict() == {"Histopathology": False, "CT": True}

    def test_are_followed_over_months_that_every_sender_has(self) -> None:
        months = activity.local_months(self.counted(), SCOPE, 12).set_index("test")
        assert months.loc["Histopathology", "tests"] == 150
        assert activity.local_months(empty("activity"), SCOPE, 12).empty
        assert activity.local_tests(empty("activity"), SCOPE).empty


def risks() -> pd.DataFrame:
    rows = [
        ("R1", 2, 3, "2025-01-01"),
        ("R2", 3, 5, "2026-01-01"),
        ("R3", 4, 2, "2025-09-30"),
        ("R4", 1, 3, "2026-01-01"),
    ]
    frame = pd.DataFrame(rows, columns=["id", "likelihood", "impact", "review_on"])
    return frame.assign(title=frame["id"], review_on=pd.to_datetime(frame["review_on"]), level=0.1, event=None)


class TestRegisters:
    def test_risks_come_worst_first_with_level_and_overdue_review(self) -> None:
        ranked = registers.ranked_risks(risks(), dt.date(2025, 9, 30))
        assert ranked["id"].tolist() == ["R2", "R3", "R1", "R4"]
        assert ranked["level"].tolist() == ["extreme", "high", "moderate", "low"]
        assert ranked["overdue"].tolist() == [False, True, True, False]

    @pytest.mark.parametrize(
        ("score", "level"),
        [(1, "low"), (3, "low"), (4, "moderate"), (6, "moderate"), (8, "high"), (12, "high"), (15, "extreme")],
    )
    def test_levels_turn_where_the_matrix_says(self, score: int, level: str) -> None:
        assert registers.level_of(score) == level

    def test_meetings_are_those_after_the_month_soonest_first(self) -> None:
        days = pd.to_datetime(["2025-11-01", "2025-09-30", "2025-10-01"])
        calendar = pd.DataFrame({"date": days, "body": "Board", "item": ["c", "a", "b"]})
        assert registers.meetings_after(calendar, dt.date(2025, 9, 30))["item"].tolist() == ["b", "c"]

    def test_that_are_empty_stay_empty(self) -> None:
        assert registers.ranked_risks(empty("risks"), dt.date(2025, 9, 30)).empty
        assert registers.with_measured(registers.ranked_risks(empty("risks"), dt.date(2025, 9, 30)), None).empty
        assert registers.meetings_after(empty("governance"), dt.date(2025, 9, 30)).empty


class TestPopulationToCome:
    @staticmethod
    def projected(area: str = "Q1X") -> pd.DataFrame:
        rows = [(2025, "00-04", 100), (2030, "00-04", 90), (2025, "85-89", 20), (2030, "85-89", 30)]
        frame = pd.DataFrame(rows, columns=["year", "age_band", "persons"])
        return frame.assign(area=area, sex="female").astype({"persons": "Int64", "year": "Int64"})

    def test_changes_by_age_group_between_the_years_on_file_up_to_those_asked_for(self) -> None:
        change = places.projection_change(self.projected(), empty("organisations"), SCOPE, 2026, 2032)
        known = change.set_index("age_group")
        assert known.loc["85 and over", "growth"] == pytest.approx(0.5)
        assert known.loc["0 to 19", "change"] == -10.0
        assert (change["from_year"].iloc[0], change["to_year"].iloc[0]) == (2025, 2030)

    def test_counts_sub_locations_only_where_the_board_is_not_given(self) -> None:
        place = pd.DataFrame([{"code": "01A", "parent": "Q1X", "kind": "sub_icb"}])
        organisations = pd.concat([empty("organisations"), place])
        parts = self.projected("01A")
        both = pd.concat([self.projected(), parts])
        for frame in (parts, both):
            change = places.projection_change(frame, organisations, SCOPE, 2025, 2030)
            assert change["first"].sum() == 120

    def test_needs_two_years(self) -> None:
        one = self.projected().query("year == 2025")
        assert places.projection_change(one, empty("organisations"), SCOPE, 2025, 2030).empty
        nothing = empty("population_projection")
        assert places.projection_change(nothing, empty("organisations"), SCOPE, 2025, 2030).empty

    def test_patients_for_each_gp_are_pooled(self) -> None:
        rows = [("P1", 9000, 3.0), ("P2", 1000, 2.0)]
        frame = pd.DataFrame(rows, columns=["practice", "patients", "gp_wte"]).assign(as_of=JUNE, sub_icb="01A")
        frame = frame.assign(nurse_wte=1.0, direct_care_wte=1.0, admin_wte=1.0).astype({"patients": "Int64"})
        (row,) = places.practices_by_place(frame, empty("organisations")).to_dict("records")
        assert (row["place"], row["practices"], row["patients_each_gp"]) == ("01A", 2, 2000.0)
        assert places.practices_by_place(empty("practices"), empty("organisations")).empty
