"""Stress in free elastic spheres from their lithium profiles: the mechanics of the companion.

With eps(r) the chemical strain counted from the start, <eps>(r) its mean inside r and one Young's modulus (at
the mean stoichiometry):

    sigma_r = 2 E / (3 (1 - nu)) (<eps>(R) - <eps>(r))
    sigma_t = E / (3 (1 - nu)) (2 <eps>(R) + <eps>(r) - 3 eps(r))

(Prussin 1961; Cheng and Verbrugge 2009). No matrix holds the sphere; the resolved model has one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.materials import ActiveMaterial

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SphereStress:
    """What the result of a run keeps of the stress; arrays of the shape of the means.

    Attributes:
        principal: largest principal stress [Pa].
        equivalent: largest equivalent stress [Pa].
        surface: equivalent stress at the surface [Pa].
        core: equivalent stress in the innermost shell [Pa].
    """

    principal: Array
    equivalent: Array
    surface: Array
    core: Array


def sphere_stress(
    material: ActiveMaterial, profile: Array, edges: Array, surface: Array, start: float
) -> SphereStress:
    """Return the stress for profiles of stoichiometry.

    Args:
        material: Young's modulus, Poisson's ratio and chemical strain.
        profile: mean stoichiometry of shells, centre first, shape (shells, ...).
        edges: radii between the shells over that of the particle, from 0 to 1, shape (shells + 1,).
        surface: stoichiometry at the surface, shape (...).
        start: stoichiometry without stress.
    """
    shells = len(profile)
    shape = (shells, *([1] * surface.ndim))
    volumes = np.diff(edges**3).reshape(shape)
    zero = float(material.chemical_strain(start))
    strain = np.asarray(material.chemical_strain(profile)) - zero
    within = np.cumsum(strain * volumes, axis=0)
    whole = within[-1]
    # Mean inside the middle of each shell: all shells below and its own inner part.
    middles = 0.5 * (edges[1:] + edges[:-1])
    inner = (middles**3 - edges[:-1] ** 3).reshape(shape)
    below = np.concatenate([np.zeros((1, *surface.shape)), within[:-1]])
    mean_inside = (below + strain * inner) / (middles**3).reshape(shape)
    mean = np.sum(profile * volumes, axis=0)
    modulus = np.asarray(material.youngs_modulus(mean)) / (1.0 - float(material.poisson_ratio))
    radial = modulus * (2.0 / 3.0) * (whole - mean_inside)
    hoop = modulus / 3.0 * (2.0 * whole + mean_inside - 3.0 * strain)
    at_surface = modulus * (whole - (np.asarray(material.chemical_strain(surface)) - zero))
    equivalent = np.abs(hoop - radial)
    return SphereStress(
        principal=np.maximum(np.maximum(radial, hoop).max(axis=0), at_surface),
        equivalent=np.maximum(equivalent.max(axis=0), np.abs(at_surface)),
        surface=np.abs(at_surface),
        core=equivalent[0],
    )


def parabola(mean: Array, surface: Array, edges: Array) -> Array:
    """Return the quasi-steady profile with a given mean and surface value, by shells.

    x(r) = x_s + 5/2 (x_mean - x_s) (1 - r^2): used where only these two are known.

    Args:
        mean: mean stoichiometry.
        surface: stoichiometry at the surface, of the same shape.
        edges: as in ``sphere_stress``.

    Returns:
        Mean of each shell, shape (shells, ...).
    """
    squares = 0.6 * np.diff(edges**5) / np.diff(edges**3)  # mean of r^2 over a shell
    factor = (2.5 * (1.0 - squares)).reshape((len(squares), *([1] * mean.ndim)))
    return np.asarray(surface + factor * (mean - surface))
