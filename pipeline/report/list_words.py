"""Sentences and a table about the tests that waiting lists call for: to clear them, and to hold them afterwards."""

from __future__ import annotations

import pandas as pd

from pipeline.model.plan_setting import Setting
from pipeline.report.narrative import name_pillars
from pipeline.report.words import count, percent

CAPACITY_NOTE = (
    "Tests a year for people on the lists, at today's referrals. To hold: as many as are referred. To clear: until "
    "those who wait too long are seen, and then no more. To keep the standard: for good, with what is spare against "
    "chance."
)


def capacity_sentences(capacity: pd.DataFrame, setting: Setting) -> list[str]:
    """What it takes to stop lists from growing, to clear them, and to keep the standard. Takes capacity_by."""
    done, hold, clear, keep = (float(capacity[name].sum()) for name in ("list_tests", "referrals", "relief", "steady"))
    months, share = setting.assumptions["clear_months"].value, percent(setting.assumptions["seen_in_time"].value)
    return [
        f"For people on the lists {count(done)} tests a year are done. To stop the lists from growing takes "
        f"{count(hold)}; to clear them in {count(months)} months **{count(clear)}** until then; and to keep {share} "
        f"within six weeks afterwards {count(keep)}, of which {count(keep - hold)} are spare against chance."
    ]


def capacity_table(capacity: pd.DataFrame) -> pd.DataFrame:
    """Tests a year for waiting lists, for a reader."""
    names = {
        "list_tests": "done_today",
        "referrals": "to_hold_the_lists",
        "relief": "to_clear_them",
        "steady": "to_keep_the_standard",
    }
    whole = name_pillars(capacity).assign(**{name: capacity[name].round().astype("Int64") for name in names})
    return whole[["test", "pillar", *names]].rename(columns=names)
