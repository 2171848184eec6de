"""The printed document under two accessibility checkers. It is not validated with veraPDF."""

from __future__ import annotations

import re

import outloud
import pdfua
import pikepdf
import pytest

from pipeline.report import pdf
from pipeline.report.chapters import chapters
from pipeline.report.compose import Rendered

pytestmark = [pytest.mark.rendered, pytest.mark.slow]


def test_the_pdf_passes_outloud(strategy: Rendered) -> None:
    checked = outloud.check(str(strategy.pdf))
    assert checked.error is None
    assert [(found.rule, found.page, found.message) for found in checked.sorted_findings()] == []
    assert checked.verdict == "pass"


def test_the_pdf_passes_pdfua(strategy: Rendered) -> None:
    report = pdfua.validate(str(strategy.pdf))
    assert [(found.rule_id, found.message) for found in report.findings] == []


def test_every_table_header_in_the_pdf_has_a_scope(strategy: Rendered) -> None:
    assert strategy.pdf is not None
    with pikepdf.open(strategy.pdf) as printed:
        elements = list(pdf._elements(printed.Root.StructTreeRoot.K, ()))
        scopes = [str(element.A.get("/Scope", "none")) for element, _ in elements if element.S == "/TH"]
    assert set(scopes) == {"/Column", "/Row"}
    assert len(scopes) > 50


def test_the_bookmarks_are_the_chapters(strategy: Rendered) -> None:
    assert strategy.pdf is not None
    with pikepdf.open(strategy.pdf) as printed, printed.open_outline() as outline:
        (top,) = outline.root
        titles = [item.title for item in top.children]
    assert titles == [*(f"{chapter.number} {chapter.title}" for chapter in chapters()), "Accessibility statement"]


def test_the_printed_contents_give_the_page_of_every_chapter(strategy: Rendered) -> None:
    import pymupdf

    with pymupdf.open(strategy.pdf) as printed:
        pages = [page.get_text() for page in printed]
    listed = re.search(r"Contents\n(.*?)\nAccessibility statement\n(\d+)\n", "".join(pages), re.DOTALL)
    assert listed is not None
    entries = re.findall(r"(\d+)\. (.+)\n(\d+)", listed[1])
    assert [int(number) for number, _, _ in entries] == list(range(1, 16))
    for number, title, page in entries:
        assert re.search(rf"{number}\s+{re.escape(title)}", pages[int(page) - 1])


def test_no_printed_page_is_empty(strategy: Rendered) -> None:
    import pymupdf

    with pymupdf.open(strategy.pdf) as printed:
        assert len(printed) >= 5
        assert min(len(page.get_text()) for page in printed) > 300


def test_the_head_of_a_long_table_is_on_every_page_it_covers(strategy: Rendered) -> None:
    import pymupdf

    with pymupdf.open(strategy.pdf) as printed:
        # Where a cell breaks into lines depends on the fonts of the machine.
        pages = [" ".join(page.get_text().split()) for page in printed]
    covered = [text for text in pages if re.search(r"Band [67] \d+ \d+", text)]
    assert len(covered) == 2
    assert all("Profession Band WTE Headcount" in text for text in covered)
