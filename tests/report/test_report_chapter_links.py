"""Chapters that a text names are links to them, and nothing else becomes one."""

from __future__ import annotations

import pytest

from pipeline.report.chapter_links import link_chapters

pytestmark = pytest.mark.unit

IDS = {1: "summary", 10: "action_plan", 13: "money"}
THIRTEENTH = '<a href="#money" aria-label="chapter 13">13</a>'


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("<p>See chapter 10.</p>", '<p>See <a href="#action_plan">chapter 10</a>.</p>'),
        ("<p>Chapter 13 has it</p>", '<p><a href="#money">Chapter 13</a> has it</p>'),
        (
            "(chapters 10 and 13)",
            f'(chapters <a href="#action_plan" aria-label="chapter 10">10</a> and {THIRTEENTH})',
        ),
        ("chapters 1 to 13", f"chapters 1 to {THIRTEENTH}"),
        ("chapter 99 and section 10", "chapter 99 and section 10"),
        ("chapter 1", "chapter 1"),
        ('<a href="#x">chapter 10</a>', '<a href="#x">chapter 10</a>'),
        ("<code>chapter 10</code> chapter 10", '<code>chapter 10</code> <a href="#action_plan">chapter 10</a>'),
        ('<img alt="chapter 10"><p>x</p>', '<img alt="chapter 10"><p>x</p>'),
        ("<h3>What chapter 10 says</h3>", "<h3>What chapter 10 says</h3>"),
    ],
)
def test_a_chapter_that_is_named_is_linked(text: str, linked: str) -> None:
    assert link_chapters(text, IDS, own=1) == linked
