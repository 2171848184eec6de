"""What a text may hold, and how any text is shown to a person: the one rule for every place where text comes in.

A letter of any language, a mark or a symbol is welcome and is shown as it stands. Refused are signs that nobody types
and that hide, reorder or command: control characters (a terminal obeys them), signs that turn the direction of what
follows (a name then reads as another), the invisible tag characters, and halves of a character.
"""

from __future__ import annotations

import re
import unicodedata

UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
"""A sign that no text of a plan may hold."""
MOST_SHOWN = 300
"""Letters of a value that a message shows: enough to find it by."""
MOST_NAMED = 3
_HIDDEN_KINDS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Kinds of characters (Unicode) that are not seen, or that do something in place of being seen."""
_SPACES = "\t\n"
_LATIN = ("LATIN ", "MICRO SIGN", "FEMININE ORDINAL", "MASCULINE ORDINAL")


def unfit(text: str) -> str:
    """The first sign of a text that it may not hold, by its number and name; empty where there is none."""
    found = UNFIT.search(text)
    return named(found[0]) if found else ""


def named(sign: str) -> str:
    """A character by its number and its name: U+202E RIGHT-TO-LEFT OVERRIDE."""
    name = unicodedata.name(sign, "")
    return f"U+{ord(sign):04X} {name}".rstrip() if name else f"U+{ord(sign):04X}, a sign that cannot be seen"


def visible(text: object) -> str:
    """A text in which all that is not seen is written out (\\u202e), so that it neither hides nor commands anything."""
    said = str(text)
    return said if said.isprintable() else "".join(sign if _is_seen(sign) else _written_out(sign) for sign in said)


def shown_value(value: str) -> str:
    """A value as a message shows it: visible, not too long, and with letters named that look like others.

    A code with a Cyrillic А reads like one with a Latin A, and nothing else would tell them apart.
    """
    kept = value[:MOST_SHOWN]
    more = f" … ({len(value) - MOST_SHOWN:,} letters more)" if len(value) > MOST_SHOWN else ""
    strangers = dict.fromkeys(sign for sign in kept if sign.isalpha() and not _is_latin(sign))
    told = ", ".join(f"{sign} is {named(sign)}" for sign in list(strangers)[:MOST_NAMED])
    return f"{visible(kept)}{more}{f' ({told})' if told else ''}"


def _is_seen(sign: str) -> bool:
    return sign in _SPACES or unicodedata.category(sign) not in _HIDDEN_KINDS


def _written_out(sign: str) -> str:
    number = ord(sign)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _is_latin(sign: str) -> bool:
    return unicodedata.name(sign, "").startswith(_LATIN)
