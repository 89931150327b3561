"""Which accepted states a result keeps, so that long runs stay small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech.solver.stepping.cell import below

Array = npt.NDArray[np.float64]

_KEPT, _LAST, _SCALARS = "row/", "last/", "scalar/"


class SampledRows:
    """Readings of accepted states: numbers of every state, whole rows at a least distance in time.

    The first and the last state of every step of the protocol are kept whatever the distance.

    Args:
        interval: Least time between two kept states [s]; 0 keeps all.
    """

    def __init__(self, interval: float = 0.0) -> None:
        self._interval = interval
        self._scalars: dict[str, list[float]] = {}
        self._rows: dict[str, list[Any]] = {}
        self._kept: tuple[float, int] | None = None
        self._pending: Mapping[str, Any] | None = None

    def add(self, scalars: Mapping[str, float], others: Mapping[str, Any]) -> None:
        """Take a state in; the names are the same for all states.

        Args:
            scalars: Numbers by name, ``time`` [s] and ``step_number`` among them.
            others: What is larger, by name.
        """
        for name, value in scalars.items():
            self._scalars.setdefault(name, []).append(value)
        row = {**scalars, **others}
        place = _place(row)
        if self._pending is not None and _place(self._pending)[1] != place[1]:
            self._keep(self._pending)
        if self._kept is None or self._kept[1] != place[1] or place[0] - self._kept[0] >= self._interval:
            self._keep(row)
        else:
            self._pending = row

    def amend_last(self, readings: Mapping[str, Any]) -> None:
        """Replace readings of the newest state.

        Args:
            readings: By names that the state has.
        """
        if self._pending is not None:
            self._pending = {**self._pending, **readings}
            return
        for name, value in readings.items():
            self._rows[name][-1] = value

    def scalars(self) -> dict[str, Array]:
        """Numbers of every state by name, each of shape (states,)."""
        return {name: np.asarray(values) for name, values in self._scalars.items()}

    def arrays(self) -> dict[str, Array]:
        """Kept readings by name, the newest state among them; the first axis is the state."""
        last = {} if self._pending is None else self._pending
        return {
            name: np.asarray([*values, last[name]] if name in last else values)
            for name, values in self._rows.items()
        }

    def growing(self) -> dict[str, Sequence[Any]]:
        """Of what a checkpoint must hold, the rows that are only added to, by name."""
        return {
            **{f"{_KEPT}{name}": values for name, values in self._rows.items()},
            **{f"{_SCALARS}{name}": values for name, values in self._scalars.items()},
        }

    def present(self) -> dict[str, Array]:
        """Of what a checkpoint must hold, the newest state where it is not kept yet, by name."""
        return {f"{_LAST}{name}": np.asarray(value) for name, value in (self._pending or {}).items()}

    def restore(self, stored: Mapping[str, Array]) -> None:
        """Take up what ``growing`` and ``present`` gave."""
        self._rows = {name: list(values) for name, values in below(_KEPT, stored).items()}
        self._scalars = {name: list(values) for name, values in below(_SCALARS, stored).items()}
        self._pending = below(_LAST, stored) or None
        self._kept = _place({name: values[-1] for name, values in self._rows.items()})

    def _keep(self, row: Mapping[str, Any]) -> None:
        for name, value in row.items():
            self._rows.setdefault(name, []).append(value)
        self._kept, self._pending = _place(row), None


def _place(row: Mapping[str, Any]) -> tuple[float, int]:
    return float(row["time"]), int(row["step_number"])
