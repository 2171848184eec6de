"""What the staff in post cost in basic pay (docs/method.md, section 8)."""

from __future__ import annotations

import datetime as dt

import pandas as pd

NATION = "england"
SCHEME = "afc"


def band_midpoints(pay: pd.DataFrame, on: dt.date) -> pd.Series:
    """Mid-point salary (£ a year, full time) of each Agenda for Change band in the pay year that holds `on`.

    The mid-point is the median of the band's points.
    """
    scale = pay[(pay["nation"] == NATION) & (pay["scheme"] == SCHEME) & (pay["from_date"] <= pd.Timestamp(on))]
    newest = scale[scale["from_date"] == scale["from_date"].max()]
    midpoints: pd.Series = newest.groupby("grade")["salary"].median()
    return midpoints


def basic_pay_bill(staff: pd.DataFrame, midpoints: pd.Series) -> pd.DataFrame:
    """Basic pay by pillar: priced WTE, WTE whose grade has no pay point here, and pay (£ a year at the mid-point).

    Pay is missing where no grade has a price. Employer on-costs, unsocial hours, high-cost-area supplements and
    agency are not in it.
    """
    priced = staff.assign(salary=staff["band"].map(midpoints).astype("float64"))
    priced = priced.assign(
        pay=priced["wte"] * priced["salary"],
        priced_wte=priced["wte"].where(priced["salary"].notna(), 0.0),
        unpriced_wte=priced["wte"].where(priced["salary"].isna(), 0.0),
    )
    summed = priced.groupby("pillar", as_index=False)[["priced_wte", "unpriced_wte", "pay"]].sum()
    return summed.assign(pay=summed["pay"].where(summed["priced_wte"] > 0))
