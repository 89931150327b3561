r"""What cycles that are not resolved would do to a state that never heals.

The state is given in coordinates y that grow steadily from cycle to cycle. With the growth s1 in the newest
cycle and s2 in one that was resolved before, d cycles earlier,

    kappa = (s1 - s2)/d,   y(n + J) = y(n) + s1 J + kappa J (J + 1)/2,

which is exact for a quadratic y: after Cojocaru and Karlsson (Int. J. Fatigue 28 (2006) 1677), whose J^2/2
leaves out that s1 belongs to the middle of a cycle. J is the smallest, over all points, of q s1/|kappa| and
q max(1, |y|)/s1: neither growth nor state may change by more than q in a jump. Coordinates are of the order
of one or count as small: growth that comes to next to nothing over the longest jump is not judged.

Two kinds of coordinates are not carried ahead. A name that ends in ``_event`` announces what happens at 1, in
a cycle that is resolved. A name that ends in ``_so_far`` is a largest value, which the next cycle that is
resolved brings up to date at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Coordinates = Mapping[str, Array]

EVENT, SO_FAR = "_event", "_so_far"
"""Ends of the names of coordinates that are not carried ahead."""

NEGLIGIBLE = 0.1
"""Growth over the longest jump that is not judged, over tolerance and the larger of value and one."""


@dataclass(frozen=True)
class JumpRule:
    """How far cycles may be left out.

    Attributes:
        tolerance: q, change of a growth and of a state that a jump may bring [-].
        longest: Cycles in a jump at most.
        settle: Cycles at the start whose growth counts for nothing.
    """

    tolerance: float = 0.3
    longest: int = 20
    settle: int = 2


class Extrapolator:
    """Growth by cycle, and what it leads to.

    Args:
        rule: How far it may lead.
    """

    def __init__(self, rule: JumpRule) -> None:
        self._rule = rule
        self.cycle: int | None = None
        """Cycle at whose end the state is known."""
        self.values: dict[str, Array] = {}
        """The state there."""
        self.growths: list[tuple[int, dict[str, Array]]] = []
        """Up to two cycles with what grew in them, newest last."""
        self.expected: dict[str, Array] = {}
        """Growth in the cycle after the last jump as that jump foresaw it."""

    def note(self, cycle: int, values: Coordinates) -> None:
        """Take in the state at the end of a cycle that was resolved.

        Args:
            cycle: Its number, from 1; 0 is the state before the first.
            values: Coordinates of the state.
        """
        known = {name: np.array(value, dtype=float) for name, value in values.items()}
        if self.cycle == cycle - 1 and cycle >= max(self._rule.settle, 1):
            grown = {name: known[name] - before for name, before in self.values.items()}
            self.growths = [*self.growths[-1:], (cycle, grown)]
        self.cycle, self.values = cycle, known

    def arrive(self, cycle: int, values: Coordinates) -> None:
        """Take in the state at the end of a cycle that a jump has led to.

        Args:
            cycle: Its number.
            values: Coordinates that the state has taken up.
        """
        self.values = {name: np.array(value, dtype=float) for name, value in values.items()}
        self.cycle = cycle

    def length(self) -> int:
        """Cycles that may be left out from here; 0 where one has to be resolved first."""
        if len(self.growths) < 2 or self.growths[-1][0] != self.cycle:
            return 0
        rule, most = self._rule, float(self._rule.longest)
        for name, growth, bend in self._points():
            if name.endswith(EVENT):
                ahead = (self.values[name] < 1.0) & (growth > 0.0)
                left = (1.0 - self.values[name][ahead]) / growth[ahead]
                most = min(most, float(np.ceil(left.min(initial=np.inf) - 1.0)))
                continue
            counts = self._counts(name, growth)
            size, bent = np.abs(growth[counts]), np.abs(bend[counts])
            room = rule.tolerance * np.maximum(np.abs(self.values[name][counts]), 1.0)
            most = min(most, float((room / size).min(initial=np.inf)))
            limited = (bent > 0.0) & (not name.endswith(SO_FAR))
            most = min(most, float((rule.tolerance * size[limited] / bent[limited]).min(initial=np.inf)))
        # What is a whole number but for rounding counts as one.
        return int(np.floor(max(most, 0.0) + 1.0e-9))

    def ahead(self, cycles: int) -> dict[str, Array]:
        """Coordinates after cycles that are left out; nothing heals in them.

        Args:
            cycles: Their number J, at least 1.
        """
        found, expected = {}, {}
        for name, growth, bend in self._points():
            if name.endswith((EVENT, SO_FAR)):
                found[name] = self.values[name].copy()
                continue
            # What is not judged does not bend by more than all of its growth either.
            most = np.where(self._counts(name, growth), np.inf, np.abs(growth) / cycles)
            bend = np.clip(bend, -most, most)
            grown = growth * cycles + 0.5 * bend * cycles * (cycles + 1)
            found[name] = self.values[name] + np.maximum(grown, 0.0)
            expected[name] = growth + bend * (cycles + 1)
        self.expected = expected
        return found

    def off(self) -> bool:
        """Whether growth in the cycle after a jump is off what it foresaw by more than the tolerance."""
        newest = self.growths[-1][1]
        for name, foreseen in self.expected.items():
            larger = np.maximum(np.abs(newest[name]), np.abs(foreseen))
            counts = self._counts(name, larger)
            if np.any(np.abs(newest[name] - foreseen)[counts] > self._rule.tolerance * larger[counts]):
                return True
        return False

    def stored(self) -> dict[str, Array]:
        """Everything as arrays by name."""
        parts = {"values": self.values, "expected": self.expected}
        cycles = []
        for number, (cycle, grown) in enumerate(self.growths):
            parts[f"growth{number}"] = grown
            cycles.append(cycle)
        return {
            "cycles": np.array([-1 if self.cycle is None else self.cycle, *cycles]),
            **{f"{part}/{name}": v.copy() for part, table in parts.items() for name, v in table.items()},
        }

    def restore(self, stored: Coordinates) -> None:
        """Take up what ``stored`` gave."""

        def table(part: str) -> dict[str, Array]:
            start = f"{part}/"
            return {k[len(start) :]: np.array(v) for k, v in stored.items() if k.startswith(start)}

        cycle, *cycles = (int(number) for number in stored["cycles"])
        self.cycle = None if cycle < 0 else cycle
        self.values, self.expected = table("values"), table("expected")
        self.growths = [(number, table(f"growth{place}")) for place, number in enumerate(cycles)]

    def _points(self) -> Iterator[tuple[str, Array, Array]]:
        """Each coordinate with its growth in the newest cycle and how that changes from cycle to cycle."""
        (earlier, old), (cycle, new) = self.growths
        for name, growth in new.items():
            yield name, growth, (growth - old[name]) / (cycle - earlier)

    def _counts(self, name: str, growth: Array) -> npt.NDArray[np.bool_]:
        """Where growth is not negligible."""
        least = NEGLIGIBLE * self._rule.tolerance * np.maximum(np.abs(self.values[name]), 1.0)
        return np.asarray(np.abs(growth) * self._rule.longest > least)
