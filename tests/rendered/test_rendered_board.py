"""What goes with the document: the two-page summary, the slides and the workbook, of a small plan and of the sample."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import outloud
import pdfua
import pptx
import pymupdf
import pytest

from pipeline.report.compose import Rendered
from pipeline.run.build import Built

pytestmark = [pytest.mark.rendered, pytest.mark.slow]


@pytest.fixture(params=["fictional", "sample"])
def folder(request: pytest.FixtureRequest) -> Path:
    made: Rendered | Built = request.getfixturevalue("strategy" if request.param == "fictional" else "sample_strategy")
    assert made.html is not None
    return made.html.parent


def test_the_summary_is_two_accessible_pages(folder: Path) -> None:
    path = folder / "summary.pdf"
    checked = outloud.check(str(path))
    assert checked.error is None
    assert [(found.rule, found.page, found.message) for found in checked.sorted_findings()] == []
    assert [(found.rule_id, found.message) for found in pdfua.validate(str(path)).findings] == []
    with pymupdf.open(path) as pages:
        assert len(pages) == 2
        assert pages.metadata["title"].endswith("diagnostic workforce strategy in two pages")


def test_the_slides_can_be_read_aloud(folder: Path) -> None:
    slides = pptx.Presentation(str(folder / "board.pptx")).slides
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    assert len(set(titles)) == 6
    graphic = [shape for slide in slides for shape in slide.shapes if not shape.has_text_frame]
    assert all(shape._element.nvGraphicFramePr.cNvPr.get("descr") for shape in graphic)


def test_no_cell_of_the_workbook_is_a_formula(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "strategy.xlsx")
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "d"}
    assert len(book.sheetnames) == len({name.casefold() for name in book.sheetnames}) > 5


def test_every_link_of_the_page_to_a_file_leads_to_one(folder: Path) -> None:
    page = (folder / "strategy.html").read_text(encoding="utf-8")
    for name in ("strategy.pdf", "summary.pdf", "board.pptx", "strategy.xlsx"):
        assert f'href="{name}"' in page
        assert (folder / name).stat().st_size > 1000
