"""Sentences and tables about the register of risks and the calendar of boards."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from pipeline.metrics.registers import risk_levels
from pipeline.report.narrative import agree
from pipeline.report.words import count, date, join, month, plain, plural

RISKS_NOTE = (
    "Score = likelihood × impact, each from 1 to 5. Low is 1 to 3, moderate 4 to 6, high 8 to 12, extreme 15 to 25 "
    "(National Patient Safety Agency, A risk matrix for risk managers, 2008). Likelihood is the owners' judgement."
)


def risks_sentences(ranked: pd.DataFrame, base_month: dt.date) -> list[str]:
    """How many risks there are at each level, the worst, and how many reviews are overdue. Takes ranked_risks."""
    numbers = ranked["level"].value_counts()
    parts = [f"{count(numbers[level])} {level}" for level in reversed(risk_levels()) if level in numbers]
    top, overdue = ranked.iloc[0], int(ranked["overdue"].sum())
    sentences = [
        f"The register holds {plural(len(ranked), 'risk')}: {join(parts)}. The highest is “{plain(top['title'])}” "
        f"(likelihood {count(top['likelihood'])}, impact {count(top['impact'])})."
    ]
    if overdue:
        were = agree(overdue, "review was", "reviews were")
        sentences.append(f"{count(overdue)} {were} due by the end of {month(base_month)} and should be made first.")
    return [" ".join(sentences)]


def risks_table(ranked: pd.DataFrame) -> pd.DataFrame:
    """The register for a reader, worst first: how likely and how bad, with level and state of the review in words."""
    level = [f"{row.level.capitalize()} ({row.score})" for row in ranked.itertuples()]
    review = [f"{date(row.review_on)}{', overdue' * row.overdue}" for row in ranked.itertuples()]
    columns = ["risk", "level", "likelihood", "impact", "owner", "review"]
    return ranked.rename(columns={"title": "risk"}).assign(level=level, review=review)[columns]


def responses_table(ranked: pd.DataFrame) -> pd.DataFrame:
    """What would bring each risk about, what would follow, what would show it, and what is done."""
    return ranked.rename(columns={"title": "risk"})[["risk", "cause", "effect", "trigger", "response"]]


def calendar_sentences(ahead: pd.DataFrame, base_month: dt.date) -> list[str]:
    """The next meeting and the next decision after the base month. Takes meetings_after."""
    if ahead.empty:
        return [f"The calendar on file has no meeting after {month(base_month)}."]
    first = ahead.iloc[0]
    sentences = [
        f"After {month(base_month)} the calendar has {plural(len(ahead), 'item')}. The next is on "
        f"{date(first['date'])}: {plain(first['body'])} is to {first['purpose']} {_on(first)}."
    ]
    decisions = ahead[ahead["purpose"] == "decide"]
    if len(decisions) and first["purpose"] != "decide":
        first = decisions.iloc[0]
        sentences.append(f"The next decision is on {date(first['date'])}, by {plain(first['body'])}.")
    return [" ".join(sentences)]


def _on(row: pd.Series) -> str:
    item = f"“{plain(row['item'])}”"
    return f"on {item}" if row["purpose"] == "decide" else item


def calendar_table(meetings: pd.DataFrame) -> pd.DataFrame:
    """The calendar for a reader: who sees what, when, and what is asked of them."""
    shown = meetings.assign(asked_to=meetings["purpose"].str.capitalize())
    return shown[["date", "body", "item", "asked_to", "owner"]]
