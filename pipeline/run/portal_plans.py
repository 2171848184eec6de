"""What the list of all plans knows of each: its report, its last try, its kept runs and where its files are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipeline.plan import PLAN_FILE, load_plan
from pipeline.problems import InputRefused
from pipeline.report.moves import Marks, changed_parts
from pipeline.report.portal_record import Failure, Listed, PastReport, Record, Unreadable, record_of
from pipeline.report.portal_risk import portal_settings
from pipeline.report.words import shortened
from pipeline.run.past_runs import PastRuns
from pipeline.run.record import RECORD
from pipeline.run.sign_offs import SignOffs

PREVIOUS = ".previous"
"""Where, among reports, those before the ones in use are (swap.Shelf)."""
STRATEGY = "strategy.html"
FOUND = ". Found: "
"""Where, in a problem as it is written, the value begins that was found."""
CAUSE = "Cause: "


def listed(reports: Path, raw: Path, processed: Path, kept: Path) -> tuple[list[Listed], list[Unreadable]]:
    """Every plan that has a report, or a folder among the plans, and what could not be read."""
    with_report = {path.parent.name for path in reports.glob(f"*/{RECORD}") if not path.parent.name.startswith(".")}
    with_plan = {path.parent.name for path in raw.glob(f"*/{PLAN_FILE}")}
    plans, unreadable = [], []
    for name in sorted(with_report | with_plan):
        try:
            plan, wrong = _listed(name, reports, raw / name, processed / name, kept / name)
            plans.append(plan)
        except Exception as error:  # One plan's files, whatever is wrong with them, must not hide the others.
            wrong = [Unreadable(name, f"{type(error).__name__}: {shortened(error, _letters())}")]
        unreadable += wrong
    return plans, unreadable


def _listed(name: str, reports: Path, raw: Path, processed: Path, kept: Path) -> tuple[Listed, list[Unreadable]]:
    wrong: list[Unreadable] = []
    record = _record(reports / name / RECORD, f"{name}/{RECORD}", wrong)
    tried = _record(processed / RECORD, f"data/processed/{name}/{RECORD}", wrong)
    history, damaged = _history(kept)
    said, refused = _plan_file(raw)
    named = [record.published.name if record and record.published else "", said]
    named += [past.record.settings.name for past in history if past.record.settings]
    plan = Listed(
        folder=name,
        name=next((each for each in named if each.strip()), name),
        record=record,
        failure=_failure(tried, record) or _unreadable_report(wrong, record),
        refused=refused,
        links=dict(_links(reports / name, record)),
        previous=_previous(reports / PREVIOUS / name),
        history=history,
        damaged=damaged,
    )
    return plan, wrong


def _letters() -> int:
    return int(portal_settings()["failure"]["letters"])


def _record(path: Path, place: str, wrong: list[Unreadable]) -> Record | None:
    """A record, or none with the reason added to the list."""
    if not path.is_file():
        return None
    try:
        return record_of(_json(path))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        wrong.append(Unreadable(place, "it is damaged: it is not whole, or something else was written into it"))
    except (OSError, ValueError) as error:
        wrong.append(Unreadable(place, f"it cannot be read as the record of a run ({shortened(error, 120)})"))
    return None


def _json(path: Path) -> dict[str, Any]:
    raw = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(raw, dict):
        raise ValueError("it holds a list or a single value")
    return raw


def _unreadable_report(wrong: list[Unreadable], record: Record | None) -> Failure | None:
    """A report whose record cannot be read is as good as none, and says so."""
    broken = [each.place for each in wrong if record is None and not each.place.startswith("data/")]
    cause = (
        "The record of its report, {}, cannot be read, so its figures cannot be shown. Put the file back from a "
        "backup, or move the folder away and run the plan again"
    )
    return Failure("", "", cause.format(broken[0])) if broken else None


def _failure(tried: Record | None, report: Record | None) -> Failure | None:
    """The last try where a stage of it failed, and no report was made since. The id of a run begins with its time."""
    if tried is None or (report is not None and tried.run_id <= report.run_id):
        return None
    stage = next((each for each in tried.stages if each.status == "failed"), None)
    return None if stage is None else Failure(tried.started, stage.name, cause_of(stage.why))


def cause_of(why: str) -> str:
    """Why a stage failed, in short. The values found in a file are left out: they may be of one person."""
    lines = [line.strip() for line in why.splitlines() if line.strip()]
    told = next((line.removeprefix(CAUSE) for line in lines if line.startswith(CAUSE)), "")
    if told:
        return shortened(told, _letters())
    places = [line.partition(FOUND)[0] for line in lines]
    more = f" (and {len(places) - 1} more; `workforce check` lists them)" if len(places) > 1 else ""
    return f"{shortened(places[0], _letters())}{more}" if places else "no reason was given"


def _plan_file(folder: Path) -> tuple[str, str]:
    """The plan's name as plan.yaml has it, and why it cannot be used where it cannot."""
    if not (folder / PLAN_FILE).is_file():
        return "", ""
    try:
        return load_plan(folder).file.name, ""
    except InputRefused as refused:
        return "", cause_of(str(refused).replace(f"{folder}/", ""))


def _links(folder: Path, record: Record | None) -> Iterator[tuple[str, str]]:
    """The addresses of a report's files from the folder of all reports, by what they are; only of files there are."""
    document = record.document if record else None
    files = {"strategy": document.html, "pdf": document.pdf, **document.beside} if document else {"strategy": STRATEGY}
    for what, name in files.items():
        if name and Path(name).name == name and not name.startswith(".") and (folder / name).is_file():
            yield what, f"{quote(folder.name)}/{quote(name)}"


def _previous(folder: Path) -> tuple[str, str] | None:
    """The address of the report before the one in use, and the day it was made where that is known."""
    if not (folder / STRATEGY).is_file():
        return None
    record = _record(folder / RECORD, "", [])
    return f"{PREVIOUS}/{quote(folder.name)}/{STRATEGY}", shortened(record.made, 40) if record else ""


def _history(kept: Path) -> tuple[tuple[PastReport, ...], tuple[str, ...]]:
    """The kept runs of a plan, newest first, and the names of files that are damaged."""
    signed, damaged = _signed(kept)
    records: list[Record] = []
    for name, run in PastRuns(kept).read():
        try:
            records += [record_of(run.facts)] if run else []
            damaged += [] if run else [name]
        except ValueError:
            damaged.append(name)
    older = [*records[1:], None]
    past = [
        PastReport(run, _changed(run, before), run.run_id in signed)
        for run, before in zip(records, older, strict=False)
    ]
    return tuple(past), tuple(damaged)


def _signed(kept: Path) -> tuple[set[str], list[str]]:
    """The ids of runs that were signed off, and the file of sign-offs where it was altered."""
    offs = SignOffs(kept)
    try:
        return {each.run_id for each in offs.all()}, []
    except InputRefused:
        return set(), [offs.path.name]


def _changed(run: Record, before: Record | None) -> tuple[str, ...] | None:
    """Which of data, assumptions and model differ from the run before; None where there is none to tell by."""
    if before is None:
        return None
    try:
        return changed_parts(Marks(**before.basis), Marks(**run.basis))
    except TypeError:
        return None
