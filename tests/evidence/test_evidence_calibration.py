"""Tables of what the plan's own history says, from small plans and from the sample with its known truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml
from sample_runs import SAMPLE
from small_settings import everything, planned, setting

from pipeline.evidence.calibration import (
    COLUMNS,
    memories_of,
    memory_scores,
    prior_to_posterior,
    seasons_of,
    teams_that_differ,
)
from pipeline.evidence.growth_balance import balance_by_employer, growth_balance
from pipeline.metrics.scope import Scope, plan_scope
from pipeline.model.plan_setting import Setting, plan_setting
from pipeline.model.supply.exits import ALIKE, differing
from pipeline.model.supply.recency import memories
from pipeline.plan import Plan
from pipeline.report import calibration_words as words
from pipeline.tables import empty


@pytest.fixture(scope="module")
def scope(sample_plan: Plan, sample_tables: dict[str, pd.DataFrame]) -> Scope:
    return plan_scope(sample_plan, sample_tables["organisations"])


@pytest.fixture(scope="module")
def sample(sample_plan: Plan, sample_tables: dict[str, pd.DataFrame], scope: Scope) -> Setting:
    return plan_setting(sample_plan, sample_tables, scope)


@pytest.mark.unit
class TestSmallPlans:
    def test_every_figure_in_the_table_is_the_one_that_the_model_uses(self) -> None:
        plan = setting(everything())
        table = prior_to_posterior(plan).set_index("key")
        for key, row in table.iterrows():
            assert row["posterior"] == plan.assumptions[str(key)].value
        rates = table.loc[[key for key in table.index if key.startswith("exit_rate")]]
        between = (rates["posterior"] - rates["prior"]) * (rates["posterior"] - rates["alone"])
        assert (between.dropna() <= 0).all()
        assert rates["weight"].between(0, 1).all()

    def test_a_plan_without_staff_has_only_what_its_tests_say(self) -> None:
        none = setting({"staff": empty("staff")})
        assert list(prior_to_posterior(none).columns) == COLUMNS
        assert memory_scores(none).empty
        assert (memories_of(none), seasons_of(none)) == ({}, {})

    def test_two_years_of_tests_give_a_growth_and_no_range_of_their_own(self) -> None:
        two = (
            setting(everything())
            .assumptions["activity_growth / CT"]
            .model_copy(update={"grade": "measured", "range": "placeholder", "source": "Two years"})
        )
        plan = setting()
        plan.assumptions[two.key] = two
        row = prior_to_posterior(plan).set_index("key").loc[two.key]
        assert (row["alone"], row["weight"]) == (two.value, 1.0)
        assert np.isnan(row["alone_low"])

    def test_teams_too_small_to_name_are_left_out(self) -> None:
        keys = pd.MultiIndex.from_tuples(
            [("AAA", "R"), ("AAA", "S"), ("BBB", "R"), ("BBB", "S")], names=["employer", "profession"]
        )
        seen, expected = pd.Series([80.0, 9.0, 20.0, 35.0], keys), pd.Series([40.0, 2.0, 40.0, 40.0], keys)
        table = teams_that_differ(differing(seen, expected), 10)
        assert ("AAA", "S") not in set(zip(table["employer"], table["profession"], strict=True))
        assert table.iloc[0][["employer", "profession"]].tolist() == ["AAA", "R"]
        assert (table["p10"] < table["p50"]).all()
        assert teams_that_differ(ALIKE, 10).empty

    def test_a_plan_bias_that_is_nowhere_known_is_said_to_be(self) -> None:
        plan = setting(planned())
        said = " ".join(words.bias_sentences(plan.planned.ratios, plan.scope))
        assert "shown as they are sent" in said


@pytest.mark.integration
@pytest.mark.slow
class TestTheSample:
    def test_true_factors_of_employers_and_planted_teams_are_found(self, sample: Setting) -> None:
        assert sample.staff is not None
        truth = yaml.safe_load((SAMPLE / "truth.yaml").read_text(encoding="utf-8"))
        found = pd.Series(sample.staff.leaving.employers)
        true = pd.Series(truth["leaving"]["employer_factors"]).reindex(found.index)
        assert found.corr(true) > 0.8
        assert np.log(found / true).std() < 0.1
        first = teams_that_differ(sample.staff.leaving, 4)
        lost = set(zip(first.loc[first["p10"] > 0, "employer"], first.loc[first["p10"] > 0, "profession"], strict=True))
        planted = {
            ("ZZ2", "Healthcare scientists: cardiac, vascular, respiratory and sleep"),
            ("ZZ3", "Healthcare scientists: cellular sciences"),
        }
        assert planted <= lost

    def test_the_share_of_transfers_that_stay_and_the_balance_are_as_planted(
        self, sample: Setting, sample_tables: dict[str, pd.DataFrame], scope: Scope
    ) -> None:
        table = prior_to_posterior(sample).set_index("key")
        within = table.loc["transfers_within"]
        assert within["low"] < 0.45 < within["high"]
        balance = growth_balance(*(sample_tables[n] for n in ("staff", "movements", "organisations")), scope)
        by_employer = balance_by_employer(balance).set_index("employer")
        assert by_employer["mean"].abs().max() == 0
        assert by_employer["merged"].idxmax() == "ZZ2"

    def test_a_reader_is_told_what_was_measured_and_how(self, sample: Setting, scope: Scope) -> None:
        table, differ = prior_to_posterior(sample), teams_that_differ(sample.staff.leaving, 8)  # type: ignore[union-attr]
        said = [
            *words.fitted_sentences(table),
            *words.memory_sentences(memories_of(sample)),
            *words.seasons_sentences(seasons_of(sample)),
            *words.teams_sentences(differ, scope),
            *words.bias_sentences(sample.planned.ratios, scope),
        ]
        assert all(each.endswith(".") and "nan" not in each for each in said)
        assert len(words.memory_table(memory_scores(sample))) == 2 * len(memories())
        assert words.fitted_table(table)["weight_of_the_files"].str.endswith("%").all()
        assert len(words.rates_chart(table)) == 5
        assert words.teams_chart(differ, scope)["p50"].abs().max() > 50
