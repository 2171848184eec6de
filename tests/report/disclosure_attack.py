"""A reader who wants to know: works hidden counts out of what is shown, with no code of the project's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.optimize import linprog

Published = list[tuple[np.ndarray, float | None]]
"""For each cell shown somewhere: which inner cells it adds up, and the number printed, or None for a star."""


def cube(counts: np.ndarray) -> pd.DataFrame:
    """The inner cells of a table of one to three ways: a row a cell, with columns a, b and c and the people in it."""
    names = "abc"[: counts.ndim]
    places = np.argwhere(np.ones_like(counts))
    rows = {name: [f"{name}{place[axis]}" for place in places] for axis, name in enumerate(names)}
    return pd.DataFrame({**rows, "headcount": counts.ravel()})


def margins(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The table that a report would show by some of the columns; one row where there are none."""
    if not by:
        return pd.DataFrame({"headcount": [rows["headcount"].sum()]})
    return rows.groupby(list(by), as_index=False)["headcount"].sum()


def every_margin(ways: int) -> list[tuple[str, ...]]:
    """All sets of columns that a table of so many ways may be shown by, the empty one too."""
    return [chosen for size in range(ways + 1) for chosen in combinations("abc"[:ways], size)]


def as_published(rows: pd.DataFrame, tables: Mapping[tuple[str, ...], pd.DataFrame]) -> Published:
    """What stands on the pages: `tables` by their columns, with missing numbers where a star is printed."""
    found: Published = []
    for by, table in tables.items():
        for row in table.to_dict("records"):
            inside = np.ones(len(rows), dtype=bool)
            for name in by:
                inside &= (rows[name] == row[name]).to_numpy()
            found.append((inside, None if pd.isna(row["headcount"]) else float(row["headcount"])))
    return found


def reads_as(counts: np.ndarray, hide_to: int, round_to: int) -> np.ndarray:
    """How a rule prints counts; -1 for a star."""
    nearest = np.floor(counts / round_to + 0.5) * round_to
    return np.where((counts >= 1) & (counts <= hide_to), -1, nearest)


def all_that_agree(published: Published, parts: int, most: int, hide_to: int, round_to: int) -> np.ndarray:
    """Every table of whole numbers up to `most` that agrees with what is printed: a row each, by trying all."""
    tried = np.indices((most + 1,) * parts).reshape(parts, -1).T
    agrees = np.ones(len(tried), dtype=bool)
    for inside, printed in published:
        sums = tried[:, inside].sum(axis=1)
        if printed is None:
            agrees &= sums >= 1
        else:
            agrees &= reads_as(sums, hide_to, round_to) == printed
    return tried[agrees]


def narrowed_to(published: Published, cell: np.ndarray, hide_to: int, round_to: int) -> tuple[float, float]:
    """The least and the most that a sum of inner cells can be, by linear programming; infinite without a limit."""
    above, limits = [], []
    for inside, printed in published:
        row = inside.astype(float)
        if printed is None:
            above, limits = [*above, -row], [*limits, -1.0]
        elif printed == 0:
            above, limits = [*above, row], [*limits, 0.0]
        else:
            loose = (round_to - 1) / 2
            above, limits = [*above, row, -row], [*limits, printed + loose, -max(printed - loose, hide_to + 1.0)]
    ends = []
    for side in (1.0, -1.0):
        found = linprog(side * cell.astype(float), A_ub=np.array(above), b_ub=np.array(limits), bounds=(0, None))
        ends.append(-side * np.inf if found.status == 3 else side * found.fun)
    return ends[0], ends[1]


Shares = list[tuple[np.ndarray, float | None]]
"""For each number shown somewhere: the share of each part that it adds up, and the number, or None where hidden."""


def whole_range(shown: Shares, wanted: np.ndarray) -> tuple[float, float]:
    """The least and the most that a sum of parts can be, by linear programming; infinite without a limit.

    Shown numbers are exact, with all their decimals; of a hidden one, a reader knows that it is not below zero.
    """
    known = [(share, number) for share, number in shown if number is not None]
    left = np.array([share.astype(float) for share, _ in known]).reshape(len(known), len(wanted))
    right = np.array([number for _, number in known])
    ends = []
    for side in (1.0, -1.0):
        found = linprog(side * wanted.astype(float), A_eq=left, b_eq=right, bounds=(0, None))
        assert found.status in (0, 3), found.message
        ends.append(-side * np.inf if found.status == 3 else side * found.fun)
    return ends[0], ends[1]


TEAM = ["employer", "pillar", "profession"]


def inside(parts: pd.DataFrame, where: pd.DataFrame | None = None, **named: object) -> np.ndarray:
    """Which parts a cell adds up: those with these names, and of these teams where a table has only some."""
    found = np.ones(len(parts), dtype=bool)
    for name, value in named.items():
        found &= (parts[name] == value).to_numpy()
    if where is not None:
        found &= pd.MultiIndex.from_frame(parts[TEAM]).isin(pd.MultiIndex.from_frame(where))
    return found


def read(
    frame: pd.DataFrame, column: str, share_of: Callable[[dict[str, object]], np.ndarray]
) -> Iterator[tuple[np.ndarray, float | None]]:
    """What a reader of a column knows."""
    for row in frame.to_dict("records"):
        yield (
            share_of({str(key): value for key, value in row.items()}),
            (None if pd.isna(row[column]) else float(row[column])),
        )
