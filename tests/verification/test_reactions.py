"""Reaction laws: their zero, their sign and size, and how stress moves the equilibrium potential."""

from __future__ import annotations

import numpy as np
import pytest
import ufl
from dolfinx import fem
from support.octant import mean, octant
from support.simple_materials import linear_voltage, simple_cathode

from chemomech.materials import ActiveMaterial, lithium
from chemomech.solver.physics.charge_transfer import LithiumButlerVolmer, ParticleButlerVolmer
from chemomech.solver.physics.stress_feedback import TwoWayStressFeedback, local_stress

C_MAX, OMEGA = 50000.0, 1.3e-6
THERMAL = 8.314462618 * 298.15 / 96485.33212
"""RT/F [V]."""


@pytest.fixture(scope="module")
def cathode() -> ActiveMaterial:
    return simple_cathode(
        maximum_concentration=C_MAX,
        diffusivity=1e-14,
        youngs_modulus=140e9,
        poisson_ratio=0.3,
        partial_molar_volume=OMEGA,
        open_circuit_voltage=linear_voltage(-1.0),
    )


class Point:
    """A uniform state on the smallest of meshes, on which expressions have one value."""

    def __init__(self, cathode: ActiveMaterial, x: float, hydrostatic_stress: float) -> None:
        mesh = octant([0.0, 1.0])
        space = fem.functionspace(mesh, ("Lagrange", 1))
        self.x, remainder = fem.Function(space), fem.Function(space)
        self.x.x.array[:] = x
        # sigma_h = s - S0(x); s in GPa.
        remainder.x.array[:] = (hydrostatic_stress + float(local_stress(cathode, 0.9, x))) / 1e9
        self.feedback = TwoWayStressFeedback(cathode, 0.9, remainder)
        self.dx = ufl.Measure("dx", domain=mesh, metadata={"quadrature_degree": 2})
        self.reaction = ParticleButlerVolmer(cathode, 298.15)

    def value(self, expression: ufl.core.expr.Expr) -> float:
        return mean(expression, self.dx)

    def current(self, potential_step: float) -> float:
        """Reaction current density at 1 M [A/m2]."""
        shift = self.feedback.shift(self.x)
        constants = ufl.as_ufl(1000.0), ufl.as_ufl(potential_step)
        return self.value(self.reaction.current_density(self.x, *constants, shift))


def test_tension_raises_the_equilibrium_potential_by_the_notes_number(cathode: ActiveMaterial) -> None:
    # Omega sigma_h / F: 0.135 mV per 10 MPa at 1.3e-6 m3/mol (section 2).
    point = Point(cathode, 0.6, 10e6)
    shift = point.value(point.feedback.shift(point.x))
    assert shift == pytest.approx(1.35e-4, abs=1e-6)
    # U(.6) = 4.4 V: no current exactly where phi_p - phi_e is U + shift, delithiation above it.
    assert point.current(4.4 + shift) == pytest.approx(0.0, abs=1e-12)
    assert point.current(4.4) < 0.0 < point.current(4.4 + 2.0 * shift)


def test_butler_volmer_has_the_size_of_the_closed_form(cathode: ActiveMaterial) -> None:
    # j = 2 i0 sinh(F eta / 2RT) with alpha = 1/2; i0 = 4 sqrt(.6 .4) = 1.9596 A/m2 at 1 M, eta = 50 mV.
    point = Point(cathode, 0.6, 0.0)
    expected = 2.0 * 4.0 * np.sqrt(0.24) * np.sinh(0.05 / (2.0 * THERMAL))
    assert point.current(4.45) == pytest.approx(expected, rel=1e-9)
    assert point.current(4.35) == pytest.approx(-expected, rel=1e-9)


def test_lithium_plates_at_a_positive_electrolyte_potential(cathode: ActiveMaterial) -> None:
    # 72 A/m2 of plating cost (2RT/F) asinh(72 / (2 70.6)) = 25 mV (section 1.4).
    point = Point(cathode, 0.6, 0.0)
    law = LithiumButlerVolmer(lithium("lithium-metal"), 298.15)
    exchange = float(lithium("lithium-metal").exchange_current_density(1000.0))
    potential = 2.0 * THERMAL * np.arcsinh(72.0 / (2.0 * exchange))
    assert potential == pytest.approx(0.025, abs=5e-4)
    one = fem.Constant(point.x.function_space.mesh, 1.0)
    current = law.current_density(1000.0 * one, potential * one)
    assert point.value(current) == pytest.approx(-72.0, rel=1e-9)
