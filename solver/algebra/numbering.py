"""Numbers of the unknowns of several blocks that follow each other on each rank."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from dolfinx.common import IndexMap
from mpi4py import MPI


def global_numbers(comm: MPI.Intracomm, maps: Sequence[IndexMap]) -> list[npt.NDArray[np.int32]]:
    """Global number of each local unknown of each block, owned ones first (collective).

    Args:
        comm: Ranks.
        maps: Index map of each block.
    """
    sizes = np.array(comm.allgather([index_map.size_local for index_map in maps]))
    firsts = np.vstack([np.zeros(len(maps), dtype=int), np.cumsum(sizes, axis=0)])
    starts = firsts.sum(axis=1)
    numbers = []
    for k, index_map in enumerate(maps):
        own = np.arange(sizes[comm.rank, k]) + starts[comm.rank] + sizes[comm.rank, :k].sum()
        owners = np.asarray(index_map.owners)
        within = np.asarray(index_map.ghosts) - firsts[owners, k]
        others = starts[owners] + sizes[owners, :k].sum(axis=1) + within
        numbers.append(np.concatenate([own, others]).astype(np.int32))
    return numbers
