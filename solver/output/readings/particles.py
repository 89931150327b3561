"""Per-particle lithium, reaction and stress.

Means are volume means, surface values are area means over the particle surface, and core values are
means with the weight exp(-(r / (R/4))^2) about the centre: smooth, so that they converge with the mesh.
Peaks are over quadrature points and surface facets.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import fem

from chemomech.solver.cell.half_cell import Electrochemistry
from chemomech.solver.cell.regions import IntArray
from chemomech.solver.cell.solid_mechanics import SolidMechanics
from chemomech.solver.cell.surfaces import ParticleSums, SurfaceIntegral
from chemomech.solver.output.readings.mean_stress import MeanHydrostatic
from chemomech.solver.output.readings.sampling import QuadratureSampler
from chemomech.solver.output.readings.shells import ShellReader
from chemomech.solver.physics.elasticity import equivalent_stress, largest_in_plane, surface_stress
from chemomech.solver.physics.fracture import RadialProfile
from chemomech.solver.physics.scales import LENGTH, STRESS
from chemomech.solver.results.quantities import CORE_WIDTH

Array = npt.NDArray[np.float64]


class ParticleReader:
    """Reads per-particle quantities of the present state.

    Args:
        problem: The electrochemical problem.
        mechanics: The mechanical problem, or None where mechanics is off.
    """

    def __init__(self, problem: Electrochemistry, mechanics: SolidMechanics | None) -> None:
        domains, fields = problem.domains, problem.fields
        self._sums = ParticleSums(problem)
        cells = domains.particles.parent_cells[: domains.particles.num_owned_cells]
        points = QuadratureSampler(domains, cells, 4)
        self._volume_weights = points.weights
        self._core_weights = points.weights * _core_weight(points, problem, self._sums.index)
        self._stoichiometry = points.evaluator(fields.stoichiometry)
        self.volume = self._sums.add(points.weights.sum(axis=1)) * LENGTH**3
        self._core_volume = self._sums.add(self._core_weights.sum(axis=1))
        facets = SurfaceIntegral(problem, fem.Constant(domains.mesh, 1.0), self._sums).per_cell()
        self._area = self._sums.add(facets)
        self.area = self._area * LENGTH**2
        self._surface = SurfaceIntegral(problem, fields.stoichiometry("+"), self._sums)
        self._current = SurfaceIntegral(problem, problem.interface_current, self._sums)
        self._shells = ShellReader(domains, points, self._sums.index, self.volume, self.area)
        self._stress = (
            None if mechanics is None else _StressReader(problem, mechanics, self._sums, facets, self._area)
        )

    @property
    def profile_radius(self) -> Array:
        """Radius R [m] that ``profile`` counts s = r/R in, shape (particles,)."""
        return self._shells.radius

    def profile(self) -> RadialProfile:
        """Present radial profile of the stoichiometry in each particle (collective)."""
        values = self._stoichiometry().reshape(self._volume_weights.shape)
        return self._shells.profile(values, self._surface() / self._area)

    def traction(self) -> Array:
        """Volume mean of the hydrostatic stress [Pa], the normal traction of what surrounds each particle.

        Shape (particles,); only where mechanics is on (collective).
        """
        assert self._stress is not None
        return self._stress.hydrostatic()

    def read(self) -> dict[str, Array]:
        """Per-particle quantities in SI units, each of shape (particles,) (collective)."""
        values = self._stoichiometry().reshape(self._volume_weights.shape)
        mean = self._sums.add((values * self._volume_weights).sum(axis=1)) / (self.volume / LENGTH**3)
        core = self._sums.add((values * self._core_weights).sum(axis=1)) / self._core_volume
        readings = {
            "mean_stoichiometry": mean,
            "surface_stoichiometry": self._surface() / self._area,
            "core_stoichiometry": core,
            "reaction_current_density": self._current() / self._area,
        }
        return readings if self._stress is None else readings | self._stress.read()


def _core_weight(points: QuadratureSampler, problem: Electrochemistry, index: IntArray) -> Array:
    layout = problem.domains.half_cell.layout
    centres = np.asarray(layout.centres)[index] / LENGTH
    radii = np.asarray(layout.radii)[index] / LENGTH
    distance = np.linalg.norm(points.coordinates - centres[:, None, :], axis=2)
    return np.asarray(np.exp(-((distance / (CORE_WIDTH * radii[:, None])) ** 2)))


class _StressReader:
    """Principal, hydrostatic and equivalent stress by particle.

    Lithium, and with it the stress, changes most at the surface, where points inside of the cells see little
    of it: peaks are over these points and the facets (``surface_stress``, its mean over a facet).
    """

    def __init__(
        self,
        problem: Electrochemistry,
        mechanics: SolidMechanics,
        sums: ParticleSums,
        facets: Array,
        area: Array,
    ) -> None:
        domains = problem.domains
        cells = domains.particles.parent_cells[: domains.particles.num_owned_cells]
        points = QuadratureSampler(domains, cells, 2)
        self._weights = points.weights
        self._mean = MeanHydrostatic(domains, mechanics, sums)
        self._core_weights = points.weights * _core_weight(points, problem, sums.index)
        self._core_volume = sums.add(self._core_weights.sum(axis=1))
        stress = mechanics.particle_stress()
        self._tensor = points.evaluator(stress)
        at_surface = _stress_at_surface(problem, mechanics)
        self._surface = SurfaceIntegral(problem, equivalent_stress(at_surface), sums)
        outward = ufl.FacetNormal(domains.mesh)("+")
        self._principal = SurfaceIntegral(problem, largest_in_plane(at_surface, outward), sums)
        self._facets, self._area, self._sums = facets, area, sums

    def _core(self, tensors: Array) -> Array:
        """Equivalent stress of the mean stress of the core [Pa]: zero, as at a centre, if all is radial."""
        weighted = np.einsum("cp,cpij->ijc", self._core_weights, tensors)
        mean = np.array([[self._sums.add(component) for component in row] for row in weighted])
        mean /= self._core_volume
        deviator = mean - np.einsum("iik->k", mean) / 3.0 * np.eye(3)[..., None]
        return np.asarray(np.sqrt(1.5 * (deviator**2).sum(axis=(0, 1))))

    def _peak(self, per_point: Array, per_cell: Array) -> Array:
        """Largest value by particle over the points and the facets [Pa]."""
        mean = np.full(len(per_cell), -np.inf)
        np.divide(STRESS * per_cell, self._facets, out=mean, where=self._facets > 0.0)
        return self._sums.maximum(np.maximum(per_point.max(axis=1, initial=-np.inf), mean))

    def hydrostatic(self) -> Array:
        return self._mean()

    def read(self) -> dict[str, Array]:
        tensors = STRESS * self._tensor().reshape(*self._weights.shape, 3, 3)
        principal = np.linalg.eigvalsh(tensors)
        s1, s2, s3 = principal[..., 2], principal[..., 1], principal[..., 0]
        equivalent = np.sqrt(0.5 * ((s1 - s2) ** 2 + (s2 - s3) ** 2 + (s3 - s1) ** 2))
        add, at_surface = self._sums.add, self._surface.per_cell()
        return {
            "max_principal_stress": self._peak(s1, self._principal.per_cell()),
            "max_equivalent_stress": self._peak(equivalent, at_surface),
            "mean_hydrostatic_stress": self._mean(),
            "surface_equivalent_stress": STRESS * add(at_surface) / self._area,
            "core_equivalent_stress": self._core(tensors),
        }


def _stress_at_surface(problem: Electrochemistry, mechanics: SolidMechanics) -> ufl.core.expr.Expr:
    """Stress on the particle side of the interface [GPa], under the traction of the matrix."""
    outward = ufl.FacetNormal(problem.domains.mesh)("+")
    strain = ufl.sym(ufl.grad(mechanics.of_particles))("+")
    traction = mechanics.matrix.stress(mechanics.of_matrix)("-") * outward
    return surface_stress(mechanics.particle.on_side("+"), strain, outward, traction)
