"""How a plan came out of a run that the scheduler asked for: what it was before, what it is now, and why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pipeline.plan import PLAN_FILE
from pipeline.run.log import last_end
from pipeline.run.record import read_record
from pipeline.schedule.child import STOPPED

State = Literal["made", "fresh", "failed", "refused", "busy", "stopped"]
REFUSED = 3
"""The exit code of a run of which every plan was refused."""
_STATES: Mapping[str, State] = {
    **{"built": "made", "fresh": "fresh", "failed": "failed", "refused": "refused"},
    **{"busy": "busy", "stopped": "stopped", "fault": "failed"},
}
_OF_CODE: Mapping[int, State] = {0: "fresh", REFUSED: "refused", STOPPED: "stopped"}


@dataclass(frozen=True)
class Before:
    """What is known of a plan before a run: the record of its report, and how its last run ended."""

    record: Mapping[str, Any]
    end: Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """How one plan came out.

    `cause` says why not, without anything that was found in an input. `then` and `now` are the records of the report in
    use before and after; `then` is empty where there was none.
    """

    plan: str
    state: State
    cause: str
    then: Mapping[str, Any]
    now: Mapping[str, Any]
    report: Path


def before(home: Path, plan: str) -> Before:
    """What is known of a plan before it is run."""
    return Before(read_record(home / "reports" / plan), last_end(home / "data" / "processed" / plan))


def after(home: Path, plan: str, known: Before, code: int) -> Outcome:
    """How a plan came out of a run that ended with an exit code, which is one for all plans of the run.

    The log of the plan's runs says it; where the run left no account there, the code and the report do.
    """
    folder = home / "reports" / plan
    record, end = read_record(folder), last_end(home / "data" / "processed" / plan)
    is_new = record.get("run_id") != known.record.get("run_id")
    if end and end != known.end:
        state, cause = _STATES[end["state"]], str(end.get("cause") or "")
    else:
        state = "made" if is_new and code == 0 else _OF_CODE.get(code, "failed")
        cause = _unexplained(plan, code) if state in ("failed", "refused") else ""
    if state == "failed" and not (home / "data" / "raw" / plan / PLAN_FILE).is_file():
        state, cause = "refused", "There is no plan of this name in data/raw any more."
    if state == "made" and not is_new:
        state = "fresh"
    return Outcome(plan, state, cause, known.record, record, folder / _page(record))


def are_done(outcomes: Sequence[Outcome]) -> bool:
    """Whether every plan came to an end of its own, good or bad: nothing is left to be tried again."""
    return all(outcome.state not in ("busy", "stopped") for outcome in outcomes)


def _page(record: Mapping[str, Any]) -> str:
    return str((record.get("document") or {}).get("html") or "strategy.html")


def _unexplained(plan: str, code: int) -> str:
    if code == REFUSED:
        return f"Type `workforce check {plan}` to see what is wrong and where."
    how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
    memory = "; the machine may have run out of memory" if code < 0 else ""
    return f"The run {how} and left no account of why{memory}."
