"""Touching particles told apart: distance to the surface, its maxima, watershed, joining of basins.

1. The distance of every active voxel to the nearest voxel of another phase (`edt`; the image border is no
   surface, so that cut particles keep their inscribed radius).
2. It is smoothed by a Gaussian, and every local maximum among the 26 neighbours starts a basin.
3. Watershed of the smoothed distance (scikit-image).
4. Neighbouring basins are joined by the rule of `merging`, the tunable part.
5. Particles smaller than the fragment size go to the neighbour they touch most; those without one are
   removed.

Steps 1 to 3 run on slabs. A slab is read with a halo of `HALO_RADII` inscribed radii of the largest particle
on either side, and a basin is named after the voxel of its maximum, so that slabs agree about it; step 4
works on the table of basins of the whole stack.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import edt
import numpy as np
import numpy.typing as npt
from scipy import ndimage
from skimage.segmentation import watershed

from chemomech.errors import InputError, require_between

from .adjacency import FacePairs, face_pairs
from .label_image import LabelArray, LabelImage
from .memory import MemoryLimit
from .merging import MergeRule, NeckRatio, merged
from .phases import BoolArray, PhaseStack

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

SLAB_MEMORY = 40.0  # byte per voxel of a slab with its halo; 32 measured (docs/tomography.md)
HALO_RADII = 3.0
COARSE_VOXELS = 4e6  # of the coarse image that gives the largest inscribed radius
ALL_NEIGHBOURS = np.ones((3, 3, 3), dtype=np.bool_)


@dataclass(frozen=True)
class SeparationRule:
    """How touching particles are told apart.

    Attributes:
        smoothing: standard deviation of the Gaussian over the distance [voxel].
        merging: when two neighbouring basins are one particle.
        fragment_voxels: particles of fewer voxels are fragments [voxel]; 33 is a sphere of 4 voxels across.
        halo: planes read on either side of a slab; from the largest inscribed radius if None.
    """

    smoothing: float = 1.0
    merging: MergeRule = field(default_factory=NeckRatio)
    fragment_voxels: int = 33
    halo: int | None = None

    def __post_init__(self) -> None:
        """Check the numbers."""
        require_between("smoothing", self.smoothing, 0.0, 20.0, "voxels", "choose about one voxel")
        require_between(
            "fragment_voxels", self.fragment_voxels, 0, 1e9, "voxels", "choose a smaller fragment"
        )


@dataclass(frozen=True)
class Separated:
    """What `separate` returns.

    Attributes:
        image: the particles.
        basins: number of maxima before joining.
        removed_fragments: fragments without a neighbour, which are removed.
        removed_voxels: voxels of active material that went with them.
        slabs: number of slabs the stack was worked in.
        halo: planes read on either side of a slab.
    """

    image: LabelImage
    basins: int
    removed_fragments: int
    removed_voxels: int
    slabs: int
    halo: int


@dataclass(eq=False)
class _Basins:
    """Basins found so far: name (a voxel of the stack), inscribed radius, and saddles between them."""

    keys: dict[int, int] = field(default_factory=dict)
    peaks: list[float] = field(default_factory=list)
    saddles: list[FacePairs] = field(default_factory=list)

    def number(self, key: int, peak: float) -> int:
        """Number of a basin, from 1; a new one if the name is new."""
        known = self.keys.setdefault(key, len(self.keys) + 1)
        if known > len(self.peaks):
            self.peaks.append(peak)
        return known


def separate(
    phases: PhaseStack, rule: SeparationRule | None = None, memory: MemoryLimit | None = None
) -> Separated:
    """Give every particle of a segmented stack a number of its own.

    Args:
        phases: the segmented stack.
        rule: how touching particles are told apart.
        memory: bound on working memory.

    Raises:
        InputError: the stack does not fit the bound, or nothing is left after fragments are removed.
    """
    settings, limit = rule or SeparationRule(), memory or MemoryLimit()
    stack = phases.stack
    whole = limit.bytes // (stack.shape[1] * stack.shape[2] * SLAB_MEMORY) >= stack.shape[0]
    halo = 0 if whole else (settings.halo if settings.halo is not None else _halo(phases, settings, limit))
    reach = limit.planes(
        stack.shape, SLAB_MEMORY, min(2 * halo + 2, stack.shape[0]), "separating the particles"
    )
    core = stack.shape[0] if reach == stack.shape[0] else reach - 2 * halo
    labels = limit.label_image(stack.shape)
    basins = _Basins()
    starts = range(0, stack.shape[0], core)
    for first in starts:
        _work_slab(phases, settings, (first, min(first + core, stack.shape[0])), halo, labels, basins)
    return _finished(phases, settings, limit, labels, basins, len(starts), halo)


def _halo(phases: PhaseStack, rule: SeparationRule, limit: MemoryLimit) -> int:
    """Planes of a halo, from the largest inscribed radius on every n-th voxel."""
    stack = phases.stack
    step = max(1, int(np.ceil((stack.voxels / COARSE_VOXELS) ** (1 / 3))))
    coarse = np.concatenate(
        [
            phases.active(stack.read(plane, plane + 1)[:, ::step, ::step])
            for plane in range(0, stack.shape[0], step)
        ]
    )
    edges = [edge * step for edge in stack.voxel_size]
    largest = float(edt.edt(np.ascontiguousarray(coarse), anisotropy=edges, black_border=False).max())
    if not np.isfinite(largest):
        largest = max(edge * size for edge, size in zip(stack.voxel_size, stack.shape, strict=True))
    return int(np.ceil(HALO_RADII * largest / stack.voxel_size[0] + 4.0 * rule.smoothing + 2.0))


def _work_slab(
    phases: PhaseStack,
    rule: SeparationRule,
    core: tuple[int, int],
    halo: int,
    labels: LabelArray,
    basins: _Basins,
) -> None:
    stack = phases.stack
    low, high = max(core[0] - halo, 0), min(core[1] + halo, stack.shape[0])
    mask = np.ascontiguousarray(phases.active(stack.read(low, high)))
    depth = edt.edt(mask, anisotropy=stack.voxel_size, black_border=False, parallel=1)
    depth[~np.isfinite(depth)] = 0.0  # a slab without any other phase: its neighbours know better
    if rule.smoothing > 0:
        ndimage.gaussian_filter(depth, rule.smoothing, output=depth, mode="nearest")
    basin, keys, peaks = _flooded(depth, mask)
    keys += low * stack.shape[1] * stack.shape[2]
    inner = slice(core[0] - low, core[1] - low + (1 if core[1] < high else 0))
    seen = np.unique(basin[inner])
    numbers = np.zeros(len(keys) + 1, dtype=np.int32)
    for local in seen[seen > 0]:
        numbers[local] = basins.number(int(keys[local - 1]), float(peaks[local - 1]))
    inside = numbers[basin[inner]]
    labels[core[0] : core[1]] = inside[: core[1] - core[0]]
    basins.saddles.append(face_pairs(inside, depth[inner], len(inside) - (core[1] - core[0])))


def _flooded(depth: npt.NDArray[np.float32], mask: BoolArray) -> tuple[LabelArray, IntArray, FloatArray]:
    """Basins of the distance, the voxel that names each, and its peak."""
    tops = ndimage.maximum_filter(depth, size=3) == depth
    tops &= mask
    markers, _ = ndimage.label(tops, structure=ALL_NEIGHBOURS, output=np.int32)
    del tops
    np.negative(depth, out=depth)
    basin: LabelArray = watershed(depth, markers, mask=mask).astype(np.int32, copy=False)
    np.negative(depth, out=depth)
    # Specks whose smoothed maximum lies outside of them have no marker.
    missed = mask & (basin == 0)
    if missed.any():
        specks, _ = ndimage.label(missed, output=np.int32)
        last = int(markers.max())
        markers[missed] = specks[missed] + last
        basin[missed] = markers[missed]
    del missed
    marked = np.flatnonzero(markers)
    numbers, first = np.unique(markers.ravel()[marked], return_index=True)
    keys = np.zeros(int(numbers[-1]) if numbers.size else 0, dtype=np.int64)
    peaks = np.zeros(keys.size)
    keys[numbers - 1] = marked[first]
    peaks[numbers - 1] = depth.ravel()[marked[first]]
    return basin, keys, peaks


def _finished(
    phases: PhaseStack,
    rule: SeparationRule,
    limit: MemoryLimit,
    labels: LabelArray,
    basins: _Basins,
    slabs: int,
    halo: int,
) -> Separated:
    count = len(basins.peaks)
    saddles = FacePairs.together(basins.saddles)
    joined = merged(np.array(basins.peaks), saddles.pairs - 1, saddles.highest, rule.merging)
    planes = limit.planes(labels.shape, 16.0, 1, "numbering the particles")
    volumes = np.zeros(count + 1, dtype=np.int64)
    for first in range(0, labels.shape[0], planes):
        volumes += np.bincount(labels[first : first + planes].ravel(), minlength=count + 1)
    particle, removed = _without_fragments(joined, volumes[1:], saddles, rule.fragment_voxels)
    lost = int(volumes[1:][particle < 0].sum())
    kept, dense = np.unique(particle[particle >= 0], return_inverse=True)
    if not kept.size:
        raise InputError(
            f"all {count} particles of '{phases.stack.name}' are smaller than {rule.fragment_voxels} "
            "voxels; lower fragment_voxels, or check the value of the active material."
        )
    numbers = np.zeros(count + 1, dtype=np.int32)
    numbers[1:][particle >= 0] = dense + 1
    for first in range(0, labels.shape[0], planes):
        labels[first : first + planes] = numbers[labels[first : first + planes]]
    image = LabelImage(
        labels, np.arange(1, kept.size + 1), phases.stack.voxel_size, phases.stack.name, phases
    )
    return Separated(image, count, removed, lost, slabs, halo)


def _without_fragments(
    particle: IntArray, volumes: IntArray, faces: FacePairs, least: int
) -> tuple[IntArray, int]:
    """Send each fragment to the neighbour it shares most faces with; -1 for those without a neighbour.

    Returns:
        The particle of each basin, and how many fragments had no neighbour.
    """
    particle = particle.copy()
    size = np.bincount(particle, weights=volumes, minlength=len(particle)).astype(np.int64)
    standing = np.unique(particle)
    small = standing[size[standing] < least]
    neighbours: dict[int, dict[int, int]] = {int(one): {} for one in small}
    ends = particle[faces.pairs - 1].reshape(-1, 2)
    for (first, second), count in zip(ends.tolist(), faces.counts.sum(axis=1).tolist(), strict=True):
        for one, other in ((first, second), (second, first)):
            if one != other and one in neighbours:
                neighbours[one][other] = neighbours[one].get(other, 0) + count
    parent = {int(one): int(one) for one in standing}

    def root(one: int) -> int:
        while parent[one] != one:
            one = parent[one]
        return one

    for one in sorted(neighbours, key=lambda fragment: size[fragment]):
        if size[root(one)] >= least:
            continue  # has grown by taking others in
        options = {root(other): count for other, count in neighbours[one].items() if root(other) != root(one)}
        if options:
            best = max(options, key=lambda other: (options[other], -other))
            size[best] += size[root(one)]
            parent[root(one)] = best
    final = {one: root(one) for one in parent}
    gone = {end for end in set(final.values()) if size[end] < least}
    renamed = np.array([final[int(one)] for one in particle], dtype=np.int64)
    renamed[np.isin(renamed, list(gone))] = -1
    return renamed, len(gone)
