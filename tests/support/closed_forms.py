"""Closed-form solutions, dimensionless unless said otherwise.

Radii are in units of the sphere's radius R (rho = r/R) and times in units of R^2/D (T = D t/R^2).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

FloatArray = npt.NDArray[np.float64]
Decay = Callable[[FloatArray], FloatArray]
"""Amplitude of a mode, 1 at the start, as a function of its eigenvalue (lambda^2)."""

MODES = 400


def exponential(time: float) -> Decay:
    """Decay of the modes by the exact solution at a dimensionless time."""
    return lambda eigenvalues: np.exp(-eigenvalues * time)


# --- sphere, constant flux (Crank, The Mathematics of Diffusion, section 6.3.2) ------------------


@cache
def tangent_roots(count: int = MODES) -> FloatArray:
    """Positive roots of tan(lambda) = lambda: 4.493409, 7.725252, 10.904122, ..."""

    def condition(value: float) -> float:
        return float(np.sin(value) - value * np.cos(value))

    return np.array(
        [brentq(condition, k * np.pi, (k + 0.5) * np.pi, xtol=1e-14) for k in range(1, count + 1)]
    )


def sphere_constant_flux(rho: npt.ArrayLike, time: float, decay: Decay | None = None) -> FloatArray:
    """(c0 - c) D / (J R) for an outward molar flux J from a uniform start.

    3 T + rho^2/2 - 3/10 - (2/rho) sum sin(l rho) / (l^2 sin l) exp(-l^2 T).

    Args:
        rho: Radii.
        time: T.
        decay: Amplitude of the modes; the exact exponential if None. The part in front of the sum is
            linear in time, hence the solution of any consistent time formula, too.
    """
    r = np.asarray(rho, dtype=float)
    roots = tangent_roots()
    amplitude = (decay or exponential(time))(roots**2)
    total = np.zeros_like(r)
    for root, a in zip(roots, amplitude, strict=True):
        if abs(a) > 1e-17:
            total += a * np.sinc(root * r / np.pi) / (root * np.sin(root))
    return 3.0 * time + r**2 / 2.0 - 0.3 - 2.0 * total


def sphere_constant_flux_surface_hoop(time: float) -> float:
    """Hoop stress at the surface in units of E Omega J R / (3 (1 - nu) D), extraction positive."""
    # sigma_t(R) = (E Omega / 3(1-nu)) (c_mean - c_surface), and y counts downwards.
    return float(sphere_constant_flux(1.0, time)) - 3.0 * time


def sphere_constant_flux_centre(time: float) -> float:
    """Magnitude of the centre stress, same unit: (2/3) (y_mean - y_centre)."""
    return 2.0 / 3.0 * (3.0 * time - float(sphere_constant_flux(0.0, time)))


# --- sphere, constant surface concentration (Crank, section 6.3.1) --------------------------------


def sphere_constant_surface(rho: npt.ArrayLike, time: float, decay: Decay | None = None) -> FloatArray:
    """(c - c0) / (c_s - c0) = 1 + 2 sum (-1)^n sinc(n rho) exp(-n^2 pi^2 T)."""
    r = np.asarray(rho, dtype=float)
    n = np.arange(1.0, MODES + 1.0)
    amplitude = (decay or exponential(time))((n * np.pi) ** 2)
    total = np.zeros_like(r)
    for k, a in zip(n, amplitude, strict=True):
        if abs(a) > 1e-17:
            total += a * (-1.0) ** k * np.sinc(k * r)
    return 1.0 + 2.0 * total


def sphere_constant_surface_mean(rho: float, time: float) -> float:
    """Mean of ``sphere_constant_surface`` inside the radius rho (rho = 1: the whole sphere)."""
    if rho == 0.0:
        return float(sphere_constant_surface(0.0, time))
    n = np.arange(1, MODES + 1) * np.pi
    moment = (np.sin(n * rho) - n * rho * np.cos(n * rho)) / n**3
    signs = np.where(np.arange(MODES) % 2 == 0, -1.0, 1.0)
    return 1.0 + float(6.0 / rho**3 * np.sum(signs * moment * np.exp(-(n**2) * time)))


# --- stress in a free sphere (Prussin; Cheng and Verbrugge) ---------------------------------------


def free_sphere_stress(
    concentration: npt.ArrayLike, mean_inside: npt.ArrayLike, mean: float
) -> tuple[FloatArray, FloatArray]:
    """Radial and hoop stress in units of E Omega / (3 (1 - nu)) times the unit of concentration.

    sigma_r = (2/3) [c_av(R) - c_av(r)], sigma_t = (1/3) [2 c_av(R) + c_av(r) - 3 c(r)].

    Args:
        concentration: c(r).
        mean_inside: c_av(r), the mean inside the radius r.
        mean: c_av(R).
    """
    c, inside = np.asarray(concentration, dtype=float), np.asarray(mean_inside, dtype=float)
    return 2.0 / 3.0 * (mean - inside), (2.0 * mean + inside - 3.0 * c) / 3.0


def potentiostatic_stress(rho: float, time: float) -> tuple[float, float]:
    """Radial and hoop stress on insertion in units of E Omega (c_s - c0) / (3 (1 - nu))."""
    radial, hoop = free_sphere_stress(
        sphere_constant_surface(rho, time),
        sphere_constant_surface_mean(rho, time),
        sphere_constant_surface_mean(1.0, time),
    )
    return float(radial), float(hoop)


# --- coupled quasi-steady sphere -----------------------------------------------------------------


def coupled_quasi_steady(rho: npt.ArrayLike, mean: float, theta: float, flux_scale: float) -> FloatArray:
    """Concentration with D_eff = D (1 + theta c), constant inward flux, and dc/dt uniform.

    c + theta c^2 / 2 = A + (J R / 2 D) rho^2, with A such that the mean over the sphere is ``mean``.

    Args:
        rho: Radii.
        mean: c_avg [mol/m3].
        theta: [m3/mol].
        flux_scale: J R / D [mol/m3], positive on insertion.
    """

    def profile(constant: float, radii: FloatArray) -> FloatArray:
        right = constant + 0.5 * flux_scale * radii**2
        # The root that tends to the right-hand side itself as theta goes to zero.
        return 2.0 * right / (1.0 + np.sqrt(1.0 + 2.0 * theta * right))

    nodes, weights = np.polynomial.legendre.leggauss(40)
    radii, weights = 0.5 * (nodes + 1.0), 0.5 * weights

    def excess(constant: float) -> float:
        return float(np.sum(3.0 * radii**2 * weights * profile(constant, radii))) - mean

    constant = brentq(excess, mean - abs(flux_scale), 3.0 * mean * (1.0 + theta * mean) + abs(flux_scale))
    return profile(float(constant), np.asarray(rho, dtype=float))


# --- misfitting inclusion ------------------------------------------------------------------------


def bulk_and_shear(youngs_modulus: float, poisson_ratio: float) -> tuple[float, float]:
    """Bulk and shear modulus in the unit of Young's modulus."""
    return youngs_modulus / (3.0 * (1.0 - 2.0 * poisson_ratio)), youngs_modulus / (
        2.0 * (1.0 + poisson_ratio)
    )


def misfit_pressure(particle_bulk: float, matrix_shear: float, misfit: float) -> float:
    """Pressure on a sphere with linear eigenstrain ``misfit`` in an infinite matrix (tension if negative)."""
    return 12.0 * particle_bulk * matrix_shear * misfit / (3.0 * particle_bulk + 4.0 * matrix_shear)


def misfit_pressure_in_free_shell(
    particle_bulk: float, matrix_bulk: float, matrix_shear: float, misfit: float, fraction: float
) -> float:
    """Pressure where the matrix ends at a traction-free sphere; ``fraction`` is (a/b)^3.

    Shell u = A r + B/r^2, sigma_rr = 3 K A - 4 G B/r^3, zero at b and -p at a; particle
    u(a)/a = misfit - p/(3 K_p).
    """
    compliance = (fraction / (3.0 * matrix_bulk) + 1.0 / (4.0 * matrix_shear)) / (1.0 - fraction)
    return misfit / (1.0 / (3.0 * particle_bulk) + compliance)


def misfit_pressure_in_fixed_shell(
    particle_bulk: float, matrix_bulk: float, matrix_shear: float, misfit: float, fraction: float
) -> float:
    """Pressure where the matrix is held at a sphere: as above with u(b) = 0."""
    compliance = (1.0 - fraction) / (3.0 * matrix_bulk * fraction + 4.0 * matrix_shear)
    return misfit / (1.0 / (3.0 * particle_bulk) + compliance)


# --- electrolyte ---------------------------------------------------------------------------------


def sand_time(
    current_density: float,
    transference_number: float,
    porosity: float,
    effective_diffusivity: float,
    concentration: float,
    faraday: float,
) -> float:
    """Time [s] after which a semi-infinite electrolyte is empty at the electrode; SI units.

    tau = pi eps D_eff [c0 F / (2 i (1 - t+))]^2, and until then c(0, t) = c0 (1 - sqrt(t/tau)).
    """
    charge = concentration * faraday / (2.0 * current_density * (1.0 - transference_number))
    return float(np.pi * porosity * effective_diffusivity * charge**2)
