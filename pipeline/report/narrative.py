"""Sentences about the figures, written as a careful analyst would: what, how much, and what is not known."""

from __future__ import annotations

import pandas as pd

from pipeline.metrics.places import share_aged
from pipeline.metrics.scope import Scope
from pipeline.plan import PILLAR_NAMES
from pipeline.report.words import change, count, date, join, month, percent, plain, plural
from pipeline.tables.published import LOCAL

ROW_NAMES = {**PILLAR_NAMES, "outside": "outside the four pillars", "unmapped": "not mapped"}
"""How the pillar of a row is written, which may be none of the four."""


def name_pillars(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with pillars written as a table or a chart would head them."""
    return frame.assign(pillar=frame["pillar"].map(ROW_NAMES).str.capitalize())


NAMED_AT_MOST = 4
"""Employers and months that a note names before it counts the rest."""
LEVEL = 0.005
"""A change smaller than this share of the figure is called level."""


def waits_sentences(by_pillar: pd.DataFrame, standard: float) -> list[str]:
    """Waits against the six-week standard: a sentence on the whole and one on each pillar's change.

    `by_pillar` has pillar, month, waiting and waiting_6_plus for every month.
    """
    if by_pillar.empty:
        return []
    months = by_pillar.groupby("month")[["waiting", "waiting_6_plus"]].sum().sort_index()
    now, first = months.iloc[-1], months.iloc[0]
    whole = f"At the end of {month(months.index[-1])}, {_were_waiting(now)}. The standard allows {percent(standard)}."
    if len(months) == 1 or not months["waiting"].any():
        return [whole]
    moves = [
        f"{ROW_NAMES[str(pillar)]} {_moved(rows.sort_values('month'))}" for pillar, rows in by_pillar.groupby("pillar")
    ]
    since = (
        f"Since {month(months.index[0])} the share over six weeks went {_from_to(first, now)} in all: {join(moves)}."
    )
    return [whole, since]


def _were_waiting(row: pd.Series) -> str:
    waiting, long = row["waiting"], row["waiting_6_plus"]
    if waiting == 0:
        return "nobody was waiting for a key test"
    if waiting == 1:
        return f"**1 patient** was waiting and had waited {'six weeks or more' if long else 'less than six weeks'}"
    long_waits = f"{count(long)} of them (**{_share(row)}**) had waited six weeks or more"
    return f"**{count(waiting)} patients** were waiting and {long_waits}"


def _share(row: pd.Series) -> str:
    return percent(row["waiting_6_plus"] / row["waiting"]) if row["waiting"] else "none"


def _from_to(first: pd.Series, last: pd.Series) -> str:
    return f"from {_share(first)} to {_share(last)}"


def _moved(rows: pd.DataFrame) -> str:
    return _from_to(rows.iloc[0], rows.iloc[-1])


DATASETS = {"dm01": "DM01", "did": "Diagnostic Imaging Dataset", LOCAL: "Employers' own counts"}


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
    named = scope.named(pairs, "provider")
    parts = [f"{row.provider} in {month(row.month)}" for row in named.itertuples()]
    if len(parts) > NAMED_AT_MOST:
        parts = [*parts[: NAMED_AT_MOST - 1], f"{count(len(parts) - NAMED_AT_MOST + 1)} more"]
    return f"Missing or not whole: {join(parts)}; chapter 15 lists them." if parts else ""


IMAGING_NOTE = (
    "Each modality is compared over the same months of both years: a calendar month in which some count is missing or "
    "not whole is left out of both (chapter 15 lists them). Months are as published, rounded to 5; recent ones can be "
    "provisional. Trusts that merged are counted with the system throughout."
)


def growth_sentences(changes: pd.DataFrame, first_year: str, last_year: str) -> list[str]:
    """How imaging by modality changed over the same months of two years. `changes` has test, first, last, change."""
    known = changes.dropna(subset=["change"]).sort_values("last", ascending=False)
    if known.empty or first_year == last_year:
        return []
    large = known.head(4)
    parts = [
        f"{plain(row.test)} about level at {count(row.last)}"
        if abs(row.change) < LEVEL
        else f"{plain(row.test)} {change(row.first, row.last, count)}"
        for row in large.itertuples()
    ]
    return [
        f"Over the same months of {first_year} and {last_year}, of the modalities with the most tests: "
        f"{'; '.join(parts)}."
    ]


def sickness_sentence(pooled: pd.DataFrame, months: pd.Series) -> list[str]:
    """Sickness by employer, pooled over `months`. `pooled` has employer (names), days_lost and days_available."""
    if pooled.empty:
        return []
    whole = pooled["days_lost"].sum() / pooled["days_available"].sum()
    parts = [f"{plain(row.employer)} {percent(row.rate)}" for row in pooled.sort_values("rate").itertuples()]
    return [
        f"Over the latest {plural(months.nunique(), 'month')} on file (to {month(months.max())}) **{percent(whole)}** "
        f"of available days were lost to sickness, all staff groups together: {join(parts)}. The publication does not "
        "split off diagnostic staff."
    ]


def centre_sentences(centres: pd.DataFrame, unplaced: int) -> list[str]:
    """How many centres there are, how many open long hours, and how many on the map belong to a board nobody knows.

    Nothing where the files have no centre at all.
    """
    sentences = []
    if len(centres):
        long_hours = int(centres["open_12_7"].eq(True).sum())
        of_them = "all" if long_hours == len(centres) > 1 else count(long_hours)
        sentences.append(
            f"The map shows {plural(len(centres), 'centre')} in the ICS, of which {of_them} "
            f"{agree(long_hours, 'opens', 'open')} 12 hours a day, 7 days a week. An opening date is shown where the "
            "operational list has a centre of the same name."
        )
    if unplaced:
        sentences.append(
            f"{plural(unplaced, 'centre')} on the map {agree(unplaced, 'carries', 'carry')} a board's code that no "
            "organisations file of the plan has, most often a board that has since merged, so whether "
            f"{agree(unplaced, 'it belongs', 'they belong')} here is not known."
        )
    return [" ".join(sentences)] if sentences else []


def population_sentence(population: pd.DataFrame) -> str:
    """How many people are served and how many are 65 and over, who need most tests."""
    total = population["persons"].sum()
    return (
        f"**{count(total)} people** were registered with a GP in the ICS on "
        f"{date(population['as_of'].max())}; {percent(share_aged(population, 65))} were 65 or over and "
        f"{percent(share_aged(population, 85))} 85 or over. Deprivation, and staff by sex, ethnicity and disability, "
        "are in none of the files read here: what the plan means for them is to be assessed beside it."
    )


def agree(number: int, one: str, several: str) -> str:
    """The words that go with one, or with none or several."""
    return one if number == 1 else several
