"""The states that figures of the particles show: by the charge passed in the longest half cycle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from chemomech.experiments.drawing.scales import spread_steps, time_label

FRACTIONS = (0.1, 0.4, 0.7, 1.0)
"""Of the charge passed in the longest half cycle."""

_NEEDS = ("step_number", "cycle_number", "areal_capacity")
_WORDS = {1: "charge", -1: "discharge"}


@dataclass(frozen=True)
class HalfCycle:
    """A charge or a discharge of a run, rests within it included.

    Attributes:
        cycle: its number.
        sign: 1 for a charge, -1 for a discharge.
        states: indices along ``time``, from the state in which it begins to the one in which it ends.
        passed: share of its charge that has passed in each of these states, from 0 to 1.
    """

    cycle: int
    sign: int
    states: NDArray[np.int64]
    passed: NDArray[np.float64]


@dataclass(frozen=True)
class Shown:
    """A state that a figure shows.

    Attributes:
        state: index along ``time``.
        label: its time, and the share of the charge that has passed.
    """

    state: int
    label: str


def longest_half_cycle(dataset: xr.Dataset) -> HalfCycle | None:
    """Find the charge or discharge that passes most charge, the first of equals; None where none passes any.

    Args:
        dataset: of a result.
    """
    if any(name not in dataset for name in _NEEDS):
        return None
    number, cycles, total = (dataset[name].values for name in _NEEDS)
    parts: list[tuple[int, int, int, int]] = []  # cycle, sign, first and last state
    for step in np.unique(number):
        own = np.flatnonzero(number == step)
        first, last = max(int(own[0]) - 1, 0), int(own[-1])
        if not cycles[last] or total[last] == total[first]:
            continue
        cycle, sign = int(cycles[last]), 1 if total[last] > total[first] else -1
        if parts and parts[-1][:2] == (cycle, sign):
            first = parts.pop()[2]
        parts.append((cycle, sign, first, last))
    if not parts:
        return None
    # Runs that repeat a cycle repeat its charge but for rounding: the first of them shall win.
    charges = np.array([round(abs(float(total[last] - total[first])), 6) for _, _, first, last in parts])
    cycle, sign, first, last = parts[int(np.argmax(charges))]
    states = np.arange(first, last + 1)
    passed = np.abs((total[states] - total[first]) / (total[last] - total[first]))
    return HalfCycle(cycle, sign, states, passed)


def shown_states(dataset: xr.Dataset) -> list[Shown]:
    """Choose the states nearest to ``FRACTIONS`` of the longest half cycle; of the time where there is none.

    Args:
        dataset: of a result.
    """
    time = dataset["time"].values
    half = longest_half_cycle(dataset)
    if half is None:
        return [Shown(k, time_label(dataset, float(time[k]))) for k in spread_steps(dataset, FRACTIONS)]
    places = sorted({int(np.argmin(np.abs(half.passed - fraction))) for fraction in FRACTIONS})
    return [
        Shown(
            int(half.states[k]),
            f"{time_label(dataset, float(time[half.states[k]]))} ({100.0 * half.passed[k]:.0f} % of the"
            f" {_WORDS[half.sign]})",
        )
        for k in places
    ]


def instants_in_words(dataset: xr.Dataset) -> str:
    """Say what the shown states are, as in ``"at four times of the charge in cycle 1"``."""
    states = shown_states(dataset)
    half = longest_half_cycle(dataset)
    times = "1 time" if len(states) == 1 else f"{len(states)} times"
    if half is None:
        return f"at {times} of the run"
    several = int(dataset["cycle_number"].values.max()) > 1
    return f"at {times} of the {_WORDS[half.sign]}{f' of cycle {half.cycle}' if several else ''}"
