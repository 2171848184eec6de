"""The plan's register of risks and its calendar of boards."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from functools import cache
from typing import Literal

import pandas as pd

from pipeline.reference import FOLDER, risk_bands

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
    """The risks with score, level and whether their review was due by a day (`overdue`), worst first.

    The level of a risk's event is in level_of_event.
    """
    score = risks["likelihood"].astype("int64") * risks["impact"].astype("int64")
    ranked = risks.rename(columns={"level": "level_of_event"}).assign(
        score=score, level=score.map(level_of).astype("str"), overdue=risks["review_on"] <= pd.Timestamp(on)
    )
    return ranked.sort_values(
        ["score", "impact", "review_on", "id"], ascending=[False, False, True, True], ignore_index=True
    )


def class_of(what: Literal["likelihood", "impact"], share: float) -> int:
    """The class from 1 to 5 of a likelihood (share of draws) or an impact (share of staff), by risk_bands.csv."""
    return [band.number for band in risk_bands(what) if share >= band.begins][-1]


NOT_FOLLOWED = "staff could not be followed into the future"
MEASURED = ["likelihood", "month", "draws", "wte", "today", "why_not"]


def with_measured(ranked: pd.DataFrame, measured: pd.DataFrame | None) -> pd.DataFrame:
    """The register with what the draws say of each risk beside what its owner says, which stays as it is.

    Takes ranked_risks and risk_events.measured. Adds measured (share of draws), measured_month, draws, wte, today,
    why_not, measured_class (1 to 5) and `differs`, by how many classes that lies above the owner's likelihood (below:
    less than 0). All are missing for a risk that is not stated as an event, or whose event was not measured; `measured`
    is None where staff could not be followed.
    """
    renamed = {"likelihood": "measured", "month": "measured_month"}
    if measured is None:
        stated = ranked.loc[ranked["event"].notna(), ["id"]]
        measured = stated.reindex(columns=["id", *MEASURED]).assign(why_not=NOT_FOLLOWED)
    both = ranked.merge(measured[["id", *MEASURED]].rename(columns=renamed), on="id", how="left")
    known = both["measured"].notna()
    classes = both["measured"].map(lambda share: class_of("likelihood", share), na_action="ignore").astype("Int64")
    return both.assign(
        measured_class=classes.where(known),
        differs=(classes - both["likelihood"].astype("Int64")).where(known),
        why_not=both["why_not"].fillna(""),
    )


def actions_named(text: str, ids: Collection[str]) -> list[str]:
    """The ids of actions that a text names as whole words, in its order, each once."""
    words = re.findall(r"[A-Za-z0-9_-]+", text)
    return [word for word in dict.fromkeys(words) if word in ids]


def meetings_after(governance: pd.DataFrame, month: dt.date) -> pd.DataFrame:
    """The calendar's meetings after a month's end, soonest first."""
    ahead = governance[governance["date"] > pd.Timestamp(month)]
    return ahead.sort_values(["date", "body", "item"], ignore_index=True)
