"""Coupled diffusion in a free elastic sphere by finite volumes along the radius: a solver of its own.

    dx/dt = -(1/r^2) d(r^2 n)/dr,   n = -D [dx/dr + (1/(F U')) d(Omega(x) sigma_h)/dr],   n(R) given

with the hydrostatic stress of a free sphere of constant E and nu under an isotropic eigenstrain eps(x),

    sigma_h(r) = 2 E / (3 (1 - nu)) (mean of eps over the volume - eps(x(r))).

Stress follows from the profile in closed form, so that nothing of the finite-element solver is used: no mesh,
no displacement, no split of the stress.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline

Array = npt.NDArray[np.float64]

FARADAY = 96485.33212


@dataclass(frozen=True)
class RadialSphere:
    """A free sphere whose molar volume changes with lithium.

    Attributes:
        radius: [m].
        diffusivity: D [m2/s].
        youngs_modulus: E [Pa].
        poisson_ratio: nu [-].
        molar_volume: Omega(x) [m3/mol].
        strain: Isotropic eigenstrain eps(x) [-], Omega c_max / 3 its slope; any zero.
        voltage_slope: dU/dx [V], constant, negative.
        outflow: Flux through the surface over c_max [m/s], outward positive.
        cells: Number of shells of equal thickness.
        drive_gradient_of_product: Whether the stress drives by grad(Omega sigma_h), as the chemical potential
            says; False is the wrong law Omega grad(sigma_h), to show that a comparison can tell them apart.
    """

    radius: float
    diffusivity: float
    youngs_modulus: float
    poisson_ratio: float
    molar_volume: Callable[[Array], Array]
    strain: Callable[[Array], Array]
    voltage_slope: float
    outflow: float
    cells: int = 400
    drive_gradient_of_product: bool = True

    @property
    def faces(self) -> Array:
        """Radii of the faces [m], shape (cells + 1,)."""
        return np.linspace(0.0, self.radius, self.cells + 1)

    @property
    def centres(self) -> Array:
        """Radii of the middles of the shells [m], shape (cells,)."""
        return 0.5 * (self.faces[1:] + self.faces[:-1])

    @property
    def volumes(self) -> Array:
        """Volumes of the shells over 4 pi [m3], shape (cells,)."""
        return np.diff(self.faces**3) / 3.0

    def stress(self, x: Array) -> Array:
        """Hydrostatic stress [Pa] of a profile, shape (cells,)."""
        eigenstrain = self.strain(x)
        mean = self.volumes @ eigenstrain / self.volumes.sum()
        factor = 2.0 * self.youngs_modulus / (3.0 * (1.0 - self.poisson_ratio))
        return np.asarray(factor * (mean - eigenstrain))

    def rates(self, x: Array) -> Array:
        """dx/dt [1/s] of a profile, shape (cells,)."""
        stress, volume = self.stress(x), self.molar_volume(x)
        if self.drive_gradient_of_product:
            drive = np.diff(volume * stress)
        else:
            drive = 0.5 * (volume[1:] + volume[:-1]) * np.diff(stress)
        slope = np.diff(x) + drive / (FARADAY * self.voltage_slope)
        flux = np.concatenate([[0.0], -self.diffusivity * slope / np.diff(self.centres), [self.outflow]])
        return np.asarray(-np.diff(self.faces**2 * flux) / self.volumes)

    def march(
        self, start: float, steps: Sequence[float], combine: Callable[[Sequence[float], int], tuple]
    ) -> Array:
        """Profile after implicit time steps from a uniform start.

        Args:
            start: Stoichiometry at the start.
            steps: Time steps [s].
            combine: Steps so far and the number of past profiles to ``(rate, weights)`` of the discrete time
                derivative rate x + sum(weights x_past), newest first. With the formula of the solver under
                test both have the same error in time.
        """
        past = [np.full(self.cells, start)]
        for number, _ in enumerate(steps):
            rate, weights = combine(steps[: number + 1], len(past))
            known = sum(w * p for w, p in zip(weights, past, strict=False))
            x = past[0].copy()
            for _ in range(20):
                residual = rate * x + known - self.rates(x)
                change = np.linalg.solve(rate * np.eye(self.cells) - self._jacobian(x), residual)
                x -= change
                if np.abs(change).max() < 1.0e-12:
                    break
            else:
                raise AssertionError("Newton's method along the radius did not end")
            past = [x, *past][:3]
        return past[0]

    def _jacobian(self, x: Array) -> Array:
        """Derivative of the rates by columns of finite differences."""
        columns = np.empty((self.cells, self.cells))
        for k in range(self.cells):
            moved = x.copy()
            moved[k] += 1.0e-7
            below = x.copy()
            below[k] -= 1.0e-7
            columns[:, k] = (self.rates(moved) - self.rates(below)) / 2.0e-7
        return columns

    def profile(self, x: Array) -> Callable[[Array], Array]:
        """The profile as a function of the radius [m], even about the centre."""
        r = np.concatenate([-self.centres[3::-1], self.centres])
        return CubicSpline(r, np.concatenate([x[3::-1], x]))
