"""Scenes of image stacks before anything is made of them: their voxels, every n-th of large ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from chemomech.experiments.scenes.display import shown_points
from chemomech.experiments.scenes.scene import (
    CELLS,
    PARTICLE,
    Curve,
    Scene,
    SceneField,
    SceneParticles,
    finite_range,
)
from chemomech.geometry.images import ImageStack
from chemomech.solver.results import Quantity

if TYPE_CHECKING:
    import pyvista as pv

Array = npt.NDArray[Any]

VOXELS = 400_000
"""Most voxels that are shown."""
PHASES = 8
"""Most values of a stack whose values are taken for phases, each a part of its own."""

EQUAL = 0.5
"""Share of equal neighbours above which whole numbers are labels."""

VALUE = Quantity("voxel_value", "v", "-", "value of the voxel", ("cell",))


def scene_of_stack(stack: ImageStack) -> Scene:
    """Make the scene of an image stack.

    Axes of the array are shown as z, y and x. A stack of few whole numbers has a part for each of them
    (``value 0``, ``value 1``); one of many whole numbers that most neighbours share has ``labels`` (all
    but 0); grey values are one part, ``voxels``.

    Args:
        stack: the voxels; only those that are shown are read.

    Raises:
        InputError: when it cannot be read.
    """
    step = max(int(np.ceil((stack.voxels / VOXELS) ** (1.0 / 3.0))), 1)
    planes = [stack.read(k, k + 1)[0, ::step, ::step] for k in range(0, stack.shape[0], step)]
    voxels = np.stack(planes)
    edges = tuple(step * edge for edge in stack.voxel_size)
    source = _StackSource(voxels, edges)
    size = [count * edge for count, edge in zip(stack.shape, stack.voxel_size, strict=True)]
    shown = "" if step == 1 else f"One voxel in {step} along each axis is shown."
    none = SceneParticles(np.zeros(0, dtype=np.int64), np.zeros((0, 3)), np.zeros(0))
    return Scene(
        stack.name,
        np.zeros(1),
        tuple(SceneField.of(VALUE, part, on=CELLS) for part in source.parts),
        source.parts,
        none,
        (size[2], size[1], size[0]),
        source,
        notes=(shown,) if shown else (),
    )


def _are_labels(voxels: Array) -> bool:
    """Whether most neighbours are equal, as in labels and not in grey values."""
    return bool((voxels[..., 1:] == voxels[..., :-1]).mean() > EQUAL)


class _StackSource:
    """Voxels (z, y, x) with their edges [m] in the same order, in parts by what they hold."""

    def __init__(self, voxels: Array, edges: tuple[float, ...]) -> None:
        self._voxels, self._edges = voxels, edges
        self._masks: dict[str, Array] = {}
        values = np.unique(voxels)
        if voxels.dtype.kind == "b" or (voxels.dtype.kind in "iu" and len(values) <= PHASES):
            # Pores last: what is solid is looked at first.
            for value in [*(v for v in values if v), *(v for v in values if not v)]:
                self._masks[f"value {int(value)}"] = voxels == value
        elif voxels.dtype.kind in "iu" and _are_labels(voxels):
            self._masks["labels"] = voxels != 0
        else:
            self._masks["voxels"] = np.ones(voxels.shape, dtype=bool)

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self._masks)

    def grid(self, part: str) -> pv.DataSet:
        import pyvista as pv

        count = np.array(self._voxels.shape)[::-1]
        spacing = shown_points(self._edges)[::-1]
        image = pv.ImageData(dimensions=tuple(int(n) + 1 for n in count), spacing=tuple(map(float, spacing)))
        grid = image.extract_cells(np.flatnonzero(self._masks[part].reshape(-1)))
        grid.clear_data()
        grid.cell_data[PARTICLE] = np.full(grid.n_cells, -1)
        return grid

    def values(self, field: SceneField, time_index: int) -> Array:
        return self._voxels[self._masks[field.part]].astype(np.float32)

    def range(self, field: SceneField, time_index: int) -> tuple[float, float]:
        return finite_range(self.values(field, time_index))

    def curves(self, particle: int) -> Mapping[str, Curve]:
        return {}
