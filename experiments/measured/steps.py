"""Steps of a measured run: recognised from current and voltage, or by the numbers that the file gives."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from chemomech.experiments.measured.run import MeasuredStep, StepKind

Array = npt.NDArray[np.float64]

REST_SHARE = 2.0e-3
"""A current below this share of the largest is none [-]."""

SAME_CURRENT = 0.02
"""Relative difference from the mean of a step up to which a current is the same [-]."""

NOISE_SHARE = 2.0e-3
"""Noise of a current, as a share of the largest [-]."""

SIGMAS = 5.0
"""Deviations of the noise within which a current is the same."""

MOST_NOISE = 0.1
"""But no more than this share of it [-]."""

SAME_VOLTAGE = 2.0e-3
"""Difference up to which a voltage is held [V]."""

FADED = 0.8
"""A hold has fewer than this share of its first current at its end [-]."""

FEWEST_HELD = 6
"""Records from which on a hold is one."""

LONGEST_PULSE = 1800.0
"""Longest pulse of current between two rests [s]."""

SHORT = 120.0
"""Steps that last less, one after another, are one of varied current [s]."""

FEWEST_PIECES = 3
"""Of that many at least."""

NOISY_CURRENT = 0.3
"""Relative difference from the median up to which a noisy current is still constant [-]."""

LONG = 10
"""Records from which on a step stands for itself, and is no noise in another."""

OUTLIERS = 0.05
"""Share of the records that may lie farther off [-]."""

type Part = tuple[int, int]
"""First and last record of a step."""


def steps_of(
    time: Array, voltage: Array, current: Array, given: Array | None = None
) -> tuple[MeasuredStep, ...]:
    """Return the steps of a run.

    Args:
        time: of the records [s], shape (n,).
        voltage: [V], shape (n,).
        current: in any unit, shape (n,).
        given: number of the step of each record, shape (n,); recognised if not given.
    """
    if given is not None:
        starts = [0, *(np.flatnonzero(np.diff(given) != 0) + 1).tolist()]
    else:
        starts = _starts(voltage, current)
    ends = [start - 1 for start in starts[1:]] + [len(time) - 1]
    parts = list(zip(starts, ends, strict=True))
    kinds = [_kind(voltage[a : b + 1], current[a : b + 1], float(np.abs(current).max())) for a, b in parts]
    if given is None:
        parts, kinds = _joined(parts, kinds, time, current)
    begun = [float(time[0]), *(float(time[b]) for _, b in parts[:-1])]
    steps = [
        MeasuredStep(n, kind, a, b, start, float(time[b]))
        for n, ((a, b), kind, start) in enumerate(zip(parts, kinds, begun, strict=True), 1)
    ]
    return tuple(_with_pulses(steps))


def _starts(voltage: Array, current: Array) -> list[int]:
    """Places at which steps begin."""
    largest = float(np.abs(current).max())
    held = _held(voltage, current, REST_SHARE * largest)
    noise = _noise(current, REST_SHARE * largest)
    starts, mean, count = [0], float(current[0]), 1
    for k in range(1, len(current)):
        value = float(current[k])
        if held[k] != held[k - 1]:
            new = True
        elif held[k]:
            new = False
        else:
            resting = abs(value) <= REST_SHARE * largest, abs(mean) <= REST_SHARE * largest
            tolerance = SAME_CURRENT * abs(mean) + NOISE_SHARE * largest
            tolerance = max(tolerance, min(SIGMAS * noise, MOST_NOISE * abs(mean)))
            new = resting[0] != resting[1] or (not resting[0] and abs(value - mean) > tolerance)
        if new:
            starts.append(k)
            mean, count = value, 1
        else:
            count += 1
            mean += (value - mean) / count
    return starts


def _noise(current: Array, least: float) -> float:
    """Standard deviation of the noise of a current that flows, from the differences of neighbours."""
    flows = np.abs(current) > least
    both = flows[1:] & flows[:-1]
    if not both.any():
        return 0.0
    # 1.4826 brings the median of the size of normal numbers to their deviation; a difference has 2^1/2 of it.
    return float(1.4826 * np.median(np.abs(np.diff(current))[both]) / np.sqrt(2.0))


def _held(voltage: Array, current: Array, least: float) -> npt.NDArray[np.int64]:
    """Number of the hold that each record belongs to; 0 where the voltage is not held."""
    numbers = np.zeros(len(voltage), dtype=np.int64)
    start, number = 0, 0
    while start < len(voltage) - FEWEST_HELD:
        sign = np.sign(current[start])
        end = start
        low = high = float(voltage[start])
        while end + 1 < len(voltage):
            value = float(voltage[end + 1])
            low, high = min(low, value), max(high, value)
            if (
                high - low > SAME_VOLTAGE
                or np.sign(current[end + 1]) != sign
                or abs(current[end + 1]) <= least
            ):
                break
            end += 1
        faded = abs(current[end]) < FADED * abs(current[start])
        changes = np.diff(np.abs(current[start : end + 1]))
        falls = np.maximum(-changes, 0.0)
        # One large fall is a change of current at which the voltage happens to stay.
        smooth = falls.size > 0 and falls.max() < 0.6 * falls.sum()
        smooth = smooth and float(np.maximum(changes, 0.0).sum()) < 0.3 * float(falls.sum())
        if abs(current[start]) > least and end - start + 1 >= FEWEST_HELD and faded and smooth:
            begun = start
            top = abs(current[start])
            # The last records of the constant current before it lie at nearly the same voltage.
            while begun < end and abs(current[begun]) > 0.995 * top and abs(current[begun + 1]) > 0.995 * top:
                begun += 1
            number += 1
            numbers[begun + 1 : end + 1] = number
            start = end + 1
        else:
            start += 1
    return numbers


def _kind(voltage: Array, current: Array, largest: float) -> StepKind:
    size = np.abs(current)
    if float(np.median(size)) <= REST_SHARE * largest:
        return StepKind.REST
    middle = float(np.median(current))
    inner = current[1:] if len(current) > 2 else current
    if float(np.abs(inner - middle).max()) <= 2.0 * SAME_CURRENT * abs(middle) + NOISE_SHARE * largest:
        return StepKind.CONSTANT_CURRENT
    if len(voltage) >= FEWEST_HELD - 1 and float(np.ptp(voltage[1:])) <= 2.0 * SAME_VOLTAGE:
        return StepKind.CONSTANT_VOLTAGE
    return StepKind.VARIED


def _joined(
    parts: list[Part], kinds: list[StepKind], time: Array, current: Array
) -> tuple[list[Part], list[StepKind]]:
    """Join what belongs together: single records at an edge, noise, and the pieces of a drive cycle."""
    parts, kinds = _without_single(parts, kinds, current)
    k = 0
    while k < len(parts):
        end = k
        while end < len(parts) and _is_piece(parts[end], kinds[end], time):
            end += 1
        varied = sum(kind is not StepKind.REST for kind in kinds[k:end])
        if end - k > 1 and varied >= FEWEST_PIECES:
            parts[k:end] = [(parts[k][0], parts[end - 1][1])]
            kinds[k:end] = [_varied(current[parts[k][0] : parts[k][1] + 1])]
            end = k + 1
        k = max(end, k + 1)
    return _across_noise(parts, kinds, current)


def _across_noise(
    parts: list[Part], kinds: list[StepKind], current: Array
) -> tuple[list[Part], list[StepKind]]:
    """Join steps of one constant current that noise has parted."""
    k = 0
    while k < len(parts):
        held = _level(parts[k], kinds[k], current)
        end = k + 1
        while held is not None and end < len(parts):
            middle = float(np.median(current[parts[end][0] : parts[end][1] + 1]))
            if kinds[end] in (StepKind.REST, StepKind.CONSTANT_VOLTAGE):
                break
            if abs(middle - held) <= 2.0 * SAME_CURRENT * abs(held):
                parts[k : end + 1] = [(parts[k][0], parts[end][1])]
                kinds[k : end + 1] = [StepKind.CONSTANT_CURRENT]
                end = k + 1
                continue
            if abs(middle - held) > NOISY_CURRENT * abs(held) or _level(parts[end], kinds[end], current):
                break
            end += 1
        k += 1
    return parts, kinds


def _level(part: Part, kind: StepKind, current: Array) -> float | None:
    """Current of a step that is long enough to be one; None of others."""
    first, last = part
    if kind is not StepKind.CONSTANT_CURRENT or last - first < LONG:
        return None
    return float(np.median(current[first : last + 1]))


def _varied(current: Array) -> StepKind:
    """Constant where all but a few records are."""
    middle = float(np.median(current))
    far = np.abs(current - middle) > NOISY_CURRENT * abs(middle)
    return StepKind.VARIED if middle == 0.0 or far.mean() > OUTLIERS else StepKind.CONSTANT_CURRENT


def _is_piece(part: Part, kind: StepKind, time: Array) -> bool:
    first, last = part
    lasts = float(time[last] - time[max(first - 1, 0)])
    return kind is StepKind.VARIED or last - first + 1 < FEWEST_HELD or lasts < SHORT


def _without_single(
    parts: Sequence[Part], kinds: Sequence[StepKind], current: Array
) -> tuple[list[Part], list[StepKind]]:
    """Give records that stand alone to the step after them, in which the current had not settled yet."""
    made: list[Part] = []
    what: list[StepKind] = []
    begun: int | None = None
    for k, ((first, last), kind) in enumerate(zip(parts, kinds, strict=True)):
        start = first if begun is None else begun
        alone = first == last and k + 1 < len(parts) and len(parts) > 2
        following = float(current[parts[k + 1][0]]) if alone else 0.0
        same_way = current[first] * following > 0.0 and abs(current[first]) < 1.5 * abs(following)
        if alone and same_way and parts[k + 1][1] > parts[k + 1][0]:
            begun = start
            continue
        begun = None
        made.append((start, last))
        what.append(kind)
    return made, what


def _with_pulses(steps: Sequence[MeasuredStep]) -> list[MeasuredStep]:
    """The same with short steps of constant current between two rests as pulses."""
    made = list(steps)
    for k in range(1, len(made) - 1):
        before, step, after = made[k - 1], made[k], made[k + 1]
        rested = before.kind is StepKind.REST and after.kind is StepKind.REST
        if rested and step.kind is StepKind.CONSTANT_CURRENT and step.duration <= LONGEST_PULSE:
            made[k] = MeasuredStep(step.number, StepKind.PULSE, step.first, step.last, step.start, step.end)
    return made
