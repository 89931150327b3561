"""Benchmarks of the electrochemical solver: in Poisson problems, over size and ranks, against MUMPS.

``python tools/bench.py`` prints a table over mesh sizes (coarse to 190k), with and without mechanics. Each
step is also given in units of one plain Poisson problem on the same mesh: scalar, quadratic, assembly, set-up
of algebraic multigrid and conjugate gradients to 1e-8. Two further tables are on demand, because they need
memory and time: ``--reference 400k`` is the product against MUMPS on one size, ``--large 1.2M`` a size run on
two ranks.

Every figure of a table comes from one run, so that ratios hold on a machine that is shared. Each measurement
is a process of its own, which also gives its peak memory: of all ranks together, the mesh read from a cache.
The cell is brought through ``WARM_UP`` untimed, then steps are timed from that state; voltages are after the
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
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from dolfinx.mesh import Mesh

    from chemomech.experiments.case import Case
    from chemomech.experiments.case.prepare import PreparedCase
    from chemomech.geometry import HalfCellMesh

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
        coupling: With mechanics or without.
    """

    label: str
    linear: str
    newton: bool
    steps: int
    coupling: str = "off"


METHODS = {
    "fieldsplit": Method("field split", "fieldsplit", False, 4),
    "two-way": Method("with mechanics", "fieldsplit", False, 4, "two-way"),
    "mumps": Method("MUMPS, kept Jacobian", "mumps", False, 4),
    "mumps-newton": Method("MUMPS, Newton", "mumps", True, 1),
}
"""The product, and the reference twice: as the product uses it, and in the usual Newton iteration."""


@dataclasses.dataclass(frozen=True)
class Size:
    """A mesh.

    Attributes:
        preset: Name.
        factor: On all its sizes.
        particles: Of a layout packed as dense as the one of the main case and as thick; 0 for the latter.
    """

    preset: str
    factor: float
    particles: int = 0

    def case(self) -> Case:
        """The main case on this layout."""
        from chemomech.experiments.case import Case

        if not self.particles:
            return Case.from_toml("fast-charge-5C")
        edge = f"{120.0 * (self.particles / 1870.0) ** 0.5:.6g} um"
        return Case.from_toml("electrode-1870").with_overrides(
            {
                "model": "resolved",
                "geometry.layout.box": [edge, edge, "40 um"],
                "geometry.layout.particles": self.particles,
            }
        )


SIZES = {
    "coarse": Size("coarse", 1.0),
    "50k": Size("standard", 1.30),
    "90k": Size("standard", 1.0),
    "190k": Size("fine", 1.28),
    "400k": Size("fine", 0.93),
    "55k-packed": Size("coarse", 1.0, 130),
    "1.2M": Size("fine", 1.0, 200),
}
"""By rough number of electrochemical unknowns."""


def main() -> int:
    """Print the table asked for, or take one measurement as a worker."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", default=["coarse", "50k", "90k", "190k"], choices=SIZES)
    parser.add_argument("--quick", action="store_true", help="only coarse and 50k, to see that it works")
    parser.add_argument("--reference", metavar="SIZE", choices=SIZES, help="against MUMPS: 400k needs 8 GB")
    parser.add_argument("--large", metavar="SIZE", choices=SIZES, help="on two ranks after 50k and 90k: 1.2M")
    parser.add_argument("--worker", choices=[*METHODS, "mesh"], help=argparse.SUPPRESS)
    parser.add_argument("--cache", type=Path, default=None, help="folder to keep meshes in")
    arguments = parser.parse_args()
    if arguments.worker:
        size = SIZES[arguments.sizes[0]]
        if arguments.worker == "mesh":
            meshed(size, arguments.cache)
        else:
            measure(size, METHODS[arguments.worker], arguments.cache)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(arguments.cache or Path(folder))
        if arguments.reference:
            reference(bench, arguments.reference)
        elif arguments.large:
            large(bench, arguments.large)
        else:
            table(bench, ["coarse", "50k"] if arguments.quick else arguments.sizes)
    return 0


def meshed(size: Size, cache: Path) -> tuple[HalfCellMesh, PreparedCase]:
    """The mesh, from the cache if it is there, and its case (collective)."""
    from chemomech.experiments.case.prepare import prepare
    from chemomech.geometry import MESH_PRESETS, generate_mesh

    base = MESH_PRESETS[size.preset]
    lengths = [f.name for f in dataclasses.fields(base) if f.name.endswith("_size")]
    options = dataclasses.replace(base, **{name: size.factor * getattr(base, name) for name in lengths})
    prepared = prepare(size.case())
    thickness = prepared.case.geometry.separator_thickness
    return generate_mesh(prepared.layout, thickness, options, cache=cache), prepared


def measure(size: Size, method: Method, cache: Path) -> None:
    """Time steps with one method and print the figures as JSON (collective)."""
    from mpi4py import MPI

    from chemomech.solver.cell.build import LINEAR_SOLVERS, build_cell

    comm = MPI.COMM_WORLD
    cell, prepared = meshed(size, cache)
    stepper = build_cell(cell, prepared.model, method.coupling)
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
        "label": method.label,
        "unknowns": sum(total for _, total in stepper.newton.block_sizes),
        "ranks": comm.size,
        "seconds_per_step": seconds,
        "newton_per_step": newton / method.steps,
        "jacobians_per_step": (stepper.newton.jacobian.assemblies - assemblies) / method.steps,
        "linear_per_newton": linear / max(newton, 1),
        "peak_memory_GB": float(peak),
        "voltage": voltages[0],
        "poisson": min(poisson(cell.mesh) for _ in range(2)),
    }
    if comm.rank == 0:
        print(json.dumps(outcome), flush=True)


def poisson(mesh: Mesh) -> float:
    """Seconds of a plain Poisson problem, forms compiled before: assembly, set-up, solution (collective)."""
    import ufl
    from dolfinx import fem
    from dolfinx.fem import petsc
    from mpi4py import MPI
    from petsc4py import PETSc

    space = fem.functionspace(mesh, ("Lagrange", 2))
    u, v = ufl.TrialFunction(space), ufl.TestFunction(space)
    stiffness = fem.form(ufl.inner(ufl.grad(u), ufl.grad(v)) * ufl.dx)
    load = fem.form(v * ufl.dx)
    low = mesh.comm.allreduce(mesh.geometry.x[:, 2].min(initial=np.inf), op=MPI.MIN)
    grounded = fem.locate_dofs_geometrical(space, lambda x: x[2] < low + 1e-6)
    held = fem.dirichletbc(PETSc.ScalarType(0.0), grounded, space)
    mesh.comm.barrier()
    clock = time.perf_counter()
    matrix = petsc.assemble_matrix(stiffness, [held])
    matrix.assemble()
    right = petsc.assemble_vector(load)
    petsc.apply_lifting(right, [stiffness], [[held]])
    right.ghostUpdate(PETSc.InsertMode.ADD, PETSc.ScatterMode.REVERSE)
    petsc.set_bc(right, [held])
    solver = PETSc.KSP().create(mesh.comm)
    solver.setOperators(matrix)
    solver.setType("cg")
    solver.getPC().setType("gamg")
    solver.setTolerances(rtol=1e-8)
    found = right.duplicate()
    solver.solve(right, found)
    mesh.comm.barrier()
    seconds = time.perf_counter() - clock
    assert solver.getConvergedReason() > 0
    for used in (solver, matrix, right, found):
        used.destroy()
    return seconds


@dataclasses.dataclass(frozen=True)
class Bench:
    """Measurements, each in processes of its own.

    Attributes:
        cache: Where meshes are kept.
    """

    cache: Path

    def __call__(self, size: str, method: str, ranks: int) -> dict[str, Any]:
        """Take one and print its line of the table; a mesh that is not there is made by a process before."""
        words = [__file__, "--sizes", size, "--cache", str(self.cache), "--worker"]
        self._run([*words, "mesh"], 1)
        result = dict(json.loads(self._run([*words, method], ranks).strip().splitlines()[-1]))
        print(
            f"{size + ', ' + result['label']:<30}{result['unknowns']:>9}{result['ranks']:>7}"
            f"{result['seconds_per_step']:>10.2f}{_in_poisson(result):>9.2f}{result['newton_per_step']:>9.1f}"
            f"{result['jacobians_per_step']:>11.2f}{result['linear_per_newton']:>9.1f}"
            f"{result['peak_memory_GB']:>10.2f}{result['voltage']:>12.6f}",
            flush=True,
        )
        return result

    def _run(self, words: list[str], ranks: int) -> str:
        command = [str(Path(sys.executable).with_name("mpiexec")), "-n", str(ranks), sys.executable, *words]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, "OMP_NUM_THREADS": "1"}
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(words[1:])} on {ranks} ranks failed:\n{done.stderr[-2000:]}")
        return done.stdout


def _in_poisson(result: dict[str, Any]) -> float:
    return float(result["seconds_per_step"] / result["poisson"])


def _ratio(a: dict[str, Any], b: dict[str, Any], figure: str) -> float:
    return float(a[figure] / b[figure])


def _exponent(results: list[dict[str, Any]]) -> float:
    """Of time per step against unknowns."""
    unknowns, seconds = ([result[key] for result in results] for key in ("unknowns", "seconds_per_step"))
    return float(np.polyfit(np.log(unknowns), np.log(seconds), 1)[0])


def header() -> None:
    """Print what the columns are."""
    print(
        f"{'measurement':<30}{'unknowns':>9}{'ranks':>7}{'s / step':>10}{'Poisson':>9}{'Newton':>9}"
        f"{'Jacobians':>11}{'Krylov':>9}{'peak GB':>10}{'voltage V':>12}",
        flush=True,
    )


def table(bench: Bench, sizes: list[str]) -> None:
    """Print the product over sizes, with and without mechanics, and on two ranks."""
    header()
    plain = [bench(size, "fieldsplit", 1) for size in sizes]
    coupled = [bench(size, "two-way", 1) for size in sizes]
    both = [bench(sizes[-1], method, 2) for method in ("fieldsplit", "two-way")]
    print("\na step in Poisson problems of the same mesh, without and with mechanics:")
    for size, one, other in zip(sizes, plain, coupled, strict=True):
        print(f"  {size:<10} {_in_poisson(one):5.2f} {_in_poisson(other):5.2f}  ({one['poisson']:.2f} s)")
    if len(sizes) > 1:
        print(
            f"exponent of time per step against unknowns: {_exponent(plain):.2f} and {_exponent(coupled):.2f}"
        )
    print(
        f"speed-up from 1 to 2 ranks: {_ratio(plain[-1], both[0], 'seconds_per_step'):.2f} and "
        f"{_ratio(coupled[-1], both[1], 'seconds_per_step'):.2f}"
    )


def reference(bench: Bench, size: str) -> None:
    """Print the product against MUMPS on one size."""
    header()
    one = bench(size, "fieldsplit", 1)
    kept, naive = (bench(size, method, 1) for method in ("mumps", "mumps-newton"))
    print(f"\nat {one['unknowns']} unknowns:")
    for other in (naive, kept):
        print(
            f"  {other['label']} over field split: time per step "
            f"{_ratio(other, one, 'seconds_per_step'):.1f}, "
            f"peak memory {_ratio(other, one, 'peak_memory_GB'):.1f}, "
            f"voltage difference {abs(other['voltage'] - one['voltage']):.1e} V"
        )


def large(bench: Bench, size: str) -> None:
    """Print how the product grows to a large size, on two ranks."""
    header()
    small = [bench(name, "fieldsplit", 2) for name in ("50k", "90k")]
    grown = bench(size, "fieldsplit", 2)
    krylov = _ratio(grown, small[-1], "linear_per_newton")
    print(
        f"\nexponent of time per step against unknowns: {_exponent([*small, grown]):.2f}; Krylov iterations "
        f"over those at {small[-1]['unknowns']} unknowns: {krylov:.2f}; peak memory of both ranks "
        f"{grown['peak_memory_GB']:.1f} GB"
    )


if __name__ == "__main__":
    raise SystemExit(main())
