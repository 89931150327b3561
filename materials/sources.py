"""Sources of values and laws."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

type Mark = Literal["measured", "literature", "second-hand", "assumed", "calibrated", "computed"]
"""How far a value can be trusted.

``measured``: our own or the user's measurement; ``literature``: read in the cited work or in its
published data or code; ``second-hand``: quoted from the cited work by somebody else; ``assumed``: a
choice; ``calibrated``: fitted to what it is later compared with; ``computed``: derived from other
values.
"""

type Interval = tuple[float, float]

EVERYWHERE: Interval = (-math.inf, math.inf)
"""Range of validity of a constant."""


@dataclass(frozen=True)
class Source:
    """Origin of a value or law.

    Attributes:
        reference: The work, and how the value follows from it.
        marks: How far it can be trusted; several where parts differ.
    """

    reference: str
    marks: tuple[Mark, ...] = ()


def override_source(value: float, unit: str) -> Source:
    """Source of a value that a user set in place of the shipped one."""
    return Source(f"set to {value:.6g} {unit} in place of the shipped value", ("assumed",))
