"""Sentences and tables about the staff there will be if present rates go on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import pandas as pd

from pipeline.metrics.indicators.parts import ALL_PILLARS
from pipeline.model.gap import PERCENTILES
from pipeline.model.posts_and_cover import PostsAndCover
from pipeline.model.staff_ahead import StaffAhead, flows_by_pillar, in_post_by, in_post_path, spread_parts, unplaced
from pipeline.plan import PILLAR_NAMES
from pipeline.reference import engine
from pipeline.report.disclosure import Disclosed, named_rule
from pipeline.report.narrative import agree, name_pillars
from pipeline.report.words import count, join, month, percent, plain, plural, pounds, wte
from pipeline.report.wte_disclosure import NOTHING_HELD, HeldWte

FAN_NOTE = (
    "Left: counted. Right: the calculations, of which eight in ten lie in the band. Both leave out teams without "
    "enough months, so they may be below the numbers of the text. The axis does not begin at zero."
)
TABLE_NOTE = (
    "P50 of staff in post, with the band in which eight in ten of the calculations lie. Funded posts are held as they "
    "are, and those of doctors in training as they are filled; where no file gives them, they are staff in post and "
    "the usual share of vacancies. Middles do not add up to the middle of the total."
)
FLOWS_NOTE = (
    "Mean of the calculations, WTE a year. Moves from one employer of the system to another are left out, since for "
    "the system they cancel; the sum of a column is the yearly change of its staff, but for moves between "
    "pillars and changes of hours."
)


def outlook_sentences(ahead: StaffAhead) -> list[str]:
    """Staff in post at the horizon with the range, how many leave and come, how sure it is, and who finds no post."""
    path = in_post_path(ahead)
    now, then = path.iloc[0], path.iloc[-1]
    flows = flows_by_pillar(ahead).set_index("flow").sum(axis=1)
    leave, come = -float(flows[flows < 0].sum()), float(flows[flows > 0].sum())
    whole, chance = spread_parts(ahead)
    waiting, gone = unplaced(ahead)
    first = (
        f"{_if(ahead)}, "
        f"**{wte(then['p50'])} WTE** will be in post in {month(then['month'])}, against {wte(now['p50'])} now (P10 to "
        f"P90: {wte(then['p10'])} to {wte(then['p90'])}). {_posts(ahead)}"
    )
    second = (
        f"In an average year {wte(leave)} WTE leave the system and {wte(come)} WTE come to it, doctors in training "
        "aside, whose posts turn over by the calendar."
    )
    return [
        f"{first} {second}",
        " ".join([_spread(whole, chance), *_unplaced(waiting, gone), *_left_out(ahead), *_measured(ahead)]),
    ]


def _if(ahead: StaffAhead) -> str:
    if ahead.staff.past.months:
        return (
            "If people go on leaving, training, being hired and moving as they have, and funded posts stay as they are"
        )
    return "If people leave, train, are hired and move as is usual"


def _posts(ahead: StaffAhead) -> str:
    known = ahead.staff.teams.posts_known
    funded = wte(ahead.cells["posts"].sum())
    if known == 1:
        return f"{funded} WTE are funded."
    share = percent(ahead.vacancy_share)
    some = "For some employers no file gives" if known else "No file gives"
    return f"{some} funded posts: they are taken to be {funded} WTE in all, with {share} of such posts vacant."


def _spread(whole: float, chance: float) -> str:
    if whole <= 0:
        return "With one calculation no range can be given."
    return (
        f"The band is wide by what is not known about rates and by chance: chance alone makes up "
        f"{percent(min(1.0, (chance / whole) ** 2))} of its spread (variance)."
    )


def _unplaced(waiting: float, gone: float) -> list[str]:
    if waiting < 1 and gone < 1:
        return []
    return [
        f"About {count(round(waiting))} people who trained or were recruited then wait for a post, and "
        f"{count(round(gone))} gave up waiting by then: each can join only teams of one profession and band, and waits "
        "while every post there is filled or on offer, whatever posts are empty elsewhere."
    ]


def _left_out(ahead: StaffAhead) -> list[str]:
    routes = ahead.staff.intakes.left_out
    if not routes:
        return []
    lead = agree(len(routes), "leads to or comes from", "lead to or come from")
    return [f"{plural(len(routes), 'training route')} ({plain(join(routes))}) {lead} no team of the plan."]


def _measured(ahead: StaffAhead) -> list[str]:
    months = ahead.staff.past.months
    if months:
        return [f"Rates of leaving are those of {months} months of the plan's own records."]
    return [
        "No file gives joiners and leavers, so all rates are **assumptions** of the register and not measured here: "
        "read the band, not the middle."
    ]


def last_year_sentences(beside: pd.DataFrame, last: pd.DataFrame | None, rule: str) -> list[str]:
    """Which flows of an average year ahead differ from those of the latest twelve months by more than a stated share.

    Takes flows_last_year.beside_last_year and flows_last_year. Nothing where a number of people by flow is small enough
    for the rule to hide; by pillar only where nothing is ever hidden.
    """
    if last is None:
        return []
    people, hide_to = last.groupby("flow")["headcount"].sum(), named_rule(rule).hide_to
    if people.between(1, hide_to).any():
        return []
    share = engine("flows_apart_from")
    apart = beside[((beside["ahead"] - beside["last"]).abs() > share * beside["last"]) & _told(beside)]
    whole = apart[apart["pillar"] == ALL_PILLARS].sort_values("ahead", ascending=False)
    if whole.empty:
        return [f"Each flow is within {percent(share)} of that of the latest twelve months, doctors in training aside."]
    parts = [_against(row, apart if not hide_to else apart.head(0)) for row in whole.to_dict("records")]
    return [
        f"An average year ahead differs by more than {percent(share)} from the latest twelve months, doctors in "
        f"training aside, in these: {'; '.join(parts)}."
    ]


def _told(beside: pd.DataFrame) -> pd.Series:
    """Flows of which at least a WTE a year comes or goes, and differs by as much."""
    differ = (beside["ahead"] - beside["last"]).abs()
    return (beside[["ahead", "last"]].max(axis="columns") >= 1) & (differ >= 1)


def _against(row: Mapping[Hashable, Any], apart: pd.DataFrame) -> str:
    """One flow ahead and of the last year, and the pillars in which it differs too."""
    own = apart[(apart["flow"] == row["flow"]) & (apart["pillar"] != ALL_PILLARS)]
    where = join(f"{PILLAR_NAMES[each.pillar]} {wte(each.ahead)} against {wte(each.last)}" for each in own.itertuples())
    by = f" ({where})" if len(own) else ""
    return f"{row['flow']}, {wte(row['ahead'])} WTE against {wte(row['last'])}{by}"


def outlook_table(ahead: StaffAhead, held: HeldWte = NOTHING_HELD) -> Disclosed:
    """Staff in post now and at the horizon by profession, for a reader, without those of small teams."""
    by_profession = in_post_by(ahead, ["pillar", "profession"])
    shown = name_pillars(by_profession).rename(
        columns={"posts": "funded_posts", **{name: f"in_post_{name}" for name in PERCENTILES}}
    )
    columns = ["profession", "pillar", "in_post", "funded_posts", *(f"in_post_{name}" for name in PERCENTILES)]
    return held.rows(shown[columns], by_profession)


def flows_table(ahead: StaffAhead) -> pd.DataFrame:
    """Flows into and out of the system a year, a column a pillar and their sum, for a reader."""
    table = flows_by_pillar(ahead)
    pillars = [name for name in table.columns if name != "flow"]
    named = table.assign(flow=table["flow"].str.capitalize(), all_pillars=table[pillars].sum(axis=1))
    total = named.drop(columns="flow").sum().to_frame().T.assign(flow="Change a year")
    return pd.concat([named, total], ignore_index=True)[["flow", *pillars, "all_pillars"]].rename(
        columns={pillar: PILLAR_NAMES[pillar].capitalize() for pillar in pillars}
    )


def posts_and_cover_sentences(found: PostsAndCover, now: dt.date, horizon: pd.Timestamp) -> list[str]:
    """Where vacancies and the cost of bank and agency go if present trends go on, and which way vacancies went."""
    parts = []
    if found.vacant is not None:
        parts.append(f"the share of funded posts that stand empty {_goes(found.vacant, percent)} by {month(horizon)}")
    if found.cost is not None:
        parts.append(
            f"what bank and agency cost in a year {_goes(found.cost, pounds)} by {found.year}, at fixed prices"
        )
    if not parts:
        return []
    return [" ".join([f"If present trends go on, {', and '.join(parts)}.", *_against_last_year(found, now)])]


def _goes(ends: tuple[float, float], says: Callable[[float], str]) -> str:
    first, last = (says(each) for each in ends)
    if first == last:
        return f"stays at {first}"
    return f"{'falls' if ends[1] < ends[0] else 'rises'} from {first} to {last}"


def _against_last_year(found: PostsAndCover, now: dt.date) -> list[str]:
    """That vacancies moved the other way in the year before, where they did."""
    if found.vacant is None or found.vacant_before is None:
        return []
    ahead, before = (last - first for first, last in (found.vacant, found.vacant_before))
    if ahead * before >= 0 or percent(found.vacant_before[0]) == percent(found.vacant_before[1]):
        return []
    return [
        f"In the year to {month(now)} vacancies {_past(found.vacant_before)} (chapter 4): the calculation takes hiring "
        "and leaving of several years, and not of the last alone, so it expects this to turn."
    ]


def _past(ends: tuple[float, float]) -> str:
    return f"{'fell' if ends[1] < ends[0] else 'rose'} from {percent(ends[0])} to {percent(ends[1])}"
