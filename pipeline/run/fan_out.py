"""The same work for many plans on several processes, or on several machines, by dask.distributed.

One plan's failure is its own. A worker that is lost in the middle of a plan is replaced and the plan begun again, from
the stages that were done; a scheduler that is lost and comes back is given what is not finished.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.run.errors import RunError

if TYPE_CHECKING:
    from distributed import Client

Job = TypeVar("Job")
Done = TypeVar("Done")

LOSSES = 5
"""How often a scheduler may be lost before what is not finished is given up."""
RETURN_SECONDS = 30.0
"""How long a scheduler that was lost has to come back."""
RETRIES = 1
"""How often work that ended in a fault of the worker is tried again."""
STOP_SECONDS = 10.0
"""Longest wait for one try to reach a scheduler, and for letting go of it."""


class WorkersLost(RunError):
    """The work for a plan was given up since its workers were lost, or since there is no scheduler."""


def fan_out(
    jobs: Sequence[Job], work: Callable[[Job], Done], *, workers: int, address: str = ""
) -> Iterator[tuple[Job, Done | WorkersLost]]:
    """Do the work for each job, and give each with what came of it as soon as it is done.

    `workers` is how many processes of this machine share the jobs, each doing one at a time; with `address`, those of a
    scheduler that is there already do, and `work` has to be importable on them. An exception of the work is raised here
    only where it is no loss of a worker.
    """
    if address:
        yield from _on_scheduler(jobs, work, address)
        return
    with own_cluster(workers) as client:
        yield from _as_done(client, jobs, work)


@contextmanager
def own_cluster(workers: int) -> Iterator[Client]:
    """So many workers of this machine, which nobody else can give work to."""
    import dask
    from distributed import Client, LocalCluster

    with (
        dask.config.set({"distributed.scheduler.worker-saturation": 1.0}),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            # Other users of the machine reach a port on it as well, and work is code.
            security=True,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def _on_scheduler(
    jobs: Sequence[Job], work: Callable[[Job], Done], address: str
) -> Iterator[tuple[Job, Done | WorkersLost]]:
    """The same on a scheduler that may be lost in the middle."""
    from distributed import CancelledError
    from distributed.comm.core import CommClosedError

    left, losses = list(jobs), 0
    while left:
        try:
            with _client(address) as client:
                for job, done in _as_done(client, list(left), work):
                    left.remove(job)
                    yield job, done
        except (OSError, CancelledError, CommClosedError) as error:
            losses += 1
            if losses > LOSSES:
                yield from ((job, WorkersLost(f"The scheduler at {address} was lost ({error}).")) for job in left)
                return


@contextmanager
def _client(address: str) -> Iterator[Client]:
    """A client of a scheduler, waited for if it is not there yet. Raises OSError where it does not come."""
    from distributed import Client

    late = time.monotonic() + RETURN_SECONDS
    while True:
        try:
            client = Client(address, timeout=STOP_SECONDS)
            break
        except OSError:
            if time.monotonic() > late:
                raise
    try:
        yield client
    finally:
        client.close(timeout=STOP_SECONDS)


def _as_done(
    client: Client, jobs: Sequence[Job], work: Callable[[Job], Done]
) -> Iterator[tuple[Job, Done | WorkersLost]]:
    suspects = []
    for job, done in _together(client, jobs, work):
        if isinstance(done, WorkersLost):
            suspects.append(job)
        else:
            yield job, done
    # Whatever waited on a worker that was lost is taken to have been at fault; alone, only what is at fault loses one.
    for job in suspects:
        yield from _together(client, [job], work)


def _together(
    client: Client, jobs: Sequence[Job], work: Callable[[Job], Done]
) -> Iterator[tuple[Job, Done | WorkersLost]]:
    from distributed import KilledWorker, as_completed

    futures: dict[Any, Job] = {client.submit(work, job, pure=False, retries=RETRIES): job for job in jobs}
    for future in as_completed(list(futures)):
        try:
            yield futures[future], future.result()
        except KilledWorker as lost:
            yield futures[future], WorkersLost(f"Its worker was lost {lost.allowed_failures + 1} times while it ran.")
