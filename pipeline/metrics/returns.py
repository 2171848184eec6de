"""Months in which a provider's count is missing or far too low to be whole (docs/method.md, section 2).

Such a month is not a fall in tests: it is left out of yearly growth and of the year that the model starts from.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

SIZED_SHARE = 0.01
"""Share of the system's usual count from which a provider's month matters; smaller counts are often hidden."""
LOW, USUAL = 0.4, 0.6
"""A count under 0.4 of the provider's usual level is not whole if the other providers stand above 0.6 of theirs."""
AROUND, AT_LEAST = 13, 4
"""Months about each one from which the usual level (median) is taken, and how many of them must be there."""
COLUMNS = ["provider", "dataset", "test", "month", "why"]


def incomplete_returns(activity: pd.DataFrame, providers: Collection[str], current: Collection[str]) -> pd.DataFrame:
    """Provider, dataset, test and month of every count that is missing or not whole, with why (`missing` or `low`).

    `providers` make up the system; only those of `current` are expected in every month up to the latest, since one that
    closed or merged has made its last return.
    """
    own = activity[activity["provider"].isin(providers)]
    found = [
        _of_test(rows, str(dataset), str(test), months, current)
        for dataset, of_dataset in own.groupby("dataset")
        for months in [pd.date_range(of_dataset["month"].min(), of_dataset["month"].max(), freq="ME")]
        for test, rows in of_dataset.groupby("test")
    ]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS)


def without_incomplete(activity: pd.DataFrame, incomplete: pd.DataFrame) -> pd.DataFrame:
    """The activity without the counts that are not whole."""
    if incomplete.empty:
        return activity
    keys = ["provider", "dataset", "test", "month"]
    marked = activity.merge(incomplete[keys], on=keys, how="left", indicator=True)
    return activity[(marked["_merge"] == "left_only").to_numpy()]


def _of_test(
    rows: pd.DataFrame, dataset: str, test: str, months: pd.DatetimeIndex, current: Collection[str]
) -> pd.DataFrame:
    known = rows.dropna(subset=["tests"])
    counts = known.groupby(["month", "provider"])["tests"].sum().astype("float64").unstack("provider").reindex(months)
    sized = counts.loc[:, counts.median() >= SIZED_SHARE * counts.median().sum()]
    began = sized.ffill().notna()
    missing = sized.isna() & began & sized.columns.isin(list(current))
    usual = sized.rolling(AROUND, center=True, min_periods=AT_LEAST).median()
    others = sized.sum(axis=1).to_numpy()[:, None] - sized.fillna(0)
    usual_of_others = others.rolling(AROUND, center=True, min_periods=AT_LEAST).median()
    low = (sized < LOW * usual) & ((others >= USUAL * usual_of_others) | (len(sized.columns) == 1))
    return pd.concat(
        [_marked(missing, dataset, test, "missing"), _marked(low, dataset, test, "low")], ignore_index=True
    )


def _marked(mark: pd.DataFrame, dataset: str, test: str, why: str) -> pd.DataFrame:
    line, column = np.nonzero(mark.to_numpy(dtype=bool))
    return pd.DataFrame(
        {
            "provider": mark.columns.to_numpy()[column],
            "dataset": dataset,
            "test": test,
            "month": mark.index.to_numpy()[line],
            "why": why,
        },
        columns=COLUMNS,
    )
