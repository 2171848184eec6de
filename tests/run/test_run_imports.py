"""Which code each stage can come to use: read off the code, and held against what its notebook in fact imports."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from sample_runs import ROOT
from tiny_workshop import Workshop

from pipeline.run import fingerprint, imports, warm
from pipeline.run.checksums import Checksums
from pipeline.run.imports import CodeSnapshot, graph, imported, used_by
from pipeline.run.notebook import run_notebook
from pipeline.run.stages import BY_NAME, NOTEBOOK_STAGES, STAGES, Stage

NOTEBOOKS = ROOT / "notebooks"


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import pipeline.store", {"store"}),
        ("import pipeline.store as kept, os", {"store"}),
        ("from pipeline.store import Store", {"store"}),
        ("from pipeline.report import tables, words", {"report", "report.tables", "report.words"}),
        ("from pipeline.report import (\n    tables,\n    words,\n)", {"report", "report.tables", "report.words"}),
        ("def draw():\n    from pipeline.store import Store", {"store"}),
        ("from __future__ import annotations\nimport pandas as store", set()),
        ("if TYPE_CHECKING:\n    from pipeline.store import Store\n\n    import pandas\n\nx = 1", set()),
    ],
)
def test_the_modules_that_code_imports_are_read_off_it(text: str, found: set[str]) -> None:
    known = ["", "store", "report", "report.tables", "report.words"]
    assert imported(text, known) == {"", *found}


@pytest.mark.unit
def test_what_only_some_stages_need_of_the_run_room_is_not_followed_into_all() -> None:
    lazy = "from pipeline.store import Store\n\ndef past():\n    from pipeline.report import words"
    assert imported(lazy, ["", "store", "report", "report.words"], at_top=True) == {"", "store"}


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the pipeline that is free to change."""
    package = tmp_path / "pipeline"
    shutil.copytree(fingerprint.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(fingerprint, "PACKAGE", package)
    return package


def stale(package: Path, file: str) -> set[str]:
    """The stages whose code has changed once a line was added to a file."""

    def now() -> dict[str, str]:
        code = CodeSnapshot(NOTEBOOKS, Checksums(package / "none"))
        return {each.name: code.of_stage(each) for each in STAGES}

    before = now()
    path = package / file
    path.write_text(path.read_text(encoding="utf-8") + "\n# another line\n", encoding="utf-8")
    return {name for name, value in now().items() if value != before[name]}


@pytest.mark.integration
@pytest.mark.parametrize(
    ("file", "stages"),
    [
        ("report/deck.py", {"document"}),
        ("report/templates/pages/style.css", {"document"}),
        ("charts/risk_map.py", {"action_plan"}),
        ("charts/spine.py", {"metrics"}),
        ("evidence/sobol.py", {"evidence"}),
        ("sources/pay_afc.py", {"ingest", "changes", "document"}),
        ("synthetic/sample.py", set()),
        ("cli.py", set()),
        ("plan.py", {each.name for each in STAGES}),
        ("reference/glossary.csv", {each.name for each in STAGES}),
    ],
)
def test_code_that_changed_in_one_room_is_only_for_the_stages_that_use_it(
    small: Path, file: str, stages: set[str]
) -> None:
    assert stale(small, file) == stages


@pytest.mark.notebook
@pytest.mark.slow
@pytest.mark.parametrize("stage", NOTEBOOK_STAGES, ids=lambda stage: stage.name)
def test_no_notebook_imports_what_does_not_count_as_its_code(
    built: Workshop, stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(warm.COLD, "1")
    assert stage.notebook is not None
    book = nbformat.read(NOTEBOOKS / stage.notebook, as_version=4)
    # Whatever a tiny plan lets it reach: the rest is found in the code alone.
    names = "import sys; print(sorted(name for name in sys.modules if name.split('.')[0] == 'pipeline'))"
    book.cells = [each for each in book.cells if each.cell_type == "code"]
    for each in book.cells[2:]:
        each.source = f"try:\n{indented(each.source)}\nexcept Exception as error:\n    print(type(error))"
    book.cells.append(nbformat.v4.new_code_cell(names))
    nbformat.write(book, tmp_path / "looked.ipynb")
    out = tmp_path / "out.ipynb"
    given = {"plan_folder": str(built.plan), "processed_folder": str(built.processed)}
    run_notebook(tmp_path / "looked.ipynb", out, given)
    printed = nbformat.read(out, as_version=4).cells[-1].outputs[-1].text
    loaded = {name.removeprefix("pipeline").lstrip(".") for name in json.loads(printed.replace("'", '"'))}
    assert len(loaded) > 20
    assert loaded <= used_by(stage, NOTEBOOKS, graph("now"))


def indented(source: str) -> str:
    return "\n".join(f"    {line}" for line in source.splitlines()) or "    pass"


@pytest.mark.unit
def test_every_kind_of_reading_that_brings_code_with_it_is_one_that_a_stage_has() -> None:
    read = {kind for stage in BY_NAME.values() for kind in stage.reads}
    assert read >= imports.ALSO_BY.keys()
    assert {name for name in imports.ALSO_BY.values() if name[-1] != "."} <= graph("now").keys()
