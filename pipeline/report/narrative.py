"""Sentences about the figures, written as a careful analyst would: what, how much, and what is not known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipeline.actions.library import Action
from pipeline.assumptions import Assumption
from pipeline.metrics.places import share_aged
from pipeline.metrics.scope import Scope
from pipeline.model.gap import PERCENTILES
from pipeline.model.outcome import Outcome
from pipeline.model.scenarios import Scenario
from pipeline.plan import PILLAR_NAMES, Plan
from pipeline.report.words import change, count, date, join, money, month, percent, plain, plural, wte

ROW_NAMES = {**PILLAR_NAMES, "outside": "outside the four pillars", "unmapped": "not mapped"}
"""How the pillar of a row is written, which may be none of the four."""


def name_pillars(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with pillars written as a table or a chart would head them."""
    return frame.assign(pillar=frame["pillar"].map(ROW_NAMES).str.capitalize())


NAMED_AT_MOST = 4
"""Employers and months that a note names before it counts the rest."""
LEVEL = 0.005
"""A change smaller than this share of the figure is called level."""


def staff_sentences(staff: pd.DataFrame, scope: Scope) -> list[str]:
    """Where the workforce is now, by pillar, and which employers or pillars no file covers."""
    inside = staff[staff["pillar"].isin(scope.pillars)]
    if inside.empty:
        return []
    totals = inside.groupby("pillar")["wte"].sum().sort_values(ascending=False)
    parts = [f"{PILLAR_NAMES[str(pillar)]} {wte(total)}" for pillar, total in totals.items()]
    sentences = [
        f"The published files show **{wte(totals.sum())} WTE** of diagnostic staff in post in "
        f"{month(inside['month'].max())}: {join(parts)}."
    ]
    unseen = [PILLAR_NAMES[pillar] for pillar in scope.pillars if pillar not in totals.index]
    if unseen:
        sentences.append(f"No file gives staff in {join(unseen)}, so those numbers are unknown, not zero.")
    elif "endoscopy" in scope.pillars:
        sentences.append(
            "Endoscopy counts gastroenterologists only, who also treat patients: the publication has no group for "
            "endoscopy nurses or for other endoscopists."
        )
    return [" ".join(sentences)]


def coverage_table(published: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Which staff groups the files hold for each employer, in words; no rows where they hold all of them.

    `published` has employers' codes as its index and a column of True or False for each group.
    """
    if published.to_numpy().all():
        return pd.DataFrame()
    shown = published.replace({True: "Yes", False: "No"}).rename(index=scope.names)
    return shown.rename_axis(index="employer", columns=None).reset_index()


def waits_sentences(by_pillar: pd.DataFrame, standard: float) -> list[str]:
    """Waits against the six-week standard: a sentence on the whole and one on each pillar's change.

    `by_pillar` has pillar, month, waiting and waiting_6_plus for every month.
    """
    if by_pillar.empty:
        return []
    months = by_pillar.groupby("month")[["waiting", "waiting_6_plus"]].sum().sort_index()
    now, first = months.iloc[-1], months.iloc[0]
    whole = (
        f"At the end of {month(months.index[-1])}, **{count(now['waiting'])} patients** were waiting and "
        f"{count(now['waiting_6_plus'])} of them (**{_share(now)}**) had waited six weeks or more. "
        f"The standard allows {percent(standard)}."
    )
    if len(months) == 1:
        return [whole]
    moves = [
        f"{PILLAR_NAMES[str(pillar)]} {_moved(rows.sort_values('month'))}"
        for pillar, rows in by_pillar.groupby("pillar")
    ]
    since = (
        f"Since {month(months.index[0])} the share over six weeks went {_from_to(first, now)} in all: {join(moves)}."
    )
    return [whole, since]


def _share(row: pd.Series) -> str:
    return percent(row["waiting_6_plus"] / row["waiting"]) if row["waiting"] else "none"


def _from_to(first: pd.Series, last: pd.Series) -> str:
    return f"from {_share(first)} to {_share(last)}"


def _moved(rows: pd.DataFrame) -> str:
    return _from_to(rows.iloc[0], rows.iloc[-1])


DATASETS = {"dm01": "DM01", "did": "Diagnostic Imaging Dataset"}


def incomplete_table(incomplete: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Months of tests that are missing or not whole, a row an employer, data set, month and reason, with the tests."""
    reasons = {"missing": "no count", "low": "far below the usual"}
    named = scope.named(incomplete, "provider").rename(columns={"provider": "employer", "test": "tests"})
    shown = named.assign(dataset=named["dataset"].map(DATASETS), why=named["why"].map(reasons))
    keys = ["employer", "dataset", "month", "why"]
    return shown.groupby(keys, as_index=False)["tests"].agg(lambda tests: join(sorted(tests)))


def incomplete_note(incomplete: pd.DataFrame, dataset: str, scope: Scope) -> str:
    """Which employers' counts of a data set are not whole in which months, so that a dip is not read as a fall."""
    own = incomplete[incomplete["dataset"] == dataset]
    pairs = own.drop_duplicates(["provider", "month"]).sort_values(["month", "provider"])
    parts = [f"{scope.names.get(row.provider, row.provider)} in {month(row.month)}" for row in pairs.itertuples()]
    if len(parts) > NAMED_AT_MOST:
        parts = [*parts[: NAMED_AT_MOST - 1], f"{count(len(parts) - NAMED_AT_MOST + 1)} more"]
    return f"Missing or not whole: {join(parts)}; chapter 15 lists them." if parts else ""


def growth_sentences(changes: pd.DataFrame, first_year: str, last_year: str) -> list[str]:
    """How imaging by modality changed between two years. `changes` has test, first, last, change."""
    known = changes.dropna(subset=["change"]).sort_values("last", ascending=False)
    if known.empty or first_year == last_year:
        return []
    large = known.head(4)
    parts = [
        f"{row.test} about level at {count(row.last)}"
        if abs(row.change) < LEVEL
        else f"{row.test} {change(row.first, row.last, count)}"
        for row in large.itertuples()
    ]
    return [f"Between {first_year} and {last_year}, of the modalities with the most tests: {'; '.join(parts)}."]


def sickness_sentence(pooled: pd.DataFrame, months: int) -> list[str]:
    """Sickness by employer, pooled. `pooled` has employer (names), days_lost and days_available."""
    if pooled.empty:
        return []
    whole = pooled["days_lost"].sum() / pooled["days_available"].sum()
    parts = [f"{plain(row.employer)} {percent(row.rate)}" for row in pooled.sort_values("rate").itertuples()]
    return [
        f"Over the latest {plural(months, 'month')} on file **{percent(whole)}** of available days were lost to "
        f"sickness, all staff groups together: {join(parts)}. The publication does not split off diagnostic staff."
    ]


def gap_sentences(result: Outcome, professions: pd.DataFrame, placeholders: int) -> list[str]:
    """The gap at a month: gross with its range, net, where it is largest, and how far to trust it."""
    known = professions.dropna(subset=["p50"])
    if known.empty:
        return ["No file gives staff in a profession whose tests are counted, so the gap cannot be worked out."]
    low, middle, high = np.percentile(result.gross, [10, 50, 90])
    net = float(np.percentile(result.net, 50))
    largest = known.loc[known["p50"].idxmax()]
    sentences = [
        f"If {_lower(result.scenario.label)}, by {month(result.month)} the tests counted here need "
        f"**{wte(middle)} WTE** more than are in post today, gross (P10 to P90: {wte(low)} to {wte(high)}); "
        f"net of surpluses {wte(net)}."
    ]
    if largest["p50"] > 0:
        sentences.append(
            f"The largest shortage is of {_lower(largest['profession'])}: {wte(largest['p50'])} WTE "
            f"({wte(largest['p10'])} to {wte(largest['p90'])})."
        )
    unknown = professions[professions["in_post"].isna()]
    if len(unknown):
        names = join(_lower(name) for name in unknown["profession"])
        sentences.append(f"Staff in post are not known for {names}; their shortage is not in these totals.")
    if placeholders:
        sentences.append(
            f"The sum rests on {plural(placeholders, 'placeholder')}, so it shows how the calculation works and which "
            "figures matter; it is not yet a basis for funding posts."
        )
    return [" ".join(sentences)]


def centre_sentences(centres: pd.DataFrame, unplaced: int) -> list[str]:
    """How many centres there are, how many open long hours, and how many on the map belong to a board nobody knows."""
    long_hours = int(centres["open_12_7"].eq(True).sum()) if len(centres) else 0
    sentences = [
        f"The map shows {plural(len(centres), 'centre')} in the ICS, of which {count(long_hours)} open 12 hours a day, "
        "7 days a week. An opening date is shown where the operational list has a centre of the same name."
    ]
    if unplaced:
        sentences.append(
            f"{plural(unplaced, 'centre')} on the map {'carries' if unplaced == 1 else 'carry'} a board's code that no "
            "organisations file of the plan has, most often a board that has since merged, so whether they belong here "
            "is not known."
        )
    return [" ".join(sentences)]


def population_sentence(population: pd.DataFrame) -> str:
    """How many people are served and how many are 65 and over, who need most tests."""
    total = population["persons"].sum()
    return (
        f"**{count(total)} people** were registered with a GP in the ICS on "
        f"{date(population['as_of'].max())}; {percent(share_aged(population, 65))} were 65 or over and "
        f"{percent(share_aged(population, 85))} 85 or over. Deprivation and place within the ICS are not yet shown."
    )


def activity_table(annual: pd.DataFrame) -> pd.DataFrame:
    """Tests a year by test over the plan's employers, with the data set and the latest month each was counted in."""
    grouped = annual.groupby(["test", "pillar", "dataset"], as_index=False).agg(
        tests_a_year=("annual_tests", "sum"), latest_month=("to_month", "max"), months_counted=("months", "min")
    )
    named = name_pillars(grouped.assign(dataset=grouped["dataset"].map(DATASETS)))
    return (
        named.sort_values("tests_a_year", ascending=False)
        .astype({"tests_a_year": "Float64"})
        .assign(tests_a_year=lambda frame: frame["tests_a_year"].round().astype("Int64"))
    )


def uncounted_sentences(tests: list[str]) -> list[str]:
    """Tests that are counted but for which there is no standard."""
    if not tests:
        return ["Every test counted has a standard, so its staff are in the calculation."]
    counted = "is counted" if len(tests) == 1 else "are counted"
    return [
        f"{join(map(plain, tests))} {counted} but no standard of minutes was found, so the staff for them are not in "
        "the calculation. A standards file named in plan.yaml would supply it."
    ]


PROFESSIONS_NOTE = (
    "Counted tests and other work are P50 of staff needed. Other work is what today's staff do beyond the counted "
    "tests, taken to go on as it is. A dash: no file gives staff in post. The last column counts employers left out "
    "for that reason."
)


def professions_table(professions: pd.DataFrame) -> pd.DataFrame:
    """Staff needed, in post and short by profession, for a reader."""
    columns = ["profession", "pillar", "in_post", "counted", "uncounted", *PERCENTILES, "employers_unknown"]
    names = {"counted": "for_counted_tests", "uncounted": "for_other_work", "employers_unknown": "employers_left_out"}
    gaps = {name: f"gap_{name}" for name in PERCENTILES}
    return name_pillars(professions)[columns].rename(columns={**names, **gaps})


def explained_table(professions: pd.DataFrame) -> pd.DataFrame:
    """How much of each profession's staff in post the counted tests need, at the base month."""
    known = professions.dropna(subset=["in_post"])
    shown = known[["profession", "in_post", "counted"]].rename(columns={"counted": "needed_for_counted_tests"})
    return shown.assign(share_of_staff=known["counted"] / known["in_post"])


def explained_sentences() -> list[str]:
    """Why staff in post above what counted tests need are not a surplus."""
    return [
        "The files count outpatient, inpatient and emergency tests. They do not count on-call cover, screening "
        "programmes, theatre and interventional work, clinics, meetings about patients or teaching, and many minutes "
        "for each test are placeholders. Staff beyond what the counted tests need are therefore **not read as a "
        "surplus**: they are taken to do that other work, which goes on as it is. The gap is today's shortage, if any, "
        "and the growth of the counted tests."
    ]


def scenario_sentences(scenarios: list[Scenario]) -> list[str]:
    """What each scenario supposes, and that supply is held at today's staff."""
    parts = [f"- **{plain(scenario.label)}**: {plain(scenario.why)}" for scenario in scenarios]
    held = (
        "Staff in post are held at today's level in every scenario: the files published for trusts do not give "
        "joiners, leavers or training by profession, which each employer's own records would supply."
    )
    return ["\n".join(parts), held]


def placeholder_sentences(stand_ins: list[Assumption]) -> list[str]:
    """How many placeholders are in use, and the list of them."""
    if not stand_ins:
        return ["No placeholder is in use: every assumption has a source."]
    listed = "\n".join(f"- {plain(each.label)}: {each.value:g} ({plain(each.unit)})" for each in stand_ins)
    return [f"**{plural(len(stand_ins), 'placeholder')} still in use.** No source has been read for:", listed]


def action_sentences(listed: pd.DataFrame) -> list[str]:
    """How many actions there are by term, and what their owners expect of them together."""
    terms = [f"{plural(number, 'action')} {term}" for term, number in listed["term"].value_counts().items()]
    return [
        f"The plan lists {plural(len(listed), 'action')}: {join(f'{part} term' for part in terms)}. By their owners' "
        f"own estimates they bring {wte(listed['wte'].sum())} WTE once all are in full, for "
        f"{money(listed['recurrent'].sum())} a year and {money(listed['capital'].sum())} of capital. The model has not "
        "yet tested these effects, and they may overlap."
    ]


def decision_sentence(plan: Plan) -> str:
    """The decision asked, as the plan's owner wrote it."""
    asked = plan.file.governance.decision
    return plain(asked) if asked else "plan.yaml does not yet say which decision is asked (governance: decision)."


def summary_sentences(plan: Plan, found: pd.DataFrame, gaps: pd.DataFrame, actions: list[Action]) -> list[str]:
    """The summary page: where we are, the gap and its range, why, how sure, and what is proposed."""
    values = {row.key: row for row in found.itertuples()}
    parts = [*_where(values), *_gap(values), *_why(gaps), *_trust(values), *_proposed(actions)]
    return [" ".join(parts)] if parts else [f"No file of {plain(plan.file.name)} supplies a headline figure yet."]


def _where(values: dict[str, Any]) -> list[str]:
    sentences = []
    if "staff_in_post" in values:
        sentences.append(
            f"The published files show {wte(values['staff_in_post'].value)} WTE of diagnostic staff in post."
        )
    if "waiting" in values:
        sentences.append(
            f"{count(values['waiting'].value)} patients are waiting for a key test and "
            f"{percent(values['waiting_6_plus_share'].value)} of them have waited six weeks or more."
        )
    return sentences


def _gap(values: dict[str, Any]) -> list[str]:
    if "gap_gross_horizon" not in values:
        return ["The gap between staff needed and staff in post cannot be worked out from these files."]
    gross, net = values["gap_gross_horizon"], values["gap_net_horizon"]
    return [
        f"If present trends go on and staff stay as they are, {wte(gross.value)} WTE more would be needed at the "
        f"horizon (P10 to P90: {wte(gross.low)} to {wte(gross.high)}), gross; net {wte(net.value)}."
    ]


def _why(gaps: pd.DataFrame) -> list[str]:
    short = gaps[gaps["p50"] > 0].sort_values("p50", ascending=False).head(2)
    if short.empty:
        return []
    parts = [f"{_lower(row.profession)} ({wte(row.p50)} WTE)" for row in short.itertuples()]
    return [f"The largest shortages are of {join(parts)}."]


def _trust(values: dict[str, Any]) -> list[str]:
    stand_ins = values["placeholders"].value
    if not stand_ins:
        return []
    return [
        f"The figures rest on {plural(int(stand_ins), 'placeholder')} that local figures should replace before posts "
        "are funded."
    ]


def _proposed(actions: list[Action]) -> list[str]:
    if not actions:
        return ["No list of actions has been supplied yet."]
    quick = sum(action.term == "short" for action in actions)
    return [f"{plural(len(actions), 'action')} are proposed, {quick} of which can take full effect within a year."]


def _lower(text: object) -> str:
    words_of = str(text)
    return plain(words_of[:1].lower() + words_of[1:])
