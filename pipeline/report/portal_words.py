"""What the list of all plans says of each of them, in words and figures; nothing that its report does not show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from pipeline.months import add_months, month_end, month_name
from pipeline.plan import PILLAR_NAMES
from pipeline.report import words
from pipeline.report.headlines import saying
from pipeline.report.portal_record import Failure, Headline, Listed, Move, PastReport, PillarGap, Record, SignedOff
from pipeline.report.portal_risk import GAP, STAFF, gap_share

PARTS = {"data": "the data", "assumptions": "the assumptions", "model": "the model"}
"""What a change comes from, as a reader is told."""
BEYOND, WAITING, SHARE_WAITING, GUESSES = "beyond_plan_gross", "waiting", "waiting_6_plus_share", "placeholders"
NO_FIGURE = "not given"
LONGEST_NAME = 200
LONGEST_TEXT = 400
"""Letters of a name and of another text of a plan that are shown."""


def name_of(plan: Listed) -> str:
    """The plan's name, cut where it is longer than a line or two can hold."""
    return words.shortened(plan.name, LONGEST_NAME) or plan.folder


def figure(headline: Headline | None) -> str:
    """A headline's value in words."""
    return NO_FIGURE if headline is None else said(headline.unit, headline.value)


def said(unit: str, value: float | None) -> str:
    """A value of a unit in words; one of a unit that is not known as a plain number."""
    try:
        write: Callable[[Any], str] = saying(unit)
    except KeyError:
        write = words.wte
    return NO_FIGURE if value is None else write(value)


def span(low: float | None, high: float | None, unit: str = "WTE") -> str:
    """From P10 to P90 in words; empty where there is no range."""
    return "" if low is None or high is None else f"{said(unit, low)} to {said(unit, high)}"


def headline_sentence(record: Record) -> str:
    """The figure that heads the plan, with what it is: the gap, or else the first figure that it has."""
    found = record.figures
    first = found.get(GAP) or next(iter(found.values()), None)
    if first is None:
        return "Its report gives no headline figure."
    between = span(first.low, first.high, first.unit)
    ranged = f" (P10 to P90: {between})" if between else ""
    return f"{figure(first)} {words.shortened(first.label, LONGEST_TEXT)}{ranged}."


def share_of_staff(record: Record | None) -> str:
    """The gap as a share of the staff in post."""
    share = gap_share(record) if record else None
    return NO_FIGURE if share is None else words.percent(share)


def at_a_glance(plan: Listed) -> Iterator[tuple[str, str]]:
    """The particulars of a plan, each with its name: what plans are compared by, besides their risk and pillars."""
    if plan.record is not None:
        yield from _figures(plan.record)
        yield from _times(plan.record)
        yield "Status", status(plan.record)
        yield "Sign-off", sign_off(plan.record)


def _figures(record: Record) -> Iterator[tuple[str, str]]:
    found, published = record.figures, record.published
    yield "WTE missing at the end of the plan", _with_range(found.get(GAP))
    yield "As a share of staff in post", share_of_staff(record)
    chance = published.chance_short if published else None
    yield "Chance that staff are missing", NO_FIGURE if chance is None else words.percent(chance)
    yield "WTE needed beyond the operational plan", _with_range(found.get(BEYOND))
    yield "WTE in post", figure(found.get(STAFF))
    yield "Patients waiting", figure(found.get(WAITING))
    yield "Of them six weeks or more", figure(found.get(SHARE_WAITING))
    yield "Assumptions that stand in for a figure", figure(found.get(GUESSES))


def _with_range(headline: Headline | None) -> str:
    between = span(headline.low, headline.high, headline.unit) if headline else ""
    return f"{figure(headline)} ({between})" if between else figure(headline)


def _times(record: Record) -> Iterator[tuple[str, str]]:
    yield "Latest data", latest_data(record)
    yield "Looks ahead to", looks_ahead_to(record)
    yield "Made", made(record)


def latest_data(record: Record) -> str:
    """The latest month of its data, in words."""
    return month((record.published.latest_month or record.published.base_month) if record.published else "")


def looks_ahead_to(record: Record) -> str:
    """The last month of the plan, in words."""
    published = record.published
    start = month_of(published.base_month) if published else None
    if published is None or start is None or published.horizon_months is None:
        return NO_FIGURE
    try:
        return month_name(add_months(start, published.horizon_months))
    except (ValueError, OverflowError):
        return NO_FIGURE


def month_of(text: str) -> dt.date | None:
    """A month written as 2025-09; None for anything else."""
    try:
        day = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return month_end(day.year, day.month)


def month(text: str) -> str:
    """A month written as 2025-09, in words."""
    found = month_of(text)
    return month_name(found) if found else NO_FIGURE


def made(record: Record) -> str:
    """The day on which a report was made, in words."""
    return words.shortened(record.made, 40) or day(record.started)


def made_at(record: Record) -> str:
    """The day and time at which a run began, in words: several may be of one day."""
    try:
        return f"{day(record.started)}, {dt.datetime.fromisoformat(record.started):%H:%M}"
    except ValueError:
        return made(record)


def day(text: str) -> str:
    """The day of a time written as in a record, in words."""
    try:
        found = dt.datetime.fromisoformat(text).date()
    except ValueError:
        return NO_FIGURE
    return f"{found.day} {month_name(found)}"


def status(record: Record) -> str:
    """The status as the report prints it; of an older report whether it was approved."""
    label = record.published.status if record.published else ""
    return words.shortened(label, LONGEST_TEXT) or ("APPROVED" if record.approval else "DRAFT")


def short_status(record: Record) -> str:
    """The status in a word or two."""
    return words.shortened(status(record).split(" — ")[0], 40)


def sign_off(record: Record) -> str:
    """Who approved the report, or when the last one was."""
    if record.sign_offs_refused:
        return "No sign-off counts: the history of sign-offs was altered"
    if record.approval:
        return f"Approved by {_by(record.approval[-1])}"
    if record.last_approved:
        return f"Not approved. The last that was: version {record.last_approved.version}, {_by(record.last_approved)}"
    return "Not approved, nor was any report before it"


def _by(signed: SignedOff) -> str:
    who = f"{signed.by}, {signed.role}, {day(signed.date)} (minute {signed.minute})"
    return words.shortened(who, LONGEST_TEXT)


def failure(plan: Listed) -> str:
    """That the last try came to nothing, why, and what stands; empty where it did not."""
    if not plan.failure and not plan.refused:
        return ""
    told = [_tried(plan.failure)] if plan.failure else []
    told += [f"plan.yaml cannot be used as it stands: {plan.refused}"] if plan.refused else []
    told += [f"The last good report, made on {made(plan.record)}, stands"] if plan.record else []
    return " ".join(text if text.endswith((".", "…")) else f"{text}." for text in told)


def _tried(failed: Failure) -> str:
    when = f" on {day(failed.started)}" if failed.started else ""
    return f"The last try{when} failed at the stage {failed.stage}: {failed.cause}" if failed.stage else failed.cause


def change_in_short(plan: Listed) -> str:
    """By how much the gap moved since the earlier report, signed; or that there is nothing to compare with."""
    move = gap_move(plan)
    return "" if move is None or move.change is None else words.signed(words.wte)(move.change)


def gap_move(plan: Listed) -> Move | None:
    """How the gap moved: as the report says it, or else from the runs that were kept."""
    record = plan.record
    changes = record.published.changes if record and record.published else None
    if changes:
        return next((each for each in changes.headlines if each.key == GAP and each.change is not None), None)
    if record is None or (before := _before(plan)) is None:
        return None
    now, then = record.figures.get(GAP), before.figures.get(GAP)
    if now is None or then is None or now.value is None or then.value is None:
        return None
    return Move(key=GAP, unit="WTE", label=now.label, then=then.value, now=now.value, change=now.value - then.value)


def _before(plan: Listed) -> Record | None:
    """The kept run before the report in use, of another basis."""
    runs = [past.record for past in plan.history]
    place = next((at for at, run in enumerate(runs) if plan.record and run.run_id == plan.record.run_id), None)
    if place is None:
        return None
    return next((run for run in runs[place + 1 :] if run.basis != runs[place].basis), None)


def change_sentence(plan: Listed) -> str:
    """What changed since the earlier report, and how much of that came from data, assumptions and model."""
    move = gap_move(plan)
    if move is None or move.then is None or move.now is None:
        return "Nothing to compare with yet: no earlier report of it with this figure is kept."
    told = f"WTE missing {words.change(move.then, move.now, words.wte)}{_since(plan)}"
    return f"{told}{_split(move) or _changed(plan)}."


def _since(plan: Listed) -> str:
    changes = plan.record.published.changes if plan.record and plan.record.published else None
    before = _before(plan)
    when = changes.since.made if changes and changes.since else made(before) if before else ""
    return f" since the report of {words.shortened(when, 40)}" if when else ""


def _split(move: Move) -> str:
    parts = [
        f"{words.signed(words.wte)(value)} from {name}"
        for part, name in PARTS.items()
        if (value := getattr(move, part))
    ]
    return f": {words.join(parts)}" if parts else ""


def _changed(plan: Listed) -> str:
    """Which kinds of input changed, where the change was not split."""
    past = next((each for each in plan.history if plan.record and each.record.run_id == plan.record.run_id), None)
    return f"; {what_changed(past)}" if past and past.changed else ""


def what_changed(past: PastReport) -> str:
    """Which of data, assumptions and model are not those of the run before."""
    if past.changed is None:
        return "the first that is kept"
    names = [PARTS[part] for part in PARTS if part in past.changed]
    return f"{words.join(names)} changed" if names else "nothing it is made of changed"


def pillar_name(gap: PillarGap) -> str:
    """A pillar as a table has it."""
    name = PILLAR_NAMES.get(gap.pillar, words.shortened(gap.pillar, 60))
    return name[:1].upper() + name[1:]


def pillar_share(gap: PillarGap) -> str:
    """The gap of a pillar as a share of its staff in post."""
    return NO_FIGURE if gap.p50 is None or not gap.in_post else words.percent(gap.p50 / gap.in_post)
