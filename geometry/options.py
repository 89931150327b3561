"""How a half cell is meshed: sizes, and what to try when gmsh fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import ClassVar

from chemomech.errors import InputError, require_between

# Codes of gmsh's Mesh.Algorithm3D.
HXT = 10
DELAUNAY = 1


@dataclass(frozen=True)
class MeshAttempt:
    """One try: an algorithm, a factor on every size, and a seed for gmsh's random perturbations.

    Attributes:
        algorithm: gmsh's code of the volume algorithm (10 is HXT, 1 is Delaunay).
        size_factor: factor on all element sizes [-].
        seed: seed of gmsh's random numbers.
    """

    algorithm: int
    size_factor: float = 1.0
    seed: int = 1


DEFAULT_ATTEMPTS = (
    MeshAttempt(HXT),
    MeshAttempt(DELAUNAY),
    MeshAttempt(HXT, 0.95, 2),
    MeshAttempt(DELAUNAY, 0.95, 2),
    MeshAttempt(HXT, 0.9, 3),
    MeshAttempt(DELAUNAY, 0.9, 3),
)

_LENGTHS = (
    "interface_size",
    "particle_size",
    "matrix_size",
    "smallest_size",
    "separator_size",
    "electrode_separator_size",
    "minimum_gap",
)

_SHARES = {
    "size_per_radius": (1e-3, 10.0),
    "gap_stretch": (1e-2, 100.0),
    "gap_sag": (1e-3, 10.0),
    "neck_size_per_radius": (1e-3, 10.0),
    "growth": (1e-3, 10.0),
    "separator_growth": (1e-3, 10.0),
    "surface_grading": (0.1, 10.0),
}
"""Options without a dimension, and the smallest and largest value of each."""

SIZES = (1e-9, 1e-3)
"""Smallest and largest length of an option [m]."""


@dataclass(frozen=True, kw_only=True)
class MeshOptions:
    """Sizes of a half-cell mesh; all lengths in metres.

    The size at the surface of a particle of radius R that faces a gap g is the smallest of
    `interface_size`, `size_per_radius` * R, `gap_stretch` * g and sqrt(8 R `gap_sag` g), but not below
    `smallest_size`; away from the surface it grows by `growth` per unit of distance up to `particle_size`
    inside the particles and `matrix_size` outside. In the separator it grows from
    `electrode_separator_size` to `separator_size`. Where spheres are joined or a side cuts them, it is at
    most `neck_size_per_radius` times the radius of the circle, even below `smallest_size`. The square root
    bounds how far the chord of a curved edge dips below the sphere, R - sqrt(R^2 - h^2/4) = h^2 / (8 R), to
    a share of the gap: a curved face that bulges through its flat neighbour is what turns elements inside
    out.

    Attributes:
        interface_size: element size at particle surfaces that face a wide gap [m].
        particle_size: largest size inside particles [m].
        matrix_size: largest size in the matrix [m].
        smallest_size: size in the narrowest gaps [m].
        separator_size: largest size in the separator [m].
        electrode_separator_size: largest size at the plane z = L [m].
        size_per_radius: size at a surface over the radius of the particle [-].
        gap_stretch: size over gap width where a gap is narrow [-]; a gap always has at least one element
            across, this bounds how flat that element is.
        gap_sag: depth of a chord under its arc over the width of the gap it faces [-].
        neck_size_per_radius: size at a neck, or at the rim of a cut, over the radius of its circle [-].
        growth: growth of the size per distance from the particle surfaces [-].
        separator_growth: growth of the size per distance from z = L [-].
        surface_grading: exponent p by which the cells of separate, whole particles are drawn to their
            surfaces, depth d becoming R (d/R)^p [-]; 1 leaves them; for curved cells only.
        minimum_gap: narrowest gap between spheres, or sphere and wall, that is meshed [m].
        geometry_order: order of the element shapes; 2 (curved, ten nodes) unless there is a reason.
        attempts: what is tried, in this order, until a mesh is sound.
    """

    particles: ClassVar[str] = "as spheres"
    """How messages call what these options mesh."""

    interface_size: float
    particle_size: float
    matrix_size: float
    smallest_size: float
    separator_size: float
    electrode_separator_size: float
    size_per_radius: float = 0.7
    gap_stretch: float = 6.0
    gap_sag: float = 0.3
    neck_size_per_radius: float = 0.7
    growth: float = 0.4
    separator_growth: float = 0.5
    surface_grading: float = 1.0
    minimum_gap: float = 0.02e-6
    geometry_order: int = 2
    attempts: tuple[MeshAttempt, ...] = field(default=DEFAULT_ATTEMPTS)

    def __post_init__(self) -> None:
        """Check the numbers."""
        for name in _LENGTHS:
            require_between(
                f"mesh option {name}", getattr(self, name), *SIZES, "m", "state a length, as in 1 um"
            )
        for name, (low, high) in _SHARES.items():
            require_between(
                f"mesh option {name}", getattr(self, name), low, high, "-", "use that of a preset"
            )
        if self.smallest_size > self.interface_size:
            raise InputError(
                f"mesh option smallest_size is {self.smallest_size:g} m, above interface_size "
                f"{self.interface_size:g} m; lower smallest_size."
            )
        if self.geometry_order not in (1, 2):
            raise InputError(f"mesh option geometry_order is {self.geometry_order}; it must be 1 or 2.")
        if not self.attempts:
            raise InputError("mesh option attempts is empty; give at least one MeshAttempt.")

    @staticmethod
    def uniform(size: float, *, separator_size: float | None = None) -> MeshOptions:
        """Options with one size [m] everywhere, apart from the separator if asked."""
        return MeshOptions(
            interface_size=size,
            particle_size=size,
            matrix_size=size,
            smallest_size=size,
            separator_size=separator_size or size,
            electrode_separator_size=size,
        )

    def to_dict(self) -> dict[str, object]:
        """Everything as plain numbers, for summaries and cache keys."""
        return asdict(self)


MESH_PRESETS: Mapping[str, MeshOptions] = MappingProxyType(
    {
        "coarse": MeshOptions(
            interface_size=2.1e-6,
            particle_size=2.0e-6,
            matrix_size=3.0e-6,
            smallest_size=1.2e-6,
            separator_size=6e-6,
            electrode_separator_size=2.4e-6,
            size_per_radius=0.75,
            gap_sag=0.3,
            surface_grading=2.0,
        ),
        "standard": MeshOptions(
            interface_size=1.0e-6,
            particle_size=1.2e-6,
            matrix_size=1.8e-6,
            smallest_size=0.6e-6,
            separator_size=5e-6,
            electrode_separator_size=1.5e-6,
            size_per_radius=0.5,
            gap_sag=0.15,
            neck_size_per_radius=0.5,
            surface_grading=2.0,
        ),
        "fine": MeshOptions(
            interface_size=0.55e-6,
            particle_size=0.68e-6,
            matrix_size=1.2e-6,
            smallest_size=0.4e-6,
            separator_size=4e-6,
            electrode_separator_size=0.9e-6,
            size_per_radius=0.3,
            gap_sag=0.1,
            neck_size_per_radius=0.35,
            surface_grading=2.0,
        ),
    }
)
