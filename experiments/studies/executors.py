"""Who runs the tasks: this process, or the workers of a Dask scheduler."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chemomech.errors import InputError
from chemomech.experiments.studies.folder import Record
from chemomech.experiments.studies.tasks import Task, run_task

PATIENCE = 15.0
"""Time a scheduler has to answer [s]."""

SILENT = logging.CRITICAL + 1
"""Level at which Dask says nothing: what matters comes back in records."""

RETRIES = 2
"""How often a task is given to another worker when its worker dies."""


class Executor(Protocol):
    """Something that runs tasks."""

    def run(self, tasks: Sequence[Task]) -> Iterator[Record]:
        """Yield the record of every task as it ends, in any order; closing the iterator stops the rest."""
        ...

    @property
    def description(self) -> str:
        """Who runs them, in words."""
        ...


@dataclass(frozen=True)
class InProcess:
    """One after the other in this process: for tests, and for debugging a run."""

    description = "this process"

    def run(self, tasks: Sequence[Task]) -> Iterator[Record]:
        """Yield the records in order."""
        yield from map(run_task, tasks)


@dataclass(frozen=True)
class LocalWorkers:
    """Worker processes on this machine, by Dask.

    Attributes:
        workers: how many.
    """

    workers: int

    @property
    def description(self) -> str:
        """Who runs the tasks."""
        return f"{self.workers} local worker{'s' if self.workers > 1 else ''}"

    def run(self, tasks: Sequence[Task]) -> Iterator[Record]:
        """Start the workers, and yield records as they come."""
        from distributed import LocalCluster

        os.environ.setdefault("OMP_NUM_THREADS", "1")  # the workers inherit it
        with _quiet(), LocalCluster(
            n_workers=min(self.workers, len(tasks)),
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            memory_limit=0,
            silence_logs=SILENT,
        ) as cluster:  # fmt: skip
            yield from _submitted(cluster, tasks)


@dataclass(frozen=True)
class Scheduler:
    """The workers of a Dask scheduler that is running already, for instance one of dask-jobqueue.

    Attributes:
        address: such as ``tcp://node1:8786``.
    """

    address: str

    @property
    def description(self) -> str:
        """Who runs the tasks."""
        return f"the scheduler {self.address}"

    def run(self, tasks: Sequence[Task]) -> Iterator[Record]:
        """Yield records as they come.

        Raises:
            InputError: when the scheduler does not answer.
        """
        yield from _submitted(self.address, tasks)


def reach(address: str) -> None:
    """Check that a scheduler answers.

    Raises:
        InputError: when it does not.
    """
    with _client(address) as client:
        client.scheduler_info()


def _submitted(where: Any, tasks: Sequence[Task]) -> Iterator[Record]:
    from distributed import as_completed

    with _quiet(), _client(where) as client:
        futures = {client.submit(run_task, task, key=f"{task.key}-run", pure=False, retries=RETRIES): task
                   for task in tasks}  # fmt: skip
        try:
            for future in as_completed(list(futures), loop=client.loop):
                yield _record(future, futures[future])
        finally:
            with contextlib.suppress(Exception):
                client.cancel([future for future in futures if not future.done()], force=True)


def _record(future: Any, task: Task) -> Record:
    error = future.exception()
    if error is None:
        record: Record = future.result()
        return record
    return Record(task.key, "failed", f"its worker was lost ({type(error).__name__}: {error})", 0.0)


@contextlib.contextmanager
def _client(where: Any) -> Iterator[Any]:
    from distributed import Client

    reachable: Callable[[], Any] = lambda: Client(where, timeout=PATIENCE, set_as_default=False)  # noqa: E731
    try:
        with _quiet():
            client = reachable()
    except (OSError, TimeoutError, ValueError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"the Dask scheduler {where!r} does not answer within {PATIENCE:g} s ({said}); start it, or "
            "check address and network, and run the study again: nothing is lost."
        ) from None
    try:
        yield client
    finally:
        client.close()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's log lines out of the progress display: what matters comes back in records."""
    loggers = [logging.getLogger(name) for name in ("distributed", "tornado", "asyncio")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(SILENT)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
