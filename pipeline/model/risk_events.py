"""How likely a risk is, where it is stated as an event of the model: the share of draws in which it comes about.

The events are those of tables.governance.RISK_EVENTS, under present trends (docs/method.md, section 8).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.model.outcome import Outcome
from pipeline.model.plan_setting import Setting
from pipeline.model.supply.system import FLOWS, OUT
from pipeline.months import months_between

Array = NDArray[np.float64]
RETIRED = FLOWS.index("retired")
NOBODY, NO_PLAN, NO_POSTS = "no such staff on file", "no operational plan of such staff", "no funded posts on file"
NOT_KEPT = "the draws of staff in post were not kept"


class NotMeasured(Exception):
    """An event that this outcome cannot answer; the words say why."""


@dataclass(frozen=True)
class Limits:
    """What an event is limited to: pillars, and a profession and an employer, empty for all."""

    pillars: tuple[str, ...]
    profession: str = ""
    employer: str = ""

    def of(self, rows: pd.DataFrame) -> NDArray[np.bool_]:
        """Which rows (cells or groups) are within."""
        own = rows["pillar"].isin(self.pillars)
        own &= (rows["profession"] == self.profession) if self.profession else True
        own &= (rows["employer"] == self.employer) if self.employer else True
        return np.asarray(own, dtype=bool)


class Came(NamedTuple):
    """In which draws an event came about, how many WTE it is in each draw, and the month that it was looked for in."""

    about: NDArray[np.bool_]
    wte: Array
    month: int


class Event(NamedTuple):
    """An event of the model: its name, its level, what it is limited to, and how many months ahead it is looked for."""

    name: str
    level: float
    limits: Limits
    ahead: int


def came_about(event: Event, setting: Setting, found: Outcome) -> Came:
    """The draws of an outcome in which an event comes about. Raises NotMeasured where they cannot say."""
    if not event.limits.of(found.cells).any():
        raise NotMeasured(NOBODY)
    return _EVENTS[event.name](event, setting, found)


def measured(risks: pd.DataFrame, setting: Setting, found: Outcome) -> pd.DataFrame:
    """The risks of the register that have an event, measured: a row each.

    Takes the canonical table. Returns id, event, level, month, likelihood (share of draws, 0 to 1), draws, wte (WTE
    that the event is, in the mean of the draws in which it comes about), today (what is held to the level, as it is at
    the base month: agency WTE, or the share of posts that is empty; missing for all other events) and why_not, which
    says why it is not measured.
    """
    own = risks[risks["event"].notna()]
    return pd.DataFrame([_row(row, setting, found) for row in own.to_dict("records")], columns=COLUMNS)


COLUMNS = ["id", "event", "level", "month", "likelihood", "draws", "wte", "today", "why_not"]


def _row(row: Mapping[str, object], setting: Setting, found: Outcome) -> dict[str, object]:
    event = event_of(row, setting)
    known = {"id": row["id"], "event": event.name, "level": event.level, "today": today(event, setting)}
    try:
        came = came_about(event, setting, found)
    except NotMeasured as error:
        return {**known, "month": pd.NaT, "likelihood": np.nan, "draws": 0, "wte": np.nan, "why_not": str(error)}
    share, draws = float(came.about.mean()), len(came.about)
    wte = float(came.wte[came.about].mean()) if came.about.any() else np.nan
    return {**known, "month": found.months[came.month], "likelihood": share, "draws": draws, "wte": wte, "why_not": ""}


def today(event: Event, setting: Setting) -> float:
    """What an event holds to its level, as it is at the base month; missing where today is what it counts from."""
    own = event.limits.of(setting.cells)
    if event.name == "agency_above":
        return float(setting.cover.agency[own, 0, 0].sum())
    posts, there = (float(setting.cells.loc[own, name].sum()) for name in ("posts", "in_post"))
    return (posts - there) / posts if event.name == "vacancies_above" and posts > 0 else float("nan")


def event_of(row: Mapping[str, object], setting: Setting) -> Event:
    """The event of a row of the register. A month that is left out is the horizon."""
    pillars = tuple(part.strip() for part in str(row["pillars"]).split(","))
    profession, employer = ("" if pd.isna(row[name]) else str(row[name]) for name in ("profession", "employer"))
    by: dt.date | None = None if pd.isna(row["by_month"]) else pd.Timestamp(str(row["by_month"])).date()
    ahead = setting.months if by is None else months_between(setting.base_month, by)
    return Event(str(row["event"]), float(str(row["level"])), Limits(pillars, profession, employer), ahead)


def need_and_gross(limits: Limits, found: Outcome, ahead: int) -> tuple[Array, Array, int]:
    """Staff needed and shortages added up, in WTE by draw, and the month: of single employers the last one kept."""
    if not limits.employer:
        own = limits.of(found.groups)
        needed, gross = (each[own, ahead].sum(axis=0, dtype=np.float64) for each in _of_months(found))
        return needed, gross, ahead
    place = _last_kept(found.by_cell.kept, ahead)
    own = limits.of(found.cells)
    needed, there = (each[own, place].astype(np.float64) for each in (found.by_cell.needed, found.by_cell.there))
    return needed.sum(axis=0), np.maximum(needed - there, 0.0).sum(axis=0), found.by_cell.kept[place]


def _of_months(found: Outcome) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return found.by_month.needed, found.by_month.gross


def in_post_at(limits: Limits, found: Outcome, ahead: int) -> tuple[Array, Array, int]:
    """WTE in post by draw today and at the last month kept up to `ahead`, and that month."""
    if found.in_post is None:
        raise NotMeasured(NOT_KEPT)
    own, place = limits.of(found.cells), _last_kept(found.in_post.kept, ahead)
    wte = found.in_post.wte[:, [0, place]][:, :, own].sum(axis=2, dtype=np.float64)
    return wte[:, 0], wte[:, 1], found.in_post.kept[place]


def _last_kept(kept: list[int], ahead: int) -> int:
    """The place of the last of the months kept that is not after `ahead`."""
    return max(place for place, month in enumerate(kept) if month <= ahead)


def _share(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _gap_above(event: Event, setting: Setting, found: Outcome) -> Came:
    del setting
    _, gross, month = need_and_gross(event.limits, found, event.ahead)
    return Came(gross > event.level, gross, month)


def _short_above(event: Event, setting: Setting, found: Outcome) -> Came:
    del setting
    needed, gross, month = need_and_gross(event.limits, found, event.ahead)
    return Came(_share(gross, needed) > event.level, gross, month)


def _short_by(event: Event, setting: Setting, found: Outcome) -> Came:
    """The WTE are those of the month in which the share is largest."""
    months = found.by_cell.kept if event.limits.employer else range(event.ahead + 1)
    each = [
        _short_above(event._replace(ahead=month), setting, found) for month in months if 0 < month <= event.ahead
    ] or [_short_above(event, setting, found)]
    return Came(np.any([one.about for one in each], axis=0), np.max([one.wte for one in each], axis=0), each[-1].month)


def _need_growth_above(event: Event, setting: Setting, found: Outcome) -> Came:
    del setting
    (before, _, _), (needed, _, month) = (need_and_gross(event.limits, found, ahead) for ahead in (0, event.ahead))
    return Came(_share(needed - before, before) > event.level, needed - before, month)


def _staff_below(event: Event, setting: Setting, found: Outcome) -> Came:
    del setting
    before, then, month = in_post_at(event.limits, found, event.ahead)
    return Came(_share(then, before) < event.level, before - then, month)


def _vacancies_above(event: Event, setting: Setting, found: Outcome) -> Came:
    posts = float(setting.cells.loc[event.limits.of(setting.cells), "posts"].sum())
    if posts <= 0:
        raise NotMeasured(NO_POSTS)
    _, then, month = in_post_at(event.limits, found, event.ahead)
    return Came((posts - then) / posts > event.level, posts - then, month)


def _plan_missed(event: Event, setting: Setting, found: Outcome) -> Came:
    """Only the cells that have a plan at the month are counted."""
    if found.in_post is None:
        raise NotMeasured(NOT_KEPT)
    place = _last_kept(found.in_post.kept, event.ahead)
    month = found.in_post.kept[place]
    plan = setting.planned.raw[:, month, 0]
    own = event.limits.of(found.cells) & ~np.isnan(plan)
    if not own.any():
        raise NotMeasured(NO_PLAN)
    planned = float(plan[own].sum())
    below = planned - found.in_post.wte[:, place, own].sum(axis=1, dtype=np.float64)
    return Came(below > event.level * planned, below, month)


def _agency_above(event: Event, setting: Setting, found: Outcome) -> Came:
    del setting
    year = found.paid.years.number[max(event.ahead, 1) - 1]
    wte = found.paid.agency[event.limits.of(found.cells), year].sum(axis=0, dtype=np.float64)
    return Came(wte > event.level, wte, event.ahead)


def _flow(event: Event, found: Outcome, flows: list[int]) -> tuple[Array, Array, int]:
    """WTE of these flows over all months and WTE in post today, by draw, and the last month."""
    before, _, _ = in_post_at(event.limits, found, 0)
    if found.in_post is None:
        raise NotMeasured(NOT_KEPT)
    flow = found.in_post.flow[:, flows][:, :, event.limits.of(found.cells)].sum(axis=(1, 2), dtype=np.float64)
    return flow, before, len(found.months) - 1


def _leavers_above(event: Event, setting: Setting, found: Outcome) -> Came:
    del setting
    left, before, month = _flow(event, found, [FLOWS.index(name) for name in OUT])
    return Came(_share(left, before) / (month / MONTHS_IN_YEAR) > event.level, left, month)


def _retired_above(event: Event, setting: Setting, found: Outcome) -> Came:
    del setting
    retired, before, month = _flow(event, found, [RETIRED])
    return Came(_share(retired, before) > event.level, retired, month)


_EVENTS: Mapping[str, Callable[[Event, Setting, Outcome], Came]] = {
    "gap_above": _gap_above,
    "short_above": _short_above,
    "short_by": _short_by,
    "need_growth_above": _need_growth_above,
    "staff_below": _staff_below,
    "vacancies_above": _vacancies_above,
    "plan_missed": _plan_missed,
    "agency_above": _agency_above,
    "leavers_above": _leavers_above,
    "retired_above": _retired_above,
}
