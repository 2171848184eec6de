"""The summary page in sentences: what is proposed, where we are, the gap, the plan, why, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pipeline.actions.library import Action
from pipeline.model.scenarios import shipped_scenarios
from pipeline.model.supply.system import INTO, OUT
from pipeline.plan import PILLAR_NAMES, Plan
from pipeline.report.list_words import lists_of_pillars
from pipeline.report.narrative import agree
from pipeline.report.posts_words import new_posts
from pipeline.report.words import count, join, lower, month, percent, plain, plural, wte, wte_written

LEFT_OUT = {"list_cleared": "clearing waiting lists", "centres_to_come": "later centres"}
"""What present trends leave out of the gap, by the lever with which a scenario has it in."""


@dataclass(frozen=True)
class Found:
    """What the summary is made of; what no file supplies is empty or None.

    `headlines` is the result of headlines.headlines, `gaps` the gap by profession as far as it may be said, `parts` the
    parts of the gap (part, wte) if present trends go on, `compared` the scenario summary and `beyond` the result of
    gap_ahead.beyond_whole. `posts` is the result of posts_words.posts_needed where all posts are on file, and
    `with_centres` how many WTE fewer would be missing if growth of tests that came with centres which opened once did
    not go on. `lists` is the result of lists_ahead.lists_by by pillar, `standard` the share that may wait six weeks,
    and `chosen` what is said of the set of actions that is chosen. `covers_all` says whether the files hold every staff
    group of every employer.
    """

    headlines: pd.DataFrame
    compared: pd.DataFrame
    gaps: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["profession", "p50"]))
    parts: pd.DataFrame = field(default_factory=pd.DataFrame)
    beyond: pd.DataFrame = field(default_factory=pd.DataFrame)
    posts: pd.DataFrame | None = None
    with_centres: float = 0.0
    lists: pd.DataFrame = field(default_factory=pd.DataFrame)
    standard: float | None = None
    actions: Sequence[Action] = ()
    chosen: Sequence[str] = ()
    covers_all: bool = True


def decision_sentence(plan: Plan) -> str:
    """The decision asked, as the plan's owner wrote it."""
    asked = plan.file.governance.decision
    return plain(asked) if asked else "No decision has been entered yet (in plan.yaml, under governance)."


def summary_sentences(found: Found) -> list[str]:
    """The summary in short paragraphs."""
    values = {row.key: row for row in found.headlines.itertuples()}
    told = {
        "What is proposed": [*found.chosen] or _proposed(found.actions),
        "Where we are": [*_where(values, found), *lists_sentences(found)],
        "The gap": [*_gap(values), *_beside(values, found)],
        "Beyond the plan": [*_beyond(values, found), *as_plans_turn_out(found.beyond)],
        "Why": [*_why(found.gaps), *_drivers(found.parts)],
        "How sure": _trust(values),
    }
    return [f"**{name}.** {' '.join(sentences)}" for name, sentences in told.items() if sentences]


def _where(values: Mapping[str, Any], found: Found) -> list[str]:
    sentences = []
    if "staff_in_post" in values:
        staff = values["staff_in_post"]
        label = plain(staff.label).replace("WTE", "WTE (whole-time equivalents)", 1)
        sentences.append(f"The files show {wte(staff.value)} {label}.")
        if not found.covers_all:
            sentences.append("They do not hold every staff group of every employer (chapter 4).")
    if "waiting" in values:
        waiting, share = values["waiting"], values["waiting_6_plus_share"]
        were, long = agree(int(waiting.value), "was", "were"), percent(share.value)
        label = waiting.label.removeprefix("patients waiting ")
        allowed = "" if found.standard is None else f"; the standard is {percent(found.standard)}"
        sentences.append(
            f"{plural(waiting.value, 'patient')} {were} waiting {label}, and {long} had waited six weeks or "
            f"more{allowed}."
        )
    return sentences


def lists_sentences(found: Found) -> list[str]:
    """What becomes of the lists of each pillar, those that grow most first; nothing where no growth is known."""
    lists, compared = found.lists, found.compared
    if lists.empty or compared.empty or not lists["growth_known"].any():
        return []
    summed = lists_of_pillars(lists)
    order = (summed["at_horizon"] / summed["waiting"]).sort_values(ascending=False).index
    parts = [
        f"in {PILLAR_NAMES[str(pillar)]} from {count(row['waiting'])} to {count(row['at_horizon'])}"
        for pillar, row in summed.loc[order].iterrows()
    ]
    then = month(compared["month"].iloc[0])
    return [f"By {then}, if present trends go on, {agree(len(parts), 'the list goes', 'the lists go')} {join(parts)}."]


def _gap(values: Mapping[str, Any]) -> list[str]:
    if "gap_gross_horizon" not in values:
        return ["The gap between staff needed and staff in post cannot be worked out from these files."]
    gross, net = values["gap_gross_horizon"], values["gap_net_horizon"]
    label = plain(gross.label.replace("missing", "will be missing", 1))
    return [
        f"About {wte(gross.value)} {label} (P10 to P90: {wte(gross.low)} to {wte(gross.high)}); net {wte(net.value)} "
        f"({wte(net.low)} to {wte(net.high)})."
    ]


def _beside(values: Mapping[str, Any], found: Found) -> list[str]:
    """What the gap leaves out, whether there may be enough staff in all, and whether it is one of staff or of posts."""
    if "gap_gross_horizon" not in values:
        return []
    first, net = found.compared.iloc[0], values["gap_net_horizon"]
    told = [f"{not_in_gap('it')}, so empty posts do not add to it."]
    if net.low < 0:
        enough = count(round(100 * (1.0 - first["share_short"])))
        told.append(f"In {enough} of 100 calculations there are enough staff in all, though not everywhere.")
    if found.with_centres >= 1:
        told.append(
            "Growth of tests that came with centres which opened once goes on in it; without that "
            f"{wte(found.with_centres)} WTE fewer would be missing (chapter 8)."
        )
    if found.posts is not None:
        told.append(_posts_or_staff(float(first["needed_p50"]), found.posts))
    return told


def not_in_gap(gap: str) -> str:
    """What the gap leaves out, and where it starts from, without a full stop; `gap` is how it is called."""
    left_out = join(list(LEFT_OUT.values()))
    return (
        f"{left_out[:1].upper()}{left_out[1:]} are not in {gap}; today's staff are taken to be what today's work needs"
    )


def _posts_or_staff(needed: float, posts: pd.DataFrame) -> str:
    """Takes posts as the model holds them, where those of doctors in training are funded as they are filled.

    One profession's posts to spare are not another's, so new posts are counted profession by profession.
    """
    new = wte_written(new_posts(posts))
    rest = (
        f"at least {wte(new)} posts would be new, profession by profession, and the rest is people for posts there are"
        if new > 0
        else "people are what is missing, not posts"
    )
    return (
        f"{wte(needed)} WTE are needed then and {wte(posts['posts'].sum())} are funded today, vacant training posts "
        f"left out: {rest}."
    )


def _beyond(values: Mapping[str, Any], found: Found) -> list[str]:
    if "beyond_plan_gross" not in values:
        return []
    gross, net = values["beyond_plan_gross"], values["beyond_plan_net"]
    label = plain(held_after_its_end(gross.label.replace("needed", "will be needed", 1), found.beyond))
    has = _in_it(found.beyond)
    return [f"Up to {wte(gross.value)} {label} ({wte(gross.low)} to {wte(gross.high)}); net {wte(net.value)}{has}."]


def _in_it(beyond: pd.DataFrame) -> str:
    """What the scenario of the largest growth has in it that present trends leave out; empty where nothing of it."""
    label = beyond["scenario"].iloc[0] if len(beyond) else ""
    moved = {change.kind for each in shipped_scenarios() if each.label == label for change in each.changes}
    has = [name for lever, name in LEFT_OUT.items() if lever in moved]
    return f", with {join(has)} in it" if has else ""


def held_after_its_end(label: str, beyond: pd.DataFrame | None) -> str:
    """A label that names the operational plan, with the month after which the plan is held, if before the horizon.

    Takes the result of gap_ahead.beyond_whole.
    """
    if beyond is None or beyond.empty or not beyond["ends"].iloc[0] < beyond["month"].iloc[0]:
        return label
    named = "the operational plan"
    return label.replace(named, f"{named} (held as at its end, {month(beyond['ends'].iloc[0])})", 1)


def as_plans_turn_out(beyond: pd.DataFrame | None) -> list[str]:
    """Staff needed beyond the operational plan as it would come out if it fared as past plans did, where that is more.

    Takes the result of gap_ahead.beyond_whole; nothing where there is none.
    """
    if beyond is None or beyond.empty:
        return []
    sent, corrected = (float(value) for value in beyond["gross_p50"])
    if corrected - sent < 1:
        return []
    return [f"If the plan falls short as past ones did, {wte(corrected)} WTE are needed beyond it."]


def _why(gaps: pd.DataFrame) -> list[str]:
    short = gaps[gaps["p50"] > 0].sort_values("p50", ascending=False).head(2)
    if short.empty:
        return []
    parts = [f"{plain(lower(row.profession))} ({wte(row.p50)} WTE)" for row in short.itertuples()]
    largest = agree(len(parts), "The largest group is", "The largest groups are")
    return [f"{largest} {join(parts)}."]


def _drivers(parts: pd.DataFrame) -> list[str]:
    """How far work grows, how many leave and come meanwhile, what all other parts make, and the gap they add up to."""
    if parts.empty:
        return []
    sums: dict[str, float] = parts.groupby("part")["wte"].sum().to_dict()
    grows, older, output = (sums.get(name, 0.0) for name in ("growth", "demography", "productivity"))
    leave = sum(sums.get(name, 0.0) for name in OUT)
    come = -sum(sums.get(name, 0.0) for name in INTO)
    asked = [f"growth of tests asks for {wte(grows)} WTE more"] if grows >= 1 else []
    asked += [f"an older population for {wte(older)}"] if older >= 1 else []
    taken = f"; a higher output of each WTE saves {wte(-output)}" if output <= -1 and asked else ""
    work = f"{join(asked)}{taken}. Meanwhile " if asked else "meanwhile "
    whole = sum(sums.values())
    rest = whole - (grows + older + output + leave - come)
    others = f"; bank, agency, hours and all else make {wte(rest)}" if abs(rest) >= 1 else ""
    told = f"{work}{wte(leave)} WTE leave and {wte(come)} come{others}: {wte(whole)} in all, net, as a mean."
    return [f"{told[:1].upper()}{told[1:]}"]


def _trust(values: Mapping[str, Any]) -> list[str]:
    """What the ranges leave out. How forecasts fared is worked out beside this page, and comes after it."""
    stand_ins = int(values["placeholders"].value)
    if not stand_ins or "gap_gross_horizon" not in values:
        return []
    return [
        f"{plural(stand_ins, 'figure')} {agree(stand_ins, 'stands', 'stand')} in for "
        f"{agree(stand_ins, 'one', 'ones')} that nobody has supplied, so the true ranges are wider."
    ]


def _proposed(actions: Sequence[Action]) -> list[str]:
    if not actions:
        return ["No list of actions has been supplied yet."]
    quick = sum(action.term == "short" for action in actions)
    if len(actions) == 1:
        return [
            f"1 action is proposed, which {'can' if quick else 'cannot'} take full effect within a year of starting."
        ]
    return [
        f"{plural(len(actions), 'action')} are proposed, {quick} of which can take full effect within a year of "
        "starting."
    ]
