"""Make the strategy of one plan: only what has changed since the last run is made again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pipeline.plan import Plan, load_plan
from pipeline.run.errors import StageFailed
from pipeline.run.imports import CodeSnapshot
from pipeline.run.lock import plan_lock
from pipeline.run.log import RunLog, logged
from pipeline.run.record import RECORD, read_record, write_record
from pipeline.run.stages import STAGES, Stage, before, needed, stage_named
from pipeline.run.state import Rendered, Renderer, Run, StageResult
from pipeline.run.swap import Shelf
from pipeline.run.tasks import Event, Progress, first_stale, leave_as_it_is, run_stages
from pipeline.run.work import leave_comparison, outcome_facts, run_facts
from pipeline.store import Store, remove_halves

__all__ = ["Built", "Event", "Progress", "build", "prepare"]


@dataclass(frozen=True)
class Built:
    """How a run came out: `fresh` where nothing had to be done.

    `html`, `pdf` and `record` are the report in use, None where the run stopped before the document or no PDF could
    be made; `pdf_note` says why not. `beside` are the files that go with it, by what they are. `clock_note` says that
    the computer's clock is behind, where it is.
    """

    plan: str
    status: Literal["fresh", "built"]
    stages: tuple[StageResult, ...]
    html: Path | None = None
    pdf: Path | None = None
    pdf_note: str = ""
    record: Path | None = None
    beside: Mapping[str, Path] = field(default_factory=dict)
    clock_note: str = ""


def build(
    plan_folder: Path,
    *,
    processed_root: Path,
    reports_root: Path,
    notebooks_folder: Path,
    stage: str | None = None,
    force: bool = False,
    progress: Progress | None = None,
    render: Renderer | None = None,
    at_once: int | None = None,
) -> Built:
    """Bring a plan's strategy up to date, or only as far as one stage needs, so many stages at once at the most.

    Tables and executed notebooks go to `processed_root`/<plan>, the report to `reports_root`/<plan>. Raises
    InputRefused (plan or input), PlanBusy, NotebookFailed, StageFailed or ReportInUse; the report in use then stays
    as it was.
    """
    with logged(processed_root, plan_folder) as log:
        plan = load_plan(plan_folder)
        stages = _asked_for(stage)
        run = new_run(plan, processed_root, reports_root, notebooks_folder, render)
        run.shelf.refuse_foreign(plan.folder, notebooks_folder)
        with plan_lock(run.processed, plan.slug):
            log.begin(run.id)
            run.shelf.recover()
            carry_out_stages(run, stages, force, both(log, progress or silent), at_once)
        built = built_of(run, stages)
        log.end = built.status
    return built


def built_already(
    plan_folder: Path,
    *,
    processed_root: Path,
    reports_root: Path,
    notebooks_folder: Path,
    stage: str | None,
    code: CodeSnapshot,
) -> Built | None:
    """What `build` gives for a plan that is up to date with `code`; None, and nothing done, where there is work.

    Raises InputRefused, PlanBusy or ReportInUse, none of which is written in the plan's log.
    """
    stages = _asked_for(stage)
    run = new_run(load_plan(plan_folder), processed_root, reports_root, notebooks_folder, code=code)
    run.shelf.refuse_foreign(run.plan.folder, notebooks_folder)
    if first_stale(run, stages) is not None:
        return None
    with plan_lock(run.processed, run.plan.slug), logged(processed_root, plan_folder) as log:
        log.begin(run.id)
        run.shelf.recover()
        with _tidied(run):
            leave_as_it_is(run, stages, log.tell)
        log.end = "fresh"
        return built_of(run, stages)


def prepare(
    plan_folder: Path, *, processed_root: Path, notebooks_folder: Path, stage: str, progress: Progress | None = None
) -> None:
    """Bring everything that a stage needs up to date, but not the stage itself, for a notebook run by hand.

    Raises as `build` does.
    """
    stages = before(stage_named(stage).name)
    if not stages:
        return
    plan = load_plan(plan_folder)
    run = new_run(plan, processed_root, processed_root, notebooks_folder)
    with plan_lock(run.processed, plan.slug):
        carry_out_stages(run, stages, force=False, progress=progress or silent)
        if "runs" in stage_named(stage).reads:
            leave_comparison(run)


def _asked_for(stage: str | None) -> list[Stage]:
    return needed([stage_named(stage).name]) if stage else list(STAGES)


def new_run(
    plan: Plan,
    processed_root: Path,
    reports_root: Path,
    notebooks: Path,
    render: Renderer | None = None,
    code: CodeSnapshot | None = None,
) -> Run:
    """A run of a plan that is about to begin, with the real renderer and the code as it is where none is given."""
    return Run(
        plan=plan,
        processed=(processed_root / plan.slug).resolve(),
        notebooks=notebooks.resolve(),
        shelf=Shelf(reports_root.resolve(), plan.slug),
        render=render or _render,
        code=code,
    )


def carry_out_stages(
    run: Run, stages: Sequence[Stage], force: bool, progress: Progress, at_once: int | None = None
) -> None:
    """Bring stages up to date under the plan's lock, and leave a record of it where any had to run."""
    with _tidied(run):
        # A stage may look at what is known of every table, not only at those before it.
        run.store.remove_damaged()
        run_stages(run, stages, force=force, progress=progress, at_once=at_once)


@contextmanager
def _tidied(run: Run) -> Iterator[None]:
    """Nothing half written before and after a run, and a record of what it did."""
    remove_halves(run.processed, run.kept.folder)
    try:
        yield
    finally:
        # A notebook outlives the run that was killed by a second or so: what it left half written goes now.
        remove_halves(run.processed, run.kept.folder)
        run.checksums.save()
        if any(result.status != "fresh" for result in run.results.values()):
            write_record(run.processed / RECORD, {**run_facts(run), **outcome_facts(run)})


def built_of(run: Run, stages: Sequence[Stage]) -> Built:
    """How a run came out that was carried out."""
    results = tuple(run.results[stage.name] for stage in stages)
    status: Literal["fresh", "built"] = "fresh" if all(result.status == "fresh" for result in results) else "built"
    if "document" not in run.results:
        return Built(run.plan.slug, status, results)
    live = run.shelf.live
    document: dict[str, Any] = read_record(live)["document"]
    return Built(
        plan=run.plan.slug,
        status=status,
        stages=results,
        html=live / document["html"],
        pdf=live / document["pdf"] if document["pdf"] else None,
        pdf_note=document["pdf_note"],
        record=live / RECORD,
        beside={what: live / name for what, name in document["beside"].items()},
        clock_note=run.clock_note,
    )


def _render(plan: Plan, notebooks: dict[str, Path], out: Path, facts: dict[str, Any], store: Store) -> Rendered:
    from pipeline.report.cells import DocumentRefused
    from pipeline.report.compose import render

    try:
        return render(plan, notebooks, out, facts, store)
    except DocumentRefused as error:
        raise StageFailed("document", str(error)) from error


def both(log: RunLog, progress: Progress) -> Progress:
    """What tells the log of an event, and then whoever asked for the run."""

    def tell(event: Event) -> None:
        log.tell(event)
        progress(event)

    return tell


def silent(event: Event) -> None:
    """Say nothing."""
