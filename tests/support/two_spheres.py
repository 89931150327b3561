"""Two spheres as instruments see them: unlike lithium in a tall box, and far apart under tips."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech.validation.instruments import ElectrodeState, UniformField

Array = npt.NDArray[np.float64]


class Spheres:
    """A box with two spheres.

    Args:
        centres: Shape (2, 3) [m].
        radii: Shape (2,) [m].
        box: Edges [m].
        x: Stoichiometry of each where a test states no field, shape (2,).
    """

    def __init__(
        self, centres: list[list[float]], radii: list[float], box: tuple[float, ...], x: Any
    ) -> None:
        self.centres, self.radii, self.box = np.array(centres), np.array(radii), box
        self.x = np.array(x)

    def state(self, field: Any = None, **entries: Any) -> ElectrodeState:
        """The state with a field of lithium, or with ``x``."""
        return ElectrodeState(self.centres, self.radii, self.box, field or UniformField(self.x), **entries)


TALL = Spheres([[5e-6, 5e-6, 5e-6], [5e-6, 5e-6, 15e-6]], [3e-6, 4e-6], (10e-6, 10e-6, 20e-6), [0.5, 0.7])
WIDE = Spheres([[8e-6, 10e-6, 8e-6], [22e-6, 10e-6, 24e-6]], [5e-6, 4e-6], (32e-6, 20e-6, 34e-6), [1.0, 1.0])


def rng(seed: int = 0) -> np.random.Generator:
    """Random numbers that are the same each time."""
    return np.random.default_rng(seed)
