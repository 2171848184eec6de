"""The rules between tables: each is kept by good tables and broken by one slip, which is named by its place."""

from __future__ import annotations

from pathlib import Path

import cross_rule_cases_plans
import cross_rule_cases_words
import pandas as pd
import pytest
from canonical_rows import rows
from cross_rule_tables import LINE, ORGANISATIONS, SHEET, Case, plan, tables
from small_files import write_good_plan

from pipeline.plan import load_plan
from pipeline.problems import InputRefused
from pipeline.sources.cross_rules import CROSS_RULES, cross_problems
from pipeline.sources.ingest import read_sources
from pipeline.sources.mapping import default_mapping
from pipeline.sources.rules.kit import Known
from pipeline.tables import TABLES

pytestmark = pytest.mark.unit

CASES = [*cross_rule_cases_words.CASES, *cross_rule_cases_plans.CASES]
BY_NAME = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))


@BY_NAME
def test_good_tables_keep_the_rule(case: Case) -> None:
    assert cross_problems(plan(), default_mapping(), tables(case.kept)) == []


@BY_NAME
def test_a_slip_is_told_once_with_file_sheet_row_column_and_what_to_do(case: Case) -> None:
    (problem,) = cross_problems(plan(), default_mapping(), tables(case.broken))
    table, row, column = case.at
    assert (problem.file, problem.sheet, problem.row) == (f"{table}.xlsx", SHEET, row)
    assert (problem.column, problem.value) == (column, case.found)
    assert [words for words in case.says if words not in problem.rule] == [], problem.rule


def test_every_rule_is_broken_by_a_case() -> None:
    broken: set[str] = set()
    for case in CASES:
        known = Known(plan(), default_mapping(), tables(case.broken))
        about = [rule for rule in CROSS_RULES if case.at[0] in rule.tables]
        broken |= {rule.says for rule in about if list(rule.broken(known))}
    assert {rule.says for rule in CROSS_RULES} - broken == set()


def test_every_rule_names_tables_that_are_sent_and_ends_its_sentence() -> None:
    assert all(rule.tables and rule.says.endswith(".") for rule in CROSS_RULES)
    assert all(TABLES[table].sent_by for rule in CROSS_RULES for table in rule.tables)


def test_a_plan_without_any_table_keeps_every_rule() -> None:
    assert cross_problems(plan(), default_mapping(), {}) == []


@pytest.mark.parametrize("name", [name for name, table in TABLES.items() if table.sent_by])
def test_the_example_of_a_table_alone_breaks_no_rule(name: str) -> None:
    alone = {
        "planned_wte": LINE,
        "planned_activity": LINE,
        "population_projection": [{"sex": sex} for sex in ("female", "male")],
    }
    held = tables({name: alone.get(name, [{}])})
    assert cross_problems(plan(), default_mapping(), held) == []


def test_what_breaks_several_rules_is_told_all_at_once() -> None:
    broken = tables({
        "establishment": [{"employer": "ZZ3", "profession": "Radiographers", "band": "12"}],
        "risks": [{}, {"id": "R2"}],
        "governance": [{"date": "2052-01-01"}],
    })  # fmt: skip
    found = cross_problems(plan(), default_mapping(), broken)
    assert [(problem.file, problem.row, problem.column) for problem in found] == [
        ("establishment.xlsx", 2, "employer"),
        ("establishment.xlsx", 2, "profession"),
        ("establishment.xlsx", 2, "band"),
        ("risks.xlsx", 3, "title"),
        ("governance.xlsx", 2, "date"),
    ]


def test_a_slip_in_many_rows_of_a_sheet_is_told_of_the_first_and_counted() -> None:
    months = pd.date_range("2024-01-31", periods=8, freq="ME")
    held = {"establishment": rows("establishment", *({"month": month, "employer": "ZZ3"} for month in months))}
    (problem,) = cross_problems(plan(), default_mapping(), held)
    assert problem.row == 2
    assert problem.rule.endswith("(7 more rows of this sheet are alike)")


def test_published_rows_are_taken_as_they_are() -> None:
    published = {
        "organisations": rows("organisations", *ORGANISATIONS),
        "staff": rows("staff", {"dataset": "hchs", "employer": "RXX", "profession": "Dietitians", "band": "Grade X"}),
        "activity": rows("activity", {"dataset": "did", "provider": "ZZ9", "test": "Leeches"}),
    }
    assert cross_problems(plan(), default_mapping(), published) == []


def test_staff_outside_the_four_pillars_may_have_any_profession_and_band() -> None:
    held = {"staff": rows("staff", {"dataset": "esr", "pillar": "unmapped", "profession": "Dietitians", "band": "X"})}
    assert cross_problems(plan(), default_mapping(), held) == []


def test_an_extract_of_staff_records_may_have_grades_outside_the_pay_table() -> None:
    held = {"staff": rows("staff", {"dataset": "esr", "band": "Non AfC Grade"})}
    assert cross_problems(plan(), default_mapping(), held) == []


def test_any_education_provider_will_do_where_the_plan_names_none() -> None:
    held = tables({"training_intakes": [{"education_provider": "ZZU2"}]})
    assert cross_problems(plan(education_providers={}), default_mapping(), held) == []


def test_a_list_of_actions_in_plan_yaml_leaves_the_order_of_both_to_be_looked_at_together() -> None:
    held = tables({"actions": [{"depends_on": "A7"}]})
    assert cross_problems(plan(actions="actions.yaml"), default_mapping(), held) == []


def test_small_teams_may_have_many_times_the_posts_they_fill() -> None:
    team = {"month": "2025-08-31", "headcount": 15, "wte": 12.0}
    held = tables({"staff": [team], "establishment": [{"month": "2025-08-31", "funded_wte": 60.0}]})
    assert cross_problems(plan(), default_mapping(), held) == []


def test_a_team_of_which_some_people_are_not_counted_is_not_compared_with_its_leavers() -> None:
    team = {"month": "2025-08-31", "age_band": "All"}
    staff = [{**team, "band": "5", "headcount": None, "wte": 30.0}, {**team, "band": "6", "headcount": 5, "wte": 4.0}]
    held = tables({"staff": staff, "movements": [{"headcount": 9, "wte": 8.0}]})
    assert cross_problems(plan(), default_mapping(), held) == []


def test_who_joined_in_the_month_may_have_left_in_it() -> None:
    team = {"month": "2025-08-31", "headcount": 2, "wte": 2.0}
    joined = {"kind": "joiner", "reason": "other", "headcount": 3, "wte": 3.0}
    held = tables({"staff": [team], "movements": [joined, {"headcount": 5, "wte": 5.0}]})
    assert cross_problems(plan(), default_mapping(), held) == []


def test_reading_a_plan_tells_broken_rules_and_unknown_employers_together(tmp_path: Path) -> None:
    folder = write_good_plan(tmp_path / "northvale")
    (folder / "risks.csv").write_text(
        "id,title,pillars,cause,effect,likelihood,impact,owner,trigger,response,review_on,"
        "event,level,by_month,profession,employer\n"
        "R1,Late,imaging,c,e,1,1,o,t,r,2025-12-31,,,,,\nR2,late,imaging,c,e,1,1,o,t,r,2025-12-31,,,,,\n",
        encoding="utf-8",
    )
    words = (folder / "plan.yaml").read_text(encoding="utf-8")
    words = words.replace("sources:", "sources:\n- reader: table_csv\n  path: risks.csv").replace(
        "employers:", "employers:\n  RZ9: Nowhere"
    )
    (folder / "plan.yaml").write_text(words, encoding="utf-8")
    with pytest.raises(InputRefused) as caught:
        read_sources(load_plan(folder))
    assert [(problem.key, problem.column) for problem in caught.value.problems] == [
        ("employers.RZ9", ""),
        ("", "title"),
    ]
