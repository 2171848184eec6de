"""Sentences and tables about the register of risks and the calendar of boards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from pipeline.metrics.registers import risk_levels
from pipeline.plan import PILLAR_NAMES
from pipeline.reference import risk_bands
from pipeline.report.narrative import agree
from pipeline.report.tracker_words import PROPOSED
from pipeline.report.words import count, date, is_missing, join, month, percent, plain, plural, wte
from pipeline.report.wte_disclosure import HeldWte
from pipeline.sources.rules.governance import ids_of
from pipeline.tables.governance import RISK_EVENTS, STRATEGY

RISKS_NOTE = (
    "Score = likelihood × impact, each from 1 to 5. Low is 1 to 3, moderate 4 to 6, high 8 to 12, extreme 15 to 25 "
    "(National Patient Safety Agency, A risk matrix for risk managers, 2008). Likelihood and score are the owners' "
    "judgement. Measured: the share of calculations under present trends in which the event of the risk comes about, "
    "and its class; a risk that is not stated as an event keeps the owner's likelihood alone."
)
APART = 1
"""Classes of likelihood by which owner and model may differ before it is pointed out."""


def risks_sentences(ranked: pd.DataFrame, base_month: dt.date) -> list[str]:
    """How many risks there are at each level, the worst, and how many reviews are overdue. Takes ranked_risks."""
    numbers = ranked["level"].value_counts()
    parts = [f"{count(numbers[level])} {level}" for level in reversed(risk_levels()) if level in numbers]
    top, overdue = ranked.iloc[0], int(ranked["overdue"].sum())
    sentences = [
        f"The register holds {plural(len(ranked), 'risk')}: {join(parts)}. The highest is “{plain(top['title'])}” "
        f"(likelihood {count(top['likelihood'])}, impact {count(top['impact'])})."
    ]
    if overdue:
        were = agree(overdue, "review was", "reviews were")
        sentences.append(f"{count(overdue)} {were} due by the end of {month(base_month)} and should be made first.")
    return [" ".join(sentences)]


TAKEN = ("agreed", "under way", "delivered")
"""States of an action that count as something done about a risk, whether it is in the chosen set or not."""


def unanswered_sentences(ranked: pd.DataFrame, links: pd.DataFrame) -> list[str]:
    """The risks of the highest level that no action is taken against, with those that their responses name.

    Takes with_measured and the result of actions.linking.links_named.
    """
    highest = next(reversed(risk_levels()))
    worst = ranked[ranked["level"] == highest]
    taken = links[links["chosen"].eq(True) | links["status"].isin(TAKEN)]
    left = worst[~worst["id"].isin(taken["risk"])]
    if left.empty:
        return []
    named = {str(risk): [plain(name) for name in own["id"]] for risk, own in links.groupby("risk")}
    each = join(
        f"“{plain(row.title)}” ({plain(row.id)}: {_not_taken(named.get(row.id, []))})" for row in left.itertuples()
    )
    of = f"{count(len(left))} of {plural(len(worst), f'{highest} risk')}"
    return [f"{of} {agree(len(left), 'has', 'have')} no action that is chosen, agreed, under way or delivered: {each}."]


def _not_taken(names: Sequence[str]) -> str:
    return f"{join(names)} not taken" if names else "its response names none"


def risks_table(ranked: pd.DataFrame) -> pd.DataFrame:
    """The register for a reader, worst first: how likely and how bad, with level and state of the review in words.

    Takes registers.with_measured.
    """
    level = [f"{row.level.capitalize()} ({row.score})" for row in ranked.itertuples()]
    review = [f"{date(row.review_on)}{', overdue' * row.overdue}" for row in ranked.itertuples()]
    measured = [_measured(row) for row in ranked.to_dict("records")]
    columns = ["id", "risk", "level", "likelihood", "measured", "impact", "owner", "review"]
    return ranked.rename(columns={"title": "risk"}).assign(level=level, review=review, measured=measured)[columns]


def _measured(row: dict[Hashable, Any]) -> str:
    """What the draws say of a risk, with a word where that is more than a class from the owner's likelihood."""
    if is_missing(row["event"]):
        return "not stated as an event"
    if is_missing(row["measured"]):
        return f"not measured: {row['why_not']}"
    told = f"{in_hundred(row['measured'])} ({row['measured_class']})"
    if abs(row["differs"]) <= APART:
        return told
    return f"{told}, {'more' if row['differs'] > 0 else 'less'} likely than the owner says"


def in_hundred(share: float) -> str:
    """A share of calculations: 42 in 100, or the ends where it is nearly none or nearly all."""
    if share <= 0:
        return "none of the calculations"
    if share >= 1:
        return "all calculations"
    if share < 0.005:
        return "under 1 in 100"
    return "over 99 in 100" if share > 0.995 else f"{count(share * 100)} in 100"


def measured_sentences(ranked: pd.DataFrame, names: Mapping[str, str] | None = None) -> list[str]:
    """How many risks are measured, and where owner and model are more than a class apart. Takes with_measured.

    `names` gives each employer's name to show.
    """
    ranked = ranked.replace({"employer": dict(names or {})})
    known, stated = ranked[ranked["measured"].notna()], int(ranked["event"].notna().sum())
    if not stated:
        return [
            "No risk of the register is stated as an event of the model, so every likelihood is its owner's judgement. "
            "The columns event and level of the register would have it measured."
        ]
    told = (
        f"{count(stated)} of {plural(len(ranked), 'risk')} {agree(stated, 'is', 'are')} stated as an event of the model"
    )
    told += "." if len(known) == stated else f", and {count(len(known))} could be measured."
    apart = known[known["differs"].abs() > APART]
    so_today = apart["today"] > apart["level_of_event"]
    if len(known) and apart.empty:
        told += f" {agree(len(known), 'It agrees', 'They agree')} with the owner to within a class of likelihood."
    if parts := [_both(row, _event(row)) for row in apart[~so_today].to_dict("records")]:
        this, it_stands = agree(len(parts), "this", "these"), agree(len(parts), "it stands", "each stands")
        told += (
            f" Owner and model are more than a class apart on {join(parts)}: look at {this} again, and at the event "
            f"too, since {it_stands} for its risk only as far as the owner chose it well."
        )
    for row in apart[so_today].to_dict("records"):
        told += (
            f" {_both(row)} is so today, {_today(row)} against a level of {_level(row)}: what the model says is of "
            f"{month(row['measured_month'])}."
        )
    return [told]


def _both(row: dict[Hashable, Any], event: str = "") -> str:
    """A risk with the likelihood that its owner gives and the measured one, and its event where that is to be said."""
    classes = f"owner {count(row['likelihood'])}, measured {count(row['measured_class'])}"
    return f"“{plain(row['title'])}” ({classes}: {in_hundred(row['measured'])}{event})"


def _event(row: dict[Hashable, Any]) -> str:
    """What was measured in place of a risk: its event, the level, for whom, and by when."""
    what = RISK_EVENTS[str(row["event"])][0]
    return f"; event: {what}: {_level(row)}, {plain(_limited(row))}, {month(row['measured_month'])}"


def without_small(ranked: pd.DataFrame, held: HeldWte) -> pd.DataFrame:
    """The register without what is so today of teams too small to show. Takes with_measured.

    Where some WTE is hidden, nothing is told of a single profession or employer, nor of a pillar that is hidden.
    """
    if held.groups.empty:
        return ranked
    single = ranked["profession"].notna() | ranked["employer"].notna()
    few = [any(held.has(pillar=pillar) for pillar in _pillars(row)) for row in ranked["pillars"]]
    return ranked.assign(today=ranked["today"].mask(single | pd.Series(few, index=ranked.index, dtype=bool)))


def _pillars(written: object) -> list[str]:
    return [part.strip() for part in str(written).split(",")]


EVENTS_NOTE = (
    "Under present trends. Today: what is held to the level, at the base month; a dash where today is what the event "
    "counts from. WTE then: how large it is in the mean of the calculations in which it comes about. A month "
    "between two that are kept counts as the earlier: single employers are kept once a year, staff in post every month "
    "for two years and then once a year."
)


def events_table(ranked: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Each event that is measured: what it is, by when, in how many calculations, and its size then.

    Takes with_measured; `names` gives each employer's name to show.
    """
    rows = ranked[ranked["event"].notna()].replace({"employer": dict(names)})
    what = [RISK_EVENTS[str(name)][0] for name in rows["event"]]
    levels = [_level(row) for row in rows.to_dict("records")]
    today = ["–" if is_missing(row["today"]) else _today(row) for row in rows.to_dict("records")]
    return pd.DataFrame(
        {
            "id": rows["id"],
            "event": what,
            "level": levels,
            "today": today,
            "limited_to": [_limited(row) for row in rows.to_dict("records")],
            "month": [month(each) for each in rows["measured_month"]],
            "came_about_in": [_came(row) for row in rows.to_dict("records")],
            "wte_then": rows["wte"],
        }
    )


def _level(row: dict[Hashable, Any]) -> str:
    level = row["level_of_event"]
    return f"{level * 100:g}%" if _of_shares(row) else f"{wte(level)} WTE"


def _today(row: dict[Hashable, Any]) -> str:
    return percent(row["today"]) if _of_shares(row) else f"{wte(row['today'])} WTE"


def _of_shares(row: dict[Hashable, Any]) -> bool:
    return RISK_EVENTS[str(row["event"])][1] == "share"


def _limited(row: dict[Hashable, Any]) -> str:
    parts = [str(row[name]) for name in ("profession", "employer") if not is_missing(row[name])]
    return ", ".join(parts) or join(PILLAR_NAMES[pillar] for pillar in _pillars(row["pillars"]))


def _came(row: dict[Hashable, Any]) -> str:
    return row["why_not"] if is_missing(row["measured"]) else in_hundred(row["measured"])


def responses_table(ranked: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """What would bring each risk about, what would follow, what would show it, what is done and by which actions.

    `links` is the result of actions.linking.links_named.
    """
    shown = ranked.rename(columns={"title": "risk"})
    answers = [linked(links[links["risk"] == one], titled=False) for one in shown["id"]]
    shown = shown.assign(
        actions=[
            f"{told}; threatens {join(ids_of(ids))}" if ids_of(ids) else told
            for told, ids in zip(answers, shown["threatens"], strict=True)
        ]
    )
    return shown[["risk", "cause", "effect", "trigger", "response", "actions"]]


def linked(links: pd.DataFrame, *, titled: bool = True) -> str:
    """The actions of a risk with title (or by id alone), status and whether they are chosen."""
    return "; ".join(_action(row, titled) for row in links.to_dict("records")) or "none named"


def _action(row: dict[Hashable, Any], titled: bool) -> str:
    name = f"{row['id']} {row['title']}" if titled else row["id"]
    chosen = "" if is_missing(row["chosen"]) else ", chosen" if row["chosen"] else ", not chosen"
    brings = f"brings {wte(row['wte'])} WTE in post" if row["in_post"] else f"relieves {wte(row['wte'])} WTE"
    relieves = "" if is_missing(row["wte"]) else f", {brings}"
    return f"{name} ({row['status']}{chosen}{relieves})"


def class_names(what: str) -> list[str]:
    """The words of the classes of likelihood or impact, lowest first."""
    return [band.word for band in risk_bands(what)]


def calendar_sentences(ahead: pd.DataFrame, base_month: dt.date) -> list[str]:
    """The first meeting and the first decision after the base month. Takes meetings_after."""
    if ahead.empty:
        return [f"The calendar on file has no meeting after {month(base_month)}."]
    first = ahead.iloc[0]
    sentences = [
        f"After {month(base_month)} the calendar has {plural(len(ahead), 'item')}. The first is on "
        f"{date(first['date'])}: {plain(first['body'])} is to {first['purpose']} {_on(first)}."
    ]
    decisions = ahead[ahead["purpose"] == "decide"]
    if len(decisions) and first["purpose"] != "decide":
        first = decisions.iloc[0]
        sentences.append(f"The first decision is on {date(first['date'])}, by {plain(first['body'])}.")
    return [" ".join(sentences)]


def _on(row: pd.Series) -> str:
    item = f"“{plain(row['item'])}”"
    return f"on {item}" if row["purpose"] == "decide" else item


def early_sentences(rows: pd.DataFrame, ahead: pd.DataFrame) -> list[str]:
    """Which new actions would start before the body that decides on them, or on the strategy, has decided.

    Takes portfolio_tables.action_rows and meetings_after. Nothing where no item of the calendar says what it is about.
    """
    decisions = ahead[(ahead["purpose"] == "decide") & ahead["about"].notna()].reset_index(drop=True)
    about = [ids_of(ids) for ids in decisions["about"]]
    early: dict[tuple[int, str], list[tuple[pd.Timestamp, str]]] = {}
    for row in rows[rows["chosen"] & (rows["status"] == PROPOSED)].sort_values(["start", "id"]).itertuples():
        found = next(
            ((place, one) for one in (row.id, STRATEGY) for place, ids in enumerate(about) if one in ids), None
        )
        if found and row.start.to_period("M").start_time < decisions["date"][found[0]]:
            subject = "the strategy" if found[1] == STRATEGY else "it"
            early.setdefault((found[0], subject), []).append((row.start, str(row.id)))
    return [_early(decisions.loc[place], subject, starts) for (place, subject), starts in sorted(early.items())]


def _early(decision: pd.Series, subject: str, starts: Sequence[tuple[pd.Timestamp, str]]) -> str:
    months: dict[str, list[str]] = {}
    for start, name in starts:
        months.setdefault(month(start), []).append(plain(name))
    many, named = len(starts), join(f"{join(names)} in {when}" for when, names in months.items())
    return (
        f"{plural(many, 'new action')} would start before {plain(decision['body'])} decides on {subject}, on "
        f"{date(decision['date'])}: {named} (from the first day of the month). "
        f"{agree(many, 'Its effect and cost are', 'Their effects and costs are')} counted from then: either "
        f"{agree(many, 'it is', 'they are')} decided sooner, or less is brought and spent in the first year than is "
        "said here."
    )


def calendar_table(meetings: pd.DataFrame, states: Mapping[str, str] | None = None) -> pd.DataFrame:
    """The calendar for a reader: who sees what, when, and what is asked of them.

    `states` says of each action whether it is chosen or how far it is (action_words.states); an item that is about
    actions of which none is taken is marked.
    """
    items = [
        f"{row.item} ({NOT_IN_PLAN})" if states and _of_none_taken(ids_of(row.about), states) else row.item
        for row in meetings.itertuples()
    ]
    shown = meetings.assign(asked_to=meetings["purpose"].str.capitalize(), item=items)
    return shown[["date", "body", "item", "asked_to", "owner"]]


NOT_IN_PLAN = "not in this plan"


def _of_none_taken(about: Sequence[str], states: Mapping[str, str]) -> bool:
    """Whether an item is about actions, none of which is chosen or further than proposed."""
    left = [states.get(name) in (PROPOSED, "stopped") for name in about]
    return bool(left) and all(left)
