"""Posts that stand empty and bank and agency cover: a year ago, today, and at the horizon if present trends go on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from pipeline.metrics.months import MONTHS_IN_YEAR, up_to
from pipeline.metrics.vacancies import matched, posts_and_staff
from pipeline.model.outcome import Outcome
from pipeline.model.pay_bill import PAID, Prices, bill, bill_today
from pipeline.model.plan_setting import Setting
from pipeline.model.staff_ahead import StaffAhead, in_post_path
from pipeline.model.temporary_cover import KINDS
from pipeline.months import add_months


@dataclass(frozen=True)
class PostsAndCover:
    """Shares of funded posts that are empty, and pounds a year for bank and agency staff.

    `vacant` are today's and those at the horizon (P50), posts held as they are; None where no file gives posts.
    `vacant_before` are those of a year before the base month and at it, as chapter 4 counts them; None where either is
    not on file. `cost` is what today's bank and agency cost in a year and what they cost in the last whole financial
    `year` (P50) at the same prices; None without such staff, a price or a whole year.
    """

    vacant: tuple[float, float] | None
    vacant_before: tuple[float, float] | None
    cost: tuple[float, float] | None
    year: str


def posts_and_cover(setting: Setting, staff: StaffAhead, found: Outcome, of: Prices) -> PostsAndCover:
    """Both of a plan whose staff are followed; `found` is the outcome of present trends, `of` what a WTE costs."""
    cost, year = _cost(setting, found, of)
    return PostsAndCover(_vacant(staff), _before(setting), cost, year)


def _vacant(staff: StaffAhead) -> tuple[float, float] | None:
    posts, path = float(staff.cells["posts"].sum()), in_post_path(staff)["p50"]
    if staff.staff.teams.posts_known < 1 or posts <= 0:
        return None
    return 1 - float(path.iloc[0]) / posts, 1 - float(path.iloc[-1]) / posts


def _before(setting: Setting) -> tuple[float, float] | None:
    months = (add_months(setting.base_month, -MONTHS_IN_YEAR), setting.base_month)
    then, now = (_share_vacant(setting, month) for month in months)
    return None if then is None or now is None else (then, now)


def _share_vacant(setting: Setting, month: dt.date) -> float | None:
    """Vacant share of funded posts as known at the end of a month, of teams with both sides of that month."""
    known = [up_to(setting.tables[name], month) for name in ("establishment", "staff")]
    posts = matched(posts_and_staff(known[0], known[1], setting.scope))
    posts = posts[posts["month"].dt.date == month]
    funded = float(posts["funded_wte"].sum())
    return 1 - float(posts["in_post"].sum()) / funded if funded else None


def _cost(setting: Setting, found: Outcome, of: Prices) -> tuple[tuple[float, float] | None, str]:
    years = found.paid.years
    whole = np.flatnonzero(years.months_of == MONTHS_IN_YEAR)
    today = float(bill_today(setting, of)[list(KINDS)].to_numpy().sum())
    if not len(whole) or today <= 0:
        return None, ""
    rows = [PAID.index(kind) for kind in KINDS]
    then = bill(found.paid, of)[rows][:, :, whole[-1]].sum(axis=(0, 1))
    return (today, float(np.median(then))), years.names[whole[-1]]
