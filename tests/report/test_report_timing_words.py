"""How long a run took, as its annex says it."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.report.timing_words import timing_shown

pytestmark = pytest.mark.unit

BUILT = {"name": "ingest", "status": "built", "seconds": 19.62, "why": "an input file has changed"}
FRESH = {"name": "metrics", "status": "fresh", "seconds": 0.0, "why": ""}


def text(**facts: Any) -> str:
    shown = timing_shown(facts)
    return "\n".join([*(each.text for each in shown), *(each.html for each in shown)])


def test_each_step_is_told_with_seconds_and_reason_and_their_total() -> None:
    said = text(stages=[BUILT], seconds=185.4, made_in={"ingest": 19.62})
    assert "the run had taken **3 minutes 5 seconds**" in said
    assert "Reading the input files" in said
    assert "an input file has changed" in said
    assert '<td class="wf-n">20</td>' in said
    assert '<tr class="wf-total"><th scope="row">Total</th>' in said
    assert '<td class="wf-n">185</td>' in said
    assert "kept" not in said


def test_a_step_that_was_kept_has_the_seconds_of_the_run_that_made_it() -> None:
    said = text(stages=[BUILT, FRESH], seconds=20.4, made_in={"ingest": 19.62, "metrics": 35.2})
    assert "kept from an earlier run" in said
    assert '<td class="wf-n">35</td>' in said
    assert "nothing that it is made from has changed" in said


def test_the_document_itself_is_not_among_them_and_that_is_said() -> None:
    document = {"name": "document", "status": "built", "seconds": 9.0, "why": "plan.yaml has changed"}
    said = text(stages=[BUILT, document], seconds=20.0)
    assert "plan.yaml has changed" not in said
    assert "Making the document comes last" in said


def test_nothing_is_shown_where_the_record_does_not_say() -> None:
    assert timing_shown({}) == []


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 seconds"), (1, "1 second"), (60, "1 minute"), (61, "1 minute 1 second")]
)
def test_a_length_of_time_is_said_in_minutes_and_seconds(seconds: float, said: str) -> None:
    assert f"had taken **{said}**" in text(stages=[BUILT], seconds=seconds)
