"""Keeps other workers of the tests off the cores while MPI ranks run: ranks that wait for each other spin."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Cores:
    """A lock that tests share and a launch on several ranks has alone.

    Whoever comes passes a gate, so that a launch that waits is not overtaken by ever more tests.

    Args:
        folder: Common to all workers.
    """

    def __init__(self, folder: Path) -> None:
        self._gate = (folder / "gate").open("w")
        self._cores = (folder / "cores").open("w")
        self._sharing = False

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Run beside other tests."""
        self._take(fcntl.LOCK_SH)
        self._sharing = True
        try:
            yield
        finally:
            self._sharing = False
            fcntl.flock(self._cores, fcntl.LOCK_UN)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Run when no other worker is in a test."""
        fcntl.flock(self._cores, fcntl.LOCK_UN)
        self._take(fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._cores, fcntl.LOCK_SH if self._sharing else fcntl.LOCK_UN)

    def _take(self, kind: int) -> None:
        fcntl.flock(self._gate, fcntl.LOCK_EX)
        fcntl.flock(self._cores, kind)
        fcntl.flock(self._gate, fcntl.LOCK_UN)
