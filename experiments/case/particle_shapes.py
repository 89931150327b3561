"""What the particles of a case are taken to be, and what meshes them: spheres, or shapes as imaged.

A layout source says which; everything above takes what it gets: a layout and a mesher.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mpi4py import MPI

from chemomech.errors import InputError, require_between
from chemomech.geometry import MESH_PRESETS, HalfCellMesh, Layout, MeshOptions
from chemomech.geometry.contacts import ContactRule, particle_shapes, require_meshable
from chemomech.geometry.shapes import SHAPE_PRESETS, ShapeOptions

if TYPE_CHECKING:
    from chemomech.geometry.shapes import ShapePlan

LARGEST_LAYER = 1e-4  # m
CELLS_OF_SHAPES = 6.0
"""Cells of a mesh on true shapes in a cube of its grid, with those of the separator [-]."""


class Mesher(Protocol):
    """Makes the mesh of a case."""

    @property
    def volume(self) -> float:
        """Volume of the active material that is meshed [m3]."""
        ...

    @property
    def cells(self) -> int:
        """About how many cells the mesh will have, to a factor of two."""
        ...

    def mesh(self, comm: MPI.Comm = MPI.COMM_WORLD, cache: Path | None = None) -> HalfCellMesh:
        """Return the mesh; collective.

        Args:
            comm: ranks that share the mesh.
            cache: folder in which meshes are kept and looked for; no cache if not given.

        Raises:
            MeshFailure: no attempt gave a sound mesh.
        """
        ...


@dataclass(frozen=True, eq=False)
class SphereMesher:
    """Meshes spheres (``generate_mesh``).

    Attributes:
        layout: the spheres, after the contact rule.
        separator_thickness: [m].
        options: sizes.
    """

    layout: Layout
    separator_thickness: float
    options: MeshOptions

    @cached_property
    def volume(self) -> float:
        """See ``Mesher``; what joined spheres share counts once."""
        return float(particle_shapes(self.layout).volumes.sum())

    @cached_property
    def cells(self) -> int:
        """See ``Mesher``."""
        from chemomech.geometry import expected_cells

        return expected_cells(self.layout, self.separator_thickness, self.options)

    def mesh(self, comm: MPI.Comm = MPI.COMM_WORLD, cache: Path | None = None) -> HalfCellMesh:
        """See ``Mesher``."""
        from chemomech.geometry import generate_mesh

        return generate_mesh(self.layout, self.separator_thickness, self.options, comm, cache)


@dataclass(frozen=True, eq=False)
class ShapeMesher:
    """Meshes shapes as an image has them (``mesh_plan``).

    Attributes:
        plan: what is meshed.
        separator_thickness: [m].
    """

    plan: ShapePlan
    separator_thickness: float

    @property
    def volume(self) -> float:
        """See ``Mesher``: by voxels, of what is not left out; the mesh has it to 1e-3."""
        return self.plan.volume

    @property
    def cells(self) -> int:
        """See ``Mesher``: the whole electrode is meshed at the size of the surfaces."""
        return round(CELLS_OF_SHAPES * self.plan.layout.box_volume / self.plan.options.size**3)

    def mesh(self, comm: MPI.Comm = MPI.COMM_WORLD, cache: Path | None = None) -> HalfCellMesh:
        """See ``Mesher``."""
        from chemomech.geometry.shapes import mesh_plan

        return mesh_plan(self.plan, self.separator_thickness, comm, cache).cell


@dataclass(frozen=True, eq=False)
class Particles:
    """Particles of a case, ready to be meshed.

    Attributes:
        layout: spheres that are meshed, or that stand for the shapes that are.
        mesher: makes the mesh.
        lines: what was changed or left out, for people.
    """

    layout: Layout
    mesher: Mesher
    lines: tuple[str, ...] = ()


class BuildsLayout(Protocol):
    """A source of spheres."""

    def build(self) -> Layout:
        """Return the layout."""
        ...


class PlansShapes(Protocol):
    """A source of shapes as imaged."""

    @property
    def layer(self) -> float | None:
        """Matrix added at collector and separator [m]; None for the size of a cell."""
        ...

    def plan(self, options: ShapeOptions) -> ShapePlan:
        """Return what will be meshed of the particles as they are."""
        ...


class GeometryKeys(Protocol):
    """Keys of a case that a shape looks at."""

    @property
    def contacts(self) -> ContactRule | None:
        """What becomes of spheres that touch; None where they may not."""
        ...

    @property
    def separator_thickness(self) -> float:
        """[m]."""
        ...


class MeshKeys(Protocol):
    """The mesh section of a case."""

    def options[T: MeshOptions | ShapeOptions](self, presets: Mapping[str, T]) -> T:
        """Return the sizes of the preset named in the case, changed as it says."""
        ...


class ParticleShape(Protocol):
    """What the particles of a layout source are taken to be."""

    def check(self, geometry: GeometryKeys, mesh: MeshKeys) -> None:
        """Refuse keys of a case that have no meaning for this shape.

        Raises:
            InputError: naming the key, or an option out of its range.
        """
        ...

    def particles(self, geometry: GeometryKeys, mesh: MeshKeys) -> Particles:
        """Return the particles of a case.

        Raises:
            InputError: when they cannot be had or meshed.
        """
        ...


@dataclass(frozen=True)
class Spheres:
    """The particles are spheres.

    Attributes:
        source: where they come from.
    """

    source: BuildsLayout

    def check(self, geometry: GeometryKeys, mesh: MeshKeys) -> None:
        """See ``ParticleShape``."""
        mesh.options(MESH_PRESETS)

    def particles(self, geometry: GeometryKeys, mesh: MeshKeys) -> Particles:
        """See ``ParticleShape``."""
        options = mesh.options(MESH_PRESETS)
        layout, lines = self.source.build(), tuple[str, ...]()
        if geometry.contacts is not None:
            contacted = geometry.contacts.apply(layout)
            layout, lines = contacted.layout, tuple(contacted.report.lines())
        require_meshable(layout, options.minimum_gap)
        return Particles(layout, SphereMesher(layout, geometry.separator_thickness, options), lines)


@dataclass(frozen=True)
class AsImaged:
    """The particles have the shapes that an image shows.

    Attributes:
        source: the image.
    """

    source: PlansShapes

    def check(self, geometry: GeometryKeys, mesh: MeshKeys) -> None:
        """See ``ParticleShape``."""
        if geometry.contacts is not None:
            raise InputError(
                'geometry.contacts has no meaning with geometry.layout.shapes = "as-imaged", where particles '
                "touch as the image shows it; leave geometry.contacts out."
            )
        self._options(mesh)

    def particles(self, geometry: GeometryKeys, mesh: MeshKeys) -> Particles:
        """See ``ParticleShape``."""
        plan = self.source.plan(self._options(mesh))
        return Particles(plan.layout, ShapeMesher(plan, geometry.separator_thickness), tuple(plan.lines()))

    def _options(self, mesh: MeshKeys) -> ShapeOptions:
        options, layer = mesh.options(SHAPE_PRESETS), self.source.layer
        if layer is None:
            return options
        remedy = "give at least the size of the cells, or leave it out"
        require_between("geometry.layout.layer", layer, options.size, LARGEST_LAYER, "m", remedy)
        return replace(options, layer=layer)


class ImageSource(BuildsLayout, PlansShapes, Protocol):
    """A source of both."""


SHAPES: Mapping[str, Callable[[ImageSource], ParticleShape]] = {"spheres": Spheres, "as-imaged": AsImaged}
"""What the particles of an image can be taken to be, by the name in ``geometry.layout.shapes``."""
