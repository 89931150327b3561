"""Opens whatever can be looked at in space."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from chemomech.errors import InputError
from chemomech.experiments.scenes.layouts import scene_of_layout
from chemomech.experiments.scenes.results import scene_of_result
from chemomech.experiments.scenes.scene import Scene
from chemomech.experiments.scenes.stacks import scene_of_stack
from chemomech.geometry import read_layout
from chemomech.reading import is_file
from chemomech.solver.results import Result


def open_scene(
    path: Path | str,
    *,
    voxel_size: float | Sequence[float] | None = None,
    dataset: str | None = None,
    shape: tuple[int, int, int] | None = None,
    dtype: str | None = None,
) -> Scene:
    """Open what is to be seen in space of a result folder, a layout (CSV) or an image stack.

    A result shows the fields that its run stored; without them, or of the radial model, its particles as
    spheres in the colours of what is known of each over time.

    Args:
        path: of a result folder, a layout or a stack.
        voxel_size: of a stack: edge of a voxel, or three in the order of the axes [m]; never taken from the
            file.
        dataset: name inside an HDF5 file.
        shape: number of voxels along the axes of a raw file.
        dtype: type of a voxel of a raw file, as NumPy writes it.

    Raises:
        InputError: when there is no such thing, it cannot be read, or has nothing in space to show.
    """
    place = Path(path)
    if not is_file(place):
        return scene_of_result(Result.open(place))
    if place.suffix.lower() == ".csv":
        return scene_of_layout(read_layout(place))
    from chemomech.geometry.images import STACK_READERS, open_stack  # loads scikit-image

    if place.suffix.lower() not in STACK_READERS:
        raise InputError(
            f"{str(place)!r} is no result folder, layout (.csv) or image stack ({', '.join(STACK_READERS)}); "
            "give one of these."
        )
    stack = open_stack(place, voxel_size, anisotropic=True, dataset=dataset, shape=shape, dtype=dtype)
    return scene_of_stack(stack)
