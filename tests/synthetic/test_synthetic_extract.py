"""A large extract of staff records is what it says: so many rows, the same each time, and as the reader takes them."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from pipeline.cli import main
from pipeline.commands.plans import DONE, REFUSED
from pipeline.plan import PILLARS
from pipeline.problems import InputRefused
from pipeline.sources import esr_extract
from pipeline.synthetic.extract import extract_of, write_extract
from pipeline.synthetic.parameters import parameters

pytestmark = pytest.mark.integration

ROWS = 60_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "it's an extract.csv"
    write_extract(path, ROWS, seed=1)
    return path


@pytest.fixture(scope="module")
def rows(made: Path) -> pd.DataFrame:
    return pd.read_csv(made, dtype={"FTE": "float64"})


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_reader_takes_it_and_counts_what_it_holds(made: Path, rows: pd.DataFrame) -> None:
    staff = esr_extract.read(made)["staff"]
    counted = rows[~rows["Assignment Category"].isin(parameters("extract")["not_in_post"])]
    assert staff["headcount"].sum() == (counted["Primary Assignment"] == "Y").sum()
    assert staff["wte"].sum() == pytest.approx(counted["FTE"].sum())
    assert set(PILLARS) < set(staff["pillar"])


@pytest.mark.parametrize("number", [1, 59, 1_000, 1_001])
def test_it_has_as_many_rows_as_asked_for_and_the_reader_takes_them(tmp_path: Path, number: int) -> None:
    write_extract(tmp_path / "extract.csv", number, seed=1)
    assert len(pd.read_csv(tmp_path / "extract.csv")) == number
    esr_extract.read(tmp_path / "extract.csv")


def test_the_same_seed_gives_the_same_bytes_in_another_process_and_another_seed_others(
    made: Path, tmp_path: Path
) -> None:
    code = "import sys; from pathlib import Path; from pipeline.synthetic.extract import write_extract; "
    code += f"write_extract(Path(sys.argv[1]), {ROWS}, int(sys.argv[2]))"
    for seed in ("1", "2"):
        subprocess.run([sys.executable, "-c", code, str(tmp_path / seed), seed], check=True)
    assert digest(tmp_path / "1") == digest(made)
    assert digest(tmp_path / "2") != digest(made)


def test_it_is_a_panel_of_ten_employers_and_sixty_months_in_their_order(rows: pd.DataFrame) -> None:
    assert rows["Employer"].nunique() == 10
    assert rows["Effective Date"].is_monotonic_increasing
    assert rows.groupby("Effective Date").size().tolist() == [ROWS / 60] * 60


def test_a_post_keeps_its_place_from_month_to_month_and_its_holder_grows_older(rows: pd.DataFrame) -> None:
    months = [month for _, month in rows.groupby("Effective Date")]
    first, next_, last = (month.reset_index(drop=True) for month in (months[0], months[1], months[-1]))
    place = ["Employer", "Staff Group", "Area of Work", "Role", "Pay Band"]
    pd.testing.assert_frame_equal(first[place], last[place])
    assert (first["Age Band"] == next_["Age Band"]).mean() > 0.9
    assert (first["Age Band"] == last["Age Band"]).mean() < 0.5


def test_shares_are_near_those_of_the_parameters(rows: pd.DataFrame) -> None:
    given = parameters("extract")["not_in_post"]
    shares = rows["Assignment Category"].value_counts(normalize=True)
    assert {name: shares[name] for name in given} == pytest.approx(given, abs=0.02)
    assert 0.55 < (rows["FTE"] == 1).mean() < 0.75
    assert rows["Employer"].value_counts(normalize=True).iloc[[0, -1]].round(2).tolist() == pytest.approx(
        [0.28, 0.03], abs=0.05
    )


def test_the_command_line_writes_it_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data" / "raw").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert main(["synthesise", "large", "--extract", "2e3"]) == DONE
    assert "data/raw/large/extract.csv: 2,000 rows" in capsys.readouterr().out
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["extract.csv"]


@pytest.mark.parametrize("asked", ["0", "-1", "1e9", "0.5", "many", "nan", "inf"])
def test_a_number_of_rows_that_cannot_be_is_refused(asked: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["synthesise", "large", "--extract", asked]) == REFUSED
    assert "from 1 to 100,000,000 is expected" in capsys.readouterr().err


def test_a_folder_that_holds_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "plan.yaml").write_text("slug: mine\n")
    with pytest.raises(InputRefused, match="holds other files than an extract"):
        extract_of(tmp_path, "mine", 10, seed=1)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["plan.yaml"]


def test_more_than_the_disk_holds_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: type("Usage", (), {"free": 1_000_000})())
    with pytest.raises(InputRefused, match=r"take about 0\.1 GB and 0\.0 GB are free"):
        extract_of(tmp_path, "large", 1_000_000, seed=1)
    assert list((tmp_path / "large").iterdir()) == []


def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="letters, digits, - and _"):
        extract_of(tmp_path, "../large", 10, seed=1)
