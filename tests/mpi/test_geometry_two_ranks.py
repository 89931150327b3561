"""A mesh on two ranks is the mesh of one, and errors reach both."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

SCRIPT = """
import contextlib
import sys

with contextlib.suppress(ImportError):
    import dolfinx_solver
import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from chemomech.errors import InputError
from chemomech.geometry import Layout, MeshOptions, generate_mesh

comm, um = MPI.COMM_WORLD, 1e-6
assert comm.size == 2
layout = Layout(
    np.array([[4, 4, 4], [8, 8, 8]]) * um, np.array([3.0, 2.5]) * um, (12 * um,) * 3, "two"
)
options = MeshOptions.uniform(1.8 * um)
for turn in range(2):
    cell = generate_mesh(layout, 4 * um, options, comm, cache=sys.argv[1])
    assert cell.quality.from_cache == (turn == 1), cell.quality
    local = cell.mesh.topology.index_map(3).size_local
    assert 0 < local < cell.quality.cells
    assert comm.allreduce(local) == cell.quality.cells

    # Every facet inside the cell that a rank owns has both of its cells on that rank: only the tagged
    # outside has facets with a single cell.
    cell.mesh.topology.create_connectivity(2, 3)
    links = cell.mesh.topology.connectivity(2, 3)
    facets = cell.facet_tags.find(cell.INTERFACE)
    owned = facets[facets < cell.mesh.topology.index_map(2).size_local]
    assert all(len(links.links(facet)) == 2 for facet in owned)
    outside = np.isin(cell.facet_tags.values, (cell.COLLECTOR, cell.LITHIUM, cell.SIDES))
    own = range(cell.mesh.topology.index_map(2).size_local)
    single = {facet for facet in own if len(links.links(facet)) == 1}
    assert single <= set(cell.facet_tags.indices[outside])
    assert comm.allreduce(len(owned)) == cell.quality.interface_facets

    dx = ufl.Measure("dx", cell.mesh, subdomain_data=cell.cell_tags, metadata={"quadrature_degree": 6})
    dS = ufl.Measure("dS", cell.mesh, subdomain_data=cell.facet_tags, metadata={"quadrature_degree": 6})
    one = fem.Constant(cell.mesh, 1.0)
    for particle, volume in enumerate(layout.particle_volumes / um**3):
        found = comm.allreduce(fem.assemble_scalar(fem.form(one * dx(cell.particle_tag(particle)))))
        assert abs(found / volume - 1) < 1e-10, (particle, found, volume)
    area = comm.allreduce(fem.assemble_scalar(fem.form(one("+") * dS(cell.INTERFACE))))
    assert abs(area / (layout.particle_areas.sum() / um**2) - 1) < 5e-3, area

# gmsh's failure happens on rank 0 only: both ranks must hear of it.
from dataclasses import replace
from chemomech.geometry import MeshAttempt
try:
    generate_mesh(layout, 4 * um, replace(options, attempts=(MeshAttempt(10, 0.0),)), comm)
except InputError as error:
    print(f"rank {comm.rank} refused", flush=True)
print(f"rank {comm.rank} done", flush=True)
"""


def test_two_ranks_share_one_mesh_and_one_cache(
    on_ranks: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    script = tmp_path / "two_ranks.py"
    script.write_text(SCRIPT)
    finished = on_ranks(2, [str(script), str(tmp_path / "meshes")], timeout=900.0)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    for rank in (0, 1):
        assert f"rank {rank} refused" in finished.stdout
        assert f"rank {rank} done" in finished.stdout
    # One finished file: no second mesh, no left-over of writing.
    assert len(list((tmp_path / "meshes").iterdir())) == 1
