"""Staff against what is said of them elsewhere: who left, which posts are funded, where a plan begins."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipeline.problems import Problem
from pipeline.reference import limit
from pipeline.sources.rules.kit import CrossRule, Known, Row, problems
from pipeline.tables.planning import BASELINE

TEAM = ["month", "employer", "profession"]


def _in_post(known: Known) -> pd.DataFrame:
    """Staff in post of each team, a row each: data sets overlap, so the one that counts most."""
    staff = known.rows("staff").astype({"headcount": "float64"})
    each = staff.groupby(["dataset", *TEAM])
    counted = pd.DataFrame({"people": each["headcount"].sum(min_count=1), "in_post": each["wte"].sum()})
    # A team with one row whose people are not known has no headcount to compare with.
    counted["people"] = counted["people"].where(each["headcount"].count() == each.size())
    return counted.groupby(TEAM).max().reset_index()


def _leavers(known: Known) -> Iterator[Problem]:
    """Teams that lost more people in a month than they had in the month before, and than joined in the month."""
    moves = known.rows("movements").astype({"headcount": "float64"})
    people = moves.pivot_table(index=TEAM, columns="kind", values="headcount", aggfunc="sum", fill_value=0)
    people = people.reindex(columns=["joiner", "leaver"], fill_value=0).reset_index()
    before = _in_post(known).assign(month=lambda rows: rows["month"] + pd.offsets.MonthEnd())
    teams = people.merge(before, on=TEAM)
    teams = teams[teams["leaver"] > teams["people"] + teams["joiner"]]
    firsts = moves[moves["kind"] == "leaver"].drop_duplicates(TEAM)
    yield from problems(
        firsts.merge(teams[[*TEAM, "people", "joiner", "leaver"]], on=TEAM),
        "headcount",
        "more people of this employer and profession left in the month than were in post in the month before and "
        "joined since; check whether the months, or headcount and WTE, have been mixed up",
        lambda row: f"{row['leaver']:.0f} leavers, {row['people']:.0f} in post before, {row['joiner']:.0f} joiners",
    )


def _funded_posts(known: Known) -> Iterator[Problem]:
    yield from _units_apart(known, known.rows("establishment"), "funded_wte")


def _baseline(known: Known) -> Iterator[Problem]:
    planned = known.rows("planned_wte")
    yield from _units_apart(known, planned[planned["kind"] == BASELINE], "wte")


def _units_apart(known: Known, rows: pd.DataFrame, column: str) -> Iterator[Problem]:
    """Teams whose posts and staff in post, both of some size, are many times one another in the same month."""
    times, sizeable = limit("units_apart"), limit("sizeable_team_wte")
    by = ["cycle", *TEAM] if "cycle" in rows else TEAM
    teams = rows.groupby(by, as_index=False)[column].sum().rename(columns={column: "said"})
    teams = teams.merge(_in_post(known), on=TEAM)
    larger, smaller = teams[["said", "in_post"]].max(axis=1), teams[["said", "in_post"]].min(axis=1)
    apart = teams[(smaller >= sizeable) & (larger > times * smaller)]
    yield from problems(
        rows.drop_duplicates(by).merge(apart[[*by, "said", "in_post"]], on=by),
        column,
        f"the rows of this employer, profession and month add up to more than {times:g} times the staff in post, or "
        f"to less than 1/{times:g} of them; check that both are WTE and of the same teams",
        _said_and_in_post,
    )


def _said_and_in_post(row: Row) -> str:
    return f"{row['said']:,.1f} WTE, {row['in_post']:,.1f} WTE in post"


RULES = (
    CrossRule(
        ("movements",),
        "No more people of an employer and profession leave in a month than were in post the month before and joined "
        "since, where staff records or returns say who was.",
        _leavers,
    ),
    CrossRule(
        ("establishment",),
        f"Funded posts of an employer and profession are at most {limit('units_apart'):g} times the staff in post of "
        f"the same month and at least 1/{limit('units_apart'):g} of them, where both are "
        f"{limit('sizeable_team_wte'):g} WTE or more. Posts below the staff in post as such are allowed.",
        _funded_posts,
    ),
    CrossRule(
        ("planned_wte",),
        "The baseline of an employer and profession keeps the same distance from the staff in post of its month.",
        _baseline,
    ),
)
