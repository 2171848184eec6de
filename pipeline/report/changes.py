"""What changed since the last strategy: each headline then and now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.report import words
from pipeline.report.display import Shown, say, table
from pipeline.report.headlines import saying

NAMES = {"waiting_6_plus_share": "share of patients waiting six weeks or more"}
"""Headlines whose label completes the figure before it and does not stand alone."""
COLUMNS = ["headline", "then", "now", "change"]


def changes_shown(facts: Mapping[str, Any]) -> list[Shown]:
    """The chapter's content from the facts of this run and of the one before; nothing where there was none.

    `facts` holds `headlines` (rows of the headlines table) and `previous` (`made` and `headlines` of the last report).
    """
    previous = facts.get("previous")
    if not previous:
        return []
    rows = compared(previous.get("headlines", []), facts.get("headlines", []))
    made = str(previous.get("made") or "an earlier day")
    moved = int((rows["change"] != "no change").sum())
    changed = words.count(moved) if moved else "none"
    sentence = (
        f"Of {words.plural(len(rows), 'headline figure')}, {changed} changed since the strategy made on {made}. "
        "Whether a change comes from data, assumptions or the model is not yet split."
    )
    return [say(sentence), table(rows, caption=f"Headline figures on {made} and now", row_header="headline")]


def compared(then: list[dict[str, Any]], now: list[dict[str, Any]]) -> pd.DataFrame:
    """One row a headline of either run, in words, with what the figure did."""
    before = {row["key"]: row for row in then}
    after = {row["key"]: row for row in now}
    return pd.DataFrame([_row(before.get(key), after.get(key)) for key in {**after, **before}], columns=COLUMNS)


def _row(then: dict[str, Any] | None, now: dict[str, Any] | None) -> list[str]:
    either = now or then or {}
    unit = " (WTE)" if either["unit"] == "WTE" else ""
    name = f"{NAMES.get(either['key'], either['label'])}{unit}"
    name = name[:1].upper() + name[1:]
    said = ["not given" if row is None else saying(row["unit"])(row["value"]) for row in (then, now)]
    if then is None or now is None:
        return [name, *said, "new" if then is None else "no longer given"]
    if then["label"] != now["label"]:
        return [name, *said, f"not comparable: then it was “{then['label']}”"]
    if then["value"] == now["value"]:
        return [name, *said, "no change"]
    return [name, *said, words.change(then["value"], now["value"], saying(now["unit"]))]
