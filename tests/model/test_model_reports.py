"""Who reports each employer's tests, the work that it is in place of a standard, and reports that change hands."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_settings import (
    ALDER,
    BIRCH,
    CONSULTANT,
    IMAGING,
    RADIOGRAPHER,
    RADIOGRAPHERS,
    RADIOLOGISTS,
    YEAR,
    cell,
    counts,
    expected,
    reporting,
    scenario,
    setting,
)

from pipeline.assumptions import default_assumptions, of_kind
from pipeline.model.counted_today import counted_today
from pipeline.model.plan_scenarios import levers_set
from pipeline.model.plan_setting import Setting
from pipeline.model.reports import roles
from pipeline.model.scenarios import BASELINE
from pipeline.model.why import parts_of_gap
from pipeline.model.work import without_standard
from pipeline.reference import reporter_roles, reporting_moves
from pipeline.sources.mapping import default_mapping
from pipeline.tables.capacity import REPORTERS

pytestmark = pytest.mark.integration

Made = dict[tuple[str, str, str], tuple[int, float | None]]
CT: Made = {(ALDER, "CT", CONSULTANT): (600, 15.0)}
HOURS = 40 * 52 * 0.775 * 0.575
"""Hours a year of a radiologist that go to tests, as assumptions have them."""
GROWN = 1.008 ** (5.5 / 12)
"""Output per WTE from the middle of the year of tests to the base month."""


def counted(of: Setting, employer: str, profession: str) -> float:
    rows = counted_today(of).set_index(["employer", "profession"])["counted"]
    return float(rows.get((employer, profession), 0.0))


def of_reporter(of: Setting, reporter: str, test: str = "CT", employer: str = ALDER) -> pd.Series:
    key = (of.reports["employer"], of.reports["test"], of.reports["reporter"])
    (row,) = of.reports[(key[0] == employer) & (key[1] == test) & (key[2] == reporter)].index
    return of.reports.loc[row]


def moved(of: Setting, *changes: dict[str, Any]) -> dict[tuple[str, str], float]:
    """WTE that cells take on or give up at the last month, over the tests and output of that month."""
    before, _ = expected(of)
    after, _ = expected(of, scenario(*changes))
    by = (after.need.moved - before.need.moved)[:, -1, 0] / after.need.held[0].factors.output[-1, 0]
    return {key: wte for key, wte in zip(of.keys, by, strict=True) if abs(wte) > 1e-12}


class TestOwnReports:
    def test_reports_for_each_test_are_those_of_the_months_of_its_tests(self) -> None:
        of = setting(counts({(ALDER, "CT"): 1000}), reporting())
        assert of_reporter(of, CONSULTANT)["reports_a_test"] == pytest.approx(0.6)
        assert of_reporter(of, "insourced")["reports_a_test"] == pytest.approx(0.05)

    def test_who_reports_is_that_of_the_latest_year(self) -> None:
        before = [f"{month:%Y-%m-%d}" for month in pd.date_range("2023-10-31", "2024-09-30", freq="ME")]
        old = reporting({(ALDER, "CT", "outsourced"): (900, 9.0)}, before)["reporting"]
        both = pd.concat([old, reporting()["reporting"]], ignore_index=True)
        of = setting(counts({(ALDER, "CT"): 1000}), {"reporting": both})
        assert of_reporter(of, "outsourced")["reports_a_test"] == pytest.approx(0.2)

    def test_months_after_the_base_month_are_not_used(self) -> None:
        late = reporting({(ALDER, "CT", CONSULTANT): (900, 9.0)}, ["2025-10-31"])["reporting"]
        both = pd.concat([late, reporting(CT)["reporting"]], ignore_index=True)
        assert of_reporter(setting({"reporting": both}), CONSULTANT)["minutes_each"] == 15.0

    def test_minutes_not_stated_are_those_of_the_other_employers_and_then_the_consultants(self) -> None:
        made: Made = {**CT, (BIRCH, "CT", RADIOGRAPHER): (100, 20.0), (BIRCH, "CT", CONSULTANT): (300, None)}
        of = setting(reporting(made))
        assert of_reporter(of, RADIOGRAPHER)["minutes_each"] == 20.0
        assert of_reporter(of, CONSULTANT, employer=BIRCH)["minutes_each"] == 15.0
        assert of_reporter(setting(reporting(CT)), RADIOGRAPHER)["minutes_each"] == 15.0

    def test_somebody_who_might_report_a_test_stands_with_no_reports(self) -> None:
        row = of_reporter(setting(reporting(CT)), RADIOGRAPHER)
        assert (row["profession"], row["work"], row["reports_a_test"]) == (RADIOGRAPHERS, "beside", 0)

    def test_tests_that_are_reported_and_not_counted_are_left_out(self) -> None:
        assert setting(reporting({(ALDER, "PET-CT", CONSULTANT): (10, 30.0)})).reports.empty

    def test_a_plan_without_a_return_has_none(self) -> None:
        assert setting().reports.empty


class TestWork:
    def test_consultants_work_is_their_own_reports_and_minutes(self) -> None:
        of = setting(counts({(ALDER, "CT"): 1000}), reporting(CT))
        assert counted(of, ALDER, RADIOLOGISTS) == pytest.approx(7200 * 15 / 60 / GROWN / HOURS)

    def test_elsewhere_the_standard_stays(self) -> None:
        of = setting(counts({(ALDER, "CT"): 1000, (BIRCH, "CT"): 1000}), reporting(CT))
        assert counted(of, BIRCH, RADIOLOGISTS) == pytest.approx(12_000 * 15 / 60 / GROWN / HOURS)

    def test_where_nobody_states_minutes_the_standard_stays(self) -> None:
        of, before = setting(reporting({(ALDER, "MRI", CONSULTANT): (400, None)})), setting()
        assert counted(of, ALDER, RADIOLOGISTS) == pytest.approx(counted(before, ALDER, RADIOLOGISTS))

    def test_where_consultants_report_nothing_their_standard_counts_for_nothing(self) -> None:
        of = setting(counts({(ALDER, "CT"): 1000}), reporting({(ALDER, "CT", "outsourced"): (900, 15.0)}))
        assert counted(of, ALDER, RADIOLOGISTS) == 0

    def test_reports_of_radiographers_are_beside_the_images_they_make(self) -> None:
        made: Made = {**CT, (ALDER, "CT", RADIOGRAPHER): (100, 18.0)}
        with_reports, without = (setting(counts({(ALDER, "CT"): 1000}), reporting(each)) for each in (made, CT))
        more = counted(with_reports, ALDER, RADIOGRAPHERS) - counted(without, ALDER, RADIOGRAPHERS)
        assert more == pytest.approx(1200 * 18 / 60 / GROWN / (37.5 * 52 * 0.775 * 0.9))

    def test_sonographers_reports_are_within_the_minutes_of_their_scans(self) -> None:
        ultrasound = counts({(ALDER, "Ultrasound"): 1000})
        of = setting(ultrasound, reporting({(ALDER, "Ultrasound", RADIOGRAPHER): (900, 5.0)}))
        assert counted(of, ALDER, RADIOGRAPHERS) == pytest.approx(counted(setting(ultrasound), ALDER, RADIOGRAPHERS))

    def test_bought_in_reports_are_nobodys_work(self) -> None:
        more: Made = {**CT, (ALDER, "CT", "outsourced"): (300, 10.0), (ALDER, "CT", "insourced"): (300, 10.0)}
        one, other = (counted_today(setting(reporting(made))) for made in (CT, more))
        pd.testing.assert_frame_equal(one, other)

    def test_need_at_the_base_month_is_still_the_staff_there_are(self) -> None:
        found, _ = expected(setting(reporting()))
        assert found.gap[:, 0] == pytest.approx(0, abs=1e-12)

    def test_a_test_counted_by_its_reports_alone_calls_for_staff(self) -> None:
        made = reporting({(ALDER, "PET-CT", CONSULTANT): (10, 30.0)})
        of = setting(counts({(ALDER, "PET-CT"): 10}), made)
        assert without_standard(of.annual, of.assumptions, of.reports) == []
        assert counted(of, ALDER, RADIOLOGISTS) == pytest.approx(120 * 0.5 / GROWN / HOURS)

    def test_only_what_is_called_on_is_in_use(self) -> None:
        tests = counts({(ALDER, "CT"): 1000})
        keys = set(setting(tests, reporting(CT)).assumptions)
        assert "minutes / CT / Clinical radiologists" not in keys
        assert "report_minutes / consultant" in keys
        keys = set(setting(counts({(ALDER, "CT"): 1, (BIRCH, "CT"): 1}), reporting(CT)).assumptions)
        assert {"minutes / CT / Clinical radiologists", "report_minutes / consultant"} <= keys
        assert not any(key.startswith("report") for key in setting(tests).assumptions)

    def test_a_lever_on_a_standard_that_returns_replace_is_refused_with_the_one_to_use(self) -> None:
        of = setting(counts({(ALDER, "CT"): 1000}), reporting(CT))
        set_to = [{"kind": "minutes", "test": "CT", "profession": RADIOLOGISTS, "add": 0.1}]
        with pytest.raises(ValueError, match="are moved with report_minutes"):
            levers_set(set_to, of.assumptions, of.months, of.implied)

    def test_slower_reports_are_more_work(self) -> None:
        of = setting(counts({(ALDER, "CT"): 1000}), reporting(CT))
        slower = {"kind": "report_minutes", "item": CONSULTANT, "moves_to": 1.5}
        before, after = (expected(of, scenario(*changes))[0].need.counted for changes in ((), (slower,)))
        number = cell(of, ALDER, RADIOLOGISTS)
        assert after[number, -1, 0] == pytest.approx(1.5 * before[number, -1, 0])


class TestMoves:
    def test_no_change_is_the_baseline_bit_for_bit(self) -> None:
        of = setting(reporting())
        nothing = scenario({"kind": "reports_moved", "add": 0})
        one, other = (expected(of, each)[0].need for each in (nothing, BASELINE))
        assert (one.moved == other.moved).all()
        assert (one.whole == other.whole).all()

    def test_hours_are_those_of_whoever_makes_the_reports(self) -> None:
        made: Made = {**CT, (ALDER, "CT", RADIOGRAPHER): (100, 18.0)}
        of = setting(counts({(ALDER, "CT"): 1000}), reporting(made))
        share = {"kind": "reports_moved", "item": "consultant to reporting radiographer", "add": 0.25}
        reports = 0.25 * 7200 / GROWN
        assert moved(of, share) == pytest.approx(
            {
                (ALDER, RADIOLOGISTS): -reports * 15 / 60 / HOURS,
                (ALDER, RADIOGRAPHERS): reports * 18 / 60 / (37.5 * 52 * 0.775 * 0.9),
            }
        )

    def test_reports_that_are_sent_out_take_nobody_here_and_those_brought_in_do(self) -> None:
        made: Made = {**CT, (ALDER, "CT", "outsourced"): (200, None), (ALDER, "CT", "insourced"): (100, 10.0)}
        of = setting(counts({(ALDER, "CT"): 1000}), reporting(made))
        each = 12 / GROWN * 15 / 60 / HOURS
        out = moved(of, {"kind": "reports_moved", "item": "consultant to outsourced", "add": 0.5})
        assert out == pytest.approx({(ALDER, RADIOLOGISTS): -300 * each})
        back = moved(of, {"kind": "reports_moved", "item": "bought in to consultant", "add": 0.5})
        assert back == pytest.approx({(ALDER, RADIOLOGISTS): 150 * each})

    def test_no_more_moves_than_there_is(self) -> None:
        of = setting(counts({(ALDER, "CT"): 1000}), reporting(CT))
        moves = ("consultant to reporting radiographer", "consultant to outsourced")
        both = [{"kind": "reports_moved", "item": item, "add": 0.8} for item in moves]
        wte = moved(of, *both)
        assert wte[ALDER, RADIOLOGISTS] == pytest.approx(-counted(of, ALDER, RADIOLOGISTS))
        half = moved(of, {"kind": "reports_moved", "item": moves[0], "add": 0.5})
        assert wte[ALDER, RADIOGRAPHERS] == pytest.approx(half[ALDER, RADIOGRAPHERS])

    def test_it_begins_when_the_scenario_says_so(self) -> None:
        change = {"kind": "reports_moved", "add": 0.2, "after_months": 6}
        of = setting(reporting())
        before, after = expected(of)[0].need.moved, expected(of, scenario(change))[0].need.moved
        assert (after[:, :7] == before[:, :7]).all()
        assert (after[:, 7] != before[:, 7]).any()

    def test_it_is_part_of_the_skill_mix_and_parts_add_up(self) -> None:
        of = setting(reporting())
        found, begin = expected(of, scenario({"kind": "reports_moved", "add": 0.2}))
        parts = parts_of_gap(found, begin)
        assert np.abs(parts["skill mix"]).sum() > 0.1
        np.testing.assert_allclose(sum(parts.values()), found.gap[:, -1], rtol=0, atol=1e-9)

    def test_moves_that_nobody_could_make_are_no_levers(self) -> None:
        of = setting(counts({(ALDER, "CT"): 1000}), reporting(CT))
        moves = {each.item for each in of_kind(of.assumptions, "reports_moved")}
        assert moves == {"consultant to reporting radiographer", "consultant to outsourced"}


class TestReference:
    def test_roles_name_reporters_and_professions_that_there_are(self) -> None:
        assert {each.reporter for each in reporter_roles()} == set(REPORTERS)
        assert {each.profession for each in reporter_roles()} - {""} <= {
            each.name for each in default_mapping().entries.values()
        }
        assert {each.work for each in reporter_roles()} == {"instead", "beside", "within", "bought in"}

    def test_every_move_is_a_lever_between_reporters(self) -> None:
        levers = {each.item for each in of_kind(default_assumptions(), "reports_moved")}
        assert set(reporting_moves()) == levers
        assert {who for ends in reporting_moves().values() for who in ends} <= {*REPORTERS, "bought in"}

    def test_the_role_of_a_test_comes_before_that_of_its_pillar(self) -> None:
        (scan,) = (each for each in roles(IMAGING, "Ultrasound") if each.reporter == RADIOGRAPHER)
        assert scan.work == "within"
        assert {each.reporter for each in roles("labs", "Genomics")} == {"insourced", "outsourced"}


def test_a_return_of_a_few_months_is_taken_up_to_a_year() -> None:
    of = setting(counts({(ALDER, "CT"): 1000}), reporting(CT, YEAR[-3:]))
    assert of_reporter(of, CONSULTANT)["reports_a_test"] == pytest.approx(0.6)
