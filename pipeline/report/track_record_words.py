"""Sentences and tables about earlier forecasts that have come due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from pipeline.evidence.kept_forecasts import STAFF, TESTS
from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.months import add_months
from pipeline.reference import limit
from pipeline.report.words import count, join, month, percent, plain, plural

TRACK_NOTE = (
    "Each forecast is the P50 of the strategy made last from that base month, if nothing was changed. Errors leave out "
    f"groups that came to under {limit('judged_from'):.0f} WTE. Of what came, 80 % should lie between P10 and P90."
)
TOLD = (
    (STAFF, "profession", "the WTE in post of a profession was"),
    (TESTS, "test", "the number of a kind of test in a year was"),
)
"""What is told in a sentence: quantity, level and how it is said."""
SHOWN = (1, 3, 6, 12, 24, 36, 48, 60)
"""Months ahead that the table shows."""


def damage_sentences(damaged: Sequence[str]) -> list[str]:
    """What is said of kept forecasts that were altered since: they are named and left out."""
    if not damaged:
        return []
    files = f"{plural(len(damaged), 'file')} of forecasts"
    return [f"{files} cannot be used, since what is in it now is not what was kept: {plain(join(damaged))}."]


def track_sentences(earlier: pd.DataFrame, record: pd.DataFrame, base_month: dt.date) -> list[str]:
    """What is known of how this plan's own forecasts came true.

    `earlier` are the forecasts of earlier base months (forecasts.latest_of_each) and `record` the result of
    forecasts.track_record.
    """
    kept = f"What this strategy expects is kept, and files of {month(add_months(base_month, 1))} will test it first."
    if earlier.empty:
        return [f"No strategy of an earlier base month is on record here, so no forecast has come due. {kept}"]
    made = [month(each) for each in sorted(set(earlier["base_month"]))]
    if record.empty:
        return [f"Forecasts made from {join(made)} are on record; no file tells what came of them yet. {kept}"]
    return [f"Forecasts made from {join(made)} have come due. {_verdicts(record)}", kept]


def _verdicts(record: pd.DataFrame) -> str:
    return " ".join(told for each in TOLD if (told := _verdict(record, *each)))


def _verdict(record: pd.DataFrame, quantity: str, level: str, said: str) -> str:
    """One sentence on the longest that is known up to a year ahead."""
    own = record[
        (record["quantity"] == quantity) & (record["level"] == level) & (record["months_ahead"] <= MONTHS_IN_YEAR)
    ]
    known = own.dropna(subset=["mape"])
    if known.empty:
        return ""
    row = known.iloc[-1]
    error, low = percent(row["mape"] / 100), row["bias"] < 0
    return (
        f"{plural(row['months_ahead'], 'month')} ahead, {said} {error} off on average, "
        f"{percent(abs(row['bias']) / 100)} too {'low' if low else 'high'} together, and {percent(row['inside'])} of "
        f"{count(row['forecasts'])} came within the range."
    )


def track_table(record: pd.DataFrame) -> pd.DataFrame:
    """The track record for readers, at a few months ahead, with errors as shares."""
    some = record[record["months_ahead"].isin(SHOWN)]
    what = [f"{row.quantity}, {row.level}" for row in some.itertuples()]
    shown = some.assign(what=what, mape=some["mape"] / 100, bias=some["bias"] / 100)
    columns = {"what": "forecast", "months_ahead": "months_ahead", "forecasts": "how_many"}
    columns |= {"mape": "error", "bias": "too_high", "inside": "within_range"}
    return shown[list(columns)].rename(columns=columns)
