"""Effective elastic moduli of a box of phases.

    div sigma = 0,   sigma = lambda tr(eps) 1 + 2 mu eps

Stretching along j: every face keeps its plane, the two across j move apart, nothing is sheared at a face.
Shearing in the plane ij: the faces across i slide along j and those across j along i, free to bulge out of
plane; the faces across k stay in their plane. These are the mixed conditions of Pahr and Zysset (Biomech.
Model. Mechanobiol. 7 (2008) 463; second-hand); they are those of a box that goes on as its own mirror image.
Mean stress over mean strain then gives nine constants; the others vanish by the mirror symmetry.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import default_scalar_type, fem
from mpi4py import MPI

from chemomech.errors import require_between
from chemomech.solver.algebra.elastic_multigrid import rigid_body_modes
from chemomech.solver.effective.elliptic import Elliptic
from chemomech.solver.effective.specimen import Part, Specimen, require_phases

FloatArray = npt.NDArray[np.float64]

SHEARS = ((1, 2), (0, 2), (0, 1))
"""Planes of the shear strains in Voigt's order."""


@dataclass(frozen=True)
class IsotropicElastic:
    """An isotropic phase.

    Attributes:
        youngs_modulus: E [Pa].
        poisson_ratio: nu [-].

    Raises:
        InputError: a modulus that is not positive, or a ratio outside -0.99 to 0.499.
    """

    youngs_modulus: float
    poisson_ratio: float

    def __post_init__(self) -> None:
        """Check the constants."""
        require_between("Young's modulus", self.youngs_modulus, 1e-3, 1e15, "Pa", "give a stiffness")
        require_between(
            "Poisson's ratio", self.poisson_ratio, -0.99, 0.499, "-", "linear elements lock beyond"
        )

    @property
    def shear(self) -> float:
        """Shear modulus [Pa]."""
        return self.youngs_modulus / (2.0 * (1.0 + self.poisson_ratio))

    @property
    def bulk(self) -> float:
        """Bulk modulus [Pa]."""
        return self.youngs_modulus / (3.0 * (1.0 - 2.0 * self.poisson_ratio))


@dataclass(frozen=True, eq=False)
class EffectiveElasticity:
    """Orthotropic stiffness of the box.

    Attributes:
        stiffness: Voigt's notation, order xx, yy, zz, yz, xz, xy, engineering shear strains [Pa], (6, 6).
        connected: share of the solid volume that carries load [-].
        unknowns: of a solve.
    """

    stiffness: FloatArray
    connected: float
    unknowns: int

    @cached_property
    def compliance(self) -> FloatArray:
        """Inverse of the stiffness [1/Pa]."""
        return np.asarray(np.linalg.inv(self.stiffness))

    @property
    def youngs_moduli(self) -> FloatArray:
        """Young's moduli along x, y and z [Pa]."""
        return 1.0 / np.diag(self.compliance)[:3]

    @property
    def voigt(self) -> tuple[float, float]:
        """Bulk and shear modulus averaged over orientations at equal strain [Pa]."""
        c = self.stiffness
        normal, lateral = float(np.trace(c[:3, :3])), float(c[0, 1] + c[0, 2] + c[1, 2])
        shear = float(np.trace(c[3:, 3:]))
        return (normal + 2.0 * lateral) / 9.0, (normal - lateral + 3.0 * shear) / 15.0

    @property
    def reuss(self) -> tuple[float, float]:
        """Bulk and shear modulus averaged over orientations at equal stress [Pa]."""
        s = self.compliance
        normal, lateral = float(np.trace(s[:3, :3])), float(s[0, 1] + s[0, 2] + s[1, 2])
        shear = float(np.trace(s[3:, 3:]))
        return 1.0 / (normal + 2.0 * lateral), 15.0 / (4.0 * (normal - lateral) + 3.0 * shear)

    @property
    def isotropic(self) -> IsotropicElastic:
        """The isotropic solid nearest in Hill's sense: moduli midway between those of Voigt and Reuss."""
        bulk, shear = (0.5 * (a + b) for a, b in zip(self.voigt, self.reuss, strict=True))
        ratio = (3.0 * bulk - 2.0 * shear) / (2.0 * (3.0 * bulk + shear))
        return IsotropicElastic(2.0 * shear * (1.0 + ratio), ratio)


def effective_elasticity(
    specimen: Specimen, phases: Mapping[str, IsotropicElastic], relative_tolerance: float = 1e-7
) -> EffectiveElasticity:
    """Solve for three stretches and three shears (collective).

    Args:
        specimen: the box.
        phases: constants of the solid phases; phases that are not named are void.
        relative_tolerance: of the linear solver.

    Raises:
        InputError: an unknown phase, or no connected solid that reaches all six faces.
    """
    names = require_phases(specimen, phases)
    part = specimen.part(names, (0, 1, 2))
    scale = max(solid.youngs_modulus for solid in phases.values())
    box = _Box(part, [phases.get(name) for name in specimen.phases], scale, relative_tolerance)
    stiffness = np.zeros((6, 6))
    stiffness[:3, :3] = box.stretched()
    for row, (i, j) in enumerate(SHEARS, start=3):
        stiffness[row, row] = box.sheared(i, j)
    stiffness[:3, :3] = 0.5 * (stiffness[:3, :3] + stiffness[:3, :3].T)  # equal but for the linear solver
    return EffectiveElasticity(stiffness * scale, part.share, box.unknowns)


class _Box:
    """The weak form on a part, with moduli in units of `scale`."""

    def __init__(
        self, part: Part, solids: Sequence[IsotropicElastic | None], scale: float, tolerance: float
    ) -> None:
        self._part, self._tolerance = part, tolerance
        self._space = fem.functionspace(part.mesh, ("Lagrange", part.degree, (3,)))
        self._scalar = [self._space.sub(i).collapse()[0] for i in range(3)]
        shear = [0.0 if solid is None else solid.shear / scale for solid in solids]
        bulk = [0.0 if solid is None else solid.bulk / scale for solid in solids]
        self._mu = part.by_phase(shear, "shear modulus")
        self._lambda = part.by_phase(
            [k - 2.0 / 3.0 * g for k, g in zip(bulk, shear, strict=True)], "Lame's first constant"
        )
        self._dx = ufl.dx(domain=part.mesh, metadata={"quadrature_degree": 2 * part.degree})
        v, w = ufl.TrialFunction(self._space), ufl.TestFunction(self._space)
        self._form = ufl.inner(self._stress(v), ufl.sym(ufl.grad(w))) * self._dx
        self._modes = rigid_body_modes(self._space)
        self._values: dict[tuple[int, bool, int], fem.Constant] = {}

    @property
    def unknowns(self) -> int:
        """Displacements."""
        return 3 * int(self._space.dofmap.index_map.size_global)

    def stretched(self) -> FloatArray:
        """Mean normal stresses (rows) for unit stretches along x, y and z (columns)."""
        bcs = [self._fixed(axis, high, axis) for axis in range(3) for high in (False, True)]
        problem = Elliptic(self._form, bcs, self._modes, self._tolerance)
        columns = []
        for axis in range(3):
            for other in range(3):
                self._values[other, True, other].value = self._part.edges[axis] if other == axis else 0.0
            columns.append(self._means(problem.solve(), [(i, i) for i in range(3)]))
        problem.destroy()
        return np.column_stack(columns)

    def sheared(self, i: int, j: int) -> float:
        """Mean shear stress in the plane ij for a unit shear there."""
        k = 3 - i - j
        bcs = [
            self._fixed(axis, high, component)
            for (axis, component), high in itertools.product(
                ((i, j), (j, i), (i, k), (j, k), (k, k)), (False, True)
            )
        ]
        for axis, component in ((i, j), (j, i)):
            self._values[axis, True, component].value = 0.5 * self._part.edges[axis]
        problem = Elliptic(self._form, bcs, self._modes, self._tolerance)
        (mean,) = self._means(problem.solve(), [(i, j)])
        problem.destroy()
        return float(mean)

    def _fixed(self, axis: int, high: bool, component: int) -> fem.DirichletBC:
        """Fix a component of the displacement on a face, at 0 until told otherwise."""
        value = fem.Constant(self._part.mesh, default_scalar_type(0.0))
        self._values[axis, high, component] = value
        space, place = self._space.sub(component), self._part.edges[axis] if high else 0.0
        tolerance = 1e-6 * max(self._part.edges)
        dofs = fem.locate_dofs_geometrical(
            (space, self._scalar[component]), lambda x: np.abs(x[axis] - place) < tolerance
        )
        return fem.dirichletbc(value, dofs[0], space)

    def _stress(self, displacement):  # type: ignore[no-untyped-def]
        strain = ufl.sym(ufl.grad(displacement))
        return self._lambda * ufl.tr(strain) * ufl.Identity(3) + 2.0 * self._mu * strain

    def _means(self, displacement: fem.Function, entries: Sequence[tuple[int, int]]) -> FloatArray:
        entry = fem.Constant(self._part.mesh, np.zeros((3, 3)))  # one form to compile, not six
        form = fem.form(ufl.inner(self._stress(displacement), entry) * self._dx)
        total = np.zeros(len(entries))
        for row, (i, j) in enumerate(entries):
            entry.value = np.zeros((3, 3))
            entry.value[i, j] = 1.0
            total[row] = self._part.mesh.comm.allreduce(fem.assemble_scalar(form), op=MPI.SUM)
        return total / math.prod(self._part.edges)
