"""What people are told of a run: headline, what changed, where the strategy is, or why there is none.

Nothing is sent but the headline figures of run.json, which of data, assumptions and model changed, and causes that hold
nothing of an input.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipeline.report import words
from pipeline.report.change_words import FROM, MAIN
from pipeline.report.headlines import COLUMNS, saying
from pipeline.report.moves import Marks, changed_parts
from pipeline.run.past_runs import PastRuns
from pipeline.schedule.outcome import Outcome

LONGEST_LINE = 600
"""Letters of a line of a message: a label or a cause is never a page."""
TITLES = {
    "made": "a new strategy was made",
    "refused": "no new strategy: an input was refused",
    "failed": "no new strategy: the run failed",
}
CHANGED = "changed headline"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Message:
    """What is sent of one plan: a line that heads it, its text, and the same as plain values."""

    about: frozenset[str]
    subject: str
    text: str
    facts: dict[str, Any]


def message(home: Path, outcome: Outcome, reports_address: str | None) -> Message | None:
    """What is told of how a plan came out; None where there is nothing to tell, as of a run with nothing to do."""
    if outcome.state not in TITLES:
        return None
    made = outcome.state == "made"
    moved = _moved(outcome) if made else []
    lines = _made_lines(home, outcome, moved) if made else _not_made_lines(outcome)
    link = _link(outcome, reports_address)
    subject = one_line(f"{outcome.plan}: {TITLES[outcome.state]}")
    held = outcome.now.get("run_id")
    report = [f"{'Strategy' if made else 'The last good strategy is still in place'}: {link}"] if held else []
    about = {outcome.state, *([CHANGED] if moved else [])}
    facts = {
        "plan": outcome.plan,
        "outcome": outcome.state,
        "run_id": held,
        "report": link if held else None,
        "headlines": [{name: row.get(name) for name in COLUMNS} for row in outcome.now.get("headlines") or []],
        "headlines_changed": moved,
        "cause": outcome.cause,
    }
    return Message(frozenset(about), subject, "\n".join([f"{subject}.", *map(one_line, [*lines, *report])]), facts)


def trial() -> Message:
    """A message that only says that messages arrive."""
    text = "This is a trial of the workforce schedule. Messages about its runs will arrive here."
    return Message(frozenset(), "Trial of the workforce schedule", text, {"outcome": "trial"})


def one_line(text: object) -> str:
    """A text on one line, without what a terminal or a mail server would take for an order, and not too long."""
    printable = "".join(each if each.isprintable() else " " for each in str(text))
    return words.shortened(" ".join(printable.split()), LONGEST_LINE)


def headline(record: Mapping[str, Any]) -> str:
    """The main headline figure of a run with its range, as a sentence; empty where it has none."""
    row = _main(record)
    return "" if row is None else f"{saying(row['unit'])(row['value'])} {row['label']}{_range(row)}."


def _made_lines(home: Path, outcome: Outcome, moved: list[str]) -> list[str]:
    lines = [headline(outcome.now)]
    if not outcome.then:
        return [*lines, "It is the first strategy of this plan."]
    main, old = _main(outcome.now), _by_key(outcome.then)
    if main is not None and main["key"] in old:
        then = old[main["key"]]
        lines += [f"Since the last run this is {words.change(then['value'], main['value'], saying(main['unit']))}."]
    total = len(_by_key(outcome.now))
    number = words.count(len(moved)) if moved else "None"
    return [*lines, f"{number} of {words.plural(total, 'headline figure')} changed. {_causes(home, outcome)}"]


def _not_made_lines(outcome: Outcome) -> list[str]:
    return [outcome.cause, "What went wrong in full is in the log of the plan's runs, on the machine that runs them."]


def _causes(home: Path, outcome: Outcome) -> str:
    """Which of data, assumptions and model changed since the last run, as far as what was kept of both says it."""
    past = PastRuns(home / "data" / "kept" / outcome.plan)
    kept = [past.named(str(record.get("run_id"))) for record in (outcome.then, outcome.now)]
    try:
        old, new = (Marks(**each.basis) for each in kept if each is not None)
    except (TypeError, ValueError):
        return "What that comes from is not known: the earlier run is not kept."
    changed = changed_parts(old, new)
    said = [FROM[part] for part in FROM if part in changed]
    if not said:
        return "Data, assumptions and model are the same as then."
    return f"What changed: {words.join(said)}."


def _moved(outcome: Outcome) -> list[str]:
    """The keys of the headlines that read otherwise than before, new ones and those no longer given among them."""
    old, new = ({key: _figure(row) for key, row in _by_key(record).items()} for record in (outcome.then, outcome.now))
    return [key for key in {**new, **old} if old.get(key) != new.get(key)] if outcome.then else []


def _figure(row: Row) -> str:
    return f"{saying(row['unit'])(row['value'])}{_range(row)}"


def _range(row: Row) -> str:
    if row.get("low") is None or row.get("high") is None:
        return ""
    low, high = (saying(row["unit"])(row[end]) for end in ("low", "high"))
    return f" (P10 to P90: {low} to {high})"


def _main(record: Mapping[str, Any]) -> Row | None:
    rows = _by_key(record)
    return next((rows[key] for key in MAIN if key in rows), None)


def _by_key(record: Mapping[str, Any]) -> dict[str, Row]:
    return {str(row["key"]): row for row in record.get("headlines") or []}


def _link(outcome: Outcome, reports_address: str | None) -> str:
    if not reports_address:
        return str(outcome.report)
    return f"{reports_address.rstrip('/')}/{quote(outcome.plan)}/{quote(outcome.report.name)}"
