"""Risks that the model itself sees under present trends, each with its likelihood and size from the draws (section 8).

Five kinds: a pillar that runs short, an operational plan that is missed, a profession that stands on one employer or on
few people, a wave of retirement, and a route of training on which nobody begins any more. Thresholds are those of
reference/seen_risks.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from pipeline.metrics.registers import class_of
from pipeline.model.intakes_ahead import on_file
from pipeline.model.outcome import Outcome
from pipeline.model.plan_setting import Setting
from pipeline.model.risk_events import Event, Limits, NotMeasured, came_about
from pipeline.reference import seen_risk

SHORT, PLAN, FEW, WAVE, ROUTE = "short", "plan missed", "few people", "retirement", "intake ends"
OF_STAFF = (PLAN, FEW)
"""Kinds that are about staff in post, whatever they are needed for."""
WATCH = {SHORT: "empty_posts", PLAN: "not_replaced", FEW: "leaving", WAVE: "retiring", ROUTE: "training"}
"""The assurance trigger to watch for each kind."""
COLUMNS = [
    *("id", "kind", "pillar", "profession", "employer", "route", "month", "likelihood", "wte", "of_staff"),
    *("likelihood_class", "impact_class", "score", "watch"),
]


class Candidate(NamedTuple):
    """A risk that may be seen: its kind, the event that it is, and what it is about."""

    kind: str
    event: Event
    pillar: str
    profession: str = ""
    employer: str = ""
    route: str = ""


def seen_risks(setting: Setting, found: Outcome) -> pd.DataFrame:
    """The risks that the model sees, by score, at most `register_most` of them and of few people and waves one each.

    Columns: id (M1 …), kind, pillar (all for every one), profession, employer, route; month, likelihood (share of
    draws), wte (in the mean of the draws in which it comes about) and of_staff, its share of the staff in post of the
    pillar; likelihood_class, impact_class and score; watch, the assurance trigger. `found` has kept its staff.
    """
    rows = [row for candidate in _candidates(setting, found) if (row := _seen(candidate, setting, found))]
    order = ["score", "likelihood", "wte"]
    ranked = pd.DataFrame(rows, columns=COLUMNS[1:]).sort_values(order, ascending=False, kind="stable")
    single = ranked["kind"].isin([FEW, WAVE]) & ranked.duplicated("kind")
    kept = ranked[~single].head(int(seen_risk("register_most"))).reset_index(drop=True)
    return kept.assign(id=[f"M{number}" for number in range(1, len(kept) + 1)])[COLUMNS]


def empty_seen() -> pd.DataFrame:
    """No risk that the model sees, with the columns of seen_risks."""
    return pd.DataFrame(columns=COLUMNS)


def _seen(candidate: Candidate, setting: Setting, found: Outcome) -> dict[str, object] | None:
    """The row of a candidate; None where the draws cannot say, or it hardly ever comes about."""
    try:
        came = came_about(candidate.event, setting, found)
    except NotMeasured:
        return None
    likelihood = float(came.about.mean())
    if likelihood < seen_risk("likely_from"):
        return None
    wte = float(came.wte[came.about].mean())
    inside = setting.cells["pillar"].isin(candidate.event.limits.pillars)
    of_staff = wte / float(setting.cells.loc[inside, "in_post"].sum())
    classes = class_of("likelihood", likelihood), class_of("impact", of_staff)
    about = {name: getattr(candidate, name) for name in ("kind", "pillar", "profession", "employer", "route")}
    return {
        **about,
        **{"month": found.months[came.month], "likelihood": likelihood, "wte": wte, "of_staff": of_staff},
        **{"likelihood_class": classes[0], "impact_class": classes[1], "score": classes[0] * classes[1]},
        "watch": WATCH[candidate.kind],
    }


def _candidates(setting: Setting, found: Outcome) -> Iterator[Candidate]:
    pillars, ahead = tuple(dict.fromkeys(sorted(found.cells["pillar"]))), len(found.months) - 1
    for pillar in pillars:
        yield Candidate(SHORT, Event("short_above", seen_risk("short_share"), Limits((pillar,)), ahead), pillar)
    if setting.implied.months is not None:
        ends = min(setting.implied.months, ahead)
        yield Candidate(PLAN, Event("plan_missed", seen_risk("plan_missed_share"), Limits(pillars), ends), "all")
    yield from _of_professions(setting, ahead)
    yield from _of_routes(setting, ahead)


def _of_professions(setting: Setting, ahead: int) -> Iterator[Candidate]:
    for (pillar, profession), cells in setting.cells.groupby(["pillar", "profession"]):
        whole = float(cells["in_post"].sum())
        if whole <= 0:
            continue
        largest = cells.loc[cells["in_post"].idxmax()]
        alone = float(largest["in_post"]) / whole >= seen_risk("one_employer_share") and len(setting.scope.names) > 1
        limits = Limits((str(pillar),), str(profession))
        if whole < seen_risk("few_people") or alone:
            event = Event("staff_below", 1.0 - seen_risk("staff_lost_share"), limits, ahead)
            employer = str(largest["employer"]) if alone else ""
            yield Candidate(FEW, event, str(pillar), str(profession), employer)
        if whole >= seen_risk("few_for_wave"):
            event = Event("retired_above", seen_risk("retired_share"), limits, ahead)
            yield Candidate(WAVE, event, str(pillar), str(profession))


def _of_routes(setting: Setting, ahead: int) -> Iterator[Candidate]:
    """A route on which every provider has stopped: how likely is its profession short without it."""
    routes = setting.tables["training_routes"]
    if routes.empty:
        return
    filed = on_file(routes, setting.tables["training_intakes"], setting.scope, setting.base_month)
    goes_on = filed.groupby("route")["goes_on"].any()
    ended = set(goes_on[~goes_on.astype(bool)].index)
    for row in routes[routes["route"].isin(ended)].drop_duplicates("route").to_dict("records"):
        limits = Limits((str(row["pillar"]),), str(row["profession"]))
        event = Event("short_above", seen_risk("short_share"), limits, ahead)
        yield Candidate(ROUTE, event, str(row["pillar"]), str(row["profession"]), route=str(row["route"]))
