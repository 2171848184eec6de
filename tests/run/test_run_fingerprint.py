from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_workshop import Workshop, cell, copy_renderer, edit, write_notebook

from pipeline.plan import load_plan
from pipeline.run import fingerprint
from pipeline.run.checksums import Checksums
from pipeline.run.fingerprint import NEVER_RAN, code_files, notebook_source, why_stale
from pipeline.run.made import Made
from pipeline.run.stages import NOTEBOOK_STAGES, STAGES, before, needed
from pipeline.run.state import Run
from pipeline.run.swap import Shelf
from pipeline.store import digest

pytestmark = pytest.mark.unit

ALL = {stage.name for stage in STAGES}
LAST = {"changes", "document"}
"""What lists every input file that changed, and what shows it."""


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    return write_notebook(
        tmp_path / "staff.ipynb", [cell("# Staff", "chapter:workforce", kind="markdown"), cell("a = 1")]
    )


def change_cell(place: int, **change: Any) -> Callable[[dict[str, Any]], None]:
    return lambda book: book["cells"][place].update(change)


@pytest.mark.parametrize(
    "change",
    [
        change_cell(1, source="a = 2"),
        change_cell(1, cell_type="raw"),
        change_cell(0, metadata={"tags": ["chapter:summary"]}),
        change_cell(0, metadata={}),
        change_cell(0, attachments={"map.png": {"image/png": "AAAA"}}),
        lambda book: book["cells"].reverse(),
        lambda book: book["cells"].append(cell("b = 1")),
    ],
)
def test_what_a_notebook_says_runs_or_shows_counts(notebook: Path, change: Callable[[dict[str, Any]], None]) -> None:
    before_it = notebook_source(notebook)
    edit(notebook, change)
    assert notebook_source(notebook) != before_it


@pytest.mark.parametrize(
    "change",
    [
        change_cell(1, outputs=[{"output_type": "stream", "name": "stdout", "text": "1"}], execution_count=9),
        change_cell(1, id="other", metadata={"collapsed": True, "jupyter": {"source_hidden": True}}),
        change_cell(1, source=["a = 1"]),
        lambda book: book["metadata"].update(kernelspec={"name": "other", "display_name": "Other"}),
    ],
)
def test_what_jupyterlab_writes_on_saving_does_not(notebook: Path, change: Callable[[dict[str, Any]], None]) -> None:
    before_it = notebook_source(notebook)
    edit(notebook, change)
    assert notebook_source(notebook) == before_it


@pytest.mark.parametrize("words", [None, "", "[]", "{}"])
def test_a_file_that_is_no_notebook_has_no_source(tmp_path: Path, words: str | None) -> None:
    if words is not None:
        (tmp_path / "x.ipynb").write_text(words, encoding="utf-8")
    assert notebook_source(tmp_path / "x.ipynb") == ""


@pytest.mark.parametrize(
    ("file", "counts"),
    [
        ("model/gap.py", True),
        ("reference/mapping.csv", True),
        ("report/templates/pages/style.css", True),
        ("model/__pycache__/gap.cpython-311.pyc", False),
        (".ipynb_checkpoints/x.py", False),
        ("model/gap.py~", False),
        ("model/.gap.py.swp", False),
    ],
)
def test_every_file_that_a_run_may_read_counts_as_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, counts: bool
) -> None:
    monkeypatch.setattr(fingerprint, "PACKAGE", tmp_path / "pipeline")
    path = tmp_path / "pipeline" / file
    path.parent.mkdir(parents=True)
    seen = [digest(code_files(Checksums(tmp_path / "kept")))]
    for words in ("one", "two"):
        path.write_text(words, encoding="utf-8")
        seen.append(digest(code_files(Checksums(tmp_path / "kept"))))
    assert len(set(seen)) == (3 if counts else 1)


def test_the_reason_given_is_the_first_part_that_differs() -> None:
    same = {"notebook": "a", "code": "b", "tables": "c"}
    assert why_stale(same, same) == ""
    assert why_stale(None, same) == NEVER_RAN
    assert why_stale({**same, "code": "x", "tables": "x"}, same) == "code or reference data that it uses has changed"
    assert why_stale({"notebook": "a", "code": "b"}, same) == "a table it reads has changed"


def test_what_doit_remembers_from_another_version_counts_as_never_run() -> None:
    assert Made.from_values({}) is None
    assert Made.from_values({"fingerprint": {}, "stray": 1}) is None
    made = Made({"code": "a"}, {"pay": "b"}, {"x.ipynb": "c"}, 1.5, {"without_printing": True})
    assert Made.from_values(json.loads(json.dumps(made.values()))) == made


class TestStages:
    def test_each_comes_after_all_that_it_reads_from(self) -> None:
        assert [stage.name for stage in before("action_plan")] == ["ingest", "metrics", "scenario"]
        assert [stage.name for stage in before("ingest")] == []
        assert [stage.name for stage in needed(["metrics"])] == ["ingest", "metrics"]
        assert {stage.name for stage in needed(["document"])} == ALL

    def test_the_table_is_in_order_and_names_only_stages(self) -> None:
        names = [stage.name for stage in STAGES]
        for place, stage in enumerate(STAGES):
            assert set(stage.after) <= set(names[:place])
        assert [stage.notebook for stage in NOTEBOOK_STAGES] == [f"{name}.ipynb" for name in names[:-1]]


def fingerprints(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, str]]:
    """The fingerprint of every stage, as if each had made one table and its notebook."""
    monkeypatch.setattr(fingerprint, "PACKAGE", workshop.package)
    run = Run(
        load_plan(workshop.plan), workshop.processed, workshop.notebooks, Shelf(workshop.reports, "tiny"), copy_renderer
    )
    for stage in STAGES:
        run.made[stage.name] = Made({}, {f"{stage.name}_table": "a"}, {f"{stage.name}.ipynb": "b"}, 1.0)
    return {stage.name: run.fingerprint(stage) for stage in STAGES}


def write(path: Path, words: str) -> None:
    path.write_text(words, encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "stages"),
    [
        (lambda shop: write(shop.plan / "numbers.csv", "employer,wte\nRZ1,9\n"), {"ingest", *LAST}),
        (lambda shop: write(shop.plan / "mapping.csv", "scheme,label\nx,y\n"), {"ingest", "metrics", *LAST}),
        (lambda shop: write(shop.plan / "standards.yaml", "other: 1"), ALL - {"ingest"}),
        (lambda shop: write(shop.plan / "high.yaml", "other: 1"), {"scenario", "evidence", "action_plan", *LAST}),
        (lambda shop: write(shop.plan / "actions.yaml", "other: 1"), {"action_plan", *LAST}),
        (lambda shop: write(shop.plan / "assurance.yaml", "other: 1"), {"metrics", *LAST}),
        (lambda shop: write(shop.plan / "commentary" / "summary.md", "other"), {"document"}),
        (lambda shop: write(shop.package / "__init__.py", "x = 1"), ALL),
        (lambda shop: shop.rewrite("metrics", "print(1)"), {"metrics"}),
        (lambda shop: write(shop.notebooks / "notes.txt", "other"), set()),
        (lambda shop: write(shop.plan / "stray.csv", "other"), set()),
    ],
)
def test_a_change_reaches_the_stages_that_read_it(
    workshop: Workshop,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Workshop], None],
    stages: set[str],
) -> None:
    for name in ("mapping.csv", "standards.yaml", "high.yaml", "actions.yaml", "assurance.yaml"):
        write(workshop.plan / name, "first")
    (workshop.plan / "commentary").mkdir()
    write(workshop.plan / "commentary" / "summary.md", "first")
    with (workshop.plan / "plan.yaml").open("a", encoding="utf-8") as plan:
        plan.write("mapping: mapping.csv\nstandards: standards.yaml\nscenarios: [high.yaml]\nactions: actions.yaml\n")
        plan.write("assurance: assurance.yaml\n")
    first = fingerprints(workshop, monkeypatch)
    change(workshop)
    second = fingerprints(workshop, monkeypatch)
    assert {name for name in ALL if first[name] != second[name]} == stages


def test_a_plan_that_says_something_else_reaches_every_stage_but_a_comment_none(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fingerprints(workshop, monkeypatch)
    file = workshop.plan / "plan.yaml"
    words = file.read_text(encoding="utf-8")
    write(file, f"# a comment\n{words}\n")
    assert fingerprints(workshop, monkeypatch) == first
    write(file, words.replace("2025-10", "2025-11"))
    second = fingerprints(workshop, monkeypatch)
    assert {name for name in ALL if first[name] != second[name]} == ALL


def test_another_version_of_a_library_reaches_every_stage(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    first = fingerprints(workshop, monkeypatch)
    monkeypatch.setattr(fingerprint, "packages", lambda names: dict.fromkeys(names, "99"))
    second = fingerprints(workshop, monkeypatch)
    assert {name for name in ALL if first[name]["packages"] != second[name]["packages"]} == ALL


def test_paths_are_seen_from_the_notebooks_unless_they_lie_elsewhere(workshop: Workshop, tmp_path: Path) -> None:
    run = Run(
        load_plan(workshop.plan),
        tmp_path / "else" / "tiny",
        workshop.notebooks,
        Shelf(workshop.reports, "tiny"),
        copy_renderer,
    )
    assert run.parameters == {"plan_folder": "../data/raw/tiny", "processed_folder": str(tmp_path / "else" / "tiny")}
