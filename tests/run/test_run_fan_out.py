"""Many plans on several processes: on workers of this machine, and on a real scheduler whose workers are killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fan_out_work import build_tiny, die_or_number, number_and_process
from tiny_workshop import Workshop, lay_out

from pipeline.run.fan_out import WorkersLost, fan_out

pytestmark = [pytest.mark.notebook, pytest.mark.slow]

HERE = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[2])])
PLANS = 12


@pytest.fixture(autouse=True)
def _workers_find_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", HERE)


def test_work_is_shared_out_to_processes_of_this_machine() -> None:
    done = dict(fan_out(range(6), number_and_process, workers=2))
    assert {number: value[0] for number, value in done.items() if not isinstance(value, WorkersLost)} == {
        number: number for number in range(6)
    }
    assert os.getpid() not in {value[1] for value in done.values() if not isinstance(value, WorkersLost)}


def test_work_that_ends_every_worker_is_given_up_and_named_and_the_rest_is_done() -> None:
    done = dict(fan_out([1, -1, 2, 3], die_or_number, workers=2))
    assert isinstance(done.pop(-1), WorkersLost)
    assert done == {1: 1, 2: 2, 3: 3}


def dask(*words: str) -> subprocess.Popen[bytes]:
    """A scheduler or a worker, as a process of its own."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-m", "dask", *words], **quiet)  # type: ignore[call-overload,no-any-return]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Machines:
    """A scheduler and workers without anybody who starts them again."""

    def __init__(self) -> None:
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, workers: int) -> list[subprocess.Popen[bytes]]:
        """Begin anew at the same address; the workers."""
        self.running.append(dask("scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard"))
        plain = ("--nthreads", "1", "--no-nanny", "--no-dashboard")
        begun = [dask("worker", self.address, *plain) for _ in range(workers)]
        self.running += begun
        return begun

    def kill(self) -> None:
        """All of them at once."""
        for each in self.running:
            each.kill()
            each.wait()
        self.running.clear()


@contextmanager
def machines() -> Iterator[Machines]:
    made = Machines()
    try:
        yield made
    finally:
        made.kill()


def when(happened: Callable[[], bool], act: Callable[[], object]) -> threading.Thread:
    """Do something as soon as something has happened."""

    def watch() -> None:
        late = time.monotonic() + 300
        while not happened() and time.monotonic() < late:
            time.sleep(0.05)
        act()

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def reports(shops: list[Workshop]) -> int:
    return sum((shop.report / "run.json").is_file() for shop in shops)


def test_a_worker_killed_in_the_middle_of_twelve_plans_costs_none_of_them(tmp_path: Path) -> None:
    shops = [lay_out(tmp_path / f"shop-{number}") for number in range(PLANS)]
    with machines() as here:
        first, _second = here.start(workers=2)
        killer = when(lambda: reports(shops) >= PLANS // 3, lambda: first.send_signal(signal.SIGKILL))
        done = dict(fan_out([str(shop.root) for shop in shops], build_tiny, workers=0, address=here.address))
        killer.join()
        assert first.wait() == -signal.SIGKILL
    assert reports(shops) == PLANS
    for shop in shops:
        record = json.loads(str(done[str(shop.root)]))
        assert record["plan"] == "tiny"
        assert shop.statuses() == dict.fromkeys(shop.statuses(), "fresh")


def test_a_scheduler_that_is_lost_and_comes_back_is_given_what_is_not_finished() -> None:
    with machines() as here:
        here.start(workers=1)
        done: dict[int, object] = {}
        again = when(lambda: len(done) >= 3, lambda: (here.kill(), here.start(workers=1)))
        for number, value in fan_out(range(20), number_and_process, workers=0, address=here.address):
            done[number] = value
        again.join()
    assert sorted(done) == list(range(20))
    processes = {value[1] for value in done.values() if isinstance(value, tuple)}
    assert len(processes) == 2


def test_a_scheduler_that_never_was_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.run.fan_out.RETURN_SECONDS", 0.1)
    monkeypatch.setattr("pipeline.run.fan_out.STOP_SECONDS", 0.5)
    monkeypatch.setattr("pipeline.run.fan_out.LOSSES", 0)
    address = f"tcp://127.0.0.1:{free_port()}"
    ((job, lost),) = fan_out([1], number_and_process, workers=0, address=address)
    assert job == 1
    assert isinstance(lost, WorkersLost)
    assert address in str(lost)
