"""The stability index and the joiner rate, worked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.metrics import turnover
from pipeline.metrics.scope import Scope
from pipeline.metrics.stability import COUNTS, opening_headcount, stability_by, with_stability
from pipeline.tables import empty

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset({"Q1X"}), frozenset({"AAA", "BBB"}), ("imaging", "labs"))
MONTHS = pd.date_range("2024-04-30", periods=13, freq="ME")
START, END = MONTHS[0], MONTHS[-1]
WITHIN = "transfer within the system"


def staff(*rows: tuple[pd.Timestamp, str, str, str, int | None]) -> pd.DataFrame:
    """Month, employer, pillar, profession and people of each row."""
    frame = pd.DataFrame(rows, columns=["month", "employer", "pillar", "profession", "headcount"])
    return frame.assign(dataset="esr").astype({"headcount": "Int64"})


def moves(*rows: tuple[pd.Timestamp, str, str, str, str, int]) -> pd.DataFrame:
    """Month, employer, profession, kind, reason and people of each row; labs for scientists, else imaging."""
    frame = pd.DataFrame(rows, columns=["month", "employer", "profession", "kind", "reason", "headcount"])
    pillar = frame["profession"].map({"Scientists": "labs"}).fillna("imaging")
    return frame.assign(pillar=pillar).astype({"headcount": "Int64"})


PEOPLE = staff(
    (START, "AAA", "imaging", "Radiographers", 80),
    (END, "AAA", "imaging", "Radiographers", 100),
    (START, "AAA", "labs", "Scientists", 40),
    (END, "AAA", "labs", "Scientists", 40),
    (START, "BBB", "imaging", "Radiographers", 20),
    (END, "BBB", "imaging", "Radiographers", 20),
    (END, "BBB", "labs", "Scientists", 50),
)
MOVES = moves(
    (START, "AAA", "Radiographers", "leaver", "retirement", 99),
    *((month, "AAA", "Radiographers", "joiner", "other", 2) for month in MONTHS[1:]),
    (MONTHS[2], "AAA", "Radiographers", "joiner", WITHIN, 3),
    (MONTHS[4], "AAA", "Radiographers", "leaver", "retirement", 4),
    (MONTHS[6], "AAA", "Radiographers", "leaver", WITHIN, 3),
    (END, "AAA", "Scientists", "leaver", "resignation", 10),
    (END, "BBB", "Radiographers", "leaver", WITHIN, 1),
    (END, "BBB", "Scientists", "leaver", "retirement", 1),
)


def found(people: pd.DataFrame, movements: pd.DataFrame, by: list[str], scope: Scope = SCOPE) -> pd.DataFrame:
    year = turnover.latest_year(movements, scope)
    last = year["month"].max()
    return stability_by(
        year, turnover.average_headcount(people, scope, last), opening_headcount(people, scope, last), by
    )


def test_is_the_share_of_those_at_the_start_who_did_not_leave() -> None:
    rows = found(PEOPLE, MOVES, ["employer", "pillar"]).set_index(["employer", "pillar"])
    alder = rows.loc[("AAA", "imaging")]
    # 80 at the start, 7 leave, 3 of them for Birch; 27 join, 3 from Birch, over an average of 90.
    assert alder[["start", "average", "leavers", "joiners"]].tolist() == [80, 90, 7, 27]
    assert (alder["stability"], alder["system_stability"]) == pytest.approx((73 / 80, 76 / 80))
    assert (alder["joiner_rate"], alder["system_joiner_rate"]) == pytest.approx((27 / 90, 24 / 90))
    assert rows.loc[("AAA", "labs"), ["stability", "joiner_rate"]].tolist() == pytest.approx([0.75, 0.0])


def test_is_pooled_and_leaves_out_a_part_whose_start_is_not_known() -> None:
    rows = found(PEOPLE, MOVES, ["pillar"]).set_index("pillar")
    assert rows.loc["imaging", "stability"] == pytest.approx((100 - 8) / 100)
    assert rows.loc["imaging", "system_stability"] == pytest.approx((100 - 4) / 100)
    # Birch's scientists have no opening month: neither their people nor their leaver is in the labs.
    assert rows.loc["labs", ["start", "average", "leavers"]].tolist() == [40, 40, 10]


def test_one_employer_is_the_whole_of_it() -> None:
    (row,) = found(PEOPLE, MOVES, ["employer"], SCOPE.only("BBB")).to_dict("records")
    assert (row["employer"], row["start"], row["stability"]) == ("BBB", 20, 0.95)


def test_a_profession_that_nobody_held_at_the_start_has_a_start_of_none_and_no_index() -> None:
    people = pd.concat([PEOPLE, staff((END, "AAA", "imaging", "Helpers", 12))])
    row = found(people, MOVES, ["profession"]).set_index("profession").loc["Helpers"]
    assert row["start"] == 0
    assert pd.isna(row["stability"])


def test_more_leavers_than_were_there_have_no_index() -> None:
    counts = pd.DataFrame([dict.fromkeys(COUNTS, 10.0) | {"leavers": 12.0, "leavers_within": 4.0}])
    (row,) = with_stability(counts).to_dict("records")
    assert pd.isna(row["stability"])
    assert row["system_stability"] == pytest.approx(0.2)


def test_fewer_than_ten_people_and_hidden_counts_have_no_rates() -> None:
    few = dict.fromkeys(COUNTS, 1.0) | {"start": 9.0, "average": 9.5}
    hidden = dict.fromkeys(COUNTS, 100.0) | {"leavers": None, "joiners": None}
    rates = ["stability", "system_stability", "joiner_rate", "system_joiner_rate"]
    assert with_stability(pd.DataFrame([few, hidden]))[rates].isna().all(axis=None)


def test_a_start_with_a_headcount_missing_is_not_known() -> None:
    people = pd.concat([PEOPLE, staff((START, "AAA", "imaging", "Helpers", None))])
    opening = opening_headcount(people, SCOPE, END)
    assert opening[["employer", "pillar"]].to_numpy().tolist() == [["AAA", "labs"], ["BBB", "imaging"]]


def test_of_no_files_there_is_nothing() -> None:
    assert found(empty("staff"), empty("movements"), ["pillar"]).empty
    assert found(PEOPLE, empty("movements"), ["employer"]).empty
    assert found(empty("staff"), MOVES, ["employer"]).empty
    assert found(PEOPLE[PEOPLE["month"] == END], MOVES, ["employer", "pillar"]).empty
