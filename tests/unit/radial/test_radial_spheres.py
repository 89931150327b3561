"""Lithium along the radius: closed forms, and an independent solution with stress."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from support.closed_forms import sphere_constant_flux
from support.orders import assert_expected_order
from support.radial_sphere import RadialSphere
from support.simple_materials import linear_voltage, simple_cathode

from chemomech.experiments.models.radial.elasticity import SphereElasticity
from chemomech.experiments.models.radial.spheres import SphereGrid, Spheres
from chemomech.materials import FARADAY, ActiveMaterial
from chemomech.materials.splines import Polynomial
from chemomech.solver.stepping.multistep import formula

RADIUS, C_MAX, DIFFUSIVITY = 5.0e-6, 50000.0, 1.0e-14
YOUNG, POISSON, SLOPE, START, GRADIENT = 140e9, 0.3, -0.15, 0.95, 0.3
FULL, RISE = 0.8e-6, 5.0e-6
CURRENT = FARADAY * GRADIENT * DIFFUSIVITY * C_MAX / RADIUS
TIME = RADIUS**2 / DIFFUSIVITY
STEPS = [share * TIME for share in (0.01, 0.02, 0.03, 0.04, 0.05, 0.05)]

type Array = np.ndarray


def cathode(rise: float = 0.0) -> ActiveMaterial:
    base = simple_cathode(
        maximum_concentration=C_MAX, diffusivity=DIFFUSIVITY, youngs_modulus=YOUNG, poisson_ratio=POISSON,
        partial_molar_volume=FULL, open_circuit_voltage=linear_voltage(SLOPE),
    )  # fmt: skip
    law = Polynomial((0.0, C_MAX / 3.0 * (FULL + rise), -C_MAX / 3.0 * rise / 2.0))
    return base.replace(chemical_strain=dataclasses.replace(base.chemical_strain, function=law))


def march(
    material: ActiveMaterial, grid: SphereGrid, stress: bool, current: float = CURRENT, factor: float = 1.0,
    steps: list[float] = STEPS,
) -> Array:  # fmt: skip
    """Profile after implicit steps under a constant current, by the linearisation under test alone."""
    spheres = Spheres(material, grid, np.array([RADIUS]), stress)
    elasticity = SphereElasticity(material, grid) if stress else None
    x = np.full((len(grid.nodes), 1), START)
    past, times = [x], [0.0]
    for step in steps:
        rule = formula(step, times)
        known = sum(w * p for w, p in zip(rule.weights, past, strict=False))
        for _ in range(30):
            remainder = None if elasticity is None else elasticity.solve(x).remainder
            response = spheres.linearise(
                x, np.array([current]), rule.rate, known, np.array([factor]), remainder
            )
            x = x + response.without
            if np.abs(response.without).max() < 1e-12:
                break
        else:
            raise AssertionError("no convergence")
        past, times = [x, *past][:3], [times[0] + step, *times][:3]
    return x[:, 0]


def decay(steps: list[float]) -> Callable[[Array], Array]:
    """Amplitude of modes y' = -lambda y by the time formula under test, from 1."""

    def amplitude(eigenvalues: Array) -> Array:
        past, times = [np.ones_like(eigenvalues)], [0.0]
        for step in steps:
            rule = formula(step / TIME, times)
            known = sum(w * p for w, p in zip(rule.weights, past, strict=False))
            past = [-known / (rule.rate + eigenvalues), *past][:3]
            times = [times[0] + step / TIME, *times][:3]
        return past[0]

    return amplitude


@pytest.mark.parametrize("grading", [1.0, 1.6])
def test_a_constant_flux_converges_with_second_order_in_space(grading: float) -> None:
    errors, sizes = [], [16, 32, 64]
    for intervals in sizes:
        grid = SphereGrid.of(intervals, grading)
        y = (START - march(cathode(), grid, stress=False)) / GRADIENT
        exact = sphere_constant_flux(grid.nodes, sum(STEPS) / TIME, decay(STEPS))
        errors.append(float(np.sqrt(3.0 * grid.volumes @ (y - exact) ** 2)))
    assert_expected_order(
        "lithium along the radius", [1.0 / n for n in sizes], errors, 2.0, magnitude=0.5, slack=0.3
    )
    assert errors[0] < 4e-3


def test_what_leaves_the_surface_is_missing_inside() -> None:
    grid = SphereGrid.of(13, 1.6)
    x = march(cathode(RISE), grid, stress=True)
    lost = START - 3.0 * grid.volumes @ x
    assert lost == pytest.approx(3.0 * GRADIENT * sum(STEPS) / TIME, rel=1e-10)
    assert grid.volumes.sum() == pytest.approx(1.0 / 3.0, rel=1e-14)


def test_a_factor_on_the_diffusivity_is_another_diffusivity() -> None:
    grid = SphereGrid.of(20, 1.6)
    # Twice D, half the time, twice the current: the same profile.
    fast = march(cathode(), grid, False, 2.0 * CURRENT, 2.0, [step / 2.0 for step in STEPS])
    assert fast == pytest.approx(march(cathode(), grid, False), abs=1e-10)


def test_stress_drives_by_the_gradient_of_molar_volume_times_stress() -> None:
    """Against finite volumes with the closed-form stress of a free sphere: no split of the stress."""

    def molar_volume(x: Array) -> Array:
        return FULL + RISE * (1.0 - x)

    def strain(x: Array) -> Array:
        return C_MAX / 3.0 * (FULL * x + RISE * (x - x**2 / 2.0))

    def rule_of(steps: list[float], past: int) -> tuple[float, tuple[float, ...]]:
        times = np.concatenate([[0.0], np.cumsum(steps)])
        rule = formula(steps[-1], list(times[-2::-1][:past]))
        return rule.rate, rule.weights

    other = RadialSphere(
        RADIUS, DIFFUSIVITY, YOUNG, POISSON, molar_volume, strain, SLOPE, GRADIENT * DIFFUSIVITY / RADIUS,
        cells=160,
    )  # fmt: skip
    reference = other.profile(other.march(START, STEPS, rule_of))
    plain = march(cathode(RISE), SphereGrid.of(48, 1.0), stress=False)
    errors, sizes = [], [12, 24, 48]
    for intervals in sizes:
        grid = SphereGrid.of(intervals, 1.0)
        x = march(cathode(RISE), grid, stress=True)
        exact = reference(grid.nodes * RADIUS)
        errors.append(float(np.sqrt(3.0 * grid.volumes @ (x - exact) ** 2)))
    # Without stress the profile is far steeper: the comparison can tell.
    assert np.ptp(plain) > 1.2 * np.ptp(x)
    assert errors[-1] < 2e-3 * np.ptp(x)
    assert errors[0] / errors[1] > 3.0


def test_nodes_are_finer_at_the_surface_and_end_on_it() -> None:
    grid = SphereGrid.of(24, 1.6)
    widths = np.diff(grid.nodes)
    assert grid.nodes[[0, -1]] == pytest.approx([0.0, 1.0])
    assert np.all(np.diff(widths) < 0.0)
    assert widths[-1] == pytest.approx((1.0 / 24.0) ** 1.6)
