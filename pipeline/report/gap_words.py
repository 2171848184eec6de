"""Sentences and tables about the tests that are counted, how much work they explain, and the assumptions behind it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.assumptions import Assumption, Assumptions, placeholders
from pipeline.metrics.scope import Scope
from pipeline.model.counts_apart import REPORTS
from pipeline.model.workload import wisn_difference, wisn_ratio
from pipeline.reference import engine
from pipeline.report.assumption_words import exact
from pipeline.report.narrative import DATASETS, agree, name_pillars
from pipeline.report.words import count, join, month, percent, plain, plural

TORNADO_NOTE = (
    "The centre has every assumption at its value and staff at their expected numbers; the headline is the middle of "
    "the draws, which can differ from it."
)


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


COUNTS_NOTE = (
    "Over the plan's employers, a year to the latest return of each. Files cover other months and patients, and "
    "reports are not quite tests; they overlap and are never added up. A dash: not counted there. Share of largest: "
    "what the calculation starts from, over the largest count."
)


def counts_sentences(counts: pd.DataFrame) -> list[str]:
    """Where files that count the same test disagree. Takes the result of counts_apart.counts_apart."""
    if counts.empty:
        return []
    apart = counts.groupby("test")["a_year"].agg(["min", "max"]).sort_values("max", ascending=False)
    limit = engine("counts_apart_from")
    wide = apart[apart["max"] > (1 + limit) * apart["min"]]
    if wide.empty:
        return [f"Files that count the same test agree within {percent(limit)}."]
    named = join(
        f"{plain(test)} ({count(ends['min'])} to {count(ends['max'])} a year)" for test, ends in wide.iterrows()
    )
    return [
        f"**Files that count the same test differ by more than {percent(limit)}** for {named}. The calculation starts "
        "from one of them for each employer and adds none up; the table has them side by side.",
        *_unreported_sentences(counts, limit),
    ]


def _unreported_sentences(counts: pd.DataFrame, limit: float) -> list[str]:
    """Examinations, as the model counts them, of which the files count no report, where these are more than a share."""
    reports = counts[(counts["source"] == REPORTS) & (counts["pillar"] == "imaging")]
    without = reports.assign(without=reports["used"] - reports["a_year"])
    short = without[without["without"] > limit * without["used"]].sort_values("without", ascending=False)
    if short.empty:
        return []
    named = join(
        f"{count(row.without)} of {count(row.used)} examinations of {plain(row.test)} "
        f"({percent(row.without / row.used)})"
        for row in short.itertuples()
    )
    often = (
        " X-ray images are often evaluated by the clinician who asked for them, which no return counts as a report."
        if short["test"].eq(X_RAY).any()
        else ""
    )
    return [
        f"**No report is counted for {named} a year.**{often} Part of the difference may be other months and patients, "
        "or reports made elsewhere. Each employer should be asked who evaluates these images, and where that is "
        "written down."
    ]


X_RAY = "X-ray"


def counts_table(counts: pd.DataFrame) -> pd.DataFrame:
    """A row a test that several files count, a column a file and its latest month, for a reader."""
    names = DATASETS | {REPORTS: "Reports made"}
    latest = counts.groupby("source")["to_month"].max()
    heads = {source: f"{names[source]}, to {month(latest[source])}" for source in names if source in latest.index}
    wide = counts.pivot(index=["test", "pillar", "used"], columns="source", values="a_year").rename(columns=heads)
    largest = wide.max(axis=1)
    shown = wide[list(heads.values())].assign(largest=largest).reset_index()
    shares = shown.assign(share_of_largest=shown["used"] / shown["largest"]).drop(columns="largest")
    return name_pillars(shares.sort_values("used", ascending=False, ignore_index=True)).rename(
        columns={"used": "starts_from"}
    )


def counts_formats(shown: pd.DataFrame) -> dict[str, str]:
    """How the columns of counts_table are written."""
    return {**dict.fromkeys(shown.columns[2:-1], "count"), "share_of_largest": "percent"}


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
        "the staff there are today, with bank and agency, are taken to be what today's work needs, and the gap is what "
        "**changes** from there: work that grows, and staff who come and go.",
    ]


OVER_NOTE = "Difference: in post less needed, WTE. The WISN ratio is in post over needed: less than one is too few."


def over_table(cells: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Employers and professions whose counted tests need more than the staff in post, most first.

    Takes the result of counted_today.
    """
    over = scope.named(cells[cells["counted"] > cells["in_post"]], "employer")
    shown = over[["employer", "profession", "in_post"]].assign(
        needed_for_counted_tests=over["counted"],
        difference=wisn_difference(over["in_post"], over["counted"]),
        wisn_ratio=wisn_ratio(over["in_post"].to_numpy(), over["counted"].to_numpy()),
    )
    return shown.sort_values("wisn_ratio", ignore_index=True)


def placeholder_sentences(figures: Assumptions) -> list[str]:
    """How many values are placeholders, and ranges of values that have a source; then the list of the values."""
    stand_ins = placeholders(figures)
    ranges = sum(each.range == "placeholder" and not each.is_placeholder for each in figures.values())
    if not stand_ins:
        further = f" The {agree(ranges, 'range', 'ranges')} of {count(ranges)} of them {agree(ranges, 'is', 'are')}."
        return [f"No value is a placeholder: every assumption has a source.{further if ranges else ''}"]
    listed = "\n".join(f"- {plain(each.label)}: {plain(exact(each.unit, each.value))}" for each in stand_ins)
    parts = [plural(len(stand_ins), "value"), *([plural(ranges, "further range")] if ranges else [])]
    are = agree(len(stand_ins) + ranges, "is a placeholder", "are placeholders")
    return [f"**{join(parts)} {are}.** No source has been read for {agree(len(stand_ins), 'this', 'these')}:", listed]
