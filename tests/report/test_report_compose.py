"""Executed notebooks into pages, and what stops the build."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import openpyxl
import pandas as pd
import pytest
from matplotlib.figure import Figure as Chart
from nbformat import NotebookNode

from pipeline.plan import Plan, load_plan
from pipeline.report import compose, display, pdf
from pipeline.report.carried import MIME
from pipeline.report.cells import DocumentRefused
from pipeline.report.chapters import chapters

pytestmark = pytest.mark.unit

FILLER = "No description has been provided for this image"
DATA = pd.DataFrame({"pillar": ["imaging"], "wte": [4.2]})
HEADLINES = [{"key": "gap", "label": "WTE missing", "value": 2.0, "low": None, "high": None, "unit": "WTE"}]


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    folder = tmp_path / "westmarch"
    folder.mkdir()
    (folder / "staff.csv").write_text("staff", encoding="utf-8")
    (folder / "plan.yaml").write_text(
        "name: Westmarch <b>ICS</b>\nics: [QZZ]\nemployers: {RZ1: Westmarch Infirmary}\nbase_month: 2025-10\n"
        "sources: [{reader: hchs_core5, path: staff.csv}]\n",
        encoding="utf-8",
    )
    return load_plan(folder)


@pytest.fixture(autouse=True)
def without_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing is tested by itself; here it would only take time."""
    for name in ("write", "write_fitting"):
        monkeypatch.setattr(pdf, name, lambda *_: (None, "not printed in this test"))


def _code(
    *outputs: NotebookNode | display.Shown, chapter: str = "", source: str = "show()", count: int | None = 1
) -> NotebookNode:
    recorded = [_displayed(output) if isinstance(output, display.Shown) else output for output in outputs]
    return nbformat.v4.new_code_cell(source, outputs=recorded, execution_count=count, metadata=_tags(chapter))


def _prose(text: str, chapter: str = "") -> NotebookNode:
    return nbformat.v4.new_markdown_cell(text, metadata=_tags(chapter))


def _tags(chapter: str) -> dict[str, Any]:
    return {"tags": [f"chapter:{chapter}"] if chapter else []}


def _displayed(shown: display.Shown) -> NotebookNode:
    data, metadata = shown._repr_mimebundle_()
    return nbformat.v4.new_output("display_data", data=data, metadata=metadata)


def _raw(**data: str) -> NotebookNode:
    kinds = {kind.replace("__", "/"): content for kind, content in data.items()}
    return nbformat.v4.new_output("display_data", data=kinds)


def _figure() -> display.Figure:
    fig = Chart(figsize=(3, 2))
    fig.subplots().plot([1, 2])
    return display.show(fig, title="It rises", alt="A line that rises.", data=DATA)


def _render(plan: Plan, out: Path, facts: dict[str, Any] | None = None, **books: Sequence[NotebookNode]) -> Path:
    notebooks = {}
    for stage, cells in books.items():
        notebooks[stage] = out.with_name(f"{stage}.ipynb")
        nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), notebooks[stage])
    return compose.render(plan, notebooks, out, facts or {}).html


def _chapter(page: Path, name: str) -> str:
    found = re.search(rf'<section class="chapter" id="{name}".*?</section>', page.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[0]


def test_tagged_cells_go_to_their_chapter_in_the_order_of_the_notebooks(plan: Plan, tmp_path: Path) -> None:
    page = _render(
        plan,
        tmp_path / "out",
        metrics=[_code(display.say("Second."), chapter="demand"), _prose("Not tagged.")],
        ingest=[_prose("First, from ingest.", "sources"), _code(display.say("Third."), chapter="demand")],
    )
    demand = _chapter(page, "demand")
    assert demand.index("Second.") < demand.index("Third.")
    assert "First, from ingest." in _chapter(page, "sources")
    assert "Not tagged." not in page.read_text("utf-8")


def test_every_chapter_is_there_and_an_empty_one_says_what_it_needs(plan: Plan, tmp_path: Path) -> None:
    page = _render(plan, tmp_path / "out", metrics=[_code(display.say("A."), chapter="demand")])
    for chapter in chapters():
        text = html.unescape(_chapter(page, chapter.id))
        assert chapter.title in text
        assert ("This chapter has no content yet." in text) == (chapter.id != "demand")
        assert (f"It needs {chapter.needs}." in text) == (chapter.id != "demand")
    order = re.findall(r'<section class="chapter" id="(\w+)"', page.read_text("utf-8"))
    assert order == [*(chapter.id for chapter in chapters()), "accessibility"]


def test_the_document_shows_outputs_and_the_annex_shows_everything(plan: Plan, tmp_path: Path) -> None:
    printed = nbformat.v4.new_output("stream", name="stdout", text="\x1b[31mread <3> files\x1b[0m")
    cells = [_prose("# Metrics"), _code(display.say("Shown."), printed, chapter="demand", source="total = 1 < 2")]
    page = _render(plan, tmp_path / "out", metrics=cells)
    strategy, annex = page.read_text("utf-8"), (tmp_path / "out" / "annex-metrics.html").read_text("utf-8")
    assert "Shown." in strategy
    assert "files" not in _chapter(page, "demand")
    assert "total" not in _chapter(page, "demand")
    assert "Shown." in annex
    assert "read &lt;3&gt; files" in annex
    assert "\x1b" not in annex
    assert re.search(r"total.*=.*1.*&lt;.*2", annex)
    assert 'href="annex-metrics.html"' in strategy


def test_what_another_library_displays_is_plain_text_in_the_annex(plan: Plan, tmp_path: Path) -> None:
    output = _raw(text__html="<table><tr><td>pandas</td></tr></table>", text__plain="   a\n0  1 <b>")
    _render(plan, tmp_path / "out", metrics=[_code(output)])
    annex = (tmp_path / "out" / "annex-metrics.html").read_text("utf-8")
    assert "0  1 &lt;b&gt;" in annex
    assert "pandas" not in annex


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        (
            _code(nbformat.v4.new_output("error", ename="KeyError", evalue="'wte'", traceback=[])),
            "metrics, cell 2: the cell failed: KeyError: 'wte'",
        ),
        (
            _code(nbformat.v4.new_output("stream", name="stderr", text="Traceback (most recent call last):\n  …")),
            "metrics, cell 2: the cell shows a stack trace",
        ),
        (_code(_raw(image__png="aGk=")), "metrics, cell 2: the cell shows a picture without a description"),
        (_code(_raw(text__plain="1"), chapter="demand"), "did not come through report/display.py"),
        (_code(chapter="demand", count=None), "metrics, cell 2: the cell was not run"),
        (_prose("x", "nonsense"), "there is no chapter 'nonsense'"),
    ],
)
def test_the_build_stops_and_says_why(plan: Plan, tmp_path: Path, cell: NotebookNode, says: str) -> None:
    with pytest.raises(DocumentRefused, match=re.escape(says)):
        _render(plan, tmp_path / "out", metrics=[_prose("# Metrics"), cell])
    assert not (tmp_path / "out").exists()


def test_every_reason_is_given_at_once(plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(DocumentRefused) as refused:
        _render(plan, tmp_path / "out", ingest=[_prose("x", "one")], metrics=[_prose("x", "two")])
    assert "ingest, cell 1" in str(refused.value)
    assert "metrics, cell 1" in str(refused.value)


def test_a_page_has_one_h1_nested_headings_and_unique_ids(plan: Plan, tmp_path: Path) -> None:
    cells = [
        _prose("# Metrics\n\n### Waits\n\n#### By trust", "demand"),
        _prose("## Demand", "demand"),
        _prose("## Waits", "workforce"),
        _code(_figure(), display.table(DATA, caption="Staff"), chapter="workforce"),
    ]
    page = _render(plan, tmp_path / "out", metrics=cells)
    for path in (page, tmp_path / "out" / "annex-metrics.html"):
        text = path.read_text("utf-8")
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", text)]
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        ids = re.findall(r' id="([^"]+)"', text)
        assert len(ids) == len(set(ids))
        targets = set(re.findall(r'href="#([^"]+)"', text))
        assert targets <= set(ids)


def test_the_pages_ask_for_nothing_from_elsewhere_and_run_nothing(plan: Plan, tmp_path: Path) -> None:
    page = _render(plan, tmp_path / "out", metrics=[_code(_figure(), chapter="demand")])
    for path in (page, tmp_path / "out" / "annex-metrics.html"):
        text = path.read_text("utf-8")
        assert "<script" not in text
        assert not re.search(r'(src|srcset|data|poster|action)="(?!data:image/svg)', text)
        assert not re.search(r"<link|@import|url\(", text)
        assert "default-src 'none'; img-src data:" in html.unescape(text)
        assert " style=" not in text
        assert FILLER not in text


def test_pages_have_different_titles_and_hostile_names_are_only_text(plan: Plan, tmp_path: Path) -> None:
    page = _render(plan, tmp_path / "out", metrics=[_prose("# Metrics")], ingest=[_prose("# Ingest")])
    titles = [
        html.unescape(re.findall(r"<title>(.*?)</title>", path.read_text("utf-8"))[0])
        for path in sorted((tmp_path / "out").glob("*.html"))
    ]
    assert titles == [
        "Ingest: annex to the strategy of Westmarch <b>ICS</b>",
        "Metrics: annex to the strategy of Westmarch <b>ICS</b>",
        "Westmarch <b>ICS</b>: diagnostic workforce strategy",
    ]
    assert "<b>ICS" not in page.read_text("utf-8")


def test_the_foot_of_a_page_says_which_run_made_it(plan: Plan, tmp_path: Path) -> None:
    facts = {"run_id": "r1", "made": "21 November 2025", "code": {"version": "0.1.0 (abc)", "dirty": True}}
    text = _render(plan, tmp_path / "out", facts, metrics=[]).read_text("utf-8")
    assert "Run r1. Code version 0.1.0 (abc), with changes that are not recorded. Made on 21 November 2025." in text


def test_the_same_notebooks_give_the_same_pages(plan: Plan, tmp_path: Path) -> None:
    cells = [_code(_figure(), chapter="demand")]
    first = _render(plan, tmp_path / "one", metrics=cells).read_bytes()
    assert _render(plan, tmp_path / "two", metrics=cells).read_bytes() == first


def test_the_note_of_the_printer_is_passed_on(plan: Plan, tmp_path: Path) -> None:
    rendered = compose.render(plan, {}, tmp_path / "out", {})
    assert rendered.pdf is None
    assert rendered.pdf_note == "not printed in this test"
    assert rendered.html.is_file()


def test_the_page_leads_to_the_files_that_stand_beside_it(plan: Plan, tmp_path: Path) -> None:
    page = _render(plan, tmp_path / "out", metrics=[_code(display.say("A."), chapter="demand")])
    text = page.read_text("utf-8")
    cover = re.search(r'<p class="downloads screen">To take away: (.*?)</p>', text)
    assert cover is not None
    hrefs = re.findall(r'href="([^"]+)"', cover[1])
    assert [href for href in hrefs if not href.endswith(".pdf")] == ["board.pptx", "strategy.xlsx"]
    assert all(page.with_name(href).is_file() for href in hrefs if not href.endswith(".pdf"))
    assert all(text.count(f'href="{href}"') == 3 for href in hrefs)


def test_where_nothing_can_be_printed_the_page_leads_to_no_pdf(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "why_not", lambda: "no library")
    page = _render(plan, tmp_path / "out", metrics=[_code(display.say("A."), chapter="demand")])
    assert ".pdf" not in page.read_text("utf-8")
    assert sorted(path.name for path in page.parent.iterdir()) == [
        "annex-metrics.html",
        "board.pptx",
        "strategy.html",
        "strategy.xlsx",
    ]


def test_how_long_the_run_took_is_an_annex_and_not_in_the_strategy_itself(plan: Plan, tmp_path: Path) -> None:
    built = {"name": "metrics", "status": "built", "seconds": 12.4, "why": "its notebook <b> has changed"}
    cells = [_code(display.say("A."), chapter="demand")]
    page = _render(plan, tmp_path / "one", {"stages": [built], "seconds": 75.0}, metrics=cells)
    annex = page.with_name("annex-run.html").read_text("utf-8")
    assert "How long this run took" in annex
    assert "1 minute 15 seconds" in annex
    assert "its notebook &lt;b&gt; has changed" in annex
    again = _render(plan, tmp_path / "two", {"stages": [{**built, "seconds": 99.0}], "seconds": 120.0}, metrics=cells)
    assert again.read_bytes() == page.read_bytes()
    assert 'href="annex-run.html"' in page.read_text("utf-8")


SIGNED = {
    **{"by": "A. Chair", "role": "Chair", "minute": "7/26", "date": "2026-03-12", "version": "1.0", "run_id": "R1"},
    "placeholders": [],
}


def test_the_workbook_has_every_table_and_figure_of_the_page_under_its_number(plan: Plan, tmp_path: Path) -> None:
    both = display.together([display.table(DATA, caption="Second & <b>"), display.table(DATA, caption="Third")])
    page = _render(
        plan,
        tmp_path / "out",
        {"headlines": HEADLINES, "approval": [SIGNED]},
        scenario=[_code(_figure(), chapter="demand"), _code(display.table(DATA, caption="Not in a chapter"))],
        metrics=[_code(display.table(DATA, caption="First"), both, chapter="demand")],
    )
    text = page.read_text("utf-8")
    numbered = re.findall(r'<span class="wf-number">(.*?)\.</span> (.*?)</span>', text)
    book = openpyxl.load_workbook(page.with_name("strategy.xlsx"))
    sheets = [(name, html.escape(book[name]["A1"].value.split(". ", 1)[1])) for name in book.sheetnames[3:]]
    assert sorted(sheets) == sorted(numbered)
    assert [name for name, _ in sheets] == ["Table 2.1", "Figure 7.1", "Table 7.1", "Table 7.2", "Table 7.3"]


def test_a_table_that_comes_without_its_data_stops_the_build(plan: Plan, tmp_path: Path) -> None:
    shown = _displayed(display.table(DATA, caption="Staff"))
    del shown.data[MIME]
    with pytest.raises(DocumentRefused, match=r"Table 7\.1 of the chapter “7 Demand” did not come with"):
        _render(plan, tmp_path / "out", metrics=[_code(shown, chapter="demand")])
