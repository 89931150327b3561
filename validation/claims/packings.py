"""Particles of several packings after the same charge, as one table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from chemomech.errors import InputError
from chemomech.materials import active_material
from chemomech.validation.claims.damage_index import index_name
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.claims.same_case import case_of
from chemomech.validation.claims.simulations import PACKINGS

Array = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

PASSAGES = ("surface_crack", "strength", "core_crack")
"""Events whose first passage a result may hold, by the beginning of the name."""


@dataclass(frozen=True, eq=False)
class Particles:
    """n particles of one or several packings.

    Attributes:
        packing: Number of the packing of each, shape (n,).
        radius: Shape (n,) [m].
        depth: Distance from the collector over the thickness of the electrode [-], shape (n,).
        passage: Time of first passage [s] by event, each of shape (n,); the end of the charge where it never
            happened.
        never: Share of the particles in which it never happened [-], by event.
        index: Fracture index at the end of the charge [-], shape (n,).
        gap: Radius times the magnitude of the mean chemical strain since the start [m], shape (n,).
        traction: Mean hydrostatic stress at the end [Pa], shape (n,); None where it is not known.
    """

    packing: IntArray
    radius: Array
    depth: Array
    passage: dict[str, Array]
    never: dict[str, float]
    index: Array
    gap: Array
    traction: Array | None

    @property
    def size_and_depth(self) -> dict[str, Array]:
        """Covariates of a profile through the depth at equal size."""
        return {"ln R": np.log(self.radius), "depth": self.depth}


def first_passage(dataset: xr.Dataset, event: str) -> Array | None:
    """Time of the first passage of an event by particle [s], NaN for never; None where nothing tells.

    Taken from the result where it holds the time, else from the running maximum of the index, between the
    two steps around 1.
    """
    stored = f"{event}_first_passage"
    if stored in dataset:
        return np.asarray(dataset[stored], dtype=float)
    history = f"{event}_ratio"
    if history not in dataset:
        return None
    time, values = np.asarray(dataset["time"], dtype=float), np.asarray(dataset[history], dtype=float)
    passed = np.full(values.shape[1], np.nan)
    for k, series in enumerate(np.nan_to_num(values).T):
        beyond = np.flatnonzero(series >= 1.0)
        if len(beyond):
            after = int(beyond[0])
            before = max(after - 1, 0)
            rise = series[after] - series[before]
            share = (1.0 - series[before]) / rise if rise > 0.0 else 1.0
            passed[k] = time[before] + share * (time[after] - time[before])
    return passed


def particles_of(evidence: Evidence, runs: tuple[str, ...] = PACKINGS) -> Particles:
    """The particles of some runs.

    Raises:
        InputError: If a result cannot be had or holds no first passage and no index.
    """
    parts = [_one(evidence, run, number) for number, run in enumerate(runs)]
    events = [event for event in PASSAGES if all(event in part.passage for part in parts)]
    tractions = [part.traction for part in parts if part.traction is not None]

    def joined(arrays: list[Array]) -> Array:
        return np.concatenate(arrays)

    return Particles(
        np.concatenate([part.packing for part in parts]),
        joined([part.radius for part in parts]),
        joined([part.depth for part in parts]),
        {event: joined([part.passage[event] for part in parts]) for event in events},
        {event: float(np.mean([part.never[event] for part in parts])) for event in events},
        joined([part.index for part in parts]),
        joined([part.gap for part in parts]),
        joined(tractions) if len(tractions) == len(parts) else None,
    )


def _one(evidence: Evidence, run: str, number: int) -> Particles:
    result = evidence.result(run)
    dataset = result.dataset
    end = float(dataset["time"][-1])
    times = {event: first_passage(dataset, event) for event in PASSAGES}
    passage = {event: values for event, values in times.items() if values is not None}
    if not passage:
        raise InputError(
            f"the result {str(result.path)!r} holds no time of first passage of {', '.join(PASSAGES)}; run "
            "the case again with this version and mechanics on."
        )
    case = case_of(result)
    strain = active_material(case.materials.cathode).chemical_strain
    start = np.array([case.initial_stoichiometry])
    mean = np.asarray(dataset["mean_stoichiometry"].isel(time=-1), dtype=float)
    change = np.asarray(strain(mean)) - np.asarray(strain(start))
    radius = np.asarray(dataset["particle_radius"], dtype=float)
    stress = dataset.get("mean_hydrostatic_stress")
    return Particles(
        np.full(len(radius), number, dtype=np.int64),
        radius,
        np.asarray(dataset["particle_z"], dtype=float) / float(dataset["electrode_thickness"]),
        {event: np.where(np.isnan(values), end, values) for event, values in passage.items()},
        {event: float(np.mean(np.isnan(values))) for event, values in passage.items()},
        np.asarray(dataset[index_name(dataset)].isel(time=-1), dtype=float),
        radius * np.abs(change),
        None if stress is None else np.asarray(stress.isel(time=-1), dtype=float),
    )
