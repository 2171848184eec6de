"""A page as PDF/UA-1: printed by WeasyPrint, then finished so that a screen reader finds its way.

WeasyPrint leaves three things to do: the scope of every table header, running headers and page numbers (which it
leaves outside the structure, neither read nor marked as decoration), and the place of figures on the page.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pikepdf

from pipeline.report.cells import DocumentRefused
from pipeline.report.document import text_of
from pipeline.store import atomic_path

PANGO_HELP = (
    "The PDF was not made, because WeasyPrint could not be loaded ({reason}). It needs the library Pango: "
    "on Debian or Ubuntu run `sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0`, on macOS "
    "`brew install pango`, on Windows install MSYS2 and run `pacman -S mingw-w64-x86_64-pango`; then run again. "
    "The HTML holds everything that the PDF would."
)
PIXELS_TO_POINTS = 0.75
_MARKED = re.compile(rb"/(\w+)\s*<<\s*/MCID\s+(\d+)\s*>>\s*BDC")
_PAGINATION = b"/Artifact <</Type /Pagination>> BDC"
_PRINTED = 4
_SECTION_TITLE = re.compile(r'<h2 id="(?P<id>[^"]+)-title">(?P<title>.*?)</h2>', re.DOTALL)


def write(page: str, path: Path) -> tuple[Path | None, str]:
    """Print a page to a PDF/UA-1 file. Where WeasyPrint cannot be loaded: no file, and a note on what to install."""
    return write_fitting([page], path)


def write_fitting(editions: Iterable[str], path: Path, sheets: int | None = None) -> tuple[Path | None, str]:
    """Print the first of several editions of a page that needs no more than so many sheets, or else the last of them.

    Gives what `write` gives.
    """
    reason = why_not()
    if reason is not None:
        path.unlink(missing_ok=True)
        return None, PANGO_HELP.format(reason=reason)
    with atomic_path(path) as partial:
        with _refusing_errors():
            for page in editions:
                laid_out = _laid_out(page)
                if sheets is None or len(laid_out.pages) <= sheets:
                    break
            laid_out.write_pdf(partial, pdf_variant="pdf/ua-1")
        finish(partial, _link_titles(page))
    return path, ""


def why_not() -> str | None:
    """Why nothing can be printed here, in a few words; None where it can."""
    try:
        import weasyprint  # noqa: F401 - what is asked is whether it loads
    except (ImportError, OSError) as error:
        return str(error).splitlines()[0] if str(error) else type(error).__name__
    return None


def _laid_out(page: str) -> Any:
    """A page laid out on paper, as WeasyPrint gives it: its `pages` can be counted before it is written."""
    import weasyprint
    from weasyprint.urls import URLFetcher

    fetcher = URLFetcher(allowed_protocols={"data"})
    return weasyprint.HTML(string=page, url_fetcher=fetcher).render(pdf_variant="pdf/ua-1")


def finish(path: Path, link_titles: dict[str, str]) -> None:
    """Give a printed PDF its header scopes, mark its running headers as decoration, and check it.

    `link_titles` says in words where a link inside the document goes, by its anchor.
    """
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        elements = list(_elements(pdf.Root.StructTreeRoot.K, ()))
        _give_scopes(elements)
        for table in (element for element, _ in elements if element.S == "/Table"):
            _lighten(list(_elements(table.K, ())))
        _place_figures(elements)
        _mark_decoration(pdf, elements)
        _name_links(pdf, link_titles)
        _check(pdf, elements)
        pdf.save(path, deterministic_id=True)


@contextmanager
def _refusing_errors() -> Iterator[None]:
    """WeasyPrint only logs a picture without a description or a part that failed to load; here they stop the build."""
    logger, found = logging.getLogger("weasyprint"), _Errors()
    logger.addHandler(found)
    try:
        yield
    finally:
        logger.removeHandler(found)
    if found.messages:
        raise DocumentRefused("; ".join(found.messages))


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage()[:200])


Element = tuple[Any, tuple[str, ...]]
"""A structure element and the kinds of the elements it lies in, outermost first."""


def _elements(kids: Any, above: tuple[str, ...]) -> Iterator[Element]:
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid, above
            yield from _elements(kid.get("/K", pikepdf.Array()), (*above, str(kid.S)))


def _give_scopes(elements: list[Element]) -> None:
    for element, above in elements:
        if element.S == "/TH":
            element.A.Scope = pikepdf.Name.Column if "/THead" in above else pikepdf.Name.Row


def _lighten(cells: list[Element]) -> None:
    """Make the row headers of a very small table plain cells, each under its column's header.

    A table of two columns, or the last row of one that a page break cut off, holds more headers than data; checkers
    then take it for a table that fell apart, and by ear the row header would only be said twice.
    """
    heads = [cell for cell, above in cells if cell.S == "/TH" and "/THead" in above]
    rows = [cell for cell, above in cells if cell.S == "/TH" and "/THead" not in above]
    data = [cell for cell, _ in cells if cell.S == "/TD"]
    if not heads or len(heads) + len(rows) <= len(data):
        return
    gone = {str(cell.ID) for cell in rows}
    for cell in data:
        cell.A.Headers = pikepdf.Array([name for name in cell.A.get("/Headers", []) if str(name) not in gone])
    for cell in rows:
        cell.S, cell.A = pikepdf.Name.TD, pikepdf.Dictionary(O=pikepdf.Name.Table, Headers=[heads[0].ID])
        del cell.ID


def _place_figures(elements: list[Element]) -> None:
    """WeasyPrint gives a figure's place in pixels from the top; PDF wants points from the foot of the page."""
    for element, _ in elements:
        if element.S == "/Figure" and "/BBox" in element.get("/A", {}):
            left, top, right, bottom = (float(edge) * PIXELS_TO_POINTS for edge in element.A.BBox)
            height = float(element.Pg.MediaBox[3])
            element.A.BBox = pikepdf.Array([round(edge, 2) for edge in (left, height - bottom, right, height - top)])


def _mark_decoration(pdf: pikepdf.Pdf, elements: list[Element]) -> None:
    tagged: dict[tuple[int, int], set[int]] = {}
    for element, _ in elements:
        marks = {int(kid) for kid in _kids(element) if isinstance(kid, int)}
        if marks:
            tagged.setdefault(element.Pg.objgen, set()).update(marks)
    for page in pdf.pages:
        known = tagged.get(page.obj.objgen, set())
        page.Contents = pdf.make_stream(_decorated(_content(page), known))
    _forget_decoration(pdf, {element.objgen for element, _ in elements})


def _forget_decoration(pdf: pikepdf.Pdf, kept: set[tuple[int, int]]) -> None:
    """Take the elements of running headers, which hang nowhere in the tree, from the index of marked content."""
    for entry in pdf.Root.StructTreeRoot.ParentTree.Nums:
        if isinstance(entry, pikepdf.Array):
            for place, element in enumerate(entry):
                if element.objgen not in kept:
                    entry[place] = None


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", pikepdf.Array())
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _content(page: pikepdf.Page) -> bytes:
    page.contents_coalesce()
    return bytes(page.Contents.read_bytes())


def _decorated(content: bytes, known: set[int]) -> bytes:
    return _MARKED.sub(lambda mark: mark[0] if int(mark[2]) in known else _PAGINATION, content)


def _name_links(pdf: pikepdf.Pdf, titles: dict[str, str]) -> None:
    for page in pdf.pages:
        for annotation in page.get("/Annots", pikepdf.Array()):
            annotation.F = _PRINTED
            target = str(annotation.get("/Dest", ""))
            if target in titles:
                annotation.Contents = pikepdf.String(titles[target])


def _link_titles(page: str) -> dict[str, str]:
    return {mark["id"]: text_of(mark["title"]) for mark in _SECTION_TITLE.finditer(page)}


def _check(pdf: pikepdf.Pdf, elements: list[Element]) -> None:
    lacks = [
        (not str(pdf.docinfo.get("/Title", "")), "a title"),
        (not str(pdf.Root.get("/Lang", "")), "a language"),
        ("/Outlines" not in pdf.Root, "bookmarks"),
        (any(page.get("/Tabs") != "/S" for page in pdf.pages), "the tab order of a page"),
        (any(element.S == "/Figure" and not element.get("/Alt") for element, _ in elements), "a figure's description"),
        (any(element.S == "/TH" and "/Scope" not in element.A for element, _ in elements), "a table header's scope"),
    ]
    missing = [what for is_missing, what in lacks if is_missing]
    if missing:
        raise DocumentRefused(f"the PDF lacks {', '.join(missing)}")
