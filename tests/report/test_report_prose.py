"""Markdown that is data: shown, never run, and nested under its chapter."""

from __future__ import annotations

import pytest

from pipeline.report import prose

pytestmark = pytest.mark.unit


def test_markdown_becomes_html() -> None:
    assert prose.to_html("Staff are **counted** once.\n\n- one\n- two") == (
        "<p>Staff are <strong>counted</strong> once.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
    )


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "[x](  JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://example.org/pixel.png)",
        "<https://example.org/><style>*{}</style>",
    ],
)
def test_nothing_in_a_sentence_can_run_or_load(hostile: str) -> None:
    page = prose.to_html(f"A name: {hostile}")
    for mark in ("<script", "<img", "<style", 'href="javascript', 'href="data'):
        assert mark not in page.lower()


def test_headings_are_shifted_under_their_chapter_without_a_gap() -> None:
    page = "<h1>a</h1><h4>b</h4><h5>c</h5><h4>d</h4><h1>e</h1>"
    assert prose.nest_headings(page, 3) == "<h3>a</h3><h4>b</h4><h5>c</h5><h4>d</h4><h3>e</h3>"


def test_headings_go_no_deeper_than_six() -> None:
    page = "".join(f"<h{level}>x</h{level}>" for level in range(1, 7))
    nested = prose.nest_headings(page, 4)
    assert nested == "<h4>x</h4><h5>x</h5><h6>x</h6><h6>x</h6><h6>x</h6><h6>x</h6>"


def test_a_heading_with_no_words_is_left_out() -> None:
    assert "<h2>" not in prose.to_html("## \n\nText")
