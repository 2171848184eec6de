"""The command line: `workforce new`, `check`, `run`, `status`, `serve`, `schedule`, `approve` and the rest.

Heavy packages are imported only by the commands that need them, so that a run with nothing to do is over in a moment.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.deciding import approve_one, print_comparison
from pipeline.commands.looking import bring_list_up_to_date, open_lab, print_statuses, serve_reports
from pipeline.commands.making import check_one, synthesise_extract, template_one
from pipeline.commands.plans import DONE, FAULT, REFUSED, STOPPED, attempt, every_plan, faults_folder, workspace, worst
from pipeline.console import counted, print_fault, print_problems, say, short
from pipeline.problems import InputRefused
from pipeline.run.stages import BY_NAME
from pipeline.synthetic.recipe import EMPLOYER_LIMITS, ROW_LIMITS, STAFF_LIMITS

EXIT_CODES = (
    "[bold]When a command ends[/bold]  0: done, or nothing needed doing.  1: a fault inside the program.  "
    "2: a plan could not be finished.  3: an input was refused (a file, plan.yaml, or the command itself)."
)
ANY_PLAN = "A plan: its name in data/raw/, its folder, or its plan.yaml."

app = typer.Typer(
    name="workforce",
    help="Make a workforce strategy for NHS diagnostics from published and local files.",
    epilog=EXIT_CODES,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def known_stage(stage: str | None) -> str | None:
    """The stage if there is one of that name. Raises BadParameter naming those there are."""
    if stage is not None and stage not in BY_NAME:
        raise typer.BadParameter(f"there is no stage “{stage}”; the stages are {', '.join(BY_NAME)}")
    return stage


def rows_asked_for(rows: str | None) -> str | None:
    """A number of rows, as 1e7 or 10000000. Raises BadParameter for what is none, or too many."""
    try:
        number = float(rows or 1)
    except ValueError:
        number = 0.0
    if not (ROW_LIMITS[0] <= number <= ROW_LIMITS[1] and number == int(number)):
        raise typer.BadParameter(f"a number of rows from {ROW_LIMITS[0]:,} to {ROW_LIMITS[1]:,} is expected, as 1e7")
    return rows


Plans = Annotated[list[str], typer.Argument(metavar="PLAN", help=ANY_PLAN, show_default=False)]
WriteMarked = Annotated[
    bool, typer.Option("--write-marked", help="Write a marked copy of every refused intake workbook, to send back.")
]


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command line and give its exit code. No input, however bad, ends in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console may lack “ ” and ×: better a ? than a failure.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        return app(args=words or ["--help"], prog_name="workforce", standalone_mode=False) or DONE
    except InputRefused as refused:
        print_problems(refused.problems)
        return REFUSED
    except typer.TyperException as usage:
        say(usage.format_message() if hasattr(usage, "format_message") else usage, to=sys.stderr)
        say("Type `workforce --help`, or `--help` after a command, to see what it takes.", to=sys.stderr)
        return REFUSED
    except (typer.Abort, KeyboardInterrupt):
        say("Stopped. Nothing was left half-written; give the same command again to go on from there.", to=sys.stderr)
        return STOPPED
    except Exception as error:
        print_fault(error, faults_folder(workspace()))
        return FAULT


@app.command(epilog=EXIT_CODES)
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A short name for the plan: letters, digits, - and _.")],
    ics: Annotated[list[str], typer.Option("--ics", help="Code of the integrated care board. May be repeated.")],
    downloads: Annotated[Path, typer.Option("--from", metavar="FOLDER", help="The folder that holds your downloads.")],
    replace: Annotated[bool, typer.Option("--replace", help="Write plan.yaml anew if there is one.")] = False,
) -> int:
    """Write a first plan.yaml from a folder of downloads.

    Files are recognised by what is in them, so their names do not matter.
    `workforce sources` says what to download.

    [bold]Example[/bold]

    workforce new devon --ics QJK --from ../downloads
    """
    from pipeline.run.new_plan import new_plan

    draft = new_plan(workspace() / "data" / "raw", name, ics, downloads, replace=replace)
    files = sum(source.files for source in draft.sources)
    say(f"Wrote {short(draft.path)}")
    say(f"  Files      {counted(files, 'file')} of {counted(len({s.reader for s in draft.sources}), 'kind')}")
    employers = (
        f"{code} {employer}{' (left out: no diagnostic staff in the files)' if code in draft.without_staff else ''}"
        for code, employer in draft.employers.items()
    )
    say("  Employers ", "\n             ".join(employers))
    say(f"  Starts     {draft.base_month:%B %Y}, the latest month in {draft.month_file}")
    if draft.unrecognised:
        left_out = counted(len(draft.unrecognised), "file")
        say(f"  Left out   {left_out} of no known kind, listed at the end of the plan")
    say(f"Read it over, then: workforce check {name}")
    return DONE


@app.command(epilog=EXIT_CODES)
def check(plans: Plans, write_marked: WriteMarked = False) -> int:
    """Read and test everything a plan names, and write nothing but marked copies if asked.

    Every problem is listed: file, sheet, row, column, what was expected
    and what was found.

    [bold]Examples[/bold]

    workforce check devon

    workforce check data/raw/devon data/raw/mersey

    workforce check devon --write-marked
    """
    return worst(attempt(plan, check_one, write_marked) for plan in plans)


@app.command(epilog=EXIT_CODES)
def run(
    plans: Annotated[list[str] | None, typer.Argument(metavar="PLAN", help=ANY_PLAN, show_default=False)] = None,
    stage: Annotated[
        str | None, typer.Option(callback=known_stage, help=f"Stop after this stage: {', '.join(BY_NAME)}.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Make everything again, changed or not.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Put the strategy in DIR/<plan> instead of reports/<plan>.")
    ] = None,
    write_marked: WriteMarked = False,
    every: Annotated[bool, typer.Option("--all", help="Every plan in data/raw.")] = False,
    workers: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Make so many plans at the same time; as many as there are processors."),
    ] = None,
    scheduler: Annotated[
        str,
        typer.Option(
            envvar="DASK_SCHEDULER_ADDRESS", metavar="ADDRESS", help="Give the plans to the workers of this scheduler."
        ),
    ] = "",
    shared: Annotated[
        str, typer.Option(metavar="URL", help="Take plans from this shared place, and put what is made back there.")
    ] = "",
    notify: Annotated[
        bool, typer.Option("--notify", help="Tell whom data/schedule.yaml names under notify how each plan came out.")
    ] = False,
) -> int:
    """Make the strategy of one or more plans.

    Only what changed since the last run is made again. One of several plans
    that fails does not stop the others, and its last good strategy stays.

    [bold]Examples[/bold]

    workforce run sample

    workforce run devon mersey --out shared-drive/strategies

    workforce run devon --stage metrics --force

    workforce run --all --workers 4

    workforce run devon --shared s3://trust-workforce/plans

    workforce run --all --notify
    """
    from pipeline.commands.many import Making, make_all
    from pipeline.commands.scheduling import run_and_tell

    asked = list(dict.fromkeys([*(plans or []), *(every_plan() if every else [])]))
    if not asked:
        raise typer.BadParameter("name a plan, as in `workforce run sample`, or give --all for every plan in data/raw")
    if shared and out:
        raise typer.BadParameter("with --shared the strategy goes to that place; leave --out away")
    if notify and (shared or out or stage):
        raise typer.BadParameter("--notify tells of strategies in reports; leave --out, --shared and --stage away")
    making = Making(stage, force, out, write_marked, Path.cwd(), shared)

    def make() -> int:
        code = worst(make_all(asked, making, workers, scheduler))
        bring_list_up_to_date(asked, out)
        return code

    return run_and_tell(asked, make) if notify else make()


def day_asked_for(day: str | None) -> str | None:
    """A day of a decision, as 2026-03-31. Raises BadParameter for what is none."""
    try:
        return day and dt.date.fromisoformat(day).isoformat()
    except ValueError:
        raise typer.BadParameter(f"a day is written as 2026-03-31; this is “{day}”") from None


@app.command(epilog=EXIT_CODES)
def schedule(
    next_runs: Annotated[bool, typer.Option("--next", help="Show when each entry is next due, and end.")] = False,
    once: Annotated[bool, typer.Option("--once", help="Carry out what is due or was missed, and end.")] = False,
    try_messages: Annotated[
        bool, typer.Option("--try-messages", help="Send a trial message to everyone whom the schedule tells, and end.")
    ] = False,
) -> int:
    """Run plans when data/schedule.yaml says so, until stopped.

    Each run is `workforce run` in a process of its own. docs/schedule.md says
    how to write the schedule.

    [bold]Examples[/bold]

    workforce schedule --next

    workforce schedule
    """
    from pipeline.commands import scheduling

    if sum((next_runs, once, try_messages)) > 1:
        raise typer.BadParameter("give one of --next, --once and --try-messages")
    if next_runs:
        return scheduling.show_next(dt.datetime.now(dt.UTC))
    if try_messages:
        return scheduling.try_messages()
    return scheduling.carry_out_due() if once else scheduling.stay()


@app.command(epilog=EXIT_CODES)
def approve(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help=ANY_PLAN, show_default=False)],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who approved it: a person or a board.")],
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="As what, such as Chair of the Programme Board.")],
    minute: Annotated[str, typer.Option("--minute", metavar="REF", help="The minute in which the decision stands.")],
    on: Annotated[
        str | None, typer.Option("--on", metavar="DAY", callback=day_asked_for, help="The day, as 2026-03-31.")
    ] = None,
    accept_placeholders: Annotated[
        bool, typer.Option("--accept-placeholders", help="The board approves knowing which placeholders are in use.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The strategy is in DIR/<plan> instead of reports/<plan>.")
    ] = None,
) -> int:
    """Record that the strategy in use was approved, and print that on it.

    It has to be of the plan, files and code as they now stand. The record is
    kept for good; a strategy made of anything else is a draft again.

    [bold]Examples[/bold]

    workforce approve devon --by "A. Chair" --role "Chair, Diagnostics Board" --minute DB-2026-31

    workforce approve devon --by "A. Chair" --role Chair --minute DB-31 --on 2026-03-12 --accept-placeholders
    """
    words = {"by": by, "role": role, "minute": minute, "accept_placeholders": accept_placeholders}
    date = dt.date.fromisoformat(on) if on else dt.date.today()
    code = attempt(plan, lambda folder: approve_one(folder, out, {**words, "date": date}))
    bring_list_up_to_date([plan], out)
    return code


@app.command(epilog=EXIT_CODES)
def compare(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="[PLAN] RUN RUN",
            show_default=False,
            help="Two runs: their ids (in run.json and at the foot of every page), or last, previous, approved. "
            "The plan's name goes before them where it is not clear which is meant.",
        ),
    ],
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the comparison to this file as well.")
    ] = None,
) -> int:
    """Show how the headline figures of two kept runs differ, and what that comes from: data, assumptions or model.

    [bold]Examples[/bold]

    workforce compare previous last

    workforce compare devon approved last --html changes.html

    workforce compare 20260301T091500Z-3f9a1c 20260601T101200Z-77b0aa
    """
    from pipeline.run.compare import is_run

    named = [word for word in runs if not is_run(word)] if len(runs) == 3 else []
    asked = [word for word in runs if word not in named[:1]]
    if len(asked) != 2:
        raise typer.BadParameter("give two runs, and before them a plan where needed, as in: devon previous last")
    print_comparison(named[0] if named else "", asked[0], asked[1], html)
    return DONE


@app.command(epilog=EXIT_CODES)
def template(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help=ANY_PLAN, show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Put the workbooks in DIR/<plan> instead of reports/templates/<plan>."),
    ] = None,
) -> int:
    """Write an Excel workbook for each sender of a plan to fill in.

    There is one for each employer, host of community diagnostic centres,
    education provider and integrated care board that plan.yaml names, with
    what the plan's files now hold carried forward.

    [bold]Examples[/bold]

    workforce template devon

    workforce template devon --out shared-drive/requests
    """
    return attempt(plan, lambda folder: template_one(folder, out))


@app.command(epilog=EXIT_CODES)
def sources() -> int:
    """List every kind of file that can be read: what it supplies, the tables it fills, and where to download it.

    [bold]Example[/bold]

    workforce sources
    """
    from pipeline.reference import source_cards

    for card in source_cards().values():
        say(f"{card.name}\n  {card.title}")
        say(f"  Supplies   {card.supplies}")
        say(f"  Tables     {', '.join(card.yields)}")
        say(f"  File       {card.file_type}")
        say(f"  Publisher  {card.publisher} ({card.licence})")
        say(f"  {'Download ' if card.published else 'Described'}  {card.page}\n")
    return DONE


@app.command(epilog=EXIT_CODES)
def synthesise(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A short name for the plan: letters, digits, - and _.")],
    staff: Annotated[
        int, typer.Option(min=STAFF_LIMITS[0], max=STAFF_LIMITS[1], help="About how many diagnostic staff there are.")
    ] = 4000,
    employers: Annotated[
        int, typer.Option(min=EMPLOYER_LIMITS[0], max=EMPLOYER_LIMITS[1], help="How many employers they work for.")
    ] = 5,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files, byte for byte.")] = 1,
    extract: Annotated[
        str | None,
        typer.Option(
            metavar="ROWS",
            callback=rows_asked_for,
            show_default=False,
            help="No plan: only data/raw/NAME/extract.csv, staff records of this many rows (1e7), to measure with.",
        ),
    ] = None,
) -> int:
    """Write a complete plan of a fictional system, to learn on or to test with.

    Everything in it is invented, and what is true of it is written beside it.
    A fictional plan of the same name is written anew.

    [bold]Examples[/bold]

    workforce synthesise training --staff 1500 --employers 3 --seed 7

    workforce synthesise large --extract 1e7
    """
    if extract:
        return synthesise_extract(name, int(float(extract)), seed)
    from pipeline.synthetic.recipe import Recipe
    from pipeline.synthetic.sample import synthesise_plan
    from pipeline.synthetic.writers_plan import TRUTH

    folder = synthesise_plan(workspace() / "data" / "raw", name, Recipe(staff, employers, seed))
    say(f"Wrote {short(folder)}: a fictional system of about {staff:,} diagnostic staff in {employers} employers.")
    say(f"  What is true of it  {short(folder / TRUTH)}")
    say(f"Look at it with: workforce check {name}")
    return DONE


Reports = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="The strategies are in DIR instead of reports.")
]


@app.command(epilog=EXIT_CODES)
def status(
    plans: Annotated[
        list[str] | None, typer.Argument(metavar="[PLAN]…", help=f"{ANY_PLAN} None: all.", show_default=False)
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="List the stages of the last run and their times.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print it for a program to read.")] = False,
    out: Reports = None,
) -> int:
    """Say how plans stand: what a run would make and why, the last run, and who approved what. Nothing is changed.

    [bold]Examples[/bold]

    workforce status

    workforce status devon --verbose
    """
    return print_statuses(plans or [], out, verbose, as_json)


@app.command(epilog=EXIT_CODES)
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 for any that is free.")] = 8765,
    out: Reports = None,
) -> int:
    """Show the list of all plans and their strategies in a browser on this computer. Nothing can be changed there.

    The version before each strategy is there as well. Other computers are
    not answered.

    [bold]Examples[/bold]

    workforce serve

    workforce serve --port 9000 --out shared-drive/strategies
    """
    return serve_reports(port, out)


@app.command(epilog=EXIT_CODES)
def lab() -> int:
    """Open the notebooks in JupyterLab, with the Python that runs are made with.

    [bold]Example[/bold]

    workforce lab
    """
    return open_lab()
