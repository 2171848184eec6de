"""The model's figure of an action beside its owner's, and the risks that it answers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest
from canonical_rows import rows

from pipeline.actions.chosen import Chosen
from pipeline.actions.library import Action
from pipeline.model.plan_years import plan_years
from pipeline.report.business_case_words import business_case
from pipeline.report.portfolio_words import _owners_say_less, above_owner_sentences

pytestmark = pytest.mark.unit

EFFECT = {"lever": "report_minutes", "item": "consultant", "add": -0.1, "because": "Owner's reading"}


def action(name: str = "A1", **more: Any) -> Action:
    words = {"id": name, "title": f"Do {name}", "theme": "Workforce planning", "level": "ICS", "owner": "Lead"}
    words |= {"start": "2026-01", "lead_months": 3, "measure": "posts", "profession": "R", "pillars": ["imaging"]}
    words |= {"cost": {"recurrent": 1, "capital": 0}, "wte": {"low": 2, "central": 4, "high": 7}}
    return Action.model_validate({**words, **more})


def brings(*relief: float) -> pd.DataFrame:
    """Chosen actions A1, A2 … and what the model says of each."""
    ids = [f"A{number}" for number, _ in enumerate(relief, start=1)]
    return pd.DataFrame({"id": ids, "chosen": True, "relief": relief, "relief_p10": 2.9, "relief_p90": 15.0})


def part(
    name: str, relief: float, of: Action, risks: pd.DataFrame | None = None, gaps: pd.DataFrame | None = None
) -> str:
    """One part of the page of an action of which the model says so much."""
    row = brings(relief).assign(cost=1e6, profession="R", title=of.title, start=pd.Timestamp("2026-01-31"))
    made: Any = SimpleNamespace(
        years=plan_years(pd.Timestamp("2025-09-30").date(), 24),
        before=SimpleNamespace(months=[pd.Timestamp("2027-09-30")]),
    )
    none = rows("risks").head(0)
    held = none if risks is None else risks
    known = pd.DataFrame({"profession": []}) if gaps is None else gaps
    page = business_case(row.iloc[0], row, cast(Chosen, made), of, known, held)
    return str(page.set_index("part").at[name, "case"])


def test_a_page_gives_the_owner_s_estimate_beside_the_model_s_and_says_where_the_model_is_above_it() -> None:
    told = part("Effect", 7.7, action(effects=[EFFECT]))
    assert told == (
        "7.7 WTE fewer missing at the horizon (P10 to P90: 2.9 to 15). Modelled from what it changes: report minutes, "
        "consultant −9.5% (Owner's reading). The owner's own estimate: 4.0 WTE once in full (2.0 to 7.0). The model's "
        "figure lies above the owner's highest."
    )
    assert part("Effect", 7.0, action(effects=[EFFECT])).endswith("(2.0 to 7.0).")


def test_without_effects_the_model_takes_the_owner_s_word() -> None:
    assert "it to bring what its owner estimates. The" in part("Effect", 3.0, action())
    assert "owner estimates: A pilot. The" in part("Effect", 3.0, action(evidence="A pilot."))


def test_a_risk_is_said_to_be_answered_only_where_its_response_names_the_action() -> None:
    held = rows(
        "risks", {"id": "R1", "title": "It grows", "response": "Bring (A1) forward", "likelihood": 3, "impact": 4}
    )
    assert (
        part("Risk", 1.0, action(), held)
        == "Answers risk R1, It grows (likelihood 3, impact 4 of 5): Bring (A1) forward."
    )
    assert part("Risk", 1.0, action("A2"), held).startswith("The response to no risk of the register names this action")


def test_a_risk_that_threatens_the_action_is_on_its_page() -> None:
    held = rows("risks", {"id": "R9", "title": "It is late", "response": "Link two first", "threatens": "A2, A1"})
    assert part("Risk", 1.0, action(), held).startswith("Threatened by risk R9, It is late")
    assert "R9" not in part("Risk", 1.0, action("A3"), held)


def test_doing_nothing_leaves_what_is_missing_in_the_profession() -> None:
    gap = {"profession": ["R"], "needed": [90.0], "there": [65.0], "p10": [13.0], "p50": [25.0], "p90": [42.0]}
    told = part("Options", 1.0, action(), gaps=pd.DataFrame(gap))
    assert told.startswith(
        "Do nothing: no cost of its own, and 25 WTE missing in September 2027 (P10 to P90: 13 to 42)"
    )
    assert part("Options", 1.0, action()).startswith("Do nothing: no cost, and nothing closed. This action: ")


def test_actions_of_which_the_model_says_more_than_their_owners_are_named_with_both_figures() -> None:
    two, three = [action("A1"), action("A2")], [action("A1"), action("A2"), action("A3")]
    assert above_owner_sentences(brings(7.7, 6.9), two) == [
        "The model says more than the highest that its owner estimates for A1 (7.7 WTE; its owner 4.0, at most 7.0)."
    ]
    (told,) = above_owner_sentences(brings(7.7, 6.9, 9.0), three)
    assert told.endswith(
        "and A3 (9.0 WTE; its owner 4.0, at most 7.0): together 17 of the 24 WTE that the chosen actions bring, each "
        "taken by itself, where the owners say 8.0."
    )
    assert above_owner_sentences(brings(6.9, 7.0), two) == []
    assert above_owner_sentences(brings(99.0).assign(chosen=False), two) == []


def test_the_summary_says_what_owners_expect_of_actions_that_the_model_puts_above_their_highest() -> None:
    three = [action("A1"), action("A2"), action("A3")]
    assert _owners_say_less(brings(7.7, 6.9, 9.0), three) == [
        "A1 and A3 make 17 WTE, each taken by itself, of which their owners expect 8.0."
    ]
    assert _owners_say_less(brings(7.7, 6.9), three[:2]) == [
        "A1 makes 7.7 WTE, taken by itself, of which its owner expects 4.0."
    ]
    assert _owners_say_less(brings(6.9, 7.0), three[:2]) == []
