"""Runs in processes of their own, to be killed; and what they leave in shared memory."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import chemomech.fenicsx_first  # noqa: F401
from chemomech import cli
from chemomech.experiments import report, runner  # noqa: F401  (a fork has them loaded)
from chemomech.experiments.models.radial import model as radial

PATIENCE = 20.0
"""Times the undisturbed run, after which a run hangs; and time that a killed one has to be gone [s]."""

SHARED_MEMORY = Path("/dev/shm")


def child(case: str, out: str, resume: bool, largest: int | None) -> int:
    """Run or continue a case as the command line does; checkpoints do not wait for the clock."""
    report.write_figures = report.write_report = lambda *_: None  # type: ignore[assignment]
    radial.SECONDS_BETWEEN_CHECKPOINTS = 0.0
    if largest is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    return cli.main(["run", case, "--out", out, "--quiet", *(["--resume"] if resume else [])])


@dataclass(frozen=True)
class Words:
    """What a run is started with.

    Attributes:
        case: file of the case.
        out: result folder.
        ranks: of MPI; 1 for a fork of this process, which has everything loaded.
        resume: whether it is resumed.
        largest: size of a file beyond which writing fails, as on a full disk [byte]; None for no limit.
    """

    case: Path
    out: Path
    ranks: int
    resume: bool = False
    largest: int | None = None

    def command(self) -> list[str]:
        """The command line that starts it on several ranks."""
        python = sys.executable
        launcher = str(Path(python).parent / "mpiexec")
        limit = "0" if self.largest is None else str(self.largest)
        words = [
            str(Path(__file__).with_name("kill.py")),
            "--child",
            str(self.case),
            str(self.out),
            str(int(self.resume)),
            limit,
        ]
        return [launcher, "-n", str(self.ranks), python, *words]


class Started:
    """A run in a process of its own, or in several under MPI.

    What it says goes through a pipe: a file would meet the limit on files too.
    """

    def __init__(self, words: Words) -> None:
        self._words, self._said = words, bytearray()
        self._group: subprocess.Popen[bytes] | None = None
        self._pid = 0
        reading, writing = os.pipe()
        if words.ranks > 1:
            self._group = subprocess.Popen(
                words.command(), stdin=subprocess.DEVNULL, stdout=writing, stderr=writing
            )
        else:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # threads of libraries that are idle
                self._pid = os.fork()
            if self._pid == 0:
                self._as_child(writing)
        os.close(writing)
        self._listener = threading.Thread(target=self._listen, args=(reading,), daemon=True)
        self._listener.start()

    def _as_child(self, writing: int) -> None:
        words, code = self._words, 1
        try:
            for stream in (1, 2):
                os.dup2(writing, stream)
            code = child(str(words.case), str(words.out), words.resume, words.largest)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    def _listen(self, reading: int) -> None:
        with os.fdopen(reading, "rb") as pipe:
            while part := pipe.read1(65536):
                self._said += part

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        if self._group is not None:
            return self._group.poll()
        ended, status = os.waitpid(self._pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if ended else None

    def wait(self, longest: float) -> int | None:
        """Wait for it to end; None where it has not within a time [s]."""
        until = time.monotonic() + longest
        while (code := self.poll()) is None and time.monotonic() < until:
            time.sleep(0.005)
        return code

    def said(self) -> str:
        """What it said, when it has ended."""
        self._listener.join(5.0)
        return self._said.decode("utf-8", "replace")

    def ranks(self) -> list[int]:
        """Processes that carry it out, the launcher not among them."""
        if self._group is None:
            return [self._pid]
        own = [str(self._words.out), "--child"]
        return [pid for pid, words in processes() if set(own) <= set(words) and words[0] == sys.executable]

    def end(self, number: int, whom: str, rng: random.Random) -> bool:
        """Send a signal to all of it, to one rank or to the launcher; whether there was one to send it to."""
        ranks, launcher = self.ranks(), self._group
        if launcher is None:
            os.kill(self._pid, number)
            os.waitpid(self._pid, 0)
            return True
        targets = {"all": [launcher.pid, *ranks], "one rank": ranks, "launcher": [launcher.pid]}[whom]
        if whom == "one rank" and ranks:
            targets = [rng.choice(ranks)]
        for pid in targets:
            with_luck(pid, number)
        return bool(targets)

    def gone(self) -> bool:
        """Wait until no process of it is left; False where one lives on."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._group is None or (self._group.poll() is not None and not self.ranks()):
                return True
            time.sleep(0.05)
        for pid in self.ranks():
            with_luck(pid, signal.SIGKILL)
        return False


def with_luck(pid: int, number: int) -> None:
    """Send a signal to a process that may have ended."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def processes() -> Iterator[tuple[int, list[str]]]:
    """Yield every process of this machine that can be seen, with the words it was started with."""
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        except OSError:
            continue
        yield int(place.name), words


def sweep(since: float) -> int:
    """Remove what MPI processes that were killed have left in shared memory; how many.

    Only files of this user that were made since a time [s since the epoch] and that no process has open.
    """
    used = set()
    for place in Path("/proc").glob("[0-9]*/maps"):
        try:
            used |= {word for word in place.read_text().split() if word.startswith(str(SHARED_MEMORY))}
        except OSError:
            continue
    count = 0
    for path in SHARED_MEMORY.glob("*_shm_*"):
        try:
            facts = path.stat()
            if facts.st_uid == os.getuid() and facts.st_mtime > since and str(path) not in used:
                path.unlink()
                count += 1
        except OSError:
            continue
    return count
