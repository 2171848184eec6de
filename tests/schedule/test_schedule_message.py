"""What people are told: the headline with its range, what changed, where the strategy is, why there is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.schedule.message import Message, headline, message, one_line
from pipeline.schedule.outcome import Outcome
from pipeline.store import digest

pytestmark = pytest.mark.unit

GAP = {
    **{"key": "gap_gross_horizon", "label": "WTE missing in September 2030 if present trends go on, gross"},
    **{"value": 339.2, "low": 188.9, "high": 538.3, "unit": "WTE"},
}
STAFF = {
    **{"key": "staff_in_post", "label": "WTE of diagnostic staff in post in September 2025"},
    **{"value": 3437.6, "low": None, "high": None, "unit": "WTE"},
}
SAME = {"model": "m", "assumptions": "a", "files": "f", "tables": "t", "settings": "s"}


def record(run: str, *headlines: dict[str, Any]) -> dict[str, Any]:
    return {
        "run_id": run,
        "headlines": list(headlines),
        "inputs": [{"file": "secret.csv"}],
        "document": {"html": "s.html"},
    }


def keep(home: Path, run: str, **basis: str) -> None:
    """What is kept of a run, with the marks of what it was made of."""
    facts = {"run_id": run, "basis": {**SAME, **basis}}
    names = ("made", "settings", "inputs", "tables", "assumptions", "scenarios", "headlines")
    facts |= {name: {} for name in names}
    folder = home / "data" / "kept" / "devon" / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{run}.json").write_text(json.dumps({"sha256": digest(facts), **facts}), encoding="utf-8")


def told(home: Path, state: Any, now: dict[str, Any], then: dict[str, Any] | None = None, **how: Any) -> Message | None:
    outcome = Outcome("devon", state, how.pop("cause", ""), then or {}, now, home / "reports" / "devon" / "s.html")
    return message(home, outcome, how.pop("address", None))


def made(home: Path, *args: Any, **how: Any) -> Message:
    found = told(home, "made", *args, **how)
    assert found is not None
    return found


def test_the_headline_is_the_main_figure_with_its_range() -> None:
    said = headline(record("R1", STAFF, GAP))
    assert said == "339 WTE missing in September 2030 if present trends go on, gross (P10 to P90: 189 to 538)."
    assert headline(record("R1", STAFF)) == "3,438 WTE of diagnostic staff in post in September 2025."
    assert headline(record("R1")) == ""


def test_a_first_strategy_is_said_to_be_one(tmp_path: Path) -> None:
    found = made(tmp_path, record("R1", GAP))
    assert found.subject == "devon: a new strategy was made"
    assert found.text.splitlines() == [
        "devon: a new strategy was made.",
        "339 WTE missing in September 2030 if present trends go on, gross (P10 to P90: 189 to 538).",
        "It is the first strategy of this plan.",
        f"Strategy: {tmp_path / 'reports' / 'devon' / 's.html'}",
    ]
    assert found.about == {"made"}


def test_a_changed_headline_is_told_with_what_it_was_and_what_changed(tmp_path: Path) -> None:
    keep(tmp_path, "R1")
    keep(tmp_path, "R2", files="g", tables="u", assumptions="b")
    found = made(tmp_path, record("R2", {**GAP, "value": 362.4}, STAFF), record("R1", GAP, STAFF))
    lines = found.text.splitlines()
    assert lines[2] == "Since the last run this is up from 339 to 362 (6.8%)."
    assert lines[3] == "1 of 2 headline figures changed. What changed: the data and the assumptions."
    assert found.about == {"made", "changed headline"}
    assert found.facts["headlines_changed"] == ["gap_gross_horizon"]


def test_a_figure_that_reads_the_same_has_not_changed(tmp_path: Path) -> None:
    keep(tmp_path, "R1")
    keep(tmp_path, "R2")
    found = made(tmp_path, record("R2", {**GAP, "value": 339.3}), record("R1", GAP))
    assert "None of 1 headline figure changed. Data, assumptions and model are the same as then." in found.text
    assert found.about == {"made"}


def test_a_figure_that_is_no_longer_given_has_changed(tmp_path: Path) -> None:
    found = made(tmp_path, record("R2", GAP), record("R1", GAP, STAFF))
    assert found.facts["headlines_changed"] == ["staff_in_post"]
    assert "What that comes from is not known: the earlier run is not kept." in found.text


@pytest.mark.parametrize(("state", "title"), [("refused", "an input was refused"), ("failed", "the run failed")])
def test_a_run_that_made_nothing_is_told_with_its_cause_and_the_last_good_strategy(
    tmp_path: Path, state: str, title: str
) -> None:
    found = told(
        tmp_path, state, record("R1", GAP), record("R1", GAP), cause="a.csv, row 3", address="https://r.example/"
    )
    assert found is not None
    assert found.text.splitlines() == [
        f"devon: no new strategy: {title}.",
        "a.csv, row 3",
        "What went wrong in full is in the log of the plan's runs, on the machine that runs them.",
        "The last good strategy is still in place: https://r.example/devon/s.html",
    ]
    assert found.about == {state}


@pytest.mark.parametrize("state", ["fresh", "busy", "stopped"])
def test_a_run_with_nothing_to_tell_is_not_told(tmp_path: Path, state: str) -> None:
    assert told(tmp_path, state, record("R1", GAP)) is None


def test_only_the_headlines_of_the_record_are_sent(tmp_path: Path) -> None:
    found = made(tmp_path, record("R1", {**GAP, "secret": "a name"}))
    sent = json.dumps(found.facts)
    assert found.facts["headlines"] == [GAP]
    assert "secret" not in sent + found.text


def test_text_of_a_plan_stays_on_its_line_and_within_measure(tmp_path: Path) -> None:
    label = "first\r\nBcc: x@example.org\x1b[2J\u2028second " + "long " * 500
    found = made(tmp_path, record("R1", {**GAP, "label": label}))
    lines = found.text.split("\n")
    assert len(lines) == 4
    assert all(line.isprintable() and len(line) <= 600 for line in lines)
    assert one_line("a\nb\x00c") == "a b c"
