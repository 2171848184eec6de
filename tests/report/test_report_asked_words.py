"""What the board is asked for: new actions by id, what they bring and cost, and what cannot be stopped again."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from pipeline.actions.chosen import Chosen
from pipeline.actions.portfolio import Option
from pipeline.model.plan_years import plan_years
from pipeline.report.money_figure_words import choice_figures_table
from pipeline.report.portfolio_tables import uses_table
from pipeline.report.portfolio_words import asked_sentences, dear_sentences, needed_sentences, used_up_sentences

pytestmark = pytest.mark.unit

YEARS = plan_years(pd.Timestamp("2025-09-30").date(), 24)
ROWS = pd.DataFrame(
    {
        "id": ["A1", "A2", "A_3", "A4", "A5"],
        "status": ["proposed", "under way", "proposed", "agreed", "proposed"],
        "chosen": [True, True, True, True, False],
        "cost": [3e5, 1e5, 2e5, 1e5, 9e6],
        "relief": [2.5, 1.0, 1.2, 4.0, 99.0],
    }
)
FOLLOWED = pd.DataFrame({"id": ["A2", "A4", "A9"], "verdict": ["behind", "still to start", "late"]})
NO_STAND_INS, STAND_INS = (pd.DataFrame({"Grade": grades}) for grades in (["derived"], ["placeholder", "derived"]))


def chosen(ids: tuple[str, ...], capital: float = 5e4) -> Chosen:
    """A set of actions that each cost 1,000 pounds in the first year, 2,000 in the second, and capital at first."""
    each = (np.array([1e3, 2e3, 1e3]), np.array([capital, 0.0, 0.0]))
    options = tuple(Option(name, np.zeros((1, 1)), *each) for name in ROWS["id"])
    unbounded = np.full(3, np.inf)
    choice = SimpleNamespace(options=options, recurrent_budget=unbounded, capital_budget=unbounded)
    made: Any = SimpleNamespace(ids=ids, years=YEARS, choice=choice)
    return cast(Chosen, made)


def asked(ids: tuple[str, ...], register: pd.DataFrame = NO_STAND_INS, capital: float = 5e4) -> list[str]:
    return asked_sentences(chosen(ids, capital), ROWS.assign(chosen=ROWS["id"].isin(ids)), FOLLOWED, register)


def test_new_actions_are_named_with_their_capital_and_what_each_brings_by_itself() -> None:
    assert asked(("A1", "A2", "A_3", "A4")) == [
        "The new ones are A1 and A\\_3 (chapter 10): £8,000 to run over the plan's years and £100,000 of capital, for "
        "3.7 WTE, each taken by itself. 1 is under way (1 behind) and 1 agreed. All that is chosen costs £204,000 in "
        "2025/26 and £8,000 in 2026/27."
    ]


def test_one_new_action_alone() -> None:
    assert asked(("A1",), capital=0.0) == [
        "The new one is A1 (chapter 10): £4,000 to run over the plan's years, for 2.5 WTE. All that is chosen costs "
        "£1,000 in 2025/26 and £2,000 in 2026/27."
    ]


def test_where_nothing_is_new_that_is_said() -> None:
    (told,) = asked(("A4",), STAND_INS)
    assert told.startswith("No chosen action is new. 1 is agreed. All that is chosen")
    assert told.endswith("Until somebody does, approve only what can be stopped again.")


def test_capital_is_what_cannot_be_stopped_again() -> None:
    (told,) = asked(("A1", "A2"), STAND_INS)
    assert "1 figure of the model still stands in for one that nobody has supplied (chapter 15)" in told
    assert told.endswith("approve what can be stopped again, and hold back the £50,000 of capital, which cannot.")


def test_nothing_is_asked_where_nothing_is_chosen() -> None:
    assert asked(()) == []


def with_choice(**choice: Any) -> Chosen:
    made: Any = SimpleNamespace(ids=("A1", "A2"), choice=SimpleNamespace(pinned={}, **choice))
    return cast(Chosen, made)


def test_what_costs_more_than_a_wte_is_worth_is_said_to_be_there_for_the_worst_draws() -> None:
    rows = ROWS.assign(pounds_a_wte=[160_124, 999_999, 2e6, 150_000, 9e9], depends_on=["A_3", "", "", "", ""])
    found = with_choice()
    found.choice.pinned["A2"] = True
    assert dear_sentences(found, rows) == [
        "A1 (£160,000) costs more for a WTE and year than the £150,000 that one is held to be worth in the mean: it is "
        "chosen since what it brings in the worst tenth of draws is counted as well."
    ]
    assert dear_sentences(found, rows[rows["id"] != "A1"].assign(depends_on="A_3")) == []


def test_what_must_come_first_is_paid_for_by_what_needs_it() -> None:
    rows = ROWS.assign(relief_years=[1.0, 1.0, 0.0, 1.0, 1.0], depends_on=["A_3", "", "", "", ""])
    (told,) = needed_sentences(rows)
    assert told.startswith("A_3 closes nothing by itself, and is in the set since A1 needs it and so bears its cost;")


def test_a_capacity_has_its_unit_and_is_said_to_be_used_up() -> None:
    options = (SimpleNamespace(id=name, uses={"management_days": 15.0, "placements": 5.0}) for name in ("A1", "A2"))
    uses = uses_table(with_choice(options=tuple(options), capacity={"placements": 30.0, "management_days": 30.0}))
    assert uses["capacity"].tolist() == ["clinical placements at one time", "managers' days a month"]
    assert used_up_sentences(uses) == [
        "The limit on managers' days a month is used up: an action that takes more of it can only take another's place."
    ]
    assert used_up_sentences(uses.head(1)) == []


def test_what_a_wte_counts_for_in_the_choice_is_in_a_register() -> None:
    shown = choice_figures_table()
    assert shown["Grade"].tolist() == ["placeholder", "placeholder"]
    assert shown["Value"].tolist()[1] == "150,000 pounds for one WTE less missing throughout one year"
