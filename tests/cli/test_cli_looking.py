"""`workforce status`, `workforce serve` and the list of all plans that every run leaves."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from portal_folders import report, write_failure, write_plan, write_report

from pipeline.cli import main
from pipeline.commands.plans import CHECKOUT, DONE, FAILED, REFUSED
from pipeline.run.build import Built
from pipeline.run.errors import NotebookFailed
from pipeline.run.portal import PAGE, Rooms

pytestmark = pytest.mark.integration


@pytest.fixture
def rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rooms:
    """A workspace with one plan, and the current folder."""
    made = Rooms.of(tmp_path)
    write_plan(made, "northvale", "Northvale ICS")
    monkeypatch.chdir(tmp_path)
    return made


class TestStatus:
    def test_every_plan_is_told_where_none_is_named(self, rooms: Rooms, capsys: pytest.CaptureFixture[str]) -> None:
        write_plan(rooms, "eastmere", "Eastmere ICS")
        assert main(["status"]) == DONE
        said = capsys.readouterr().out
        assert "eastmere: a run would make ingest, metrics, scenario" in said
        assert "northvale: a run would make ingest" in said
        assert "Strategy  not made yet" in said

    def test_a_failure_is_told_with_its_cause_and_the_times_of_stages_if_asked(
        self, rooms: Rooms, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write_failure(rooms, "northvale", 1, "\n".join(f"a.csv, row {row}: wrong" for row in range(9)))
        assert main(["status", "northvale", "--verbose"]) == DONE
        said = capsys.readouterr().out
        assert "Last run  2026-07-01 09:00, failed at the stage ingest:" in said
        assert "a.csv, row 5: wrong" in said
        assert "a.csv, row 6" not in said
        assert "… and 3 lines more" in said
        assert "ingest      failed" in said

    def test_a_plan_that_is_refused_ends_well_all_the_same(
        self, rooms: Rooms, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (rooms.raw / "northvale" / "numbers.csv").unlink()
        assert main(["status", "northvale"]) == DONE
        said = capsys.readouterr().out
        assert "cannot be run as it stands. `workforce check northvale` lists everything" in said
        assert "numbers.csv" in said

    def test_a_program_reads_it_as_json(self, rooms: Rooms, capsys: pytest.CaptureFixture[str]) -> None:
        write_report(rooms, "northvale", report(1, "northvale"))
        assert main(["status", "--json"]) == DONE
        (told,) = json.loads(capsys.readouterr().out)
        assert (told["plan"], told["state"], told["report"]["made"]) == ("northvale", "to be made", "1 June 2026")

    @pytest.mark.usefixtures("rooms")
    def test_a_plan_that_does_not_exist_is_refused(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["status", "nowhere"]) == REFUSED
        assert "the plans in data/raw are: northvale" in capsys.readouterr().err

    def test_no_plan_at_all_says_what_to_do(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "data" / "raw").mkdir(parents=True)
        monkeypatch.chdir(tmp_path)
        assert main(["status"]) == DONE
        assert "no plan in data/raw yet" in capsys.readouterr().out


class TestListAfterARun:
    @pytest.fixture
    def report_made(self, rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Where a run that only writes its record and page leaves them."""

        def build(folder: Path, *, reports_root: Path, **_options: object) -> Built:
            there = Rooms(reports_root, rooms.raw, rooms.processed, rooms.kept)
            made = write_report(there, folder.name, report(1, "Northvale ICS"))
            return Built(folder.name, "built", (), made / "strategy.html", None, "no PDF in this test")

        monkeypatch.setattr("pipeline.run.build.build", build)
        return rooms.reports

    def test_a_run_leaves_a_list_of_all_plans(self, report_made: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["run", "northvale"]) == DONE
        assert "All plans   reports/index.html" in capsys.readouterr().out
        assert "Northvale ICS" in (report_made / PAGE).read_text("utf-8")
        assert main(["status"]) == DONE

    @pytest.mark.usefixtures("report_made")
    def test_reports_elsewhere_have_a_list_of_their_own(self, tmp_path: Path) -> None:
        assert main(["run", "northvale", "--out", "shared"]) == DONE
        assert "Northvale ICS" in (tmp_path / "shared" / PAGE).read_text("utf-8")

    def test_a_run_that_fails_is_listed_as_such(
        self, rooms: Rooms, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def build(folder: Path, **_options: object) -> Built:
            write_failure(rooms, folder.name, 1, "Cause: no")
            raise NotebookFailed(Path("metrics.ipynb"), cause="no")

        monkeypatch.setattr("pipeline.run.build.build", build)
        write_report(rooms, "northvale", report(1, "Northvale ICS"))
        assert main(["run", "northvale"]) == FAILED
        assert "Last try failed" in (rooms.reports / PAGE).read_text("utf-8")
        assert "Traceback" not in capsys.readouterr().err

    def test_a_list_that_cannot_be_written_fails_no_run(
        self, report_made: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        report_made.mkdir(parents=True, exist_ok=True)
        (report_made / PAGE).write_text("ours", encoding="utf-8")
        assert main(["run", "northvale"]) == DONE
        assert "The list of all plans was not brought up to date: " in capsys.readouterr().err
        assert (report_made / PAGE).read_text("utf-8") == "ours"

    def test_a_run_without_reports_leaves_none(self, rooms: Rooms) -> None:
        assert main(["run", "nowhere"]) == REFUSED
        assert not rooms.reports.exists()


class TestServe:
    @pytest.mark.usefixtures("rooms")
    def test_without_reports_it_says_how_to_make_one(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["serve"]) == REFUSED
        assert "workforce run PLAN" in capsys.readouterr().err

    def test_a_port_in_use_is_said_with_one_that_is_free(
        self, rooms: Rooms, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rooms.reports.mkdir(parents=True)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            assert main(["serve", "--port", str(port)]) == REFUSED
        said = capsys.readouterr().err
        assert f"port {port} is in use by another program; try --port " in said

    def test_it_serves_until_it_is_interrupted_and_ends_quietly(self, rooms: Rooms) -> None:
        write_report(rooms, "northvale", report(1, "Northvale ICS"))
        served = subprocess.Popen(
            [sys.executable, "-m", "pipeline", "serve", "--port", "0"],
            cwd=rooms.reports.parent,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert served.stdout is not None
        lines = [served.stdout.readline() for _ in range(3)]
        address = next(line for line in lines if "http://" in line).split()[-1]
        with urllib.request.urlopen(address) as answer:
            assert b"Northvale ICS" in answer.read()
        served.send_signal(signal.SIGINT)
        _, wrong = served.communicate(timeout=30)
        assert (served.returncode, wrong) == (DONE, "")
