"""The simulations behind the claims, and the results that stand for them."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from chemomech.errors import InputError, unknown_name
from chemomech.experiments.case import Case
from chemomech.solver.results import Result


@dataclass(frozen=True)
class Simulation:
    """A run that claims need.

    Attributes:
        name: Name of the run and of its folder.
        base: Shipped case that it starts from.
        changes: Keys set otherwise.
        why: What it is for.
    """

    name: str
    base: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""

    def case(self, changes: Mapping[str, Any] = MappingProxyType({})) -> Case:
        """The case, with further keys set, such as the preset of the mesh."""
        return Case.from_toml(self.base).with_overrides(
            {"name": self.name} | dict(self.changes) | dict(changes)
        )


SIMULATIONS: Mapping[str, Simulation] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            Simulation("fast-charge-5C", "fast-charge-5C", why="gradients through depth and particles at 5C"),
            Simulation("soc-cycle-C20", "soc-cycle-C20", why="rested states of charge of 0, 50 and 100 %"),
            Simulation(
                "charge-C3",
                "fast-charge-5C",
                {"protocol": ["Charge at C/3 until 4.3 V"]},
                "lattice and microstrain during a charge at C/3",
            ),
            Simulation(
                "slow-charge-isolated",
                "slow-charge-C20",
                {
                    "protocol": ["Charge at C/20 until 4.4 V", "Rest for 2 hours"],
                    "wiring.coverage": 1.0,
                    "wiring.wired": 0.94,
                },
                "6 % of the particles without contact, charged slowly to 4.4 V",
            ),
            Simulation(
                "charge-2C", "fast-charge-5C", {"protocol": ["Charge at 2C until 4.3 V"]}, "fracture at 2C"
            ),
            Simulation(
                "charge-3C", "fast-charge-5C", {"protocol": ["Charge at 3C until 4.3 V"]}, "fracture at 3C"
            ),
        )
    }
)
"""Runs by name."""

Provider = Callable[[Simulation], Result]
"""Finds or makes the result of a simulation."""


@dataclass(frozen=True)
class FoundResults:
    """Results that lie in folders already.

    Attributes:
        folder: Holds one folder a simulation, called by its name.
    """

    folder: Path

    def __call__(self, simulation: Simulation) -> Result:
        """The result of a simulation.

        Raises:
            InputError: If there is none, or it is that of another case.
        """
        path = self.folder / simulation.name
        if not path.is_dir():
            raise InputError(
                f"there is no result of {simulation.name} in {str(self.folder)!r}; run it "
                f"(chemomech validate without --no-run), or copy its folder there."
            )
        result = Result.open(path)
        require_same_protocol(result, simulation)
        return result


def require_same_protocol(result: Result, simulation: Simulation) -> None:
    """Refuse a result that was made with another protocol.

    Raises:
        InputError: If it was.
    """
    wanted, found = list(simulation.case().protocol), list(result.case.get("protocol", ()))
    if found != wanted:
        raise InputError(
            f"the result {str(result.path)!r} was made with the protocol {found}, but {simulation.name} has "
            f"{wanted}; give the result of that case."
        )


class Evidence:
    """What claims may look at; results are found or made when first asked for.

    Args:
        provide: Finds or makes results.
        seed: Of everything that is drawn at random.
    """

    def __init__(self, provide: Provider, seed: int = 1) -> None:
        self._provide, self.seed = provide, seed
        self._results: dict[str, Result] = {}
        self._errors: dict[str, InputError] = {}
        self._shared: dict[str, Any] = {}

    def result(self, name: str, mechanics: tuple[str, ...] = ()) -> Result:
        """The result of a simulation.

        Args:
            name: One of ``SIMULATIONS``.
            mechanics: Couplings that will do, such as ``("one-way", "two-way")``; any if left out.

        Raises:
            InputError: If it is not known, cannot be had, or was made with a needed coupling off.
        """
        if name not in SIMULATIONS:
            raise unknown_name("simulation", name, SIMULATIONS)
        if name in self._errors:
            raise self._errors[name]
        if name not in self._results:
            try:
                self._results[name] = self._provide(SIMULATIONS[name])
            except InputError as error:
                # Remembered: a run that failed once would fail again for each claim that needs it.
                self._errors[name] = error
                raise
        result = self._results[name]
        coupling = result.summary.get("couplings", {}).get("mechanics", "off")
        if mechanics and coupling not in mechanics:
            raise InputError(
                f"the result {str(result.path)!r} was made with mechanics.coupling = {coupling!r}, but the "
                f"claim needs {' or '.join(repr(name) for name in mechanics)}; run the case with that."
            )
        return result

    def rng(self, name: str) -> np.random.Generator:
        """A generator for a claim: the same whichever other claims are evaluated."""
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    def shared[T](self, name: str, make: Callable[[], T]) -> T:
        """What several claims look at, made once; an error is kept as well."""
        if name not in self._shared:
            try:
                self._shared[name] = make()
            except InputError as error:
                self._shared[name] = error
        found = self._shared[name]
        if isinstance(found, InputError):
            raise found
        return found

    def close(self) -> None:
        """Close all opened results."""
        for result in self._results.values():
            result.close()
