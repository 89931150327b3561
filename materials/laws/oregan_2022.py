"""NMC811 of an LG M50 cell after O'Regan et al., Electrochim. Acta 425 (2022) 140700."""

from __future__ import annotations

from chemomech.materials.curve import Curve
from chemomech.materials.elementary import Value, exp, log, soft_clip, soft_floor
from chemomech.materials.kinetics import SALT_FLOOR, ExchangeCurrentDensity
from chemomech.materials.laws import heat
from chemomech.materials.provenance import Parameter, Source
from chemomech.materials.temperature import Arrhenius, Independent, Linear

MAXIMUM_CONCENTRATION = 51765.0
"""c_max [mol/m3] to which the stoichiometry of the source belongs."""

PARTICLE_RADIUS = 5.22e-6
"""Radius of the particles of the source [m]."""

_REFERENCE = "O'Regan et al., Electrochim. Acta 425 (2022) 140700, as coded in PyBaMM's ORegan2022"
_GAS_CONSTANT = 8.314462618
_LN_10 = 2.302585092994046
_RANGE = (0.27, 0.91)
_FLOOR = 4.0e-6
"""Share of filled or empty sites below which the exchange current density no longer falls [-]."""
_BLEND = 0.002
"""Half of the distance in x outside the range over which the diffusivity turns constant."""


def of_the_electrode_conductivity() -> Arrhenius:
    """3.5 kJ/mol of the effective conductivity, which carbon and binder carry."""
    return Arrhenius(
        3.5e3,
        Source(
            "O'Regan et al., Electrochim. Acta 425 (2022) 140700, effective conductivity of an NMC811 "
            "electrode as coded in PyBaMM's ORegan2022, taken for the carbon-binder network",
            ("second-hand", "assumed"),
        ),
    )


def maximum_concentration() -> Parameter:
    """c_max [mol/m3] of the source, 5 % above that of the lattice."""
    return Parameter(
        MAXIMUM_CONCENTRATION,
        "mol/m3",
        Source(f"{_REFERENCE}; the lattice of NMC811 holds 49 200 mol/m3", ("second-hand",)),
        (49138.0, 63104.0),
        heat.NO_EXPANSION,
    )


def _bell(x: Value, centre: float, square_width: float) -> Value:
    distance = x - centre
    return exp(-1.0 * distance * distance * (1.0 / square_width))


def _diffusivity(x: Value) -> Value:
    inside = soft_clip(x, *_RANGE, _BLEND)
    power = (
        -13.96
        - 0.9231 * _bell(inside, 0.3216, 0.002534)
        - 0.4066 * _bell(inside, 0.4532, 0.003926)
        - 0.9930 * _bell(inside, 0.8098, 0.09924)
    )
    return 2.7 * exp(_LN_10 * power)


def diffusivity() -> Curve:
    """Chemical diffusivity D(x) from GITT, times the 2.7 by which the source corrects it."""
    source = Source(
        f"{_REFERENCE}: 2.7 10^(sum of three bells) m2/s for R = 5.22 um, from GITT; Ea/R = 1449 K",
        ("second-hand",),
    )
    return Curve(
        name="lithium diffusivity",
        symbol="D",
        unit="m2/s",
        argument="x [-]",
        valid_range=_RANGE,
        source=source,
        function=_diffusivity,
        note="constant outside the range",
        temperature=Arrhenius(1449.0 * _GAS_CONSTANT, source),
    )


def diffusivity_radius() -> Parameter:
    """Radius for which :func:`diffusivity` is stated [m]."""
    return Parameter(
        PARTICLE_RADIUS,
        "m",
        Source(f"{_REFERENCE}: particle radius of the cathode of an LG M50", ("second-hand",)),
        (1.0e-6, 8.0e-6),
        heat.NO_EXPANSION,
    )


def _power(value: Value, exponent: float, floor: float) -> Value:
    return exp(exponent * log(soft_floor(value, floor, floor)))


def _exchange_current_at_1000(x: Value) -> Value:
    return 5.028 * _power(x, 0.43, _FLOOR) * _power(1.0 - x, 0.57, _FLOOR)


def _salt(c_e: Value) -> Value:
    return _power(c_e * 1.0e-3, 0.57, SALT_FLOOR * 1.0e-3)


def exchange_current_density() -> ExchangeCurrentDensity:
    """Exchange current density 5.028 (c_e/c_0)^0.57 x^0.43 (1 - x)^0.57 A/m2."""
    source = Source(
        f"{_REFERENCE}: 5.028 (c_e/1 M)^0.57 x^0.43 (1 - x)^0.57 A/m2, 24.01 kJ/mol", ("second-hand",)
    )
    law = Curve(
        name="exchange current density",
        symbol="i_0",
        unit="A/m2",
        argument="x [-]",
        valid_range=(0.0, 1.0),
        source=source,
        function=_exchange_current_at_1000,
        note="exact for 8e-6 < x < 1 - 8e-6, constant outside [0, 1], so that the law stays positive",
        temperature=Arrhenius(24.01e3, source),
    )
    salt = Curve(
        name="salt factor of the exchange current density",
        symbol="g",
        unit="-",
        argument="c_e [mol/m3]",
        valid_range=(2.0 * SALT_FLOOR, 4000.0),
        source=source,
        function=_salt,
        note="(c_e / 1000 mol/m3)^0.57, exact above 2 mol/m3, constant below 0",
        temperature=Independent(Source("a power of the salt is a form of the rate equation", ("assumed",))),
    )
    return ExchangeCurrentDensity(law, salt)


def _entropic_slope(x: Value) -> Value:
    return 1.0e-3 * (0.04006 * _bell(x, 0.2828, 0.0009855) - 0.06656 * _bell(x, 0.8032, 0.02179))


def entropy() -> Linear:
    """Change of the open-circuit voltage with temperature, dU/dT(x) [V/K], two bells."""
    return Linear(
        _entropic_slope,
        Source(f"{_REFERENCE}: dU/dT = 0.040 bell(0.283) - 0.067 bell(0.803) mV/K", ("second-hand",)),
    )
