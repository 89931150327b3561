r"""How many cycles may be left out: by the error that leaving out cycles has been seen to bring.

What never heals says itself, by its own laws, where it would be after cycles like the newest one that was
resolved (``chemomech.solver.stepping.jumps.Lasting``). What that misses is how cycles differ from the newest
one. It shows in each cycle that is resolved: with the state e that was foreseen for its end, d cycles after
the newest one then, and the state y that it led to,

    rate = |y - e| / d,   error of J cycles left out = rate (1 + 2 + ... + J) = rate J (J + 1) / 2,

since what drives a cycle k later is off by k times as much. A coordinate whose name ends in ``_so_far`` is
a largest value, which each cycle that is resolved brings up to date: of it J cycles lose no more than rate J,
and nothing that stays. Coordinates are shares of what counts as all of it, so that the error is one, too. J
is the largest for which the error of no point is more than half the tolerance, at most twice d. Where a jump
turns out to have cost more than the tolerance, it is made again, shorter. Where no error is known, as in a
particle in which something happened at once, a jump waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Coordinates = Mapping[str, Array]

SO_FAR = "_so_far"
"""End of the names of coordinates that are largest values."""

AIM = 0.5
"""Share of the tolerance that a jump aims at."""

FARTHER = 2
"""Cycles of a jump over the distance over which its rate of error was seen, at most."""


@dataclass(frozen=True)
class JumpRule:
    """How far cycles may be left out.

    Attributes:
        tolerance: Error of a coordinate that a jump may bring [-].
        longest: Cycles in a jump at most.
        settle: Cycles at the start that are resolved and whose errors count for nothing.
    """

    tolerance: float = 0.005
    longest: int = 20
    settle: int = 2


class JumpControl:
    """Errors of what was foreseen, and how far they allow to jump.

    Args:
        rule: What is allowed.
    """

    def __init__(self, rule: JumpRule) -> None:
        self._rule = rule
        self._foreseen: dict[str, Array] = {}
        """State at the end of the next cycle as it was foreseen; not a number where nothing was."""
        self._distance = 0
        """Cycles from the newest that was resolved then to that one."""
        self._rates = (np.nan, np.nan)
        """Rates of error of the worst points [-], of what adds up and of what is a largest value so far."""
        self._seen = 0
        """Cycles over which it was seen."""
        self._error: dict[str, Array] = {}
        """Error of each coordinate that the jump before the newest cycle has brought."""
        self.errors: dict[str, Array] = {}
        """Sum over jumps of the error of each coordinate; the largest of what does not add up."""

    def note(self, cycle: int, values: Coordinates) -> None:
        """Take in the state at the end of a cycle that was resolved.

        Args:
            cycle: Its number, from 1; 0 is the state before the first.
            values: Coordinates of the state.
        """
        missed = {name: np.abs(values[name] - foreseen) for name, foreseen in self._foreseen.items()}
        self._seen, left_out = self._distance, self._distance - 1
        self._rates = (np.nan, np.nan)
        if cycle > self._rule.settle and missed:
            worst = [
                float(
                    np.max(
                        [0.0, *(e.max(initial=0.0) for n, e in missed.items() if n.endswith(SO_FAR) is kind)]
                    )
                )
                for kind in (False, True)
            ]
            self._rates = (worst[0] / self._seen, worst[1] / self._seen)
        lost = {True: left_out / max(self._seen, 1), False: 0.5 * left_out}
        self._error = {
            name: np.nan_to_num(lost[name.endswith(SO_FAR)] * error) for name, error in missed.items()
        }

    def foresee(self, distance: int, values: Coordinates | None) -> None:
        """Take in where the next cycle that is resolved leads to if it is like the newest one.

        Args:
            distance: Cycles from the newest one to it.
            values: Coordinates at its end, not a number where nothing can be said; None for nowhere.
        """
        self._foreseen = {} if values is None else {name: np.array(value) for name, value in values.items()}
        self._distance = distance

    def length(self) -> int:
        """Cycles that may be left out from here; 0 where one has to be resolved first."""
        if np.isnan(self._rates).any():
            return 0
        most = min(self._rule.longest, FARTHER * self._seen)
        lengths = np.arange(1, most + 1)
        errors = np.maximum(self._rates[0] * lengths * (lengths + 1) / 2.0, self._rates[1] * lengths)
        return int(np.count_nonzero(errors <= AIM * self._rule.tolerance))

    def error(self) -> float:
        """Error of the worst point that the jump before the newest cycle has brought [-]."""
        return max((float(error.max(initial=0.0)) for error in self._error.values()), default=0.0)

    def off(self) -> bool:
        """Whether that is more than the tolerance, or unknown."""
        return self.error() > self._rule.tolerance

    def keep(self) -> None:
        """Add it to the sum."""
        for name, error in self._error.items():
            before = self.errors.get(name, np.zeros_like(error))
            self.errors[name] = np.maximum(before, error) if name.endswith(SO_FAR) else before + error

    def stored(self) -> dict[str, Array]:
        """Everything as arrays by name."""
        tables = {"foreseen": self._foreseen, "error": self._error, "errors": self.errors}
        return {
            "numbers": np.array([self._distance, self._seen, *self._rates], dtype=float),
            **{f"{part}/{name}": v.copy() for part, table in tables.items() for name, v in table.items()},
        }

    def restore(self, stored: Coordinates) -> None:
        """Take up what ``stored`` gave."""

        def table(part: str) -> dict[str, Array]:
            start = f"{part}/"
            return {k[len(start) :]: np.array(v) for k, v in stored.items() if k.startswith(start)}

        distance, seen, *rates = (float(number) for number in stored["numbers"])
        self._distance, self._seen, self._rates = int(distance), int(seen), (rates[0], rates[1])
        self._foreseen, self._error, self.errors = table("foreseen"), table("error"), table("errors")


def _largest(errors: Sequence[Array]) -> float:
    """Largest of all, not a number where one is none."""
    return float(np.max([0.0, *(np.max(error, initial=0.0) for error in errors)]))


def common(foreseen: Sequence[Sequence[Coordinates]], names: Sequence[str]) -> list[dict[str, Array]]:
    """What several states foresee, cycle by cycle, as long as all of them do.

    Args:
        foreseen: By state: coordinates after 1, 2, ... cycles.
        names: Of the states, before the names of their coordinates.
    """
    return [
        {
            f"{name}/{key}": np.asarray(value)
            for name, one in zip(names, cycle, strict=True)
            for key, value in one.items()
        }
        for cycle in zip(*foreseen, strict=False)
    ]
