r"""Lithium along the radius of every particle.

    dx/dt = r^-2 d/dr [ r^2 f D(x) ( dx/dr + (1/U'(x)) d(shift)/dr ) ],   shift = Omega(x) sigma_h / F
    -F c_max f D ( ... ) = j  at r = R

the balance of ``chemomech.solver.physics.solid_lithium`` in a sphere, with the factor f of the particle. The
unknowns are values at nodes, finer towards the surface, with a node on it; each stands for the volume up to
the middles between nodes, where the fluxes are. What leaves one volume enters the next, so that lithium is
conserved whatever the laws.

With sigma_h = s - S0(x) (``chemomech.solver.physics.stress_feedback``) the stiff local part S0 stays in the
Newton iteration, and the smooth remainder s comes from the mechanics.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.experiments.models.radial import tridiagonal
from chemomech.experiments.models.radial.tables import LawTable, Places, blocks
from chemomech.materials import FARADAY, ActiveMaterial
from chemomech.solver.physics.stress_feedback import local_stress

Array = npt.NDArray[np.float64]

LOWEST, HIGHEST = -0.05, 1.05
"""Interval of x that is tabulated; iterates may leave the one where the laws are known."""


@dataclass(frozen=True, eq=False)
class SphereGrid:
    """Nodes along the radius, the same in every particle over its radius.

    Attributes:
        nodes: s = r/R from 0 to 1, shape (nodes,).
    """

    nodes: Array

    @classmethod
    def of(cls, intervals: int, grading: float = 1.0) -> SphereGrid:
        """Nodes at s = 1 - (1 - k/n)^p.

        Args:
            intervals: Number n.
            grading: Exponent p; 1 for equal intervals, more for finer ones at the surface.
        """
        return cls(1.0 - (1.0 - np.linspace(0.0, 1.0, intervals + 1)) ** grading)

    @property
    def middles(self) -> Array:
        """Between the nodes, shape (nodes - 1,)."""
        return 0.5 * (self.nodes[1:] + self.nodes[:-1])

    @property
    def volumes(self) -> Array:
        """Volume of each node over 4 pi R^3, shape (nodes,); the sum is 1/3."""
        faces = np.concatenate([[0.0], self.middles, [1.0]])
        return np.diff(faces**3) / 3.0

    @property
    def links(self) -> Array:
        """Area over distance of each interval, s^2 / ds, shape (nodes - 1, 1)."""
        return (self.middles**2 / np.diff(self.nodes))[:, None]


@dataclass(frozen=True, eq=False)
class Response:
    """How x follows the reaction in one Newton iteration: x + without + with_current * (change of j).

    Attributes:
        without: Change of x where j stays [-], shape (nodes, particles).
        with_current: Change of x for 1 A/m2 more [m2/A], shape (nodes, particles).
    """

    without: Array
    with_current: Array


class Spheres:
    """The lithium problem of many particles.

    Args:
        material: Active material.
        grid: Nodes.
        radius: R of each particle [m], shape (particles,).
        stress: Whether stress drives diffusion.
    """

    def __init__(self, material: ActiveMaterial, grid: SphereGrid, radius: Array, stress: bool) -> None:
        self.grid = grid
        self._radius, self._stress = radius, stress
        self._capacity = FARADAY * float(material.maximum_concentration)
        self._volumes, self._links = grid.volumes[:, None], grid.links
        self._table = LawTable(_laws(material, stress), LOWEST, HIGHEST)

    def linearise(
        self, x: Array, current: Array, rate: float, past: Array, factor: Array, remainder: Array | None
    ) -> Response:
        """One Newton iteration of all particles.

        Args:
            x: Present iterate, shape (nodes, particles).
            current: Present reaction current density [A/m2], shape (particles,).
            rate: Leading coefficient of the time formula [1/s].
            past: What the past contributes to the derivative [1/s], of the shape of x.
            factor: Diffusivity over that of the material, shape (particles,).
            remainder: s of the hydrostatic stress [Pa], of the shape of x; None where stress does not act.
        """
        whole = Response(np.empty_like(x), np.empty_like(x))
        for part in blocks(x.shape[1]):
            held = None if remainder is None or not self._stress else remainder[:, part]
            whole.without[:, part], whole.with_current[:, part] = self._block(
                x[:, part], current[part], rate, past[:, part], factor[part], held, self._radius[part]
            )
        return whole

    def _block(
        self, x: Array, current: Array, rate: float, past: Array, factor: Array, remainder: Array | None,
        radius: Array,
    ) -> list[Array]:  # fmt: skip
        at = self._table.places(x)
        table = self._table
        scale, outflow = self._links * (factor / radius**2), 1.0 / (self._capacity * radius)
        mobility, slope = table.at("D", at), table.at("D'", at)
        low, high = slice(None, -1), slice(1, None)
        mean, rise = 0.5 * (mobility[low] + mobility[high]), x[high] - x[low]
        flux = mean * rise
        by_low, by_high = 0.5 * slope[low] * rise - mean, 0.5 * slope[high] * rise + mean
        if remainder is not None:
            drift, drift_slope = table.at("D/U'", at), table.at("(D/U')'", at)
            shift = self._shift(at, remainder)
            shift_slope = table.at("Omega'", at) * remainder - table.at("Omega S0'", at)
            mean, rise = 0.5 * (drift[low] + drift[high]), shift[high] - shift[low]
            flux = flux + mean * rise
            by_low = by_low + 0.5 * drift_slope[low] * rise - mean * shift_slope[low]
            by_high = by_high + 0.5 * drift_slope[high] * rise + mean * shift_slope[high]
        inflow = scale * flux  # from the node outside into the one inside
        load = self._volumes * (rate * x + past)
        load[low] -= inflow
        load[high] += inflow
        load[-1] += outflow * current
        diagonal = np.empty_like(x)
        diagonal[:] = rate * self._volumes
        diagonal[low] -= scale * by_low
        diagonal[high] += scale * by_high
        outer = np.zeros_like(x)
        outer[-1] = -outflow
        return tridiagonal.solve(scale * by_low, diagonal, -scale * by_high, -load, outer)

    def _shift(self, at: Places, remainder: Array) -> Array:
        table = self._table
        return table.at("Omega", at) * remainder - table.at("Omega S0", at)

    def mean(self, x: Array) -> Array:
        """Volume mean of x in each particle, shape (particles,)."""
        return 3.0 * (self.grid.volumes @ x)


type Law = Callable[[Array], Array]


def _laws(material: ActiveMaterial, stress: bool) -> dict[str, Law]:
    def diffusivity(x: Array) -> Array:
        return np.asarray(material.diffusivity(x)) + 0.0 * x

    laws: dict[str, Law] = {"D": diffusivity, "D'": _derivative(diffusivity)}
    if not stress:
        return laws
    reference = float(material.stress_free_stoichiometry)

    def drift(x: Array) -> Array:
        return diffusivity(x) / np.asarray(material.open_circuit_voltage.derivative(x))

    def volume(x: Array) -> Array:
        return np.asarray(material.partial_molar_volume(x)) / FARADAY + 0.0 * x

    def local(x: Array) -> Array:
        return volume(x) * np.asarray(local_stress(material, reference, x))

    return laws | {
        "D/U'": drift, "(D/U')'": _derivative(drift),
        "Omega": volume, "Omega'": _derivative(volume),
        "Omega S0": local, "Omega S0'": _derivative(local),
    }  # fmt: skip


def _derivative(law: Law) -> Law:
    """Slope by central differences; it only steers Newton's iteration."""
    step = 1.0e-5
    return lambda x: (law(x + step) - law(x - step)) / (2.0 * step)
