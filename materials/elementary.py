"""Elementary functions that work alike on numbers, NumPy arrays, UFL expressions and dual numbers.

A constitutive law written with these and with ``+ - * /`` is one definition for post-processing
(NumPy), for weak forms (UFL) and for exact first derivatives of either (dual numbers, i.e. forward
differentiation). Powers are written as products because a ``pow`` call in a generated kernel costs
as much as an exponential.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import numpy as np
import ufl
from ufl.core.expr import Expr

type Value = Any
"""A number, a NumPy array, a scalar UFL expression or a `Dual` of one of them."""

type Function = Callable[[Value], Value]
"""A law of one variable."""

# UFL has no type annotations; calling it through `Any` says so once.
_ufl: Any = ufl


@dataclass(frozen=True)
class Dual:
    """A value together with its derivative with respect to one chosen variable.

    Attributes:
        value: The value.
        slope: Its derivative.
    """

    value: Value
    slope: Value

    # Without this NumPy would spread an array over the dual number instead of deferring to it.
    __array_ufunc__ = None

    def __add__(self, other: Value) -> Dual:
        """Sum rule."""
        other = _dual(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    def __neg__(self) -> Dual:
        """Change of sign."""
        return Dual(-self.value, -self.slope)

    def __sub__(self, other: Value) -> Dual:
        """Difference rule."""
        return self + (-other)

    def __rsub__(self, other: Value) -> Dual:
        """Difference rule."""
        return (-self) + other

    def __mul__(self, other: Value) -> Dual:
        """Product rule."""
        other = _dual(other)
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def __truediv__(self, other: Value) -> Dual:
        """Quotient rule."""
        other = _dual(other)
        quotient = self.value / other.value
        return Dual(quotient, (self.slope - quotient * other.slope) / other.value)

    def __rtruediv__(self, other: Value) -> Dual:
        """Quotient rule."""
        return Dual(other, 0.0) / self

    __radd__ = __add__
    __rmul__ = __mul__


@singledispatch
def _dual(number: Value) -> Value:
    return Dual(number, 0.0)


_dual.register(Dual, lambda dual: dual)


@singledispatch
def numeric(value: Value) -> Value:
    """Return numbers and sequences as floating-point NumPy values, and anything symbolic unchanged."""
    return np.asarray(value, dtype=float)[()]


numeric.register(Expr, lambda expression: expression)
numeric.register(Dual, lambda dual: dual)


@singledispatch
def _unit_slope(value: Value) -> Value:
    return np.ones_like(value)


_unit_slope.register(Expr, lambda _: _ufl.as_ufl(1.0))


def derivative(function: Function, at: Value) -> Value:
    """Exact derivative of a law of one variable.

    Args:
        function: The law, written with the functions of this module.
        at: Where; number, array or UFL expression.

    Returns:
        The derivative, of the kind of ``at``.
    """
    at = numeric(at)
    return function(Dual(at, _unit_slope(at))).slope


def _elementary(
    numpy_function: Function,
    ufl_function: Function,
    slope: Function,
) -> Function:
    """Join the NumPy, UFL and dual-number versions of one function; ``slope`` is its derivative."""

    @singledispatch
    def function(argument: Value) -> Value:
        return numpy_function(argument)

    function.register(Expr, ufl_function)
    function.register(Dual, lambda dual: Dual(function(dual.value), slope(dual.value) * dual.slope))
    return function


exp: Function = _elementary(np.exp, _ufl.exp, lambda value: exp(value))
log: Function = _elementary(np.log, _ufl.ln, lambda value: 1.0 / value)
sqrt: Function = _elementary(np.sqrt, _ufl.sqrt, lambda value: 0.5 / sqrt(value))
step: Function = _elementary(
    lambda value: np.heaviside(value, 0.0),
    lambda value: _ufl.conditional(_ufl.gt(value, 0.0), 1.0, 0.0),
    lambda value: 0.0,
)
positive_part: Function = _elementary(
    lambda value: np.maximum(value, 0.0),
    lambda value: _ufl.max_value(value, 0.0),
    lambda value: step(value),
)


def teach(kind: type, functions: Mapping[str, Function]) -> None:
    """Let the laws of this package be evaluated on the symbols of another program.

    Args:
        kind: Type of its symbols; they must know ``+ - * /`` with each other and with numbers.
        functions: What ``exp``, ``log``, ``sqrt``, ``step`` and ``positive_part`` are for it, and the
            symbol ``one``, by name.
    """
    known: dict[str, Any] = {
        "exp": exp, "log": log, "sqrt": sqrt, "step": step, "positive_part": positive_part,
        "one": _unit_slope,
    }  # fmt: skip
    for name, function in known.items():
        function.register(kind, functions[name])
    numeric.register(kind, lambda symbol: symbol)


@singledispatch
def positive_power(argument: Value, power: int) -> Value:
    """``max(argument, 0)**power`` for a whole ``power`` >= 1, as a product."""
    part = positive_part(argument)
    result = part
    for _ in range(power - 1):
        result = result * part
    return result


@positive_power.register
def _(argument: Dual, power: int) -> Dual:
    # A rule of its own keeps the derivative free of step functions where it is continuous.
    slope = step(argument.value) if power == 1 else power * positive_power(argument.value, power - 1)
    return Dual(positive_power(argument.value, power), slope * argument.slope)


def soft_floor(value: Value, floor: float, width: float) -> Value:
    """Larger of ``value`` and ``floor``, once continuously differentiable.

    Exactly ``value`` above ``floor + width``, exactly ``floor`` below ``floor - width``, a parabola
    between: so a law is untouched inside its range, and bounded when Newton's method overshoots.
    """
    distance = value - floor
    blend = positive_power(distance + width, 2) - positive_power(distance - width, 2)
    return floor + blend * (0.25 / width)


def soft_ceiling(value: Value, ceiling: float, width: float) -> Value:
    """Smaller of ``value`` and ``ceiling``, once continuously differentiable; see `soft_floor`."""
    return -soft_floor(-value, -ceiling, width)


def soft_clip(value: Value, low: float, high: float, width: float) -> Value:
    """``value``, exact within [``low``, ``high``], constant beyond ``2 width`` outside; see `soft_floor`.

    The constants are ``low - width`` and ``high + width``.
    """
    return soft_ceiling(soft_floor(value, low - width, width), high + width, width)
