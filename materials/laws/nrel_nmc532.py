"""NMC532 of Colclasure et al. (2020) as published in NREL's battery models, at 30 C, carried to 25 C.

Diffusivity and exchange current density are polynomials in x; the voltage is a table.
"""

from __future__ import annotations

from dataclasses import dataclass

from chemomech.materials.constants import arrhenius_factor
from chemomech.materials.curve import Curve
from chemomech.materials.elementary import Value, exp, soft_clip
from chemomech.materials.kinetics import ExchangeCurrentDensity, square_root_of_salt
from chemomech.materials.laws import heat
from chemomech.materials.laws.site_limits import share_of_free_sites, voltage_through
from chemomech.materials.open_circuit import OpenCircuitVoltage
from chemomech.materials.provenance import Parameter, Source
from chemomech.materials.splines import Polynomial
from chemomech.materials.temperature import Arrhenius

PARTICLE_RADIUS = 1.8e-6
"""Radius to which the diffusivity was fitted [m]."""

_ACTIVATION_ENERGY = 30.0e3
_TO_25_C = arrhenius_factor(_ACTIVATION_ENERGY, from_temperature=303.15)
_RANGE = (0.30, 1.0)
_BLEND = 0.002
"""Half of the distance in x outside the range over which a law turns constant."""

_REFERENCE = "Colclasure et al., Electrochim. Acta 337 (2020) 135854, as coded in NREL batmods-lite"

THERMAL_ACTIVATION = Arrhenius(_ACTIVATION_ENERGY, Source(f"{_REFERENCE}: 30 kJ/mol", ("second-hand",)))
"""Of diffusivity and exchange current density."""

_LN_10 = 2.302585092994046
_LOG10_DIFFUSIVITY = Polynomial(
    (
        -65.260920463971,
        472.37093042477,
        -1502.4393390709,
        982.489665964948,
        5016.27216777553,
        -12683.24548348120,
        10576.36028329,
        -83.3110410292107,
        -4868.42026761136,
        2391.02672525997,
        -250.901084347927,
    )
)
_EXCHANGE_CURRENT = Polynomial(
    (
        -3.58529006582476,
        32.4976882173796,
        -94.1657108128761,
        124.052469007304,
        -75.235671414888,
        16.5045282964129,
    )
)


@dataclass(frozen=True)
class _Diffusivity:
    factor: float

    def __call__(self, x: Value) -> Value:
        return self.factor * exp(_LN_10 * _LOG10_DIFFUSIVITY(soft_clip(x, *_RANGE, _BLEND)))


def diffusivity(particle_radius: float = PARTICLE_RADIUS) -> Curve:
    """Chemical diffusivity, rescaled so that R^2/D of the source is kept.

    Args:
        particle_radius: Radius [m] of the particles in which it will be used. The measurement fixes the
            diffusion time R^2/D, not D: with the source's own 1.8 um nothing is rescaled.
    """
    rescaling = (particle_radius / PARTICLE_RADIUS) ** 2
    is_rescaled = particle_radius != PARTICLE_RADIUS
    remark = (
        f"; times {rescaling:.3f} to keep R^2/D at R = {particle_radius * 1e6:.2f} um" if is_rescaled else ""
    )
    return Curve(
        name="lithium diffusivity",
        symbol="D",
        unit="m2/s",
        argument="x [-]",
        valid_range=_RANGE,
        source=Source(
            f"{_REFERENCE}: 2.25 10^P(x) m2/s at 30 C for R = 1.8 um, 30 kJ/mol to 25 C{remark}",
            ("second-hand", "assumed") if is_rescaled else ("second-hand",),
        ),
        function=_Diffusivity(2.25 * _TO_25_C * rescaling),
        note="constant outside the range",
        temperature=THERMAL_ACTIVATION,
    )


def diffusivity_radius(particle_radius: float = PARTICLE_RADIUS, reason: str = "") -> Parameter:
    """Radius for which :func:`diffusivity` of the same argument is stated [m].

    Args:
        particle_radius: Radius [m] to which the diffusivity is carried.
        reason: What particles of that radius are, where it is not that of the source.
    """
    where = f"; carried to {reason}" if reason else ""
    return Parameter(
        particle_radius,
        "m",
        Source(f"{_REFERENCE}: fitted with particles of R = 1.8 um{where}", ("second-hand",)),
        (1.0e-6, 5.0e-6),
        heat.NO_EXPANSION,
    )


def _exchange_current_at_1200(x: Value) -> Value:
    return (9.0 * _TO_25_C) * _EXCHANGE_CURRENT(soft_clip(x, *_RANGE, _BLEND)) * share_of_free_sites(x)


def exchange_current_density() -> ExchangeCurrentDensity:
    """Exchange current density i0(x, c_e), proportional to the square root of the salt concentration."""
    source = Source(
        f"{_REFERENCE}: 9 (c_e/1.2 M)^0.5 P(x) A/m2 at 30 C, 30 kJ/mol to 25 C; the copy of the same "
        "polynomial in mpet is 11 times larger (unresolved)",
        ("second-hand",),
    )
    law = Curve(
        name="exchange current density",
        symbol="i_0",
        unit="A/m2",
        argument="x [-]",
        valid_range=_RANGE,
        source=source,
        function=_exchange_current_at_1200,
        note="at c_e = 1200 mol/m3; constant below the range; assumed: falls to nothing as the last sites "
        "fill (x > 0.9967) or empty (x < 0.003)",
        temperature=THERMAL_ACTIVATION,
    )
    return ExchangeCurrentDensity(law, square_root_of_salt(1200.0, source))


_VOLTAGE_NODES = {
    0.34: 4.2905,
    0.40: 4.1647,
    0.45: 4.0689,
    0.50: 3.9816,
    0.55: 3.9024,
    0.60: 3.8381,
    0.65: 3.7938,
    0.70: 3.7647,
    0.80: 3.7224,
    0.90: 3.6734,
    0.95: 3.6332,
    0.97: 3.6018,
    0.98: 3.5681,
    0.986: 3.5220,
    0.991: 3.4181,
    0.9935: 3.3180,
    0.9967: 3.1081,
}


def open_circuit_voltage() -> OpenCircuitVoltage:
    """Open-circuit voltage of NMC532 against lithium, on the scale c_max = 49 600 mol/m3 of its source."""
    return OpenCircuitVoltage(
        name="open-circuit voltage of NMC532",
        symbol="U",
        unit="V",
        argument="x [-]",
        valid_range=(0.18, 1.0),
        source=Source(
            "NREL batmods-lite (BSD-3-Clause), table nmc532_ocv of 221 points for 0.34 <= x <= 0.9967, "
            "interpolated through 17 of them within 1.4 mV below x = 0.97; the polynomial coded beside it "
            "is off by up to 12 mV",
            ("second-hand", "assumed"),
        ),
        function=voltage_through(_VOLTAGE_NODES, low=0.18),
        note="assumed: straight below x = 0.34, logarithmic below 0.18 and above 0.9967",
        temperature=heat.entropy_of_nmc(),
        maximum_concentration=49600.0,
    )
