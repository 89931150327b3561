"""From the gmsh model on one rank to the distributed DOLFINx mesh on all."""

from __future__ import annotations

from typing import Any

from mpi4py import MPI

import chemomech.fenicsx_first  # noqa: F401  isort: skip

import dolfinx.io.gmsh as dolfinx_gmsh
from dolfinx.mesh import GhostMode, Mesh, MeshTags, create_cell_partitioner


def to_dolfinx(gmsh: Any, comm: MPI.Comm, name: str) -> tuple[Mesh, MeshTags, MeshTags]:
    """Distribute the current gmsh model; collective.

    Args:
        gmsh: the module with the model current on rank 0, anything elsewhere.
        comm: ranks to distribute over.
        name: name of the mesh.

    Returns:
        Mesh, cell tags and facet tags.
    """
    # Interface integrals need both cells of a facet on the rank that owns it. The default partitioner
    # does not give that, and fails only at some numbers of ranks.
    partitioner = create_cell_partitioner(GhostMode.shared_facet, 2)
    model = gmsh.model if comm.rank == 0 else None
    data = dolfinx_gmsh.model_to_mesh(model, comm, 0, gdim=3, partitioner=partitioner)
    assert data.cell_tags is not None
    assert data.facet_tags is not None
    data.mesh.name = name
    data.cell_tags.name = "cell_tags"
    data.facet_tags.name = "facet_tags"
    return data.mesh, data.cell_tags, data.facet_tags
