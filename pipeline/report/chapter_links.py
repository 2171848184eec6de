"""Where a text names another chapter, a link to it."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TAG = re.compile(r"(<[^>]*>)")
_NAMED = re.compile(r"\b(?P<word>[Cc]hapters?) (?P<numbers>\d+(?:(?:, | and | to )\d+)*)")
_NUMBER = re.compile(r"\d+")
_NOT_IN = ("a", "code", "style", "summary", "h2", "h3", "h4")
"""Elements whose text is left alone: it is a link already, no prose, or a heading."""


def link_chapters(body: str, ids: Mapping[int, str], own: int) -> str:
    """HTML of a chapter with the chapters that its text names linked, the chapter itself (`own`) left out.

    `ids` are those of chapters by number. "Chapter 9" is linked whole; of "chapters 10 and 13" each number is, with the
    word before it for whoever hears the link alone.
    """
    depth = dict.fromkeys(_NOT_IN, 0)
    done = []
    for piece in _TAG.split(body):
        if piece.startswith("<"):
            _follow(piece, depth)
            done.append(piece)
        else:
            done.append(piece if any(depth.values()) else _NAMED.sub(lambda named: _linked(named, ids, own), piece))
    return "".join(done)


def _follow(tag: str, depth: dict[str, int]) -> None:
    name = re.sub(r"[^a-z0-9].*", "", tag.strip("</").lower(), flags=re.DOTALL)
    if name in depth:
        depth[name] += -1 if tag.startswith("</") else 1


def _linked(named: re.Match[str], ids: Mapping[int, str], own: int) -> str:
    word, numbers = named["word"], named["numbers"]

    def known(number: str) -> bool:
        return int(number) in ids and int(number) != own

    if numbers.isdigit():
        return f'<a href="#{ids[int(numbers)]}">{word} {numbers}</a>' if known(numbers) else named[0]
    each = _NUMBER.sub(
        lambda found: (
            f'<a href="#{ids[int(found[0])]}" aria-label="chapter {found[0]}">{found[0]}</a>'
            if known(found[0])
            else found[0]
        ),
        numbers,
    )
    return f"{word} {each}"
