"""Months in which a provider's count is missing or far too low to be whole (docs/method.md, section 2).

Such a month is not a fall in tests: it is left out of yearly growth and of the year that the model starts from.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

SIZED_SHARE, SMALL = 0.01, 30
"""A provider's month matters from this share of the system's usual count and this many tests; below, counts are hidden
when small and go up and down by chance."""
LOW, USUAL = 0.4, 0.6
"""A count under 0.4 of the provider's usual level is not whole if the other providers stand above 0.6 of theirs."""
AROUND, AT_LEAST = 13, 4
"""Months about each one from which the usual level (median) is taken, and how many of them must be there."""
COLUMNS = ["provider", "dataset", "test", "month", "why"]


def incomplete_returns(activity: pd.DataFrame, providers: Collection[str], current: Collection[str]) -> pd.DataFrame:
    """Provider, dataset, test and month of every count that is missing or not whole, with why (`missing` or `low`).

    `providers` make up the system; only those of `current` are expected in every month up to the latest, since one that
    closed or merged has made its last return. A test that stands in no row of a return that was made was not done.
    """
    own = activity[activity["provider"].isin(providers)]
    found = [
        _of_test(rows, str(dataset), str(test), _returned(of_dataset), current)
        for dataset, of_dataset in own.groupby("dataset")
        for test, rows in of_dataset.groupby("test")
    ]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS)


def _returned(of_dataset: pd.DataFrame) -> pd.DataFrame:
    """Whether each provider (columns) made a return in each month (rows) of a data set."""
    months = pd.date_range(of_dataset["month"].min(), of_dataset["month"].max(), freq="ME")
    made = of_dataset.dropna(subset=["tests"]).groupby(["month", "provider"]).size().unstack("provider")
    return made.reindex(months).notna()


def _of_test(
    rows: pd.DataFrame, dataset: str, test: str, returned: pd.DataFrame, current: Collection[str]
) -> pd.DataFrame:
    counts = _counts(rows, returned)
    sized = counts.loc[:, counts.median() >= max(SIZED_SHARE * counts.median().sum(), SMALL)]
    missing = sized.isna() & sized.ffill().notna() & sized.columns.isin(list(current))
    usual = sized.rolling(AROUND, center=True, min_periods=AT_LEAST).median()
    others = sized.sum(axis=1).to_numpy()[:, None] - sized.fillna(0)
    usual_of_others = others.rolling(AROUND, center=True, min_periods=AT_LEAST).median()
    stand = (others >= USUAL * usual_of_others) | (len(sized.columns) == 1)
    low = (sized > 0) & (sized < LOW * usual) & stand
    return pd.concat(
        [_marked(missing, dataset, test, "missing"), _marked(low, dataset, test, "low")], ignore_index=True
    )


def _counts(rows: pd.DataFrame, returned: pd.DataFrame) -> pd.DataFrame:
    """Tests by month and provider: 0 where a return was made without a row for the test, missing where none was."""
    by = rows.groupby(["month", "provider"])["tests"]
    # A sum with an empty cell in it is empty: part of the count is not known.
    sums = by.sum(min_count=1).astype("float64").unstack("provider").reindex(returned.index)
    stated = by.size().unstack("provider").reindex(returned.index).notna()
    return sums.where(stated | ~returned.reindex(columns=sums.columns, fill_value=False), 0.0)


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
