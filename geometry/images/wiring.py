"""Which particles reach the current collector by way of carbon-binder, and which pores reach the separator.

Electrons: binder that hangs together, particles that touch it, and particles that touch each other form a
network; what of it hangs together with the collector face of the image is wired. Ions: pores that hang
together with the separator face. All neighbourhoods are by voxel faces, so that a path must be as wide as a
voxel; what is thinner than the resolution of the image is not seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from chemomech.errors import InputError

from .components import Components, connected_parts
from .label_image import LabelImage
from .memory import MemoryLimit
from .orientation import Orientation
from .particles import ParticleTable
from .phases import BoolArray, PhaseStack

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Wiring:
    """Electronic paths of n particles.

    Attributes:
        names: what the particles are called, shape (n,).
        coverage: share of the surface of each particle that carbon-binder covers [-], shape (n,).
        wired: particles with a path to the collector, over binder and touching particles, shape (n,).
        touches_binder: of these, particles that touch binder with a path to the collector themselves, shape
            (n,).
        isolated_volume: share of the active material without a path [-].
        isolated_binder: share of the carbon-binder without a path [-]; 0 without binder.
        spans: whether the wired network reaches from the collector to the separator.
    """

    names: npt.NDArray[np.int64]
    coverage: FloatArray
    wired: BoolArray
    touches_binder: BoolArray
    isolated_volume: float
    isolated_binder: float
    spans: bool

    @property
    def isolated(self) -> npt.NDArray[np.int64]:
        """Names of the particles without a path to the collector."""
        return self.names[~self.wired]


@dataclass(frozen=True, eq=False)
class PorePaths:
    """Ionic paths.

    Attributes:
        isolated_volume: share of the pores without a path to the separator [-].
        reached: particles with a face to pores that have one, shape (n,).
        spans: whether those pores reach from the separator to the collector.
    """

    isolated_volume: float
    reached: BoolArray
    spans: bool


def wire(
    image: LabelImage,
    phases: PhaseStack,
    table: ParticleTable,
    orientation: Orientation | None = None,
    memory: MemoryLimit | None = None,
) -> Wiring:
    """Follow the electrons from the collector.

    Args:
        image: the particles.
        phases: the segmented stack; without binder only touching particles conduct.
        table: measures of the particles.
        orientation: where the collector is.
        memory: bound on working memory.
    """
    lies = orientation or Orientation()
    binder = connected_parts(image, phases, phases.binder, memory)
    count, parts = len(table), len(binder)
    end = count + parts  # the collector, after particles and parts of the binder
    at_collector = np.concatenate(
        [table.touches[:, lies.collector_face], binder.touches[:, lies.collector_face]]
    )
    edges = np.concatenate(
        [
            table.contacts.pairs,
            np.column_stack([binder.particles[:, 1], binder.particles[:, 0] + count]),
            np.column_stack([np.flatnonzero(at_collector), np.full(np.count_nonzero(at_collector), end)]),
        ]
    )
    group = _groups(edges, end + 1)
    reached = group == group[end]
    wired, live_binder = reached[:count], reached[count:end]
    touches = np.zeros(count, dtype=np.bool_)
    touches[binder.particles[live_binder[binder.particles[:, 0]], 1]] = True
    at_separator = np.concatenate(
        [table.touches[:, lies.separator_face], binder.touches[:, lies.separator_face]]
    )
    return Wiring(
        names=image.names,
        coverage=table.binder_coverage,
        wired=wired,
        touches_binder=touches,
        isolated_volume=1.0 - float(table.volumes[wired].sum() / table.volumes.sum()),
        isolated_binder=_left_out(binder, live_binder),
        spans=bool((reached[:end] & at_separator).any()),
    )


def follow_pores(
    image: LabelImage,
    phases: PhaseStack,
    orientation: Orientation | None = None,
    *,
    porous_binder: bool = False,
    memory: MemoryLimit | None = None,
) -> PorePaths:
    """Follow the ions from the separator.

    Args:
        image: the particles.
        phases: the segmented stack.
        orientation: where the separator is.
        porous_binder: whether electrolyte in the carbon-binder conducts as well.
        memory: bound on working memory.
    """
    lies = orientation or Orientation()
    parts = connected_parts(
        image,
        phases,
        (lambda planes: ~phases.active(planes)) if porous_binder else phases.pore,
        memory,
    )
    live = parts.touches[:, lies.separator_face]
    reached = np.zeros(len(image), dtype=np.bool_)
    reached[parts.particles[live[parts.particles[:, 0]], 1]] = True
    spans = bool((live & parts.touches[:, lies.collector_face]).any())
    return PorePaths(_left_out(parts, live), reached, spans)


def require_paths(wiring: Wiring, pores: PorePaths) -> None:
    """Refuse an electrode through which electrons or ions cannot pass; for a cell run.

    Raises:
        InputError: no path, with the share that is cut off.
    """
    if not pores.spans:
        raise InputError(
            "no pore leads from the separator to the current collector "
            f"({pores.isolated_volume:.1%} of the pore volume has no path to the separator); a cell needs "
            "a path for "
            "ions: check pore value, orientation and segmentation, or let the binder conduct (porous_binder)."
        )
    if not wiring.spans:
        raise InputError(
            "no network of carbon-binder and touching particles leads from the current collector to the "
            "separator "
            f"({wiring.isolated_volume:.1%} of the active material, {len(wiring.isolated)} particles, has "
            "no path "
            "to the collector); a cell needs a path for electrons: check binder value, orientation and "
            "segmentation."
        )


def _groups(edges: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int32]:
    graph = coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1])


def _left_out(parts: Components, live: BoolArray) -> float:
    total = int(parts.voxels.sum())
    return 1.0 - float(parts.voxels[live].sum()) / total if total else 0.0
