"""A process that builds cell after cell, as a notebook does, does not run out of communicators."""

from __future__ import annotations

import gc
import json
import subprocess
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI
from support import communicators, tiny_case

from chemomech.solver.algebra.ufl_leak import drop_dispatch_caches

TESTS = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("ranks", [1, 2])
def test_a_closed_stepper_leaves_no_communicator_behind(
    ranks: int, on_ranks: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    script = TESTS / "support" / "communicators.py"
    run = on_ranks(ranks, [str(script), str(TESTS), str(tmp_path), "two-way", "3"], timeout=900.0)
    assert run.returncode == 0, run.stdout + run.stderr
    lines = [line for line in run.stdout.splitlines() if line.startswith("RESULT ")]
    first, *later = json.loads(lines[0].removeprefix("RESULT "))
    print(first, later)
    assert first["after"] - first["while it is used"] >= 40  # else nothing would be tested
    assert [found["after"] for found in later] == [first["after"]] * 2


def test_runs_leave_no_communicator_behind(case_file: Path, tmp_path: Path) -> None:
    changes = tiny_case.CHEAP | {"protocol": ["Charge at 5C for 1 s"], "mechanics.coupling": "one-way"}
    found = []
    for name in ("first", "second", "third"):
        with tiny_case.run(case_file, tmp_path / name, changes):
            pass
        found.append(communicators.left(MPI.COMM_SELF))  # without a collection by the caller
    print(found)
    assert found[2] == found[1] == found[0]


def test_expanded_derivatives_do_not_keep_their_functions() -> None:
    drop_dispatch_caches()
    cube = mesh.create_unit_cube(MPI.COMM_SELF, 1, 1, 1)
    f = fem.Function(fem.functionspace(cube, ("Lagrange", 1)))
    form = ufl.algorithms.expand_derivatives(ufl.derivative(f**2 * ufl.dx, f))
    assert form.coefficients() == (f,)
    alive = weakref.ref(f)
    del f, form
    gc.collect()
    assert alive() is None
