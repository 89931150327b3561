"""Measurements that the model makes itself of planted numbers, with noise that is stated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from chemomech.errors import InputError, unknown_name
from chemomech.experiments.case import Case
from chemomech.experiments.case.units import number_and_unit
from chemomech.experiments.fitting.parameters import FitParameter, Target
from chemomech.experiments.fitting.settings import Planted, SyntheticMeasurement
from chemomech.experiments.fitting.simulation import between, solved
from chemomech.experiments.measured import MeasuredRun
from chemomech.experiments.measured.protocol import following
from chemomech.experiments.measured.steps import steps_of


def planted_shares(planted: Planted, targets: Sequence[Target]) -> tuple[float, ...]:
    """Return the place of each planted number between its bounds [-].

    Args:
        planted: what is planted.
        targets: what is fitted.

    Raises:
        InputError: when a parameter has none, or one that lies outside its bounds.
    """
    for name in planted.values:
        if name not in [target.name for target in targets]:
            raise unknown_name("parameter", name, [target.name for target in targets])
    shares: list[float] = []
    for target in targets:
        if target.name not in planted.values:
            raise InputError(f"[planted] states no value of {target.name!r}; add it.")
        given = planted.values[target.name]
        values = given if isinstance(given, list) else [given]
        if len(values) != len(target.numbers):
            raise InputError(
                f"[planted] states {len(values)} values of {target.name!r} and it has {len(target.numbers)}; "
                "state as many."
            )
        shares += [_share(one, value) for one, value in zip(target.numbers, values, strict=True)]
    return tuple(shares)


def _share(parameter: FitParameter, value: Any) -> float:
    low, high, unit = parameter.bounds
    read = number_and_unit(str(value))
    if read is None or read[1] != unit or not low < read[0] < high:
        raise InputError(
            f"the planted {parameter.name} = {value} must lie between its bounds {parameter.low} and "
            f"{parameter.high}, in their unit; state another."
        )
    return parameter.share(read[0])


def made(
    asked: Sequence[SyntheticMeasurement], planted: Planted, targets: Sequence[Target], case: Case
) -> list[tuple[Case, MeasuredRun]]:
    """Return the case that follows each measurement, and the measurement.

    Args:
        asked: the measurements.
        planted: what they are made of.
        targets: what is fitted.
        case: the case, before anything is planted.

    Raises:
        InputError: as of runs.
    """
    shares = planted_shares(planted, targets)
    changes: dict[str, Any] = {}
    at = 0
    for target in targets:
        changes |= target.changes(shares[at : at + len(target.numbers)])
        at += len(target.numbers)
    source = case.with_overrides(changes)
    noise = np.random.default_rng(planted.seed)
    runs = [_recorded(one, source.with_overrides({"protocol": list(one.protocol)})) for one in asked]
    return [
        (following(case, run)[0], _noisy(run, noise.normal(0.0, planted.noise, len(run.time))))
        for run in runs
    ]


def _recorded(asked: SyntheticMeasurement, case: Case) -> MeasuredRun:
    """What a cycler that records at even times would have written, without noise."""
    prepared, found = solved(case, case.model)
    time, voltage = (np.asarray(found.records[name], dtype=float) for name in ("time", "voltage"))
    current = np.asarray(found.records["current_density"], dtype=float) / prepared.active_mass
    number = np.asarray(found.records["step_number"]).astype(int)
    parts: list[tuple[Any, ...]] = []
    for k in range(1, int(number.max()) + 1):
        own = np.flatnonzero((number == k) & (np.arange(len(number)) > 0))
        if not own.size:
            continue
        begun, end = float(time[own[0] - 1]), float(time[own[-1]])
        times = np.append(np.arange(begun + asked.every, end - 0.5 * asked.every, asked.every), end)
        parts.append(
            (times, between(time[own], voltage[own], times), np.interp(times, time[own], current[own]),
             np.full(len(times), float(k)))
        )  # fmt: skip
    first = ([time[0]], [voltage[0]], [parts[0][2][0]], [1.0])
    columns = [np.concatenate([start, *(part[i] for part in parts)]) for i, start in enumerate(first)]
    steps = steps_of(*columns)
    return MeasuredRun(
        asked.name, columns[0], columns[1], columns[2], "A/kg", None, None, case.materials.cathode, steps, ""
    )


def _noisy(run: MeasuredRun, noise: Any) -> MeasuredRun:
    import dataclasses

    return dataclasses.replace(run, voltage=run.voltage + noise)
