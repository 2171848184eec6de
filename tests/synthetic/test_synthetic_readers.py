"""The readers find in the sample what was planted there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from python_calamine import CalamineWorkbook

from pipeline.assumptions import default_assumptions, plan_assumptions
from pipeline.plan import Plan
from pipeline.reference import source_cards
from pipeline.sources.catalogue import reader, readers
from pipeline.sources.mapping import default_mapping
from pipeline.sources.organisations import codes_of
from pipeline.sources.reading import Tables
from pipeline.tables import TABLES

pytestmark = pytest.mark.integration

ICS = ["ZZ1", "ZZ2", "ZZ3", "ZZ4", "ZZ5"]
BASE = pd.Timestamp("2025-09-30")
NOT_SOURCES = {"plan.yaml", "standards.yaml", "truth.yaml", "truth_staff.csv", ".gitattributes"}
UNPUBLISHED = ["Endoscopists", "Endoscopy nurses and support staff"]


@pytest.fixture(scope="module")
def plan(sample_plan: Plan) -> Plan:
    return sample_plan


@pytest.fixture(scope="module")
def truth(plan: Plan) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((plan.folder / "truth.yaml").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def tables(sample_tables: Tables) -> Tables:
    return sample_tables


def test_the_sample_has_every_kind_of_file_and_every_table_has_rows(plan: Plan, tables: Tables) -> None:
    # A table may also come as a CSV of its own; in the sample the workbooks hold them all.
    assert {source.reader for source in plan.sources} == set(source_cards()) - {"table_csv"}
    assert set(tables) == set(TABLES)
    assert all(len(frame) for frame in tables.values())


def test_each_file_is_recognised_by_its_own_reader_alone(plan: Plan) -> None:
    known = readers()
    claims = {
        source.path: [name for name, module in known.items() if module.recognise(source.path)]
        for source in plan.sources
    }

    assert claims == {source.path: [source.reader] for source in plan.sources}


def test_the_plan_reads_every_file_of_the_folder(plan: Plan) -> None:
    files = [path for path in plan.folder.rglob("*") if path.is_file() and path.parent.name != "commentary"]
    there = {path for path in files if path.name not in NOT_SOURCES}
    there -= set((plan.folder / "scenarios").iterdir())

    assert {source.path for source in plan.sources} == there


def test_the_trust_without_a_return_is_listed_and_its_tests_are_absent(tables: Tables) -> None:
    missing = tables["missing_returns"]
    january = tables["waiting"][tables["waiting"]["month"] == pd.Timestamp("2025-01-31")]

    assert missing[["month", "provider"]].values.tolist() == [[pd.Timestamp("2025-01-31"), "ZZ3"]]
    assert "ZZ3" not in set(january["provider"])
    assert january["provider"].nunique() == 11  # ten trusts and the independent provider


def test_the_total_row_of_the_workbook_is_the_sum_of_the_providers(plan: Plan, tables: Tables) -> None:
    book = CalamineWorkbook.from_path(plan.folder / "dm01" / "dm01_provider_2025-09.xlsx")
    # Sheet "Provider by Test", row 15, columns H to J and, for tests done, AA to AC.
    total = book.get_sheet_by_name("Provider by Test").to_python(skip_empty_area=False)[14]
    lists = tables["waiting"][tables["waiting"]["month"] == BASE]
    done = tables["activity"][(tables["activity"]["month"] == BASE) & (tables["activity"]["dataset"] == "dm01")]
    by_type = done.groupby("type")["tests"].sum()

    assert total[4] == "Total"
    assert total[7:10] == lists[["waiting", "waiting_6_plus", "waiting_13_plus"]].sum().tolist()
    assert total[26:29] == [by_type["planned"], by_type["unscheduled"], by_type["waiting_list"]]


def test_lists_are_as_long_as_the_truth_says(tables: Tables, truth: dict[str, Any]) -> None:
    mapping = default_mapping()
    september = tables["waiting"][tables["waiting"]["month"] == BASE].set_index(["provider", "test"])["waiting"]

    for one in truth["lists"]:
        provider, label = one["list"]
        test = mapping.find("dm01_test", label).name
        assert september[provider, test] == one["waiting"]


def test_published_staff_are_those_of_the_truth(plan: Plan, tables: Tables) -> None:
    months = [pd.Timestamp(f"{year}-09-30") for year in (2023, 2024, 2025)]
    by = ["month", "employer", "profession"]
    published = tables["staff"].query("dataset == 'hchs' and month in @months and employer in @ICS")
    found = published[published["pillar"].isin(plan.file.pillars)].groupby(by)[["headcount", "wte"]].sum()
    true = pd.read_csv(plan.folder / "truth_staff.csv", parse_dates=["month"])
    true = true[true["month"].isin(months) & ~true["profession"].isin(UNPUBLISHED) & (true["headcount"] > 0)]

    assert len(found) == len(true) > 200
    true = true.set_index(by).reindex(found.index)
    assert (found["headcount"] == true["headcount"]).all()
    assert (found["wte"] - true["wte"]).abs().max() < 0.001


def test_the_plan_has_about_4000_diagnostic_staff_and_every_pillar_has_some(plan: Plan) -> None:
    true = pd.read_csv(plan.folder / "truth_staff.csv", parse_dates=["month"])
    september = true[(true["month"] == BASE) & true["employer"].isin(ICS)]
    pillars = september.groupby("pillar")["headcount"].sum()

    assert september["headcount"].sum() == pytest.approx(4000, rel=0.03)
    assert set(pillars.index) == set(plan.file.pillars)
    assert (pillars > 300).all()


def test_the_one_unmapped_label_is_the_planted_one(tables: Tables, truth: dict[str, Any]) -> None:
    unknown = {
        (name, label)
        for name, label in (("staff", "discipline"), ("activity", "test"), ("waiting", "test"), ("turnaround", "test"))
        for label in tables[name].loc[tables[name]["pillar"] == "unmapped", label]
    }

    assert unknown == {("staff", truth["planted"]["unmapped_specialty"]["setting"])}


def test_imaging_growth_is_the_true_growth(tables: Tables, truth: dict[str, Any]) -> None:
    did = tables["activity"].query("dataset == 'did' and provider in @ICS")
    year = (did["month"] - pd.DateOffset(months=3)).dt.year
    totals = did.assign(year=year).groupby(["test", "year"])["tests"].sum()
    growth = {row["name"]: row["growth"] for row in truth["activity"]["did"]["modalities"]}

    for label in ("Computerized Axial Tomography", "Magnetic Resonance Imaging", "Plain Radiography"):
        test = default_mapping().find("did_modality", label).name
        assert math.log(totals[test, 2024] / totals[test, 2021]) / 3 == pytest.approx(growth[label], abs=0.01)


def test_small_counts_are_suppressed_and_the_month_not_submitted_is_missing(tables: Tables) -> None:
    did = tables["activity"].query("dataset == 'did' and tests.isna()")
    spect = did.query("test == 'SPECT' and provider == 'ZZ3'")
    others = did.drop(spect.index)

    assert 1 <= len(spect) <= 8
    assert set(others["provider"]) == {"ZZB"}
    assert set(others["month"]) == {pd.Timestamp("2022-08-31")}


def test_late_mri_reports_stand_out_where_they_were_planted(tables: Tables) -> None:
    late = tables["turnaround"].query("test == 'MRI' and band == '> 28 days' and setting == 'OP / GP direct access'")
    late = late[late["quarter_end"] == pd.Timestamp("2025-03-31")]
    share = late.set_index("provider")["share"]

    assert share.idxmax() == "ZZ3"
    assert share["ZZ3"] > 2 * share["ENG"]


def test_the_closed_trust_stops_and_its_successor_jumps(tables: Tables) -> None:
    staff = tables["staff_groups"].query("staff_group == 'Total'").drop_duplicates(["month", "employer"])
    wte = staff.set_index(["employer", "month"])["wte"]
    before, after = pd.Timestamp("2021-09-30"), pd.Timestamp("2021-10-31")

    assert wte["ZZ8", before] > 2000
    assert not wte.get(("ZZ8", after))
    assert wte["ZZ2", after] - wte["ZZ2", before] == pytest.approx(wte["ZZ8", before], rel=0.05)


def test_the_two_workbooks_agree_on_the_months_they_share(plan: Plan) -> None:
    paths = [source.path for source in plan.sources if source.reader == "hchs_organisation"]
    read = [reader("hchs_organisation").read(path)["staff_groups"] for path in paths]
    older, newer = (frame.set_index(["month", "employer", "staff_group"])["wte"] for frame in read)
    both = older.index.intersection(newer.index)

    assert [path.stem[-7:] for path in paths] == ["2024-09", "2025-09"]
    assert len(both) > 2000
    pd.testing.assert_series_equal(older[both], newer[both], atol=0.001)


def test_boards_of_the_older_vintage_lead_to_the_one_of_the_plan(plan: Plan, tables: Tables) -> None:
    organisations = tables["organisations"]

    assert codes_of(organisations, plan.file.ics) == {"Q4W", "Q4A", "Q4B"}
    trusts = organisations[organisations["kind"] == "trust"].set_index("code")
    assert set(trusts.index[trusts["parent"] == "Q4W"]) == {*ICS, "ZZ8"}
    assert trusts.loc["ZZ8", "valid_to"] == pd.Timestamp("2021-09-30")


def test_published_lists_have_the_centres_that_are_open_and_no_other(tables: Tables, truth: dict[str, Any]) -> None:
    centres = tables["cdc_sites"]
    on_map = centres.query("list == 'map' and icb == 'E54000991'").set_index("site")
    dated = centres.query("list == 'operational'").set_index("site")

    assert sorted(on_map.index) == truth["places"]["centres"] == ["Larkmere Gateway CDC", "Thessick Market Hall CDC"]
    assert list(on_map.index[~on_map["endoscopy"]]) == ["Thessick Market Hall CDC"]
    assert dated.loc["Thessick Market Hall CDC", "opened"] == pd.Timestamp("2025-03-03")
    assert not {one["name"] for one in truth["planted"]["centres_to_come"]} & set(centres["site"])
    assert truth["planted"]["late_centre"] == ["Corvane Riverside CDC"]


def test_the_population_of_the_board_is_that_of_its_locations_and_goes_with_its_staff(
    tables: Tables, truth: dict[str, Any]
) -> None:
    persons = tables["population"].groupby("area")["persons"].sum()

    assert persons["Q4W"] == persons[["ZS1", "ZS2", "ZS3"]].sum() == truth["places"]["population"]
    assert truth["recipe"]["staff"] / (persons["Q4W"] / 1000) == pytest.approx(1.4, abs=0.15)


def test_the_boards_own_standard_takes_the_place_of_a_default(plan: Plan, tables: Tables) -> None:
    key = "category_allowance / Healthcare scientists: cardiac, vascular, respiratory and sleep"

    assert default_assumptions()[key].value == 0.15
    assert plan_assumptions(plan, tables["standards"])[key].value == 0.55


def test_the_plan_names_the_trusts_that_the_sample_puts_in_its_board(plan: Plan, truth: dict[str, Any]) -> None:
    in_board = {trust["code"] for trust in truth["places"]["trusts"]} - {truth["planted"]["merged_trust"]["closed"]}

    assert set(plan.file.employers) == in_board == set(ICS)
    assert plan.file.cdc_hosts == ["ZZ1", "ZZ2", "ZZ3", "ZZ4"]


def test_nothing_in_the_pipeline_reads_the_truth(root: Path) -> None:
    def readers_of_truth() -> Iterator[str]:
        for path in (root / "pipeline").rglob("*.py"):
            if "synthetic" not in path.parts and "truth.yaml" in path.read_text(encoding="utf-8"):
                yield path.name

    assert list(readers_of_truth()) == []
