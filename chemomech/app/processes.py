"""Processes of the command line that outlive the page and the server that started them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import psutil

from chemomech.errors import MachineError

PROGRAM = (sys.executable, "-m", "chemomech")

PETSC_OPTIONS, OWN_OPTION = "PETSC_OPTIONS", "-no_signal_handler"


class Processes:
    """Starts processes, each the leader of a session of its own, and knows those of earlier servers again."""

    def __init__(self) -> None:
        self._children: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, command: Sequence[str], folder: Path, log: Path, append: bool = False) -> int:
        """Start a process; returns its number.

        Args:
            command: with its arguments.
            folder: that it works in.
            log: file that takes what it prints.
            append: whether what stands in the log is kept.

        Raises:
            MachineError: when the machine starts no more processes.
            OSError: when the log cannot be written.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab" if append else "wb") as output:
            try:
                process = subprocess.Popen(
                    command,
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    env=environment(os.environ),
                )
            except OSError as error:
                raise MachineError(
                    f"the run cannot be started ({error.strerror}); close other programs and try again."
                ) from None
        self._children[process.pid] = process
        return process.pid

    def lives(self, process: int, written: float) -> bool:
        """Whether a process goes on.

        Args:
            process: its number.
            written: when the number was written down, after its start [s since 1970].
        """
        if self.code(process) is not None:
            return False
        try:
            found = psutil.Process(process)
            # Another program may have been given the number since: then it began after this was written down.
            return found.status() != psutil.STATUS_ZOMBIE and found.create_time() <= written + 1.0
        except (psutil.Error, ValueError, OverflowError):
            return False

    def code(self, process: int) -> int | None:
        """Exit code of a process that this server has started and that has ended; None for others."""
        child = self._children.get(process)
        return None if child is None else child.poll()

    @contextlib.contextmanager
    def ended_unless_noted(self, process: int) -> Iterator[None]:
        """End a process where it cannot be written down, as on a full disk: no server would find it again."""
        try:
            yield
        except BaseException:
            self.end(process, session=True)
            raise

    @staticmethod
    def end(process: int, session: bool) -> None:
        """Ask a process to end, as SIGTERM does.

        Args:
            process: its number.
            session: whether all of its session are asked, those that compile or draw for it among them.
        """
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if session else os.kill)(process, signal.SIGTERM)


def outlive_pages() -> None:
    """Let PETSc, once loaded, not end this process over a page that is closed while it is written to."""
    os.environ[PETSC_OPTIONS] = f"{os.environ.get(PETSC_OPTIONS, '')} {OWN_OPTION}".strip()


def environment(of_server: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a process that a server starts."""
    options = [word for word in of_server.get(PETSC_OPTIONS, "").split() if word != OWN_OPTION]
    given = {**of_server, PETSC_OPTIONS: " ".join(options)}
    return {**given, "OMP_NUM_THREADS": of_server.get("OMP_NUM_THREADS", "1"), "PYTHONUNBUFFERED": "1"}
