"""The wanted element size at any point, from the exact distances to spheres and walls (micrometres)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from chemomech.errors import of_file

from .circles import Circles
from .gaps import MICROMETRES, Surroundings
from .layout import Layout
from .options import MeshOptions

FloatArray = npt.NDArray[np.float64]

CHUNK = 50_000


@dataclass(frozen=True, eq=False)
class SizeField:
    """Element size around the particles of one layout.

    Attributes:
        layout: the particles.
        options: the sizes.
        factor: factor on all sizes [-].
    """

    layout: Layout
    options: MeshOptions
    factor: float = 1.0

    @property
    def spacing(self) -> float:
        """Distance of samples that shows what the field does [um].

        Gaps open within a few smallest sizes. At a circle the size grows by `growth` per distance, so that
        samples as far apart as it is fine are enough.
        """
        options = self.options
        at_circles = options.neck_size_per_radius * self._circles.radii.min(initial=np.inf)
        return min(0.4 * options.smallest_size * MICROMETRES, float(at_circles))

    @cached_property
    def _circles(self) -> Circles:
        return Circles.of(self.layout)

    def __call__(self, points: FloatArray) -> FloatArray:
        """Return the element size [um] at points [um], shape (n, 3)."""
        parts = [self._electrode(points[start : start + CHUNK]) for start in range(0, len(points), CHUNK)]
        size = np.concatenate(parts) if parts else np.empty(0)
        above = points[:, 2] - self.layout.thickness * MICROMETRES
        beyond = above > 0.0
        size[beyond] = self._separator(size[beyond], above[beyond])
        return size * self.factor

    def _separator(self, electrode_size: FloatArray, above: FloatArray) -> FloatArray:
        options = self.options
        start = np.minimum(electrode_size, options.electrode_separator_size * MICROMETRES)
        return np.minimum(start + options.separator_growth * above, options.separator_size * MICROMETRES)

    def _electrode(self, points: FloatArray) -> FloatArray:
        options, layout = self.options, self.layout
        if not len(layout):
            return np.full(len(points), options.matrix_size * MICROMETRES)
        around = Surroundings(layout)
        # Below z = L the point itself counts, in the separator the point of the plane under it.
        place = np.minimum(points, [np.inf, np.inf, layout.thickness * MICROMETRES])
        closest, to_surface = around.nearest(place)
        gap = around.gap(around.on_surface(place, closest), closest)
        finest = options.smallest_size * MICROMETRES
        at_surface = self._surface_size(gap, around.radii[closest])
        largest = np.where(to_surface < 0.0, options.particle_size, options.matrix_size) * MICROMETRES
        size = np.minimum(at_surface + options.growth * np.abs(to_surface), np.maximum(largest, finest))
        return self._circles.limit(size, place, options.neck_size_per_radius, options.growth)

    def _surface_size(self, gap: FloatArray, radius: FloatArray) -> FloatArray:
        options = self.options
        narrow = np.minimum(options.gap_stretch * gap, np.sqrt(8.0 * radius * options.gap_sag * gap))
        wanted = np.minimum(narrow, options.size_per_radius * radius)
        return np.clip(wanted, options.smallest_size * MICROMETRES, options.interface_size * MICROMETRES)


def write_structured_grid(field: SizeField, total_height: float, path: Path) -> None:
    """Sample the field on a regular grid and write it in gmsh's binary "Structured" format.

    A sampled grid, because gmsh asks for the size at millions of points: from Python each would cost
    more than the meshing.

    Args:
        field: the sizes.
        total_height: electrode and separator together [um].
        path: the file to write.
    """
    box = np.asarray(field.layout.box) * MICROMETRES
    extent = np.array([box[0], box[1], total_height])
    # At most about two million samples, whatever the box.
    spacing = max(field.spacing, float(np.cbrt(np.prod(extent) / 2e6)))
    counts = np.maximum(np.ceil(extent / spacing).astype(np.int32) + 1, 2)
    axes = [np.linspace(0.0, edge, count) for edge, count in zip(extent, counts, strict=True)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    with of_file(path), path.open("wb") as stream:
        # Not ndarray.tofile, which loses on closing what a full disk does not take.
        for part in (np.zeros(3), extent / (counts - 1), counts.astype(np.int32), field(grid)):
            stream.write(part.tobytes())
