"""The staff there will be: draws of the engine for a plan, and what a reader is told of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.metrics.scope import Scope, plan_scope
from pipeline.model import staff_ahead as model
from pipeline.model.staff_ahead import (
    StaffAhead,
    at_hours_worked,
    by_chance_alone,
    flows_by_pillar,
    in_post_by,
    in_post_path,
    spread_parts,
    staff_ahead,
)
from pipeline.model.supply.simulate import drawn_staff
from pipeline.model.supply.system import BY_DRAW
from pipeline.plan import Plan
from pipeline.report import outlook_words
from pipeline.tables import empty

pytestmark = [pytest.mark.integration, pytest.mark.slow]

DRAWS, SEED = 60, 1
Read = tuple[Plan, dict[str, pd.DataFrame], Scope]


@pytest.fixture(scope="module")
def read(sample_plan: Plan, sample_tables: dict[str, pd.DataFrame]) -> Read:
    return sample_plan, sample_tables, plan_scope(sample_plan, sample_tables["organisations"])


@pytest.fixture(scope="module")
def ahead(read: Read) -> StaffAhead:
    found = staff_ahead(*read, DRAWS, SEED)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def published(read: Read) -> StaffAhead:
    """The same system with nothing but published figures."""
    plan, tables, scope = read
    only = tables["staff"][tables["staff"]["dataset"] == "hchs"]
    bare = {name: empty(name) for name in ("establishment", "movements", "training_routes", "training_intakes")}
    found = staff_ahead(plan, {**tables, **bare, "staff": only}, scope, DRAWS, 1)
    assert found is not None
    return found


class TestTheSample:
    def test_it_begins_with_the_staff_in_post(self, read: Read, ahead: StaffAhead) -> None:
        path = in_post_path(ahead)
        assert path["month"].iloc[0] == pd.Timestamp(read[0].base_month)
        assert len(path) == read[0].file.horizon_months + 1
        assert path.loc[0, ["p10", "p50", "p90"]].tolist() == pytest.approx([ahead.cells["in_post"].sum()] * 3)

    def test_rates_of_leaving_are_near_the_true_ones(self, ahead: StaffAhead) -> None:
        """pipeline/synthetic/parameters/careers.yaml: 45 % of transfers stay, and 3 to 4 % a year transfer."""
        assert ahead.staff.within == pytest.approx(0.45, abs=0.05)
        assert ahead.staff.measured["transfer"] == pytest.approx(0.033, abs=0.006)
        rate = ahead.assumptions["exit_rate / leaving"]
        assert (rate.grade, rate.low < rate.value < rate.high) == ("measured", True)  # type: ignore[operator]

    def test_it_differs_from_draw_to_draw_by_chance_and_by_more_than_chance(self, ahead: StaffAhead) -> None:
        whole, chance = spread_parts(ahead)
        assert 0 < chance < whole

    def test_its_parts_by_profession_hold_the_same_staff_and_posts(self, ahead: StaffAhead) -> None:
        table = in_post_by(ahead, ["pillar", "profession"])
        assert table["in_post"].sum() == pytest.approx(ahead.cells["in_post"].sum())
        assert table["posts"].sum() == pytest.approx(ahead.course.posts[:, 0].sum())
        assert (table["p10"] <= table["p50"]).all()

    def test_flows_of_a_year_are_the_mean_yearly_change_but_for_moves_between_pillars(self, ahead: StaffAhead) -> None:
        change = float(flows_by_pillar(ahead).drop(columns="flow").to_numpy().sum())
        then = (ahead.wte[:, -1].sum(axis=1) / ahead.course.participation[:, 0, -1]).mean()
        moved = then - ahead.wte[:, 0].sum(axis=1).mean()
        assert 5 * change == pytest.approx(moved, abs=0.5)

    def test_only_chosen_cells_are_followed(self, ahead: StaffAhead) -> None:
        first = ahead.keys[0]
        assert in_post_path(ahead, [first])["p50"].iloc[0] == pytest.approx(ahead.cells["in_post"].iloc[0])

    def test_wte_is_at_the_hours_of_each_month(self, ahead: StaffAhead) -> None:
        system, course = ahead.staff.system, ahead.course
        hours = course.participation[:, system.cell_profession].transpose(0, 2, 1)
        assert hours[:, -1].min() < 1 < hours[:, -1].max()
        np.testing.assert_allclose(ahead.wte, drawn_staff(system, course, SEED).wte * hours, rtol=1e-6)

    def test_chance_alone_is_the_last_month_of_draws_that_all_follow_one_course(self, ahead: StaffAhead) -> None:
        system, course = ahead.staff.system, ahead.course.repeated(5)
        np.testing.assert_array_equal(
            by_chance_alone(system, course, 5, SEED), drawn_staff(system, course, SEED).wte[:, -1]
        )

    def test_a_few_draws_at_a_time_give_what_all_at_once_give(
        self, ahead: StaffAhead, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        system, course, path = ahead.staff.system, ahead.course, in_post_path(ahead)
        wte, chance = (drawn_staff(system, course, SEED).wte, by_chance_alone(system, course, DRAWS, SEED))
        monkeypatch.setattr(model, "AT_ONCE", 7)
        np.testing.assert_array_equal(at_hours_worked(wte, course, system), ahead.wte)
        np.testing.assert_array_equal(by_chance_alone(system, course, DRAWS, SEED), chance)
        pd.testing.assert_frame_equal(in_post_path(ahead), path)

    def test_a_course_takes_less_memory_than_the_staff_drawn_from_it(self, ahead: StaffAhead) -> None:
        """What is the same in every month, profession or cell is held once."""
        by_draw = [getattr(ahead.course, name) for name in BY_DRAW]
        taken = sum(values.nbytes for values in by_draw if 0 not in values.strides)
        assert taken < 0.15 * (ahead.wte.nbytes + ahead.drawn.learning.nbytes)

    def test_sentences_say_what_is_measured_and_what_is_funded(self, ahead: StaffAhead) -> None:
        said = " ".join(outlook_words.outlook_sentences(ahead))
        assert "funded posts stay as they are" in said
        assert "60 months of the plan's own records" in said
        assert "WTE are funded." in said

    def test_routes_that_bring_nobody_are_named(self, ahead: StaffAhead) -> None:
        intakes = replace(ahead.staff.intakes, left_out=["Degree", "Return to practice"])
        said = " ".join(outlook_words.outlook_sentences(replace(ahead, staff=replace(ahead.staff, intakes=intakes))))
        assert "2 training routes (Degree and Return to practice) lead to or come from no team" in said

    def test_one_calculation_has_no_range(self, ahead: StaffAhead) -> None:
        one = replace(ahead, wte=ahead.wte[:1], chance=ahead.chance[:1])
        assert "With one calculation no range can be given." in " ".join(outlook_words.outlook_sentences(one))

    def test_a_table_of_flows_ends_with_their_sum(self, ahead: StaffAhead) -> None:
        table = outlook_words.flows_table(ahead).set_index("flow")
        np.testing.assert_allclose(table.iloc[:-1].sum(), table.loc["Change a year"], atol=1e-9)
        assert "Physiological sciences" in table.columns


class TestPublishedFiguresAlone:
    def test_the_band_is_wider_than_with_records(self, ahead: StaffAhead, published: StaffAhead) -> None:
        width = {}
        for name, found in (("records", ahead), ("published", published)):
            last = in_post_path(found).iloc[-1]
            width[name] = (last["p90"] - last["p10"]) / last["p50"]
        assert width["published"] > 1.5 * width["records"]

    def test_sentences_say_that_rates_and_posts_are_assumed(self, published: StaffAhead) -> None:
        said = " ".join(outlook_words.outlook_sentences(published))
        assert "as is usual" in said
        assert "No file gives funded posts" in said
        assert "all rates are **assumptions**" in said

    def test_assumptions_stay_as_the_register_has_them(self, published: StaffAhead) -> None:
        assert published.assumptions["exit_rate / leaving"].grade == "placeholder"
        assert published.assumptions["posts_growth"].low is not None


def test_without_staff_there_is_nothing_to_look_ahead_to(read: Read) -> None:
    plan, tables, scope = read
    outside = tables["staff"][tables["staff"]["pillar"] == "outside"]
    assert staff_ahead(plan, {**tables, "staff": tables["staff"].head(0)}, scope, 2, 1) is None
    assert staff_ahead(plan, {**tables, "staff": outside}, scope, 2, 1) is None
