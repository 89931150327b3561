"""Mesh random packings and crops of an electrode, take the first 5C time step on each, and count.

``python tools/mesh_robustness.py --packings 200 --crops 50 --seed 1 --out robustness.jsonl`` appends a line
per case to the file and prints the table. Called again it goes on where it stopped. Every case runs in a
child process, so that one that crashes or hangs is counted as a failure and the rest go on.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import robustness_layouts as layouts

TIME_STEP = 0.1
"""First step from rest [s]."""

C_RATE = 5.0
SPECIFIC_CAPACITY = 180.0 * 3.6e3
"""Capacity that defines the C-rate [C/kg]: 180 mAh/g, as in the main case."""

SEPARATOR = 8e-6
PATIENCE = 300.0
"""Longest time that a case may take [s]."""

OUTCOMES = ("stepped", "refused", "failed")


def main() -> int:
    """Run the cases that are missing from the file, then print the table; 1 if a case failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--packings", type=int, default=200)
    parser.add_argument("--crops", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--layout", type=Path, default=None, help="CSV of an electrode to crop from")
    parser.add_argument("--stack", type=Path, default=None, help="phase stack to extract and crop from")
    parser.add_argument("--active", type=int, default=1, help="value of the active material in the stack")
    parser.add_argument("--voxel-size", type=float, default=None, help="edge of a voxel of the stack [m]")
    parser.add_argument("--preset", default="coarse")
    parser.add_argument("--particles", type=float, nargs=2, default=(5, 20), help="fewest and most")
    parser.add_argument("--out", type=Path, default=Path("robustness.jsonl"))
    parser.add_argument("--worker", action="store_true", help="take cases as lines of standard input")
    arguments = parser.parse_args()
    if arguments.worker:
        return work()
    electrode = layouts.electrode_file(
        arguments.layout, arguments.stack, arguments.voxel_size, arguments.active, arguments.out
    )
    cases = list(cases_of(arguments, electrode))
    run(cases, arguments.out)
    return report(cases, arguments.out)


def cases_of(arguments: argparse.Namespace, electrode: Path | None) -> Iterator[dict[str, Any]]:
    """Yield the cases asked for, each a few numbers that say everything about it."""
    common = {"preset": arguments.preset, "particles": list(arguments.particles)}
    source = None if electrode is None else str(electrode)
    for kind, count in (("packing", arguments.packings), ("crop", arguments.crops)):
        for number in range(count):
            yield {"kind": kind, "seed": arguments.seed * 10_000 + number, "source": source} | common


def key(case: dict[str, Any]) -> str:
    """Name of a case."""
    source = f" of {Path(case['source']).name}" if case["kind"] == "crop" and case["source"] else ""
    return f"{case['kind']} {case['seed']}{source} {case['preset']} {case['particles']}"


def finished(path: Path) -> dict[str, dict[str, Any]]:
    """Outcomes in the file, by name; a line cut short by a killed run is left out."""
    done: dict[str, dict[str, Any]] = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                outcome = json.loads(line)
            except json.JSONDecodeError:
                continue
            done[outcome["key"]] = outcome
    return done


def run(cases: list[dict[str, Any]], path: Path) -> None:
    """Run the cases that the file lacks, in a child process that is replaced when it dies or hangs."""
    done = finished(path)
    child: Child | None = None
    path.parent.mkdir(parents=True, exist_ok=True)
    for case in cases:
        if key(case) in done:
            continue
        child = child if child is not None and child.alive else Child()
        outcome = {"key": key(case)} | child.take(case)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(outcome) + "\n")
        print(f"{outcome['key']}: {outcome['outcome']} {outcome.get('reason', '')}"[:200], flush=True)
    if child is not None:
        child.end()


class Child:
    """A process that takes cases one by one."""

    def __init__(self) -> None:
        self._complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self._complaints, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        self._answers: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("OUTCOME "):
                self._answers.put(line.removeprefix("OUTCOME "))
        self._answers.put(None)

    @property
    def alive(self) -> bool:
        """Whether it can take another case."""
        return self._process.poll() is None

    def take(self, case: dict[str, Any]) -> dict[str, Any]:
        """Outcome of one case."""
        started = time.perf_counter()
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(case) + "\n")
            self._process.stdin.flush()
            answer = self._answers.get(timeout=PATIENCE)
        except queue.Empty:
            self.end()
            return failed(f"no answer within {PATIENCE:.0f} s", time.perf_counter() - started)
        except OSError:
            answer = None
        if answer is None:
            self._process.wait()
            self._complaints.seek(0)
            last = " ".join(self._complaints.read().split())[-300:]
            reason = f"the process died (exit code {self._process.returncode}); {last}"
            return failed(reason, time.perf_counter() - started)
        return dict(json.loads(answer))

    def end(self) -> None:
        """Stop it."""
        self._process.kill()
        self._process.wait()


def failed(reason: str, seconds: float) -> dict[str, Any]:
    """Outcome of a case that neither stepped nor was refused."""
    return {"outcome": "failed", "reason": reason, "seconds": round(seconds, 2)}


def work() -> int:
    """Take cases as lines, answer with lines."""
    for line in sys.stdin:
        print("OUTCOME " + json.dumps(attempt(json.loads(line))), flush=True)
    return 0


def attempt(case: dict[str, Any]) -> dict[str, Any]:
    """Make the layout of a case, apply its contact rule, mesh it, take a step."""
    from chemomech.errors import InputError
    from chemomech.geometry import MeshFailure

    started = time.perf_counter()
    facts: dict[str, Any] = {}
    try:
        mesh_and_step(case, facts)
        result: dict[str, Any] = {"outcome": "stepped"}
    except MeshFailure as error:
        result = failed(str(error), 0.0) | {"attempts": error.attempts}
    except InputError as error:
        result = {"outcome": "refused", "reason": str(error)}
    except Exception as error:
        result = failed(f"{type(error).__name__}: {error}", 0.0)
    return result | facts | {"seconds": round(time.perf_counter() - started, 2)}


def mesh_and_step(case: dict[str, Any], facts: dict[str, Any]) -> None:
    """Do the work of a case and note facts about it on the way."""
    from mpi4py import MPI

    from chemomech.experiments.case import Case
    from chemomech.experiments.case.prepare import prepare
    from chemomech.geometry import MESH_PRESETS, generate_mesh
    from chemomech.geometry.contacts import particle_shapes
    from chemomech.solver.cell.build import build_cell

    sample = layouts.made(case)
    facts |= {"rule": sample.rule, "fraction": round(sample.fraction, 3)}
    contacted = sample.contacted()
    layout = contacted.layout
    facts |= {
        "particles": len(layout), "necks": contacted.report.contacts_after, "cut": int(layout.is_cut.sum()),
        "contacts_before": contacted.report.contacts_before, "dropped": len(contacted.report.dropped),
    }  # fmt: skip
    clock = time.perf_counter()
    cell = generate_mesh(layout, SEPARATOR, MESH_PRESETS[case["preset"]], MPI.COMM_SELF)
    quality = cell.quality
    facts |= {
        "cells": quality.cells, "attempts": list(quality.attempts), "jacobian": quality.minimum_jacobian,
        "shape": quality.shape_percentiles[0], "volume_error": quality.particle_volume_error,
        "area_error": quality.total_area_error, "mesh_seconds": round(time.perf_counter() - clock, 2),
    }  # fmt: skip
    model = prepare(Case.from_toml("fast-charge-5C")).model
    volume = float(particle_shapes(layout).volumes.sum())
    loading = volume * float(model.cathode.density) / (layout.box[0] * layout.box[1])
    with build_cell(cell, model, "off") as stepper:
        stepper.problem.prescribe_current(C_RATE * SPECIFIC_CAPACITY / 3600.0 * loading)
        if not stepper.initialise().converged:
            raise RuntimeError("no rest state")
        step = stepper.attempt(TIME_STEP)
        if not step.solved:
            raise RuntimeError(f"the first step was not solved: {step.report.failure}")
        facts["newton"] = step.report.newton_iterations
        facts["voltage"] = float(stepper.problem.voltage)


def report(cases: list[dict[str, Any]], path: Path) -> int:
    """Print the counts and the seeds of failures; return 1 if there are any."""
    done = finished(path)
    ran = [(case, done[key(case)]) for case in cases if key(case) in done]
    print(f"\n{'cases':<12}{'rule':<14}{'ran':>5}" + "".join(f"{name:>10}" for name in OUTCOMES))
    groups = sorted({(case["kind"], outcome.get("rule", "-")) for case, outcome in ran})
    for kind, rule in [*groups, ("all", "")]:
        outcomes = [o for c, o in ran if kind == "all" or (c["kind"], o.get("rule", "-")) == (kind, rule)]
        counts = Counter(outcome["outcome"] for outcome in outcomes)
        print(f"{kind:<12}{rule:<14}{len(outcomes):>5}" + "".join(f"{counts[name]:>10}" for name in OUTCOMES))
    retried = sum(len(outcome.get("attempts", ())) > 1 for _, outcome in ran)
    seconds = sum(outcome["seconds"] for _, outcome in ran)
    print(f"\nmeshed only after a retry: {retried}; time: {seconds:.0f} s")
    for name in ("refused", "failed"):
        reasons = Counter(shortened(o["reason"]) for _, o in ran if o["outcome"] == name)
        for reason, count in reasons.most_common():
            print(f"{name} {count:>4} x {reason}")
    failures = [(case, outcome) for case, outcome in ran if outcome["outcome"] == "failed"]
    for case, outcome in failures:
        print(
            f"failed: {case['kind']} seed {case['seed']} ({outcome.get('rule', '-')}): "
            f"{outcome['reason'][:200]}"
        )
    return 1 if failures else 0


def shortened(reason: str) -> str:
    """Reason without its numbers, so that like ones are counted together."""
    return re.sub(r"-?\d+(\.\d+)?(e-?\d+)?", "#", reason.split(";")[0])[:140]


if __name__ == "__main__":
    raise SystemExit(main())
