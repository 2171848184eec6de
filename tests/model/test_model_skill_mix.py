"""The plan's table of skill mix: what of counted work it speaks of, and what changes on the way to it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from small_settings import (
    ALDER,
    BIRCH,
    PEOPLE,
    RADIOGRAPHERS,
    RADIOLOGISTS,
    SUPPORT,
    Tables,
    cell,
    expected,
    scenario,
    setting,
    skill_mix,
    staff,
)

from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import BASELINE
from pipeline.model.skill_mix import OF_REPORTS, Mix, mix_of, named_in
from pipeline.model.skill_mix_ahead import MixAhead, by_band, by_work, mix_ahead, works_guessed

pytestmark = pytest.mark.unit

KNOWN = {"CT", "MRI", "X-ray", "PET-CT", "Histopathology", "Electrocardiography"}
REACHED = {"kind": "skill_mix_reached", "moves_to": 1.0}
UNKNOWN = [
    ("CT scanning", RADIOGRAPHERS, "6", 0.9),
    ("CT scanning", RADIOLOGISTS, "Consultant", 0.1),
    ("CT reporting", RADIOLOGISTS, "Consultant", 1.0),
]
"""All that radiologists are known to do is reporting, so nobody knows what they do of scanning."""
FOR_TESTS = {RADIOGRAPHERS: 0.9, SUPPORT: 1.0}
"""Share of the time at work that goes to tests; both work 37.5 hours a week."""


@cache
def mixed() -> Setting:
    """The small plan with its table of skill mix."""
    return setting(skill_mix())


@pytest.mark.parametrize(
    ("name", "tests"),
    [
        ("CT and MRI reporting", {"CT", "MRI"}),
        ("PET-CT", {"PET-CT"}),
        ("x-rays", {"X-ray"}),
        ("Plain film reporting", {"X-ray"}),
        ("Dissection of specimens", {"Histopathology"}),
        ("Electrocardiograms and ambulatory monitors", {"Electrocardiography"}),
        ("Doctors on call", set()),
    ],
)
def test_a_name_holds_tests_as_whole_words(name: str, tests: set[str]) -> None:
    assert named_in(name, KNOWN) == tests


EACH = "minutes / CT / R"
"""The assumption that says what a test takes."""


def matched(*mix: tuple[str, str, float], rows: list[tuple[str, str]]) -> Mix:
    """The mix of imaging (work, profession, share) beside counted work (test, profession)."""
    table = pd.DataFrame(mix, columns=["work", "profession", "share"]).assign(pillar="imaging", band="5")
    counted = pd.DataFrame(rows, columns=["test", "profession"]).assign(pillar="imaging", each=EACH)
    return mix_of(table, counted, KNOWN)


class TestWorkOfTheTable:
    def test_is_what_a_profession_does_of_a_test_where_it_has_the_largest_share(self) -> None:
        found = matched(
            ("CT scanning", "R", 0.8),
            ("CT scanning", "S", 0.2),
            ("CT reporting", "D", 0.9),
            ("CT reporting", "R", 0.1),
            rows=[("CT", "R"), ("CT", "D"), ("CT", "S"), ("CT", "N"), ("MRI", "R")],
        )
        assert found.of_row.tolist() == [0, 1, 0, -1, -1]

    def test_of_reports_is_one_that_speaks_of_reports(self) -> None:
        table = pd.DataFrame(
            {"pillar": "imaging", "work": ["X-rays", "X-ray reporting"], "profession": "R", "band": "5", "share": 1.0}
        )
        rows = pd.DataFrame({"pillar": "imaging", "test": "X-ray", "profession": "R", "each": [EACH, OF_REPORTS]})
        assert mix_of(table, rows, KNOWN).of_row.tolist() == [0, 1]
        assert mix_of(table.head(1), rows, KNOWN).of_row.tolist() == [0, -1]

    def test_without_a_test_in_its_name_is_the_tests_that_no_other_work_names(self) -> None:
        found = matched(("CT", "R", 1.0), ("The rest", "R", 0.5), ("The rest", "S", 0.5), rows=[
            ("CT", "R"), ("CT", "S"), ("MRI", "R"), ("MRI", "S"),
        ])  # fmt: skip
        assert found.of_row.tolist() == [0, -1, 1, 1]

    def test_of_another_pillar_is_left_alone(self) -> None:
        table = pd.DataFrame({"pillar": ["labs"], "work": ["CT"], "profession": ["R"], "band": ["5"], "share": [1.0]})
        rows = pd.DataFrame({"pillar": ["imaging"], "test": ["CT"], "profession": ["R"], "each": [EACH]})
        assert mix_of(table, rows, KNOWN).of_row.tolist() == [-1]

    def test_is_known_today_only_where_each_of_its_professions_has_counted_work_of_it(self) -> None:
        found = matched(
            ("CT", "R", 0.8), ("CT", "S", 0.2), ("MRI", "R", 0.8), ("MRI", "S", 0.2),
            rows=[("CT", "R"), ("CT", "S"), ("MRI", "R")],
        )  # fmt: skip
        assert found.works["known"].tolist() == [True, False]

    def test_shares_that_add_up_but_for_rounding_are_made_to_add_up(self) -> None:
        found = matched(("CT", "R", 0.33), ("CT", "S", 0.33), ("CT", "D", 0.33), rows=[("CT", "R")])
        assert sum(found.by_profession(0).values()) == pytest.approx(1)


def counted_ct(of: Setting, employer: str) -> dict[str, float]:
    """WTE of each profession for CT at the last month, as it is done today."""
    found, begin = expected(of)
    rows = begin.work.rows
    return {
        who: float(
            begin.work.wte[row, 0]
            * found.need.held[0].factors.tests.whole["CT"][-1, 0]
            * np.atleast_1d(found.need.held[0].factors.output[-1])[0]
        )
        for row, (e, who, test) in enumerate(zip(rows["employer"], rows["profession"], rows["test"], strict=True))
        if (e, test) == (employer, "CT") and who in FOR_TESTS
    }


class TestTheLever:
    def test_takes_work_to_the_shares_of_the_table_and_keeps_its_hours(self) -> None:
        of = setting(skill_mix([("CT", RADIOGRAPHERS, "6", 0.9), ("CT", SUPPORT, "3", 0.1)]))
        found, _ = expected(of, scenario(REACHED))
        for employer in (ALDER, BIRCH):
            before = counted_ct(of, employer)
            moved = {who: found.need.moved[cell(of, employer, who), -1, 0] for who in FOR_TESTS}
            hours = {who: (before[who] + moved[who]) * share for who, share in FOR_TESTS.items()}
            assert hours[SUPPORT] / sum(hours.values()) == pytest.approx(0.1)
            assert sum(moved[who] * share for who, share in FOR_TESTS.items()) == pytest.approx(0)
            assert abs(moved[SUPPORT]) > 0.01
        assert not found.need.moved[cell(of, ALDER, RADIOLOGISTS)].any()

    def test_goes_so_much_of_the_way_and_changes_nothing_at_the_base_month(self) -> None:
        of = mixed()
        whole, half = (expected(of, scenario({**REACHED, "moves_to": to}))[0].need.moved for to in (1.0, 0.5))
        assert half == pytest.approx(whole / 2)
        assert whole.any()
        assert not whole[:, 0].any()

    def test_gives_no_work_to_a_profession_that_the_employer_has_no_staff_of(self) -> None:
        people = {key: heads for key, heads in PEOPLE.items() if key[:2] != (BIRCH, SUPPORT)}
        thirds = [("CT", RADIOGRAPHERS, "6", 0.5), ("CT", SUPPORT, "3", 0.3), ("CT", RADIOLOGISTS, "Consultant", 0.2)]
        found, _ = expected(of := setting(staff(people), skill_mix(thirds)), scenario(REACHED))
        moved = found.need.moved[:, -1, 0]
        assert (BIRCH, SUPPORT) not in of.keys
        one, other = (moved[cell(of, BIRCH, who)] for who in (RADIOGRAPHERS, RADIOLOGISTS))
        assert one * other < 0

    def test_moves_no_work_of_which_nobody_knows_who_does_it(self) -> None:
        assert not expected(setting(skill_mix(UNKNOWN)), scenario(REACHED))[0].need.moved.any()

    def test_is_not_there_without_a_table_and_a_table_changes_nothing_without_it(self) -> None:
        with_table, without = mixed(), setting()
        assert "skill_mix_reached" in with_table.assumptions
        assert "skill_mix_reached" not in without.assumptions
        one, other = (expected(of)[0] for of in (with_table, without))
        assert np.array_equal(one.need.whole, other.need.whole)
        assert np.array_equal(one.gap, other.gap)

    def test_leaves_a_share_of_what_a_profession_then_does_for_work_moved(self) -> None:
        move = {"kind": "work_moved", "profession": RADIOGRAPHERS, "item": SUPPORT, "moves_to": 1.0}
        of = mixed()
        need = expected(of, scenario(REACHED, move))[0].need
        here = [cell(of, ALDER, who) for who in (RADIOGRAPHERS,)]
        assert (need.counted + need.moved)[here, -1] == pytest.approx(0)


def mix(table: Tables | None = None) -> tuple[Setting, MixAhead]:
    of = mixed() if table is None else setting(table)
    found = mix_ahead(of, BASELINE)
    assert found is not None
    return of, found


def needed(of: Setting) -> pd.DataFrame:
    """Staff needed at the last month by profession."""
    whole = expected(of)[0].need.whole[:, -1, 0]
    return of.cells.assign(needed=whole).groupby(["pillar", "profession"], as_index=False)["needed"].sum()


class TestStaffByBand:
    def test_add_up_to_the_need_of_each_profession(self) -> None:
        of, found = mix()
        table = by_band(found, needed(of)).groupby("profession")["needed"].sum()
        assert table.to_dict() == pytest.approx(needed(of).set_index("profession")["needed"].to_dict())

    def test_are_as_today_where_the_table_says_nothing(self) -> None:
        of, found = mix({})
        table = by_band(found, needed(of)).set_index(["profession", "band"])
        five, six = (table.loc[(RADIOGRAPHERS, band)] for band in ("5", "6"))
        assert five["in_post"] / six["in_post"] == pytest.approx(five["needed"] / six["needed"])
        assert (table["by_table"] == 0).all()
        assert (table["if_reached"] == table["needed"]).all()

    def test_go_by_the_table_as_far_as_work_is_counted_and_by_today_beyond(self) -> None:
        of, found = mix(skill_mix([("CT", RADIOGRAPHERS, "7", 1.0)]))
        table = by_band(found, needed(of)).set_index(["profession", "band"])
        seven = table.loc[(RADIOGRAPHERS, "7")]
        assert seven["in_post"] == 0
        assert 0 < seven["by_table"] < 1
        whole = needed(of).set_index("profession")["needed"][RADIOGRAPHERS]
        assert seven["needed"] == pytest.approx(whole * seven["by_table"])

    def test_are_more_or_fewer_by_what_the_lever_moves(self) -> None:
        of, found = mix()
        table = by_band(found, needed(of)).groupby("profession")[["needed", "if_reached"]].sum()
        moved = expected(of, scenario(REACHED))[0].need.moved[:, -1, 0]
        by_profession = pd.Series(moved).groupby(of.cells["profession"].to_numpy()).sum()
        assert (table["if_reached"] - table["needed"]).to_dict() == pytest.approx(by_profession.to_dict(), abs=1e-9)
        assert by_profession.abs().max() > 0.1

    def test_of_professions_whose_part_of_a_work_is_a_placeholder_are_marked(self) -> None:
        of, found = mix()
        marked = by_band(found, needed(of)).groupby("profession")["guessed"].first()
        assert marked[RADIOGRAPHERS]
        of, found = mix({})
        assert not by_band(found, needed(of))["guessed"].any()
        assert works_guessed(found) == (0, 0)


class TestWhoDoesEachWork:
    def test_shares_now_and_wanted_add_up_to_all_of_it(self) -> None:
        table = by_work(mix()[1])
        summed = table.groupby("work")[["share_now", "share_wanted"]].sum()
        assert summed.to_numpy() == pytest.approx(1)
        assert list(summed.index) == ["CT scanning", "Magnetic resonance", "Scopes"]

    def test_bands_share_a_profession_s_work_as_they_are_in_post(self) -> None:
        table = by_work(mix()[1]).set_index(["work", "profession", "band"])
        five, six = (table.loc[("CT scanning", RADIOGRAPHERS, band)] for band in ("5", "6"))
        assert five["share_now"] / six["share_now"] == pytest.approx(13 / 16)
        assert six["share_wanted"] == pytest.approx(0.6)
        assert five["wte_wanted"] / six["wte_wanted"] == pytest.approx(0.2 / 0.6)

    def test_work_whose_split_rests_on_a_placeholder_is_marked(self) -> None:
        marked = by_work(mix()[1]).groupby("work")["guessed"].first()
        assert marked["CT scanning"]

    def test_work_that_nobody_knows_who_does_is_left_out(self) -> None:
        assert by_work(mix(skill_mix(UNKNOWN))[1])["work"].tolist() == ["CT reporting"]
