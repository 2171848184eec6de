"""Sentences and a table about trainees whom nobody could supervise, and how far the intakes on file go."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence

import pandas as pd

from pipeline.model.intakes_ahead import expected_starters
from pipeline.model.trained_and_joined import TrainedAndJoined
from pipeline.reference import engine
from pipeline.report.disclosure import named_rule
from pipeline.report.narrative import agree
from pipeline.report.words import count, join, lower, month, plain, plural, wte
from pipeline.tables.workforce import FROM_ABROAD, FROM_OUTSIDE, STAFF_IN_POST

ON_FILE_NOTE = (
    "After the last month on file, the intakes of a provider's last year are taken to begin again every year, except "
    "where none began in the year before the base month."
)

TIMING = (
    " The months differ: where people are in post sooner than their route says, those of the last intake are counted "
    "in post and again as still to come. Check the months between the course and the post."
)


def unsupervised_sentences(professions: Sequence[str]) -> list[str]:
    """Professions with trainees and without staff on file. Takes the result of education_load.unsupervised."""
    if not professions:
        return []
    return [
        f"No staff are on file who could supervise trainees of {join(plain(lower(name)) for name in professions)}, so "
        f"the time that {agree(len(professions), 'this takes', 'these take')} is in no figure."
    ]


def entrants_sentences(by_entrants: pd.DataFrame) -> list[str]:
    """Who it is that training brings. Takes the result of training.arrivals_by_entrants."""
    if len(by_entrants) < 2:
        return []
    says = {
        FROM_OUTSIDE: "people from outside",
        FROM_ABROAD: "people recruited abroad",
        STAFF_IN_POST: "staff in post already, who move on from the post they hold",
    }
    parts = [f"{wte(row.wte)} WTE are {says[str(row.entrants)]}" for row in by_entrants.itertuples() if row.wte > 0]
    return [f"Of these, {join(parts)}."]


def beyond_file_note(by_year: pd.DataFrame, horizon: dt.date) -> str:
    """What intakes beyond those on file bring, which the table of arrivals leaves out; nothing where there are none.

    Takes training.arrivals_by_year of intakes_ahead.arrivals_beyond_file.
    """
    summed = by_year.groupby("financial_year")["wte"].sum()
    parts = [f"{wte(amount)} in {year}" for year, amount in summed.items() if amount >= LEAST_SAID]
    if not parts:
        return ""
    return (
        "Not in the table are intakes after the last on file, which the calculation takes to begin again every year: "
        f"they bring {wte(summed.sum())} WTE more by {month(horizon)} ({join(parts)})."
    )


LEAST_SAID = 0.05
"""WTE of a year under which none is said."""


def filled_sentences(intakes: pd.DataFrame, expected: pd.DataFrame, base_month: dt.date) -> list[str]:
    """What the training on file brings if places to come are filled as those so far were, as the model has it.

    Takes the canonical intakes, and rows of the result of training.arrivals, which fills every place.
    """
    ahead = expected[expected["arrives"] > pd.Timestamp(base_month)]
    began = ahead["began"].astype("float64")
    share = (expected_starters(intakes, ahead) / began.where(began > 0)).astype("float64").fillna(1.0)
    every, filled = float(ahead["wte"].sum()), float((ahead["wte"] * share).sum())
    if wte(every) == wte(filled):
        return []
    return [
        f"All this takes every place of an intake still to begin as filled. The gap is worked out with places filled "
        f"as those of each route were so far, which brings {wte(filled)} of the {wte(every)} WTE."
    ]


def trained_sentences(found: TrainedAndJoined | None, base_month: dt.date, rule: str) -> list[str]:
    """Whether as many came newly qualified, and in the same months, as the routes say; nothing where few did."""
    if found is None or found.joined <= named_rule(rule).hide_to:
        return []
    expected, joined = (calendar.month_name[number] for number in (found.expected_month, found.joined_month))
    told = (
        f"In the year to {month(base_month)} the routes of people from outside should have brought "
        f"{plural(found.expected, 'person', 'people')}, most of them in {expected}; {count(found.joined)} newly "
        f"qualified {agree(found.joined, 'person', 'people')} joined in these professions, most in {joined}. Who "
        "trained elsewhere is among them, and is hired in the calculation."
    )
    return [told + (TIMING if found.months_apart > engine("arrivals_months_apart") else "")]


def on_file_sentences(told: pd.DataFrame) -> list[str]:
    """How far the intakes on file go. Takes the result of intakes_ahead.on_file."""
    if told.empty:
        return []
    on, closed = told[told["goes_on"]], told[~told["goes_on"]]
    parts = []
    if len(on):
        soonest = month(on["on_file_to"].min())
        parts.append(
            f"Intakes on file go to {soonest} for the provider whose file ends first; later ones are taken to be as in "
            "its last year."
        )
    if len(closed):
        parts.append(
            f"{plural(len(closed), 'route')} of a provider had no intake in the last year and {_ends(closed)}."
        )
    return [" ".join(parts)]


def on_file_table(told: pd.DataFrame) -> pd.DataFrame:
    """Last intake on file of each route and provider, for a reader."""
    shown = told.assign(
        last_intake=told["last_intake"].map(month),
        on_file_to=told["on_file_to"].map(month),
        goes_on=told["goes_on"].map({True: "Begins again every year", False: "Taken to have ended"}),
    )
    return shown.rename(columns={"goes_on": "afterwards"})


def _ends(closed: pd.DataFrame) -> str:
    return agree(len(closed), "is taken to have ended", "are taken to have ended")
