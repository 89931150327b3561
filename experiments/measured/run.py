"""A measured run: time, voltage and current in SI, in steps."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError

Array = npt.NDArray[np.float64]


class StepKind(StrEnum):
    """What the cycler did in a step."""

    REST = "rest"
    CONSTANT_CURRENT = "constant current"
    CONSTANT_VOLTAGE = "constant voltage"
    PULSE = "pulse"
    VARIED = "varied current"


@dataclass(frozen=True)
class MeasuredStep:
    """A stretch of a measured run in which the cycler did one thing.

    A step begins where the one before it ends: at the last record of that.

    Attributes:
        number: from 1.
        kind: what was done.
        first: place of its first record.
        last: place of its last record.
        start: when it began [s].
        end: when it ended [s].
    """

    number: int
    kind: StepKind
    first: int
    last: int
    start: float
    end: float

    @property
    def duration(self) -> float:
        """How long it lasted [s]."""
        return self.end - self.start

    @property
    def records(self) -> slice:
        """Its records."""
        return slice(self.first, self.last + 1)


@dataclass(frozen=True, eq=False)
class MeasuredRun:
    """Records of a cycler on a half cell, positive current on charge.

    Attributes:
        name: of the file, without folder and suffix.
        time: since the first record, increasing [s], shape (n,).
        voltage: of the cathode against lithium [V], shape (n,).
        current: in ``current_unit``, positive on charge, shape (n,).
        current_unit: ``"A"``, or ``"A/m2"`` or ``"A/kg"`` where the file states it so.
        mass: of active material [kg]; None where it is not stated.
        area: of the electrode [m2]; None where it is not stated.
        material: name of the active material; None where it is not stated.
        steps: in their order, without gaps.
        digest: SHA-256 of the file.
    """

    name: str
    time: Array
    voltage: Array
    current: Array
    current_unit: str
    mass: float | None
    area: float | None
    material: str | None
    steps: tuple[MeasuredStep, ...]
    digest: str

    @property
    def duration(self) -> float:
        """Time from the first record to the last [s]."""
        return float(self.time[-1])

    @cached_property
    def step_number(self) -> npt.NDArray[np.int64]:
        """Number of the step of each record, shape (n,)."""
        return np.concatenate([np.full(s.last - s.first + 1, s.number, dtype=np.int64) for s in self.steps])

    @cached_property
    def charge(self) -> Array:
        """Charge passed since the first record, in ``current_unit`` s, shape (n,).

        Between two records of a step the current is the mean of both; between the last of a step and the
        first of the next it is that of the next.
        """
        mean = 0.5 * (self.current[1:] + self.current[:-1])
        changed = np.diff(self.step_number) != 0
        held = np.where(changed, self.current[1:], mean)
        return np.concatenate([[0.0], np.cumsum(held * np.diff(self.time))])

    def current_density_factor(self, mass_loading: float | None = None) -> float:
        """What brings ``current`` to A/m2.

        Args:
            mass_loading: of active material per area of the cell that it is for [kg/m2].

        Raises:
            InputError: when neither area nor mass of the electrode is stated, or a mass without loading.
        """
        if self.current_unit == "A/m2":
            return 1.0
        if self.current_unit == "A" and self.area is not None:
            return 1.0 / self.area
        if mass_loading is not None and self.current_unit == "A/kg":
            return mass_loading
        if mass_loading is not None and self.mass is not None:
            return mass_loading / self.mass
        raise self._unscaled("area or mass")

    def specific_factor(self, mass_loading: float | None = None) -> float:
        """What brings ``current`` to A per kg of active material.

        Args:
            mass_loading: of active material per area [kg/m2], where the mass is not stated.

        Raises:
            InputError: when it cannot be known.
        """
        if self.current_unit == "A/kg":
            return 1.0
        if self.current_unit == "A" and self.mass is not None:
            return 1.0 / self.mass
        if mass_loading is not None and self.current_unit == "A/m2":
            return 1.0 / mass_loading
        if mass_loading is not None and self.area is not None:
            return 1.0 / (self.area * mass_loading)
        raise self._unscaled("mass")

    @property
    def has_mass(self) -> bool:
        """Whether currents per mass are known."""
        return self.current_unit == "A/kg" or (self.current_unit == "A" and self.mass is not None)

    def kept(self, places: npt.NDArray[np.int64]) -> MeasuredRun:
        """The same with some records only, among them the first and last of every step.

        Args:
            places: of the records, increasing.
        """
        new = {int(place): k for k, place in enumerate(places)}
        steps = tuple(
            dataclasses.replace(step, first=new[step.first], last=new[step.last]) for step in self.steps
        )
        arrays = {name: getattr(self, name)[places] for name in ("time", "voltage", "current")}
        return dataclasses.replace(self, steps=steps, **arrays)

    def _unscaled(self, lacking: str) -> InputError:
        return InputError(
            f"the currents of the measurement {self.name!r} are in {self.current_unit} and the {lacking} of "
            'the electrode is not stated; state it, as in area = "1.54 cm2" or mass = "12.5 mg".'
        )
