"""The plan itself: plan.yaml, scenarios and analysts' notes, the pay scales, and the truth."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template
from typing import Any

import yaml

from pipeline.reference import source_cards
from pipeline.synthetic.files import write_text
from pipeline.synthetic.parameters import FOLDER, parameters
from pipeline.synthetic.places import Trust, places
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.truth import truth_staff_text, truth_text

COPIED = {
    "scenarios/ct_doubles.yaml": "scenarios/ct_doubles.yaml",
    "scenarios/lower_productivity.yaml": "scenarios/lower_productivity.yaml",
    "pay_afc.csv": "pay/afc_pay_scales.csv",
    "pay_medical.csv": "pay/medical_pay_scales.csv",
}
COMMENTARY = "commentary"
# Line ends are part of these files: git must not change them.
ATTRIBUTES = "* -text\n"
TRUTH, TRUTH_STAFF = "truth.yaml", "truth_staff.csv"
_ENTRY = re.compile(r"(?:  #[^\n]*\n)*  - reader: (?P<reader>\w+)\n    path: (?P<path>\S+)\n(?:    [^\n]*\n)*")
_LEGAL_FORM = re.compile(r" NHS( Foundation)? Trust$")


def write_plan(folder: Path, recipe: Recipe) -> None:
    """Write the plan over the files that are in the folder, copy what is written by hand, and write the truth."""
    for name, target in COPIED.items():
        write_text(folder / target, (FOLDER / name).read_text(encoding="utf-8"))
    for name, note in notes(recipe).items():
        write_text(folder / COMMENTARY / name, note)
    write_text(folder / "plan.yaml", _plan_text(folder, recipe))
    write_text(folder / ".gitattributes", ATTRIBUTES)
    write_text(folder / TRUTH, truth_text(recipe))
    write_text(folder / TRUTH_STAFF, truth_staff_text(recipe))


def notes(recipe: Recipe) -> dict[str, str]:
    """Analysts' notes by file, without the paragraphs about trusts that the recipe does not have."""
    here = {trust.town for trust in places(recipe).all_trusts}
    absent = [row["town"] for row in parameters("places")["trusts"] if row["town"] not in here]
    found: dict[str, str] = {}
    for path in sorted((FOLDER / COMMENTARY).glob("*.md")):
        parts = path.read_text(encoding="utf-8").split("\n\n")
        kept = [part.strip() for part in parts if not any(town in part for town in absent)]
        if kept:
            found[path.name] = "\n\n".join(kept) + "\n"
    return found


def _plan_text(folder: Path, recipe: Recipe) -> str:
    """The plan with the entries of those kinds of file that are there."""
    text = _filled(folder, recipe)
    return _ENTRY.sub(lambda entry: entry[0] if _stands(folder, entry["reader"], entry["path"]) else "", text)


def _filled(folder: Path, recipe: Recipe) -> str:
    here = places(recipe)
    hosts = [cdc.host for cdc in here.cdcs if cdc.host] + [cdc.host for cdc in here.cdcs_to_come]
    words = {
        "command": (
            f"workforce synthesise {folder.name} --staff {recipe.staff} --employers {recipe.employers}"
            f" --seed {recipe.seed}"
        ),
        "employers": "\n".join(f"  {trust.code}: {shown_name(trust)}" for trust in here.employers),
        "hosts": ", ".join(dict.fromkeys(hosts)),
    }
    return Template((FOLDER / "plan.yaml").read_text(encoding="utf-8")).substitute(words)


def _stands(folder: Path, reader: str, pattern: str) -> bool:
    """Whether an entry of the plan's sources has a reader and a file."""
    return reader in source_cards() and any(folder.glob(pattern))


def shown_name(trust: Trust) -> str:
    """A trust's name without its legal form, as the plan shows it."""
    return _LEGAL_FORM.sub("", trust.name)


def plan_words_of(folder: Path, recipe: Recipe) -> dict[str, Any]:
    """What the plan will say, by key, before its files are there."""
    said: dict[str, Any] = yaml.safe_load(_filled(folder, recipe))
    return said
