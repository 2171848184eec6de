"""What every notebook of the pipeline is: short, typed, without outputs, and readable by a colleague."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest

from pipeline.report.chapters import GAP_BY_PILLAR, LISTS, PAST_FORECASTS, PLAN_REACH, THREE_BARS, chapters
from pipeline.run.stages import NOTEBOOK_STAGES

pytestmark = pytest.mark.unit

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
LONGEST_CELL = 16
PARAMETER = re.compile(r"^[a-z_]+: (str|int|float|bool|list\[dict\]|list\[str\]) = .+  # .{10,}$")


def cells(path: Path, kind: str) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def tags(cell: nbformat.NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def test_there_is_a_notebook_for_every_stage_that_runs_one() -> None:
    assert {path.name for path in NOTEBOOKS} == {stage.notebook for stage in NOTEBOOK_STAGES}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
class TestEachNotebook:
    def test_has_one_parameters_cell_of_typed_and_explained_lines(self, path: Path) -> None:
        (cell,) = [cell for cell in cells(path, "code") if "parameters" in tags(cell)]
        lines = cell.source.splitlines()
        assert [line for line in lines if not PARAMETER.match(line)] == []
        assert [line.split(":")[0] for line in lines[:2]] == ["plan_folder", "processed_folder"]

    def test_is_committed_without_outputs_counts_or_machine_paths(self, path: Path) -> None:
        for cell in cells(path, "code"):
            assert cell.outputs == []
            assert cell.execution_count is None
        assert not re.search(r"/(home|root|Users|work)/|[A-Z]:\\\\", path.read_text(encoding="utf-8"))

    def test_defines_no_function_or_class(self, path: Path) -> None:
        for cell in cells(path, "code"):
            kinds = {type(node) for node in ast.walk(ast.parse(cell.source))}
            assert not kinds & {ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda}

    def test_keeps_its_cells_short(self, path: Path) -> None:
        long = [
            cell.source.splitlines()[0]
            for cell in cells(path, "code")
            if len(cell.source.splitlines()) > LONGEST_CELL and "import" not in cell.source.splitlines()[0]
        ]
        assert long == []

    def test_has_one_first_level_heading_at_the_top(self, path: Path) -> None:
        headings = re.findall(r"^# .+$", "\n".join(cell.source for cell in cells(path, "markdown")), flags=re.MULTILINE)
        assert len(headings) == 1
        assert cells(path, "markdown")[0].source.startswith(headings[0])

    def test_sends_cells_only_to_chapters_that_exist(self, path: Path) -> None:
        known = {f"chapter:{chapter.id}" for chapter in chapters()}
        known |= {"parameters", GAP_BY_PILLAR, THREE_BARS, PAST_FORECASTS, PLAN_REACH, LISTS}
        everything = nbformat.read(path, as_version=4).cells
        assert {tag for cell in everything for tag in tags(cell)} <= known
