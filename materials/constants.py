"""Physical constants (CODATA 2018, exact in the SI since 2019) and the reference temperature."""

import math

FARADAY = 96485.33212
"""Charge of one mole of electrons [C/mol]."""

GAS_CONSTANT = 8.31446261815324
"""Molar gas constant [J/(mol K)]."""

AVOGADRO = 6.02214076e23
"""Entities in one mole [1/mol]."""

REFERENCE_TEMPERATURE = 298.15
"""Temperature at which every shipped law holds as written [K]."""


def arrhenius_factor(
    activation_energy: float, from_temperature: float, to_temperature: float = REFERENCE_TEMPERATURE
) -> float:
    """Factor exp(-Ea/R (1/T - 1/T_from)) that carries a rate from one temperature to another.

    Args:
        activation_energy: Ea [J/mol].
        from_temperature: Temperature at which the rate is known [K].
        to_temperature: Temperature at which it is wanted [K].
    """
    return math.exp(-activation_energy / GAS_CONSTANT * (1.0 / to_temperature - 1.0 / from_temperature))
