"""What each action changes, in words, and how many of the chosen actions rest on guesses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from pipeline.actions.effects import LeverEffect
from pipeline.actions.library import Action
from pipeline.assumptions import default_assumptions
from pipeline.metrics.scope import Scope
from pipeline.report.effect_words import effects_resting_on_guesses, effects_table, resting_sentences, size_said

pytestmark = pytest.mark.unit

BASE = dt.date(2025, 9, 30)
SCOPE = Scope({"AAA": "Alder"}, frozenset(), frozenset({"AAA"}), ("imaging",))
FASTER = {
    "lever": "report_minutes",
    "item": "consultant",
    "low": -0.02,
    "add": -0.05,
    "high": -0.09,
    "because": "A trial",
}


def action(name: str, *effects: dict[str, Any], **change: Any) -> Action:
    given = {
        **{"id": name, "title": f"Action {name}", "theme": "Education and supply", "level": "ICS"},
        **{"pillars": ["imaging"], "owner": "Lead", "start": "2026-01", "lead_months": 6, "measure": "reports"},
        **{"cost": {"recurrent": 1.0, "capital": 0.0}, "wte": {"low": 1.0, "central": 2.0, "high": 3.0}},
        **{"profession": "Clinical radiologists", "effects": list(effects)},
    }
    return Action.model_validate({**given, **change})


def listed(**chosen: tuple[bool, float]) -> pd.DataFrame:
    rows = [{"id": name, "chosen": taken, "relief": wte} for name, (taken, wte) in chosen.items()]
    return pd.DataFrame(rows)


class TestResting:
    ACTIONS = (action("A1", FASTER), action("A2", {**FASTER, "grade": "measured"}), action("A3"), action("A4", FASTER))

    def test_chosen_actions_and_their_wte_are_added_up(self) -> None:
        rows = listed(A1=(True, 3.0), A2=(True, 4.0), A3=(True, 5.0), A4=(False, 9.0))
        found = effects_resting_on_guesses(rows, self.ACTIONS)
        assert (found.actions, found.wte) == (3, 12.0)
        assert (found.guessed, found.guessed_wte) == (1, 3.0)
        assert (found.estimated, found.estimated_wte) == (1, 5.0)
        (told,) = resting_sentences(found)
        for said in ("1 of the 3 chosen actions rests", "3.0 of 12 WTE", "1 more (5.0 WTE) brings"):
            assert said in told

    def test_none_that_rests_on_a_guess_is_said_and_nothing_of_no_action(self) -> None:
        (told,) = resting_sentences(effects_resting_on_guesses(listed(A2=(True, 4.0)), self.ACTIONS))
        assert told.startswith("No chosen action rests")
        assert "more (" not in told
        assert resting_sentences(effects_resting_on_guesses(listed(A1=(False, 4.0)), self.ACTIONS)) == []


@pytest.mark.parametrize(
    ("lever", "item", "sizes", "words"),
    [
        # exp(-0.05) - 1 is -4.9 per cent.
        ("report_minutes", "consultant", (-0.02, -0.05, -0.09), "−4.9% (−2.0% to −8.6%)"),
        ("exit_rate", "leaving", (None, -0.1, None), "−9.5% of the chance"),
        ("passport", "", (0.02, 0.05, 0.08), "+5 percentage points (+2 to +8)"),
        ("posts_growth", "", (0.005, 0.01, 0.015), "+1 percentage points a year (+0.5 to +1.5)"),
        ("centres_later", "", (None, -3.0, None), "−3 months"),
        ("unavailable", "sickness", (None, -0.05, None), "−4.9% of the odds"),
    ],
)
def test_a_size_is_said_on_the_scale_of_its_lever(
    lever: str, item: str, sizes: tuple[float | None, float, float | None], words: str
) -> None:
    low, add, high = sizes
    effect = LeverEffect(lever=lever, item=item, low=low, add=add, high=high, because="Why")
    assert size_said(effect, default_assumptions()) == words


def test_the_table_has_each_effect_with_whom_when_why_and_grade_and_the_chosen_first() -> None:
    later = {**FASTER, "employer": "AAA", "after_months": 3, "over_months": 12, "lasts_months": 24, "grade": "derived"}
    actions = [action("A1"), action("A2", FASTER, later), action("A3", FASTER, status="stopped")]
    shown = effects_table(actions, default_assumptions(), BASE, SCOPE, ["A2"])
    assert shown["id"].tolist() == ["A2", "A2", "A1"]
    assert shown["chosen"].tolist() == ["yes", "yes", "no"]
    first, second, third = shown.to_dict("records")
    # It starts in January 2026, which is month 4; six months on it has its effect, from July.
    assert first["in_force"] == "from July 2026"
    assert second["in_force"] == "from April 2026, in full from March 2027, to March 2028"
    assert second["for"] == "imaging, Alder"
    assert (first["because"], second["grade"]) == ("A trial", "derived")
    assert (third["size"], third["grade"]) == ("+2.0 WTE (1.0 to 3.0)", "owner's estimate")
