"""A material law of one variable, with unit, range of validity and source."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from chemomech.errors import InputError
from chemomech.materials import elementary
from chemomech.materials.elementary import Value
from chemomech.materials.provenance import EVERYWHERE, Interval, Source, override_source
from chemomech.materials.splines import Constant, Scaled, ThroughNodes, through_points
from chemomech.materials.temperature import AS_SET, UNKNOWN, TemperatureLaw, require_known

LOG, LINEAR = "log", "linear"
"""What is interpolated between nodes: the logarithm of the value, or the value."""

PROBES = 65
"""Places at which a law is looked at over its valid range."""


@dataclass(frozen=True)
class Curve:
    """A law of one variable: one definition for numbers, arrays and UFL expressions.

    Evaluation never fails or clips loudly outside ``valid_range``: every law is continued safely there
    (``note`` says how) so that Newton's method may pass through.

    Attributes:
        name: What it is, in words.
        symbol: Letter used in equations.
        unit: SI unit of the result, ``"-"`` for none.
        argument: Symbol and unit of the variable, such as ``"x [-]"`` or ``"c_e [mol/m3]"``.
        valid_range: Interval of the variable in which the law may be used.
        source: Where it comes from.
        function: The law, written with `chemomech.materials.elementary`.
        note: What is assumed, and where.
        temperature: How the law moves with temperature; where nothing is said, it is known at 25 C only.
    """

    name: str
    symbol: str
    unit: str
    argument: str
    valid_range: Interval
    source: Source
    function: Callable[[Value], Value]
    note: str = ""
    temperature: TemperatureLaw = UNKNOWN

    def __call__(self, x: Value) -> Value:
        """Value at ``x``: a number, an array or a UFL expression, and returned as such."""
        return self.function(elementary.numeric(x))

    def derivative(self, x: Value) -> Value:
        """Exact derivative at ``x``: a number, an array or a UFL expression, and returned as such."""
        return elementary.derivative(self.function, x)

    @property
    def temperature_range(self) -> Interval:
        """Temperatures [K] at which the law is known."""
        return self.temperature.valid_range

    def at_temperature(self, temperature: float, what: str | None = None) -> Self:
        """The law at another temperature: an ordinary curve again, itself where nothing moves.

        Args:
            temperature: Temperature [K].
            what: What it is, in words, such as ``"diffusivity of nmc622"``; its name if not given.

        Raises:
            InputError: If it is not known there.
        """
        require_known(self.temperature, temperature, what or self.name)
        law = self.temperature.moved(temperature)
        if law is self.temperature:
            return self
        function = self.temperature.carried(self.function, temperature)
        return dataclasses.replace(self, function=function, temperature=law)

    def extremes(self) -> Interval:
        """Least and largest value over the valid range, in ``unit``; NaN twice where it has none.

        Of a range beyond what a share of sites or a concentration can be, the part that can be counts.
        """
        low, high = max(self.valid_range[0], 0.0), self.valid_range[1]
        if self.argument.startswith("x "):
            high = min(high, 1.0)
        bounded = bool(np.isfinite(high))
        at = np.linspace(low, high, PROBES) if bounded else np.array([0.5])
        knots = np.asarray(getattr(self.function, "knots", ()), dtype=float)
        at = np.concatenate([at, knots[(knots >= low) & (knots <= high)]])
        with np.errstate(all="ignore"):
            values = np.asarray(self(at), dtype=float)
        if not np.isfinite(values).all():
            return float("nan"), float("nan")
        return float(values.min()), float(values.max())

    def with_value(self, value: float) -> Self:
        """The same quantity, constant, marked as the user's choice, at whatever temperature."""
        return type(self).constant(value, like=self)

    def through(self, nodes: Sequence[float], values: Sequence[float], scale: str, source: Source) -> Self:
        """The same quantity through nodes, at whatever temperature; constant beyond them.

        Args:
            nodes: Of the variable, at least two, increasing.
            values: At the nodes, in ``unit``.
            scale: ``log`` where the logarithm is interpolated, ``linear`` where the value is; by PCHIP.
            source: Where they come from.

        Raises:
            InputError: If there are not as many of both, they do not rise, or one has no logarithm.
        """
        require_nodes(self.name, nodes, values)
        if scale == LOG and min(values) <= 0.0:
            raise InputError(
                f"the {self.name} is {min(values):.6g} {self.unit} at a node and must be above 0 on a "
                f"logarithmic scale; state another value, or scale = {LINEAR!r}."
            )
        points = tuple(float(x) for x in nodes), tuple(float(y) for y in values)
        function = ThroughNodes(*points) if scale == LOG else through_points(*points)
        return dataclasses.replace(
            self,
            valid_range=(float(nodes[0]), float(nodes[-1])),
            source=source,
            function=function,
            note=f"PCHIP {'of the logarithm ' if scale == LOG else ''}between nodes, constant beyond them",
            temperature=AS_SET,
        )

    def scaled(self, factor: float, source: Source) -> Self:
        """The law times a number, moving with temperature as it does.

        Args:
            factor: The number [-].
            source: Where it comes from.
        """
        return dataclasses.replace(self, function=Scaled(self.function, float(factor)), source=source)

    @classmethod
    def constant[C: Curve](cls, value: float, like: C) -> C:
        """A constant in place of another curve.

        Args:
            value: The constant, in the unit of ``like``.
            like: Curve whose name, symbol, unit and argument are kept.

        Raises:
            InputError: If the value is not a finite number.
        """
        if not np.isfinite(value):
            raise InputError(f"{like.name} = {value} {like.unit} must be finite; give a number.")
        return dataclasses.replace(
            like,
            valid_range=EVERYWHERE,
            source=override_source(value, like.unit),
            function=Constant(float(value)),
            note="",
            temperature=AS_SET,
        )


def require_nodes(name: str, nodes: Sequence[float], values: Sequence[float]) -> None:
    """Check nodes of a curve.

    Raises:
        InputError: If there are fewer than two, not as many values, or they do not rise.
    """
    if len(nodes) < 2 or len(nodes) != len(values):
        raise InputError(
            f"the {name} has {len(nodes)} nodes and {len(values)} values; state as many of both, two or more."
        )
    if not all(before < after for before, after in pairwise(nodes)):
        raise InputError(f"the nodes of the {name} do not rise; order them, and leave out what stands twice.")
