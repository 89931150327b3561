"""Tomography: how broken particles are, where, and how the worst lie to each other.

Classes by two thresholds on the fracture index (calibration: the papers classify by eye). The network joins
each severe particle with its three nearest severe neighbours. Images are blurred to the pixel size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

from chemomech.errors import InputError, require_between
from chemomech.validation.instruments.line_shapes import FWHM_PER_SIGMA
from chemomech.validation.instruments.omissions import Bias, Omission, Omissions
from chemomech.validation.instruments.reading import Reading, Spread, share_reading, spread
from chemomech.validation.instruments.state import Array, ElectrodeState, IntArray

PIXEL = 70.0e-9
"""Pixel of the nanotomography in Adv. Energy Mater. 2019, 1900674 [m]."""


@dataclass(frozen=True)
class SeverityScale:
    """Two thresholds on the fracture index; calibration.

    Attributes:
        mild: Index from which a particle is mildly damaged [-].
        severe: Index from which it is severely damaged [-].
    """

    mild: float = 0.3
    severe: float = 1.0

    def __post_init__(self) -> None:
        """Check the order."""
        require_between("threshold of severe damage", self.severe, self.mild, np.inf, "-", "mild comes first")

    def classes(self, fracture_index: Array) -> npt.NDArray[np.int64]:
        """Class of each particle: 0 least, 1 mildly, 2 severely damaged, shape (n,)."""
        return np.digitize(fracture_index, [self.mild, self.severe]).astype(np.int64)


@dataclass(frozen=True)
class DepthWindow:
    """Damage in one slice of the electrode.

    Attributes:
        low: Lower end, from the collector [m].
        high: Upper end [m].
        least: Share of least damaged particles [-].
        mild: Share of mildly damaged ones [-].
        severe: Share of severely damaged ones [-].
    """

    low: float
    high: float
    least: Reading
    mild: Reading
    severe: Reading


@dataclass(frozen=True, eq=False)
class Network:
    """Severe particles and the edges between them.

    Attributes:
        nodes: Severe particles, shape (m,).
        edges: Pairs of particles, each once, shape (e, 2).
        lengths: Centre-to-centre lengths of the edges [m], shape (e,).
        length_spread: Statistics of the lengths [m]; None with fewer than two edges.
        density: Severe particles per volume of the electrode [1/m3].
    """

    nodes: npt.NDArray[np.int64]
    edges: npt.NDArray[np.int64]
    lengths: Array
    length_spread: Spread | None
    density: float


@dataclass(frozen=True, eq=False)
class TomographyReading:
    """What a tomogram shows.

    Attributes:
        shares: Shares of least, mildly and severely damaged particles [-].
        windows: The same by depth, from the collector up; windows without a particle are left out.
        network: Of the severe particles.
        omissions: What the instrument leaves out.
    """

    shares: tuple[Reading, Reading, Reading]
    windows: tuple[DepthWindow, ...]
    network: Network
    omissions: Omissions


_LEFT_OUT = (
    Omission(
        "shares",
        "Classes follow from two thresholds on an index, a calibration; no crack is drawn, so that width, "
        "path and pixels of 70 nm, below which a crack does not show, play no part.",
        Bias.HIGH,
    ),
    Omission(
        "shares",
        "Cracks from calendering and earlier cycles are not there.",
        Bias.LOW,
    ),
    Omission(
        "edge lengths",
        "Particles beyond the box are not seen, so that those at its sides are joined to farther ones.",
        Bias.HIGH,
    ),
    Omission(
        "edge lengths",
        "Edges share particles, but their standard error counts each as independent.",
        Bias.NARROW,
    ),
)


@dataclass(frozen=True)
class Tomograph:
    """The instrument.

    Attributes:
        scale: What counts as mild and severe.
        window: Thickness of the depth windows [m].
        neighbours: Nearest severe neighbours that each severe particle is joined to.
        misread: Probability that a particle is put into a neighbouring class by the reader [-] (assumed).
    """

    scale: SeverityScale = SeverityScale()
    window: float = 10.0e-6
    neighbours: int = 3
    misread: float = 0.0

    def __post_init__(self) -> None:
        """Check window and share."""
        require_between("thickness of a depth window", self.window, 1.0e-9, 1.0, "m", "10 um is usual")
        require_between("share of misread particles", self.misread, 0.0, 1.0, "-", "give a share")

    @property
    def omissions(self) -> Omissions:
        """What a tomogram leaves out."""
        return _LEFT_OUT

    def read(self, state: ElectrodeState, rng: np.random.Generator) -> TomographyReading:
        """Classify the particles of a state.

        Raises:
            InputError: If the state holds no fracture index.
        """
        severity = self.scale.classes(state.require_fracture_index())
        moved = rng.uniform(size=len(severity)) < self.misread
        step = np.where(
            severity == 0, 1, np.where(severity == 2, -1, rng.choice([-1, 1], size=len(severity)))
        )
        severity = np.where(moved, severity + step, severity)
        return TomographyReading(
            _shares(severity, state.identity),
            tuple(self._windows(state, severity)),
            severe_network(state, np.flatnonzero(severity == 2), self.neighbours),
            self.omissions,
        )

    def _windows(self, state: ElectrodeState, severity: npt.NDArray[np.int64]) -> Sequence[DepthWindow]:
        depth, thickness = state.centres[:, 2], state.box[2]
        count = max(int(round(thickness / self.window)), 1)
        edges = np.linspace(0.0, thickness, count + 1)
        which = np.clip(np.digitize(depth, edges) - 1, 0, count - 1)
        return [
            DepthWindow(
                float(edges[k]),
                float(edges[k + 1]),
                *_shares(severity[which == k], state.identity[which == k]),
            )
            for k in range(count)
            if (which == k).any()
        ]


def severe_network(state: ElectrodeState, nodes: npt.NDArray[np.int64], neighbours: int = 3) -> Network:
    """Join each node with its nearest other nodes.

    Args:
        state: The electrode.
        nodes: Particles in the network, shape (m,).
        neighbours: How many to join each with; fewer where there are fewer.
    """
    volume = float(np.prod(state.box))
    if len(nodes) < 2:
        empty = np.empty((0, 2), dtype=np.int64)
        return Network(nodes, empty, np.empty(0), None, len(nodes) / volume)
    centres = state.centres[nodes]
    reach = min(neighbours, len(nodes) - 1)
    _, near = cKDTree(centres).query(centres, k=reach + 1)
    pairs = np.column_stack([np.repeat(np.arange(len(nodes)), reach), near[:, 1:].ravel()])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    lengths = np.linalg.norm(centres[pairs[:, 0]] - centres[pairs[:, 1]], axis=1)
    statistics = spread(lengths, "m") if len(lengths) > 1 else None
    return Network(nodes, nodes[pairs], lengths, statistics, len(nodes) / volume)


def blurred(image: Array, spacing: float, resolution: float = PIXEL) -> Array:
    """An image as seen with a Gaussian of a given full width at half maximum; NaN stays out of the sum.

    Args:
        image: Values on a regular grid of any dimension.
        spacing: Distance of the grid points [m].
        resolution: Full width at half maximum [m].

    Raises:
        InputError: If the grid is coarser than the resolution.
    """
    require_between("spacing of the image", spacing, 1.0e-12, 1.0, "m", "give the distance of grid points")
    if spacing > resolution:
        raise InputError(
            f"an image with {1e9 * spacing:.4g} nm between its points cannot be blurred to "
            f"{1e9 * resolution:.4g} nm; sample it at least that finely."
        )
    known = np.isfinite(image)
    sigma = resolution / FWHM_PER_SIGMA / spacing
    weight = gaussian_filter(known.astype(float), sigma, mode="nearest")
    total = gaussian_filter(np.where(known, image, 0.0), sigma, mode="nearest")
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(known, total / weight, np.nan)


def _shares(severity: npt.NDArray[np.int64], identity: IntArray) -> tuple[Reading, Reading, Reading]:
    """Shares of the classes; images of a particle do not count as further ones."""
    distinct = len(np.unique(identity))
    counts = np.bincount(severity, minlength=3) * distinct / len(severity)
    least, mild, severe = (share_reading(float(count), distinct) for count in counts)
    return least, mild, severe
