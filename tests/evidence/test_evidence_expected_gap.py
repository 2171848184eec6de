"""The gap at the horizon in many sets of assumptions, and which of them its uncertainty comes from."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import ndtri
from small_settings import cover, expected, rich, scenario, setting, vacancies

from pipeline.assumptions import Assumption
from pipeline.evidence import expected_gap
from pipeline.evidence.expected_gap import by_pillar, gap_then, gross, net, touches_need, touches_staff
from pipeline.evidence.two_way import LEAVING, PRODUCTIVITY, productivity_by_leaving
from pipeline.evidence.uncertainty import uncertainty_of_gap
from pipeline.model.ahead import Ahead
from pipeline.model.draws import central, draw_assumptions, from_normals, shifted
from pipeline.model.gap import ROUNDING
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import BASELINE, Scenario, shipped_scenarios

pytestmark = pytest.mark.integration

LARGEST = shipped_scenarios()[4]
SHARING = scenario({"kind": "passport", "moves_to": 0.2}, {"kind": "shared_bank", "moves_to": 0.02})


def same_gap(of: Setting, what_if: Scenario, draws: int = 12) -> None:
    """As from the whole run, month by month and with both sides together."""
    base = draw_assumptions(of.assumptions, draws, 5)
    whole = expected(of, what_if, base)[0].gap[:, -1]
    np.testing.assert_allclose(gap_then(of, what_if, base), np.where(np.abs(whole) < ROUNDING, 0, whole), atol=1e-9)


class TestGap:
    @pytest.mark.parametrize("what_if", [BASELINE, LARGEST, SHARING], ids=lambda each: each.name)
    def test_is_that_of_the_whole_run(self, what_if: Scenario) -> None:
        same_gap(rich(), what_if)

    def test_is_so_in_every_part_of_many_sets(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(expected_gap, "BLOCK", 5)
        same_gap(rich(), BASELINE)

    def test_staff_are_followed_once_for_all_sets_that_differ_in_need_alone(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        followed = []
        real = expected_gap.supply
        monkeypatch.setattr(expected_gap, "supply", lambda *given: followed.append(given[2].draws) or real(*given))
        of = setting(cover())
        draws = central(of.assumptions, 9)
        draws["productivity_growth"] = np.linspace(0, 0.02, 9)
        draws["hiring_pace"][6:] = 1.2
        gap = gap_then(of, BASELINE, draws)
        assert followed == [2]
        assert len(np.unique(net(gap))) == 9

    def test_gross_and_net_add_up_over_pillars(self) -> None:
        of = rich()
        gap = gap_then(of, BASELINE, draw_assumptions(of.assumptions, 3, 1))
        for whole in (gross, net):
            np.testing.assert_allclose(sum(by_pillar(of, gap, whole).values()), whole(gap), atol=1e-9)
        assert (gross(gap) >= net(gap)).all()


class TestSides:
    def run(self, moved: Callable[[Assumption], bool]) -> Ahead:
        """The largest growth with some assumptions drawn and all others at their value."""
        of = rich()
        draws = draw_assumptions(of.assumptions, 1, 8)
        with_them = {key: draws[key] for key, each in of.assumptions.items() if moved(each)}
        return expected(of, LARGEST, {**central(of.assumptions), **with_them})[0]

    def test_what_touches_no_staff_leaves_them_as_they_are_bit_for_bit(self) -> None:
        before, after = self.run(lambda _: False), self.run(lambda each: not touches_staff(each))
        assert not np.array_equal(before.need.whole, after.need.whole)
        np.testing.assert_array_equal(before.supply.whole, after.supply.whole)

    def test_what_touches_no_need_leaves_it_as_it_is_bit_for_bit(self) -> None:
        before, after = self.run(lambda _: False), self.run(lambda each: not touches_need(each))
        assert not np.array_equal(before.supply.whole, after.supply.whole)
        np.testing.assert_array_equal(before.need.whole, after.need.whole)

    def test_each_assumption_touches_a_side(self) -> None:
        assert all(touches_staff(each) or touches_need(each) for each in rich().assumptions.values())


class TestUncertainty:
    def test_has_an_answer_for_gross_net_and_each_pillar_and_the_groups_that_have_a_range(self) -> None:
        found = uncertainty_of_gap(rich(), BASELINE, points=4, repeats=2)
        assert set(found["answer"]) == {"gross", "net", "imaging", "endoscopy"}
        assert "Waiting lists" not in set(found["group"])
        assert {"Productivity", "Growth of tests", "Leaving"} <= set(found["group"])

    def test_shares_add_up_to_about_all_alone_and_to_no_less_with_others(self) -> None:
        found = uncertainty_of_gap(rich(), BASELINE, points=16, repeats=32)
        sums = found.groupby("answer")[["first", "total"]].sum()
        assert sums.loc["net", "first"] == pytest.approx(1.0, abs=0.15)
        assert (sums["total"] > 0.9).all()

    def test_what_has_nothing_to_move_has_no_share(self) -> None:
        found = uncertainty_of_gap(setting(cover(), vacancies()), BASELINE, points=8, repeats=4).set_index("group")
        assert not found.loc["Training", ["first", "total"]].to_numpy().any()
        assert (found.loc["Productivity", "total"] > 0).all()

    def test_where_one_group_alone_is_unsure_all_comes_from_it(self) -> None:
        of = setting(cover(), vacancies())
        only = {
            key: each if each.kind == "productivity_growth" else each.model_copy(update={"low": None, "high": None})
            for key, each in of.assumptions.items()
        }
        object.__setattr__(of, "assumptions", only)
        found = uncertainty_of_gap(of, BASELINE, points=2, repeats=64)
        assert set(found["group"]) == {"Productivity"}
        net_row = found[found["answer"] == "net"]
        assert net_row[["first", "total"]].to_numpy() == pytest.approx(1.0, abs=0.06)

    def test_is_the_variance_of_the_mean_with_the_group_held(self) -> None:
        of = setting(cover(), vacancies())
        others, places = draw_assumptions(of.assumptions, 80, 3), ndtri((np.arange(40) + 0.5) / 40)
        held = from_normals(of.assumptions, 40, lambda _: places)[PRODUCTIVITY]
        every = {key: np.tile(values, 40) for key, values in others.items()} | {PRODUCTIVITY: np.repeat(held, 80)}
        gap = net(gap_then(of, BASELINE, every)).reshape(40, 80)
        found = uncertainty_of_gap(of, BASELINE, points=32, repeats=32).set_index(["answer", "group"])
        assert found.loc[("net", "Productivity"), "first"] == pytest.approx(
            gap.mean(axis=1).var() / gap.var(), abs=0.06
        )
        left = gap.var(axis=0).mean() / gap.var()
        assert found.loc[("net", "Productivity"), "total"] == pytest.approx(left, abs=0.06)


class TestTwoWay:
    def test_the_middle_square_is_the_gap_with_both_as_they_are(self) -> None:
        of = rich()
        found = productivity_by_leaving(of, BASELINE)
        level = found[(found["productivity"] == 0.01) & (found["leaving"] == 0)]
        draws = central(of.assumptions) | {PRODUCTIVITY: np.array([0.01])}
        gap = gap_then(of, BASELINE, draws)
        assert level["gross"].to_numpy() == pytest.approx(gross(gap), rel=1e-12)
        assert level["net"].to_numpy() == pytest.approx(net(gap), rel=1e-12)

    def test_fewer_who_leave_and_more_productivity_never_widen_it(self) -> None:
        wide = productivity_by_leaving(rich(), BASELINE).pivot(index="productivity", columns="leaving", values="net")
        assert (np.diff(wide.to_numpy(), axis=1) > 0).all()
        assert (np.diff(wide.to_numpy(), axis=0) < 0).all()

    def test_a_change_of_leaving_is_one_of_its_hazard(self) -> None:
        of = rich()
        found = productivity_by_leaving(of, BASELINE).set_index(["productivity", "leaving"])
        rate = of.assumptions[LEAVING]
        fewer = shifted(np.array([rate.value]), float(np.log(0.7)), "cloglog")
        gap = gap_then(of, BASELINE, central(of.assumptions) | {PRODUCTIVITY: np.zeros(1), LEAVING: fewer})
        assert found.loc[(0.0, -0.3), "net"] == pytest.approx(net(gap)[0], rel=1e-12)
        assert np.log1p(-fewer[0]) == pytest.approx(0.7 * np.log1p(-rate.value))
