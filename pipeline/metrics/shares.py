"""Shares of the workforce: bank and agency, senior, support; and basic pay for each WTE. WTE over WTE, pooled.

No share is given under five WTE, of which one person more or less would be most (docs/method.md, section 12).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.reference import indicator

PAIR = ["employer", "pillar"]
AFC = r"^([1-9])[a-d]?$"
TEMPORARY = ["in_post", "bank", "agency"]


def temporary_share(temporary: pd.DataFrame, staff: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """WTE in post, by bank and by agency, and the shares that temporary and agency staff make of all of them, by `by`.

    Takes the result of temporary.latest_year (an average over its months) and workforce.current_staff. Over the
    employers and pillars that both know: an employer that sent no file of temporary staff may well have some. Shares
    are of in post + temporary. Most WTE in post first.
    """
    both = temporary[PAIR].drop_duplicates().merge(staff[PAIR].drop_duplicates(), on=PAIR)
    worked = temporary.merge(both, on=PAIR)
    average = worked["wte"] / worked["months"]
    kinds = worked.assign(**{kind: average.where(worked["kind"] == kind, 0.0) for kind in ("bank", "agency")})
    flows = kinds.groupby(list(by))[["bank", "agency"]].sum()
    in_post = staff.merge(both, on=PAIR).groupby(list(by))["wte"].sum().rename("in_post")
    counts = flows.join(in_post, how="outer").astype("float64").fillna(0.0).reset_index()
    return with_temporary_shares(counts).sort_values("in_post", ascending=False, ignore_index=True)


def with_temporary_shares(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts (in_post, bank, agency) with `temporary_share` and `agency_share` (0 to 1) of all of them."""
    temporary = counts["bank"] + counts["agency"]
    everyone = counts["in_post"] + temporary
    return counts.assign(temporary_share=_share(temporary, everyone), agency_share=_share(counts["agency"], everyone))


def senior_share(staff: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """WTE on Agenda for Change bands, those of band 7 and above, and their share (0 to 1), by `by`.

    Doctors and others outside the bands are in neither. Most banded WTE first.
    """
    band = staff["band"].astype("str").str.extract(AFC)[0].astype("float64")
    banded = staff["wte"].where(band.notna(), 0.0)
    rows = staff.assign(banded_wte=banded, senior_wte=banded.where(band >= indicator("senior_from_band"), 0.0))
    summed = rows.groupby(list(by), as_index=False)[["banded_wte", "senior_wte"]].sum()
    shared = summed.assign(senior_share=_share(summed["senior_wte"], summed["banded_wte"]))
    return shared.sort_values("banded_wte", ascending=False, ignore_index=True)


def support_share(support: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Support and registered WTE and the share of support staff in both (0 to 1), by `by` (employer, pillar).

    Takes the result of workforce.support_ratio: employers whose support staff are known; doctors are left out.
    """
    sides = ["support_wte", "registered_wte"]
    summed = support.groupby(list(by), as_index=False)[sides].sum()
    return summed.assign(support_share=_share(summed["support_wte"], summed["support_wte"] + summed["registered_wte"]))


def pay_per_wte(bill: pd.DataFrame) -> pd.DataFrame:
    """The result of money.basic_pay_bill with `pay_per_wte`: basic pay (£ a year) for each WTE that has a price.

    Missing where none has.
    """
    return bill.assign(pay_per_wte=bill["pay"] / bill["priced_wte"].where(bill["priced_wte"] > 0))


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part / whole.where((whole >= indicator("rate_from_wte")) & (whole > 0))
