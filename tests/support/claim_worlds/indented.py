"""Worlds of paper 000: indentation maps at three states of charge."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from support.claim_worlds.made_up import MadeUp, uniform_state

from chemomech.validation.calibration.fit import FittedParameter
from chemomech.validation.calibration.indentation_fit import CHARGES
from chemomech.validation.claims.maps import MAPS, FittedMaps, PredictedMaps

MEASURED = {"modulus": (55.99, 37.66, 23.70), "hardness": (2.12, 1.42, 0.79)}
SIDE = 21
PARTICLES = 12


def _map(charge: int, number: int, zones: dict[str, tuple[float, float, float]], by_size: float) -> Any:
    """One map; a third of it each rim, core and matrix, with the moduli of the zones [GPa]."""
    random = np.random.default_rng([charge, number])
    kind = np.arange(SIDE * SIDE).reshape(SIDE, SIDE) % 3
    particle = np.where(kind == 2, -1, random.integers(PARTICLES, size=kind.shape))
    modulus = np.choose(kind, [zones[name][charge] for name in ("rim", "core", "matrix")])
    offset = by_size * (particle / (PARTICLES - 1) - 0.5)
    modulus = modulus + np.where(kind == 0, offset, 0.0) + random.normal(0.0, 0.2, kind.shape)
    return SimpleNamespace(
        reduced_modulus=1e9 * modulus,
        hardness=1e9 * MEASURED["hardness"][charge] * np.ones(kind.shape),
        particle=particle,
        cluster=np.where(particle >= 0, particle, -1 - number),
        section_fraction=np.choose(kind, [0.9, 0.2, np.nan]),
    )


def maps(
    rim: tuple[float, float, float] = (60.0, 40.0, 24.0),
    core: tuple[float, float, float] = (50.0, 40.0, 24.0),
    matrix: tuple[float, float, float] = (24.0, 24.0, 24.0),
    by_size: float = 0.0,
) -> PredictedMaps:
    """Maps with moduli of the zones [GPa]; rims of larger particles have ``by_size`` more."""
    zones = {"rim": rim, "core": core, "matrix": matrix}
    state = uniform_state(0.9)
    object.__setattr__(state, "radii", np.sort(state.radii))
    return PredictedMaps(
        dict.fromkeys(CHARGES, state),
        {
            charge: [_map(k, number, zones, by_size) for number in range(MAPS)]
            for k, charge in enumerate(CHARGES)
        },
    )


def mapped(**zones: Any) -> MadeUp:
    return MadeUp(shared={"predicted maps": maps(**zones)})


def stiff_rims(_: Path) -> MadeUp:
    return mapped()


def soft_rims(_: Path) -> MadeUp:
    return mapped(rim=(40.0, 40.0, 24.0))


def stiff_rims_at_half_charge(_: Path) -> MadeUp:
    return mapped(rim=(60.0, 45.0, 24.0))


def particles_seen_when_charged(_: Path) -> MadeUp:
    return mapped(core=(50.0, 40.0, 35.0))


def large_are_stiffer(_: Path) -> MadeUp:
    return mapped(by_size=10.0)


def small_are_stiffer(_: Path) -> MadeUp:
    return mapped(by_size=-10.0)


def matrix_that_stays(_: Path) -> MadeUp:
    return mapped(matrix=(24.0, 25.0, 26.0))


def matrix_that_softens(_: Path) -> MadeUp:
    return mapped(matrix=(24.0, 22.0, 21.0))


def fitted(modulus: float, hardness: float, charged: float = 1.0) -> MadeUp:
    """Fitted means as multiples of the measured ones, those of the full charge times another factor."""
    parameters = tuple(
        FittedParameter(f"knob {k}", "-", value, 0.5 * value, 2.0 * value, "95 % confidence", "tables")
        for k, value in enumerate((0.4, 0.2, 0.1, 3e10, 5e8))
    )
    fit: Any = SimpleNamespace(
        parameters=parameters, values=np.array([p.value for p in parameters]), reduced_chi_square=2.0
    )
    values = {
        charge: tuple(
            1e9 * factor * MEASURED[name][k] * (charged if charge == 1.0 else 1.0) * np.array([0.9, 1.0, 1.1])
            for name, factor in (("modulus", modulus), ("hardness", hardness))
        )
        for k, charge in enumerate(CHARGES)
    }
    return MadeUp(shared={"predicted maps": maps(), "fitted maps": FittedMaps(fit, values)})  # type: ignore[arg-type]


def fit_to_both(_: Path) -> MadeUp:
    return fitted(1.25, 0.75)


def fit_that_misses_the_modulus(_: Path) -> MadeUp:
    return fitted(1.35, 1.0)


def fit_that_misses_the_hardness(_: Path) -> MadeUp:
    return fitted(1.0, 0.65)


def fit_of_the_drops(_: Path) -> MadeUp:
    return fitted(1.0, 1.0, charged=1.2)


def fit_that_drops_too_little(_: Path) -> MadeUp:
    return fitted(1.0, 1.0, charged=1.35)


def predicted(modulus: float, hardness: float) -> MadeUp:
    """Maps whose means are so many times the measured ones; the fit is good."""
    world = fitted(1.0, 1.0)
    made = maps()
    for k, charge in enumerate(CHARGES):
        for number, shown in enumerate(made.readings[charge]):
            # Maps differ by 2 % from one another, as places do.
            level = 1e9 * (0.97 + 0.02 * number)
            ones: Any = np.ones((SIDE, SIDE))
            object.__setattr__(shown, "reduced_modulus", level * modulus * MEASURED["modulus"][k] * ones)
            object.__setattr__(shown, "hardness", level * hardness * MEASURED["hardness"][k] * ones)
    world._shared["predicted maps"] = made
    return world


def maps_as_measured(_: Path) -> MadeUp:
    return predicted(1.0, 1.0)


def maps_that_are_twice_as_stiff(_: Path) -> MadeUp:
    return predicted(2.0, 2.0)
