"""What claims may look at: results of simulations, and what is read off them."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from chemomech.errors import InputError, unknown_name
from chemomech.solver.results import Result
from chemomech.validation.claims.mesh_error import PRESETS, USUAL, mesh_error
from chemomech.validation.claims.same_case import preset_of
from chemomech.validation.claims.simulations import SIMULATIONS, Simulation
from chemomech.validation.instruments import ElectrodeState
from chemomech.validation.instruments.omissions import Omission, Omissions
from chemomech.validation.instruments.reading import Instrument

Provider = Callable[[Simulation, str], Result]
"""Finds or makes the result of a simulation on a mesh preset or a finer one."""


class Evidence:
    """What claims may look at; results are found or made when first asked for.

    Args:
        provide: Finds or makes results.
        seed: Of everything that is drawn at random.
        preset: Coarsest mesh preset that will do.
        wiring: Table of particles from an image with carbon-binder, of ``chemomech layout extract
            --particles``; None where there is none.
        curves: List of measured half-cell curves; None where there is none.
    """

    def __init__(
        self,
        provide: Provider,
        seed: int = 1,
        preset: str = USUAL,
        wiring: Path | None = None,
        curves: Path | None = None,
    ) -> None:
        self._provide, self.seed, self.preset = provide, seed, preset
        self.wiring, self.curves = wiring, curves
        self._results: dict[str, Result] = {}
        self._errors: dict[str, InputError] = {}
        self._shared: dict[str, Any] = {}
        self._omissions: dict[str, dict[str, Omission]] = {}
        self._finer: Evidence | None = None

    def result(self, name: str) -> Result:
        """The result of a simulation.

        Args:
            name: One of ``SIMULATIONS``.

        Raises:
            InputError: If it is not known, cannot be had, or was made with another case.
        """
        if name not in SIMULATIONS:
            raise unknown_name("simulation", name, SIMULATIONS)
        if name in self._errors:
            raise self._errors[name]
        if name not in self._results:
            try:
                self._results[name] = self._provide(SIMULATIONS[name], self.preset)
            except InputError as error:
                # Remembered: a run that failed once would fail again for each claim that needs it.
                self._errors[name] = error
                raise
        return self._results[name]

    def meshes(self, names: Iterable[str]) -> tuple[str, ...]:
        """Mesh presets of those of some results that were looked at, from coarse to fine, each once."""
        presets = {preset_of(self._results[name]) for name in names if name in self._results}
        return tuple(preset for preset in PRESETS if preset in presets)

    def mesh_error(self, name: str, quantity: str, value: float = 0.0) -> float:
        """What the mesh of a result may cost in a value of a quantity, in its SI unit."""
        return mesh_error(quantity, preset_of(self.result(name)))(value)

    def read[R](self, instrument: Instrument[R], state: ElectrodeState, claim: str) -> R:
        """What an instrument shows for a claim."""
        self.leaves_out(claim, instrument.omissions)
        return instrument.read(state, self.rng(claim))

    def leaves_out(self, claim: str, omissions: Omissions) -> None:
        """Note what the readings behind a claim leave out."""
        known = self._omissions.setdefault(claim, {})
        known.update({omission.sentence: omission for omission in omissions})

    def omissions(self, claim: str) -> Omissions:
        """What the readings behind a claim leave out, each once."""
        return tuple(self._omissions.get(claim, {}).values())

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
        value = self._shared[name]
        if isinstance(value, InputError):
            raise value
        return value

    def finer(self) -> Evidence | None:
        """The same on the next finer mesh preset; None on the finest."""
        if self._finer is None and self.preset != PRESETS[-1]:
            finer = PRESETS[PRESETS.index(self.preset) + 1]
            self._finer = Evidence(self._provide, self.seed, finer, self.wiring, self.curves)
        return self._finer

    def close(self) -> None:
        """Close all opened results."""
        for result in self._results.values():
            result.close()
        if self._finer is not None:
            self._finer.close()
