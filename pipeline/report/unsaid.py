"""What must stand nowhere in a finished strategy: the numbers of people and WTE of groups too small to show.

Worked out from the canonical tables alone, and not by what the chapters hide, so that the two can be held against each
other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from pipeline.metrics.ages import share_older, staff_by_age
from pipeline.metrics.scope import Scope, plan_scope
from pipeline.metrics.turnover import latest_year
from pipeline.metrics.workforce import current_staff, in_pillars
from pipeline.plan import Plan
from pipeline.report.disclosure import named_rule, strictest
from pipeline.report.narrative import ROW_NAMES
from pipeline.store import Store
from pipeline.tables import empty
from pipeline.tables.published import HCHS

GROUPS = (("employer", "profession"), ("profession",), ("profession", "band"), ("employer",), ("pillar",))
"""What groups of staff tables have a row or a column for."""


@dataclass(frozen=True)
class Unsaid:
    """A number that may not be said: of whom, each part by every name it may go by, what it measures, and how much."""

    names: tuple[frozenset[str], ...]
    measure: str
    number: float

    @property
    def whose(self) -> str:
        """The group in words, without its number."""
        return ", ".join(max(part, key=len) for part in self.names)


def unsaid(plan: Plan, store: Store) -> list[Unsaid]:
    """Every number of people and WTE of a group too small to show; none where no file has a rule."""
    tables = {name: store.read(name) if store.has(name) else empty(name) for name in READ}
    scope = plan_scope(plan, tables["organisations"])
    return [*_of_staff(tables["staff"], scope, store), *_of_leavers(tables["movements"], scope, store)]


READ = ("organisations", "staff", "movements")


def _of_staff(staff: pd.DataFrame, scope: Scope, store: Store) -> Iterator[Unsaid]:
    hide_to = named_rule(strictest(store, "staff")).hide_to
    if not hide_to or staff.empty:
        return
    now = in_pillars(current_staff(staff, scope), scope)
    own = now[now["dataset"] != HCHS].astype({"headcount": "float64", "wte": "float64"})
    shared = now[now["dataset"] == HCHS]
    for by in GROUPS:
        found = own.groupby(list(by), as_index=False)[["headcount", "wte"]].sum()
        # A group that published figures add to is shown with them, and is not that of the records.
        mixed = pd.MultiIndex.from_frame(found[list(by)]).isin(pd.MultiIndex.from_frame(shared[list(by)]))
        few = found[found["headcount"].between(0, hide_to, inclusive="right") & ~mixed]
        yield from _each(few, by, scope, {"wte": "wte", "people": "headcount"})
    aged = staff_by_age(own, scope)
    of_bands = aged.groupby(["pillar", "age_band"], as_index=False)["headcount"].sum()
    yield from _each(_few(of_bands, "headcount", hide_to), ["pillar", "age_band"], scope, {"people": "headcount"})
    older = share_older(aged, ["profession"])
    yield from _each(_few(older, "older", hide_to), ["profession"], scope, {"older": "older"})


def _of_leavers(movements: pd.DataFrame, scope: Scope, store: Store) -> Iterator[Unsaid]:
    hide_to = named_rule(strictest(store, "movements")).hide_to
    year = latest_year(movements, scope)
    left = year[year["kind"] == "leaver"].groupby("profession", as_index=False)["headcount"].sum()
    yield from _each(_few(left, "headcount", hide_to), ["profession"], scope, {"leavers": "headcount"})


def _few(rows: pd.DataFrame, count: str, hide_to: int) -> pd.DataFrame:
    return rows[rows[count].astype("float64").between(0, hide_to, inclusive="right")]


def _each(rows: pd.DataFrame, by: Sequence[str], scope: Scope, measures: Mapping[str, str]) -> Iterator[Unsaid]:
    spell: dict[str, Callable[[Any], frozenset[str]]] = {
        "employer": partial(_employer, scope),
        "pillar": _pillar,
        "band": _band,
    }
    for row in rows.to_dict("records"):
        names = tuple(spell.get(name, _itself)(row[name]) for name in by)
        yield from (Unsaid(names, measure, float(row[column])) for measure, column in measures.items())


def _itself(word: Any) -> frozenset[str]:
    return frozenset({str(word).casefold()})


def _employer(scope: Scope, code: Any) -> frozenset[str]:
    return frozenset({str(code).casefold(), scope.names.get(str(code), str(code)).casefold()})


def _pillar(pillar: Any) -> frozenset[str]:
    return frozenset({str(pillar), ROW_NAMES.get(str(pillar), str(pillar)).casefold()})


def _band(band: Any) -> frozenset[str]:
    return frozenset({f"band {band}".casefold()} if str(band)[:1].isdigit() else {str(band).casefold()})
