"""NMC811 of an LG M50 cell after Chen et al. (2020): open-circuit voltage, diffusivity and kinetics."""

from __future__ import annotations

from chemomech.materials.curve import Curve
from chemomech.materials.elementary import Value, exp
from chemomech.materials.kinetics import ExchangeCurrentDensity, square_root_of_salt, square_root_of_sites
from chemomech.materials.laws import heat
from chemomech.materials.open_circuit import OpenCircuitVoltage
from chemomech.materials.provenance import Parameter, Source
from chemomech.materials.splines import Constant, LinearTails, LogarithmicEnds
from chemomech.materials.temperature import Arrhenius, Independent

MAXIMUM_CONCENTRATION = 63104.0
"""c_max [mol/m3] to which the stoichiometry of the source belongs."""

PARTICLE_RADIUS = 5.22e-6
"""Radius of the particles of the source [m]."""

_REFERENCE = "Chen et al., J. Electrochem. Soc. 167 (2020) 080534, as coded in PyBaMM's Chen2020"

_LOW, _HIGH = 0.20, 0.9967

_FILLING = (0.5, 0.006)
"""Depth [V] at x = 0.9967 and width [-] of the fall before the last sites fill, after NMC532; assumed."""


def _tanh(value: Value) -> Value:
    return 1.0 - 2.0 / (exp(2.0 * value) + 1.0)


def _voltage(x: Value) -> Value:
    depth, width = _FILLING
    return (
        4.4875
        - depth * exp((x - _HIGH) * (1.0 / width))
        - 0.8090 * x
        - 0.0428 * _tanh(18.5138 * (x - 0.5542))
        - 17.7326 * _tanh(15.7890 * (x - 0.3117))
        + 17.5842 * _tanh(15.9308 * (x - 0.3120))
    )


def open_circuit_voltage() -> OpenCircuitVoltage:
    """Open-circuit voltage of the cathode of an LG M50 against lithium."""
    return OpenCircuitVoltage(
        name="open-circuit voltage of NMC811 (Chen 2020)",
        symbol="U",
        unit="V",
        argument="x [-]",
        valid_range=(0.20, 1.0),
        source=Source(
            f"{_REFERENCE}: line and three tanh, within 10 mV of the measured table for 0.266 <= x <= 0.906",
            ("second-hand", "assumed"),
        ),
        function=LogarithmicEnds(LinearTails(_voltage, _LOW, _HIGH), _LOW, _HIGH),
        note="assumed: the same formula for 0.20 <= x < 0.266 and x > 0.906, with a fall of the shape of "
        "NMC532 above 0.97, logarithmic outside 0.20 to 0.9967",
        temperature=heat.entropy_of_nmc(),
        maximum_concentration=MAXIMUM_CONCENTRATION,
    )


def maximum_concentration() -> Parameter:
    """c_max [mol/m3] of the source, more than the lattice holds."""
    return Parameter(
        MAXIMUM_CONCENTRATION,
        "mol/m3",
        Source(f"{_REFERENCE}; the lattice of NMC811 holds 49 200 mol/m3", ("second-hand",)),
        (49138.0, 63104.0),
        heat.NO_EXPANSION,
    )


_ONE_VALUE = Independent(
    Source("PyBaMM's Chen2020 has one value for all temperatures", ("second-hand", "assumed"))
)


def diffusivity(like: Curve) -> Curve:
    """The constant diffusivity of the source, 4e-15 m2/s for particles of 5.22 um.

    Args:
        like: Curve whose name, symbol, unit and argument are kept.
    """
    return Curve(
        name=like.name,
        symbol=like.symbol,
        unit=like.unit,
        argument=like.argument,
        valid_range=(0.0, 1.0),
        source=Source(
            f"{_REFERENCE}: constant 4e-15 m2/s, tuned to the discharge of cells", ("second-hand",)
        ),
        function=Constant(4.0e-15),
        temperature=_ONE_VALUE,
    )


def diffusivity_radius() -> Parameter:
    """Radius for which the diffusivity of the source is stated [m]."""
    return Parameter(
        PARTICLE_RADIUS,
        "m",
        Source(f"{_REFERENCE}: mean particle radius of the cathode of an LG M50", ("second-hand",)),
        (1.0e-6, 8.0e-6),
        heat.NO_EXPANSION,
    )


_RATE = 3.42e-6
"""Factor of (c_e c_s (c_max - c_s))^1/2 in the exchange current density [A/m2 (m3/mol)^1.5]."""


def exchange_current_density() -> ExchangeCurrentDensity:
    """Exchange current density 3.42e-6 (c_e c_s (c_max - c_s))^1/2 A/m2, activated with 17.8 kJ/mol."""
    source = Source(f"{_REFERENCE}: 3.42e-6 (c_e c_s (c_max - c_s))^1/2 A/m2, 17.8 kJ/mol", ("second-hand",))
    at_half = _RATE * 1000.0**0.5 * 0.5 * MAXIMUM_CONCENTRATION
    return ExchangeCurrentDensity(
        square_root_of_sites(at_half, source, Arrhenius(17.8e3, source)), square_root_of_salt(1000.0, source)
    )
