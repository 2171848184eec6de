"""Signing a strategy off: whether it may be, writing it down, and printing it on the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.plain_text import unfit
from pipeline.plan import load_plan
from pipeline.problems import InputRefused, Problem
from pipeline.run.build import Built, Progress, built_of, carry_out_stages, new_run, silent
from pipeline.run.lock import plan_lock
from pipeline.run.record import RECORD, code_version, read_record
from pipeline.run.sign_offs import SignOff
from pipeline.run.stages import STAGES
from pipeline.run.state import Renderer, Run
from pipeline.run.tasks import first_stale
from pipeline.store import file_sha256

NAMED_AT_MOST = 10
"""Placeholders that a refusal names before it counts the rest."""


@dataclass(frozen=True)
class Asked:
    """A sign-off as asked for: who, as what, in which minute, of which day, and whether placeholders may stay."""

    by: str
    role: str
    minute: str
    date: dt.date
    accept_placeholders: bool = False


@dataclass(frozen=True)
class Approved:
    """A sign-off that was recorded, and the report that now prints it."""

    sign_off: SignOff
    built: Built


def approve(
    plan_folder: Path,
    asked: Asked,
    *,
    processed_root: Path,
    reports_root: Path,
    notebooks_folder: Path,
    progress: Progress | None = None,
    render: Renderer | None = None,
) -> Approved:
    """Record the sign-off of the report in use, and print it there: nothing but the document is made again.

    Raises InputRefused, saying what to do, where there is no report, where it is not of the plan, files and code as
    they now stand, where the code was changed or its version is not known, where placeholders are in use that nobody
    accepts, and where the same sign-off is on record; and what `build` raises.
    """
    plan = load_plan(plan_folder)
    run = new_run(plan, processed_root, reports_root, notebooks_folder, render)
    run.shelf.refuse_foreign(plan.folder, notebooks_folder)
    with plan_lock(run.processed, plan.slug):
        run.shelf.recover()
        record = read_record(run.shelf.live)
        _refuse(run, _against_report(run, record))
        guesses = placeholders_in_use(run)
        _refuse(run, [*_against_words(asked), *_against_code(record), *_against_guesses(asked, guesses, record)])
        sign_off = _sign_off(run, asked, record, guesses)
        _refuse(run, _against_repeating(run.sign_offs.all(), sign_off))
        run.sign_offs.add(sign_off)
        carry_out_stages(run, STAGES, force=False, progress=progress or silent)
    return Approved(sign_off, built_of(run, STAGES))


def placeholders_in_use(run: Run) -> list[str]:
    """What each assumption that stands in for a figure is called."""
    register = run.store.read("assumptions_in_use")
    return [str(name) for name in register.loc[register["Grade"] == "placeholder", "Assumption"]]


def _refuse(run: Run, rules: Iterator[str] | Sequence[str]) -> None:
    problems = [Problem(file=str(run.shelf.live), rule=rule) for rule in rules]
    if problems:
        raise InputRefused(problems)


def _against_report(run: Run, record: Mapping[str, Any]) -> Iterator[str]:
    again = f"`workforce run {run.plan.slug}`"
    if not record:
        yield f"there is no strategy of this plan yet; make one with {again}, have it read, then sign it off"
    elif stale := first_stale(run):
        stage, why = stale
        yield (
            f"the strategy in use is not of the plan as it now stands ({stage}: {why}); make it again with {again}, "
            "have it read, then sign it off"
        )
    elif not record.get("content"):
        yield f"the strategy in use was made by an earlier version of the code; make it again with {again} --force"


def _against_words(asked: Asked) -> Iterator[str]:
    for option in ("by", "role", "minute"):
        if not getattr(asked, option).strip():
            yield f"a sign-off says who approved, as what, and in which minute; --{option} is empty"
        if sign := unfit(getattr(asked, option)):
            yield f"--{option} holds {sign}; type it again without"
    if asked.date > dt.date.today():
        yield f"a sign-off is of a decision that was made; {asked.date} is yet to come"


def _against_code(record: Mapping[str, Any]) -> Iterator[str]:
    made_by, now = record.get("code") or {}, code_version()
    if made_by.get("dirty") is None:
        yield (
            "the version of the code that made the strategy is not known, so nobody could make it again; run it from a "
            "git checkout"
        )
    elif made_by["dirty"] or now.dirty:
        yield (
            "the code was changed after its last recorded version; commit the change (git commit) or put it back, run "
            "the plan again, then sign it off"
        )


def _against_guesses(asked: Asked, guesses: Sequence[str], record: Mapping[str, Any]) -> Iterator[str]:
    if record.get("placeholders") is None:
        yield f"the placeholders in use were not counted: {RECORD} has no such headline"
    elif guesses and not asked.accept_placeholders:
        named = "; ".join(guesses[:NAMED_AT_MOST])
        more = (
            f"; and {len(guesses) - NAMED_AT_MOST} more, listed in chapter 15" if len(guesses) > NAMED_AT_MOST else ""
        )
        yield (
            f"{len(guesses)} values stand in for a figure that nobody has supplied: {named}{more}. Supply them, or add "
            "--accept-placeholders if the board approves knowing that; they are then listed in the document"
        )


def _against_repeating(signed: Sequence[SignOff], new: SignOff) -> Iterator[str]:
    same = [each for each in signed if (each.content, each.by, each.role, each.minute) == _who(new)]
    if same:
        yield f"{new.by} ({new.role}) signed this strategy off already, on {same[-1].date}, minute {new.minute}"


def _who(sign_off: SignOff) -> tuple[str, str, str, str]:
    return sign_off.content, sign_off.by, sign_off.role, sign_off.minute


def _sign_off(run: Run, asked: Asked, record: Mapping[str, Any], guesses: Sequence[str]) -> SignOff:
    return SignOff(
        run_id=record["run_id"],
        content=record["content"],
        strategy_sha256=file_sha256(run.shelf.live / record["document"]["html"]),
        version=run.plan.file.sign_off.version,
        by=asked.by.strip(),
        role=asked.role.strip(),
        minute=asked.minute.strip(),
        date=asked.date.isoformat(),
        recorded=run.started.isoformat(timespec="seconds"),
        placeholders=list(guesses),
    )
