"""Retirement exposure: who reaches a stated age soon, from counts of people by age band.

People are spread evenly over the ages of their band, since a file gives bands and no birthdays. A band without an end
(Under 20, 75+) is spread to the youngest or oldest age at work of `pipeline/reference/indicators.yaml`. It is exposure,
not a forecast: nobody has to retire at that age (docs/method.md, section 12).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.reference import indicator

HORIZONS = (1, 3, 5)
"""Years within which people are counted."""
LEAST_SPAN = 5
"""Years that a band without an end covers at least, as the five-year bands do, where it begins near that end."""


def age_spans(bands: pd.Series) -> pd.DataFrame:
    """The first age of each band and the age at which it is over (`from_age`, `to_age`, years), by its words.

    45-49 is 45 up to 50. Under 25 and 75+ end at the youngest and the oldest age at work. A band that tells no age
    (All, Not known) has neither.
    """
    names = bands.astype("str")
    return _spans_of(pd.Series(names.unique())).reindex(names).set_axis(bands.index)


def _spans_of(names: pd.Series) -> pd.DataFrame:
    """The spans of different bands, by their words: a file has millions of rows and a dozen bands."""
    words = names.str.strip().str.casefold()
    closed = words.str.extract(r"^(\d+)\s*(?:-|–|to)\s*(\d+)\b").astype("float64")
    below = words.str.extract(r"^(?:under|<)\s*(\d+)")[0].astype("float64")
    above = words.str.extract(r"^(\d+)\s*(?:\+|and (?:over|above))")[0].astype("float64")
    youngest = np.minimum(indicator("youngest_age_at_work"), (below - LEAST_SPAN).clip(lower=0))
    oldest = np.maximum(indicator("oldest_age_at_work"), above + LEAST_SPAN)
    return pd.DataFrame(
        {
            "from_age": closed[0].fillna(youngest).fillna(above),
            "to_age": (closed[1] + 1).fillna(below).fillna(oldest),
        }
    ).set_axis(pd.Index(names))


def ages_between(bands: pd.Series, first: float, last: float) -> pd.Series:
    """Share (0 to 1) of the ages of each band that lie from `first` up to `last`; 0 of a band that tells no age."""
    return _between(age_spans(bands), first, last).fillna(0.0)


def _between(spans: pd.DataFrame, first: float, last: float) -> pd.Series:
    """Share of each band's ages from `first` up to `last`."""
    inside = np.minimum(spans["to_age"], last) - np.maximum(spans["from_age"], first)
    return inside.clip(lower=0) / (spans["to_age"] - spans["from_age"])


def retirement_age() -> int:
    """The age from which a person counts as one who may retire, in years."""
    return int(indicator("retirement_age"))


def retirement_by(aged: pd.DataFrame, by: Sequence[str], age: float | None = None) -> pd.DataFrame:
    """People, those who have reached the retirement age and those who will within 1, 3 and 5 years, by `by`.

    Takes rows with age_band and headcount, as of ages.staff_by_age. `reached` are of that age or over already and in
    none of `within_1`, `within_3` and `within_5`, which include each other. Expected people, not whole. Rows without an
    age or a headcount are left out. `age` is by default the retirement_age of indicators.yaml. Most people first.
    """
    stated = retirement_age() if age is None else age
    spans = age_spans(aged["age_band"])
    people = aged["headcount"].astype("Float64").astype("float64").where(spans["from_age"].notna())
    counted = aged.assign(
        people=people,
        reached=people * _between(spans, stated, np.inf),
        **{f"within_{years}": people * _between(spans, stated - years, stated) for years in HORIZONS},
    ).dropna(subset=["people"])
    sums = ["people", "reached", *(f"within_{years}" for years in HORIZONS)]
    summed = counted.groupby(list(by), as_index=False)[sums].sum()
    return with_shares(summed).sort_values("people", ascending=False, ignore_index=True)


def with_shares(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts with shares of the people (0 to 1): share_reached, share_1, share_3 and share_5.

    Missing where there are under ten people, or a count is hidden.
    """
    people = counts["people"].astype("Float64")
    enough = people.where((people >= indicator("rate_from_headcount")).fillna(False))
    columns = {"share_reached": "reached", **{f"share_{years}": f"within_{years}" for years in HORIZONS}}
    return counts.assign(**{share: counts[count].astype("Float64") / enough for share, count in columns.items()})
