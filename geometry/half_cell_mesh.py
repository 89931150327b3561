"""The tagged mesh of a half cell, as the solver takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from . import tags
from .layout import Layout
from .quality import MeshQuality

if TYPE_CHECKING:
    from dolfinx.mesh import Mesh, MeshTags


@dataclass(frozen=True, eq=False)
class HalfCellMesh:
    """Mesh of particles, matrix and separator; z runs from the collector (0) to the lithium metal.

    Attributes:
        mesh: DOLFINx mesh of ten-node tetrahedra; coordinates in units of `length_unit`.
        cell_tags: MATRIX_TAG, SEPARATOR_TAG, and `particle_tag(k)` for particle k of the layout.
        facet_tags: COLLECTOR (z = 0), LITHIUM (z = L + Ls), SIDES, INTERFACE (particle | matrix) and
            ELECTRODE_SEPARATOR (z = L). Facets inside a region have no tag.
        layout: the particles.
        separator_thickness: Ls [m]; 0 for a mesh of free particles.
        quality: counts, shapes and errors of the mesh.
        length_unit: one unit of the coordinates [m].
        spherical: whether the particles are the spheres of the layout, cut and joined as it says; else these
            only have their centres and volumes.
    """

    MATRIX_TAG: ClassVar[int] = tags.MATRIX_TAG
    SEPARATOR_TAG: ClassVar[int] = tags.SEPARATOR_TAG
    FIRST_PARTICLE_TAG: ClassVar[int] = tags.FIRST_PARTICLE_TAG
    COLLECTOR: ClassVar[int] = tags.COLLECTOR
    LITHIUM: ClassVar[int] = tags.LITHIUM
    SIDES: ClassVar[int] = tags.SIDES
    INTERFACE: ClassVar[int] = tags.INTERFACE
    ELECTRODE_SEPARATOR: ClassVar[int] = tags.ELECTRODE_SEPARATOR

    mesh: Mesh
    cell_tags: MeshTags
    facet_tags: MeshTags
    layout: Layout
    separator_thickness: float
    quality: MeshQuality
    length_unit: float = 1e-6
    spherical: bool = True

    @staticmethod
    def particle_tag(particle: int) -> int:
        """Cell tag of particle number `particle` of the layout."""
        return tags.particle_tag(particle)

    @property
    def particle_tags(self) -> tuple[int, ...]:
        """Cell tags of all particles, in the order of the layout."""
        return tuple(tags.particle_tag(particle) for particle in range(len(self.layout)))
