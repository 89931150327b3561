"""A particle layout: whole spheres in a rectangular electrode, z = 0 at the current collector."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from chemomech.errors import InputError

if TYPE_CHECKING:
    from .statistics import LayoutStatistics

FloatArray = npt.NDArray[np.float64]

# Rounding in a text file must not turn touching spheres into "overlapping" ones.
OVERLAP_TOLERANCE = 1e-6  # of the smaller radius


@dataclass(frozen=True, eq=False)
class Layout:
    """Whole, non-overlapping spheres inside the box [0, Lx] x [0, Ly] x [0, L].

    Attributes:
        centres: sphere centres [m], shape (n, 3); n = 0 is allowed (a slab without particles).
        radii: sphere radii [m], shape (n,).
        box: edge lengths (Lx, Ly, L) [m]; L is the electrode thickness, z = 0 the current collector.
        name: how results and messages call the layout.

    Raises:
        InputError: shapes that do not fit, NaN, a radius or edge that is not positive, a sphere that
            leaves the box, two spheres at the same place, or two spheres that overlap.
    """

    centres: FloatArray
    radii: FloatArray
    box: tuple[float, float, float]
    name: str = field(default="layout")

    def __post_init__(self) -> None:
        """Copy the input into read-only arrays and check it."""
        radii = np.array(self.radii, dtype=np.float64).reshape(-1)
        centres = np.array(self.centres, dtype=np.float64)
        if centres.size != 3 * radii.size:
            raise InputError(
                f"a layout needs three coordinates per radius, got centres of shape {centres.shape} for "
                f"{radii.size} radii; give centres [m] as (n, 3) and radii [m] as (n,)."
            )
        centres = centres.reshape(-1, 3)
        centres.setflags(write=False)
        radii.setflags(write=False)
        object.__setattr__(self, "centres", centres)
        object.__setattr__(self, "radii", radii)
        object.__setattr__(self, "box", _checked_box(self.box))
        self._check_spheres()

    def __len__(self) -> int:
        """Number of particles."""
        return int(self.radii.size)

    @property
    def thickness(self) -> float:
        """Electrode thickness L [m]."""
        return self.box[2]

    @property
    def box_volume(self) -> float:
        """Volume of the electrode box [m3]."""
        return self.box[0] * self.box[1] * self.box[2]

    @property
    def particle_volumes(self) -> FloatArray:
        """Volume of each sphere [m3], shape (n,)."""
        return 4.0 / 3.0 * np.pi * self.radii**3

    @property
    def particle_areas(self) -> FloatArray:
        """Surface of each sphere [m2], shape (n,)."""
        return 4.0 * np.pi * self.radii**2

    @property
    def volume_fraction(self) -> float:
        """Volume of the spheres over the volume of the electrode box [-]."""
        return float(self.particle_volumes.sum()) / self.box_volume

    @property
    def mean_volume_radius(self) -> float:
        """Radius of the sphere of mean volume [m]; NaN without particles."""
        return float(np.cbrt(np.mean(self.radii**3))) if len(self) else float("nan")

    def pair_gaps(self, below: float) -> tuple[npt.NDArray[np.intp], FloatArray]:
        """Return the pairs of spheres closer than a distance, and their surface-to-surface gaps.

        Args:
            below: report gaps smaller than this [m].

        Returns:
            Pairs, shape (m, 2), and gaps [m], shape (m,).
        """
        if len(self) < 2:
            return np.empty((0, 2), dtype=np.intp), np.empty(0)
        reach = 2.0 * float(self.radii.max()) + max(below, 0.0)
        pairs = cKDTree(self.centres).query_pairs(reach, output_type="ndarray").astype(np.intp)
        first, second = pairs[:, 0], pairs[:, 1]
        distance = np.linalg.norm(self.centres[first] - self.centres[second], axis=1)
        gaps = distance - self.radii[first] - self.radii[second]
        near = gaps < below
        return pairs[near], gaps[near]

    def wall_gaps(self) -> FloatArray:
        """Gap of every sphere to the six faces of the box [m], shape (n, 6): x0, y0, z0, x1, y1, z1."""
        low = self.centres - self.radii[:, None]
        return np.hstack([low, np.asarray(self.box) - self.centres - self.radii[:, None]])

    def minimum_gap(self) -> float:
        """Smallest sphere-to-sphere or sphere-to-wall gap [m]; infinite without particles."""
        if not len(self):
            return float("inf")
        gaps = self.pair_gaps(below=max(self.box))[1]
        return float(min(self.wall_gaps().min(), gaps.min(initial=np.inf)))

    def statistics(self) -> LayoutStatistics:
        """Volume fraction, sizes, specific surface and gaps of this layout."""
        from .statistics import layout_statistics

        return layout_statistics(self)

    def write_csv(self, path: str | Path) -> Path:
        """Write the layout to a CSV file (format: `chemomech.geometry.layout_csv`)."""
        from .layout_csv import write_layout

        return write_layout(self, path)

    @staticmethod
    def read_csv(path: str | Path) -> Layout:
        """Read a layout from a CSV file (format: `chemomech.geometry.layout_csv`)."""
        from .layout_csv import read_layout

        return read_layout(path)

    def _check_spheres(self) -> None:
        if not (np.isfinite(self.centres).all() and np.isfinite(self.radii).all()):
            row = int(
                np.flatnonzero(~np.isfinite(np.column_stack([self.centres, self.radii])).all(axis=1))[0]
            )
            raise InputError(
                f"particle {row} of layout '{self.name}' has a coordinate or radius that is not a finite "
                "number; give centres and radii in m."
            )
        if (bad := np.flatnonzero(self.radii <= 0)).size:
            raise InputError(
                f"particle {bad[0]} of layout '{self.name}' has radius {self.radii[bad[0]]:g} m; "
                "every radius must be greater than 0 m."
            )
        outside = (self.wall_gaps() < -OVERLAP_TOLERANCE * self.radii[:, None]).any(axis=1)
        if outside.any():
            row = int(np.flatnonzero(outside)[0])
            raise InputError(
                f"particle {row} of layout '{self.name}' (centre {_point(self.centres[row])} m, radius "
                f"{self.radii[row]:g} m) leaves the box {_point(np.asarray(self.box))} m; only whole spheres "
                "are meshed: move, shrink or drop it, or enlarge the box."
            )
        pairs, gaps = self.pair_gaps(below=0.0)
        allowed = -OVERLAP_TOLERANCE * self.radii[pairs].min(axis=1) if len(pairs) else np.empty(0)
        if (gaps < allowed).any():
            worst = int(np.argmin(gaps))
            first, second = pairs[worst]
            same = np.allclose(
                self.centres[first], self.centres[second], atol=1e-3 * self.radii[first], rtol=0
            )
            fault = "are at the same place" if same else f"overlap by {-gaps[worst]:.3g} m"
            raise InputError(
                f"particles {first} and {second} of layout '{self.name}' {fault}; the overlap must be 0 m: "
                "remove one, move them apart or shrink them."
            )


def _checked_box(box: tuple[float, float, float]) -> tuple[float, float, float]:
    edges = tuple(float(edge) for edge in box)
    if len(edges) != 3 or not all(np.isfinite(edge) and edge > 0 for edge in edges):
        raise InputError(
            f"the box of a layout is {edges} m; it needs three finite edge lengths (Lx, Ly, L) greater than "
            "0 m."
        )
    return edges[0], edges[1], edges[2]


def _point(values: FloatArray) -> str:
    return "(" + ", ".join(f"{value:.4g}" for value in values) + ")"
