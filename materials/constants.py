"""Physical constants (CODATA 2018, exact in the SI since 2019) and the reference temperature."""

import math

FARADAY = 96485.33212
"""Charge of one mole of electrons [C/mol]."""

GAS_CONSTANT = 8.31446261815324
"""Molar gas constant [J/(mol K)]."""

AVOGADRO = 6.02214076e23
"""Entities in one mole [1/mol]."""

REFERENCE_TEMPERATURE = 298.15
"""Temperature at which every shipped law is evaluated [K]."""


def arrhenius_factor(activation_energy: float, from_temperature: float) -> float:
    """Factor that carries a rate from ``from_temperature`` [K] to 25 C, for an activation energy [J/mol]."""
    return math.exp(
        -activation_energy / GAS_CONSTANT * (1.0 / REFERENCE_TEMPERATURE - 1.0 / from_temperature)
    )
