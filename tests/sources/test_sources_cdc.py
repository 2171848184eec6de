import json
from pathlib import Path

import pandas as pd
import pytest

from pipeline.problems import InputRefused
from pipeline.sources import cdc_map, cdc_operational
from pipeline.sources._javascript import NotData, objects
from pipeline.sources.mapping import load_mapping
from pipeline.sources.reading import ReadOptions

pytestmark = pytest.mark.unit

SERVICES = ["imaging", "endoscopy", "labs", "physiological", "other"]


def centre(**changed: str | None) -> dict[str, str]:
    known = {
        "name": "'A Hospital CDC'",
        "address": "'Exeter, EX2 7JG'",
        "isOpen12_7": "'Yes'",
        "services": "'Imaging, Pathology'",
        "icbCode": "'E54000037'",
    }
    return {key: value for key, value in {**known, **changed}.items() if value is not None}


def script(tmp_path: Path, *centres: dict[str, str], name: str = "map.geojson.js") -> Path:
    features = ",\n".join(
        "{\n type: 'Feature',\n properties: {\n"
        + ",\n".join(f"  {key}: {value}" for key, value in one.items())
        + "\n }}"
        for one in centres
    )
    path = tmp_path / name
    text = "/* a comment */\nwindow.GOVUK = window.GOVUK || {}\nwindow.GOVUK.cdcGeojson = {\n features: [\n"
    path.write_text(f"{text}{features}\n]}}\n", encoding="utf-8")
    return path


def problems(path: Path, reader=cdc_map) -> list[tuple[int | None, str, str]]:
    with pytest.raises(InputRefused) as refused:
        reader.read(path)
    assert all(problem.file == str(path) for problem in refused.value.problems)
    return [(problem.row, problem.column, problem.rule) for problem in refused.value.problems]


def test_a_centre_of_the_script_is_read_with_the_line_of_its_name(tmp_path: Path) -> None:
    path = script(tmp_path, centre(), centre(name="'Another CDC'"))
    sites = cdc_map.read(path)["cdc_sites"]
    assert sites["site"].tolist() == ["A Hospital CDC", "Another CDC"]
    assert sites["icb"].tolist() == ["E54000037", "E54000037"]
    for site, row in zip(sites["site"], sites["row"], strict=True):
        assert site in path.read_text(encoding="utf-8").splitlines()[row - 1]
    assert sites[SERVICES].iloc[0].tolist() == [True, False, True, False, False]
    assert sites["list"].unique().tolist() == ["map"]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (r"'St Mary\'s CDC'", "St Mary's CDC"),
        ('"St Mary\'s CDC"', "St Mary's CDC"),
        (r"'Caf\u00e9 \u{43}\x44C'", "Café CDC"),
        ("'Somerset West\u00a0CDC '", "Somerset West CDC"),
        (r"'A {strange}, name: [with] // marks'", "A {strange}, name: [with] // marks"),
        (r"'\ud83d\ude00 CDC'", "\U0001f600 CDC"),
    ],
)
def test_a_name_is_read_however_the_script_writes_it(tmp_path: Path, written: str, name: str) -> None:
    assert cdc_map.read(script(tmp_path, centre(name=written)))["cdc_sites"]["site"].tolist() == [name]


def test_plain_json_with_quoted_keys_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "map.geojson"
    properties = {"name": "A CDC", "address": "", "isOpen12_7": "N/A", "services": "Imaging", "icbCode": "E54000037"}
    features = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": properties}]}
    path.write_text(json.dumps(features), encoding="utf-8-sig")
    assert cdc_map.recognise(path)
    site = cdc_map.read(path)["cdc_sites"].iloc[0]
    assert site["site"] == "A CDC"
    assert pd.isna(site["address"])


@pytest.mark.parametrize(("written", "expected"), [("'Yes'", True), ("'No'", False), ("'N/A'", None), ("''", None)])
def test_opening_hours_that_are_not_known_stay_empty(tmp_path: Path, written: str, expected: bool | None) -> None:
    opens = cdc_map.read(script(tmp_path, centre(isOpen12_7=written)))["cdc_sites"]["open_12_7"].iloc[0]
    assert opens is pd.NA if expected is None else bool(opens) is expected


def test_services_that_are_not_given_are_unknown_and_not_no(tmp_path: Path) -> None:
    sites = cdc_map.read(script(tmp_path, centre(services="''")))["cdc_sites"]
    assert sites[SERVICES].isna().all(axis=None)


def test_other_tests_have_a_column_of_their_own(tmp_path: Path) -> None:
    sites = cdc_map.read(script(tmp_path, centre(services="'Other Tests, Endoscopy,Physiological Sciences'")))[
        "cdc_sites"
    ]
    assert sites[SERVICES].iloc[0].tolist() == [False, True, False, True, True]


def test_a_service_the_mapping_does_not_know_is_refused_with_the_row_to_add(tmp_path: Path) -> None:
    path = script(tmp_path, centre(services="'Imaging, Genomics'"))
    ((row, column, rule),) = problems(path)
    assert (row, column) == (11, "services")
    assert "“Genomics”" in rule
    suggested = rule[rule.index("cdc_service,") :]
    extra = tmp_path / "mapping.csv"
    extra.write_text(f"scheme,label,pillar,name,note\n{suggested}\n", encoding="utf-8")
    sites = cdc_map.read(path, ReadOptions(mapping=load_mapping(extra)))["cdc_sites"]
    assert sites["imaging"].tolist() == [True]


def test_every_fault_of_every_centre_is_reported(tmp_path: Path) -> None:
    path = script(
        tmp_path,
        centre(isOpen12_7="'Perhaps'", icbCode="'QJK'"),
        centre(name="''", services=None),
        centre(name="7"),
    )
    assert [(column, rule) for _, column, rule in problems(path)] == [
        ("isOpen12_7", "should be Yes, No or N/A"),
        ("icbCode", "should be the ONS code of a board: E54 and six digits"),
        ("services", "this centre does not have the property; every centre of the map has it"),
        ("name", "the centre has no name"),
        ("name", "should be text in quotation marks"),
        ("name", "the centre has no name"),
    ]


def test_a_centre_listed_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="repeats site, list"):
        cdc_map.read(script(tmp_path, centre(), centre()))


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("x = {\n features: [\n  {properties: {name: 'A CDC}}]}", 3, "quotation mark that opens here is never closed"),
        ("x = {\n features: [{properties: {name: 'A' address: 'B'}}]}", 2, ", or } was expected before address"),
        ("x = {features: [{properties: {name: readName()}}]}", 1, "text in quotation marks or a number was expected"),
        ("x = {features: [{properties: {name: 'A', name: 'B'}}]}", 1, "name is given twice"),
        ("x = {features: [{properties: {name: 'A'", 1, "was expected before the end of the file"),
        ("x = " + "{a: " * 60 + "1" + "}" * 60, 1, "too many brackets"),
    ],
)
def test_a_script_that_is_not_data_is_refused_at_its_line(tmp_path: Path, text: str, line: int, expected: str) -> None:
    path = tmp_path / "map.geojson.js"
    path.write_text(text, encoding="utf-8")
    ((row, _, rule),) = problems(path)
    assert row == line
    assert expected in rule


@pytest.mark.parametrize("text", ["x = {}", "x = {features: []}", "x = {features: 'none'}", "no data at all"])
def test_a_script_without_centres_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "map.geojson.js"
    path.write_text(text, encoding="utf-8")
    assert "no list of centres" in problems(path)[0][2]


def test_a_feature_without_properties_is_refused_and_not_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "map.geojson.js"
    path.write_text("x = {features: [\n{geometry: {}},\n null]}", encoding="utf-8")
    found = problems(path)
    assert [row for row, _, _ in found] == [2, None]
    assert ["feature 1" in found[0][2], "feature 2" in found[1][2]] == [True, True]


def test_a_web_page_in_place_of_the_map_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.geojson.js"
    path.write_text("<!DOCTYPE html><html><body>features isOpen12_7 icbCode</body></html>", encoding="utf-8")
    assert not cdc_map.recognise(path)
    assert "web page" in problems(path)[0][2]


def test_numbers_constants_and_trailing_commas_are_understood() -> None:
    (node,) = objects("const x = {a: [-1.5, .5, 2e3,], b: null, 'c d': true,};")
    assert node.values == {"a": [-1.5, 0.5, 2000.0], "b": None, "c d": True}
    assert node.lines == {"a": 1, "b": 1, "c d": 1}


def test_a_script_is_never_run() -> None:
    with pytest.raises(NotData):
        objects("x = {features: [fetch('file')]}")


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("govuk_cdc_2025-06-19.geojson.js", "2025-06-19"),
        ("cdc_2022-13-45.js", None),
        ("cdc.js", None),
    ],
)
def test_the_date_of_the_map_is_that_of_its_name(tmp_path: Path, name: str, date: str | None) -> None:
    as_of = cdc_map.read(script(tmp_path, centre(), name=name))["cdc_sites"]["as_of"].iloc[0]
    assert pd.isna(as_of) if date is None else as_of == pd.Timestamp(date)


def test_the_map_of_elective_hubs_is_not_the_map_of_centres(tmp_path: Path) -> None:
    path = tmp_path / "hubs.geojson.js"
    path.write_text(
        "x = {features: [{properties: {name: 'A', services: 'B', icbCode: 'E54000037'}}]}", encoding="utf-8"
    )
    assert not cdc_map.recognise(path)


def operational(tmp_path: Path, *lines: str, name: str = "cdc_operational_2022-08-14.tsv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join(["region\tarea\tcdc_title\tlive_date", *lines]) + "\n", encoding="utf-8")
    return path


def test_the_list_gives_each_centre_the_day_it_opened(tmp_path: Path) -> None:
    path = operational(
        tmp_path, "South West\tExeter\tNightingale CDC\t1 Jul 2021", "London\tPutney\tRoehampton CDC\t12 Dec 2021"
    )
    sites = cdc_operational.read(path)["cdc_sites"]
    assert cdc_operational.recognise(path)
    assert sites["opened"].tolist() == [pd.Timestamp("2021-07-01"), pd.Timestamp("2021-12-12")]
    assert sites["as_of"].tolist() == [pd.Timestamp("2022-08-14")] * 2
    assert sites[["region", "address", "list"]].iloc[0].tolist() == ["South West", "Exeter", "operational"]
    assert sites["row"].tolist() == [2, 3]
    assert sites[[*SERVICES, "open_12_7", "icb"]].isna().all(axis=None)


def test_a_site_under_another_centre_is_kept_without_a_day(tmp_path: Path) -> None:
    sites = cdc_operational.read(operational(tmp_path, "London\tTooting\tRoehampton CDC (St Georges)\tHUB"))[
        "cdc_sites"
    ]
    assert sites["site"].tolist() == ["Roehampton CDC (St Georges)"]
    assert sites["opened"].isna().all()


def test_every_day_that_is_not_one_is_refused(tmp_path: Path) -> None:
    path = operational(tmp_path, "A\tB\tC CDC\t31 Feb 2022", "A\tB\t\t1 Jul 2021", "A\tB\tD CDC\tsoon")
    found = problems(path, cdc_operational)
    assert [(row, column) for row, column, _ in found] == [(2, "live_date"), (4, "live_date"), (3, "cdc_title")]


def test_a_list_without_one_of_its_columns_is_neither_recognised_nor_read(tmp_path: Path) -> None:
    path = tmp_path / "list.tsv"
    path.write_text("region\tarea\tcdc_title\nA\tB\tC\n", encoding="utf-8")
    assert not cdc_operational.recognise(path)
    assert "live_date" in problems(path, cdc_operational)[0][2]
