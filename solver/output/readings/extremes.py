"""How far single nodes go beyond what diffusion allows: the overshoot of an unresolved front."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from mpi4py import MPI

from chemomech.solver.cell.half_cell import Electrochemistry
from chemomech.solver.cell.regions import IntArray

Array = npt.NDArray[np.float64]


class ExtremesReader:
    """Reads the extremes of x over all nodes, and over those on the wetted surfaces.

    Args:
        problem: The electrochemical problem.
    """

    def __init__(self, problem: Electrochemistry) -> None:
        self._comm = problem.domains.mesh.comm
        self._x = problem.fields.stoichiometry
        self._surface = surface_nodes(problem)

    def read(self) -> dict[str, float]:
        """Extremes by the names of the result file's quantities (collective)."""
        x = self._x.x.array
        readings = {}
        for place, values in (("", x), ("surface_", x[self._surface])):
            low, high = float(values.min(initial=np.inf)), float(values.max(initial=-np.inf))
            readings[f"{place}stoichiometry_min"] = self._comm.allreduce(low, op=MPI.MIN)
            readings[f"{place}stoichiometry_max"] = self._comm.allreduce(high, op=MPI.MAX)
        return readings


def surface_nodes(problem: Electrochemistry) -> IntArray:
    """Local degrees of freedom of x on the particle | matrix interface."""
    domains, space = problem.domains, problem.fields.stoichiometry.function_space
    rows = domains.interface_rows[0][1].reshape(-1, 4)
    cells, facets = domains.particles.cells_of(rows[:, 0]), rows[:, 1]
    layout = space.dofmap.dof_layout
    on_facet = np.array([layout.entity_closure_dofs(2, facet) for facet in range(4)])
    nodes = space.dofmap.list[cells[:, None], on_facet[facets]]
    return np.unique(nodes).astype(np.int32)


def overshoot(records: Mapping[str, Array], initial: float) -> float:
    """Largest distance by which a node left the interval that diffusion allows [-].

    Lithium that only diffuses stays between the extremes that the start and the surfaces have had so far;
    what a node exceeds them by is an error of the mesh (stress moves lithium by far less).

    Args:
        records: Of a run, with the readings of :class:`ExtremesReader`, each of shape (times,).
        initial: Uniform x at the start [-].
    """
    lowest = np.minimum.accumulate(np.minimum(records["surface_stoichiometry_min"], initial))
    highest = np.maximum.accumulate(np.maximum(records["surface_stoichiometry_max"], initial))
    below = np.max(lowest - records["stoichiometry_min"], initial=0.0)
    above = np.max(records["stoichiometry_max"] - highest, initial=0.0)
    return float(max(below, above))
