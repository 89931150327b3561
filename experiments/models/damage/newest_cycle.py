r"""What has driven damage in the newest cycle that was resolved, to let it act again in cycles that are not.

A half cycle acts on a particle by the largest stress intensities, the misfits and the doses that it bore.
With cracks the same half cycle bears down less: i0 -> A i0 and D -> A^2 D make of the particle a sphere of
radius R/A. Its stress intensities go with a power of its diffusivity,

    K ~ E D^(-p);

at a given current p is between 1/2 + 1/4, where lithium has not yet come through (sqrt(D t) << R/A), and
1 + 1/4, where it has; in both 1/4 is sqrt(R/A). Half cycles that end at a voltage last the longer the larger
D is, which takes some of it back. Dry cracks act likewise by their part of D. So p is what the two newest
cycles show, of each particle, half cycle and depth, where D has changed enough between them: deep cracks,
close to where K vanishes, feel most how the profile flattens. So is the change of misfits and doses with
ln D.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from chemomech.experiments.models.damage.cell import DEPTHS, Drive, Effects
from chemomech.solver.stepping.cell import Stored, below

Array = npt.NDArray[np.float64]
Borne = dict[str, Stored]

POWER = 0.5
"""p where the cycles have not shown it [-]: charges at 5C to 4.5 V have 0.3 to 0.6."""

POWERS = (-5.0, 5.0)
"""Bounds of what they may show [-]."""

SHOWS = 0.002
"""Change of ln D between two cycles from which on they show it [-]."""


@dataclass(frozen=True, eq=False)
class HalfCycle:
    """A half cycle that was resolved.

    Attributes:
        charging: Whether it was a charge.
        drive: The state at whose reading it ended; of its arrays those that ends of half cycles need.
        borne: What has driven each mechanism.
        diffusivity: D of each particle over that before any damage, when it began [-].
        stiffness: Young's modulus likewise [-].
        power: p at each depth of each particle [-], shape (depths, particles).
        slopes: Of what is borne and no stress intensity, over ln D.
    """

    charging: bool
    drive: Drive
    borne: Borne
    diffusivity: Array
    stiffness: Array
    power: Array
    slopes: Borne

    def again(self, effects: Effects) -> Borne:
        """What it bears on particles that damage has made something else of since."""
        change = np.log(effects.diffusivity / self.diffusivity)
        easing = np.exp(-self.power * change) * effects.stiffness / self.stiffness
        return {
            name: {
                key: values * easing
                if _is_intensity(values)
                else np.maximum(values + self.slopes[name][key] * change, 0.0)
                for key, values in borne.items()
            }
            for name, borne in self.borne.items()
        }

    def stored(self) -> dict[str, Array]:
        """As arrays by name."""
        drive = self.drive
        bond = () if drive.bond is None else drive.bond
        return {
            "charging": np.array([float(self.charging)]),
            "tip": drive.tip,
            "particles": np.array([drive.mean, drive.surface, drive.shrinkage, *bond]),
            "factors": np.array([self.diffusivity, self.stiffness]),
            "power": self.power,
            **_flat("borne/", self.borne),
            **_flat("slopes/", self.slopes),
        }

    @classmethod
    def of_stored(cls, stored: Stored) -> HalfCycle:
        """From what ``stored`` gave."""
        mean, surface, shrinkage, *bond = np.array(stored["particles"])
        tip = np.array(stored["tip"])
        drive = Drive(
            0.0, np.zeros_like(tip), tip, mean, surface, shrinkage, mean.copy,
            (bond[0], bond[1]) if bond else None,
        )  # fmt: skip
        diffusivity, stiffness = np.array(stored["factors"])
        borne, slopes = _nested("borne/", stored), _nested("slopes/", stored)
        return cls(
            bool(stored["charging"][0]),
            drive,
            borne,
            diffusivity,
            stiffness,
            np.array(stored["power"]),
            slopes,
        )


@dataclass(eq=False)
class NewestCycle:
    """Half cycles of the newest cycle, and of the one that is under way.

    Attributes:
        kept: Whether half cycles are kept at all: from the first end of a cycle on.
        under_way: Those that have ended since the last end of a cycle.
        ended: Those that ended in the newest cycle; the first began in the one before it.
        begun: The one that had begun when the newest cycle ended; None before the first.
        start: D and E of the particles when the half cycle under way began [-].
    """

    kept: bool = False
    under_way: list[HalfCycle] = field(default_factory=list)
    ended: list[HalfCycle] = field(default_factory=list)
    begun: HalfCycle | None = None
    start: tuple[Array, Array] | None = None

    def note(self, charging: bool, drive: Drive, borne: Borne) -> None:
        """Keep a half cycle that ends, before damage evolves.

        Args:
            charging: Whether it was a charge.
            drive: The newest state.
            borne: What has driven each mechanism.
        """
        if self.kept and self.start is not None:
            place = len(self.under_way)
            before = self.ended[place] if place < len(self.ended) else None
            self.under_way.append(self._half_cycle(charging, drive, borne, before))

    def end(self, charging: bool, drive: Drive, borne: Borne, effects: Effects) -> None:
        """A cycle ends, and with it what ``note`` has kept is the newest."""
        if not self.kept or self.start is None:
            self.kept, self.start = True, (effects.diffusivity, effects.stiffness)
        self.begun = self._half_cycle(charging, drive, borne, self.begun)
        self.ended, self.under_way = self.under_way, []

    def begin(self, effects: Effects) -> None:
        """A half cycle begins on particles as damage has left them."""
        self.start = (effects.diffusivity, effects.stiffness)

    def repeats(self) -> bool:
        """Whether what ended in the newest cycle stands for what would end in the next."""
        return self.begun is not None and bool(self.ended) and self.ended[0].charging == self.begun.charging

    def stored(self) -> dict[str, Array]:
        """As arrays by name."""
        if not self.kept or self.start is None:
            return {}
        parts = {f"ended{k}": half for k, half in enumerate(self.ended)}
        parts |= {f"under_way{k}": half for k, half in enumerate(self.under_way)}
        parts |= {} if self.begun is None else {"begun": self.begun}
        arrays = {
            f"{part}/{key}": np.array(v) for part, half in parts.items() for key, v in half.stored().items()
        }
        return {"start": np.array(self.start), **arrays}

    def restore(self, stored: Stored) -> None:
        """Take up what ``stored`` gave."""
        self.kept = "start" in stored
        self.start = tuple(np.array(stored["start"])) if self.kept else None
        self.ended, self.under_way = _numbered("ended", stored), _numbered("under_way", stored)
        begun = below("begun/", stored)
        self.begun = HalfCycle.of_stored(begun) if begun else None

    def _half_cycle(self, charging: bool, drive: Drive, borne: Borne, before: HalfCycle | None) -> HalfCycle:
        assert self.start is not None
        diffusivity, stiffness = self.start
        if before is None or before.charging != charging:
            power = np.full((len(DEPTHS), len(stiffness)), POWER)
            slopes = _slopes(borne, borne, np.zeros_like(stiffness))
        else:
            change = np.log(diffusivity / before.diffusivity)
            power = _power(before, borne, stiffness, change)
            slopes = _slopes(before.borne, borne, change)
        return HalfCycle(charging, drive, borne, diffusivity, stiffness, power, slopes)


def _is_intensity(values: Array) -> bool:
    """Whether what was borne is a stress intensity: known at every depth."""
    return np.ndim(values) == 2


def _power(before: HalfCycle, borne: Borne, stiffness: Array, change: Array) -> Array:
    """Power p at each depth of each particle, as a half cycle and the one of its kind before it show it."""
    for name, values in borne.items():
        for key, now in values.items():
            if not _is_intensity(now):
                continue
            then, found = np.asarray(before.borne[name][key]) / before.stiffness, np.asarray(now) / stiffness
            shown = (np.abs(change) > SHOWS) & (found > 0.0) & (then > 0.0)
            ratio = np.where(shown, found, 1.0) / np.where(shown, then, 1.0)
            seen = -np.log(ratio) / np.where(np.abs(change) > SHOWS, change, 1.0)
            return np.where(shown, np.clip(seen, *POWERS), before.power)
    return before.power


def _slopes(before: Borne, borne: Borne, change: Array) -> Borne:
    """Change of all else over that of ln D."""
    shown = np.abs(change) > SHOWS
    over = np.where(shown, change, 1.0)
    return {
        name: {
            key: np.where(shown, (np.asarray(now) - before[name][key]) / over, 0.0)
            for key, now in values.items()
            if not _is_intensity(now)
        }
        for name, values in borne.items()
    }


def _flat(start: str, tables: Borne) -> dict[str, Array]:
    return {f"{start}{name}/{key}": v for name, table in tables.items() for key, v in table.items()}


def _nested(start: str, stored: Stored) -> Borne:
    found: dict[str, dict[str, Array]] = {}
    for place, values in below(start, stored).items():
        name, key = place.split("/")
        found.setdefault(name, {})[key] = np.array(values)
    return dict(found)


def _numbered(start: str, stored: Stored) -> list[HalfCycle]:
    found: list[HalfCycle] = []
    while part := below(f"{start}{len(found)}/", stored):
        found.append(HalfCycle.of_stored(part))
    return found
