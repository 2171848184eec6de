"""Whether a table or a sentence tells a number of a small group: by the names beside it, and by what it counts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import yaml

from pipeline.reference import FOLDER
from pipeline.report import words
from pipeline.report.read_back import Grid, Sentence
from pipeline.report.unsaid import Unsaid

_NUMBER = re.compile(r"(?<![\w.,£+−-])\d[\d,]*(?:\.\d+)?(?![\w.,]*\d|\s?%)")
_OF_STAFF = re.compile(
    r"\s(?:people\b|members of staff\b|staff\b|leavers\b|WTE(?:\*\*)? (?:in post|of staff|were|was|are|is)\b)"
)
WHOLE, BEGINS = 1e-6, 12
"""Numbers closer than this are one; words of a sentence by which it can be found."""
SHORTEST = 3
"""Letters of a name up to which it is taken for one only where it stands alone."""


@dataclass(frozen=True)
class Measure:
    """How columns of a measure are headed: alone, or under a caption with one of some words."""

    heads: frozenset[str]
    any: frozenset[str]
    captions: tuple[str, ...]


@cache
def measures() -> dict[str, Measure]:
    """The measures of people by name, from reference/people_measures.yaml."""
    raw = yaml.safe_load((FOLDER / "people_measures.yaml").read_text(encoding="utf-8"))
    return {
        name: Measure(frozenset(each["heads"]), frozenset(each["any"]), tuple(each["captions"]))
        for name, each in raw.items()
    }


@dataclass(frozen=True)
class Tellers:
    """The numbers looked for, by measure and name, and every name that a sentence may bind a number to."""

    by_name: Mapping[tuple[str, str], tuple[Unsaid, ...]]
    names: re.Pattern[str]

    @classmethod
    def of(cls, found: Sequence[Unsaid], names: Iterable[str]) -> Tellers:
        """Those of some numbers, and of names of all groups."""
        listed: dict[tuple[str, str], list[Unsaid]] = defaultdict(list)
        for each in found:
            for name in frozenset().union(*each.names):
                listed[each.measure, name].append(each)
        longest = sorted((re.escape(name) for name in names if len(name) >= SHORTEST), key=len, reverse=True)
        pattern = re.compile(rf"(?<!\w)(?:{'|'.join(longest) or '(?!)'})(?!\w)", re.IGNORECASE)
        return cls({key: tuple(each) for key, each in listed.items()}, pattern)

    def among(self, measure: str, labels: Iterable[str]) -> Iterator[Unsaid]:
        """The numbers of a measure of which one of these labels is a name."""
        return iter(dict.fromkeys(each for label in labels for each in self.by_name.get((measure, label), ())))


def told_in_grid(grid: Grid, tellers: Tellers) -> Iterator[str]:
    """Each place of a table that tells a number, in words."""
    caption = grid.caption.casefold()
    columns = [(head, head.casefold(), *_counted(head.casefold(), caption)) for head in grid.heads]
    for number, row in enumerate(grid.rows, start=1):
        labels = {word.casefold() for word in row if word and _value(word) is None}
        for (head, name, own, wide), word in zip(columns, row, strict=False):
            value = _value(word)
            if value is None:
                continue
            for measure in (*own, *wide):
                heads = {name} if measure in wide else set()
                for each in tellers.among(measure, labels | heads):
                    named_by_head = any(name in part for part in each.names)
                    right = measure in own or named_by_head
                    if right and _of_group(each, labels | heads, caption) and _is(each, value, word):
                        yield f"{grid.where}, row {number}, column “{head}”: {each.whose}"


def _counted(head: str, caption: str) -> tuple[list[str], list[str]]:
    """What a column counts by its own heading, and what it would by its caption if it is headed by a group's name."""
    under = [name for name, each in measures().items() if any(word in caption for word in each.captions)]
    own = [name for name, each in measures().items() if head in each.heads or (name in under and head in each.any)]
    return own, [name for name in under if name not in own]


def _of_group(each: Unsaid, labels: set[str], caption: str) -> bool:
    """Whether a cell is of a group: every part of it named in the row, by the heading or in the caption."""
    return all(part & labels or any(len(name) > SHORTEST and name in caption for name in part) for part in each.names)


def _value(word: str) -> float | None:
    plain = word.replace(",", "")
    try:
        return float(plain)
    except ValueError:
        return None


def _is(each: Unsaid, value: float, word: str) -> bool:
    """Whether a number is the one looked for, as it is written or with all its decimals."""
    if each.measure == "wte":
        return word == words.wte(each.number) or abs(value - each.number) < WHOLE
    return abs(value - each.number) < WHOLE


def told_in_sentence(sentence: Sentence, tellers: Tellers) -> Iterator[str]:
    """Whether a sentence tells a number of a group whose every part it names, one of them next before the number."""
    text = sentence.text.casefold()
    found = [(mark.start(), mark[0].casefold()) for mark in tellers.names.finditer(sentence.text)]
    if not found:
        return
    there = {name for _, name in found}
    of_figure = _counts_people(sentence.figure.casefold())
    for mark in _NUMBER.finditer(sentence.text):
        before = [name for place, name in found if place < mark.start()]
        nearest = before[-1] if before else found[0][1]
        if not (of_figure or _OF_STAFF.match(sentence.text, mark.end())):
            continue
        value = _value(mark[0])
        for measure in measures():
            for each in tellers.among(measure, [nearest]):
                named = all(
                    part & there or any(name in text for name in part if len(name) > SHORTEST) for part in each.names
                )
                if named and value is not None and _is(each, value, mark[0]):
                    yield f"{sentence.where}, “{_begins(sentence.text)} …”: {each.whose}"


def _begins(text: str) -> str:
    """The beginning of a sentence by which it can be found, without its numbers."""
    return re.sub(r"\d[\d,.]*", "…", " ".join(text.split()[:BEGINS]))


def _counts_people(title: str) -> bool:
    return any(word in title for measure in measures().values() for word in measure.captions)
