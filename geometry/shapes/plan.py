"""What of an image will be meshed, known before the mesh is made: particles, volumes, spheres of the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from chemomech.errors import InputError

from ..gaps import MICROMETRES
from ..images.extraction import radii_inside
from ..images.label_image import LabelImage
from ..images.orientation import Orientation
from ..layout import Layout
from .distances import Distances
from .grid import Cleared, LabelGrid, clear, grid_edges, sample
from .options import ShapeOptions
from .region import Region, cut_region

FloatArray = npt.NDArray[np.float64]

REACH = 2.0  # distances are asked for this many sizes away from a label


@dataclass(frozen=True, eq=False)
class ShapePlan:
    """Particles of an image on the grid of the wanted size; n are in the image, k are meshed.

    Attributes:
        region: the voxels.
        options: how they are meshed.
        grid: the label of each cell.
        cleared: what was left out of it.
    """

    region: Region
    options: ShapeOptions
    grid: LabelGrid
    cleared: Cleared

    @property
    def kept(self) -> npt.NDArray[np.intp]:
        """Rows of the particles that are meshed, shape (k,)."""
        return np.flatnonzero(self.cleared.kept_share > 0.0)

    @property
    def wanted(self) -> FloatArray:
        """Volume that the mesh gives each particle [um3], shape (n,); NaN for those left out.

        That of its voxels, less fragments that were cut off, with the matrix that it closes in.
        """
        cell = float(np.prod([np.diff(edge).mean() for edge in self.grid.edges]))
        volumes = self.region.voxel_volumes * self.cleared.kept_share + self.cleared.gained * cell
        volumes[self.cleared.kept_share == 0.0] = np.nan
        return volumes

    @property
    def volume(self) -> float:
        """Volume of all particles that are meshed [m3]."""
        return float(self.wanted[self.kept].sum()) / MICROMETRES**3

    @property
    def dropped_share(self) -> float:
        """Share of the active material in particles that are left out [-]."""
        whole = self.region.voxel_volumes
        return float(whole[self.cleared.kept_share == 0.0].sum() / whole.sum())

    @cached_property
    def layout(self) -> Layout:
        """Sphere of centre and volume of each particle that is meshed; without contacts."""
        kept = self.kept
        centres, border = _centres_and_border(self.region)
        return spheres(self.region, kept, centres[kept], self.wanted[kept], border[kept])

    def lines(self) -> Iterator[str]:
        """Yield what is meshed, a line each."""
        yield f"particles as imaged: {len(self.kept)} on a grid of {self.options.size * MICROMETRES:.3g} um"
        if names := [int(self.region.names[label - 1]) for label in self.cleared.dropped]:
            yield (
                f"left out as too small, with {self.dropped_share:.2%} of the active material: "
                f"{len(names)} ({', '.join(map(str, names))})"
            )


def plan_shapes(
    image: LabelImage,
    options: ShapeOptions,
    low: tuple[int, int, int] | None = None,
    high: tuple[int, int, int] | None = None,
    orientation: Orientation | None = None,
) -> ShapePlan:
    """Say what of an image, or of a box cut out of it, will be meshed.

    Args:
        image: the particles.
        options: sizes, for instance `SHAPE_PRESETS["coarse"]`.
        low: first voxel of the box, in the axes of the array; the first of the image if not given.
        high: voxel after the last one; that of the image if not given.
        orientation: how the image lies in the electrode.

    Raises:
        InputError: a box that holds no particle, or a size that leaves none.
    """
    region = cut_region(image, options.layer_thickness, low, high, orientation)
    distances = Distances(region, options.smoothing, REACH * options.size * MICROMETRES)
    return on_grid(region, options, distances, options.size * MICROMETRES)


def on_grid(
    region: Region, options: ShapeOptions, distances: Distances, size: float, without: tuple[int, ...] = ()
) -> ShapePlan:
    """Put the particles on a grid of a size [um], and clear away what cannot be meshed.

    Args:
        region: the voxels.
        options: how they are meshed.
        distances: to the surfaces of the region.
        size: of the grid [um].
        without: labels that are matrix from the start.

    Raises:
        InputError: nothing is left of any particle.
    """
    grid = sample(distances, grid_edges(region, size))
    grid.labels[np.isin(grid.labels, without)] = 0
    return ShapePlan(region, options, *clear(grid, len(region), options.least_cells))


def spheres(
    region: Region,
    kept: npt.NDArray[np.intp],
    centres: FloatArray,
    volumes: FloatArray,
    border: npt.NDArray[np.bool_],
) -> Layout:
    """Layout of the spheres of these centres [um], volumes [um3] and border flags, a row for each kept."""
    box = tuple(float(edge) / MICROMETRES for edge in region.box)
    whole = box[0], box[1], box[2]
    try:
        radii = radii_inside(centres / MICROMETRES, volumes / MICROMETRES**3, whole)
    except InputError:  # a particle as large as the box, of which no sphere has the shape
        radii = np.cbrt(3.0 * volumes / (4.0 * np.pi)) / MICROMETRES
    voxel = region.spacing / MICROMETRES
    return Layout(
        centres / MICROMETRES, radii, whole, f"{region.name}-shapes", region.names[kept], border,
        voxel_size=(voxel[0], voxel[1], voxel[2]),
    )  # fmt: skip


def _centres_and_border(region: Region) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Centre of the voxels of each particle [um], shape (n, 3), and whether it reaches a side."""
    centres = np.empty((len(region), 3))
    for label, box in enumerate(ndimage.find_objects(region.labels), start=1):
        inside = region.labels[box] == label
        first = np.array([edge.start for edge in box])
        centres[label - 1] = first + np.argwhere(inside).mean(axis=0) + 0.5
    centres *= region.spacing
    centres[:, 2] += region.low
    sides = region.labels[[0, -1]], region.labels[:, [0, -1]]
    reached = np.unique(np.concatenate([side.ravel() for side in sides]))
    return centres, np.isin(np.arange(1, len(region) + 1), reached)
