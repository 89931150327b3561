"""What the instruments look at: particles, and fields inside them.

Nothing here knows a solver. A state is made by hand, from any point cloud, or from a result of this
package (:mod:`.adapter`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError

Array = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


class ParticleField(Protocol):
    """A scalar field inside the particles."""

    def __call__(self, particle: IntArray, points: Array) -> Array:
        """Values, shape (m,), at ``points`` (m, 3) [m] inside ``particle`` (m,); NaN where not known."""
        ...


class Law(Protocol):
    """A property as a function of the stoichiometry x."""

    def __call__(self, x: Array) -> Array:
        """Values at ``x``, same shape."""
        ...


@dataclass(frozen=True, eq=False)
class ElectrodeState:
    """An electrode at one moment: spheres in a box, z = 0 at the collector, and what is known inside them.

    Attributes:
        centres: Particle centres [m], shape (n, 3).
        radii: Particle radii [m], shape (n,).
        box: Edge lengths (Lx, Ly, L) [m].
        stoichiometry: x = c/c_max in the particles [-].
        surface_layer: Thickness of the reconstructed layer of each particle [m], shape (n,); none if left
            out. It is a state variable of the surface: no lithium field makes it.
        fracture_index: How badly each particle is broken [-], shape (n,), on the scale of whoever made it;
            None where mechanics is not known.
        volumes: Volume of each particle inside the box [m3], shape (n,); that of whole spheres if left out.
        path_resistance: Electronic resistance from each particle to the collector [Ohm], shape (n,);
            infinite for an isolated one, zero if left out.
        name: What messages call the state.
        identity: Which particle each one is, shape (n,): an image of a particle has the number of its
            original. Standard errors count these. Every particle is itself if left out.

    Raises:
        InputError: Shapes that do not fit, a radius or box edge that is not positive, a negative layer
            thickness or resistance.
    """

    centres: Array
    radii: Array
    box: tuple[float, float, float]
    stoichiometry: ParticleField
    surface_layer: Array = field(default_factory=lambda: np.zeros(0))
    fracture_index: Array | None = None
    path_resistance: Array = field(default_factory=lambda: np.zeros(0))
    volumes: Array = field(default_factory=lambda: np.zeros(0))
    name: str = "state"
    identity: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        """Check shapes and signs."""
        centres = np.asarray(self.centres, dtype=float).reshape(-1, 3)
        radii = np.asarray(self.radii, dtype=float).reshape(-1)
        if len(centres) != len(radii) or not len(radii):
            raise InputError(
                f"the {self.name} has {len(centres)} centres and {len(radii)} radii; an instrument needs the "
                "same number of both, at least 1."
            )
        if not (np.isfinite(centres).all() and np.isfinite(radii).all() and (radii > 0).all()):
            raise InputError(
                f"the {self.name} has a centre or radius that is not a positive finite number; give m."
            )
        if len(self.box) != 3 or not all(np.isfinite(edge) and edge > 0 for edge in self.box):
            raise InputError(
                f"the box of the {self.name} is {self.box} m; give three edges greater than 0 m."
            )
        object.__setattr__(self, "centres", centres)
        object.__setattr__(self, "radii", radii)
        for name, unit in (("surface_layer", "m"), ("path_resistance", "Ohm")):
            object.__setattr__(self, name, self._per_particle(name, getattr(self, name), unit))
        spheres = 4.0 / 3.0 * np.pi * radii**3
        volumes = self._per_particle("volumes", self.volumes, "m3") if np.size(self.volumes) else spheres
        object.__setattr__(self, "volumes", volumes)
        identity = np.asarray(self.identity, dtype=np.int64).reshape(-1)
        if identity.size not in (0, len(radii)):
            raise InputError(
                f"identity of the {self.name} must be {len(radii)} numbers, one a particle; got "
                f"{identity.size}."
            )
        object.__setattr__(self, "identity", identity if identity.size else np.arange(len(radii)))
        if self.fracture_index is not None:
            object.__setattr__(
                self, "fracture_index", self._per_particle("fracture_index", self.fracture_index, "-")
            )

    def __len__(self) -> int:
        """Number of particles."""
        return len(self.radii)

    @property
    def distinct(self) -> int:
        """Number of particles without images of them."""
        return len(np.unique(self.identity))

    def read(self, particle: npt.ArrayLike, points: Array) -> Array:
        """Stoichiometry at points that must be known.

        Args:
            particle: Particle of each point, shape (m,) or one number.
            points: Points [m], shape (m, 3).

        Raises:
            InputError: If the field has no value at one of them.
        """
        points = np.asarray(points, dtype=float).reshape(-1, 3)
        index = np.broadcast_to(np.asarray(particle, dtype=np.int64), len(points))
        values = np.asarray(self.stoichiometry(index, points), dtype=float)
        missing = ~np.isfinite(values)
        if missing.any():
            where = ", ".join(f"{1e6 * c:.3g}" for c in points[np.argmax(missing)])
            raise InputError(
                f"the stoichiometry of the {self.name} is not known at {missing.sum()} of {len(points)} "
                f"points, the first at ({where}) um; give a field that covers them, or look where it does."
            )
        return values

    def contains(self, points: Array) -> npt.NDArray[np.bool_]:
        """Whether points [m], shape (..., 3), lie in the box: a sphere cut by a wall has none beyond it."""
        edges = np.asarray(self.box)
        tolerance = 1.0e-9 * edges.max()
        return np.asarray(((points > -tolerance) & (points < edges + tolerance)).all(axis=-1))

    def require_fracture_index(self) -> Array:
        """The fracture index of each particle.

        Raises:
            InputError: If the state holds none.
        """
        if self.fracture_index is None:
            raise InputError(
                f"the {self.name} holds no fracture index; compute it with mechanics on (one-way or "
                "two-way), or give one number a particle."
            )
        return self.fracture_index

    def _per_particle(self, name: str, values: npt.ArrayLike, unit: str) -> Array:
        array = np.asarray(values, dtype=float).reshape(-1)
        if not array.size:
            return np.zeros(len(self.radii))
        if array.size == 1:
            array = np.repeat(array, len(self.radii))
        if len(array) != len(self.radii) or np.isnan(array).any() or (array < 0).any():
            raise InputError(
                f"{name} of the {self.name} must be {len(self.radii)} numbers of at least 0 {unit}, one a "
                f"particle; got {len(array)} with a minimum of {array.min():.3g}."
            )
        return array
