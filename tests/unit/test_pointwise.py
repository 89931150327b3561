"""Expressions of coefficients at points, and their derivatives."""

from __future__ import annotations

import numpy as np
import pytest
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

from chemomech.solver.algebra.pointwise import Pointwise, is_pointwise


@pytest.fixture(scope="module")
def functions() -> list[fem.Function]:
    cube = mesh.create_unit_cube(MPI.COMM_SELF, 1, 1, 1)
    return [fem.Function(fem.functionspace(cube, ("Lagrange", degree))) for degree in (1, 2, 1)]


def of(functions: list[fem.Function], points: int) -> Pointwise:
    a, b, other = functions
    law = ufl.exp(a("+")) * b("-") ** 2 + ufl.conditional(ufl.gt(b, 1.0), 3.0 * a, a)
    return Pointwise(law, [b, other, a], points, MPI.COMM_SELF)


def test_values_and_slopes_are_those_of_the_law(functions: list[fem.Function]) -> None:
    law = of(functions, 3)
    assert law.coefficients == functions[:2]
    a, b = np.array([0.1, -0.4, 2.0]), np.array([0.5, 1.5, -1.0])
    slope = np.where(b > 1.0, 3.0, 1.0)
    assert law.value([a, b]) == pytest.approx(np.exp(a) * b**2 + slope * a, rel=1e-14)
    wanted = np.column_stack([2.0 * np.exp(a) * b, np.zeros(3), np.exp(a) * b**2 + slope])
    assert law.slopes([a, b]) == pytest.approx(wanted, rel=1e-14)


def test_constants_may_change_between_evaluations(functions: list[fem.Function]) -> None:
    a = functions[0]
    constant = fem.Constant(a.function_space.mesh, 2.0)
    law = Pointwise(constant * ufl.exp(a("+")), [a], 1, MPI.COMM_SELF)
    assert law.value([np.zeros(1)]) == pytest.approx(2.0)
    constant.value = 3.0
    assert law.value([np.zeros(1)]) == pytest.approx(3.0)
    assert law.slopes([np.zeros(1)])[:, 0] == pytest.approx(3.0)


def test_what_needs_more_than_values_is_not_pointwise(functions: list[fem.Function]) -> None:
    a, b, _ = functions
    cube = a.function_space.mesh
    assert is_pointwise(fem.Constant(cube, 2.0) * a("+") + ufl.exp(b("-")))
    assert not is_pointwise(a("+") * ufl.grad(b)("-")[0])
    assert not is_pointwise(a * ufl.SpatialCoordinate(cube)[0])
    assert not is_pointwise(a * ufl.TestFunction(a.function_space))
    assert not is_pointwise(fem.Function(fem.functionspace(cube, ("Lagrange", 1, (3,))))[0])


def test_a_rank_without_points_has_no_values(functions: list[fem.Function]) -> None:
    law, none = of(functions, 0), np.empty(0)
    assert law.value([none, none]).shape == (0,)
    assert law.slopes([none, none]).shape == (0, 3)
