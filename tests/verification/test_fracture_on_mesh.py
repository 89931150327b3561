"""Stress intensity read from a mesh: a whole sphere and one that a side of the cell halves."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pytest
from mpi4py import MPI
from support import closed_forms as exact
from support import half_cells

from chemomech.geometry import HalfCellMesh, Layout, MeshOptions, generate_mesh
from chemomech.solver.output.readings.particles import ParticleReader
from chemomech.solver.physics.fracture import RadialProfile, core_crack, mean_square_radius, surface_crack
from chemomech.solver.physics.fracture.stress import RadialStress

Array = npt.NDArray[np.float64]
Law = Callable[[Array], Array]
UM = 1e-6
RADIUS, FLAW = 2.0e-6, 100.0e-9


@pytest.fixture(scope="module")
def cell() -> HalfCellMesh:
    """About 2.5 cells a radius; the second sphere has its centre on a side."""
    centres = np.array([[2.6, 2.6, 2.6], [0.0, 2.7, 7.2]]) * UM
    layout = Layout(centres, np.full(2, RADIUS), (5.2 * UM, 5.2 * UM, 10 * UM), "whole-and-half")
    options = MeshOptions(
        interface_size=0.8e-6, particle_size=0.9e-6, matrix_size=2.4e-6, smallest_size=0.5e-6,
        separator_size=4e-6, electrode_separator_size=2.4e-6,
    )  # fmt: skip
    return generate_mesh(layout, 3 * UM, options, MPI.COMM_SELF, None)


@pytest.fixture(scope="module", params=[True, False], ids=["radii", "distances"])
def read(cell: HalfCellMesh, request: pytest.FixtureRequest) -> Iterator[Callable[[Law], RadialProfile]]:
    """Profiles of a stoichiometry that depends on s = r/R, read as of spheres and as of shapes."""
    with half_cells.stepper(
        dataclasses.replace(cell, spherical=request.param), half_cells.model(), "off"
    ) as stepper:
        reader = ParticleReader(stepper.problem, None)
        # Also without being told that they are spheres: 3 V/A, of the half as of the whole.
        assert reader.profile_radius == pytest.approx(RADIUS, rel=2e-3)
        centres = np.asarray(cell.layout.centres) / UM

        def profile(law: Law) -> RadialProfile:
            def at(p: Array) -> Array:
                away = np.min([np.linalg.norm(p.T - centre, axis=1) for centre in centres], axis=0)
                return law(away * UM / RADIUS)

            stepper.problem.fields.stoichiometry.interpolate(at)
            return reader.profile()

        yield profile


def exact_profile(law: Law) -> RadialProfile:
    edges = np.linspace(0.0, 1.0, 401)
    squares = mean_square_radius(edges)
    return RadialProfile.from_shells(squares, law(np.sqrt(squares))[None], law(np.ones(1)))


def intensities(profile: RadialProfile) -> tuple[Array, Array]:
    """K of both flaws under the stress of this profile with E/(1 - nu) = 1 and strain = x."""
    count = len(profile.squares)
    hoop = RadialStress(np.ones(count), profile, np.zeros(count)).hoop
    radius = np.full(count, RADIUS)
    return (
        surface_crack.stress_intensity(hoop, np.full(count, FLAW), radius),
        core_crack.stress_intensity(hoop, np.full(count, FLAW), radius),
    )


def crank(time: float) -> Law:
    """Extraction for D t / R^2 = time, 0.3 of x at the surface."""
    scale = 0.3 / float(exact.sphere_constant_flux(1.0, time))
    return lambda s: 0.9 - scale * exact.sphere_constant_flux(np.minimum(s, 1.0), time)


@pytest.mark.parametrize(
    ("law", "surface", "core"),
    [
        pytest.param(lambda s: 0.8 - 0.2 * s**2, 0.02, 0.01, id="quasi-steady"),
        pytest.param(crank(0.05), 0.02, 0.03, id="T=0.05"),
        pytest.param(crank(0.02), 0.03, 0.03, id="T=0.02"),
        # Diffusion has reached a tenth of the radius, a quarter of a cell.
        pytest.param(crank(0.005), 0.15, 0.10, id="T=0.005"),
    ],
)
def test_stress_intensity_of_a_meshed_profile(
    read: Callable[[Law], RadialProfile], law: Law, surface: float, core: float
) -> None:
    found, wanted = read(law), exact_profile(law)
    assert found.surface == pytest.approx(float(law(np.ones(1))[0]), abs=1e-3)
    k, k_core = intensities(found)
    (k_exact,), (core_exact,) = intensities(wanted)
    print("surface", k / k_exact - 1.0, "core", (k_core - core_exact) / k_exact)
    assert k == pytest.approx(np.full(2, k_exact), rel=surface)
    assert k_core == pytest.approx(np.full(2, core_exact), abs=core * k_exact)


def test_lithium_of_the_profile_is_that_of_the_particle(read: Callable[[Law], RadialProfile]) -> None:
    found = read(crank(0.05))
    assert found.mean == pytest.approx(float(exact_profile(crank(0.05)).mean[0]), abs=4e-3)
