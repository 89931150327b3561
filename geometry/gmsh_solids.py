"""The half cell in gmsh: solids, physical groups, mesh (micrometres, one process)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import tags
from .gaps import MICROMETRES
from .layout import Layout
from .options import MeshAttempt, MeshOptions
from .particle_solids import add_particles
from .size_field import SizeField, write_structured_grid

PLANE_TOLERANCE = 1e-4  # um; how flat and how near a face must be to count as lying in a plane


@dataclass(frozen=True)
class Solids:
    """gmsh's volume numbers.

    Attributes:
        particles: one volume per particle, in the order of the layout.
        matrix: the volume around the particles, if any.
        separator: the separator, if any.
    """

    particles: tuple[int, ...]
    matrix: tuple[int, ...] = ()
    separator: tuple[int, ...] = ()

    def groups(self) -> dict[int, tuple[str, tuple[int, ...]]]:
        """Cell tag -> name and volumes, without empty regions."""
        entities = {
            tags.MATRIX_TAG: ("matrix", self.matrix),
            tags.SEPARATOR_TAG: ("separator", self.separator),
        }
        entities |= {
            tags.particle_tag(k): (f"particle_{k}", (volume,)) for k, volume in enumerate(self.particles)
        }
        return {tag: entry for tag, entry in entities.items() if entry[1]}


def build_half_cell(gmsh: Any, layout: Layout, separator_thickness: float, seed: int = 1) -> Solids:
    """Build box, separator and particles, cut into each other so that all faces are shared.

    What of a particle lies outside the sides is taken away.

    Args:
        gmsh: the module, with the model current.
        layout: the particles; pairs in its contact list are joined.
        separator_thickness: [m].
        seed: seed of the orientation of spheres with circles on them.

    Raises:
        RuntimeError: a particle is not left as one solid of its own.
    """
    occ = gmsh.model.occ
    width, depth, thickness = (edge * MICROMETRES for edge in layout.box)
    electrode = (3, occ.addBox(0, 0, 0, width, depth, thickness))
    separator = (3, occ.addBox(0, 0, thickness, width, depth, separator_thickness * MICROMETRES))
    solids = add_particles(gmsh, layout, seed)
    everything, pieces = occ.fragment([electrode, separator], solids)
    inside = set(pieces[0]) | set(pieces[1])
    outside = [piece for piece in everything if piece not in inside]
    if outside:
        occ.remove(outside, recursive=True)
    occ.synchronize()
    left = [[piece for piece in parts if piece in inside] for parts in pieces[2:]]
    particles = tuple(int(parts[0][1]) for parts in left if len(parts) == 1)
    if len(set(particles)) != len(layout):
        raise RuntimeError("cutting the particles out of the box did not leave one solid per particle")
    matrix = tuple(int(volume) for _, volume in pieces[0] if volume not in set(particles))
    return Solids(particles, matrix, tuple(int(volume) for _, volume in pieces[1]))


def build_free_sphere(gmsh: Any, layout: Layout) -> Solids:
    """Build the particles of a layout and nothing around them."""
    occ = gmsh.model.occ
    solids = add_particles(gmsh, layout)
    if layout.contacts is not None and len(layout.contacts):
        _, pieces = occ.fragment(solids[:1], solids[1:])
        if any(len(parts) != 1 for parts in pieces):
            raise RuntimeError("joining the particles did not leave one solid per particle")
        solids = [parts[0] for parts in pieces]
    occ.synchronize()
    return Solids(tuple(int(volume) for _, volume in solids))


def name_groups(gmsh: Any, solids: Solids, heights: tuple[float, float]) -> None:
    """Mark volumes and faces with the numbers of `chemomech.geometry.tags`.

    Args:
        gmsh: the module, with the model current.
        solids: the volumes.
        heights: z of the electrode|separator plane and of the lithium metal [um].
    """
    for tag, (name, volumes) in solids.groups().items():
        gmsh.model.addPhysicalGroup(3, volumes, tag, name)
    surfaces, necks = _outer_and_shared(gmsh, solids.particles)
    around = _faces(gmsh, solids.matrix)
    # Free particles have nothing around them: their outer faces are the interface.
    interface = surfaces & around if solids.matrix else surfaces
    shared = around & _faces(gmsh, solids.separator)
    outer = (surfaces | around | _faces(gmsh, solids.separator)) - interface - shared
    if necks & outer or surfaces & _faces(gmsh, solids.separator):
        raise RuntimeError("a particle reaches the separator, or a neck the outside")
    collector = {face for face in outer if _in_plane(gmsh, face, 0.0)}
    lithium = {face for face in outer if _in_plane(gmsh, face, heights[1])}
    marked = {
        tags.COLLECTOR: collector,
        tags.LITHIUM: lithium,
        tags.SIDES: outer - collector - lithium,
        tags.INTERFACE: interface,
        tags.ELECTRODE_SEPARATOR: shared,
    }
    for tag, faces in marked.items():
        if faces:
            gmsh.model.addPhysicalGroup(2, sorted(faces), tag, tags.FACET_NAMES[tag])


def mesh_solids(gmsh: Any, layout: Layout, options: MeshOptions, attempt: MeshAttempt, height: float) -> None:
    """Mesh the current model with the sizes of `options`; errors of gmsh pass through.

    Args:
        gmsh: the module, with the model current.
        layout: the particles, for the size field.
        options: sizes and order.
        attempt: algorithm, factor and seed.
        height: top of the meshed region [um].
    """
    with tempfile.TemporaryDirectory(prefix="chemomech-") as folder:
        grid = Path(folder) / "sizes.bin"
        write_structured_grid(SizeField(layout, options, attempt.size_factor), height, grid)
        field = gmsh.model.mesh.field
        number = field.add("Structured")
        field.setString(number, "FileName", str(grid))
        field.setNumber(number, "TextFormat", 0)
        # Outside the grid, by rounding, the nearest sample counts instead of an infinite size.
        field.setNumber(number, "SetOutsideValue", 0)
        field.setAsBackgroundMesh(number)
        gmsh.option.setNumber("Mesh.Algorithm3D", attempt.algorithm)
        gmsh.option.setNumber("Mesh.RandomSeed", attempt.seed)
        gmsh.model.mesh.generate(3)
    gmsh.model.mesh.setOrder(options.geometry_order)


MESH_SETTINGS = {
    "General.NumThreads": 1,
    "General.ExpertMode": 1,
    "Mesh.MeshSizeExtendFromBoundary": 0,
    "Mesh.MeshSizeFromPoints": 0,
    "Mesh.MeshSizeFromCurvature": 0,
    "Mesh.MeshSizeMin": 0.0,
    "Mesh.MeshSizeMax": 1e22,
    "Mesh.Algorithm": 6,  # Frontal-Delaunay on the faces: the best triangles on spheres
    "Mesh.Algorithm3D": 10,
    "Mesh.RandomSeed": 1,
    "Mesh.Optimize": 1,
    "Mesh.OptimizeNetgen": 0,
    "Mesh.ElementOrder": 1,
    "Mesh.SecondOrderLinear": 0,
    "Mesh.HighOrderOptimize": 0,
    "Mesh.Binary": 1,
    "Mesh.MshFileVersion": 4.1,
    "Mesh.SaveAll": 0,
}


def _outer_and_shared(gmsh: Any, volumes: Iterable[int]) -> tuple[set[int], set[int]]:
    """Faces of one of the volumes, and faces of two of them."""
    once: set[int] = set()
    twice: set[int] = set()
    for volume in volumes:
        faces = _faces(gmsh, (volume,))
        twice |= once & faces
        once |= faces
    return once - twice, twice


def _faces(gmsh: Any, volumes: Iterable[int]) -> set[int]:
    solids = [(3, volume) for volume in volumes]
    return (
        {int(face) for _, face in gmsh.model.getBoundary(solids, combined=False, oriented=False)}
        if solids
        else set()
    )


def _in_plane(gmsh: Any, face: int, height: float) -> bool:
    box = gmsh.model.getBoundingBox(2, face)
    return abs(box[2] - height) < PLANE_TOLERANCE and abs(box[5] - height) < PLANE_TOLERANCE
