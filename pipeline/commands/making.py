"""Making a plan's strategy, its templates and fictional files, and testing what it is made from."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

from pipeline.commands.plans import CHECKOUT, DONE, workspace, workspace_of
from pipeline.console import Stages, counted, print_templates, say, short
from pipeline.run.record import changed_notebooks
from pipeline.run.stages import BY_NAME, needed


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


def is_up_to_date(folder: Path, stage: str | None, out: Path | None) -> bool:
    """Whether a plan's strategy holds as it is. Raises InputRefused for a plan that cannot be used."""
    from pipeline.run.build import is_fresh

    home = workspace_of(folder)
    return is_fresh(
        folder,
        processed_root=home / "data" / "processed",
        reports_root=out or home / "reports",
        notebooks_folder=CHECKOUT / "notebooks",
        stage=stage,
    )


def run_one(folder: Path, stage: str | None, force: bool, out: Path | None, at_once: int | None = None) -> None:
    """Bring one plan up to date and say where its strategy is."""
    from pipeline.run.build import build

    home, started = workspace_of(folder), time.monotonic()
    with Stages(folder.resolve().name, len(needed([stage] if stage else BY_NAME))) as stages:
        built = build(
            folder,
            processed_root=home / "data" / "processed",
            reports_root=out or home / "reports",
            notebooks_folder=CHECKOUT / "notebooks",
            stage=stage,
            force=force,
            progress=stages.tell,
            at_once=at_once,
        )
    fresh = built.status == "fresh"
    say(f"{built.plan}: {'up to date, nothing to do' if fresh else f'made in {time.monotonic() - started:.0f} s'}.")
    if built.html is None:
        say(f"  Tables    {short(home / 'data' / 'processed' / built.plan)}")
        say(f"  Strategy  not made: the run was to stop after {stage}")
        return
    say(f"  Strategy  {short(built.html)}")
    say(f"  PDF       {short(built.pdf) if built.pdf else f'not made: {built.pdf_note}'}")
    if built.clock_note:
        say(f"  Clock     {built.clock_note}")
    for name in changed_notebooks(CHECKOUT / "notebooks"):
        say(f"  Note      made with {name} as you changed it; `git checkout notebooks/{name}` puts it back")
    for what, path in built.beside.items():
        say(f"  {what.capitalize():<10}{short(path)}")


def synthesise_extract(name: str, rows: int, seed: int) -> int:
    """Write an extract of staff records and say how large it is."""
    from pipeline.synthetic.extract import extract_of

    path = extract_of(workspace() / "data" / "raw", name, rows, seed)
    say(f"Wrote {short(path)}: {rows:,} rows of fictional staff records, {path.stat().st_size / 1e6:,.0f} MB.")
    return DONE
