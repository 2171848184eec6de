"""Sentences and tables about assurance triggers: what is red, since when, who is told, and what cannot be said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from pipeline.metrics.assurance.definitions import Assurance, Metric, Told
from pipeline.metrics.assurance.judging import NAMES, RED_FROM, UNKNOWN
from pipeline.metrics.indicators.cards import Card, cards
from pipeline.metrics.indicators.parts import ALL_PILLARS, SYSTEM
from pipeline.metrics.scope import Scope
from pipeline.report.indicator_tables import THE_SYSTEM
from pipeline.report.narrative import ROW_NAMES, agree
from pipeline.report.signal_words import written
from pipeline.report.words import count, is_missing, join, lower, month, plain, plural, ratio

SHOWN_AS = {
    "green": "●\N{NO-BREAK SPACE}Green",
    "amber": "▲\N{NO-BREAK SPACE}Amber",
    "red": "■\N{NO-BREAK SPACE}Red",
    UNKNOWN: "○\N{NO-BREAK SPACE}Not\N{NO-BREAK SPACE}known",
}
"""Each status by shape and word, so that it needs no colour; a shape never stands on a line without its word."""
GRID_NOTE = (
    "Red: a threshold that matters most is passed, or most are. Amber: some are. Not known: less than half of what "
    "the answer needs is on file. Thresholds and their sources are in the last chapter."
)
LEVELS = {name: level for level, name in NAMES.items()}


def assurance_sentences(current: pd.DataFrame, fired: pd.DataFrame, assurance: Assurance) -> list[str]:
    """How many triggers of the system are red, amber, green and not known, and the red ones with who is told.

    `current` are triggers of the latest values, `fired` the result of history.escalations.
    """
    own = _system(current)
    if own.empty:
        return []
    red = _system(fired)
    total = sum(1 for _ in assurance.triggers())
    return [_head(own["status"].value_counts().to_dict(), total), *_told(red[red["status"] == "red"])]


def _head(numbers: Mapping[str, int], total: int) -> str:
    """How many of all triggers have each status. Those without a row are as little known as those not known."""
    said = [f"{count(numbers[name])} {agree(numbers[name], 'is', 'are')} {name}" for name in _ORDER if name in numbers]
    if not said:
        return f"Too little is on file to tell of any of the {plural(total, 'assurance trigger')} for the system."
    absent = total - sum(numbers[name] for name in _ORDER if name in numbers)
    head = f"Of {plural(total, 'assurance trigger')} for the system, {join(said)}"
    return f"{head}; of {plural(absent, 'other')} too little is on file to tell." if absent else f"{head}."


_ORDER = ("red", "amber", "green")


def _system(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[(rows["organisation"] == SYSTEM) & (rows["pillar"] == ALL_PILLARS)]


def _told(red: pd.DataFrame) -> list[str]:
    if red.empty:
        return []
    return ["\n".join(_told_one(row) for row in red.to_dict("records"))]


def _told_one(row: Mapping[str, Any]) -> str:
    within = plural(row["days"], "day")
    return f"- **{plain(row['title'])}**{_since(row)}: to be told, within {within}, {plain(row['who'])}."


def _since(row: Mapping[str, Any]) -> str:
    return "" if is_missing(row["since"]) else f", red since {_first(row)}"


def _first(row: Mapping[str, Any]) -> str:
    """The month since when, and that it may be longer where nothing is known of the month before it."""
    unknown = is_missing(row["before"]) or row["before"] == UNKNOWN
    return f"{month(row['since'])}{' or before' if unknown else ''}"


def status_grid(groups: pd.DataFrame, overall: pd.DataFrame, assurance: Assurance, scope: Scope) -> pd.DataFrame:
    """The status of each group (rows) at the system and each employer (columns), with all together last."""
    names = {SYSTEM: THE_SYSTEM, **scope.names}
    own = groups[(groups["pillar"] == ALL_PILLARS) & groups["organisation"].isin(list(names))]
    questions = {group.id: group.question for group in assurance.groups}
    together = overall[(overall["pillar"] == ALL_PILLARS) & overall["organisation"].isin(list(names))]
    rows = pd.concat([own.assign(question=own["group"].map(questions)), together.assign(question=ALTOGETHER)])
    return _wide(rows, "organisation", names, [*questions.values(), ALTOGETHER])


ALTOGETHER = "All together"


def grid_note(groups: pd.DataFrame, current: pd.DataFrame, assurance: Assurance) -> str:
    """What the words of the grid mean, and of which triggers the system's answers are amber where one of them is red.

    `groups` and `current` are the statuses of groups and of triggers now.
    """
    amber = _system(groups)
    amber = amber[amber["status"] == "amber"].set_index("group")
    own = _system(current).set_index("trigger")["status"]
    mixed = []
    for group in assurance.groups:
        known = {each.id: each for each in group.triggers if own.get(each.id, UNKNOWN) != UNKNOWN}
        if group.id in amber.index and any(own[name] == "red" for name in known):
            each = join(f"“{known[name].title}” is {own[name]} (weight {known[name].weight:g})" for name in known)
            score = ratio(amber.at[group.id, "score"])
            mixed.append(f"{group.question} For the system, {each}: {score} in the weighted mean, so amber.")
    if not mixed:
        return GRID_NOTE
    told = f"Green counts {LEVELS['green']}, amber {LEVELS['amber']} and red {LEVELS['red']}; red is from {RED_FROM:g}."
    return " ".join([GRID_NOTE, told, *mixed])


def pillar_grid(groups: pd.DataFrame, assurance: Assurance, scope: Scope) -> pd.DataFrame:
    """The status of each group (rows) of the system in each pillar (columns)."""
    own = groups[(groups["organisation"] == SYSTEM) & groups["pillar"].isin(scope.pillars)]
    questions = {group.id: group.question for group in assurance.groups}
    names = {pillar: ROW_NAMES[pillar].capitalize() for pillar in scope.pillars}
    return _wide(own.assign(question=own["group"].map(questions)), "pillar", names, list(questions.values()))


def _wide(rows: pd.DataFrame, column: str, names: Mapping[str, str], order: list[str]) -> pd.DataFrame:
    said = rows.assign(said=rows["status"].map(SHOWN_AS))
    wide = said.pivot(index="question", columns=column, values="said").reindex(index=order, columns=list(names))
    shown = wide.astype(object).fillna(SHOWN_AS[UNKNOWN]).rename(columns=dict(names)).rename_axis(columns=None)
    return shown.rename_axis(index="question").reset_index()


def fired_table(fired: pd.DataFrame, judged: pd.DataFrame, scope: Scope, latest: pd.DataFrame) -> pd.DataFrame:
    """The amber and red triggers of the system and its employers over all pillars, worst first.

    Each with what passed which threshold in which period, since when, and who is told within how many days. `latest`
    are the values that were judged, with the `months` that each pools.
    """
    names = {SYSTEM: THE_SYSTEM, **scope.names}
    rows = fired[(fired["pillar"] == ALL_PILLARS) & fired["organisation"].isin(list(names))]
    pooled = latest.set_index(["indicator", "organisation", "pillar"])["months"]
    judged = judged.drop(columns="months", errors="ignore").join(pooled, on=list(pooled.index.names))
    return pd.DataFrame(
        {
            "trigger": rows["title"],
            "where": rows["organisation"].map(names),
            "status": rows["status"].map(SHOWN_AS),
            "passed": [_passed(row, judged) for row in rows.to_dict("records")],
            "since": [None if is_missing(row["since"]) else _first(row) for row in rows.to_dict("records")],
            "told": [f"{row['who']}, {plural(row['days'], 'day')}" for row in rows.to_dict("records")],
        }
    ).reset_index(drop=True)


def _passed(row: Mapping[str, Any], judged: pd.DataFrame) -> str:
    """The metrics of a fired trigger that are amber or red, with value and threshold."""
    same = (judged["trigger"] == row["trigger"]) & (judged["organisation"] == row["organisation"])
    metrics = judged[same & (judged["pillar"] == row["pillar"]) & (judged["level"] > 0)].to_dict("records")
    by_period: dict[str, list[str]] = {}
    for metric in metrics:
        by_period.setdefault(_period(metric), []).append(_metric(metric))
    return "; ".join(f"{when}: {', '.join(parts)}" for when, parts in by_period.items())


def _period(metric: Mapping[str, Any]) -> str:
    """The month of a value, with those before it that it pools."""
    pools = cards()[metric["indicator"]].period == "year" and not is_missing(metric["months"])
    return f"{plural(int(metric['months']), 'month')} to {month(metric['month'])}" if pools else month(metric["month"])


def _metric(metric: Mapping[str, Any]) -> str:
    card = cards()[metric["indicator"]]
    level = "red" if metric["level"] > 1 else "amber"
    side = "from" if metric["worse"] == "above" else "down from"
    fine, next_one = _says(card, metric[level]), ""
    if level == "amber" and _short_of(metric) and fine(metric["value"]) == fine(metric["red"]):
        # As written the value would be at the next threshold, which it has not reached.
        fine = _two_decimals if card.unit == "percent" else ratio
        next_one = f", red {side} {fine(metric['red'])}"
    return f"{lower(card.name)} {fine(metric['value'])} ({level} {side} {fine(metric[level])}{next_one})"


def _short_of(metric: Mapping[str, Any]) -> bool:
    """Whether a value has not reached the threshold of red."""
    short = metric["value"] < metric["red"] if metric["worse"] == "above" else metric["value"] > metric["red"]
    return bool(short)


def _says(card: Card, threshold: float) -> Callable[[Any], str]:
    """How a value and its threshold are written: with two decimals of a percentage where one would round it away."""
    two = card.unit == "percent" and round(threshold * 1000, 6) % 1 > 0
    return _two_decimals if two else lambda value: written(card, value)


def _two_decimals(share: Any) -> str:
    return f"{ratio(share * 100)}%"


def definitions_table(assurance: Assurance) -> pd.DataFrame:
    """Every metric with its trigger, thresholds, weight and where the thresholds come from."""
    rows = [
        {
            "metric": cards()[metric.indicator].name,
            "trigger": trigger.title,
            "amber": _threshold(metric, metric.amber),
            "red": _threshold(metric, metric.red),
            "weight": f"{metric.weight:g}{' (must)' if metric.must else ''}",
            "source": "To be agreed locally (placeholder)" if metric.source == "placeholder" else metric.source,
        }
        for _, trigger in assurance.triggers()
        for metric in trigger.metrics
    ]
    return pd.DataFrame(rows)


def telling_table(assurance: Assurance) -> pd.DataFrame:
    """Every trigger with the question it answers, both weights, and who is told at amber and at red."""
    rows = [
        {
            "trigger": trigger.title,
            "question": group.question,
            "weights": f"{group.weight:g}, {trigger.weight:g}",
            **{
                f"at_{name}": _is_told(told)
                for name, told in (("amber", trigger.tell.amber), ("red", trigger.tell.red))
            },
        }
        for group, trigger in assurance.triggers()
    ]
    return pd.DataFrame(rows)


def _is_told(told: Told) -> str:
    return f"{told.who}, within {plural(told.days, 'day')}"


def _threshold(metric: Metric, threshold: float) -> str:
    return f"{_SIDE[metric.worse]} {_says(cards()[metric.indicator], threshold)(threshold)}"


_SIDE = {"above": "from", "below": "down from"}


def history_rows(history: pd.DataFrame, assurance: Assurance) -> pd.DataFrame:
    """Triggers of the system by month as a chart of their history takes them: trigger (title), month, status."""
    own = _system(history)
    titles = {trigger.id: trigger.title for _, trigger in assurance.triggers()}
    order = {name: place for place, name in enumerate(titles)}
    known = own[own["trigger"].isin(own.loc[own["status"] != UNKNOWN, "trigger"])]
    ordered = known.assign(place=known["trigger"].map(order)).sort_values(["place", "month"])
    return ordered.assign(trigger=ordered["trigger"].map(titles))[["trigger", "month", "status"]].reset_index(drop=True)


def changed_sentences(changed: pd.DataFrame, assurance: Assurance, most: int = 6) -> list[str]:
    """The latest triggers of the system that turned worse or recovered. Takes history.changes."""
    own = _system(changed).head(most)
    titles = {trigger.id: trigger.title for _, trigger in assurance.triggers()}
    parts = [
        f"{plain(lower(titles[row['trigger']]))} from {row['before']} to {row['status']} in {month(row['month'])}"
        for row in own.to_dict("records")
    ]
    return [f"Changed in the last twelve months: {join(parts)}."] if parts else []
