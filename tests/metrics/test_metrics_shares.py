"""Bank and agency, senior and support staff as shares, and pay for each WTE, worked by hand."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from pipeline.metrics import money, temporary, workforce
from pipeline.metrics.scope import Scope
from pipeline.metrics.shares import pay_per_wte, senior_share, support_share, temporary_share, with_temporary_shares
from pipeline.tables import empty

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset(), frozenset({"AAA", "BBB"}), ("imaging", "labs"))
MARCH, APRIL = pd.Timestamp("2025-03-31"), pd.Timestamp("2025-04-30")
AHP, SUPPORT, DOCTORS = "Allied health professionals", "Support to AHPs", "HCHS doctors"

TEN_ROWS = pd.DataFrame(
    [
        ("AAA", "imaging", AHP, "5", 30.0),
        ("AAA", "imaging", AHP, "6", 20.0),
        ("AAA", "imaging", AHP, "7", 15.0),
        ("AAA", "imaging", AHP, "8a", 5.0),
        ("AAA", "imaging", SUPPORT, "3", 20.0),
        ("AAA", "imaging", DOCTORS, "Consultant", 10.0),
        ("BBB", "imaging", AHP, "9", 10.0),
        ("BBB", "imaging", AHP, "Other", 6.0),
        ("BBB", "labs", "Healthcare scientists", "6", 4.0),
        ("AAA", "labs", DOCTORS, "Consultant", 8.0),
    ],
    columns=["employer", "pillar", "staff_group", "band", "wte"],
)


def bank_and_agency(*rows: tuple[pd.Timestamp, str, str, str, float]) -> pd.DataFrame:
    """The year of month, employer, pillar, kind and WTE of each row."""
    frame = pd.DataFrame(rows, columns=["month", "employer", "pillar", "kind", "wte"])
    return temporary.latest_year(frame.assign(profession="P", cost=float("nan")), SCOPE)


class TestTemporaryStaff:
    YEAR = bank_and_agency(
        (MARCH, "AAA", "imaging", "bank", 10.0),
        (APRIL, "AAA", "imaging", "bank", 20.0),
        (MARCH, "AAA", "imaging", "agency", 10.0),
        (APRIL, "BBB", "labs", "agency", 1.0),
        (APRIL, "BBB", "imaging", "bank", 4.0),
    )

    def test_are_a_share_of_all_staff_and_averaged_over_the_months(self) -> None:
        by = temporary_share(self.YEAR, TEN_ROWS, ["employer", "pillar"]).set_index(["employer", "pillar"])
        # 100 in post, 15 of the bank, and 5 of an agency: 10 in one of two months.
        assert by.loc[("AAA", "imaging")].tolist() == pytest.approx([15, 5, 100, 20 / 120, 5 / 120])
        assert by.loc[("BBB", "labs"), "temporary_share"] == pytest.approx(1 / 5)

    def test_count_no_staff_of_an_employer_that_sent_no_such_file(self) -> None:
        only_birch = self.YEAR[self.YEAR["employer"] == "BBB"]
        (row,) = temporary_share(only_birch, TEN_ROWS[TEN_ROWS["pillar"] == "imaging"], ["pillar"]).to_dict("records")
        assert (row["in_post"], row["temporary_share"]) == (16, pytest.approx(0.2))

    def test_of_a_pillar_without_staff_in_the_files_are_left_out(self) -> None:
        assert temporary_share(self.YEAR, TEN_ROWS.head(0), ["pillar"]).empty

    def test_of_fewer_than_five_wte_have_no_share(self) -> None:
        counts = pd.DataFrame({"in_post": [4.0, 0.0, 5.0], "bank": [0.5, 0.0, 0.0], "agency": 0.0})
        assert with_temporary_shares(counts)["temporary_share"].isna().tolist() == [True, True, False]

    def test_of_no_file_are_none(self) -> None:
        year = temporary.latest_year(empty("temporary_staff"), SCOPE)
        assert temporary_share(year, TEN_ROWS, ["pillar"]).empty


class TestSeniorStaff:
    def test_are_band_7_and_above_of_those_on_a_band(self) -> None:
        by = senior_share(TEN_ROWS, ["employer"]).set_index("employer")
        assert by.loc["AAA"].tolist() == pytest.approx([90, 20, 20 / 90])
        assert by.loc["BBB"].tolist() == pytest.approx([14, 10, 10 / 14])

    def test_without_any_band_have_no_share(self) -> None:
        by = senior_share(TEN_ROWS[TEN_ROWS["staff_group"] == DOCTORS], ["pillar"])
        assert by["banded_wte"].tolist() == [0, 0]
        assert by["senior_share"].isna().all()

    def test_of_nobody_are_none(self) -> None:
        assert senior_share(TEN_ROWS.head(0), ["pillar"]).empty


class TestSupportStaff:
    def test_are_a_share_of_support_and_registered_staff(self) -> None:
        (row,) = support_share(workforce.support_ratio(TEN_ROWS), ["pillar"]).to_dict("records")
        # Birch's support staff are not known, so its radiographers do not count.
        assert (row["support_wte"], row["registered_wte"], row["support_share"]) == pytest.approx((20, 70, 20 / 90))

    def test_of_an_employer_without_either_have_no_share(self) -> None:
        nobody = pd.DataFrame([{"employer": "A", "pillar": "labs", "support_wte": 0.0, "registered_wte": 0.0}])
        assert support_share(nobody, ["employer"])["support_share"].isna().all()
        assert support_share(workforce.support_ratio(TEN_ROWS.head(0)), ["pillar"]).empty


class TestPay:
    PAY = pd.DataFrame(
        [("5", 30_000.0), ("6", 40_000.0), ("7", 50_000.0), ("8a", 60_000.0)], columns=["grade", "salary"]
    ).assign(nation="england", scheme="afc", from_date=pd.Timestamp("2025-04-01"))

    def test_for_each_wte_is_of_those_with_a_price(self) -> None:
        midpoints = money.band_midpoints(self.PAY, dt.date(2025, 5, 1))
        bill = pay_per_wte(money.basic_pay_bill(TEN_ROWS, midpoints)).set_index("pillar")
        # 30 x 30,000 + 20 x 40,000 + 15 x 50,000 + 5 x 60,000 over 70 WTE.
        assert bill.loc["imaging", "pay_per_wte"] == pytest.approx(2_750_000 / 70)
        assert bill.loc["labs", "pay_per_wte"] == pytest.approx(40_000)

    def test_is_missing_where_no_grade_has_a_price(self) -> None:
        bill = pay_per_wte(money.basic_pay_bill(TEN_ROWS, pd.Series(dtype="float64")))
        assert bill["pay_per_wte"].isna().all()
        assert pay_per_wte(money.basic_pay_bill(TEN_ROWS.head(0), pd.Series(dtype="float64"))).empty
