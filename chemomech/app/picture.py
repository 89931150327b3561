"""What is drawn of a scene: surfaces of its parts, cut and sifted, with a field at an instant."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from chemomech.app import colours
from chemomech.errors import InputError, unknown_name

if TYPE_CHECKING:
    import pyvista as pv

    from chemomech.experiments.scenes import Scene, SceneField

Array = npt.NDArray[Any]

CELLS, PARTICLE = "cells", "particle"
"""As scenes call them, whose modules take a second to load."""
AXES = ("x", "y", "z")
NO_CUT = "none"
KEPT_LOW = ("x", "z")
"""Axes of whose cut the lower side is kept, of others the upper: what lies away from the first camera."""
VALUES = "values"
"""Name of the values in a layer."""
ROW = "row"
"""Name of the number of a point or cell in the grid that a surface was made of."""
CURVED_BELOW = 200_000
"""Cells up to which faces of ten-node cells are drawn by four triangles each; above, by one."""
SMOOTH_BELOW = 400_000
"""Triangles of a surface up to which it is shaded smoothly."""


@dataclass(frozen=True)
class Look:
    """How a scene is looked at.

    Attributes:
        field: key of what is shown.
        time: place of the instant.
        parts: that are drawn whole; others are left out.
        faint: that are drawn translucent.
        cut: axis that a plane cuts across, or ``none``.
        at: where, as a share of what is drawn [-].
        flipped: whether the other side of the plane is kept.
        low: share of the range below which cells are left out [-].
        high: share above which they are.
        fixed: whether the colours have the range of all instants.
        colours: name of the colour map.
        picked: particle that is marked; -1 for none.
    """

    field: str
    time: int = 0
    parts: tuple[str, ...] = ()
    faint: tuple[str, ...] = ()
    cut: str = NO_CUT
    at: float = 0.5
    flipped: bool = False
    low: float = 0.0
    high: float = 1.0
    fixed: bool = True
    colours: str = "viridis"
    picked: int = -1

    def __post_init__(self) -> None:
        """Check choices.

        Raises:
            InputError: for an unknown axis or colour map, or shares out of order.
        """
        if self.cut not in (NO_CUT, *AXES):
            raise unknown_name("axis of a cut", self.cut, (NO_CUT, *AXES))
        if self.colours not in colours.MAPS:
            raise unknown_name("colour map", self.colours, colours.MAPS)
        if not 0.0 <= self.low <= self.high <= 1.0:
            raise InputError(
                f"the threshold keeps shares from {self.low:g} to {self.high:g} of the range; choose two "
                "between 0 and 1, the lower one first."
            )


@dataclass(frozen=True)
class Layer:
    """A surface to be drawn.

    Attributes:
        part: of the scene.
        mesh: in micrometres, with the cell data ``particle``.
        values: in the unit they are shown in; None where the part does not have the field.
        on: ``points`` or ``cells`` of the mesh.
        opacity: 1 for opaque.
    """

    part: str
    mesh: pv.PolyData
    values: Array | None
    on: str
    opacity: float = 1.0


@dataclass(frozen=True)
class Scale:
    """Ends of the colours and what they are.

    Attributes:
        title: field with the unit it is shown in.
        low: value of the first colour.
        high: of the last one.
        name: of the colour map.
    """

    title: str
    low: float
    high: float
    name: str


@dataclass
class Picture:
    """Layers of a scene, with the geometry that stays the same kept between them.

    Attributes:
        scene: what is looked at.
    """

    scene: Scene
    _surfaces: dict[str, tuple[Any, Array, Array]] = field(default_factory=dict)
    _marked: tuple[int, Any] = (-1, None)

    def first_look(self) -> Look:
        """Return how a scene is looked at first: its first field, on its own part, at the last instant.

        Raises:
            InputError: when there is nothing to show.
        """
        if not self.scene.parts or not self.scene.fields:
            raise InputError(f"{self.scene.title} has nothing in space to show; look at its report.")
        first = self.scene.fields[0]
        return Look(first.key, len(self.scene.times) - 1, (first.part,))

    def fitted(self, look: Look) -> Look:
        """Return a look at another scene as one at this one: what it does not have becomes its first."""
        first = self.first_look()
        names = {entry.key: entry for entry in self.scene.fields}
        key = look.field if look.field in names else first.field
        parts = tuple(part for part in look.parts if part in self.scene.parts) or (names[key].part,)
        faint = tuple(part for part in look.faint if part in self.scene.parts and part not in parts)
        time = min(max(look.time, 0), len(self.scene.times) - 1)
        known = set(self.scene.particles.ids.tolist())
        picked = look.picked if look.picked in known else -1
        return replace(look, field=key, parts=parts, faint=faint, time=time, picked=picked)

    def scale(self, look: Look) -> Scale:
        """Return the ends of the colours."""
        shown = self.scene.field(look.field)
        low, high = self.scene.range(shown, None if look.fixed else look.time)
        low, high = colours.ends(low * shown.shown_factor, high * shown.shown_factor, look.colours)
        return Scale(shown.title, low, high, look.colours)

    def layers(self, look: Look) -> list[Layer]:
        """Return what is to be drawn, opaque surfaces first."""
        shown = self.scene.field(look.field)
        drawn = [self._layer(part, look, shown, 1.0) for part in look.parts]
        drawn += [self._layer(part, look, shown, 0.18) for part in look.faint if part not in look.parts]
        return [layer for layer in drawn if layer.mesh.n_cells]

    def marked(self, look: Look) -> pv.PolyData | None:
        """Return the surface of the particle that is picked; None where there is none."""
        if look.picked < 0:
            return None
        if self._marked[0] != look.picked:
            self._marked = look.picked, self._outline_of(look.picked)
        return self._marked[1]

    def _outline_of(self, particle: int) -> pv.PolyData | None:
        for part in self.scene.parts:
            surface, _, _ = self._surface(part)
            cells = np.flatnonzero(surface.cell_data[PARTICLE] == particle)
            if len(cells):
                return _surface_of(surface.extract_cells(cells))
        return None

    def _layer(self, part: str, look: Look, shown: SceneField, opacity: float) -> Layer:
        values, on = self._values(part, look, shown), shown.on
        sifted = values is not None and (look.low > 0.0 or look.high < 1.0)
        if look.cut == NO_CUT and not sifted:
            surface, points, cells = self._surface(part)
            taken = None if values is None else values[cells if on == CELLS else points]
            return Layer(part, surface, taken, on, opacity)
        grid = self.scene.grid(part).copy(deep=False)
        if values is not None:
            (grid.cell_data if on == CELLS else grid.point_data)[VALUES] = values
        if sifted and values is not None:
            grid = self._sifted(grid, look, on)
        if look.cut != NO_CUT and grid.n_cells:
            grid = self._cut(grid, look)
        mesh = _surface_of(grid)
        data = mesh.cell_data if on == CELLS else mesh.point_data
        taken = np.asarray(data[VALUES]) if values is not None and VALUES in data else None
        return Layer(part, mesh, taken, on, opacity)

    def _values(self, part: str, look: Look, shown: SceneField) -> Array | None:
        """Values of a part, in the unit they are shown in; of a vector its length."""
        if shown.part != part:
            same = [entry for entry in self.scene.fields_of(part) if entry.name == shown.name]
            if not same or same[0].on != shown.on:
                return None
            shown = same[0]
        values = np.asarray(self.scene.values(shown, look.time), dtype=np.float32)
        length = np.linalg.norm(values, axis=1) if values.ndim == 2 else values
        return length * np.float32(shown.shown_factor)

    def _sifted(self, grid: pv.DataSet, look: Look, on: str) -> pv.DataSet:
        scale = self.scale(look)
        low, high = (scale.low + share * (scale.high - scale.low) for share in (look.low, look.high))
        # At the ends of the range nothing is left out, whatever was rounded.
        low, high = (low if look.low > 0.0 else -np.inf), (high if look.high < 1.0 else np.inf)
        values = grid.cell_data[VALUES] if on == CELLS else grid.point_data_to_cell_data()[VALUES]
        return grid.extract_cells(np.flatnonzero((values >= low) & (values <= high)))

    def _cut(self, grid: pv.DataSet, look: Look) -> pv.DataSet:
        place = AXES.index(look.cut)
        low, high = np.asarray(self._bounds(look)).reshape(3, 2)[place]
        origin = np.zeros(3)
        origin[place] = low + look.at * (high - low)
        return grid.clip(normal=look.cut, origin=origin, invert=(look.cut in KEPT_LOW) != look.flipped)

    def _bounds(self, look: Look) -> tuple[float, ...]:
        """Of all that is drawn."""
        ends = np.array([self._surface(part)[0].bounds for part in (*look.parts, *look.faint)])
        low, high = ends[:, ::2].min(axis=0), ends[:, 1::2].max(axis=0)
        return tuple(np.column_stack([low, high]).ravel())

    def _surface(self, part: str) -> tuple[pv.PolyData, Array, Array]:
        """Surface of a part, and which points and cells of its grid it was made of."""
        if part not in self._surfaces:
            grid = self.scene.grid(part)
            # VTK's own numbers of original points and cells are those of another grid where cells are curved.
            numbered = grid.copy(deep=False)
            numbered.point_data[ROW] = np.arange(grid.n_points, dtype=float)  # passed on by interpolation
            numbered.cell_data[ROW] = np.arange(grid.n_cells, dtype=float)
            surface = _surface_of(numbered)
            points, cells = (
                np.rint(data[ROW]).astype(int) for data in (surface.point_data, surface.cell_data)
            )
            if surface.n_cells < SMOOTH_BELOW:
                surface = surface.compute_normals(
                    cell_normals=False,
                    split_vertices=False,
                    consistent_normals=False,
                    auto_orient_normals=False,
                )
            self._surfaces[part] = surface, points, cells
        return self._surfaces[part]


def _surface_of(grid: pv.DataSet) -> pv.PolyData:
    curved = int(grid.n_cells <= CURVED_BELOW)  # by the nodes amid the edges, or by the corners alone
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of algorithms that will be the default one day
        return grid.extract_surface(
            pass_pointid=False, pass_cellid=False, nonlinear_subdivision=curved
        ).triangulate()
