"""Effective conductivity or diffusivity of a box of phases, and tortuosity factors.

    div(k grad u) = 0,   u = 0 and L_j on the faces across axis j,   no flux through the other four,

or periodic ones, so that the mean gradient over the box is the unit vector j (for a box filled by conducting
phases), and K_ij = <k d_i u>, the mean over the whole box.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.errors import require_between, unknown_name
from chemomech.solver.effective.specimen import AXES, Specimen, require_phases

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class EffectiveConductivity:
    """What the conductivities of the phases amount to.

    Attributes:
        tensor: K_ij, mean flux along i for a unit gradient along j, in the unit of the conductivities given,
            shape (3, 3); columns of directions that were not asked for are NaN. Sides that let nothing
            through make entries off the diagonal lower in magnitude than those of a free flux.
        lower: bound on the diagonal from below, shape (3,); NaN where none is known (layouts) or asked for.
        upper: bound on the diagonal from above, shape (3,). Both are for the voxels of an image, or the mesh
            of a layout, as they are, and hold to the tolerance of the solver. The value of an image is
            their geometric mean.
        finite_volumes: what two-point finite volumes give for the diagonal of an image, shape (3,), as
            several other tools do; lower than `lower`. NaN for layouts.
        connected: share of the conducting volume that reaches both faces, by direction [-], shape (3,).
        unknowns: of the largest solve.
        iterations: of the linear solver, by direction.
    """

    tensor: FloatArray
    lower: FloatArray
    upper: FloatArray
    finite_volumes: FloatArray
    connected: FloatArray
    unknowns: int
    iterations: tuple[int, ...]

    @property
    def diagonal(self) -> FloatArray:
        """Conductivity along x, y and z."""
        return np.diag(self.tensor).copy()


@dataclass(frozen=True, eq=False)
class Tortuosity:
    """Transport through one phase.

    Attributes:
        phase: its name.
        fraction: its volume fraction, dead ends and isolated parts included [-].
        relative: effective over own conductivity, D_eff / D0 = fraction / factor [-], by direction, (3,).
        factors: tortuosity factors fraction D0 / D_eff [-], by direction, (3,); NaN where not asked for.
        lower: bound on the factors from below, (3,).
        upper: bound on the factors from above, (3,); NaN where none is known (layouts).
        connected: share of the phase that reaches both faces, by direction [-], (3,).
        unknowns: of the largest solve.
    """

    phase: str
    fraction: float
    relative: FloatArray
    factors: FloatArray
    lower: FloatArray
    upper: FloatArray
    connected: FloatArray
    unknowns: int


def effective_conductivity(
    specimen: Specimen,
    conductivities: Mapping[str, float],
    directions: str = "xyz",
    relative_tolerance: float = 1e-6,
    periodic_sides: bool = False,
) -> EffectiveConductivity:
    """Solve for one unit gradient after the other (collective).

    Args:
        specimen: the box.
        conductivities: of the phases that conduct, any unit, greater than 0; phases that are not named, or
            whose value is 0, are insulators and not meshed.
        directions: letters among xyz.
        relative_tolerance: of the linear solver, on the energy, which is the value of the diagonal; entries
            off it are good to about the square root. Bounds of an image that are sharper than the energy are
            good to several times the default tolerance, and less so below it.
        periodic_sides: whether an image repeats across the driven axis; else nothing passes its sides.

    Raises:
        InputError: an unknown phase or direction, a conductivity that is negative or not finite, no
            connected path from face to face, or periodic sides of a layout.
    """
    for name, value in conductivities.items():
        require_between(f"the conductivity of {name}", value, 0.0, 1e30, "", "give a finite value from 0 on")
    names = require_phases(specimen, (name for name, value in conductivities.items() if value != 0.0))
    require_between("the relative tolerance", relative_tolerance, 1e-12, 1e-2, "", "give 1e-6, say")
    # Scaled, so that nothing depends on the unit.
    scale = max(conductivities.values())
    axes = axes_of(directions)
    columns = specimen.conduct(
        {name: conductivities[name] / scale for name in names}, axes, relative_tolerance, periodic_sides
    )
    tensor, connected = np.full((3, 3), math.nan), np.full(3, math.nan)
    lower, upper, volumes = (np.full(3, math.nan) for _ in range(3))
    for axis, column in zip(axes, columns, strict=True):
        tensor[:, axis], connected[axis] = column.flux * scale, column.share
        lower[axis], upper[axis] = column.lower * scale, column.upper * scale
        volumes[axis] = column.finite_volumes * scale
    unknowns = max(column.unknowns for column in columns)
    return EffectiveConductivity(
        tensor, lower, upper, volumes, connected, unknowns, tuple(column.iterations for column in columns)
    )


def tortuosity_factors(
    specimen: Specimen,
    phase: str,
    directions: str = "xyz",
    relative_tolerance: float = 1e-6,
    periodic_sides: bool = False,
) -> Tortuosity:
    """Tortuosity factors of one phase, all others insulating (collective).

    The factor is fraction x D0 / D_eff with the whole volume fraction of the phase, as Epting, Gelb and
    Litster (Adv. Funct. Mater. 22 (2012) 555) and Cooper et al. (SoftwareX 5 (2016) 203) use it; second-hand.

    Raises:
        InputError: an unknown phase or direction, no connected path, or periodic sides of a layout.
    """
    conductivity = effective_conductivity(
        specimen, {phase: 1.0}, directions, relative_tolerance, periodic_sides
    )
    fraction = specimen.fractions[phase]
    relative = conductivity.diagonal
    return Tortuosity(
        phase,
        fraction,
        relative,
        fraction / relative,
        fraction / conductivity.upper,
        fraction / conductivity.lower,
        conductivity.connected,
        conductivity.unknowns,
    )


def axes_of(directions: str) -> tuple[int, ...]:
    """Numbers of the directions named by letters.

    Raises:
        InputError: a letter other than x, y and z, or none.
    """
    for letter in directions or " ":
        if letter not in AXES:
            raise unknown_name("direction", letter, AXES)
    return tuple(AXES.index(letter) for letter in dict.fromkeys(directions))
