"""Processes that draw figures of a result beside the one that ran it, on cores that nobody uses.

A figure takes half a second of pure Python, so that threads gain nothing. A helper is a fresh process, not a
copy of this one: MPI, PETSc and the threads of a notebook do not survive a copy. It is started while the
result is still being written, and what it does not do, for whatever reason, is drawn here.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from chemomech.cores import usable_cores

MOST_HELPERS = 3
"""There are about 15 figures: more processes would spend longer on starting than on drawing."""

PATIENCE = 60.0
"""Longest wait for the last figure of a helper [s]; one takes about half a second."""

COMMAND = (sys.executable, "-P", "-m", "chemomech.experiments.report.figures")
"""What a helper is, see ``serve``; modules of the present folder do not take the place of others."""

READY, DRAWN, FAILED = "ready", "drawn", "failed"

# What a launcher tells its processes: a helper is none of them, and must not join MPI in their place.
_LAUNCHERS = ("PMI", "PMIX", "OMPI", "HYDI", "HYDRA", "MPIR", "MPI_LOCALN", "MPIEXEC")


def spare_helpers(ranks: int = 1) -> int:
    """How many helpers this machine has cores for, beside those that others use.

    Args:
        ranks: processes of this run on the machine, which rest while figures are drawn.
    """
    try:
        busy = os.getloadavg()[0]
    except OSError:
        busy = float(ranks)
    others = max(0.0, busy - ranks)
    return max(0, min(MOST_HELPERS, round(len(usable_cores()) - 1 - others)))


class Helper:
    """A process that draws figures by name.

    Args:
        command: what to start; it speaks as ``serve`` does.
    """

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(_LAUNCHERS)}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**environment, "MPI4PY_RC_INITIALIZE": "false", "OMP_NUM_THREADS": "1"},
        )
        self.is_ready = False

    def wait_until_ready(self) -> bool:
        """Wait until it can draw; false if it never will."""
        self.is_ready = self._answer() == READY
        return self.is_ready

    def draw(self, result: Path, name: str) -> bool:
        """Let it draw one figure of a result, and wait for it; false if it has not drawn it."""
        try:
            assert self._process.stdin is not None
            print(json.dumps([str(result), name]), file=self._process.stdin, flush=True)
        except (OSError, ValueError):
            return False
        return self._answer() == DRAWN

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with contextlib.suppress(OSError, ValueError):
                stream.close()

    def end(self) -> None:
        """End it whatever it does; who waits for an answer gets none."""
        self._process.kill()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        try:
            return self._process.stdout.readline().strip()
        except (OSError, ValueError):
            return ""


@contextlib.contextmanager
def helpers(count: int) -> Iterator[list[Helper]]:
    """Start helpers, fewer or none where the machine starts no more processes, and end them afterwards."""
    with contextlib.ExitStack() as stack:
        started: list[Helper] = []
        with contextlib.suppress(OSError):
            for _ in range(count):
                started.append(Helper())
                stack.callback(started[-1].close)
        yield started


def draw_shared(
    result: Path, names: Sequence[str], draw: Callable[[str], object], helping: Sequence[Helper]
) -> None:
    """Draw figures of a result, here from the first one on and by helpers from the last one.

    Args:
        result: the result folder, finished.
        names: of the figures.
        draw: draws one of them here; what it raises passes through.
        helping: the helpers.
    """
    left = deque(names)

    def feed(helper: Helper) -> None:
        if not helper.wait_until_ready():
            return
        while True:
            try:
                name = left.pop()
            except IndexError:
                return
            if not helper.draw(result, name):
                left.append(name)
                return

    threads = [threading.Thread(target=feed, args=(helper,), daemon=True) for helper in helping]
    for thread in threads:
        thread.start()
    _draw_here(left, draw)
    for helper, thread in zip(helping, threads, strict=True):
        # One that is not ready yet comes too late.
        thread.join(PATIENCE if helper.is_ready else 0.0)
        if thread.is_alive():
            helper.end()
            thread.join()
    _draw_here(left, draw)  # what a helper has given back


def _draw_here(left: deque[str], draw: Callable[[str], object]) -> None:
    while True:
        try:
            name = left.popleft()
        except IndexError:
            return
        draw(name)


def serve(draw: Callable[[Path, str], object]) -> None:
    """Draw what is asked for on standard input, a JSON list of folder and name a line, until it ends.

    Args:
        draw: draws one figure.
    """
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # libraries that print do not answer for us
    print(READY, file=answers, flush=True)
    for line in sys.stdin:
        folder, name = json.loads(line)
        try:
            draw(Path(folder), name)
        except Exception:  # drawn again where it was asked for, and said there
            print(FAILED, file=answers, flush=True)
        else:
            print(DRAWN, file=answers, flush=True)
