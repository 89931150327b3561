"""What an instrument leaves out, in a sentence each, with the side to which that moves its reading."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Bias(StrEnum):
    """Which way the virtual reading is off because of an omission."""

    HIGH = "reads too high"
    LOW = "reads too low"
    EITHER = "off either way"
    NARROW = "scatters too little"


@dataclass(frozen=True)
class Omission:
    """Something real that a virtual instrument does not do.

    Attributes:
        reading: The quantity that it touches, in the words of the reading.
        sentence: What is left out and what it would do; one sentence.
        bias: Which way the virtual reading is off.
    """

    reading: str
    sentence: str
    bias: Bias


Omissions = tuple[Omission, ...]
"""What a reading leaves out: closed, so that a reader can rely on nothing else being known to be missing."""
