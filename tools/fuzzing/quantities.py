"""Keys of a case and what cannot be meant by their values, stated independently of the program."""

from __future__ import annotations

import math
from typing import Any

from fuzzing.trial import GARBAGE_TEXT, GARBAGE_VALUES, NONSENSE, OPEN, SENSE, Random

LENGTHS = {"um": "s", "nm": "V", "m": "kg"}

POSITIVE: dict[str, tuple[str, float]] = {
    "nominal_capacity": ("mAh/g", 180.0),
    "mass_loading": ("mg/cm2", 0.83),
    "temperature": ("K", 298.15),
    "geometry.separator_thickness": ("um", 20.0),
    "numerics.voltage_tolerance": ("mV", 1.0),
    "numerics.initial_step": ("s", 0.02),
    "numerics.smallest_step": ("s", 1e-5),
    "numerics.largest_step": ("s", 100.0),
    "numerics.stress_tolerance": ("MPa", 1.0),
    "mesh.interface_size": ("um", 2.1),
    "mesh.particle_size": ("um", 2.0),
    "mesh.matrix_size": ("um", 3.0),
    "mesh.smallest_size": ("um", 1.0),
    "mesh.separator_size": ("um", 6.0),
    "mesh.minimum_gap": ("um", 0.02),
    "materials.overrides.cathode.density": ("g/cm3", 4.7),
    "materials.overrides.cathode.open_circuit_voltage": ("V", 4.0),
    "materials.overrides.cathode.diffusivity": ("m2/s", 1e-14),
    "materials.overrides.cathode.conductivity": ("S/m", 1.0),
    "materials.overrides.cathode.exchange_current_density": ("A/m2", 5.0),
    "materials.overrides.cathode.youngs_modulus": ("GPa", 140.0),
    "materials.overrides.cathode.strength": ("MPa", 150.0),
    "materials.overrides.cathode.surface_flaw_depth": ("nm", 100.0),
    "materials.overrides.cathode.core_flaw_radius": ("nm", 100.0),
    "materials.overrides.electrolyte.diffusivity": ("m2/s", 3e-10),
    "materials.overrides.electrolyte.conductivity": ("S/m", 0.9),
    "materials.overrides.electrolyte.initial_concentration": ("mol/m3", 1000.0),
    "materials.overrides.matrix.conductivity": ("S/m", 100.0),
    "materials.overrides.matrix.contact_conductance": ("S/m2", 1e5),
    "materials.overrides.matrix.youngs_modulus": ("GPa", 1.8),
    "materials.overrides.lithium.exchange_current_density": ("A/m2", 20.0),
    "damage.interface.strength": ("MPa", 5.0),
    "damage.interface.energy": ("J/m2", 0.31),
    "damage.grains.grain_size": ("nm", 150.0),
    "damage.film.conductivity": ("S/m", 1e-6),
    "damage.isolation.reference_radius": ("um", 3.1),
}
"""Keys of numbers with a dimension that are above zero: a unit, and a value in it that may be meant."""

SHARES: dict[str, tuple[float, float, float]] = {
    "initial_stoichiometry": (0.0, 1.0, 0.93),
    "materials.overrides.matrix.porosity": (1e-9, 1.0, 0.5),
    "materials.overrides.matrix.wetted_fraction": (1e-9, 1.0, 0.9),
    "materials.overrides.matrix.poisson_ratio": (-1.0, 0.5, 0.3),
    "materials.overrides.matrix.bruggeman_exponent": (1e-9, 30.0, 1.5),
    "materials.overrides.separator.porosity": (1e-9, 1.0, 0.5),
    "materials.overrides.separator.bruggeman_exponent": (1e-9, 30.0, 1.5),
    "materials.overrides.cathode.poisson_ratio": (-1.0, 0.5, 0.3),
    "materials.overrides.cathode.anodic_transfer": (1e-9, 1.0, 0.5),
    "materials.overrides.cathode.cathodic_transfer": (1e-9, 1.0, 0.5),
    "materials.overrides.cathode.chemical_strain": (-1.0, 1.0, 0.0),
    "materials.overrides.electrolyte.transference_number": (-5.0, 1.0, 0.3),
    "materials.overrides.electrolyte.thermodynamic_factor": (1e-9, 1e4, 1.5),
    "materials.overrides.lithium.anodic_transfer": (1e-9, 1.0, 0.5),
    "mechanics.stress_free_stoichiometry": (0.0, 1.0, 0.93),
    "numerics.time_tolerance": (1e-15, 0.5, 1e-4),
    "numerics.newton_tolerance": (1e-16, 0.5, 2e-9),
    "numerics.force_tolerance": (1e-14, 0.5, 1e-5),
    "mesh.growth": (1e-9, 1e3, 0.4),
    "mesh.size_per_radius": (1e-9, 1e3, 0.7),
    "mesh.gap_sag": (1e-9, 1e3, 0.3),
    "radial.grading": (1.0, 10.0, 1.6),
    "wiring.coverage": (0.0, 1.0, 0.5),
    "damage.surface_cracks.growth": (0.0, 1.0, 0.01),
    "damage.surface_cracks.cracks": (0.0, 100.0, 4.0),
    "damage.surface_cracks.toughness_scatter": (0.0, 2.0, 0.1),
    "damage.surface_cracks.largest_depth": (0.01, 0.5, 0.4),
    "damage.toughness.growth": (0.0, 10.0, 0.03),
    "damage.grains.rate": (0.0, 100.0, 0.1),
    "damage.interface.spots": (1.0, 1e9, 1e3),
}
"""Keys of plain numbers: what they lie between whatever is meant, and a value that may be meant."""

WHOLE: dict[str, int] = {
    "radial.intervals": 24,
    "radial.electrode_elements": 20,
    "radial.separator_elements": 10,
    "output.checkpoint_every": 5,
    "numerics.degree_stoichiometry": 2,
    "numerics.degree_displacement": 2,
    "mesh.geometry_order": 2,
}

WORDS: dict[str, str] = {
    "mesh.preset": "coarse",
    "mechanics.coupling": "one-way",
    "model": "radial",
    "materials.cathode": "nmc622",
    "materials.electrolyte": "lipf6-ec-emc-3-7",
    "materials.matrix": "carbon-binder",
    "materials.diffusivity_scaling": "none",
    "numerics.linear_solver": "mumps",
    "radial.transport": "maxwell",
    "radial.radius": "layout",
}

_WRONG = {"m": "s", "um": "s", "nm": "V", "s": "m"}


def change(rng: Random) -> tuple[str, Any, str]:
    """Return a key, a value for it and the verdict."""
    return rng.choice((_dimensioned, _dimensioned, _plain, _plain, _whole, _word))(rng)


def _dimensioned(rng: Random) -> tuple[str, Any, str]:
    key = rng.choice(list(POSITIVE))
    unit, usual = POSITIVE[key]
    value: Any = rng.choice(
        (
            usual,
            f"{usual}",
            f"{usual} {_WRONG.get(unit, 's')}",
            f"{-usual} {unit}",
            f"0 {unit}",
            f"nan {unit}",
            f"inf {unit}",
            f"1e300 {unit}",
            f"{usual * 1e9} {unit}",
            f"{usual * 1e-25} {unit}",
            f"{usual} {unit} {unit}2",
            f"{usual} {unit} +",
            rng.choice(GARBAGE_TEXT),
            rng.choice(GARBAGE_VALUES),
        )
    )
    if rng.random() < 0.1:
        return key, f"{usual} {unit}", SENSE
    return key, value, NONSENSE


def _plain(rng: Random) -> tuple[str, Any, str]:
    key = rng.choice(list(SHARES))
    low, high, usual = SHARES[key]
    if rng.random() < 0.1:
        return key, usual, SENSE
    above = high + abs(high) * rng.choice((0.2, 3.0, 1e6)) + 1e-3
    below = low - abs(high) * rng.choice((0.2, 3.0, 1e6)) - 1e-3
    value: Any = rng.choice(
        (
            above,
            below,
            math.nan,
            math.inf,
            -math.inf,
            f"{usual} um",
            rng.choice(GARBAGE_VALUES),
            "0,5",
            "1e999",
        )
    )
    return key, value, NONSENSE


def _whole(rng: Random) -> tuple[str, Any, str]:
    key = rng.choice(list(WHOLE))
    if rng.random() < 0.1:
        return key, WHOLE[key], SENSE
    return key, rng.choice((-1, 0, 2.5, "3", 10**30, math.nan, rng.choice(GARBAGE_VALUES))), NONSENSE


def _word(rng: Random) -> tuple[str, Any, str]:
    key = rng.choice(list(WORDS))
    if rng.random() < 0.1:
        return key, WORDS[key], SENSE
    spoilt = WORDS[key] + rng.choice(("x", " ", "\n", "é", "'"))
    return (
        key,
        rng.choice((spoilt, "", 3, True, [WORDS[key]], {"a": WORDS[key]}, WORDS[key].upper())),
        NONSENSE,
    )


SENTENCES = (
    "Charge at 5C until 4.5 V",
    "Charge at 50 A/m2 for 300 s or until 4.4 V",
    "Charge at 160 mA/g until 4.4 V",
    "Charge at 1C until 10 mAh/g",
    "Hold at 4.3 V for 10 minutes",
    "Charge at 5C until 4.5 V or until a limit",
    "Rest for 1 hour",
    "(Charge at 1C until 4.3 V; Rest for 10 s) x 3",
)
SPOILT = (
    "Charge at 5 C",
    "Charge at -5C until 4.5 V",
    "Charge at 5C until 45 V",
    "Charge at 5C until -4.5 V",
    "Charge at 0C until 4.5 V",
    "Charge at 5C until 4.5",
    "Charge at 5C until 4.5 A",
    "Charge at 5 until 4.5 V",
    "Charge at C/0 until 4.5 V",
    "Charge at nanC until 4.5 V",
    "Charge at 1e9C until 4.5 V",
    "Charge at 9000000 A/m2 until 4.5 V",
    "Charge at 72 A/m2/0 until 4.5 V",
    "Charge at 1e12 mA/g until 4.5 V",
    "Rest for -1 s",
    "Rest for 0 s",
    "Rest for 1 hour [tag1]",
    "Rest for nan s",
    "Rest for inf s",
    "Rest for 1e300 s",
    "Rest until 4 V",
    "Rest for 3 V",
    "Rest for ten minutes",
    "Hold at 4.3 V",
    "Hold at 43 V for 10 s",
    "Hold at 4.3 for 10 s",
    "Hold at 4.3 V until 4.2 V",
    "Hold at 4.3 V for 10 s or",
    "Charge",
    "",
    " ",
    ".",
    "(Charge at 1C until 4.3 V x 3",
    "(Charge at 1C until 4.3 V) x 0",
    "(Charge at 1C until 4.3 V) x -1",
    "(Charge at 1C until 4.3 V) x 999999999999",
    "() x 3",
    "((Rest for 1 s) x 2) x 2",
    "(Rest for 1 s;) x 2",
    "(Rest for 1 s) x 2.5",
    "Charge at 5C until 4.5 V until 4.6 V",
    "Charge at 5C for 10",
    "Charge at 5C for 10 parsec",
    "Charge at 5C until 0 mAh/g",
    "Charge at 5C until -5 mAh/g",
    "Charge at 5C until 1e9 mAh/g",
    "Charge at 5C until 4.5 V\0",
    "Charge  at  5C  till  4.5 V",
    "Lade mit 5C bis 4,5 V",
    "Charge at 5C until 4,5 V",
)


def protocol(rng: Random) -> tuple[Any, str]:
    """Return the value of the key ``protocol`` and the verdict."""
    good = [rng.choice(SENTENCES) for _ in range(rng.randrange(1, 4))]
    draw = rng.random()
    if draw < 0.1:
        return ["Charge at 1C for 10 s", *good], SENSE
    if draw < 0.2:
        return rng.choice((good[0], [], [good], [3], [True], {"a": good}, 5, [[]])), NONSENSE
    if draw < 0.35:
        words = good[0].split()
        rng.shuffle(words)
        return [" ".join(words)], OPEN
    good.insert(rng.randrange(len(good) + 1), rng.choice(SPOILT))
    return good, NONSENSE
