"""Which dates of a strategy had passed when it was made, for its cover to say so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.report.tracker_words import PROPOSED
from pipeline.store import Store

PLAN_OF_ACTIONS = "action_plan"


def starts_passed(store: Store | None, facts: Mapping[str, Any]) -> dict[str, list[int]]:
    """`starts_passed`: how many of the new actions that are chosen should have begun when it was made, and of how many.

    Nothing where no action is new, or it is not known when the strategy was made.
    """
    if store is None or not facts.get("started") or not store.has(PLAN_OF_ACTIONS):
        return {}
    found = late_starts(store.read(PLAN_OF_ACTIONS), dt.date.fromisoformat(str(facts["started"])[:10]))
    return {"starts_passed": [*found]} if found[1] else {}


def late_starts(actions: pd.DataFrame, made: dt.date) -> tuple[int, int]:
    """New actions that are chosen and whose first month was over on a day, and all that are chosen."""
    new = actions[actions["chosen"].astype(bool) & (actions["status"] == PROPOSED)]
    return int((new["start"] < pd.Timestamp(made)).sum()), len(new)
