"""Let lithium pass between two joined spheres on however many ranks, and print what came out as one line.

Run as ``python joined_run.py TESTS_FOLDER``.
"""

from __future__ import annotations

import json
import sys

import chemomech.fenicsx_first  # noqa: F401

STEPS = [5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 300.0, 600.0, 1200.0, 2400.0, 4800.0]


def rest_after_a_difference(comm, cell, current: float = 0.0) -> dict[str, float]:  # type: ignore[no-untyped-def]
    """Set x = 0.8 below and 0.7 above, let the cell rest, and return the means before and after."""
    import dataclasses

    import numpy as np
    from support import half_cells

    from chemomech.solver.cell.terminals import InventoryReader
    from chemomech.solver.output.readings.particles import ParticleReader
    from chemomech.solver.stepping.history import History

    # Hardly any reaction: what passes, passes through the neck.
    model = half_cells.model(initial=0.75)
    model = dataclasses.replace(model, matrix=model.matrix.replace(wetted_fraction=1e-6))
    stepper = half_cells.stepper(cell, model, "off", direct=comm.size == 1)
    stepper.problem.prescribe_current(current)
    assert stepper.initialise().converged
    fields = stepper.problem.fields
    # The nodes of the neck lie in the middle plane up to rounding, which must not say where they belong.
    middle = 0.5e6 * cell.layout.thickness + 1e-6
    x = fields.stoichiometry
    x.interpolate(lambda p: np.where(p[2] < middle, 0.8, 0.7))
    x.x.scatter_forward()
    stepper.history = History()
    stepper.history.push(stepper.time, stepper.arrays())
    reader, inventory = ParticleReader(stepper.problem, None), InventoryReader(stepper.problem)
    before, start = reader.read()["mean_stoichiometry"], inventory.read().particles
    half_cells.take(stepper, STEPS)
    after, end = reader.read()["mean_stoichiometry"], inventory.read().particles
    values = np.concatenate(comm.allgather(x.x.array))
    return {
        "ranks": comm.size,
        "below before": float(before[0]), "above before": float(before[1]),
        "below after": float(after[0]), "above after": float(after[1]),
        "spread after": float(values.max() - values.min()),
        "lithium change": float(end / start - 1.0),
        "volume": float(reader.volume.sum()), "area": float(reader.area.sum()),
    }  # fmt: skip


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    from mpi4py import MPI
    from support import joined_pair

    world = MPI.COMM_WORLD
    outcome = rest_after_a_difference(world, joined_pair.joined_cell(world))
    if world.rank == 0:
        print("RESULT " + json.dumps(outcome), flush=True)
