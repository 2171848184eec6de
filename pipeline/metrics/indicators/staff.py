"""Parts of the indicators of staff in post: how many, who they are, how old, and the posts they fill."""

from __future__ import annotations

import pandas as pd

from pipeline.metrics.ages import ALL_AGES, age_from
from pipeline.metrics.disciplines import stated_share
from pipeline.metrics.indicators.parts import empty_parts, parts, together
from pipeline.metrics.money import band_midpoints
from pipeline.metrics.retirement import HORIZONS, retirement_by
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import best_staff, current_staff, is_support_staff
from pipeline.plan import PILLARS
from pipeline.reference import indicator
from pipeline.sources.mapping import Mapping
from pipeline.tables.published import HCHS

KEYS = ["organisation", "pillar", "month"]
BANDED = r"[1-9][a-d]?"
DOCTORS = "doctor"


def steady_staff(staff: pd.DataFrame) -> pd.DataFrame:
    """Staff of every employer on file in the four pillars, from one data set each, in months that hold all of it.

    Published figures come in files of their own months, a staff group each: only months that hold every group of an
    employer's pillar are kept, since a part would look like a fall. The employer is called organisation.
    """
    own = best_staff(staff[staff["pillar"].isin(PILLARS)]).rename(columns={"employer": "organisation"})
    published = own["dataset"] == HCHS
    groups = own[published].groupby(["organisation", "pillar"])["staff_group"].transform("nunique")
    in_month = own[published].groupby(KEYS)["staff_group"].transform("nunique")
    return own.drop(index=groups.index[in_month < groups])


def staff_parts(steady: pd.DataFrame) -> pd.DataFrame:
    """WTE and people in post, participation, mix of bands, and support staff, by organisation, pillar and month."""
    if steady.empty:
        return empty_parts()
    known = steady["headcount"].notna()
    banded = steady["band"].str.fullmatch(BANDED)
    first_digit = steady["band"].str.extract(r"^(\d)")[0].astype("float64").where(banded)
    support = is_support_staff(steady)
    doctor = steady["staff_group"].str.casefold().str.contains(DOCTORS)
    wte = steady["wte"].astype("float64")
    summed = (
        steady[KEYS]
        .assign(
            wte=wte,
            people=steady["headcount"].astype("float64"),
            unknown=(~known).astype("int64"),
            banded=wte.where(banded, 0.0),
            senior=wte.where(first_digit >= indicator("senior_from_band"), 0.0),
            support=wte.where(support, 0.0),
            recorded=(steady["dataset"] != HCHS).astype("int64"),
            registered=wte.where(~support & ~doctor, 0.0),
        )
        .groupby(KEYS, as_index=False)
        .sum()
    )
    people = summed["people"].where(summed["unknown"] == 0)
    # A published file may lack the support group; only records and returns can say that there is no support.
    shown = summed["support"].where((summed["support"] > 0) | (summed["recorded"] > 0))
    return together(
        [
            parts("staff_wte", summed, summed["wte"]),
            parts("staff_headcount", summed, people),
            parts("participation", summed, summed["wte"], people),
            parts("senior_share", summed, summed["senior"], summed["banded"]),
            parts("support_ratio", summed, shown, summed["registered"]),
        ]
    )


def age_parts(steady: pd.DataFrame) -> pd.DataFrame:
    """People aged 55 and over, of those whose age is known."""
    aged = steady[(steady["age_band"] != ALL_AGES) & steady["headcount"].notna()]
    if aged.empty:
        return empty_parts()
    people = aged["headcount"].astype("float64")
    older = people.where(age_from(aged["age_band"]) >= indicator("older_from_age"), 0.0)
    summed = aged[KEYS].assign(people=people, older=older).groupby(KEYS, as_index=False).sum()
    return parts("share_55_plus", summed, summed["older"], summed["people"])


def vacancy_parts(establishment: pd.DataFrame, steady: pd.DataFrame) -> pd.DataFrame:
    """Vacant WTE over funded WTE, month by month, of the professions for which both are known."""
    cell = [*KEYS, "profession"]
    posts = establishment.rename(columns={"employer": "organisation"})
    funded = posts.groupby(cell, as_index=False)["funded_wte"].sum(min_count=1)
    in_post = steady.groupby(cell, as_index=False)["wte"].sum(min_count=1)
    both = funded.merge(in_post, on=cell).dropna(subset=["funded_wte", "wte"])
    if both.empty:
        return empty_parts()
    summed = both.groupby(KEYS, as_index=False)[["funded_wte", "wte"]].sum().astype({"funded_wte": "float64"})
    return parts("vacancy_rate", summed, summed["funded_wte"] - summed["wte"], summed["funded_wte"])


def retirement_parts(steady: pd.DataFrame) -> pd.DataFrame:
    """People of the retirement age or over, or who reach it within 1, 3 and 5 years, of those whose age is known."""
    aged = steady[(steady["age_band"] != ALL_AGES) & steady["headcount"].notna()]
    if aged.empty:
        return empty_parts()
    counted = retirement_by(aged, KEYS)
    near = {years: counted["reached"] + counted[f"within_{years}"] for years in HORIZONS}
    return together([parts(f"retirement_{years}y", counted, near[years], counted["people"]) for years in HORIZONS])


def discipline_parts(staff: pd.DataFrame, mapping: Mapping, scope: Scope) -> pd.DataFrame:
    """Healthcare science WTE whose discipline is stated, over all of it, today, of the plan's employers."""
    today = current_staff(staff, scope)
    shares = stated_share(today, mapping, scope, ["employer", "pillar", "month"])
    rows = shares[shares["pillar"].isin(PILLARS)].rename(columns={"employer": "organisation"})
    return parts("discipline_stated", rows, rows["stated_wte"], rows["wte"]) if len(rows) else empty_parts()


def pay_parts(staff: pd.DataFrame, pay: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Basic pay at the mid-point of the band over the WTE that have one, today, of the plan's employers."""
    today = current_staff(staff, scope)
    if today.empty or pay.empty:
        return empty_parts()
    midpoints = band_midpoints(pay, today["month"].max().date())
    salary = today["band"].map(midpoints).astype("float64")
    priced = today.assign(pay=today["wte"] * salary, priced=today["wte"].where(salary.notna()))
    rows = priced.rename(columns={"employer": "organisation"})
    rows = rows[rows["pillar"].isin(PILLARS)].groupby(KEYS, as_index=False)[["pay", "priced"]].sum(min_count=1)
    return parts("pay_per_wte", rows, rows["pay"], rows["priced"])
