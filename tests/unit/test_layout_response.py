"""Fields on voxels around the spheres of a layout, against closed forms and finite elements on its mesh."""

from __future__ import annotations

import numpy as np
import pytest
from support.closed_forms import misfit_pressure_in_fixed_shell, misfit_pressure_in_free_shell

from chemomech.errors import InputError
from chemomech.geometry.shipped import shipped_layout
from chemomech.materials.bounds import maxwell
from chemomech.solver.effective.layout_response import SwellingLayout, depth_conduction
from chemomech.solver.effective.sphere_voxels import SphereVoxels
from chemomech.solver.physics.matrix_traction import Moduli

MATRIX, SPHERES = Moduli.of(1.78e9, 0.35), Moduli.of(115e9, 0.3)


def lone(fraction: float, voxels: int) -> SphereVoxels:
    """A sphere in the middle of a cube: by the mirror images of its sides a simple cubic array."""
    radius = (fraction * 3.0 / (4.0 * np.pi)) ** (1.0 / 3.0)
    return SphereVoxels.of(np.full((1, 3), 0.5e-6), np.array([radius * 1e-6]), (1e-6,) * 3, 1e-6 / voxels)


def test_shares_add_up_to_the_volume_and_a_border_is_shared_by_two_spheres() -> None:
    assert lone(0.2, 20).filled.mean() == pytest.approx(0.2, rel=5e-3)
    centres = np.array([[4e-6, 5e-6, 5e-6], [6e-6, 5e-6, 5e-6]])
    two = SphereVoxels.of(centres, np.full(2, 2e-6), (10e-6,) * 3, 0.25e-6)
    # Less the lens that both fill: two caps of height 1 um, pi h^2 (3 R - h)/3 each.
    union = 2.0 * (4.0 / 3.0 * np.pi * 8.0 - np.pi * 5.0 / 3.0)
    assert two.filled.sum() * 0.25**3 == pytest.approx(union, rel=5e-3)
    halves = np.asarray(two.shares.sum(axis=1))
    assert halves[0] == pytest.approx(halves[1], rel=5e-3)


@pytest.mark.parametrize("fraction", [0.1, 0.3])
def test_a_cubic_array_of_insulating_spheres_conducts_as_rayleigh_says(fraction: float) -> None:
    # Rayleigh's series with contrast 0, second-hand as in the verification of effective properties.
    series = 1.0 + 3.0 * fraction / (-2.0 - fraction + 1.30459 * fraction ** (10.0 / 3.0) / (4.0 / 3.0))
    found = depth_conduction(lone(fraction, 24)).hindrance
    assert found == pytest.approx(series, rel=6e-3)
    assert found == pytest.approx(maxwell(1.0, 0.0, fraction), rel=2e-2)


def test_transport_by_depth_is_that_of_the_whole_in_series() -> None:
    centres, box = np.array([[2e-6, 2e-6, 1.8e-6]]), (4e-6, 4e-6, 8e-6)
    conduction = depth_conduction(SphereVoxels.of(centres, np.array([1.5e-6]), box, 0.2e-6))
    depths = np.linspace(0.0, 8e-6, 9)
    left = conduction.between(depths)
    assert 1.0 / np.mean(1.0 / left) == pytest.approx(conduction.hindrance, rel=1e-9)
    assert left[1] < 0.6  # the sphere is there
    assert left[5:] == pytest.approx(1.0, abs=0.02)  # and not there


def test_a_lone_sphere_bears_what_an_infinite_matrix_does_to_it() -> None:
    # t = -e/C with C = 1/(4 G_m) + 1/(3 K_p) = 3.82e-10 /Pa.
    misfit = SwellingLayout(lone(0.02, 36), MATRIX, Moduli.of(145e9, 0.3)).per_misfit[0]
    normal = np.trace(misfit) / 3.0
    assert normal == pytest.approx(-1.0 / 3.82e-10, rel=0.03)
    # Walls that hold it are worse than these, of which one is free, and a free skin is better.
    bulk = 145e9 / 1.2
    held, free = (
        shell(bulk, MATRIX.bulk, MATRIX.shear, -1.0, 0.02)
        for shell in (misfit_pressure_in_fixed_shell, misfit_pressure_in_free_shell)
    )
    assert abs(free) < abs(normal) < abs(held)
    assert np.abs(misfit[~np.eye(3, dtype=bool)]).max() < 1e-3 * abs(normal)


def test_a_pressure_on_one_material_is_uniaxial_strain() -> None:
    found = SwellingLayout(lone(0.2, 8), MATRIX, MATRIX).per_pressure[0]
    across = 0.35 / 0.65
    assert found == pytest.approx(-np.diag([across, across, 1.0]), abs=1e-4)


def test_a_misfit_of_one_material_that_fills_the_box_is_borne_by_the_rollers() -> None:
    whole = SphereVoxels.of(np.full((1, 3), 0.5e-6), np.array([1e-6]), (1e-6,) * 3, 0.125e-6)
    found = SwellingLayout(whole, MATRIX, MATRIX).per_misfit[0]
    # A layer that keeps its width: -E/(1 - nu) across, nothing along.
    assert found == pytest.approx(np.diag([-1.78e9 / 0.65, -1.78e9 / 0.65, 0.0]), abs=1e6)


def test_the_shipped_layout_is_that_of_finite_elements_on_its_mesh() -> None:
    """Standard mesh, quadratic elements, the same supports: 0.4799 and -5.80 GPa; coarse, -5.74 GPa."""
    layout = shipped_layout("rve-52")
    voxels = SphereVoxels.of(layout.centres, layout.radii, layout.box, 0.62e-6)
    assert depth_conduction(voxels).hindrance == pytest.approx(0.4799, rel=5e-3)
    stress = SwellingLayout(voxels, MATRIX, SPHERES).per_misfit
    normal = np.trace(stress, axis1=1, axis2=2) / 3.0
    mean = float(normal @ layout.radii**3 / (layout.radii**3).sum())
    assert mean == pytest.approx(-5.80e9, rel=0.07)
    assert normal[:4] == pytest.approx([-6.44e9, -5.13e9, -6.36e9, -5.67e9], rel=0.13)


@pytest.mark.parametrize(
    ("radius", "size", "words"),
    [
        (0.3e-6, 1e-9, r"takes 1000 x 1000 x 1000 voxels of 0.001 um, above 4000000 in all; choose"),
        (1e-9, 0.1e-6, r"particle 0 with a radius of 0.001 um does not show in voxels of 0.1 um; leave"),
    ],
)
def test_what_voxels_cannot_show_is_refused(radius: float, size: float, words: str) -> None:
    with pytest.raises(InputError, match=words):
        SphereVoxels.of(np.full((1, 3), 0.51e-6), np.array([radius]), (1e-6,) * 3, size)
