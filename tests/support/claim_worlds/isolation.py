"""Worlds after cycles at three rates: particles without contact, what they hold, and cracks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr
from support.claim_worlds.cycles import SHALLOW, ended, places
from support.claim_worlds.made_up import MadeUp, result_of
from support.claim_worlds.single_particles import counted

from chemomech.validation.claims.cycles.simulations import BY_RATE, SLOW


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
