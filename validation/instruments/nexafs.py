r"""NEXAFS at the Ni L2,3 edge: which nickel a beam sees, by depth.

A detection mode weights the depth z below a particle's surface with exp(-z/lambda); the reading is

    F = int_0^inf f(x(z)) exp(-z/lambda) dz / lambda,

f the share of Ni2+ (:mod:`.nickel`), with the reconstructed layer of thickness h on top of the layered phase.
Depths are those of :mod:`.detection`, films and slopes of the surface those of :mod:`.surface`. Equations:
physics notes section 2 and 1.10.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from chemomech.errors import InputError, require_between
from chemomech.validation.instruments.detection import Detection, ElectronYield
from chemomech.validation.instruments.line_shapes import LineShapes, Spectrum
from chemomech.validation.instruments.nickel import BULK, RockSalt
from chemomech.validation.instruments.omissions import Bias, Omission, Omissions
from chemomech.validation.instruments.reading import Reading, clustered_reading, mean_reading
from chemomech.validation.instruments.sampling import TOP, Side, first_hits, random_directions
from chemomech.validation.instruments.state import Array, ElectrodeState, IntArray, Law
from chemomech.validation.instruments.surface import Bare, Cover, FlatRelief, Relief

_NODES, _WEIGHTS = np.polynomial.laguerre.laggauss(16)


@dataclass(frozen=True, eq=False)
class NexafsReading:
    """What one detection mode says about one place.

    Attributes:
        ni2_share: Share of Ni2+ in the depth seen [-].
        decay_length: 1/e depth of the mode [m].
        spectrum: Spectrum with that share, as recorded.
        detection: Name of the mode.
        place: What was looked at.
        transmission: Signal that gets through what covers the particles, over that of bare ones [-].
        omissions: What the instrument leaves out.
    """

    ni2_share: Reading
    decay_length: float
    spectrum: Spectrum
    detection: str
    place: str
    transmission: float
    omissions: Omissions


_COVERED_ELECTRODE = Omission(
    "share of Ni2+",
    "Carbon-binder over a particle is either ignored or, beyond the reach, hides it; nickel dissolved into "
    "binder or electrolyte residue is not there.",
    Bias.EITHER,
)
_REFERENCE_LINES = Omission(
    "spectrum",
    "Each valence is one pair of Voigt lines without multiplets, charge transfer or Ni4+, so that the ratio "
    "of heights is not a measured one.",
    Bias.EITHER,
)


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
        noise: Standard deviation that counting gives the share of Ni2+ on bare particles [-].
        side: Face of the electrode that :meth:`read` looks at.
        cover: What lies on the particles; nothing if left out.
        relief: How their surface is turned to beam and detector; flat if left out.
    """

    detection: Detection = field(default_factory=ElectronYield)
    bulk: Law = BULK
    layer: Law = field(default_factory=RockSalt)
    lines: LineShapes = field(default_factory=LineShapes)
    spots: int = 400
    reach: float = 5.0e-6
    noise: float = 0.01
    side: Side = TOP
    cover: Cover = Bare()
    relief: Relief = FlatRelief()

    @property
    def omissions(self) -> Omissions:
        """What a reading leaves out."""
        parts = (*self.detection.omissions, *self.cover.omissions, *self.relief.omissions)
        return (*parts, _COVERED_ELECTRODE, _REFERENCE_LINES)

    def read(self, state: ElectrodeState, rng: np.random.Generator) -> NexafsReading:
        """Look at one face of the electrode, evenly over its exposed particle surface.

        The spread over the particles that were met, not over rays, gives the uncertainty: rays on one
        particle see the same lithium.

        Raises:
            InputError: If no particle lies within reach of that face, none is turned to beam and detector, a
                film lets too little through, or the field does not cover them.
        """
        x, y = rng.uniform(0.0, state.box[0], self.spots), rng.uniform(0.0, state.box[1], self.spots)
        hits = first_hits(state, self.side, x, y, self.reach)
        if not len(hits.particle):
            raise InputError(
                f"no particle of the {state.name} lies within {1e6 * self.reach:.3g} um of the "
                f"{self.side.name}; there is nothing for the beam: look farther (reach) or at the other face."
            )
        outward = (hits.points - state.centres[hits.particle]) / state.radii[hits.particle, None]
        area, depth = self.relief.seen(self.detection, outward, self.side.inward)
        lit = area > 0.0
        if not lit.any():
            raise InputError(
                f"none of the {len(lit)} points met on the {self.side.name} of the {state.name} is turned to "
                "beam and detector; take more spots or steeper angles."
            )
        particle, area = hits.particle[lit], area[lit]
        shares = self.share_below(state, particle, hits.points[lit], -outward[lit], depth[lit])
        through = self.cover.transmission(self.detection, particle)
        share = clustered_reading(shares, state.identity[particle], "-", area * through)
        return self._reading(share, rng, self.side.name, float(area @ through / area.sum()))

    def read_particle(self, state: ElectrodeState, particle: int, rng: np.random.Generator) -> NexafsReading:
        """Look at the whole surface of one particle."""
        outward = random_directions(self.spots, rng)
        points = state.centres[particle] + state.radii[particle] * outward
        exposed = state.contains(points)
        index = np.full(int(exposed.sum()), particle)
        shares = self.share_below(state, index, points[exposed], -outward[exposed])
        through = float(np.mean(self.cover.transmission(self.detection, index)))
        return self._reading(mean_reading(shares, "-"), rng, f"particle {particle}", through)

    def read_section(
        self, state: ElectrodeState, particle: int, fraction: float, rng: np.random.Generator
    ) -> NexafsReading:
        """Look at a ring on the section through a particle's centre, as polishing or an image shows it.

        The surface there is fresh: no layer, no film, and lithium that hardly changes over the depth seen.

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
        place = f"particle {particle} at r/R = {fraction:.2f}"
        return self._reading(mean_reading(shares, "-"), rng, place, 1.0)

    def share_below(
        self,
        state: ElectrodeState,
        particle: IntArray,
        points: Array,
        inward: Array,
        depth: Array | None = None,
    ) -> Array:
        """Share of Ni2+ that the mode sees below points of a surface, shape (m,).

        Args:
            state: The state.
            particle: Particle of each point, shape (m,).
            points: Points on the surface [m], shape (m, 3).
            inward: Unit vectors into the particle, shape (m, 3).
            depth: 1/e depth along them [m], shape (m,); that of the mode on a flat surface if left out.
        """
        length = np.full(len(points), self.detection.decay_length) if depth is None else depth
        thickness = state.surface_layer[particle]
        kept = np.exp(-thickness / length)
        # Two rules, one inside the layer and one below it: the jump between them is then exact.
        in_layer = self._weighted(self.layer, state, particle, points, inward, 0.5 * thickness[:, None])
        at = np.minimum(thickness[:, None] + length[:, None] * _NODES, state.radii[particle, None])
        below = self._weighted(self.bulk, state, particle, points, inward, at) @ _WEIGHTS
        return (1.0 - kept) * in_layer[:, 0] + kept * below

    def _weighted(
        self, law: Law, state: ElectrodeState, particle: IntArray, points: Array, inward: Array, depth: Array
    ) -> Array:
        # A point exactly on the surface may fall outside the field by rounding.
        inside = np.maximum(depth, 1.0e-6 * state.radii[particle, None])
        at = points[:, None, :] + inside[..., None] * inward[:, None, :]
        index = np.repeat(particle, depth.shape[1])
        return np.asarray(law(state.read(index, at.reshape(-1, 3)))).reshape(depth.shape)

    def _reading(self, share: Reading, rng: np.random.Generator, place: str, through: float) -> NexafsReading:
        noise = self.noise / float(np.sqrt(through)) if through > 0.0 else np.inf
        if noise > 1.0:
            raise InputError(
                f"what covers {place} lets a share of {through:.2g} of the signal through, so that counting "
                f"would leave an error of {noise:.2g} in a share of 0 to 1; take a thinner film or "
                "fluorescence yield."
            )
        value = float(np.clip(share.value + rng.normal(0.0, noise), 0.0, 1.0))
        reading = Reading(value, float(np.hypot(share.uncertainty, noise)), "-", share.samples)
        recorded = self.detection.recorded(self.lines.spectrum(value))
        return NexafsReading(
            reading,
            self.detection.decay_length,
            recorded,
            self.detection.name,
            place,
            through,
            self.omissions,
        )
