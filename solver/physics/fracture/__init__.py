"""Cracks in single particles: stress intensity from the radial profile, and how near to growth it comes.

One law a file, all NumPy and vectorised over particles, so that the resolved model, the radial model and
laws of damage call the same functions:

- ``profile``: a radial profile of anything in a sphere, from means over shells;
- ``stress``: radial and hoop stress in an elastic sphere with that chemical strain;
- ``surface_crack``, ``core_crack``: stress intensity of either crack under a given hoop stress;
- ``ratios``: both over the toughness, and the largest stress over the strength;
- ``history``: running maxima and first passages.
"""

from chemomech.solver.physics.fracture import core_crack, surface_crack
from chemomech.solver.physics.fracture.history import FractureHistory
from chemomech.solver.physics.fracture.profile import RadialProfile, mean_square_radius
from chemomech.solver.physics.fracture.ratios import (
    FractureReading,
    energy_ratio,
    read_fracture,
    require_flaws_inside,
)
from chemomech.solver.physics.fracture.stress import RadialStress, stress_in_spheres

__all__ = [
    "FractureHistory",
    "FractureReading",
    "RadialProfile",
    "RadialStress",
    "core_crack",
    "energy_ratio",
    "mean_square_radius",
    "read_fracture",
    "require_flaws_inside",
    "stress_in_spheres",
    "surface_crack",
]
