"""The list of all plans as one page: what it says of each, in what order, and the page itself. Facts in, HTML out."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.months import month_name
from pipeline.report import pages, portal_shapes, words
from pipeline.report import portal_words as told
from pipeline.report.portal_record import Listed, PastReport, Unreadable
from pipeline.report.portal_risk import GAP, Level, by_risk, gap_share, level_of, levels, portal_settings
from pipeline.report.security_policy import policy_of

GENERATOR = "workforce: the list of all plans"
"""By which a page is known to be this one."""
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
LINKS = {
    "strategy": "Strategy",
    "pdf": "Strategy (PDF)",
    "summary": "Summary for the board (PDF)",
    "slides": "Slides",
    "workbook": "Workbook",
}
"""What a report's files are called, in the order in which they are linked."""
LONGEST_IN_LIST = 110
"""Letters of a plan's name in the list, where two or three lines are room enough."""


@dataclass(frozen=True)
class Place:
    """Where a plan stands in each order that the page can be put in: numbers and plain text to sort by."""

    risk: int
    name: str
    gap: float | str
    share: float | str
    change: float | str
    data: str
    made: str


@dataclass(frozen=True)
class PillarRow:
    """A pillar of a plan, as its table has it."""

    name: str
    gap: str
    span: str
    share: str
    bar: portal_shapes.Bar | None


@dataclass(frozen=True)
class PastRow:
    """A kept run of a plan, as its table has it."""

    made: str
    figure: str
    span: str
    changed: str
    signed: str


@dataclass(frozen=True)
class Spark:
    """A line through the figures of the kept runs, oldest first, and the same in words."""

    points: list[tuple[float, float]]
    alt: str


@dataclass(frozen=True)
class Row:
    """Everything that the page says of one plan."""

    id: str
    plan: Listed
    place: Place
    level: Level
    name: str
    short_name: str
    sentence: str
    gap: str
    span: str
    share: str
    change: str
    change_sentence: str
    data: str
    made: str
    status: str
    failure: str
    glance: list[tuple[str, str]]
    pillars: list[PillarRow]
    history: list[PastRow]
    older: int
    spark: Spark | None
    links: list[tuple[str, str]]


def portal_page(plans: Iterable[Listed], unreadable: Sequence[Unreadable], now: dt.datetime, mark: str) -> str:
    """The page. `mark` says what it was made from, so that a page that still holds is known; `now` when it is made."""
    rows = [_row(place, plan) for place, plan in enumerate(by_risk(plans), 1)]
    style = pages.style("style.css") + pages.style("portal.css")
    script = pages.style("portal.js")
    made = pages.page(
        "portal.html.j2",
        generator=GENERATOR,
        mark=mark,
        policy=policy_of(f"<style>{style}</style><script>{script}</script>"),
        style=Markup(style),
        script=Markup(script),
        rows=rows,
        summary=_summary(rows),
        unreadable=unreadable,
        levels=list(levels().values()),
        compared=portal_settings()["compared"],
        made=f"{now.day} {month_name(now.date())}, {now:%H:%M}",
    )
    # What no file can hold, and what turns the letters after it round, may be in a record and is in no page.
    return _TURNS.sub("", words.writable(made))


def _summary(rows: Sequence[Row]) -> str:
    """How many plans there are, and of which kind."""
    if not rows:
        return "There is no plan yet."
    counts = Counter(row.level.key for row in rows)
    kinds = [
        f"{level.label if not place else words.lower(level.label)}: {counts[level.key]}"
        for place, level in enumerate(each for each in levels().values() if counts[each.key])
    ]
    approved = sum(bool(row.plan.record and row.plan.record.approval) for row in rows)
    return f"{words.plural(len(rows), 'plan')}. {', '.join(kinds)}. Approved reports: {approved}."


def _row(number: int, plan: Listed) -> Row:
    record, name = plan.record, told.name_of(plan)
    gap = record.figures.get(GAP) if record else None
    history = plan.history[: int(portal_settings()["history"]["shown"])]
    published = record.published if record else None
    pillars = published.pillars if published else ()
    bars = portal_shapes.gap_bars(pillars)
    return Row(
        id=f"plan-{number}",
        plan=plan,
        place=_place(number, plan),
        level=level_of(plan),
        name=name,
        short_name=words.shortened(name, LONGEST_IN_LIST),
        sentence=told.headline_sentence(record) if record else "There is no strategy of this plan.",
        gap=told.figure(gap) if gap else "",
        span=told.span(gap.low, gap.high) if gap else "",
        share=told.share_of_staff(record) if gap else "",
        change=told.change_in_short(plan),
        change_sentence=told.change_sentence(plan) if record else "",
        data=told.latest_data(record) if record else "",
        made=told.made(record) if record else "",
        status=told.short_status(record) if record else "",
        failure=told.failure(plan),
        glance=list(told.at_a_glance(plan)),
        pillars=[
            PillarRow(
                told.pillar_name(each),
                told.said("WTE", each.p50),
                told.span(each.p10, each.p90),
                told.pillar_share(each),
                bar,
            )
            for each, bar in zip(pillars, bars, strict=True)
        ],
        history=[_past(each) for each in history],
        older=len(plan.history) - len(history),
        spark=_spark(plan.history),
        links=[(plan.links[what], label) for what, label in LINKS.items() if what in plan.links],
    )


def _place(number: int, plan: Listed) -> Place:
    record, move = plan.record, told.gap_move(plan)
    gap = record.figures.get(GAP) if record else None
    share = gap_share(record) if record else None
    published = record.published if record else None
    return Place(
        risk=number,
        name=told.name_of(plan).casefold(),
        gap=gap.value if gap and gap.value is not None else "",
        share="" if share is None else share,
        change="" if move is None or move.change is None else abs(move.change),
        data=published.latest_month or published.base_month if published else "",
        made=record.run_id if record else "",
    )


def _past(past: PastReport) -> PastRow:
    gap = past.record.figures.get(GAP)
    return PastRow(
        made=told.made_at(past.record),
        figure=told.figure(gap),
        span=told.span(gap.low, gap.high) if gap else "",
        changed=told.what_changed(past),
        signed="signed off" if past.signed else "no",
    )


def _spark(history: Sequence[PastReport]) -> Spark | None:
    """Nothing where fewer than two runs have the figure."""
    known = [
        (past, gap.value)
        for past in reversed(history)
        if (gap := past.record.figures.get(GAP)) and gap.value is not None
    ]
    if len(known) < 2:
        return None
    values = [value for _, value in known]
    then, now = (f"{words.wte(value)} on {told.made(past.record)}" for past, value in (known[0], known[-1]))
    ends = f"lowest {words.wte(min(values))}, highest {words.wte(max(values))}"
    return Spark(
        portal_shapes.line(values), f"WTE missing over {words.plural(len(values), 'run')}: {then}, {now}; {ends}."
    )
