"""Trainees and supervision for every 100 WTE in post, worked by hand."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from pipeline.metrics.scope import Scope
from pipeline.model.capacity import WorkingYear
from pipeline.model.training import arrivals, routes_table
from pipeline.model.training_load import training_load, with_load
from pipeline.tables import empty

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder"}, frozenset({"Q1X"}), frozenset({"AAA"}), ("imaging", "labs"))
YEAR = WorkingYear(50, lambda _: 1500.0)
MONTH = dt.date(2025, 3, 31)
RADIOGRAPHERS, SCIENTISTS, HELPERS = "Diagnostic radiographers", "Scientists", "Helpers"


def routes() -> pd.DataFrame:
    """Route, pillar, profession, share that completes; 24 months, 6 hours of supervision a week."""
    rows = [
        ("Degree", "imaging", RADIOGRAPHERS, 1.0),
        ("Apprenticeship", "imaging", RADIOGRAPHERS, 0.64),
        ("Programme", "labs", SCIENTISTS, 1.0),
        ("Certificate", "imaging", "Assistants", 1.0),
    ]
    frame = pd.DataFrame(rows, columns=["route", "pillar", "profession", "completes"])
    shares = {"joins_nhs": 1.0, "stays_local": 1.0, "participation": 1.0}
    cap = pd.array([pd.NA] * len(rows), dtype="Int64")
    every = {"length_months": 24, "lag_months": 0, "supervision_hours_week": 6.0, "placement_cap": cap}
    return routes_table(frame.assign(**shares, **every), SCOPE)


def intakes(*rows: tuple[str, str, str, int, int | None]) -> pd.DataFrame:
    """Route, start, end, places and starters of each row."""
    frame = pd.DataFrame(rows, columns=["route", "starts_on", "ends_on", "places", "starters"])
    dates = {name: pd.to_datetime(frame[name]) for name in ("starts_on", "ends_on")}
    return frame.assign(**dates).astype({"places": "Int64", "starters": "Int64"})


TEN_ROWS = intakes(
    ("Degree", "2022-03-31", "2024-03-31", 50, 50),
    ("Degree", "2023-03-31", "2025-03-31", 40, 40),
    ("Degree", "2023-09-30", "2025-09-30", 20, 10),
    ("Degree", "2024-09-30", "2026-09-30", 20, 10),
    ("Degree", "2025-03-31", "2027-03-31", 20, None),
    ("Degree", "2025-09-30", "2027-09-30", 20, None),
    ("Apprenticeship", "2024-03-31", "2026-03-31", 25, 25),
    ("Programme", "2024-09-30", "2026-09-30", 5, 5),
    ("Programme", "2023-09-30", "2025-09-30", 5, 5),
    ("Programme", "2026-09-30", "2028-09-30", 9, None),
)


def staff(*rows: tuple[str, str, float]) -> pd.DataFrame:
    """Pillar, profession and WTE of each row."""
    return pd.DataFrame(rows, columns=["pillar", "profession", "wte"]).assign(employer="AAA")


IN_POST = staff(
    ("imaging", RADIOGRAPHERS, 150.0),
    ("imaging", RADIOGRAPHERS, 50.0),
    ("imaging", HELPERS, 900.0),
    ("imaging", "Assistants", 4.0),
    ("labs", SCIENTISTS, 80.0),
)


def load(by: list[str], sent: pd.DataFrame = TEN_ROWS, people: pd.DataFrame = IN_POST) -> pd.DataFrame:
    return training_load(arrivals(sent, routes()), routes(), people, MONTH, YEAR, by).set_index(by)


def test_is_trainees_and_their_supervision_for_every_100_wte() -> None:
    by = load(["profession"])
    # Ten and ten on the degree; of 25 apprentices 0.64 would finish, 0.8 are there half way: 20. 40 x 6 x 50 / 1500.
    assert by.loc[RADIOGRAPHERS].tolist() == pytest.approx([40, 8, 200, 20, 4])
    assert by.loc[SCIENTISTS].tolist() == pytest.approx([10, 2, 80, 12.5, 2.5])


def test_a_pillar_pools_the_professions_that_a_route_leads_to() -> None:
    by = load(["pillar"])
    # 900 WTE of helpers have no route on file and do not count; 4 assistants have one and no trainee.
    assert by.loc["imaging"].tolist() == pytest.approx([40, 8, 204, 4000 / 204, 800 / 204])


def test_fewer_than_five_wte_have_no_rate() -> None:
    row = load(["profession"]).loc["Assistants"]
    assert (row["trainees"], row["wte"]) == (0, 4)
    assert pd.isna(row["trainees_per_100_wte"])


def test_nobody_in_post_or_a_hidden_count_has_no_rate() -> None:
    assert load(["pillar"], people=IN_POST.head(0))["trainees_per_100_wte"].isna().all()
    hidden = pd.DataFrame({"trainees": [None, 5.0], "supervision_wte": [1.0, None], "wte": [100.0, None]})
    shown = with_load(hidden)
    assert shown["trainees_per_100_wte"].isna().all()
    assert shown["supervision_per_100_wte"].tolist()[0] == 1.0


def test_without_intakes_nobody_is_in_training() -> None:
    by = load(["profession"], sent=TEN_ROWS.head(0))
    assert by.loc[RADIOGRAPHERS, ["trainees", "trainees_per_100_wte"]].tolist() == [0, 0]


def test_without_routes_there_is_nothing() -> None:
    none = routes_table(empty("training_routes"), SCOPE)
    assert training_load(arrivals(empty("training_intakes"), none), none, IN_POST, MONTH, YEAR, ["pillar"]).empty
