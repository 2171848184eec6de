from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.run.errors import PlanBusy
from pipeline.run.lock import plan_lock

pytestmark = pytest.mark.integration

HOLD = """
import sys, time
from pathlib import Path
from pipeline.run.lock import plan_lock
with plan_lock(Path(sys.argv[1]), "tiny"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_refused_with_the_pid_and_since_when(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        started = time.monotonic()
        with pytest.raises(PlanBusy) as busy, plan_lock(tmp_path, "tiny", wait=0.3):
            pass
        assert time.monotonic() - started >= 0.3
        assert busy.value.pid == other.pid
        assert busy.value.since is not None
        assert f"(process {other.pid}, since {busy.value.since}). Wait for it to end" in str(busy.value)

        other.kill()
        other.wait()
        with plan_lock(tmp_path, "tiny", wait=0.3):
            assert (tmp_path / ".lock.json").is_file()
    assert not (tmp_path / ".lock.json").exists()


def test_a_run_waits_for_one_that_is_about_to_end(tmp_path: Path) -> None:
    hold = HOLD.replace("sleep(60)", "sleep(0.4)")
    with subprocess.Popen([sys.executable, "-c", hold, str(tmp_path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with plan_lock(tmp_path, "tiny", wait=10):
            assert other.wait(timeout=10) == 0


def test_the_same_process_is_refused_too(tmp_path: Path) -> None:
    refused = pytest.raises(PlanBusy, match=f"process {os.getpid()}")
    with plan_lock(tmp_path, "tiny"), refused, plan_lock(tmp_path, "tiny", wait=0.1):
        pass


def test_two_plans_run_at_the_same_time(tmp_path: Path) -> None:
    with plan_lock(tmp_path / "one", "one"), plan_lock(tmp_path / "two", "two", wait=0.1):
        assert (tmp_path / "two" / ".lock.json").is_file()
