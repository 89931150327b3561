"""Kill runs at random moments, resume them, and compare them with the run that nobody disturbed.

    python tools/kill.py [--kills N] [--seed S] [--model radial|resolved] [--cycles] [--ranks R]

A run is ended by SIGKILL, by SIGTERM or by a disk that is full, resumed, ended again, and so on until it has
ended by itself; then its result is compared. On several ranks SIGKILL meets all of them, one of them, or
their launcher. With ``--cycles`` particles break over three cycles, each by its own draws. A full disk is a
limit on the size of files, drawn at random, that begins when everything is loaded and MPI has its shared
memory: it meets what the run writes and nothing else. Prints one line a run and ends with 1 if one of them
was refused, said no sentence, left a rank alive or the folder unusable, or came to another end. Pages and
figures are left out: they are drawn from the result that is compared.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")

import tomli_w
from fuzzing.cases import CASE, LAYOUT
from killing import PATIENCE, Started, Words, child, sweep

from chemomech.solver.results import Result

PAIR = """\
# chemomech particle layout 1
# box [um]: 6, 6, 10
x [um],y [um],z [um],radius [um]
2.9,3.1,2.8,2.2
3.1,2.9,7.4,2.1
"""
RADIAL = CASE | {
    "protocol": ["(Charge at 2C for 120 s; Discharge at 2C for 120 s) x 3"],
    "numerics": {"largest_step": "4 s"},
    "radial": {"intervals": 10, "electrode_elements": 5, "separator_elements": 3},
    "output": {"checkpoint_every": 3},
    "damage": {"surface_cracks": {}},
}
RESOLVED = CASE | {
    "model": "resolved",
    "protocol": ["Charge at 5C for 40 s", "Discharge at 5C for 15 s"],
    "geometry": {"layout": "pair.csv", "separator_thickness": "4 um"},
    "numerics": {"time_tolerance": 2e-3, "voltage_tolerance": "5 mV"},
    "output": {"checkpoint_every": 2, "field_times": ["0 s", "20 s"], "cut_times": ["10 s"]},
}
BREAKING: dict[str, Any] = {
    "mechanics": {"coupling": "two-way"},
    "materials": {"overrides": {"cathode": {"fracture_toughness": "0.29 MPa m^0.5"}}},
    "damage": {
        "surface_cracks": {"growth_scatter": 0.5, "toughness_scatter": 0.1, "seed": 3},
        "toughness": {"growth": 0.027},
        "interface": {"strength": "5 MPa"},
        "isolation": {"spots": 6.0, "seed": 2},
    },
}
CYCLES = ["(Charge at 5C for 40 s; Discharge at 5C for 40 s) x 3"]
CASES = {
    ("radial", False): RADIAL,
    ("resolved", False): RESOLVED,
    ("radial", True): RADIAL | BREAKING,
    ("resolved", True): RESOLVED
    | BREAKING
    | {"protocol": CYCLES, "numerics": {"time_tolerance": 2e-3, "voltage_tolerance": "5 mV"}},
}

TOLERANCES = {
    "voltage": 1e-5,
    "mean_stoichiometry": 1e-6,
    "surface_stoichiometry": 1e-6,
    "time": 1e-2,
    "surface_crack_depth": 1e-5,
    "toughness_share": 1e-5,
    "intact_interface": 1e-4,
    "isolated": 1e-9,
}
"""Largest difference at the end: what Newton's method, and for time the location of events, leave open."""

KINDS = [("SIGKILL", "all"), ("SIGTERM", "launcher"), ("disk full", "all")]
"""Ways to end a run, as what happens and to whom."""

KINDS_ON_RANKS = [*KINDS, ("SIGKILL", "one rank"), ("SIGKILL", "launcher")]

MOST_TRIES = 60
"""Starts of one run after which it is taken for hanging in a circle."""


def once(words: Words) -> tuple[int, float, str]:
    """Run undisturbed; return the exit code, the time it took [s] and what it said."""
    started = time.monotonic()
    run = Started(words)
    code = run.wait(1e9)
    assert code is not None
    return code, time.monotonic() - started, run.said()


def disturbed(words: Words, span: float, most: int, rng: random.Random) -> tuple[list[str], str, str]:
    """Kill and resume a run until it ends by itself.

    Args:
        words: what it is started with.
        span: time of the undisturbed run [s].
        most: size of the largest file of the undisturbed run [byte].
        rng: of the moments and kinds.

    Returns:
        How it was ended each time; what went wrong, empty where nothing did; and what was said then.
    """
    ends: list[str] = []
    wanted = rng.randrange(2, 6)
    for _ in range(MOST_TRIES):
        resume = (words.out / "case.toml").is_file()
        kind, whom = rng.choice(KINDS if words.ranks == 1 else KINDS_ON_RANKS)
        last = len(ends) >= wanted
        full = kind == "disk full" and not last
        largest = int(10 ** rng.uniform(2.0, np.log10(0.95 * most))) if full else None
        run = Started(Words(words.case, words.out, words.ranks, resume, largest))
        code = run.wait(PATIENCE * max(span, 5.0) if last or full else rng.uniform(0.0, span))
        if code is None and (last or full):
            run.end(signal.SIGKILL, "all", rng)
            return ends, "hangs", run.said()
        if code is None:
            if not run.end(signal.SIGTERM if kind == "SIGTERM" else signal.SIGKILL, whom, rng):
                continue  # no rank has started yet
            ends.append(kind if words.ranks == 1 else f"{kind} of {whom}")
        elif code == 3 and full:
            said = [line for line in run.said().splitlines() if line.startswith("error: ")]
            if len(said) != 1 or not said[0].endswith("."):
                return ends, f"{len(said)} sentences of a full disk", run.said()
            ends.append(f"disk full at {largest} bytes")
        elif code != 0:
            return ends, f"ended with exit code {code}", run.said()
        if not run.gone():
            return ends, "a rank lives on", run.said()
        if code == 0:
            return ends, "", ""
    return ends, "did not come to an end", ""


def difference(found: Path, wanted: Path) -> tuple[float, str]:
    """Return the largest difference at the end over its tolerance, and of what."""
    with Result.open(found) as one, Result.open(wanted) as other:
        if one.summary["stop_reason"] != other.summary["stop_reason"]:
            return float("inf"), f"stop_reason {one.summary['stop_reason']}"
        if (first := set(one.dataset)) != (second := set(other.dataset)):
            return float("inf"), f"quantities {sorted(first ^ second)}"
        worst = {
            name: float(np.abs(one.dataset[name].values[-1] - other.dataset[name].values[-1]).max())
            / tolerance
            for name, tolerance in TOLERANCES.items()
            if name in one.dataset.variables
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
    parser.add_argument("--model", choices=("radial", "resolved"), default="radial")
    parser.add_argument("--cycles", action="store_true", help="particles break over three cycles")
    parser.add_argument("--ranks", type=int, default=1, help="of MPI; more than one for resolved only (1)")
    parser.add_argument("--child", nargs=4, metavar=("CASE", "OUT", "RESUME", "MOST"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        given, out, resume, limit = options.child
        return child(given, out, resume == "1", int(limit) or None)
    rng = random.Random(f"{options.seed}/{options.model}/{options.cycles}/{options.ranks}")
    begun = time.time()
    top = Path(tempfile.mkdtemp(prefix="kill-"))
    (top / "three.csv").write_text(LAYOUT, encoding="utf-8")
    (top / "pair.csv").write_text(PAIR, encoding="utf-8")
    case, whole = top / "case.toml", top / "whole"
    case.write_text(tomli_w.dumps(CASES[options.model, options.cycles]), encoding="utf-8")
    code, span, said = once(Words(case, whole, options.ranks))
    if code:
        print(said[-2000:])
        return 1
    most = max(path.stat().st_size for path in whole.rglob("*") if path.is_file())
    print(f"undisturbed: {span:.1f} s, files of up to {most} bytes", flush=True)
    ended = runs = bad = 0
    greatest = 0.0
    try:
        while ended < options.kills:
            out = top / "out"
            shutil.rmtree(out, ignore_errors=True)
            started = time.monotonic()
            ends, fault, said = disturbed(Words(case, out, options.ranks), span, most, rng)
            if not ends:
                span = min(span, time.monotonic() - started)  # the first may have had to share the machine
            runs, ended = runs + 1, ended + len(ends)
            worst, what = (0.0, "") if fault else difference(out, whole)
            greatest = max(greatest, worst)
            if fault or worst > 1.0:
                bad += 1
                fault = fault or f"another end: {worst:.2g} of the tolerance of {what}"
                print(f"run {runs}: {', '.join(ends)}: {fault}\n{said[-1500:]}", flush=True)
            else:
                told = ", ".join(ends) or "undisturbed"
                print(f"run {runs}: {told}: equal, {worst:.1e} of the tolerance of {what}", flush=True)
    finally:
        left = sweep(begun)
        shutil.rmtree(top, ignore_errors=True)
    cycles = ", cycles" if options.cycles else ""
    print(
        f"seed {options.seed}, {options.model}{cycles}, {options.ranks} rank(s): {ended} ends in {runs} "
        f"runs, {bad} bad, largest difference {greatest:.1e} of its tolerance; {left} files of shared memory "
        "removed"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
