"""Stress in free elastic spheres from their lithium profiles: the mechanics of the companion.

The closed form of ``chemomech.solver.physics.fracture.stress`` without traction: no matrix holds the sphere,
while the resolved model has one.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.materials import ActiveMaterial
from chemomech.solver.physics.fracture import RadialProfile, mean_square_radius, stress_in_spheres

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
    material: ActiveMaterial, profile: Array, edges: Array, surface: Array, stiffness: Array | None = None
) -> SphereStress:
    """Return the stress for profiles of stoichiometry.

    Args:
        material: Young's modulus, Poisson's ratio and chemical strain.
        profile: mean stoichiometry of shells, centre first, shape (shells, ...).
        edges: radii between the shells over that of the particle, from 0 to 1, shape (shells + 1,).
        surface: stoichiometry at the surface, shape (...).
        stiffness: Young's modulus over that of the material [-], shape (...); 1 if absent.
    """
    shells = RadialProfile.from_shells(
        mean_square_radius(edges), profile.reshape(len(profile), -1).T, surface.reshape(-1)
    )
    stress = stress_in_spheres(material, shells, np.zeros(surface.size))
    if stiffness is not None:
        stress = dataclasses.replace(stress, modulus=stress.modulus * stiffness.reshape(-1))
    at = np.broadcast_to(np.sqrt(shells.squares[:1, 1:]), (surface.size, len(profile) + 1))
    hoop, radial = stress.hoop(at), stress.radial(at)
    equivalent = np.abs(hoop - radial)
    return SphereStress(
        principal=np.maximum(radial, hoop).max(axis=1).reshape(surface.shape),
        equivalent=equivalent.max(axis=1).reshape(surface.shape),
        surface=equivalent[:, -1].reshape(surface.shape),
        core=equivalent[:, 0].reshape(surface.shape),
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
    squares = mean_square_radius(edges)
    factor = (2.5 * (1.0 - squares)).reshape((len(squares), *([1] * mean.ndim)))
    return np.asarray(surface + factor * (mean - surface))
