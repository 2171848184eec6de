"""Staff records are added up as worked out by hand, and refused where a cell breaks its column's rule."""

from __future__ import annotations

import gzip
import itertools
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from esr_files import HEADER, line, refusal, saved, saved_bytes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.sources import _esr_file, esr_extract
from pipeline.sources._esr_file import COLUMNS, engine
from pipeline.sources.mapping import default_mapping, load_mapping
from pipeline.sources.reading import ReadOptions

pytestmark = pytest.mark.unit


def staff_of(path: Path) -> pd.DataFrame:
    return esr_extract.read(path)["staff"]


def figures(staff: pd.DataFrame) -> list[tuple[int, float, int]]:
    return list(zip(staff["headcount"], staff["wte"], staff["row"], strict=True))


def test_a_row_becomes_a_row_of_the_staff_table_in_the_plans_own_words(tmp_path: Path) -> None:
    assert staff_of(saved(tmp_path, line(fte="0.8"))).to_dict("records") == [
        {
            "month": pd.Timestamp(2025, 9, 30),
            "employer": "ZZ1",
            "dataset": "esr",
            "pillar": "imaging",
            "staff_group": "Allied health professionals",
            "profession": "Diagnostic radiographers",
            "discipline": "Radiography (diagnostic)",
            "level": "All",
            "band": "6",
            "age_band": "30-34",
            "contract": "Permanent",
            "headcount": 1,
            "wte": 0.8,
            "file": "extract.csv",
            "sheet": "",
            "row": 2,
        }
    ]


def test_people_are_counted_by_the_primary_assignment_and_wte_adds_up_over_all(tmp_path: Path) -> None:
    path = saved(tmp_path, line(fte="0.6"), line(fte="0.2", primary="N"), line(fte="1.0", primary="yes"))
    assert figures(staff_of(path)) == [(2, 1.8, 2)]


def test_a_second_role_alone_in_its_group_has_wte_and_nobody(tmp_path: Path) -> None:
    path = saved(tmp_path, line(fte="0.8"), line(fte="0.2", primary="N", pay="Band 7"))
    assert figures(staff_of(path)) == [(1, 0.8, 2), (0, 0.2, 3)]


@pytest.mark.parametrize("category", ["Bank", "honorary", "Non-Exec Director/Chair", "Widows/Widowers"])
def test_assignments_that_are_no_staff_in_post_are_left_out_of_both_sums(tmp_path: Path, category: str) -> None:
    assert figures(staff_of(saved(tmp_path, line(assignment=category), line()))) == [(1, 1.0, 3)]


def test_an_extract_of_bank_assignments_alone_gives_no_rows(tmp_path: Path) -> None:
    assert staff_of(saved(tmp_path, line(assignment="Bank"))).empty


def test_spellings_that_mean_the_same_are_one_group_with_its_first_row(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        line(pay="Band 8a"),
        line(),
        line(pay="6", effective="30/09/2025", area="radiography  (Diagnostic)", staff="allied health professionals"),
        line(pay=" band 6 ", age="30–34", assignment="PERMANENT", employer=" ZZ1"),
    )
    staff = staff_of(path)
    assert staff["discipline"].unique().tolist() == ["Radiography (diagnostic)", "radiography (Diagnostic)"]
    assert staff.groupby("band")[["headcount", "row"]].agg({"headcount": "sum", "row": "min"}).to_dict("index") == {
        "6": {"headcount": 3, "row": 3},
        "8a": {"headcount": 1, "row": 2},
    }


def test_fixed_term_of_either_spelling_is_one_contract(tmp_path: Path) -> None:
    staff = staff_of(saved(tmp_path, line(assignment="Fixed Term"), line(assignment="Fixed Term Temp")))
    assert (staff["contract"].tolist(), figures(staff)) == (["Fixed term"], [(2, 2.0, 2)])


def test_employers_and_months_stand_apart_in_order(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        line(employer="ZZ2", effective="31/10/2025"),
        line(employer="ZZ2"),
        line(effective="2025-10-31"),
        line(),
    )
    staff = staff_of(path)
    assert list(zip(staff["month"].dt.month, staff["employer"], staff["row"], strict=True)) == [
        (9, "ZZ1", 5),
        (9, "ZZ2", 3),
        (10, "ZZ1", 4),
        (10, "ZZ2", 2),
    ]


def test_a_day_within_a_month_is_that_months_count(tmp_path: Path) -> None:
    assert staff_of(saved(tmp_path, line(effective="2024-02-01")))["month"].tolist() == [pd.Timestamp(2024, 2, 29)]


def test_an_area_means_what_its_staff_group_makes_of_it(tmp_path: Path) -> None:
    path = saved(tmp_path, line(), line(staff="Additional Clinical Services", role="Assistant Practitioner"))
    found = staff_of(path).set_index("row")["profession"].to_dict()
    mapped = default_mapping()
    assert found == {
        2: mapped.find("care_setting", "Radiography (diagnostic)").name,
        3: mapped.find("support_care_setting", "Radiography (diagnostic)").name,
    }
    assert found[2] != found[3]


def test_an_unknown_area_is_kept_as_unmapped_if_enough_share_it(tmp_path: Path) -> None:
    staff = staff_of(saved(tmp_path, *[line(area="Breast Screening Hub")] * 10))
    assert staff[["pillar", "profession", "headcount"]].values.tolist() == [["unmapped", "Breast Screening Hub", 10]]


def test_an_unknown_area_that_few_share_is_refused_and_not_repeated(tmp_path: Path) -> None:
    (problem,) = refusal(saved(tmp_path, *[line(area="Breast Screening Hub")] * 9, line()))
    assert (problem.column, problem.value) == ("Area of Work", "")
    assert "1 of its 2 values, first in row 2" in problem.rule
    assert "Hub" not in str(problem)


def test_a_plans_own_mapping_names_an_area(tmp_path: Path) -> None:
    path = saved(tmp_path, *[line(area="Breast Screening Hub")] * 2)
    extra = saved_bytes(
        tmp_path,
        b"scheme,label,pillar,name,note\ncare_setting,Breast screening hub,imaging,Mammographers,\n",
        "mapping.csv",
    )
    staff = esr_extract.read(path, ReadOptions(mapping=load_mapping(extra)))["staff"]
    assert staff["profession"].tolist() == ["Mammographers"]


@pytest.mark.parametrize("name", ["extract.csv", "extract.csv.gz", "renamed.csv"])
def test_plain_and_packed_extracts_are_read_alike_whatever_their_name(tmp_path: Path, name: str) -> None:
    content = f"{HEADER}\n{line()}\n{line(fte='.5')}\n".encode()
    path = saved_bytes(tmp_path, content if name == "extract.csv" else gzip.compress(content), name)
    assert figures(staff_of(path)) == [(2, 1.5, 2)]


def test_columns_may_stand_in_any_order_and_case(tmp_path: Path) -> None:
    cells = line(fte="0.4").split(",")
    header = ",".join(reversed([heading.upper() for heading in COLUMNS]))
    assert figures(staff_of(saved(tmp_path, ",".join(reversed(cells)), header=header))) == [(1, 0.4, 2)]


def test_wte_is_added_as_decimals_whatever_the_order_of_rows(tmp_path: Path) -> None:
    shares = ["0.1", "0.66667", "0.53333", "0.8"] * 500
    one = staff_of(saved(tmp_path, *[line(fte=share) for share in shares]))
    other = staff_of(saved(tmp_path, *[line(fte=share) for share in sorted(shares)]))
    assert one["wte"].tolist() == other["wte"].tolist() == [1050.0]


@pytest.mark.parametrize(
    ("cells", "column", "says", "shown"),
    [
        ({"effective": "12/04/1981"}, "Effective Date", "a date such as 2025-09-30 or 30/09/2025", ""),
        ({"effective": "09/30/2025"}, "Effective Date", "a date such as 2025-09-30 or 30/09/2025", ""),
        ({"effective": "2025-02-30"}, "Effective Date", "a date such as 2025-09-30 or 30/09/2025", ""),
        ({"employer": "zz1"}, "Employer", "3 to 9 capital letters and digits", ""),
        ({"staff": "Radiographers"}, "Staff Group", "Add Prof Scientific and Technic", ""),
        ({"pay": "Band 10"}, "Pay Band", "a band such as Band 6 or 8a, a doctor's grade", ""),
        ({"age": "30-39"}, "Age Band", "a five-year age band (Under 20, 20-24 … 75+)", ""),
        ({"age": "34"}, "Age Band", "a five-year age band", ""),
        ({"assignment": "Agency"}, "Assignment Category", "Permanent, Fixed Term Temp, Fixed Term", ""),
        ({"fte": "12.0"}, "FTE", "a share of full time from 0 to 1.2", "12.0"),
        ({"fte": "-1"}, "FTE", "a share of full time from 0 to 1.2", "-1"),
        ({"fte": "37.5"}, "FTE", "a share of full time from 0 to 1.2", "37.5"),
        ({"fte": "1981"}, "FTE", "a share of full time from 0 to 1.2", ""),
        ({"fte": "nan"}, "FTE", "a share of full time from 0 to 1.2", ""),
        ({"fte": "1e0"}, "FTE", "a share of full time from 0 to 1.2", ""),
        ({"primary": "Yellow"}, "Primary Assignment", "should be Y or N", ""),
    ],
)
def test_a_cell_that_breaks_its_columns_rule_is_placed_by_row_and_column(
    tmp_path: Path, cells: dict[str, str], column: str, says: str, shown: str
) -> None:
    (problem,) = refusal(saved(tmp_path, line(), line(**cells)))
    assert (problem.row, problem.column, problem.value) == (3, column, shown)
    assert says in problem.rule


@pytest.mark.parametrize("heading", COLUMNS)
@pytest.mark.parametrize("empty", ["", '""', "   ", '"  "'])
def test_an_empty_cell_is_placed_by_row_and_column(tmp_path: Path, heading: str, empty: str) -> None:
    (problem,) = refusal(saved(tmp_path, line(), line(**{heading.split()[0].casefold(): empty})))
    assert (problem.row, problem.column, problem.rule) == (3, heading, "the cell should not be empty")


def test_a_rule_broken_in_many_rows_is_said_once_with_their_number(tmp_path: Path) -> None:
    (problem,) = refusal(saved(tmp_path, line(), *[line(fte="9"), line(fte="7")] * 30))
    assert problem.row == 3
    assert "(60 rows in all, first in rows 3, 4)" in problem.rule


def test_problems_of_every_column_are_told_together(tmp_path: Path) -> None:
    path = saved(tmp_path, line(fte="9"), line(age="old"), line(pay="none"), line(primary="P"), line(employer="?"))
    assert {(problem.row, problem.column) for problem in refusal(path)} == {
        (2, "FTE"),
        (3, "Age Band"),
        (4, "Pay Band"),
        (5, "Primary Assignment"),
        (6, "Employer"),
    }


def test_two_dates_of_an_employer_in_one_month_are_refused(tmp_path: Path) -> None:
    (problem,) = refusal(saved(tmp_path, line(), line(employer="ZZ2"), line(effective="2025-09-15")))
    assert (problem.row, problem.column, problem.value) == (4, "Effective Date", "September 2025")
    assert "counted twice" in problem.rule


def test_two_employers_may_have_different_dates_in_one_month(tmp_path: Path) -> None:
    assert len(staff_of(saved(tmp_path, line(), line(employer="ZZ2", effective="2025-09-15")))) == 2


def test_the_header_is_recognised_and_that_of_another_file_is_not(tmp_path: Path) -> None:
    assert esr_extract.recognise(saved(tmp_path, line()))
    assert esr_extract.recognise(saved(tmp_path, line() + ",x", header=HEADER + ",Employee Number"))
    assert not esr_extract.recognise(saved(tmp_path, "1", header="Employer"))
    assert not esr_extract.recognise(saved_bytes(tmp_path, b""))
    assert not esr_extract.recognise(tmp_path)


AREAS = ["Radiography (diagnostic)", "Blood Sciences", "Genetics"]
ROWS = st.fixed_dictionaries(
    {
        "effective": st.sampled_from(["2025-08-31", "31/08/2025", "2025-09-30"]),
        "employer": st.sampled_from(["ZZ1", "ZZ2"]),
        "staff": st.sampled_from(["Allied Health Professionals", "Healthcare Scientists"]),
        "area": st.sampled_from(AREAS),
        "pay": st.sampled_from(["Band 5", "5", "Band 8a"]),
        "age": st.sampled_from(["30-34", "Under 20", "18-19"]),
        "assignment": st.sampled_from(["Permanent", "Fixed Term", "Fixed Term Temp", "Bank"]),
        "fte": st.sampled_from(["1", "0.66667", "0.5", ".1", "0"]),
        "primary": st.sampled_from(["Y", "N", "no"]),
    }
)


def expected(rows: list[dict[str, str]]) -> dict[tuple[str, ...], tuple[int, float, int]]:
    """The sums by another way: pandas on words put right by hand."""
    frame = pd.DataFrame(rows).assign(row=range(2, len(rows) + 2))
    frame["effective"] = frame["effective"].replace("31/08/2025", "2025-08-31")
    frame["pay"] = frame["pay"].str.removeprefix("Band ")
    frame["age"] = frame["age"].replace("18-19", "Under 20")
    frame["assignment"] = frame["assignment"].replace(["Fixed Term", "Fixed Term Temp"], "Fixed term")
    frame["people"] = (frame["primary"] == "Y").astype(int)
    frame["wte"] = frame["fte"].astype(float)
    kept = frame[frame["assignment"] != "Bank"]
    keys = ["effective", "employer", "staff", "area", "pay", "age", "assignment"]
    sums = kept.groupby(keys).agg(people=("people", "sum"), wte=("wte", "sum"), row=("row", "min"))
    return {key: (people, round(wte, 5), row) for key, people, wte, row in sums.itertuples()}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, min_size=1, max_size=60))
def test_random_extracts_are_added_up_as_pandas_does(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    staff = staff_of(saved(tmp_path, *[line(**row) for row in rows]))
    groups = staff["staff_group"].map(
        {"Allied health professionals": "Allied Health Professionals", "Healthcare scientists": "Healthcare Scientists"}
    )
    keys = [staff["month"].dt.strftime("%Y-%m-%d"), staff["employer"], groups, staff["discipline"]]
    keys += [staff["band"], staff["age_band"], staff["contract"]]
    found = {key: figure for *key, figure in zip(*keys, figures(staff), strict=True) for key in [tuple(key)]}
    assert {key: (figure[0], pytest.approx(figure[1]), figure[2]) for key, figure in found.items()} == expected(rows)


HOSTILE = [
    "a'b.csv",
    'a"b.csv',
    "a b;c.csv",
    "a*.csv",
    "a?.csv",
    "a[bc].csv",
    "**.csv",
    "a{b,c}.csv",
    "é—%20~$HOME.csv",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_looks_like_a_pattern_or_code_reads_its_own_file_alone(tmp_path: Path, name: str) -> None:
    for other in ("ab.csv", "ac.csv"):
        saved(tmp_path, *[line(employer="ZZ9")] * 3, name=other)
    assert staff_of(saved(tmp_path, line(), name=name))["employer"].tolist() == ["ZZ1"]


def test_a_folder_that_looks_like_a_pattern_is_no_hindrance(tmp_path: Path) -> None:
    for folder in ("[ab]*", "a"):
        (tmp_path / folder).mkdir()
    saved(tmp_path / "a", line(employer="ZZ9"))
    assert staff_of(saved(tmp_path / "[ab]*", line()))["employer"].tolist() == ["ZZ1"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('{other}')",
        "SELECT * FROM read_text('{other}')",
        "COPY extract TO '{other}'",
        "COPY (SELECT 1) TO '{new}'",
        "ATTACH '{new}'",
        "INSTALL httpfs",
        "SET memory_limit = '100GB'",
        "SET threads = 64",
        "SET enable_external_access = true",
    ],
)
def test_the_engine_reaches_no_other_file_and_cannot_be_set_otherwise(tmp_path: Path, query: str) -> None:
    extract = esr_extract._looked_at(saved(tmp_path, line()))
    other = saved(tmp_path, line(), name="other.csv")
    before = other.read_bytes()
    with engine(extract) as connection, pytest.raises((duckdb.PermissionException, duckdb.InvalidInputException)):
        connection.execute(query.format(other=other, new=tmp_path / "new.csv"))
    assert (other.read_bytes(), (tmp_path / "new.csv").exists()) == (before, False)


def test_the_engine_keeps_to_its_memory_and_threads(tmp_path: Path) -> None:
    extract = esr_extract._looked_at(saved(tmp_path, line()))
    with engine(extract) as connection:
        held = dict(connection.execute("SELECT name, value FROM duckdb_settings()").fetchall())
    assert (held["threads"], held["memory_limit"]) == (str(_esr_file.THREADS), "953.6 MiB")


@pytest.mark.parametrize("rows", [[line()], [line(), line(fte="9")], [line(), "a,b,c"]])
def test_nothing_is_left_on_disk_whether_an_extract_is_good_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[str]
) -> None:
    (tmp_path / "spill").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "spill"))
    path = saved(tmp_path, *rows)
    if len(rows) == 1:
        esr_extract.read(path)
    else:
        refusal(path)
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["extract.csv", "spill"]


def test_a_look_at_the_first_rows_does_not_go_through_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_esr_file, "SAMPLE_ROWS", 1_000)
    # The last row cannot be read, so that to come to it would be an error.
    path = saved(tmp_path, *itertools.repeat(line(), 400_000), "not,a,row")
    with engine(esr_extract._looked_at(path)) as connection:
        assert _esr_file.distinct_in_sample(connection)["employer"] == 1
