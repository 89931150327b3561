"""Lithium in a sphere: closed forms in time, and orders of convergence in space and time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.closed_forms import Decay, FloatArray, sphere_constant_flux, sphere_constant_surface
from support.free_sphere import Stoichiometry, multistep_decay
from support.octant import at_quadrature, root_mean_square, uniform_octant
from support.orders import assert_expected_order
from support.simple_materials import linear_voltage, simple_cathode

from chemomech.materials import FARADAY, ActiveMaterial

RADIUS = 5.0e-6
MICRO = 1.0e6
C_MAX = 50000.0
DIFFUSIVITY = 1.0e-14
TIME = RADIUS**2 / DIFFUSIVITY
"""R^2/D = 2500 s."""
START = 0.9
GRADIENT = 0.1
"""J R / (D c_max) for the constant flux, drop of x at the surface for the constant concentration."""
CURRENT = FARADAY * GRADIENT * DIFFUSIVITY * C_MAX / RADIUS
"""Surface current density of the constant flux [A/m2]."""

TOLERANCE = 1.0e-8
"""Share of GRADIENT to which x is solved: 1e-11 of a scale that is 1e3 too large in ``constant_surface``."""

Maker = Callable[[ActiveMaterial, int], Stoichiometry]
ClosedForm = Callable[..., FloatArray]


@pytest.fixture(scope="module")
def cathode() -> ActiveMaterial:
    return simple_cathode(
        maximum_concentration=C_MAX,
        diffusivity=DIFFUSIVITY,
        youngs_modulus=140e9,
        poisson_ratio=0.3,
        partial_molar_volume=1.3e-6,
        open_circuit_voltage=linear_voltage(-1.0),
    )


def constant_flux(cathode: ActiveMaterial, segments: int) -> Stoichiometry:
    radius = RADIUS * MICRO
    scale = CURRENT * radius**2
    return Stoichiometry(
        uniform_octant(segments, radius), radius, cathode, lambda x: CURRENT, START, None, scale
    )


def constant_surface(cathode: ActiveMaterial, segments: int) -> Stoichiometry:
    # A surface current k (x - x_s) with a Biot number of 1e7 holds x_s to a few times 1e-7 of the drop;
    # rounding of so stiff a surface sets the residual that can be reached.
    radius, final = RADIUS * MICRO, START - GRADIENT
    conductance = 1.0e7 * CURRENT / GRADIENT
    scale = 1.0e3 * CURRENT * radius**2
    return Stoichiometry(
        uniform_octant(segments, radius), radius, cathode,
        lambda x: conductance * (x - final), START, None, scale,
    )  # fmt: skip


CASES: dict[str, tuple[Maker, ClosedForm]] = {
    "constant flux": (constant_flux, sphere_constant_flux),
    "constant surface": (constant_surface, sphere_constant_surface),
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[str, Maker, ClosedForm]:
    return request.param, *CASES[request.param]


def error(sphere: Stoichiometry, closed_form: ClosedForm, time: float, decay: Decay | None = None) -> float:
    """Root mean square of the error of (x0 - x) over its scale."""
    exact = at_quadrature(sphere.mesh, lambda r: closed_form(r / (RADIUS * MICRO), time, decay))
    return root_mean_square((START - sphere.x) / GRADIENT - exact, sphere.dx)


def test_stoichiometry_converges_with_third_order_in_space(
    cathode: ActiveMaterial, case: tuple[str, Maker, ClosedForm]
) -> None:
    # The closed form with the modes of the time formula in place of exp: no error in time at all.
    name, make, closed_form = case
    steps = [0.004, 0.008, 0.016, 0.02, 0.02]
    segments, errors = (4, 6, 9, 12), []
    for n in segments:
        sphere = make(cathode, n)
        sphere.march([h * TIME for h in steps])
        errors.append(error(sphere, closed_form, sum(steps), multistep_decay(steps)))
    assert_expected_order(
        f"x, {name}, space", [1.0 / n for n in segments], errors, 3.0, magnitude=1.0, tolerance=TOLERANCE
    )


def test_stoichiometry_converges_with_second_order_in_time(
    cathode: ActiveMaterial, case: tuple[str, Maker, ClosedForm]
) -> None:
    # Against the exact solution at T = 0.1. Twelve segments leave an error in space of 2e-5, a third of the
    # smallest here; with fewer steps than twelve the first ones, of order 1, are still seen.
    name, make, closed_form = case
    end, counts, errors = 0.1, (12, 16, 24), []
    for count in counts:
        sphere = make(cathode, 12)
        sphere.march([end / count * TIME] * count)
        errors.append(error(sphere, closed_form, end))
    assert_expected_order(
        f"x, {name}, time", [end / n for n in counts], errors, 2.0, magnitude=1.0, tolerance=TOLERANCE
    )
