r"""One load-controlled indent: from what the material is to the curve that a transducer records.

Loading presses the contact to the mean pressure H, P = H c h_c^2; the tip sinks by what the surface around
the contact gives way, h = h_c + eps P/S_c, plus the support's P C. An elastic cone cannot reach more than
p = (E_r/2) cot(alpha), so a soft or rubbery material is limited by that. Unloading is elastic,
P = B (h - h_f)^2. Equations: Oliver and Pharr 1992; physics notes sections 2 and 3.6.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from chemomech.errors import InputError, require_between
from chemomech.validation.instruments.contact import BERKOVICH_ANGLE, reduced_modulus
from chemomech.validation.instruments.oliver_pharr import Indent, LoadCurve, OliverPharr, intercept_factor
from chemomech.validation.instruments.omissions import Bias, Omission, Omissions
from chemomech.validation.instruments.state import Array

_ELASTIC_EXPONENT = 2.0
"""Exponent of the unloading of a cone from its own imprint."""


@dataclass(frozen=True)
class Spot:
    """What the tip meets.

    Attributes:
        youngs_modulus: E [Pa].
        poisson_ratio: nu [-].
        hardness: H [Pa].
        support_compliance: Displacement per load of what lies behind [m/N].
        phase: In words.
    """

    youngs_modulus: float
    poisson_ratio: float
    hardness: float
    support_compliance: float = 0.0
    phase: str = "solid"


@dataclass(frozen=True)
class LoadCycle:
    """Load, hold, unload, as paper 000 states it.

    Attributes:
        load: Largest load [N].
        loading: Time to reach it [s].
        hold: Time at it [s]; no creep is modelled.
        unloading: Time back to zero [s].
        samples: Samples in each part.
    """

    load: float = 450.0e-6
    loading: float = 0.1
    hold: float = 0.1
    unloading: float = 0.1
    samples: int = 100

    def __post_init__(self) -> None:
        """Check the load."""
        require_between("largest load", self.load, 1.0e-9, 1.0, "N", "450 uN is that of paper 000")


_LEFT_OUT = (
    Omission(
        "reduced modulus and hardness",
        "Material does not pile up around the tip; where it does, the contact is wider than the analysis "
        "thinks, and a measurement reads more.",
        Bias.LOW,
    ),
    Omission(
        "reduced modulus and hardness",
        "Nothing creeps in the hold of 0.1 s; creep into the unloading steepens it in resin and "
        "carbon-binder.",
        Bias.LOW,
    ),
    Omission(
        "reduced modulus and hardness",
        "The tip is an ideal pyramid on a flat surface; a blunt one, roughness and drift change contacts of "
        "50 nm depth.",
        Bias.EITHER,
    ),
)


@dataclass(frozen=True)
class Nanoindenter:
    """A load-controlled instrument with a Berkovich tip.

    Attributes:
        cycle: Load over time.
        analysis: What makes numbers of a curve.
        angle: Half angle of the equivalent cone [rad].
        depth_noise: Standard deviation of each depth sample [m].
        load_noise: Standard deviation of each load sample [N].
    """

    cycle: LoadCycle = field(default_factory=LoadCycle)
    analysis: OliverPharr = field(default_factory=OliverPharr)
    angle: float = BERKOVICH_ANGLE
    depth_noise: float = 0.2e-9
    load_noise: float = 50.0e-9

    @property
    def omissions(self) -> Omissions:
        """What an indent leaves out."""
        return _LEFT_OUT

    def curve(self, spot: Spot, rng: np.random.Generator | None = None) -> LoadCurve:
        """The recorded curve at a spot; without noise where no generator is given.

        Raises:
            InputError: If there is no solid at the spot.
        """
        if not (spot.youngs_modulus > 0.0 and spot.hardness > 0.0):
            raise InputError(
                f"the indent meets a void ({spot.phase}: E = {spot.youngs_modulus:.3g} Pa, H = "
                f"{spot.hardness:.3g} Pa); move it, or fill the pores with resin as the samples were."
            )
        reduced = reduced_modulus(spot.youngs_modulus, spot.poisson_ratio)
        pressure = min(spot.hardness, 0.5 * reduced / np.tan(self.angle))
        top = self.cycle.load
        eps = intercept_factor(_ELASTIC_EXPONENT)
        area = top / pressure
        contact = np.sqrt(area / self.analysis.area_factor)
        local = 2.0 * reduced * np.sqrt(area / np.pi)
        deepest = contact + eps * top / local
        residual = deepest - _ELASTIC_EXPONENT * top / local
        time, load = self._program()
        share = load / top
        depth = deepest * np.sqrt(share)
        leaving = 2 * self.cycle.samples
        depth[leaving:] = residual + (deepest - residual) * np.sqrt(share[leaving:])
        depth = depth + spot.support_compliance * load
        if rng is not None:
            load = load + rng.normal(0.0, self.load_noise, len(load))
            depth = depth + rng.normal(0.0, self.depth_noise, len(depth))
        return LoadCurve(time, load, depth, leaving)

    def indent(self, spot: Spot, rng: np.random.Generator | None = None) -> Indent:
        """Indent a spot and analyse the curve."""
        return self.analysis.analyse(self.curve(spot, rng))

    def _program(self) -> tuple[Array, Array]:
        cycle, n = self.cycle, self.cycle.samples
        up = np.linspace(0.0, 1.0, n, endpoint=False)
        time = np.concatenate(
            [
                up * cycle.loading,
                cycle.loading + up * cycle.hold,
                cycle.loading + cycle.hold + up * cycle.unloading,
            ]
        )
        return time, cycle.load * np.concatenate([up, np.ones(n), 1.0 - up])
