"""Two-way coupling where the partial molar volume changes with lithium: the drive is grad(Omega sigma_h)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from support.free_sphere import CoupledSphere
from support.octant import at_quadrature, ds_surface, mean, root_mean_square, uniform_octant
from support.orders import assert_expected_order
from support.radial_sphere import RadialSphere
from support.simple_materials import linear_voltage, simple_cathode

from chemomech.materials import FARADAY, ActiveMaterial
from chemomech.materials.splines import Polynomial
from chemomech.solver.stepping.multistep import formula

RADIUS, MICRO = 5.0e-6, 1.0e6
C_MAX, DIFFUSIVITY, SLOPE = 50000.0, 1.0e-14, -0.15
YOUNG, POISSON = 140e9, 0.3
START, GRADIENT = 0.95, 0.5
FULL, RISE = 0.8e-6, 5.0e-6
"""Omega(x) = FULL + RISE (1 - x) [m3/mol]: 1.05e-6 at the start, 3e-6 at the surface at the end."""
CURRENT = FARADAY * GRADIENT * DIFFUSIVITY * C_MAX / RADIUS
STEPS = [share * RADIUS**2 / DIFFUSIVITY for share in (0.01, 0.02, 0.03, 0.04, 0.05, 0.05)]


def molar_volume(x: np.ndarray) -> np.ndarray:
    return FULL + RISE * (1.0 - x)


def strain(x: np.ndarray) -> np.ndarray:
    # Its slope is Omega c_max / 3.
    return C_MAX / 3.0 * (FULL * x + RISE * (x - x**2 / 2.0))


@pytest.fixture(scope="module")
def cathode() -> ActiveMaterial:
    base = simple_cathode(
        maximum_concentration=C_MAX, diffusivity=DIFFUSIVITY, youngs_modulus=YOUNG, poisson_ratio=POISSON,
        partial_molar_volume=FULL, open_circuit_voltage=linear_voltage(SLOPE),
    )  # fmt: skip
    law = Polynomial((0.0, C_MAX / 3.0 * (FULL + RISE), -C_MAX / 3.0 * RISE / 2.0))
    varying = base.replace(chemical_strain=dataclasses.replace(base.chemical_strain, function=law))
    assert float(varying.partial_molar_volume(0.6)) == pytest.approx(float(molar_volume(0.6)), rel=1e-12)
    return varying


def time_formula(steps: Sequence[float], past: int) -> tuple[float, tuple[float, ...]]:
    """The solver's own discrete time derivative: both solutions then differ in space only."""
    times = np.concatenate([[0.0], np.cumsum(steps)])
    rule = formula(steps[-1], list(times[-2::-1][:past]))
    return rule.rate, rule.weights


def radial(**entries) -> RadialSphere:  # type: ignore[no-untyped-def]
    return RadialSphere(
        RADIUS, DIFFUSIVITY, YOUNG, POISSON, molar_volume, strain, SLOPE,
        GRADIENT * DIFFUSIVITY / RADIUS, **entries,
    )  # fmt: skip


@pytest.fixture(scope="module")
def reference() -> tuple[RadialSphere, np.ndarray]:
    """The radial solution on 200 shells, and its profile at the end."""
    sphere = radial(cells=200)
    return sphere, sphere.march(START, STEPS, time_formula)


def marched(material: ActiveMaterial, segments: int) -> CoupledSphere:
    mesh = uniform_octant(segments, RADIUS * MICRO)
    sphere = CoupledSphere(mesh, RADIUS * MICRO, material, lambda x: CURRENT, START, CURRENT * 25.0)
    lithium = sphere.lithium
    for step in STEPS:
        rule = formula(step, lithium.history.times)
        lithium.rate.rate.value = rule.rate
        lithium.rate.history.x.array[:] = lithium.history.combine(rule.weights, 0)
        sphere.settle()
        lithium.history.push(lithium.history.times[0] + step, (lithium.x.x.array.copy(),))
    return sphere


def test_the_radial_solution_is_converged_and_tells_the_wrong_drive_apart(
    reference: tuple[RadialSphere, np.ndarray],
) -> None:
    fine, profile = reference
    gap = float(np.ptp(profile))
    coarse = radial(cells=100)
    # Second order: what is left at 200 shells is a third of the difference.
    difference = coarse.profile(coarse.march(START, STEPS, time_formula))(fine.centres) - profile
    assert np.abs(difference).max() < 3e-4 * gap
    assert fine.volumes @ profile / fine.volumes.sum() == pytest.approx(
        START - 3.0 * GRADIENT * sum(STEPS) * DIFFUSIVITY / RADIUS**2, abs=1e-10
    )
    wrong = radial(cells=200, drive_gradient_of_product=False).march(START, STEPS, time_formula)
    print(np.abs(wrong - profile).max() / gap)
    assert np.abs(wrong - profile).max() > 0.03 * gap


def test_a_molar_volume_that_changes_with_lithium_drives_by_the_gradient_of_the_product(
    cathode: ActiveMaterial, reference: tuple[RadialSphere, np.ndarray]
) -> None:
    fine, profile = reference
    exact, gap = fine.profile(profile), float(np.ptp(profile))
    segments, errors = (4, 7), []
    for n in segments:
        sphere = marched(cathode, n)
        x, mesh = sphere.lithium.x, sphere.lithium.mesh
        wanted = at_quadrature(mesh, lambda r: exact(r / MICRO))
        errors.append(root_mean_square(x - wanted, sphere.lithium.dx) / gap)
    sizes = [1.0 / n for n in segments]
    # Third order by theory; on meshes so coarse the smooth part of the error still falls faster.
    assert_expected_order(
        "coupled x, linear Omega(x)", sizes, errors, 3.0, magnitude=1.0, tolerance=1e-9, slack=0.5
    )
    # The wrong drive, Omega grad(sigma_h), is 3 % away.
    assert errors[-1] < 1e-3
    surface = mean(sphere.feedback.hydrostatic_stress(x), ds_surface(mesh, RADIUS * MICRO))
    rim = float(fine.profile(fine.stress(profile))(RADIUS))
    print(surface, rim)
    assert surface == pytest.approx(rim, rel=2e-3)
