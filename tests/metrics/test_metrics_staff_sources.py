"""Which data set staff are counted from, what each leaves out, and how staff in post change over the months."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import (
    covers_all,
    current_staff,
    published_beside_records,
    published_for,
    staff_sources,
)
from pipeline.tables import empty

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset(), frozenset(), ("imaging", "labs"))
MONTHS = pd.date_range("2025-01-31", periods=4, freq="ME")
LAST = MONTHS[-1]


def rows(*found: tuple[str, str, str, str, float], month: pd.Timestamp = LAST) -> pd.DataFrame:
    """Employer, data set, pillar, profession (and staff group) and WTE of each row."""
    frame = pd.DataFrame(found, columns=["employer", "dataset", "pillar", "profession", "wte"])
    return frame.assign(month=month, staff_group=frame["profession"], headcount=pd.array([1] * len(frame), "Int64"))


def test_a_group_that_is_gone_from_records_is_not_counted_at_its_last_month() -> None:
    staff = pd.concat(
        [
            rows(
                ("AAA", "esr", "imaging", "Radiographers", 9.0),
                ("AAA", "esr", "imaging", "Doctors", 1.0),
                month=MONTHS[0],
            ),
            rows(("AAA", "esr", "imaging", "Radiographers", 8.0)),
        ]
    )
    assert current_staff(staff, SCOPE)["wte"].tolist() == [8.0]


def test_published_groups_keep_the_month_of_their_own_file() -> None:
    staff = pd.concat(
        [
            rows(("AAA", "hchs", "imaging", "Doctors", 2.0), month=MONTHS[0]),
            rows(("AAA", "hchs", "imaging", "Radiographers", 8.0)),
        ]
    )
    assert current_staff(staff, SCOPE)["wte"].sum() == 10.0


def test_an_employer_with_records_lacks_no_published_group_of_the_pillars_they_hold() -> None:
    staff = rows(
        ("AAA", "esr", "imaging", "Anything", 9.0),
        ("BBB", "hchs", "imaging", "Radiographers", 8.0),
        ("BBB", "hchs", "labs", "Scientists", 8.0),
    )
    have = published_for(staff, SCOPE)
    assert have.loc["AAA"].to_dict() == {"Radiographers": True, "Scientists": False}
    assert have.loc["BBB"].all()
    assert not covers_all(staff, SCOPE)


def test_all_is_covered_where_every_employer_sends_records_and_not_where_one_has_no_staff() -> None:
    both = rows(("AAA", "esr", "imaging", "A", 1.0), ("BBB", "return", "labs", "B", 1.0))
    assert covers_all(both, SCOPE)
    assert not covers_all(both.head(1), SCOPE)


def test_staff_sources_give_a_row_for_every_employer_and_pillar() -> None:
    sources = staff_sources(rows(("AAA", "esr", "imaging", "A", 1.0)), SCOPE)
    assert len(sources) == 4
    (known,) = sources.dropna(subset=["dataset"]).to_dict("records")
    assert (known["employer"], known["pillar"], known["dataset"], known["month"]) == ("AAA", "imaging", "esr", LAST)


def test_published_professions_that_records_of_the_pillar_do_not_have_are_found() -> None:
    staff = rows(
        ("AAA", "esr", "imaging", "Radiographers", 9.0),
        ("AAA", "hchs", "imaging", "Radiographers", 9.5),
        ("AAA", "hchs", "imaging", "Radiologists", 4.0),
        ("AAA", "hchs", "labs", "Scientists", 5.0),
    )
    assert published_beside_records(staff, SCOPE).to_dict("records") == [
        {"employer": "AAA", "profession": "Radiologists", "wte": 4.0}
    ]
    assert published_beside_records(empty("staff"), SCOPE).empty


def test_no_staff_are_in_no_published_group() -> None:
    assert published_for(empty("staff"), SCOPE).empty
