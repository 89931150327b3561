"""The simulations behind the claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from chemomech.experiments.case import Case
from chemomech.validation.claims.mesh_error import RADIAL

FAST_CHARGE = "fast-charge-5C"
"""Name of the main run, a charge at 5C."""

PACKING_SEEDS = (1, 2, 3, 4, 5)
"""Seeds of the packings over which a profile through the depth is pooled."""


@dataclass(frozen=True)
class Simulation:
    """A run that claims need.

    Attributes:
        name: Name of the run and of its folder.
        base: Shipped case that it starts from.
        changes: Keys set otherwise.
        why: What it is for.
    """

    name: str
    base: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""

    def case(self, preset: str | None = None) -> Case:
        """The case on a mesh preset, or by the radial model; on the mesh of the shipped case if left out."""
        mesh: dict[str, Any] = {} if preset is None else {"mesh.preset": preset}
        if preset == RADIAL:
            mesh = {"model": RADIAL}
        own = {"name": self.name, "description": self.why}
        return Case.from_toml(self.base).with_overrides(own | dict(self.changes) | mesh)


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
)
"""Runs by name."""
