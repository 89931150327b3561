"""The flags that the weak forms are compiled with, and the derivatives that are compiled."""

from __future__ import annotations

import pytest
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

from chemomech.errors import InputError
from chemomech.solver.algebra.compiling import COMPILER_ARGUMENTS, FLAGS_VARIABLE, compiler_arguments
from chemomech.solver.algebra.jacobian import derivatives


def test_the_flags_are_ours_where_the_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FLAGS_VARIABLE, raising=False)
    assert compiler_arguments() == list(COMPILER_ARGUMENTS)
    # It would change the rounding mode of the whole process.
    assert not {"-ffast-math", "-Ofast"} & set(COMPILER_ARGUMENTS)


def test_the_variable_takes_the_place_of_all_our_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FLAGS_VARIABLE, "-O2  -march=x86-64 '-DNAME=two words'")
    assert compiler_arguments() == ["-O2", "-march=x86-64", "-DNAME=two words"]


@pytest.mark.parametrize(
    ("value", "message"),
    [("O2", "'O2', which is no flag"), ("-O2 g0", "'g0', which is no flag"), (" ", "no flag"), ("'", "read")],
)
def test_what_is_no_flag_is_refused(monkeypatch: pytest.MonkeyPatch, value: str, message: str) -> None:
    monkeypatch.setenv(FLAGS_VARIABLE, value)
    with pytest.raises(InputError, match=message) as refusal:
        compiler_arguments()
    assert FLAGS_VARIABLE in str(refusal.value)
    assert "unset it" in str(refusal.value)


def test_derivatives_of_blocks_are_those_that_the_library_makes_of_each() -> None:
    cube = mesh.create_unit_cube(MPI.COMM_SELF, 1, 1, 1)
    scalar, vector = (fem.functionspace(cube, ("Lagrange", 1, shape)) for shape in ((), (3,)))
    unknowns = [fem.Function(space) for space in (scalar, scalar, vector)]
    c, p, u = unknowns
    v, q, w = (ufl.TestFunction(f.function_space) for f in unknowns)
    rate = fem.Constant(cube, 2.0)
    # Two balances hold the current; the third knows c through a strain.
    current = ufl.sqrt(c * (1.0 - c)) * ufl.sinh(p - ufl.ln(c)) + ufl.conditional(ufl.gt(c, 0.5), c**2, c)
    strain = ufl.sym(ufl.grad(u)) - c * ufl.Identity(3)
    residuals = [
        rate * c * v * ufl.dx + ufl.dot(c * ufl.grad(c), ufl.grad(v)) * ufl.dx + current * v * ufl.ds,
        current * q * ufl.ds(metadata={"quadrature_degree": 3}),
        ufl.inner(ufl.dev(strain) + ufl.tr(strain) * ufl.Identity(3), ufl.grad(w)) * ufl.dx,
    ]
    trials = [ufl.TrialFunction(f.function_space) for f in unknowns]
    found = derivatives(residuals, unknowns, trials)
    assert [[form is not None for form in row] for row in found] == [
        [True, True, False], [True, True, False], [True, False, True],
    ]  # fmt: skip
    for residual, row in zip(residuals, found, strict=True):
        for unknown, trial, form in zip(unknowns, trials, row, strict=True):
            wanted = ufl.algorithms.expand_derivatives(ufl.derivative(residual, unknown, trial))
            assert wanted.empty() if form is None else form.signature() == wanted.signature()
