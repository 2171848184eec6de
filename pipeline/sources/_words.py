"""Words that people type, matched to those the pipeline knows whatever their case and spacing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from pipeline.plan import PILLAR_NAMES
from pipeline.sources.mapping import Mapping
from pipeline.sources.vocabulary import ALL, BANDS, medical_grades
from pipeline.tables import PILLAR_VALUES

_LIKE = 0.6
"""How alike two words must be, as difflib measures it, for one to be offered in place of the other."""
_CYCLE = re.compile(r"(?:20)?(\d\d)\s*[-/_\u2013\u2014]\s*(?:20)?(\d\d)")


def plain(word: str) -> str:
    """A word as two spellings of it share it: one space between its parts, no capitals."""
    return " ".join(word.split()).casefold()


def spelled(word: str, known: Iterable[str]) -> str | None:
    """The known word that this one is, whatever its case and spacing, or None."""
    return next((each for each in known if plain(each) == plain(word)), None)


def nearest(word: str, known: Iterable[str]) -> str:
    """The end of a message that offers the known word most like this one; empty where none is like it."""
    spelling = {plain(each): each for each in known}
    found = difflib.get_close_matches(plain(word), spelling, n=1, cutoff=_LIKE)
    return f"; did you mean “{spelling[found[0]]}”?" if found else ""


def pillar_named(word: str) -> str | None:
    """The pillar that a word names: its short name, or the one that the report uses (laboratories)."""
    names = {**{pillar: pillar for pillar in PILLAR_VALUES}, **{name: key for key, name in PILLAR_NAMES.items()}}
    known = spelled(word, names)
    return names[known] if known else None


def name_in(mapping: Mapping, schemes: Iterable[str], word: str) -> str | None:
    """The mapping's name that a word is, or that all published labels of these schemes spelled so lead to."""
    wanted = list(schemes)
    name = spelled(word, mapping.pillars_of(wanted))
    labelled = {
        entry.name for (scheme, label), entry in mapping.entries.items() if scheme in wanted and label == plain(word)
    }
    return name or (labelled.pop() if len(labelled) == 1 else None)


def cycle_named(word: str) -> str | None:
    """A planning cycle as its financial year, 2025/26, from the ways it is typed: 2025-26, 25/26, 2025/2026."""
    found = _CYCLE.fullmatch(plain(word).removeprefix("fy").strip())
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        return None
    return f"20{found[1]}/{found[2]}"


def band_named(word: str) -> str | None:
    """A band or grade from the ways it is typed: “Band 8A” is 8a, “consultant” is Consultant, “all” is All."""
    return spelled(plain(word).removeprefix("band "), [*BANDS, *medical_grades(), ALL])
