"""How good a mesh is: counts, element shapes, volumes and areas against the exact spheres."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from . import tags
from .contacts.shapes import ParticleShapes, particle_shapes
from .curved_model import read_curved_mesh
from .curving import relative_jacobians
from .curving import volumes as curved_volumes
from .gaps import MICROMETRES
from .layout import Layout
from .mesh_arrays import MeshArrays

FloatArray = npt.NDArray[np.float64]

TETRAHEDRON = {1: 4, 2: 11}  # order of the geometry -> gmsh's element type
TRIANGLE = {1: 2, 2: 9}


@dataclass(frozen=True)
class MeshQuality:
    """Counts, shapes and errors of one mesh.

    Attributes:
        cells, particle_cells, matrix_cells, separator_cells: numbers of tetrahedra.
        nodes: number of geometry nodes.
        interface_facets: number of triangles on particle surfaces.
        minimum_jacobian: smallest over the cells of the bound of the Jacobian over that of the straight
            cell [-] (`chemomech.geometry.curving`); 1 for straight cells, 0 or less for an inverted one.
        jacobian_below: share of cells in which that bound is under 0.1, 0.3 and 0.5 [-].
        shape_percentiles: 0, 1, 10 and 50 % of gmsh's signed inverse condition number [-]; 1 is regular.
        interface_size: edge of the regular triangle with the mean area of the interface triangles [m].
        meshed_volume: volume of all cells [m3].
        particle_volume_error: largest over the particles of abs(volume / exact - 1) [-]; exact is
            `chemomech.geometry.contacts.particle_shapes`: cut and joined spheres count as what they are.
        total_volume_error: volume of all particles / exact - 1 [-].
        interface_area_error: largest over the particles of abs(surface / exact - 1) [-], towards the matrix.
        total_area_error: surface of all particles / exact - 1 [-].
        attempts: what was tried and how it ended, the successful one last.
        seconds: time that meshing took [s].
        from_cache: whether the mesh was read from a file instead of made.
    """

    cells: int
    particle_cells: int
    matrix_cells: int
    separator_cells: int
    nodes: int
    interface_facets: int
    minimum_jacobian: float
    jacobian_below: tuple[float, float, float]
    shape_percentiles: tuple[float, float, float, float]
    interface_size: float
    meshed_volume: float
    particle_volume_error: float
    total_volume_error: float
    interface_area_error: float
    total_area_error: float = 0.0
    attempts: tuple[str, ...] = ()
    seconds: float = 0.0
    from_cache: bool = False

    def to_dict(self) -> dict[str, object]:
        """Everything as plain numbers and text."""
        return asdict(self)

    def recorded(self, attempts: tuple[str, ...], seconds: float, from_cache: bool) -> MeshQuality:
        """The same quality with how the mesh came about."""
        return replace(self, attempts=attempts, seconds=seconds, from_cache=from_cache)


def measure_quality(gmsh: Any, layout: Layout, order: int) -> MeshQuality:
    """Measure the current gmsh model, which must hold the physical groups of `chemomech.geometry.tags`."""
    kind = TETRAHEDRON[order]
    cells = []
    counts: dict[int, int] = {}
    volumes = np.zeros(len(layout))
    areas = np.zeros(len(layout))
    facets = 0
    filled = 0.0
    interface = set(_entities(gmsh, 2, tags.INTERFACE)) if len(layout) else set()
    for _, tag in gmsh.model.getPhysicalGroups(3):
        elements = [gmsh.model.mesh.getElementsByType(kind, volume)[0] for volume in _entities(gmsh, 3, tag)]
        numbers = np.concatenate(elements)
        counts[int(tag)] = numbers.size
        content = sum(_measure(gmsh, kind, volume) for volume in _entities(gmsh, 3, tag))
        filled += content
        cells.append(numbers)
        if tag >= tags.FIRST_PARTICLE_TAG:
            particle = int(tag) - tags.FIRST_PARTICLE_TAG
            solids = _entities(gmsh, 3, tag)
            volumes[particle] = content
            boundary = gmsh.model.getBoundary([(3, volume) for volume in solids], oriented=False)
            faces = [int(face) for _, face in boundary if int(face) in interface]
            areas[particle] = sum(_measure(gmsh, TRIANGLE[order], face) for face in faces)
            facets += sum(gmsh.model.mesh.getElementsByType(TRIANGLE[order], face)[0].size for face in faces)
    numbers = np.concatenate(cells)
    jacobian = relative_jacobians(read_curved_mesh(gmsh)) if order == 2 else np.ones(numbers.size)
    shape = gmsh.model.mesh.getElementQualities(numbers, "minSICN")
    scale = MICROMETRES
    shapes = particle_shapes(layout)
    volume_error = volumes / (shapes.volumes * scale**3) - 1.0
    area_error = areas / (shapes.areas * scale**2) - 1.0
    exact = float(shapes.volumes.sum()) * scale**3
    surface = float(shapes.areas.sum()) * scale**2
    return MeshQuality(
        cells=int(numbers.size),
        particle_cells=sum(count for tag, count in counts.items() if tag >= tags.FIRST_PARTICLE_TAG),
        matrix_cells=counts.get(tags.MATRIX_TAG, 0),
        separator_cells=counts.get(tags.SEPARATOR_TAG, 0),
        nodes=int(gmsh.model.mesh.getNodes()[0].size),
        interface_facets=int(facets),
        minimum_jacobian=float(np.min(jacobian)),
        jacobian_below=_shares_below(jacobian),
        shape_percentiles=_percentiles(shape),
        interface_size=_regular_edge(float(areas.sum()), facets),
        meshed_volume=filled / scale**3,
        particle_volume_error=float(np.abs(volume_error).max(initial=0.0)),
        total_volume_error=float(volumes.sum() / exact - 1.0) if exact else 0.0,
        interface_area_error=float(np.abs(area_error).max(initial=0.0)),
        total_area_error=float(areas.sum() / surface - 1.0) if surface else 0.0,
    )


def quality_of_arrays(gmsh: Any, arrays: MeshArrays, shapes: ParticleShapes | None) -> MeshQuality:
    """Measure a mesh that was read: the arrays, which are also in the current gmsh model.

    Args:
        gmsh: the module, for the shapes of the cells.
        arrays: the mesh.
        shapes: volumes and surfaces that the particles should have; without them the errors are NaN.
    """
    curved = arrays.curved()
    content = curved_volumes(curved, curved.cells)
    counts = np.bincount(arrays.cell_tags)
    inside = arrays.cell_tags >= tags.FIRST_PARTICLE_TAG
    facets = arrays.facets[arrays.facet_tags == tags.INTERFACE]
    area = sum(_measure(gmsh, TRIANGLE[arrays.order], face) for face in _entities(gmsh, 2, tags.INTERFACE))
    shape = np.concatenate(
        [
            gmsh.model.mesh.getElementQualities(
                gmsh.model.mesh.getElementsByType(TETRAHEDRON[arrays.order], int(tag))[0], "minSICN"
            )
            for tag in np.unique(arrays.cell_tags)
        ]
    )
    jacobian = relative_jacobians(curved)
    volume_error = total_volume_error = total_area_error = float("nan")
    if shapes is not None and len(shapes.volumes):
        volumes = arrays.particle_volumes_and_centres()[0] / MICROMETRES**3
        volume_error = float(np.abs(volumes / shapes.volumes - 1.0).max())
        total_volume_error = float(volumes.sum() / shapes.volumes.sum() - 1.0)
        total_area_error = float(area / MICROMETRES**2 / shapes.areas.sum() - 1.0)
    return MeshQuality(
        cells=len(arrays.cells),
        particle_cells=int(inside.sum()),
        matrix_cells=int(counts[tags.MATRIX_TAG]),
        separator_cells=int(counts[tags.SEPARATOR_TAG]),
        nodes=len(arrays.points),
        interface_facets=len(facets),
        minimum_jacobian=float(jacobian.min()),
        jacobian_below=_shares_below(jacobian),
        shape_percentiles=_percentiles(shape),
        interface_size=_regular_edge(float(area), len(facets)),
        meshed_volume=float(content.sum()) / MICROMETRES**3,
        particle_volume_error=volume_error,
        total_volume_error=total_volume_error,
        interface_area_error=float("nan"),  # the triangles of a file do not say whose they are
        total_area_error=total_area_error,
    )


def _shares_below(jacobian: FloatArray) -> tuple[float, float, float]:
    low, middle, high = (float(np.mean(jacobian < bound)) for bound in (0.1, 0.3, 0.5))
    return low, middle, high


def _percentiles(shape: FloatArray) -> tuple[float, float, float, float]:
    least, first, tenth, median = (float(value) for value in np.percentile(shape, (0, 1, 10, 50)))
    return least, first, tenth, median


def _regular_edge(area: float, facets: int) -> float:
    """Edge of the regular triangle of the mean area [m], from an area in um2."""
    return float(np.sqrt(area / max(facets, 1) * 4.0 / np.sqrt(3.0))) / MICROMETRES


def _entities(gmsh: Any, dimension: int, tag: int) -> list[int]:
    return [int(entity) for entity in gmsh.model.getEntitiesForPhysicalGroup(dimension, tag)]


def _measure(gmsh: Any, kind: int, entity: int) -> float:
    """Volume or area of one entity, integrated over the curved elements."""
    points, weights = gmsh.model.mesh.getIntegrationPoints(kind, "Gauss6")
    _, determinants, _ = gmsh.model.mesh.getJacobians(kind, points, entity)
    return float((np.abs(determinants).reshape(-1, weights.size) @ weights).sum())
