"""Worlds after cycles: cracks, bonds, isolation and capacities as a claim needs them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from support.claim_worlds import indented
from support.claim_worlds.fast_charge import fuller_at_the_top
from support.claim_worlds.made_up import MadeUp, result_of, uniform_state

from chemomech.validation.claims.cycles.simulations import PACKED, RESTED, TORTUOUS

ELECTRODE, WIDTH = 40e-6, 60e-6
COUNT = 400
SHALLOW, DEEP = 0.05, 0.35
AT = (1, 10, 50)


def ended(cycles: Sequence[int]) -> dict[str, Any]:
    """The ends of the charge and of the discharge of cycles, after a start."""
    number = np.concatenate([[1], np.repeat(cycles, 2)])
    return {
        "cycle_number": ("time", number),
        "current_density": ("time", np.concatenate([[72.0], np.tile([72.0, -72.0], len(cycles))])),
        "electrolyte_potential_drop": ("time", np.full(len(number), 0.028)),
    }


def places(seed: int, count: int = COUNT) -> dict[str, Any]:
    """Particles all over the electrode, as many in each window of 10 um."""
    random = np.random.default_rng(seed)
    window = np.arange(count) % 4
    radius = 3e-6 * np.exp(random.normal(0.0, 0.2, count))
    return {
        "particle_x": ("particle", random.uniform(0.0, WIDTH, count)),
        "particle_y": ("particle", random.uniform(0.0, WIDTH, count)),
        "particle_z": ("particle", 10e-6 * (window + random.uniform(0.01, 0.99, count))),
        "particle_radius": ("particle", radius),
        "particle_area": ("particle", 4.0 * np.pi * radius**2),
        "electrode_thickness": ELECTRODE,
    }


def electrode(
    seed: int = 1,
    early: tuple[float, float] = (0.10, 0.40),
    late: tuple[float, float] = (0.6, 0.6),
    clusters: bool = False,
    by_damage: float = 0.3,
    face: float = 0.03,
) -> xr.Dataset:
    """An electrode after 1, 10 and 50 cycles.

    Args:
        seed: Of the particles.
        early: Severe share at the collector and at the separator after 10 cycles.
        late: The same after 50.
        clusters: Whether severe particles lie together; at random otherwise.
        by_damage: How much of the bond goes with the crack depth at given size.
        face: Lithium that the surface lacks against the mean.
    """
    data, random = places(seed), np.random.default_rng(100 + seed)
    z, radius = data["particle_z"][1] / ELECTRODE, data["particle_radius"][1]
    x, y = data["particle_x"][1] / WIDTH, data["particle_y"][1] / WIDTH
    order = np.hypot(x - 0.5, y - 0.5) if clusters else random.random(COUNT)
    rank = np.empty(COUNT)
    for window in range(4):
        here = np.flatnonzero(np.arange(COUNT) % 4 == window)
        rank[here[np.argsort(order[here])]] = (np.arange(len(here)) + 0.5) / len(here)
    depth = [np.full(COUNT, SHALLOW)] * 3
    for low, high in (early, late):
        depth += [np.where(rank < low + (high - low) * z, DEEP, SHALLOW)] * 2
    cracks = np.array(depth) * np.exp(random.normal(0.0, 0.05, COUNT))
    # Deep cracks of the tenth charge stand in the discharge of the tenth cycle.
    noise = random.normal(0.0, 0.02, COUNT)
    gone = 0.4 + by_damage * (cracks - SHALLOW) + 0.1 * np.log(radius / 3e-6) + noise
    current = ended(AT)["current_density"][1]
    mean = np.where(current > 0.0, 0.3, 0.9)[:, None] + np.zeros(COUNT)
    two = ("time", "particle")
    return xr.Dataset(
        data
        | ended(AT)
        | {
            "surface_crack_depth": (two, cracks),
            "reacting_area_factor": (two, 1.0 + 2.0 * cracks),
            "intact_interface": (two, np.clip(1.0 - gone, 0.0, 1.0)),
            "interface_gap": (two, 40e-9 * gone),
            "isolated": (two, np.zeros(cracks.shape)),
            "mean_stoichiometry": (two, mean),
            "surface_stoichiometry": (two, mean - face * np.sign(current)[:, None]),
        },
        coords={"time": 600.0 * np.arange(len(current))},
    )


def summary(capacity: tuple[float, float, float], gap: tuple[float, float, float], shift: float) -> Any:
    """Rows of cycles 1, 10 and 50: capacity [mAh/g] and overvoltage [V], a little apart by packing."""
    rows = []
    for number, passed, apart in zip(AT, capacity, gap, strict=True):
        areal = 0.008 * (passed + shift)
        rows.append(
            {
                "number": number, "steps": [1, 2], "finished": True,
                "charge_capacity_mAh_cm2": areal, "charge_energy_mWh_cm2": areal * (4.0 + apart),
                "discharge_capacity_mAh_cm2": areal, "discharge_energy_mWh_cm2": areal * (4.0 - apart),
                "charge_capacity_mAh_g": passed + shift, "discharge_capacity_mAh_g": passed + shift,
            }
        )  # fmt: skip
    return {"cycles": rows}


def world(
    capacity: tuple[float, float, float] = (170.0, 165.0, 150.0),
    gap: tuple[float, float, float] = (0.10, 0.11, 0.15),
    **how: Any,
) -> MadeUp:
    """Five packings, the same at three times the tortuosity factor, and one at rest."""
    results = {}
    for names in (PACKED, TORTUOUS):
        for k, name in enumerate(names):
            results[name] = result_of(name, electrode(k + 1, **how), summary(capacity, gap, 0.1 * k))
    rested = electrode(1, **how | {"face": 0.0})
    results[RESTED] = result_of(RESTED, rested)
    return MadeUp(results)


def worse_near_the_separator_then_everywhere(_: Path) -> MadeUp:
    return world()


def even_after_ten_cycles(_: Path) -> MadeUp:
    return world(early=(0.25, 0.25))


def worse_near_the_collector(_: Path) -> MadeUp:
    return world(early=(0.40, 0.10))


def still_uneven_after_fifty(_: Path) -> MadeUp:
    return world(late=(0.4, 0.8))


def no_more_after_fifty(_: Path) -> MadeUp:
    return world(late=(0.2, 0.2))


def far_too_many_after_ten(_: Path) -> MadeUp:
    return world(early=(0.5, 0.5), late=(0.9, 0.9))


def lying_together(_: Path) -> MadeUp:
    return world(clusters=True)


def lying_at_random(_: Path) -> MadeUp:
    return world(early=(0.25, 0.25))


def together_but_no_denser(_: Path) -> MadeUp:
    return world(early=(0.5, 0.5), late=(0.2, 0.2), clusters=True)


def bond_follows_cracks(_: Path) -> MadeUp:
    return world()


def bond_opposes_cracks(_: Path) -> MadeUp:
    return world(by_damage=-0.3)


def bond_by_size_alone(_: Path) -> MadeUp:
    return world(by_damage=0.0)


def faces_that_lack_lithium(_: Path) -> MadeUp:
    return world(face=0.03)


def faces_like_the_bulk(_: Path) -> MadeUp:
    return world(face=0.01)


def faces_with_more(_: Path) -> MadeUp:
    return world(face=-0.03)


def fading(_: Path) -> MadeUp:
    return world()


def capacity_that_recovers(_: Path) -> MadeUp:
    return world(capacity=(160.0, 170.0, 150.0))


def overvoltage_that_falls(_: Path) -> MadeUp:
    return world(gap=(0.15, 0.11, 0.16))


def layer(by_depth: float) -> MadeUp:
    """Even lithium, and a layer that grows with the distance from the collector."""
    state = uniform_state(0.28)
    worn = np.maximum(1.0 + by_depth * (state.centres[:, 2] / state.box[2] - 0.5), 0.0)
    return MadeUp(shared={"after 10 cycles, rested": state, "wear after 10 cycles": worn / worn.mean()})


def layer_at_the_top(_: Path) -> MadeUp:
    return layer(2.0)


def even_layer(_: Path) -> MadeUp:
    return layer(0.0)


def layer_at_the_bottom(_: Path) -> MadeUp:
    return layer(-2.0)


def layer_at_the_top_and_lithium_too(folder: Path) -> MadeUp:
    state = fuller_at_the_top(folder)._shared["rested 1.0"]
    made = layer(2.0)
    made._shared["after 10 cycles, rested"] = state
    return made


def hardly_softer(factors: MadeUp) -> MadeUp:
    """The fit with particles that keep nearly all of their modulus."""
    fit = factors._shared["fitted maps"].fit
    kept = np.array([0.9, 0.85, 0.8, 3e10, 5e8])
    object.__setattr__(factors._shared["fitted maps"], "fit", _with_values(fit, kept))
    return factors


def _with_values(fit: Any, values: np.ndarray) -> Any:
    from dataclasses import replace
    from types import SimpleNamespace

    parameters = tuple(
        replace(parameter, value=float(value), low=0.98 * float(value), high=1.02 * float(value))
        for parameter, value in zip(fit.parameters, values, strict=True)
    )
    return SimpleNamespace(parameters=parameters, values=values, reduced_chi_square=fit.reduced_chi_square)


def modulus_that_cracks_explain(folder: Path) -> MadeUp:
    return hardly_softer(indented.fit_to_both(folder))


def drops_that_cracks_explain(folder: Path) -> MadeUp:
    return hardly_softer(indented.fit_of_the_drops(folder))


def modulus_beyond_cracks(folder: Path) -> MadeUp:
    return indented.fit_to_both(folder)


def drops_beyond_cracks(folder: Path) -> MadeUp:
    return indented.fit_of_the_drops(folder)


def cracks_explain_but_the_fit_misses(folder: Path) -> MadeUp:
    return hardly_softer(indented.fit_that_misses_the_modulus(folder))
