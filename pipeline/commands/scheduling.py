"""Running plans by a schedule: showing what comes next, carrying out what is due, or staying and doing so."""

from __future__ import annotations

import datetime as dt
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from pipeline.commands.plans import DONE, FAILED, REFUSED, find_plan, workspace, worst
from pipeline.console import say, short
from pipeline.problems import InputRefused, Problem
from pipeline.run.errors import RunError
from pipeline.schedule.file import SCHEDULE_FILE, ScheduleFile, load_schedule

SHOWN = 5
"""Times of each entry that are shown."""
_CODES = {"failed": FAILED, "busy": FAILED, "stopped": FAILED, "refused": REFUSED}


def show_next(now: dt.datetime) -> int:
    """Print when each entry of the schedule is next due."""
    home = workspace()
    say(*next_lines(load_schedule(home), home / "data" / "raw", now), sep="\n")
    return DONE


def next_lines(schedule: ScheduleFile, raw: Path, now: dt.datetime) -> Iterator[str]:
    """Each entry with its plans and the next times at which it is due."""
    from pipeline.schedule.trigger import WallClock

    for entry in schedule.runs:
        yield f"{entry.name}: {', '.join(entry.plans_now(raw)) or 'no plan yet'} ({entry.said})"
        due, trigger = now, WallClock(entry.when, schedule.time_zone) if entry.when else None
        for _ in range(SHOWN if trigger else 0):
            found = trigger.get_next_fire_time(None, due) if trigger else None
            if found is None:
                break
            yield f"  {found:%A} {found.day} {found:%B %Y at %H:%M %Z}"
            due = found + dt.timedelta(minutes=1)


def try_messages() -> int:
    """Send a trial message to everyone whom the schedule tells."""
    from pipeline.schedule.notify import try_out

    home = workspace()
    notify = load_schedule(home, to_run=False).notify
    if not notify.everyone:
        say(f"Nobody is told: {short(home / SCHEDULE_FILE)} has no webhooks and no emails under notify.")
        return DONE
    return DONE if try_out(home, notify, print) else FAILED


def run_and_tell(plans: Sequence[str], run: Callable[[], int]) -> int:
    """Run plans for a scheduler of somebody else's, and tell whom data/schedule.yaml names how each came out.

    Gives the exit code of the run, whether or not anybody could be told. Raises InputRefused where nobody is named.
    """
    from pipeline.schedule.notify import tell
    from pipeline.schedule.outcome import after, before

    home = workspace()
    notify = load_schedule(home, to_run=False).notify
    if not notify.everyone:
        rule = "--notify needs somebody to tell: name webhooks or emails here, as docs/schedule.md says"
        raise InputRefused([Problem(file=str(home / SCHEDULE_FILE), key="notify", rule=rule)])
    known = {plan: before(home, plan) for plan in dict.fromkeys(map(_name_of, plans))}
    code = run()
    tell(home, notify, [after(home, plan, then, code) for plan, then in known.items()], say)
    return code


def _name_of(plan: str) -> str:
    """The name of a plan that was given by name, folder or plan.yaml; what was given, where there is none."""
    try:
        return find_plan(plan).resolve().name
    except InputRefused:
        return plan


def carry_out_due() -> int:
    """Carry out what is due or was missed, and end."""
    from pipeline.schedule.daemon import Daemon

    try:
        with Daemon(workspace(), say=_say) as daemon:
            outcomes = daemon.once(dt.datetime.now(dt.UTC))
    except RunError as error:
        say(error, to=sys.stderr)
        return FAILED
    if not outcomes:
        say("Nothing was due.")
        return DONE
    return worst(_CODES.get(outcome.state, DONE) for outcome in outcomes)


def stay() -> int:
    """Carry out what falls due until told to stop."""
    from pipeline.schedule.daemon import Daemon

    home = workspace()
    try:
        with _stoppable(), Daemon(home, say=_say) as daemon:
            say(*next_lines(daemon.schedule, home / "data" / "raw", dt.datetime.now(dt.UTC)), sep="\n")
            say(f"This is {short(home / SCHEDULE_FILE)}. Press Ctrl-C to stop.")
            daemon.stay()
    except RunError as error:
        say(error, to=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        say("The scheduler has stopped. Start it again and it makes up for what it missed.")
    return DONE


@contextmanager
def _stoppable() -> Iterator[None]:
    """Have a service manager's word to stop do what Ctrl-C does.

    Ctrl-C too is set: a shell that starts a program in the background has it, and the runs that it starts, ignore that.
    """
    before = {each: signal.signal(each, _stop) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    say(f"{dt.datetime.now():%Y-%m-%d %H:%M}  {text}")
