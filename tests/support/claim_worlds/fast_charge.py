"""Worlds of paper 004: a charge at 5C, and packings that are charged at 5C."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr
from support.claim_worlds.made_up import MadeUp, fast_charge, result_of, uniform_state
from support.synthetic_result import ELECTRODE, pack_particles, synthetic_records

from chemomech.materials import active_material
from chemomech.validation.claims.simulations import PACKINGS
from chemomech.validation.instruments import UniformField

RUN = "fast-charge-5C"


def packing(
    seed: int, *, depth: float, sorted_by_size: bool = False, damage_by_gap: float = 1.0
) -> xr.Dataset:
    """Particles whose cracks pass later the larger they are, and by ``depth`` seconds from collector to separator.

    Args:
        seed: Of sizes and places.
        depth: Effect of depth at equal size [s].
        sorted_by_size: Whether small particles lie near the separator, as quarters that differ in size do.
        damage_by_gap: Power with which the index follows the gap at equal size.
    """
    random = np.random.default_rng(seed)
    count = 52
    radius = random.uniform(1.9e-6, 4.5e-6, count)
    z = random.uniform(0.05, 0.95, count)
    if sorted_by_size:
        z = np.sort(z)[np.argsort(np.argsort(-radius + random.normal(0.0, 0.3e-6, count)))]
    mean = 0.30 + random.normal(0.0, 0.01, count)
    strain = active_material("nmc622").chemical_strain
    gap = np.abs(np.asarray(strain(mean)) - float(np.asarray(strain(np.array([0.93])))[0]))
    passed = 300.0 + 120.0 * np.log(radius / 3e-6) + depth * z + random.normal(0.0, 30.0, count)
    index = 5.0 * (radius / 3e-6) ** 2 * (gap / gap.mean()) ** damage_by_gap
    index *= np.exp(random.normal(0.0, 0.002, count))
    two = ("time", "particle")
    return xr.Dataset(
        {
            "mean_stoichiometry": (two, np.array([np.full(count, 0.93), mean])),
            "surface_crack_ratio": (two, np.array([np.zeros(count), index])),
            "surface_crack_first_passage": ("particle", passed),
            "mean_hydrostatic_stress": (two, np.array([np.zeros(count), 3e7 * gap / gap.mean()])),
            "particle_radius": ("particle", radius),
            "particle_z": ("particle", z * ELECTRODE),
            "electrode_thickness": ELECTRODE,
        },
        coords={"time": [0.0, 620.0]},
    )


def packings(*, coarse_depth: float | None = None, **how: float | bool) -> MadeUp:
    """Five packings and the main case, on the coarse mesh and a finer one."""
    depth = float(how.pop("depth", 0.0))
    made = {name: packing(k, depth=depth, **how) for k, name in enumerate(PACKINGS)}  # type: ignore[arg-type]
    main = packing(9, depth=depth if coarse_depth is None else coarse_depth, **how)  # type: ignore[arg-type]
    finer = packing(9, depth=depth, **how)  # type: ignore[arg-type]
    return MadeUp(
        {name: result_of(name, dataset) for name, dataset in (made | {RUN: main}).items()},
        finer=MadeUp({RUN: result_of(RUN, finer)}),
    )


def cracks_first_near_the_separator(_: Path) -> MadeUp:
    return packings(depth=-60.0)


def cracks_first_near_the_collector(_: Path) -> MadeUp:
    return packings(depth=60.0)


def small_particles_near_the_separator(_: Path) -> MadeUp:
    return packings(depth=0.0, sorted_by_size=True)


def damage_follows_the_gap(_: Path) -> MadeUp:
    return packings(damage_by_gap=1.0)


def damage_opposes_the_gap(_: Path) -> MadeUp:
    return packings(damage_by_gap=-1.0)


def damage_by_size_alone(_: Path) -> MadeUp:
    return packings(damage_by_gap=0.0)


def charged(lithium: float, stress: float, size: float = 0.0) -> MadeUp:
    """Fields at 5C that change from collector to separator by so much.

    Args:
        lithium: Change of the surface stoichiometry [-].
        stress: Change of the equivalent stress [Pa].
        size: Change of the same stress over one radius, smaller particles having more [Pa].
    """
    centres, radii = pack_particles()
    time = synthetic_records()["time"]
    z = centres[:, 2] / ELECTRODE - 0.5
    random = np.random.default_rng(5)
    noise = random.normal(0.0, 0.002, len(z))
    x = 0.7 + lithium * z + noise
    sigma = 1.1e8 + stress * z - size * (radii / radii.mean() - 1.0) + 1e8 * noise

    def held(values: np.ndarray) -> np.ndarray:
        return np.broadcast_to(values, (len(time), len(values))).copy()

    dataset = fast_charge(surface_stoichiometry=held(x), surface_equivalent_stress=held(sigma))
    return MadeUp({RUN: result_of(RUN, dataset)})


def less_lithium_and_more_stress_near_the_separator(_: Path) -> MadeUp:
    return charged(-0.04, 4e6)


def more_stress_near_the_collector(_: Path) -> MadeUp:
    return charged(-0.04, -4e6)


def more_lithium_near_the_separator(_: Path) -> MadeUp:
    return charged(0.04, 4e6)


def varying(**factors: float) -> MadeUp:
    """The synthetic charge with differences that grow by a factor from 50 s to the end."""
    centres, _ = pack_particles()
    time = synthetic_records()["time"]
    z = centres[:, 2] / ELECTRODE - 0.5
    rise = np.clip((time - 50.0) / (time[-1] - 50.0), 0.0, 1.0)[:, None]
    x = 0.7 - 0.04 * z * (1.0 + (factors["lithium"] - 1.0) * rise)
    stress = 1.1e8 + 2e7 * z * (1.0 + (factors["stress"] - 1.0) * rise)
    dataset = fast_charge(surface_stoichiometry=x, surface_equivalent_stress=stress)
    return MadeUp({RUN: result_of(RUN, dataset)})


def constant_differences(_: Path) -> MadeUp:
    return varying(lithium=1.5, stress=1.5)


def difference_of_lithium_that_grows(_: Path) -> MadeUp:
    return varying(lithium=1.9, stress=1.0)


def difference_of_stress_that_grows(_: Path) -> MadeUp:
    return varying(lithium=1.0, stress=1.9)


def dropping(end: float) -> MadeUp:
    """An electrolyte drop that goes from 24 mV to another value over the charge [V]."""
    time = synthetic_records()["time"]
    drop = 0.024 + (end - 0.024) * time / time[-1]
    return MadeUp({RUN: result_of(RUN, fast_charge(electrolyte_potential_drop=drop))})


def drop_that_stays(_: Path) -> MadeUp:
    return dropping(0.036)


def drop_that_grows(_: Path) -> MadeUp:
    return dropping(0.044)


def drop_of_the_other_sign(_: Path) -> MadeUp:
    time = synthetic_records()["time"]
    return MadeUp({RUN: result_of(RUN, fast_charge(electrolyte_potential_drop=np.full_like(time, -0.024)))})


def spanning(microvolt: float) -> MadeUp:
    """A carbon-binder with a difference of potential, beside a drop of about 24 mV."""
    time = synthetic_records()["time"]
    dataset = fast_charge(
        matrix_potential_span=np.full_like(time, 1e-6 * microvolt),
        electrolyte_potential_drop=np.full_like(time, 0.024),
    )
    return MadeUp({RUN: result_of(RUN, dataset)})


def even_carbon_binder(_: Path) -> MadeUp:
    return spanning(230.0)


def uneven_carbon_binder(_: Path) -> MadeUp:
    return spanning(250.0)


def rested_and_charged(_: Path) -> MadeUp:
    return MadeUp(shared={"rested 1.0": uniform_state(0.28)})


def fuller_at_the_top(_: Path) -> MadeUp:
    state = uniform_state(0.28)
    x = np.where(state.centres[:, 2] > 15e-6, 0.95, 0.45)
    object.__setattr__(state, "stoichiometry", UniformField(x))
    return MadeUp(shared={"rested 1.0": state})
