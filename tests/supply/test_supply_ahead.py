"""The staff there will be: draws of the engine for a plan, and what a reader is told of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.metrics.scope import Scope, plan_scope
from pipeline.model.ahead import start
from pipeline.model.draws import Draws, draw_assumptions
from pipeline.model.outcome import Outcome, outcome
from pipeline.model.plan_setting import Setting, plan_setting
from pipeline.model.scenarios import BASELINE
from pipeline.model.staff_ahead import (
    StaffAhead,
    flows_by_pillar,
    in_post_by,
    in_post_path,
    spread_parts,
    staff_ahead,
)
from pipeline.model.why import HOURS
from pipeline.months import add_months
from pipeline.plan import Plan
from pipeline.report import outlook_words
from pipeline.tables import empty

pytestmark = [pytest.mark.integration, pytest.mark.slow]

DRAWS = 60
Read = tuple[Plan, dict[str, pd.DataFrame], Scope]


@pytest.fixture(scope="module")
def read(sample_plan: Plan, sample_tables: dict[str, pd.DataFrame]) -> Read:
    return sample_plan, sample_tables, plan_scope(sample_plan, sample_tables["organisations"])


def looked_ahead(setting: Setting) -> tuple[StaffAhead, Outcome]:
    base: Draws = draw_assumptions(setting.assumptions, DRAWS, 1)
    found = outcome(setting, BASELINE, base, start(setting, base), 1, keep_staff=True)
    return staff_ahead(setting, found, base, 1), found


@pytest.fixture(scope="module")
def setting(read: Read) -> Setting:
    return plan_setting(*read)


@pytest.fixture(scope="module")
def bare(read: Read) -> Setting:
    """The same system with nothing but published figures of its staff."""
    plan, tables, scope = read
    only = tables["staff"][tables["staff"]["dataset"] == "hchs"]
    none = {name: empty(name) for name in ("establishment", "movements", "training_routes", "training_intakes")}
    return plan_setting(plan, {**tables, **none, "staff": only}, scope)


@pytest.fixture(scope="module")
def looked(setting: Setting) -> tuple[StaffAhead, Outcome]:
    return looked_ahead(setting)


@pytest.fixture(scope="module")
def ahead(looked: tuple[StaffAhead, Outcome]) -> StaffAhead:
    return looked[0]


@pytest.fixture(scope="module")
def published(bare: Setting) -> StaffAhead:
    return looked_ahead(bare)[0]


class TestTheSample:
    def test_it_begins_with_the_staff_in_post(self, read: Read, ahead: StaffAhead) -> None:
        path = in_post_path(ahead)
        assert path["month"].iloc[0] == pd.Timestamp(read[0].base_month)
        last = add_months(read[0].base_month, read[0].file.horizon_months)
        assert path["month"].iloc[-1] == pd.Timestamp(last)
        assert path.loc[0, ["p10", "p50", "p90"]].tolist() == pytest.approx([ahead.cells["in_post"].sum()] * 3)

    def test_rates_of_leaving_are_near_the_true_ones(self, setting: Setting, ahead: StaffAhead) -> None:
        """pipeline/synthetic/parameters/careers.yaml: 45 % of transfers stay, and 3 to 4 % a year transfer."""
        assert ahead.staff.within == pytest.approx(0.45, abs=0.05)
        assert ahead.staff.measured["transfer"] == pytest.approx(0.033, abs=0.006)
        rate = setting.assumptions["exit_rate / leaving"]
        assert (rate.grade, rate.low < rate.value < rate.high) == ("measured", True)  # type: ignore[operator]

    def test_it_differs_from_draw_to_draw_by_chance_and_by_more_than_chance(self, ahead: StaffAhead) -> None:
        whole, chance = spread_parts(ahead)
        assert 0 < chance < whole

    def test_its_parts_by_profession_hold_the_same_staff_and_posts(self, ahead: StaffAhead) -> None:
        table = in_post_by(ahead, ["pillar", "profession"])
        assert table["in_post"].sum() == pytest.approx(ahead.cells["in_post"].sum())
        assert table["posts"].sum() == pytest.approx(ahead.cells["posts"].sum())
        assert (table["p10"] <= table["p50"]).all()

    def test_flows_of_a_year_are_the_mean_yearly_change_but_for_hours_and_moves_between_pillars(
        self, looked: tuple[StaffAhead, Outcome]
    ) -> None:
        ahead, found = looked
        change = float(flows_by_pillar(ahead).drop(columns="flow").to_numpy().sum())
        whole = ahead.wte.sum(axis=2, dtype=np.float64)
        hours = found.parts[HOURS].sum()
        assert 5 * change == pytest.approx((whole[:, -1] - whole[:, 0]).mean() + hours, abs=0.5)

    def test_only_chosen_cells_are_followed(self, ahead: StaffAhead) -> None:
        first = ahead.keys[0]
        assert in_post_path(ahead, [first])["p50"].iloc[0] == pytest.approx(ahead.cells["in_post"].iloc[0])

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

    def test_assumptions_stay_as_the_register_has_them(self, bare: Setting) -> None:
        assert bare.assumptions["exit_rate / leaving"].grade == "placeholder"
        assert bare.assumptions["posts_growth"].low is not None


def test_without_staff_there_is_nothing_to_look_ahead_to(read: Read) -> None:
    plan, tables, scope = read
    outside = tables["staff"][tables["staff"]["pillar"] == "outside"]
    for none in (tables["staff"].head(0), outside):
        nobody = plan_setting(plan, {**tables, "staff": none}, scope)
        assert nobody.staff is None
        base = draw_assumptions(nobody.assumptions, 2, 1)
        with pytest.raises(ValueError, match="no file gives any"):
            outcome(nobody, BASELINE, base, start(nobody, base), 1)


def test_staff_that_were_not_kept_cannot_be_told(setting: Setting) -> None:
    base = draw_assumptions(setting.assumptions, 1, 1)
    found = outcome(setting, BASELINE, base, start(setting, base), 1)
    with pytest.raises(ValueError, match="were not kept"):
        staff_ahead(setting, found, base, 1)
