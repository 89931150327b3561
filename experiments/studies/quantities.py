"""Values of an axis as they are written: a number with its unit, or a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chemomech.errors import InputError
from chemomech.experiments.case.units import number_and_unit


@dataclass(frozen=True)
class AxisValue:
    """One value of an axis.

    Attributes:
        number: the number as written; None for a word.
        unit: the unit as written; empty for none.
        raw: what a case file would hold.
    """

    number: float | None
    unit: str
    raw: Any

    @staticmethod
    def read(raw: Any, axis: str) -> AxisValue:
        """Return the value that a study file holds.

        Raises:
            InputError: for anything but a number, a quantity as text, a word or a switch.
        """
        if isinstance(raw, bool):
            return AxisValue(None, "", raw)
        if isinstance(raw, int | float):
            return AxisValue(float(raw), "", raw)
        if not isinstance(raw, str) or not raw.strip():
            raise InputError(f"axis {axis!r} holds {raw!r}; write numbers, or text such as '40 um'.")
        number, unit = number_and_unit(raw) or (None, "")
        return AxisValue(number, unit, raw)

    @staticmethod
    def of(number: float, unit: str) -> AxisValue:
        """Return a value made of a number in a unit."""
        short = float(f"{number:.12g}")
        return AxisValue(short, unit, f"{short!r} {unit}" if unit else short)

    @property
    def coordinate(self) -> Any:
        """What stands for it on an axis of the outcome: the number, or the word."""
        return self.number if self.number is not None else str(self.raw)

    @property
    def label(self) -> str:
        """How people read it."""
        return str(self.raw)
