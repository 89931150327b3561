"""Stress in spheres and the traction of the matrix on them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.integrate import solve_bvp
from support import closed_forms
from support.orders import assert_expected_order

from chemomech import materials
from chemomech.experiments.models.radial.elasticity import FreeStress, SphereElasticity
from chemomech.experiments.models.radial.mechanics import SphereStress
from chemomech.experiments.models.radial.spheres import SphereGrid
from chemomech.materials.splines import Polynomial
from chemomech.solver.physics.matrix_traction import (
    Clamped,
    Free,
    MeanField,
    Mixture,
    Moduli,
    Rollers,
    SolvedLayout,
    Tractions,
    second_order,
    third_order,
)

NMC = materials.active_material("nmc622").at_temperature(298.15)
E, NU = 150e9, float(NMC.poisson_ratio)
MATRIX = Moduli.of(1.78e9, 0.35)
FRACTION = 0.41


def with_line(modulus: float) -> materials.ActiveMaterial:
    """A constant modulus and a strain of 0.1 (x - x_made)."""
    line = dataclasses.replace(NMC.chemical_strain, function=Polynomial((0.0, 0.1)))
    return NMC.replace(youngs_modulus=modulus, chemical_strain=line)


def test_a_parabola_has_the_stress_of_the_closed_form_and_converges_with_second_order() -> None:
    # e = e1 s^2: sigma_t = E e1/(1 - nu) (0.4 - 0.8 s^2), sigma_r = E e1/(1 - nu) 0.4 (1 - s^2).
    errors, sizes = [], [12, 24, 48]
    for intervals in sizes:
        grid = SphereGrid.of(intervals, 1.6)
        s2 = grid.nodes**2
        stress = SphereElasticity(with_line(E), grid).stress((0.6 - 0.3 * s2)[:, None])[1]
        unit = E * 0.1 * -0.3 / (1.0 - NU)
        hoop, radial = unit * (0.4 - 0.8 * s2), unit * 0.4 * (1.0 - s2)
        errors.append(max(np.abs(stress.hoop[:, 0] - hoop).max(), np.abs(stress.radial[:, 0] - radial).max()))
    assert_expected_order("stress", [1.0 / n for n in sizes], errors, 2.0, magnitude=abs(unit))
    assert errors[1] < 0.005 * abs(unit)


def test_a_modulus_that_varies_is_in_equilibrium() -> None:
    """Against displacement and radial stress by SciPy's solver of boundary-value problems."""
    grid, inner = SphereGrid.of(48, 1.3), 1.0e-3

    def profile(s: np.ndarray) -> np.ndarray:
        return 0.75 - 0.35 * s**4

    def rise_of(s: np.ndarray, u: np.ndarray, sigma: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        x = profile(s)
        young, strain = np.asarray(NMC.youngs_modulus(x)), np.asarray(NMC.chemical_strain_since_made(x))
        scale = young / ((1.0 + NU) * (1.0 - 2.0 * NU)) / 1e9
        rise = (sigma / scale - 2.0 * NU * u / s + (1.0 + NU) * strain) / (1.0 - NU)
        return rise, scale, strain

    def equations(s: np.ndarray, y: np.ndarray) -> np.ndarray:
        rise, scale, strain = rise_of(s, y[0], y[1])
        hoop = scale * (NU * rise + y[0] / s - (1.0 + NU) * strain)
        return np.array([rise, -2.0 * (y[1] - hoop) / s])

    def ends(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        # About the centre u is in proportion to r; the surface is free.
        return np.array([rise_of(np.array(inner), left[0], left[1])[0] - left[0] / inner, right[1]])

    solution = solve_bvp(equations, ends, np.linspace(inner, 1.0, 400), np.zeros((2, 400)), tol=1e-7)
    assert solution.success
    elasticity = SphereElasticity(NMC, grid)
    x = profile(grid.nodes)[:, None]
    free, stress = elasticity.stress(x)
    at = grid.nodes[2:]
    scale = np.abs(stress.hoop).max()
    assert free.strain[0] == pytest.approx(solution.sol(1.0)[0], rel=2e-3)
    assert np.abs(stress.radial[2:, 0] - 1e9 * solution.sol(at)[1]).max() < 5e-3 * scale
    rise, modulus, strain = rise_of(at, *solution.sol(at))
    hoop = 1e9 * modulus * (NU * rise + solution.sol(at)[0] / at - (1.0 + NU) * strain)
    assert np.abs(stress.hoop[2:, 0] - hoop).max() < 5e-3 * scale
    # The modulus is not one number here, and it matters.
    uniform = SphereElasticity(NMC.replace(youngs_modulus=float(free.modulus[0])), grid).stress(x)[1]
    assert np.abs(uniform.hoop - stress.hoop).max() > 0.01 * scale


def test_the_remainder_is_the_hydrostatic_stress_and_its_local_part_and_hardly_varies() -> None:
    grid = SphereGrid.of(40, 1.5)
    x = (0.8 - 0.3 * grid.nodes**6)[:, None]
    elasticity = SphereElasticity(with_line(E), grid)
    free, stress = elasticity.stress(x)
    hydrostatic = (stress.radial + 2.0 * stress.hoop) / 3.0
    strain = 0.1 * (x - float(NMC.stress_free_stoichiometry))
    local = 2.0 * E / (3.0 * (1.0 - NU)) * strain
    assert np.abs(free.remainder - hydrostatic - local)[1:].max() < 0.01 * np.ptp(hydrostatic)
    # For one modulus it is one number, 2 E/(3 (1 - nu)) <e>.
    mean = 2.0 * E / (3.0 * (1.0 - NU)) * 3.0 * float(grid.volumes @ strain[:, 0])
    assert np.abs(free.remainder - mean).max() < 0.01 * np.ptp(hydrostatic)


def test_blocks_of_particles_do_not_change_the_stress() -> None:
    grid = SphereGrid.of(10, 1.6)
    x = 0.6 - np.linspace(0.0, 0.3, 1100) * grid.nodes[:, None] ** 2
    elasticity = SphereElasticity(NMC, grid)
    together, alone = elasticity.stress(x)[1], elasticity.stress(x[:, 900:901])[1]
    assert together.hoop[:, 900:901] == pytest.approx(alone.hoop, rel=1e-12)
    assert elasticity.solve(x).remainder[:, 900] == pytest.approx(
        elasticity.solve(x[:, 900:901]).remainder[:, 0]
    )


# --- the matrix -----------------------------------------------------------------------------------------


def traction(
    support: Free | Clamped | Rollers, order: int, misfit: float = -0.01, nu: float = 0.3
) -> Tractions:
    one = np.ones(1)
    return MeanField(one, nu, MATRIX, FRACTION, support, order).tractions(misfit * one, 145e9 * one)


def test_second_order_is_the_sphere_in_a_shell() -> None:
    """Closed forms for a composite sphere, for which the bound on the bulk modulus is exact.

    With E 1.78 GPa, nu 0.35 and a volume fraction of 0.41 the compliances are 7.63e-10 (free) and
    1.19e-10 /Pa (held), and 3.82e-10 /Pa without an end.
    """
    bulk = 145e9 / (3.0 * 0.4)
    for support, closed, compliance in (
        (Free(), closed_forms.misfit_pressure_in_free_shell, 7.63e-10),
        (Clamped(), closed_forms.misfit_pressure_in_fixed_shell, 1.19e-10),
    ):
        found = float(traction(support, 2).normal[0])
        assert -found == pytest.approx(closed(bulk, MATRIX.bulk, MATRIX.shear, -0.01, FRACTION), rel=1e-10)
        assert 0.01 / found == pytest.approx(compliance, rel=5e-3)


def test_a_lone_sphere_differs_by_its_own_misfit() -> None:
    strains, ones = np.array([-0.01, -0.014]), np.ones(2)
    normal = MeanField(ones, 0.3, MATRIX, FRACTION, Rollers()).tractions(strains, 145e9 * ones).normal
    assert (normal[1] - normal[0]) / 0.004 == pytest.approx(1.0 / 3.82e-10, rel=5e-3)


def test_moduli_of_a_dilute_suspension_are_einsteins() -> None:
    # Rigid spheres in an incompressible matrix: G*/G = 1 + 2.5 p; whatever the truncation.
    matrix, rigid = Moduli(1e16, 1e9), Moduli(1e20, 1e20)
    for law in (second_order, third_order):
        assert (law(matrix, rigid, 1e-4).shear / 1e9 - 1.0) / 1e-4 == pytest.approx(2.5, rel=2e-3)
    # The second coefficient of the third-order law: 2.5 (1 + 1.5 * 0.48274) = 4.31; second order has 2.5.
    rise = (third_order(matrix, rigid, 1e-3).shear / 1e9 - 1.0 - 2.5e-3) / 1e-6
    assert rise == pytest.approx(2.5 * (1.0 + 1.5 * 0.48274), rel=0.02)


def test_third_order_moduli_come_nearer_to_those_of_the_shipped_layout_by_finite_elements() -> None:
    # effective_elasticity of rve-52 (coarse mesh, E 115 and 1.78 GPa): Hill means 4.25 and 2.04 GPa.
    spheres = Moduli.of(115e9, 0.3)
    second, third = second_order(MATRIX, spheres, FRACTION), third_order(MATRIX, spheres, FRACTION)
    assert second.bulk < third.bulk < 4.25e9
    assert second.shear < third.shear < 2.04e9


def test_equal_moduli_have_no_truncation_and_eshelbys_strain() -> None:
    """One modulus for all: an exact solution, by Eshelby's (1 + nu)/(3 (1 - nu)) of the misfit."""
    nu, misfit, fraction, young = 0.3, -0.01, 0.2, 10e9
    matrix = Moduli.of(young * (1.0 + 1e-4), nu)
    one = np.ones(1)
    acting = MeanField(one, nu, matrix, fraction, Clamped()).tractions(misfit * one, young * one)
    share = (1.0 + nu) / (3.0 * (1.0 - nu))
    strain = share * (1.0 - fraction) * misfit
    assert acting.normal[0] == pytest.approx(3.0 * Moduli.of(young, nu).bulk * (strain - misfit), rel=3e-4)


def test_an_electrode_between_its_like_keeps_its_width_and_bears_the_stack_pressure() -> None:
    spheres = Moduli.of(115e9, 0.3)
    mixture = Mixture(FRACTION, MATRIX, spheres, third_order(MATRIX, spheres, FRACTION), -0.005)
    for pressure in (0.0, 2e6):
        mean, deviator = Rollers(pressure).strain(mixture)
        k, g = mixture.effective.bulk, mixture.effective.shear
        along = 3.0 * k * (mean - mixture.free_strain) + 2.0 * g * deviator
        assert mean - deviator / 2.0 == pytest.approx(0.0, abs=1e-18)
        assert along == pytest.approx(-pressure, abs=1.0)
    pressed = traction(Rollers(2e6), 3).normal - traction(Rollers(), 3).normal
    assert pressed[0] < 0.0


def test_a_deviator_changes_the_equivalent_stress_by_the_angle() -> None:
    """Against principal stresses of the whole tensor at points of the surface."""
    hoop, radial, deviator = 120e6, -7e6, 35e6
    rows = np.full((3, 1), hoop), np.full((3, 1), radial)
    free = FreeStress(np.zeros((3, 1)), np.full((3, 1), hoop - radial))
    stress = SphereStress(free, Tractions(np.full(1, radial), deviator * np.diag([-0.5, -0.5, 1.0])[None]))
    assert rows[0] == pytest.approx(stress.hoop)
    cosines, weights = np.polynomial.legendre.leggauss(40)
    values, largest = [], []
    for cosine in cosines:
        normal = np.array([np.sqrt(1.0 - cosine**2), 0.0, cosine])
        tensor = hoop * np.eye(3) + (radial - hoop) * np.outer(normal, normal)
        tensor += deviator * np.diag([-0.5, -0.5, 1.0])
        principal = np.linalg.eigvalsh(tensor)
        values.append(np.sqrt(0.5 * sum((principal[i] - principal[i - 1]) ** 2 for i in range(3))))
        largest.append(principal[-1])
    assert stress.surface_equivalent()[0] == pytest.approx(0.5 * weights @ np.array(values), rel=1e-4)
    assert stress.largest_equivalent()[0] == pytest.approx(max(values), rel=2e-2)
    assert stress.largest_principal()[0] == pytest.approx(max(largest), rel=2e-2)
    assert stress.core_equivalent()[0] == pytest.approx(1.5 * deviator)


def test_any_deviator_changes_the_stress_like_the_whole_tensor_does() -> None:
    """Three unlike principal values along turned axes, against the tensor at many points of the surface."""
    rng = np.random.default_rng(2)
    tensor = rng.normal(size=(3, 3))
    deviator = 30e6 * (tensor + tensor.T)
    deviator -= np.trace(deviator) / 3.0 * np.eye(3)
    hoop = 150e6
    free = FreeStress(np.zeros((3, 1)), np.full((3, 1), hoop))
    stress = SphereStress(free, Tractions(np.zeros(1), deviator[None]))
    normals = rng.normal(size=(40_000, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    whole = hoop * (np.eye(3) - normals[:, :, None] * normals[:, None, :]) + deviator
    values = np.linalg.eigvalsh(whole)
    equivalent = np.sqrt(0.5 * sum((values[:, i] - values[:, i - 1]) ** 2 for i in range(3)))
    assert stress.surface_equivalent()[0] == pytest.approx(equivalent.mean(), rel=3e-3)
    assert stress.largest_equivalent()[0] == pytest.approx(equivalent.max(), rel=3e-3)
    assert stress.largest_principal()[0] == pytest.approx(values.max(), rel=3e-3)


def test_a_solved_layout_scales_with_the_mean_misfit_and_adds_what_differs() -> None:
    one = np.ones(2)
    per_misfit = -5e9 * np.array([np.eye(3), 2.0 * np.eye(3)])
    per_misfit[0] += 3e9 * np.diag([-0.5, -0.5, 1.0])
    at_rest = np.zeros((2, 3, 3))
    at_rest[:, 2, 2] = -3e6
    solved = SolvedLayout(one, 0.3, MATRIX, per_misfit, at_rest)
    found = solved.tractions(np.array([-0.01, -0.02]), 145e9 * one)
    own = 0.005 / 3.82e-10
    assert found.normal == pytest.approx([0.075e9 - own - 1e6, 0.15e9 + own - 1e6], rel=2e-3)
    assert found.deviator[0] == pytest.approx((-0.015 * 3e9 - 2e6) * np.diag([-0.5, -0.5, 1.0]))
    assert found.equivalent[1] == pytest.approx(3e6)


def test_an_equivalent_stress_that_vanishes_is_zero_and_not_the_root_of_a_rounding_error() -> None:
    for deviator in np.random.default_rng(1).uniform(-3e7, 3e7, 200):
        free = FreeStress(np.zeros((2, 1)), np.full((2, 1), 1.5 * deviator))
        stress = SphereStress(free, Tractions(np.zeros(1), deviator * np.diag([-0.5, -0.5, 1.0])[None]))
        assert np.isfinite(stress.largest_equivalent()).all()
        assert np.isfinite(stress.surface_equivalent()).all()
