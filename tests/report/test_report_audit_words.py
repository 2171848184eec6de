"""Answers to what auditors found elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.assumptions import default_assumptions
from pipeline.evidence.audit import AuditFigures, audit
from pipeline.report.audit_words import audit_answers, audit_table
from pipeline.report.chapters import chapters

pytestmark = pytest.mark.unit
FIGURES = AuditFigures(
    cells=79,
    months=60,
    counted=400.0,
    all_in_post=1000.0,
    assumptions=100,
    stand_ins=30,
    ranged=70,
    productivity=default_assumptions()["productivity_growth"],
    scenarios=8,
    gap=100.0,
    gap_without_abroad=112.4,
    from_abroad=90.0,
    others_come=61.0,
    fewer_leave=17.0,
)
VERDICT = "A year ahead it was better than naive methods."


def test_every_finding_has_an_answer_and_every_answer_a_finding() -> None:
    answers = audit_answers(FIGURES, VERDICT)
    assert list(answers) == [each["id"] for each in audit().findings]
    shown = audit_table(audit(), answers)
    assert len(shown) == 8
    assert set(shown["kind"]) == {"figure", "test", "no"}


def test_answers_quote_the_plans_figures() -> None:
    said = {name: answer for name, (_, answer) in audit_answers(FIGURES, VERDICT).items()}
    assert "only 40.0% of the staff in post, so the work of the other 60.0% is set to" in said["manual_adjustment"]
    assert "12 WTE more would be missing at the horizon: 112 in place of 100, gross" in said["recruitment_abroad"]
    for figure in ("90 WTE would not come", "61 WTE more would be hired", "17 WTE fewer would leave"):
        assert figure in said["recruitment_abroad"]
    assert VERDICT in said["optimism"]
    assert "30 of 100 assumptions still stand in" in said["optimism"]


def test_no_recruitment_abroad_is_said_and_not_shown_as_nothing() -> None:
    answers = audit_answers(replace(FIGURES, gap_without_abroad=100.0, from_abroad=0.0), VERDICT)
    assert answers["recruitment_abroad"][1] == "No recruitment abroad is on file, and the plan counts on none."


def test_where_an_answer_is_shown_exists() -> None:
    titles = {chapter.title for chapter in chapters()}
    root = Path(__file__).parents[2]
    for each in audit().findings:
        for place in each["shown"].split("; "):
            assert place in titles or (root / place).is_file(), place
