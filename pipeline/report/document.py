"""The parts of a page: status, headings, numbers and contents. Text in, text out; nothing is read or written here."""

from __future__ import annotations

import datetime as dt
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.months import months_between
from pipeline.plan import Plan
from pipeline.report import words
from pipeline.report.prose import nest_headings
from pipeline.report.tables import NUMBER_MARK

APPROVED = "APPROVED"
_TAGS = re.compile(r"<[^>]+>")
_HEADING = re.compile(r"<h([2-6])>(.*?)</h\1>", re.DOTALL)
_FIRST_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>\s*", re.DOTALL)
_NUMBERED = re.compile(rf"(<figcaption|<caption)(><span class=\"wf-title\">){re.escape(NUMBER_MARK)}")
_DATA = re.compile(r"<details.*?</details>", re.DOTALL)
_PARAGRAPH = re.compile(r"<(p|li)\b[^>]*>(.*?)</\1>", re.DOTALL)
_LABELLED = re.compile(r'<span class="wf-number">([^<]*)\.</span> (.*?)</span>', re.DOTALL)


@dataclass(frozen=True)
class Status:
    """The state of approval as printed, and why approval was withheld where it was."""

    label: str
    withheld: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The status in one or two words, for the head and foot of pages."""
        return "DRAFT" if self.withheld else self.label


@dataclass(frozen=True)
class Entry:
    """A line of a contents list."""

    href: str
    title: str
    number: int | None = None


@dataclass(frozen=True)
class RunFacts:
    """What a page says of the run that made it: `made` is a day in words, `started` an ISO time."""

    id: str
    version: str
    state: str
    made: str
    started: str


def status_of(plan: Plan, facts: Mapping[str, Any]) -> Status:
    """The status to print: APPROVED for a report that was signed off, and otherwise what plan.yaml says of the draft.

    Approval is withheld from changed code, from placeholders that nobody accepted, and from a plan.yaml that says
    APPROVED of a report of which no sign-off is recorded.
    """
    claimed = plan.file.sign_off.status
    signed = facts.get("approval") or []
    if not signed and claimed != APPROVED and not facts.get("sign_offs_refused"):
        return Status(claimed)
    reasons = _reasons_against(facts, signed)
    return Status(f"DRAFT — approval withheld: {words.join(reasons)}", reasons) if reasons else Status(APPROVED)


def _reasons_against(facts: Mapping[str, Any], signed: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    code = facts.get("code") or {}
    placeholders = facts.get("placeholders")
    reasons = []
    if facts.get("sign_offs_refused"):
        reasons.append("the history of sign-offs was altered")
    elif not signed:
        reasons.append("no sign-off of this report is recorded")
    if not code.get("version") or code.get("dirty") is None:
        reasons.append("the version of the code is not known")
    elif code["dirty"]:
        reasons.append("the code was changed after its last recorded version")
    if placeholders is None:
        reasons.append("the placeholders in use were not counted")
    elif placeholders and not (signed and signed[-1]["placeholders"]):
        verb = "is" if placeholders == 1 else "are"
        reasons.append(f"{words.plural(placeholders, 'placeholder value')} {verb} still in use")
    return tuple(reasons)


def run_facts(facts: Mapping[str, Any]) -> RunFacts:
    """What is known of the run, in words where it is not."""
    code = facts.get("code") or {}
    return RunFacts(
        id=str(facts.get("run_id") or "not recorded"),
        version=str(code.get("version") or "not recorded"),
        state=", with changes that are not recorded" if code.get("dirty") else "",
        made=str(facts.get("made") or ""),
        started=str(facts.get("started") or ""),
    )


def particulars(plan: Plan, status: Status, run: RunFacts, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the cover says of the plan: version, approval, base month, employers and board."""
    signed = plan.file.sign_off
    approval = (facts.get("approval") or [None])[-1] if status.label == APPROVED else None
    before = facts.get("last_approved")
    rows = [
        ("Version", signed.version),
        ("Approved by", approved_by(approval) if approval else ""),
        ("Approved with", _accepted(approval) if approval else ""),
        ("Approver", "" if approval else signed.approver),
        ("Last approved", f"version {before['version']}, on {words.date(before['date'])}" if before else ""),
        ("Board", plan.file.governance.board),
        ("Owner", plan.file.governance.owner),
        ("Integrated care board", words.join(plan.file.ics)),
        ("Base month", words.month(plan.base_month)),
        ("Looks ahead", words.plural(plan.file.horizon_months, "month")),
        ("Made", _made(plan, run, facts)),
    ]
    return [(key, value) for key, value in rows if value]


def _made(plan: Plan, run: RunFacts, facts: Mapping[str, Any]) -> str:
    """When the document was made, how old its figures were then, and whether what it asks for should have begun."""
    age = months_between(plan.base_month, dt.date.fromisoformat(run.started[:10])) if run.started else 0
    if age <= 0 or not run.made:
        return run.made
    late, new = facts.get("starts_passed") or (0, 0)
    passed = f": {words.count(late)} of {words.plural(new, 'new action')} should have begun" if late else ""
    return f"{run.made}, {words.plural(age, 'month')} after the base month{passed}"


def approved_by(sign_off: Mapping[str, Any]) -> str:
    """Who approved, as what, when and in which minute."""
    return f"{sign_off['by']}, {sign_off['role']}, {words.date(sign_off['date'])} (minute {sign_off['minute']})"


def _accepted(sign_off: Mapping[str, Any]) -> str:
    number = len(sign_off["placeholders"])
    return f"{words.plural(number, 'placeholder value')}, listed in chapter 2" if number else ""


def without_repeated_heading(body: str, title: str) -> str:
    """Drop a first heading that only repeats the title of its chapter."""
    first = _FIRST_HEADING.search(body)
    if first is None or text_of(first[2]).casefold() != title.casefold():
        return body
    return body[: first.start()] + body[first.end() :]


def take_title(body: str) -> tuple[str, str]:
    """The text of the first h1 and the body without it; an empty title where there is none."""
    first = _FIRST_HEADING.search(body)
    if first is None or first[1] != "1":
        return "", body
    return text_of(first[2]), body[: first.start()] + body[first.end() :]


def arrange(body: str, top: int, prefix: str, number: int | None = None) -> str:
    """Nest the headings of a body under level `top`, give them ids, and number its figures and tables."""
    return _number(_identify(nest_headings(body, top), prefix), number)


def headings(body: str, level: int) -> list[Entry]:
    """The contents list of an arranged body: its headings of one level."""
    found = re.findall(rf'<h{level} id="([^"]+)">(.*?)</h{level}>', body, re.DOTALL)
    return [Entry(f"#{name}", text_of(text)) for name, text in found]


def labels(body: str) -> list[tuple[str, str]]:
    """The figures and tables of an arranged body in its order: ("Table 4.1", its title)."""
    return [(mark[1], text_of(mark[2])) for mark in _LABELLED.finditer(body)]


def numbered_as(body: str, strategy: Sequence[tuple[str, str]]) -> str:
    """An arranged body whose figures and tables have the numbers that the strategy gives those of the same title.

    `strategy` are the labels of all its chapters. What it does not have, or has more than once, is numbered A1, A2 …
    """
    times = Counter((label.split()[0], title) for label, title in strategy)
    known = {(label.split()[0], title): label for label, title in strategy}
    counts: Counter[str] = Counter()

    def renamed(mark: re.Match[str]) -> str:
        kind = mark[1].split()[0]
        key = (kind, text_of(mark[2]))
        if times[key] != 1:
            counts[kind] += 1
        label = known[key] if times[key] == 1 else f"{kind} A{counts[kind]}"
        return f'<span class="wf-number">{label}.</span> {mark[2]}</span>'

    return _LABELLED.sub(renamed, body)


def without_data(figure: str) -> str:
    """The HTML of a figure without the table of its data, which only a screen shows."""
    return _DATA.sub("", figure)


def paragraphs(body: str) -> list[str]:
    """The text of each paragraph of a piece of HTML, and of each entry of its lists."""
    return [text for mark in _PARAGRAPH.finditer(body) if (text := text_of(mark[2]))]


def text_of(fragment: str) -> str:
    """The text of a piece of HTML."""
    return " ".join(html.unescape(_TAGS.sub("", fragment)).split())


def slug(text: str) -> str:
    """A heading as the last part of an address: lower case letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "part"


def _identify(body: str, prefix: str) -> str:
    taken: Counter[str] = Counter()

    def with_id(mark: re.Match[str]) -> str:
        name = f"{prefix}-{slug(text_of(mark[2]))}"
        taken[name] += 1
        unique = name if taken[name] == 1 else f"{name}-n{taken[name]}"
        return f'<h{mark[1]} id="{unique}">{mark[2]}</h{mark[1]}>'

    return _HEADING.sub(with_id, body)


def _number(body: str, chapter: int | None) -> str:
    counts: Counter[str] = Counter()

    def numbered(mark: re.Match[str]) -> str:
        kind = "Figure" if mark[1] == "<figcaption" else "Table"
        counts[kind] += 1
        place = counts[kind] if chapter is None else f"{chapter}.{counts[kind]}"
        return f'{mark[1]}{mark[2]}<span class="wf-number">{kind} {place}.</span> '

    return _NUMBERED.sub(numbered, body)
