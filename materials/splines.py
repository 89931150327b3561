"""Shapes of curves: polynomials, splines and safe tails, each a callable of one variable.

Splines are written with truncated powers max(x - k, 0)^n, which UFL can differentiate and compile
without branches, and continue as straight lines outside their knots.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, singledispatch

import numpy as np
from scipy.interpolate import CubicSpline, PchipInterpolator
from ufl.core.expr import Expr

from chemomech.materials.elementary import (
    Dual,
    Value,
    derivative,
    exp,
    log,
    positive_part,
    positive_power,
    step,
)


@dataclass(frozen=True)
class Constant:
    """The same value everywhere."""

    value: float

    def __call__(self, x: Value) -> Value:
        """Value, with the shape of ``x``."""
        return 0.0 * x + self.value


@dataclass(frozen=True)
class Polynomial:
    """Polynomial with coefficients in ascending powers, evaluated by Horner's rule."""

    coefficients: tuple[float, ...]

    def __call__(self, x: Value) -> Value:
        """Value at ``x``."""
        value = 0.0 * x + self.coefficients[-1]
        for coefficient in reversed(self.coefficients[:-1]):
            value = value * x + coefficient
        return value


@dataclass(frozen=True)
class LinearTails:
    """A function inside [low, high], continued by its tangents outside.

    Attributes:
        inner: The function; never evaluated outside the interval.
        low: Where the left tangent starts.
        high: Where the right tangent starts.
    """

    inner: Callable[[Value], Value]
    low: float
    high: float

    @cached_property
    def _end_slopes(self) -> tuple[float, float]:
        return float(derivative(self.inner, self.low)), float(derivative(self.inner, self.high))

    def __call__(self, x: Value) -> Value:
        """Value at ``x``."""
        below, above = positive_part(self.low - x), positive_part(x - self.high)
        low_slope, high_slope = self._end_slopes
        return self.inner(x + below - above) - low_slope * below + high_slope * above


SMALLEST_SHARE = 1.0e-5
"""Share of empty or filled sites below which a logarithm is continued by its tangent [-]."""


@dataclass(frozen=True)
class LogarithmicEnds:
    """A falling law of a site fraction x that falls without bound as x -> 1 and rises as x -> 0.

    Outside [low, high] the logarithm with the slope of the inner function replaces its tangent:

        y(high) - A ln[(1 - high)/(1 - x)],  A = -y'(high) (1 - high),  and likewise in x below low.

    This is how the chemical potential of a lattice gas ends. Where less than ``SMALLEST_SHARE`` of the
    sites is left, the tangent of the logarithm continues it, so that the law exists and falls everywhere.

    Attributes:
        inner: The law, which continues straight outside [low, high].
        low: Where the left logarithm starts, above 0.
        high: Where the right logarithm starts, below 1.
    """

    inner: Callable[[Value], Value]
    low: float
    high: float

    @cached_property
    def _amplitudes(self) -> tuple[float, float]:
        slopes = float(derivative(self.inner, self.low)), float(derivative(self.inner, self.high))
        return -slopes[0] * self.low, -slopes[1] * (1.0 - self.high)

    def __call__(self, x: Value) -> Value:
        """Value at ``x``."""
        at_low, at_high = self._amplitudes
        empty = _log_below_tangent(positive_part(x - self.high) * (1.0 / (1.0 - self.high)), 1.0 - self.high)
        full = _log_below_tangent(positive_part(self.low - x) * (1.0 / self.low), self.low)
        return self.inner(x) + at_high * empty - at_low * full


def _log_below_tangent(used: Value, width: float) -> Value:
    """ln(1 - used) + used, at most 0: a logarithm less its tangent at 0, linear where little is left."""
    floor = SMALLEST_SHARE / width
    left = 1.0 - used
    return log(floor + positive_part(left - floor)) - positive_part(floor - left) * (1.0 / floor) + used


@dataclass(frozen=True)
class TruncatedPowers:
    """Piecewise polynomial: a polynomial about ``origin`` plus a sum of truncated powers.

    Attributes:
        origin: Point about which ``base`` is written.
        base: Coefficients of the polynomial that holds left of all knots, ascending in (x - origin).
        knots: Where pieces meet.
        jumps: For each power n, the coefficient of max(x - knot, 0)^n of every knot.
    """

    origin: float
    base: tuple[float, ...]
    knots: tuple[float, ...]
    jumps: Mapping[int, tuple[float, ...]]

    def __call__(self, x: Value) -> Value:
        """Value at ``x``."""
        value = Polynomial(self.base)(x - self.origin)
        for power, coefficients in self.jumps.items():
            for knot, coefficient in zip(self.knots, coefficients, strict=True):
                if coefficient != 0.0:
                    value = value + coefficient * positive_power(x - knot, power)
        return value

    def scaled(self, factor: float) -> TruncatedPowers:
        """This function times a constant."""
        return TruncatedPowers(
            self.origin,
            tuple(factor * coefficient for coefficient in self.base),
            self.knots,
            {power: tuple(factor * c for c in coefficients) for power, coefficients in self.jumps.items()},
        )

    def antiderivative(self, zero_at: float) -> TruncatedPowers:
        """The integral of this function from ``zero_at``."""
        base = (0.0, *(coefficient / (power + 1) for power, coefficient in enumerate(self.base)))
        jumps = {power + 1: tuple(c / (power + 1) for c in cs) for power, cs in self.jumps.items()}
        integral = TruncatedPowers(self.origin, base, self.knots, jumps)
        shift = float(integral(zero_at))
        return TruncatedPowers(self.origin, (base[0] - shift, *base[1:]), self.knots, jumps)


def spline_with_end_slope(x: Sequence[float], y: Sequence[float], slope: float) -> TruncatedPowers:
    """Cubic spline through points with straight tails, natural on the left and of given slope on the right.

    Twice continuously differentiable but for the right end.

    Args:
        x: At least three abscissae, increasing.
        y: Ordinates.
        slope: dy/dx at the last point.
    """
    return _truncated_powers(CubicSpline(x, y, bc_type=((2, 0.0), (1, slope))))


def _truncated_powers(spline: CubicSpline) -> TruncatedPowers:
    cubic, quadratic, slope, value = spline.c
    quadratic_at_end = quadratic[-1] + 3.0 * cubic[-1] * (spline.x[-1] - spline.x[-2])
    square_jumps = np.zeros(len(spline.x))
    square_jumps[0], square_jumps[-1] = quadratic[0], -quadratic_at_end
    cube_jumps = np.diff(np.concatenate([[0.0], cubic, [0.0]]))
    return TruncatedPowers(
        float(spline.x[0]),
        (float(value[0]), float(slope[0])),
        tuple(spline.x.tolist()),
        {2: tuple(square_jumps.tolist()), 3: tuple(cube_jumps.tolist())},
    )


def monotone_cubic(x: Sequence[float], y: Sequence[float]) -> TruncatedPowers:
    """Cubic interpolation that never overshoots its points, flat at both ends and beyond.

    Slopes at the inner points are the weighted harmonic means of Fritsch and Butland,
    SIAM J. Sci. Stat. Comput. 5 (1984) 300.

    Args:
        x: At least two abscissae, increasing.
        y: Ordinates.
    """
    knots, values = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    widths, secants = np.diff(knots), np.diff(values) / np.diff(knots)
    slopes = np.zeros_like(values)
    for i in range(1, len(knots) - 1):
        if secants[i - 1] * secants[i] > 0.0:
            before, after = 2.0 * widths[i] + widths[i - 1], widths[i] + 2.0 * widths[i - 1]
            slopes[i] = (before + after) / (before / secants[i - 1] + after / secants[i])
    quadratic = (3.0 * secants - 2.0 * slopes[:-1] - slopes[1:]) / widths
    cubic = (slopes[:-1] + slopes[1:] - 2.0 * secants) / widths**2
    quadratic_at_end = np.concatenate([[0.0], quadratic + 3.0 * cubic * widths])
    square_jumps = np.concatenate([quadratic, [0.0]]) - quadratic_at_end
    cube_jumps = np.diff(np.concatenate([[0.0], cubic, [0.0]]))
    return TruncatedPowers(
        float(knots[0]),
        (float(values[0]), 0.0),
        tuple(knots.tolist()),
        {2: tuple(square_jumps.tolist()), 3: tuple(cube_jumps.tolist())},
    )


@dataclass(frozen=True)
class FastPowers(TruncatedPowers):
    """The same piecewise polynomial, for numbers and arrays all knots at once: there may be many."""

    def __call__(self, x: Value) -> Value:
        """Value at ``x``."""
        return _all_at_once(x, self)

    @cached_property
    def slope(self) -> FastPowers:
        """The derivative, but for the knots of first power, where it jumps."""
        base = tuple(power * c for power, c in enumerate(self.base))[1:]
        jumps = {power - 1: tuple(power * c for c in cs) for power, cs in self.jumps.items() if power > 1}
        return FastPowers(self.origin, base or (0.0,), self.knots, jumps)

    @cached_property
    def arrays(self) -> tuple[np.ndarray, dict[int, np.ndarray]]:
        """Knots and jumps as arrays."""
        return np.array(self.knots), {power: np.array(cs) for power, cs in self.jumps.items()}


@singledispatch
def _all_at_once(x: Value, law: FastPowers) -> Value:
    knots, jumps = law.arrays
    beyond = np.maximum(np.subtract.outer(x, knots), 0.0)
    value = Polynomial(law.base)(x - law.origin)
    for power, coefficients in jumps.items():
        if coefficients.any():
            value = value + beyond**power @ coefficients
    return value


@_all_at_once.register
def _(x: Expr, law: FastPowers) -> Value:
    return TruncatedPowers.__call__(law, x)


@_all_at_once.register
def _(x: Dual, law: FastPowers) -> Value:
    knots, jumps = law.arrays
    slope = law.slope(x.value)
    for knot, kink in zip(knots.tolist(), jumps.get(1, np.zeros(len(knots))).tolist(), strict=True):
        if kink != 0.0:
            slope = slope + kink * step(x.value - knot)
    return Dual(law(x.value), slope * x.slope)


def through_points(x: Sequence[float], y: Sequence[float], straight: bool = False) -> FastPowers:
    """Piecewise cubic Hermite interpolation that keeps the monotony of its points (PCHIP).

    Slopes at the inner points as in :func:`monotone_cubic`, at the ends from three points, limited:
    Fritsch and Carlson, SIAM J. Numer. Anal. 17 (1980) 238, with the ends of Moler, Numerical Computing
    with MATLAB (2004).

    Args:
        x: At least two abscissae, increasing.
        y: Ordinates.
        straight: Whether it goes on with the slope of its ends, not constant.
    """
    spline = PchipInterpolator(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    cubic, quadratic, slope, value = spline.c
    widths = np.diff(spline.x)
    slope_at_end = slope[-1] + 2.0 * quadratic[-1] * widths[-1] + 3.0 * cubic[-1] * widths[-1] ** 2
    quadratic_at_end = np.concatenate([[0.0], quadratic + 3.0 * cubic * widths])
    kinks = np.zeros(len(spline.x))
    if not straight:
        kinks[0], kinks[-1] = slope[0], -slope_at_end
    return FastPowers(
        float(spline.x[0]),
        (float(value[0]), float(slope[0]) if straight else 0.0),
        tuple(spline.x.tolist()),
        {
            1: tuple(kinks.tolist()),
            2: tuple((np.concatenate([quadratic, [0.0]]) - quadratic_at_end).tolist()),
            3: tuple(np.diff(np.concatenate([[0.0], cubic, [0.0]])).tolist()),
        },
    )


@dataclass(frozen=True)
class ThroughNodes:
    """A positive law through nodes, constant beyond them; between them its logarithm is a PCHIP.

    Attributes:
        nodes: Abscissae, at least two, increasing.
        values: Ordinates, above zero.
    """

    nodes: tuple[float, ...]
    values: tuple[float, ...]

    @property
    def knots(self) -> tuple[float, ...]:
        """The nodes: among them are the extremes."""
        return self.nodes

    @cached_property
    def _logarithm(self) -> FastPowers:
        return through_points(self.nodes, np.log(self.values).tolist())

    def __call__(self, x: Value) -> Value:
        """Value at ``x``."""
        return exp(self._logarithm(x))


@dataclass(frozen=True)
class Scaled:
    """A law times a number."""

    inner: Callable[[Value], Value]
    factor: float

    def __call__(self, x: Value) -> Value:
        """Value at ``x``."""
        return self.factor * self.inner(x)
