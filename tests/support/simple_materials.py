"""Materials with laws simple enough for closed forms."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from chemomech.materials import GAS_CONSTANT, ActiveMaterial, active_material
from chemomech.materials.constants import FARADAY
from chemomech.materials.elementary import log
from chemomech.materials.splines import Polynomial

TEMPERATURE = 298.15


def simple_cathode(
    *,
    maximum_concentration: float,
    diffusivity: float,
    youngs_modulus: float,
    poisson_ratio: float,
    partial_molar_volume: float,
    open_circuit_voltage: Callable[[Any], Any],
) -> ActiveMaterial:
    """Constant D, E, nu and Omega; the open-circuit voltage is a function of x. SI units.

    The chemical strain is Omega c_max (x - 1) / 3, linear in x.
    """
    base = active_material("nmc-dfn-reference")
    slope = partial_molar_volume * maximum_concentration / 3.0
    voltage = base.open_circuit_voltage.paired_with(maximum_concentration, "a closed-form test")
    return base.replace(
        maximum_concentration=maximum_concentration,
        diffusivity=diffusivity,
        youngs_modulus=youngs_modulus,
        poisson_ratio=poisson_ratio,
        chemical_strain=dataclasses.replace(
            base.chemical_strain, function=Polynomial((-slope, slope)), valid_range=(-10.0, 10.0)
        ),
        open_circuit_voltage=dataclasses.replace(
            voltage, function=open_circuit_voltage, valid_range=(-10.0, 10.0)
        ),
    )


def linear_voltage(slope: float) -> Callable[[Any], Any]:
    """U = 4 V + slope (x - 1); slope = dU/dx [V] is negative."""
    return Polynomial((4.0 - slope, slope))


def dilute_voltage(x: Any) -> Any:
    """U = 4 V - (RT/F) ln x: the thermodynamics of a dilute solution, -F dU/dc = RT/c; finite at x = 0."""
    return 4.0 - (GAS_CONSTANT * TEMPERATURE / FARADAY) * log(x + 1.0e-30)
