"""The list of all plans, reading it on a local port, and how plans stand."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import typer

from pipeline.commands.plans import DONE, NOTEBOOKS, code_now, find_plan, roots, workspace, workspace_of
from pipeline.console import counted, say, short
from pipeline.problems import InputRefused, Problem
from pipeline.run.inside import SAME_EVERYWHERE
from pipeline.run.status import Status, Try

CAUSE_LINES = 6
"""Lines of a failure that are printed before the rest are counted."""


def bring_list_up_to_date(plans: Iterable[str], out: Path | None) -> None:
    """Write the list of all plans again where something in it changed. Whatever goes wrong is said, and no more."""
    for home in dict.fromkeys(map(_home, plans)):
        _try_to_write_list(home, out)


def _home(plan: str) -> Path:
    try:
        return workspace_of(find_plan(plan))
    except InputRefused:
        return workspace()


def _try_to_write_list(home: Path, out: Path | None) -> None:
    from pipeline.run.portal import Rooms, write_portal

    rooms = Rooms.of(home, out)
    try:
        if rooms.reports.is_dir() and (page := write_portal(rooms)):
            say(f"All plans   {short(page)}")
    except Exception as error:  # The runs are done, and their reports are good without a list of them.
        said = " ".join((str(error) or type(error).__name__).split())
        say(f"The list of all plans was not brought up to date: {said}", to=sys.stderr)


def serve_reports(port: int, out: Path | None) -> int:
    """Serve the folder of reports on this computer until it is interrupted."""
    from pipeline.run.shelf_server import Shelves, free_port

    root = out or workspace() / "reports"
    if not root.is_dir():
        rule = "there are no reports here yet; make one with `workforce run PLAN`, or say where they are with --out"
        raise InputRefused([Problem(file=str(root), rule=rule)])
    _try_to_write_list(workspace(), out)
    try:
        server = Shelves(root, port)
    except PermissionError:
        raise typer.BadParameter(f"port {port} may not be used; try --port {free_port(8764)}") from None
    except OSError:
        raise typer.BadParameter(f"port {port} is in use by another program; try --port {free_port(port)}") from None
    with server:
        say(f"Reports of {short(root)}, for this computer alone: {server.address}")
        say("Ctrl-C ends it.")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say()
    return DONE


def print_statuses(plans: Sequence[str], out: Path | None, verbose: bool, as_json: bool) -> int:
    """Print how plans stand, all of data/raw where none is named."""
    from pipeline.plan import PLAN_FILE
    from pipeline.run.status import status

    found = [find_plan(plan) for plan in plans]
    found = found or sorted(path.parent for path in (workspace() / "data" / "raw").glob(f"*/{PLAN_FILE}"))
    told, code = [], code_now()
    for folder in found:
        told.append(status(folder, **roots(folder, out), code=code))
        if not as_json:
            say(*_lines(told[-1], verbose), sep="\n")
    if as_json:
        say(json.dumps([asdict(each) for each in told], indent=1))
    elif not told:
        say("There is no plan in data/raw yet. `workforce new` or `workforce synthesise` makes one.")
    return DONE


def _lines(plan: Status, verbose: bool) -> Iterator[str]:
    yield f"{plan.plan}: {_stands(plan)}"
    yield from (f"  {line}" for line in _reasons(plan))
    if plan.running:
        yield f"  Run       {_run_under_way(plan)}"
    if plan.tried:
        yield f"  Last run  {_when(plan.tried.started)}, {_how_it_went(plan.tried)}"
        yield from (f"            {line}" for line in _bounded(plan.tried.cause if plan.tried.failed_at else ""))
    if verbose and plan.tried:
        yield from _stages(plan.tried)
    yield f"  Strategy  {_strategy(plan)}"


def _stands(plan: Status) -> str:
    if plan.state == "up to date":
        return "up to date."
    if plan.state == "refused":
        return f"cannot be run as it stands. `workforce check {plan.plan}` lists everything that is wrong."
    return f"a run would make {', '.join(plan.would_make)}: {plan.why}."


def _reasons(plan: Status) -> list[str]:
    return _bounded(plan.why) if plan.state == "refused" else []


def _bounded(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    more = [f"… and {counted(len(lines) - CAUSE_LINES, 'line')} more"] if len(lines) > CAUSE_LINES else []
    return [*lines[:CAUSE_LINES], *more]


def _run_under_way(plan: Status) -> str:
    assert plan.running is not None
    who = f"process {plan.running.pid}, since {plan.running.since}" if plan.running.pid else "just begun"
    if plan.running.alive:
        return f"under way ({who})"
    return f"cut off before its end ({who}); `workforce run {plan.plan}` goes on with what is missing"


def _how_it_went(tried: Try) -> str:
    took = "" if tried.seconds is None else f"took {_duration(tried.seconds)}"
    if tried.failed_at:
        return f"failed at the stage {tried.failed_at}{f' ({took})' if took else ''}:"
    return took or "went to its end"


def _stages(tried: Try) -> Iterator[str]:
    for stage in tried.stages:
        name, status = str(stage.get("name", "")), str(stage.get("status", ""))
        seconds = stage.get("seconds")
        took = f"{seconds:8.1f} s" if isinstance(seconds, int | float) and status == "built" else " " * 10
        reason = "" if status == "failed" else " ".join(str(stage.get("why", "")).split())
        yield f"            {name:<12}{_STAGE_SAYS.get(status, status):<14}{took}  {reason}".rstrip()


_STAGE_SAYS = {"built": "made", "fresh": "up to date", "failed": "failed"}


def _strategy(plan: Status) -> str:
    if plan.report is None:
        return "not made yet"
    signed = plan.approved or plan.last_approved
    if signed is None:
        return f"made on {plan.report['made']}; not approved"
    who = f"version {signed['version']} by {signed['by']}, {signed['role']}, on {signed['date']}"
    said = "approved as" if plan.approved else "not approved; the last that was is"
    return f"made on {plan.report['made']}; {said} {who} (minute {signed['minute']})"


def _when(text: str) -> str:
    try:
        return f"{dt.datetime.fromisoformat(text):%Y-%m-%d %H:%M}"
    except ValueError:
        return "at a time that is not recorded"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def open_lab() -> int:
    """JupyterLab on the notebooks until it is ended; its kernels are this Python, set up as those of a run are."""
    words = [sys.executable, "-m", "jupyter", "lab", str(NOTEBOOKS)]
    return subprocess.run(words, env={**os.environ, **SAME_EVERYWHERE}).returncode
