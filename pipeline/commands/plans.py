"""Finding a plan, doing one thing with it, and how that came out."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypedDict

from pipeline.console import print_fault, print_markings, print_problems, say
from pipeline.problems import InputRefused, Problem
from pipeline.run.checksums import Checksums
from pipeline.run.errors import RunError
from pipeline.run.imports import CodeSnapshot

DONE, FAULT, FAILED, REFUSED, STOPPED = 0, 1, 2, 3, 130
FULL = (errno.ENOSPC, errno.EDQUOT)
NO_ROOM = "There is no room left on the disk. The last good strategy is still in place; make room and run it again."
CHECKOUT = Path(__file__).resolve().parents[2]
NOTEBOOKS = CHECKOUT / "notebooks"


def attempt(plan: str, action: Callable[[Path], None], write_marked: bool = False) -> int:
    """Do one thing with one plan; its exit code. Says what went wrong, and lets the next plan go on."""
    folder: Path | None = None
    try:
        folder = find_plan(plan)
        action(folder)
    except InputRefused as refused:
        say(f"{plan}: refused.", end=" ", to=sys.stderr)
        print_problems(refused.problems)
        if folder is not None:
            print_marked(folder, refused.problems, write_marked)
        return REFUSED
    except RunError as error:
        say(f"{plan}: failed. {error}", to=sys.stderr)
        return FAILED
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL:
            say(f"{plan}: failed. {NO_ROOM}", to=sys.stderr)
            return FAILED
        say(f"{plan}: failed.", end=" ", to=sys.stderr)
        print_fault(error, faults_folder(workspace()))
        return FAULT
    return DONE


def worst(codes: Iterable[int]) -> int:
    """One exit code for several plans: their own where they agree, otherwise that of a plan not finished."""
    different = set(codes)
    return different.pop() if len(different) == 1 else FAILED


def workspace() -> Path:
    """The folder that holds data/raw: the current one, or else the one this program was installed from."""
    here = Path.cwd()
    return CHECKOUT if not (here / "data" / "raw").is_dir() and (CHECKOUT / "data" / "raw").is_dir() else here


def workspace_of(folder: Path) -> Path:
    """The folder whose data/processed and reports a plan's results go to: the one whose data/raw holds the plan."""
    raw = folder.resolve().parent
    return raw.parent.parent if (raw.name, raw.parent.name) == ("raw", "data") else Path.cwd()


class Roots(TypedDict):
    """The folders that a run of a plan works in."""

    processed_root: Path
    reports_root: Path
    notebooks_folder: Path


def roots(folder: Path, out: Path | None) -> Roots:
    """Where the tables, reports and notebooks of a plan's run are, reports in `out` where it is given."""
    home = workspace_of(folder)
    return {
        "processed_root": home / "data" / "processed",
        "reports_root": out or home / "reports",
        "notebooks_folder": NOTEBOOKS,
    }


def code_now() -> CodeSnapshot:
    """The code as it is, to hold many plans against."""
    return CodeSnapshot(NOTEBOOKS, Checksums(Path(os.devnull)))


def faults_folder(home: Path) -> Path:
    """Where the details of a fault inside the program are kept."""
    return home / "reports" / "faults"


def every_plan() -> list[str]:
    """The names of the plans in data/raw."""
    from pipeline.plan import PLAN_FILE

    return sorted(path.parent.name for path in (workspace() / "data" / "raw").glob(f"*/{PLAN_FILE}"))


def find_plan(plan: str) -> Path:
    """The folder of a plan given by name, folder or plan.yaml. Raises InputRefused where there is none."""
    from pipeline.plan import PLAN_FILE

    given = Path(plan)
    folders = [given.parent if given.name == PLAN_FILE else given, workspace() / "data" / "raw" / plan]
    for folder in folders:
        if (folder / PLAN_FILE).is_file():
            return folder
    known = ", ".join(every_plan())
    rule = f"there is no plan of this name or in this folder; the plans in data/raw are: {known or 'none yet'}"
    raise InputRefused([Problem(file=plan, rule=rule)])


def print_marked(folder: Path, problems: Sequence[Problem], write: bool) -> None:
    """Say where the marked copies of refused intake workbooks are, or that they can be had."""
    if any(problem.file.lower().endswith(".xlsx") for problem in problems):
        from pipeline.run.intake import MARKED, TEMPLATES, mark_workbooks, refused_workbooks

        paths = refused_workbooks(folder, problems)
        out = workspace_of(folder) / "reports" / TEMPLATES / folder.resolve().name / MARKED
        print_markings(mark_workbooks(paths, problems, out) if write else [], possible=len(paths))
