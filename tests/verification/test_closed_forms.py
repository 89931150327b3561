"""The closed forms themselves, against the numbers of the physics notes: an error here would hide others."""

from __future__ import annotations

import numpy as np
import pytest
from support import closed_forms as exact

# Constant flux: T, surface, centre (3.1). The table has six digits.
CONSTANT_FLUX = [
    (0.005, 0.085067, 0.0),
    (0.01, 0.123643, 0.0),
    (0.02, 0.181923, 1.0e-6),
    (0.05, 0.312165, 0.003424),
    (0.1, 0.486762, 0.059878),
    (0.2, 0.798253, 0.308037),
    (0.5, 1.699996, 1.200019),
    (1.0, 3.2, 2.7),
]
# Constant surface concentration: T, centre, rho = 1/2, mean (3.2).
CONSTANT_SURFACE = [
    (0.01, 0.0, 0.000814, 0.308514),
    (0.02, 3.0e-5, 0.024839, 0.418731),
    (0.05, 0.034001, 0.227688, 0.606940),
    (0.0574, 0.060461, 0.280028, 0.638821),
    (0.1, 0.292900, 0.525513, 0.770479),
    (0.5, 0.985616, 0.990843, 0.995628),
]
# Galvanostatic stress: T, hoop at the surface, magnitude at the centre (3.3).
GALVANOSTATIC = [
    (0.01, 0.093643, 0.0200),
    (0.05, 0.162165, 0.09772),
    (0.1, 0.186762, 0.16008),
    (0.3, 0.199768, 0.19929),
    (9.0, 0.2, 0.2),
]


@pytest.mark.parametrize(("time", "surface", "centre"), CONSTANT_FLUX)
def test_constant_flux_series_is_the_table(time: float, surface: float, centre: float) -> None:
    found = exact.sphere_constant_flux(np.array([1.0, 0.0]), time)
    # The surface terms of the series fall as 1/lambda^2 times the exponential: nothing is cut off here.
    assert found == pytest.approx([surface, centre], abs=1.1e-6)


@pytest.mark.parametrize(("time", "centre", "half", "mean"), CONSTANT_SURFACE)
def test_constant_surface_series_is_the_table(time: float, centre: float, half: float, mean: float) -> None:
    found = exact.sphere_constant_surface(np.array([0.0, 0.5]), time)
    assert found == pytest.approx([centre, half], abs=1.1e-6)
    assert exact.sphere_constant_surface_mean(1.0, time) == pytest.approx(mean, abs=1.1e-6)


@pytest.mark.parametrize(("time", "surface", "centre"), GALVANOSTATIC)
def test_galvanostatic_stress_is_the_table(time: float, surface: float, centre: float) -> None:
    assert exact.sphere_constant_flux_surface_hoop(time) == pytest.approx(surface, abs=1.1e-6)
    assert exact.sphere_constant_flux_centre(time) == pytest.approx(centre, abs=1.1e-5)


def test_potentiostatic_stress_has_its_largest_centre_value_where_the_notes_say() -> None:
    # Centre max .38557 at T = .0574; surface hoop -.36118 there (3.3).
    times = np.linspace(0.03, 0.12, 181)
    centre = [exact.potentiostatic_stress(0.0, t)[0] for t in times]
    best = int(np.argmax(centre))
    assert times[best] == pytest.approx(0.0574, abs=5e-4)
    assert centre[best] == pytest.approx(0.38557, abs=1e-5)
    assert exact.potentiostatic_stress(1.0, 0.0574)[1] == pytest.approx(-0.36118, abs=1e-5)


def test_coupled_sphere_is_uncoupled_without_theta() -> None:
    # theta -> 0: c_s - c_avg = JR/(5D), c_c - c_avg = -3 JR/(10 D).
    surface, centre = exact.coupled_quasi_steady(np.array([1.0, 0.0]), 100.0, 1e-12, 10.0) - 100.0
    assert (surface, centre) == pytest.approx((2.0, -3.0), rel=1e-6)


@pytest.mark.parametrize(("share", "gap"), [(0.3, 2616.3), (0.5, 2460.1), (0.8, 2257.6)])
def test_coupled_sphere_is_the_table(share: float, gap: float) -> None:
    # 3.3: JR/5D = 2927.8 mol/m3, theta 1.566e-5 m3/mol, c_max 22 900 mol/m3; five digits.
    mean = share * 22900.0
    surface = float(exact.coupled_quasi_steady(1.0, mean, 1.566e-5, 5.0 * 2927.8))
    assert surface - mean == pytest.approx(gap, abs=0.15)


def test_misfit_pressures_enclose_the_infinite_matrix() -> None:
    # 3.3: e = -.0132 and a CBD of 1.78 GPa (nu .35) give 34.5 MPa of tension; .3 GPa gives 5.9 MPa.
    bulk, _ = exact.bulk_and_shear(140.0, 0.3)
    for youngs, tension in ((1.78, 0.0345), (0.3, 0.0059)):
        k, g = exact.bulk_and_shear(youngs, 0.35)
        assert exact.misfit_pressure(bulk, g, -0.0132) == pytest.approx(-tension, abs=5e-5)
    far = exact.misfit_pressure(bulk, g, -0.0132)
    assert exact.misfit_pressure_in_free_shell(bulk, k, g, -0.0132, 1e-9) == pytest.approx(far, rel=1e-7)
    assert exact.misfit_pressure_in_fixed_shell(bulk, k, g, -0.0132, 1e-9) == pytest.approx(far, rel=1e-7)
    free = exact.misfit_pressure_in_free_shell(bulk, k, g, -0.0132, 0.1)
    fixed = exact.misfit_pressure_in_fixed_shell(bulk, k, g, -0.0132, 0.1)
    assert abs(free) < abs(far) < abs(fixed)
