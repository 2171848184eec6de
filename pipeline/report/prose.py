"""Markdown as HTML. What comes in is data: HTML in it is shown as text, and it can load nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt

_HEADING = re.compile(r"<(/?)h([1-6])>")
_EMPTY_HEADING = re.compile(r"<h([1-6])>\s*</h\1>\n?")


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable("image")


def to_html(markdown: str) -> str:
    """Markdown (CommonMark) as HTML. Raw HTML is escaped, images stay text, script addresses are refused."""
    return str(_EMPTY_HEADING.sub("", _parser().render(markdown)))


def nest_headings(html: str, top: int) -> str:
    """Shift the headings of a piece so that its highest is `top` and no level is skipped."""
    levels = iter(_nested([int(mark[2]) for mark in _HEADING.finditer(html) if not mark[1]], top))
    current = top

    def shifted(mark: re.Match[str]) -> str:
        nonlocal current
        if not mark[1]:
            current = next(levels)
        return f"<{mark[1]}h{current}>"

    return _HEADING.sub(shifted, html)


def _nested(levels: list[int], top: int) -> Iterator[int]:
    above: list[int] = []
    for level in levels:
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        yield min(top + len(above) - 1, 6)
