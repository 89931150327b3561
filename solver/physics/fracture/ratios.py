"""How near each particle is to breaking: stress over strength, energy release rate over its critical value.

G/G_c = (K/K_c)^2, with the toughness K_c at the stoichiometry where the crack is: the surface or the centre.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError
from chemomech.materials import ActiveMaterial
from chemomech.solver.physics.fracture import core_crack, surface_crack
from chemomech.solver.physics.fracture.profile import RadialProfile
from chemomech.solver.physics.fracture.stress import stress_in_spheres

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FractureReading:
    """One state; every array has the shape (particles,).

    Attributes:
        surface_stress_intensity: K of the surface crack [Pa m^0.5], negative where it is pressed shut.
        core_stress_intensity: K of the core crack [Pa m^0.5], negative where it is pressed shut.
        strength_ratio: Largest principal stress over the strength [-].
        surface_crack_ratio: G/G_c of the surface crack [-].
        core_crack_ratio: G/G_c of the core crack [-].
    """

    surface_stress_intensity: Array
    core_stress_intensity: Array
    strength_ratio: Array
    surface_crack_ratio: Array
    core_crack_ratio: Array


def read_fracture(
    material: ActiveMaterial,
    radius: Array,
    stoichiometry: RadialProfile,
    traction: Array,
    largest_stress: Array,
) -> FractureReading:
    """Stress intensities and ratios of one state.

    Args:
        material: Elasticity, toughness, strength and flaws.
        radius: Particle radii [m], shape (particles,).
        stoichiometry: x(r) in each particle.
        traction: Normal traction of what surrounds each particle [Pa], tension positive: the volume mean of
            its hydrostatic stress, zero for a free sphere; shape (particles,).
        largest_stress: Largest principal stress in each particle [Pa], shape (particles,).
    """
    hoop = stress_in_spheres(material, stoichiometry, traction).hoop
    surface = surface_crack.stress_intensity(hoop, np.asarray(float(material.surface_flaw_depth)), radius)
    core = core_crack.stress_intensity(hoop, np.asarray(float(material.core_flaw_radius)), radius)
    return FractureReading(
        surface_stress_intensity=surface,
        core_stress_intensity=core,
        strength_ratio=np.maximum(largest_stress, 0.0) / float(material.strength),
        surface_crack_ratio=energy_ratio(surface, material, stoichiometry.surface),
        core_crack_ratio=energy_ratio(core, material, stoichiometry.centre),
    )


def energy_ratio(stress_intensity: Array, material: ActiveMaterial, x: Array) -> Array:
    """G/G_c = (K/K_c)^2 [-]; 0 where the crack is pressed shut.

    Args:
        stress_intensity: K [Pa m^0.5].
        material: Toughness.
        x: Stoichiometry where the crack is.
    """
    toughness = np.asarray(material.fracture_toughness(x))
    return np.asarray((np.maximum(stress_intensity, 0.0) / toughness) ** 2)


def require_flaws_inside(material: ActiveMaterial, radius: Array) -> None:
    """Refuse flaws that do not fit into the smallest particle.

    Raises:
        InputError: If the depth or radius of a flaw reaches the smallest radius [m].
    """
    smallest = float(np.min(radius, initial=np.inf))
    for name in ("surface_flaw_depth", "core_flaw_radius"):
        size = float(getattr(material, name))
        if size >= smallest:
            raise InputError(
                f"{name} = {size:.3g} m must be less than the radius of the smallest particle, "
                f"{smallest:.3g} m; set materials.overrides.cathode.{name}, leave out smaller "
                "particles, or turn mechanics off."
            )
