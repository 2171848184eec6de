"""Making a plan's strategy, its templates and fictional files, and testing what it is made from."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.plans import DONE, NOTEBOOKS, roots, workspace, workspace_of
from pipeline.console import Stages, counted, print_templates, say, short
from pipeline.run.imports import CodeSnapshot
from pipeline.run.record import changed_notebooks
from pipeline.run.stages import BY_NAME, needed

if TYPE_CHECKING:
    from pipeline.run.build import Built

UP_TO_DATE = "up to date, nothing to do"


def check_one(folder: Path) -> None:
    """Read and test one plan and say what it holds."""
    from pipeline.run.check import check

    plan, ingested = check(folder)
    say(f"{plan.slug}: all good. {counted(len(plan.sources), 'file')} read.")
    for name, table in ingested.tables.items():
        say(f"  {name:<20}{counted(len(table), 'row'):>16}")
    for note in ingested.notes:
        say(f"  Note: {note}")


def template_one(folder: Path, out: Path | None) -> None:
    """Write the workbooks of one plan's senders and say where they are and whom to send each to."""
    from pipeline.run.intake import TEMPLATES, write_templates

    place = (out or workspace_of(folder) / "reports" / TEMPLATES) / folder.resolve().name
    plan, templates = write_templates(folder, place, dt.datetime.now())
    print_templates(plan, place, templates)


def leave_one(folder: Path, stage: str | None, out: Path | None, code: CodeSnapshot, changed: Sequence[str]) -> bool:
    """Say where one plan's strategy is, if it is up to date with this code; False, and nothing said, where it is not.

    `changed` are the notebooks that differ from their recorded version. Raises InputRefused for a plan that cannot be
    used, and PlanBusy.
    """
    from pipeline.run.build import built_already

    built = built_already(folder, **roots(folder, out), stage=stage, code=code)
    if built:
        _say_built(built, folder, UP_TO_DATE, stage, changed)
    return built is not None


def run_one(folder: Path, stage: str | None, force: bool, out: Path | None, at_once: int | None = None) -> None:
    """Bring one plan up to date and say where its strategy is."""
    from pipeline.run.build import build

    started = time.monotonic()
    with Stages(folder.resolve().name, len(needed([stage] if stage else BY_NAME))) as stages:
        built = build(folder, **roots(folder, out), stage=stage, force=force, progress=stages.tell, at_once=at_once)
    how = UP_TO_DATE if built.status == "fresh" else f"made in {time.monotonic() - started:.0f} s"
    _say_built(built, folder, how, stage, changed_notebooks(NOTEBOOKS))


def _say_built(built: Built, folder: Path, how: str, stage: str | None, changed: Iterable[str]) -> None:
    say(f"{built.plan}: {how}.")
    if built.html is None:
        say(f"  Tables    {short(workspace_of(folder) / 'data' / 'processed' / built.plan)}")
        say(f"  Strategy  not made: the run was to stop after {stage}")
        return
    say(f"  Strategy  {short(built.html)}")
    say(f"  PDF       {short(built.pdf) if built.pdf else f'not made: {built.pdf_note}'}")
    if built.clock_note:
        say(f"  Clock     {built.clock_note}")
    for name in changed:
        say(f"  Note      made with {name} as you changed it; `git checkout notebooks/{name}` puts it back")
    for what, path in built.beside.items():
        say(f"  {what.capitalize():<10}{short(path)}")


def synthesise_extract(name: str, rows: int, seed: int) -> int:
    """Write an extract of staff records and say how large it is."""
    from pipeline.synthetic.extract import extract_of

    path = extract_of(workspace() / "data" / "raw", name, rows, seed)
    say(f"Wrote {short(path)}: {rows:,} rows of fictional staff records, {path.stat().st_size / 1e6:,.0f} MB.")
    return DONE
