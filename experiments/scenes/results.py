"""Scenes of results: fields in space where they are stored, else particles coloured by their histories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from chemomech.experiments.scenes.display import shown_points
from chemomech.experiments.scenes.histories import Histories, box_of
from chemomech.experiments.scenes.scene import (
    PARTICLE,
    Curve,
    Scene,
    SceneField,
    SceneParticles,
    finite_range,
)
from chemomech.experiments.scenes.spheres import sphere_cells, sphere_grid
from chemomech.solver.results import QUANTITIES, Result
from chemomech.solver.results.fields import FieldFiles, read_index
from chemomech.solver.results.folder import FIELDS_FOLDER

if TYPE_CHECKING:
    import pyvista as pv

Array = npt.NDArray[Any]

PARTICLES, ELECTROLYTE = "particles", "electrolyte"
PROFILES = ("electrolyte_concentration", "electrolyte_potential", "matrix_potential")


def scene_of_result(result: Result) -> Scene:
    """Make the scene of a result; reads its tables, and nothing of its fields.

    Args:
        result: an opened result, which the scene goes on to use.

    Raises:
        InputError: when it cannot be read or has no particles in space.
    """
    dataset = result.checked().dataset
    box, histories = box_of(result), Histories(dataset)
    index = read_index(result.path / FIELDS_FOLDER)
    particles = histories.particles()
    if index is not None and index.instants:
        source = StoredFields(FieldFiles(result.path / FIELDS_FOLDER, index), histories, particles)
        notes = source.notes()
        return Scene(
            result.name,
            source.times,
            source.fields(),
            tuple(index.parts),
            particles,
            box,
            source,
            histories.voltage(),
            notes,
        )
    spheres = Spheres(result, histories, particles, box)
    notes = ()
    if index is None and result.summary.get("model") == "resolved":
        notes = ("The run has stored no fields in space: particles have the colour of their means.",)
    return Scene(
        result.name,
        histories.time,
        spheres.fields(),
        spheres.parts,
        particles,
        box,
        spheres,
        histories.voltage(),
        notes,
    )


class StoredFields:
    """Fields of the resolved model from the disk.

    Args:
        files: where they lie.
        histories: of the particles.
        particles: the particles.
    """

    def __init__(self, files: FieldFiles, histories: Histories, particles: SceneParticles) -> None:
        self._files, self._histories, self._particles = files, histories, particles
        self._places: dict[str, Array] = {}
        self._instants = files.index.instants
        self.times = np.array([instant.time for instant in self._instants])

    def fields(self) -> tuple[SceneField, ...]:
        """Those that are stored, and after those of the particles what is known of each as a whole."""
        found: list[SceneField] = []
        for part in self._files.index.parts.values():
            found += [
                SceneField.of(field.quantity, part.name, on=field.on, components=field.components)
                for field in part.fields.values()
            ]
            if part.name == PARTICLES:
                found += self._histories.fields(PARTICLES)
        return tuple(found)

    def notes(self) -> tuple[str, ...]:
        """What was left out."""
        left_out = self._files.index.left_out
        if not left_out:
            return ()
        named = ", ".join(f"{time:g}" for time in left_out[:6]) + (", ..." if len(left_out) > 6 else "")
        return (f"Fields at {named} s were left out, past output.field_limit.",)

    def grid(self, part: str) -> pv.DataSet:
        """See ``Source``."""
        import pyvista as pv

        stored = self._files.geometry(part)
        sizes = np.diff(stored.offsets)
        # VTK puts the number of its points before those of each cell.
        cells = np.insert(stored.connectivity, stored.offsets[:-1], sizes)
        grid = pv.UnstructuredGrid(cells, stored.types, shown_points(stored.points))
        rows = stored.particle
        grid.cell_data[PARTICLE] = np.where(rows >= 0, self._particles.ids[np.maximum(rows, 0)], -1)
        return grid

    def values(self, field: SceneField, time_index: int) -> Array:
        """See ``Source``."""
        instant = self._instants[time_index]
        if not field.by_particle:
            return self._files.values(field.part, field.name, instant)
        if field.part not in self._places:
            self._places[field.part] = self._files.geometry(field.part).particle
        return self._histories.at(field.name, instant.time)[self._places[field.part]]

    def range(self, field: SceneField, time_index: int) -> tuple[float, float]:
        """See ``Source``."""
        instant = self._instants[time_index]
        if field.by_particle:
            return finite_range(self._histories.at(field.name, instant.time))
        return instant.ranges[field.part][field.name]

    def curves(self, particle: int) -> Mapping[str, Curve]:
        """See ``Source``."""
        return self._histories.curves(particle)


class Spheres:
    """Particles of a result as spheres, and what is known of the electrolyte along the depth.

    Args:
        result: the result.
        histories: of its particles.
        particles: the particles.
        box: edges of the electrode [m].
    """

    def __init__(
        self,
        result: Result,
        histories: Histories,
        particles: SceneParticles,
        box: tuple[float, float, float],
    ) -> None:
        self._dataset, self._histories = result.dataset, histories
        self._particles, self._box = particles, box

    @property
    def parts(self) -> tuple[str, ...]:
        """The particles, and the electrolyte where its profile is known."""
        return (PARTICLES, ELECTROLYTE) if self._profiles() else (PARTICLES,)

    def fields(self) -> tuple[SceneField, ...]:
        """Everything by particle, and the profiles."""
        return self._histories.fields(PARTICLES) + tuple(
            SceneField.of(QUANTITIES[name], ELECTROLYTE) for name in self._profiles()
        )

    def _profiles(self) -> tuple[str, ...]:
        known = tuple(name for name in PROFILES if name in self._dataset)
        return known if self._dataset.sizes.get("depth", 0) > 1 else ()

    def grid(self, part: str) -> pv.DataSet:
        """See ``Source``."""
        if part == PARTICLES:
            return sphere_grid(self._particles, self._box)
        return _slabs(self._dataset["depth"].values.astype(float), self._box)

    def values(self, field: SceneField, time_index: int) -> Array:
        """See ``Source``."""
        if not field.by_particle:
            profile = self._dataset[field.name].isel(time=time_index).values.astype(float)
            return np.repeat(profile, 4)
        cells = sphere_cells(len(self._particles.ids))
        return np.repeat(self._histories.of(field.name)[time_index], cells)

    def range(self, field: SceneField, time_index: int) -> tuple[float, float]:
        """See ``Source``."""
        if field.by_particle:
            return finite_range(self._histories.of(field.name)[time_index])
        return finite_range(self._dataset[field.name].isel(time=time_index).values.astype(float))

    def curves(self, particle: int) -> Mapping[str, Curve]:
        """See ``Source``."""
        return self._histories.curves(particle)


def _slabs(depth: Array, box: tuple[float, float, float]) -> pv.UnstructuredGrid:
    """The box in slabs between depths [m], four points at each."""
    import pyvista as pv

    axes = [shown_points([0.0, box[0]]), shown_points([0.0, box[1]]), shown_points(depth)]
    grid = pv.RectilinearGrid(*axes).cast_to_unstructured_grid()
    grid.cell_data[PARTICLE] = np.full(grid.n_cells, -1)
    return grid
