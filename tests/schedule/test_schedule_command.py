"""`workforce schedule`: what it prints and how it ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.commands.plans import DONE, FAILED, REFUSED
from pipeline.commands.scheduling import next_lines
from pipeline.schedule.file import load_schedule
from pipeline.schedule.state import State

pytestmark = pytest.mark.integration

Write = Callable[[str], Path]
SCHEDULE = """\
runs:
  - {name: statistics, plans: eastmere, when: last Thursday at 09:30}
  - {name: weekly, plans: all, when: 30 1 * * sun}
  - {name: new files, plans: all, watch: true}
"""


@pytest.fixture(autouse=True)
def _there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)


def test_next_shows_five_times_of_each_entry_in_local_time(home: Path, write: Write) -> None:
    write(SCHEDULE)
    now = dt.datetime(2026, 10, 10, 12, tzinfo=dt.UTC)
    assert list(next_lines(load_schedule(home), home / "data" / "raw", now)) == [
        "statistics: eastmere (last Thursday at 09:30)",
        "  Thursday 29 October 2026 at 09:30 GMT",
        "  Thursday 26 November 2026 at 09:30 GMT",
        "  Thursday 31 December 2026 at 09:30 GMT",
        "  Thursday 28 January 2027 at 09:30 GMT",
        "  Thursday 25 February 2027 at 09:30 GMT",
        "weekly: eastmere, northvale (30 1 * * sun)",
        "  Sunday 11 October 2026 at 01:30 BST",
        "  Sunday 18 October 2026 at 01:30 BST",
        "  Sunday 25 October 2026 at 01:30 BST",
        "  Sunday 1 November 2026 at 01:30 GMT",
        "  Sunday 8 November 2026 at 01:30 GMT",
        "new files: eastmere, northvale (when a file has changed and been quiet for 30 s)",
    ]


def test_next_leaves_nothing_behind(home: Path, write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write(SCHEDULE)
    assert main(["schedule", "--next"]) == DONE
    assert capsys.readouterr().out.count("\n") == 13
    assert not State(home).folder.exists()


def test_without_a_schedule_it_is_refused_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["--next"], ["--once"], ["--try-messages"]):
        assert main(["schedule", *words]) == REFUSED
        assert "there is no schedule here; docs/schedule.md says how to write one" in capsys.readouterr().err


def test_once_with_nothing_due_says_so(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write("runs: [{name: weekly, plans: all, when: every Sunday at 01:30}]")
    assert main(["schedule", "--once"]) == DONE
    assert capsys.readouterr().out == "Nothing was due.\n"


@pytest.mark.parametrize("words", [[], ["--once"]])
def test_a_second_scheduler_ends_with_who_is_at_work(
    home: Path, write: Write, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    write(SCHEDULE)
    with State(home).lock():
        assert main(["schedule", *words]) == FAILED
    assert "A scheduler is at work in" in capsys.readouterr().err


def test_one_thing_is_asked_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedule", "--next", "--once"]) == REFUSED
    assert "give one of --next, --once and --try-messages" in " ".join(capsys.readouterr().err.split())


def test_a_trial_with_nobody_to_tell_says_so(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write(SCHEDULE)
    assert main(["schedule", "--try-messages"]) == DONE
    assert "has no webhooks and no emails under notify" in capsys.readouterr().out


def test_a_trial_that_does_not_arrive_ends_as_failed(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write(f"{SCHEDULE}notify: {{webhooks: [{{url_env: NOBODY_SETS_THIS}}]}}\n")
    assert main(["schedule", "--try-messages"]) == FAILED
    assert "the environment variable NOBODY_SETS_THIS is not set" in capsys.readouterr().out
