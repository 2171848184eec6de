"""Answers to what auditors found of another workforce model: a figure, a test, or an honest no."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.evidence.audit import Audit, AuditFigures
from pipeline.report.words import count, percent, plural, wte

FIGURE, TEST, NO = "figure", "test", "no"
AUDIT_NOTE = "The findings are of the model behind the national workforce plan, in our words. Source: {source}."


def audit_table(of: Audit, answers: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """One row a finding: what was found, how it is answered here (a figure, a test or a no), and where to check it."""
    rows = [[each["found"], *answers[each["id"]], each["shown"]] for each in of.findings]
    return pd.DataFrame(rows, columns=["finding", "kind", "answer", "shown_in"])


def audit_answers(figures: AuditFigures, verdict: str) -> dict[str, tuple[str, str]]:
    """The kind of answer and the answer by finding. `verdict` is what the back-test says, in a sentence."""
    return {
        "integration": (TEST, _integration(figures)),
        "manual_adjustment": (FIGURE, _adjustment(figures)),
        "replication": (TEST, _REPLICATION),
        "optimism": (FIGURE, _optimism(figures, verdict)),
        "uncertainty": (FIGURE, _uncertainty(figures)),
        "recruitment_abroad": (FIGURE, _abroad(figures)),
        "what_if_it_fails": (FIGURE, _what_if(figures)),
        "review": (NO, _REVIEW),
    }


def _integration(figures: AuditFigures) -> str:
    return (
        f"One model works out staff needed and staff there in the same draws, for {plural(figures.cells, 'team')} in "
        f"each of {plural(figures.months, 'month')}."
    )


def _adjustment(figures: AuditFigures) -> str:
    """What no count explains is a balance, and is owned up to as one."""
    rest = 1 - figures.counted / figures.all_in_post
    return (
        "No figure is adjusted by hand afterwards. A stated rule does make need and staff meet today: counted tests "
        f"explain the work of only {percent(1 - rest)} of the staff in post, so the work of the other {percent(rest)} "
        "is set to what the staff who do it today can do, and grows by an assumption."
    )


_REPLICATION = (
    "Anyone can run the notebooks on the same files and get the same figures: the record of the run names every file "
    "by its checksum, the version of the code and the start of the random numbers. A second writing of the engine "
    "agrees to nine digits."
)


def _optimism(figures: AuditFigures, verdict: str) -> str:
    growth = figures.productivity
    rate = f"Output per WTE is taken to grow by {percent(growth.value)} a year"
    ends = "" if growth.low is None or growth.high is None else f" ({percent(growth.low)} to {percent(growth.high)})"
    stand_ins = (
        f"{count(figures.stand_ins)} of {plural(figures.assumptions, 'assumption')} still stand in for a figure."
    )
    return f"{rate}{ends}. {verdict} {stand_ins}".strip()


def _uncertainty(figures: AuditFigures) -> str:
    return (
        f"Every headline has a range in which eight in ten calculations lie. {count(figures.ranged)} of "
        f"{plural(figures.assumptions, 'assumption')} are drawn from a range, and what moves the answer most is shown."
    )


def _abroad(figures: AuditFigures) -> str:
    more = figures.gap_without_abroad - figures.gap
    if max(more, figures.from_abroad) < _SHOWN:
        return "No recruitment abroad is on file, and the plan counts on none."
    missing = f"{wte(more)} WTE more would be missing" if more >= _SHOWN else "no more would be missing"
    return (
        f"If nobody more were recruited abroad, {missing} at the horizon: "
        f"{wte(figures.gap_without_abroad)} in place of {wte(figures.gap)}, gross, with every assumption at its "
        f"middle.{_made_up(figures)}"
    )


def _made_up(figures: AuditFigures) -> str:
    """Why so few more are missing than do not come: others are taken to be found, and fewer are there to leave."""
    if figures.others_come < _SHOWN:
        return ""
    leave = f", and {wte(figures.fewer_leave)} WTE fewer would leave" if figures.fewer_leave >= _SHOWN else ""
    return (
        f" That takes it that others are found: {wte(figures.from_abroad)} WTE would not come from abroad, "
        f"{wte(figures.others_come)} WTE more would be hired or newly qualified in their place{leave}. If they were "
        "not found, more would be missing."
    )


_SHOWN = 0.05
"""WTE below which a difference would be shown as none."""


def _what_if(figures: AuditFigures) -> str:
    return (
        f"{plural(figures.scenarios, 'scenario')} stand side by side, the value of each assumption at which the answer "
        "turns is given where there is one, and an analyst can try any other. One scenario holds posts and "
        "temporary staff to the money of today, and chapter 13 sets pay against what can be met."
    )


_REVIEW = (
    "The method, its sources and each decision are written down and published with the code. Nobody outside the "
    "project has reviewed them yet."
)
