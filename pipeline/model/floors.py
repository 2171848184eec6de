"""The fewest staff of each employer and profession, whatever the work: open rooms and rotas that must be covered.

Required = max(workload, rooms, rotas). Those who staff a room do its tests, so rooms are no addition to the work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.model.supply.teams import CELL
from pipeline.model.workload import Number, required_wte, staffed_hours

Array = NDArray[np.float64]


class Floors(NamedTuple):
    """WTE that keep rooms open and rotas covered all year: cells x months + 1 x draws.

    The last two axes are those of the hours of a WTE, and 1 where these do not vary.
    """

    rooms: Array
    rotas: Array


def floors(
    rooms: Array, rotas: Array, professions: Sequence[str], hours_of: Callable[[str], Number], weeks: Number
) -> Floors:
    """The floors of each cell, from the hours a week that its rooms and its rotas ask for; 0 where they ask for none.

    Hours x weeks over `hours_of` a WTE of the cell's profession at work in a year (one value, one a draw, or
    months + 1 x draws).
    """
    needed = {profession: hours_of(profession) for profession in dict.fromkeys(professions)}
    return Floors(*(_by_cell(asked, [needed[each] for each in professions], weeks) for asked in (rooms, rotas)))


def hours_of_rooms(rooms: pd.DataFrame, cells: pd.DataFrame) -> Array:
    """Rooms x hours open a week x staff of the profession in a room, by cell, from the canonical table.

    Rooms of an employer are added up. Rows without a cell are left out: `without_cell` names them.
    """
    return _of_cells(_hours_of_rooms(rooms), cells)


def hours_of_rotas(rota_posts: pd.DataFrame, cells: pd.DataFrame) -> Array:
    """Posts x hours covered a week, by cell, from the canonical table; what holds of rooms holds of rotas."""
    return _of_cells(_hours_of_rotas(rota_posts), cells)


def with_floors(workload: Array, rooms: Array, rotas: Array) -> Array:
    """Staff needed: the largest of the three, cell by cell, in WTE."""
    return np.maximum(np.maximum(workload, rooms), rotas)


class Bound(NamedTuple):
    """What staff needed follow from at the base month and the last one: each cells x 2, a mean or sum over draws.

    `workload`, `rooms` and `rotas` are WTE. `share` is that of the draws in which rooms or rotas ask for more than the
    work, and `above` the WTE by which they do.
    """

    workload: Array
    rooms: Array
    rotas: Array
    share: Array
    above: Array


def bound(workload: Array, rooms: Array, rotas: Array) -> Bound:
    """What staff needed follow from, summed over draws; each is cells x months + 1 x draws (or 1 of them)."""
    work, *floor = (np.stack([each[:, 0], each[:, -1]], axis=1) for each in (workload, rooms, rotas))
    ends = np.broadcast_arrays(work, *floor)
    largest = np.maximum(*ends[1:])
    # Counted work may be worth more than all staff, so that the sum with other work is below zero; no room asks then.
    over = np.where(largest > 0, np.maximum(largest - work, 0.0), 0.0)
    return Bound(*(each.sum(axis=2) for each in (*ends, over > 0, over)))


def binding(cells: pd.DataFrame, found: Bound) -> pd.DataFrame:
    """Cells in which rooms or rotas ask for more than the work at the base month or the last; most WTE first.

    `found` are means over draws. Returns employer, pillar, profession, binding (rooms or rotas: which of them asks for
    more at the last month), floor (its WTE then), share and above at the last month, and share_now and above_now.
    """
    which = np.where(found.rooms[:, -1] >= found.rotas[:, -1], "rooms", "rotas")
    shown = cells[["employer", "pillar", "profession"]].assign(
        binding=which,
        workload=found.workload[:, -1],
        floor=np.maximum(found.rooms, found.rotas)[:, -1],
        **{
            f"{name}{when}": values[:, at]
            for when, at in (("_now", 0), ("", -1))
            for name, values in (("share", found.share), ("above", found.above))
        },
    )
    held = shown[(shown["share"] > 0) | (shown["share_now"] > 0)]
    return held.sort_values("above", ascending=False, ignore_index=True)


def without_cell(rooms: pd.DataFrame, rota_posts: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Rooms and rotas of employers and professions that have no cell: employer, profession, hours_week of staff."""
    asked = pd.concat([_hours_of_rooms(rooms), _hours_of_rotas(rota_posts)])
    summed = asked.groupby(CELL, as_index=False)["hours_week"].sum()
    marked = summed.merge(cells[CELL].drop_duplicates(), how="left", indicator=True)
    return marked[marked["_merge"] == "left_only"].drop(columns="_merge").reset_index(drop=True)


def _hours_of_rooms(rooms: pd.DataFrame) -> pd.DataFrame:
    return rooms[CELL].assign(hours_week=staffed_hours(rooms, 1.0))


def _hours_of_rotas(rota_posts: pd.DataFrame) -> pd.DataFrame:
    return rota_posts[CELL].assign(hours_week=rota_posts["posts"].astype("float64") * rota_posts["hours_week"])


def _of_cells(asked: pd.DataFrame, cells: pd.DataFrame) -> Array:
    summed = asked.groupby(CELL, as_index=False)["hours_week"].sum()
    hours = cells[CELL].merge(summed, on=CELL, how="left")["hours_week"].fillna(0.0)
    return np.asarray(hours, dtype=np.float64)


def _by_cell(asked: Array, available: Sequence[Number], weeks: Number) -> Array:
    needed = [
        np.atleast_2d(required_wte(week * weeks, hours) if week else 0.0)
        for week, hours in zip(asked, available, strict=True)
    ]
    return np.stack(np.broadcast_arrays(*needed)) if needed else np.zeros((0, 1, 1))
