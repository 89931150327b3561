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
from support.claim_worlds.single_particles import counted

from chemomech.validation.claims.cycles.simulations import BY_RATE, PACKED, RESTED, SLOW, TORTUOUS

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


def isolating(
    halfway: dict[str, float],
    end: dict[str, float],
    keeps: float = 0.93,
    moves: float = 0.0,
    small_first: bool = True,
    deeper: tuple[float, float, float] = (0.1, 0.2, 0.3),
    count: int = 1000,
) -> MadeUp:
    """Isolated shares at 1C, 2C and 3C after 50 and 100 cycles, then a slow charge and a rest.

    Args:
        halfway: Share after 50 cycles by rate.
        end: Share after 100.
        keeps: Lithium of isolated particles.
        moves: How much it changes over the slow charge.
        small_first: Whether small particles are isolated first.
        deeper: Crack depths after 100 cycles.
        count: Particles.
    """
    results = {}
    for run, depth in zip(BY_RATE, deeper, strict=True):
        rate, random = run[-2:], np.random.default_rng(7)
        data = places(7, count)
        radius = data["particle_radius"][1]
        by_size = radius if small_first else -radius
        order = np.argsort(np.argsort(by_size + random.normal(0.0, 0.5e-6, count)))
        share = np.array([0.0, *[0.0] * 2, *[halfway[rate]] * 2, *[end[rate]] * 3])
        out = order[None, :] < np.round(share * count)[:, None]
        ends = ended((1, 50, 100))
        # What comes after the cycles is a charge of its own, and a rest.
        current = np.append(ends["current_density"][1], 0.0)
        mean = np.where(current > 0.0, 0.31, 0.9)
        mean[-1] = 0.31
        lithium = np.where(out, keeps, mean[:, None])
        lithium[-1] += moves * out[-1]
        two = ("time", "particle")
        varied = depth * (1.0 + 0.2 * random.normal(0.0, 1.0, count))
        results[run] = result_of(
            run,
            xr.Dataset(
                data
                | {
                    "cycle_number": ("time", np.append(ends["cycle_number"][1], 101)),
                    "current_density": ("time", current),
                    "surface_crack_depth": (two, np.tile(varied, (len(current), 1))),
                    "intact_interface": (two, np.ones(out.shape)),
                    "interface_gap": (two, np.zeros(out.shape)),
                    "isolated": (two, out.astype(float)),
                    "mean_stoichiometry": (two, lithium),
                },
                coords={"time": 600.0 * np.arange(len(current))},
            ),
        )
    made = counted(0.08, 0.11, 0.15, 0.10)
    made._results.update(results)
    return made


NONE_YET = {"1C": 0.0, "2C": 0.0, "3C": 0.0}
AS_COUNTED = {"1C": 0.03, "2C": 0.10, "3C": 0.06}
HALF = {"1C": 0.02, "2C": 0.06, "3C": 0.03}


def isolated_as_counted(_: Path) -> MadeUp:
    return isolating(HALF, AS_COUNTED)


def more_isolated_at_3c(_: Path) -> MadeUp:
    return isolating(HALF, AS_COUNTED | {"3C": 0.12})


def most_isolated_at_1c(_: Path) -> MadeUp:
    return isolating(HALF, AS_COUNTED | {"1C": 0.08})


def isolated_all_at_once_at_2c(_: Path) -> MadeUp:
    return isolating(HALF | {"2C": 0.0}, AS_COUNTED | {"2C": 0.25})


def isolated_when_empty(_: Path) -> MadeUp:
    return isolating(HALF, AS_COUNTED, keeps=0.33)


def isolated_that_react(_: Path) -> MadeUp:
    return isolating(HALF, AS_COUNTED, moves=-0.05)


def none_isolated(_: Path) -> MadeUp:
    return isolating(NONE_YET, NONE_YET)


def large_ones_isolated(_: Path) -> MadeUp:
    return isolating(HALF, AS_COUNTED, small_first=False)


def deeper_with_rate(_: Path) -> MadeUp:
    return isolating(HALF, AS_COUNTED)


def deepest_at_2c(_: Path) -> MadeUp:
    return isolating(HALF, AS_COUNTED, deeper=(0.1, 0.3, 0.2))


def as_deep_at_1c(_: Path) -> MadeUp:
    return isolating(HALF, AS_COUNTED, deeper=(0.21, 0.2, 0.3))


def slowly_charged(isolated: float, keeps: float = 0.93) -> MadeUp:
    """A slow charge after which a share of the particles has kept its lithium and the others are alike."""
    count = 4000
    out = np.arange(count) < isolated * count
    two = ("time", "particle")
    data = xr.Dataset(
        places(3, count)
        | {
            "surface_crack_depth": (two, np.full((1, count), SHALLOW)),
            "intact_interface": (two, np.ones((1, count))),
            "interface_gap": (two, np.zeros((1, count))),
            "isolated": (two, out[None, :].astype(float)),
            "mean_stoichiometry": (two, np.where(out, keeps, 0.31)[None, :]),
        },
        coords={"time": [0.0]},
    )
    return MadeUp({SLOW: result_of(SLOW, data)})


def few_isolated_by_slow_charge(_: Path) -> MadeUp:
    return slowly_charged(0.014)


def many_isolated_by_slow_charge(_: Path) -> MadeUp:
    return slowly_charged(0.06)


def few_isolated_when_empty(_: Path) -> MadeUp:
    return slowly_charged(0.014, keeps=0.31)


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
