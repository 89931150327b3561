r"""Butler-Volmer law and electronic contact of every particle, linearised.

    j = w i0(x_s, c_e) [exp(a_a f eta) - exp(-a_c f eta)],   eta = phi_m - phi_e - j/g - U(x_s) - shift

the laws of ``chemomech.solver.physics.charge_transfer`` and ``.conduction``: a particle of contact
conductance g has the potential phi_m - j/g, and w is its reacting area over the geometric one. A particle
with g = 0 passes no current.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.materials import FARADAY, GAS_CONSTANT
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.physics.stress_feedback import local_stress

Array = npt.NDArray[np.float64]

STEP = 1.0e-7
"""Step in x, and relative step in c_e, of the difference quotients that steer Newton's iteration."""

LARGEST_EXPONENT = 60.0
"""Beyond it the exponential goes on as a straight line: an iterate far off stays finite."""


@dataclass(frozen=True, eq=False)
class Reaction:
    """A current density and its slopes, shape (particles,).

    Attributes:
        current: The law at the present iterate [A/m2].
        by_stoichiometry: Slope in x_s [A/m2].
        by_salt: Slope in c_e [A m/mol].
        by_step: Slope in the potential step [S/m2].
    """

    current: Array
    by_stoichiometry: Array
    by_salt: Array
    by_step: Array


class Kinetics:
    """Reaction of all particles.

    Args:
        model: Materials and temperature.
        stress: Whether stress shifts the equilibrium.
    """

    def __init__(self, model: HalfCellModel, stress: bool) -> None:
        self._material, self._stress = model.cathode, stress
        self._reference = float(model.cathode.stress_free_stoichiometry)
        self._f = FARADAY / (GAS_CONSTANT * model.temperature)

    def read(self, x: Array, salt: Array, step: Array, wetted: Array, remainder: Array | None) -> Reaction:
        """The law and its slopes.

        Args:
            x: Surface stoichiometry.
            salt: Salt concentration beside the particle [mol/m3].
            step: phi_p - phi_e [V].
            wetted: Reacting area over the geometric one [-].
            remainder: s of the hydrostatic stress at the surface [Pa]; None where stress does not act.
        """
        material, f = self._material, self._f
        anodic, cathodic = float(material.anodic_transfer), float(material.cathodic_transfer)
        exchange = wetted * material.exchange_current_density(x, salt)
        equilibrium = self.equilibrium(x, remainder)
        eta = f * (step - equilibrium)
        forward, forward_slope = _exponential(anodic * eta)
        backward, backward_slope = _exponential(-cathodic * eta)
        rates = forward - backward
        by_step = exchange * f * (anodic * forward_slope + cathodic * backward_slope)
        more_x = wetted * material.exchange_current_density(x + STEP, salt)
        more_salt = STEP * np.maximum(salt, 1.0)
        more_exchange = wetted * material.exchange_current_density(x, salt + more_salt)
        slope = (self.equilibrium(x + STEP, remainder) - equilibrium) / STEP
        return Reaction(
            exchange * rates,
            (more_x - exchange) / STEP * rates - by_step * slope,
            (more_exchange - exchange) / more_salt * rates,
            by_step,
        )

    def equilibrium(self, x: Array, remainder: Array | None) -> Array:
        """Potential step without a current [V], shape (particles,); arguments as of ``read``."""
        voltage = np.asarray(self._material.open_circuit_voltage(x))
        if not self._stress or remainder is None:
            return voltage
        hydrostatic = remainder - np.asarray(local_stress(self._material, self._reference, x))
        return voltage + np.asarray(self._material.partial_molar_volume(x)) * hydrostatic / FARADAY


def _exponential(exponent: Array) -> tuple[Array, Array]:
    """The exponential and its slope, as a straight line beyond ``LARGEST_EXPONENT``."""
    within = np.minimum(exponent, LARGEST_EXPONENT)
    slope = np.exp(within)
    return slope * (1.0 + exponent - within), slope
