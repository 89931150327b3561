"""Benchmarks of the electrochemical solver: against monolithic MUMPS, over mesh size, over ranks.

``python tools/bench.py`` prints one table. Every figure comes from the same run, so that ratios hold on a
machine that is shared; each measurement is a process of its own, which also gives its peak memory. The
cell is brought through ``WARM_UP`` untimed, then steps are timed from that state; voltages are after the
first of them.
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

WARM_UP = (0.05, 0.08, 0.12, 0.2, 0.35, 0.6, 1.0, 1.8)
"""Untimed steps from rest [s], about as the step-size control would choose them."""

TIMED = 3.0
"""Length of a timed step [s]."""


@dataclasses.dataclass(frozen=True)
class Method:
    """A way to solve the nonlinear system of a step.

    Attributes:
        label: Name in the table.
        linear: Linear solver.
        newton: Full Newton, a new Jacobian in every iteration; the product keeps it while it serves.
        steps: Timed steps; one is enough where every step costs the same.
    """

    label: str
    linear: str
    newton: bool
    steps: int


METHODS = {
    "fieldsplit": Method("field split", "fieldsplit", False, 4),
    "mumps": Method("MUMPS, kept Jacobian", "mumps", False, 4),
    "mumps-newton": Method("MUMPS, Newton", "mumps", True, 1),
}
"""The product, and the reference twice: as the product uses it, and in the usual Newton iteration."""

SIZES = {"50k": ("standard", 1.30), "90k": ("standard", 1.0), "190k": ("fine", 1.28), "400k": ("fine", 0.93)}
"""Meshes by rough number of electrochemical unknowns: preset and factor on all its sizes."""


def main() -> int:
    """Run the benchmarks asked for, or one measurement as a worker."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worker", action="store_true", help="take one measurement and print it as JSON")
    parser.add_argument("--size", default="90k", choices=SIZES)
    parser.add_argument("--method", default="fieldsplit", choices=METHODS)
    parser.add_argument("--cache", type=Path, default=None)
    parser.add_argument("--quick", action="store_true", help="small sizes only, to see that it works")
    arguments = parser.parse_args()
    if arguments.worker:
        measure(arguments.size, METHODS[arguments.method], arguments.cache)
        return 0
    report(quick=arguments.quick)
    return 0


def measure(size: str, method: Method, cache: Path | None) -> None:
    """Time steps with one method and print the figures as JSON (collective)."""
    from mpi4py import MPI

    from chemomech.experiments.case import Case
    from chemomech.experiments.case.prepare import prepare
    from chemomech.geometry import MESH_PRESETS, generate_mesh
    from chemomech.solver.cell.build import LINEAR_SOLVERS, build_cell

    comm = MPI.COMM_WORLD
    preset, factor = SIZES[size]
    base = MESH_PRESETS[preset]
    lengths = [f.name for f in dataclasses.fields(base) if f.name.endswith("_size")]
    options = dataclasses.replace(base, **{name: factor * getattr(base, name) for name in lengths})
    prepared = prepare(Case.from_toml("fast-charge-5C"))
    cell = generate_mesh(prepared.layout, prepared.case.geometry.separator_thickness, options, comm, cache)
    stepper = build_cell(cell, prepared.model, "off")
    prepared.steps[0].control.impose(stepper.problem)
    stepper.initialise()
    for step in WARM_UP:
        assert stepper.attempt(step).solved
        stepper.accept(step)
    stepper.linear = LINEAR_SOLVERS[method.linear](comm, stepper.newton.block_sizes)
    stepper.newton.jacobian.forget()
    if method.newton:
        stepper.newton.options = dataclasses.replace(stepper.newton.options, reuse_reduction=0.0)
    assemblies = stepper.newton.jacobian.assemblies
    newton = linear = 0
    voltages: list[float] = []
    comm.barrier()
    clock = time.perf_counter()
    for _ in range(method.steps):
        attempt = stepper.attempt(TIMED)
        assert attempt.solved, attempt.report.failure
        stepper.accept(TIMED)
        newton += attempt.report.newton_iterations
        linear += attempt.report.linear_iterations
        voltages.append(stepper.problem.voltage)
    comm.barrier()
    seconds = (time.perf_counter() - clock) / method.steps
    peak = comm.allreduce(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9)
    outcome: dict[str, Any] = {
        "label": f"{method.label}, {size}",
        "unknowns": sum(total for _, total in stepper.newton.block_sizes),
        "ranks": comm.size,
        "seconds_per_step": seconds,
        "newton_per_step": newton / method.steps,
        "jacobians_per_step": (stepper.newton.jacobian.assemblies - assemblies) / method.steps,
        "linear_per_newton": linear / max(newton, 1),
        "peak_memory_GB": float(peak),
        "voltage": voltages[0],
    }
    if comm.rank == 0:
        print(json.dumps(outcome), flush=True)


def worker(size: str, method: str, ranks: int, cache: Path) -> dict[str, Any]:
    """Take one measurement in processes of its own and print its line of the table."""
    mpiexec = Path(sys.executable).with_name("mpiexec")
    command = [str(mpiexec), "-n", str(ranks), sys.executable, __file__, "--worker", "--size", size]
    command += ["--cache", str(cache), "--method", method]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "OMP_NUM_THREADS": "1"}
    )
    if done.returncode:
        raise SystemExit(f"the measurement {size} on {ranks} ranks failed:\n{done.stderr[-2000:]}")
    result = dict(json.loads(done.stdout.strip().splitlines()[-1]))
    print(
        f"{result['label']:<30}{result['unknowns']:>9}{result['ranks']:>7}"
        f"{result['seconds_per_step']:>10.2f}{result['newton_per_step']:>9.1f}"
        f"{result['jacobians_per_step']:>11.2f}{result['linear_per_newton']:>9.1f}"
        f"{result['peak_memory_GB']:>10.2f}{result['voltage']:>12.6f}",
        flush=True,
    )
    return result


def report(quick: bool) -> None:
    """Run all measurements and print the table and the ratios."""
    import numpy as np

    sizes = ["50k", "90k"] if quick else list(SIZES)
    largest = sizes[-1]
    print(
        f"{'measurement':<30}{'unknowns':>9}{'ranks':>7}{'s / step':>10}{'Newton':>9}{'Jacobians':>11}"
        f"{'Krylov':>9}{'peak GB':>10}{'voltage V':>12}",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        serial = {size: worker(size, "fieldsplit", 1, cache) for size in sizes}
        both = worker(largest, "fieldsplit", 2, cache)
        kept = worker(largest, "mumps", 1, cache)
        naive = worker(largest, "mumps-newton", 1, cache)
    one = serial[largest]
    unknowns = np.log([serial[s]["unknowns"] for s in sizes])
    seconds = np.log([serial[s]["seconds_per_step"] for s in sizes])
    exponent = float(np.polyfit(unknowns, seconds, 1)[0])

    def ratio(a: dict[str, Any], b: dict[str, Any], figure: str) -> float:
        return float(a[figure] / b[figure])

    print(f"\nat {one['unknowns']} unknowns:")
    for name, other in (("MUMPS, Newton", naive), ("MUMPS, kept Jacobian", kept)):
        print(
            f"  {name} over field split: time per step {ratio(other, one, 'seconds_per_step'):.1f}, "
            f"peak memory {ratio(other, one, 'peak_memory_GB'):.1f}, "
            f"voltage difference {abs(other['voltage'] - one['voltage']):.1e} V"
        )
    print(f"  speed-up from 1 to 2 ranks: {ratio(one, both, 'seconds_per_step'):.2f}")
    print(f"exponent of time per step against unknowns: {exponent:.2f}")


if __name__ == "__main__":
    raise SystemExit(main())
