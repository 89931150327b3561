"""Tetrahedra between the triangles of a label surface, with a separator on top (gmsh, micrometres)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .. import tags
from ..gmsh_session import gmsh_model
from ..gmsh_solids import MESH_SETTINGS
from ..mesh_arrays import FACES, MeshArrays
from .fitting import FittedSurface
from .surface import Z_HIGH

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

TETRAHEDRON, TRIANGLE, LINE = 4, 2, 1
PLANE = 1e-6  # um
SHAPE_SETTINGS = {
    "Mesh.MeshSizeExtendFromBoundary": 1,
    "Mesh.MeshSizeFromPoints": 1,
    "Mesh.Optimize": 1,
    "Mesh.OptimizeThreshold": 0.5,
}


def fill(
    fitted: FittedSurface, box: FloatArray, separator: float, separator_size: float, algorithm: int
) -> tuple[MeshArrays, float]:
    """Fill every region with tetrahedra and add the separator.

    Args:
        fitted: closed triangles between all regions and on the box.
        box: edges of the electrode [um], shape (3,).
        separator: thickness of the separator [um].
        separator_size: size at the lithium metal [um].
        algorithm: gmsh's code of the volume algorithm.

    Returns:
        The mesh, and the worst shape of a cell (gmsh's signed inverse condition number).

    Raises:
        RuntimeError: gmsh lost a region, or one is not filled.
    """
    settings = {**MESH_SETTINGS, **SHAPE_SETTINGS, "Mesh.Algorithm3D": algorithm}
    with gmsh_model("shapes", settings) as gmsh:
        volumes = _build(gmsh, fitted, box, separator, separator_size)
        gmsh.model.mesh.generate(3)
        cells = gmsh.model.mesh.getElementsByType(TETRAHEDRON)[0]
        worst = float(gmsh.model.mesh.getElementQualities(cells, "minSICN").min())
        return _tagged(_read(gmsh, volumes), box, separator), worst


def _build(
    gmsh: Any, fitted: FittedSurface, box: FloatArray, separator: float, separator_size: float
) -> dict[int, int]:
    """Set up the discrete surfaces and volumes; returns gmsh's volume -> cell tag."""
    model, geo = gmsh.model, gmsh.model.geo
    corners, rims = _top_rim(fitted, box)
    on_rim = np.zeros(len(fitted.points), dtype=bool)
    points = [model.addDiscreteEntity(0) for _ in corners]
    for entity, corner in zip(points, corners, strict=True):
        model.setCoordinates(entity, *fitted.points[corner])
        model.mesh.addNodes(0, entity, [int(corner) + 1], fitted.points[corner])
        model.mesh.addElementsByType(entity, 15, [], [int(corner) + 1])
        on_rim[corner] = True
    curves = []
    for side, rim in enumerate(rims):
        curve = model.addDiscreteEntity(1, -1, [points[side], points[(side + 1) % 4]])
        inner = rim[1:-1]
        model.mesh.addNodes(1, curve, inner + 1, fitted.points[inner].ravel())
        lines = np.stack([rim[:-1], rim[1:]], axis=1) + 1
        model.mesh.addElementsByType(curve, LINE, [], lines.ravel())
        on_rim[inner] = True
        curves.append(curve)
    # Faces of each pair of regions are one surface; its points belong to the first that has them.
    pairs, place = np.unique(np.sort(fitted.regions, axis=1), axis=0, return_inverse=True)
    of_region: dict[int, list[int]] = {}
    placed = on_rim
    top = -1
    for row, (outer, region) in enumerate(pairs):
        is_top = int(outer) == Z_HIGH
        entity = model.addDiscreteEntity(2, -1, curves if is_top else [])
        top = entity if is_top else top
        rows = fitted.triangles[place.ravel() == row]
        new = np.unique(rows)
        new = new[~placed[new]]
        placed[new] = True
        model.mesh.addNodes(2, entity, new + 1, fitted.points[new].ravel())
        model.mesh.addElementsByType(entity, TRIANGLE, [], (rows + 1).ravel())
        for label in (int(outer), int(region)):
            if label >= 0:
                of_region.setdefault(label, []).append(entity)
    volumes = {}
    for label, surfaces in sorted(of_region.items()):
        volume = geo.addVolume([geo.addSurfaceLoop(surfaces)])
        volumes[int(volume)] = tags.MATRIX_TAG if label == 0 else tags.particle_tag(label - 1)
    volumes[_add_separator(geo, fitted, corners, points, curves, top, separator, separator_size)] = (
        tags.SEPARATOR_TAG
    )
    geo.synchronize()
    return volumes


def _add_separator(
    geo: Any, fitted: FittedSurface, corners: IntArray, points: list[int], curves: list[int], top: int,
    separator: float, size: float,
) -> int:  # fmt: skip
    """A box over the discrete top surface, whose sides and lid gmsh meshes."""
    lid = [geo.addPoint(*(fitted.points[corner] + (0.0, 0.0, separator)), size) for corner in corners]
    upright = [geo.addLine(low, high) for low, high in zip(points, lid, strict=True)]
    around = [geo.addLine(lid[side], lid[(side + 1) % 4]) for side in range(4)]
    faces = [top]
    for side in range(4):
        loop = [curves[side], upright[(side + 1) % 4], -around[side], -upright[side]]
        faces.append(geo.addPlaneSurface([geo.addCurveLoop(loop)]))
    faces.append(geo.addPlaneSurface([geo.addCurveLoop(around)]))
    return int(geo.addVolume([geo.addSurfaceLoop(faces)]))


def _top_rim(fitted: FittedSurface, box: FloatArray) -> tuple[IntArray, list[IntArray]]:
    """Points at the upper corners, and along the four upper edges of the box, each from corner to corner."""
    points = fitted.points
    width, depth, height = box
    top = np.abs(points[:, 2] - height) < PLANE
    used = np.zeros(len(points), dtype=bool)
    used[fitted.triangles] = True
    top &= used
    rims = []
    for axis, value, along, falling in (
        (1, 0.0, 0, False),
        (0, width, 1, False),
        (1, depth, 0, True),
        (0, 0.0, 1, True),
    ):
        rim = np.flatnonzero(top & (np.abs(points[:, axis] - value) < PLANE))
        order = np.argsort(points[rim, along])
        rims.append(rim[order[::-1] if falling else order].astype(np.int64))
    return np.array([rim[0] for rim in rims]), rims


def _read(gmsh: Any, volumes: dict[int, int]) -> tuple[FloatArray, IntArray, IntArray]:
    numbers, coordinates, _ = gmsh.model.mesh.getNodes()
    nodes = np.zeros((int(numbers.max()) + 1, 3))
    nodes[numbers.astype(np.int64)] = coordinates.reshape(-1, 3)
    cells, regions = [], []
    for volume, tag in volumes.items():
        rows = np.asarray(gmsh.model.mesh.getElementsByType(TETRAHEDRON, volume)[1], dtype=np.int64)
        if not rows.size:
            raise RuntimeError(f"region {tag} was left without cells")
        cells.append(rows.reshape(-1, 4))
        regions.append(np.full(len(cells[-1]), tag))
    rows = np.concatenate(cells)
    used, place = np.unique(rows, return_inverse=True)
    return nodes[used], place.reshape(-1, 4), np.concatenate(regions)


def _tagged(mesh: tuple[FloatArray, IntArray, IntArray], box: FloatArray, separator: float) -> MeshArrays:
    """Find the faces between regions and on the box by the cells beside them."""
    points, cells, regions = mesh
    faces = np.sort(cells[:, FACES].reshape(-1, 3), axis=1)
    owner = np.repeat(regions, len(FACES))
    order = np.lexsort(faces.T)
    faces, owner = faces[order], owner[order]
    same = np.zeros(len(faces) + 1, dtype=bool)
    same[1:-1] = (faces[1:] == faces[:-1]).all(axis=1)
    twice = np.flatnonzero(same[1:-1])
    alone = np.flatnonzero(~same[1:] & ~same[:-1])
    pair = np.sort(np.stack([owner[twice], owner[twice + 1]], axis=1), axis=1)
    particle = pair[:, 1] >= tags.FIRST_PARTICLE_TAG
    interface = (pair[:, 0] == tags.MATRIX_TAG) & particle
    border = (pair[:, 0] == tags.MATRIX_TAG) & (pair[:, 1] == tags.SEPARATOR_TAG)
    z = points[faces[alone], 2]
    lithium = (np.abs(z - box[2] - separator) < PLANE * 10).all(axis=1)
    collector = (np.abs(z) < PLANE * 10).all(axis=1)
    outer = np.where(lithium, tags.LITHIUM, np.where(collector, tags.COLLECTOR, tags.SIDES))
    kinds = (
        (faces[alone], outer),
        (faces[twice[interface]], np.full(interface.sum(), tags.INTERFACE)),
        (faces[twice[border]], np.full(border.sum(), tags.ELECTRODE_SEPARATOR)),
    )
    return MeshArrays(
        points, cells, regions,
        np.concatenate([rows for rows, _ in kinds]), np.concatenate([values for _, values in kinds]),
    )  # fmt: skip
