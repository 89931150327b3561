"""The simulations with damage over cycles: every particle along its radius, which cycles can pay for.

Cracks grow by fatigue alone (``unstable = false``). Unstable growth leaves no classes of severity to compare:
at the toughness of a particle, 0.06 to 0.10 MPa m^0.5, every crack runs to where it closes in the first
charge, and at that of grain boundaries, 0.29 MPa m^0.5, which these simulations have, 65 % of particles are
severely cracked after one cycle and 97 % after three. Scatter is that of the growth between particles.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from chemomech.experiments.case import Case
from chemomech.validation.claims.mesh_error import RADIAL
from chemomech.validation.claims.simulation import Simulation

BASE = "fast-cycling-5C"
SEEDS = (1, 2, 3, 4, 5)
"""Of the packings; each draws the scatter of its particles anew."""

EARLY, LATE = 10, 50
"""Cycles after which the electrodes were taken out."""

GROWTH = 3.1e-3
"""C of Paris' law [-], calibrated: pooled share of severe particles after 10 cycles, 0.25, at the case's own
electrolyte drop (``python -m chemomech.validation.calibration.severity_fit``)."""

GROWTH_RANGE = (1.65e-3, 5.0e-3)
"""C that makes 14 and 35 % severe."""

TORTUOUS_GROWTH = 1.2e-2
"""The same at three times the tortuosity factor."""

OWN_SHARE, TORTUOUS_SHARE = 0.49, 0.163
"""What the spheres leave of the transport in the matrix: as Maxwell has it for 41 % (the case's own), and a
third of that, which is three times the tortuosity factor."""

SCATTER = 0.5
"""Standard deviation of the logarithm of the growth between particles [-] (assumed)."""

SPOTS = 5.86
"""lambda0, calibrated: 1.4 % of the particles without a spot as made, which stay full in a slow charge; with
the 4.6 % that the frame puts outside in any case they are 6 % diverging ones."""

SPOTS_RANGE = (4.89, 7.67)
"""lambda0 that makes 7 and 5 % of the particles diverging after a slow charge."""

JUMPS: Mapping[str, Any] = {"cycling.jump": True}
"""Cycles between those that are read are left out where damage grows evenly."""

NUMERICS: Mapping[str, Any] = {"numerics.time_tolerance": 1.0e-3, "numerics.voltage_tolerance": "2 mV"}
"""Ten times the usual tolerances: capacity within 0.1 %, crack depths within 2 %, fewer steps."""

DAMAGE: Mapping[str, Any] = {
    "damage.surface_cracks.unstable": False,
    "damage.surface_cracks.growth_scatter": SCATTER,
    "damage.surface_cracks.toughness_scatter": 0.0,
    "damage.toughness.reference": "0.27 MPa m^0.5",  # toughness falls to 0.57 in 50 cycles, as measured
    "radial.intervals": 12,
}


def layout(seed: int, width: float = 120.0, particles: int = 1870) -> dict[str, Any]:
    """The packing of electrode-1870 with another seed, of another width [um]."""
    return {
        "box": [f"{width:g} um", f"{width:g} um", "40 um"],
        "particles": particles,
        "volume_fraction": 0.41,
        "width": 0.22,
        "minimum_gap": "0.2 um",
        "seed": seed,
    }


def cycling(
    cycles: int, then: tuple[str, ...] = (), rate: str = "5C", window: tuple[str, str] = ("4.5", "2.5")
) -> list[str]:
    """A protocol of cycles, and what comes after them."""
    high, low = window
    return [f"(Charge at {rate} until {high} V; Discharge at {rate} until {low} V) x {cycles}", *then]


def _packing(kind: str, seed: int, changes: Mapping[str, Any], why: str) -> Simulation:
    own = {
        "geometry.layout": layout(seed),
        "damage.surface_cracks.seed": seed,
        "protocol": cycling(LATE),
        **JUMPS,
        "cycling.at_cycles": [EARLY, LATE],
    }
    return Simulation(
        f"cycling-5C-{kind}-{seed}", BASE, {**DAMAGE, **NUMERICS, **own, **changes}, why, RADIAL
    )


PACKED = tuple(f"cycling-5C-packing-{seed}" for seed in SEEDS)
"""50 cycles at the case's own electrolyte drop."""

TORTUOUS_SEEDS = SEEDS[:2]
TORTUOUS = tuple(f"cycling-5C-tortuous-{seed}" for seed in TORTUOUS_SEEDS)
"""The same at about three times that drop."""

RESTED = "cycling-5C-rested"
RATES = ("1C", "2C", "3C")
BY_RATE = tuple(f"cycling-{rate}" for rate in RATES)
HALFWAY = 50
"""Cycles at 2C after which particles were counted as well."""

RATE_CYCLES = 100
SLOW = "slow-charge-damaged"
SLOW_CHARGE = ("Charge at C/20 until 4.4 V", "Rest for 2 hours")
"""As in paper 002 at the end, which charges at 6 mA/g."""

_NMC532: Mapping[str, Any] = {
    "materials.cathode": "nmc532",
    "geometry.layout": layout(1, 48.0, 299),
    "damage.isolation.spots": SPOTS,
    "damage.surface_cracks.seed": 1,
    "damage.surface_cracks.growth": GROWTH,
    **DAMAGE,
    **NUMERICS,
}

CYCLING: Mapping[str, Simulation] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            *(
                _packing(
                    "packing",
                    seed,
                    {"damage.surface_cracks.growth": GROWTH},
                    f"50 cycles at 5C with damage in packing {seed} of 1870 particles",
                )
                for seed in SEEDS
            ),
            *(
                _packing(
                    "tortuous",
                    seed,
                    {
                        "damage.surface_cracks.growth": TORTUOUS_GROWTH,
                        "radial.hindrance": TORTUOUS_SHARE,
                    },
                    f"the same in packing {seed} at three times the tortuosity factor",
                )
                for seed in TORTUOUS_SEEDS
            ),
            Simulation(
                RESTED,
                BASE,
                {
                    **DAMAGE,
                    **NUMERICS,
                    "geometry.layout": layout(1),
                    "damage.surface_cracks.seed": 1,
                    "damage.surface_cracks.growth": GROWTH,
                    "protocol": cycling(EARLY, ("Charge at 5C until 4.5 V", "Rest for 2 hours")),
                },
                "10 cycles at 5C with damage, charged and rested",
                RADIAL,
            ),
            *(
                Simulation(
                    name,
                    BASE,
                    {
                        **_NMC532,
                        **JUMPS,
                        "cycling.at_cycles": [HALFWAY, RATE_CYCLES],
                        "protocol": cycling(RATE_CYCLES, SLOW_CHARGE, rate, ("4.3", "3.0")),
                    },
                    f"NMC532, 100 cycles at {rate} with damage and isolation, then charged slowly and rested",
                    RADIAL,
                )
                for rate, name in zip(RATES, BY_RATE, strict=True)
            ),
            Simulation(
                SLOW,
                BASE,
                {**_NMC532, "geometry.layout": layout(1), "protocol": list(SLOW_CHARGE)},
                "NMC532 as made with isolation, charged slowly and rested",
                RADIAL,
            ),
        )
    }
)
"""Runs by name."""


def calibration_case(changes: Mapping[str, Any]) -> Case:
    """Ten cycles of a packing of 468 particles, on which C is fitted, with some keys set otherwise."""
    own = {
        **DAMAGE,
        **NUMERICS,
        "geometry.layout": layout(1, 60.0, 468),
        "damage.surface_cracks.seed": 1,
        "protocol": cycling(EARLY),
    }
    return Case.from_toml(BASE).with_overrides({**own, **changes})
