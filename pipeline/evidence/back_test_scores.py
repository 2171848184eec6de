"""Scores of past forecasts by method, and whether the model did better than naive methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.evidence.forecast_rows import MODEL
from pipeline.evidence.plan_opponents import LAST_VALUE, LINEAR_DRIFT, SMOOTHING
from pipeline.evidence.scores import bias, coverage, mean_absolute_percentage_error, scaled_errors
from pipeline.reference import back_testing

SCORES = ["forecasts", "mape", "mase", "bias", "crps", "coverage"]
YEAR_AHEAD = 12
PROFESSION, ALL = "profession", "total"


def scores(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Scores of forecasts (rows of forecast_rows) by some of their columns, in the order in which they come.

    Per cent: `mape`, `bias` and `crps`, the last as the mean score over what came, so that large series do not drown
    small ones. `mase` is missing where no series has a usual step; `coverage` is the share of what came within the 80 %
    interval.
    """
    found = [
        [*(key if isinstance(key, tuple) else (key,)), *_scores(group)]
        for key, group in rows.groupby(list(by), sort=False)
    ]
    return pd.DataFrame(found, columns=[*by, *SCORES])


def _scores(rows: pd.DataFrame) -> list[float]:
    came = rows["came"].to_numpy()
    there = rows[rows["came"] > 0]
    scaled = scaled_errors(rows["middle"], came, rows["usual_step"])
    known = scaled[np.isfinite(scaled)]
    return [
        len(rows),
        mean_absolute_percentage_error(there["middle"], there["came"]) if len(there) else float("nan"),
        float(known.mean()) if len(known) else float("nan"),
        bias(rows["middle"], came) if came.sum() > 0 else float("nan"),
        float(100 * (there["crps"] / there["came"]).mean()) if len(there) else float("nan"),
        coverage(rows["low"], rows["high"], came),
    ]


def large_professions(stocks: pd.DataFrame) -> pd.DataFrame:
    """The forecasts of people of professions that were large enough at the origin."""
    large = stocks["before"] >= back_testing("large_team")
    return stocks[(stocks["level"] == PROFESSION) & (stocks["measure"] == "headcount") & large]


@dataclass(frozen=True)
class Verdict:
    """How the model did against naive methods: `word` is better, level or worse, `errors` MAPE (%) by method.

    `of` says what was forecast: "profession" where some are large enough, else "total". `naive` is the better of the
    naive methods. `forecasts` and `origins` are how many errors the means are of.
    """

    word: str
    of: str
    naive: str
    errors: dict[str, float]
    forecasts: int
    origins: int

    @property
    def ratio(self) -> float:
        """The model's error over that of the better naive method."""
        return self.errors[MODEL] / self.errors[self.naive] if self.errors[self.naive] > 0 else float("inf")


def verdict(stocks: pd.DataFrame, horizon: int = YEAR_AHEAD) -> Verdict | None:
    """The verdict so many months ahead: of large professions, or of all staff together where none is large.

    None where no forecast of that length has come due.
    """
    large = large_professions(stocks)
    large = large[large["horizon"] == horizon]
    return _verdict(large, PROFESSION) if len(large) else verdict_of_all(stocks, horizon)


def verdict_of_all(stocks: pd.DataFrame, horizon: int = YEAR_AHEAD) -> Verdict | None:
    """The verdict so many months ahead of all staff together; None where no forecast of that length has come due."""
    whole = (stocks["level"] == ALL) & (stocks["measure"] == "headcount") & (stocks["horizon"] == horizon)
    return _verdict(stocks[whole], ALL) if whole.any() else None


def _verdict(rows: pd.DataFrame, of: str) -> Verdict:
    by_method = scores(rows, ["method"]).set_index("method")
    errors = {str(name): float(value) for name, value in by_method["mape"].items()}
    naive = min((LAST_VALUE, LINEAR_DRIFT), key=errors.__getitem__)
    return Verdict(
        _word(errors[MODEL], errors[naive]),
        of,
        naive,
        {name: errors[name] for name in (MODEL, LAST_VALUE, LINEAR_DRIFT, SMOOTHING) if name in errors},
        int(by_method.loc[MODEL, "forecasts"]),
        int(rows["origin"].nunique()),
    )


def _word(ours: float, naive: float) -> str:
    within = back_testing("level_within") * naive
    if abs(ours - naive) <= within:
        return "level"
    return "better" if ours < naive else "worse"
