"""A scene: parts with a static geometry, fields on them over time, and the particles that can be picked."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError, unknown_name
from chemomech.experiments.scenes.display import plain_symbol, shown_in
from chemomech.solver.results import Quantity

if TYPE_CHECKING:
    import pyvista as pv

Array = npt.NDArray[Any]

POINTS, CELLS = "points", "cells"
PARTICLE = "particle"
"""Name of the cell data that say which particle a cell belongs to, -1 for none."""

CACHED_BYTES = 256_000_000
"""Of values that are kept, the newest ones."""


@dataclass(frozen=True)
class SceneField:
    """Something that can be shown on a part.

    Attributes:
        key: identifies it in the scene, ``part/name``.
        name: of the quantity in the tables of a result.
        label: what it is, in words.
        unit: SI unit of its values, in the notation of a result; ``"-"`` for a pure number.
        part: on which it lives.
        symbol: in formulas (mathtext without dollar signs).
        on: ``"points"`` or ``"cells"`` of the grid of the part.
        components: 1, or 3 of a vector.
        by_particle: whether it is one number for each particle.
    """

    key: str
    name: str
    label: str
    unit: str
    part: str
    symbol: str
    on: str = POINTS
    components: int = 1
    by_particle: bool = False

    @classmethod
    def of(cls, quantity: Quantity, part: str, **options: Any) -> SceneField:
        """Make the field of a quantity on a part; the options are the last three attributes."""
        name = quantity.name
        return cls(
            f"{part}/{name}", name, quantity.long_name, quantity.unit, part, quantity.symbol, **options
        )

    @property
    def shown_unit(self) -> str:
        """Unit to show it in, such as ``"MPa"``; ``"-"`` for a pure number."""
        return shown_in(self.unit).unit

    @property
    def shown_factor(self) -> float:
        """What brings its values to that unit."""
        return shown_in(self.unit).factor

    @property
    def title(self) -> str:
        """Label with the unit it is shown in, as in ``"equivalent stress [MPa]"``."""
        return f"{self.label} [{self.shown_unit}]"


@dataclass(frozen=True)
class SceneParticles:
    """The particles of a scene.

    Attributes:
        ids: what ``particle`` of the grids names, shape (particles,).
        centres: [m], shape (particles, 3).
        radii: [m], shape (particles,).
    """

    ids: npt.NDArray[np.int64]
    centres: npt.NDArray[np.float64]
    radii: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """A series over time.

    Attributes:
        key: name of the quantity.
        label: what it is, in words.
        unit: SI unit.
        symbol: in formulas.
        time: [s], shape (states,).
        values: shape (states,).
    """

    key: str
    label: str
    unit: str
    symbol: str
    time: npt.NDArray[np.float64]
    values: npt.NDArray[np.float64]

    @classmethod
    def of(cls, quantity: Quantity, time: Array, values: Array) -> Curve:
        """Make the curve of a quantity."""
        return cls(quantity.name, quantity.long_name, quantity.unit, quantity.symbol, time, values)

    @property
    def title(self) -> str:
        """Label with the unit it is shown in."""
        return f"{self.label} [{shown_in(self.unit).unit}]"

    @property
    def shown(self) -> npt.NDArray[np.float64]:
        """Values in the unit they are shown in."""
        return self.values * shown_in(self.unit).factor


class Source(Protocol):
    """Where a scene comes from."""

    def grid(self, part: str) -> pv.DataSet:
        """Geometry of a part in the unit of display, with the cell data ``particle``."""

    def values(self, field: SceneField, time_index: int) -> Array:
        """Values of a field in SI units, of the points or cells of its part."""

    def range(self, field: SceneField, time_index: int) -> tuple[float, float]:
        """Smallest and largest finite value then; of a vector, of its length."""

    def curves(self, particle: int) -> Mapping[str, Curve]:
        """What is known over time of the particle at this place in the list."""


@dataclass(frozen=True)
class Scene:
    """What is to be seen of a result, a layout or an image stack.

    Attributes:
        title: of the picture.
        times: instants that can be shown [s], shape (n,).
        fields: all of them, those of the first part first.
        parts: names of the parts, such as ``"particles"`` and ``"matrix"``.
        particles: those that can be picked.
        box: edges of what is shown (x, y, z) [m]; z = 0 is the current collector.
        voltage: cell voltage over the whole run; None where there is none.
        notes: what must be known of what is shown, a sentence each.
    """

    title: str
    times: npt.NDArray[np.float64]
    fields: tuple[SceneField, ...]
    parts: tuple[str, ...]
    particles: SceneParticles
    box: tuple[float, float, float]
    source: Source = field(repr=False)
    voltage: Curve | None = None
    notes: tuple[str, ...] = ()
    _grids: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    _kept: OrderedDict[tuple[str, int], Array] = field(
        default_factory=OrderedDict, init=False, repr=False, compare=False
    )

    def field(self, key: str) -> SceneField:
        """Return a field by its key, or by its name where only one part has it or the first one does.

        Raises:
            InputError: when there is none.
        """
        for entry in self.fields:
            if key in (entry.key, entry.name):
                return entry
        raise unknown_name("field", key, [entry.name for entry in self.fields])

    def fields_of(self, part: str) -> tuple[SceneField, ...]:
        """Return the fields of a part."""
        return tuple(entry for entry in self.fields if entry.part == part)

    def grid(self, part: str) -> pv.DataSet:
        """Return the geometry of a part in micrometres, the same object every time.

        Its cell data ``particle`` say to which particle a cell belongs, -1 for none. Copy it before arrays
        are added to it.

        Raises:
            InputError: for another part, or a file that is damaged.
        """
        if part not in self.parts:
            raise unknown_name("part", part, self.parts)
        if part not in self._grids:
            self._grids[part] = self.source.grid(part)
        return self._grids[part]

    def values(self, field: SceneField | str, time_index: int) -> Array:
        """Return a field at an instant, in SI units.

        Args:
            field: the field, or its key or name.
            time_index: place of the instant in ``times``.

        Returns:
            Shape (points,) or (cells,) of the grid of its part, or (points, 3) of a vector; read-only.

        Raises:
            InputError: for an instant that is not there, or a file that is damaged.
        """
        field = self.field(field) if isinstance(field, str) else field
        self._require(time_index)
        place = (field.key, time_index)
        if place in self._kept:
            self._kept.move_to_end(place)
            return self._kept[place]
        values = self.source.values(field, time_index)
        values.setflags(write=False)
        self._kept[place] = values
        while len(self._kept) > 1 and sum(array.nbytes for array in self._kept.values()) > CACHED_BYTES:
            self._kept.popitem(last=False)
        return values

    def range(self, field: SceneField | str, time_index: int | None = None) -> tuple[float, float]:
        """Return the smallest and largest value of a field, of a vector those of its length.

        Args:
            field: the field, or its key or name.
            time_index: at which instant; over all of them if None.
        """
        field = self.field(field) if isinstance(field, str) else field
        if time_index is not None:
            self._require(time_index)
            return self.source.range(field, time_index)
        ends = np.array([self.source.range(field, k) for k in range(len(self.times))])
        finite = ends[np.isfinite(ends).all(axis=1)]
        return (float(finite[:, 0].min()), float(finite[:, 1].max())) if len(finite) else (np.nan, np.nan)

    def curves(self, particle_id: int) -> Mapping[str, Curve]:
        """Return what is known over time of a particle: lithium, stress, damage, by name of the quantity.

        Raises:
            InputError: when there is no such particle.
        """
        place = np.flatnonzero(self.particles.ids == particle_id)
        if not len(place):
            known = self.particles.ids
            extent = f"there are {len(known)}, from {known.min()} to {known.max()}" if len(known) else "none"
            raise InputError(
                f"there is no particle {particle_id} in {self.title} ({extent}); choose another."
            )
        return self.source.curves(int(place[0]))

    def time_label(self, time_index: int) -> str:
        """Write an instant as text, such as ``"150 s"`` or ``"3.25 h"``."""
        self._require(time_index)
        seconds = float(self.times[time_index])
        return f"{seconds:.4g} s" if self.times[-1] <= 7200.0 else f"{seconds / 3600.0:.4g} h"

    def nearest(self, seconds: float) -> int:
        """Return the place of the instant nearest to a time [s]."""
        return int(np.argmin(np.abs(self.times - seconds)))

    def _require(self, time_index: int) -> None:
        if not 0 <= time_index < len(self.times):
            raise InputError(
                f"instant {time_index} is not among the {len(self.times)} of {self.title}; choose one from 0 "
                f"to {len(self.times) - 1}."
            )


def finite_range(values: Array) -> tuple[float, float]:
    """Smallest and largest finite value, NaN where there are none; of vectors, of their lengths."""
    numbers = np.linalg.norm(values, axis=1) if values.ndim == 2 else values
    finite = numbers[np.isfinite(numbers)]
    return (float(finite.min()), float(finite.max())) if finite.size else (float("nan"), float("nan"))


def symbol_text(field: SceneField) -> str:
    """Symbol of a field as plain text."""
    return plain_symbol(field.symbol)
