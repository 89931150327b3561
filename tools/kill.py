"""Kill runs at random moments, resume them, and compare them with the run that nobody disturbed.

    python tools/kill.py [--kills N] [--seed S] [--model radial|resolved] [--ranks R]

A run is ended by SIGKILL, by SIGTERM or by a disk that is full (a limit on the size of files, drawn at
random), resumed, ended again, and so on until it has ended by itself; then its result is compared. Prints one
line a run and ends with 1 if one of them was refused, left the folder unusable, or came to another end. Pages
and figures are left out: they are drawn from the result that is compared.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")

import tomli_w
from fuzzing.cases import CASE, LAYOUT

import chemomech.fenicsx_first  # noqa: F401
from chemomech import cli
from chemomech.experiments import report, runner  # noqa: F401  (a fork has them loaded)
from chemomech.experiments.models.radial import model as radial
from chemomech.solver.results import Result

RADIAL = CASE | {
    "protocol": ["(Charge at 2C for 120 s; Discharge at 2C for 120 s) x 3"],
    "numerics": {"largest_step": "4 s"},
    "radial": {"intervals": 10, "electrode_elements": 5, "separator_elements": 3},
    "output": {"checkpoint_every": 3},
    "damage": {"surface_cracks": {}},
}
RESOLVED = CASE | {
    "model": "resolved",
    "protocol": ["Charge at 5C for 60 s", "Discharge at 5C for 20 s"],
    "numerics": {"time_tolerance": 5e-4, "voltage_tolerance": "2 mV"},
    "output": {"checkpoint_every": 2, "field_times": ["0 s", "30 s"], "cut_times": ["10 s"]},
}
CASES = {"radial": RADIAL, "resolved": RESOLVED}

TOLERANCES = {"voltage": 1e-5, "mean_stoichiometry": 1e-6, "surface_stoichiometry": 1e-6, "time": 1e-2}
"""Largest difference at the end: what Newton's method, and for time the location of events, leave open."""

MOST_TRIES = 60
"""Starts of one run after which it is taken for hanging in a circle."""


def child(case: str, out: str, resume: bool) -> int:
    """Run or continue a case as the command line does; checkpoints do not wait for the clock."""
    report.write_figures = report.write_report = lambda *_: None  # type: ignore[assignment]
    radial.SECONDS_BETWEEN_CHECKPOINTS = 0.0
    return cli.main(["run", case, "--out", out, "--quiet", *(["--resume"] if resume else [])])


class Started:
    """A run in a process of its own, or in several under MPI.

    Args:
        words: case, result folder, and whether it is resumed.
        ranks: of MPI; 1 for a fork of this process, which has everything loaded.
        largest: size of a file beyond which writing fails, as on a full disk [byte]; None for no limit.
        log: where it says what it says.
    """

    def __init__(self, words: tuple[str, str, bool], ranks: int, largest: int | None, log: Path) -> None:
        self._group: subprocess.Popen[bytes] | None = None
        self._pid = 0

        def limit() -> None:
            if largest is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

        if ranks > 1:
            command = [
                str(Path(sys.executable).parent / "mpiexec"),
                "-n",
                str(ranks),
                sys.executable,
                __file__,
            ]
            command += ["--child", words[0], words[1], str(int(words[2]))]
            with log.open("ab") as file:
                self._group = subprocess.Popen(
                    command, stdout=file, stderr=file, start_new_session=True, preexec_fn=limit
                )
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # threads of libraries that are idle
            self._pid = os.fork()
        if self._pid == 0:
            code = 1
            try:
                with log.open("ab") as file:
                    for stream in (1, 2):
                        os.dup2(file.fileno(), stream)
                limit()
                code = child(*words)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        if self._group is not None:
            return self._group.poll()
        ended, status = os.waitpid(self._pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if ended else None

    def end(self, number: int) -> None:
        """Send a signal to all of it, and wait."""
        if self._group is not None:
            os.killpg(self._group.pid, number)
            self._group.wait()
            return
        os.kill(self._pid, number)
        os.waitpid(self._pid, 0)


def once(words: tuple[str, str, bool], ranks: int, log: Path) -> tuple[int, float]:
    """Run undisturbed; return the exit code and the time it took [s]."""
    started = time.monotonic()
    run = Started(words, ranks, None, log)
    while (code := run.poll()) is None:
        time.sleep(0.02)
    return code, time.monotonic() - started


def disturbed(
    case: Path, out: Path, ranks: int, span: float, rng: random.Random, log: Path
) -> tuple[list[str], str]:
    """Kill and resume a run until it ends by itself.

    Returns:
        How it was ended each time, and what went wrong; empty where nothing did.
    """
    ends: list[str] = []
    for _ in range(MOST_TRIES):
        words = (str(case), str(out), (out / "case.toml").is_file())
        kind = rng.choice(("SIGKILL", "SIGKILL", "SIGTERM", "disk full"))
        last = len(ends) >= rng.randrange(2, 5)
        largest = int(10 ** rng.uniform(2.0, 5.5)) if kind == "disk full" and not last else None
        run = Started(words, ranks, largest, log)
        until = time.monotonic() + (1e9 if last or largest is not None else rng.uniform(0.0, span))
        while (code := run.poll()) is None and time.monotonic() < until:
            time.sleep(0.005)
        if code is None:
            run.end(signal.SIGTERM if kind == "SIGTERM" else signal.SIGKILL)
            ends.append(kind)
        elif code == 0:
            return ends, ""
        elif code == 3 and largest is not None:
            ends.append(f"disk full at {largest} bytes")
        else:
            return ends, f"ended with exit code {code}"
    return ends, "did not come to an end"


def difference(found: Path, wanted: Path) -> tuple[float, str]:
    """Return the largest difference at the end over its tolerance, and of what."""
    with Result.open(found) as one, Result.open(wanted) as other:
        if one.summary["stop_reason"] != other.summary["stop_reason"]:
            return float("inf"), f"stop_reason {one.summary['stop_reason']}"
        worst = {
            name: float(np.abs(one.dataset[name].values[-1] - other.dataset[name].values[-1]).max())
            / tolerance
            for name, tolerance in TOLERANCES.items()
        }
        passed = np.diff(one.dataset["time"].values)
        if not (passed >= 0.0).all() or one.dataset["time"].values[0] != 0.0:
            return float("inf"), "times that go back"
        steps = abs(one.dataset.sizes["time"] - other.dataset.sizes["time"])
    name = max(worst, key=lambda key: worst[key])
    return worst[name], f"{name}, {steps} steps more or fewer"


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=20, help="ends to put to runs, at least (20)")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers (1)")
    parser.add_argument("--model", choices=tuple(CASES), default="radial")
    parser.add_argument("--ranks", type=int, default=1, help="MPI ranks; more than one for resolved only (1)")
    parser.add_argument("--child", nargs=3, metavar=("CASE", "OUT", "RESUME"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        return child(options.child[0], options.child[1], options.child[2] == "1")
    rng = random.Random(f"{options.seed}/{options.model}/{options.ranks}")
    top = Path(tempfile.mkdtemp(prefix="kill-"))
    (top / "three.csv").write_text(LAYOUT, encoding="utf-8")
    case, log = top / "case.toml", top / "log"
    case.write_text(tomli_w.dumps(CASES[options.model]), encoding="utf-8")
    code, span = once((str(case), str(top / "whole"), False), options.ranks, log)
    if code:
        print(log.read_text()[-2000:])
        return 1
    print(f"undisturbed: {span:.1f} s")
    ended = runs = bad = 0
    greatest = 0.0
    while ended < options.kills:
        out = top / "out"
        shutil.rmtree(out, ignore_errors=True)
        log.write_text("")
        ends, fault = disturbed(case, out, options.ranks, span, rng, log)
        runs, ended = runs + 1, ended + len(ends)
        worst, what = (0.0, "") if fault else difference(out, top / "whole")
        greatest = max(greatest, worst)
        if fault or worst > 1.0:
            bad += 1
            fault = fault or f"another end: {worst:.2g} of the tolerance of {what}"
            print(f"run {runs}: {', '.join(ends)}: {fault}\n{log.read_text()[-1500:]}")
        else:
            told = ", ".join(ends) or "undisturbed"
            print(f"run {runs}: {told}: equal, {worst:.1e} of the tolerance of {what}", flush=True)
    print(
        f"seed {options.seed}, {options.model}, {options.ranks} rank(s): {ended} ends in {runs} runs, {bad} "
        f"bad, largest difference {greatest:.1e} of its tolerance"
    )
    shutil.rmtree(top, ignore_errors=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
