"""Sentences and tables about the gap to come: its headline, the scenarios, the operational plan, and why it is so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.assumptions import Assumption, Assumptions
from pipeline.model.gap import PERCENTILES, spread
from pipeline.model.gap_ahead import middle_of_all
from pipeline.model.levers import levers
from pipeline.model.outcome import Outcome
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import Scenario
from pipeline.model.training_gain import Gain, MoreTraining
from pipeline.model.why import TODAY
from pipeline.months import add_months
from pipeline.plan import PILLAR_NAMES
from pipeline.reference import engine
from pipeline.report.narrative import agree, name_pillars
from pipeline.report.summary_words import as_plans_turn_out
from pipeline.report.words import count, join, lower, month, percent, plain, plural, wte

RANGE_NOTE = (
    "Dot: P50. Bar: P10 to P90, between which eight in ten of the calculations lie. It covers the assumptions that "
    "have a range and chance in who comes and goes; it leaves out breaks in trend and the choice of data set."
)
PATH_NOTE = (
    "Staff needed and staff there will be (in post at their output, with bank and agency), each with the band in which "
    "eight in ten of the calculations lie. Planned: the operational plan's staff in post, with today's bank and "
    "agency. The axis does not begin at zero."
)
PROFESSIONS_NOTE = (
    "P50 of staff needed and of staff there will be, and the gap between them. Middles do not add up to the middle of "
    "the total. Short: the share of calculations in which more are needed than there are. Chapter 9 says of which "
    "professions the ranges held too seldom in the past."
)
LARGEST_NOTE = f"{RANGE_NOTE} Chapter 9 says of which professions the ranges held too seldom in the past."
PARTS_NOTE = (
    "Mean of the calculations, net, from the gap today to that at the horizon; parts add up exactly. Parts under half "
    "a WTE everywhere are left out of the chart."
)
TOLD_AS = {
    "left": "leaving",
    "career break": "leaving",
    "ill health or death": "leaving",
    "retired": "retirement",
    "transferred out of the system": "moves to other systems",
    "moved away within the system": "moves within the system",
    "moved here within the system": "moves within the system",
    "newly qualified": "training",
    "hired": "recruitment",
    "recruited abroad": "recruitment abroad",
    "growth": "growth of tests",
}
"""How parts are told to a reader, where not by their own name."""
SMALLEST = 1e-6
"""WTE below which a part is none."""
BARS_NOTE = (
    "Middle of the calculations, and the band in which eight in ten lie, over the employers and professions that have "
    "a plan, with bank and agency. Need and staff there are those of present trends."
)
SCENARIOS_NOTE = (
    "Gross adds up the employers and professions that are short; net sets those with more than they need against them."
)


def headline_sentences(beyond: pd.DataFrame) -> list[str]:
    """How far staff needed lie beyond the operational plan in the scenario with the largest growth.

    Takes the result of gap_ahead.beyond_whole.
    """
    if beyond.empty:
        return ["No operational plan of staff is on file, so staff needed cannot be set against it."]
    row = beyond.iloc[0]
    held = f", held as it is after its last month ({month(row['ends'])})" if row["ends"] < row["month"] else ""
    told = [
        f"If {plain(lower(row['scenario']))} comes about, **up to {wte(row['gross_p50'])} WTE** will be needed beyond "
        f"the operational plan by {month(row['month'])}, gross (P10 to P90: {wte(row['gross_p10'])} to "
        f"{wte(row['gross_p90'])}); net {wte(row['net_p50'])}. The plan is that of "
        f"{row['cycle']}, with today's bank and agency{held}.",
        *as_plans_turn_out(beyond),
    ]
    return [" ".join(told)]


def gap_sentences(
    found: Outcome, by_profession: pd.DataFrame, placeholders: list[Assumption], without: Sequence[str]
) -> list[str]:
    """The gap at the horizon: gross with its range, net, staff needed and there, where it is largest, what it rests on.

    `without` are professions whose tests are counted and whose staff no file gives.
    """
    gross, net = (spread("", values[-1]) for values in (found.gross, found.net))
    needed, there = (
        [middle_of_all(each, at) for at in (0, -1)] for each in (found.by_month.needed, found.by_month.there)
    )
    told = [
        f"If {plain(lower(found.scenario.label))}, **{wte(gross['p50'])} WTE** will be missing in "
        f"{month(found.months[-1])}, gross (P10 to P90: {wte(gross['p10'])} to {wte(gross['p90'])}). Set against "
        f"employers and professions with more than they need, the net is {wte(net['p50'])}. Staff needed go from "
        f"{wte(needed[0])} WTE in {month(found.months[0])} to {wte(needed[1])}; staff there, with bank and agency, "
        f"from {wte(there[0])} to {wte(there[1])}.",
        *_largest(by_profession),
    ]
    if len(without):
        told.append(f"No file gives staff in post for {join(plain(lower(name)) for name in without)}.")
    return [" ".join(told), *_resting_on(placeholders)]


GAP_FIGURES_NOTE = (
    "Gross adds up the teams (a profession at an employer) that are short; net sets those with more than they need "
    "against them. A mean lies above the middle, since a gap can grow further than it can shrink. With every "
    "assumption at its middle nobody comes or goes by chance, so that fewer teams are short. The net is then as a rule "
    "lower too: growth compounds, so that the middle of many calculations of need lies above need at middle growth, "
    "and where posts are full chance can leave fewer staff than the expected number, not more."
)


def gap_figures_table(found: Outcome, middle: tuple[float, float]) -> pd.DataFrame:
    """Every figure of the gap at the horizon that the strategy gives, WTE, and where it stands.

    `middle` is the gross and the net gap with every assumption at its value and staff in expected numbers.
    """
    gross, net = found.gross[-1], found.net[-1]
    rows = [
        ("Gross, middle of the calculations", float(np.median(gross)), "The headline, and scenarios side by side"),
        ("Net, middle of the calculations", float(np.median(net)), "Beside the headline; pillars and professions"),
        ("Gross, mean of the calculations", float(gross.mean()), "Pillars and employers with and without the actions"),
        ("Net, mean of the calculations", float(net.mean()), "Why the gap is what it is, since means add up exactly"),
        ("Gross, every assumption at its middle", middle[0], "What the answer turns on (chapter 9)"),
        ("Net, every assumption at its middle", middle[1], "What would close the gap (chapter 9)"),
    ]
    return pd.DataFrame(rows, columns=["figure", "wte", "where_it_stands"])


def _largest(by_profession: pd.DataFrame) -> list[str]:
    largest = by_profession.loc[by_profession["p50"].idxmax()]
    if largest["p50"] < 1:
        return []
    span = f"{wte(largest['p10'])} to {wte(largest['p90'])}"
    return [f"The largest group is {plain(lower(largest['profession']))}: {wte(largest['p50'])} WTE ({span})."]


def _resting_on(placeholders: list[Assumption]) -> list[str]:
    if not placeholders:
        return []
    return [
        f"The figure rests on {plural(len(placeholders), 'placeholder')}, so it shows how the calculation works and "
        "which figures matter; it is not yet a basis for funding posts."
    ]


def shortage_sentences(shortages: pd.DataFrame) -> list[str]:
    """When each pillar is first as likely short as not. Takes the result of gap_ahead.shortage_by_pillar."""
    known = shortages.dropna(subset=["first_month"]).sort_values("first_month")
    never, least = shortages[shortages["first_month"].isna()], percent(engine("short_from_share_of_need"))
    told = [f"A pillar counts as short where it misses more than {least} of the staff it needs."]
    if len(known):
        said = (f"{PILLAR_NAMES[row.pillar]} from {month(row.first_month)}" for row in known.itertuples())
        then = (f"{percent(row.share_at_end)} ({PILLAR_NAMES[row.pillar]})" for row in known.itertuples())
        told.append(
            f"First as likely short as not: {join(said)}. By the horizon, of the calculations so many have it short: "
            f"{join(then)}."
        )
    if len(never):
        said = (
            f"{PILLAR_NAMES[row.pillar]} ({percent(row.share_at_end)} of calculations)" for row in never.itertuples()
        )
        told.append(f"More likely not short by then: {join(said)}.")
    return [" ".join(told)]


def plan_sentences(against: pd.DataFrame, setting: Setting) -> list[str]:
    """Whether the operational plan is large enough and whether it can be delivered, pillar by pillar.

    Takes the result of gap_ahead.against_plan by pillar.
    """
    ends = setting.planned.ends
    if ends is None or not len(against):
        return []
    parts = [_plan_of(row) for row in against.itertuples() if row.cells]
    last = min(ends, pd.Timestamp(add_months(setting.base_month, setting.months)))
    return [f"At the end of the plan ({month(last)}), with today's bank and agency added to it: {'; '.join(parts)}."]


def _plan_of(row: Any) -> str:
    need, way = row.required_p50 - row.plan, "too small" if row.required_p50 > row.plan else "more than is needed"
    size = "as large as the need" if abs(need) < 1 else f"{wte(abs(need))} WTE {way}"
    return (
        f"{PILLAR_NAMES[row.pillar]}, the plan is {size} and is reached in {_in_share(row.reaches_plan)} calculations"
    )


def _in_share(share: float) -> str:
    """In how many of all calculations, before that word."""
    if share <= 0:
        return "none of the"
    return "all" if share >= 1 else f"{percent(share)} of"


def plan_said(against: pd.DataFrame, setting: Setting) -> list[str]:
    """The same in a sentence for a board: in which pillars the plan is enough, and how often it is reached at most."""
    known = against[against["cells"] > 0]
    ends = setting.planned.ends
    if ends is None or known.empty:
        return []
    enough = known["required_p50"] - known["plan"] < 1
    names = known["pillar"].map(PILLAR_NAMES)
    parts = [
        f"{word} in {join(list(names[rows]))}"
        for word, rows in (("enough", enough), ("too small", ~enough))
        if rows.any()
    ]
    most = float(known["reaches_plan"].max())
    often = f"{_in_share(most)} calculations"
    reached = f"is reached in {often}" if most <= 0 or len(known) == 1 else f"is reached in at most {often} of a pillar"
    return [f"The plan for {month(ends)}, with today's bank and agency, is {join(parts)}; it {reached}."]


def bars_table(against: pd.DataFrame) -> pd.DataFrame:
    """Needed, planned and there by pillar at the plan's end, for a reader."""
    names = {"required": "needed", "supply": "there"}
    columns = {f"{old}_{key}": f"{new}_{key}" for old, new in names.items() for key in PERCENTILES}
    shown = name_pillars(against).rename(columns={"plan": "planned", **columns})
    return shown[["pillar", "planned", *columns.values(), "reaches_plan"]]


def scenario_sentences(scenarios: Sequence[Scenario]) -> list[str]:
    """What each scenario supposes."""
    return ["\n".join(f"- **{plain(each.label)}**: {plain(each.why)}" for each in scenarios)]


def summary_table(compared: pd.DataFrame) -> pd.DataFrame:
    """The scenarios side by side for a reader."""
    return compared.drop(columns=["month", "name", "gross_mean", "net_mean"])


def professions_table(by_profession: pd.DataFrame) -> pd.DataFrame:
    """Staff in post, needed and there, and the gap, by profession for a reader."""
    columns = ["profession", "pillar", "in_post", "needed", "there", *PERCENTILES, "share_short"]
    gaps = {name: f"gap_{name}" for name in PERCENTILES}
    return name_pillars(by_profession)[columns].rename(
        columns={"needed": "needed_p50", "there": "there_p50", "share_short": "short", **gaps}
    )


def beyond_table(beyond: pd.DataFrame) -> pd.DataFrame:
    """Staff needed beyond the plan by profession, for a reader."""
    kept = ["profession", "pillar", *(f"{kind}_{key}" for kind in ("gross", "net") for key in PERCENTILES)]
    return name_pillars(beyond).sort_values("gross_p50", ascending=False)[kept]


def parts_table(parts: pd.DataFrame, horizon: pd.Timestamp) -> pd.DataFrame:
    """Why the gap is what it is: a row a part, from the gap now to that at the horizon, and a column a pillar.

    Takes the result of gap_ahead.parts_by_pillar. Small flows of the same kind are put together.
    """
    named = parts.assign(part=parts["part"].map(TOLD_AS).fillna(parts["part"]))
    summed = named.groupby("part", sort=False).sum()
    whole = summed.assign(all_pillars=summed.sum(axis=1))
    kept = whole[(whole.abs().max(axis=1) >= SMALLEST) | (whole.index == TODAY)]
    last = whole.sum().to_frame(f"Gap in {month(horizon)}").T
    shown = pd.concat([kept.rename(index=lambda part: part.capitalize()), last]).rename_axis("part").reset_index()
    return shown.rename(columns={pillar: PILLAR_NAMES[pillar].capitalize() for pillar in parts.columns[1:]})


def levers_table(assumptions: Assumptions, dead: Sequence[Assumption]) -> pd.DataFrame:
    """Every kind of lever in use: what it does, what it is set to, and whether it moves anything here."""
    still = {each.key for each in dead}
    rows = []
    for kind, lever in levers().items():
        own = [each for each in assumptions.values() if each.kind == kind]
        if own:
            idle = sum(each.key in still for each in own)
            moves = "yes" if not idle else "no" if idle == len(own) else f"{len(own) - idle} of {len(own)}"
            rows.append([kind, lever.does, len(own), lever.side, moves])
    return pd.DataFrame(rows, columns=["lever", "does", "levers", "moves_need_or_staff", "moves_the_gap"])


def dead_sentences(dead: Sequence[Assumption]) -> list[str]:
    """The levers that move nothing in this plan."""
    if not dead:
        return ["Every lever in use moves staff needed or staff there."]
    moves = agree(len(dead), "moves nothing by itself", "move nothing by themselves")
    if len(dead) > MOST_DEAD:
        return [f"{plural(len(dead), 'lever')} {moves} in this plan; the table says which."]
    return [f"{plural(len(dead), 'lever')} {moves} in this plan: {join(plain(lower(each.label)) for each in dead)}."]


MOST_DEAD = 6
"""Levers that a sentence names; the table has them all."""


def lists_sentences(lists: pd.DataFrame, setting: Setting, too_long: float) -> list[str]:
    """How long the lists are against what would see enough patients in time, and where they go. Takes lists_by.

    `too_long` is the share of patients that the standard allows to wait longer.
    """
    waiting, backlog = (float(lists[name].sum()) for name in ("waiting", "backlog"))
    share, standard = percent(setting.assumptions["seen_in_time"].value), percent(1.0 - too_long)
    are = agree(round(backlog), "is", "are")
    step = f" (the standard asks for {standard})" if standard != share else ""
    return [
        f"Of {plural(round(waiting), 'patient')} waiting, **{count(backlog)}** {are} beyond the lists with which "
        f"{share} of patients are seen within six weeks{step}. {_lists_then(lists, setting)} Scenarios that clear the "
        "lists do the tests that stop them from growing, for good, and the backlog once."
    ]


def _lists_then(lists: pd.DataFrame, setting: Setting) -> str:
    """Where the lists go, as far as the list of a year before is on file."""
    if not lists["growth_known"].any():
        return "Lists of a year before are not on file, so how they change is not known and they are held as they are."
    then = float(lists["at_horizon"].sum())
    horizon = month(add_months(setting.base_month, setting.months))
    wait = agree(round(then), "waits", "wait")
    return f"If lists go on changing as in the last year, {count(then)} {wait} in {horizon}."


LISTS_NOTE = (
    "Growth: the list less that of a year before. It goes on as referrals grow, list by list, and no list falls below "
    "nothing, so the last column is not the first and five years of growth."
)


def lists_shown(lists: pd.DataFrame) -> pd.DataFrame:
    """Waiting lists by test, in whole patients, for a reader; nothing of a growth that is not known."""
    numbers = ["waiting", "waiting_6_plus", "target", "backlog", "list_growth", "at_horizon"]
    names = {"target": "list_for_standard", "list_growth": "growth_a_year", "waiting_6_plus": "six_weeks_or_more"}
    shown = name_pillars(lists).astype(dict.fromkeys(numbers, "float64"))
    whole = shown.assign(**{name: shown[name].round().astype("Int64") for name in numbers})
    known = whole["growth_known"]
    ahead = {name: whole[name].where(known) for name in ("list_growth", "at_horizon")}
    return whole.assign(**ahead)[["test", "pillar", *numbers]].rename(columns=names)


def break_even_sentences(found: MoreTraining | None, setting: Setting) -> list[str]:
    """When training more people brings as much as supervising them takes, with and without posts for them."""
    if found is None:
        return []
    held, grow = (_level(each, setting) for each in (found.posts_held, found.posts_grow))
    told = (
        f"If training intakes to come were {percent(engine('training_expansion'))} larger, supervising the trainees "
        f"would take {wte(found.posts_held.takes)} WTE at the horizon. With funded posts as they are, what the trained "
        f"bring {held}.{_in_whose_place(found.posts_held)}"
    )
    if not found.posts_growth:
        return [told]
    return [f"{told} With posts that grow as the need does ({percent(found.posts_growth)} a year), it {grow}."]


def _in_whose_place(gain: Gain) -> str:
    """How many of those who are trained come into post, in whose place, and how many find none."""
    told = [
        "Offers of posts follow vacancies, so who is trained fills some that hiring would have filled: by then "
        f"{wte(gain.qualified)} WTE more of newly qualified people come into post"
    ]
    told += [f"{wte(gain.instead)} WTE fewer are hired or recruited abroad"] if gain.instead >= LEAST_MOVED else []
    found = join(told) + "."
    number = round(gain.without_post)
    if number < 1:
        return f" {found}"
    wait = agree(number, "more person waits", "more people wait")
    return f" {found} {count(number)} {wait} for a post of one profession and band, or gave up."


LEAST_MOVED = 0.05
"""WTE under which nobody is said to be hired in somebody's place."""


def _level(gain: Gain, setting: Setting) -> str:
    level, repaid = gain.break_even.level, gain.break_even.repaid
    if level is None:
        return f"is {wte(gain.brings)} WTE by then and does not make up for it within the horizon"
    first = month(add_months(setting.base_month, level))
    if repaid is None:
        return f"makes up for it from {first} on, and not all is paid back by the horizon"
    return f"makes up for it from {first} on, and all is paid back by {month(add_months(setting.base_month, repaid))}"
