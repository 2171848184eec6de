"""Staff per 100,000 people, registered and weighted by need, worked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.metrics.need import compared, system_rates, weighted_population, with_rates
from pipeline.metrics.scope import Scope
from pipeline.reference import NeedWeight, need_weights
from pipeline.tables import empty

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset({"Q1X"}), frozenset({"AAA", "BBB"}), ("imaging", "labs"))
WEIGHTS = (NeedWeight(0, 1.0, "placeholder"), NeedWeight(65, 3.0, "a paper"))
APRIL, MARCH = pd.Timestamp("2025-04-30"), pd.Timestamp("2025-03-31")


def population(*rows: tuple[str, str, int], as_of: str = "2025-04-01", kind: str = "icb") -> pd.DataFrame:
    """Area, age band and persons of each row."""
    frame = pd.DataFrame(rows, columns=["area", "age_band", "persons"]).astype({"persons": "Int64"})
    return frame.assign(as_of=pd.Timestamp(as_of), area_kind=kind, sex="female")


# 400,000 people in all; by need 300,000 + 3 x 100,000 = 600,000.
PEOPLE = pd.concat(
    [
        population(
            ("Q1X", "20-24", 100_000), ("Q1X", "60-64", 50_000), ("Q1X", "65-69", 30_000), ("Q1X", "95+", 20_000)
        ),
        population(("Q2X", "00-04", 50_000), ("Q2X", "20-24", 100_000), ("Q2X", "75-79", 50_000)),
        population(("Q1X", "20-24", 999_999), as_of="2024-04-01"),
        population(("Y1", "20-24", 300_000), ("Y1", "65-69", 100_000), kind="region"),
    ]
)


def published(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    """Employer, pillar, staff group and WTE of each row, as published."""
    frame = pd.DataFrame(rows, columns=["employer", "pillar", "staff_group", "wte"])
    return frame.assign(month=APRIL, dataset="hchs", profession="P", headcount=1)


def organisations(*rows: tuple[str, str, str | None, str | None, str | None]) -> pd.DataFrame:
    """Code, kind, parent, last day and successor of each row."""
    frame = pd.DataFrame(rows, columns=["code", "kind", "parent", "valid_to", "successor"])
    return frame.assign(valid_to=pd.to_datetime(frame["valid_to"]), name=frame["code"])


PLACES = organisations(
    ("Q1X", "icb", None, None, None),
    ("Q2X", "icb", None, None, None),
    ("QOLD", "icb", None, "2024-03-31", "Q2X"),
    ("AAA", "trust", "Q1X", None, None),
    ("BBB", "trust", "Q1X", None, None),
    ("CCC", "trust", "QOLD", None, None),
    ("MMM", "trust", "Q2X", None, None),
    ("OLD", "trust", "Q2X", "2020-03-31", "CCC"),
)
AHP, DOCTORS = "Allied health professionals", "HCHS Doctors"
TEN_ROWS = published(
    ("AAA", "imaging", AHP, 60.0),
    ("AAA", "imaging", DOCTORS, 12.0),
    ("AAA", "labs", "Healthcare scientists", 40.0),
    ("BBB", "imaging", AHP, 20.0),
    ("BBB", "imaging", DOCTORS, 8.0),
    ("CCC", "imaging", AHP, 70.0),
    ("CCC", "imaging", DOCTORS, 10.0),
    ("CCC", "labs", "Healthcare scientists", 90.0),
    ("MMM", "unmapped", "Nurses", 500.0),
    ("MMM", "unmapped", DOCTORS, 50.0),
)


def weighted() -> pd.DataFrame:
    return weighted_population(PEOPLE, WEIGHTS)


def test_weighted_people_have_the_total_of_the_registered() -> None:
    found = weighted().set_index("area")
    # By need 300,000 and 300,000 of 600,000, scaled to 400,000.
    assert found["persons"].tolist() == [200_000, 200_000]
    assert found["weighted"].tolist() == pytest.approx([200_000, 200_000])
    older = weighted_population(PEOPLE, (WEIGHTS[0], NeedWeight(75, 3.0, "a paper"))).set_index("area")
    # By need 240,000 and 300,000 of 540,000.
    assert older["weighted"].tolist() == pytest.approx([400_000 * 24 / 54, 400_000 * 30 / 54])


def test_equal_weights_change_nothing() -> None:
    found = weighted_population(PEOPLE, (NeedWeight(0, 7.0, "a paper"),))
    assert found["weighted"].tolist() == pytest.approx(found["persons"].tolist())


def test_an_age_without_a_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="below 20"):
        weighted_population(PEOPLE, (NeedWeight(20, 1.0, "a paper"),))


def test_the_shipped_weights_cover_every_age_and_say_that_they_are_placeholders() -> None:
    assert need_weights()[0].age_from == 0
    assert all(each.is_placeholder and each.weight > 0 for each in need_weights())
    assert weighted_population(PEOPLE)["weighted"].sum() == pytest.approx(400_000)


def test_the_systems_rate_is_of_the_people_of_its_boards() -> None:
    rates = system_rates(TEN_ROWS[TEN_ROWS["employer"].isin(SCOPE.employers)], weighted(), SCOPE).set_index("pillar")
    assert rates["wte_per_100000"].to_dict() == pytest.approx({"imaging": 50.0, "labs": 20.0})


def test_a_system_whose_people_are_not_on_file_has_no_rate() -> None:
    rates = system_rates(TEN_ROWS, weighted().query("area == 'Q2X'"), SCOPE)
    assert rates["wte_per_100000"].isna().all()


def test_no_people_have_no_rate() -> None:
    (row,) = with_rates(pd.DataFrame([{"wte": 3.0, "persons": 0.0, "weighted": 0.0}])).to_dict("records")
    assert pd.isna(row["wte_per_100000"])
    assert pd.isna(row["wte_per_100000_weighted"])


def test_boards_are_compared_under_the_codes_of_today() -> None:
    found = compared(TEN_ROWS, PLACES, weighted())
    assert found.left_out.empty
    rates = found.rates.set_index(["area", "pillar"])["wte_per_100000"]
    assert rates.to_dict() == pytest.approx(
        {("Q1X", "imaging"): 50, ("Q1X", "labs"): 20, ("Q2X", "imaging"): 40, ("Q2X", "labs"): 45}
    )


def test_a_board_with_a_trust_that_no_file_has_is_left_out_and_named() -> None:
    found = compared(TEN_ROWS[TEN_ROWS["employer"] != "MMM"], PLACES, weighted())
    assert set(found.rates["area"]) == {"Q1X"}
    assert found.left_out[["area", "pillar", "lacking", "people_known"]].to_numpy().tolist() == [
        ["Q2X", "imaging", "MMM", True],
        ["Q2X", "labs", "MMM", True],
    ]


def test_a_trust_in_one_of_two_files_leaves_its_board_out() -> None:
    without = TEN_ROWS[(TEN_ROWS["employer"] != "BBB") | (TEN_ROWS["staff_group"] != DOCTORS)]
    found = compared(without, PLACES, weighted())
    # The labs' doctors are on no file, so the labs do not lack them.
    assert found.left_out[["area", "pillar", "lacking"]].to_numpy().tolist() == [["Q1X", "imaging", "BBB"]]
    doctors_only = TEN_ROWS[(TEN_ROWS["employer"] != "BBB") | (TEN_ROWS["staff_group"] == DOCTORS)]
    assert compared(doctors_only, PLACES, weighted()).left_out["lacking"].tolist() == ["BBB", "BBB"]


def test_a_diagnostic_trust_without_a_doctors_file_leaves_its_board_out_of_a_pillar_of_doctors() -> None:
    endoscopists = published(("CCC", "endoscopy", DOCTORS, 6.0), ("AAA", "endoscopy", DOCTORS, 4.0))
    without = TEN_ROWS[(TEN_ROWS["employer"] != "BBB") | (TEN_ROWS["staff_group"] != DOCTORS)]
    found = compared(pd.concat([without, endoscopists]), PLACES, weighted())
    assert found.left_out[["area", "pillar"]].to_numpy().tolist() == [["Q1X", "endoscopy"], ["Q1X", "imaging"]]
    # The mental health trust of Q2X has doctors and none of these: it takes nothing away.
    assert found.rates.set_index(["area", "pillar"]).loc[("Q2X", "endoscopy"), "wte_per_100000"] == pytest.approx(3.0)


def test_figures_of_an_earlier_month_do_not_stand_beside_later_ones() -> None:
    late = TEN_ROWS.assign(month=TEN_ROWS["month"].mask(TEN_ROWS["employer"] == "CCC", MARCH))
    assert set(compared(late, PLACES, weighted()).rates["area"]) == {"Q1X"}


def test_records_and_returns_are_not_compared() -> None:
    records = TEN_ROWS.assign(dataset="esr")
    assert compared(records, PLACES, weighted()).rates.empty


def test_a_board_without_people_on_file_is_left_out() -> None:
    found = compared(TEN_ROWS, PLACES, weighted().query("area == 'Q1X'"))
    assert set(found.rates["area"]) == {"Q1X"}
    assert found.left_out["people_known"].tolist() == [False, False]
    assert found.left_out["lacking"].tolist() == ["", ""]


def test_of_no_files_there_is_nothing() -> None:
    nobody = weighted_population(empty("population"))
    assert nobody.empty
    for staff, places in ((empty("staff"), PLACES), (TEN_ROWS, empty("organisations"))):
        assert compared(staff, places, weighted()).rates.empty
    assert compared(TEN_ROWS, PLACES, nobody).rates.empty
    assert system_rates(empty("staff"), nobody, SCOPE).empty
