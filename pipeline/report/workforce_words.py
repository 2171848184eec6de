"""Sentences and tables about staff in post: where the figures come from, how many there are and how old they are."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipeline.metrics.ages import share_older, with_share
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import staff_sources, with_employer_names
from pipeline.plan import PILLAR_NAMES
from pipeline.reference import indicator
from pipeline.report.disclosure import Disclosed, protect, too_few
from pipeline.report.narrative import ROW_NAMES, agree, name_pillars
from pipeline.report.words import count, join, lower, month, percent, plain, plural, wte
from pipeline.report.wte_disclosure import NOTHING_HELD, HeldWte, relabelled
from pipeline.tables.published import ESR, HCHS, RETURN

STAFF_FROM = {ESR: "staff records", RETURN: "an employer's return", HCHS: "published statistics"}
"""Where figures of staff come from, as a sentence has it."""


def staff_sentences(staff: pd.DataFrame, scope: Scope, held: HeldWte = NOTHING_HELD) -> list[str]:
    """Where the workforce is now, by pillar, what the figures come from, and what no file covers."""
    inside = staff[staff["pillar"].isin(scope.pillars)]
    if inside.empty:
        return []
    totals = inside.groupby("pillar")["wte"].sum().sort_values(ascending=False)
    few = {pillar: held.has(pillar=str(pillar)) for pillar in totals.index}
    parts = [f"{PILLAR_NAMES[str(pillar)]} {'few' if few[pillar] else wte(total)}" for pillar, total in totals.items()]
    whole = "Few" if held.has() else wte(totals.sum())
    sentences = [
        f"**{whole} WTE** of diagnostic staff were in post in {_months(inside)}: {join(parts)}. "
        f"The figures come from {_from(inside)}."
    ]
    unseen = [PILLAR_NAMES[pillar] for pillar in scope.pillars if pillar not in totals.index]
    if unseen:
        sentences.append(f"No file gives staff in {join(unseen)}, so those numbers are unknown, not zero.")
    if "endoscopy" in totals.index:
        sentences += _endoscopy(inside, scope)
    return [" ".join(sentences)]


def _months(staff: pd.DataFrame) -> str:
    first, last = month(staff["month"].min()), month(staff["month"].max())
    return last if first == last else f"the latest month of each employer ({first} to {last})"


def _from(staff: pd.DataFrame) -> str:
    return join(STAFF_FROM[name] for name in STAFF_FROM if name in set(staff["dataset"]))


def _endoscopy(staff: pd.DataFrame, scope: Scope) -> list[str]:
    """What is known of endoscopy where it is published only, and of employers with none in any file."""
    own = staff[staff["pillar"] == "endoscopy"]
    published = own.loc[own["dataset"] == HCHS, "employer"].unique()
    if not len(published):
        return []
    where = "" if len(published) == own["employer"].nunique() else f" at {_named(published, scope)}"
    return [
        f"Endoscopy{where} counts gastroenterologists only, who also treat patients: the publication has no group for "
        "endoscopy nurses or for other endoscopists, whom staff records would show."
    ]


def _named(codes: object, scope: Scope) -> str:
    return join(plain(scope.names[code]) for code in scope.employers if code in set(codes))  # type: ignore[call-overload]


def sources_table(staff: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The data set and month behind each employer's staff in each pillar, in words; a dash where no file has any."""
    sources = staff_sources(staff, scope)
    said = [
        f"{STAFF_FROM[row.dataset]}, {month(row.month)}" if isinstance(row.dataset, str) else None
        for row in sources.itertuples()
    ]
    wide = sources.assign(said=said).pivot(index="employer", columns="pillar", values="said")
    headings = {pillar: ROW_NAMES[pillar].capitalize() for pillar in scope.pillars}
    ordered = wide.reindex(index=scope.employers, columns=list(headings)).rename(columns=headings, index=scope.names)
    return ordered.rename_axis(index="employer", columns=None).reset_index()


def coverage_table(published: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Which published staff groups the files hold for each employer, in words; no rows where they hold all of them.

    `published` has employers' codes as its index and a column of True or False for each group.
    """
    if published.to_numpy().all():
        return pd.DataFrame()
    shown = published.replace({True: "Yes", False: "No"}).rename(index=scope.names)
    return shown.rename_axis(index="employer", columns=None).reset_index()


def beside_records_sentence(left_out: pd.DataFrame, scope: Scope) -> str:
    """Which published professions an employer's records do not have. Takes the result of published_beside_records."""
    parts = [
        f"{plain(lower(row.profession))} at {plain(scope.names[row.employer])} ({wte(row.wte)} WTE)"
        for row in left_out.itertuples()
    ]
    return (
        f"Published statistics have staff whom the employer's own records of the same pillar do not: {join(parts)}. "
        "They are not counted; ask the employer whether its records leave them out."
    )


def age_sentences(
    aged: pd.DataFrame, scope: Scope, rule: str, hidden: Mapping[str, pd.DataFrame] | None = None
) -> list[str]:
    """How many people whose age is known are 55 or over, where the share is highest, and who is not counted.

    What a disclosure rule hides is not said, nor what is `hidden` besides (staff_disclosure.ages_hidden).
    """
    people = int(aged["headcount"].sum())
    older = int(aged.loc[aged["from_age"] >= indicator("older_from_age"), "headcount"].sum())
    known = [code for code in scope.employers if code in set(aged["employer"])]
    others = [code for code in scope.employers if code not in known]
    besides = hidden or {}
    unsaid = besides["sentence"].any(axis="columns").any() if "sentence" in besides else False
    few = too_few(older, rule)
    told = few or f"**{percent(older / people)}** ({count(older)})"
    sentences = [
        f"Of the {plural(people, 'person', 'people')} whose age is known, {told} "
        f"{agree(older + bool(few), 'is', 'are')} 55 or over."
    ]
    if unsaid:
        sentences = ["How many are 55 or over is not said, so that nobody can be identified."]
    ranked = share_older(aged, ["profession"]).dropna(subset=["share"])
    ranked = ranked[[not too_few(number, rule) for number in ranked["older"]]]
    ranked = ranked[~ranked["profession"].isin(_unsaid_professions(aged, besides))]
    if len(ranked) > 1:
        top = ranked.loc[ranked["share"].idxmax()]
        sentences.append(f"The share is highest among {plain(lower(top['profession']))}: {percent(top['share'])}.")
    if others:
        sentences.append(f"Ages at {_named(others, scope)} are not known; published figures have none.")
    return [" ".join(sentences)]


def _unsaid_professions(aged: pd.DataFrame, hidden: Mapping[str, pd.DataFrame]) -> list[str]:
    """Professions of which the table of those 55 and over hides a number."""
    if "older" not in hidden:
        return []
    rows = share_older(aged, ["pillar", "profession"])
    return list(rows.loc[hidden["older"].any(axis="columns"), "profession"])


def age_table(older: pd.DataFrame, rule: str, hidden: pd.DataFrame | None = None) -> Disclosed:
    """People aged 55 and over by pillar and profession, with small counts hidden by a rule and shares made again.

    `hidden` are the counts people and older that are hidden besides (staff_disclosure.ages_hidden).
    """
    names = {"older": "aged_55_and_over", "share": "share_55_and_over"}
    named = name_pillars(older)[["profession", "pillar", "people", *names]].rename(columns=names)

    def share(counts: pd.DataFrame) -> pd.Series:
        return with_share(counts.rename(columns={new: old for old, new in names.items()}))["share"]

    also = None if hidden is None else hidden.rename(columns=names)
    return protect(named, rule=rule, derived={"share_55_and_over": share}, also=also)


def employers_table(wide: pd.DataFrame, scope: Scope, held: HeldWte) -> Disclosed:
    """WTE by profession and employer, with names for a reader. Takes workforce.employers_by_profession."""
    row = {"pillar": "@pillar", "profession": "@profession"}
    cells = {code: {"employer": code, **row} for code in scope.employers}
    shown = held.withhold(wide, {**cells, "total": row})
    return relabelled(shown, lambda frame: name_pillars(with_employer_names(frame, scope)))


def bands_table(wide: pd.DataFrame, held: HeldWte) -> Disclosed:
    """WTE by pillar and band, with names for a reader. Takes workforce.band_mix."""
    cells = {name: {"pillar": "@pillar", "on_scale": name.removeprefix("Band ")} for name in wide.columns[1:]}
    return relabelled(held.withhold(wide, cells), name_pillars)


def support_table(support: pd.DataFrame, scope: Scope, held: HeldWte) -> Disclosed:
    """Support and registered staff by employer and pillar, with names. Takes workforce.support_ratio."""
    return relabelled(held.of_support(support), lambda frame: scope.named(name_pillars(frame), "employer"))


def outside_table(beyond: pd.DataFrame, rule: str) -> Disclosed:
    """Staff outside the pillars, by discipline; where there are few people, their WTE is hidden with their number."""
    shown = protect(name_pillars(beyond), ["headcount"], rule=rule, public=["wte"])
    hidden = shown.hidden.assign(wte=shown.hidden["headcount"])
    return Disclosed(shown.frame.mask(hidden), hidden, shown.says)
