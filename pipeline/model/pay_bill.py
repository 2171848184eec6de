"""The pay bill: WTE that is paid for, by what a WTE costs (docs/method.md, section 9).

    bill(year) = sum over cells and kinds of  WTE x price x months of the year / 12

Kinds are staff in post, bank and agency; a cell is an employer and a profession. Prices are those of the base month, so
that the bill is at constant prices, and follow the band mix that each cell has then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.metrics.money import End, Figures, employed, salaries
from pipeline.metrics.months import MONTHS_IN_YEAR, up_to
from pipeline.metrics.temporary import latest_year, temporary_by
from pipeline.model.gap import PERCENTILES
from pipeline.model.outcome import Outcome, Paid
from pipeline.model.plan_setting import Setting
from pipeline.model.plan_years import Years
from pipeline.model.supply.teams import CELL
from pipeline.model.temporary_cover import KINDS

Array = NDArray[np.float64]
IN_POST = "in post"
PAID = (IN_POST, *KINDS)
ALL = "all"
OWN, ELSEWHERE, UNPRICED = "its own bands", "the profession elsewhere", "not priced"
RETURNS, FIGURE = "returns", "assumption"


@dataclass(frozen=True)
class Prices:
    """What one WTE costs throughout a year, in pounds.

    `cells` has employer, pillar, profession, basic (salary), employed (with on-costs), bank and agency of each cell of
    a setting, missing where it cannot be priced; `priced_as` (OWN, ELSEWHERE or UNPRICED), bank_from and agency_from
    (RETURNS or FIGURE), wte in post today, and unpriced_wte of it whose band or grade has no salary on file. `scales`
    are the salaries used: grade, salary, from_date.
    """

    cells: pd.DataFrame
    scales: pd.DataFrame

    @property
    def table(self) -> Array:
        """Pounds by kind (PAID) and cell; 0 where there is no price, which `unpriced` lists."""
        pounds = np.asarray(self.cells[["employed", *KINDS]], dtype=np.float64)
        return np.nan_to_num(pounds.T)


def prices(setting: Setting, figures: Figures, end: End = "value") -> Prices:
    """The prices of a setting's cells. Of figures with a range, `end` says which end of it.

    A cell costs what its own bands cost in the mean of its WTE today; one without such a band, what its profession
    costs at the other employers. Bank and agency cost what the returns of the latest twelve months state for a WTE of
    the profession, all employers together, and where they state nothing what the figures say.
    """
    scales = salaries(setting.tables["pay"], setting.base_month)
    cells = setting.cells[["employer", "pillar", "profession"]].assign(wte=setting.wte_at_base)
    if setting.staff is None:
        return Prices(cells.reindex(columns=COLUMNS), scales)
    teams = setting.staff.teams.teams[[*CELL, "band", "wte"]]
    salary = teams["band"].map(scales.set_index("grade")["salary"]).astype("float64")
    priced = teams.assign(basic=salary, employed=employed(salary.to_numpy(), figures))
    by_cell, by_profession = _means(priced, CELL), _means(priced, ["profession"])
    unknown = priced["wte"].where(salary.isna(), 0.0).groupby([priced[key] for key in CELL]).sum().rename("unpriced")
    found = cells.merge(by_cell, on=CELL, how="left").merge(unknown, on=CELL, how="left")
    found = found.merge(by_profession, on="profession", how="left", suffixes=("", "_elsewhere"))
    named = np.select([found["basic"].notna(), found["basic_elsewhere"].notna()], [OWN, ELSEWHERE], UNPRICED)
    for kind in ("basic", "employed"):
        found[kind] = found[kind].fillna(found[f"{kind}_elsewhere"])
    found = found.assign(priced_as=named, unpriced_wte=found["unpriced"].fillna(0.0))
    return Prices(_temporary(found, setting, figures, end)[COLUMNS], scales)


COLUMNS = [
    *("employer", "pillar", "profession", "wte", "basic", "employed", *KINDS),
    *("priced_as", "unpriced_wte", *(f"{kind}_from" for kind in KINDS)),
]


def _means(priced: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The mean price of a WTE, over the WTE that have one; no row where none has."""
    known = priced[priced["basic"].notna() & (priced["wte"] > 0)]
    weighted = known.assign(basic=known["basic"] * known["wte"], employed=known["employed"] * known["wte"])
    summed = weighted.groupby(list(by))[["basic", "employed", "wte"]].sum()
    return summed[["basic", "employed"]].div(summed["wte"], axis=0).reset_index()


def _temporary(found: pd.DataFrame, setting: Setting, figures: Figures, end: End) -> pd.DataFrame:
    """The cells with bank and agency prices, and where each is from."""
    year = latest_year(up_to(setting.tables["temporary_staff"], setting.base_month), setting.scope)
    stated = temporary_by(year, ["profession", "kind"]).set_index(["kind", "profession"])["cost_of_a_wte_year"]
    otherwise = {
        "bank": found["employed"] * (1.0 + figures["bank_over_employed"].at(end)),
        "agency": found["basic"] * (1.0 + figures["agency_over_basic"].at(end)),
    }
    for kind in KINDS:
        own = stated[kind] if kind in stated.index.get_level_values("kind") else pd.Series(dtype="float64")
        cost = found["profession"].map(own).astype("float64")
        found = found.assign(
            **{kind: cost.fillna(otherwise[kind]), f"{kind}_from": np.where(cost.notna(), RETURNS, FIGURE)}
        )
    return found


def bill(paid: Paid, of: Prices) -> Array:
    """The bill in pounds of the months of each year: by kind (PAID), cell, year and draw."""
    wte = np.stack([paid.in_post, paid.bank, paid.agency]).astype(np.float64)
    part = paid.years.months_of / MONTHS_IN_YEAR
    return np.asarray(wte * of.table[:, :, np.newaxis, np.newaxis] * part[:, np.newaxis])


def bill_today(setting: Setting, of: Prices) -> pd.DataFrame:
    """What staff of the base month cost in a year, by pillar: wte, basic, on_costs, bank, agency, whole, posts.

    `wte` are those in post that have a price, and `posts` is what the posts that are funded would cost if they were all
    filled, without bank and agency.
    """
    cells, wte = of.cells, of.cells["wte"]
    rows = cells[["pillar"]].assign(
        wte=wte.where(cells["employed"].notna(), 0.0),
        basic=wte * cells["basic"],
        on_costs=wte * (cells["employed"] - cells["basic"]),
        **{kind: getattr(setting.cover, kind)[:, 0, 0] * cells[kind] for kind in KINDS},
        posts=setting.cells["posts"] * cells["employed"],
    )
    summed = rows.groupby("pillar", as_index=False).sum()
    return summed.assign(whole=summed[["basic", "on_costs", *KINDS]].sum(axis=1))


def bill_by_year(found: Outcome, of: Prices) -> pd.DataFrame:
    """A scenario's bill by financial year, draws added up before percentiles are taken.

    A row for each pillar and kind, and for `all` of either: scenario, name, year, months, pillar, kind, and p10, p50,
    p90 and mean in pounds of the months of the year that the plan looks ahead over.
    """
    whole, years = bill(found.paid, of), found.paid.years
    pillars = found.cells["pillar"].to_numpy()
    rows = []
    for pillar in (*sorted(set(pillars)), ALL):
        own = whole[:, (pillars == pillar) | (pillar == ALL)].sum(axis=1)
        for kind, values in zip((*PAID, ALL), (*own, own.sum(axis=0)), strict=True):
            rows += [
                {"year": year, "months": months, "pillar": pillar, "kind": kind, **_spread(values[number])}
                for number, (year, months) in enumerate(zip(years.names, years.months_of, strict=True))
            ]
    return pd.DataFrame(rows).assign(scenario=found.scenario.label, name=found.scenario.name)


def _spread(values: Array) -> dict[str, float]:
    ends = {name: float(np.percentile(values, at)) for name, at in PERCENTILES.items()}
    return {**ends, "mean": float(values.mean())}


def missing_by_year(found: Outcome, of: Prices) -> pd.DataFrame:
    """What the WTE missing at the last month would cost in a year as staff in post: a scenario's one row.

    Shortages of employers and professions are added up in each draw, so staff to spare elsewhere are not set against
    them; those without a price are in neither figure. Has month, wte (P50), p10, p50, p90 and mean in pounds a year,
    scenario and name.
    """
    by_cell, price = found.by_cell, of.table[PAID.index(IN_POST)]
    needed, there = (each[:, -1].astype(np.float64) for each in (by_cell.needed, by_cell.there))
    short = np.maximum(needed - there, 0.0)[price > 0]
    row = {"month": found.months[by_cell.kept[-1]], "wte": float(np.median(short.sum(axis=0)))}
    spread = _spread(price[price > 0] @ short)
    return pd.DataFrame([{**row, **spread, "scenario": found.scenario.label, "name": found.scenario.name}])


def affordable(today: float, years: Years, growth: float) -> Array:
    """The money for pay in the months of each year: today's bill of a year, growing by so much a year from today."""
    each = today / MONTHS_IN_YEAR * (1.0 + growth) ** (np.arange(1, len(years.months) + 1) / MONTHS_IN_YEAR)
    return np.bincount(years.number, each, len(years.names)).astype(np.float64)


def growth_needed(today: float, bills: Array, years: Years) -> float:
    """The growth a year with which the money for pay over all the plan's months is the sum of the bills.

    Found by bisection between -50 and +100 % a year; missing where today's bill is 0 or no growth between does.
    """
    wanted, low, high = float(np.sum(bills)), -0.5, 1.0
    reach = [float(affordable(today, years, end).sum()) for end in (low, high)]
    if today <= 0 or not reach[0] <= wanted <= reach[1]:
        return float("nan")
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if affordable(today, years, middle).sum() < wanted else (low, middle)
    return (low + high) / 2


def in_cash(bills: Array, years: Years, award: float) -> Array:
    """Bills at constant prices with a pay award from every April after the first year."""
    return np.asarray(bills * (1.0 + award) ** np.arange(len(years.names)))


KEPT = ("pay_bill", "pay_missing", "pay_today", "pay_prices", "pay_scales")
"""Tables that are kept for the chapter on money (kept_tables)."""


def kept_tables(setting: Setting, figures: Figures, outcomes: Sequence[Outcome]) -> dict[str, pd.DataFrame]:
    """What is kept of the bill of every scenario, by the name of its table.

    `pay_bill` has bill_by_year of each, with `prices` saying which end of the figures' ranges they are at: `value` for
    all, and for the first scenario's whole bill `low` and `high` as well. `pay_missing` has missing_by_year of each,
    `pay_today` is bill_today, `pay_prices` the
    cells and `pay_scales` the salaries of the prices.
    """
    ends: dict[End, Prices] = {end: prices(setting, figures, end) for end in ("value", "low", "high")}
    bills = [bill_by_year(each, ends["value"]).assign(prices="value") for each in outcomes]
    for end, of in list(ends.items())[1:]:
        rows = bill_by_year(outcomes[0], of)
        bills.append(rows[(rows["pillar"] == ALL) & (rows["kind"] == ALL)].assign(prices=end))
    found = ends["value"]
    missing = [missing_by_year(each, found) for each in outcomes]
    whole = [pd.concat(rows, ignore_index=True) for rows in (bills, missing)]
    return dict(zip(KEPT, [*whole, bill_today(setting, found), found.cells, found.scales], strict=True))
