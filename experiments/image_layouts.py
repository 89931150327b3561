"""The layout of a case taken from an image stack when the case is prepared."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chemomech.errors import InputError
from chemomech.experiments.schema import key, write_section

if TYPE_CHECKING:
    from chemomech.geometry import Layout
    from chemomech.geometry.images import Extraction, Wiring


@dataclass(frozen=True)
class ImageLayout:
    """Particles of a segmented stack as equivalent spheres (docs/tomography.md).

    Attributes:
        stack: path of the image.
        voxel_size: edge of a cubic voxel [m].
        active: value of the active material.
        pore: value of the pores.
        binder: value of the carbon-binder; without it nothing is known about electronic paths.
        crop: part to use: low corner, then high corner, in voxels along the axes of the array.
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
    crop: tuple[int, int, int, int, int, int] | None = key(None)
    bin: int = key(1, within=(1, 64), remedy="state how many voxels along an axis become one")
    neck_ratio: float = key(0.8, within=(0.0, 1.0), remedy="state a share of the radius")
    smoothing: float = key(1.0, within=(0.0, 100.0), remedy="state a width in voxels")
    fragment: int = key(33, within=(1, 1e9), remedy="state a number of voxels")
    thickness_axis: int = key(0, within=(0, 2), remedy="state an axis of the array")
    collector_last: bool = key(False)
    dataset: str | None = key(None)

    def build(self) -> Layout:
        """Return the spheres, if electrons and ions can pass the electrode.

        Raises:
            InputError: the image cannot be read or segmented, or there is no path for ions or electrons.
        """
        from chemomech.geometry.images import require_paths

        found = _extracted(self)
        assert found.pores is not None
        assert found.wiring is not None
        # Without resolved carbon-binder nothing is known about electrons: the matrix is taken to conduct.
        wiring = found.wiring if self.binder is not None else dataclasses.replace(found.wiring, spans=True)
        require_paths(wiring, found.pores)
        return found.layout

    @property
    def wiring(self) -> Wiring | None:
        """Electronic paths seen in the image; None without carbon-binder."""
        return None if self.binder is None else _extracted(self).wiring

    def located_in(self, folder: Path) -> ImageLayout:
        """Return the source with an absolute path; a relative one is taken from ``folder``."""
        return dataclasses.replace(self, stack=str((folder / self.stack).resolve()))

    def written(self) -> dict[str, Any]:
        """Return the table."""
        return write_section(self)


@lru_cache(maxsize=2)
def _extracted(source: ImageLayout) -> Extraction:
    from chemomech.geometry.images import (
        NeckRatio,
        Orientation,
        PhaseValues,
        SeparationRule,
        extract_from_phases,
        open_stack,
        read_phases,
        reduced,
    )

    path = Path(source.stack)
    if not path.is_file():
        raise InputError(f"the image {source.stack!r} does not exist; check geometry.layout.stack.")
    stack = reduced(open_stack(path, source.voxel_size, dataset=source.dataset), source.crop, source.bin)
    phases = read_phases(stack, PhaseValues(source.active, source.pore, source.binder))
    rule = SeparationRule(source.smoothing, NeckRatio(source.neck_ratio), source.fragment)
    return extract_from_phases(phases, rule, Orientation(source.thickness_axis, source.collector_last))
