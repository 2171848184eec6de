"""Staff in post: who is there now, by pillar, profession, band and employer."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from pipeline.metrics.scope import Scope
from pipeline.plan import PILLARS
from pipeline.reference import indicator
from pipeline.tables.published import ESR, HCHS, RETURN

MEASURES = ["headcount", "wte"]
BEST_FIRST = [ESR, RETURN, HCHS]
SUPPORT = r"support|additional clinical services$"
"""How the staff groups of support staff begin, in published statistics and in staff records (lower case)."""
NOT_BANDED = "Doctors and other grades"
ON_SCALE = r"[1-9][a-d]?"
"""How a band of Agenda for Change is written."""
ALL_STAFF = "Total"
"""The publication's own name for the group that holds all others."""


def best_staff(staff: pd.DataFrame) -> pd.DataFrame:
    """One data set for each employer and pillar: staff records before an employer's return before published figures.

    Records and returns are monthly and hold ages; published figures of the same staff would count them twice.
    """
    rank = staff["dataset"].map(BEST_FIRST.index)
    return staff[rank == rank.groupby([staff["employer"], staff["pillar"]]).transform("min")]


def current_staff(staff: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The plan's employers' rows of the best data set in the latest month of each employer and part of its staff.

    Published groups come in files of their own months. Records and returns hold a whole pillar every month, so a group
    that is not in the latest has nobody left.
    """
    own = best_staff(staff[staff["employer"].isin(scope.employers)])
    part = own["staff_group"].where(own["dataset"] == HCHS, own["pillar"])
    latest = own.groupby(["employer", "dataset", part])["month"].transform("max")
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
    """WTE: a row a profession, a column an employer (missing where no file has any), and their total."""
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
    on_scale = rows["band"].str.fullmatch(ON_SCALE)
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
    is_support = is_support_staff(rows)
    keys = ["employer", "pillar"]
    support = rows[is_support].groupby(keys)["wte"].sum().rename("support_wte")
    registered = rows[~is_support & ~is_doctor(rows)].groupby(keys)["wte"].sum().rename("registered_wte")
    both = pd.concat([support, registered], axis=1, join="inner").reset_index()
    return both.assign(ratio=both["support_wte"] / both["registered_wte"].where(both["registered_wte"] > 0))


def is_support_staff(staff: pd.DataFrame) -> pd.Series:
    """Whether each row is of support staff, by its staff group."""
    found: pd.Series = staff["staff_group"].str.casefold().str.match(SUPPORT)
    return found


def is_doctor(staff: pd.DataFrame) -> pd.Series:
    """Whether each row is of doctors, by its staff group."""
    found: pd.Series = staff["staff_group"].str.casefold().str.contains("doctor")
    return found


def published_for(staff: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Whether the files hold each published staff group of each employer: what is missing shows as False.

    Records and returns name other groups, so they are not compared with published ones: an employer whose records hold
    every pillar that a group works in lacks nothing there.
    """
    published = staff[(staff["dataset"] == HCHS) & staff["pillar"].isin(PILLARS)]
    recorded = staff[staff["dataset"] != HCHS].groupby("employer")["pillar"].agg(set)
    works_in = published.groupby("staff_group")["pillar"].agg(set)
    rows = set(zip(published["employer"], published["staff_group"], strict=True))
    have = {
        group: [(code, group) in rows or pillars <= recorded.get(code, set()) for code in scope.employers]
        for group, pillars in works_in.items()
    }
    return pd.DataFrame(have, index=pd.Index(scope.employers, name="employer"), dtype=bool)


def covers_all(staff: pd.DataFrame, scope: Scope) -> bool:
    """Whether every employer has staff in the files, and every published staff group that other employers have."""
    return set(scope.employers) <= set(staff["employer"]) and bool(published_for(staff, scope).to_numpy().all())


def staff_sources(staff: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Data set and latest month behind the staff in post of each employer and pillar (missing where no file has any).

    Takes current staff. Returns employer, pillar, dataset and month, a row for each pair, in the plan's order.
    """
    pairs = pd.MultiIndex.from_product([scope.employers, scope.pillars], names=["employer", "pillar"])
    known = staff.groupby(["employer", "pillar"]).agg(dataset=("dataset", "first"), month=("month", "max"))
    return known.reindex(pairs).reset_index()


def published_beside_records(staff: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Professions that are published for an employer and stand in none of its records of the same pillar.

    Takes the canonical table. Such staff are left out, since the records are taken to hold the whole pillar. Returns
    employer, profession and wte in the latest published month.
    """
    own = in_pillars(staff[staff["employer"].isin(scope.employers)], scope)
    recorded = best_staff(own)
    recorded = recorded[recorded["dataset"] != HCHS]
    published = own[own["dataset"] == HCHS].merge(recorded[["employer", "pillar"]].drop_duplicates())
    keys = ["employer", "profession"]
    newest = published[published["month"] == published.groupby(keys)["month"].transform("max")]
    summed = newest.groupby(keys, as_index=False)["wte"].sum()
    marked = summed.merge(recorded[keys].drop_duplicates(), how="left", indicator=True)
    return marked.loc[marked["_merge"] == "left_only", [*keys, "wte"]].reset_index(drop=True)


def cells_series(staff: pd.DataFrame, cells: Collection[tuple[str, str]]) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """WTE over time (month, value) of those cells (employer and profession) whose months are long enough to follow.

    Returns the series and its cells: those of employers with at least half as many months as the one with most, in the
    months that all of them have. A profession without a row in a month of its employer had nobody there.
    """
    own = best_staff(staff[staff["pillar"].isin(PILLARS)])
    inside = own[pd.MultiIndex.from_frame(own[["employer", "profession"]]).isin(list(cells))]
    if inside.empty:
        return pd.DataFrame({"month": pd.Series(dtype="datetime64[ns]"), "value": pd.Series(dtype="float64")}), []
    series = _steady(inside.assign(cell=inside["employer"]))
    months = inside.groupby("employer")["month"].nunique()
    long = set(months[months >= indicator("series_from_share") * months.max()].index)
    followed = [cell for cell in cells if cell[0] in long]
    return series.rename(columns={"wte": "value"})[["month", "value"]], followed


def _steady(rows: pd.DataFrame) -> pd.DataFrame:
    months = rows.groupby("cell")["month"].nunique()
    long_enough = months[months >= indicator("series_from_share") * months.max()].index
    kept = rows[rows["cell"].isin(long_enough)]
    by_month = kept.groupby("month").agg(wte=("wte", "sum"), cells=("cell", "nunique"))
    common = by_month[by_month["cells"] == len(long_enough)].reset_index()
    return common.assign(employers=kept["employer"].nunique(), of_employers=rows["employer"].nunique())
