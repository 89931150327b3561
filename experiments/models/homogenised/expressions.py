"""Laws of one variable as BPX writes them, text such as ``"3.3 * exp(-x) - tanh(2 * x)"`` or tables.

Both become functions made of :mod:`chemomech.materials.elementary`, so that they work on numbers, arrays, UFL
expressions and PyBaMM's symbols alike. Text is parsed, never executed.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from chemomech.errors import InputError
from chemomech.materials.elementary import Value, exp, log
from chemomech.materials.splines import TruncatedPowers

type Law = Callable[[Value], Value]

ACCEPTED = "x, numbers, + - * / **, exp(), tanh() and cosh()"


def tanh(value: Value) -> Value:
    """Hyperbolic tangent, by an exponential that stays finite where the sign of ``value`` is known."""
    return 1.0 - 2.0 / (1.0 + exp(2.0 * value))


def cosh(value: Value) -> Value:
    """Hyperbolic cosine."""
    return 0.5 * (exp(value) + exp(-1.0 * value))


_FUNCTIONS: Final[dict[str, Law]] = {"exp": exp, "tanh": tanh, "cosh": cosh}
_OPERATORS: Final[dict[type[ast.operator], Callable[[Value, Value], Value]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True)
class Expression:
    """A law written as text.

    Attributes:
        text: the expression in x.
    """

    text: str

    def __post_init__(self) -> None:
        """Read the text once.

        Raises:
            InputError: when it is not of the accepted form.
        """
        # 0.5 lies where a law of the stoichiometry is used, and within that of salt concentrations too.
        try:
            value = float(self(0.5))
        except (ArithmeticError, ValueError, RecursionError, MemoryError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(
                f"the expression {self.text[:80]!r} has no value at x = 0.5 ({error}); correct it."
            ) from None
        if not np.isfinite(value):
            raise InputError(f"the expression {self.text[:80]!r} is {value} at x = 0.5; correct it.")

    def __call__(self, x: Value) -> Value:
        """Value at ``x``."""
        try:
            tree = ast.parse(self.text.strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise self._unreadable() from None
        # A law without x must still have the shape of x.
        return self._value(tree.body, x) + 0.0 * x

    def _value(self, node: ast.expr, x: Value) -> Value:
        match node:
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.Name(id="x"):
                return x
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return -1.0 * self._value(inner, x)
            case ast.UnaryOp(op=ast.UAdd(), operand=inner):
                return self._value(inner, x)
            case ast.BinOp(left=base, op=ast.Pow(), right=power):
                return _power(self._value(base, x), self._value(power, x))
            case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
                return _OPERATORS[type(sign)](self._value(left, x), self._value(right, x))
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in _FUNCTIONS:
                return _FUNCTIONS[name](self._value(argument, x))
        raise self._unreadable()

    def _unreadable(self) -> InputError:
        return InputError(f"the expression {self.text!r} cannot be read; it may hold {ACCEPTED}.")


def _power(base: Value, power: Value) -> Value:
    whole = isinstance(power, float) and power == int(power) and 1 <= power <= 64
    if not whole:
        return exp(power * log(base))
    product = base
    for _ in range(int(power) - 1):
        product = product * base
    return product


def table_law(x: Sequence[float], y: Sequence[float]) -> TruncatedPowers:
    """Return the piecewise linear law through a table, straight beyond its ends, as PyBaMM reads BPX tables.

    Args:
        x: at least two different abscissae, in any order.
        y: ordinates.

    Raises:
        InputError: for an abscissa that appears twice, or fewer than two.
    """
    try:
        knots, values = np.array(x, dtype=float).reshape(-1), np.array(y, dtype=float).reshape(-1)
    except (TypeError, ValueError):
        raise InputError(
            "a table holds something that is not a number; write two lists of numbers."
        ) from None
    if len(knots) != len(values):
        raise InputError(
            f"a table has {len(knots)} abscissae and {len(values)} ordinates; give one for each."
        )
    if not (np.isfinite(knots).all() and np.isfinite(values).all()):
        raise InputError("a table holds a value that is not finite; give a number for each abscissa.")
    order = np.argsort(knots)
    knots, values = knots[order], values[order]
    if len(knots) < 2 or (np.diff(knots) <= 0.0).any():
        raise InputError(f"a table with the abscissae {list(x)[:6]} ... needs two or more different ones.")
    slopes = np.diff(values) / np.diff(knots)
    jumps = (0.0, *np.diff(slopes).tolist(), 0.0)
    return TruncatedPowers(
        float(knots[0]), (float(values[0]), float(slopes[0])), tuple(knots.tolist()), {1: jumps}
    )
