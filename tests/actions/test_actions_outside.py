"""Actions about diagnostic centres that the gap leaves out."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest
from canonical_rows import rows

from pipeline.actions.library import Action
from pipeline.actions.outside import of_centres_not_run
from pipeline.model.plan_setting import Setting

pytestmark = pytest.mark.unit

EFFECT = {"lever": "report_minutes", "item": "consultant", "add": -0.1, "because": "Owner's reading"}


def action(title: str, **more: Any) -> Action:
    words = {"id": "A1", "title": title, "theme": "Workforce planning", "level": "ICS", "owner": "Lead"}
    words |= {"start": "2026-01", "lead_months": 3, "measure": "posts", "profession": "R", "pillars": ["imaging"]}
    words |= {"cost": {"recurrent": 1, "capital": 0}, "wte": {"low": 2, "central": 4, "high": 7}}
    return Action.model_validate({**words, **more})


def found(*actions: Action, to_come: float = 0.0) -> dict[str, str]:
    made: Any = SimpleNamespace(
        assumptions={"centres_to_come": SimpleNamespace(value=to_come)},
        base_month=pd.Timestamp("2025-09-30").date(),
        tables={
            "cdc_plans": rows(
                "cdc_plans",
                {"site": "Corvane Riverside CDC", "opening": "2026-04-30"},
                {"site": "Thessick Market CDC", "opening": "2025-03-31"},
                {"site": "Wendrith CDC", "opening": "2026-09-30"},
            )
        },
    )
    return of_centres_not_run(actions, cast(Setting, made))


def test_an_owners_word_about_a_centre_to_come_is_found_by_its_name() -> None:
    assert found(action("Corvane Riverside opened room by room")) == {"A1": "Corvane Riverside CDC"}
    assert found(action("Open it", measure="Posts filled at Corvane Riverside")) == {"A1": "Corvane Riverside CDC"}


def test_a_centre_that_is_open_one_that_is_run_and_an_effect_of_the_model_are_left() -> None:
    assert found(action("Thessick Market staffed")) == {}
    assert found(action("Corvane Riverside opened"), to_come=1.0) == {}
    assert found(action("Corvane Riverside opened", effects=[EFFECT])) == {}


def test_one_word_of_a_place_is_no_name_of_its_centre() -> None:
    assert found(action("Rotas at Wendrith")) == {}
    assert found(action("Rotas at Wendrith CDC")) == {"A1": "Wendrith CDC"}
