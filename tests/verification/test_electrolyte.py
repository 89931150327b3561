"""Porous electrolyte: separator slab in steady state, and Sand's time."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import cumulative_simpson, quad
from scipy.optimize import brentq
from support.closed_forms import sand_time
from support.orders import assert_expected_order
from support.pores import PorousSlab

from chemomech.materials import FARADAY, GAS_CONSTANT, Electrolyte, electrolyte, lithium

CURRENT = 72.0
POROSITY = 0.5
FACTOR = POROSITY**1.5
THICKNESS = 25.0
TRANSFERENCE = 0.2594
NYMAN_AT_ONE_MOLAR = 1.7694e-10
"""8.794e-11 - 3.972e-10 + 4.862e-10 m2/s."""
THERMAL = 2.0 * GAS_CONSTANT * 298.15 / FARADAY


@pytest.fixture(scope="module")
def constant_laws() -> Electrolyte:
    return electrolyte("lipf6-dfn-reference").replace(
        diffusivity=NYMAN_AT_ONE_MOLAR, conductivity=1.0, thermodynamic_factor=2.3
    )


def steady(law: Electrolyte, segments: int, current: float = CURRENT, tolerance: float = 1e-10) -> PorousSlab:
    """Slab after so long a time (L^2 eps / D_eff is 5 s) that nothing moves any more.

    No step is longer than needed: what the iteration leaves of a step's residual stays in the salt as a
    change of its mean, and grows with the step.
    """
    nodes = np.linspace(0.0, THICKNESS, segments + 1)
    slab = PorousSlab(
        nodes, law, lithium("lithium-metal"), POROSITY, FACTOR, current, newton_tolerance=tolerance
    )
    slab.march([1.0, 4.0, 20.0, 100.0, *([1.0e3] * 6)])
    return slab


def test_separator_reaches_the_linear_steady_state(constant_laws: Electrolyte) -> None:
    # dc/dz = -i (1 - t+) / (F D_eff) towards the metal; 221 mol/m3 over 25 um at 72 A/m2 (notes 3.5).
    slab = steady(constant_laws, 8)
    salt = 1e3 * slab.profile(slab.salt)
    slope = CURRENT * (1.0 - TRANSFERENCE) / (FARADAY * FACTOR * NYMAN_AT_ONE_MOLAR)
    drop = slope * THICKNESS * 1e-6
    assert drop == pytest.approx(221.0, abs=0.5)
    # Anions neither enter nor leave, so the mean stays; a straight line is in the space of linear elements.
    expected = 1000.0 + drop * (0.5 - slab.z / THICKNESS)
    assert salt == pytest.approx(expected, abs=1e-4)


def test_potential_of_the_steady_separator_is_exact_up_to_quadrature(constant_laws: Electrolyte) -> None:
    # i = -kappa (phi' - (2RT/F)(1-t+) TDF c'/c): phi(0) - phi(L) = i L / kappa + (2RT/F)(1-t+) TDF ln(c0/cL).
    drop = CURRENT * (1.0 - TRANSFERENCE) / (FARADAY * FACTOR * NYMAN_AT_ONE_MOLAR) * THICKNESS * 1e-6
    current, drop = 5.5 * CURRENT, 5.5 * drop  # 1215 mol/m3: the logarithm is far from straight
    high, low = 1000.0 + drop / 2.0, 1000.0 - drop / 2.0
    ohmic = current * THICKNESS * 1e-6 / (FACTOR * 1.0)
    diffusion = THERMAL * (1.0 - TRANSFERENCE) * 2.3 * np.log(high / low)
    # So sharp an order leaves little room: coarser meshes are not yet in the asymptotic range, on finer ones
    # the error falls to what even this tolerance of the iteration leaves.
    segments, errors, tolerance = (6, 8, 12), [], 1e-12
    for n in segments:
        slab = steady(constant_laws, n, current, tolerance)
        phi, salt = slab.profile(slab.phi), 1e3 * slab.profile(slab.salt)
        assert salt[[0, -1]] == pytest.approx([high, low], abs=1e-4)
        # The nodes have the salt of the closed form up to the drift of the mean, which is no error in space.
        logarithm = np.log(salt[0] / salt[-1]) / np.log(high / low)
        errors.append(float(abs(phi[0] - phi[-1] - (ohmic + diffusion * logarithm)) / diffusion))
    # Nodal values of a one-dimensional diffusion problem carry the error of the quadrature only; three Gauss
    # points (degree 4) integrate the gradient of the logarithm with order 6.
    assert_expected_order(
        "potential of the separator", [1.0 / n for n in segments], errors, 6.0, slack=0.5,
        magnitude=(ohmic + diffusion) / diffusion, tolerance=tolerance,
    )  # fmt: skip
    # At the metal -i = i0 (exp(-F phi/2RT) - exp(F phi/2RT)): phi = (2RT/F) asinh(i / 2 i0(c)).
    exchange = float(lithium("lithium-metal").exchange_current_density(low))
    assert phi[-1] == pytest.approx(THERMAL * np.arcsinh(current / (2.0 * exchange)), rel=1e-6)


def test_salt_with_concentration_dependent_laws_converges_with_second_order() -> None:
    # Nyman's D(c), t+ constant: D_eff(c) dc/dz = -i (1 - t+)/F is solved by one integral, whose constant
    # follows from the mean concentration.
    law = electrolyte("lipf6-dfn-reference")
    current = 4.0 * CURRENT
    rate = current * (1.0 - TRANSFERENCE) / FARADAY

    def depth_below(c: float, top: float) -> float:
        """Depth [m] at which the concentration has fallen from ``top`` to c."""
        return quad(lambda s: FACTOR * float(law.diffusivity(s)), c, top, epsabs=1e-16)[0] / rate

    def exact(top: float, points: np.ndarray) -> np.ndarray:
        def concentration(depth: float) -> float:
            return float(brentq(lambda c: depth_below(c, top) - depth, 1.0, top, xtol=1e-11))

        return np.array([concentration(1e-6 * z) for z in points])

    fine = np.linspace(0.0, THICKNESS, 65)

    def excess(top: float) -> float:
        return float(cumulative_simpson(exact(top, fine), x=fine)[-1]) / THICKNESS - 1000.0

    top = brentq(excess, 1300.0, 1700.0)
    segments, errors = (4, 8, 16), []
    for n in segments:
        slab = steady(law, n, current)
        errors.append(float(np.max(np.abs(1e3 * slab.profile(slab.salt) - exact(top, slab.z)))))
    assert_expected_order(
        "salt, D(c)", [1.0 / n for n in segments], errors, 2.0, magnitude=1000.0, tolerance=1e-10
    )


def test_sands_time_is_met_with_second_order_in_time(constant_laws: Electrolyte) -> None:
    # Semi-infinite: c(metal, t) = c0 (1 - sqrt(t/tau)), tau = pi eps D_eff (c0 F / (2 i (1 - t+)))^2 = 80 s.
    tau = sand_time(CURRENT, TRANSFERENCE, POROSITY, FACTOR * NYMAN_AT_ONE_MOLAR, 1000.0, FARADAY)
    assert tau == pytest.approx(80.0, abs=0.5)
    # The diffusion length sqrt(D_eff tau/eps) is .1 mm: 1 mm is far away (erfc(5) = 1.5e-12). Cells grow
    # from .05 um at the metal, so that the error in space is below that of the smallest step.
    depth = [0.0]
    while depth[-1] < 1000.0:
        depth.append(depth[-1] + max(0.05, 0.01 * depth[-1]))
    nodes = depth[-1] - np.array(depth[::-1])
    end, counts, errors = 0.49 * tau, (20, 40, 80), []
    for count in counts:
        slab = PorousSlab(nodes, constant_laws, lithium("lithium-metal"), POROSITY, FACTOR, CURRENT)
        slab.march([end / count] * count)
        errors.append(float(abs(slab.profile(slab.salt)[-1] - 0.3)))
    assert_expected_order(
        "salt at the metal", [end / n for n in counts], errors, 2.0, magnitude=1.0, tolerance=1e-10
    )
    # sqrt(.49) = .7: the straight line through c0 meets zero at sqrt(tau), which is the time measured.
    remaining = slab.profile(slab.salt)[-1]
    assert end / (1.0 - remaining) ** 2 == pytest.approx(tau, rel=1e-3)
