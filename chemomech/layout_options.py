"""Kinds of values on the command line of ``chemomech layout``: lengths with a unit, and triples."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import click

from chemomech.digits import decimal, whole
from chemomech.errors import InputError, require_between


class Length(click.ParamType):
    """A length [m]: a number with its unit, as in ``0.398 um``; a bare number is refused."""

    name = "length"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the length in metres."""
        if isinstance(value, float):
            return value
        return _metres(str(value), _name(param))


class Lengths(click.ParamType):
    """Lengths [m] with commas between them, each as in `Length`; a unit after the last is for all."""

    name = "lengths"

    def __init__(self, *counts: int) -> None:
        self.counts = counts

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, ...]:
        """Return the lengths in metres."""
        if isinstance(value, tuple):
            return value
        parts = [part.strip() for part in str(value).split(",")]
        unit = parts[-1].lstrip("+-0123456789.eE").strip()
        bare = all(_is_number(part) for part in parts[:-1])
        if len(parts) > 1 and unit and bare:
            parts = [f"{part} {unit}" for part in parts[:-1]] + parts[-1:]
        if len(parts) not in self.counts:
            wanted = " or ".join(map(str, self.counts))
            raise InputError(
                f"{_name(param)} = {value!r} has {len(parts)} values; give {wanted}, as in 20,20,40 um."
            )
        return tuple(_metres(part, _name(param)) for part in parts)


class Number(click.ParamType):
    """A plain number within what it can be.

    Args:
        low: smallest value.
        high: largest value.
    """

    name = "number"

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number."""
        return require_between(_name(param), value, self.low, self.high, "-", "choose one in that range")


class Whole(click.ParamType):
    """A whole number within what it can be.

    Args:
        low: smallest value.
        high: largest value.
    """

    name = "whole number"

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number."""
        text = str(value).strip()
        if re.fullmatch(r"[-+]?[0-9]{1,18}", text) is None:
            raise InputError(f"{_name(param)} = {value!r} is not a whole number; write digits alone.")
        return int(
            require_between(_name(param), int(text), self.low, self.high, "-", "choose one in that range")
        )


class WholeNumbers(click.ParamType):
    """Whole numbers with commas between them.

    Attributes:
        count: how many.
    """

    name = "numbers"

    def __init__(self, count: int) -> None:
        self.count = count

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """Return the numbers."""
        if isinstance(value, tuple):
            return value
        try:
            numbers = tuple(whole(part) for part in str(value).split(",") if len(part) < 19)
        except ValueError:
            numbers = ()
        if len(numbers) != self.count:
            raise InputError(
                f"{_name(param)} = {value!r} is not {self.count} whole numbers with commas between them."
            )
        return numbers


def _metres(text: str, name: str) -> float:
    from chemomech.experiments.case.units import parse_quantity

    return parse_quantity(text, "m", name)


def _is_number(text: str) -> bool:
    try:
        decimal(text)
    except ValueError:
        return False
    return True


def _name(param: click.Parameter | None) -> str:
    return param.opts[-1] if param is not None else "the value"


def phase_values[F: Callable[..., Any]](command: F) -> F:
    """Give a command that reads an image the options that say which value is which phase."""
    value = Whole(-(2**31), 2**31)
    for option in (
        click.option("--binder", type=value, help="Value of the carbon-binder, if it is resolved."),
        click.option("--pore", type=value, default=0, show_default=True, help="Value of the pores."),
        click.option(
            "--active", type=value, default=1, show_default=True, help="Value of the active material."
        ),
    ):
        command = option(command)
    return command
