"""Sentences and tables about the plans of community diagnostic centres: opening, capacity, staff and tests."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from pipeline.metrics.scope import Scope
from pipeline.model.capacity import WorkingYear
from pipeline.report.narrative import agree, name_pillars
from pipeline.report.words import count, join, lower, month, percent, plain, plural, rounded, wte

CAPACITY_NOTE = (
    "Tests a year once a centre runs in full: rooms × hours open × weeks × utilisation ÷ length of an appointment. "
    "Shifted tests are moved from hospital and add nothing to the system's tests."
)
STAFFING_NOTE = (
    "WTE = open room hours × staff in each room ÷ hours a year that a WTE is at work. Redeployed staff leave another "
    "team, and staff of a centre that is open are in their host's staff in post already: neither is added to chapter 4."
)
ROOMS_NOTE = "Room hours × weeks × staff in each room ÷ hours a year that a WTE is at work; centres are in chapter 6."
ROTAS_NOTE = (
    "WTE = posts (people at the same time) × hours covered a week × weeks ÷ hours a year that a WTE is at work."
)
OPEN = ("open", "ramping up")


def with_hours(note: str, year: WorkingYear, professions: Collection[str]) -> str:
    """A note and the weeks and hours a year that it speaks of, so that a reader can work out a row again."""
    hours = pd.Series({who: year.hours_of(who) for who in sorted(set(professions))}).round(1)
    usual = hours.mode().iloc[0]
    others = [
        f"{_hours(each)} of {join(plain(lower(who)) for who in hours.index[hours == each])}"
        for each in sorted(set(hours) - {usual})
    ]
    but = f" ({join(others)})" if others else ""
    return f"{note} A year has {year.weeks:g} weeks, and a WTE is at work {_hours(usual)} hours a year{but}."


def _hours(value: float) -> str:
    return f"{rounded(value, 1):,f}"


def plans_table(plans: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The plans of centres for a reader, with how late each is in words."""
    named = scope.named(plans, "host")
    late = [lateness(row.months_late, opened=row.status in OPEN) for row in plans.itertuples()]
    shown = named.assign(against_plan=late, status=plans["status"].str.capitalize())
    columns = ["site", "host", "status", "planned_opening", "opening", "against_plan", "hours_week", "ramp_months"]
    return shown[columns]


def lateness(months: int, *, opened: bool) -> str:
    """How an opening stands to its first plan: as planned, 3 months late, 2 months early."""
    if not months:
        return "as planned"
    told = f"{plural(abs(months), 'month')} {'late' if months > 0 else 'early'}"
    return told if opened else f"expected {told}"


def plans_sentences(plans: pd.DataFrame) -> list[str]:
    """How many centres stand where, and which are late."""
    numbers = plans["status"].value_counts()
    parts = [f"{count(numbers[status])} {status}" for status in (*OPEN, "planned") if status in numbers]
    late = plans[plans["months_late"] > 0]
    told = f"The plan has {plural(len(plans), 'centre')}: {join(parts)}."
    if late.empty:
        return [f"{told} None is later than first planned."]
    named = [f"{plain(row.site)} ({lateness(row.months_late, opened=row.status in OPEN)})" for row in late.itertuples()]
    return [f"{told} {count(len(late))} {agree(len(late), 'is', 'are')} later than first planned: {join(named)}."]


def capacity_sentences(by_site: pd.DataFrame) -> list[str]:
    """What all centres have place for in a year and how much of it is new. Takes capacity_by site."""
    total, new = by_site["tests_a_year"].sum(), by_site["new_tests"].sum()
    if not total:
        return ["Their rooms have place for no tests yet."]
    return [
        f"Once they run in full, their rooms have place for **{count(total)} tests a year**, of which {count(new)} "
        f"({percent(new / total)}) are new to the system and {count(total - new)} are moved from hospital."
    ]


def capacity_table(capacities: pd.DataFrame) -> pd.DataFrame:
    """Capacity by centre and test for a reader."""
    share = capacities["new_tests"] / capacities["tests_a_year"].where(capacities["tests_a_year"] > 0)
    shown = capacities.assign(share_new=share).drop(columns=["new_tests", "shifted_tests"])
    return name_pillars(shown)


def staffing_sentences(staffed: pd.DataFrame, plans: pd.DataFrame, scope: Scope) -> list[str]:
    """Staff of all centres, and from which employers some are redeployed, so that nobody is counted twice.

    Those of centres that are open (by the status in `plans`) are told apart: they are in post already.
    """
    total, moved = staffed["wte"].sum(), staffed["redeployed"].sum()
    split = f"{wte(total - moved)} recruited and {wte(moved)} redeployed"
    told = f"Keeping those rooms open takes **{wte(total)} WTE**: {split}"
    moves = staffed[staffed["redeployed"] > 0].groupby("redeployed_from")["redeployed"].sum()
    if moves.empty:
        return [f"{told}.", *_open_and_to_come(staffed, plans)]
    parts = [f"{wte(value)} from {plain(scope.names.get(code, code))}" for code, value in moves.items()]
    return [
        f"{told} ({join(parts)}). Those redeployed leave a gap behind: they are the same people, counted once.",
        *_open_and_to_come(staffed, plans),
    ]


def _open_and_to_come(staffed: pd.DataFrame, plans: pd.DataFrame) -> list[str]:
    """What of the staff is of centres that are open, and so in post, and what is still to come."""
    is_open = staffed["site"].isin(plans.loc[plans["status"].isin(OPEN), "site"])
    there, to_come = (staffed.loc[rows, ["wte", "redeployed"]].sum() for rows in (is_open, ~is_open))
    if not there["wte"]:
        return ["None of these centres is open yet, so all of these staff are still to come."]
    already = (
        f"**{wte(there['wte'])} WTE** of it ({wte(there['redeployed'])} redeployed) are at centres that are open, and "
        "in their hosts' staff of chapter 4 already"
    )
    rest = f"{wte(to_come['wte'])} ({wte(to_come['redeployed'])} redeployed) are of centres still to come"
    return [f"{already}; {rest}." if to_come["wte"] else f"{already}; no centre is still to come."]


def used_sentences(used: pd.DataFrame) -> list[str]:
    """What was done in the latest 12 months against what rooms have place for. Takes the result of used."""
    parts = [f"{plain(row.site)} {count(row.tests)} ({percent(row.share)})" for row in used.itertuples()]
    none = "No centre has 12 months of tests on file, so what was done is not set against its capacity."
    told = f"Tests of the latest 12 months, and as a share of capacity in full: {join(parts)}."
    return [told if parts else none]


def activity_note(months: pd.DataFrame) -> str:
    """The last month of the figures, and that they are part of the hosts' tests."""
    return f"To {month(months['month'].max())}. These tests are part of the hosts' tests and are never added to them."


GROWTH_NOTE = (
    "Tests of the system's providers in the first and the last whole year compared, as growth is measured. New tests "
    "of centres: their tests × the share that is new (chapter 6), of centres that opened in these years. Growth "
    "without them is that of all other tests. A dash: the tests did not grow."
)
GROWTH_FORMATS = {"share_of_growth": "percent", "growth_a_year": "percent", "growth_without_them": "percent"}
NAMED_TESTS = 4
"""Tests that a sentence names; the table has them all."""


def growth_sentences(found: pd.DataFrame, gaps: Mapping[str, float], horizon: pd.Timestamp) -> list[str]:
    """How much of the growth of tests came with centres that opened, and what the gap would be if it did not go on.

    Takes growth_of_centres, and how much smaller the gap would be (WTE, "gross" and "net").
    """
    grown = found[found["share"] > 0]
    if grown.empty:
        return []
    sites = sorted({site for each in grown["sites"] for site in each})
    parts = [f"{percent(row.share)} of that of {plain(row.test)}" for row in grown.head(NAMED_TESTS).itertuples()]
    a_year = [
        f"{plain(row.test)} by {percent(np.expm1(row.without))} and not {percent(np.expm1(row.growth))}"
        for row in grown.head(NAMED_TESTS).itertuples()
    ]
    opened = agree(len(sites), "a diagnostic centre that opened", "diagnostic centres that opened")
    return [
        f"Some of the growth of tests came with {opened} in the years it is measured over ({join(map(plain, sites))}): "
        f"{join(parts)}. Without the new tests of {agree(len(sites), 'that centre', 'those centres')}, tests would "
        f"have grown each year as follows: {join(a_year)}.",
        "**A centre opens once, and a trend goes on every year.** Present trends let this growth go on as if centres "
        "like these opened again and again, and scenarios with centres to come add the tests of those to it. "
        + _without_it(gaps, horizon),
    ]


def _without_it(gaps: Mapping[str, float], horizon: pd.Timestamp) -> str:
    gross, net = gaps["gross"], gaps["net"]
    if max(abs(gross), abs(net)) < SMALL_GAP:
        return f"Without it the gap in {month(horizon)} would be the same, to within half a WTE."
    return (
        f"If tests grew on as they did without it, **{wte(abs(gross))} WTE** {'fewer' if gross >= 0 else 'more'} would "
        f"be missing in {month(horizon)}, gross (net: {wte(abs(net))} {'fewer' if net >= 0 else 'more'}), if present "
        "trends go on and every assumption is at its middle."
    )


SMALL_GAP = 0.5
"""WTE below which a difference of two gaps is none: figures are told in whole WTE."""


def growth_table(found: pd.DataFrame) -> pd.DataFrame:
    """The growth of each test that centres added to, with and without them, for a reader."""
    return pd.DataFrame(
        {
            "test": found["test"],
            "first_year_to": found["first"],
            "last_year_to": found["last"],
            "tests_in_first_year": found["tests_first"].round().astype("Int64"),
            "tests_in_last_year": found["tests_last"].round().astype("Int64"),
            "more_new_tests_of_centres": found["of_centres"].round().astype("Int64"),
            "share_of_growth": found["share"],
            "growth_a_year": np.expm1(found["growth"]),
            "growth_without_them": np.expm1(found["without"]),
        }
    )
