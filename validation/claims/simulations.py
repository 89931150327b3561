"""The simulations behind the claims."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from chemomech.validation.claims.cycles.simulations import CYCLING
from chemomech.validation.claims.simulation import Simulation

__all__ = ["FAST_CHARGE", "ON_TWO_MESHES", "PACKINGS", "PACKING_SEEDS", "SIMULATIONS", "Simulation"]

FAST_CHARGE = "fast-charge-5C"
"""Name of the main run, a charge at 5C."""

PACKING_SEEDS = (1, 2, 3, 4, 5)
"""Seeds of the packings over which a profile through the depth is pooled."""


def _packing(seed: int) -> Simulation:
    layout = {
        "box": ["20 um", "20 um", "40 um"],
        "particles": 52,
        "volume_fraction": 0.41,
        "seed": seed,
    }
    return Simulation(
        f"fast-charge-5C-packing-{seed}",
        "fast-charge-5C",
        {"geometry.layout": layout},
        f"the same charge in packing {seed} of 52 particles at 41 %, for a profile through the depth",
    )


PACKINGS = tuple(f"fast-charge-5C-packing-{seed}" for seed in PACKING_SEEDS)
"""Names of the packings."""

ON_TWO_MESHES = (FAST_CHARGE,)
"""Simulations that are looked at on the coarsest mesh and on the next finer one."""

_NMC532 = {"materials.cathode": "nmc532"}

SIMULATIONS: Mapping[str, Simulation] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            Simulation(FAST_CHARGE, "fast-charge-5C", why="gradients through depth and particles at 5C"),
            *(_packing(seed) for seed in PACKING_SEEDS),
            Simulation("soc-cycle-C20", "soc-cycle-C20", why="rested states of charge of 0, 50 and 100 %"),
            Simulation(
                "charge-C3",
                "fast-charge-5C",
                {"protocol": ["Charge at C/3 until 4.3 V"]},
                "lattice and microstrain during a charge at C/3",
            ),
            Simulation(
                "slow-charge-isolated",
                "slow-charge-C20",
                {
                    "protocol": ["Charge at C/20 until 4.4 V", "Rest for 2 hours"],
                    "wiring.coverage": 1.0,
                    "wiring.wired": 0.94,
                }
                | _NMC532,
                "NMC532, 6 % of the particles without contact, charged slowly to 4.4 V",
            ),
            Simulation(
                "charge-2C",
                "fast-charge-5C",
                {"protocol": ["Charge at 2C until 4.3 V"]} | _NMC532,
                "fracture of NMC532 at 2C",
            ),
            Simulation(
                "charge-3C",
                "fast-charge-5C",
                {"protocol": ["Charge at 3C until 4.3 V"]} | _NMC532,
                "fracture of NMC532 at 3C",
            ),
        )
    }
    | dict(CYCLING)
)
"""Runs by name."""
