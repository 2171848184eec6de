"""Organisations beside each other: pooled references, who is compared, and differences beyond chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

from pipeline.metrics.comparison import compared, funnel_of, intervals, peers, references
from pipeline.metrics.indicators.parts import SYSTEM, valued
from pipeline.metrics.scope import Scope

pytestmark = pytest.mark.unit

SCOPE = Scope(
    {"AAA": "Alder", "BBB": "Birch"},
    frozenset({"Q1X"}),
    frozenset({"AAA", "BBB", "OLD"}),
    ("imaging", "labs"),
    former={"OLD": "Oak"},
)
OTHERS = ["CCC", "DDD", "EEE", "FFF", "GGG"]
MONTH = pd.Timestamp("2025-04-30")
Cells = tuple[str, float, float]


def values(indicator: str, *cells: Cells, pillar: str = "all", months: int = 1) -> pd.DataFrame:
    """Latest values from organisation, numerator and denominator; the last value of a year is over `months`."""
    frame = pd.DataFrame(cells, columns=["organisation", "numerator", "denominator"])
    return valued(frame.assign(indicator=indicator, pillar=pillar, month=MONTH, months=months))


def five(numerator: float, denominator: float) -> list[Cells]:
    return [(code, numerator, denominator) for code in OTHERS]


def organisations(regions: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame({"code": list(regions), "region": list(regions.values())})


NOWHERE = organisations({})


def standings(indicator: str, *cells: Cells, months: int = 1, confidence: float = 0.95) -> dict[str, str]:
    found = values(indicator, *cells, months=months)
    beside = compared(found, peers(found, NOWHERE, SCOPE, "all"), confidence)
    return dict(zip(beside["organisation"], beside["standing"], strict=True))


def chosen(frame: pd.DataFrame) -> list[str]:
    return sorted(frame["organisation"])


class TestPeers:
    def test_are_all_organisations_with_a_value_and_never_the_system(self) -> None:
        found = values("vacancy_rate", (SYSTEM, 9, 90), ("AAA", 9, 90), ("HHH", 0, 0), *five(10, 100))
        assert chosen(peers(found, NOWHERE, SCOPE, "all")) == ["AAA", *OTHERS]

    @pytest.mark.parametrize(("others", "left"), [(5, 7), (4, 0)])
    def test_need_five_beyond_the_system(self, others: int, left: int) -> None:
        found = values("vacancy_rate", ("AAA", 9, 90), ("BBB", 9, 90), *five(10, 100)[:others])
        assert len(peers(found, NOWHERE, SCOPE, "all")) == left

    def test_do_not_count_a_trust_that_merged_into_the_system(self) -> None:
        found = values("vacancy_rate", ("AAA", 9, 90), ("OLD", 9, 90), *five(10, 100)[:4])
        assert peers(found, NOWHERE, SCOPE, "all").empty

    def test_are_counted_by_indicator_and_pillar(self) -> None:
        found = pd.concat(
            [
                values("vacancy_rate", *five(10, 100)),
                values("vacancy_rate", *five(10, 100)[:4], pillar="labs"),
                values("share_55_plus", *five(10, 100)[:3]),
            ]
        )
        kept = peers(found, NOWHERE, SCOPE, "all")
        assert set(zip(kept["indicator"], kept["pillar"], strict=True)) == {("vacancy_rate", "all")}

    def test_of_a_region_are_those_of_the_regions_of_the_employers(self) -> None:
        regions = {"AAA": "North", "BBB": "North", **dict.fromkeys(OTHERS, "North"), "ZZZ": "South"}
        found = values("vacancy_rate", ("AAA", 9, 90), ("ZZZ", 50, 100), *five(10, 100))
        assert chosen(peers(found, organisations(regions), SCOPE, "region")) == ["AAA", *OTHERS]

    def test_of_an_unknown_region_are_none(self) -> None:
        nowhere = pd.DataFrame({"code": ["AAA", *OTHERS], "region": pd.Series([None] * 6, dtype="str")})
        found = values("vacancy_rate", ("AAA", 9, 90), *five(10, 100))
        assert peers(found, nowhere, SCOPE, "region").empty

    def test_of_the_system_are_its_employers_however_few(self) -> None:
        found = values("vacancy_rate", ("AAA", 9, 90), ("OLD", 1, 90), (SYSTEM, 9, 90), *five(10, 100))
        assert chosen(peers(found, NOWHERE, SCOPE, "system")) == ["AAA"]

    def test_of_an_unknown_comparator_are_refused(self) -> None:
        with pytest.raises(ValueError, match="compare_with is 'nation'; choose one of all, region, system"):
            peers(values("vacancy_rate", *five(1, 10)), NOWHERE, SCOPE, "nation")


class TestReferences:
    def test_pool_and_never_average(self) -> None:
        # 100 of 200 and four times 10 of 100: 140 of 600. The mean of the five rates would be 0.18.
        found = values("vacancy_rate", ("CCC", 100, 200), *five(10, 100)[1:])
        row = references(found).loc[("vacancy_rate", "all")]
        assert row["reference"] == pytest.approx(140 / 600)
        assert row["organisations"] == 5

    def test_say_how_the_organisations_spread(self) -> None:
        cells = [(code, events, 100.0) for code, events in zip(OTHERS, (50, 10, 30, 20, 40), strict=True)]
        row = references(values("vacancy_rate", *cells)).loc[("vacancy_rate", "all")]
        assert row[["lowest", "p25", "p75", "highest"]].tolist() == pytest.approx([0.1, 0.2, 0.4, 0.5])

    def test_of_a_yearly_rate_are_a_year(self) -> None:
        # 12 x 5 leavers in the year over twelve months of 100 people: 5 x 12 / 1,200 x 12 = 60%.
        row = references(values("leaver_rate", *five(60, 1200), months=12)).loc[("leaver_rate", "all")]
        assert row["reference"] == pytest.approx(0.6)

    @pytest.mark.parametrize("amount", ["staff_wte", "staff_headcount"])
    def test_of_amounts_there_are_none(self, amount: str) -> None:
        assert references(values(amount, *five(100, 1))).empty

    def test_of_fewer_than_five_there_are_none(self) -> None:
        assert references(values("vacancy_rate", *five(10, 100)[:4])).empty

    def test_of_nobody_have_the_columns(self) -> None:
        none = references(values("vacancy_rate"))
        assert none.empty
        assert {"reference", "organisations", "lowest", "highest"} <= set(none.columns)


class TestStanding:
    def test_is_worse_or_better_where_the_interval_leaves_out_the_reference(self) -> None:
        # The reference is near 10%. Wilson at 95%: 20 of 100 is 13.3% to 28.9%, 2 of 100 is 0.6% to 7.0%,
        # 12 of 100 is 7.0% to 19.8%.
        found = standings("vacancy_rate", ("AAA", 20, 100), ("BBB", 2, 100), ("OLD", 12, 100), *five(1000, 10000))
        assert (found["AAA"], found["BBB"], found["OLD"]) == ("worse", "better", "similar")

    def test_of_an_indicator_of_which_more_is_better_turns_round(self) -> None:
        found = standings("stability", ("AAA", 95, 100), ("BBB", 60, 100), *five(8000, 10000))
        assert (found["AAA"], found["BBB"]) == ("better", "worse")

    def test_asks_for_more_at_a_higher_confidence(self) -> None:
        # 18 of 100: 11.7% to 26.7% at 95%, and 9.1% to 32.6% at 99.8%.
        cells = [("AAA", 18.0, 100.0), *five(1000, 10000)]
        assert standings("vacancy_rate", *cells)["AAA"] == "worse"
        assert standings("vacancy_rate", *cells, confidence=0.998)["AAA"] == "similar"

    def test_of_a_yearly_rate_takes_the_average_of_the_months_as_trials(self) -> None:
        # 15 leavers over twelve months of 100 people beside 10%: of 100 trials 9.3% to 23.3%; of 1,200 it would be far
        # above.
        found = standings("leaver_rate", ("AAA", 15, 1200), *five(1000, 120000), months=12)
        assert found["AAA"] == "similar"

    def test_of_what_a_card_gives_no_way_to_judge_is_not_compared(self) -> None:
        assert set(standings("participation", ("AAA", 50, 100), *five(90, 100)).values()) == {"not compared"}

    def test_without_a_reference_is_not_compared(self) -> None:
        assert standings("vacancy_rate", ("AAA", 50, 100), *five(10, 100)[:4])["AAA"] == "not compared"

    def test_of_a_missing_value_is_not_compared(self) -> None:
        assert standings("vacancy_rate", ("AAA", 1, 2), *five(10, 100))["AAA"] == "not compared"

    def test_of_an_amount_is_not_compared(self) -> None:
        assert standings("staff_wte", ("AAA", 500, 1), *five(10, 1))["AAA"] == "not compared"

    def test_of_a_spread_needs_more_than_the_spread_of_the_others(self) -> None:
        # 6% of 10,000 days beside 5% is 4.6 standard errors away: far out of a tight group, inside a wide one.
        tight = [("AAA", 600.0, 10000.0), *five(5000, 100000)]
        wide_group = zip(OTHERS, (2000, 3500, 5000, 6500, 8000), strict=True)
        wide = [("AAA", 600.0, 10000.0), *((code, float(events), 100000.0) for code, events in wide_group)]
        assert standings("sickness_rate", *tight)["AAA"] == "worse"
        assert standings("sickness_rate", *wide)["AAA"] == "similar"

    def test_of_a_spread_below_the_others_is_better(self) -> None:
        assert standings("sickness_rate", ("AAA", 300, 10000), *five(5000, 100000))["AAA"] == "better"

    def test_of_a_spread_of_one_reference_each_pillar(self) -> None:
        found = pd.concat(
            [
                values("sickness_rate", ("AAA", 800, 10000), *five(5000, 100000)),
                values("sickness_rate", ("AAA", 800, 10000), *five(8000, 100000), pillar="labs"),
            ],
            ignore_index=True,
        )
        beside = compared(found, peers(found, NOWHERE, SCOPE, "all"))
        own = beside[beside["organisation"] == "AAA"]
        assert own["standing"].tolist() == ["worse", "similar"]

    def test_is_higher_or_lower_where_neither_is_better(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from pipeline.metrics import comparison

        card = comparison.cards()["vacancy_rate"].model_copy(update={"better": "neither"})
        monkeypatch.setattr(comparison, "cards", lambda: {"vacancy_rate": card})
        found = standings("vacancy_rate", ("AAA", 20, 100), ("BBB", 2, 100), *five(1000, 10000))
        assert (found["AAA"], found["BBB"]) == ("higher", "lower")


class TestIntervals:
    def of(self, indicator: str, numerator: float, denominator: float) -> tuple[float, float]:
        found = intervals(values(indicator, ("AAA", numerator, denominator), months=12))
        return float(found["low"].iloc[0]), float(found["high"].iloc[0])

    def test_are_wilson_s(self) -> None:
        assert self.of("vacancy_rate", 20 * 12, 100 * 12) == pytest.approx((0.1785, 0.2235), abs=5e-4)
        assert intervals(values("vacancy_rate", ("AAA", 20, 100))).iloc[0].tolist() == pytest.approx(
            [0.1334, 0.2888], abs=5e-4
        )

    def test_of_a_yearly_rate_have_a_month_s_people_as_trials(self) -> None:
        assert self.of("leaver_rate", 20, 1200) == pytest.approx((0.1334, 0.2888), abs=5e-4)

    def test_of_more_staff_than_posts_are_those_of_none_vacant(self) -> None:
        (low, high), none = self.of("vacancy_rate", -60, 1200), self.of("vacancy_rate", 0, 1200)
        assert (low, high) == none
        assert low == pytest.approx(0)

    def test_of_more_leavers_than_people_end_at_one(self) -> None:
        assert self.of("leaver_rate", 150, 1200)[1] == pytest.approx(1)

    def test_of_the_others_are_missing(self) -> None:
        rows: Sequence[Any] = intervals(values("participation", ("AAA", 50, 100))).iloc[0].tolist()
        assert pd.isna(rows).all()


class TestFunnel:
    def points(self, *cells: Cells) -> tuple[pd.DataFrame, pd.DataFrame]:
        found = values("waits_6_plus", *cells)
        return funnel_of(peers(found, NOWHERE, SCOPE, "all"), "waits_6_plus", "all", SCOPE)

    def test_points_are_the_organisations_with_our_own_named(self) -> None:
        points, _ = self.points(("AAA", 60, 1000), ("OLD", 50, 1000), *five(5000, 100000))
        assert points["label"].tolist() == ["Alder", "Oak", *OTHERS]
        assert points["own"].tolist() == [True] + [False] * 6
        assert points["value"].tolist() == pytest.approx([0.06] + [0.05] * 6)
        assert points["size"].tolist() == [1000, 1000] + [100000] * 5

    def test_says_who_lies_outside_and_who_is_too_small(self) -> None:
        # Five expected events make a point: 0.05 of 60 is 3. Among fifty alike, two do not widen the limits.
        alike = [(f"X{place}", 50000.0, 1000000.0) for place in range(50)]
        points, _ = self.points(("AAA", 900, 10000), ("BBB", 20, 60), ("OLD", 100, 10000), *alike)
        assert points["outside"].tolist()[:4] == ["above", "too few", "below", ""]

    def test_limits_lie_about_the_pooled_value_over_the_sizes(self) -> None:
        _, limits = self.points(("AAA", 30, 1000), *five(5000, 100000))
        assert limits["centre"].unique() == pytest.approx([25030 / 501000])
        assert (limits["size"].min(), limits["size"].max()) == pytest.approx((1000, 100000))
        small = limits.iloc[0]
        # 0.04996 -+ 1.96 x root(0.04996 x 0.95004 / 1,000) = 0.0365 and 0.0635
        assert (small["low_95"], small["high_95"]) == pytest.approx((0.0365, 0.0635), abs=5e-4)

    def test_of_fewer_than_five_has_no_points(self) -> None:
        points, limits = self.points(*five(5000, 100000)[:4])
        assert points.empty
        assert limits.empty
        assert points.columns.tolist() == ["label", "value", "size", "own", "outside"]


def test_a_rate_of_fewer_than_ten_leavers_is_not_judged_and_is_in_the_reference() -> None:
    others = five(130, 12_000)
    few = standings("leaver_rate", ("AAA", 3, 1056), *others, months=12)
    enough = standings("leaver_rate", ("AAA", 30, 1056), *others, months=12)
    assert (few["AAA"], enough["AAA"]) == ("not compared", "worse")
    found = values("leaver_rate", ("AAA", 3, 1056), *others, months=12)
    assert references(found)["organisations"].iloc[0] == 6
