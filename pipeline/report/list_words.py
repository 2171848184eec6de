"""Sentences and a table about the tests that waiting lists call for: to clear them, and to hold them afterwards."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.model.plan_setting import Setting
from pipeline.report.narrative import name_pillars
from pipeline.report.words import count, join, percent

CAPACITY_NOTE = (
    "Tests a year for people on the lists, at today's referrals. To hold: as many as are referred. To clear: until "
    "those who wait too long are seen, and then no more. To keep the standard: for good, with what is spare against "
    "chance."
)


def lists_of_pillars(lists: pd.DataFrame) -> pd.DataFrame:
    """Patients waiting now and at the horizon by pillar (the index). Takes the result of lists_ahead.lists_by."""
    ends = lists.astype({"waiting": "float64", "at_horizon": "float64"})
    return ends.groupby("pillar")[["waiting", "at_horizon"]].sum()


def pillars_sentences(lists: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    """Where the lists of each pillar go, since those that shrink and those that grow are added up in their total.

    Takes the result of lists_ahead.lists_by; `names` are those of pillars. Nothing where no list's growth is known.
    """
    if not lists["growth_known"].any():
        return []
    summed = lists_of_pillars(lists).sort_values("waiting", ascending=False)
    parts = [
        f"from {count(row['waiting'])} to {count(row['at_horizon'])} ({names[str(pillar)]})"
        for pillar, row in summed.iterrows()
    ]
    change = summed["at_horizon"] - summed["waiting"]
    both = (change > 0).any() and (change < 0).any()
    nets = " The total nets lists that shrink against lists that grow." if both else ""
    return [f"By pillar the lists go {join(parts)}.{nets}"]


def capacity_sentences(capacity: pd.DataFrame, setting: Setting) -> list[str]:
    """What it takes to stop lists from growing, to clear them, and to keep the standard. Takes capacity_by."""
    done, hold, clear, keep = (float(capacity[name].sum()) for name in ("list_tests", "referrals", "relief", "steady"))
    months, share = setting.assumptions["clear_months"].value, percent(setting.assumptions["seen_in_time"].value)
    return [
        f"For people on the lists {count(done)} tests a year are done. To stop the lists from growing takes "
        f"{count(hold)}{_apart(capacity)}; to clear them in {count(months)} months **{count(clear)}** until then; and "
        f"to keep {share} within six weeks afterwards {count(keep)}, of which {count(keep - hold)} are spare against "
        "chance."
    ]


def _apart(capacity: pd.DataFrame) -> str:
    """Tests that lists which grow lack, and those that others have to spare: their sum nets one against the other."""
    more = (capacity["referrals"] - capacity["list_tests"]).astype("float64")
    lacking, spare = float(more.clip(lower=0.0).sum()), float(-more.clip(upper=0.0).sum())
    if round(lacking) < 1 or round(spare) < 1:
        return ""
    return (
        f" (which nets two sums: lists that grow lack {count(lacking)} tests a year, and lists that shrink have "
        f"{count(spare)} more than they need, of other tests)"
    )


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
