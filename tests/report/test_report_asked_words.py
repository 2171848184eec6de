"""What the board is asked for: new actions by id, what they bring and cost, and what cannot be stopped again."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from pipeline.actions.chosen import Chosen, Realised
from pipeline.actions.portfolio import Option
from pipeline.model.plan_years import plan_years
from pipeline.report.effect_words import Resting
from pipeline.report.money_figure_words import choice_figures_table
from pipeline.report.portfolio_tables import RELIEF_NOTE, borne, relief_note, uses_table
from pipeline.report.portfolio_words import (
    added_sentences,
    asked_sentences,
    dear_sentences,
    needed_sentences,
    owners_word_sentences,
    used_up_sentences,
)

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


MEASURED, GUESSED = Resting(2, 9.0, 0, 0.0, 0, 0.0), Resting(2, 9.0, 1, 4.0, 0, 0.0)


def asked(
    ids: tuple[str, ...], register: pd.DataFrame = NO_STAND_INS, capital: float = 5e4, resting: Resting = MEASURED
) -> list[str]:
    return asked_sentences(chosen(ids, capital), ROWS.assign(chosen=ROWS["id"].isin(ids)), FOLLOWED, register, resting)


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


def test_effects_that_nobody_measured_are_a_reason_to_hold_back_too() -> None:
    (told,) = asked(("A1", "A2"), STAND_INS, resting=GUESSED)
    assert "4.0 of the 9.0 WTE that all chosen actions bring, each by itself, rest on effects that nobody has" in told


def test_nothing_is_asked_where_nothing_is_chosen() -> None:
    assert asked(()) == []


def with_choice(**choice: Any) -> Chosen:
    made: Any = SimpleNamespace(ids=("A1", "A2"), choice=SimpleNamespace(pinned={}, weight=np.ones(2), **choice))
    return cast(Chosen, made)


def test_all_that_costs_more_than_a_wte_is_worth_is_named_with_why_it_is_there() -> None:
    prices = [160_124, 990_000, 2e6, 150_000, 9e9]
    rows = ROWS.assign(pounds_a_wte=prices, depends_on=["A_3", "", "", "", ""], bears=["", "", "", "", "A1"])
    found = with_choice()
    found.choice.pinned["A2"] = True
    (told,) = dear_sentences(found, rows)
    assert told.startswith("3 chosen actions cost more for a WTE and year than the £150,000")
    # A4 costs no more than a WTE is worth, and A5 is not chosen.
    assert "A1 (£160,000), because of what is brought in the worst tenth of draws" in told
    assert "A2 (£990,000), under way" in told
    assert "A\\_3 (£2.0 million), which A1 needs" in told
    assert dear_sentences(found, rows.assign(pounds_a_wte=1.0)) == []
    agreed = rows.assign(status="agreed", bears=["A4", "", "", "", ""])
    assert "A1 with A4 (£160,000), because" in dear_sentences(found, agreed)[0]
    assert "A2 (£990,000), taken by decision" in dear_sentences(found, agreed)[0]


def test_where_pillars_weigh_otherwise_that_is_a_reason_as_well() -> None:
    rows = ROWS.head(1).assign(pounds_a_wte=2e5, depends_on="", bears="")
    found = with_choice()
    found.choice.weight[0] = 2.0
    assert "weights of pillars" in dear_sentences(found, rows)[0]


def test_what_must_come_first_is_paid_for_by_what_needs_it() -> None:
    (told,) = needed_sentences(ROWS.assign(bears=["A_3", "", "", "", ""]))
    assert told.startswith("A\\_3 closes nothing by itself, and is in the set since A1 needs it and so bears its cost;")
    assert told.endswith("together they cost £500,000 and bring 3.7 WTE.")
    assert needed_sentences(ROWS.assign(bears="")) == []


def test_only_what_closes_nothing_and_one_action_alone_needs_is_borne_by_it() -> None:
    rows = ROWS.assign(relief_years=[1.0, 0.0, 0.0, 1.0, 1.0], depends_on=["A2, A_3", "", "", "", "A_3"])
    assert borne(rows, []) == {"A1": ("A2", "A_3")}
    assert borne(rows, ["A2"]) == {"A1": ("A_3",)}
    assert borne(rows.assign(depends_on=["A_3", "", "", "A_3", ""]), []) == {}
    chain = rows.assign(depends_on=["A2", "A_3", "", "", ""])
    assert borne(chain, []) == {"A1": ("A2", "A_3"), "A2": ("A_3",)}
    note = relief_note(chain.assign(bears=["A2", "", "", "", ""]), chosen=True)
    assert note.endswith("priced with it: the £ of A1 counts A2 as well.")
    assert relief_note(chain.assign(bears=""), chosen=False) == RELIEF_NOTE


def test_effects_that_are_their_owners_word_are_counted_and_those_of_a_centre_not_run_named() -> None:
    rows = ROWS.assign(effect=["owner", "model (placeholder)", "owner", "model (measured)", "owner"], outside="")
    (told,) = owners_word_sentences(rows)
    assert told.startswith("2 of the 4 chosen actions (A1 and A\\_3) bring what their owners estimate, 3.7 WTE")
    assert "not in this gap" not in told
    (told,) = owners_word_sentences(rows.assign(outside=["Riverside CDC", "", "", "", "Quay CDC"]))
    assert "A1 is about Riverside CDC" in told
    assert "not in this gap" in told
    assert "Quay" not in told
    assert owners_word_sentences(rows.assign(effect="model (measured)")) == []


def test_what_the_set_brings_is_told_beside_what_its_actions_add_up_to_with_both_measures() -> None:
    found: Any = with_choice()
    found.before, found.after = (SimpleNamespace(gross=np.array([[gap] * 3])) for gap in (318.0, 274.0))
    (told,) = added_sentences(cast(Chosen, found), ROWS)
    assert told.startswith("The 44 WTE are the fall")
    assert "8.7 WTE" in told
    tested = Realised(31.4, 32.0)
    assert tested.share == pytest.approx(32.0 / 31.4)
    found.ids = ("A1",)
    assert added_sentences(cast(Chosen, found), ROWS) == []


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
