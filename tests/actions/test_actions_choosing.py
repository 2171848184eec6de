"""From actions to the choice between them: costs by year, budgets, pins and limits; and the set that comes of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_settings import ALDER, BIRCH, RADIOLOGISTS, plan, rich, scenario
from test_actions_relief import action, keep

from pipeline.actions.choosing import budgets, choice_of, costs_by_year
from pipeline.actions.chosen import Chosen, choose, gap_of, needed_of, regrets
from pipeline.actions.library import Action
from pipeline.actions.portfolio import value_of
from pipeline.actions.weighing import Reason
from pipeline.metrics.scope import Scope
from pipeline.model.ahead import start
from pipeline.model.draws import draw_assumptions
from pipeline.model.outcome import outcome
from pipeline.model.plan_years import plan_years
from pipeline.model.scenarios import BASELINE
from pipeline.plan import Plan, Portfolio
from pipeline.problems import InputRefused
from pipeline.report import portfolio_tables, portfolio_words

pytestmark = pytest.mark.unit

DAY = dt.date(2025, 9, 30)
YEARS = plan_years(DAY, 24)


def asked(**portfolio: Any) -> Plan:
    of = plan()
    file = of.file.model_copy(update={"portfolio": Portfolio.model_validate(portfolio)})
    return Plan(of.folder, file, of.sources)


def test_the_financial_years_of_a_plan_are_whole_and_in_part() -> None:
    assert YEARS.names == ("2025/26", "2026/27", "2027/28")
    assert np.bincount(YEARS.number).tolist() == [6, 12, 6]
    assert YEARS.length == 2


@pytest.mark.parametrize(
    ("more", "recurrent", "capital"),
    [
        ({"start": "2026-01"}, [3, 12, 6], [9, 0, 0]),
        ({"start": "2026-05", "ends": "2026-12"}, [0, 8, 0], [0, 9, 0]),
        ({"start": "2024-05", "status": "under way", "done": 2 / 3}, [6, 12, 6], [3, 0, 0]),
        ({"start": "2031-05"}, [0, 0, 0], [0, 0, 0]),
        (
            {"costs": {"2026/27": {"recurrent": 7, "capital": 1}, "2031/32": {"recurrent": 9, "capital": 9}}},
            [0, 7, 0],
            [0, 1, 0],
        ),
    ],
    ids=["from its start", "to its end", "what is left of its capital", "after the horizon", "as its owner states"],
)
def test_what_an_action_costs_in_each_year(more: dict[str, Any], recurrent: list[int], capital: list[int]) -> None:
    found = costs_by_year(action(**{"cost": {"recurrent": 12, "capital": 9}, **more}), YEARS)
    assert [each.round(9).tolist() for each in found] == [recurrent, capital]


def test_a_budget_is_a_number_for_every_year_or_one_for_each() -> None:
    assert budgets(None, YEARS, "capital", plan()).tolist() == [np.inf] * 3
    assert budgets(5.0, YEARS, "capital", plan()).tolist() == [5, 5, 5]
    assert budgets({"2026/27": 5.0}, YEARS, "capital", plan()).tolist() == [np.inf, 5, np.inf]
    with pytest.raises(
        InputRefused, match=r"portfolio\.capital: the plan's financial years are 2025/26 to 2027/28\. Found: 2031/32"
    ):
        budgets({"2031/32": 5.0}, YEARS, "capital", plan())


def a_choice(actions: list[Action], **portfolio: Any) -> Any:
    cells = rich().cells
    relief = {each.id: np.ones((len(cells), 2)) for each in actions}
    return choice_of(asked(**portfolio), actions, relief, np.ones((len(cells), 2)), cells, np.full(len(cells), 10.0))


def test_what_is_under_way_goes_on_and_what_is_over_is_no_option() -> None:
    actions = [
        keep(id="A1"),
        keep(id="A2", status="under way", done=0.5),
        keep(id="A3", status="delivered", done=1),
        keep(id="A4", status="stopped"),
        keep(id="A5", depends_on=["A3"]),
        keep(id="A6", depends_on=["A4"]),
        keep(id="A7"),
    ]
    found = a_choice(actions, take=["A1"], leave=["A7"])
    assert [option.id for option in found.options] == ["A1", "A2", "A5", "A6", "A7"]
    assert found.pinned == {"A2": True, "A6": False, "A1": True, "A7": False}
    assert a_choice(actions, leave=["A2"]).pinned["A2"] is False
    assert [option.needs for option in found.options] == [()] * 5


def test_weights_capacities_and_the_bound_on_employers_come_from_the_plan() -> None:
    found = a_choice([keep(placements=4)], weights={"endoscopy": 3}, placements=9, most_unmet=0.2)
    cells = rich().cells
    assert found.weight.tolist() == [3 if pillar == "endoscopy" else 1 for pillar in cells["pillar"]]
    assert found.capacity == {"placements": 9}
    assert found.options[0].uses["placements"] == 4
    sizes = cells.groupby("employer").size()
    assert found.equity.most.tolist() == pytest.approx([2.0 * sizes[ALDER], 2.0 * sizes[BIRCH]])


def test_ids_that_there_are_not_are_refused_in_plan_yaml() -> None:
    with pytest.raises(InputRefused) as caught:
        a_choice([keep()], take=["A8"], leave=["A9"])
    assert [(each.key, each.value) for each in caught.value.problems] == [
        ("portfolio.take", "A8"),
        ("portfolio.leave", "A9"),
    ]


ACTIONS = [
    keep(id="A1", cost={"recurrent": 1000, "capital": 0}),
    action(id="A2", cost={"recurrent": 4000, "capital": 500}, lead_months=2),
    action(id="A3", profession=RADIOLOGISTS, lead_months=1, cost={"recurrent": 3000, "capital": 0}),
    action(id="A4", profession=RADIOLOGISTS, lead_months=1, cost={"recurrent": 900_000, "capital": 0}),
    action(id="A5", status="delivered", done=1),
]


@pytest.fixture(scope="module")
def chosen() -> Chosen:
    of = rich(24)
    draws = draw_assumptions(of.assumptions, 40, 3)
    found = choose(of, asked(recurrent=6000), ACTIONS, draws, 3)
    assert found is not None
    return found


def test_the_set_that_is_chosen_keeps_within_the_budget_and_is_the_best(chosen: Chosen) -> None:
    rest = [option.id for option in chosen.choice.options if option.id not in chosen.ids]
    spent = np.sum([option.recurrent for option in chosen.choice.options if option.id in chosen.ids], axis=0)
    assert chosen.ids
    assert "A4" in rest
    assert (spent <= 6000).all()
    assert chosen.found.objective == pytest.approx(value_of(chosen.choice, chosen.ids).objective)
    assert set(chosen.why_not) == set(rest)
    assert chosen.realised == pytest.approx(1, abs=0.2)
    assert chosen.after.gross[-1].mean() < chosen.before.gross[-1].mean()


def test_the_full_run_with_the_set_is_the_scenario_with_its_changes(chosen: Chosen) -> None:
    of = rich(24)
    draws = draw_assumptions(of.assumptions, 40, 3)
    begin = start(of, draws)
    np.testing.assert_array_equal(chosen.before.gross, outcome(of, BASELINE, draws, begin, 3).gross)
    again = outcome(of, chosen.after.scenario, draws, begin, 3)
    np.testing.assert_array_equal(chosen.after.gross, again.gross)
    assert {change.kind for change in chosen.after.scenario.changes} <= {"exit_rate", "output_of_staff"}


def test_a_decision_to_take_costs_what_the_best_set_would_have_closed_more() -> None:
    of = rich(24)
    draws = draw_assumptions(of.assumptions, 12, 3)
    found = choose(of, asked(recurrent=1_000_000, take=["A4"]), ACTIONS, draws, 3)
    assert found is not None
    assert "A4" in found.ids
    assert found.free is not None
    assert "A4" not in found.free.chosen
    (said,) = portfolio_words.pins_sentences(found, ACTIONS)
    assert said.startswith("A4 (Keep radiographers) is under way or taken by decision. Without these decisions ")


def test_what_is_to_be_taken_beyond_the_budget_is_refused() -> None:
    of = rich(24)
    with pytest.raises(InputRefused, match="do not keep within these limits"):
        choose(of, asked(recurrent=10, take=["A4"]), ACTIONS, draw_assumptions(of.assumptions, 6, 3), 3)


def test_a_bound_that_nothing_keeps_is_left_out_and_said() -> None:
    of = rich(24)
    found = choose(of, asked(most_unmet=0.0001), ACTIONS, draw_assumptions(of.assumptions, 6, 3), 3)
    assert found is not None
    assert not found.equity_kept
    assert "No set keeps every employer" in portfolio_words.portfolio_sentences(found, ACTIONS)[-1]


def test_nothing_is_chosen_where_nothing_is_open() -> None:
    of = rich(24)
    draws = draw_assumptions(of.assumptions, 6, 3)
    assert choose(of, asked(), [action(status="stopped")], draws, 3) is None


def test_regret_is_least_for_the_best_set_of_a_scenario(chosen: Chosen) -> None:
    of = rich(24)
    draws = draw_assumptions(of.assumptions, 40, 3)
    begin = start(of, draws)
    rows = []
    for each in (BASELINE, scenario({"kind": "other_work_growth", "add": 0.05}, name="more_work")):
        found = outcome(of, each, draws, begin, 3)
        gap = found.by_cell.needed - found.by_cell.there
        for place, month in enumerate(found.by_cell.kept):
            for cell, (employer, profession) in enumerate(of.keys):
                rows += [
                    [employer, profession, found.months[month], draw, gap[cell, place, draw], each.name]
                    for draw in range(40)
                ]
    kept = pd.DataFrame(rows, columns=["employer", "profession", "month", "draw", "gap", "scenario"])
    grid = regrets(chosen, kept)
    values = grid.set_index("set")[["do_nothing", "more_work"]]
    assert np.diag(values).tolist() == [0, 0]
    assert (values.to_numpy() >= 0).all()
    assert tuple(grid.set_index("set").loc["do_nothing", "chosen"]) == chosen.ids
    said = portfolio_words.regret_sentences(grid, {"do_nothing": "Present trends go on"}, chosen.ids)
    assert "never further than" in said[0]


def test_gaps_are_means_of_the_ends_of_years() -> None:
    of = rich(24)
    draws = draw_assumptions(of.assumptions, 5, 3)
    found = outcome(of, BASELINE, draws, start(of, draws), 3)
    ends = [found.by_cell.kept.index(month) for month in (12, 24)]
    gap = (found.by_cell.needed - found.by_cell.there)[:, ends]
    np.testing.assert_allclose(gap_of(found, 3), gap[:, :, :3].mean(axis=1), rtol=1e-6)
    np.testing.assert_allclose(needed_of(found), found.by_cell.needed[:, ends].mean(axis=(1, 2)), rtol=1e-6)


def test_tables_of_the_choice_add_up(chosen: Chosen) -> None:
    rows = portfolio_tables.action_rows(chosen, ACTIONS)
    own = rows[rows["chosen"]]
    yearly = portfolio_tables.years_table(chosen)
    assert yearly[["recurrent", "capital"]].sum().sum() == pytest.approx(own["cost"].sum())
    assert own["cost"].sum() == pytest.approx(chosen.found.cost)
    assert (yearly["recurrent_budget"] == 6000).all()
    assert set(portfolio_tables.left_table(rows)["id"]) == set(chosen.why_not)
    reasons = portfolio_tables.left_table(rows).set_index("id")["reason"]
    assert reasons["A4"] == "Costs more than what it closes is held to be worth"
    scope = Scope({ALDER: "Alder", BIRCH: "Birch"}, frozenset(), frozenset(), ())
    by = [portfolio_tables.by_group(chosen, name, scope) for name in ("pillar", "employer")]
    for name in ("missing_before", "missing_after"):
        assert by[0][name].sum() == pytest.approx(by[1][name].sum())
    assert by[0]["missing_before"].sum() == pytest.approx(chosen.before.gross[-1].mean(), rel=1e-3)
    row = portfolio_tables.summary_row(chosen).iloc[0]
    assert row["relief_p10"] <= row["relief"] <= row["relief_p90"]
    assert rows.loc[rows["id"] == "A5", "relief"].isna().all()


def test_every_limit_that_an_action_would_pass_is_a_reason() -> None:
    said = portfolio_tables.reason_said(
        Reason("budget", "recurrent, 2026/27", (Reason("budget", "capital, 2026/27"), Reason("capacity", "placements")))
    )
    assert said == (
        "Over the running budget of 2026/27; over the capital budget of 2026/27; over the clinical placements there are"
    )


def test_sentences_of_the_choice_say_number_cost_and_effect(chosen: Chosen) -> None:
    first, second, third = portfolio_words.portfolio_sentences(chosen, ACTIONS)
    assert first.startswith("Of 5 actions listed, 4 can be taken (1 is delivered or stopped) and ")
    assert f"**{len(chosen.ids)}** is chosen, at **£" in first
    assert "P10 to P90" in second
    assert third.startswith("By the measure of the method")
    assert "nan" not in first + second + third


def test_plan_yaml_is_refused_where_it_takes_and_leaves_or_has_no_such_year() -> None:
    with pytest.raises(ValueError, match="take and leave both name A1"):
        Portfolio.model_validate({"take": ["A1"], "leave": ["A1"]})
    with pytest.raises(ValueError, match="written as 2026/27"):
        Portfolio.model_validate({"capital": {"2026": 5}})
    with pytest.raises(ValueError, match="0 pounds or more"):
        Portfolio.model_validate({"recurrent": -1})
