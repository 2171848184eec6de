"""Actions and risks: each once, in an order that can be kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from pipeline.problems import InputRefused, Problem
from pipeline.sources._words import plain
from pipeline.sources.rules.kit import CrossRule, Known, problems
from pipeline.tables.governance import STRATEGY
from pipeline.yaml_file import read_yaml


@dataclass(frozen=True)
class Step:
    """An action's id, those that must come first, and where its list of them stands (a problem without its rule)."""

    id: str
    after: tuple[str, ...]
    place: Problem

    @property
    def id_place(self) -> Problem:
        """Where its id stands."""
        if self.place.key:
            return replace(self.place, key=self.place.key.replace("depends_on", "id"))
        return replace(self.place, column="id")


def steps(actions: pd.DataFrame) -> list[Step]:
    """The steps of the table of actions."""
    return [
        Step(
            id=str(row["id"]),
            after=ids_of(row["depends_on"]),
            place=Problem(
                file=str(row["file"]), sheet=str(row["sheet"]), row=int(row["row"]), column="depends_on", rule=""
            ),
        )
        for row in actions.to_dict("records")
    ]


def ids_of(cell: object) -> tuple[str, ...]:
    """The ids of a cell, with commas between; none of an empty one."""
    return tuple(part.strip() for part in cell.split(",") if part.strip()) if isinstance(cell, str) else ()


def order_problems(every: Sequence[Step]) -> list[Problem]:
    """Steps that wait for an action that is not there, or, through others, for themselves."""
    after = {step.id: step.after for step in every}
    unknown = [
        replace(step.place, value=one, rule="there is no action with this id; correct it, or take it out")
        for step in every
        for one in step.after
        if one not in after
    ]
    waiting = [(step, _circle(step.id, after)) for step in every]
    return unknown + [
        replace(
            step.place, value=" after ".join(circle), rule="these actions wait for one another; take one of them out"
        )
        for step, circle in waiting
        if circle
    ]


def _circle(start: str, after: Mapping[str, Sequence[str]]) -> list[str]:
    """The way from an action back to itself through those it waits for; empty where there is none."""
    ways, seen = [[start]], set[str]()
    while ways:
        way = ways.pop()
        for one in after.get(way[-1], ()):
            if one == start:
                return [*way, start]
            if one not in seen:
                seen.add(one)
                ways.append([*way, one])
    return []


def _order(known: Known) -> Iterator[Problem]:
    """As `order_problems`; where plan.yaml names a list of actions too, both are looked at together elsewhere."""
    if not known.plan.file.actions:
        yield from order_problems(steps(known.rows("actions")))


def _names_actions(known: Known) -> Iterator[Problem]:
    """Ids in the columns that name actions, of the calendar and of the register, that no action has.

    Where plan.yaml names a list of actions too, its ids count as well; what is wrong with that list is told elsewhere.
    """
    says = "there is no action with this id; correct it, or take it out"
    for table, column, words in (("governance", "about", {STRATEGY}), ("risks", "threatens", set[str]())):
        rows = known.rows(table)
        if rows[column].isna().all():
            continue
        actions = {*known.rows("actions")["id"], *_written_ids(known)} | words
        wrong = rows[column].map(lambda cell, right=actions: ", ".join(one for one in ids_of(cell) if one not in right))
        also = f"; what is about no single action may be about the {STRATEGY}" if words else ""
        yield from problems(rows.assign(wrong=wrong)[wrong != ""], column, f"{says}{also}", lambda row: row["wrong"])


def _written_ids(known: Known) -> set[str]:
    """The ids of the list of actions that plan.yaml names."""
    try:
        listed = read_yaml(known.plan.resolve(known.plan.file.actions)) if known.plan.file.actions else []
    except InputRefused:
        return set()
    return {str(each.get("id")) for each in listed if isinstance(each, dict)} if isinstance(listed, list) else set()


def _one_risk_once(known: Known) -> Iterator[Problem]:
    risks = known.rows("risks")
    again = risks[risks["title"].map(plain).duplicated()]
    yield from problems(again, "title", "this risk stands in the register under another id as well; keep one of them")


def _event_ahead(known: Known) -> Iterator[Problem]:
    risks = known.rows("risks")
    last = known.base_month + pd.offsets.MonthEnd(known.plan.file.horizon_months)
    outside = risks["by_month"].notna() & ~risks["by_month"].between(known.base_month, last, inclusive="right")
    says = f"the model looks ahead from {known.base_month:%B %Y} to {last:%B %Y}; give a month between, or leave it out"
    yield from problems(risks[outside], "by_month", says)


RULES = (
    CrossRule(
        ("actions",),
        "The actions that must come first are in the list, and none of them waits, through others, for itself.",
        _order,
    ),
    CrossRule(
        ("governance", "risks"),
        "What an item of the calendar is about, and what a risk threatens, are ids of the list of actions; an item may "
        f"also be about the {STRATEGY}.",
        _names_actions,
    ),
    CrossRule(("risks",), "No risk stands in the register twice.", _one_risk_once),
    CrossRule(("risks",), "The month of a risk's event lies ahead, within the plan's horizon.", _event_ahead),
)
