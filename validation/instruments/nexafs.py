r"""NEXAFS at the Ni L2,3 edge: which nickel a beam sees, by depth.

A detection mode weights the depth z below a particle's surface with exp(-z/lambda); the reading is

    F = int_0^inf f(x(z)) exp(-z/lambda) dz / lambda,

f the share of Ni2+ (:mod:`.nickel`), with the reconstructed layer of thickness h on top of the layered phase.
Total electron yield: lambda is the escape depth. Fluorescence yield: 1/lambda = 1/(lambda_in sin a) +
1/(lambda_out sin b), with the attenuation lengths of :mod:`.attenuation`. Equations: physics notes section 2
and 1.10.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from chemomech.errors import InputError, require_between
from chemomech.validation.instruments.attenuation import NMC622, XrayMaterial
from chemomech.validation.instruments.line_shapes import LineShapes, SelfAbsorption, Spectrum
from chemomech.validation.instruments.nickel import BULK, RockSalt
from chemomech.validation.instruments.reading import Reading, clustered_reading, mean_reading
from chemomech.validation.instruments.sampling import TOP, Side, first_hits, random_directions
from chemomech.validation.instruments.state import Array, ElectrodeState, IntArray, Law

_NODES, _WEIGHTS = np.polynomial.laguerre.laggauss(16)


class Detection(Protocol):
    """A detection mode."""

    @property
    def name(self) -> str:
        """In words."""
        ...

    @property
    def decay_length(self) -> float:
        """Depth over which the signal falls to 1/e [m]."""
        ...

    def recorded(self, spectrum: Spectrum) -> Spectrum:
        """What the mode makes of a true spectrum."""
        ...


def decay_length_of(probing_depth: float, share: float) -> float:
    """1/e depth of a stated probing depth, lambda = -d / ln(1 - share).

    Args:
        probing_depth: Depth d above which ``share`` of the signal arises [m].
        share: That share; 0.632 makes d the 1/e depth itself, 0.95 is lambda = d/3.

    Raises:
        InputError: For a depth that is not positive or a share outside 0 to 1.
    """
    require_between("probing depth", probing_depth, 1.0e-12, 1.0, "m", "a depth is positive, downwards")
    require_between("share of the signal", share, 1.0e-6, 1.0 - 1.0e-6, "-", "0.95 or 0.632 is usual")
    return float(-probing_depth / np.log(1.0 - share))


@dataclass(frozen=True)
class ElectronYield:
    """Total electron yield.

    Attributes:
        probing_depth: Depth above which ``share`` of the signal arises [m]. The papers say 10 nm without a
            definition; taken as 95 % (assumed), it is a 1/e depth of 3.3 nm.
        share: Share of the signal from within that depth [-].
    """

    probing_depth: float = 10.0e-9
    share: float = 0.95
    name: str = "total electron yield"

    def __post_init__(self) -> None:
        """Check the depth."""
        decay_length_of(self.probing_depth, self.share)

    @property
    def decay_length(self) -> float:
        """1/e depth [m]."""
        return decay_length_of(self.probing_depth, self.share)

    def recorded(self, spectrum: Spectrum) -> Spectrum:
        """The spectrum itself: electrons come from far less than the depth of the beam."""
        return spectrum


@dataclass(frozen=True)
class FluorescenceYield:
    """Total fluorescence yield.

    Attributes:
        energy: Photon energy of the beam [eV].
        emission_energy: Energy of the fluorescence [eV].
        incidence: Angle of the beam to the surface [degree].
        emission: Angle of the detector to the surface [degree].
        material: What attenuates.
        self_absorbed: Whether the recorded spectrum is distorted by self-absorption; a corrected one is not.
    """

    energy: float = 853.0
    emission_energy: float = 850.0
    incidence: float = 45.0
    emission: float = 45.0
    material: XrayMaterial = NMC622
    self_absorbed: bool = False
    name: str = "fluorescence yield"

    def __post_init__(self) -> None:
        """Check the angles."""
        for what, angle in (("incidence", self.incidence), ("emission", self.emission)):
            require_between(f"angle of {what}", angle, 1.0, 90.0, "degree", "measure it from the surface")

    @property
    def decay_length(self) -> float:
        """1/e depth [m]."""
        inward = self.material.attenuation_length(self.energy) * np.sin(np.radians(self.incidence))
        outward = self.material.attenuation_length(self.emission_energy) * np.sin(np.radians(self.emission))
        return float(1.0 / (1.0 / inward + 1.0 / outward))

    def recorded(self, spectrum: Spectrum) -> Spectrum:
        """The spectrum as the detector sees it."""
        if not self.self_absorbed:
            return spectrum
        effect = SelfAbsorption(
            self.material, self.incidence, self.emission, emission_energy=self.emission_energy
        )
        return effect.distorted(spectrum)


@dataclass(frozen=True, eq=False)
class NexafsReading:
    """What one detection mode says about one place.

    Attributes:
        ni2_share: Share of Ni2+ in the depth seen [-].
        decay_length: 1/e depth of the mode [m].
        spectrum: Spectrum with that share, as recorded.
        detection: Name of the mode.
        place: What was looked at.
    """

    ni2_share: Reading
    decay_length: float
    spectrum: Spectrum
    detection: str
    place: str


@dataclass(frozen=True)
class Nexafs:
    """A beamline.

    Attributes:
        detection: Detection mode.
        bulk: Share of Ni2+ of the layered phase over x (calibration).
        layer: Share of Ni2+ of the reconstructed layer over x (calibration).
        lines: Reference line shapes.
        spots: Rays or surface points in one reading.
        reach: Particles whose surface lies farther below the electrode's face than this are in the shadow of
            carbon-binder and not seen [m] (assumed).
        noise: Standard deviation that counting gives the share of Ni2+ [-].
        side: Face of the electrode that :meth:`read` looks at.
    """

    detection: Detection = field(default_factory=ElectronYield)
    bulk: Law = BULK
    layer: Law = field(default_factory=RockSalt)
    lines: LineShapes = field(default_factory=LineShapes)
    spots: int = 400
    reach: float = 5.0e-6
    noise: float = 0.01
    side: Side = TOP

    def read(self, state: ElectrodeState, rng: np.random.Generator) -> NexafsReading:
        """Look at one face of the electrode, evenly over its exposed particle surface.

        The spread over the particles that were met, not over rays, gives the uncertainty: rays on one
        particle see the same lithium.

        Raises:
            InputError: If no particle lies within reach of that face, or the field does not cover them.
        """
        x, y = rng.uniform(0.0, state.box[0], self.spots), rng.uniform(0.0, state.box[1], self.spots)
        hits = first_hits(state, self.side, x, y, self.reach)
        if not len(hits.particle):
            raise InputError(
                f"no particle of the {state.name} lies within {1e6 * self.reach:.3g} um of the "
                f"{self.side.name}; there is nothing for the beam: look farther (reach) or at the other face."
            )
        inward = (state.centres[hits.particle] - hits.points) / state.radii[hits.particle, None]
        shares = self.share_below(state, hits.particle, hits.points, inward)
        return self._reading(clustered_reading(shares, hits.particle, "-"), rng, self.side.name)

    def read_particle(self, state: ElectrodeState, particle: int, rng: np.random.Generator) -> NexafsReading:
        """Look at the whole surface of one particle."""
        outward = random_directions(self.spots, rng)
        points = state.centres[particle] + state.radii[particle] * outward
        exposed = state.contains(points)
        index = np.full(int(exposed.sum()), particle)
        shares = self.share_below(state, index, points[exposed], -outward[exposed])
        return self._reading(mean_reading(shares, "-"), rng, f"particle {particle}")

    def read_section(
        self, state: ElectrodeState, particle: int, fraction: float, rng: np.random.Generator
    ) -> NexafsReading:
        """Look at a ring on the section through a particle's centre, as polishing or an image shows it.

        The surface there is fresh: no layer, and lithium that hardly changes over the depth seen.

        Args:
            state: The state.
            particle: Which particle.
            fraction: Distance from the centre over the radius: 0 is the core, near 1 the rim.
            rng: Chooses the spots.
        """
        require_between("place on the section", fraction, 0.0, 1.0, "-", "0 is the core, 1 the surface")
        angle = rng.uniform(0.0, 2.0 * np.pi, self.spots)
        ring = fraction * np.column_stack([np.cos(angle), np.zeros_like(angle), np.sin(angle)])
        points = state.centres[particle] + state.radii[particle] * ring
        shares = np.asarray(self.bulk(state.read(particle, points)))
        return self._reading(mean_reading(shares, "-"), rng, f"particle {particle} at r/R = {fraction:.2f}")

    def share_below(self, state: ElectrodeState, particle: IntArray, points: Array, inward: Array) -> Array:
        """Share of Ni2+ that the mode sees below points of a surface, shape (m,).

        Args:
            state: The state.
            particle: Particle of each point, shape (m,).
            points: Points on the surface [m], shape (m, 3).
            inward: Unit vectors into the particle, shape (m, 3).
        """
        length = self.detection.decay_length
        thickness = state.surface_layer[particle]
        kept = np.exp(-thickness / length)
        # Two rules, one inside the layer and one below it: the jump between them is then exact.
        in_layer = self._weighted(self.layer, state, particle, points, inward, 0.5 * thickness[:, None])
        depth = np.minimum(thickness[:, None] + length * _NODES, state.radii[particle, None])
        below = self._weighted(self.bulk, state, particle, points, inward, depth) @ _WEIGHTS
        return (1.0 - kept) * in_layer[:, 0] + kept * below

    def _weighted(
        self, law: Law, state: ElectrodeState, particle: IntArray, points: Array, inward: Array, depth: Array
    ) -> Array:
        # A point exactly on the surface may fall outside the field by rounding.
        inside = np.maximum(depth, 1.0e-6 * state.radii[particle, None])
        at = points[:, None, :] + inside[..., None] * inward[:, None, :]
        index = np.repeat(particle, depth.shape[1])
        return np.asarray(law(state.read(index, at.reshape(-1, 3)))).reshape(depth.shape)

    def _reading(self, share: Reading, rng: np.random.Generator, place: str) -> NexafsReading:
        value = float(np.clip(share.value + rng.normal(0.0, self.noise), 0.0, 1.0))
        reading = Reading(value, float(np.hypot(share.uncertainty, self.noise)), "-", share.samples)
        recorded = self.detection.recorded(self.lines.spectrum(value))
        return NexafsReading(reading, self.detection.decay_length, recorded, self.detection.name, place)
