"""`workforce run --notify`: what another scheduler calls, so that people are told without the project's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from local_web import Web, served

from pipeline.cli import main
from pipeline.commands import many
from pipeline.commands.plans import DONE, FAILED, REFUSED

pytestmark = pytest.mark.integration

Write = Callable[[str], Path]


@pytest.fixture(autouse=True)
def _there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def runs(home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The exit code of every plan's run; one of 0 leaves a new report."""
    codes: dict[str, int] = {}

    def make_all(plans: Sequence[str], *_how: Any) -> Iterator[int]:
        for plan in plans:
            if codes[plan] == DONE:
                report = home / "reports" / Path(plan).name / "run.json"
                report.parent.mkdir(parents=True, exist_ok=True)
                report.write_text(json.dumps({"run_id": f"new {plan}", "headlines": []}), encoding="utf-8")
            yield codes[plan]

    monkeypatch.setattr(many, "make_all", make_all)
    return codes


def told(write: Write, *words: str) -> tuple[int, list[dict[str, Any]]]:
    """The exit code of a run that tells a webhook, and what it was told."""
    web = Web()
    with served(web.server) as port:
        write(f"notify: {{webhooks: [{{url: 'http://127.0.0.1:{port}/hook'}}]}}\n")
        return main(["run", *words, "--notify"]), web.posted


def test_how_a_plan_came_out_is_told_without_anything_scheduled(runs: dict[str, int], write: Write) -> None:
    runs["eastmere"] = DONE
    code, posted = told(write, "eastmere")
    assert code == DONE
    assert [(each["plan"], each["outcome"]) for each in posted] == [("eastmere", "made")]


def test_a_plan_named_by_its_folder_is_told_by_its_name(runs: dict[str, int], write: Write) -> None:
    runs["data/raw/eastmere"] = DONE
    _, posted = told(write, "data/raw/eastmere")
    assert [(each["plan"], each["run_id"]) for each in posted] == [("eastmere", "new data/raw/eastmere")]


def test_one_that_could_not_be_finished_is_told_and_the_exit_code_stays(runs: dict[str, int], write: Write) -> None:
    runs["eastmere"] = FAILED
    code, posted = told(write, "eastmere")
    assert code == FAILED
    assert [each["outcome"] for each in posted] == ["failed"]


def test_a_plan_that_is_not_there_is_told_as_refused(runs: dict[str, int], write: Write) -> None:
    runs["southby"] = REFUSED
    code, posted = told(write, "southby")
    assert code == REFUSED
    assert [(each["plan"], each["outcome"]) for each in posted] == [("southby", "refused")]


def test_a_message_that_does_not_arrive_harms_no_run(
    runs: dict[str, int], write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    runs["eastmere"] = DONE
    write("notify: {webhooks: [{url_env: NOBODY_SETS_THIS}]}")
    assert main(["run", "eastmere", "--notify"]) == DONE
    assert "Not told: a webhook" in capsys.readouterr().out


@pytest.mark.usefixtures("runs")
def test_with_nobody_to_tell_nothing_is_run(home: Path, write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write("runs: [{name: a, plans: all, watch: true}]")
    assert main(["run", "eastmere", "--notify"]) == REFUSED
    assert "--notify needs somebody to tell" in capsys.readouterr().err
    assert not (home / "reports").exists()


@pytest.mark.parametrize("other", [["--out", "there"], ["--shared", "s3://there"], ["--stage", "metrics"]])
def test_it_tells_of_whole_strategies_in_reports_alone(other: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "eastmere", "--notify", *other]) == REFUSED
    assert "leave --out, --shared and --stage away" in " ".join(capsys.readouterr().err.split())
