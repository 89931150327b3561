"""What a result knows of its particles over time, for pickers and for colours of whole particles."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import xarray as xr

from chemomech.errors import InputError
from chemomech.experiments.scenes.scene import Curve, SceneField, SceneParticles
from chemomech.solver.results import QUANTITIES, Quantity, Result

Array = npt.NDArray[np.float64]

PLACES = ("particle_x", "particle_y", "particle_z", "particle_radius")


class Histories:
    """Quantities of a result by particle and time, read when they are asked for and kept.

    Args:
        dataset: of a result, with particles in space.
    """

    def __init__(self, dataset: xr.Dataset) -> None:
        self._dataset = dataset
        self.time: Array = dataset["time"].values.astype(float)
        self._read: dict[str, Array] = {}

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Those that the result holds for every particle and state, in the order of the table."""
        return tuple(
            entry
            for entry in QUANTITIES.values()
            if entry.dims == ("time", "particle") and entry.name in self._dataset
        )

    def fields(self, part: str) -> tuple[SceneField, ...]:
        """The same as fields on the cells of a part."""
        return tuple(SceneField.of(entry, part, on="cells", by_particle=True) for entry in self.quantities)

    def of(self, name: str) -> Array:
        """Values of a quantity, shape (time, particle)."""
        if name not in self._read:
            self._read[name] = self._dataset[name].values.astype(float)
        return self._read[name]

    def at(self, name: str, instant: float) -> Array:
        """Values of a quantity at an instant [s], between two states on a line, shape (particle,)."""
        after = int(np.clip(np.searchsorted(self.time, instant), 0, len(self.time) - 1))
        values = self.of(name)
        if after == 0 or self.time[after] <= instant:
            return values[after]
        span = self.time[after] - self.time[after - 1]
        share = (instant - self.time[after - 1]) / span
        return np.asarray((1.0 - share) * values[after - 1] + share * values[after])

    def particles(self) -> SceneParticles:
        """Where the particles are."""
        x, y, z, radius = (self._dataset[name].values.astype(float) for name in PLACES)
        ids = self._dataset["particle"].values.astype(np.int64)
        return SceneParticles(ids, np.column_stack([x, y, z]), radius)

    def curves(self, place: int) -> Mapping[str, Curve]:
        """Histories of a particle by the name of the quantity."""
        return {
            entry.name: Curve.of(entry, self.time, self.of(entry.name)[:, place]) for entry in self.quantities
        }

    def voltage(self) -> Curve:
        """The cell voltage."""
        return Curve.of(QUANTITIES["voltage"], self.time, self._dataset["voltage"].values.astype(float))


def box_of(result: Result) -> tuple[float, float, float]:
    """Edges of the electrode [m]; how far its particles reach where they are not stated.

    Raises:
        InputError: when the particles of the result have no places in space.
    """
    dataset = result.dataset
    if result.summary.get("model") == "homogenised" or any(name not in dataset for name in PLACES):
        raise InputError(
            "the result has no particles in space, as those of the homogenised model; look at its report, or "
            "run the case with --model radial or resolved."
        )
    reach = {axis: float((dataset[f"particle_{axis}"] + dataset["particle_radius"]).max()) for axis in "xyz"}
    names = {"x": "width_x", "y": "width_y", "z": "electrode_thickness"}
    x, y, z = (float(dataset[names[axis]]) if names[axis] in dataset else reach[axis] for axis in "xyz")
    return x, y, z
