"""Broken plan folders: plan.yaml, and the mapping, standards, scenarios and actions that it names."""

from __future__ import annotations

from pathlib import Path

from broken_collection import CORE5, PLAN, add_source, broken
from small_files import core5_row, replace_text, write_core5, write_text


@broken("plan.yaml", "row 2", "not valid YAML")
def a_bracket_that_is_never_closed(plan: Path) -> None:
    (plan / PLAN).write_text("name: [Northvale\nics: QZ1\n", encoding="utf-8")


@broken("plan.yaml", "row 2", "not valid YAML", "cannot start any token")
def tabs_in_place_of_spaces(plan: Path) -> None:
    (plan / PLAN).write_text("employers:\n\tRZ1: Northvale\n", encoding="utf-8")


@broken("plan.yaml", "the key base_month is written twice")
def a_key_written_twice(plan: Path) -> None:
    replace_text(plan / PLAN, "base_month:", "base_month: 2025-09\nbase_month:")


@broken("plan.yaml", "`key: value` lines")
def a_plan_that_is_a_list(plan: Path) -> None:
    (plan / PLAN).write_text("- name: Northvale\n- ics: QZ1\n", encoding="utf-8")


@broken("plan.yaml", "`key: value` lines")
def an_empty_plan(plan: Path) -> None:
    (plan / PLAN).write_text("", encoding="utf-8")


@broken("key horizon_month", "this key is not known", "key base_month", "key pillars.0", "endoscopies", "key nam:")
def several_faults_in_one_plan(plan: Path) -> None:
    replace_text(plan / PLAN, "name: Northvale and Eastmere\n", "nam: Northvale\nhorizon_month: 60\n")
    replace_text(plan / PLAN, "base_month: 2025-10", "base_month: October 2025\npillars: [endoscopies]")


@broken("key employers", "this key is needed and is not there")
def a_plan_without_employers(plan: Path) -> None:
    text = (plan / PLAN).read_text(encoding="utf-8")
    start, end = text.index("employers:"), text.index("base_month:")
    (plan / PLAN).write_text(text[:start] + text[end:], encoding="utf-8")


@broken("key base_month", "a month is written as 2025-10", "Found: 2025-13")
def a_thirteenth_month(plan: Path) -> None:
    replace_text(plan / PLAN, "2025-10", "2025-13")


@broken("key horizon_months", "should be 1 or more", "Found: -12")
def a_horizon_in_the_past(plan: Path) -> None:
    replace_text(plan / PLAN, "base_month:", "horizon_months: -12\nbase_month:")


@broken("key sources.1.path", "no file is there", "core5_october.csv")
def a_file_that_is_not_there(plan: Path) -> None:
    replace_text(plan / PLAN, "path: core5.csv", "path: core5_october.csv")


@broken("key sources.3.path", "no file is there", "dm01_*.xls")
def a_pattern_that_no_file_fits(plan: Path) -> None:
    replace_text(plan / PLAN, "dm01_*.xlsx", "dm01_*.xls")


@broken("key sources.1.path", "the environment variable NHS_DOWNLOADS is not set")
def a_variable_that_is_not_set(plan: Path) -> None:
    replace_text(plan / PLAN, "path: core5.csv", "path: ${NHS_DOWNLOADS}/core5.csv")


@broken("key sources.1.reader", "no reader of that name", "hchs_core5", "Found: core_5")
def a_reader_that_does_not_exist(plan: Path) -> None:
    replace_text(plan / PLAN, "reader: hchs_core5", "reader: core_5")


@broken("key sources.4.path", "already read by sources.2", "sickness_2024-08.csv")
def two_sources_that_claim_one_file(plan: Path) -> None:
    add_source(plan, "sickness_absence", "sickness_2024-08.csv")


@broken("key sources.1.path", "no file is there")
def a_folder_where_a_file_should_be(plan: Path) -> None:
    (plan / CORE5).unlink()
    (plan / CORE5).mkdir()


@broken("plan.yaml", "not valid YAML", "python")
def a_plan_that_tries_to_run_a_program(plan: Path) -> None:
    replace_text(plan / PLAN, "name: Northvale and Eastmere", 'name: !!python/object/apply:os.mkdir ["harm-done"]')


@broken("plan.yaml", "not saved as UTF-8")
def a_plan_saved_as_utf_16(plan: Path) -> None:
    text = (plan / PLAN).read_text(encoding="utf-8")
    (plan / PLAN).write_text(text, encoding="utf-16")


@broken("plan.yaml", "not valid YAML", "day is out of range for month")
def the_thirtieth_of_february(plan: Path) -> None:
    replace_text(plan / PLAN, "base_month:", "sign_off:\n  date: 2026-02-30\nbase_month:")


@broken("key base_month", "a month is written as 2025-10", "Found: 2025-10-31")
def a_day_where_a_month_should_be(plan: Path) -> None:
    replace_text(plan / PLAN, "base_month: 2025-10", "base_month: '2025-10-31'")


@broken("plan.yaml", "row 1", "a key should be one word")
def a_list_for_a_key(plan: Path) -> None:
    replace_text(plan / PLAN, "name: Northvale", "[name, title]: Northvale")


@broken("plan.yaml", "nested too deep")
def ten_thousand_brackets(plan: Path) -> None:
    replace_text(plan / PLAN, "name: Northvale and Eastmere", f"name: {'[' * 10_000}")


@broken("plan.yaml", "not valid YAML", "digits")
def a_horizon_of_ten_thousand_digits(plan: Path) -> None:
    replace_text(plan / PLAN, "base_month:", f"horizon_months: {'9' * 10_000}\nbase_month:")


@broken("plan.yaml", "not valid YAML here", "the value holds U+0000")
def a_path_that_no_disk_allows(plan: Path) -> None:
    replace_text(plan / PLAN, "path: core5.csv", r'path: "core5\0.csv"')


@broken("key sources.1.path", "no file is there")
def a_path_of_four_thousand_letters(plan: Path) -> None:
    replace_text(plan / PLAN, "path: core5.csv", f"path: {'a' * 4_000}.csv")


@broken("plan.yaml", "the value has 10,004 letters; the most that is read is 5,000")
def a_path_of_ten_thousand_letters(plan: Path) -> None:
    replace_text(plan / PLAN, "path: core5.csv", f"path: {'a' * 10_000}.csv")


@broken("key sources.1.path", "no file is there", "[core5")
def a_pattern_with_half_a_bracket(plan: Path) -> None:
    replace_text(plan / PLAN, "path: core5.csv", "path: '[core5**.csv'")


@broken("key sources.3.sheet", "should be words")
def a_list_of_sheets(plan: Path) -> None:
    text = (plan / PLAN).read_text(encoding="utf-8")
    (plan / PLAN).write_text(text + "  sheet: [Provider, Notes]\n", encoding="utf-8")


@broken("key sources", "should be a list")
def sources_that_are_not_a_list(plan: Path) -> None:
    text = (plan / PLAN).read_text(encoding="utf-8")
    (plan / PLAN).write_text(text[: text.index("sources:")] + "sources: core5.csv\n", encoding="utf-8")


@broken("key sign_off", "an APPROVED plan names its approver and the date")
def an_approval_without_an_approver(plan: Path) -> None:
    replace_text(plan / PLAN, "base_month:", "sign_off:\n  status: APPROVED\nbase_month:")


@broken("key ics", "named more than once: QZ1")
def a_board_named_twice(plan: Path) -> None:
    replace_text(plan / PLAN, "- QZ1", "- QZ1\n- QZ1")


@broken("key employers.RZ9", "no file of the plan has this organisation", "Found: RZ9")
def an_employer_no_file_knows(plan: Path) -> None:
    replace_text(plan / PLAN, "  RZ2:", "  RZ9:")


@broken("key employers.rz2", "3 to 9 capital letters and digits")
def an_employer_code_in_small_letters(plan: Path) -> None:
    replace_text(plan / PLAN, "  RZ2:", "  rz2:")


@broken("mapping.csv", "row 2", "pillar", "should be one of endoscopy, imaging", "Found: radiology")
def a_mapping_to_a_pillar_that_does_not_exist(plan: Path) -> None:
    write_text(plan / "mapping.csv", "scheme,label,pillar,name,note", "dm01_test,Barium Swallow,radiology,Barium,")
    replace_text(plan / PLAN, "base_month:", "mapping: mapping.csv\nbase_month:")


@broken("mapping.csv", "columns", "pillar", "missing")
def a_mapping_without_pillars(plan: Path) -> None:
    write_text(plan / "mapping.csv", "scheme,label,name,note", "dm01_test,Barium Swallow,Barium,")
    replace_text(plan / PLAN, "base_month:", "mapping: mapping.csv\nbase_month:")


@broken("standards.yaml", "CT scan", "the value lies between low and high")
def a_standard_outside_its_own_range(plan: Path) -> None:
    of_what = "kind: minutes, test: CT, profession: Diagnostic radiographers, label: CT scan, unit: minutes"
    figures = "value: 20, low: 30, high: 40, grade: placeholder, from: 2025-04-01"
    (plan / "standards.yaml").write_text(f"- {{{of_what}, {figures}}}\n", encoding="utf-8")
    replace_text(plan / PLAN, "base_month:", "standards: standards.yaml\nbase_month:")


@broken("growth.yaml", "key changes.0", "this change reaches no assumption", "Found: minutes")
def a_scenario_that_changes_nothing(plan: Path) -> None:
    text = "name: growth\nlabel: Growth\nwhy: More tests\nchanges:\n- {kind: minutes, test: Tea, add: 0.1}\n"
    (plan / "growth.yaml").write_text(text, encoding="utf-8")
    replace_text(plan / PLAN, "base_month:", "scenarios: [growth.yaml]\nbase_month:")


@broken("growth.yaml", "key changes.0", "there is no such lever", "Found: minuets")
def a_scenario_of_a_lever_that_there_is_not(plan: Path) -> None:
    text = "name: growth\nlabel: Growth\nwhy: More tests\nchanges:\n- {kind: minuets, add: 0.1}\n"
    (plan / "growth.yaml").write_text(text, encoding="utf-8")
    replace_text(plan / PLAN, "base_month:", "scenarios: [growth.yaml]\nbase_month:")


@broken("actions.yaml", "list of actions")
def actions_that_are_not_a_list(plan: Path) -> None:
    (plan / "actions.yaml").write_text("id: A1\ntitle: Recruit\n", encoding="utf-8")
    replace_text(plan / PLAN, "base_month:", "actions: actions.yaml\nbase_month:")


@broken(
    "actions.yaml", "key 0.owner", "key 0.start", "a month is written as 2025-10", "Found: next spring", "core5.csv"
)
def an_action_without_an_owner_and_a_bad_file_besides(plan: Path) -> None:
    entry = (
        "- {id: A1, title: Recruit, theme: Education and supply, level: ICS, pillars: [imaging], start: next spring, "
        "lead_months: 6, cost: {recurrent: 1, capital: 0}, wte: {low: 1, central: 2, high: 3}, "
        "profession: Diagnostic radiographers, measure: People in post}"
    )
    (plan / "actions.yaml").write_text(entry + "\n", encoding="utf-8")
    replace_text(plan / PLAN, "base_month:", "actions: actions.yaml\nbase_month:")
    write_core5(plan / CORE5, core5_row(wte="ten"))


@broken("there is no plan")
def a_folder_without_a_plan(plan: Path) -> None:
    (plan / PLAN).unlink()
