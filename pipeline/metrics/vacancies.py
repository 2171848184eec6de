"""Funded posts against staff in post of the same month, in WTE. A vacancy below zero is over-establishment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import best_staff, in_pillars
from pipeline.reference import indicator

CELL = ["employer", "pillar", "profession"]


def posts_and_staff(establishment: pd.DataFrame, staff: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Funded and in-post WTE of each employer and profession in the latest month that both are known for.

    Takes the canonical tables. The month is chosen for each employer and pillar. Returns employer, pillar, profession,
    month, funded_wte and in_post; one of the two is missing where its file has no row of the profession that month.
    """
    funded = _by_cell(establishment, "funded_wte", scope)
    in_post = _by_cell(best_staff(staff[staff["employer"].isin(scope.employers)]), "wte", scope)
    keys = ["employer", "pillar", "month"]
    shared = funded[keys].drop_duplicates().merge(in_post[keys].drop_duplicates(), on=keys)
    if shared.empty:
        return funded.head(0).assign(in_post=pd.Series(dtype="float64"))
    latest = shared.groupby(["employer", "pillar"], as_index=False)["month"].max()
    sides = [side.merge(latest, on=keys) for side in (funded, in_post.rename(columns={"wte": "in_post"}))]
    return sides[0].merge(sides[1], on=[*CELL, "month"], how="outer")


def _by_cell(frame: pd.DataFrame, value: str, scope: Scope) -> pd.DataFrame:
    own = in_pillars(frame[frame["employer"].isin(scope.employers)], scope)
    return own.groupby([*CELL, "month"], as_index=False)[value].sum(min_count=1)


def matched(posts: pd.DataFrame) -> pd.DataFrame:
    """The rows of posts_and_staff in which both sides are known: only these make a vacancy."""
    return posts.dropna(subset=["funded_wte", "in_post"])


def vacancies_by(posts: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Funded WTE, WTE in post, vacancy (funded less in post) and its rate by the columns of `by`, most funded first.

    Takes the result of posts_and_staff. The rate (vacancy over funded, 0 to 1) is missing where staff are above the
    posts funded, and where fewer than five WTE are funded: it would say nothing, or something absurd.
    """
    known = matched(posts).astype({"funded_wte": "float64", "in_post": "float64"})
    summed = known.groupby(list(by), as_index=False)[["funded_wte", "in_post"]].sum()
    vacancy = summed["funded_wte"] - summed["in_post"]
    stands = (vacancy >= 0) & (summed["funded_wte"] >= indicator("rate_from_wte"))
    rate = vacancy / summed["funded_wte"].where(stands & (summed["funded_wte"] > 0))
    shown = summed.assign(vacancy=vacancy, rate=rate)
    return shown.sort_values("funded_wte", ascending=False).reset_index(drop=True)


def vacant_and_over(posts: pd.DataFrame) -> tuple[float, float]:
    """WTE vacant, and WTE above establishment, added up apart over employers and professions.

    So that one team's extra staff never hide another's vacancies.
    """
    both = matched(posts)
    gaps = (both["funded_wte"] - both["in_post"]).to_numpy(dtype=np.float64)
    return float(np.maximum(gaps, 0).sum()), float(np.maximum(-gaps, 0).sum())


def unmatched(posts: pd.DataFrame) -> pd.DataFrame:
    """Professions of an employer with funded posts and no staff in the files, or staff and no funded posts."""
    return posts[posts["funded_wte"].isna() | posts["in_post"].isna()].reset_index(drop=True)


def without_same_month(establishment: pd.DataFrame, posts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Employers and pillars (employer, pillar) whose funded posts are known for no month in which staff are."""
    sent = in_pillars(establishment[establishment["employer"].isin(scope.employers)], scope)
    pairs = sent[["employer", "pillar"]].drop_duplicates()
    marked = pairs.merge(posts[["employer", "pillar"]].drop_duplicates(), how="left", indicator=True)
    return marked.loc[marked["_merge"] == "left_only", ["employer", "pillar"]].reset_index(drop=True)
