"""Sentences and tables about tests that employers counted themselves, reporting, and how the population will change."""

from __future__ import annotations

import pandas as pd

from pipeline.metrics.reporting import rvu_per_wte
from pipeline.report.narrative import name_pillars
from pipeline.report.words import change, count, join, month, percent, plain, plural

REPORTING_NOTE = (
    "Hours are reports × minutes each; relative value units (RVUs) weigh reports by their difficulty. The two stand "
    "side by side since neither alone says how much work a report is. A dash: not stated for all of the reports."
)
UNITS = {"rvus": "RVUs", "pas_week": "PAs a week"}
LOCAL_NOTE = (
    "Counted by the employers themselves. A test that DM01 or the imaging data set counts too is the same tests seen "
    "twice, and is never added to them."
)


def local_table(local: pd.DataFrame) -> pd.DataFrame:
    """Employers' own counts for a reader."""
    return name_pillars(local).assign(counted_nationally=local["counted_nationally"].map({True: "Yes", False: "No"}))


def reporting_sentences(year: pd.DataFrame, by_reporter: pd.DataFrame) -> list[str]:
    """Who made the reports and how many took more than 28 days. Takes latest_year and reports_by with its share."""
    first, last = month(year["month"].min()), month(year["month"].max())
    when = f"In {last}" if first == last else f"From {first} to {last}"
    parts = [f"{plain(row.reporter)} {percent(row.share)}" for row in by_reporter.itertuples()]
    told = f"{when}, **{count(by_reporter['reports'].sum())} reports** were made: {join(parts)}."
    timed = year.dropna(subset=["over_28_days"])
    if timed.empty or not timed["reports"].sum():
        return [f"{told} How many took more than 28 days is not stated."]
    late = timed["over_28_days"].sum() / timed["reports"].sum()
    whole = len(timed) == len(year)
    of_them = "of them" if whole else f"of the {count(timed['reports'].sum())} whose time is stated"
    return [f"{told} {percent(late)} {of_them} took more than 28 days."]


def with_sessions(by_reporter: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """Reports by who made them, with their reporting PAs a week (missing where none are stated)."""
    joined = by_reporter.merge(sessions, on="reporter", how="left")
    columns = ["reporter", "reports", "share", "hours", "rvus", "pas_week", "over_28_days"]
    return joined[columns].assign(reporter=joined["reporter"].str.capitalize()).rename(columns=UNITS)


SESSIONS_NOTE = (
    "Of the reporters whose sessions (programmed activities) are stated. Expected hours are those of the sessions; "
    "delivered hours are reports × minutes each, so minutes set too low look like hours lost."
)


def sessions_table(output: pd.DataFrame, leak: pd.DataFrame) -> pd.DataFrame:
    """Reporting sessions by who reports: what each gives in both currencies, and hours that no report accounts for.

    Takes output_per_session and leak_by, both by reporter.
    """
    both = output.merge(leak, on="reporter", how="left").rename(columns={"rvus_per_session": "RVUs_per_session"})
    columns = ["reporter", "sessions", "minutes_per_session", "RVUs_per_session", "expected_hours", "delivered_hours"]
    shown = both[[*columns, "delivered_share"]].assign(reporter=both["reporter"].str.capitalize())
    return shown.rename(columns={"RVUs_per_session": "RVUs for each session"})


def units_sentences(reports: pd.DataFrame, wte_in_post: float, non_reporting_share: float) -> list[str]:
    """Relative value units for each WTE of radiologists, crude and net.

    `reports` are those of a year, `wte_in_post` radiologists in post. Nothing where the units of some report are not
    stated, or nobody is in post: a part would be taken for the whole.
    """
    imaging = reports[reports["pillar"] == "imaging"]
    if imaging.empty or imaging["rvus"].isna().any() or not wte_in_post > 0:
        return []
    own = float(imaging.loc[imaging["reporter"] == "consultant", "rvus"].sum())
    crude = rvu_per_wte(own, wte_in_post)
    net = rvu_per_wte(own, wte_in_post, non_reporting_share)
    return [
        f"Radiologists reported {count(crude)} relative value units for each WTE in post, whatever their grade, or "
        f"{count(net)} for each WTE of the time they have to report ({percent(1 - non_reporting_share)} of it)."
    ]


def projection_sentences(projected: pd.DataFrame) -> list[str]:
    """How the population changes between the two years, and which age group grows most."""
    first, last = projected["first"].sum(), projected["last"].sum()
    years = projected[["from_year", "to_year"]].iloc[0]
    known = projected.dropna(subset=["growth"])
    when = f"From {years['from_year']} to {years['to_year']}"
    goes = change(first, last, count)
    verb = "go" if goes.startswith(("up", "down")) else "be"
    sentences = [f"{when} the population is expected to {verb} {goes}."]
    if len(known) > 1 and known["growth"].max() > 0:
        top = known.loc[known["growth"].idxmax()]
        sentences.append(
            f"People aged {plain(top['age_group'])} grow fastest in number: {change(top['first'], top['last'], count)}."
        )
    return [" ".join(sentences)]


def practices_sentence(places: pd.DataFrame, registered: float = 0.0) -> str:
    """How many practices are on file, their patients for each GP, pooled, and what share they are of all registered.

    `registered` are the people registered with a GP of the system; 0 where that is not known.
    """
    gps, patients = places["gp_wte"].sum(), places["patients"].sum()
    each = f", {count(patients / gps)} for each WTE of general practitioner" if gps else ""
    number = int(places["practices"].sum())
    told = f"The file holds {plural(number, 'practice')} with {count(patients)} registered patients{each}."
    share = patients / registered if registered else 1.0
    if percent(share) == percent(1.0):
        return told
    return f"{told} That is {percent(share)} of the {count(registered)} people registered with a GP of the system."


def by_test(reports: pd.DataFrame) -> pd.DataFrame:
    """Reports by pillar and test for a reader."""
    return name_pillars(reports).rename(columns=UNITS)


def projection_table(projected: pd.DataFrame) -> pd.DataFrame:
    """The population of two years by age group, with the years as headings and the whole last."""
    if projected.empty:
        return projected
    years = {end: f"In {projected[f'{of}_year'].iloc[0]}" for end, of in (("first", "from"), ("last", "to"))}
    ends = projected[["first", "last", "change"]].sum()
    total = {"age_group": "Total", **ends, "growth": ends["last"] / ends["first"] - 1 if ends["first"] else None}
    shown = pd.concat([projected[list(total)], pd.DataFrame([total])], ignore_index=True)
    return shown.rename(columns=years)
