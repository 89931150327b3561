"""What limits a charge: the end overvoltage, split into diffusion in particles, electrolyte and reactions.

    V - U(x_mean) = [U(x_surface) - U(x_mean)] + [phi_e(collector) - phi_e(lithium metal)] + rest

x_surface is the area mean, x_mean the volume mean. The rest holds both charge transfers and electronic
contacts. Both fidelities store these quantities, so that the split is the same for both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from chemomech.materials import ActiveMaterial

NONE = "none"
SOLID = "solid diffusion"
ELECTROLYTE = "electrolyte"
REACTION = "reaction"
MECHANISMS = (NONE, SOLID, ELECTROLYTE, REACTION)

ACCESSIBLE = 0.95
"""Share of the charge from which on nothing counts as limiting [-]."""


STARVED = 0.05
"""Share of the salt below which the electrolyte counts as limiting [-]."""


@dataclass(frozen=True)
class Overvoltages:
    """Parts of the overvoltage, positive where they bring the cut-off nearer [V].

    Attributes:
        solid: diffusion in the particles.
        electrolyte: ohmic and diffusion potential from lithium metal to the collector.
        reaction: charge transfer at both electrodes, and contacts.
    """

    solid: float
    electrolyte: float
    reaction: float


def end_overvoltages(data: xr.Dataset, cathode: ActiveMaterial) -> Overvoltages:
    """Return the split at the last instant of a result.

    Args:
        data: of a result.
        cathode: for its open-circuit voltage.
    """
    end = data.isel(time=-1)
    curve = cathode.open_circuit_voltage
    mean = np.average(end["mean_stoichiometry"].values, weights=data["particle_volume"].values)
    surface = np.average(end["surface_stoichiometry"].values, weights=data["particle_area"].values)
    potential = end["electrolyte_potential"].values
    sign = -1.0 if float(end["current_density"]) < 0.0 else 1.0
    solid = sign * float(curve(surface) - curve(mean))
    electrolyte = sign * float(potential[0] - potential[-1])
    total = sign * (float(end["voltage"]) - float(curve(mean)))
    return Overvoltages(solid, electrolyte, total - solid - electrolyte)


def limiting_mechanism(
    losses: Overvoltages, accessible_share: float, stop_reason: str, salt_share: float = 1.0
) -> str:
    """Return the mechanism that costs most, one of ``MECHANISMS``.

    Args:
        losses: at the end.
        accessible_share: charge passed over that at equilibrium [-].
        stop_reason: of the run; depletion names its mechanism itself.
        salt_share: lowest salt concentration at the end over that at the start [-]; a reaction that starves
            of salt is slow because of the electrolyte.
    """
    if stop_reason == "electrolyte-depleted" or salt_share < STARVED:
        return ELECTROLYTE
    if stop_reason in ("particle-surface-depleted", "particle-surface-full"):
        return SOLID
    if accessible_share >= ACCESSIBLE:
        return NONE
    parts = {SOLID: losses.solid, ELECTROLYTE: losses.electrolyte, REACTION: losses.reaction}
    return max(parts, key=lambda name: parts[name])
