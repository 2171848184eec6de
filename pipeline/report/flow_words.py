"""Sentences and tables about vacancies, joiners and leavers, and bank and agency staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.metrics.scope import Scope
from pipeline.metrics.turnover import FLOWS, turnover_by, with_rates
from pipeline.metrics.vacancies import vacancies_by, vacant_and_over
from pipeline.report.disclosure import Disclosed, protect, too_few
from pipeline.report.narrative import agree, name_pillars
from pipeline.report.temporary_disclosure import withheld
from pipeline.report.words import count, join, lower, month, percent, plain, plural, pounds, rounded, wte
from pipeline.report.wte_disclosure import NOTHING_HELD, HeldWte, relabelled
from pipeline.statistics.standardised import LEAST_EVENTS
from pipeline.tables.workforce import UNKNOWN_REASON

VACANCY_NOTE = (
    "Vacancy is funded posts less staff in post of the same month, in WTE; below zero there are more staff than funded "
    "posts. A rate is shown from five funded WTE, and only where there is a vacancy."
)
BRIDGE_NOTE = (
    "Of the employers whose joiners and leavers cover the twelve months. What joiners and leavers do not explain "
    "stands apart: people whose pillar was changed, who hold two posts, or who are in one file and not the other."
)
FLOW_NOTE = (
    "The NHS leaver rate is leavers over the average headcount of the 12 months, and counts a move to another employer "
    "of this system as a loss. The rate for the system leaves those moves out. There is no rate under 10 people, "
    f"nor from fewer than {LEAST_EVENTS} leavers."
)


def vacancy_sentences(posts: pd.DataFrame, scope: Scope, held: HeldWte = NOTHING_HELD) -> list[str]:
    """Funded posts, staff in post and what is vacant or over-established. Takes the result of posts_and_staff."""
    whole = vacancies_by(posts.assign(all="all"), ["all"])
    if whole.empty:
        return []
    total = whole.iloc[0]
    vacant, over = vacant_and_over(posts)
    months = posts["month"].dropna()
    when = month(months.max()) if months.nunique() == 1 else f"{month(months.min())} to {month(months.max())}"
    sentences = [
        f"In {when}, {wte(total['in_post'])} WTE were in post against {wte(total['funded_wte'])} funded: "
        f"{vacancy_in_words(total['vacancy'], total['rate'])}."
    ]
    if rounded(vacant, 1) and rounded(over, 1):
        sentences.append(
            f"Team by team, **{wte(vacant)} WTE** are vacant and {wte(over)} WTE stand above establishment; the one "
            "does not fill the other."
        )
    left_out = [plain(name) for code, name in scope.names.items() if code not in set(posts["employer"])]
    if left_out:
        sentences.append(f"Posts and staff of the same month are not known for {join(left_out)}.")
    return [" ".join([*sentences, *_most_vacant(posts, held)])]


def vacancy_in_words(vacancy: float, rate: float) -> str:
    """A vacancy as a reader would say it; staff above establishment are WTE and never a rate."""
    if rounded(vacancy, 1) < 0:
        return f"over-established by {wte(-vacancy)} WTE"
    if not rounded(vacancy, 1):
        return "no vacancy"
    return f"{wte(vacancy)} WTE vacant" + (f" ({percent(rate)})" if pd.notna(rate) else "")


def _most_vacant(posts: pd.DataFrame, held: HeldWte) -> list[str]:
    hidden = set(held.groups["profession"])
    by = vacancies_by(posts[~posts["profession"].isin(hidden)], ["profession"]).dropna(subset=["rate"])
    if len(by) < 2 or by["rate"].max() <= 0:
        return []
    top = by.loc[by["rate"].idxmax()]
    return [f"The highest rate is among {plain(lower(top['profession']))}: {percent(top['rate'])}."]


def vacancy_table(vacancies: pd.DataFrame, scope: Scope, held: HeldWte = NOTHING_HELD) -> Disclosed:
    """Vacancies, with the way to read each in words where some are below zero, without those that tell small teams."""

    def named(frame: pd.DataFrame) -> pd.DataFrame:
        with_pillars = name_pillars(frame) if "pillar" in frame else frame
        return scope.named(with_pillars, "employer") if "employer" in frame else with_pillars

    read = [vacancy_in_words(row.vacancy, float("nan")) for row in vacancies.itertuples()]
    shown = vacancies.assign(position=read) if (vacancies["vacancy"] < 0).any() else vacancies
    return relabelled(held.of_vacancies(shown), named)


NO_STAFF = "funded posts and nobody in post, or another name for the profession"
NO_POSTS = "staff in post and no funded posts"
NO_MONTH = "funded posts, and no staff of the same month"


def unmatched_table(
    unmatched: pd.DataFrame, lacking: pd.DataFrame, scope: Scope, held: HeldWte = NOTHING_HELD
) -> Disclosed:
    """Posts without staff and staff without posts, each with what is known and what that may mean.

    Takes the results of unmatched and of without_same_month.
    """
    no_staff = unmatched["in_post"].isna()
    wte_known = unmatched["funded_wte"].fillna(unmatched["in_post"])
    listed = unmatched.assign(wte=wte_known, what=no_staff.map({True: NO_STAFF, False: NO_POSTS}))
    whole = lacking.assign(profession="all", wte=float("nan"), what=NO_MONTH)
    both = pd.concat([part for part in (listed, whole) if len(part)] or [listed], ignore_index=True)
    listed = both[["employer", "pillar", "profession", "wte", "what"]].rename(columns={"what": "what_is_known"})
    shown = held.withhold(listed, {"wte": {name: f"@{name}" for name in ("employer", "pillar", "profession")}})
    return relabelled(shown, lambda frame: scope.named(name_pillars(frame), "employer"))


def vacancy_grid(posts: pd.DataFrame, scope: Scope, held: HeldWte = NOTHING_HELD) -> pd.DataFrame:
    """Vacant WTE by profession (rows) and employer (columns, by name), missing where either side is not known.

    Those of teams whose WTE is hidden are missing as well: they add up to the vacancies of the profession.
    """
    found = held.of_vacancies(vacancies_by(posts, ["pillar", "profession", "employer"])).frame
    wide = found.pivot_table(index=["pillar", "profession"], columns="employer", values="vacancy", aggfunc="sum")
    ordered = wide.reindex(columns=[code for code in scope.employers if code in wide.columns])
    heads = {} if len(ordered.columns) > NAMED_HEADS else scope.names
    return ordered.droplevel("pillar").rename(columns=heads).rename_axis(index="profession", columns=None)


NAMED_HEADS = 7
"""Employers whose names have room above the columns of a grid; of more, their codes stand there."""


def heads_note(wide: pd.DataFrame, scope: Scope) -> str:
    """Whose codes stand above the columns, where names have no room."""
    if len(wide.columns) <= NAMED_HEADS:
        return ""
    return f"{'; '.join(f'{code} {scope.names[code]}' for code in wide.columns)}."


def turnover_sentences(
    year: pd.DataFrame,
    headcounts: pd.DataFrame,
    employers: Sequence[str],
    scope: Scope,
    rule: str,
    hidden: pd.DataFrame | None = None,
) -> list[str]:
    """Leavers and joiners of the 12 months, moves within the system apart, and which employers are not counted.

    Numbers of people that a disclosure rule hides are not said, nor the rates that would give them away, nor what is
    `hidden` besides (the row of the sentence of movement_disclosure.movements_hidden).
    """
    last = month(year["month"].max())
    left_out = [plain(name) for code, name in scope.names.items() if code not in employers]
    if not employers:
        return [
            f"Joiners and leavers to {last} are on file, but for no employer do they cover 12 months with a known "
            "headcount, so no rate can be worked out."
        ]
    whole = _of_enough(turnover_by(year.assign(all="all"), headcounts.assign(all="all"), ["all"])).iloc[0]
    said = {name: _people(whole[name], rule) for name in FLOWS}
    said |= {name: UNSAID for name in FLOWS if hidden is not None and bool(hidden[name].any())}
    sentences = [
        f"In the 12 months to {last}, {said['leavers']} left and {said['joiners']} "
        f"joined, of {count(whole['average'])} on average{_rates(whole, said, rule)}.",
        *_within(whole, said, len(scope.employers)),
    ]
    if left_out:
        sentences.append(
            f"Not counted, since their movements do not cover the 12 months or their headcount is not known: "
            f"{join(left_out)}."
        )
    return [" ".join(sentences)]


def training_doctors_sentences(
    whole: pd.Series, others: pd.Series, rule: str, *, hidden: bool, own_thresholds: bool
) -> list[str]:
    """What the leaver rate is without doctors in training, whose posts end by the calendar.

    Takes a row of turnover_by of all staff, and turnover.without_bands. `own_thresholds` is whether the plan has its
    own assurance triggers. Nothing where none of these doctors are on file; no rate where a count of these movements is
    `hidden` or small, since the difference of two rates would tell it.
    """
    doctors = {name: float(whole[name]) - float(others[name]) for name in ("leavers", "average")}
    if doctors["average"] < 1 or pd.isna(whole["leaver_rate"]):
        return []
    told = "The leaver rate counts doctors in training, whose posts end by the calendar"
    few = too_few(doctors["leavers"], rule) or others["leavers"] < LEAST_EVENTS
    if hidden or few or pd.isna(others["leaver_rate"]):
        return [f"{told}."]
    limits = "" if own_thresholds else " The national aim that its assurance thresholds come from leaves them out too."
    return [f"{told}: without them it is **{percent(others['leaver_rate'])}** by the NHS definition.{limits}"]


def _people(number: float, rule: str) -> str:
    few = too_few(number, rule)
    return f"{few} people" if few else plural(number, "person", "people")


UNSAID = "a number of people that is not said, so that nobody can be identified,"
"""Stands in a sentence for a number by which a smaller one could be worked out."""


def _rates(whole: pd.Series, said: Mapping[str, str], rule: str) -> str:
    lost = whole["leavers"] - whole["leavers_within"]
    if too_few(whole["leavers"], rule) or said["leavers"] == UNSAID:
        return ""
    if pd.isna(whole["leaver_rate"]):
        few = whole["leavers"] < LEAST_EVENTS
        return f"; a leaver rate is given from {LEAST_EVENTS} leavers" if few else ""
    told = f": a leaver rate of **{percent(whole['leaver_rate'])}** by the NHS definition"
    if (
        pd.isna(whole["system_leaver_rate"])
        or too_few(lost, rule)
        or too_few(whole["leavers_within"], rule)
        or said["leavers_within"] == UNSAID
    ):
        return told
    return (
        f"{told}, and **{percent(whole['system_leaver_rate'])}** without those who moved to another employer of this "
        "system"
    )


def _within(whole: pd.Series, said: Mapping[str, str], employers: int) -> list[str]:
    left, joined = int(whole["leavers_within"]), int(whole["joiners_within"])
    if not left and not joined:
        return ["No move between employers of the system is recorded."]
    told = (
        f"{said['leavers_within']} left for another employer of the system and {said['joiners_within']} came from one"
    )
    differ = "; the two should agree, and do not where an employer is missing or codes differ"
    # Of one employer alone there is no reason why as many should come as go.
    whole_words = f"{told}{differ if left != joined and employers > 1 else ''}. These moves are no loss to the system."
    return [whole_words[0].upper() + whole_words[1:]]


def turnover_table(flows: pd.DataFrame, rule: str, hidden: pd.DataFrame | None = None) -> Disclosed:
    """Joiners, leavers and rates for a reader, with small counts hidden by a disclosure rule and rates made again.

    `hidden` are counts that are hidden besides (movement_disclosure.movements_hidden).
    """
    named = name_pillars(flows) if "pillar" in flows else flows
    derived = {
        name: lambda counts, name=name: _of_enough(with_rates(counts))[name]
        for name in ("leaver_rate", "system_leaver_rate")
    }
    return protect(_of_enough(named), [*FLOWS, "average"], rule=rule, derived=derived, also=hidden)


def _of_enough(flows: pd.DataFrame) -> pd.DataFrame:
    """The flows without rates of fewer leavers than a rate standardised for age may have."""
    lost = {"leaver_rate": flows["leavers"], "system_leaver_rate": flows["leavers"] - flows["leavers_within"]}
    enough = {name: (count >= LEAST_EVENTS).fillna(False) for name, count in lost.items()}
    return flows.assign(**{name: flows[name].where(there) for name, there in enough.items()})


def reasons_table(reasons: pd.DataFrame, rule: str, hidden: pd.DataFrame | None = None) -> Disclosed:
    """People who joined and left by reason, with the share of leavers whose reason is known.

    `hidden` are counts that are hidden besides (movement_disclosure.movements_hidden).
    """
    is_known = reasons["reason"] != UNKNOWN_REASON

    def share(counts: pd.DataFrame) -> pd.Series:
        known = counts["leavers"].where(is_known).astype("Float64")
        return known / known.sum() if known.sum() > 0 else known * float("nan")

    shown = reasons.assign(
        reason=reasons["reason"].str[:1].str.upper() + reasons["reason"].str[1:], share_of_known_leavers=share(reasons)
    )
    return protect(shown, rule=rule, derived={"share_of_known_leavers": share}, also=hidden)


def unsaid_reasons(reasons: pd.DataFrame, hidden: pd.DataFrame) -> dict[str, list[str]]:
    """Reasons whose number of joiners or of leavers the table of reasons hides, by joiners and leavers."""
    return {kind: list(reasons.loc[hidden[kind], "reason"]) for kind in ("joiners", "leavers")}


def temporary_table(summed: pd.DataFrame, hidden: pd.DataFrame, rule: str) -> Disclosed:
    """Bank and agency staff for a reader. Takes temporary_by, and what is hidden of it (cover_hidden)."""
    shown = withheld(summed, hidden, rule)
    return relabelled(shown, lambda frame: name_pillars(frame).assign(kind=frame["kind"].str.capitalize()))


def temporary_sentences(
    year: pd.DataFrame, by_kind: pd.DataFrame, scope: Scope, hidden: pd.DataFrame | None = None
) -> list[str]:
    """Bank and agency WTE and cost over the months on file. `by_kind` is temporary_by kind.

    `hidden` says which of its rows are of too few people to tell (cover_hidden).
    """
    unsaid = [False] * len(by_kind) if hidden is None else list(hidden["average_wte"])
    parts = [
        f"few WTE of {row.kind}" if few else f"{wte(row.average_wte)} WTE of {row.kind}"
        for row, few in zip(by_kind.itertuples(), unsaid, strict=True)
    ]
    costs = float("nan") if any(unsaid) else by_kind["cost"].sum(min_count=1)
    cost = f" They cost {pounds(costs)}." if pd.notna(costs) else ""
    unstated = int(year["cost"].isna().sum())
    unknown = f" The cost of {plural(unstated, 'entry')} is not stated." if unstated else ""
    left_out = [plain(name) for code, name in scope.names.items() if code not in set(year["employer"])]
    others = f" No file covers {join(left_out)}." if left_out else ""
    first, last = month(year["month"].min()), month(year["month"].max())
    when = f"In {last}" if first == last else f"From {first} to {last}"
    works = agree(len(parts), "was", "were")
    return [f"{when}, {join(parts)} {works} at work on average.{cost}{unknown}{others}"]
