"""Executed notebooks to one strategy document: HTML, its annexes, the same page as PDF, and what goes with them.

A workbook holds the data of every table and figure; a summary of two pages and a deck of slides are for a board.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat import NotebookNode
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]
from traitlets import default

from pipeline.plan import Plan
from pipeline.report import (
    board,
    commentary,
    dates_passed,
    deck,
    document,
    pages,
    pdf,
    prose,
    summary_page,
    sweep,
    workbook,
)
from pipeline.report.board import Board
from pipeline.report.carried import Carried
from pipeline.report.cells import (
    DocumentRefused,
    after_words,
    by_chapter,
    carried_in,
    fragment,
    is_ours,
    read_notebooks,
    tagged,
)
from pipeline.report.chapter_links import link_chapters
from pipeline.report.chapters import PAST_FORECASTS, SUMMARY, Chapter, chapters
from pipeline.report.display import TEMPLATES, Shown
from pipeline.report.security_policy import policy_of
from pipeline.report.sign_off_words import sign_offs_shown
from pipeline.report.timing_words import TITLE as TIMING
from pipeline.report.timing_words import timing_shown
from pipeline.store import Store, write_text_atomic

STRATEGY, PRINTED = "strategy.html", "strategy.pdf"
PRINTED_DOWNLOADS = {PRINTED: "the strategy (PDF)", summary_page.SUMMARY: "a summary of two pages (PDF)"}
DOWNLOADS = {
    deck.DECK: "slides for a board (PowerPoint)",
    workbook.WORKBOOK: "the data of every table and figure (Excel)",
}
"""What stands beside the page for a reader to take away, by file name; the PDFs only where they can be printed."""


@dataclass(frozen=True)
class Rendered:
    """The files of a strategy document. `pdf` is None where it could not be made, and `pdf_note` says why.

    `beside` are those that go with it, by what they are: summary (where it could be printed), slides and workbook.
    """

    html: Path
    pdf: Path | None
    pdf_note: str
    annexes: tuple[Path, ...] = ()
    beside: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """A chapter with its content, as a page shows it."""

    id: str
    number: int
    title: str
    purpose: str
    body: Markup
    sheets: tuple[workbook.Sheet, ...] = ()


@dataclass(frozen=True)
class Annex:
    """A page behind the strategy: everything in one notebook, code and outputs, or how the run went (`about`)."""

    stage: str
    href: str
    title: str
    body: str
    about: str = "The notebook"


_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
"""Colour codes of a terminal."""


class PieceExporter(TemplateExporter):
    """Notebook cells to a piece of HTML.

    nbconvert's own HTMLExporter is not used: it writes a filler sentence into pictures that have no description, which
    checkers then pass, and its pages load scripts from elsewhere.
    """

    output_mimetype = "text/html"

    @default("file_extension")
    def _html(self) -> str:
        return ".html"


def render(
    plan: Plan, notebooks: Mapping[str, Path], out: Path, facts: Mapping[str, Any], store: Store | None = None
) -> Rendered:
    """Write the strategy into `out`: page, PDF, an annex a notebook and one on the run, workbook, summary and slides.

    `notebooks` are executed notebooks by stage, in the order their cells are to appear. `facts` of the run, each of
    them optional: `run_id`, `made` (a day in words), `started` (an ISO time), `code` {`version`, `dirty`}, `stages`,
    `seconds` and `made_in` (how long it took so far: timing_words.timing_shown), `placeholders` (how many are in use),
    `headlines`, `approval` (the sign-offs of this report), `last_approved` (that of an earlier one) and
    `sign_offs_refused` (why none counts). `store` holds the tables that the notebooks wrote, from which summary and
    slides are made as far as it has them. Raises DocumentRefused where a cell failed or shows what may not be
    published, where something tells a number that a disclosure rule hides, or where a PDF would not be accessible;
    InputRefused for a note of the plan's commentary folder that cannot be used.
    """
    books = read_notebooks(notebooks)
    facts = {**facts, **dates_passed.starts_passed(store, facts)}
    frame = _frame(plan, facts)
    sections = _sections(books, facts, commentary.notes(plan))
    numbers = [label for section in sections for label in document.labels(section.body)]
    annexes = [*(_annex(stage, book, numbers) for stage, book in books.items()), *_timing(facts)]
    page = _strategy(frame, plan, facts, sections, annexes)
    out.mkdir(parents=True, exist_ok=True)
    write_text_atomic(out / STRATEGY, page)
    for annex in annexes:
        write_text_atomic(out / annex.href, _annex_page(frame, annex))
    printed, note = pdf.write(page, out / PRINTED)
    told = board.gather(plan, frame["status"], frame["run"], facts, store, books)
    beside = _beside(out, told, sections)
    if store is not None:
        files = [out / STRATEGY, *(out / annex.href for annex in annexes), *beside.values()]
        sweep.check(plan, store, files, {summary_page.SUMMARY: summary_page.fullest(told)}, facts)
    return Rendered(out / STRATEGY, printed, note, tuple(out / annex.href for annex in annexes), beside)


def _beside(out: Path, told: Board, sections: Sequence[Section]) -> dict[str, Path]:
    """The files that go with the document, by what they are."""
    sheets = [sheet for section in sections for sheet in section.sheets]
    summary = summary_page.write(told, out / summary_page.SUMMARY)
    return {
        **({"summary": summary} if summary else {}),
        "slides": deck.write(told, out / deck.DECK),
        "workbook": workbook.write(
            out / workbook.WORKBOOK,
            told.particulars,
            told.headlines,
            sheets,
            title=told.title,
            made=told.run.started,
        ),
    }


def lone_page(plan_name: str, status: str, heading: str, body: str, facts: Mapping[str, Any]) -> str:
    """A page of its own in the look of the strategy, its body being safe HTML; `facts` are those of a run."""
    arranged = document.arrange(body, 2, "part")
    return pages.page(
        "lone.html.j2",
        **_look(plan_name, document.Status(status), facts),
        kind="annex",
        title=f"{heading}: {plan_name}",
        description=f"{heading}, diagnostic workforce strategy of {plan_name}",
        contents=document.headings(arranged, level=2),
        heading=heading,
        body=Markup(arranged),
    )


def _frame(plan: Plan, facts: Mapping[str, Any]) -> dict[str, Any]:
    return _look(plan.file.name, document.status_of(plan, facts), facts)


def _look(plan_name: str, status: document.Status, facts: Mapping[str, Any]) -> dict[str, Any]:
    style = pages.style("style.css")
    return {
        "plan_name": plan_name,
        "status": status,
        "run": document.run_facts(facts),
        "style": Markup(style),
        "policy": policy_of(f"<style>{style}</style>"),
    }


def _strategy(
    frame: Mapping[str, Any],
    plan: Plan,
    facts: Mapping[str, Any],
    sections: Sequence[Section],
    annexes: Sequence[Annex],
) -> str:
    contents = [document.Entry(f"#{section.id}", section.title, section.number) for section in sections]
    downloads = {**(PRINTED_DOWNLOADS if pdf.why_not() is None else {}), **DOWNLOADS}
    return pages.page(
        "strategy.html.j2",
        **frame,
        kind="strategy",
        title=f"{plan.file.name}: diagnostic workforce strategy",
        description=f"Strategic workforce plan for NHS diagnostics, {plan.file.name}",
        contents=[*contents, document.Entry("#accessibility", "Accessibility statement")],
        particulars=document.particulars(plan, frame["status"], frame["run"], facts),
        version=plan.file.sign_off.version,
        chapters=sections,
        annexes=annexes,
        downloads=downloads,
        contact=plan.file.governance.analyst or plan.file.governance.owner,
    )


def _annex_page(frame: Mapping[str, Any], annex: Annex) -> str:
    return pages.page(
        "annex.html.j2",
        **frame,
        kind="annex",
        title=f"{annex.title}: annex to the strategy of {frame['plan_name']}",
        description=f"{annex.about} behind the strategy of {frame['plan_name']}: {annex.title}",
        contents=document.headings(annex.body, level=2),
        heading=annex.title,
        body=Markup(annex.body),
    )


def _sections(books: Mapping[str, NotebookNode], facts: Mapping[str, Any], notes: Mapping[str, str]) -> list[Section]:
    found = by_chapter(books)
    # The evidence is gathered beside the summary and not before it, so how forecasts fared is added to it here.
    found[SUMMARY] = after_words(found[SUMMARY], tagged(books, PAST_FORECASTS))
    from_runs = {"scope": sign_offs_shown(facts)}
    sections = [
        _section(chapter, notes.get(chapter.id, ""), from_runs.get(chapter.id, []), found[chapter.id])
        for chapter in chapters()
    ]
    ids = {section.number: section.id for section in sections}
    return [replace(each, body=Markup(link_chapters(each.body, ids, each.number))) for each in sections]


def _section(chapter: Chapter, note: str, opening: Sequence[Shown], cells: Sequence[NotebookNode]) -> Section:
    opened = note + "".join(shown.html for shown in opening)
    body = opened + document.without_repeated_heading(_piece(cells, with_code=False), chapter.title)
    is_empty = not document.text_of(body) and "<img" not in body
    body = _no_content(chapter) if is_empty else document.arrange(body, 3, chapter.id, chapter.number)
    carried = [*(each for shown in opening for each in shown.held), *carried_in(cells)]
    sheets = _sheets(body, carried, f"{chapter.number} {chapter.title}")
    return Section(chapter.id, chapter.number, chapter.title, chapter.purpose, Markup(body), tuple(sheets))


def _sheets(body: str, carried: Sequence[Carried], chapter: str) -> list[workbook.Sheet]:
    try:
        return workbook.numbered(document.labels(body), carried, chapter)
    except ValueError as error:
        raise DocumentRefused(str(error)) from error


def _no_content(chapter: Chapter) -> str:
    return (
        '<div class="wf wf-missing"><p><strong>This chapter has no content yet.</strong> '
        f"It needs {escape(chapter.needs)}.</p></div>"
    )


def _annex(stage: str, book: NotebookNode, numbers: Sequence[tuple[str, str]]) -> Annex:
    """The page of a notebook; its figures and tables have the `numbers` (document.labels) of the strategy's."""
    title, body = document.take_title(_piece(book.cells, with_code=True))
    name = stage.replace("_", " ").capitalize()
    return Annex(
        stage=stage,
        href=f"annex-{stage}.html",
        title=title or name,
        body=document.numbered_as(document.arrange(body, 2, "part"), numbers),
    )


def _timing(facts: Mapping[str, Any]) -> list[Annex]:
    """The annex on how long the run took; none where its record does not say."""
    shown = "".join(each.html for each in timing_shown(facts))
    return [Annex("run", "annex-run.html", TIMING, document.arrange(shown, 2, "part"), "The run")] if shown else []


def _piece(cells: Sequence[NotebookNode], *, with_code: bool) -> str:
    exporter = _exporter()
    exporter.exclude_input = not with_code
    notebook = nbformat.v4.new_notebook(cells=list(cells))  # type: ignore[no-untyped-call]
    piece, _ = exporter.from_notebook_node(notebook)
    return str(piece)


@cache
def _exporter() -> PieceExporter:
    filters: dict[str, Callable[..., str]] = {
        "prose": prose.to_html,
        "code": _code,
        "shown": _shown,
        "highlight_code": _code,
    }
    return PieceExporter(  # type: ignore[no-untyped-call]
        template_name="workforce", extra_template_basedirs=[str(TEMPLATES)], filters=filters
    )


def _code(source: str) -> str:
    return str(highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)))


def _shown(output: NotebookNode, everything: bool) -> str:
    """What an output looks like on a page; `everything` adds what was only printed, which belongs in an annex."""
    if is_ours(output):
        return fragment(output)
    if not everything:
        return ""
    text = str(output.get("text") or output.get("data", {}).get("text/plain", ""))
    return f'<pre class="output">{escape(_ANSI.sub("", text))}</pre>' if text.strip() else ""
