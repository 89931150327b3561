"""From particles in an image to a layout of equivalent spheres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError

from ..contact_list import ContactList
from ..cut_spheres import inside_volumes_and_areas
from ..layout import Layout
from .label_image import LabelImage, crop_labels
from .memory import MemoryLimit
from .orientation import Orientation
from .particles import ParticleTable, measure_particles
from .phases import PhaseStack
from .separation import Separated, SeparationRule, separate
from .stack import Shape
from .wiring import PorePaths, Wiring, follow_pores, wire

FloatArray = npt.NDArray[np.float64]

RADIUS_STEPS = 30
RADIUS_TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Extraction:
    """Particles of an image, row by row the same in `layout`, `table` and `wiring`.

    Attributes:
        layout: the equivalent spheres.
        image: the labels behind them.
        table: measures of the particles, in the axes of the array.
        separated: how they were told apart; None for a label stack.
        wiring: electronic paths; None for a label stack.
        pores: ionic paths; None for a label stack or one without pores.
    """

    layout: Layout
    image: LabelImage
    table: ParticleTable
    separated: Separated | None = None
    wiring: Wiring | None = None
    pores: PorePaths | None = None


def extract_from_phases(
    phases: PhaseStack,
    rule: SeparationRule | None = None,
    orientation: Orientation | None = None,
    memory: MemoryLimit | None = None,
    part: tuple[Shape, Shape] | None = None,
    layer: float = 0.0,
) -> Extraction:
    """Tell the particles of a segmented stack apart and turn them into spheres.

    Args:
        phases: the segmented stack.
        rule: how touching particles are told apart.
        orientation: how the image lies in the electrode.
        memory: bound on working memory.
        part: low and high corner of what is used once the particles are told apart, in voxels; what lies
            around it only helps to tell those apart that it cuts.
        layer: matrix to add between the image and either end of the electrode [m].

    Raises:
        InputError: the stack does not fit the bound, or holds no particle.
    """
    separated = separate(phases, rule, memory)
    image = separated.image
    if part is not None:
        image = crop_labels(image, *part)
        assert image.phases is not None
        phases = image.phases
    table = measure_particles(image, memory)
    wiring = wire(image, phases, table, orientation, memory)
    pores = (
        follow_pores(image, phases, orientation, memory=memory) if phases.values.pore is not None else None
    )
    layout = layout_of(table, image, orientation, layer)
    return Extraction(layout, image, table, separated, wiring, pores)


def extract_from_labels(
    image: LabelImage, orientation: Orientation | None = None, memory: MemoryLimit | None = None
) -> Extraction:
    """Turn the particles of a label stack into spheres."""
    table = measure_particles(image, memory)
    return Extraction(layout_of(table, image, orientation), image, table)


def layout_of(
    table: ParticleTable, image: LabelImage, orientation: Orientation | None = None, layer: float = 0.0
) -> Layout:
    """Equivalent spheres: centre of mass and volume of each particle are kept.

    Where the sphere reaches over the border of the electrode, its radius is such that the part inside has the
    volume seen, so that the volume of the layout's particles is that of the image's.

    Args:
        table: measures of the particles.
        image: the particles.
        orientation: how the image lies in the electrode.
        layer: matrix to add between the image and either end of the electrode [m].

    Raises:
        InputError: particles that lie at the same place as another.
    """
    lies = orientation or Orientation()
    voxel = lies.reordered(image.voxel_size)
    edges = [size * edge for size, edge in zip(image.shape, image.voxel_size, strict=True)]
    width, depth, height = lies.reordered((edges[0], edges[1], edges[2]))
    centres = lies.points(table.centres, (width, depth, height)) + (0.0, 0.0, layer)
    box = (width, depth, height + 2.0 * layer)
    radii = radii_inside(centres, table.volumes, box)
    contacts = ContactList(table.contacts.pairs, table.contact_areas)
    return Layout(
        centres,
        radii,
        box,
        image.name,
        image.names,
        table.at_border,
        contacts,
        (voxel[0], voxel[1], voxel[2]),
    )


def radii_inside(centres: FloatArray, volumes: FloatArray, box: tuple[float, float, float]) -> FloatArray:
    """Radii of spheres of which the part inside the box has the given volumes [m], shape (n,).

    Newton's method; the derivative of the volume by the radius is the spherical surface inside.

    Raises:
        InputError: a volume that no sphere about its centre has inside the box.
    """
    radii = np.cbrt(volumes * 3.0 / (4.0 * np.pi))
    open_rows = np.arange(len(radii))
    for _ in range(RADIUS_STEPS):
        inside, areas = inside_volumes_and_areas(centres[open_rows], radii[open_rows], box)
        off = volumes[open_rows] - inside
        wrong = np.abs(off) > RADIUS_TOLERANCE * volumes[open_rows]
        if not wrong.any():
            return radii
        open_rows, off, areas = open_rows[wrong], off[wrong], areas[wrong]
        limit = 0.5 * radii[open_rows]
        radii[open_rows] += np.clip(off / np.maximum(areas, 1e-300), -limit, limit)
    row = int(open_rows[0])
    raise InputError(
        f"no sphere about the centre of particle {row} has {volumes[row]:.3g} m3 inside the box {box} m; "
        "the particle fills the image: crop differently or take a larger image."
    )
