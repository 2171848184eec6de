"""Staff in post: who is there now, by pillar, profession, band and employer."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.metrics.scope import Scope
from pipeline.plan import PILLARS
from pipeline.tables.published import ESR, HCHS, RETURN

MEASURES = ["headcount", "wte"]
BEST_FIRST = [ESR, RETURN, HCHS]
SUPPORT_PREFIX = "support"
NOT_BANDED = "Doctors and other grades"
ALL_STAFF = "Total"
"""The publication's own name for the group that holds all others."""


def best_staff(staff: pd.DataFrame) -> pd.DataFrame:
    """One data set for each employer and pillar: staff records before an employer's return before published figures.

    Records and returns are monthly and hold ages; published figures of the same staff would count them twice.
    """
    rank = staff["dataset"].map(BEST_FIRST.index)
    return staff[rank == rank.groupby([staff["employer"], staff["pillar"]]).transform("min")]


def current_staff(staff: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The plan's employers' rows of the best data set in the latest month of each employer and staff group."""
    own = best_staff(staff[staff["employer"].isin(scope.employers)])
    latest = own.groupby(["employer", "dataset", "staff_group"])["month"].transform("max")
    return own[own["month"] == latest]


def in_pillars(staff: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The staff of the pillars that the plan covers."""
    return staff[staff["pillar"].isin(scope.pillars)]


def staff_by(staff: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Headcount (people) and WTE summed over everything but `by`, largest WTE first within the four pillars.

    A person with two roles counts in both, so headcounts of groups need not add up to the headcount of the whole.
    """
    inside = staff[staff["pillar"].isin(PILLARS)]
    summed = inside.groupby(list(by), as_index=False)[MEASURES].sum(min_count=1)
    order = ["pillar", "wte"] if "pillar" in by else ["wte"]
    return summed.sort_values(order, ascending=[column == "pillar" for column in order]).reset_index(drop=True)


def employers_by_profession(staff: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """WTE: a row a profession, a column an employer (missing where none is published), and their total."""
    wide = (
        in_pillars(staff, scope)
        .pivot_table(index=["pillar", "profession"], columns="employer", values="wte", aggfunc="sum")
        .reindex(columns=scope.employers)
    )
    return wide.assign(total=wide.sum(axis=1)).reset_index()


def with_employer_names(wide: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """A table with a column for each employer's code, its columns renamed to the employers' names.

    An employer with the name of another column keeps its code beside it.
    """
    others = {str(column).casefold() for column in wide.columns if column not in scope.names}
    names = {code: f"{name} ({code})" if name.casefold() in others else name for code, name in scope.names.items()}
    return wide.rename(columns=names)


def band_mix(staff: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """WTE by pillar (rows) and Agenda for Change band (columns, lowest first), with those outside the bands last."""
    rows = in_pillars(staff, scope)
    on_scale = rows["band"].str.fullmatch(r"[1-9][a-d]?")
    banded = rows.assign(band=rows["band"].where(on_scale, NOT_BANDED))
    wide = banded.pivot_table(index="pillar", columns="band", values="wte", aggfunc="sum")
    ordered = sorted(wide.columns, key=lambda band: (band == NOT_BANDED, band))
    names = {band: f"Band {band}" for band in ordered if band != NOT_BANDED}
    return wide[ordered].rename(columns=names).rename_axis(columns=None).reset_index()


def all_staff_series(staff_groups: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """WTE of all staff of each employer by month, with employers' names, in the plan's order."""
    own = staff_groups[(staff_groups["staff_group"] == ALL_STAFF) & staff_groups["employer"].isin(scope.employers)]
    order = own["employer"].map({code: number for number, code in enumerate(scope.employers)})
    ordered = own.assign(order=order).sort_values(["order", "month"]).drop(columns="order")
    return scope.named(ordered[["employer", "month", "wte"]].dropna(), "employer")


def outside_pillars(staff: pd.DataFrame) -> pd.DataFrame:
    """Staff whose label lies outside the four pillars or is not known: pillar, discipline, headcount, WTE."""
    beyond = staff[~staff["pillar"].isin(PILLARS)]
    return beyond.groupby(["pillar", "profession", "discipline"], as_index=False)[MEASURES].sum(min_count=1)


def support_ratio(staff: pd.DataFrame) -> pd.DataFrame:
    """Support WTE for each registered WTE, by employer and pillar, over employers whose support staff are published.

    Registered staff are allied health professionals and healthcare scientists; doctors are left out.
    """
    rows = staff[staff["pillar"].isin(PILLARS)]
    is_support = rows["staff_group"].str.casefold().str.startswith(SUPPORT_PREFIX)
    is_doctor = rows["staff_group"].str.casefold().str.contains("doctor")
    keys = ["employer", "pillar"]
    support = rows[is_support].groupby(keys)["wte"].sum().rename("support_wte")
    registered = rows[~is_support & ~is_doctor].groupby(keys)["wte"].sum().rename("registered_wte")
    both = pd.concat([support, registered], axis=1, join="inner").reset_index()
    return both.assign(ratio=both["support_wte"] / both["registered_wte"].where(both["registered_wte"] > 0))


def published_for(staff: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Whether each employer has any published row in each staff group: what is missing shows as False."""
    groups = sorted(staff["staff_group"].unique())
    have = staff.groupby(["employer", "staff_group"]).size().unstack(fill_value=0) > 0
    return have.reindex(index=scope.employers, columns=groups, fill_value=False)
