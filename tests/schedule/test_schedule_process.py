"""The scheduler as a process: it runs a plan, is killed, is started again and makes up, once, for what it missed."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.run import json_lines
from pipeline.schedule import child, jobs
from pipeline.schedule.daemon import Daemon

sys.path.insert(0, str(Path(__file__).parents[1] / "run"))

from tiny_workshop import Workshop, lay_out

pytestmark = [pytest.mark.notebook, pytest.mark.slow]

PROGRAM = Path(__file__).with_name("scheduled_workshop.py")
SCHEDULE = """\
look_every_seconds: 0.2
runs:
  - {name: new files, plans: tiny, watch: true, quiet_seconds: 1}
  - {name: New Year, plans: tiny, when: first day of January at 03:00}
"""
PATIENCE = 240


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    made = lay_out(tmp_path / "shop")
    (made.root / "data" / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    return made


@contextmanager
def scheduler(shop: Workshop) -> Iterator[subprocess.Popen[str]]:
    words = [sys.executable, str(PROGRAM), "stay", str(shop.root)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def hear(process: subprocess.Popen[str], words: str) -> str:
    """Wait for a line that holds these words; everything said until then."""
    assert process.stdout is not None
    give_up, said = time.monotonic() + PATIENCE, ""
    while words not in said and time.monotonic() < give_up:
        line = process.stdout.readline()
        assert line, f"the scheduler ended, having said: {said}"
        said += line
    return said


def ends(shop: Workshop) -> list[str]:
    """How each run of the plan ended, in order."""
    lines = json_lines.read(shop.processed / "log.jsonl")
    return [line["state"] for line in lines if line["stage"] == "run" and line["state"] != "running"]


def test_it_survives_being_killed_and_makes_up_for_what_it_missed(shop: Workshop) -> None:
    with scheduler(shop) as process:
        hear(process, "new files: tiny has a new strategy.")
        with pytest.raises(subprocess.CalledProcessError) as refused:
            subprocess.run([*process.args], capture_output=True, text=True, check=True)  # type: ignore[misc]
        assert "is at work in" in refused.value.stderr
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert (shop.report / "strategy.html").is_file()
    assert ends(shop) == ["built"]

    with Daemon(shop.root, [sys.executable, str(PROGRAM), "run"], lambda _text: None) as daemon:
        missed = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
        daemon.scheduler.get_job("New Year", jobs.RUNS).modify(next_run_time=missed)

    with scheduler(shop) as process:
        said = hear(process, "New Year: tiny is up to date, nothing to do.")
        assert "cut off" not in said
        (shop.plan / "numbers.csv").write_text("employer,wte\nRZ1,9\n", encoding="utf-8")
        said = hear(process, "new files: tiny has a new strategy.")
        assert "New Year" not in said
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) != -signal.SIGTERM
    assert ends(shop) == ["built", "fresh", "built"]


def test_a_run_under_way_is_ended_in_good_order_and_begins_again(shop: Workshop) -> None:
    shop.rewrite("metrics", "import time\nopen('begun', 'w').close()\ntime.sleep(300)")
    with scheduler(shop) as process:
        begun, give_up = shop.notebooks / "begun", time.monotonic() + PATIENCE
        while not begun.exists() and time.monotonic() < give_up:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        said = hear(process, "stopped")
        assert process.wait(timeout=PATIENCE) != -signal.SIGTERM
    assert "new files: tiny was stopped; it begins again when the scheduler does." in said
    assert ends(shop) == ["stopped"]
    shop.rewrite(
        "metrics", "store.write('indicators', store.read('pay'))\nstore.write('assurance_triggers', store.read('pay'));"
    )
    with scheduler(shop) as process:
        hear(process, "new files: tiny has a new strategy.")


def test_the_command_is_the_one_of_this_python() -> None:
    assert list(child.COMMAND) == [sys.executable, "-P", "-m", "pipeline", "run"]
    done = subprocess.run([*child.COMMAND, "--help"], capture_output=True, text=True, check=True)
    assert "Make the strategy of one or more plans." in done.stdout
