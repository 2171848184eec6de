"""What is said to the person at the terminal: problems, faults, paths and counts in plain words."""

from __future__ import annotations

import datetime as dt
import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from pipeline.plain_text import visible
from pipeline.problems import Problem

if TYPE_CHECKING:
    from rich.progress import Progress

    from pipeline.plan import Plan
    from pipeline.run.intake import Marking, Template
    from pipeline.run.tasks import Event

MOST_SHOWN = 300
"""Problems printed, shared out over the files, before the rest are only counted."""
LEAST_SHOWN = 10
"""Problems printed of each file even so."""


def say(*parts: object, sep: str = " ", end: str = "\n", to: TextIO | None = None) -> None:
    """Print to the terminal what may hold words of a file: a terminal obeys some signs, so these are written out.

    The one way in which commands say anything; on standard output unless `to` is given.
    """
    print(visible(sep.join(map(str, parts))), end=end, file=to, flush=True)


def print_problems(problems: Iterable[Problem]) -> None:
    """List problems under their files, in the order of the rows; those past a few hundred are only counted."""
    found = sorted(problems, key=lambda problem: (problem.file, problem.sheet, problem.row or 0))
    by_file = {file: list(group) for file, group in groupby(found, key=lambda problem: problem.file)}
    where = "" if len(by_file) == 1 else f" in {counted(len(by_file), 'file')}"
    say(f"{counted(len(found), 'problem')}{where}:", to=sys.stderr)
    most = max(MOST_SHOWN // len(by_file), LEAST_SHOWN)
    for file, group in by_file.items():
        say(f"\n{short(file)}", *map(_line, group[:most]), sep="\n  - ", to=sys.stderr)
        if len(group) > most:
            say(f"  … and {len(group) - most:,} more in this file", to=sys.stderr)


def _line(problem: Problem) -> str:
    return " ".join(str(replace(problem, file="")).removeprefix(", ").removeprefix(": ").split())


def print_templates(plan: Plan, folder: Path, templates: Sequence[Template]) -> None:
    """Say where the workbooks of a plan's senders are, whom to send each to, and what to do with what comes back."""
    say(f"{plan.slug}: {counted(len(templates), 'workbook')} in {short(folder)}")
    for each in templates:
        say(f"  {each.path.name:<32}for {each.sender.shown} ({counted(each.rows, 'row')} from last time)")
    say(f"Send each to whom it is for. Put what comes back in {short(plan.folder / 'intake')}, and add to plan.yaml:")
    say("  - reader: intake_workbook\n    path: intake/*.xlsx")


def print_markings(markings: Sequence[Marking], possible: int) -> None:
    """Say where the marked copies of intake workbooks are, or, where none was asked for, that they can be had."""
    if possible and not markings:
        say("Add --write-marked for a copy of each intake workbook with these cells marked.", to=sys.stderr)
    for marking in markings:
        where = f"not made: {marking.reason}" if marking.copy is None else short(marking.copy)
        say(f"Marked copy of {marking.path.name}: {where}", to=sys.stderr)


def print_fault(error: Exception, folder: Path) -> None:
    """Say in one line that the program failed, with the details in a file of the folder (or the temporary one)."""
    text = "".join(
        [
            f"{' '.join(sys.argv)}\n{platform.platform()}, Python {platform.python_version()}\n\n",
            *traceback.format_exception(error),
        ]
    )
    name = f"workforce-fault-{dt.datetime.now():%Y-%m-%d-%H%M%S}-{os.getpid()}.txt"
    path = _write_where_possible([folder, Path(tempfile.gettempdir())], name, text)
    said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    details = f"The details are in {short(path)}: send that file to whoever maintains your copy." if path else ""
    say(f"Something went wrong inside the program ({said}). {details}", to=sys.stderr)


def _write_where_possible(folders: Iterable[Path], name: str, text: str) -> Path | None:
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8", errors="backslashreplace")
            return folder / name
        except OSError:
            continue
    return None


class Stages:
    """The stages of a plan as they are done: a bar on a terminal, a line for each stage made elsewhere.

    Where every stage is up to date nothing is shown, and nothing is imported to show it.
    """

    def __init__(self, plan: str, total: int) -> None:
        self._plan, self._total, self._done = plan, total, 0
        self._running: list[str] = []
        self._bar: Progress | None = None

    def __enter__(self) -> Stages:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._bar:
            self._bar.stop()

    def tell(self, event: Event) -> None:
        """Show what a run has to say of a stage."""
        if event.state == "running":
            self._running.append(event.stage)
        else:
            self._running = [stage for stage in self._running if stage != event.stage]
            self._done += 1
        if sys.stderr.isatty():
            self._draw()
        elif event.state == "built":
            say(f"{self._plan}: {event.stage} made in {event.seconds:.1f} s", to=sys.stderr)

    def _draw(self) -> None:
        if self._bar is None and self._running:
            self._bar = _bar(self._plan, self._total)
        if self._bar:
            doing = f"{self._plan}: {', '.join(self._running)}"
            self._bar.update(self._bar.task_ids[0], completed=self._done, description=doing)


def _bar(plan: str, total: int) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.add_task(plan, total=total)
    bar.start()
    return bar


def short(path: Path | str) -> str:
    """A path as seen from here, or whole where it is elsewhere."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def counted(number: int, noun: str) -> str:
    """A number with its noun: 1 file, 1,200 files."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
