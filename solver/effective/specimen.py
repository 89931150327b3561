"""A box of phases, and the part of it that connects given faces, as a mesh."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from dolfinx import fem
from dolfinx.mesh import Mesh

from chemomech.errors import InputError, unknown_name

AXES = ("x", "y", "z")
Triple = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Part:
    """Cells that connect opposite faces of a box.

    Attributes:
        mesh: of these cells; one corner of the box is the origin.
        phases: number of the phase of each cell of this rank in `Specimen.phases`, ghosts included.
        edges: of the whole box (Lx, Ly, Lz), in mesh units.
        share: volume of the part over the volume of the phases asked for [-].
        degree: polynomial degree that suits the mesh.
    """

    mesh: Mesh
    phases: npt.NDArray[np.int32]
    edges: Triple
    share: float
    degree: int

    def by_phase(self, values: Sequence[float], name: str) -> fem.Function:
        """Return a function that is constant in each cell.

        Args:
            values: by number of the phase.
            name: of the function.
        """
        function = fem.Function(fem.functionspace(self.mesh, ("DG", 0)), name=name)
        function.x.array[:] = np.asarray(values, dtype=np.float64)[self.phases]
        return function

    def face_dofs(self, space: fem.FunctionSpace, axis: int, high: bool) -> npt.NDArray[np.int32]:
        """Unknowns of a scalar space on a face of the box."""
        place, tolerance = self.edges[axis] if high else 0.0, 1e-6 * max(self.edges)
        return fem.locate_dofs_geometrical(space, lambda x: np.abs(x[axis] - place) < tolerance)


@dataclass(frozen=True, eq=False)
class Column:
    """What a unit mean gradient along an axis drives through a box.

    Attributes:
        flux: mean flux along x, y and z, shape (3,).
        lower: bound on the flux along the axis from below; NaN where none is known.
        upper: the same from above.
        finite_volumes: flux along the axis by two-point finite volumes; NaN for meshes.
        share: volume that reaches both faces over that of the phases with a value [-].
        unknowns: of the solve.
        iterations: of the linear solver.
    """

    flux: npt.NDArray[np.float64]
    lower: float
    upper: float
    finite_volumes: float
    share: float
    unknowns: int
    iterations: int


class Specimen(Protocol):
    """A rectangular box filled with phases."""

    @property
    def phases(self) -> tuple[str, ...]:
        """Names of the phases."""
        ...

    @property
    def fractions(self) -> Mapping[str, float]:
        """Volume of each phase over that of the box [-]."""
        ...

    def part(self, present: Sequence[str], axes: Sequence[int]) -> Part:
        """Mesh what connects the faces of the box; collective.

        Args:
            present: phases that are meshed; the others are empty.
            axes: directions; what is kept hangs together and reaches both faces across each of them.

        Raises:
            InputError: nothing does.
        """
        ...

    def conduct(
        self,
        values: Mapping[str, float],
        axes: Sequence[int],
        relative_tolerance: float,
        periodic_sides: bool,
    ) -> list[Column]:
        """Drive a flux along one axis after the other; collective.

        Args:
            values: conductivities of the phases that conduct, the largest 1.
            axes: directions.
            relative_tolerance: on the energy, and so on the flux along the axis.
            periodic_sides: whether the box repeats across the driven axis; else nothing passes its sides.

        Raises:
            InputError: nothing reaches from face to face, or sides that cannot be periodic.
        """
        ...


def require_phases(specimen: Specimen, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names, which must be phases of the specimen.

    Raises:
        InputError: for one that is not, or if there is none.
    """
    phases = tuple(names)
    for name in phases:
        if name not in specimen.phases:
            raise unknown_name("phase", name, specimen.phases)
    if not phases:
        raise InputError(
            "no phase has a value, so that nothing conducts; give one to at least one of "
            f"{', '.join(specimen.phases)}."
        )
    return phases


def not_connected(present: Sequence[str], axes: Sequence[int], fraction: float) -> InputError:
    """Return the error for phases of which nothing reaches from face to face.

    Args:
        present: the phases.
        axes: the directions asked for.
        fraction: their volume fraction [-].
    """
    ways = " and ".join(AXES[axis] for axis in axes)
    return InputError(
        f"no connected part of {' + '.join(present)} ({fraction:.1%} of the volume) reaches both faces "
        f"across {ways}, so that there is no effective property in this direction; use a larger sample, give "
        "another phase a value, or check the segmentation."
    )
