"""The plan's register of risks and its calendar of boards."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pandas as pd

from pipeline.reference import FOLDER

SCALE = range(1, 6)


@cache
def risk_levels() -> dict[str, int]:
    """Each level of risk and the lowest score (likelihood x impact) that has it, lowest first."""
    levels = pd.read_csv(FOLDER / "risk_levels.csv")
    return dict(zip(levels["level"], levels["from_score"].astype(int), strict=True))


def level_of(score: int) -> str:
    """The level of a score: 1 to 3 is low, 4 to 6 moderate, 8 to 12 high, 15 to 25 extreme."""
    return [level for level, lowest in risk_levels().items() if score >= lowest][-1]


def ranked_risks(risks: pd.DataFrame, on: dt.date) -> pd.DataFrame:
    """The risks with score, level and whether their review was due by a day (`overdue`), worst first."""
    score = risks["likelihood"].astype("int64") * risks["impact"].astype("int64")
    ranked = risks.assign(
        score=score, level=score.map(level_of).astype("str"), overdue=risks["review_on"] <= pd.Timestamp(on)
    )
    return ranked.sort_values(
        ["score", "impact", "review_on", "id"], ascending=[False, False, True, True], ignore_index=True
    )


def risk_matrix(risks: pd.DataFrame) -> pd.DataFrame:
    """How many risks have each likelihood (a row each, 5 on top) and impact (a column each, 1 to 5)."""
    counts = pd.crosstab(risks["likelihood"].astype("int64"), risks["impact"].astype("int64"))
    whole = counts.reindex(index=reversed(SCALE), columns=SCALE, fill_value=0)
    named = whole.rename(columns={impact: f"Impact {impact}" for impact in SCALE}).rename_axis(columns=None)
    return named.reset_index()


def meetings_after(governance: pd.DataFrame, month: dt.date) -> pd.DataFrame:
    """The calendar's meetings after a month's end, soonest first."""
    ahead = governance[governance["date"] > pd.Timestamp(month)]
    return ahead.sort_values(["date", "body", "item"], ignore_index=True)
