"""What a job of the scheduler does: run plans as a process of its own, and say how each came out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.schedule import child
from pipeline.schedule.file import ALL, plans_in
from pipeline.schedule.outcome import Outcome, after, are_done, before
from pipeline.schedule.state import State


def run_entry(home: str, entry: str, plans: Sequence[str], command: Sequence[str]) -> list[Outcome]:
    """Run an entry's plans (`["all"]`: those that are there now) and say how each came out.

    `command` takes the plans' names as its last words. A plan that has gone since is refused like any other.
    """
    place = Path(home)
    named = plans_in(place / "data" / "raw") if list(plans) == [ALL] else list(plans)
    if not named:
        return []
    state = State(place)
    known = {plan: before(place, plan) for plan in named}
    state.begin(entry)
    code = child.CHILD.run([*command, *named], place, state.output(entry))
    outcomes = [after(place, plan, known[plan], code) for plan in named]
    if are_done(outcomes) and not child.CHILD.stopped:
        state.end(entry)
    return outcomes
