"""Analysts' notes at the head of chapters: shown as written, never run, and refused where they fit no chapter."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from small_files import write_core5, write_plan

from pipeline.plan import Plan, load_plan
from pipeline.problems import InputRefused
from pipeline.report import compose
from pipeline.report.commentary import notes
from pipeline.run.check import check

pytestmark = pytest.mark.unit


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    write_core5(tmp_path / "northvale" / "core5.csv")
    return load_plan(write_plan(tmp_path / "northvale", {"core5.csv": "hchs_core5"}))


def write_note(plan: Plan, name: str, text: str | bytes) -> None:
    folder = plan.folder / "commentary"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))


def test_a_plan_without_notes_has_none(plan: Plan) -> None:
    write_note(plan, "demand.md", "  \n")
    assert notes(plan) == {}


def test_a_note_is_markdown_with_its_html_shown_and_never_run(plan: Plan) -> None:
    write_note(
        plan,
        "workforce.md",
        "\ufeff**Bold** <script>alert(1)</script> [go](javascript:alert(1)) ![picture](https://example.org/x.png)",
    )
    note = notes(plan)["workforce"]
    assert "<strong>Bold</strong> &lt;script&gt;alert(1)&lt;/script&gt;" in note
    assert "<script" not in note
    assert "<img" not in note
    assert 'href="javascript' not in note


def test_a_heading_in_a_note_takes_in_nothing_that_follows(plan: Plan) -> None:
    write_note(plan, "workforce.md", "# Read this\n\nStaff are short.")
    assert "<p><strong>Read this</strong></p>" in notes(plan)["workforce"]


def test_a_note_stands_at_the_head_of_its_chapter(plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.report.pdf.write", lambda *_: (None, "left out"))
    write_note(plan, "demand.md", "Demand is *rising*.")
    cell = nbformat.v4.new_markdown_cell("What the notebook says.", metadata={"tags": ["chapter:demand"]})
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "metrics.ipynb")
    page = compose.render(plan, {"metrics": tmp_path / "metrics.ipynb"}, tmp_path / "out", {}).html.read_text("utf-8")
    chapter = page.split('id="demand"')[1].split("</section>")[0]
    assert "Analyst's note" in chapter.replace("&#x27;", "'")
    assert chapter.index("Demand is <em>rising</em>.") < chapter.index("What the notebook says.")


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("workfroce.md", "Words", "a note is named after its chapter: summary.md, scope.md"),
        ("demand.md", b"caf\xe9", "UTF-8"),
    ],
)
def test_a_note_that_cannot_be_used_is_refused_with_what_to_do(
    name: str, text: str | bytes, rule: str, plan: Plan
) -> None:
    write_note(plan, name, text)
    with pytest.raises(InputRefused, match=rule):
        notes(plan)
    with pytest.raises(InputRefused, match=rule):
        check(plan.folder)
