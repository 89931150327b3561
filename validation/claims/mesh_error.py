"""What each mesh preset, and the radial model in place of a mesh, may cost in the quantities of a result.

Errors as ``docs/accuracy.md`` lists them for the main case, the largest over its times unless said otherwise;
those of the finest are taken as a third of the standard preset's. A quantity without an entry has no mesh
error that is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from chemomech.errors import unknown_name
from chemomech.geometry import MESH_PRESETS

RADIAL = "radial"
"""The radial model: no mesh of its own, and its difference from the resolved model as an error."""

PRESETS = (RADIAL, *MESH_PRESETS)
"""The radial model and the mesh presets, from coarse to fine."""

USUAL = "coarse"
"""The one that is taken where nothing else is asked for."""


@dataclass(frozen=True)
class MeshError:
    """Error of a quantity on one mesh.

    Attributes:
        absolute: In the SI unit of the quantity.
        relative: As a share of the value.
        source: Where the number is from.
    """

    absolute: float = 0.0
    relative: float = 0.0
    source: str = "docs/accuracy.md, table of the presets"

    def __call__(self, value: float = 0.0) -> float:
        """Error of a value, in its unit."""
        return self.absolute + self.relative * abs(value)


def _absolute(radial: float, coarse: float, standard: float) -> Mapping[str, MeshError]:
    third = MeshError(standard / 3.0, source="a third of standard")
    errors = (MeshError(radial, source=_RADIAL), MeshError(coarse), MeshError(standard), third)
    return dict(zip(PRESETS, errors, strict=True))


def _relative(radial: float, coarse: float, standard: float, source: str) -> Mapping[str, MeshError]:
    errors = (coarse, standard, standard / 3.0)
    return {RADIAL: MeshError(relative=radial, source=_RADIAL)} | {
        preset: MeshError(relative=error, source=source)
        for preset, error in zip(PRESETS[1:], errors, strict=True)
    }


_RADIAL = "docs/radial.md, against the resolved model: nine particles of ten, and the standard mesh"
_TABLE = "docs/accuracy.md, table of the presets"
_LIMIT = "docs/accuracy.md, distance from the extrapolated limit at the end of the charge"

MESH_ERRORS: Mapping[str, Mapping[str, MeshError]] = MappingProxyType(
    {
        "voltage": _absolute(3.0e-3, 4.9e-3, 1.1e-3),
        "mean_stoichiometry": _absolute(2.6e-3, 4.9e-3, 1.1e-3),
        "surface_stoichiometry": _absolute(3.0e-3, 1.5e-2, 1.7e-3),
        "surface_equivalent_stress": _relative(0.15, 0.12, 0.032, _TABLE),
        "core_equivalent_stress": _relative(0.90, 0.68, 0.13, f"{_TABLE}, from 150 s on"),
        "mean_hydrostatic_stress": _relative(0.43, 0.12, 0.032, f"{_TABLE}: as the stress at the surface"),
        "energy_release_ratio": _relative(0.17, 0.043, 0.023, _LIMIT),
        "surface_crack_ratio": _relative(0.17, 0.043, 0.023, _LIMIT),
        "electrolyte_potential_drop": _relative(
            0.06,
            0.05,
            0.02,
            "docs/accuracy.md: 28.5 mV on the coarse mesh against 28.8 to 30.7 mV; 0.5 mV of voltage",
        ),
        "matrix_potential_span": _relative(
            0.06,
            0.10,
            0.02,
            "docs/validation.md and docs/accuracy.md: 31 uV on the coarse mesh against 34 uV",
        ),
    }
)
"""Errors by quantity and preset."""


def mesh_error(quantity: str, preset: str) -> MeshError:
    """What a preset may cost in a quantity.

    Raises:
        InputError: For a preset that does not exist.
        KeyError: For a quantity without a known error.
    """
    if preset not in PRESETS:
        raise unknown_name("mesh preset", preset, PRESETS)
    return MESH_ERRORS[quantity][preset]
