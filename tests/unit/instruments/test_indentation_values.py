"""Supports, load curves and matrices under an indenter: values from closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import j0
from support.two_spheres import WIDE, rng

from chemomech.errors import InputError
from chemomech.validation.instruments import (
    Cut,
    ElectrodeState,
    Nanoindenter,
    UniformField,
)
from chemomech.validation.instruments import surroundings as around
from chemomech.validation.instruments.contact import reduced_modulus
from chemomech.validation.instruments.matrix import Filler, MatrixTexture
from chemomech.validation.instruments.nanoindentation import LoadCycle, Spot
from chemomech.validation.instruments.oliver_pharr import LoadCurve, OliverPharr, intercept_factor
from chemomech.validation.instruments.support import (
    DiscSupport,
    Elastic,
    EmbeddedSupport,
    Seat,
)
from chemomech.validation.instruments.surroundings import ParticleSurroundings

BOX = WIDE.box
SHEAR = 1.78e9 / 2.7


def state(x: float = 1.0) -> ElectrodeState:
    return WIDE.state(UniformField(np.full(2, x)))


# --- what holds a particle


def test_a_disc_and_half_a_sphere_sink_and_tilt_as_their_closed_forms_say() -> None:
    matrix, seat = Elastic(1.78e9, 0.35), Seat(3e-6, 3e-6)
    sink, tilt = 0.65 / (4 * SHEAR * 3e-6), 3 * 0.65 / (8 * SHEAR * 27e-18)
    assert DiscSupport().compliance(seat, matrix, 0.0) == pytest.approx(sink, rel=1e-12, abs=0)
    assert DiscSupport().compliance(seat, matrix, 2e-6) == pytest.approx(
        sink + tilt * 4e-12, rel=1e-12, abs=0
    )
    sink = (5 - 6 * 0.35) / (12 * np.pi * SHEAR * 3e-6 * 0.65)
    tilt = 1.0 / ((7.4 + 4.2 * 0.35) * SHEAR * 27e-18)
    embedded = EmbeddedSupport()
    assert embedded.compliance(seat, matrix, 0.0) == pytest.approx(sink, rel=1e-12, abs=0)
    assert embedded.compliance(seat, matrix, 2e-6) == pytest.approx(sink + tilt * 4e-12, rel=1e-12, abs=0)
    # 2.9 / (12 pi 0.65926 GPa 3 um 0.65) = 59.8 um/N.
    assert sink == pytest.approx(5.984e-5, rel=1e-3, abs=0)


def test_a_cap_has_the_volume_of_a_cap() -> None:
    # A sphere of 5 um, cut 2 um above its centre: h = 7 um, a^2 = 21 um2, V = pi h^2 (15 - h)/3.
    seat = Seat(np.sqrt(21.0) * 1e-6, 7e-6)
    assert seat.volume == pytest.approx(np.pi * 49.0 * 8.0 / 3.0 * 1e-18, rel=1e-9, abs=0)
    assert seat.hemisphere_radius == pytest.approx((1.5 * seat.volume / np.pi) ** (1 / 3), rel=1e-12, abs=0)
    assert Elastic(2.7e9, 0.35).shear_modulus == pytest.approx(1e9)


# --- the analysis of a curve


@pytest.mark.parametrize(("exponent", "residual"), [(1.3, 20e-9), (1.5, 80e-9), (2.0, 95e-9)])
def test_the_analysis_finds_exponent_and_residual_depth(exponent: float, residual: float) -> None:
    h = np.linspace(100e-9, residual, 200)
    load = 1e-3 * ((h - residual) / (100e-9 - residual)) ** exponent
    found = OliverPharr().analyse(LoadCurve(np.arange(200.0), load, h, 0))
    stiffness = exponent * 1e-3 / (100e-9 - residual)
    assert found.stiffness == pytest.approx(stiffness, rel=1e-5)
    contact = 100e-9 - 0.75 * 1e-3 / stiffness
    assert found.contact_depth == pytest.approx(contact, rel=1e-5, abs=0)
    assert found.contact_area == pytest.approx(24.5 * contact**2, rel=1e-5, abs=0)
    assert found.hardness == pytest.approx(1e-3 / (24.5 * contact**2), rel=1e-4)
    assert found.reduced_modulus == pytest.approx(
        np.sqrt(np.pi) * stiffness / (2 * np.sqrt(24.5) * contact), rel=1e-4
    )
    assert found.largest_depth == pytest.approx(100e-9)
    assert found.triangle_side == pytest.approx(np.sqrt(4 * found.contact_area / np.sqrt(3.0)))


def test_beta_divides_the_modulus_and_only_it() -> None:
    curve = Nanoindenter(depth_noise=0.0, load_noise=0.0).curve(Spot(140e9, 0.3, 8.6e9))
    plain, triangle = OliverPharr().analyse(curve), OliverPharr(correction=1.034).analyse(curve)
    assert triangle.reduced_modulus == pytest.approx(plain.reduced_modulus / 1.034, rel=1e-12)
    assert triangle.hardness == plain.hardness


def test_only_the_upper_part_of_the_unloading_is_fitted() -> None:
    h = np.linspace(100e-9, 60e-9, 400)
    load = 1e-3 * ((h - 50e-9) / 50e-9) ** 1.5
    kinked = np.where(load < 0.25e-3, 0.9 * load, load)
    clean = OliverPharr().analyse(LoadCurve(np.arange(400.0), load, h, 0))
    found = OliverPharr().analyse(LoadCurve(np.arange(400.0), kinked, h, 0))
    assert found.stiffness == pytest.approx(clean.stiffness, rel=1e-9)
    below = OliverPharr(fitted_share=0.85).analyse(LoadCurve(np.arange(400.0), kinked, h, 0))
    assert abs(below.stiffness / clean.stiffness - 1.0) > 1e-3


def test_five_samples_are_enough_and_four_are_not() -> None:
    h = np.array([100.0, 95.0, 90.0, 85.0, 80.0]) * 1e-9
    load = 1e-3 * ((h - 50e-9) / 50e-9) ** 1.5
    assert OliverPharr().analyse(LoadCurve(np.arange(5.0), load, h, 0)).stiffness == pytest.approx(
        3e4, rel=1e-4
    )
    with pytest.raises(InputError, match="the unloading holds 4 samples over 15 nm"):
        OliverPharr().analyse(LoadCurve(np.arange(4.0), load[:4], h[:4], 0))


def test_a_contact_above_the_surface_is_refused() -> None:
    h = np.linspace(100e-9, 60e-9, 50)
    load = 1e-3 * (1.0 + (h - 100e-9) / 400e-9)  # S = P / 400 nm: h_c = 100 - 0.75 x 400 nm
    with pytest.raises(InputError, match=r"the contact depth comes out at -2\d\d nm"):
        OliverPharr().analyse(LoadCurve(np.arange(50.0), load, h, 0))


def test_the_curve_is_the_one_of_the_forward_model() -> None:
    cycle = LoadCycle(load=1e-3, loading=0.1, hold=0.2, unloading=0.4, samples=10)
    tip = Nanoindenter(cycle=cycle, depth_noise=0.0, load_noise=0.0)
    spot = Spot(140e9, 0.3, 8.0e9, 1e-5)
    curve = tip.curve(spot)
    assert curve.time == pytest.approx(
        np.concatenate([0.01 * np.arange(10), 0.1 + 0.02 * np.arange(10), 0.3 + 0.04 * np.arange(10)])
    )
    share = np.concatenate([0.1 * np.arange(10), np.ones(10), 1.0 - 0.1 * np.arange(10)])
    assert curve.load == pytest.approx(1e-3 * share)
    assert curve.unloading == 20
    reduced = reduced_modulus(140e9, 0.3)
    area = 1e-3 / 8e9
    stiffness = 2 * reduced * np.sqrt(area / np.pi)
    deepest = np.sqrt(area / 24.5) + intercept_factor(2.0) * 1e-3 / stiffness
    residual = deepest - 2.0 * 1e-3 / stiffness
    up = deepest * np.sqrt(share[:20]) + 1e-5 * curve.load[:20]
    down = residual + (deepest - residual) * np.sqrt(share[20:]) + 1e-5 * curve.load[20:]
    assert curve.depth == pytest.approx(np.concatenate([up, down]), rel=1e-9, abs=0)


def test_an_elastic_cone_limits_the_pressure() -> None:
    soft = Nanoindenter(depth_noise=0.0, load_noise=0.0).curve(Spot(1e9, 0.3, 1e12))
    pressure = 0.5 * reduced_modulus(1e9, 0.3) / np.tan(np.radians(70.32))
    contact = np.sqrt(450e-6 / pressure / 24.5)
    # An elastic contact is 2/pi of the depth; the area factor 24.5 for 24.6 makes the small rest.
    assert soft.depth.max() == pytest.approx(np.pi / 2 * contact, rel=2e-3)


def test_noise_has_its_stated_width() -> None:
    tip, spot = Nanoindenter(depth_noise=0.5e-9, load_noise=1e-7), Spot(140e9, 0.3, 8e9)
    noisy, clean = tip.curve(spot, rng()), tip.curve(spot)
    assert np.std(noisy.depth - clean.depth) == pytest.approx(0.5e-9, rel=0.15, abs=0)
    assert np.std(noisy.load - clean.load) == pytest.approx(1e-7, rel=0.15, abs=0)
    assert abs(np.mean(noisy.depth - clean.depth)) < 0.1e-9
    assert abs(np.mean(noisy.load - clean.load)) < 2e-8
    for spot in (Spot(0.0, 0.3, 1e9), Spot(1e9, 0.3, 0.0)):
        with pytest.raises(InputError, match="the indent meets a void"):
            tip.curve(spot)


# --- what lies between


def test_a_matrix_has_the_means_of_its_fillers() -> None:
    texture = MatrixTexture(
        Filler("a", Elastic(2e9, 0.3), 0.1e9), Filler("b", Elastic(8e9, 0.4), 0.5e9), binder_share=0.25
    )
    assert texture.mean_hardness == pytest.approx(0.25 * 0.1e9 + 0.75 * 0.5e9)
    # Voigt 6.5, Reuss 1/(0.25/2 + 0.75/8) = 4.5714 GPa.
    assert texture.mean_elastic.youngs_modulus == pytest.approx(0.5 * (6.5e9 + 32e9 / 7.0))
    assert texture.mean_elastic.poisson_ratio == pytest.approx(0.375)


def test_the_texture_has_its_share_whatever_it_is() -> None:
    x, z = rng().uniform(0.0, 200e-6, (2, 2000))
    for share in (0.1, 0.3, 0.9):
        found = [MatrixTexture(binder_share=share).is_binder(x, z, rng(k)).mean() for k in range(10)]
        assert np.mean(found) == pytest.approx(share, abs=0.02)


def test_the_texture_has_its_wavelength() -> None:
    # Cosines of wavelengths from 2.1 to 4.2 um in all directions: the field at a distance d correlates as the
    # mean of J0(2 pi d / wavelength), and signs agree in a share 1/2 + asin(rho)/pi.
    lengths = 3e-6 * np.linspace(0.7, 1.4, 201)
    for distance in (0.5e-6, 1.1e-6, 20e-6):
        rho = float(np.mean(j0(2 * np.pi * distance / lengths)))
        agreed = []
        for seed in range(150):
            x, z = rng(seed).uniform(0.0, 100e-6, (2, 60))
            found = MatrixTexture().is_binder(np.r_[x, x], np.r_[z, z + distance], rng(1000 + seed))
            across = MatrixTexture().is_binder(np.r_[x, x + distance], np.r_[z, z], rng(1000 + seed))
            agreed += [np.mean(f[:60] == f[60:]) for f in (found, across)]
        assert np.mean(agreed) == pytest.approx(0.5 + np.arcsin(rho) / np.pi, abs=0.02)


def test_the_footprint_and_the_half_ball_are_evenly_filled() -> None:
    disc, ball = around._disc(), around._half_ball()
    assert (disc.shape, ball.shape) == ((48, 3), (96, 3))
    assert (disc[:, 1] == 0.0).all()
    assert (disc**2).sum(axis=1).mean() == pytest.approx(0.5, rel=1e-9)
    assert (disc[:, 0] ** 2).mean() == pytest.approx(0.25, abs=0.01)
    assert np.abs(disc.mean(axis=0)).max() < 0.02
    assert (ball[:, 1] < 0.0).all()
    even = (np.arange(96) + 0.5) / 96.0
    assert np.sort((ball**2).sum(axis=1) ** 1.5) == pytest.approx(even, rel=1e-9)
    assert ball.mean(axis=0) == pytest.approx([0.0, -3.0 / 8.0, 0.0], abs=0.07)
    assert (ball[:, 2] ** 2).mean() == pytest.approx(0.2, abs=0.02)


def test_a_contact_shared_with_a_straight_edge_has_the_mean_pressure() -> None:
    wall = ElectrodeState(
        np.array([[16e-6 + 1e-3, 10e-6, 17e-6]]), np.array([1e-3]), BOX, UniformField(np.ones(1))
    )
    matrix, particle = Elastic(1.78e9, 0.35), Elastic(143e9, 0.3)

    def met(x: float, load: float = 450e-6):  # type: ignore[no-untyped-def]
        points = np.array([[x, 10e-6, 17e-6]])
        (found,) = ParticleSurroundings().around(
            wall, Cut(10e-6), points, matrix, 0.2e9, particle, 8.9e9, load
        )
        return found

    # Half of the contact on either side.
    assert met(16e-6).hardness == pytest.approx(0.5 * 9.1e9, rel=0.05)
    # At 450 uN a contact in the matrix is 0.846 um wide and the half ball twice that: 1.7 um away nothing is
    # felt.
    assert met(14.2e-6).elastic.youngs_modulus == pytest.approx(1.78e9)
    assert met(14.5e-6).elastic.youngs_modulus > 1.78e9
    assert met(15.1e-6).hardness == pytest.approx(0.2e9, rel=1e-4)
    # A load sixteen times as large reaches four times as far.
    assert met(14.2e-6, 16 * 450e-6).hardness > 1.2 * 0.2e9
    assert met(14.2e-6, 16 * 450e-6).elastic.youngs_modulus > 1.78e9
    # Where the matrix is the harder one, the contact narrows just so.
    points = np.array([[16e-6, 10e-6, 17e-6]])
    (soft,) = ParticleSurroundings().around(wall, Cut(10e-6), points, matrix, 8.9e9, particle, 0.2e9, 450e-6)
    assert soft.hardness == pytest.approx(0.5 * 9.1e9, rel=0.05)
    assert (
        ParticleSurroundings().around(
            wall, Cut(10e-6), np.empty((0, 3)), matrix, 0.2e9, particle, 8.9e9, 450e-6
        )
        == []
    )
