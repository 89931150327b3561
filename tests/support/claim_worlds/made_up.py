"""Evidence that is made up: a state of the world in which a claim holds, or in which it does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import xarray as xr
from support.synthetic_result import synthetic_attributes, synthetic_records

from chemomech.solver.results import build_dataset
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.claims.simulations import SIMULATIONS, Simulation
from chemomech.validation.instruments import ElectrodeState, Reading, UniformField


class MadeUp(Evidence):
    """Evidence with results, readings and shared objects put in by hand.

    Args:
        results: By name of the simulation.
        readings: What instruments show, by claim, in the order in which they are read.
        shared: What several claims look at, by name.
        wiring: Table of an image.
        finer: The same on a finer mesh.
    """

    def __init__(
        self,
        results: Mapping[str, Any] | None = None,
        readings: Mapping[str, Sequence[Any]] | None = None,
        shared: Mapping[str, Any] | None = None,
        wiring: Path | None = None,
        finer: Evidence | None = None,
    ) -> None:
        super().__init__(_nothing, wiring=wiring)
        self._results.update(results or {})
        self._shared.update(shared or {})
        self._readings = {claim: list(shown) for claim, shown in (readings or {}).items()}
        self._finer = finer

    def read(self, instrument: Any, state: ElectrodeState, claim: str) -> Any:
        if claim in self._readings:
            return self._readings[claim].pop(0)
        return super().read(instrument, state, claim)

    def finer(self) -> Evidence | None:
        return self._finer


def _nothing(simulation: Simulation, preset: str) -> Any:
    raise AssertionError(f"the claim asks for {simulation.name}, which this world has not")


def result_of(name: str, dataset: xr.Dataset, summary: Mapping[str, Any] | None = None) -> Any:
    """A result that is not on disk."""
    return SimpleNamespace(
        name=name,
        path=Path("made-up") / name,
        dataset=dataset,
        summary=dict(summary or {}),
        case=SIMULATIONS[name].case("coarse").to_table(),
        close=lambda: None,
    )


def fast_charge(**changes: Any) -> xr.Dataset:
    """The synthetic charge with some variables set otherwise."""
    records = synthetic_records() | changes
    return build_dataset(records, attributes=synthetic_attributes())


def reading(value: float, uncertainty: float = 0.01, unit: str = "-") -> Reading:
    """A reading."""
    return Reading(value, uncertainty, unit, 50)


def uniform_state(x: float, count: int = 12, seed: int = 3) -> ElectrodeState:
    """Spheres of equal lithium on a grid, the lowest half below the middle of the box."""
    random = np.random.default_rng(seed)
    grid = np.array([(i, j, k) for k in range(3) for i in range(2) for j in range(2)], dtype=float)[:count]
    centres = 1e-6 * (grid * 10.0 + 5.0)
    radii = 1e-6 * random.uniform(2.5, 4.0, len(centres))
    return ElectrodeState(centres, radii, (20e-6, 20e-6, 30e-6), UniformField(np.full(len(centres), x)))


def rested_states(empty: float, half: float, full: float) -> dict[str, ElectrodeState]:
    """Rested states of charge by the name under which claims share them."""
    values = {0.0: empty, 0.5: half, 1.0: full}
    return {f"rested {charge}": uniform_state(x) for charge, x in values.items()}
