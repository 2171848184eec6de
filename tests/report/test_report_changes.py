"""The change chapter: each headline then and now, from two run records."""

from __future__ import annotations

import pytest

from pipeline.report.changes import changes_shown, compared

pytestmark = pytest.mark.unit


def row(key: str, value: float, unit: str = "WTE") -> dict[str, object]:
    return {"key": key, "label": f"the {key}", "value": value, "low": None, "high": None, "unit": unit}


def test_each_headline_says_what_it_did() -> None:
    then = [row("gap", 80.0), row("share", 0.30, "share"), row("same", 5.0), row("gone", 1.0)]
    now = [row("gap", 100.0), row("share", 0.25, "share"), row("same", 5.0), row("new", 2.0)]
    rows = compared(then, now).set_index("headline")
    assert rows.loc["The gap (WTE)", ["then", "now"]].tolist() == ["80", "100"]
    assert rows.loc["The gap (WTE)", "change"] == "up from 80 to 100 (25.0%)"
    assert "percentage points" in rows.loc["The share", "change"]
    assert rows.loc["The same (WTE)", "change"] == "no change"
    assert rows.loc["The gone (WTE)", "now"] == "not given"
    assert rows.loc["The new (WTE)", "change"] == "new"


def test_the_chapter_counts_what_changed_and_names_the_day() -> None:
    facts = {"headlines": [row("gap", 2.0)], "previous": {"made": "1 March 2026", "headlines": [row("gap", 1.0)]}}
    page = "".join(shown.html for shown in changes_shown(facts))
    assert "1 headline figure, 1 changed since the strategy made on 1 March 2026" in page
    assert '<th scope="row">The gap (WTE)</th>' in page


def test_a_first_run_has_nothing_to_compare() -> None:
    assert changes_shown({"headlines": [row("gap", 1.0)], "previous": None}) == []
