"""The pay bill by hand: salaries, on-costs, bank and agency, years, what can be met, and what has no price."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
import small_settings as small
from canonical_rows import rows
from hypothesis import given
from hypothesis import strategies as st
from small_settings import ALDER, BIRCH, RADIOGRAPHERS, RADIOLOGISTS, SUPPORT

from pipeline.metrics.money import employed, money_figures, salaries
from pipeline.model import pay_bill
from pipeline.model.outcome import Outcome, Paid
from pipeline.model.pay_bill import ELSEWHERE, OWN, RETURNS, UNPRICED, Prices, affordable, growth_needed, in_cash
from pipeline.model.plan_setting import Setting
from pipeline.model.plan_years import plan_years
from pipeline.plan import Plan, PlanFile

pytestmark = pytest.mark.unit

SEPTEMBER = dt.date(2025, 9, 30)
YEARS = plan_years(SEPTEMBER, 24)
FIGURES = money_figures(small.plan())


def pay(*points: tuple[str, str, str, str, float]) -> pd.DataFrame:
    """Scheme, grade, point, first day and salary of each point."""
    names = ("scheme", "grade", "point", "from_date", "salary")
    return rows("pay", *(dict(zip(names, each, strict=True)) for each in points))


PAY = pay(
    ("afc", "5", "Year 1", "2025-04-01", 30000.0),
    ("afc", "5", "Year 2", "2025-04-01", 34000.0),
    ("afc", "6", "Year 1", "2025-04-01", 40000.0),
    ("afc", "6", "Year 1", "2026-04-01", 41000.0),
    ("medical", "consultant", "Threshold 1", "2026-04-01", 100000.0),
    ("medical", "consultant", "Threshold 2", "2026-04-01", 120000.0),
    ("medical", "consultant", "Threshold 2, year 4", "2026-04-01", 120000.0),
    ("medical", "consultant", "Threshold 3", "2026-04-01", 150000.0),
    ("medical", "resident", "FY1 (nodal 1)", "2026-04-01", 38000.0),
    ("medical", "resident", "ST3 (nodal 4)", "2026-04-01", 66000.0),
)


def paid(wte: Sequence[float], cells: int = 1, draws: int = 1) -> Paid:
    """The same WTE of each kind (in post, bank, agency) in every cell, year and draw."""
    return Paid(YEARS, *(np.full((cells, len(YEARS.names), draws), each, dtype=np.float32) for each in wte))


def priced(*each: tuple[float, float, float]) -> Prices:
    """What a WTE in post, of bank and of agency costs in each cell."""
    cells = pd.DataFrame(each, columns=["employed", "bank", "agency"])
    return Prices(cells, pd.DataFrame())


class TestSalaries:
    def test_the_scale_in_force_counts_and_else_the_earliest_later_one(self) -> None:
        found = salaries(PAY, SEPTEMBER).set_index("grade")
        assert found.loc["5", "salary"] == 32000.0
        assert found.loc["6", "salary"] == 40000.0
        assert found.loc["6", "from_date"] == pd.Timestamp("2025-04-01")
        assert found.loc["Consultant", "from_date"] == pd.Timestamp("2026-04-01")

    def test_a_salary_at_several_points_counts_once(self) -> None:
        assert salaries(PAY, SEPTEMBER).set_index("grade").loc["Consultant", "salary"] == 120000.0

    def test_doctors_in_training_are_priced_by_their_own_points(self) -> None:
        found = salaries(PAY, SEPTEMBER).set_index("grade")["salary"]
        assert found["Foundation Doctor Year 1"] == 38000.0
        assert found["Specialty Registrar"] == 66000.0
        # No point of core training is on file, so all of the grade's stand in.
        assert found["Core Training"] == 52000.0


def test_on_costs_are_insurance_above_the_threshold_pension_and_levy() -> None:
    found = employed(np.array([40000.0, 4000.0]), FIGURES)
    assert found[0] == pytest.approx(40000 + 0.15 * 35000 + 0.2378 * 40000 + 0.005 * 40000)
    assert found[1] == pytest.approx(4000 * 1.2428)


def test_a_plan_may_write_its_own_figures() -> None:
    file = small.plan().file.model_dump(exclude_unset=True) | {"money": {"figures": {"employer_ni": 0.2}}}
    own = money_figures(Plan(small.plan().folder, PlanFile.model_validate(file), ()))
    assert (own["employer_ni"].value, own["employer_ni"].grade) == (0.2, "choice")
    assert own["employer_pension"] == FIGURES["employer_pension"]


@pytest.mark.parametrize("figures", [{"agency": 0.4}, {"employer_ni": -1.0}])
def test_a_figure_that_there_is_not_or_that_cannot_be_is_refused(figures: dict[str, float]) -> None:
    file = small.plan().file.model_dump(exclude_unset=True) | {"money": {"figures": figures}}
    with pytest.raises(ValueError, match=next(iter(figures))):
        PlanFile.model_validate(file)


@cache
def with_cover(*, stated: bool = True) -> Setting:
    """Staff, posts, pay, and bank and agency staff of whom returns state the cost or do not."""
    cover = small.cover()["temporary_staff"]
    cover = cover if stated else cover.assign(cost=np.nan)
    return small.setting({"pay": PAY, "temporary_staff": cover}, small.vacancies())


@cache
def run(*, stated: bool = True) -> Outcome:
    return small.drawn(with_cover(stated=stated))


class TestPrices:
    @property
    def of(self) -> pd.DataFrame:
        return pay_bill.prices(with_cover(), FIGURES).cells.set_index(["employer", "profession"])

    def test_a_cell_costs_what_its_bands_cost_in_the_mean_of_its_wte(self) -> None:
        assert self.of.loc[(ALDER, RADIOGRAPHERS), "basic"] == pytest.approx((8 * 32000 + 10 * 40000) / 18)
        assert self.of.loc[(ALDER, RADIOGRAPHERS), "priced_as"] == OWN

    def test_what_has_no_scale_has_no_price_and_is_listed(self) -> None:
        support = self.of.loc[(ALDER, SUPPORT)]
        assert support["priced_as"] == UNPRICED
        assert pd.isna(support["employed"])
        assert support["unpriced_wte"] == pytest.approx(8 * 0.9)

    def test_agency_costs_what_returns_state_and_else_basic_pay_and_the_charge(self) -> None:
        stated = float(small.cover()["temporary_staff"]["cost"].iloc[0])
        agency = self.of.loc[(ALDER, RADIOGRAPHERS)]
        twelve = 2 * 12 * stated
        assert agency["agency_from"] == RETURNS
        assert agency["agency"] == pytest.approx(twelve * 12 / (2 * 12 * 0.5))
        assert self.of.loc[(ALDER, RADIOLOGISTS), "agency"] == pytest.approx(120000 * 1.55)

    def test_a_team_without_a_priced_band_is_priced_as_its_profession_elsewhere(self) -> None:
        people = {(ALDER, RADIOGRAPHERS, "5"): 8, (BIRCH, RADIOGRAPHERS, "7"): 4}
        of = pay_bill.prices(small.setting({"pay": PAY}, small.staff(people)), FIGURES).cells.set_index("employer")
        assert of["priced_as"].to_dict() == {ALDER: OWN, BIRCH: ELSEWHERE}
        assert of.loc[BIRCH, "basic"] == 32000.0

    def test_the_low_end_of_a_range_is_cheaper_than_the_high_end(self) -> None:
        setting = with_cover(stated=False)
        low, high = (pay_bill.prices(setting, FIGURES, end).cells for end in ("low", "high"))
        assert (low["agency"].dropna() < high["agency"].dropna()).all()
        assert (low["employed"].dropna() == high["employed"].dropna()).all()


class TestBill:
    def test_parts_of_a_year_cost_their_months(self) -> None:
        found = pay_bill.bill(paid((2.0, 0.5, 1.0)), priced((50000.0, 60000.0, 90000.0)))
        assert list(YEARS.months_of) == [6, 12, 6]
        assert found[:, 0, :, 0].tolist() == [[50000, 100000, 50000], [15000, 30000, 15000], [45000, 90000, 45000]]

    @given(st.floats(0, 100), st.floats(0, 10))
    def test_is_linear_in_wte(self, wte: float, times: float) -> None:
        of = priced((50000.0, 60000.0, 90000.0))
        once, many = (pay_bill.bill(paid((each, 0.0, each)), of) for each in (wte, wte * times))
        assert many == pytest.approx(once * times, rel=1e-5, abs=1.0)

    def test_nobody_costs_nothing(self) -> None:
        assert not pay_bill.bill(paid((0.0, 0.0, 0.0)), priced((50000.0, 60000.0, 90000.0))).any()

    def test_of_today_adds_up_and_leaves_what_has_no_price_out(self) -> None:
        setting = with_cover()
        of = pay_bill.prices(setting, FIGURES)
        today = pay_bill.bill_today(setting, of).set_index("pillar")
        cells = of.cells[of.cells["pillar"] == "imaging"]
        in_post = float((cells["wte"] * cells["employed"]).sum())
        assert today.loc["imaging", "basic"] + today.loc["imaging", "on_costs"] == pytest.approx(in_post)
        assert today["whole"].sum() == pytest.approx(today[["basic", "on_costs", "bank", "agency"]].to_numpy().sum())
        # Support staff have no scale here.
        assert today.loc["imaging", "wte"] == pytest.approx(0.9 * (18 + 9 + 11 + 5))
        assert today.loc["imaging", "posts"] == pytest.approx(1.15 * in_post)


class TestScenarios:
    def test_pillars_and_kinds_add_up_to_the_whole(self) -> None:
        bills = pay_bill.bill_by_year(run(), pay_bill.prices(with_cover(), FIGURES))
        means = bills.set_index(["year", "pillar", "kind"])["mean"]
        for year in YEARS.names:
            pillars = sum(means[year, pillar, "all"] for pillar in ("imaging", "endoscopy"))
            kinds = sum(means[year, "all", kind] for kind in pay_bill.PAID)
            assert pillars == pytest.approx(means[year, "all", "all"])
            assert kinds == pytest.approx(means[year, "all", "all"])

    def test_what_is_paid_is_the_mean_of_the_months_of_each_year(self) -> None:
        setting = with_cover()
        base = small.draw_assumptions(setting.assumptions, 20, 7)
        of = small.paths(small.BASELINE, base, setting.assumptions, setting.months, setting.implied)
        whole = small.ahead(setting, small.start(setting, base), of, 7)
        cell = small.cell(setting, ALDER, RADIOGRAPHERS)
        for kind, values in (("in_post", whole.supply.in_post), ("agency", whole.supply.cover.agency)):
            mine = getattr(run().paid, kind)[cell]
            assert mine[0] == pytest.approx(values[cell, 1:7].mean(axis=0), rel=1e-5)
            assert mine[1] == pytest.approx(values[cell, 7:19].mean(axis=0), rel=1e-5)

    def test_all_that_is_kept_is_there(self) -> None:
        kept = pay_bill.kept_tables(with_cover(stated=False), FIGURES, [run(stated=False)])
        assert tuple(kept) == pay_bill.KEPT
        whole = kept["pay_bill"].query("pillar == 'all' and kind == 'all'").groupby("prices")["mean"].sum()
        assert whole["low"] < whole["value"] < whole["high"]


def test_those_missing_at_the_horizon_cost_their_own_price_and_spare_staff_elsewhere_take_nothing_off() -> None:
    needed, there = np.full((3, 2, 2), 10.0), np.full((3, 2, 2), 10.0)
    there[0, 1], there[1, 1], there[2, 1] = [8.0, 6.0], [15.0, 15.0], [0.0, 0.0]
    made: Any = SimpleNamespace(
        by_cell=SimpleNamespace(kept=[0, 24], needed=needed, there=there),
        months=pd.date_range("2025-09-30", periods=25, freq="ME"),
        scenario=SimpleNamespace(label="Present trends go on", name="do_nothing"),
    )
    of = priced((50000.0, 1.0, 1.0), (70000.0, 1.0, 1.0), (float("nan"), 1.0, 1.0))
    (row,) = pay_bill.missing_by_year(cast(Outcome, made), of).to_dict("records")
    assert (row["wte"], row["p50"], row["mean"]) == (3.0, 150000.0, 150000.0)
    assert row["p10"] == pytest.approx(110000.0)
    assert (row["name"], row["month"]) == ("do_nothing", pd.Timestamp("2027-09-30"))


class TestMoneyToMeetIt:
    def test_grows_from_today_month_by_month(self) -> None:
        found = affordable(1200.0, YEARS, 0.1)
        assert found.sum() == pytest.approx(sum(100 * 1.1 ** (month / 12) for month in range(1, 25)))
        assert affordable(1200.0, YEARS, 0.0).tolist() == [600.0, 1200.0, 600.0]

    def test_the_growth_needed_is_that_with_which_the_bills_are_met(self) -> None:
        assert growth_needed(1200.0, affordable(1200.0, YEARS, 0.03), YEARS) == pytest.approx(0.03)
        assert np.isnan(growth_needed(0.0, np.ones(3), YEARS))
        assert np.isnan(growth_needed(1.0, np.full(3, 1e9), YEARS))

    def test_awards_come_every_april_after_the_first_year(self) -> None:
        assert in_cash(np.array([100.0, 100.0, 100.0]), YEARS, 0.1) == pytest.approx([100, 110, 121])
