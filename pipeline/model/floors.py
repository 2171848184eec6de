"""The fewest staff of each employer and profession, whatever the work: open rooms and rotas that must be covered.

Required = max(workload, rooms, rotas). Those who staff a room do its tests, so rooms are no addition to the work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.model.supply.teams import CELL
from pipeline.model.workload import Number, required_wte, room_hours

Array = NDArray[np.float64]
BINDING = ("workload", "rooms", "rotas")
"""What staff needed may follow from; of equals the first is said to bind."""


class Floors(NamedTuple):
    """WTE that keep rooms open and rotas covered all year: cells x months + 1 x draws.

    The last two axes are those of the hours of a WTE, and 1 where these do not vary.
    """

    rooms: Array
    rotas: Array


def floors(
    rooms: pd.DataFrame,
    rota_posts: pd.DataFrame,
    cells: pd.DataFrame,
    hours_of: Callable[[str], Number],
    weeks: Number,
) -> Floors:
    """The floors of each cell (employer, profession), from the canonical rooms and rota posts; 0 where it has none.

    Rooms x hours open a week x weeks x staff of the profession in a room, and posts x hours covered a week x weeks,
    over `hours_of` a WTE of the profession at work in a year (one value, one a draw, or months + 1 x draws). Rooms of
    an employer are added up, and so are its rotas. Rows without a cell are left out: `without_cell` names them.
    """
    needed = {str(profession): hours_of(str(profession)) for profession in cells["profession"].unique()}
    of_rooms, of_rotas = (
        _by_cell(rows, cells, needed, weeks) for rows in (_hours_of_rooms(rooms), _hours_of_rotas(rota_posts))
    )
    return Floors(of_rooms, of_rotas)


def with_floors(workload: Array, rooms: Array, rotas: Array) -> Array:
    """Staff needed: the largest of the three, cell by cell, in WTE."""
    return np.maximum(np.maximum(workload, rooms), rotas)


def binding(cells: pd.DataFrame, workload: Array, rooms: Array, rotas: Array, month: int = 0) -> pd.DataFrame:
    """What staff needed follow from in a month: employer, profession, workload, rooms and rotas (mean WTE), binding.

    `binding` is that of the largest mean; `share_bound` is the share of draws in which rooms or rotas ask for more than
    the work. A row a cell, in the order of the cells.
    """
    three = np.broadcast_arrays(workload, rooms, rotas)
    now = np.stack([each[:, min(month, each.shape[1] - 1)] for each in three])
    means = now.mean(axis=2)
    named = dict(zip(BINDING, means, strict=True))
    bound = (now[1:].max(axis=0) > now[0]).mean(axis=1)
    which = [BINDING[number] for number in means.argmax(axis=0)]
    return cells[CELL].reset_index(drop=True).assign(**named, binding=which, share_bound=bound)


def without_cell(rooms: pd.DataFrame, rota_posts: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Rooms and rotas of employers and professions that have no cell: employer, profession, hours_week of staff."""
    asked = pd.concat([_hours_of_rooms(rooms), _hours_of_rotas(rota_posts)])
    summed = asked.groupby(CELL, as_index=False)["hours_week"].sum()
    marked = summed.merge(cells[CELL].drop_duplicates(), how="left", indicator=True)
    return marked[marked["_merge"] == "left_only"].drop(columns="_merge").reset_index(drop=True)


def _hours_of_rooms(rooms: pd.DataFrame) -> pd.DataFrame:
    open_hours = room_hours(rooms["rooms"].astype("float64"), rooms["open_hours_week"], 1.0)
    return rooms[CELL].assign(hours_week=open_hours * rooms["staff_per_room"])


def _hours_of_rotas(rota_posts: pd.DataFrame) -> pd.DataFrame:
    return rota_posts[CELL].assign(hours_week=rota_posts["posts"].astype("float64") * rota_posts["hours_week"])


def _by_cell(asked: pd.DataFrame, cells: pd.DataFrame, available: dict[str, Number], weeks: Number) -> Array:
    summed = asked.groupby(CELL, as_index=False)["hours_week"].sum()
    hours = cells[CELL].merge(summed, on=CELL, how="left")["hours_week"].fillna(0.0).to_numpy(dtype=np.float64)
    needed = [
        np.atleast_2d(required_wte(week * weeks, available[profession]))
        for week, profession in zip(hours, cells["profession"], strict=True)
    ]
    return np.stack(np.broadcast_arrays(*needed)) if needed else np.zeros((0, 1, 1))
