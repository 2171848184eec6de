"""Sentences and tables about the operational plan: how far it has come, and how past plans turned out."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from pipeline.metrics.operational_plan import progress_by, with_ratio
from pipeline.metrics.scope import Scope
from pipeline.model.gap import PERCENTILES
from pipeline.report.disclosure import Disclosed
from pipeline.report.narrative import name_pillars
from pipeline.report.words import MINUS, count, is_missing, join, lower, month, percent, plain, plural, rounded, wte
from pipeline.report.wte_disclosure import NOTHING_HELD, OUTTURN_KNOWN, PLANNED_FOR, HeldWte, relabelled

PLAN_NOTE = (
    "Only employers and professions whose plan and outturn are both known are added up. A dash: not sent for some."
)
CHANGE_FORMATS = dict.fromkeys(["planned", "outturn", "difference"], "wte")
PAST_NOTE = (
    "From the baseline to the last month with both plan and outturn. A ratio is shown where growth of 5 WTE or more "
    "was planned and staff grew; pooled over the cells, never averaged."
)


def progress_sentences(progressed: pd.DataFrame, cycle: str, scope: Scope, held: HeldWte = NOTHING_HELD) -> list[str]:
    """Plan and outturn so far over the cells that have both, and who is left out. Takes the result of progress."""
    at, end = progressed["month"].iloc[0], progressed["end_month"].iloc[0]
    both = progress_by(progressed.assign(all="all"), ["all"])
    planned = f"The plan for {plain(cycle)} has {wte(progressed['planned'].sum())} WTE in post in {month(at)}"
    if both.empty:
        return [f"{planned}. What happened so far (the outturn) is not known yet."]
    if held.has(has_outturn=OUTTURN_KNOWN):
        return [f"{planned}. What happened so far is not said, so that nobody can be identified."]
    row = both.iloc[0]
    sentences = [
        f"In {month(at)}, **{wte(row['outturn'])} WTE** were in post against {wte(row['planned'])} in the plan for "
        f"{plain(cycle)}: {_more_or_fewer(row['difference'])}."
    ]
    if not is_missing(row["planned_end"]) and end > at:
        more = row["planned_end"] - row["outturn"]
        sentences.append(f"The plan ends at {wte(row['planned_end'])} WTE in {month(end)}: {_still(more)}.")
    sent = set(progressed.dropna(subset=["outturn"])["employer"])
    return [" ".join([*sentences, *_left_out(sent, scope, "plan and outturn of that month")])]


def _more_or_fewer(difference: float) -> str:
    if not rounded(difference, 1):
        return "as planned"
    return f"{wte(abs(difference))} WTE {'more' if difference > 0 else 'fewer'} than planned"


def _still(more: float) -> str:
    if rounded(more, 1) <= 0:
        return "no more are needed to reach it"
    return f"{wte(more)} WTE are still to be found"


def _left_out(sent: Collection[str], scope: Scope, what: str) -> list[str]:
    others = [plain(name) for code, name in scope.names.items() if code not in sent]
    return [f"The {what} are not both known for {join(others)}."] if others else []


def progress_table(summed: pd.DataFrame, scope: Scope, held: HeldWte = NOTHING_HELD) -> Disclosed:
    """The result of progress_by for a reader, without what small teams had in post; what was planned is a target."""
    group = {name: f"@{name}" for name in ("employer", "pillar", "profession") if name in summed}
    staff = {**group, "has_outturn": OUTTURN_KNOWN}
    shown = held.withhold(summed, {"outturn": staff}, told=["baseline", "difference"])

    def named(frame: pd.DataFrame) -> pd.DataFrame:
        of_employers = scope.named(frame, "employer") if "employer" in frame else frame
        return name_pillars(of_employers) if "pillar" in of_employers else of_employers

    return relabelled(shown, named)


def months_shown(months: pd.DataFrame, held: HeldWte) -> pd.DataFrame:
    """The result of plan_months without what pillars of few people had in post."""
    few = [held.has(pillar=str(pillar), has_outturn=OUTTURN_KNOWN) for pillar in months["pillar"]]
    return months.assign(actual=months["actual"].mask(pd.Series(few, index=months.index, dtype=bool)))


def changes(summed: pd.DataFrame, held: HeldWte = NOTHING_HELD) -> pd.DataFrame:
    """Planned and outturn change since the baseline by profession, WTE, largest planned first.

    Takes the result of progress_by; a profession whose baseline is not known, or not shown, is left out.
    """
    known = held.left_in(summed.assign(has_outturn=OUTTURN_KNOWN)).dropna(subset=["baseline"])
    changed = known.assign(planned=known["planned"] - known["baseline"], outturn=known["outturn"] - known["baseline"])
    return changed.sort_values("planned", ascending=False)[["profession", "planned", "outturn"]].reset_index(drop=True)


def in_post_sentences(against: pd.DataFrame, scope: Scope, held: HeldWte = NOTHING_HELD) -> list[str]:
    """Staff in post of the files against the plan of the same month. Takes the result of in_post_against_plan."""
    if held.has(in_plan=PLANNED_FOR):
        return ["How many staff are in post of those that the plan names is not said: they are too few."]
    first, last = against["month"].min(), against["month"].max()
    when = month(last) if first == last else f"the latest month of each employer ({month(first)} to {month(last)})"
    difference = against["in_post"].sum() - against["planned"].sum()
    told = (
        f"By the files that chapter 4 uses, {wte(against['in_post'].sum())} WTE were in post in {when} in the "
        f"professions that the plan names, against {wte(against['planned'].sum())} planned: "
        f"{_more_or_fewer(difference)}."
    )
    return [" ".join([told, *_left_out(set(against["employer"]), scope, "plan and staff of the same month")])]


def against_table(against: pd.DataFrame, held: HeldWte = NOTHING_HELD) -> Disclosed:
    """Staff in post against the plan by pillar."""
    summed = against.groupby("pillar", as_index=False)[["planned", "in_post"]].sum()
    shown = summed.assign(difference=summed["in_post"] - summed["planned"])
    staff = {"pillar": "@pillar", "in_plan": PLANNED_FOR}
    return relabelled(held.withhold(shown, {"in_post": staff}, told=["difference"]), name_pillars)


def past_table(past: pd.DataFrame, scope: Scope, held: HeldWte = NOTHING_HELD) -> Disclosed:
    """The result of past_cycles by employer for a reader, without what came where an employer has few people."""
    staff = {"outturn_change": {"employer": "@employer"}}
    return relabelled(held.withhold(past, staff, told=["ratio"]), lambda frame: scope.named(frame, "employer"))


def past_sentences(past: pd.DataFrame) -> list[str]:
    """How past plans turned out, a sentence for each cycle. Takes past_cycles by nothing but the cycle."""
    return ["\n".join(f"- {_past(row)}" for row in with_ratio(past).to_dict("records"))]


def _past(row: dict[str, object]) -> str:
    planned, came = _signed(row["planned_change"]), _signed(row["outturn_change"])
    told = f"{plain(row['cycle'])}: {planned} WTE planned, {came} WTE came"
    return f"{told} ({percent(row['ratio'])} of it)." if not is_missing(row["ratio"]) else f"{told}."


def _signed(value: object) -> str:
    shown = wte(value)
    return shown if shown.startswith(MINUS) or not rounded(value, 1) else f"+{shown}"


def tests_sentences(tests: pd.DataFrame) -> list[str]:
    """Tests done so far against the plan, where the difference is largest. Takes tests_against_plan by test."""
    planned, done = int(tests["planned"].sum()), int(tests["done"].sum())
    months = int(tests["months"].max())
    share = f" ({_by_share((done - planned) / planned)})" if planned else ""
    sentences = [
        f"Over {plural(months, 'month')} with both plan and outturn, **{count(done)} tests** were done against "
        f"{count(planned)} planned{share}."
    ]
    known = tests.dropna(subset=["difference"])
    if len(known) > 1:
        furthest = known.loc[known["difference"].abs().idxmax()]
        sentences.append(
            f"Furthest from plan is {plain(lower(furthest['test']))}: {_by_share(furthest['difference'])}."
        )
    return [" ".join(sentences)]


def _by_share(share: float) -> str:
    if not rounded(share, 3):
        return "as planned"
    return f"{percent(abs(share))} {'more' if share > 0 else 'fewer'}"


THREE_WAYS_NOTE = (
    "Gross, over the employers and professions that have a plan: one that has more than it needs hides no other "
    "that is short. So a pillar whose plan is above its need in all still has teams that need more than their own "
    "plan, and each calculation adds up those alone. Reached: the share of calculations in "
    "which the pillar's staff come to its plan."
)


def three_ways_table(against: pd.DataFrame) -> pd.DataFrame:
    """How far need lies beyond the plan, the plan beyond the staff there, and need beyond these, gross, by pillar.

    Takes the result of gap_ahead.against_plan by pillar; pillars without a plan are left out.
    """
    names = {
        "beyond_plan": "needed_beyond_plan",
        "out_of_reach": "planned_beyond_staff_there",
        "short": "needed_beyond_staff_there",
    }
    columns = {f"{way}_{key}": f"{name}_{key}" for way, name in names.items() for key in PERCENTILES}
    shown = name_pillars(against[against["cells"] > 0])
    return shown[["pillar", *columns, "reaches_plan"]].rename(columns={**columns, "reaches_plan": "plan_is_reached"})
