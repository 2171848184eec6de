"""The log of runs: what it says of every stage, how a run ended, and that nothing wrong with it stops a run."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from tiny_workshop import Workshop

from pipeline.problems import InputRefused, Problem
from pipeline.run import json_lines
from pipeline.run.errors import CellPlace, NotebookFailed, PlanBusy, ReportInUse, StageFailed
from pipeline.run.lock import plan_lock
from pipeline.run.log import LOG, cause_of, last_end, logged
from pipeline.run.stages import STAGES

pytestmark = pytest.mark.integration


def lines(shop: Workshop) -> list[dict[str, Any]]:
    return list(json_lines.read(shop.processed / LOG))


def states(shop: Workshop, stage: str) -> list[str]:
    return [line["state"] for line in lines(shop) if line["stage"] == stage]


class TestWhatARunWritesDown:
    def test_every_stage_with_time_seconds_why_and_memory(self, workshop: Workshop) -> None:
        workshop.build()
        found = lines(workshop)
        assert {line["plan"] for line in found} == {"tiny"}
        assert len({line["run"] for line in found}) == 1
        assert [dt.datetime.fromisoformat(line["time"]).tzinfo is not None for line in found] == [True] * len(found)
        for stage in STAGES:
            assert states(workshop, stage.name) == ["running", "built"]
        built = [line for line in found if line["state"] == "built"]
        assert all(line["seconds"] > 0 and line["peak_memory_mb"] > 10 for line in built[:-1])
        assert {line["why"] for line in built[:-1]} == {"it has not been run to its end for this plan"}
        assert states(workshop, "run") == ["running", "built"]

    def test_stages_that_are_up_to_date(self, built: Workshop) -> None:
        before = len(lines(built))
        built.build()
        assert [line["state"] for line in lines(built)[before:]] == ["running", *["fresh"] * len(STAGES), "fresh"]

    def test_the_same_times_and_memory_stand_in_the_record(self, workshop: Workshop) -> None:
        workshop.build()
        record = json.loads((workshop.report / "run.json").read_text(encoding="utf-8"))
        told = {line["stage"]: line for line in lines(workshop) if line["state"] == "built"}
        assert record["stages"][-1]["peak_memory_mb"] > 10
        for stage in record["stages"][:-1]:
            assert stage["seconds"] == told[stage["name"]]["seconds"] == record["made_in"][stage["name"]]
            assert stage["peak_memory_mb"] == told[stage["name"]]["peak_memory_mb"]

    def test_a_stage_that_failed_with_its_error(self, workshop: Workshop) -> None:
        workshop.rewrite("metrics", "raise KeyError('A. Name')")
        with pytest.raises(NotebookFailed):
            workshop.build()
        (failed,) = [line for line in lines(workshop) if line["stage"] == "metrics" and line["state"] == "failed"]
        assert "A. Name" in failed["error"]
        end = last_end(workshop.processed)
        assert end["state"] == "failed"
        assert end["cause"] == "The notebook metrics.ipynb stopped at cell 4 (KeyError)."

    def test_a_run_that_found_another_under_way(self, built: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("pipeline.run.lock.WAIT", 0.0)
        with plan_lock(built.processed, "tiny"), pytest.raises(PlanBusy):
            built.build()
        assert states(built, "run")[-1] == "busy"

    def test_a_plan_that_is_refused(self, built: Workshop) -> None:
        (built.plan / "numbers.csv").unlink()
        with pytest.raises(InputRefused):
            built.build()
        end = last_end(built.processed)
        assert (end["state"], end["cause"]) == ("refused", "1 problem in what was sent: plan.yaml, key sources.0.path.")

    def test_a_plan_that_is_refused_before_it_ever_ran_leaves_nothing(self, workshop: Workshop) -> None:
        (workshop.plan / "numbers.csv").unlink()
        with pytest.raises(InputRefused):
            workshop.build()
        assert not workshop.processed.exists()


def test_a_log_that_cannot_be_written_is_said_and_stops_nothing(
    workshop: Workshop, caplog: pytest.LogCaptureFixture
) -> None:
    (workshop.processed / LOG).mkdir(parents=True)
    assert workshop.build().status == "built"
    assert "log.jsonl could not be written" in caplog.text


@pytest.mark.parametrize(("error", "state"), [(KeyboardInterrupt(), "stopped"), (ZeroDivisionError("x"), "fault")])
def test_whatever_ends_a_run_is_its_end(tmp_path: Path, error: BaseException, state: str) -> None:
    (tmp_path / "tiny").mkdir()
    with pytest.raises(type(error)), logged(tmp_path, tmp_path / "raw" / "tiny" / "plan.yaml"):
        raise error
    assert last_end(tmp_path / "tiny")["state"] == state


def test_a_name_that_is_none_for_a_folder_writes_no_log(tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    with logged(tmp_path, tmp_path / "raw" / "a b") as log:
        log.begin("R1")
    assert list((tmp_path / "a b").iterdir()) == []


class TestACauseThatMayBeSent:
    def test_says_where_a_problem_is_and_nothing_of_what_was_found(self) -> None:
        problems = [
            Problem(file="/home/me/staff.csv", row=row, column="grade", value="A. Name", rule="A. Name is no grade")
            for row in (7, 8, 9, 10)
        ]
        said = cause_of(InputRefused(problems))
        assert (
            said
            == "4 problems in what was sent: staff.csv, row 7; staff.csv, row 8; staff.csv, row 9, and 1 more places."
        )

    @pytest.mark.parametrize(
        ("error", "said"),
        [
            (StageFailed("metrics", "A. Name"), "The stage metrics failed."),
            (ValueError("A. Name"), "Something went wrong inside the program (ValueError)."),
            (NotebookFailed(Path("a/b.ipynb"), "A. Name said: no"), "The notebook b.ipynb stopped at its start."),
            (
                NotebookFailed(Path("b.ipynb"), "KeyError: A. Name", cell=CellPlace(3, "A. Name", "x")),
                "The notebook b.ipynb stopped at cell 3 (KeyError).",
            ),
        ],
    )
    def test_of_a_run_says_which_part_failed(self, error: Exception, said: str) -> None:
        assert cause_of(error) == said

    def test_of_our_own_words_is_those_words(self) -> None:
        assert "Close its files in other programs" in cause_of(ReportInUse(Path("reports/tiny")))


class TestAFileOfJsonLines:
    def test_takes_line_after_line(self, tmp_path: Path) -> None:
        path = tmp_path / "new" / "a.jsonl"
        for number in (1, 2):
            json_lines.append(path, {"number": number, "text": "ä\nb\ud800"})
        assert [line["number"] for line in json_lines.read(path)] == [1, 2]
        assert path.read_bytes().count(b"\n") == 2

    def test_ends_a_line_that_a_crash_left_half_written(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        path.write_bytes(b'{"number": 1}\n{"numb')
        json_lines.append(path, {"number": 3})
        assert [line["number"] for line in json_lines.read(path)] == [1, 3]

    def test_is_put_aside_past_its_size_and_the_oldest_goes(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl"
        for number in range(6):
            json_lines.append(path, {"number": number})
            json_lines.rotate(path, most=1)
        kept = {each.name: [line["number"] for line in json_lines.read(each)] for each in tmp_path.iterdir()}
        assert kept == {"a.1.jsonl": [5], "a.2.jsonl": [4], "a.3.jsonl": [3]}

    def test_below_its_size_stays(self, tmp_path: Path) -> None:
        json_lines.append(tmp_path / "a.jsonl", {})
        json_lines.rotate(tmp_path / "a.jsonl")
        json_lines.rotate(tmp_path / "none.jsonl")
        assert [each.name for each in tmp_path.iterdir()] == ["a.jsonl"]

    def test_that_is_not_there_has_no_lines(self, tmp_path: Path) -> None:
        assert list(json_lines.read(tmp_path / "none.jsonl")) == []
