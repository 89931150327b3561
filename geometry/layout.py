"""A particle layout: spheres in a rectangular electrode, z = 0 at the current collector."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from chemomech.errors import InputError, require_between

from .contact_list import ContactList
from .cut_spheres import inside_volumes_and_areas

if TYPE_CHECKING:
    pass

FloatArray = npt.NDArray[np.float64]

RADII = (1e-10, 1e-4)
"""Smallest and largest radius of a particle [m]."""
EDGES = (1e-7, 1e-1)
"""Smallest and largest width of the box [m]."""
THICKNESSES = (1e-7, 2e-3)
"""Smallest and largest thickness of an electrode [m]."""
MOST_CONTACT = 4.0
"""Largest area of a contact over the great circle of the smaller particle [-]: its whole surface."""
VOXELS = (1e-10, 1e-4)
"""Smallest and largest edge of a voxel [m]."""
LEAST_FRACTION = 1e-7
"""Volume fraction below which box and particles are not in the same unit [-]."""

# Rounding in a text file must not turn touching spheres into "overlapping" ones.
OVERLAP_TOLERANCE = 1e-6  # of the smaller radius
SAME_PLACE = 1e-3  # of the smaller radius


@dataclass(frozen=True, eq=False)
class Layout:
    """Spheres in the box [0, Lx] x [0, Ly] x [0, L]; they may overlap, and the walls may cut them.

    Attributes:
        centres: sphere centres [m], shape (n, 3); n = 0 is allowed (a slab without particles).
        radii: sphere radii [m], shape (n,).
        box: edge lengths (Lx, Ly, L) [m]; L is the electrode thickness, z = 0 the current collector.
        name: how results and messages call the layout.
        ids: what the particles are called in the source, such as labels of an image, shape (n,); 0 to n - 1
            if not given.
        at_border: particles of which only a part lies in the box, shape (n,): those that the image border
            cuts, or the spheres that the walls cut if not given.
        contacts: which particles touch, where the source says so; None where it does not.
        voxel_size: edges (x, y, z) of the voxels of the image behind the layout [m]; None without one.

    Raises:
        InputError: shapes that do not fit, NaN, a radius or edge that is not positive, an id given twice, a
            sphere that lies wholly outside the box, or two spheres at the same place.
    """

    centres: FloatArray
    radii: FloatArray
    box: tuple[float, float, float]
    name: str = field(default="layout")
    ids: npt.NDArray[np.int64] = field(default=None)  # type: ignore[arg-type]
    at_border: npt.NDArray[np.bool_] = field(default=None)  # type: ignore[arg-type]
    contacts: ContactList | None = None
    voxel_size: tuple[float, float, float] | None = None

    def __post_init__(self) -> None:
        """Copy the input into read-only arrays and check it."""
        radii = np.array(self.radii, dtype=np.float64).reshape(-1)
        centres = np.array(self.centres, dtype=np.float64)
        if centres.size != 3 * radii.size:
            raise InputError(
                f"a layout needs three coordinates per radius, got centres of shape {centres.shape} for "
                f"{radii.size} radii; give centres [m] as (n, 3) and radii [m] as (n,)."
            )
        self._keep("centres", centres.reshape(-1, 3))
        self._keep("radii", radii)
        object.__setattr__(self, "box", _checked_box(self.box))
        if self.voxel_size is not None:
            object.__setattr__(self, "voxel_size", _checked_voxel(self.voxel_size))
        self._check_spheres()
        ids = np.arange(radii.size) if self.ids is None else np.array(self.ids)
        border = self.is_cut if self.at_border is None else np.array(self.at_border)
        self._keep("ids", ids.astype(np.int64).reshape(-1))
        self._keep("at_border", border.astype(np.bool_).reshape(-1))
        self._check_labels()

    def _keep(self, name: str, values: npt.NDArray[Any]) -> None:
        values.setflags(write=False)
        object.__setattr__(self, name, values)

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
    def is_cut(self) -> npt.NDArray[np.bool_]:
        """Spheres that leave the box, shape (n,)."""
        return (self.wall_gaps() < -OVERLAP_TOLERANCE * self.radii[:, None]).any(axis=1)

    @property
    def particle_volumes(self) -> FloatArray:
        """Volume of each sphere inside the box [m3], shape (n,); what two spheres share counts for both."""
        return inside_volumes_and_areas(self.centres, self.radii, self.box)[0]

    @property
    def particle_areas(self) -> FloatArray:
        """Spherical surface of each sphere inside the box [m2], shape (n,), without flat faces on walls."""
        return inside_volumes_and_areas(self.centres, self.radii, self.box)[1]

    @property
    def volume_fraction(self) -> float:
        """Sum of the particle volumes over the volume of the electrode box [-]."""
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

    def overlaps(self) -> tuple[npt.NDArray[np.intp], FloatArray]:
        """Pairs of spheres that overlap, shape (m, 2), and by how much [m], shape (m,)."""
        pairs, gaps = self.pair_gaps(below=0.0)
        deep = gaps < -OVERLAP_TOLERANCE * self.radii[pairs].min(axis=1, initial=np.inf)
        return pairs[deep], -gaps[deep]

    def minimum_gap(self) -> float:
        """Smallest sphere-to-sphere or sphere-to-wall gap [m], negative if they overlap; inf without any."""
        if not len(self):
            return float("inf")
        least = float(self.wall_gaps().min())
        if len(self) > 1:
            # No pair is closer than the closest one: the gaps to the nearest centres bound the search.
            distance, near = cKDTree(self.centres).query(self.centres, k=2)
            bound = float((distance[:, 1] - self.radii - self.radii[near[:, 1]]).min())
            gaps = self.pair_gaps(below=bound + 1e-3 * float(self.radii.min()))[1]
            least = min(least, float(gaps.min()))
        return least

    def _check_spheres(self) -> None:
        if not (np.isfinite(self.centres).all() and np.isfinite(self.radii).all()):
            row = int(
                np.flatnonzero(~np.isfinite(np.column_stack([self.centres, self.radii])).all(axis=1))[0]
            )
            raise InputError(
                f"particle {row} of layout '{self.name}' has a coordinate or radius that is not a finite "
                "number; give centres and radii in m."
            )
        if (bad := np.flatnonzero((self.radii < RADII[0]) | (self.radii > RADII[1]))).size:
            raise InputError(
                f"particle {bad[0]} of layout '{self.name}' has radius {self.radii[bad[0]]:g} m; every "
                "radius "
                f"must lie between {RADII[0]:g} and {RADII[1]:g} m: check the sign and the unit."
            )
        fraction = float((4.0 / 3.0 * np.pi * self.radii**3).sum()) / self.box_volume
        if len(self) and fraction < LEAST_FRACTION:
            raise InputError(
                f"the particles of layout '{self.name}' fill {fraction:.2g} of the box "
                f"{_point(np.asarray(self.box))} "
                f"m, and at least {LEAST_FRACTION:g} must be filled; check whether the box and the particles "
                "are in the same unit."
            )
        beyond = np.maximum(np.maximum(-self.centres, self.centres - np.asarray(self.box)), 0.0)
        outside = np.flatnonzero(np.linalg.norm(beyond, axis=1) >= self.radii)
        if outside.size:
            row = int(outside[0])
            raise InputError(
                f"particle {row} of layout '{self.name}' (centre {_point(self.centres[row])} m, radius "
                f"{self.radii[row]:g} m) lies wholly outside the box {_point(np.asarray(self.box))} m; "
                "drop it, move it, or enlarge the box."
            )
        if len(self) > 1:
            distance, near = cKDTree(self.centres).query(self.centres, k=2)
            other = np.where(near[:, 1] == np.arange(len(self)), near[:, 0], near[:, 1])
            twice = np.flatnonzero(distance[:, 1] <= SAME_PLACE * np.minimum(self.radii, self.radii[other]))
            if twice.size:
                row = int(twice[0])
                raise InputError(
                    f"particles {row} and {other[row]} of layout '{self.name}' are at the same place "
                    f"({_point(self.centres[row])} m); centres must be more than {SAME_PLACE:g} radii apart: "
                    "remove one of them."
                )

    def _check_labels(self) -> None:
        count = len(self)
        for what, values in (("ids", self.ids), ("border flags", self.at_border)):
            if values.size != count:
                raise InputError(
                    f"layout '{self.name}' has {count} particles and {values.size} {what}; give one each."
                )
        if np.unique(self.ids).size != count:
            seen, times = np.unique(self.ids, return_counts=True)
            raise InputError(
                f"layout '{self.name}' has the id {seen[times > 1][0]} more than once; give every "
                "particle an id of its own."
            )
        if self.contacts is not None and len(self.contacts):
            last = int(self.contacts.pairs.max())
            if last >= count or self.contacts.pairs.min() < 0:
                raise InputError(
                    f"a contact of layout '{self.name}' names particle {last}, but there are {count}, from 0 "
                    f"to {count - 1}; correct the contact list."
                )
            largest = np.pi * self.radii[self.contacts.pairs].min(axis=1) ** 2
            if (wide := np.flatnonzero(self.contacts.areas > MOST_CONTACT * largest)).size:
                row = int(wide[0])
                raise InputError(
                    f"contact {row} of layout '{self.name}' has the area {self.contacts.areas[row]:.3g} "
                    "m2, more than "
                    f"{MOST_CONTACT:g} great circles of its smaller particle ({largest[row]:.3g} m2); "
                    "check the unit."
                )


def _checked_voxel(edges: tuple[float, float, float]) -> tuple[float, float, float]:
    one, two, three = (float(edge) for edge in edges)
    for edge in (one, two, three):
        require_between("the voxel size of a layout", edge, *VOXELS, "m", "check the unit")
    return one, two, three


def _checked_box(box: tuple[float, float, float]) -> tuple[float, float, float]:
    edges = tuple(float(edge) for edge in box)
    if len(edges) != 3 or not all(np.isfinite(edge) and edge > 0 for edge in edges):
        raise InputError(
            f"the box of a layout is {edges} m; it needs three finite edge lengths (Lx, Ly, L) greater than "
            "0 m."
        )
    for what, edge, (low, high) in zip("xyz", edges, (EDGES, EDGES, THICKNESSES), strict=True):
        if not low <= edge <= high:
            raise InputError(
                f"the box of a layout has the edge {edge:g} m along {what}, and it must lie between "
                f"{low:g} and "
                f"{high:g} m; check the unit."
            )
    return edges[0], edges[1], edges[2]


def _point(values: FloatArray) -> str:
    return "(" + ", ".join(f"{value:.4g}" for value in values) + ")"
