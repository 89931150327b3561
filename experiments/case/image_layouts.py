"""The layout of a case taken from an image stack when the case is prepared."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chemomech.errors import InputError
from chemomech.experiments.case.content import digest_of
from chemomech.experiments.case.particle_shapes import LARGEST_LAYER, SHAPES, ParticleShape
from chemomech.experiments.case.schema import key, write_section
from chemomech.reading import is_file

if TYPE_CHECKING:
    from chemomech.geometry import Layout
    from chemomech.geometry.images import Extraction, Orientation, Wiring
    from chemomech.geometry.shapes import ShapeOptions, ShapePlan

type Shape = tuple[int, int, int]


@dataclass(frozen=True)
class ImageLayout:
    """Particles of a segmented stack: as equivalent spheres, or as imaged (docs/tomography.md, shapes.md).

    Attributes:
        stack: path of the image.
        voxel_size: edge of a cubic voxel [m].
        active: value of the active material.
        pore: value of the pores.
        binder: value of the carbon-binder; without it nothing is known about electronic paths.
        shapes: ``spheres``, or ``as-imaged`` for particles in their true shapes.
        layer: matrix added between the image and the collector, and between the image and the separator [m];
            none for spheres and one cell for particles as imaged, if not given.
        crop: part to use: low corner, then high corner, in voxels along the axes of the array.
        margin: voxels around that part in which particles are told apart too, so that its border cuts them as
            they are.
        bin: cubes of so many voxels become one.
        neck_ratio: basins are joined whose neck is wider than this share of the radius [-].
        smoothing: of the distance [voxel].
        fragment: smallest particle [voxel].
        thickness_axis: axis of the array that is the thickness.
        collector_last: whether the collector lies at the last plane.
        dataset: name inside an HDF5 file.
    """

    stack: str = key()
    voxel_size: float = key(unit="m", within=(1e-10, 1e-3), remedy="state the edge of a voxel, as in 0.4 um")
    active: int = key(1)
    pore: int = key(0)
    binder: int | None = key(None)
    shapes: str = key("spheres", choices=tuple(SHAPES))
    layer: float | None = key(
        None, unit="m", within=(0.0, LARGEST_LAYER), remedy="state a thickness, as in 2 um"
    )
    crop: tuple[int, int, int, int, int, int] | None = key(None)
    margin: int = key(0, within=(0, 10_000), remedy="state a number of voxels")
    bin: int = key(1, within=(1, 64), remedy="state how many voxels along an axis become one")
    neck_ratio: float = key(0.8, within=(0.0, 1.0), remedy="state a share of the radius")
    smoothing: float = key(1.0, within=(0.0, 100.0), remedy="state a width in voxels")
    fragment: int = key(33, within=(1, 1e9), remedy="state a number of voxels")
    thickness_axis: int = key(0, within=(0, 2), remedy="state an axis of the array")
    collector_last: bool = key(False)
    dataset: str | None = key(None)

    def __post_init__(self) -> None:
        """Check that the margin surrounds something.

        Raises:
            InputError: a margin without a crop.
        """
        if self.margin and self.crop is None:
            raise InputError(
                f"geometry.layout.margin = {self.margin} voxels surrounds no crop; state one or leave it out."
            )

    @property
    def shape(self) -> ParticleShape:
        """What its particles are taken to be."""
        return SHAPES[self.shapes](self)

    def build(self) -> Layout:
        """Return the spheres, if electrons and ions can pass the electrode.

        Raises:
            InputError: the image cannot be read or segmented, or there is no path for ions or electrons.
        """
        return _passable(self).layout

    def plan(self, options: ShapeOptions) -> ShapePlan:
        """Return what will be meshed of the particles as they are, if electrons and ions can pass.

        Args:
            options: sizes.

        Raises:
            InputError: as ``build``, or a size that leaves no particle.
        """
        return _planned(self, options, self._content)

    @property
    def orientation(self) -> Orientation:
        """How the image lies in the electrode."""
        from chemomech.geometry.images import Orientation

        return Orientation(self.thickness_axis, self.collector_last)

    @property
    def wiring(self) -> Wiring | None:
        """Electronic paths seen in the image; None without carbon-binder."""
        return None if self.binder is None else _extracted(self, self._content).wiring

    @property
    def _content(self) -> str:
        """Digest of the image: what was extracted from another one under its name does not count."""
        path = Path(self.stack)
        if not is_file(path):
            raise InputError(f"the image {self.stack!r} does not exist; check geometry.layout.stack.")
        return digest_of(path)

    def files(self) -> Mapping[str, Path]:
        """See ``LayoutSource``."""
        return {"stack": Path(self.stack)}

    def located_in(self, folder: Path) -> ImageLayout:
        """Return the source with an absolute path; a relative one is taken from ``folder``."""
        return dataclasses.replace(self, stack=str((folder / self.stack).resolve()))

    def written(self) -> dict[str, Any]:
        """Return the table."""
        return write_section(self)


def _passable(source: ImageLayout) -> Extraction:
    from chemomech.geometry.images import require_paths

    extraction = _extracted(source, source._content)
    assert extraction.pores is not None
    assert extraction.wiring is not None
    # Without resolved carbon-binder nothing is known about electrons: the matrix is taken to conduct.
    wiring = (
        extraction.wiring if source.binder is not None else dataclasses.replace(extraction.wiring, spans=True)
    )
    require_paths(wiring, extraction.pores)
    return extraction


@lru_cache(maxsize=2)
def _planned(source: ImageLayout, options: ShapeOptions, content: str) -> ShapePlan:
    from chemomech.geometry.shapes import plan_shapes

    return plan_shapes(_passable(source).image, options, orientation=source.orientation)


def _widened(
    crop: tuple[int, ...], margin: int, block: int, shape: tuple[int, int, int]
) -> tuple[tuple[int, ...], tuple[Shape, Shape]]:
    """The crop with as much of its margin as the image has, and where it lies in that, in blocks."""
    below = [min(margin, low // block) for low in crop[:3]]
    above = [min(margin, (size - high) // block) for high, size in zip(crop[3:], shape, strict=True)]
    wide = [low - block * more for low, more in zip(crop[:3], below, strict=True)]
    wide += [high + block * more for high, more in zip(crop[3:], above, strict=True)]
    x, y, z = ((high - low) // block for low, high in zip(crop[:3], crop[3:], strict=True))
    a, b, c = below
    return tuple(wide), ((a, b, c), (a + x, b + y, c + z))


@lru_cache(maxsize=2)
def _extracted(source: ImageLayout, content: str) -> Extraction:
    from chemomech.geometry.images import (
        NeckRatio,
        PhaseValues,
        SeparationRule,
        extract_from_phases,
        open_stack,
        read_phases,
        reduced,
    )

    stack = open_stack(Path(source.stack), source.voxel_size, dataset=source.dataset)
    crop: tuple[int, ...] | None = source.crop
    part: tuple[Shape, Shape] | None = None
    if crop is not None and source.margin:
        reduced(stack, crop, source.bin)  # refuses a crop that leaves the image
        crop, part = _widened(crop, source.margin, source.bin, stack.shape)
    stack = reduced(stack, crop, source.bin)
    phases = read_phases(stack, PhaseValues(source.active, source.pore, source.binder))
    rule = SeparationRule(source.smoothing, NeckRatio(source.neck_ratio), source.fragment)
    return extract_from_phases(phases, rule, source.orientation, part=part, layer=source.layer or 0.0)
