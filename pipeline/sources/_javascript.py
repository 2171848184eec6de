"""Reads the data in a script as data: the object literal assigned in it. Nothing is ever run.

Understands what a data file in JavaScript holds, and plain JSON: objects, lists, strings in either kind of quotation
mark, numbers, true, false, null, comments, keys with or without quotation marks and a comma after the last item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

DEEPEST = 40
"""Levels of brackets before the file is refused: a list of places has about six."""
CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "undefined": None}
ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")
    |(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)
    |(?P<word>[A-Za-z_$][\w$.]*)
    |(?P<mark>[{}\[\]:,=;|()])""",
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)


@dataclass(frozen=True)
class Node:
    """An object of the script: its values by key, and the line each key is on."""

    line: int
    values: dict[str, Value] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


Value = str | float | bool | None | list["Value"] | Node


class NotData(ValueError):
    """The text is not data at this line (counted from 1); says what was expected there."""

    def __init__(self, line: int, expected: str) -> None:
        super().__init__(expected)
        self.line = line
        self.expected = expected


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def objects(text: str) -> list[Node]:
    """The objects that stand alone or after an equals sign, in order.

    Raises NotData at the first place that is not data.
    """
    tokens = list(_tokens(text))
    reader = _Reader(tokens)
    found = []
    while reader.place < len(tokens) - 1:
        before = tokens[reader.place - 1].text if reader.place else "="
        if tokens[reader.place].text == "{" and before in ("=", ";"):
            found.append(reader.object(depth=1))
        else:
            reader.place += 1
    return found


def _tokens(text: str) -> Iterator[_Token]:
    place, line = 0, 1
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            raise NotData(line, _unexpected(text[place]))
        if match.lastgroup != "space":
            yield _Token(str(match.lastgroup), match[0], line)
        line += match[0].count("\n")
        place = match.end()
    yield _Token("end", "the end of the file", line)


def _unexpected(character: str) -> str:
    if character in "'\"":
        return "the quotation mark that opens here is never closed"
    return f"the character {character} was not expected here"


@dataclass
class _Reader:
    tokens: list[_Token]
    place: int = 0

    def take(self) -> _Token:
        token = self.tokens[self.place]
        self.place = min(self.place + 1, len(self.tokens) - 1)
        return token

    def next_is(self, mark: str) -> bool:
        if self.tokens[self.place].text == mark and self.tokens[self.place].kind == "mark":
            self.take()
            return True
        return False

    def expect(self, marks: str) -> None:
        token = self.tokens[self.place]
        if not any(self.next_is(mark) for mark in marks):
            raise NotData(token.line, f"{' or '.join(marks)} was expected before {token.text}")

    def object(self, depth: int) -> Node:
        node = Node(self.take().line)
        while not self.next_is("}"):
            key = self.take()
            if key.kind not in ("word", "string", "number"):
                raise NotData(key.line, f"a name was expected before {key.text}")
            name = _unquoted(key.text) if key.kind == "string" else key.text
            if name in node.values:
                raise NotData(key.line, f"{name} is given twice for one place")
            self.expect(":")
            node.values[name] = self.value(depth + 1)
            node.lines[name] = key.line
            self._item_ends("}")
        return node

    def value(self, depth: int) -> Value:
        token = self.tokens[self.place]
        if depth > DEEPEST:
            raise NotData(token.line, "there are too many brackets inside brackets")
        if token.text == "{":
            return self.object(depth)
        if self.next_is("["):
            return self._list(depth)
        return _plain(self.take())

    def _list(self, depth: int) -> list[Value]:
        items = []
        while not self.next_is("]"):
            items.append(self.value(depth + 1))
            self._item_ends("]")
        return items

    def _item_ends(self, bracket: str) -> None:
        if self.tokens[self.place].text != bracket:
            self.expect(f",{bracket}")


def _plain(token: _Token) -> Value:
    if token.kind == "string":
        return _unquoted(token.text)
    if token.kind == "number":
        return float(token.text)
    if token.kind == "word" and token.text in CONSTANTS:
        return CONSTANTS[token.text]
    raise NotData(token.line, f"text in quotation marks or a number was expected instead of {token.text}")


def _unquoted(literal: str) -> str:
    text = ESCAPE.sub(_escaped, literal[1:-1])
    # JavaScript may write one character beyond the basic plane as two escapes.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _escaped(match: re.Match[str]) -> str:
    number = match[1] or match[2] or match[3]
    if number:
        return chr(min(int(number, 16), 0x10FFFF))
    return ESCAPED.get(match[4], match[4])
