"""Sentences and tables about what changed, how sure that is, and what stayed as it was.

Nothing is called a change that the rules of a control chart do not call one (docs/method.md, section 11).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from pipeline.metrics.indicators.cards import Card, cards
from pipeline.metrics.indicators.parts import ALL_PILLARS
from pipeline.metrics.months import months_back
from pipeline.metrics.scope import Scope
from pipeline.metrics.signals import TOO_FEW
from pipeline.plan import PILLAR_NAMES
from pipeline.report.narrative import ROW_NAMES
from pipeline.report.words import count, is_missing, join, lower, money, month, percent, plain, plural, ratio, wte

WRITTEN: Mapping[str, Callable[[Any], str]] = {
    "percent": percent,
    "wte": wte,
    "people": count,
    "ratio": ratio,
    "per_100": wte,
    "per_100000": wte,
    "count": count,
    "money": money,
}
SIGNAL_NOTE = (
    "Figures of one month, flows as a yearly rate; the tables of every indicator pool twelve. The usual range is where "
    "nearly all months lie by chance alone. A signal is a month outside it, a run of months on one side of the average "
    "or in one direction, or months near its end. A dash: not known."
)
CHART_NOTE = (
    "The line is the average of all months shown, the dashed lines the range that chance explains. A month is marked "
    "by where it lies: on the good side it is improving even on its way to the bad one. Axes need not begin at zero."
)
FEW_NOTE = "There are too few months to say what is usual. Axes need not begin at zero."
SEASON_NOTE = "Sickness goes with the season: a high winter month may be a signal and no lasting change."
LIMIT_FORMATS = dict.fromkeys(["value", "mean", "lower", "upper"], "percent")
"""How the columns of a control chart's table are written where they are shares."""
VERDICTS = {
    "concerning": "a change for the worse",
    "improving": "a change for the better",
    "high": "a change that is neither good nor bad by itself",
    "low": "a change that is neither good nor bad by itself",
}
"""What each kind of signal says, worst first."""
COMMON = "common"


def written(card: Card, value: Any) -> str:
    """A value of an indicator in its unit."""
    return WRITTEN[card.unit](value)


def signal_sentences(found: pd.DataFrame, most: int = 6) -> list[str]:
    """What changed, worst first, then what only moved as usual, then what cannot be told. Takes `signals`."""
    if found.empty:
        return []
    rank = {kind: place for place, kind in enumerate(VERDICTS)}
    moved = found[found["variation"].isin(list(rank))]
    ordered = moved.assign(rank=moved["variation"].map(rank)).sort_values("rank", kind="stable")
    told = [f"- {_change(row)}" for row in ordered.head(most).to_dict("records")]
    rest = len(ordered) - len(told)
    if rest > 0:
        told.append(f"- {plural(rest, 'more signal')} {'is' if rest == 1 else 'are'} in the table.")
    head = [_head(len(ordered))] if len(ordered) or (found["variation"] == COMMON).any() else []
    return [*head, *(["\n".join(told)] if told else []), *_unchanged(found), *_unknown(found)]


def _head(moved: int) -> str:
    if not moved:
        return "No indicator changed by more than it usually does from month to month."
    return f"**{plural(moved, 'indicator')}** changed by more than month-to-month chance explains:"


def _change(row: Mapping[str, Any]) -> str:
    card = cards()[row["indicator"]]
    sentence = f"**{plain(card.name)}**{_where(row['pillar'])}: {_how(card, row)}; {VERDICTS[row['variation']]}."
    before = "" if is_missing(row["year_before"]) else f" A year before: {written(card, row['year_before'])}."
    return f"{sentence}{before}"


def _where(pillar: str) -> str:
    return "" if pillar == ALL_PILLARS else f" in {PILLAR_NAMES[pillar]}"


def _how(card: Card, row: Mapping[str, Any]) -> str:
    now, above = f"{written(card, row['value'])} in {month(row['month'])}", row["side"] == "high"
    if row["moved"]:
        steps = f"{'a rise' if row['moved'] > 0 else 'a fall'} in each of {plural(abs(row['moved']), 'month')}"
        return f"{now}, after {steps} from {written(card, row['moved_from'])}"
    if row["rule"] == "outside":
        limits = f"{written(card, row['lower'])} to {written(card, row['upper'])}"
        return f"{now}, {'above' if above else 'below'} the {limits} that chance explains"
    if row["rule"] == "shift":
        side = "above" if above else "below"
        return f"{now}, {side} its average of {written(card, row['mean'])} for {_months_of(row)}"
    end = "upper" if above else "lower"
    return f"{now}, and in two of three months near the {end} end of what chance explains"


def _months_of(row: Mapping[str, Any]) -> str:
    months = int(months_back(pd.DatetimeIndex([row["since"]]), row["month"])[0]) + 1
    return plural(months, "month")


def _unchanged(found: pd.DataFrame) -> list[str]:
    same = found[found["variation"] == COMMON]
    if same.empty:
        return []
    return [f"No more than the usual movement from month to month was seen in {join(_named(same))}."]


def _unknown(found: pd.DataFrame) -> list[str]:
    few = found[found["variation"] == TOO_FEW]
    if few.empty:
        return []
    return [f"There are too few months to tell a change from chance in {join(_named(few))}."]


def _named(rows: pd.DataFrame) -> list[str]:
    return [
        f"{plain(lower(cards()[row['indicator']].name))}{_where(row['pillar'])}"
        f" ({written(cards()[row['indicator']], row['value'])})"
        for row in rows.to_dict("records")
    ]


def signal_table(found: pd.DataFrame) -> pd.DataFrame:
    """The latest month of each series in words: value, a year before, what the months say, whether a target is met."""
    rows = [
        {
            "indicator": f"{cards()[row['indicator']].name}{_counted(row)}",
            "latest": written(cards()[row["indicator"]], row["value"]),
            "month": month(row["month"]),
            "a_year_before": _before(cards()[row["indicator"]], row),
            "usual_range": _usual(cards()[row["indicator"]], row),
            "signal": _signal_words(row),
            "target": _target_words(cards()[row["indicator"]], row),
        }
        for row in found.to_dict("records")
    ]
    return pd.DataFrame(rows)


def _before(card: Card, row: Mapping[str, Any]) -> str | None:
    return None if is_missing(row["year_before"]) else written(card, row["year_before"])


def _counted(row: Mapping[str, Any]) -> str:
    """How many employers a total holds, where it is not all of them."""
    if is_missing(row["counted"]) or row["counted"] >= row["of"]:
        return ""
    return f" ({count(row['counted'])} of {plural(int(row['of']), 'employer')})"


def _usual(card: Card, row: Mapping[str, Any]) -> str | None:
    if is_missing(row["mean"]):
        return None
    return f"{written(card, row['lower'])} to {written(card, row['upper'])}"


def _signal_words(row: Mapping[str, Any]) -> str:
    said = {"concerning": "■ Worse", "improving": "◆ Better", "high": "▲ Higher", "low": "▼ Lower"}
    if row["variation"] in said:
        return f"{said[row['variation']]} since {month(row['since'])}"
    return "● As usual" if row["variation"] == COMMON else f"Too few months ({row['months']})"


def _target_words(card: Card, row: Mapping[str, Any]) -> str | None:
    if is_missing(row["target"]):
        return None
    goal = written(card, row["target"])
    said = {"passing": "met every month", "failing": "not met without a change"}
    return f"{goal}: {said.get(row['assured'], 'met by chance in some months')}" if row["assured"] != TOO_FEW else goal


def panels_of(points: pd.DataFrame, scope: Scope, by: str) -> pd.DataFrame:
    """Points of control charts with the `name` of each panel: that of the indicator, the pillar or the organisation."""
    names: Mapping[str, str] = {
        "indicator": {card.id: card.name for card in cards().values()},
        "pillar": {pillar: ROW_NAMES[pillar].capitalize() for pillar in scope.pillars},
        "organisation": scope.names,
    }[by]
    return points.assign(name=points[by].map(names))


def series_note(series: pd.DataFrame, points: pd.DataFrame, employers: int) -> str:
    """How many employers the system's months hold, where some have too few months to be followed."""
    held = series.reindex(columns=["pillar", "counted", "of"]).drop_duplicates("pillar")
    short = held[(held["counted"] < held["of"]).fillna(False)]
    parts = [
        f"{ROW_NAMES[row.pillar]} counts {count(row.counted)} of {plural(int(row.of), 'employer')}"
        for row in short.itertuples()
    ]
    same = "Each series is over the same employers in every month." if employers > 1 else ""
    left = f" {join(parts).capitalize()}: the others have too few months." if parts else ""
    return f"{chart_note(points)} {same}{left}".strip()


def rates_note(points: pd.DataFrame) -> str:
    """How the charts read; where joiners or leavers are among them, what August does to them."""
    flows = points["indicator"].isin(["leaver_rate", "system_leaver_rate", "joiner_rate"]).any()
    august = " Doctors in training change posts in August, which shows in joiners and leavers." if flows else ""
    return f"{chart_note(points)}{august}"


def chart_note(points: pd.DataFrame) -> str:
    """How a control chart reads, or that there are too few months for its lines."""
    return CHART_NOTE if points["mean"].notna().any() else FEW_NOTE


def followed(points: pd.DataFrame) -> pd.DataFrame:
    """The points of the panels that have two months or more: a single one is in the tables."""
    return points[points.groupby("name")["value"].transform("count") > 1]


def of_unit(series: pd.DataFrame, unit: str) -> pd.DataFrame:
    """The rows of indicators that are written in one unit, which can share a way of writing."""
    return series[series["indicator"].isin([card.id for card in cards().values() if card.unit == unit])]
