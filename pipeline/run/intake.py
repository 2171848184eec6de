"""Intake workbooks of a plan: the templates that go out, and marked copies of those that came back with problems."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.plan import Plan, load_plan
from pipeline.problems import InputRefused, Problem
from pipeline.sources.ingest import read_sources
from pipeline.sources.intake.marked import write_marked
from pipeline.sources.intake.senders import PlanSender, plan_senders, rows_of_sender
from pipeline.sources.intake.template import write_workbook
from pipeline.sources.mapping import plan_mapping
from pipeline.sources.person_level import is_person_level
from pipeline.sources.vocabulary import plan_words

READER = "intake_workbook"
TEMPLATES, MARKED = "templates", "marked"
"""Folders of templates below reports/, and of marked copies below a plan's templates."""


@dataclass(frozen=True)
class Template:
    """A workbook written for a sender, and how many rows it carries forward."""

    sender: PlanSender
    path: Path
    rows: int


@dataclass(frozen=True)
class Marking:
    """A refused intake workbook, and its marked copy or the reason why there is none."""

    path: Path
    copy: Path | None = None
    reason: str = ""


def write_templates(plan_folder: Path, out: Path, written: dt.datetime) -> tuple[Plan, list[Template]]:
    """Write one workbook for each sender of a plan to `out`, with what the plan's files hold carried forward.

    Raises InputRefused with every problem of the plan and its files, or if `out` lies in the plan, which is only read.
    """
    plan = load_plan(plan_folder)
    if plan.folder in (out.resolve(), *out.resolve().parents):
        rule = (
            "templates cannot be put in the folder of the plan, which holds only its input; choose another with --out"
        )
        raise InputRefused([Problem(file=str(out), rule=rule)])
    tables = read_sources(plan).tables
    mapping = plan_mapping(plan)
    words, senders = plan_words(plan, mapping, tables), plan_senders(plan)
    templates = []
    for sender in senders:
        rows = rows_of_sender(sender, tables, senders)
        path = out / f"{sender.kind}-{sender.code}.xlsx"
        write_workbook(path, sender, plan.slug, plan.file.name, words, rows, written)
        templates.append(Template(sender, path, sum(map(len, rows.values()))))
    return plan, templates


def refused_workbooks(plan_folder: Path, problems: Iterable[Problem]) -> list[Path]:
    """The plan's intake workbooks that some of the problems are of; none where plan.yaml itself is refused."""
    try:
        plan = load_plan(plan_folder)
    except InputRefused:
        return []
    files = {problem.file for problem in problems}
    ours = (source.path for source in plan.sources if source.reader == READER)
    return [path for path in ours if files & {str(path), path.name}]


def mark_workbooks(paths: Sequence[Path], problems: Sequence[Problem], out: Path) -> list[Marking]:
    """Write a marked copy of each workbook to `out`, or say why there is none.

    A workbook with facts about people is not copied: they are to be deleted and not spread.
    """
    return [_mark(path, problems, out / f"{path.stem}-marked.xlsx") for path in paths]


def _mark(path: Path, problems: Sequence[Problem], out: Path) -> Marking:
    own = [problem for problem in problems if problem.file in (str(path), path.name)]
    if any(map(is_person_level, own)):
        return Marking(path, reason="it holds, or seems to hold, facts about people; delete it and ask for another")
    try:
        return Marking(path, write_marked(path, own, out))
    except InputRefused:
        return Marking(path, reason="it cannot be opened")
    except OSError as error:
        return Marking(path, reason=f"{out} could not be written ({error.strerror}); close it in Excel and try again")
