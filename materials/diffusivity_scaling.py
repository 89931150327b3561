"""How the diffusivity of a particle follows from its radius.

A material states one D, for particles of one radius. Measured diffusion times of single polycrystalline
particles do not depend on their size (Min et al. 2023, Energy Environ. Sci. 16, 3847, 10.1039/D3EE00953J: 21
particles of NMC, read as electrolyte in their cracks): then D grows with R^2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from chemomech.errors import InputError
from chemomech.materials.elementary import Value
from chemomech.materials.kinds.active_material import ActiveMaterial


class DiffusivityScaling(Protocol):
    """A rule by which the diffusivity depends on the particle radius."""

    @property
    def is_uniform(self) -> bool:
        """Whether all particles have the diffusivity of the material."""
        ...

    def factor(self, material: ActiveMaterial, radius: Value) -> Value:
        """Diffusivity of a particle over that of the material [-].

        Args:
            material: Active material.
            radius: Radius of the particle [m]; a number, an array or a symbol.

        Raises:
            InputError: If the material does not state what the rule needs.
        """
        ...


@dataclass(frozen=True)
class SameDiffusivity:
    """Every particle has the D of the material, so that its diffusion time grows with R^2."""

    is_uniform = True

    def factor(self, material: ActiveMaterial, radius: Value) -> Value:
        """One."""
        return 0.0 * radius + 1.0


@dataclass(frozen=True)
class SameDiffusionTime:
    """D grows with (R / R_ref)^2, so that R^2/D is that of particles of the radius R_ref of the material."""

    is_uniform = False

    def factor(self, material: ActiveMaterial, radius: Value) -> Value:
        """(R / R_ref)^2."""
        reference = material.diffusivity_radius
        if reference is None:
            raise InputError(
                "materials.diffusivity_scaling = 'radius-squared' needs the radius for which the diffusivity "
                f"of {material.name} is stated, and there is none; state materials.overrides.cathode."
                "diffusivity_radius, as in 3 um, or leave the scaling at 'none'."
            )
        ratio = radius * (1.0 / float(reference))
        return ratio * ratio


DIFFUSIVITY_SCALINGS: Mapping[str, DiffusivityScaling] = MappingProxyType(
    {"none": SameDiffusivity(), "radius-squared": SameDiffusionTime()}
)
"""The rules by their names in a case."""
