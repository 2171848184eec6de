"""The staff that rooms and rotas call for whatever the work, worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from canonical_rows import rows

from pipeline.metrics.scope import Scope
from pipeline.model.capacity import WorkingYear, rooms_table, rotas_table
from pipeline.model.floors import (
    Bound,
    Floors,
    binding,
    bound,
    floors,
    hours_of_rooms,
    hours_of_rotas,
    with_floors,
    without_cell,
)
from pipeline.model.workload import Number

pytestmark = pytest.mark.unit

RADIOGRAPHERS, HELPERS = "Diagnostic radiographers", "Imaging support staff"
CELLS = pd.DataFrame(
    {
        "employer": ["AAA", "BBB", "AAA"],
        "pillar": "imaging",
        "profession": [RADIOGRAPHERS, RADIOGRAPHERS, HELPERS],
    }
)
ROOMS = rows(
    "rooms",
    {"employer": "AAA", "test": "CT", "rooms": 2, "open_hours_week": 60.0, "staff_per_room": 2.0},
    {"employer": "AAA", "test": "MRI", "rooms": 1, "open_hours_week": 60.0, "staff_per_room": 1.0},
    {"employer": "BBB", "test": "CT", "rooms": 1, "open_hours_week": 30.0, "staff_per_room": 1.0},
    {"employer": "CCC", "test": "CT", "rooms": 1, "open_hours_week": 30.0, "staff_per_room": 2.0},
)
ROTAS = rows(
    "rota_posts",
    {"employer": "AAA", "profession": RADIOGRAPHERS, "rota": "Nights", "posts": 2, "hours_week": 120.0},
    {"employer": "AAA", "profession": RADIOGRAPHERS, "rota": "Weekends", "posts": 1, "hours_week": 60.0},
)


def found(hours: Number = 1500.0) -> Floors:
    rooms = hours_of_rooms(ROOMS.assign(profession=RADIOGRAPHERS), CELLS)
    return floors(rooms, hours_of_rotas(ROTAS, CELLS), CELLS["profession"].tolist(), lambda _: hours, 50.0)


def test_are_staff_for_every_open_room_and_every_hour_of_a_rota_added_up_by_cell() -> None:
    # 2 rooms x 60 hours x 2 staff + 60 hours, and 2 x 120 + 60 hours of rotas, x 50 weeks / 1500 hours.
    assert found().rooms[:, 0, 0] == pytest.approx([10, 1, 0])
    assert found().rotas[:, 0, 0] == pytest.approx([10, 0, 0])


def test_are_the_figures_of_the_tables_of_rooms_and_rotas() -> None:
    scope = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset(), frozenset(), ("imaging", "labs"))
    year = WorkingYear(50.0, lambda _: 1500.0)
    assert found().rooms.sum() == pytest.approx(rooms_table(ROOMS, scope, year)["wte"].sum())
    assert found().rotas.sum() == pytest.approx(rotas_table(ROTAS, scope, year)["wte"].sum())


@pytest.mark.parametrize(
    ("hours", "shape"),
    [(1500.0, (3, 1, 1)), (np.full(4, 1500.0), (3, 1, 4)), (np.full((7, 4), 1500.0), (3, 7, 4))],
)
def test_vary_by_month_and_draw_as_the_hours_of_a_wte_do(hours: Number, shape: tuple[int, ...]) -> None:
    assert found(hours).rooms.shape == shape
    assert found(hours).rotas.shape == shape


def test_rise_where_a_wte_is_at_work_for_fewer_hours() -> None:
    assert found(np.array([[1500.0], [1200.0]])).rooms[0, :, 0] == pytest.approx([10, 12.5])


def test_of_employers_and_professions_without_a_cell_are_named() -> None:
    named = without_cell(ROOMS, ROTAS, CELLS)
    assert named.to_dict("records") == [{"employer": "CCC", "profession": RADIOGRAPHERS, "hours_week": 60.0}]


def test_staff_needed_are_the_largest_of_work_rooms_and_rotas_in_each_cell_month_and_draw() -> None:
    work = np.array([[[8.0, 12.0]], [[0.5, 0.5]], [[3.0, 3.0]]])
    assert with_floors(work, *found()).tolist() == [[[10.0, 12.0]], [[1.0, 1.0]], [[3.0, 3.0]]]


def means(work: np.ndarray, rotas: np.ndarray) -> Bound:
    """Work of each cell at the base month and the last, beside the rooms of the cells and these rotas."""
    return Bound(*(each / work.shape[2] for each in bound(work, found().rooms, rotas[:, None, None])))


def test_table_says_where_rooms_or_rotas_ask_for_more_than_the_work_and_by_how_much() -> None:
    work = np.array([[[8.0, 10.5], [8.0, 14.0]], [[0.5, 0.5], [0.5, 0.5]], [[0.0, 0.0], [3.0, 3.0]]])
    table = binding(CELLS, means(work, np.array([12.0, 0.0, 0.0])))
    assert table["employer"].tolist() == ["AAA", "BBB"]
    assert table["binding"].tolist() == ["rotas", "rooms"]
    assert table["floor"].tolist() == [12, 1]
    assert table["workload"].tolist() == [11, 0.5]
    assert table["share"].tolist() == [0.5, 1]
    assert table["share_now"].tolist() == [1, 1]
    assert table["above"].tolist() == [2, 0.5]
    assert table["above_now"].tolist() == [2.75, 0.5]


def test_work_that_is_below_zero_is_not_a_room_that_asks_for_staff() -> None:
    work = np.full((3, 2, 1), -2.0)
    assert binding(CELLS, means(work, np.zeros(3)))["profession"].tolist() == [RADIOGRAPHERS, RADIOGRAPHERS]


def test_of_no_cell_are_none() -> None:
    assert floors(np.zeros(0), np.zeros(0), [], lambda _: 1500.0, 50.0).rooms.shape == (0, 1, 1)
