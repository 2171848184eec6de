"""No cover by few people and no small number of trainees of a random plan can be worked out from what is shown.

The reader knows every number shown with all its decimals, and the shares that the document prints.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import product

import numpy as np
import pandas as pd
import pytest
from disclosure_attack import TEAM, Shares, inside, read, whole_range
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.metrics.activity import financial_year
from pipeline.metrics.indicators.parts import SYSTEM
from pipeline.metrics.temporary import temporary_by
from pipeline.model.training import arrivals_by_year, in_training, intakes_by_year
from pipeline.report import action_words, flow_words
from pipeline.report.disclosure import HIDDEN, rules
from pipeline.report.temporary_disclosure import cover_hidden
from pipeline.report.temporary_disclosure import of_indicators as cover_indicators
from pipeline.report.training_disclosure import few_began, few_in_some, in_training_now

pytestmark = pytest.mark.unit

RULE = "threshold_n"
FEW, CLOSE = rules()[RULE].hide_to, 1e-6
EMPLOYERS, KINDS = ("AAA", "BBB", "CCC"), ("bank", "agency")
PROFESSIONS = {"Genetics": "labs", "Blood": "labs", "Radiographers": "imaging"}
TEAMS = [(employer, profession) for employer in EMPLOYERS for profession in PROFESSIONS]
YEAR = pd.Timestamp("2025-03-31")


@st.composite
def covers(draw: st.DrawFn) -> pd.DataFrame:
    """Bank and agency staff of a year's end: a row for each team and kind that had some."""
    hundredths = st.one_of(st.just(0), st.integers(1, 900), st.integers(1000, 3000))
    numbers = draw(st.lists(hundredths, min_size=2 * len(TEAMS), max_size=2 * len(TEAMS)))
    places = [(*team, kind) for team in TEAMS for kind in KINDS]
    rows = [
        {"employer": at, "pillar": PROFESSIONS[who], "profession": who, "kind": kind, "month": YEAR, "months": 1.0}
        | {"wte": number / 100, "cost": number * 50.0}
        for (at, who, kind), number in zip(places, numbers, strict=True)
        if number
    ]
    return pd.DataFrame(rows, columns=[*TEAM, "kind", "month", "months", "wte", "cost"])


def met(cover: pd.DataFrame) -> pd.DataFrame:
    """The cover of every team by either kind: no table says which kinds a team has, so a reader does not know it."""
    every = cover[TEAM].drop_duplicates().merge(pd.DataFrame({"kind": KINDS}), how="cross")
    there = cover[[*TEAM, "kind", "wte"]]
    return every.merge(there, on=[*TEAM, "kind"], how="left").fillna({"wte": 0.0})


@given(covers())
@settings(max_examples=25, deadline=None)
def test_no_cover_by_few_people_can_be_worked_out_from_the_table_the_sentence_and_the_indicators(
    cover: pd.DataFrame,
) -> None:
    if cover.empty:
        return
    masks, parts = cover_hidden(cover, RULE), met(cover)
    table = flow_words.withheld(temporary_by(cover, ["pillar", "profession", "kind"]), masks["table"], RULE)
    shown: Shares = list(
        read(table.frame, "average_wte", lambda row: inside(parts, profession=row["profession"], kind=row["kind"]))
    )
    kinds = temporary_by(cover, ["kind"])
    shown += [
        (inside(parts, kind=row["kind"]), None if few else float(row["average_wte"]))
        for row, few in zip(kinds.to_dict("records"), masks["sentence"]["average_wte"], strict=True)
    ]
    shown += list(_indicators_of(parts, masks))
    assert table.frame.loc[table.hidden["average_wte"], "cost"].isna().all()
    for key, number in cover.groupby(["profession", "kind"])["wte"].sum().items():
        if number < FEW + 1:
            profession, kind = key  # type: ignore[misc]
            least, most = whole_range(shown, inside(parts, profession=profession, kind=kind))
            assert least <= max(1.0, number - 0.5)
            assert most >= min(FEW, number + 0.5)


def _indicators_of(cover: pd.DataFrame, masks: Mapping[str, pd.DataFrame]) -> Iterator[tuple[np.ndarray, float | None]]:
    """The WTE that the shares of temporary and of agency staff tell, where they are not hidden."""
    for name, kinds in (("temporary_share", KINDS), ("agency_share", ("agency",))):
        for at in (*EMPLOYERS, SYSTEM):
            for pillar in ("labs", "imaging", "all"):
                named = {"employer": at, "pillar": pillar}
                chosen = inside(cover, **{key: value for key, value in named.items() if value not in (SYSTEM, "all")})
                chosen &= cover["kind"].isin(kinds).to_numpy()
                value = pd.DataFrame([{"indicator": name, "organisation": at, "pillar": pillar}])
                if chosen.any() and not cover_indicators(value, masks).item():
                    yield chosen, float(cover.loc[chosen, "wte"].sum())


BASE, PART = dt.date(2025, 3, 31), 0.9
MONTHS_OF = {"G1": (9,), "G2": (9, 10), "B1": (5, 9)}
"""When intakes to each route begin: one a year, two providers at a time, and two that arrive in different years."""
ROUTES = (("G1", "Genetics", 0.41, 24), ("G2", "Genetics", 0.57, 36), ("B1", "Blood", 0.3, 30))


@st.composite
def intakes(draw: st.DrawFn) -> pd.DataFrame:
    """Intakes to three routes over some years, as training.arrivals gives them, some still to begin."""
    rows = []
    for route, profession, share, months in ROUTES:
        for year, month in product(range(2021, 2026), MONTHS_OF[route]):
            starts = pd.Timestamp(year=year, month=month, day=1) + pd.offsets.MonthEnd(0)
            begun = starts <= pd.Timestamp(BASE)
            number = draw(st.one_of(st.just(0), st.integers(1, 9), st.integers(10, 40)))
            ends = starts + pd.offsets.MonthEnd(months)
            rows.append(
                {"route": route, "pillar": PROFESSIONS[profession], "profession": profession, "places": 20}
                | {"starts_on": starts, "ends_on": ends, "arrives": ends + pd.offsets.MonthEnd(2), "begun": begun}
                | {"starters": number if begun else pd.NA, "began": float(number if begun else 20)}
                | {"share": share, "completes": share, "length_months": months, "supervision_hours_week": 2.0}
                | {"placement_cap": 50}
            )
    frame = pd.DataFrame(rows).astype({"starters": "Int64"})
    people = frame["began"] * frame["share"]
    years = {"begins": financial_year(frame["starts_on"]), "comes": financial_year(frame["arrives"])}
    return frame.assign(people=people, wte=people * PART, **years)


class _Year:
    """A working year in which an hour a week is a hundredth of a WTE."""

    weeks = 52.0

    def wte(self, hours: pd.Series, profession: pd.Series) -> pd.Series:
        del profession
        return hours / 5200.0


def known_of(expected: pd.DataFrame) -> Iterator[tuple[np.ndarray, float | None]]:
    """What a reader knows of those who began, from starters, arrivals, timelines, trainees and printed shares."""
    few = few_began(expected, RULE)
    begun, after = expected["begun"].to_numpy(), (expected["arrives"] > pd.Timestamp(BASE)).to_numpy()
    share = expected["share"].to_numpy()

    def known(weight: np.ndarray, number: object) -> tuple[np.ndarray, float | None]:
        # What intakes still to come bring is places times shares, which are printed.
        to_come = float((weight * ~begun * expected["began"].to_numpy()).sum())
        return np.where(begun, weight, 0.0), None if pd.isna(number) else float(str(number)) - to_come  # type: ignore[call-overload]

    def named(**words: object) -> np.ndarray:
        return np.logical_and.reduce([(expected[name] == word).to_numpy() for name, word in words.items()])

    for row in action_words.intakes_shown(intakes_by_year(expected), RULE).frame.to_dict("records"):
        for year in [name for name in row if "/" in str(name)]:
            chosen = named(route=row["route"], begins=year)
            if (chosen & begun).any():
                yield known(chosen * 1.0, starters_said(row[year]))
    arriving, arriving_few = (arrivals_by_year(rows, BASE) for rows in (expected, expected[few]))
    for row in action_words.arrivals_table(arriving, arriving_few, RULE).frame.to_dict("records"):
        of = named(profession=row["profession"]) & after
        yield known(of * share * PART, row["total"])
        for year in [name for name in row if "/" in str(name)]:
            if (of & named(comes=year)).any():
                yield known(of * named(comes=year) * share * PART, row[year])
    for row in action_words.timelines(expected, BASE, few_in_some(expected, RULE)).to_dict("records"):
        yield known(named(route=row["row"], starts_on=row["starts"]) * share, row["people"])
    told = arrivals_by_year(expected[~few], BASE)["wte"].sum()
    yield known(~few.to_numpy() * after * share * PART, told)
    yield from _trainees(expected, few_in_some(expected, RULE))


def starters_said(cell: str) -> float:
    """The starters in a cell such as 9 of 10; missing where they are hidden."""
    said, of, _ = cell.partition(" of ")
    return float(said.replace(",", "")) if of and said != HIDDEN else float("nan")


def _trainees(expected: pd.DataFrame, few: pd.Series) -> Iterator[tuple[np.ndarray, float | None]]:
    """The trainees of each route, of whom an even share leaves each month."""
    present = in_training_now(expected, BASE).to_numpy()
    months = ((pd.Timestamp(BASE) - expected["starts_on"]).dt.days / 30.4375).round()
    left = (expected["completes"] ** (months / expected["length_months"])).to_numpy()
    shown = in_training(expected, BASE, _Year())  # type: ignore[arg-type]
    of_few = expected.loc[few & present, "route"]
    for row in action_words.trainees_shown(shown, RULE, of_few).frame.to_dict("records"):
        chosen = (expected["route"] == row["route"]).to_numpy() & present
        yield chosen * left, None if pd.isna(row["trainees"]) else float((chosen * left * expected["began"]).sum())


@given(intakes())
@settings(max_examples=40, deadline=None)
def test_no_small_number_of_starters_can_be_worked_out_from_arrivals_timelines_and_trainees(
    expected: pd.DataFrame,
) -> None:
    shown: Shares = list(known_of(expected))
    alone = [frozenset({place}) for place in expected.index]
    years = [frozenset(rows) for rows in expected.groupby(["route", "begins"]).groups.values()]
    for places in {*alone, *years}:
        wanted = expected.index.isin(places) & expected["begun"].to_numpy()
        number = float(expected.loc[wanted, "began"].sum())
        if 0 < number <= FEW:
            least, most = whole_range(shown, wanted)
            assert least <= max(1.0, number - 1.0) + CLOSE
            assert most >= min(FEW, number + 1.0) - CLOSE
