"""Benchmarks of the electrochemical solver: against monolithic MUMPS, over mesh size, over ranks.

``python tools/bench.py`` prints one table. Every figure comes from the same run, so that ratios hold on a
machine that is shared; each measurement is a process of its own, which also gives its peak memory. The
cell is brought to ``WARM_UP`` untimed, then the same steps are timed with each solver from the same state.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

WARM_UP = (0.1, 0.4, 1.5, 4.0, 8.0)
"""Untimed steps from rest [s]."""

TIMED = (10.0, 10.0, 10.0)
"""Timed steps [s]."""

SIZES = {"50k": ("standard", 1.30), "90k": ("standard", 1.0), "190k": ("fine", 1.28), "400k": ("fine", 0.93)}
"""Meshes by rough number of electrochemical unknowns: preset and factor on all its sizes."""


def main() -> int:
    """Run the benchmarks asked for, or one measurement as a worker."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worker", action="store_true", help="take one measurement and print it as JSON")
    parser.add_argument("--size", default="90k", choices=SIZES)
    parser.add_argument("--solvers", nargs="+", default=["fieldsplit"])
    parser.add_argument("--cache", type=Path, default=None)
    parser.add_argument("--quick", action="store_true", help="small sizes only, to see that it works")
    arguments = parser.parse_args()
    if arguments.worker:
        measure(arguments.size, arguments.solvers, arguments.cache)
        return 0
    report(quick=arguments.quick)
    return 0


def measure(size: str, solvers: list[str], cache: Path | None) -> None:
    """Time the same steps with each solver and print the figures (collective)."""
    import numpy as np
    from mpi4py import MPI

    from chemomech.experiments.case import Case
    from chemomech.experiments.prepare import prepare
    from chemomech.geometry import MESH_PRESETS, generate_mesh
    from chemomech.solver.assembly import LINEAR_SOLVERS, build_stepper

    comm = MPI.COMM_WORLD
    preset, factor = SIZES[size]
    base = MESH_PRESETS[preset]
    lengths = [f.name for f in dataclasses.fields(base) if f.name.endswith("_size")]
    options = dataclasses.replace(base, **{name: factor * getattr(base, name) for name in lengths})
    prepared = prepare(Case.from_toml("fast-charge-5C"))
    cell = generate_mesh(prepared.layout, prepared.case.geometry.separator_thickness, options, comm, cache)
    stepper = build_stepper(cell, prepared.model, "off")
    prepared.steps[0].control.impose(stepper.problem)
    stepper.initialise()
    for step in WARM_UP:
        assert stepper.attempt(step).solved
        stepper.accept(step)
    start, history, now = stepper.state(), stepper.history, stepper.time
    sizes = stepper.newton.block_sizes
    outcome: dict[str, Any] = {
        "unknowns": sum(total for _, total in sizes), "ranks": comm.size, "solvers": {},
    }  # fmt: skip
    for name in solvers:
        stepper.linear = LINEAR_SOLVERS[name](comm, sizes)
        stepper.restore(start)
        stepper.history = dataclasses.replace(history, times=list(history.times), states=list(history.states))
        stepper.time = now
        newton = linear = 0
        comm.barrier()
        clock = time.perf_counter()
        for step in TIMED:
            attempt = stepper.attempt(step)
            assert attempt.solved, attempt.report.problem
            stepper.accept(step)
            newton += attempt.report.newton_iterations
            linear += attempt.report.linear_iterations
        comm.barrier()
        seconds = (time.perf_counter() - clock) / len(TIMED)
        peak = comm.allreduce(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9)
        outcome["solvers"][name] = {
            "seconds_per_step": seconds,
            "newton_per_step": newton / len(TIMED),
            "linear_per_newton": linear / max(newton, 1),
            "peak_memory_GB": float(peak),
            "voltage": float(np.float64(stepper.problem.voltage)),
        }
    if comm.rank == 0:
        print(json.dumps(outcome), flush=True)


def worker(size: str, solvers: list[str], ranks: int, cache: Path) -> dict[str, Any]:
    """Take one measurement in processes of its own."""
    mpiexec = Path(sys.executable).with_name("mpiexec")
    command = [str(mpiexec), "-n", str(ranks), sys.executable, __file__, "--worker", "--size", size]
    command += ["--cache", str(cache), "--solvers", *solvers]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "OMP_NUM_THREADS": "1"}
    )
    if done.returncode:
        raise SystemExit(f"the measurement {size} on {ranks} ranks failed:\n{done.stderr[-2000:]}")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def row(label: str, result: dict[str, Any], name: str) -> str:
    """One line of the table."""
    figures = result["solvers"][name]
    return (
        f"{label:<24}{result['unknowns']:>10}{result['ranks']:>7}{figures['seconds_per_step']:>12.2f}"
        f"{figures['newton_per_step']:>9.1f}{figures['linear_per_newton']:>9.1f}"
        f"{figures['peak_memory_GB']:>10.2f}{figures['voltage']:>12.6f}"
    )


def report(quick: bool) -> None:
    """Run all measurements and print the table and the ratios."""
    import numpy as np

    sizes = ["50k", "90k"] if quick else list(SIZES)
    largest = sizes[-1]
    print(
        f"{'measurement':<24}{'unknowns':>10}{'ranks':>7}{'s / step':>12}{'Newton':>9}{'Krylov':>9}"
        f"{'peak GB':>10}{'voltage V':>12}",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        serial = {}
        for size in sizes:
            serial[size] = worker(size, ["fieldsplit"], 1, cache)
            print(row(f"field split, {size}", serial[size], "fieldsplit"), flush=True)
        reference_size = "90k" if quick else "400k"
        both = worker(reference_size, ["fieldsplit", "mumps"], 1, cache)
        print(row(f"field split, {reference_size}", both, "fieldsplit"), flush=True)
        print(row(f"monolithic MUMPS, {reference_size}", both, "mumps"), flush=True)
        two = worker(largest, ["fieldsplit"], 2, cache)
        one = worker(largest, ["fieldsplit"], 1, cache)
        print(row(f"field split, {largest}", two, "fieldsplit"))
        print(row(f"field split, {largest}", one, "fieldsplit"), flush=True)
    unknowns = np.log([serial[s]["unknowns"] for s in sizes])
    seconds = np.log([serial[s]["solvers"]["fieldsplit"]["seconds_per_step"] for s in sizes])
    exponent = float(np.polyfit(unknowns, seconds, 1)[0])
    split, mumps = both["solvers"]["fieldsplit"], both["solvers"]["mumps"]
    speed_up = (
        one["solvers"]["fieldsplit"]["seconds_per_step"] / two["solvers"]["fieldsplit"]["seconds_per_step"]
    )
    print(
        "\nMUMPS over field split, time per step: "
        f"{mumps['seconds_per_step'] / split['seconds_per_step']:.1f}"
    )
    print(f"MUMPS over field split, peak memory:   {mumps['peak_memory_GB'] / split['peak_memory_GB']:.1f}")
    print(f"voltage difference of the two:         {abs(mumps['voltage'] - split['voltage']):.1e} V")
    print(f"exponent of time per step:             {exponent:.2f}")
    print(f"speed-up from 1 to 2 ranks:            {speed_up:.2f}")


if __name__ == "__main__":
    raise SystemExit(main())
