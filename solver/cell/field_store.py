"""Fields as tables of values by point, whatever the number of ranks and their parts of the mesh."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from dolfinx import fem
from mpi4py import MPI
from scipy.spatial import cKDTree

from chemomech.errors import InputError

Array = npt.NDArray[np.float64]


class FieldStore:
    """Maps the local arrays of one function space to and from a global table.

    Args:
        function: Any function of the space.
    """

    def __init__(self, function: fem.Function) -> None:
        space = function.function_space
        self._comm: MPI.Intracomm = space.mesh.comm
        self._block = space.dofmap.index_map_bs
        self._owned = space.dofmap.index_map.size_local
        # The one global number has no coordinates.
        self._is_number = space.dofmap.index_map.size_global == 1
        self._points = (
            np.zeros((self._owned, 3)) if self._is_number else space.tabulate_dof_coordinates()[: self._owned]
        )
        self._function = function

    def gather(self, array: Array) -> Array | None:
        """Owned values of all ranks on rank 0, with coordinates: shape (n, 3 + block)."""
        owned = array[: self._owned * self._block].reshape(self._owned, self._block)
        parts = self._comm.gather(np.hstack([self._points, owned]), root=0)
        return None if parts is None else np.vstack(parts)

    def scatter(self, table: Array | None) -> Array:
        """Local array (owned and ghost) from the table held by rank 0."""
        table = self._comm.bcast(table, root=0)
        function = self._function
        before = function.x.array.copy()
        worst = 0.0
        if self._owned:
            distance, row = cKDTree(table[:, :3]).query(self._points)
            worst = float(np.max(distance, initial=0.0))
            function.x.array[: self._owned * self._block] = table[row, 3:].reshape(-1)
        function.x.scatter_forward()
        result = function.x.array.copy()
        function.x.array[:] = before
        if self._comm.allreduce(worst, op=MPI.MAX) > 1.0e-6:
            raise InputError(
                "the checkpoint belongs to another mesh (a degree of freedom has no match within 1e-6 um); "
                "resume with the case and mesh settings it was made with."
            )
        return np.asarray(result)
