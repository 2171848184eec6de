"""What a plan says of itself: whom it covers, and who answers for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from small_boards import write_plan

from pipeline.plan import Governance, Plan
from pipeline.report import facts

pytestmark = pytest.mark.unit


def stating(plan: Plan, **who: str) -> list[str]:
    governance = Governance(**who)
    return facts.scope_sentences(replace(plan, file=plan.file.model_copy(update={"governance": governance})))


def test_who_approves_and_owns_the_strategy_is_said_as_far_as_it_is_stated(tmp_path: Path) -> None:
    plan = write_plan(tmp_path / "plan")
    assert facts.scope_sentences(plan)[1:] == ["Diagnostic delivery board approves it (chapter 14)."]
    (_, said) = stating(plan, board="The board", owner="The director", analyst="An analyst")
    assert said.startswith(
        "The board approves it, The director owns it and answers for it and An analyst worked it out"
    )
    assert len(stating(plan)) == 1
