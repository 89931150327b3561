"""Effective conductivity or diffusivity of a box of phases, and tortuosity factors.

    div(k grad u) = 0,   u = 0 and L_j on the faces across axis j,   no flux through the other four

so that the mean gradient over the box is the unit vector j (for a box filled by conducting phases), and
K_ij = <k d_i u>, the mean over the whole box.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import default_scalar_type, fem
from mpi4py import MPI

from chemomech.errors import require_between, unknown_name
from chemomech.solver.effective.elliptic import Elliptic
from chemomech.solver.effective.specimen import AXES, Part, Specimen, require_phases

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class EffectiveConductivity:
    """What the conductivities of the phases amount to.

    Attributes:
        tensor: K_ij, mean flux along i for a unit gradient along j, in the unit of the conductivities given,
            shape (3, 3); columns of directions that were not asked for are NaN. The sides let nothing
            through, so that entries off the diagonal are lower in magnitude than those of a free flux.
        connected: share of the conducting volume that reaches both faces, by direction [-], shape (3,).
        unknowns: of the largest solve.
        iterations: of the linear solver, by direction.
    """

    tensor: FloatArray
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
        connected: share of the phase that reaches both faces, by direction [-], (3,).
        unknowns: of the largest solve.
    """

    phase: str
    fraction: float
    relative: FloatArray
    factors: FloatArray
    connected: FloatArray
    unknowns: int


def effective_conductivity(
    specimen: Specimen,
    conductivities: Mapping[str, float],
    directions: str = "xyz",
    relative_tolerance: float = 1e-8,
) -> EffectiveConductivity:
    """Solve for one unit gradient after the other (collective).

    Args:
        specimen: the box.
        conductivities: of the phases that conduct, any unit, greater than 0; phases that are not named, or
            whose value is 0, are insulators and not meshed.
        directions: letters among xyz.
        relative_tolerance: of the linear solver.

    Raises:
        InputError: an unknown phase or direction, a conductivity that is negative or not finite, or no
            connected path from face to face.
    """
    for name, value in conductivities.items():
        require_between(f"the conductivity of {name}", value, 0.0, 1e30, "", "give a finite value from 0 on")
    names = require_phases(specimen, (name for name, value in conductivities.items() if value != 0.0))
    # Scaled, so that nothing depends on the unit.
    scale = max(conductivities.values())
    values = [conductivities.get(name, 0.0) / scale for name in specimen.phases]
    tensor, connected = np.full((3, 3), math.nan), np.full(3, math.nan)
    unknowns, iterations = 0, []
    for axis in axes_of(directions):
        part = specimen.part(names, (axis,))
        tensor[:, axis], size, count = _column(part, values, axis, relative_tolerance)
        tensor[:, axis] *= scale
        connected[axis], unknowns = part.share, max(unknowns, size)
        iterations.append(count)
    return EffectiveConductivity(tensor, connected, unknowns, tuple(iterations))


def tortuosity_factors(specimen: Specimen, phase: str, directions: str = "xyz") -> Tortuosity:
    """Tortuosity factors of one phase, all others insulating (collective).

    The factor is fraction x D0 / D_eff with the whole volume fraction of the phase, as Epting, Gelb and
    Litster (Adv. Funct. Mater. 22 (2012) 555) and Cooper et al. (SoftwareX 5 (2016) 203) use it; second-hand.

    Raises:
        InputError: an unknown phase or direction, or no connected path.
    """
    conductivity = effective_conductivity(specimen, {phase: 1.0}, directions)
    fraction = specimen.fractions[phase]
    relative = conductivity.diagonal
    return Tortuosity(
        phase, fraction, relative, fraction / relative, conductivity.connected, conductivity.unknowns
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


def _column(
    part: Part, values: Sequence[float], axis: int, relative_tolerance: float
) -> tuple[FloatArray, int, int]:
    mesh = part.mesh
    space = fem.functionspace(mesh, ("Lagrange", part.degree))
    conductivity = part.by_phase(values, "conductivity")
    dx = ufl.dx(domain=mesh, metadata={"quadrature_degree": 2 * part.degree})
    u, v = ufl.TrialFunction(space), ufl.TestFunction(space)
    bcs = [
        fem.dirichletbc(
            default_scalar_type(part.edges[axis] if high else 0.0), part.face_dofs(space, axis, high), space
        )
        for high in (False, True)
    ]
    problem = Elliptic(
        conductivity * ufl.inner(ufl.grad(u), ufl.grad(v)) * dx, bcs, relative_tolerance=relative_tolerance
    )
    potential = problem.solve()
    direction = fem.Constant(mesh, np.zeros(3))  # one form to compile, not three
    flux = fem.form(conductivity * ufl.inner(ufl.grad(potential), direction) * dx)
    total = np.zeros(3)
    for i in range(3):
        direction.value = np.eye(3)[i]
        total[i] = mesh.comm.allreduce(fem.assemble_scalar(flux), op=MPI.SUM)
    size, iterations = space.dofmap.index_map.size_global, problem.iterations
    problem.destroy()
    return total / math.prod(part.edges), int(size), iterations
