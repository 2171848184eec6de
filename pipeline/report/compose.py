"""Executed notebooks to one strategy document: HTML, its annexes, and the same page printed as PDF."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat import NotebookNode
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]
from traitlets import default

from pipeline.plan import Plan
from pipeline.report import commentary, document, pdf, prose
from pipeline.report.cells import by_chapter, fragment, is_ours, read_notebooks
from pipeline.report.chapters import Chapter, chapters
from pipeline.report.display import TEMPLATES
from pipeline.report.sign_off_words import sign_offs_html
from pipeline.store import write_text_atomic

STRATEGY = "strategy.html"
POLICY = "default-src 'none'; img-src data:; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'"
"""Nothing is loaded and nothing runs, whatever a cell holds: only this page's own style and pictures inside it."""


@dataclass(frozen=True)
class Rendered:
    """The files of a strategy document. `pdf` is None where it could not be made, and `pdf_note` says why."""

    html: Path
    pdf: Path | None
    pdf_note: str
    annexes: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Section:
    """A chapter with its content, as a page shows it."""

    id: str
    number: int
    title: str
    purpose: str
    body: Markup


@dataclass(frozen=True)
class Annex:
    """The page of one notebook: everything in it, code and outputs."""

    stage: str
    href: str
    title: str
    body: str


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


def render(plan: Plan, notebooks: Mapping[str, Path], out: Path, facts: Mapping[str, Any]) -> Rendered:
    """Write strategy.html, strategy.pdf and one annex for each notebook into `out`.

    `notebooks` are executed notebooks by stage, in the order their cells are to appear. `facts` of the run, each of
    them optional: `run_id`, `made` (a day in words), `started` (an ISO time), `code` {`version`, `dirty`},
    `placeholders` (how many are in use), `approval` (the sign-offs of this report), `last_approved` (that of an earlier
    one) and `sign_offs_refused` (why none counts). Raises DocumentRefused where a cell failed or shows what may not be
    published, or where the PDF would not be accessible; InputRefused for a note of the plan's commentary folder that
    cannot be used.
    """
    books = read_notebooks(notebooks)
    frame = _frame(plan, facts)
    annexes = [_annex(stage, book) for stage, book in books.items()]
    page = _strategy(frame, plan, facts, _sections(books, facts, commentary.notes(plan)), annexes)
    out.mkdir(parents=True, exist_ok=True)
    write_text_atomic(out / STRATEGY, page)
    for annex in annexes:
        write_text_atomic(out / annex.href, _annex_page(frame, annex))
    printed, note = pdf.write(page, out / "strategy.pdf")
    return Rendered(out / STRATEGY, printed, note, tuple(out / annex.href for annex in annexes))


def lone_page(plan_name: str, status: str, heading: str, body: str, facts: Mapping[str, Any]) -> str:
    """A page of its own in the look of the strategy, its body being safe HTML; `facts` are those of a run."""
    arranged = document.arrange(body, 2, "part")
    return _page(
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
    style = (TEMPLATES / "pages" / "style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return {
        "plan_name": plan_name,
        "status": status,
        "run": document.run_facts(facts),
        "style": Markup(style),
        "policy": POLICY.format(style=digest),
    }


def _strategy(
    frame: Mapping[str, Any],
    plan: Plan,
    facts: Mapping[str, Any],
    sections: Sequence[Section],
    annexes: Sequence[Annex],
) -> str:
    contents = [document.Entry(f"#{section.id}", section.title, section.number) for section in sections]
    return _page(
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
        contact=plan.file.governance.analyst or plan.file.governance.owner,
    )


def _annex_page(frame: Mapping[str, Any], annex: Annex) -> str:
    return _page(
        "annex.html.j2",
        **frame,
        kind="annex",
        title=f"{annex.title}: annex to the strategy of {frame['plan_name']}",
        description=f"The notebook behind the strategy of {frame['plan_name']}: {annex.title}",
        contents=document.headings(annex.body, level=2),
        heading=annex.title,
        body=Markup(annex.body),
    )


def _sections(books: Mapping[str, NotebookNode], facts: Mapping[str, Any], notes: Mapping[str, str]) -> list[Section]:
    found = by_chapter(books)
    from_runs = {"scope": sign_offs_html(facts)}
    openings = {chapter.id: notes.get(chapter.id, "") + from_runs.get(chapter.id, "") for chapter in chapters()}
    return [_section(chapter, openings[chapter.id], found[chapter.id]) for chapter in chapters()]


def _section(chapter: Chapter, opening: str, cells: Sequence[NotebookNode]) -> Section:
    body = opening + document.without_repeated_heading(_piece(cells, with_code=False), chapter.title)
    is_empty = not document.text_of(body) and "<img" not in body
    body = _no_content(chapter) if is_empty else document.arrange(body, 3, chapter.id, chapter.number)
    return Section(chapter.id, chapter.number, chapter.title, chapter.purpose, Markup(body))


def _no_content(chapter: Chapter) -> str:
    return (
        '<div class="wf wf-missing"><p><strong>This chapter has no content yet.</strong> '
        f"It needs {escape(chapter.needs)}.</p></div>"
    )


def _annex(stage: str, book: NotebookNode) -> Annex:
    title, body = document.take_title(_piece(book.cells, with_code=True))
    name = stage.replace("_", " ").capitalize()
    return Annex(
        stage=stage,
        href=f"annex-{stage}.html",
        title=title or name,
        body=document.arrange(body, 2, "part"),
    )


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


@cache
def _pages() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES / "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


def _page(template: str, **context: Any) -> str:
    return _pages().get_template(template).render(**context)
