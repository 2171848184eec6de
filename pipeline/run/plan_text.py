"""The words of a plan.yaml that `workforce new` writes: every key, with a note on what it is for."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import dataclass
from pathlib import Path

from pipeline.months import month_name
from pipeline.plan import PILLARS, PLAN_FILE
from pipeline.plan_schema import SCHEMA_FILE
from pipeline.reference import source_cards

TEMPLATE = """\
# yaml-language-server: $schema={schema}
# A plan: who it is for and which files it reads. Lines that start with # are notes and change nothing.
# Check it with `workforce check {slug}`; make its strategy with `workforce run {slug}`.

# The title on the cover.
name: {name}

# Code(s) of the integrated care board(s). Boards merge: their earlier and later codes are found by themselves.
ics: [{ics}]

# The trusts under that board; those without diagnostic staff in the files are left out by a #. Shorten the names to
# what should be shown.
employers:
{employers}

pillars: [{pillars}]

# The month the plan starts from: {month} is the latest in {month_file}.
base_month: "{base_month}"
# How many months it looks ahead.
horizon_months: 60

# The files, relative to this folder. * stands for any text, and ${{NAME}} is taken from the environment.
# Published files are safe to show. Of your own files, `disclosure:` names the rule by which small numbers of people are
# hidden: threshold_n (1 to 9; so it is where none is named), hes_2018 (1 to 7, and the rest rounded to 5), or none.
sources:
{sources}
{absent}
# Your own files, when you have them: remove the # and put the path.
# mapping: mapping.csv        # how published labels map to pillars and professions
# standards: standards.yaml   # minutes, rooms and skill mix in place of the defaults
# scenarios: [growth.yaml]
# actions: actions.yaml
# assurance: assurance.yaml   # thresholds and who is told, in place of the defaults

# Within what limits the best set of actions is chosen: remove the # of what limits yours.
# portfolio:
#   recurrent: 1000000        # pounds a year, or by financial year: {{2026/27: 800000, 2027/28: 1200000}}
#   capital: 2000000          # pounds a year
#   placements: 40            # clinical placements at one time

# What pay may come to: growth of the money for pay a year beyond pay awards, and the pay award of every year to come.
# money: {{pay_growth: 0.02, pay_awards: 0.03}}

governance:
  board: ""      # the board that approves the strategy
  owner: ""      # the person or post that owns the plan
  analyst: ""    # who to ask about a number
  refresh: ""    # how often it is refreshed, for example: every quarter
  decision: ""   # the decision asked of the board, in one sentence

sign_off:
  status: DRAFT   # DRAFT or FOR APPROVAL; `workforce approve` records who approved the strategy
  version: "0.1"
{unrecognised}"""


@dataclass(frozen=True)
class SourceFound:
    """Files of one format in one folder: the reader, the path or pattern that names them, and how many they are."""

    reader: str
    path: str
    files: int


@dataclass(frozen=True)
class Draft:
    """A plan as found in a folder of downloads, before a person has edited it."""

    folder: Path
    ics: tuple[str, ...]
    name: str
    employers: dict[str, str]
    without_staff: frozenset[str]
    base_month: dt.date
    month_file: str
    sources: tuple[SourceFound, ...]
    absent: tuple[str, ...]
    unrecognised: tuple[str, ...]

    @property
    def path(self) -> Path:
        """The plan's file."""
        return self.folder / PLAN_FILE


def plan_text(draft: Draft) -> str:
    """The commented plan.yaml of a draft."""
    return TEMPLATE.format(
        schema=relative(SCHEMA_FILE, draft.folder),
        slug=draft.folder.name,
        name=_quoted(draft.name),
        ics=", ".join(_quoted(code) for code in draft.ics),
        employers="\n".join(_employer(draft, code) for code in draft.employers),
        pillars=", ".join(PILLARS),
        month=month_name(draft.base_month),
        month_file=_one_line(draft.month_file),
        base_month=f"{draft.base_month:%Y-%m}",
        sources="\n".join(_source(found) for found in draft.sources),
        absent=_absent(draft.absent),
        unrecognised=_unrecognised(draft.unrecognised),
    )


def relative(path: Path, folder: Path) -> str:
    """A path as seen from the plan folder, with forward slashes; whole where it is on another drive."""
    try:
        text = os.path.relpath(path, folder)
    except ValueError:
        text = str(path)
    return text.replace(os.sep, "/")


def _employer(draft: Draft, code: str) -> str:
    mark = "# " if code in draft.without_staff else ""
    return f"  {mark}{_quoted(code)}: {_quoted(draft.employers[code])}"


def _quoted(text: str) -> str:
    """Text that YAML reads back unchanged, whatever is in it: JSON strings are YAML strings."""
    return json.dumps(text, ensure_ascii=False)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _source(found: SourceFound) -> str:
    files = "" if found.files == 1 else f" ({found.files} files)"
    card = source_cards()[found.reader]
    rule = "" if card.disclosure == "none" else f"\n    disclosure: {card.disclosure}"
    return f"  # {card.title}{files}\n  - reader: {found.reader}\n    path: {_quoted(found.path)}{rule}"


def _absent(readers: tuple[str, ...]) -> str:
    if not readers:
        return ""
    heading = "\n# Not found in the folder, and what each would supply (`workforce sources` says where to get it):\n"
    return heading + "".join(f"#   {name}: {source_cards()[name].supplies}\n" for name in readers)


def _unrecognised(names: tuple[str, ...]) -> str:
    if not names:
        return ""
    heading = f"\n# Files in the folder that are none of the {len(source_cards())} kinds read, and are left out:\n"
    return heading + "".join(f"#   {_one_line(name)}\n" for name in names)
