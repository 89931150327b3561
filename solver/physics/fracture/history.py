"""Running maxima of the ratios, and when each reached 1 for the first time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from chemomech.solver.physics.fracture.ratios import FractureReading

Array = npt.NDArray[np.float64]

MODES = ("strength", "surface_crack", "core_crack")
"""What may happen to a particle; ``<mode>_ratio`` and ``<mode>_first_passage`` are quantities of a result."""


@dataclass
class FractureHistory:
    """What the accepted states so far say about each particle.

    Attributes:
        time: Time of the newest state [s], NaN before the first.
        latest: Ratios of the newest state, shape (modes, particles).
        largest: Largest ratios so far, same shape.
        passage: Times at which the ratios first reached 1 [s], NaN where they have not; same shape.
    """

    time: float = np.nan
    latest: Array = field(default_factory=lambda: np.zeros((len(MODES), 0)))
    largest: Array = field(default_factory=lambda: np.zeros((len(MODES), 0)))
    passage: Array = field(default_factory=lambda: np.zeros((len(MODES), 0)))

    def update(self, time: float, reading: FractureReading) -> dict[str, Array]:
        """Take a new state into account.

        A ratio is taken as linear in time between two states; one that is 1 or more in the first state has
        passed at its time.

        Args:
            time: Its time, not before that of the newest state [s].
            reading: The ratios of the state.

        Returns:
            The quantities of a result by name: running maxima of the ratios, the larger one of both cracks as
            ``energy_release_ratio``, and both present stress intensities; each of shape (particles,).
        """
        ratios = np.array([getattr(reading, f"{mode}_ratio") for mode in MODES])
        if np.isnan(self.time):
            self.largest = ratios.copy()
            self.passage = np.where(ratios >= 1.0, time, np.nan)
        else:
            self.largest = np.maximum(self.largest, ratios)
            new = np.isnan(self.passage) & (ratios >= 1.0)
            share = (1.0 - self.latest[new]) / (ratios[new] - self.latest[new])
            self.passage = self.passage.copy()
            self.passage[new] = self.time + share * (time - self.time)
        self.time, self.latest = time, ratios
        maxima = {f"{mode}_ratio": values.copy() for mode, values in zip(MODES, self.largest, strict=True)}
        return maxima | {
            "energy_release_ratio": np.maximum(maxima["surface_crack_ratio"], maxima["core_crack_ratio"]),
            "surface_stress_intensity": reading.surface_stress_intensity,
            "core_stress_intensity": reading.core_stress_intensity,
        }

    def first_passages(self) -> dict[str, Array]:
        """Times [s] by name of the quantity, NaN where never reached, each of shape (particles,)."""
        return {f"{mode}_first_passage": times for mode, times in zip(MODES, self.passage, strict=True)}

    def stored(self) -> dict[str, Array]:
        """Everything that a checkpoint must hold."""
        return {
            "time": np.asarray(self.time), "latest": self.latest, "largest": self.largest,
            "passage": self.passage,
        }  # fmt: skip

    def restore(self, stored: Mapping[str, Array]) -> None:
        """Take up what ``stored`` gave."""
        self.time = float(stored["time"])
        self.latest, self.largest = np.array(stored["latest"]), np.array(stored["largest"])
        self.passage = np.array(stored["passage"])
