"""Scenarios of every lever at once, and any of some of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from small_settings import scenario

from pipeline.model.levers import levers
from pipeline.model.scenarios import Scenario

Change = dict[str, Any]


def every_lever() -> Scenario:
    """Each lever a little way up, or down where it may go no further."""
    return scenario(
        *({"kind": kind, "add": -0.1 if kind == "recruits_abroad_kept" else 0.1} for kind in levers()),
        name="every_lever",
    )


AMOUNTS: dict[str, tuple[float, float]] = {
    "avoided": (0, 0.5),
    "list_cleared": (0, 1),
    "centres_to_come": (0, 1.5),
    "centres_later": (-6, 12),
    "centre_hours_extra": (0, 1),
    "work_moved": (0, 0.6),
    "skill_mix_reached": (0, 1),
    "reports_moved": (0, 0.7),
    "recruits_abroad_kept": (-1, 0),
    "passport": (0, 1),
    "shared_bank": (0, 0.1),
    "activity_growth": (-0.1, 0.1),
    "other_work_growth": (-0.05, 0.05),
    "productivity_growth": (-0.03, 0.03),
    "posts_growth": (-0.05, 0.05),
    "hours_growth": (-0.02, 0.02),
    "contract_hours_week": (-3, 3),
    "points": (-0.3, 0.5),
}
"""What may be added to a lever; to others, 0.4 either way on their scale."""


@st.composite
def any_change(draw: st.DrawFn) -> Change:
    kind = draw(st.sampled_from(sorted(levers())))
    change: Change = {"kind": kind, "add": draw(st.floats(*AMOUNTS.get(kind, (-0.4, 0.4))))}
    if levers()[kind].timed:
        change |= {"after_months": draw(st.integers(0, 30)), "over_months": draw(st.integers(0, 24))}
        change |= {"lasts_months": draw(st.none() | st.integers(1, 20))}
    return change


ANY_SCENARIO = st.lists(any_change(), max_size=8, unique_by=lambda each: each["kind"])
