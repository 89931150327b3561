"""Three particles that shrink out of their bond and swell back, on any number of ranks.

Arguments: folder of the tests, folder for what runs hand to each other. The first run leaves the state of the
bond behind, and a later one also goes on from it.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

STATES = (0.6, 0.45, 0.9)
KEPT_AFTER = 1


def main(folder: str) -> None:
    """Print what the bond has come to."""
    import chemomech.fenicsx_first  # noqa: F401  # isort: skip

    import numpy as np
    from dolfinx import fem
    from mpi4py import MPI
    from support import half_cells

    from chemomech.solver.cell.interface_mechanics import DebondingMechanics
    from chemomech.solver.cell.mechanics import MechanicsOptions
    from chemomech.solver.cell.regions import split
    from chemomech.solver.physics.cohesive import CohesiveLaw

    comm = MPI.COMM_WORLD
    domains = split(half_cells.mesh(comm, folder))
    x = fem.Function(fem.functionspace(domains.particles.mesh, ("Lagrange", 2)))
    law = CohesiveLaw(5e6, 0.05, 2e17, 0.1)

    def mechanics() -> DebondingMechanics:
        x.x.array[:] = 0.93
        options = MechanicsOptions(1e-8, 80)
        made = DebondingMechanics(half_cells.model(), domains, x, law, options=options)
        assert made.solve().converged
        made.begin()
        return made

    def follow(problem: DebondingMechanics, states: tuple[float, ...]) -> None:
        for value in states:
            x.x.array[:] = value
            report = problem.solve()
            assert report.converged, report
            problem.bond.after_step(0.0, 1.0)

    def reading(problem: DebondingMechanics) -> dict[str, Any]:
        bond, balance = problem.bond, problem.bond.balance()
        return {
            "intact": bond.intact.tolist(),
            "gap": (1e9 * bond.gap).tolist(),
            "largest gap": (1e9 * bond.largest_gap).tolist(),
            "energies": [1e12 * value for value in dataclasses.astuple(balance)],
        }

    problem = mechanics()
    follow(problem, STATES[:KEPT_AFTER])
    result = {"half way": reading(problem)}
    file = Path(folder) / "bond.npz"
    kept = file.is_file()
    comm.barrier()
    if not kept:
        state = problem.bond.state()
        if comm.rank == 0:
            np.savez(file, **state)
    else:
        # On other ranks, from another mesh partition: the displacements are found again at once.
        resumed = mechanics()
        x.x.array[:] = STATES[KEPT_AFTER - 1]
        with np.load(file) as stored:
            table = {name: stored[name] for name in stored.files}
        resumed.bond.restore(table)
        assert resumed.solve().converged
        resumed.bond.settle()
        follow(resumed, STATES[KEPT_AFTER:])
        result["resumed"] = reading(resumed)
    follow(problem, STATES[KEPT_AFTER:])
    result |= {"end": reading(problem), "ranks": comm.size, "points": len(problem.bond.facets.weights)}
    if comm.rank == 0:
        print("RESULT " + json.dumps(result), flush=True)


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    main(sys.argv[2])
