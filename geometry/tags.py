"""Numbers that mark the regions of every half-cell mesh."""

from __future__ import annotations

from typing import Final

MATRIX_TAG: Final = 1
SEPARATOR_TAG: Final = 2
FIRST_PARTICLE_TAG: Final = 10

COLLECTOR: Final = 1
LITHIUM: Final = 2
SIDES: Final = 3
INTERFACE: Final = 4
ELECTRODE_SEPARATOR: Final = 5

FACET_NAMES: Final = {
    COLLECTOR: "collector",
    LITHIUM: "lithium",
    SIDES: "sides",
    INTERFACE: "interface",
    ELECTRODE_SEPARATOR: "electrode_separator",
}


def particle_tag(particle: int) -> int:
    """Cell tag of particle number `particle` of the layout."""
    return FIRST_PARTICLE_TAG + particle
