"""Sentences and a table about trainees whom nobody could supervise, and how far the intakes on file go."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.report.narrative import agree
from pipeline.report.words import join, lower, month, plain, plural

ON_FILE_NOTE = (
    "After the last month on file, the intakes of a provider's last year are taken to begin again every year, except "
    "where none began in the year before the base month."
)


def unsupervised_sentences(professions: Sequence[str]) -> list[str]:
    """Professions with trainees and without staff on file. Takes the result of education_load.unsupervised."""
    if not professions:
        return []
    return [
        f"No staff are on file who could supervise trainees of {join(plain(lower(name)) for name in professions)}, so "
        f"the time that {agree(len(professions), 'this takes', 'these take')} is in no figure."
    ]


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
