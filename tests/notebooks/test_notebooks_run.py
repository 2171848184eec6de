"""The four real notebooks on tiny plans: that they run, the figures they reach, and what their levers do."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from notebook_plans import PLANS
from notebook_runs import NOTEBOOKS, PRINTED, Made, visible
from notebook_tables import write_tables
from pytest_regressions.dataframe_regression import DataFrameRegressionFixture
from small_files import TRUSTS

from pipeline.metrics.months import last_months
from pipeline.model.draws import draw_assumptions
from pipeline.report.chapters import chapters
from pipeline.run.errors import NotebookFailed
from pipeline.run.fingerprint import can_print
from pipeline.run.notebook import run_notebook
from pipeline.store import Store
from pipeline.tables import TABLES

pytestmark = [pytest.mark.notebook, pytest.mark.slow]

FINDINGS = ("headlines", "scenario_summary", "counted_today", "gap_at_horizon", "assumptions_in_use")
Make = Callable[[str], Made]
every_plan = pytest.mark.parametrize("name", PLANS)


class TestTheFullPlan:
    """Its tables are kept beside this file; `pytest --force-regen` writes them again after a change that is meant."""

    @pytest.mark.parametrize("table", FINDINGS)
    def test_reaches_the_figures_it_reached_before(
        self, table: str, made: Make, dataframe_regression: DataFrameRegressionFixture, original_datadir: Path
    ) -> None:
        # How a headline is worded is tested with the words.
        found = made("full").store.read(table).drop(columns="label", errors="ignore")
        dataframe_regression.check(found, basename=table, default_tolerance={"rtol": 1e-6, "atol": 1e-9})
        assert pd.read_csv(original_datadir / f"{table}.csv", index_col=0).columns.tolist() == found.columns.tolist()

    def test_makes_as_many_rows_of_each_table_as_before(
        self, made: Make, dataframe_regression: DataFrameRegressionFixture
    ) -> None:
        store = made("full").store
        held = [name for name in TABLES if store.has(name)]
        rows = pd.DataFrame({"table": held, "rows": [len(store.read(name)) for name in held]}, dtype="object")
        dataframe_regression.check(rows.astype({"rows": int}), basename="rows_of_tables")


class TestFiguresWorkedOutByHand:
    """The full plan's counts are in notebook_plans; the single plan's standards have no range, so its gap is exact."""

    def test_staff_in_post_are_those_of_both_files_in_the_four_pillars(self, made: Make) -> None:
        # 18 + 7 + 6 radiographers, 5 support staff, 3.5 cardiac scientists and 12 radiologists; not medical physics.
        assert headline(made("full"), "staff_in_post") == pytest.approx(51.5)

    def test_waits_are_those_of_the_latest_month(self, made: Make) -> None:
        # RZ1: 100 + 200 + 50; RZ2: 50 + 100 + 50 + 10. Six weeks or more: 10 + 10 + 10 and 5 + 5 + 30.
        assert headline(made("full"), "waiting") == 560
        assert headline(made("full"), "waiting_6_plus_share") == pytest.approx(70 / 560)

    def test_sickness_is_days_lost_over_days_available(self, made: Make) -> None:
        # RZ1 (400 + 480) / 20,000, RZ2 (600 + 560) / 20,000, both together 2,040 / 40,000.
        text = made("full").chapter("workforce")
        assert f"5.1% of available days were lost to sickness, all staff groups together: {TRUSTS['RZ1']} 4.4%" in text
        assert f"{TRUSTS['RZ2']} 5.8%" in text

    def test_tests_a_year_are_of_twelve_months_or_scaled_up_to_them(self, made: Make) -> None:
        # CT, in DM01 only: 1,900 + 2,000 + 950 + 1,000 in two months, times 6. MRI of RZ1 has a whole year of imaging,
        # 12 x 1,100; that of RZ2 only the two months of DM01, (475 + 500) x 6.
        text = made("full").chapter("demand")
        assert "CT Imaging DM01 35,100 August 2024 2 " in text
        assert "MRI Imaging Diagnostic Imaging Dataset 13,200 March 2024 12 " in text
        assert "MRI Imaging DM01 5,850 August 2024 2 " in text

    def test_pay_is_the_middle_point_of_each_band_times_its_staff(self, made: Make) -> None:
        # Band 3: 5 x (24,071 + 25,674) / 2; band 6: 24 x 39,405; band 7: 7 x 48,526. Radiologists have no band.
        today = made("full").store.read("pay_today").set_index("pillar").loc["imaging"]
        assert today["basic"] == pytest.approx(5 * (24_071 + 25_674) / 2 + 24 * 39_405 + 7 * 48_526)
        assert today["wte"] == 36
        assert "12 WTE in post have no price and are in none of these figures: clinical radiologists." in made(
            "full"
        ).chapter("money")

    def test_staff_needed_grow_as_the_counted_tests_do_and_other_work_stays(self, made: Make) -> None:
        # 1,200 scans in the one month are 14,400 hours a year; / 1,500 hours / (1 - 0.2) is 12 WTE, and 10 are in post:
        # -2 of other work. Scans double in five years, to 24 WTE. The scenario takes that growth away again.
        store = made("single").store
        today = store.read("counted_today").set_index("profession").loc["Diagnostic radiographers"]
        assert today[["in_post", "counted"]].tolist() == pytest.approx([10, 12])
        months = (
            store.read("gap_by_month").sort_values("month").groupby("scenario")["needed_mean"].agg(["first", "last"])
        )
        more = months["last"] - months["first"]
        assert more[["do_nothing", "level"]].tolist() == pytest.approx([12, 0], abs=1e-5)

    def test_the_gap_is_staff_needed_less_staff_there(self, made: Make) -> None:
        store = made("single").store
        draws = store.read("gap_draws")
        last = draws[(draws["scenario"] == "do_nothing") & (draws["month"] == draws["month"].max())]
        summary = store.read("scenario_summary").set_index("name").loc["do_nothing"]
        assert np.percentile(last["gap"], [10, 50, 90]) == pytest.approx(
            summary[["net_p10", "net_p50", "net_p90"]].tolist(), abs=1e-4
        )
        assert summary["net_mean"] == pytest.approx(last["gap"].mean(), abs=1e-4)


def headline(plan: Made, key: str) -> float:
    return float(plan.store.read("headlines").set_index("key").loc[key, "value"])


@every_plan
class TestEveryPlan:
    def test_runs_to_a_strategy_with_every_chapter_filled(self, name: str, made: Make) -> None:
        plan = made(name)
        assert [stage.status for stage in plan.built.stages] == ["built"] * 7
        assert (plan.built.pdf is not None) == (name in PRINTED and can_print())
        for chapter in chapters():
            text = plan.chapter(chapter.id)
            assert text.startswith(f"{chapter.number} {chapter.title}")
            assert "This chapter has no content yet." not in text

    def test_prints_no_missing_value_and_no_warning(self, name: str, made: Make) -> None:
        for page, content in made(name).pages.items():
            missing = r".{60}(?:\b(?:nan|NaN|None|inf|NaT|\w*Warning)\b|<NA>).{20}"
            assert re.findall(missing, visible(content)) == [], page


@pytest.fixture(scope="module")
def by_hand(made: Make, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[Store, str]]:
    """Run one notebook of the full plan with other parameters: the tables it leaves and the words it shows."""

    def run(stage: str, **parameters: object) -> tuple[Store, str]:
        plan, folder = made("full"), tmp_path_factory.mktemp(stage) / "full"
        shutil.copytree(plan.store.folder, folder)
        for table in FINDINGS:
            Store(folder).remove(table)
        places = {"plan_folder": str(plan.plan), "processed_folder": str(folder)}
        output = folder / f"{stage}.ipynb"
        run_notebook(NOTEBOOKS / f"{stage}.ipynb", output, {**places, **parameters})
        shown = [
            str(output.data.get("text/html", ""))
            for cell in nbformat.read(output, as_version=4).cells
            for output in cell.get("outputs", [])
            if "data" in output
        ]
        return Store(folder), visible(" ".join(shown))

    return run


def gross(store: Store) -> float:
    """P50 of the gross gap of the first scenario, in WTE."""
    return float(store.read("scenario_summary")["gross_p50"].iloc[0])


class TestALever:
    def test_of_more_growth_widens_the_gap_at_the_horizon_and_leaves_today_as_it_is(
        self, by_hand: Callable[..., tuple[Store, str]], made: Make
    ) -> None:
        before, (after, text) = (
            made("full").store,
            by_hand("scenario", levers=[{"kind": "activity_growth", "add": 0.05}]),
        )
        pd.testing.assert_frame_equal(after.read("counted_today"), before.read("counted_today"), check_exact=True)
        assert gross(after) > gross(before) + 1
        assert "If present trends go on, with activity growth +0.05, " in text

    def test_of_the_same_seed_gives_the_same_tables_and_another_seed_others(
        self, by_hand: Callable[..., tuple[Store, str]], made: Make
    ) -> None:
        again, other = by_hand("scenario", seed=1)[0], by_hand("scenario", seed=2)[0]
        for table in FINDINGS[1:]:
            pd.testing.assert_frame_equal(again.read(table), made("full").store.read(table), check_exact=True)
        assert gross(other) != gross(again)

    def test_of_one_employer_and_one_month_shows_only_them(self, by_hand: Callable[..., tuple[Store, str]]) -> None:
        _, text = by_hand("metrics", only_employer="RZ2", months_shown=1)
        assert TRUSTS["RZ2"] in text
        assert TRUSTS["RZ1"] not in text
        assert f"Control chart of {TRUSTS['RZ2']} of August 2024: the latest value is 5.6% in August 2024" in text
        assert "July 2024" not in text.split("Sickness absence by employer")[1].split("Waits by test")[0]

    def test_of_one_pillar_shows_that_one_only(self, by_hand: Callable[..., tuple[Store, str]]) -> None:
        _, text = by_hand("metrics", only_pillar="physiological")
        assert "Healthcare scientists: cardiac" in text
        assert "Diagnostic radiographers" not in text

    def test_of_an_earlier_month_leaves_out_what_came_after(self, by_hand: Callable[..., tuple[Store, str]]) -> None:
        store, text = by_hand("metrics", to_month="2024-07")
        assert store.read("indicators")["month"].max() == pd.Timestamp("2024-07-31")
        assert "At the end of July 2024" in text

    def test_of_an_earlier_month_holds_what_centres_and_training_need_at_that_month(
        self, made: Make, tmp_path: Path
    ) -> None:
        folder = tmp_path / "full"
        shutil.copytree(made("full").store.folder, folder)
        write_tables(Store(folder))
        places = {"plan_folder": str(made("full").plan), "processed_folder": str(folder)}
        run_notebook(NOTEBOOKS / "metrics.ipynb", tmp_path / "metrics.ipynb", {**places, "to_month": "2024-07"})
        found = Store(folder).read("indicators")
        assert "cdc_redeployed_share" in set(found["indicator"])
        assert found["month"].max() == pd.Timestamp("2024-07-31")

    @pytest.mark.parametrize(
        ("parameters", "says"),
        [
            ({"compare_with": "everyone"}, "choose one of all, region, system"),
            ({"only_pillar": "radiotherapy"}, "radiotherapy is not a pillar of this plan"),
            ({"to_month": "July 2024"}, "a month is written as 2025-03"),
            ({"rebase_at": "2024"}, "a month is written as 2025-03"),
        ],
    )
    def test_set_wrongly_says_what_it_may_be(
        self, by_hand: Callable[..., tuple[Store, str]], parameters: dict[str, str], says: str
    ) -> None:
        with pytest.raises(NotebookFailed, match=says):
            by_hand("metrics", **parameters)

    def test_with_a_value_that_makes_no_sense_is_refused_in_plain_words(
        self, by_hand: Callable[..., tuple[Store, str]]
    ) -> None:
        with pytest.raises(NotebookFailed, match="RZ9 is not an employer of this plan; choose one of RZ1, RZ2"):
            by_hand("metrics", only_employer="RZ9")
        with pytest.raises(NotebookFailed, match="there is no parameter levrs"):
            by_hand("scenario", levrs=[])
        with pytest.raises(NotebookFailed, match="growth: there is no such lever"):
            by_hand("scenario", levers=[{"kind": "growth", "add": 1}])
        with pytest.raises(NotebookFailed, match='draws should be int and was given "many"'):
            by_hand("scenario", draws="many")

    def test_below_its_least_value_is_refused_in_plain_words(self) -> None:
        with pytest.raises(ValueError, match="months to show should be 1 or more and is 0; change months_shown"):
            last_months(pd.DataFrame({"month": []}), 0)
        with pytest.raises(ValueError, match="drawn at least once; draws is 0"):
            draw_assumptions({}, 0, 1)
        with pytest.raises(ValueError, match="0 or more; seed is -1"):
            draw_assumptions({}, 1, -1)
