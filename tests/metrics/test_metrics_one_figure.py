"""One thing has one figure: what two chapters or two tables say of it is the same."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline.metrics import absence, operational_plan, temporary, turnover, vacancies, waits, workforce
from pipeline.metrics.indicators.collect import indicator_table
from pipeline.metrics.indicators.parts import SYSTEM, latest_values
from pipeline.metrics.months import last_months
from pipeline.metrics.returns import incomplete_returns
from pipeline.metrics.scope import plan_scope
from pipeline.model.plan_path import plan_path
from pipeline.model.temporary_cover import cover_at_base
from pipeline.plan import Plan
from pipeline.sources.mapping import load_mapping

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.fixture(scope="module")
def sample(sample_plan: Plan, sample_tables: dict[str, pd.DataFrame]) -> tuple[dict[str, Any], pd.Series]:
    """The sample's tables, and the system's indicators over all pillars."""
    tables, scope = sample_tables, plan_scope(sample_plan, sample_tables["organisations"])
    incomplete = incomplete_returns(tables["activity"], scope.providers_ever, scope.employers)
    latest = latest_values(indicator_table(tables, scope, incomplete, load_mapping()), scope.employers)
    own = latest[(latest["organisation"] == SYSTEM) & (latest["pillar"] == "all")]
    return {**tables, "scope": scope}, own.set_index("indicator")["value"]


def test_indicators_are_the_figures_of_the_tables_beside_them(sample: tuple[dict[str, Any], pd.Series]) -> None:
    tables, found = sample
    scope = tables["scope"]
    staff = workforce.current_staff(tables["staff"], scope)
    posts = vacancies.vacancies_by(
        vacancies.posts_and_staff(tables["establishment"], tables["staff"], scope), ["month"]
    )
    moves = turnover.latest_year(tables["movements"], scope)
    people = turnover.average_headcount(tables["staff"], scope, moves["month"].max())
    flows = turnover.turnover_by(moves.assign(all="all"), people.assign(all="all"), ["all"]).iloc[0]
    absent = tables["absence"][tables["absence"]["employer"].isin(scope.employers)]
    days = absence.sickness_by(last_months(absent, 12).assign(all="all"), scope.employers, ["all"]).iloc[0]
    waiting = waits.latest(waits.waits_by(scope.covers(tables["waiting"]), scope.employers, ["month"])).iloc[0]
    cover = temporary.latest_year(tables["temporary_staff"], scope)
    assert found["staff_wte"] == pytest.approx(staff.loc[staff["pillar"].isin(scope.pillars), "wte"].sum())
    assert found["vacancy_rate"] == pytest.approx(posts["vacancy"].sum() / posts["funded_wte"].sum())
    assert found["leaver_rate"] == pytest.approx(flows["leaver_rate"])
    assert found["system_leaver_rate"] == pytest.approx(flows["system_leaver_rate"])
    assert found["sickness_rate"] == pytest.approx(days["rate"])
    assert found["waits_6_plus"] == pytest.approx(waiting["share_6_plus"])
    assert found["temporary_cost"] == pytest.approx(cover["cost"].sum())


def test_the_model_starts_from_the_plan_and_the_cover_that_the_tables_show(
    sample: tuple[dict[str, Any], pd.Series],
) -> None:
    tables, _ = sample
    scope, months = tables["scope"], list(pd.date_range("2025-09-30", periods=25, freq="ME"))
    plan = operational_plan.own_plan(tables["planned_wte"], scope)
    shown = operational_plan.progress(plan, operational_plan.current_cycle(plan))
    path = plan_path(tables["planned_wte"], scope, shown, months)
    assert path.raw[:, 0].sum() == pytest.approx(shown["planned"].sum())
    assert path.ends == shown["end_month"].iloc[0]
    assert path.raw[:, months.index(path.ends)].sum() == pytest.approx(shown["planned_end"].sum())
    cover = temporary.temporary_by(temporary.latest_year(tables["temporary_staff"], scope), ["kind"])
    by_kind = cover.set_index("kind")["average_wte"]
    at_base = cover_at_base(tables["temporary_staff"], shown, scope, months[0].date())
    assert at_base.bank.sum() == pytest.approx(by_kind["bank"])
    assert at_base.agency.sum() == pytest.approx(by_kind["agency"])
