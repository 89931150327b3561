r"""Energy of crack growth: what new surface takes, what a growing crack sets free, and what is stored.

    needed = int f G_c dS,   released = int G dS = int G_c (K/K_c)^2 dS

over the new area dS of n_c annular cracks, whose area is n_c pi R^2 (a/R) (2 - a/R). The stored energy of a
sphere under radial and hoop stress is

    int (sigma_r^2 + 2 sigma_t^2 - 2 nu (sigma_t^2 + 2 sigma_r sigma_t)) / (2 E) dV.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from chemomech.solver.physics.fracture import RadialStress

Array = npt.NDArray[np.float64]

POINTS = 33
"""Points between the depths of a growing crack, for the integral of what it sets free."""


def crack_area(radius: Array, depth: Array, cracks: float) -> Array:
    """Area of the cracks of a particle, one side [m2].

    Args:
        radius: R [m].
        depth: a/R [-].
        cracks: n_c.
    """
    return np.asarray(cracks * np.pi * radius**2 * depth * (2.0 - depth))


def depth_of_area(radius: Array, area: Array, cracks: float) -> Array:
    """Depth a/R [-] whose cracks have an area, the inverse of ``crack_area``.

    Args:
        radius: R [m].
        area: One side of all cracks [m2]; beyond that of cracks to the centre it counts as that.
        cracks: n_c, above 0.
    """
    share = np.clip(area / (cracks * np.pi * radius**2), 0.0, 1.0)
    return np.asarray(1.0 - np.sqrt(1.0 - share))


def released(
    radius: Array,
    before: Array,
    after: Array,
    cracks: float,
    depths: Array,
    ratios: Array,
    fracture_energy: Array,
) -> Array:
    """Energy that cracks set free while they grow [J], shape (particles,).

    Args:
        radius: R [m], shape (particles,).
        before: a/R before [-], shape (particles,).
        after: a/R after [-], shape (particles,).
        cracks: n_c.
        depths: Depths a/R at which the ratio is known, increasing, shape (depths,).
        ratios: K/K_c there, shape (depths, particles); linear between them, nothing is set free below 0.
        fracture_energy: G_c [J/m2], shape (depths, particles).
    """
    result = np.zeros_like(radius)
    shares = np.linspace(0.0, 1.0, POINTS)
    for particle in np.flatnonzero(after > before):
        a = before[particle] + shares * (after[particle] - before[particle])
        ratio = np.maximum(np.interp(a, depths, ratios[:, particle]), 0.0)
        density = np.interp(a, depths, fracture_energy[:, particle]) * ratio**2
        area = crack_area(radius[particle], a, cracks)
        result[particle] = np.trapezoid(density, area)
    return result


def strain_energy_density(radial: Array, hoop: Array, modulus: Array, poisson_ratio: float) -> Array:
    """Elastic energy by volume [J/m3] of a state of radial and hoop stress [Pa]."""
    mixed = hoop**2 + 2.0 * radial * hoop
    return np.asarray((radial**2 + 2.0 * hoop**2 - 2.0 * poisson_ratio * mixed) / (2.0 * modulus))


_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_PLACES, _SHARES = 0.5 * (_NODES + 1.0), 0.5 * _WEIGHTS


def stored_energy(stress: RadialStress, radius: Array, poisson_ratio: float) -> Array:
    """Energy stored in spheres of one Young's modulus each [J], shape (particles,).

    Args:
        stress: In the spheres.
        radius: R [m], shape (particles,).
        poisson_ratio: Of the material [-].
    """
    s = np.broadcast_to(_PLACES, (len(radius), len(_PLACES)))
    modulus = (1.0 - poisson_ratio) * stress.modulus[:, None]
    density = strain_energy_density(stress.radial(s), stress.hoop(s), modulus, poisson_ratio)
    return np.asarray(4.0 * np.pi * radius**3 * (density @ (_SHARES * _PLACES**2)))
