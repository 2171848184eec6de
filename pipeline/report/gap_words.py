"""Sentences and tables about the staff that tests need, the gap, and how far to trust it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from pipeline.assumptions import Assumption, Assumptions
from pipeline.metrics.scope import Scope
from pipeline.model.demand import Requirement
from pipeline.model.gap import PERCENTILES
from pipeline.model.outcome import Outcome
from pipeline.model.scenarios import Scenario
from pipeline.model.workload import wisn_difference, wisn_ratio
from pipeline.report.narrative import DATASETS, agree, name_pillars
from pipeline.report.words import count, join, lower, month, plain, plural, wte

TORNADO_NOTE = (
    "The centre has every assumption at its value; the headline is the middle of the draws, which can differ from it."
)
RANGE_NOTE = (
    "Dot: P50. Bar: P10 to P90, between which eight in ten of the calculations lie. It covers the assumptions that "
    "have a range; it leaves out changes in staffing, breaks in trend, month-to-month chance and the choice of data "
    "set."
)
PROFESSIONS_NOTE = (
    "P50 of staff needed for the counted tests. The balance is today's staff less what today's counted tests need: "
    "other work above zero, work done by others below; it is held as it is. Middles do not add up to the middle of the "
    "total. A dash: no file gives staff in post. The last column counts employers left out for that reason."
)


def gap_sentences(
    result: Outcome, professions: pd.DataFrame, base_month: dt.date, placeholders: list[Assumption], in_use: int
) -> list[str]:
    """The gap at a month: gross with its range, net, what it covers, where it is largest, and how far to trust it.

    `placeholders` are those that the sum rests on, of `in_use` altogether.
    """
    known = professions.dropna(subset=["p50"])
    if known.empty:
        return ["No file gives staff in a profession whose tests are counted, so the gap cannot be worked out."]
    low, middle, high = np.percentile(result.gross, list(PERCENTILES.values()))
    net = float(np.percentile(result.net, PERCENTILES["p50"]))
    covered = agree(len(known), "the 1 profession", f"the {len(known)} professions")
    sentences = [
        f"If {plain(lower(result.scenario.label))}, the counted tests will need about **{wte(middle)} WTE** more in "
        f"{month(result.month)} than in {month(base_month)}, gross (P10 to P90: {wte(low)} to {wte(high)}). Set "
        f"against professions that would need fewer, the net is {wte(net)}. This covers {covered} whose staff and "
        f"tests are both known: {wte(known['in_post'].sum())} WTE in post.",
        *_largest(known),
        *_left_out(professions),
    ]
    return [" ".join(sentences), *_resting_on(placeholders, in_use)]


def _largest(known: pd.DataFrame) -> list[str]:
    largest = known.loc[known["p50"].idxmax()]
    if largest["p50"] <= 0:
        return []
    span = f"{wte(largest['p10'])} to {wte(largest['p90'])}"
    return [f"The largest group is {plain(lower(largest['profession']))}: {wte(largest['p50'])} WTE ({span})."]


def _left_out(professions: pd.DataFrame) -> list[str]:
    nowhere = professions[professions["in_post"].isna()]
    partly = professions[professions["in_post"].notna() & (professions["employers_unknown"] > 0)]
    parts = [plain(lower(name)) for name in nowhere["profession"]]
    parts += [
        f"{plain(lower(row.profession))} at {plural(row.employers_unknown, 'employer')}" for row in partly.itertuples()
    ]
    return [f"No file gives staff in post for {join(parts)}; they are not in the figure."] if parts else []


def _resting_on(placeholders: list[Assumption], in_use: int) -> list[str]:
    if not placeholders:
        return []
    return [
        f"The figure rests on {len(placeholders)} of the {plural(in_use, 'placeholder')} in use, so it shows how the "
        "calculation works and which figures matter; it is not yet a basis for funding posts. Tests done are not tests "
        "needed: the waiting list is not in the calculation."
    ]


def activity_table(annual: pd.DataFrame, assumptions: Assumptions) -> pd.DataFrame:
    """Tests a year by test over the plan's employers, where they were counted, and their growth and where it is "
    "from."""
    grouped = annual.groupby(["test", "pillar", "dataset"], as_index=False).agg(
        tests_a_year=("annual_tests", "sum"), latest_month=("to_month", "max"), months_counted=("months", "min")
    )
    growth = [assumptions.get(f"activity_growth / {test}") for test in grouped["test"]]
    shown = name_pillars(grouped).assign(
        dataset=grouped["dataset"].map(DATASETS),
        tests_a_year=grouped["tests_a_year"].round().astype("Int64"),
        growth_a_year=[float(np.expm1(each.value)) if each else np.nan for each in growth],
        growth_from=[_growth_from(each) for each in growth],
    )
    return shown.sort_values("tests_a_year", ascending=False)


def _growth_from(growth: Assumption | None) -> str:
    if growth is None:
        return "no standard, so not used"
    return growth.source.split(",")[0] if growth.source else "not measured: held level"


def uncounted_sentences(tests: list[str]) -> list[str]:
    """Tests that are counted but for which there is no standard."""
    if not tests:
        return ["Every test counted has a standard, so its staff are in the calculation."]
    counted, them = agree(len(tests), "is counted", "are counted"), agree(len(tests), "it", "them")
    return [
        f"{join(map(plain, tests))} {counted} but no standard of minutes was found, so the staff for {them} are not in "
        "the calculation. A standards file named in plan.yaml would supply it."
    ]


def newer_sentences(newer: pd.DataFrame) -> list[str]:
    """Modalities of which a newer file counts more than the year the calculation starts from."""
    parts = [
        f"{plain(row.test)} ({count(row.reports)} against {count(row.tests_a_year)} in the year to "
        f"{month(row.to_month)})"
        for row in newer.itertuples()
    ]
    return [
        f"**A newer file counts more.** Reports made in the year to {month(newer['reports_to'].iloc[0])} are more than "
        f"the tests this calculation starts from for {join(parts)}. The newer file covers two patient settings only, "
        "so it is a lower bound; the staff that these tests need are understated here."
    ]


def professions_table(professions: pd.DataFrame) -> pd.DataFrame:
    """Staff needed, in post and short by profession, for a reader."""
    columns = ["profession", "pillar", "in_post", "counted", "uncounted", *PERCENTILES, "employers_unknown"]
    names = {
        "counted": "for_counted_tests",
        "uncounted": "other_work_balance",
        "employers_unknown": "employers_left_out",
    }
    gaps = {name: f"gap_{name}" for name in PERCENTILES}
    return name_pillars(professions)[columns].rename(columns={**names, **gaps})


def explained_table(professions: pd.DataFrame) -> pd.DataFrame:
    """How much of each profession's staff in post the counted tests need, at the base month."""
    known = professions.dropna(subset=["in_post"])
    shown = known[["profession", "in_post", "counted"]].rename(columns={"counted": "needed_for_counted_tests"})
    return shown.assign(share_of_staff=known["counted"] / known["in_post"].where(known["in_post"] > 0))


def explained_sentences() -> list[str]:
    """Why the difference between staff in post and what counted tests need is neither a surplus nor a shortage."""
    return [
        "The files count outpatient, inpatient and emergency tests. They do not count on-call cover, screening "
        "programmes, theatre and interventional work, clinics, meetings about patients or teaching, and many minutes "
        "for each test are placeholders. Staff beyond what the counted tests need are therefore **not read as a "
        "surplus**: they are taken to do that other work, which is held as it is.",
        "Nor is a share over 100% by itself a shortage: the tests were done by the staff there were. It means that the "
        "minutes are too high, or that overtime, bank, bought-in work or staff coded elsewhere did some of them. So "
        "the gap is what the **growth** of the counted tests adds to today's staff.",
    ]


OVER_NOTE = "Difference: in post less needed, WTE. The WISN ratio is in post over needed: less than one is too few."


def over_table(needed: list[Requirement], in_post: pd.Series, scope: Scope) -> pd.DataFrame:
    """Employers and professions whose counted tests need more than the staff in post, most first."""
    rows = [
        {
            "employer": scope.names[need.employer],
            "profession": need.profession,
            "in_post": float(in_post[need.cell]),
            "needed_for_counted_tests": float(need.counted[0]),
            "difference": float(wisn_difference(in_post[need.cell], need.counted[0])),
            "wisn_ratio": float(wisn_ratio(in_post[need.cell], need.counted[0])),
        }
        for need in needed
        if need.cell in in_post.index and need.counted[0] > in_post[need.cell]
    ]
    return pd.DataFrame(rows).sort_values("wisn_ratio") if rows else pd.DataFrame()


def scenario_sentences(scenarios: list[Scenario], *, flows_known: bool) -> list[str]:
    """What each scenario supposes, and that supply is held at today's staff.

    `flows_known` says whether the plan's files hold joiners and leavers, or training.
    """
    parts = [f"- **{plain(scenario.label)}**: {plain(scenario.why)}" for scenario in scenarios]
    why = (
        "joiners, leavers and training are shown in chapters 4 and 10 and are not yet in the calculation."
        if flows_known
        else "the files published for trusts do not give joiners, leavers or training by profession, which each "
        "employer's own records would supply."
    )
    held = f"Staff in post are held at today's level in every scenario: {why}"
    return ["\n".join(parts), held]


def fan_note(cells: list[tuple[str, str]], followed: list[tuple[str, str]], in_post: pd.Series, scope: Scope) -> str:
    """What the lines before and after the base month are, and which employers are not in them."""
    told = (
        "The shaded part is staff needed, net of professions that would need fewer, and no forecast of who will be in "
        "post. The axis does not begin at zero."
    )
    absent = dict.fromkeys(code for code, _ in cells if code not in {code for code, _ in followed})
    names = [scope.names.get(code, code) for code in absent]
    left = sum(float(in_post[cell]) for cell in cells if cell not in set(followed))
    few = f"{join(names)} ({wte(left)} WTE) {agree(len(names), 'has', 'have')} too few months to be in it."
    return f"{told} {few}" if names else told


def placeholder_sentences(stand_ins: list[Assumption]) -> list[str]:
    """How many placeholders are in use, and the list of them."""
    if not stand_ins:
        return ["No placeholder is in use: every assumption has a source."]
    listed = "\n".join(f"- {plain(each.label)}: {each.value:g} ({plain(each.unit)})" for each in stand_ins)
    return [f"**{plural(len(stand_ins), 'placeholder')} still in use.** No source has been read for:", listed]
