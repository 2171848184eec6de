"""What the fictional employers send: frames that the tables accept, extracts, and the operational plan."""

from __future__ import annotations

import gzip
from typing import Any

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from pipeline.months import add_months
from pipeline.sources.mapping import STAFF_SCHEMES, default_mapping
from pipeline.synthetic.activity import returns
from pipeline.synthetic.planning import cycles, planned_activity, planned_wte, staff_plan
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.records import by_profession, month_ends, smallest_employer
from pipeline.synthetic.sample import sender_frames
from pipeline.synthetic.settings import group
from pipeline.synthetic.truth import planted
from pipeline.synthetic.workforce_returns import workforce_returns
from pipeline.synthetic.writers_esr import NAMES
from pipeline.tables import TABLES, validate
from pipeline.tables.planning import BASELINE, OUTTURN, PLANNED
from pipeline.tables.workforce import UNKNOWN_REASON

pytestmark = pytest.mark.integration

RECIPE = Recipe(staff=4000, employers=5, seed=1)
EMPLOYERS = ["ZZ1", "ZZ2", "ZZ3", "ZZ4", "ZZ5"]
KEY = ["month", "employer", "profession"]


@pytest.fixture(scope="module")
def frames() -> dict[str, dict[str, pd.DataFrame]]:
    return workforce_returns(RECIPE)


@pytest.fixture(scope="module")
def extracts(root: Any) -> dict[str, pd.DataFrame]:
    folder = root / "data" / "raw" / "sample" / "workforce"
    return {path.name[4:7]: pd.read_csv(path, parse_dates=["Effective Date"]) for path in folder.glob("esr_*.csv.gz")}


@pytest.fixture(scope="module")
def true_staff() -> pd.DataFrame:
    rows = by_profession(RECIPE)
    return rows.assign(month=month_ends(RECIPE, rows["step"])).set_index(KEY)


def with_lineage(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**TABLES[name].fixed, file="made.xlsx", sheet=name, row=range(2, len(frame) + 2))


def test_every_frame_is_what_its_table_allows(frames: dict[str, dict[str, pd.DataFrame]]) -> None:
    assert list(frames) == EMPLOYERS
    for tables in frames.values():
        assert {"establishment", "movements", "temporary_staff", "activity"} <= set(tables)
        for name, frame in tables.items():
            assert list(frame.columns) == TABLES[name].own_columns
            assert len(validate(name, with_lineage(name, frame))) == len(frame) > 50


def test_plans_are_what_their_tables_allow() -> None:
    for name, frame in (("planned_wte", planned_wte(RECIPE)), ("planned_activity", planned_activity(RECIPE))):
        assert len(validate(name, with_lineage(name, frame.assign(month=pd.to_datetime(frame["month"]))))) == len(frame)


def test_what_senders_send_is_gathered_by_kind_and_code(frames: dict[str, dict[str, pd.DataFrame]]) -> None:
    gathered = sender_frames(RECIPE)

    assert set(gathered) >= {("employer", code) for code in EMPLOYERS}
    assert set(gathered["employer", "ZZ1"]) >= set(frames["ZZ1"])


def test_the_smallest_employer_alone_sends_its_staff_and_no_extract(
    frames: dict[str, dict[str, pd.DataFrame]], extracts: dict[str, pd.DataFrame], true_staff: pd.DataFrame
) -> None:
    senders = [code for code, tables in frames.items() if "staff" in tables]
    staff = frames["ZZ4"]["staff"]
    sent = staff.groupby(KEY)["headcount"].sum()

    assert senders == [smallest_employer(RECIPE)] == ["ZZ4"]
    assert sorted(extracts) == ["ZZ1", "ZZ2", "ZZ3", "ZZ5"]
    assert staff["month"].nunique() == 24
    assert (sent == true_staff["headcount"].reindex(sent.index)).all()


def assignments(extract: pd.DataFrame) -> pd.DataFrame:
    """An extract's rows with the profession that the project's mapping gives each."""
    schemes = {group(name)["esr"]: group(name)["scheme"] for name in NAMED_GROUPS}
    find = default_mapping().find
    pairs = extract[["Staff Group", "Area of Work"]].drop_duplicates()
    places = [find(schemes[one], area) for one, area in pairs.itertuples(index=False)]
    pairs = pairs.assign(profession=[each.name for each in places], pillar=[each.pillar for each in places])
    return extract.merge(pairs, on=["Staff Group", "Area of Work"]).rename(
        columns={"Effective Date": "month", "Employer": "employer"}
    )


NAMED_GROUPS = ["ahp", "science", "support_ahp", "clerical", "nursing", "Radiology group"]


def test_extracts_hold_the_true_people_and_wte(extracts: dict[str, pd.DataFrame], true_staff: pd.DataFrame) -> None:
    rows = assignments(pd.concat(extracts.values(), ignore_index=True))
    rows = rows[rows["pillar"].isin(["endoscopy", "imaging", "labs", "physiological"])]
    people = rows[rows["Primary Assignment"] == "Y"].groupby(KEY).size()
    wte = rows.groupby(KEY)["FTE"].sum()

    assert len(people) > 4000
    assert (people == true_staff["headcount"].reindex(people.index)).all()
    assert (wte - true_staff["wte"].reindex(wte.index)).abs().max() < 0.001


def test_an_extract_is_one_row_an_assignment_with_bands_and_no_person(extracts: dict[str, pd.DataFrame]) -> None:
    rows = pd.concat(extracts.values(), ignore_index=True)

    assert list(rows.columns) == NAMES
    assert rows["Age Band"].str.fullmatch(r"\d\d-\d\d").all()
    assert set(rows["Assignment Category"]) == {"Permanent", "Fixed Term"}
    assert rows["FTE"].between(0, 1, inclusive="right").all()
    assert 0.001 < (rows["Primary Assignment"] == "N").mean() < 0.02
    assert "Nursing and Midwifery Registered" in set(rows["Staff Group"])


def test_the_merged_trust_is_in_its_successor_s_extract_until_it_closed(extracts: dict[str, pd.DataFrame]) -> None:
    rows = extracts["ZZ2"].groupby(["Employer", "Effective Date"]).size()
    last = pd.Timestamp("2021-09-30")

    assert rows["ZZ8"].index.max() == last
    assert rows["ZZ2"][pd.Timestamp("2021-10-31")] == pytest.approx(rows["ZZ2"][last] + rows["ZZ8"][last], rel=0.03)


def test_the_poor_records_lack_two_months_and_a_fifth_of_reasons(
    frames: dict[str, dict[str, pd.DataFrame]], extracts: dict[str, pd.DataFrame]
) -> None:
    every = set(extracts["ZZ1"]["Effective Date"])
    left = {code: tables["movements"].query("kind == 'leaver'") for code, tables in frames.items()}
    unknown = {
        code: rows.loc[rows["reason"] == UNKNOWN_REASON, "headcount"].sum() / rows["headcount"].sum()
        for code, rows in left.items()
    }

    assert len(every) == 61
    assert sorted(every - set(extracts["ZZ3"]["Effective Date"])) == [
        pd.Timestamp("2023-07-31"),
        pd.Timestamp("2024-12-31"),
    ]
    assert unknown.pop("ZZ3") == pytest.approx(0.2, abs=0.05)
    assert set(unknown.values()) == {0.0}


def test_the_stale_ledger_shows_more_staff_in_post_than_posts(
    frames: dict[str, dict[str, pd.DataFrame]], true_staff: pd.DataFrame
) -> None:
    posts = frames["ZZ3"]["establishment"].query("profession == 'Imaging support staff'")
    funded = posts.groupby("month")["funded_wte"].sum()
    true = true_staff.xs(("ZZ3", "Imaging support staff"), level=["employer", "profession"])
    stale = pd.date_range("2023-10-31", "2024-09-30", freq="ME")

    assert funded[stale].nunique() == 1
    assert (true["wte"][stale[3:]] > 1.05 * funded[stale[3:]]).all()
    others = funded.index.difference(stale)
    assert (funded[others] - true["funded_wte"][others]).abs().max() < 0.1


def test_establishment_is_true_but_for_the_stale_one_at_quarter_ends_and_then_each_month(
    frames: dict[str, dict[str, pd.DataFrame]], true_staff: pd.DataFrame
) -> None:
    posts = pd.concat([tables["establishment"] for code, tables in frames.items() if code != "ZZ3"])
    funded = posts.groupby(KEY)["funded_wte"].sum()

    assert posts["month"].nunique() == 13 + 24
    assert (funded - true_staff["funded_wte"].reindex(funded.index)).abs().max() < 0.1


def test_joiners_and_leavers_explain_the_staff_but_for_the_merger_and_moves(
    frames: dict[str, dict[str, pd.DataFrame]], true_staff: pd.DataFrame
) -> None:
    moved = frames["ZZ1"]["movements"]
    signed = moved["headcount"].where(moved["kind"] == "joiner", -moved["headcount"])
    net = signed.groupby(moved["month"]).sum()
    people = true_staff.xs("ZZ1", level="employer")["headcount"].groupby("month").sum()

    assert (people.diff().dropna().astype(int) - net.reindex(people.index[1:]).fillna(0).astype(int)).abs().max() == 0


def test_agency_stands_in_for_more_of_the_vacancies_where_that_was_planted(
    frames: dict[str, dict[str, pd.DataFrame]], true_staff: pd.DataFrame
) -> None:
    vacant = (true_staff["funded_wte"] - true_staff["wte"]).clip(lower=0).groupby(["employer", "month"]).sum()

    def share(code: str) -> float:
        agency = frames[code]["temporary_staff"].query("kind == 'agency'").groupby("month")["wte"].sum()
        return float(agency.sum() / vacant[code].reindex(agency.index).sum())

    assert share("ZZ3") == pytest.approx(0.14 * 2.2, rel=0.1)
    assert share("ZZ1") == pytest.approx(0.14 * 0.6, rel=0.15)


def test_past_plans_hoped_for_more_than_came_and_outturns_are_true(true_staff: pd.DataFrame) -> None:
    rows = planned_wte(RECIPE).assign(month=lambda each: pd.to_datetime(each["month"]))
    over = rows[(rows["cycle"] == "2023/24") & (rows["month"] == pd.Timestamp("2024-03-31"))]
    totals = over.groupby(["employer", "kind"])["wte"].sum().unstack()
    outturn = rows[rows["kind"] == OUTTURN].set_index(KEY)["wte"]

    assert (totals[PLANNED] > totals[OUTTURN]).all()
    assert (outturn - true_staff["wte"].reindex(outturn.index)).abs().max() < 0.051
    plan = staff_plan(RECIPE, cycles()[0], "ZZ3")
    assert plan.outturn_change is not None
    assert plan.outturn_change / plan.planned_change == pytest.approx(0.35, rel=0.3)


def test_each_cycle_has_a_baseline_and_the_current_one_looks_past_its_year() -> None:
    rows = planned_wte(RECIPE)
    months = rows.groupby(["cycle", "kind"])["month"].agg(["min", "max"])

    for cycle in cycles():
        assert months.loc[(cycle.name, BASELINE), "max"] == add_months(cycle.first, -1)
    assert months.loc[("2025/26", PLANNED), "max"].isoformat() == "2027-03-31"
    assert months.loc[("2025/26", OUTTURN), "max"].isoformat() == "2025-09-30"


def test_outturns_of_tests_are_those_of_the_returns() -> None:
    rows = planned_activity(RECIPE)
    ct = rows[(rows["test"] == "CT") & (rows["kind"] == OUTTURN)].set_index(["provider", "month"])["tests"]
    returned = {
        (one.provider.code, day): one.done
        for day, made in returns(RECIPE).items()
        for one in made
        if one.test.name == "Computed Tomography" and one.provider.code in EMPLOYERS
    }
    both = [key for key in returned if key in ct.index]

    assert len(both) > 60
    assert all(ct[key] == returned[key] for key in both)


def test_the_workbook_of_the_plan_has_a_row_for_each_line_and_months_as_dates(root: Any) -> None:
    book = CalamineWorkbook.from_path(root / "data" / "raw" / "sample" / "plan" / "operational_plan_2025-26.xlsx")
    rows = book.get_sheet_by_name("Workforce").to_python(skip_empty_area=False)
    heads, first = rows[3], rows[4]
    long = planned_wte(RECIPE)

    assert heads[:5] == ["Cycle", "Measure", "Organisation code", "Pillar", "Profession"]
    assert [heads[5].isoformat(), heads[-1].isoformat()] == ["2023-03-31", "2027-03-31"]
    assert first[:3] == ["2023/24", "Baseline", "ZZ1"]
    assert sum(cell not in ("", None) for row in rows[4:] for cell in row[5:]) == len(long)
    assert sum(cell for row in rows[4:] for cell in row[5:] if cell) == pytest.approx(long["wte"].sum())


def test_what_was_planted_at_a_trust_that_is_not_there_is_not_in_the_truth() -> None:
    found = planted(Recipe(staff=600, employers=2, seed=1))

    assert {row["trust"] for row in found["retention"]} == {"ZZ2"}
    assert found["poor_data"] is None
    assert [one["name"] for one in found["centres_to_come"]] == []


def test_packed_extracts_carry_no_time(root: Any) -> None:
    raw = (root / "data" / "raw" / "sample" / "workforce" / "esr_ZZ1.csv.gz").read_bytes()

    assert raw[4:8] == b"\0\0\0\0"
    assert gzip.decompress(raw).decode().splitlines()[0] == ",".join(NAMES)


def test_every_profession_of_the_returns_is_one_the_mapping_knows(
    frames: dict[str, dict[str, pd.DataFrame]],
) -> None:
    known = set(default_mapping().pillars_of(STAFF_SCHEMES))

    assert {name for tables in frames.values() for name in tables["establishment"]["profession"]} <= known
