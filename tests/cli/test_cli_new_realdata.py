"""A plan for a real integrated care system, written from real downloads."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.commands.plans import DONE
from pipeline.plan import load_plan

pytestmark = [pytest.mark.realdata, pytest.mark.slow]


@pytest.fixture(scope="module")
def home(realdata: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which Devon's plan has been written."""
    home = tmp_path_factory.mktemp("home")
    (home / "data" / "raw").mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        assert main(["new", "devon", "--ics", "QJK", "--from", str(realdata)]) == DONE
    return home


def test_devon_has_the_trusts_with_diagnostic_staff_that_the_trust_list_puts_under_its_board(home: Path) -> None:
    # ods/etr_2025.csv, column 4 is QJK in lines 14, 59, 77, 160 and 201.
    assert load_plan(home / "data" / "raw" / "devon").file.employers == {
        "RA9": "Torbay and South Devon NHS Foundation Trust",
        "RH8": "Royal Devon University Healthcare NHS Foundation Trust",
        "RK9": "University Hospitals Plymouth NHS Trust",
    }


def test_trusts_without_diagnostic_staff_in_the_files_are_written_but_left_out(home: Path) -> None:
    # Neither RWV nor RYF has a row in workforce/core5_*.csv or core3_*.csv.
    text = (home / "data" / "raw" / "devon" / "plan.yaml").read_text(encoding="utf-8")
    assert '  # "RWV": "Devon Partnership NHS Trust"' in text
    assert '  # "RYF": "South Western Ambulance Service NHS Foundation Trust"' in text


def test_devon_starts_in_the_month_of_the_newest_staff_file(home: Path) -> None:
    # workforce/core5_devon_diagnostic_excerpt_2025-10.csv, line 2: DATA_MONTH 2025-10-31.
    assert load_plan(home / "data" / "raw" / "devon").file.base_month == "2025-10"


def test_every_file_of_a_known_kind_is_in_the_plan_and_no_other(home: Path, realdata: Path) -> None:
    sources = load_plan(home / "data" / "raw" / "devon").sources
    by_folder = Counter(source.path.relative_to(realdata).parts[0] for source in sources)
    # The files of each folder, less those of another kind: 3 in gp, 1 in ods, 2 in pay, 1 in population.
    known = {"dm01": 8, "workforce": 7, "did": 7, "sickness": 9, "cdc": 2, "gp": 2, "ods": 2, "pay": 2}
    assert by_folder == {folder: count for folder, count in known.items() if (realdata / folder).is_dir()}


def test_devon_passes_the_check(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    assert main(["check", "devon"]) == DONE
