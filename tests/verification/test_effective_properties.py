"""Effective properties against closed forms, bounds and a public tool."""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt
import pytest
from mpi4py import MPI
from support.images import ball

from chemomech.errors import InputError
from chemomech.geometry import HalfCellMesh, single_particle_cell
from chemomech.solver.effective import (
    IsotropicElastic,
    LayoutSpecimen,
    VoxelSpecimen,
    conductivity_range,
    effective_conductivity,
    effective_elasticity,
    maxwell,
    moduli_range,
    tortuosity_factors,
)

UM = 1e-6
NAMES = {"soft": 0, "stiff": 1}
SOFT, STIFF = IsotropicElastic(1e9, 0.3), IsotropicElastic(20e9, 0.25)


def specimen(image: npt.NDArray[np.bool_], voxel: tuple[float, float, float] = (UM, UM, UM)) -> VoxelSpecimen:
    return VoxelSpecimen(image.astype(np.uint8), voxel, NAMES, MPI.COMM_SELF)


def laminate() -> VoxelSpecimen:
    """Layers across y, 3 of 8 stiff, of voxels that are no cubes."""
    image = np.zeros((3, 8, 4), dtype=bool)
    image[:, [1, 2, 5], :] = True
    return specimen(image, (0.5 * UM, 0.7 * UM, 1.1 * UM))


def random_image(size: int = 14) -> npt.NDArray[np.bool_]:
    rough = np.random.default_rng(3).random((size // 2,) * 3) < 0.4
    return rough.repeat(2, 0).repeat(2, 1).repeat(2, 2)


@pytest.fixture(scope="module")
def one_sphere() -> HalfCellMesh:
    return sphere_in_cube(0.8e-6)


def sphere_in_cube(size: float) -> HalfCellMesh:
    """A sphere of 0.1 of the volume of its cube: with no flux through the sides, a simple cubic array."""
    half = 4e-6
    radius = 2.0 * half * (0.1 * 3.0 / (4.0 * np.pi)) ** (1.0 / 3.0)
    return single_particle_cell(radius, half, 2e-6, size, MPI.COMM_SELF)


def cubic_array(contrast: float, fraction: float) -> float:
    """Conductivity of a simple cubic array of spheres over that of the matrix.

    Rayleigh's series as McPhedran and McKenzie (Proc. R. Soc. A 359 (1978) 45) give it, to the order
    fraction^(10/3); second-hand.
    """
    one, three = (contrast + 2.0) / (contrast - 1.0), (contrast + 4.0 / 3.0) / (contrast - 1.0)
    return 1.0 + 3.0 * fraction / (one - fraction - 1.30459 * fraction ** (10.0 / 3.0) / three)


def test_a_laminate_conducts_in_parallel_along_its_layers_and_in_series_across() -> None:
    tensor = effective_conductivity(laminate(), {"soft": 2.0, "stiff": 30.0}, relative_tolerance=1e-10).tensor
    parallel, series = 2.0 * 5 / 8 + 30.0 * 3 / 8, 1.0 / (5 / 8 / 2.0 + 3 / 8 / 30.0)
    np.testing.assert_allclose(tensor, np.diag([parallel, series, parallel]), atol=1e-8 * parallel)


def test_a_laminate_has_the_moduli_of_its_layers_together() -> None:
    stiffness = effective_elasticity(laminate(), {"soft": SOFT, "stiff": STIFF}).stiffness
    shares = ((SOFT, 5 / 8), (STIFF, 3 / 8))

    def mean(of):  # type: ignore[no-untyped-def]
        return sum(share * of(solid) for solid, share in shares)

    def first(s: IsotropicElastic) -> float:
        return s.bulk - 2.0 / 3.0 * s.shear

    def across(s: IsotropicElastic) -> float:
        return first(s) + 2.0 * s.shear

    # Backus averages; layers across y.
    c22 = 1.0 / mean(lambda s: 1.0 / across(s))
    ratio = mean(lambda s: first(s) / across(s))
    c12 = ratio * c22
    c11 = mean(lambda s: across(s) - first(s) ** 2 / across(s)) + ratio**2 * c22
    c13 = mean(lambda s: first(s) - first(s) ** 2 / across(s)) + ratio**2 * c22
    series, parallel = 1.0 / mean(lambda s: 1.0 / s.shear), mean(lambda s: s.shear)
    expected = np.zeros((6, 6))
    expected[:3, :3] = [[c11, c12, c13], [c12, c22, c12], [c13, c12, c11]]
    expected[3:, 3:] = np.diag([series, parallel, series])
    np.testing.assert_allclose(stiffness, expected, rtol=1e-6, atol=1e-6 * c11)


def test_a_uniform_solid_has_its_own_moduli_by_every_average() -> None:
    image = np.zeros((3, 4, 2), dtype=bool)
    found = effective_elasticity(
        VoxelSpecimen(image.astype(int), (UM, UM, UM), {"all": 0}, MPI.COMM_SELF), {"all": STIFF}
    )
    assert found.voigt == pytest.approx((STIFF.bulk, STIFF.shear), rel=1e-7)
    assert found.reuss == pytest.approx((STIFF.bulk, STIFF.shear), rel=1e-7)
    assert found.isotropic.poisson_ratio == pytest.approx(STIFF.poisson_ratio, rel=1e-6)
    np.testing.assert_allclose(found.youngs_moduli, STIFF.youngs_modulus, rtol=1e-7)


@pytest.mark.parametrize("contrast", [0.0, 0.1, 50.0])
def test_a_meshed_sphere_in_a_cube_conducts_like_a_cubic_array(
    one_sphere: HalfCellMesh, contrast: float
) -> None:
    made = LayoutSpecimen(one_sphere)
    assert made.fractions["active"] == pytest.approx(0.1, rel=1e-3)
    found = effective_conductivity(made, {"matrix": 3.0, "active": 3.0 * contrast})
    expected = 3.0 * cubic_array(contrast, made.fractions["active"])
    # Measured: 9e-4, 2.3e-4 and 5e-5 at sizes of 1.2, 0.8 and 0.5 um for contrast 0, 3 times that for 50.
    np.testing.assert_allclose(found.diagonal, expected, rtol=1e-3)
    assert expected == pytest.approx(3.0 * maxwell(1.0, contrast, 0.1), rel=2e-3)
    assert np.abs(found.tensor - np.diag(found.diagonal)).max() < 1e-3 * expected
    # A continuous potential on the mesh bounds from above only.
    np.testing.assert_array_equal(found.upper, found.diagonal)
    assert np.isnan(found.lower).all()


def test_the_sides_of_a_layout_may_not_be_periodic(one_sphere: HalfCellMesh) -> None:
    with pytest.raises(InputError, match="periodic sides are for images"):
        effective_conductivity(LayoutSpecimen(one_sphere), {"matrix": 1.0}, periodic_sides=True)


def test_a_meshed_sphere_stiffens_its_cube_within_the_bounds() -> None:
    made = LayoutSpecimen(sphere_in_cube(1.6e-6))
    found = effective_elasticity(made, {"matrix": SOFT, "active": STIFF})
    bulk, shear = moduli_range((SOFT.bulk, SOFT.shear), (STIFF.bulk, STIFF.shear), made.fractions["active"])
    # Spheres far from each other lie at the lower bounds.
    assert found.voigt[0] == pytest.approx(bulk.low, rel=3e-3)
    assert bulk.low < found.voigt[0] < bulk.high
    assert shear.low < found.voigt[1]
    assert found.reuss[1] < shear.high
    assert found.reuss[1] == pytest.approx(shear.low, rel=2e-2)


def test_voxels_of_a_sphere_come_to_the_cubic_array_as_they_get_smaller() -> None:
    errors = []
    for size in (10, 20, 40):
        image = ball((size, size, size), (size / 2,) * 3, 0.3 * size)
        made = specimen(image)
        found = tortuosity_factors(made, "soft")
        expected = cubic_array(0.0, made.fractions["stiff"])
        errors.append(np.abs(found.relative / expected - 1.0).max())
    assert errors[-1] < 0.01
    assert errors[0] > errors[1] > errors[2]


@pytest.mark.parametrize("conductivities", [(1.0, 10.0), (10.0, 1.0), (1.0, 0.0)])
def test_a_random_image_conducts_within_the_bounds(conductivities: tuple[float, float]) -> None:
    made = specimen(random_image())
    soft, stiff = conductivities
    found = effective_conductivity(made, {"soft": soft, "stiff": stiff}).diagonal.mean()
    allowed = conductivity_range(soft, stiff, made.fractions["stiff"])
    assert allowed.low < found < allowed.high


def test_a_random_image_is_elastic_within_the_bounds() -> None:
    made = specimen(random_image(10))
    found = effective_elasticity(made, {"soft": SOFT, "stiff": STIFF})
    bulk, shear = moduli_range((SOFT.bulk, SOFT.shear), (STIFF.bulk, STIFF.shear), made.fractions["stiff"])
    for average in (found.voigt, found.reuss):
        assert bulk.low < average[0] < bulk.high
        assert shear.low < average[1] < shear.high


def test_only_what_reaches_both_faces_conducts() -> None:
    image = np.zeros((6, 6, 6), dtype=bool)
    image[:, 1, 1] = True  # a bar along x
    image[:4, 4, 4] = True  # a dead end
    image[2, 3, 1] = True  # an island
    found = tortuosity_factors(specimen(image), "stiff", "x")
    assert found.connected[0] == pytest.approx(6 / 11)
    assert found.relative[0] == pytest.approx(1 / 36, rel=1e-9)
    assert found.factors[0] == pytest.approx(11 / 6, rel=1e-9)
    assert np.isnan(found.factors[1:]).all()
    with pytest.raises(InputError, match=r"no connected part of stiff .* across y"):
        tortuosity_factors(specimen(image), "stiff", "y")


def test_a_turned_image_has_the_turned_tensor() -> None:
    image = random_image(8)
    image[:4] = False
    made = {"soft": 1.0, "stiff": 9.0}
    tensor = effective_conductivity(specimen(image), made, relative_tolerance=1e-11).tensor
    turned = effective_conductivity(specimen(image.transpose(2, 0, 1)), made, relative_tolerance=1e-11).tensor
    # New axes x, y, z are the old z, x, y.
    for i, j in product(range(3), repeat=2):
        assert turned[i, j] == pytest.approx(tensor[(i + 2) % 3, (j + 2) % 3], abs=1e-6)
    assert abs(tensor[0, 0] - tensor[1, 1]) > 0.1


def test_tortuosity_agrees_with_porespy_on_the_same_image() -> None:
    porespy = pytest.importorskip("porespy", reason="porespy is not installed")
    centres = np.random.default_rng(5).random((12, 3)) * 40
    image = np.zeros((40, 40, 40), dtype=bool)
    for centre in centres:
        image |= ball(image.shape, centre, 8.0)
    found = tortuosity_factors(specimen(image), "soft")
    # Elements overrate and finite volumes underrate what a voxel surface lets through.
    theirs = [float(porespy.simulations.tortuosity_fd(~image, axis=axis).tortuosity) for axis in range(3)]
    assert (found.factors < theirs).all()
    np.testing.assert_allclose(found.factors, theirs, rtol=0.04)
