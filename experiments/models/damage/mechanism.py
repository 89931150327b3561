"""What a mechanism of damage is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt

from chemomech.experiments.models.damage.cell import Drive
from chemomech.experiments.models.damage.condition import Condition
from chemomech.solver.stepping.cell import Stored

Array = npt.NDArray[np.float64]


class Mechanism(Protocol):
    """One thing that happens to particles. It never heals, and its state is the same on all ranks."""

    def follow(self, drive: Drive, step: float) -> bool:
        """Take an accepted step of the half cycle into account.

        Args:
            drive: The state that the step has led to.
            step: Its size [s].

        Returns:
            True where something has happened that may not wait for the end of the half cycle.
        """

    def end_half_cycle(self, drive: Drive, charging: bool) -> None:
        """Evolve at the end of a half cycle, and begin the next.

        Args:
            drive: The newest state.
            charging: Whether the half cycle was a charge.
        """

    def act(self, condition: Condition) -> None:
        """Set its own part of the condition of the particles."""

    def readings(self) -> Mapping[str, Array]:
        """What a result shows, by names of quantities, each of shape (particles,)."""

    def state(self) -> Stored:
        """Everything that a checkpoint must hold."""

    def restore(self, stored: Stored) -> None:
        """Take up what ``state`` gave."""

    def coordinates(self) -> Mapping[str, Array]:
        """Its state as shares of what counts as all of it, each of shape (particles,).

        A difference between two such states is an error that may be compared with a tolerance.
        """

    def borne(self) -> Stored:
        """What has driven it in the half cycle that is under way; particles come last in every shape.

        Arrays of shape (depths, particles) are stress intensities at ``DEPTHS``, over whatever.
        """

    def bear(self, borne: Stored) -> None:
        """Let a half cycle that has only begun drive it, as ``borne`` gave it of another."""
