"""How true shapes are meshed: sizes, smoothing, and what to try when a mesh fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import ClassVar

from chemomech.errors import InputError, require_between

from ..options import DELAUNAY, HXT


@dataclass(frozen=True)
class ShapeAttempt:
    """One try: how far points may move, a factor on the size, and a volume algorithm.

    Attributes:
        freedom: how far a point may leave its place on the grid, over the spacing of the grid [-]; below 0.5
            no two points can meet.
        size_factor: factor on the size [-]; another grid cuts the shapes elsewhere.
        algorithm: gmsh's code of the volume algorithm (10 is HXT, 1 is Delaunay).
    """

    freedom: float
    size_factor: float
    algorithm: int


DEFAULT_SHAPE_ATTEMPTS = (
    ShapeAttempt(0.45, 1.0, HXT),
    ShapeAttempt(0.38, 1.0, HXT),
    ShapeAttempt(0.45, 0.94, HXT),
    ShapeAttempt(0.38, 0.94, DELAUNAY),
    ShapeAttempt(0.3, 1.0, HXT),
    ShapeAttempt(0.3, 0.9, DELAUNAY),
)


@dataclass(frozen=True, kw_only=True)
class ShapeOptions:
    """Sizes of a mesh on true shapes; lengths in metres.

    Attributes:
        size: edge of the grid on which surfaces are found, which is also the size of their triangles [m].
        layer: matrix between the image and the collector, and between the image and the separator [m].
            Particles that the first or last plane cuts end there with a flat face. Assumed: an image does not
            show one; it is at least `size`, since it is one cell thick.
        separator_size: size at the lithium metal [m].
        smoothing: standard deviation of the Gaussian that takes the stairs from the distance to a particle's
            surface [voxel].
        least_cells: pieces of particles of fewer cells of the grid are left out and named.
        smallest_quality: least acceptable shape of a cell, gmsh's signed inverse condition number [-].
        attempts: what is tried, in this order, until a mesh is sound.
    """

    particles: ClassVar[str] = "in their true shapes"
    """How messages call what these options mesh."""

    size: float
    layer: float | None = None
    separator_size: float = 5e-6
    smoothing: float = 1.0
    least_cells: int = 12
    smallest_quality: float = 0.02
    attempts: tuple[ShapeAttempt, ...] = field(default=DEFAULT_SHAPE_ATTEMPTS)

    def __post_init__(self) -> None:
        """Check the numbers."""
        require_between("the size of true shapes", self.size, 1e-9, 1e-3, "m", "give a length such as 1.5e-6")
        if self.layer is not None:
            require_between("layer", self.layer, self.size, 1e-3, "m", "give at least the size of the cells")
        require_between("separator_size", self.separator_size, 1e-9, 1e-3, "m", "give a length such as 5e-6")
        require_between("smoothing", self.smoothing, 0.3, 5.0, "voxel", "one voxel takes the stairs away")
        require_between("least_cells", self.least_cells, 1, 10_000, "-", "give a number of cells such as 12")
        require_between("smallest_quality", self.smallest_quality, 0.0, 0.5, "-", "0.02 serves the solver")
        if not self.attempts:
            raise InputError("attempts of true shapes is empty; give at least one ShapeAttempt.")

    @property
    def layer_thickness(self) -> float:
        """Matrix at either end [m]."""
        return self.size if self.layer is None else self.layer

    def to_dict(self) -> dict[str, object]:
        """Everything as plain numbers, for summaries and cache keys."""
        return asdict(self)


SHAPE_PRESETS: Mapping[str, ShapeOptions] = MappingProxyType(
    {
        "coarse": ShapeOptions(size=1.8e-6),
        "standard": ShapeOptions(size=1.2e-6),
        "fine": ShapeOptions(size=0.8e-6),
    }
)
