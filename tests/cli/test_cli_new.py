"""`workforce new`: a plan from a folder of downloads."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from small_files import (
    BOARD,
    TRUSTS,
    core5_row,
    sickness_row,
    write_core5,
    write_dm01,
    write_good_plan,
    write_practice_map,
    write_sickness,
    write_text,
    write_trusts,
)

from pipeline.cli import main
from pipeline.commands.plans import DONE, REFUSED
from pipeline.plan import load_plan
from pipeline.plan_schema import SCHEMA_FILE
from pipeline.run.new_plan import draft_plan
from pipeline.run.plan_text import SourceFound, _source

pytestmark = pytest.mark.integration


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with a folder of downloads beside it, and the current folder."""
    home, downloads = tmp_path / "home", tmp_path / "my downloads [2025]"
    (home / "data" / "raw").mkdir(parents=True)
    write_practice_map(downloads / "map.csv")
    write_trusts(downloads / "etr.csv")
    write_core5(downloads / "staff" / "core5.csv", core5_row("RZ1"), core5_row("RZ2", month="2025-09-30"))
    write_sickness(downloads / "absence" / "sickness_2024-08.csv")
    write_sickness(downloads / "absence" / "sickness_2024-09.csv", sickness_row(day="30/09/2024"))
    write_dm01(downloads / "dm01_2024-08.xlsx")
    write_text(downloads / "read me.txt", "Where these came from.")
    monkeypatch.chdir(home)
    return home


@pytest.fixture
def downloads(home: Path) -> Path:
    return home.parent / "my downloads [2025]"


def new(downloads: Path, *more: str, name: str = "northvale", ics: str = BOARD) -> int:
    return main(["new", name, "--ics", ics, "--from", str(downloads), *more])


def test_the_plan_that_is_written_loads_and_passes_the_check(
    home: Path, downloads: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert new(downloads) == DONE
    plan = load_plan(home / "data" / "raw" / "northvale")
    assert plan.file.ics == [BOARD]
    assert plan.file.employers == TRUSTS
    assert plan.file.base_month == "2025-10"
    assert {(source.reader, source.path) for source in plan.sources} == {
        ("gp_practice_map", downloads / "map.csv"),
        ("ods_trusts", downloads / "etr.csv"),
        ("hchs_core5", downloads / "staff" / "core5.csv"),
        ("sickness_absence", downloads / "absence" / "sickness_2024-08.csv"),
        ("sickness_absence", downloads / "absence" / "sickness_2024-09.csv"),
        ("dm01_provider", downloads / "dm01_2024-08.xlsx"),
    }
    assert main(["check", "northvale"]) == DONE
    said = capsys.readouterr().out
    assert "6 files of 5 kinds" in said
    assert "October 2025, the latest month in core5.csv" in said
    assert "1 file of no known kind" in said


def test_files_that_are_alike_are_one_pattern_relative_to_the_plan(home: Path, downloads: Path) -> None:
    assert new(downloads) == DONE
    raw = yaml.safe_load((home / "data" / "raw" / "northvale" / "plan.yaml").read_text(encoding="utf-8"))
    paths = {source["reader"]: source["path"] for source in raw["sources"]}
    assert paths["sickness_absence"] == "../../../../my downloads [[]2025]/absence/*.csv"
    assert paths["ods_trusts"] == "../../../../my downloads [2025]/etr.csv"


def test_a_pattern_leaves_out_the_files_of_other_kinds(home: Path, downloads: Path) -> None:
    for path in (downloads / "absence").iterdir():
        shutil.move(path, downloads / path.name)
    assert new(downloads) == DONE
    raw = yaml.safe_load((home / "data" / "raw" / "northvale" / "plan.yaml").read_text(encoding="utf-8"))
    paths = [source["path"] for source in raw["sources"] if source["reader"] == "sickness_absence"]
    assert [path.rpartition("/")[2] for path in paths] == ["sickness*.csv"]


def test_the_plan_explains_itself(home: Path, downloads: Path) -> None:
    assert new(downloads) == DONE
    text = (home / "data" / "raw" / "northvale" / "plan.yaml").read_text(encoding="utf-8")
    first = text.splitlines()[0]
    schema = home / "data" / "raw" / "northvale" / first.removeprefix("# yaml-language-server: $schema=")
    assert schema.resolve() == SCHEMA_FILE
    assert "#   ../../../../my downloads [2025]/read me.txt" in text
    assert "#   pay_afc: pay points by band" in text
    assert "workforce check northvale" in text


def test_a_file_of_people_that_is_not_published_begins_with_a_disclosure_rule() -> None:
    published, own = (_source(SourceFound(reader, "a.csv", 1)) for reader in ("hchs_core5", "esr_extract"))
    assert yaml.safe_load(own)[0]["disclosure"] == "threshold_n"
    assert "disclosure" not in yaml.safe_load(published)[0]


def test_the_trusts_of_a_board_that_has_merged_are_found_under_its_newest_code(home: Path, downloads: Path) -> None:
    write_practice_map(downloads / "map_2024.csv", board="QZ0", day="01Jul2024")
    assert new(downloads, ics="QZ0") == DONE
    assert load_plan(home / "data" / "raw" / "northvale").file.employers == TRUSTS


def test_the_board_may_be_given_by_two_codes(home: Path, downloads: Path) -> None:
    write_practice_map(downloads / "map_2024.csv", board="QZ0", day="01Jul2024")
    assert new(downloads, "--ics", "QZ0") == DONE
    assert load_plan(home / "data" / "raw" / "northvale").file.ics == [BOARD, "QZ0"]


def test_a_plan_that_is_there_is_kept_unless_replace_is_said(
    home: Path, downloads: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = write_good_plan(home / "data" / "raw" / "northvale") / "plan.yaml"
    before = plan.read_bytes()
    assert new(downloads) == REFUSED
    assert "--replace" in capsys.readouterr().err
    assert plan.read_bytes() == before
    assert new(downloads, "--replace") == DONE
    assert plan.read_bytes() != before


@pytest.mark.parametrize(
    ("name", "ics", "words"),
    [
        ("north vale", BOARD, "key NAME: a plan's name starts with a letter or digit"),
        ("../escape", "qz1", "key --ics: an ICS code is 3 to 9 capital letters and digits, such as QJK. Found: qz1"),
        ("northvale", "QZ9", "no file here knows an integrated care board of this code; those known are QZ1"),
    ],
)
def test_a_name_or_code_that_cannot_be_is_refused_and_nothing_is_written(
    name: str, ics: str, words: str, home: Path, downloads: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(home.parent.rglob("*"))
    assert new(downloads, name=name, ics=ics) == REFUSED
    assert words in capsys.readouterr().err
    assert sorted(home.parent.rglob("*")) == before


def test_a_name_cannot_lead_out_of_the_folder_of_plans(
    home: Path, downloads: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert new(downloads, name="../escape") == REFUSED
    assert "key NAME" in capsys.readouterr().err
    assert not (home / "data" / "escape").exists()


def test_a_folder_that_is_not_there_is_refused(downloads: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new(downloads / "nowhere") == REFUSED
    assert "key --from: there is no folder here" in capsys.readouterr().err


def test_a_folder_of_nothing_known_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_text(home / "elsewhere" / "notes.txt", "Nothing here.")
    assert new(home / "elsewhere") == REFUSED
    assert "`workforce sources` lists those it does" in capsys.readouterr().err


def test_without_a_file_that_knows_the_trusts_the_files_that_would_are_named(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_core5(home / "elsewhere" / "core5.csv")
    assert new(home / "elsewhere") == REFUSED
    assert "which trusts belong to an ICS" in capsys.readouterr().err
    write_practice_map(home / "elsewhere" / "map.csv")
    assert new(home / "elsewhere") == REFUSED
    assert "no file here has a trust under QZ1; add one of hchs_organisation, " in capsys.readouterr().err


def test_a_broken_download_is_refused_with_its_place(
    home: Path, downloads: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_core5(downloads / "staff" / "core5.csv", core5_row(wte="ten"))
    assert new(downloads) == REFUSED
    assert "row 2, column “FTE”" in capsys.readouterr().err
    assert not list((home / "data" / "raw").iterdir())


def test_without_staff_the_month_is_taken_from_the_waits(home: Path, downloads: Path) -> None:
    (downloads / "staff" / "core5.csv").unlink()
    draft = draft_plan(home / "data" / "raw" / "northvale", [BOARD], downloads)
    assert (f"{draft.base_month:%Y-%m}", draft.month_file) == ("2024-08", "dm01_2024-08.xlsx")


def test_a_name_with_quotes_and_colons_is_written_so_that_it_is_read_back(home: Path, downloads: Path) -> None:
    write_practice_map(downloads / "map.csv", board_name='NHS "Northvale": the # board')
    assert new(downloads) == DONE
    name = load_plan(home / "data" / "raw" / "northvale").file.name
    assert name == 'NHS "Northvale": the # board'
