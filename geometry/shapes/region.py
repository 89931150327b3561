"""A box cut out of a label image, turned so that its axes are x, y and z (micrometres)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError

from ..gaps import MICROMETRES
from ..images.label_image import LabelImage
from ..images.orientation import Orientation

IntArray = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Region:
    """Voxels of particles (1 to n) and of matrix (0), with matrix below and above.

    Attributes:
        labels: axes x, y, z; the first and last `planes` along z are the added matrix.
        names: what the particles are called in the image, shape (n,).
        spacing: edges of a voxel [um], shape (3,).
        planes: planes of matrix added at either end.
        layer: thickness of the added matrix at either end [um]; the planes are rounded up to voxels.
        name: how messages call it.
    """

    labels: IntArray
    names: npt.NDArray[np.int64]
    spacing: FloatArray
    planes: int
    layer: float
    name: str

    def __len__(self) -> int:
        """Number of particles."""
        return len(self.names)

    @property
    def low(self) -> float:
        """Height of the first plane of voxels over the collector [um]; not above 0."""
        return self.layer - self.planes * float(self.spacing[2])

    @property
    def box(self) -> FloatArray:
        """Edges of the electrode, layers included [um], shape (3,)."""
        edges = np.array(self.labels.shape) * self.spacing
        edges[2] += 2.0 * self.low
        return edges

    @property
    def voxel_volumes(self) -> FloatArray:
        """Volume of each particle by its voxels [um3], shape (n,)."""
        counts = np.bincount(self.labels.ravel(), minlength=len(self) + 1)[1:]
        return np.asarray(counts * float(np.prod(self.spacing)))


def cut_region(
    image: LabelImage,
    layer: float,
    low: tuple[int, int, int] | None = None,
    high: tuple[int, int, int] | None = None,
    orientation: Orientation | None = None,
) -> Region:
    """Cut a box out of an image.

    Args:
        image: the particles.
        layer: matrix to add below and above [m].
        low: first voxel, in the axes of the array; the first of the image if not given.
        high: voxel after the last; that of the image if not given.
        orientation: how the image lies in the electrode.

    Raises:
        InputError: a box that is empty, leaves the image or holds no particle.
    """
    lies = orientation or Orientation()
    first, last = low or (0, 0, 0), high or image.shape
    if not all(0 <= one < other <= size for one, other, size in zip(first, last, image.shape, strict=True)):
        raise InputError(
            f"the part from {first} to {last} voxels does not lie within '{image.name}' of {image.shape} "
            "voxels; give two corners inside it, the smaller numbers first."
        )
    part = np.asarray(image.labels[tuple(slice(a, b) for a, b in zip(first, last, strict=True))])
    turned = part.transpose(lies.axes)
    if lies.collector_last:
        turned = turned[:, :, ::-1]
    present = np.unique(turned)
    present = present[present > 0]
    if not present.size:
        raise InputError(
            f"the part from {first} to {last} voxels of '{image.name}' holds no particle; choose another."
        )
    number = np.zeros(len(image) + 1, dtype=np.int32)
    number[present] = np.arange(1, len(present) + 1)
    spacing = np.array(lies.reordered(image.voxel_size)) * MICROMETRES
    planes = int(np.ceil(layer * MICROMETRES / spacing[2] - 1e-9))
    labels = np.pad(number[turned], ((0, 0), (0, 0), (planes, planes)))
    return Region(labels, image.names[present - 1], spacing, planes, layer * MICROMETRES, image.name)
