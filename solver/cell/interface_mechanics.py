"""Displacements of particles and matrix that a breakable bond holds together.

The bond acts between two displacements, one on the particles and one on the matrix. Equilibrium is found by
Newton's method with the bodies' stiffness frozen and the bond's tangent up to date: conjugate gradients apply
the latter point by point, and their preconditioner, built for both bodies and a tangent without its negative
slopes, is kept as long as it serves. Where a softening bond makes the whole unstable, the iteration goes on
without negative slopes: each correction then lowers the energy, to the next stable state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import fem
from petsc4py import PETSc

from chemomech.solver.algebra.elastic_multigrid import TwoLevelElasticity, side_by_side, transfer, union
from chemomech.solver.cell.interface_bond import InterfaceBond
from chemomech.solver.cell.interface_energies import Energies
from chemomech.solver.cell.interface_facets import Body, InterfaceFacets
from chemomech.solver.cell.interface_solids import Solid
from chemomech.solver.cell.mechanics import MechanicsOptions, MechanicsReport, RemainderProjection, supports
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.cell.regions import Domains
from chemomech.solver.physics.cohesive import CohesiveLaw
from chemomech.solver.physics.elasticity import matrix_elasticity, particle_elasticity
from chemomech.solver.physics.scales import LENGTH, STRESS

Array = npt.NDArray[np.float64]

OPTIONS = MechanicsOptions(max_corrections=80)
"""A bond that lets go at once takes tens of corrections."""

LOOSE, FIRM = 3.0e-3, 1.0e-3
"""Reduction of the residual in a linear solve, at most, and where that did not serve: what a solve leaves can
open a stiff bond that holds."""

MOST = 150
"""Iterations of a linear solve; what they have found serves as a correction, converged or not."""

WORTH = 60
"""Iterations beyond the first ones, added up, with which a preconditioner is old: what a new one costs."""

LITTLE = 0.5
"""Share of the residual that is left where a loose solve did not serve."""

TURNED = 0.08
"""Share of the interface that touches or opens since the smoother was built, which is old then."""

SMALL = 0.02
"""Share of the strength of the bond that may stay out of balance, whatever the coupling allows."""

SLOW = 3
"""Corrections in a row that reduce the residual little before bodies and preconditioner are built anew."""

SEARCHES, SLOPE_LEFT, SHORTEST, LONGEST = 4, 0.5, 0.1, 10.0
"""Lengths tried along a correction, the share of the slope that may be left there, bounds of a length."""

FLAT = 4
"""Corrections without negative slopes before they are tried again."""


class DebondingMechanics:
    """Quasi-static equilibrium for the present stoichiometry, the particles held by a bond.

    Args:
        model: Materials and boundary loads.
        domains: Subdomains.
        x: Stoichiometry on the particles.
        law: The bond.
        degree: Polynomial degree of the displacements.
        options: Tolerances.
        stiffness_factor: Young's modulus of the particles over that of the material, see ``SolidMechanics``.
    """

    def __init__(
        self,
        model: HalfCellModel,
        domains: Domains,
        x: fem.Function,
        law: CohesiveLaw,
        degree: int = 2,
        options: MechanicsOptions = OPTIONS,
        stiffness_factor: fem.Function | None = None,
    ) -> None:
        self.options = options
        self.domains = domains
        shape = ("Lagrange", degree, (3,))
        self.of_particles = fem.Function(
            fem.functionspace(domains.particles.mesh, shape), name="particle_displacement"
        )
        self.of_matrix = fem.Function(
            fem.functionspace(domains.matrix.mesh, shape), name="matrix_displacement"
        )
        reference = float(model.cathode.stress_free_stoichiometry)
        self.stiffness_factor = stiffness_factor
        self.particle = particle_elasticity(model.cathode, x, reference, stiffness_factor)
        self.matrix = matrix_elasticity(model.matrix)
        laws, measures = (self.particle, self.matrix), (domains.dx_particles, domains.dx_matrix)
        solids = tuple(
            Solid(Body(u, supports(domains, u.function_space)), own, dx, model, domains)
            for u, own, dx in zip(self.displacements.values(), laws, measures, strict=True)
        )
        facets = InterfaceFacets(domains, solids[0].body, solids[1].body)
        self.bond = InterfaceBond(law, facets, Energies(domains, solids))
        self._system = _System(self.bond, solids)
        self._projection = RemainderProjection(domains, self.particle_stress(), model, x)

    @property
    def displacements(self) -> Mapping[str, fem.Function]:
        """Displacements by the name of the dataset they are written to [um]."""
        return {"particle-displacement": self.of_particles, "matrix-displacement": self.of_matrix}

    @property
    def remainder(self) -> fem.Function:
        """Smooth remainder s of the hydrostatic stress [GPa] (see ``stress_feedback``)."""
        return self._projection.remainder

    def solve(self) -> MechanicsReport:
        """Bring the displacements into equilibrium with the present stoichiometry (collective)."""
        return self._system.solve(self.options)

    def begin(self) -> None:
        """Take the present state for that at the start (collective)."""
        self.bond.begin()

    def update_remainder(self) -> float:
        """Project the smooth remainder; returns its largest change [Pa] (collective)."""
        return self._projection.update()

    def particle_stress(self) -> ufl.core.expr.Expr:
        """Stress in the particles [GPa] as an expression in displacement and stoichiometry."""
        return self.particle.stress(self.of_particles)

    def destroy(self) -> None:
        """Free the PETSc objects (collective)."""
        self._system.destroy()
        self._projection.destroy()


class _Tangent:
    """Bodies with frozen stiffness and the bond's present tangent, applied to vectors of the union."""

    def __init__(self, bond: InterfaceBond, solids: Sequence[Solid]) -> None:
        self._facets = bond.facets
        self._trials = [fem.Function(solid.body.displacement.function_space) for solid in solids]
        self._owned = [3 * solid.body.owned for solid in solids]
        self.bodies: PETSc.Mat | None = None
        self.bond: Array = np.empty(0)

    def mult(self, matrix: PETSc.Mat, given: PETSc.Vec, result: PETSc.Vec) -> None:
        """See PETSc's MatMult."""
        assert self.bodies is not None
        self.bodies.mult(given, result)
        first = self._owned[0]
        for trial, part in zip(self._trials, (given.array_r[:first], given.array_r[first:]), strict=True):
            trial.x.array[: len(part)] = part
            trial.x.scatter_forward()
        opening = self._facets.opening_of([trial.x.array for trial in self._trials]) / LENGTH
        result.array[:] += np.concatenate(self._facets.forces(np.einsum("pij,pj->pi", self.bond, opening)))


class _Age:
    """How well a preconditioner still serves."""

    def __init__(self) -> None:
        self.fresh, self.old = True, False
        self._first: int | None = None
        self._excess = 0

    @property
    def enough(self) -> int:
        """Iterations after which what they have found serves as a correction."""
        return MOST if self._first is None else min(self._first + WORTH, MOST)

    def note(self, iterations: int) -> None:
        """Take note of a linear solve."""
        self.fresh = False
        if self._first is None:
            self._first = iterations
        self._excess += max(iterations - self._first, 0)
        self.old = self._excess >= WORTH


class _System:
    """The two bodies and the bond between them as one system of equations."""

    def __init__(self, bond: InterfaceBond, solids: Sequence[Solid]) -> None:
        self._bond, self._law, self._facets, self._solids = bond, bond.law, bond.facets, solids
        parts = union([transfer(s.body.displacement.function_space, s.body.bcs) for s in solids])
        self._solver = TwoLevelElasticity(parts, max_iterations=MOST)
        self._owned = [3 * solid.body.owned for solid in solids]
        self._rhs, self._elastic = (parts.correction.duplicate() for _ in range(2))
        size = parts.correction.getSizes()
        self._context = _Tangent(bond, solids)
        self._tangent = PETSc.Mat().createPython((size, size), self._context, comm=parts.correction.comm)
        self._tangent.setUp()
        self._whole: PETSc.Mat | None = None
        self._age = _Age()
        # Slopes along the normal that the smoother knows.
        self._known = np.empty(0)
        # A load far below the strength of the bond is none.
        strength = np.zeros((len(self._facets.weights), 3))
        strength[:, 0] = self._law.strength / STRESS
        self._fill(self._rhs, self._facets.forces(strength))
        self._least_load = float(self._rhs.norm())

    def destroy(self) -> None:
        held_ones = (self._rhs, self._elastic, self._tangent, self._context.bodies, self._whole)
        for held in held_ones:
            if held is not None:
                held.destroy()
        self._solver.destroy()
        for solid in self._solids:
            solid.destroy()

    def solve(self, options: MechanicsOptions) -> MechanicsReport:
        reference = max(self._load_norm(), self._least_load)
        # A uniform stress in the particles pulls at the interface alone, as the strength does.
        unbalanced = min(options.stress / self._law.strength, SMALL) * self._least_load
        target = max(options.relative_tolerance * reference, unbalanced)
        norm, linear, slow, flat, loosest = self._assemble(), 0, 0, 0, LOOSE
        for correction in range(options.max_corrections + 1):
            if not np.isfinite(norm):
                break
            if norm <= target:
                return MechanicsReport(True, correction, linear, norm / reference)
            slopes = self._slopes(0.0)
            if self._whole is None or slow >= SLOW:
                self._build(slopes)
                slow = 0
            elif self._age.old or self._turned(slopes) > TURNED:
                self._tie(slopes, coarse=self._age.old)
            tangent = slopes if flat else self._slopes(1.0)
            iterations = self._correct(max(0.3 * target / norm, loosest), tangent)
            if iterations is None:
                if flat and self._age.fresh:
                    break
                # Without negative slopes there is a correction, but for a preconditioner of another state.
                self._age.old = self._age.old or flat > 0
                flat = FLAT
                continue
            linear += iterations
            self._age.note(iterations)
            flat = max(flat - 1, 0)
            previous, norm = norm, self._advance()
            slow = slow + 1 if norm > options.slow * previous else 0
            if norm > LITTLE * previous:
                loosest = FIRM
        return MechanicsReport(False, correction, linear, norm / reference)

    def _load_norm(self) -> float:
        self._fill(self._rhs, [solid.load() for solid in self._solids])
        return float(self._rhs.norm())

    def _fill(self, vector: PETSc.Vec, parts: Sequence[Array]) -> None:
        vector.array[:] = np.concatenate(parts)

    def _assemble(self) -> float:
        """Residual of the present displacements; its norm."""
        self._fill(self._elastic, [solid.residual() for solid in self._solids])
        return self._add_bond()

    def _add_bond(self) -> float:
        self._elastic.copy(self._rhs)
        traction = self._law.traction(self._facets.opening(), self._bond.largest) / STRESS
        self._rhs.array[:] += np.concatenate(self._facets.forces(traction))
        return float(self._rhs.norm())

    def _slopes(self, softening: float) -> Array:
        """Tangent of the bond [GPa/um]."""
        tangent = self._law.tangent(self._facets.opening(), self._bond.largest, softening)
        return tangent * (LENGTH / STRESS)

    def _build(self, slopes: Array) -> None:
        """Stiffness of the bodies and preconditioner at the present state."""
        if self._context.bodies is not None:
            self._context.bodies.destroy()
        self._context.bodies = side_by_side([solid.stiffness() for solid in self._solids])
        self._tie(slopes, coarse=True)

    def _tie(self, slopes: Array, coarse: bool) -> None:
        """Preconditioner for the bodies as they are, with a tangent of the bond between them.

        Args:
            slopes: The tangent, without negative slopes [GPa/um].
            coarse: Whether the coarse level learns of it.
        """
        bodies, self._known = self._context.bodies, slopes[:, 0, 0]
        if coarse:
            self._age = _Age()
        if self._whole is None:
            self._whole = self._facets.stiffness(slopes)
            self._whole.axpy(1.0, bodies, structure=PETSc.Mat.Structure.DIFFERENT_NONZERO_PATTERN)
            self._whole.setBlockSize(3)
        else:
            self._whole.zeroEntries()
            self._whole.axpy(1.0, bodies, structure=PETSc.Mat.Structure.SUBSET_NONZERO_PATTERN)
            self._facets.add_stiffness(slopes, self._whole)
        self._solver.set_operator(self._whole, self._whole, coarse)

    def _turned(self, slopes: Array) -> float:
        """Share of the interface where the bond is much stiffer or softer along the normal than is known."""
        ratio = slopes[:, 0, 0] / self._known
        return self._bond.share((ratio > 2.0) | (ratio < 0.5))

    def _correct(self, rtol: float, tangent: Array) -> int | None:
        """Find a correction along which the energy falls; the iterations, None where there is none."""
        self._context.bond = tangent
        self._solver.set_tangent(self._tangent)
        iterations = self._solver.solve(self._rhs, rtol, self._age.enough)
        if iterations is None or not self._solver.correction.dot(self._rhs) > 0.0:
            return None
        return iterations

    def _advance(self) -> float:
        """Move along the correction to where the energy no longer falls much; the norm of the residual."""
        step, slope = self._solver.correction, self._solver.correction.dot(self._rhs)
        before, length, norm = self._elastic.copy(), 0.0, np.inf
        change, wanted = None, 1.0
        for _ in range(SEARCHES):
            self._move(step, wanted - length)
            length = wanted
            if change is None:
                norm = self._assemble()
                change = self._elastic - before
            else:
                # The bodies are linear for given lithium.
                self._elastic.waxpy(length, change, before)
                norm = self._add_bond()
            left = step.dot(self._rhs)
            if not np.isfinite(left) or abs(left) <= SLOPE_LEFT * slope:
                break
            secant = slope / (slope - left) if left < slope else LONGEST
            wanted = length * min(max(secant, SHORTEST), LONGEST)
        before.destroy()
        if change is not None:
            change.destroy()
        return norm

    def _move(self, step: PETSc.Vec, length: float) -> None:
        values, first = step.array_r, self._owned[0]
        for solid, part in zip(self._solids, (values[:first], values[first:]), strict=True):
            u = solid.body.displacement
            u.x.array[: len(part)] -= length * part
            u.x.scatter_forward()
