"""What damage needs from a model with particles, and what it changes there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from chemomech.solver.cell.model import HalfCellModel

Array = npt.NDArray[np.float64]

DEPTHS = np.array([0.004, 0.008, 0.015, 0.03, 0.05, 0.08, 0.12, 0.17, 0.23, 0.3, 0.37, 0.44, 0.5])
"""Depths a/R at which the stress intensity of a surface crack is known."""


@dataclass(frozen=True, eq=False)
class Drive:
    """What drives damage in one state of a cell.

    Attributes:
        current: Through the collector [A/m2], positive on charge.
        intensity: Stress intensity K of a surface crack at ``DEPTHS`` in each particle [Pa m^0.5], shape
            (depths, particles).
        tip: Stoichiometry at those depths, of the same shape.
        mean: Mean stoichiometry, shape (particles,).
        surface: Stoichiometry at the surface, shape (particles,).
        shrinkage: Linear shrinkage since made that each particle would have by itself [-], shape
            (particles,).
        strain_energy: Energy stored in each particle [J], shape (particles,), computed when called.
        bond: Share of the bond that holds [-] and mean gap [m] by particle, where the model resolves the
            interface; None where it does not.
    """

    current: float
    intensity: Array
    tip: Array
    mean: Array
    surface: Array
    shrinkage: Array
    strain_energy: Callable[[], Array]
    bond: tuple[Array, Array] | None = None


@dataclass(frozen=True, eq=False)
class Effects:
    """What damage has made of each particle; every array has the shape (particles,).

    Attributes:
        area: Reacting area over that before any damage [-].
        diffusivity: Diffusivity over that before any damage [-].
        stiffness: Young's modulus over that before any damage [-].
        conductance: Of the contact with the matrix and of surface layers, in series [S/m2]; 0 isolates.
    """

    area: Array
    diffusivity: Array
    stiffness: Array
    conductance: Array


class BreakableCell(Protocol):
    """A cell whose particles may break. Methods are collective where the cell has several ranks."""

    @property
    def model(self) -> HalfCellModel:
        """Materials and temperature."""

    @property
    def radius(self) -> Array:
        """R of each particle [m], shape (particles,)."""

    @property
    def contact_conductance(self) -> Array:
        """Contact conductance of each particle before any damage [S/m2], shape (particles,)."""

    def read(self) -> Drive:
        """Read the present state."""

    def apply(self, effects: Effects) -> None:
        """Make the particles what damage has made of them."""
