"""Conduction through a meshed part of a box, by finite elements.

A potential that is continuous gives an upper bound for the mesh as it is; none from below is computed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import ufl
from dolfinx import default_scalar_type, fem
from mpi4py import MPI

from chemomech.solver.effective.elliptic import Elliptic
from chemomech.solver.effective.specimen import Column, Part


def meshed_column(part: Part, values: Sequence[float], axis: int, relative_tolerance: float) -> Column:
    """Solve for a unit gradient; collective.

    Args:
        part: what conducts.
        values: conductivities by number of the phase.
        axis: direction of the gradient.
        relative_tolerance: of the linear solver.
    """
    mesh = part.mesh
    space = fem.functionspace(mesh, ("Lagrange", part.degree))
    conductivity = part.by_phase(values, "conductivity")
    dx = ufl.dx(domain=mesh, metadata={"quadrature_degree": 2 * part.degree})
    u, v = ufl.TrialFunction(space), ufl.TestFunction(space)
    bcs = [
        fem.dirichletbc(
            default_scalar_type(part.edges[axis] if high else 0.0), part.face_dofs(space, axis, high), space
        )
        for high in (False, True)
    ]
    problem = Elliptic(
        conductivity * ufl.inner(ufl.grad(u), ufl.grad(v)) * dx, bcs, relative_tolerance=relative_tolerance
    )
    potential = problem.solve()
    direction = fem.Constant(mesh, np.zeros(3))  # one form to compile, not three
    form = fem.form(conductivity * ufl.inner(ufl.grad(potential), direction) * dx)
    total = np.zeros(3)
    for i in range(3):
        direction.value = np.eye(3)[i]
        total[i] = mesh.comm.allreduce(fem.assemble_scalar(form), op=MPI.SUM)
    size, iterations = space.dofmap.index_map.size_global, problem.iterations
    problem.destroy()
    flux = total / math.prod(part.edges)
    return Column(flux, math.nan, float(flux[axis]), math.nan, part.share, int(size), iterations)
