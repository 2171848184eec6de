"""Carrying out one stage: run its notebook or render the document, and check that it made what it promised."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pipeline.plan import Plan
from pipeline.problems import InputRefused
from pipeline.reference import kept_runs
from pipeline.run import fingerprint
from pipeline.run.basis import SENT, drawn
from pipeline.run.errors import NotebookFailed, StageFailed
from pipeline.run.inside import PEAK, TABLES_WRITTEN
from pipeline.run.made import Made, file_checksums, table_checksum
from pipeline.run.memory import left_peak, peak_mb
from pipeline.run.published import published_facts
from pipeline.run.record import (
    COMPARED,
    RECORD,
    code_version,
    headline_facts,
    input_facts,
    package_facts,
    placeholder_count,
    write_record,
)
from pipeline.run.stages import NOTEBOOK_STAGES, SOME_TABLE, STAGES, Stage
from pipeline.run.state import READS_FILES, Rendered, Run, StageResult
from pipeline.run.stopper import Stopper
from pipeline.run.swap import report_files
from pipeline.store import digest


def carry_out(run: Run, stage: Stage, depends: Mapping[str, str], last: Made | None, stopper: Stopper) -> Made:
    """Do the work of a stage and say what it made, `depends` being the fingerprint of what it is made from.

    Raises InputRefused, NotebookFailed, StageFailed or ReportInUse; what the stage made before may then be
    altered, but the report in use is not.
    """
    started = time.monotonic()
    if stage.notebook is None:
        files, marks = _document(run, depends, started)
        return Made(dict(depends), {}, files, time.monotonic() - started, marks, peak_mb())
    if "runs" in stage.reads:
        leave_comparison(run)
    written, peak = _run(run, stage, stage.notebook, stopper)
    tables = {name: table_checksum(run.store, name, run.checksums) for name in sorted(written)}
    _check_promises(stage, tables)
    _forget(run, set(last.tables if last else ()) - set(tables))
    files = file_checksums(run.folder(stage), [run.executed(stage)], run.checksums)
    return Made(dict(depends), tables, files, time.monotonic() - started, peak_memory_mb=peak)


def _run(run: Run, stage: Stage, notebook: str, stopper: Stopper) -> tuple[set[str], float | None]:
    """Run a stage's notebook; the names of the tables it wrote, and the most memory in MB that its kernel held."""
    from pipeline.run.notebook import run_notebook

    ledger, peak = (run.processed / f".{stage.name}.{what}" for what in ("tables", "peak"))
    ledger.unlink(missing_ok=True)
    try:
        run_notebook(
            run.notebooks / notebook,
            run.executed(stage),
            run.parameters,
            environment={TABLES_WRITTEN: str(ledger), PEAK: str(peak)},
            stopper=stopper,
        )
        return set(ledger.read_text(encoding="utf-8").split()) if ledger.is_file() else set(), left_peak(peak)
    except NotebookFailed as failed:
        if failed.problems:
            raise InputRefused(failed.problems) from failed
        raise
    finally:
        ledger.unlink(missing_ok=True)
        peak.unlink(missing_ok=True)


def _check_promises(stage: Stage, tables: Mapping[str, str]) -> None:
    """A notebook can run to its end and still not leave what the next one reads."""
    if SOME_TABLE in stage.writes and not tables:
        raise StageFailed(stage.name, "its notebook ran to the end but wrote no table")
    missing = [name for name in stage.writes if name != SOME_TABLE and not tables.get(name)]
    missing += [name for name, digest in tables.items() if not digest and name not in missing]
    if missing:
        raise StageFailed(stage.name, f"its notebook ran to the end but left no whole table {', '.join(missing)}")


def _forget(run: Run, stale: set[str]) -> None:
    """Remove tables that the stage wrote last time and no longer does."""
    kept = {name for made in run.made.values() for name in made.tables}
    for name in stale - kept:
        run.store.remove(name)


def leave_comparison(run: Run) -> None:
    """Leave for the notebook of changes what this run is and which past runs it is compared with."""
    compared = run.compared
    chosen = {"last": compared.last, "approved": compared.approved}
    said = {
        "now": {**run_facts(run), "basis": compared.basis, "settings": settings(run.plan), **drawn(run.notebooks)},
        "altered": list(compared.altered),
        **{name: each.id if each else None for name, each in chosen.items()},
    }
    write_record(run.processed / COMPARED, said)


def _document(run: Run, depends: Mapping[str, str], started: float) -> tuple[dict[str, str], dict[str, bool]]:
    """Render the document aside, keep what it was made from and its forecasts, swap it in.

    Returns its files by checksum, and why it may need making again.
    """
    timing = {"made_in": {name: round(made.seconds, 2) for name, made in run.made.items()}}
    facts = {**run_facts(run), **findings(run), **approval_facts(run, depends), **outcome_facts(run), **timing}
    facts["published"] = published_facts(run, facts)
    out = run.shelf.begin()
    try:
        notebooks = {stage.name: run.executed(stage) for stage in NOTEBOOK_STAGES}
        rendered = run.render(run.plan, notebooks, out, facts, run.store)
        _check_rendered(rendered)
        run.results["document"] = StageResult(
            "document", "built", round(time.monotonic() - started, 2), run.why["document"], peak_mb()
        )
        document = {
            "html": rendered.html.name,
            "pdf": rendered.pdf.name if rendered.pdf else None,
            "pdf_note": rendered.pdf_note,
            "beside": {what: path.name for what, path in rendered.beside.items()},
        }
        write_record(out / RECORD, {**facts, **outcome_facts(run), "document": document})
        # Kept before it takes its place: whatever ends a run, no report is in use that a later one cannot compare with.
        run.past.keep(kept_facts(run, facts), run.store, _approved(run), kept_runs())
        run.shelf.swap()
    except BaseException:
        run.past.forget(run.id)
        run.shelf.abandon()
        raise
    run.kept.keep(run.store, run.plan.base_month, run.id, run.started)
    live = run.shelf.live
    files = file_checksums(live, report_files(live), run.checksums)
    marks = {
        "without_printing": rendered.pdf is None and not fingerprint.can_print(),
        "from_changed_code": bool(facts["code"].get("dirty")),
    }
    return files, marks


def _approved(run: Run) -> list[str] | None:
    """The ids of runs that were signed off; None where the history of sign-offs was altered."""
    try:
        return [each.run_id for each in run.sign_offs.all()]
    except InputRefused:
        return None


def kept_facts(run: Run, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a run, so that its headlines can be worked out again."""
    from pipeline.assumptions import plan_assumptions
    from pipeline.report.working_out import scenarios_of

    sent = run.store.read(SENT) if run.store.has(SENT) else None
    assumed = plan_assumptions(run.plan, sent).values()
    named = ("run_id", "plan", "started", "made", "code", "packages", "inputs", "headlines", "placeholders", "content")
    return {
        **{name: facts[name] for name in named},
        "version": run.plan.file.sign_off.version,
        **drawn(run.notebooks),
        "basis": run.basis,
        "settings": settings(run.plan),
        "tables": dict(run.made[READS_FILES].tables),
        "assumptions": [each.model_dump(mode="json") for each in assumed],
        "scenarios": [each.model_dump(mode="json") for each in scenarios_of(run.plan)],
    }


def settings(plan: Plan) -> dict[str, Any]:
    """What plan.yaml says, as plain values."""
    return dict(plan.file.model_dump(mode="json"))


def approval_facts(run: Run, depends: Mapping[str, str]) -> dict[str, Any]:
    """The checksum of all that a report is made from, its own sign-offs, and the last one of any other report."""
    stages = {name: made.fingerprint for name, made in run.made.items() if name != "document"}
    # What the notebooks show follows from what they were made from, but for the times at which they ran.
    own = {part: value for part, value in depends.items() if part not in ("notebooks", "sign_offs")}
    content = digest([stages, own])
    try:
        signed = run.sign_offs.all()
    except InputRefused as refused:
        return {"content": content, "approval": [], "last_approved": None, "sign_offs_refused": str(refused)}
    # An approval of an earlier report is over once another has been approved.
    of_last = [each for each in signed if each.content == signed[-1].content]
    current = bool(of_last) and of_last[-1].content == content
    return {
        "content": content,
        "approval": [each.facts() for each in of_last] if current else [],
        "last_approved": None if current or not signed else signed[-1].facts(),
    }


def _check_rendered(rendered: Rendered) -> None:
    promised = [path for path in (rendered.html, rendered.pdf, *rendered.beside.values()) if path]
    missing = [path.name for path in promised if not path.is_file() or not path.stat().st_size]
    if missing:
        raise StageFailed("document", f"the renderer left no {' and no '.join(missing)}")


def run_facts(run: Run) -> dict[str, Any]:
    """What a run is: its plan, code, packages, parameters and inputs."""
    return {
        "run_id": run.id,
        "plan": run.plan.slug,
        "started": run.started.isoformat(timespec="seconds"),
        "made": f"{run.started.day} {run.started:%B %Y}",
        "code": code_version().facts(),
        "packages": package_facts(),
        "parameters": run.parameters,
        "inputs": input_facts(run.plan, run.checksums),
        **({"clock": run.clock_note} if run.clock_note else {}),
    }


def findings(run: Run) -> dict[str, Any]:
    """What its notebooks found."""
    headlines = headline_facts(run.store)
    return {"headlines": headlines, "placeholders": placeholder_count(headlines)}


def outcome_facts(run: Run) -> dict[str, Any]:
    """How the stages came out, as far as they have."""
    now = dt.datetime.now().astimezone()
    return {
        "finished": now.isoformat(timespec="seconds"),
        # A clock that is put back in the middle of a run would make it end before it began.
        "seconds": max(round((now - run.started).total_seconds(), 2), 0.0),
        "stages": [asdict(run.results[stage.name]) for stage in STAGES if stage.name in run.results],
    }
