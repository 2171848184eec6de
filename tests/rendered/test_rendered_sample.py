"""The sample plan end to end: made once from its files, then opened in a browser and read as a PDF."""

from __future__ import annotations

import json
import re
import statistics
from pathlib import Path
from typing import Any

import outloud
import pdfua
import pymupdf
import pytest
from accessibility import breaches
from sample_runs import build_sample

from pipeline.report.chapters import chapters
from pipeline.run.build import Built
from pipeline.run.stages import NOTEBOOK_STAGES

pytestmark = [pytest.mark.rendered, pytest.mark.slow]

FILLER = "No description has been provided for this image"
CHAPTER_TITLE = 14.5
HEADING = 10.2
"""Points above which a printed line is the title of a chapter, or any heading."""
EDGE = 42
"""Points of a printed page on either side that no word may reach: the margin, less what a rule may stand over."""
FORSAKEN = 0.12
"""A page with less than this share of the ink of the middle page was left almost empty by a break before its time."""
NOT_FOR_READERS = re.compile(r"\b(nan|NaN|NaT|None|inf)\b|<NA>")


@pytest.fixture(scope="module")
def sample(sample_strategy: Built) -> Built:
    """The strategy of the sample plan, made through the real door and the real renderer."""
    return sample_strategy


@pytest.fixture(scope="module")
def pages(sample: Built) -> list[Path]:
    assert sample.html is not None
    names = [*(stage.name for stage in NOTEBOOK_STAGES), "run"]
    return [sample.html, *(sample.html.with_name(f"annex-{name}.html") for name in names)]


@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_passes_axe_and_asks_for_nothing_else(browser: Any, pages: list[Path], width: int) -> None:
    """The annexes, which have the same parts, are checked at one width; none may be wider than either."""
    for path in pages:
        context = browser.new_context(viewport={"width": width, "height": 900})
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        if width > 320 or path == pages[0]:
            assert (path.name, breaches(page)) == (path.name, [])
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name
        assert [url for url in asked if not url.startswith(("file://", "data:"))] == []
        context.close()


def test_the_strategy_holds_every_chapter_and_nothing_unreadable(browser: Any, pages: list[Path]) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(pages[0].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    titles = page.locator("main h2").all_inner_texts()
    text = page.locator("main").inner_text()
    context.close()
    for chapter in chapters():
        assert any(chapter.title in title for title in titles), chapter.title
    assert NOT_FOR_READERS.findall(text) == []
    assert FILLER not in "".join(path.read_text(encoding="utf-8") for path in pages)


def test_the_pdf_is_accessible(sample: Built) -> None:
    assert sample.pdf is not None, sample.pdf_note
    checked = outloud.check(str(sample.pdf))
    assert checked.error is None
    assert [
        (each.rule, each.page, each.message) for each in checked.sorted_findings() if each.severity == "error"
    ] == []
    assert [(each.rule_id, each.message) for each in pdfua.validate(str(sample.pdf)).findings] == []


def test_no_printed_page_ends_in_a_heading_or_a_caption(sample: Built) -> None:
    purposes = tuple(" ".join(chapter.purpose.split()) for chapter in chapters())
    with pymupdf.open(sample.pdf) as printed:
        for page in printed:
            lines = printed_lines(page)
            size, last = lines[-1]
            assert size < HEADING, (page.number + 1, last)
            assert not last.startswith("Table "), (page.number + 1, last)
            assert not " ".join(text for _, text in lines).endswith(purposes), (page.number + 1, last)


def test_no_printed_page_but_the_last_is_almost_empty(sample: Built) -> None:
    with pymupdf.open(sample.pdf) as printed:
        inked = [ink(page) for page in printed]
    least = FORSAKEN * statistics.median(inked)
    assert [number for number, amount in enumerate(inked[:-1], 1) if amount < least] == []


def test_no_printed_word_runs_over_the_edge_of_its_page(sample: Built) -> None:
    with pymupdf.open(sample.pdf) as printed:
        over = [
            (page.number + 1, word[4])
            for page in printed
            for word in page.get_text("words", clip=pymupdf.INFINITE_RECT())
            if word[2] > page.rect.width - EDGE or word[0] < EDGE
        ]
    assert over == []


def test_the_head_of_a_printed_page_names_the_chapter_at_its_top(sample: Built) -> None:
    with pymupdf.open(sample.pdf) as printed:
        current = ""
        for page in printed:
            (first, *_), titles = printed_lines(page), chapter_titles(page)
            current = titles[0] if titles and first[1] == titles[0] else current
            if page.number:
                assert " ".join(page.get_text(clip=head_of(page)).split()) == current, page.number + 1
            current = titles[-1] if titles else current


def head_of(page: Any) -> Any:
    return pymupdf.Rect(0, 0, page.rect.width, 55 if page.number else 0)


def body_of(page: Any) -> Any:
    return pymupdf.Rect(0, head_of(page).y1, page.rect.width, page.rect.height - 50)


def printed_lines(page: Any) -> list[tuple[float, str]]:
    """The lines of a page from the top, each with its size in points, without the running head and foot."""
    found = [line for block in page.get_text("dict", clip=body_of(page))["blocks"] for line in block.get("lines", [])]
    lines = sorted((line for line in found if said(line)), key=lambda line: line["bbox"][3])
    return [(max(span["size"] for span in line["spans"]), said(line)) for line in lines]


def said(line: dict[str, Any]) -> str:
    return " ".join("".join(span["text"] for span in line["spans"]).split())


def chapter_titles(page: Any) -> list[str]:
    """Titles of chapters: larger than all else but the key figures, which are a number alone."""
    large = [text for size, text in printed_lines(page) if size > CHAPTER_TITLE or text == "Contents"]
    return [text for text in large if re.search("[A-Za-z]", text)]


def ink(page: Any) -> int:
    """How dark the body of a page is, in all."""
    drawn = page.get_pixmap(dpi=36, colorspace=pymupdf.csGRAY, clip=body_of(page))
    return sum(255 - shade for shade in drawn.samples)


def test_the_run_record_says_what_went_in_and_what_came_out(sample: Built) -> None:
    assert sample.record is not None
    record = json.loads(sample.record.read_text(encoding="utf-8"))
    assert {"ingest", "metrics", "scenario", "evidence", "action_plan", "changes", "document"} == {
        stage["name"] for stage in record["stages"]
    }
    assert {row["key"] for row in record["headlines"]} >= {"staff_in_post", "gap_gross_horizon", "gap_net_horizon"}
    assert all(re.fullmatch(r"[0-9a-f]{64}", entry["sha256"]) for entry in record["inputs"])
    assert record["packages"]["pandas"]


def test_a_second_run_with_nothing_changed_does_nothing(sample_ingested: Path, sample: Built) -> None:
    assert sample.html is not None
    before = sample.html.stat().st_mtime_ns
    assert build_sample(sample_ingested).status == "fresh"
    assert sample.html.stat().st_mtime_ns == before
