"""The split of each headline's move, in a calculation to do by hand: (data + 10 x assumptions) x model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from pipeline.plan import Plan, PlanFile
from pipeline.report.change_words import shown_moves
from pipeline.report.moves import PARTS, Marks, Moves, Told, changed_parts, moves
from pipeline.report.working_out import Inputs

pytestmark = pytest.mark.unit

PLAN = Plan(
    Path("nowhere"),
    PlanFile.model_validate(
        {
            "name": "Tiny",
            "ics": ["QZZ"],
            "employers": {"RZ1": "Tiny"},
            "base_month": "2025-10",
            "sources": [{"reader": "pay_afc", "path": "x"}],
        }
    ),
    (),
)


def row(key: str, value: float) -> dict[str, object]:
    return {"key": key, "label": f"WTE of {key}", "value": value, "low": None, "high": None, "unit": "WTE"}


def said(value: float, *more: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([row("gap_gross_horizon", value), *more])


def inputs(data: float, assumptions: float) -> Inputs:
    """The number of each stands in for all of it."""
    tables = {"staff": pd.DataFrame({"wte": [data]})}
    return Inputs(PLAN, tables, {"kind": assumptions}, ())  # type: ignore[dict-item]


@dataclass
class Code:
    """A version of the code, and how often it was asked to work headlines out."""

    model: float
    asked: int = 0

    def __call__(self, of: Inputs) -> pd.DataFrame:
        self.asked += 1
        return said((of.tables["staff"]["wte"].sum() + 10 * float(of.assumptions["kind"])) * self.model)  # type: ignore[arg-type]


def run(model: float, assumptions: float, data: float, *, files: float | None = None, settings: str = "") -> Told:
    """A run as it was told by its own code."""
    made = inputs(data, assumptions)
    marks = Marks(str(model), str(assumptions), str(data if files is None else files), str(data), settings)
    return Told(Code(model)(made), marks, lambda: made)


def parts(found: Moves) -> dict[str, float]:
    return found.table.set_index("key").loc["gap_gross_horizon", list(PARTS)].to_dict()


@pytest.mark.parametrize(
    ("old", "new", "wanted", "asked"),
    [
        ((1, 1, 1), (1, 1, 1), (0, 0, 0), 0),
        ((1, 1, 1), (1, 1, 4), (0, 0, 3), 0),
        ((1, 1, 1), (1, 3, 1), (0, 20, 0), 0),
        ((1, 1, 1), (2, 1, 1), (11, 0, 0), 0),
        ((1, 1, 1), (1, 3, 4), (0, 20, 3), 1),
        ((1, 1, 1), (2, 1, 4), (11, 0, 6), 1),
        ((1, 1, 1), (2, 3, 1), (11, 40, 0), 1),
        ((1, 1, 1), (2, 3, 4), (11, 40, 6), 2),
    ],
)
def test_each_part_is_what_it_alone_brings_after_the_ones_before(
    old: tuple[float, ...], new: tuple[float, ...], wanted: tuple[float, ...], asked: int
) -> None:
    code = Code(new[0])
    found = moves(run(*old), run(*new), code, str(new[0]))
    assert tuple(parts(found).values()) == wanted
    assert found.table["change"].tolist() == [sum(wanted)]
    assert code.asked == asked, "what did not change is not worked out again"


def test_another_machine_that_reaches_other_figures_of_the_same_inputs_is_the_models_doing() -> None:
    new = run(1, 1, 1)
    found = moves(Told(said(10.5), new.marks, new.read), new, Code(1), "1")
    assert parts(found) == {"model": 0.5, "assumptions": 0, "data": 0}


def test_of_two_runs_by_older_code_the_parts_still_add_up_to_the_whole_move() -> None:
    # Today's code counts three times over: 30 a step of assumptions, 3 a step of data.
    found = moves(run(1, 1, 1), run(2, 2, 2), Code(3), "3")
    assert parts(found) == {"model": 44 - 11 - 33, "assumptions": 30, "data": 3}
    same_code = moves(run(2, 1, 1), run(2, 2, 2), Code(3), "3")
    assert parts(same_code)["model"] == 0
    assert sum(parts(same_code).values()) == 22


def test_files_that_did_not_change_are_the_data_of_both_runs_whatever_another_reader_makes_of_them() -> None:
    old, new = run(1, 1, 1, files=7), run(2, 3, 4, files=7)
    assert changed_parts(old.marks, new.marks) == ("model", "assumptions")
    assert parts(moves(old, new, Code(2), "2")) == {"model": 28 - 11, "assumptions": 40, "data": 0}


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        (run(1, 1, 1, files=1), run(1, 1, 1, files=2), ()),
        (run(1, 1, 1, files=1), run(1, 1, 2, files=2), ("data",)),
        (run(1, 1, 1), run(1, 1, 1, settings="later"), ("data",)),
    ],
)
def test_data_are_what_was_read_and_what_the_plan_covers(old: Told, new: Told, changed: tuple[str, ...]) -> None:
    assert changed_parts(old.marks, new.marks) == changed


def broken(error: Exception) -> Callable[[], Inputs]:
    def read() -> Inputs:
        raise error

    return read


def test_inputs_that_cannot_be_worked_out_leave_the_move_whole_with_the_reason() -> None:
    old, new = run(1, 1, 1), run(2, 3, 4)
    found = moves(Told(old.headlines, old.marks, broken(KeyError("shift"))), new, Code(2), "2")
    assert found.unsplit == "KeyError: 'shift'"
    assert found.table["change"].tolist() == [57]
    assert found.table[list(PARTS)].isna().all(axis=None)


def test_a_headline_that_only_one_run_gives_has_no_change_and_no_parts() -> None:
    old, new = run(1, 1, 1), run(1, 1, 4)
    then = Told(pd.concat([old.headlines, pd.DataFrame([row("waiting", 5.0)])]), old.marks, old.read)
    found = moves(then, new, Code(1), "1")
    assert found.table["key"].tolist() == ["gap_gross_horizon", "waiting"]
    assert found.table.loc[1, ["change", *PARTS]].isna().all()
    assert len(shown_moves(found)) == 2
