"""Sentences and tables about reporting ahead: its output in two currencies, its sessions, and its queue."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.model.reporting_ahead import AMOUNTS, THEN, Queue, queue_by
from pipeline.model.reporting_need import work_by
from pipeline.plan import PILLAR_NAMES
from pipeline.report.narrative import name_pillars
from pipeline.report.words import change, count, join, lower, month, percent, plain, plural, wte

OUTPUT_NOTE = (
    "A year of tests at the pace of each month, every assumption at its value. Who reports each test is as in the "
    "latest 12 months on file, so shares are of those and not of one month. Hours are reports × the minutes that "
    "employers state, less what output per WTE grows by; relative value units (RVUs) weigh reports by their "
    "difficulty. A dash: not stated for all of the reports."
)
QUEUE_NOTE = (
    "No table counts what is unreported, so it is worked out from the days that reports take: reports a day × mean "
    "days, the mean being that of a skewed (log-normal) spread with the median and the share over 28 days on file. "
    "Reporters, their sessions and what is bought in stay as they are. Late: later than four weeks. More reports a "
    "month: made from now on, they keep every report within four weeks up to the last month, if the oldest come "
    "first; WTE are consultants who would make them."
)
QUEUE_CHART_NOTE = "Reporters, their sessions and what is bought in stay as they are; days keep the spread they have."
MOST_LINES = 4


def output_table(output: pd.DataFrame, now: pd.Timestamp, then: pd.Timestamp) -> pd.DataFrame:
    """Reports by who makes them, in hours and units, now and at the horizon. Takes the result of output_ahead."""
    by = ["pillar", "reporter"]
    later = output[[*by, *(f"{name}{THEN}" for name in AMOUNTS)]].rename(columns=lambda name: name.removesuffix(THEN))
    ends = [work_by(frame, by) for frame in (output, later)]
    share = ends[0]["reports"] / ends[0].groupby("pillar")["reports"].transform("sum")
    shown = (
        ends[0]
        .assign(share=share)
        .merge(ends[1], on=by, suffixes=("", THEN))
        .sort_values(["pillar", "reports"], ascending=[True, False], ignore_index=True)
    )
    names = {"reports": "Reports", "hours": "Hours", "rvus": "RVUs"}
    headed = {name: f"{words}, {month(now)}" for name, words in names.items()}
    headed |= {f"{name}{THEN}": f"{words}, {month(then)}" for name, words in names.items()}
    columns = [*by, "share", *AMOUNTS, *(f"{name}{THEN}" for name in AMOUNTS)]
    written = shown[columns].assign(reporter=shown["reporter"].str.capitalize())
    return name_pillars(written.rename(columns={"share": "share_of_reports", **headed}))


def output_sentences(output: pd.DataFrame, now: pd.Timestamp, then: pd.Timestamp) -> list[str]:
    """Who reports, and what their reports take in hours and in units, now and at the horizon, pillar by pillar."""
    told = [
        f"As many tests as at the pace of {month(now)}, and of {month(then)}, reported by whom the latest 12 months on "
        "file show:"
    ]
    for pillar, rows in output.groupby("pillar", sort=False):
        by = rows.groupby("reporter")["reports"].sum().sort_values(ascending=False)
        parts = join(f"{plain(who)} {percent(share)}" for who, share in (by / by.sum()).items())
        takes, worth = (_goes(rows, name) for name in ("hours", "rvus"))
        said = f"{plural(round(by.sum()), 'report')} a year ({parts})."
        said += f" Their hours go {takes}." if takes else ""
        said += f" Relative value units go {worth}." if worth else ""
        told.append(f"- {PILLAR_NAMES[str(pillar)].capitalize()}: {said}")
    return ["\n".join([told[0], "", *told[1:]])]


def _goes(rows: pd.DataFrame, name: str) -> str:
    """What becomes of hours or units; nothing where they are not known of all reports."""
    if rows[name].isna().any():
        return ""
    return change(float(rows[name].sum()), float(rows[f"{name}{THEN}"].sum()), count)


def sessions_sentences(needed: pd.DataFrame, then: pd.Timestamp) -> list[str]:
    """What consultants' reports need in PAs a week, where PAs are stated. Takes the result of sessions_needed."""
    parts = [
        f"in {PILLAR_NAMES[row.pillar]} they have {count(row.pas_week)} programmed activities (PAs) a week for it, the "
        f"hours of their reports fill {count(row.pas_filled)}, and at what a session yields today they need "
        f"{count(row.pas_week_then)} in {month(then)}"
        for row in needed.itertuples()
    ]
    return [f"Consultants' reporting: {'; '.join(parts)}."] if parts else []


def bought_in_sentences(bought: pd.DataFrame) -> list[str]:
    """How many WTE of its own the reports that are bought in stand for. Takes the result of bought_in."""
    parts = [
        f"in {PILLAR_NAMES[row.pillar]} they take {count(row.hours)} hours a year, and a WTE of "
        f"{plain(lower(row.profession))} has {count(row.hours_each)} hours a year for reports and other counted work, "
        f"so they stand for **{wte(row.wte)} WTE**"
        for row in bought[bought["hours"] > 0].itertuples()
    ]
    return [f"Reports bought in (outsourced and insourced): {'; '.join(parts)}."] if parts else []


def queue_sentences(queue: Queue, names: Mapping[str, str]) -> list[str]:
    """What becomes of the queue with reporters as they are, where it is too long first, and what would keep it short.

    `names` are those of the employers by code.
    """
    ends = _ends(queue, [])
    first, year, last = (ends[place] for place in ("now", "year", "last"))
    unreported = [float(each["unreported"].iloc[0]) for each in (first, year, last)]
    late = [float(each["late"].iloc[0]) for each in (first, year, last)]
    when = [month(each["month"].iloc[0]) for each in (year, last)]
    told = [
        f"With reporters as they are, unreported examinations go from about **{count(unreported[0])}** in "
        f"{month(queue.months[0])} to {count(unreported[1])} in {when[0]} and {count(unreported[2])} in {when[1]}, and "
        f"reports later than four weeks from {percent(late[0])} of those asked for to {percent(late[1])} and "
        f"{percent(late[2])}. That queue would not be left to grow: it shows what more reporting, or fewer tests, has "
        "to make up for."
    ]
    more, people = (float(queue.tests[name].sum(skipna=False)) for name in ("more", "wte"))
    if count(more) == "0":
        return [*told, f"Today's reporters are enough to keep every report within four weeks to {when[1]}."]
    made_here = "" if pd.isna(people) else f"; made by consultants, these take {wte(people)} WTE"
    return [
        *told,
        f"To keep every report within four weeks to {when[1]}, **{plural(round(more), 'more report')} a month** would "
        f"do, made or bought in from now on{made_here}.{_over(queue.tests, names)}",
    ]


def _over(tests: pd.DataFrame, names: Mapping[str, str]) -> str:
    """The tests whose mean days first go beyond four weeks."""
    over = tests.dropna(subset=["over_from"])
    if over.empty:
        return ""
    soonest = over[over["over_from"] == over["over_from"].min()]
    where = join(f"{plain(lower(row.test))} at {plain(names[row.employer])}" for row in soonest.itertuples())
    return f" The mean report takes longer than four weeks first for {where}: from {month(over['over_from'].min())} on."


def queue_table(queue: Queue) -> pd.DataFrame:
    """The queue by test, now, in a year and at the horizon, with what would keep it within four weeks."""
    by = ["test"]
    ends = _ends(queue, by)
    whole = ends["now"][[*by, "examined"]]
    columns: dict[str, pd.Series] = {}
    for place in ("now", "year", "last"):
        when = month(ends[place]["month"].iloc[0])
        columns |= {f"Unreported, {when}": ends[place]["unreported"], f"Late, {when}": ends[place]["late"]}
    added = queue.tests.groupby(by, as_index=False)[["more", "wte"]].sum(skipna=False)
    shown = whole.assign(**columns).merge(added, on=by).sort_values("more", ascending=False, ignore_index=True)
    names = {"examined": "reports_a_month", "more": "more_reports_a_month", "wte": "consultants_wte"}
    return shown.rename(columns=names)


def queue_formats(shown: pd.DataFrame) -> dict[str, str]:
    """How the columns of queue_table are written."""
    kinds = {"Unreported": "count", "Late": "percent", "reports": "count", "more": "count", "consultants": "wte"}
    return {name: kind for name in shown.columns for start, kind in kinds.items() if str(name).startswith(start)}


def queue_lines(queue: Queue) -> pd.DataFrame:
    """Month by month, the share later than four weeks of the tests of which most are late at the horizon."""
    months = queue_by(queue, ["test"])
    last = months[months["month"] == queue.months[-1]].sort_values("late", ascending=False)["test"].head(MOST_LINES)
    kept = months.set_index("test").loc[list(last)].reset_index()
    return kept[["test", "month", "late"]]


def _ends(queue: Queue, by: list[str]) -> dict[str, pd.DataFrame]:
    """The queue at the base month, a year on and at the horizon."""
    months = queue_by(queue, by)
    places = {"now": 0, "year": min(MONTHS_IN_YEAR, len(queue.months) - 1), "last": len(queue.months) - 1}
    return {
        name: months[months["month"] == queue.months[place]].reset_index(drop=True) for name, place in places.items()
    }
