r"""What passes between a particle and its surroundings: reaction, electronic contact and double layer.

    j_t = j(x_s, c_e, u) + C w du/dt,   u = phi_m - phi_e - j_t/g

with j the law of ``kinetics``, u = phi_p - phi_e, C the capacitance of the double layer per reacting area and
w that area over the geometric one (Newman and Thomas-Alyea, Electrochemical Systems, 2004, ch. 22). Only j
moves lithium of the particle; j_t is what matrix and electrolyte see. Without a double layer they are one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chemomech.experiments.models.radial.kinetics import Kinetics
from chemomech.experiments.models.radial.ladder import Sources
from chemomech.experiments.models.radial.spheres import Response

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Charging:
    """How the double layers charge in a time step; du/dt = rate u + past, arrays of shape (particles,).

    Attributes:
        capacitance: C w of each particle, 0 where it has no contact [F/m2].
        conductance: g of the contact, 0 for none [S/m2].
        rate: Leading coefficient of the time formula [1/s].
        past: What the past contributes to du/dt [V/s].
    """

    capacitance: Array
    conductance: Array
    rate: float
    past: Array

    @cached_property
    def resistance(self) -> Array:
        """Of the contact, 0 where there is none [ohm m2]."""
        wired = self.conductance > 0.0
        return np.divide(1.0, self.conductance, out=np.zeros_like(self.conductance), where=wired)

    @cached_property
    def share(self) -> Array:
        """Of a change of phi_m - phi_e that the particle sees at the same j [-]."""
        return 1.0 / (1.0 + self.capacitance * self.rate * self.resistance)

    def step(self, current: Array, applied: Array) -> Array:
        """Potential step u [V].

        Args:
            current: j of the reaction [A/m2].
            applied: phi_m - phi_e beside the particle [V].
        """
        wired = self.conductance > 0.0
        passed = current + self.capacitance * self.past
        drop = np.divide(passed, self.conductance, out=np.zeros_like(current), where=wired)
        return (applied - drop) * self.share

    def total(self, current: Array, step: Array) -> Array:
        """j_t [A/m2], of the reaction's j [A/m2] and of u [V]."""
        return current + self.capacitance * (self.rate * step + self.past)


@dataclass(frozen=True, eq=False)
class Eliminated:
    """Change of each current as a linear function of the fields beside the particle, shape (particles,).

    Attributes:
        start: Change of j where the fields stay [A/m2].
        by_salt: Slope in c_e [A m/mol].
        by_step: Slope in phi_m - phi_e [S/m2].
        total: j_t at the iterate [A/m2].
        charging: The double layers.
    """

    start: Array
    by_salt: Array
    by_step: Array
    total: Array
    charging: Charging

    def current(self, salt: Array, applied: Array) -> Array:
        """Change of j [A/m2], of that of c_e [mol/m3] and of phi_m - phi_e [V]."""
        return self.start + self.by_salt * salt + self.by_step * applied

    def sources(self, area: Array) -> Sources:
        """Currents into the fields in depth.

        Args:
            area: Surface of each particle over the cross-section [-].
        """
        share = self.charging.share
        own = self.charging.capacitance * self.charging.rate * share
        return Sources(
            area * (self.total + share * self.start),
            area * (share * self.by_salt),
            area * (share * self.by_step + own),
        )


def eliminated(
    kinetics: Kinetics,
    charging: Charging,
    x: Array,
    current: Array,
    fields: tuple[Array, Array],
    wetted: Array,
    response: Response,
    remainder: Array | None,
) -> Eliminated:
    """Eliminate the reaction of every particle in one Newton iteration.

    Args:
        kinetics: The law of the reaction.
        charging: The double layers in this step.
        x: Surface stoichiometry, shape (particles,).
        current: j at the iterate [A/m2].
        fields: c_e [mol/m3] and phi_m - phi_e [V] beside the particles.
        wetted: w, shape (particles,).
        response: How x answers a change of j.
        remainder: s of the hydrostatic stress at the surface [Pa]; None where stress does not act.
    """
    salt, applied = fields
    step = charging.step(current, applied)
    reaction = kinetics.read(x, salt, step, wetted, remainder)
    wired, share = charging.conductance > 0.0, charging.share
    behind = charging.resistance * share
    own = 1.0 + reaction.by_step * behind - reaction.by_stoichiometry * response.with_current[-1]
    start = reaction.current - current + reaction.by_stoichiometry * response.without[-1]
    # What has no contact passes no current.
    return Eliminated(
        np.where(wired, start / own, -current),
        np.where(wired, reaction.by_salt / own, 0.0),
        np.where(wired, share * reaction.by_step / own, 0.0),
        charging.total(current, step),
        charging,
    )
