"""Meshes to files of other programs and back, through meshio."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import meshio
import numpy as np
import numpy.typing as npt
from mpi4py import MPI

from chemomech.errors import InputError

from . import tags
from .cache import written_whole
from .connectivity import require_nodes
from .contacts.shapes import particle_shapes
from .convert import to_dolfinx
from .gaps import MICROMETRES
from .gmsh_session import gmsh_model
from .gmsh_solids import MESH_SETTINGS
from .half_cell_mesh import HalfCellMesh
from .layout import Layout
from .mesh_arrays import TO_GMSH, MeshArrays, check
from .quality import MeshQuality, quality_of_arrays

IntArray = npt.NDArray[np.int64]

READABLE = (".msh", ".vtu")
WRITABLE = (*READABLE, ".xdmf")
TAG_NAMES = ("tag", "gmsh:physical", "cell_tags", "medit:ref")
"""Names of cell data that are taken for the groups, in this order."""

_TETRAHEDRA = {"tetra": 4, "tetra10": 10}
_TRIANGLES = {"triangle": 3, "triangle6": 6}
# DOLFINx's order of the mid-edge nodes -> VTK's, and where DOLFINx has the one between two corners.
_TO_VTK = np.array([0, 1, 2, 3, 9, 6, 8, 7, 5, 4])
_BETWEEN = {(0, 1): 9, (0, 2): 8, (0, 3): 7, (1, 2): 6, (1, 3): 5, (2, 3): 4}
_FACET_CORNERS = ((1, 2, 3), (0, 2, 3), (0, 1, 3), (0, 1, 2))


def write_mesh(cell: HalfCellMesh, path: str | Path) -> Path:
    """Write a mesh with its tags, in micrometres; collective, rank 0 writes.

    Args:
        cell: the mesh.
        path: file to write; the suffix says the format: .msh (gmsh 2.2), .vtu, or .xdmf, which gets the
            facets in a second file beside it (``name-facets.xdmf``), since readers of XDMF
            want one kind of cell.

    Returns:
        The path.

    Raises:
        InputError: an unknown suffix, or a file that cannot be written.
    """
    path = _known(Path(path), WRITABLE)
    arrays = arrays_of(cell)
    comm, error = cell.mesh.comm, None
    if comm.rank == 0:
        assert arrays is not None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _WRITERS[path.suffix](arrays, path)
        except OSError as failure:
            error = InputError(f"mesh file {str(path)!r} cannot be written ({failure}); choose another.")
    error = comm.bcast(error, root=0)
    if error is not None:
        raise error
    return path


def write_arrays(arrays: MeshArrays, path: Path) -> None:
    """Write a mesh that is not distributed to a file with one of the suffixes of `write_mesh`."""
    _WRITERS[path.suffix](arrays, path)


def read_mesh(
    path: str | Path,
    comm: MPI.Comm = MPI.COMM_WORLD,
    length_unit: float = 1e-6,
    layout: Layout | None = None,
) -> HalfCellMesh:
    """Read a half-cell mesh made elsewhere; collective.

    The file holds tetrahedra (four or ten nodes) and triangles with a group each, numbered as in
    `chemomech.geometry.tags`: physical groups in a .msh, cell data named ``tag`` in a .vtu.

    Args:
        path: .msh or .vtu.
        comm: ranks that share the mesh.
        length_unit: one unit of the file's coordinates [m].
        layout: the spheres that the particles stand for; if not given, spheres of the particles' centres of
            mass and volumes, and the quality has no errors against a layout (NaN).

    Raises:
        InputError: the file cannot be read, or what it holds is no half cell.
    """
    result: Any = None
    error: Exception | None = None
    started = time.perf_counter()
    with contextlib.ExitStack() as stack:
        gmsh: Any = None
        if comm.rank == 0:
            try:
                arrays, box, separator = _read(_known(Path(path), READABLE), length_unit)
                has_layout = layout is not None
                spheres = layout if layout is not None else _spheres(arrays, box, Path(path).stem)
                _check_count(arrays, spheres, str(path))
                gmsh = stack.enter_context(gmsh_model(Path(path).stem, MESH_SETTINGS))
                _build(gmsh, arrays)
                shapes = particle_shapes(spheres) if has_layout else None
                quality = quality_of_arrays(gmsh, arrays, shapes)
                quality = quality.recorded(
                    (f"read from {Path(path).name}",), time.perf_counter() - started, False
                )
                result = (spheres, separator / MICROMETRES, quality)
            except Exception as failure:  # told to all ranks below, which would otherwise wait for ever
                error = failure
        error, result = comm.bcast((error, result), root=0)
        if error is not None:
            raise error
        spheres, separator, quality = result
        mesh, cell_tags, facet_tags = to_dolfinx(gmsh, comm, spheres.name)
    assert isinstance(quality, MeshQuality)
    return HalfCellMesh(
        mesh, cell_tags, facet_tags, spheres, separator, quality, spherical=layout is not None
    )


def arrays_of(cell: HalfCellMesh) -> MeshArrays | None:
    """Gather a distributed mesh on rank 0 (None elsewhere), in VTK's order of nodes; collective."""
    mesh, comm = cell.mesh, cell.mesh.comm
    topology, geometry = mesh.topology, mesh.geometry
    topology.create_connectivity(3, 2)
    topology.create_connectivity(2, 3)
    nodes = geometry.index_map()
    rows = np.asarray(geometry.dofmaps[0])
    number = nodes.local_to_global(np.arange(nodes.size_local + nodes.num_ghosts, dtype=np.int32))
    owned = topology.index_map(3).size_local
    tag = np.zeros(topology.index_map(3).size_local + topology.index_map(3).num_ghosts, dtype=np.int64)
    tag[cell.cell_tags.indices] = cell.cell_tags.values
    curved = rows.shape[1] == 10
    cells = rows[:, _TO_VTK] if curved else rows
    to_cells, to_facets = topology.connectivity(2, 3), topology.connectivity(3, 2)
    facets = []
    mine = cell.facet_tags.indices < topology.index_map(2).size_local
    for facet in cell.facet_tags.indices[mine]:
        beside = int(to_cells.links(facet)[0])
        local = int(np.flatnonzero(to_facets.links(beside) == facet)[0])
        a, b, c = _FACET_CORNERS[local]
        columns = [a, b, c] + ([_BETWEEN[a, b], _BETWEEN[b, c], _BETWEEN[a, c]] if curved else [])
        facets.append(rows[beside, columns])
    width = 6 if curved else 3
    parts = comm.gather(
        (
            geometry.x[: nodes.size_local],
            number[cells[:owned]],
            tag[:owned],
            number[np.array(facets, dtype=np.int64).reshape(-1, width)],
            cell.facet_tags.values[mine],
        ),
        root=0,
    )
    if parts is None:
        return None
    points, tetrahedra, regions, triangles, faces = (
        np.concatenate(part) for part in zip(*parts, strict=True)
    )
    return MeshArrays(
        points, tetrahedra.astype(np.int64), regions, triangles.astype(np.int64), faces.astype(np.int64)
    )


def _known(path: Path, suffixes: tuple[str, ...]) -> Path:
    if path.suffix not in suffixes:
        raise InputError(
            f"mesh file {str(path)!r} ends in {path.suffix!r}; give it one of {', '.join(suffixes)}."
        )
    return path


def _kinds(arrays: MeshArrays) -> tuple[str, str]:
    return ("tetra10", "triangle6") if arrays.order == 2 else ("tetra", "triangle")


def _as_meshio(arrays: MeshArrays, name: str) -> meshio.Mesh:
    groups = [arrays.cell_tags.astype(np.int32), arrays.facet_tags.astype(np.int32)]
    blocks = list(zip(_kinds(arrays), (arrays.cells, arrays.facets), strict=True))
    return meshio.Mesh(arrays.points, blocks, cell_data={name: groups})


def _write_msh(arrays: MeshArrays, path: Path) -> None:
    mesh = _as_meshio(arrays, "gmsh:physical")
    mesh.cell_data["gmsh:geometrical"] = mesh.cell_data["gmsh:physical"]
    volumes = {"matrix": tags.MATRIX_TAG, "separator": tags.SEPARATOR_TAG}
    volumes |= {f"particle_{k}": tags.particle_tag(k) for k in range(arrays.particles)}
    mesh.field_data = {name: np.array([tag, 2]) for tag, name in tags.FACET_NAMES.items()}
    mesh.field_data |= {name: np.array([tag, 3]) for name, tag in volumes.items()}
    with written_whole(path) as partial:
        meshio.write(partial, mesh, file_format="gmsh22", binary=False)


def _write_vtu(arrays: MeshArrays, path: Path) -> None:
    with written_whole(path) as partial:
        meshio.write(partial, _as_meshio(arrays, "tag"))


def _write_xdmf(arrays: MeshArrays, path: Path) -> None:
    # The heavy data lie in a file that the light one names, so that neither can be renamed afterwards.
    mesh = _as_meshio(arrays, "tag")
    for number, place in enumerate((path, path.with_name(f"{path.stem}-facets.xdmf"))):
        part = meshio.Mesh(
            mesh.points, [mesh.cells[number]], cell_data={"tag": [mesh.cell_data["tag"][number]]}
        )
        meshio.write(place, part)


_WRITERS: Mapping[str, Callable[[MeshArrays, Path], None]] = {
    ".msh": _write_msh,
    ".vtu": _write_vtu,
    ".xdmf": _write_xdmf,
}


def _read(path: Path, length_unit: float) -> tuple[MeshArrays, tuple[float, float, float], float]:
    if not (np.isfinite(length_unit) and length_unit > 0):
        raise InputError(
            f"length_unit is {length_unit} m; give the length of one unit of the file, such as 1e-6."
        )
    if not path.is_file():
        raise InputError(f"there is no mesh file {str(path)!r}; give the path of one.")
    try:
        mesh = meshio.read(path)
    except (Exception, SystemExit) as failure:  # meshio leaves the program on some faults
        raise InputError(
            f"mesh file {str(path)!r} cannot be read ({failure}); write it anew as one of "
            f"{', '.join(READABLE)}."
        ) from failure
    name = next((name for name in TAG_NAMES if name in mesh.cell_data), None)
    if name is None:
        raise InputError(
            f"mesh file {str(path)!r} says no groups: it has the cell data "
            f"{sorted(mesh.cell_data) or 'none'}; give every tetrahedron and every marked "
            f"triangle one, as one of {', '.join(TAG_NAMES)}."
        )
    cells, cell_tags = _blocks(mesh, name, _TETRAHEDRA, "tetrahedra", path)
    facets, facet_tags = _blocks(mesh, name, _TRIANGLES, "triangles", path)
    if (cells.shape[1] == 10) != (facets.shape[1] == 6):
        raise InputError(
            f"mesh file {str(path)!r} has tetrahedra of {cells.shape[1]} and triangles of {facets.shape[1]} "
            "nodes; both must be of the same order."
        )
    for rows, what in ((cells, "tetrahedra"), (facets, "triangles")):
        require_nodes(rows, len(mesh.points), what, repr(path.name))
    if not np.isfinite(mesh.points).all():
        raise InputError(f"mesh file {str(path)!r} has a node whose place is no number; write it anew.")
    marked = facet_tags != 0
    used, cells = np.unique(cells, return_inverse=True)
    points = mesh.points[used] * length_unit * MICROMETRES
    place = np.full(len(mesh.points), -1)
    place[used] = np.arange(len(used))
    require_nodes(place[facets[marked]], len(used), "triangles", repr(path.name))
    arrays = MeshArrays(
        np.asarray(points, dtype=np.float64), cells.reshape(len(cell_tags), -1), cell_tags,
        place[facets[marked]], facet_tags[marked],
    )  # fmt: skip
    box, separator = check(arrays, repr(path.name))
    return arrays, box, separator


def _blocks(
    mesh: meshio.Mesh, name: str, kinds: dict[str, int], what: str, path: Path
) -> tuple[IntArray, IntArray]:
    """Rows and groups of all blocks of these kinds."""
    blocks = [
        (block.data, groups)
        for block, groups in zip(mesh.cells, mesh.cell_data[name], strict=True)
        if block.type in kinds
    ]
    widths = {rows.shape[1] for rows, _ in blocks}
    if len(widths) != 1:
        have = sorted({block.type for block in mesh.cells})
        raise InputError(
            f"mesh file {str(path)!r} holds {', '.join(have)}; it needs {what} of one kind, "
            f"{' or '.join(kinds)}."
        )
    rows = np.concatenate([part for part, _ in blocks]).astype(np.int64)
    return rows, np.concatenate([np.asarray(groups).reshape(-1) for _, groups in blocks]).astype(np.int64)


def _spheres(arrays: MeshArrays, box: tuple[float, float, float], name: str) -> Layout:
    volumes, centres = arrays.particle_volumes_and_centres()
    radii = np.cbrt(3.0 * volumes / (4.0 * np.pi))
    edges = tuple(edge / MICROMETRES for edge in box)
    return Layout(centres / MICROMETRES, radii / MICROMETRES, (edges[0], edges[1], edges[2]), name)


def _check_count(arrays: MeshArrays, layout: Layout, name: str) -> None:
    if arrays.particles != len(layout):
        raise InputError(
            f"mesh {name} has {arrays.particles} particles, but layout '{layout.name}' has {len(layout)}; "
            "give the layout it was made from, or none."
        )


def _build(gmsh: Any, arrays: MeshArrays) -> None:
    """Put the arrays into the current gmsh model, an entity and a group for every tag."""
    model = gmsh.model
    tetrahedron, triangle = (11, 9) if arrays.order == 2 else (4, 2)
    volumes, faces = (np.unique(values) for values in (arrays.cell_tags, arrays.facet_tags))
    for tag in faces:
        model.addDiscreteEntity(2, int(tag))
    for tag in volumes:
        model.addDiscreteEntity(3, int(tag))
    numbers = np.arange(1, len(arrays.points) + 1)
    model.mesh.addNodes(3, int(volumes[0]), numbers, arrays.points.reshape(-1))
    next_number = 1
    for dimension, kind, rows, groups, present in (
        (3, tetrahedron, arrays.cells[:, TO_GMSH[: arrays.cells.shape[1]]], arrays.cell_tags, volumes),
        (2, triangle, arrays.facets, arrays.facet_tags, faces),
    ):
        for tag in present:
            nodes = rows[groups == tag] + 1
            model.mesh.addElementsByType(
                int(tag), kind, np.arange(next_number, next_number + len(nodes)), nodes.reshape(-1)
            )
            next_number += len(nodes)
            model.addPhysicalGroup(dimension, [int(tag)], int(tag))
