"""Two kept runs of a plan compared on the command line: which they are, how they differ, and the same as a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.problems import InputRefused, Problem
from pipeline.run.basis import model_mark
from pipeline.run.checksums import CHECKSUMS, Checksums
from pipeline.run.comparison import Difference, difference, past_side
from pipeline.run.imports import CodeSnapshot
from pipeline.run.past_runs import PastRun, PastRuns, latest_other
from pipeline.run.sign_offs import SignOffs

WORDS = {
    "last": "the newest run that is kept",
    "previous": "the one before it that was made of something else",
    "approved": "the one that was last signed off",
}
"""Words that stand for a run."""
_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")


@dataclass(frozen=True)
class KeptPlan:
    """What is kept of one plan, in data/kept/<plan>."""

    folder: Path

    @property
    def runs(self) -> PastRuns:
        """Its runs."""
        return PastRuns(self.folder)

    def known(self) -> list[str]:
        """Every run that is kept, newest first: its id, the day, and whether it was signed off."""
        signed = {each.run_id for each in SignOffs(self.folder).all()}
        return [f"{run.id}  made on {run.made}{', signed off' if run.id in signed else ''}" for run in self.runs.runs()]

    def find(self, word: str) -> PastRun:
        """A run by its id or by one of WORDS. Raises InputRefused listing those that are kept."""
        found = self._by_word(word) if word in WORDS else self.runs.named(word)
        if found is None:
            raise InputRefused([Problem(file=str(self.folder), value=word, rule=self._none(word))])
        return found

    def _by_word(self, word: str) -> PastRun | None:
        runs = self.runs.runs()
        if word == "approved":
            signed = [each.run_id for each in SignOffs(self.folder).all()]
            return self.runs.named(signed[-1]) if signed else None
        if word == "last" or not runs:
            return runs[0] if runs else None
        return latest_other(runs, runs[0].basis)

    def _none(self, word: str) -> str:
        what = WORDS.get(word, "a run of this id")
        known = self.known()
        kept = f"those kept are: {'; '.join(known)}" if known else "no run of this plan is kept yet"
        altered = self.runs.altered()
        damaged = f". These files are damaged and cannot be used: {', '.join(altered)}" if altered else ""
        return f"there is not {what}; {kept}{damaged}"


def is_run(word: str) -> bool:
    """Whether a word of the command line stands for a run, and not for a plan."""
    return word in WORDS or bool(_ID.fullmatch(word))


def kept_plan(kept_root: Path, plan: str, runs: Sequence[str]) -> KeptPlan:
    """What is kept of a plan given by its name; without one, of the plan that has these runs, or the only one.

    Raises InputRefused naming the plans of which something is kept.
    """
    plans = sorted(path.parent.name for path in kept_root.glob("*/runs") if any(path.glob("*.json")))
    if plan:
        if Path(plan).name in plans:
            return KeptPlan(kept_root / Path(plan).name)
        raise _no_plan(kept_root, plan, "no run of a plan of this name is kept", plans)
    having = [name for name in plans if any((kept_root / name / "runs" / f"{run}.json").is_file() for run in runs)]
    if len(having or plans) != 1:
        rule = "say which plan is meant, as in `workforce compare PLAN previous last`"
        raise _no_plan(kept_root, " ".join(runs), rule, plans)
    return KeptPlan(kept_root / (having or plans)[0])


def compare(kept: KeptPlan, first: str, second: str, notebooks: Path) -> Difference:
    """Two runs of a plan compared, the earlier one first whichever way round they are given.

    Raises InputRefused for a run that is not kept, and for a second one whose assumptions no code of today takes.
    """
    then, now = sorted((kept.find(first), kept.find(second)), key=lambda run: run.id)
    processed = kept.folder.parent.with_name("processed") / kept.folder.name
    today = model_mark(CodeSnapshot(notebooks, Checksums(processed / CHECKSUMS)))
    try:
        return difference(then, past_side(now), today)
    except ValueError as error:
        raise InputRefused([Problem(file=str(kept.folder), value=now.id, rule=" ".join(str(error).split()))]) from error


def _no_plan(kept_root: Path, value: str, rule: str, plans: Sequence[str]) -> InputRefused:
    known = f"; the plans with runs are: {', '.join(plans)}" if plans else "; no plan has a run that is kept yet"
    return InputRefused([Problem(file=str(kept_root), value=value, rule=f"{rule}{known}")])
