"""Sentences and tables about money: the pay bill, what can be afforded, and what the chosen plan costs and saves."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.metrics.scope import Scope
from pipeline.model.pay_bill import ALL, ELSEWHERE, PAID, UNPRICED, affordable, growth_needed, in_cash
from pipeline.model.plan_years import Years
from pipeline.plan import Money
from pipeline.report.disclosure import Disclosed
from pipeline.report.narrative import name_pillars
from pipeline.report.pay_disclosure import NO_PAY_HELD, HeldPay
from pipeline.report.words import is_missing, join, lower, month, percent, plain, plural, pounds, wte
from pipeline.report.wte_disclosure import relabelled
from pipeline.sources.vocabulary import medical_grades

MILLION, THOUSAND = 1e6, 1e3
LEVEL = 0.001
"""A difference smaller than this share of the bill is called none."""
BILL_NOTE = (
    "Constant prices of the base month, without pay awards to come. In pay: salary at the mid-point of each band and "
    "grade today, employer National Insurance, pension and apprenticeship levy. Not in it: unsocial hours, overtime, "
    "on-call, increments, high cost area supplements, recruitment premia, clinical excellence awards, redundancy and "
    "maternity pay, pay of trainees who are not in post, tuition, work bought from other providers, and anything that "
    "is not pay."
)
RANGE_NOTE = (
    "P10 to P90: between these lie eight in ten of the calculations. They differ in who comes and goes, not in prices."
)
MISSING = "A year of those missing at the horizon"
PART_NOTE = (
    "Each the middle of the calculations. The first and the last year may be parts of a year; months say how many are "
    "counted. Bills are of the staff who will be there, so a scenario in which more are missing may cost less. A year "
    "of those missing: the shortages of employers and professions at the horizon, added up, at the prices of staff in "
    "post; it comes on top of the bill."
)
CHART_NOTE = (
    "Each year at a full year's rate, drawn in the middle of its months; constant prices. With the chosen actions: "
    "with what they cost to run, without their capital. The axis does not begin at zero."
)
PLAN_NOTE = (
    "Above zero costs more, below zero saves. Recurrent cost and capital are what the owners of actions write; where "
    "that already holds the pay of the staff an action brings, the pay is counted twice here, and the net is too high. "
    "Staff who fill posts that are funded already need no new money, though they are in the bill. Actions also bring "
    "output and move work, so the gap narrows by more WTE (chapter 10) than come into post. Rounded to £1,000."
)


def today_sentences(
    today: pd.DataFrame,
    scales: pd.DataFrame,
    base_month: dt.date,
    held: HeldPay = NO_PAY_HELD,
    posts_known: bool = True,
) -> list[str]:
    """What staff cost today, what posts would cost, and the pay scales used. Takes pay_bill.bill_today.

    `posts_known` is whether the funded posts of all teams are on file.
    """
    whole = held.rounded(today).drop(columns="pillar").sum()
    employed = whole["basic"] + whole["on_costs"]
    staff = "Staff" if held.pillars else f"The {wte(whole['wte'])} WTE"
    told = (
        f"{staff} in post in {month(base_month)} cost **{pounds(employed)}** a year: "
        f"{pounds(whole['basic'])} of basic pay and {pounds(whole['on_costs'])} of employer National Insurance, "
        f"pension and levy. {_temporary(whole)}"
    )
    which = "that are funded" if posts_known else "that there are taken to be, since no file has all of them,"
    posts = f"The posts {which} would cost {pounds(whole['posts'])} if all were filled."
    return [f"{told} {posts} {_scales(scales, base_month)}".strip()]


def _temporary(whole: pd.Series) -> str:
    """What bank and agency add, or that none is on file."""
    if whole["bank"] + whole["agency"] <= 0:
        return "No bank or agency staff are on file, so none are in it."
    return (
        f"Bank adds {pounds(whole['bank'])} and agency {pounds(whole['agency'])}, which makes "
        f"{pounds(whole['whole'])} in all."
    )


def _scales(scales: pd.DataFrame, base_month: dt.date) -> str:
    """Scales that are later than the base month, for want of one in force then."""
    later = scales[scales["from_date"] > pd.Timestamp(base_month)]
    if later.empty:
        return ""
    doctors = set(later["grade"]) <= set(medical_grades())
    whose = "doctors" if doctors else plural(len(later), "band or grade", "bands or grades")
    return (
        f"No pay scale of {whose} in force in {month(base_month)} is on file; that from "
        f"{month(later['from_date'].max())} stands in, so their pay is somewhat too high here."
    )


def today_table(today: pd.DataFrame, held: HeldPay = NO_PAY_HELD) -> Disclosed:
    """What staff cost today by pillar, in £ million, with a last row for all, without what tells few people."""
    summed = pd.DataFrame([{"pillar": ALL, **today.drop(columns="pillar").sum()}])
    both = held.rounded(pd.concat([today, summed], ignore_index=True))
    amounts = ["basic", "on_costs", "bank", "agency", "whole", "posts"]
    if today[["bank", "agency"]].to_numpy().sum() <= 0:
        both = both.assign(bank=np.nan, agency=np.nan)
    shown = both.assign(**{name: both[name] / MILLION for name in amounts})

    def named(frame: pd.DataFrame) -> pd.DataFrame:
        pillars = name_pillars(frame)["pillar"].fillna("All")
        return frame.assign(pillar=pillars).rename(columns={"posts": "posts_if_filled"})

    return relabelled(held.without_few(shown[["pillar", "wte", *amounts]]), named)


def whole_bill(bills: pd.DataFrame, prices: str = "value") -> pd.DataFrame:
    """The rows of all pillars and kinds together, at an end of the prices."""
    return bills[(bills["pillar"] == ALL) & (bills["kind"] == ALL) & (bills["prices"] == prices)]


def main_bill(bills: pd.DataFrame, prices: str = "value") -> pd.DataFrame:
    """The whole bill of the first scenario, a row a year."""
    rows = whole_bill(bills, prices)
    return rows[rows["name"] == bills["name"].iloc[0]].reset_index(drop=True)


def bill_sentences(bills: pd.DataFrame, missing: pd.DataFrame, today: float, years: Years, says: Money) -> list[str]:
    """What the bill comes to if present trends go on, whether it can be afforded, and what it is in cash.

    `missing` has pay_bill.missing_by_year of each scenario, `today` is the bill of a year at the base month, in pounds.
    """
    own = main_bill(bills)
    place = _last_whole(years)
    row, year = own.iloc[place], years.names[place]
    told = [
        f"If {plain(lower(row['scenario']))}, the bill of {year} is **{pounds(row['p50'])}** "
        f"(P10 to P90: {pounds(row['p10'])} to {pounds(row['p90'])}) at constant prices, "
        f"{_against_today(row['p50'] * MONTHS_IN_YEAR / years.months_of[place], today)} today's rate."
    ]
    told += [*_afford(own, today, years, says.pay_growth, place), _missing(missing.iloc[0])]
    told += _with_missing(float(row["p50"]), float(missing["p50"].iloc[0]), today, years, says.pay_growth, place)
    if says.pay_awards is not None:
        cash = in_cash(own["p50"].to_numpy(dtype=np.float64), years, says.pay_awards)[place]
        award = f"With a pay award of {percent(says.pay_awards)} every April from the next,"
        told.append(f"{award} the bill of {year} is {pounds(cash)} in cash.")
    else:
        told.append("No pay awards are stated (money: pay_awards in plan.yaml), so none are in these figures.")
    return [" ".join(told), *_ends_of_prices(bills, place, year)]


def _last_whole(years: Years) -> int:
    """The place of the last whole year of the plan; of the last year where none is whole."""
    whole = np.flatnonzero(years.months_of == MONTHS_IN_YEAR)
    return int(whole[-1]) if len(whole) else len(years.names) - 1


def _against_today(then: float, today: float) -> str:
    change = then / today - 1 if today else float("nan")
    return f"{percent(abs(change))} {'above' if change >= 0 else 'below'}"


def _afford(own: pd.DataFrame, today: float, years: Years, growth: float | None, place: int) -> list[str]:
    bills = own["p50"].to_numpy(dtype=np.float64)
    needed = growth_needed(today, bills, years)
    by = "" if is_missing(needed) else f"{percent(needed)} a year beyond pay awards"
    if growth is None:
        said = "The plan does not say how fast money for pay may grow (money: pay_growth in plan.yaml)."
        return [f"{said} To meet these bills it would have to grow by {by}." if by else said]
    line = affordable(today, years, growth)[place]
    over = float(bills[place] - line)
    year = f"{pounds(line)} can be met in {years.names[place]}"
    start = f"The plan states that money for pay grows by {percent(growth)} a year beyond pay awards: {year}."
    if abs(over) < LEVEL * line:
        return [f"{start} The bill is what can be met."]
    rest = f" To meet the bills of all years it would have to grow by {by}." if by and over > 0 else ""
    return [f"{start} **The bill is {_side(over)}.**{rest}"]


def _side(over: float) -> str:
    """How far a bill is from what can be met, above (over zero) or below."""
    return f"{pounds(abs(over))} {'more than can be met' if over > 0 else 'less than could be met'}"


def _with_missing(bill: float, asked: float, today: float, years: Years, growth: float | None, place: int) -> list[str]:
    """What the bill of a year would be if nobody were missing, against what can be met then, where that is stated.

    `bill` is that of the year, `asked` what those missing at the horizon would cost in twelve months, in pounds.
    """
    more = asked * float(years.months_of[place]) / MONTHS_IN_YEAR
    if growth is None or more < THOUSAND:
        return []
    line = float(affordable(today, years, growth)[place])
    over = bill + more - line
    told = "what can be met" if abs(over) < LEVEL * line else _side(over)
    return [f"With them the bill of {years.names[place]} would be **{pounds(bill + more)}: {told}.**"]


def _missing(row: pd.Series) -> str:
    """What the WTE missing at the horizon, of whom nothing is in a bill, would cost a year."""
    return (
        f"The bill is that of staff who are there: posts that stay empty cost nothing in it. The {wte(row['wte'])} WTE "
        f"missing in {month(row['month'])} would cost {pounds(row['p50'])} a year more (P10 to P90: "
        f"{pounds(row['p10'])} to {pounds(row['p90'])})."
    )


def _ends_of_prices(bills: pd.DataFrame, place: int, year: str) -> list[str]:
    low, high = (float(main_bill(bills, end)["p50"].iloc[place]) for end in ("low", "high"))
    if high - low < LEVEL * high:
        return []
    return [
        f"What bank and agency cost is in part an assumption: at the ends of its range the bill of {year} is "
        f"{pounds(low)} or {pounds(high)}."
    ]


def bill_table(bills: pd.DataFrame, missing: pd.DataFrame, today: float, years: Years, says: Money) -> pd.DataFrame:
    """The bill of each scenario (P50) by year, in £ million of the months counted, and what can be met.

    The last column is what the WTE missing at the horizon would cost in a year (P50); it has no line to be met by.
    """
    rows = whole_bill(bills)
    wide = rows.pivot_table(index="scenario", columns="year", values="p50", sort=False)[list(years.names)]
    if says.pay_growth is not None:
        wide.loc[f"What can be met: {percent(says.pay_growth)} a year more"] = affordable(today, years, says.pay_growth)
    named = (wide / MILLION).rename(columns=dict(zip(years.names, headed(years), strict=True)))
    asked = missing.set_index("scenario")["p50"].div(MILLION).reindex(named.index)
    return named.assign(**{MISSING: asked}).rename_axis(index="scenario", columns=None).reset_index()


def headed(years: Years) -> list[str]:
    """The years as the heads of columns; of part of a year with its months."""
    return [
        name if months == MONTHS_IN_YEAR else f"{name} ({plural(int(months), 'month')})"
        for name, months in zip(years.names, years.months_of, strict=True)
    ]


def kinds_table(bills: pd.DataFrame) -> pd.DataFrame:
    """The first scenario's bill by year: staff in post, bank, agency and whole (means), and P10, P50 and P90."""
    own = bills[(bills["name"] == bills["name"].iloc[0]) & (bills["pillar"] == ALL) & (bills["prices"] == "value")]
    means = own.pivot_table(index=["year", "months"], columns="kind", values="mean", sort=False)[[*PAID, ALL]]
    spread = own[own["kind"] == ALL].set_index(["year", "months"])[["p10", "p50", "p90"]]
    joined = (means.rename(columns={"in post": "in_post", ALL: "whole"}).join(spread) / MILLION).reset_index()
    return joined.rename_axis(columns=None)


def bill_lines(
    bills: pd.DataFrame, today: float, years: Years, says: Money, base_month: dt.date, with_plan: pd.DataFrame | None
) -> pd.DataFrame:
    """Lines for a chart: line, month, bill (£ a year), at most four of them.

    The first scenario, that with the largest bill in the last whole year, the first with the chosen actions without
    their capital (`with_plan`, the result of actions.money.plan_money) or else that with the smallest bill, and what
    can be met.
    """
    rows, place = whole_bill(bills), _last_whole(years)
    then = rows[rows["year"] == years.names[place]].set_index("scenario")["p50"]
    first = str(rows["scenario"].iloc[0])
    shown = [first, *(name for name in dict.fromkeys([then.idxmax(), then.idxmin()]) if name != first)]
    if with_plan is not None:
        shown = [name for name in shown if name == first or name != then.idxmin()]
    of = {name: rows.loc[rows["scenario"] == name, "p50"].to_numpy(dtype=np.float64) for name in shown}
    if with_plan is not None:
        of["With the chosen actions"] = of[first] + (with_plan["net"] - with_plan["capital"]).to_numpy(dtype=np.float64)
    if says.pay_growth is not None:
        of["What can be met"] = affordable(today, years, says.pay_growth)
    middle = years.months.to_series().groupby(years.number).quantile(0.5)
    months = [pd.Timestamp(base_month), *(pd.Timestamp(day) + pd.offsets.MonthEnd(0) for day in middle)]
    parts = [
        pd.DataFrame({"line": name, "month": months, "bill": [today, *(values * MONTHS_IN_YEAR / years.months_of)]})
        for name, values in of.items()
    ]
    return pd.concat(parts, ignore_index=True)


def plan_sentences(found: pd.DataFrame, number: int) -> list[str]:
    """What the chosen actions, of which there are `number`, cost and save. Takes actions.money.plan_money."""
    if not number:
        return ["No action is chosen, so the plan adds nothing to these bills."]
    whole = found.drop(columns=["year", "months", "in_post"]).sum()
    acts = f"the {plural(number, 'chosen action')} {'cost' if number > 1 else 'costs'}"
    told = (
        f"Over the plan's years {acts} {pounds(whole['recurrent'])} to run and {pounds(whole['capital'])} of capital. "
        f"With {'them' if number > 1 else 'it'}, {_staff(found['in_post'].iloc[-1], whole['pay_in_post'])}; "
        f"{_moved(whole['agency'], 'agency')}, and {_moved(whole['bank'], 'bank')}. In all that is "
        f"**{pounds(abs(whole['net']))} {'more' if whole['net'] >= 0 else 'less'}** than without."
    )
    return [told]


def _staff(more: float, pay: float) -> str:
    if abs(more) < 0.05:
        return f"as many WTE are in post in the last year as without, and {_paid(pay)}"
    side = "more" if more > 0 else "fewer"
    return f"{wte(abs(more))} WTE {side} are in post in the last year, and {_paid(pay)}"


def _paid(pay: float) -> str:
    if abs(pay) < THOUSAND / 2:
        return "pay over all years is the same"
    return f"pay over all years {'rises' if pay > 0 else 'falls'} by {pounds(abs(pay))}"


def _moved(amount: float, what: str) -> str:
    if abs(amount) < THOUSAND / 2:
        return f"{what} costs the same"
    return f"{what} costs {pounds(abs(amount))} {'more' if amount > 0 else 'less'}"


def plan_table(found: pd.DataFrame) -> pd.DataFrame:
    """What the chosen plan costs and saves by year, in pounds to the thousand, with a last row for all years."""
    amounts = ["recurrent", "capital", "pay_in_post", "bank", "agency", "net", "net_p10", "net_p90"]
    each = found[["year", "months", "in_post", *amounts]]
    # Percentiles of single years do not add up to those of all.
    summed = {"year": "All years", "months": each["months"].sum(), **each[amounts[:-2]].sum()}
    both = pd.concat([each, pd.DataFrame([summed])], ignore_index=True)
    return both.assign(**{name: (both[name] / THOUSAND).round() * THOUSAND for name in amounts}).rename(
        columns={"in_post": "more_wte_in_post", "pay_in_post": "pay_of_more_staff"}
    )


def unpriced_sentences(prices: pd.DataFrame, scope: Scope, held: HeldPay = NO_PAY_HELD) -> list[str]:
    """What of the staff in post could not be priced, and what was priced as others are. Takes pay_bill.Prices.cells.

    Where some of these teams are too small to show, it is told without their WTE.
    """
    if held.pillars:
        return [held.says_unpriced(prices)]
    none, others = (prices[prices["priced_as"] == how] for how in (UNPRICED, ELSEWHERE))
    told = []
    if len(none):
        names = join(dict.fromkeys(plain(lower(name)) for name in none["profession"]))
        told.append(
            f"**{wte(none['wte'].sum())} WTE in post have no price and are in none of these figures**: {names}. "
            "No scale of their bands or grades is on file."
        )
    part = prices.loc[prices["priced_as"] != UNPRICED]
    strange = float(part.loc[part["priced_as"] != ELSEWHERE, "unpriced_wte"].sum())
    if strange >= 0.05:
        told.append(f"{wte(strange)} WTE of bands or grades without a scale are priced as the rest of their team.")
    if others["wte"].sum() >= 0.05:
        who = join(dict.fromkeys(plain(scope.names.get(code, code)) for code in others["employer"]))
        told.append(f"{wte(others['wte'].sum())} WTE of {who} are priced as their professions are elsewhere.")
    return [" ".join(told)] if told else ["Every WTE in post is priced by its own band or grade."]
