"""``python -m chemomech.validation.calibration.severity_fit`` fits C of Paris' law to the pooled severity.

A packing is cycled ten times with one C after the other until the share of severe particles is that of
:mod:`.severity_target`; the logit of the share is taken as linear in ln C between the two runs about it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.report.damage.severity import SEVERE
from chemomech.experiments.report.damage.table import shares_at
from chemomech.validation.calibration.severity_target import POOLED, RANGE

_MOST = 8
_CLOSE = 0.02
_SMALLEST, _LARGEST = 1.5, 100.0


def logit(share: float, count: int) -> float:
    """ln(p/(1 - p)), kept finite by half a particle."""
    p = min(max(share, 0.5 / count), 1.0 - 0.5 / count)
    return float(np.log(p / (1.0 - p)))


def growth_for(
    share: Callable[[float], float], target: float, start: float, count: int, close: float = _CLOSE
) -> tuple[float, dict[float, float]]:
    """C at which a share of the particles is severe.

    Args:
        share: From C to the share [-]; grows with C.
        target: Wanted share [-].
        start: First C [-].
        count: Particles behind a share.
        close: Distance from the target that is near enough [-].

    Returns:
        C [-], and the share of every C that was tried.

    Raises:
        InputError: If the target is not met within eight runs.
    """
    tried: dict[float, float] = {}
    value = start
    for _ in range(_MOST):
        tried[value] = share(value)
        if abs(tried[value] - target) <= close:
            return value, tried
        value = inverted(tried, target, count)
    raise InputError(
        f"no growth makes {target:g} of the particles severe within {_MOST} runs (tried {tried}); start "
        "nearer."
    )


def inverted(tried: dict[float, float], target: float, count: int) -> float:
    """C for a share from those that were tried: between the two about it, or beyond, as if odds went as C."""
    below = [c for c, share in tried.items() if share < target]
    above = [c for c, share in tried.items() if share >= target]
    if not below or not above:
        end = max(tried) if below else min(tried)
        odds = logit(target, count) - logit(tried[end], count)
        factor = float(np.clip(np.exp(abs(odds)), _SMALLEST, _LARGEST))
        return end * factor if below else end / factor
    low, high = max(below), min(above)
    a, b = (logit(tried[c], count) for c in (low, high))
    part = (logit(target, count) - a) / (b - a) if b > a else 0.5
    # A bracket that hardly moves at one end is halved instead.
    return float(np.exp(np.log(low) + np.clip(part, 0.15, 0.85) * np.log(high / low)))


def along(tried: dict[float, float], target: float, count: int) -> float:
    """C for another share, on the line through those that were tried; NaN where fewer than two were."""
    if len(tried) < 2:
        return float("nan")
    slope, offset = np.polyfit(np.log(list(tried)), [logit(share, count) for share in tried.values()], 1)
    return float(np.exp((logit(target, count) - offset) / slope))


def severe_share(case: Case, cycle: int) -> float:
    """Share of severe particles after a cycle of a run in a folder that is thrown away [-]."""
    from chemomech.experiments.runner import run

    with tempfile.TemporaryDirectory() as folder:
        result = run(case, out=Path(folder) / "run", progress=False, report=False)
        share = float(shares_at(result.dataset, cycle).pooled[SEVERE])
        result.close()
    return share


def main(arguments: list[str]) -> int:
    """Fit and print; returns the exit code."""
    from chemomech.validation.claims.cycles.simulations import EARLY, GROWTH, calibration_case

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hindrance", type=float, help="what the spheres leave of the transport [-]")
    parser.add_argument("--start", type=float, default=GROWTH, help="first C [-]")
    given = parser.parse_args(arguments)
    changes = {} if given.hindrance is None else {"radial.hindrance": given.hindrance}
    case = calibration_case(changes)
    count = len(case.geometry.layout.build())

    def share(growth: float) -> float:
        found = severe_share(case.with_overrides({"damage.surface_cracks.growth": growth}), EARLY)
        print(f"C = {growth:.4g}: {100 * found:.1f} % severe after {EARLY} cycles", flush=True)
        return found

    try:
        value, tried = growth_for(share, POOLED, given.start, count)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"C = {value:.4g} for {POOLED:g}")
    if len(tried) > 1:
        low, high = (along(tried, target, count) for target in RANGE)
        print(f"{low:.3g} to {high:.3g} for {RANGE[0]:g} to {RANGE[1]:g}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
