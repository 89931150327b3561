"""Charge a small half cell for a few steps on however many ranks, and print what came out as one line.

Run as ``python half_cell_run.py TESTS_FOLDER MESH_CACHE COUPLING``.
"""

from __future__ import annotations

import json
import sys

import chemomech.fenicsx_first  # noqa: F401


def main(cache: str, coupled: str) -> None:
    import dataclasses

    import numpy as np
    import ufl
    from dolfinx import fem
    from mpi4py import MPI
    from support import half_cells

    from chemomech.solver.cell.regions import PARTICLES
    from chemomech.solver.output.readings.particles import ParticleReader
    from chemomech.solver.physics.elasticity import equivalent_stress
    from chemomech.solver.physics.fracture import read_fracture

    comm = MPI.COMM_WORLD
    cell = half_cells.stepper(
        half_cells.mesh(comm, cache), half_cells.model(), coupled, direct=False, stress_tolerance=10.0
    )
    cell.problem.prescribe_current(half_cells.CURRENT)
    assert cell.initialise().converged
    half_cells.take(cell, [0.2, 0.4, 0.8, 1.5, 2.5, 4.0, 4.0])

    domains, fields = cell.problem.domains, cell.problem.fields
    dx = domains.dx_particles(4)
    stress = cell.coupling.mechanics.particle_stress()  # type: ignore[union-attr]
    one = fem.Constant(domains.mesh, 1.0)

    def integral(form: ufl.Form) -> float:
        return float(comm.allreduce(fem.assemble_scalar(fem.form(form, entity_maps=domains.entity_maps))))

    def greatest(expression: ufl.core.expr.Expr) -> float:
        corners = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
        compiled = fem.Expression(expression, corners, entity_maps=domains.entity_maps)
        cells = domains.region_cells[PARTICLES][1]
        values = compiled.eval(domains.mesh, cells)
        return float(comm.allreduce(float(values.max(initial=-np.inf)), op=MPI.MAX))

    def stress_intensity(spherical: bool) -> float:
        shapes = dataclasses.replace(domains.half_cell, spherical=spherical)
        problem = dataclasses.replace(cell.problem, domains=dataclasses.replace(domains, half_cell=shapes))
        reader = ParticleReader(problem, cell.coupling.mechanics)
        readings, material = reader.read(), problem.model.cathode
        traction, largest = readings["mean_hydrostatic_stress"], readings["max_principal_stress"]
        found = read_fracture(material, reader.profile_radius, reader.profile(), traction, largest)
        return float(1.0e-6 * found.surface_stress_intensity.sum())

    x = fields.stoichiometry
    owned = x.function_space.dofmap.index_map.size_local
    volume = integral(one * dx)
    result = {
        "ranks": comm.size,
        "cells on the fullest rank": comm.allreduce(
            domains.mesh.topology.index_map(3).size_local, op=MPI.MAX
        ),
        "overpotential": cell.problem.voltage - cell.problem.reference_potential,
        "mean delithiation": 0.9 - integral(x * dx) / volume,
        "largest delithiation": 0.9 - comm.allreduce(float(x.x.array[:owned].min(initial=2.0)), op=MPI.MIN),
        "largest equivalent stress": greatest(equivalent_stress(stress)),
        "mean equivalent stress": integral(equivalent_stress(stress) * dx) / volume,
        "stress intensity by radii": stress_intensity(True),
        "stress intensity by distances": stress_intensity(False),
        "salt spread": integral((fields.salt - 1.0) ** 2 * domains.dx_separator(2)),
    }
    if comm.rank == 0:
        print("RESULT " + json.dumps(result), flush=True)


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    main(*sys.argv[2:])
