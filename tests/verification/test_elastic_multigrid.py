"""The two-level preconditioner of the mechanics: what passes between its levels, and loose bodies."""

from __future__ import annotations

import numpy as np
import pytest
import ufl
from dolfinx import fem
from dolfinx.fem.petsc import assemble_matrix

from chemomech.geometry import HalfCellMesh
from chemomech.solver.algebra.elastic_multigrid import TwoLevelElasticity, from_linear
from chemomech.solver.cell.regions import split

GRADIENT = np.array([[0.3, -1.2, 0.5], [0.9, 0.1, -0.4], [-0.2, 0.7, 1.1]])


@pytest.mark.parametrize("degree", [1, 2, 3])
def test_displacements_linear_in_space_pass_between_the_levels_as_they_are(
    small_cell: HalfCellMesh, degree: int
) -> None:
    mesh = split(small_cell).particles.mesh
    linear = fem.functionspace(mesh, ("Lagrange", 1, (3,)))
    space = fem.functionspace(mesh, ("Lagrange", degree, (3,)))
    matrix = from_linear(linear, space)
    coarse = matrix.createVecRight()
    coarse.array[:] = (linear.tabulate_dof_coordinates() @ GRADIENT.T + [1.0, 2.0, 3.0]).reshape(-1)
    fine = matrix.createVecLeft()
    matrix.mult(coarse, fine)
    places = space.tabulate_dof_coordinates()
    wanted = (places @ GRADIENT.T + [1.0, 2.0, 3.0]).reshape(-1)
    np.testing.assert_allclose(fine.array, wanted, rtol=0.0, atol=1e-11 * np.abs(places).max())
    for held in (matrix, coarse, fine):
        held.destroy()


def test_a_body_that_hardly_anything_holds_takes_no_more_iterations(small_cell: HalfCellMesh) -> None:
    # A foundation of weak springs holds the particles; their own stiffness does not resist a rotation.
    mesh = split(small_cell).particles.mesh
    assert mesh.geometry.cmaps[0].degree == 2  # rotations of straight cells pass in any case
    space = fem.functionspace(mesh, ("Lagrange", 2, (3,)))
    u, v = ufl.TrialFunction(space), ufl.TestFunction(space)
    strain = ufl.sym(ufl.grad(u))
    elastic = ufl.inner(100.0 * strain + 80.0 * ufl.tr(strain) * ufl.Identity(3), ufl.sym(ufl.grad(v)))
    iterations = []
    for spring in (1.0, 1e-6):
        stiffness = assemble_matrix(fem.form((elastic + spring * ufl.inner(u, v)) * ufl.dx), kind="baij")
        stiffness.assemble()
        solver = TwoLevelElasticity(space)
        solver.set_operator(stiffness)
        load = stiffness.createVecLeft()
        load.array[:] = np.random.default_rng(0).standard_normal(load.getLocalSize())
        iterations.append(solver.solve(load, 1e-8))
        solver.destroy()
        for held in (stiffness, load):
            held.destroy()
    print("iterations:", iterations)
    firm, loose = iterations
    assert firm is not None
    assert loose is not None
    assert loose <= 1.2 * firm
