"""Community diagnostic centres month by month: tests they add and move, and staff who open and extend them.

The base year's tests hold what centres did in it, and the staff in post at the base month those who staff them: a path
is what comes on top of either (docs/method.md). The staff that all of it needs are in centre_need.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.metrics.months import MONTHS_IN_YEAR, months_back, up_to
from pipeline.metrics.scope import Scope
from pipeline.model import centres
from pipeline.model.capacity import WorkingYear
from pipeline.reference import limit

Array = NDArray[np.float64]
ROOM = ["site", "test"]


@dataclass(frozen=True)
class Centres:
    """The centres of a plan up to a horizon, in months after the base month.

    `plans` is the result of centres.plans_of; rooms, staffing and activity are the canonical tables cdc_*.
    """

    plans: pd.DataFrame
    rooms: pd.DataFrame
    staffing: pd.DataFrame
    activity: pd.DataFrame
    scope: Scope
    year: WorkingYear
    base_month: dt.date
    horizon: int

    @property
    def months(self) -> Array:
        """Months since the base month: 0 to the horizon."""
        return np.arange(self.horizon + 1, dtype=np.float64)


@dataclass(frozen=True)
class CentreLevers:
    """What a scenario changes from the month after the base month on; by default nothing.

    `months_later` moves openings to come, by parts of a month too; below zero is sooner, but not before the month after
    the base month. `hours_week` and `utilisation` by site, and `share_new` by site and test, are the values that then
    hold, and not changes. Raises ValueError for a share outside 0 to 1 and for hours that no
    week has.
    """

    months_later: float = 0.0
    hours_week: Mapping[str, float] = field(default_factory=dict)
    utilisation: Mapping[str, float] = field(default_factory=dict)
    share_new: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for of, share in [*self.utilisation.items(), *self.share_new.items()]:
            if not 0 <= share <= 1:
                raise ValueError(f"a share lies between 0 and 1; that of {of} is {share}")
        most = limit("hours_a_week")
        for site, hours in self.hours_week.items():
            if not 0 <= hours <= most:
                raise ValueError(f"hours_week lies between 0 and {most:g}; that of {site} is {hours}")


AS_PLANNED = CentreLevers()


@dataclass(frozen=True, eq=False)
class CentrePath:
    """Tables with a row for each month (0 is the base month), in which the months of a row of a plan follow each other.

    - `tests`: site, host, pillar, test, month, tests (all that the centre does, a year), share_new, and what is beyond
      the base year's tests: new and shifted (a year).
    - `staff`: site, host, pillar, test, profession, band, source (who redeployed staff leave), month, room_wte (all who
      keep the rooms open), and what is beyond the base month's: recruited and redeployed (WTE).
    - `sources`, without months: site, test, employer, share of the tests shifted that comes from there.
    """

    tests: pd.DataFrame
    staff: pd.DataFrame
    sources: pd.DataFrame


def centre_path(of: Centres, levers: CentreLevers = AS_PLANNED) -> CentrePath:
    """What the centres do, and who staffs them, in each month. Raises ValueError for levers of centres not there."""
    _are_there("hours_week", levers.hours_week, set(of.plans["site"]))
    _are_there("utilisation", levers.utilisation, set(of.plans["site"]))
    _are_there("share_new", levers.share_new, set(of.rooms[ROOM].itertuples(index=False, name=None)))
    return CentrePath(_tests(of, levers), _staff(of, levers), _sources(of))


def running(since_opening: Array, ramp_months: Array) -> Array:
    """Share of its tests that a centre does so many months after the month in which it opened.

    A straight line from none in the opening month to all after `ramp_months`; where these are 0, all from the opening.
    """
    ramp = np.broadcast_to(ramp_months, since_opening.shape)
    climbed = np.divide(since_opening, ramp, out=np.ones(since_opening.shape), where=ramp > 0)
    return np.clip(climbed, 0.0, 1.0) * open_share(since_opening)


def open_share(since_opening: Array) -> Array:
    """Share of a month in which a centre is open: 1 from the opening month on, a part where it opens within one."""
    return np.clip(since_opening + 1, 0.0, 1.0)


def new_tests(path: CentrePath) -> pd.DataFrame:
    """Tests a year that centres add to the system's: employer, pillar, test, month, tests; never below zero.

    New share x (capacity x ramp - tests of the base year). A centre that opened within the base year does more by the
    base month than the base year holds, so its month 0 is above zero.
    """
    return _long(_summed(path.tests, "host", "test", "new"), "tests")


def shifted_tests(path: CentrePath) -> pd.DataFrame:
    """Tests a year that move to hosts from others (below zero): employer, pillar, test, month, tests; they sum to zero.

    They leave the employers that the staff of the rooms are redeployed from, in proportion to these staff; where none
    are redeployed they leave the host itself, so that nothing moves.
    """
    lost = path.tests.merge(path.sources, on=ROOM)
    lost = lost.assign(shifted=lost["shifted"] * lost["share"])
    return _moved(_summed(path.tests, "host", "test", "shifted"), _summed(lost, "employer", "test", "shifted"), "tests")


def recruited_posts(path: CentrePath) -> pd.DataFrame:
    """WTE that hosts recruit for centres that open or extend: employer, pillar, profession, month, wte."""
    return _long(_summed(path.staff, "host", "profession", "recruited"), "wte")


def redeployed_staff(path: CentrePath) -> pd.DataFrame:
    """WTE who join a host's staff and leave another's (below zero): employer, pillar, profession, month, wte.

    They sum to zero over the system, so that lift and shift is counted once.
    """
    joined, left = (_summed(path.staff, at, "profession", "redeployed") for at in ("host", "source"))
    return _moved(joined, left, "wte")


def _summed(rows: pd.DataFrame, at: str, item: str, value: str) -> pd.Series:
    """A value by employer (the column `at`), pillar, item and month."""
    return rows.groupby([at, "pillar", item, "month"])[value].sum().rename_axis(index={at: "employer"})


def _moved(gained: pd.Series, lost: pd.Series, name: str) -> pd.DataFrame:
    return _long(gained.sub(lost, fill_value=0.0), name)


def _long(summed: pd.Series, name: str) -> pd.DataFrame:
    return summed.rename(name).reset_index()


def _tests(of: Centres, levers: CentreLevers) -> pd.DataFrame:
    rooms = _rooms(of, levers)
    ramp = rooms[["ramp_months"]].to_numpy(dtype=np.float64)
    opened = _opened(of, rooms["site"], levers.months_later)
    tests = _from_month_1(rooms["planned"], rooms["changed"], of) * running(of.months - opened, ramp)
    rise = np.maximum(tests - _held(of, rooms, ramp), 0.0)
    named = pd.Series(rooms[ROOM].itertuples(index=False, name=None), index=rooms.index, dtype=object)
    share_new = _from_month_1(rooms["share_new"], named.map(levers.share_new).fillna(rooms["share_new"]), of)
    amounts = {"tests": tests, "share_new": share_new, "new": rise * share_new, "shifted": rise * (1 - share_new)}
    return _by_month(rooms[["site", "host", "pillar", "test"]], amounts, of)


def _rooms(of: Centres, levers: CentreLevers) -> pd.DataFrame:
    """The rooms with host and ramp, tests a year in full as planned and as changed, and tests of the base year."""
    planned, changed = (
        centres.capacity(of.rooms, plans, of.scope, of.year).rename(columns={"tests_a_year": name})[
            [*ROOM, "pillar", name]
        ]
        for name, plans in (("planned", of.plans), ("changed", _changed(of.plans, levers)))
    )
    rooms = planned.merge(changed[[*ROOM, "changed"]], on=ROOM).merge(of.rooms[[*ROOM, "share_new"]], on=ROOM)
    rooms = rooms.merge(of.plans[["site", "host", "ramp_months"]], on="site")
    return rooms.merge(_base_year_tests(of), on=ROOM, how="left").fillna({"base_year": 0.0})


def _changed(plans: pd.DataFrame, levers: CentreLevers) -> pd.DataFrame:
    hours = plans["site"].map(levers.hours_week).astype("float64").fillna(plans["hours_week"])
    utilisation = plans["site"].map(levers.utilisation).astype("float64").fillna(plans["utilisation"])
    return plans.assign(hours_week=hours, utilisation=utilisation)


def _opened(of: Centres, sites: pd.Series, months_later: float) -> Array:
    """Months from the base month to each site's opening, as a column; an opening to come is moved."""
    planned = -months_back(of.plans["opening"], pd.Timestamp(of.base_month)).astype("float64")
    moved = np.where(planned > 0, np.maximum(planned + months_later, 1.0), planned)
    opened = sites.map(dict(zip(of.plans["site"], moved, strict=True)))
    return np.asarray(opened, dtype=np.float64)[:, None]


def _held(of: Centres, rooms: pd.DataFrame, ramp: Array) -> Array:
    """Tests that the base year holds already, as a column: those counted, or those planned for it where they are more.

    A centre that ran in full all year and did fewer tests than planned does not do the rest of its own accord.
    """
    base_year = np.arange(1.0 - MONTHS_IN_YEAR, 1.0) - _opened(of, rooms["site"], 0.0)
    planned = rooms[["planned"]].to_numpy() * running(base_year, ramp).mean(axis=1, keepdims=True)
    return np.asarray(np.maximum(rooms[["base_year"]].to_numpy(), planned), dtype=np.float64)


def _base_year_tests(of: Centres) -> pd.DataFrame:
    """Tests of each centre's latest 12 calendar months up to the base month: site, test, base_year."""
    known = up_to(of.activity, of.base_month)
    latest = known.groupby("site")["month"].transform("max")
    year = known[months_back(known["month"], latest) < MONTHS_IN_YEAR].astype({"tests": "float64"})
    return year.groupby(ROOM, as_index=False)["tests"].sum().rename(columns={"tests": "base_year"})


def _staff(of: Centres, levers: CentreLevers) -> pd.DataFrame:
    planned, changed = (_staffing(of, plans) for plans in (of.plans, _changed(of.plans, levers)))
    opened = _opened(of, planned["site"], levers.months_later)
    room_wte = _from_month_1(planned["wte"], changed["wte"], of) * open_share(of.months - opened)
    added = np.maximum(room_wte - room_wte[:, :1], 0.0)
    whole = changed[["wte"]].to_numpy()
    share = np.divide(changed[["recruited"]].to_numpy(), whole, out=np.zeros(whole.shape), where=whole > 0)
    amounts = {"room_wte": room_wte, "recruited": added * share, "redeployed": added * (1 - share)}
    return _by_month(planned[["site", "host", "pillar", "test", "profession", "band", "source"]], amounts, of)


def _staffing(of: Centres, plans: pd.DataFrame) -> pd.DataFrame:
    """The staffing of centres that run in full, with their hosts, and the source of redeployed staff: else the host."""
    staffed = centres.staffing(of.staffing, of.rooms, plans, of.scope, of.year)
    hosts = staffed["site"].map(dict(zip(plans["site"], plans["host"], strict=True)))
    return staffed.assign(host=hosts, source=staffed["redeployed_from"].fillna(hosts))


def _sources(of: Centres) -> pd.DataFrame:
    staffed = _staffing(of, of.plans)
    redeployed = staffed[staffed["redeployed"] > 0].groupby([*ROOM, "source"])["redeployed"].sum()
    share = (redeployed / redeployed.groupby(ROOM).transform("sum")).rename("share").reset_index()
    hosts = of.rooms[ROOM].merge(of.plans[["site", "host"]], on="site")
    all_of = hosts.merge(share, on=ROOM, how="left").fillna({"share": 1.0})
    return all_of.assign(employer=all_of["source"].fillna(all_of["host"]))[[*ROOM, "employer", "share"]]


def _from_month_1(now: pd.Series, then: pd.Series, of: Centres) -> Array:
    """What holds now in the base month and what holds then in every later one: rows x months."""
    now_and_then = (np.asarray(each, dtype=np.float64)[:, None] for each in (now, then))
    return np.where(of.months == 0, *now_and_then)


def _by_month(rows: pd.DataFrame, amounts: Mapping[str, Array], of: Centres) -> pd.DataFrame:
    """Each row once a month, with amounts of rows x months laid out one below the other."""
    each = rows.loc[rows.index.repeat(of.horizon + 1)].reset_index(drop=True)
    months = np.tile(np.arange(of.horizon + 1), len(rows))
    return each.assign(month=months, **{name: amount.ravel() for name, amount in amounts.items()})


def _are_there(name: str, given: Collection[Hashable], there: Collection[Hashable]) -> None:
    for of in given:
        if of not in there:
            raise ValueError(
                f"{name} is given for {of}, which no centre of the plan has; there are {sorted(map(str, there))}"
            )
