"""Sentences about who differs from whom, claimed only where the limits of chance are passed.

The method is in docs/method.md, section 12.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.metrics.comparison import NOT_COMPARED, SIMILAR
from pipeline.metrics.indicators.cards import cards
from pipeline.metrics.indicators.parts import ALL_PILLARS
from pipeline.metrics.scope import Scope
from pipeline.report.signal_words import written
from pipeline.report.words import join, lower, plain, plural

SAID = {"worse": "worse on", "better": "better on", "higher": "higher on", "lower": "lower on"}
"""How a difference reads, what matters most first."""
COMPARATORS = {"all": "All on file", "region": "Region", "system": "System"}
"""What a value is set beside, as the head of a column."""
GRID_NOTE = (
    "Better, worse, higher and lower stand where a value differs beyond limits of 95% from the system's, and waits and "
    "sickness from all organisations on file; of twenty such values one would do so by chance. No word: no difference "
    "can be told, or it cannot be judged."
)
FUNNEL_NOTE = (
    "Inside the curves chance and the usual spread of organisations explain a difference; small ones vary more. "
    "Ours are filled and named."
)
FUNNEL_FORMATS = {"value": "percent", "size": "count"}
SPINE_NOTE = (
    "The bar is the spread of the organisations that publish the indicator, its dark part the middle half; the line is "
    "their average. Better is to the right."
)


def comparison_sentences(beside: pd.DataFrame, organisation: str, name: str, against: str) -> list[str]:
    """How one organisation stands to the others over all pillars. Takes the result of compared."""
    own = _of(beside, organisation)
    judged = own[own["standing"] != NOT_COMPARED]
    if judged.empty:
        return []
    parts = [
        f"**{said}** {join(_pairs(rows))}"
        for standing, said in SAID.items()
        if len(rows := judged[judged["standing"] == standing])
    ]
    number = judged["organisations"].max()
    head = f"Beside {against} ({plural(number, 'organisation')} at most; not all publish each), {plain(name)} is"
    same = _names(judged[judged["standing"] == SIMILAR])
    level = f" No difference beyond chance can be told for {join(same)}." if same else ""
    if not parts:
        return [f"{head} within what chance explains on {join(same)}."]
    return [f"{head} {'; '.join(parts)}.{level}"]


def _of(beside: pd.DataFrame, organisation: str) -> pd.DataFrame:
    return beside[
        (beside["organisation"] == organisation) & (beside["pillar"] == ALL_PILLARS) & beside["value"].notna()
    ]


def _pairs(rows: pd.DataFrame) -> list[str]:
    return [
        f"{plain(lower(card.name))} ({written(card, row['value'])} against {written(card, row['reference'])})"
        for row in rows.to_dict("records")
        for card in [cards()[row["indicator"]]]
    ]


def _names(rows: pd.DataFrame) -> list[str]:
    return [plain(lower(cards()[name].name)) for name in rows["indicator"]]


def employer_sentences(strict: pd.DataFrame, marked: pd.DataFrame, scope: Scope) -> list[str]:
    """Which employers differ beyond limits of 99.8%, and how many values do only beyond those of 95%.

    Takes employers_compared at both confidences; the values that differ at 95% are marked in the table.
    """
    judged, apart = _judged(strict, scope)
    _, near = _judged(marked, scope)
    if judged.empty:
        return []
    number = plural(judged["indicator"].nunique(), "indicator")
    few = len(near) - len(apart)
    rest = f"{plural(few, 'value')} {'differs' if few == 1 else 'differ'} beyond limits of 95%, as the table marks; "
    rest = f" {rest}of twenty such values one would do so by chance." if few > 0 else ""
    if apart.empty:
        return [f"On {number} that can be judged, no employer differs beyond limits of 99.8%.{rest}"]
    told = [f"- **{plain(scope.names[code])}**: {_against(rows)}." for code, rows in _by_employer(apart, scope).items()]
    head = f"On {number} that can be judged, {plural(len(apart), 'value')} of employers lie beyond limits of 99.8%, "
    head = head.replace(" lie ", " lies ") if len(apart) == 1 else head
    return [f"{head}which one in 500 would pass by chance:", "\n".join(told), *([rest.strip()] if rest else [])]


def _judged(beside: pd.DataFrame, scope: Scope) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The values of employers over all pillars that can be judged, and those that differ."""
    own = beside[beside["organisation"].isin(scope.employers) & (beside["pillar"] == ALL_PILLARS)]
    judged = own[own["standing"] != NOT_COMPARED]
    return judged, judged[judged["standing"] != SIMILAR]


def _by_employer(apart: pd.DataFrame, scope: Scope) -> Mapping[str, pd.DataFrame]:
    return {code: rows for code in scope.employers if len(rows := apart[apart["organisation"] == code])}


def _against(rows: pd.DataFrame) -> str:
    return join(_against_one(row) for row in rows.to_dict("records"))


def _against_one(row: Mapping[str, Any]) -> str:
    card = cards()[row["indicator"]]
    reference = written(card, row["reference"])
    return f"{plain(lower(card.name))} {written(card, row['value'])} ({row['standing']}, against {reference})"
