"""A tagged half-cell mesh as plain arrays, and whether it is one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError

from . import tags
from .connectivity import require_connected, require_filled
from .curving import CurvedMesh, relative_jacobians, volumes

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

# Corners of the faces of a tetrahedron; where the mid-edge node between two corners stands in a row.
FACES = np.array([(0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3)])
TO_GMSH = np.array([0, 1, 2, 3, 4, 5, 6, 7, 9, 8])  # VTK's order of ten nodes -> gmsh's, and back
FLATNESS = 1e-3  # of the electrode's height: how far a plane may be from where it belongs


@dataclass(frozen=True, eq=False)
class MeshArrays:
    """Nodes, tetrahedra and tagged triangles, in VTK's order of nodes.

    Attributes:
        points: coordinates [um], shape (n, 3).
        cells: tetrahedra of four or ten nodes, shape (m, 4 or 10).
        cell_tags: region of each tetrahedron (`chemomech.geometry.tags`), shape (m,).
        facets: triangles of three or six nodes, shape (k, 3 or 6).
        facet_tags: face that each triangle is part of, shape (k,).
    """

    points: FloatArray
    cells: IntArray
    cell_tags: IntArray
    facets: IntArray
    facet_tags: IntArray

    @property
    def order(self) -> int:
        """Order of the geometry, 1 or 2."""
        return 2 if self.cells.shape[1] == 10 else 1

    @property
    def particles(self) -> int:
        """Number of particles."""
        return int(np.sum(np.unique(self.cell_tags) >= tags.FIRST_PARTICLE_TAG))

    def curved(self) -> CurvedMesh:
        """The tetrahedra with ten nodes in gmsh's order; straight ones get theirs amid the edges."""
        if self.order == 2:
            return CurvedMesh(self.points, self.cells[:, TO_GMSH])
        edges = np.array([(0, 1), (1, 2), (0, 2), (0, 3), (2, 3), (1, 3)])
        middle = 0.5 * (self.points[self.cells[:, edges[:, 0]]] + self.points[self.cells[:, edges[:, 1]]])
        extra = len(self.points) + np.arange(middle.shape[0] * 6).reshape(-1, 6)
        return CurvedMesh(np.vstack([self.points, middle.reshape(-1, 3)]), np.hstack([self.cells, extra]))

    def particle_volumes_and_centres(self) -> tuple[FloatArray, FloatArray]:
        """Volume [um3], shape (n,), and centre of mass [um], shape (n, 3), of each particle.

        The centre takes each cell at the mean of its corners, which is second order in the cell size.
        """
        content = volumes(self.curved(), self.curved().cells)
        middle = self.points[self.cells[:, :4]].mean(axis=1)
        index = self.cell_tags - tags.FIRST_PARTICLE_TAG
        inside = index >= 0
        total = np.bincount(index[inside], content[inside], minlength=self.particles)
        centres = np.column_stack(
            [
                np.bincount(index[inside], (content * middle[:, axis])[inside], self.particles)
                for axis in range(3)
            ]
        )
        return total, centres / total[:, None]


def check(arrays: MeshArrays, name: str) -> tuple[tuple[float, float, float], float]:
    """Refuse arrays that are not a half cell as the solver takes it.

    Args:
        arrays: the mesh.
        name: how messages call it.

    Returns:
        Box of the electrode (Lx, Ly, L) and thickness of the separator [um].

    Raises:
        InputError: a group is missing or unknown, a plane is not where it belongs, a cell is inverted, or
            facets between particles and matrix are not exactly those of the interface.
    """
    _check_groups(arrays, name)
    require_connected(arrays.cells, arrays.facets, name)
    box = _check_planes(arrays, name)
    worst = float(relative_jacobians(arrays.curved()).min())
    if worst <= 0.0:
        raise InputError(
            f"mesh {name} has an inverted cell (smallest relative Jacobian {worst:.3g}, bound 0); mend it or "
            "write it without curved edges."
        )
    edges, separator = box
    content = volumes(arrays.curved(), arrays.curved().cells)
    require_filled(float(content.sum()), edges[0] * edges[1] * (edges[2] + separator), name)
    _check_interface(arrays, name)
    return box


def _check_groups(arrays: MeshArrays, name: str) -> None:
    present = set(np.unique(arrays.cell_tags).tolist())
    wanted = {tags.MATRIX_TAG, tags.SEPARATOR_TAG}
    particles = {tag for tag in present if tag >= tags.FIRST_PARTICLE_TAG}
    wanted |= {tags.particle_tag(k) for k in range(len(particles))}
    what = (
        f"regions are {tags.MATRIX_TAG} (matrix), {tags.SEPARATOR_TAG} (separator) and "
        f"{tags.FIRST_PARTICLE_TAG}, {tags.FIRST_PARTICLE_TAG + 1}, ... (particles, without holes)"
    )
    if present != wanted:
        raise InputError(
            f"mesh {name} has the regions {_some(present)}, of which {_some(present - wanted) or 'none'} are "
            f"unknown, and lacks {_some(wanted - present) or 'none'}; {what}: name its volumes so."
        )
    faces = set(np.unique(arrays.facet_tags).tolist())
    if min(faces, default=0) < 0:
        raise InputError(f"mesh {name} has the group of faces {min(faces)}; number groups from 1.")
    needed = set(tags.FACET_NAMES) - (set() if particles else {tags.INTERFACE})
    if missing := needed - faces:
        named = ", ".join(f"{tag} ({tags.FACET_NAMES[tag]})" for tag in sorted(missing))
        raise InputError(
            f"mesh {name} lacks the groups of faces {named}; mark these triangles with those numbers."
        )


def _check_planes(arrays: MeshArrays, name: str) -> tuple[tuple[float, float, float], float]:
    low, high = arrays.points.min(axis=0), arrays.points.max(axis=0)
    heights = {}
    for tag in (tags.COLLECTOR, tags.LITHIUM, tags.ELECTRODE_SEPARATOR):
        z = arrays.points[arrays.facets[arrays.facet_tags == tag]][:, :, 2]
        heights[tag] = float(z.mean())
        if float(np.ptp(z)) > FLATNESS * high[2]:
            raise InputError(
                f"the faces {tag} ({tags.FACET_NAMES[tag]}) of mesh {name} are not flat in z: they span "
                f"{float(np.ptp(z)):.3g} um; z must be the depth, with the collector at 0."
            )
    slack = FLATNESS * high[2]
    order = heights[tags.COLLECTOR], heights[tags.ELECTRODE_SEPARATOR], heights[tags.LITHIUM]
    if not (abs(order[0]) < slack < order[1] < order[2] - slack) or np.abs(low).max() > slack:
        raise InputError(
            f"mesh {name} has its collector at z = {order[0]:.4g} um, the separator from {order[1]:.4g} um, "
            f"the lithium metal at {order[2]:.4g} um, and begins at ({low[0]:.3g}, {low[1]:.3g}, "
            f"{low[2]:.3g}) um; it must begin at (0, 0, 0) with the collector and have them in this "
            "order: move or turn it."
        )
    return (float(high[0]), float(high[1]), order[1]), order[2] - order[1]


def _check_interface(arrays: MeshArrays, name: str) -> None:
    faces = np.sort(arrays.cells[:, FACES].reshape(-1, 3), axis=1)
    region = np.repeat(np.minimum(arrays.cell_tags, tags.FIRST_PARTICLE_TAG), len(FACES))
    order = np.lexsort(faces.T)
    faces, region = faces[order], region[order]
    twice = np.flatnonzero((faces[1:] == faces[:-1]).all(axis=1))
    pair = np.sort(np.column_stack([region[twice], region[twice + 1]]), axis=1)
    if (touching := (pair == (tags.SEPARATOR_TAG, tags.FIRST_PARTICLE_TAG)).all(axis=1)).any():
        raise InputError(
            f"{int(touching.sum())} facets of mesh {name} lie between a particle and the separator (bound: "
            "0); particles must be surrounded by matrix in z."
        )
    needed = {
        tuple(face) for face in faces[twice[(pair == (tags.MATRIX_TAG, tags.FIRST_PARTICLE_TAG)).all(axis=1)]]
    }
    marked = np.sort(arrays.facets[arrays.facet_tags == tags.INTERFACE][:, :3], axis=1)
    marks = {tuple(face) for face in marked}
    if needed != marks:
        raise InputError(
            f"mesh {name} has {len(needed)} facets between particles and matrix, of which "
            f"{len(needed - marks)} are not marked as {tags.INTERFACE} (interface), and "
            f"{len(marks - needed)} marked ones lie elsewhere; mark exactly these, and none "
            "between joined particles."
        )


def _some(values: set[int]) -> str:
    shown = sorted(values)
    return ", ".join(map(str, shown[:12])) + (", ..." if len(shown) > 12 else "")
