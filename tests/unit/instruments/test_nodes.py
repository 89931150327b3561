from __future__ import annotations

import numpy as np
import pytest
from dolfinx import fem
from mpi4py import MPI

from chemomech.geometry import free_sphere_mesh
from chemomech.validation.instruments import state_from_function
from chemomech.validation.instruments.sampling import particle_means

RADIUS = 3e-6


def test_a_finite_element_function_becomes_a_state() -> None:
    cell = free_sphere_mesh(RADIUS, 1.0e-6, MPI.COMM_SELF)
    space = fem.functionspace(cell.mesh, ("Lagrange", 2))
    field = fem.Function(space)
    unit = RADIUS / cell.length_unit
    field.interpolate(lambda p: 0.5 + 0.1 * ((p - unit) ** 2).sum(axis=0) / unit**2 + 0.02 * p[2] / unit)
    state = state_from_function(cell.layout, field, cell.length_unit)
    assert particle_means(state)[0] == pytest.approx(0.5 + 0.1 * 3 / 5 + 0.02, abs=3e-3)
    outward = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    values = state.read(0, state.centres[0] + RADIUS * outward)
    assert values == pytest.approx([0.62, 0.64], abs=5e-3)
    # Meshes of this package are in micrometres, which is what is taken if nothing is said.
    assert cell.length_unit == 1e-6
    same = state_from_function(cell.layout, field)
    assert same.read(0, state.centres[0] + RADIUS * outward) == pytest.approx(values, rel=1e-12)
