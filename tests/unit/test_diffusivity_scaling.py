"""How the diffusivity of a particle follows from its radius: materials, cases, companion."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from support.unloaded import unloaded

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import prepare
from chemomech.experiments.models.homogenised.bpx_writing import bpx_content
from chemomech.experiments.models.homogenised.cell import homogenise
from chemomech.geometry import Layout, write_layout
from chemomech.geometry.contacts import equivalent_radii
from chemomech.materials import active_material
from chemomech.materials.diffusivity_scaling import DIFFUSIVITY_SCALINGS
from chemomech.validation.instruments.strain_microscopy import StrainMicroscope

UM = 1e-6
SCALED = {"materials.diffusivity_scaling": "radius-squared"}


def case(**changes: object) -> Case:
    return unloaded().with_overrides(changes)


def test_twice_the_radius_has_four_times_the_diffusivity() -> None:
    nmc = active_material("nmc622")
    factor = DIFFUSIVITY_SCALINGS["radius-squared"].factor(nmc, np.array([3.11, 6.22, 1.555]) * UM)
    assert factor == pytest.approx([1.0, 4.0, 0.25], rel=1e-12)
    assert DIFFUSIVITY_SCALINGS["none"].factor(nmc, np.array([1.0, 2.0]) * UM).tolist() == [1.0, 1.0]


def test_both_radii_of_the_shipped_material_stand_for_one_diffusion_time() -> None:
    nmc = active_material("nmc622")
    assert nmc.intrinsic_diffusivity is not None
    # 1.8 um is the radius of the source.
    times = (1.8 * UM) ** 2 / nmc.intrinsic_diffusivity(0.6), (3.11 * UM) ** 2 / nmc.diffusivity(0.6)
    assert times[0] == pytest.approx(times[1], rel=1e-12)


def test_another_diffusivity_is_stated_for_no_radius_unless_one_is_given_with_it() -> None:
    nmc = active_material("nmc622")
    assert nmc.replace(diffusivity=1e-14).diffusivity_radius is None
    both = nmc.replace(diffusivity=1e-14, diffusivity_radius=2e-6)
    assert float(both.diffusivity_radius or 0.0) == 2e-6
    assert both.diffusivity_radius.unit == "m"  # type: ignore[union-attr]
    stated = active_material("nmc-dfn-reference").replace(diffusivity_radius=4e-6).diffusivity_radius
    assert (float(stated or 0.0), stated.unit) == (4e-6, "m")  # type: ignore[union-attr]
    with pytest.raises(InputError, match="diffusivity_radius of nmc622"):
        nmc.replace(diffusivity_radius=-1e-6)


def test_a_case_without_the_option_prepares_no_factor_and_one_with_it_a_factor_for_each_particle() -> None:
    assert prepare(case()).diffusivity_factor is None
    prepared = prepare(case(**SCALED))
    assert prepared.diffusivity_factor == pytest.approx((prepared.layout.radii / 3.11e-6) ** 2, rel=1e-9)
    assert any(line.startswith("diffusivity of a particle over that") for line in prepared.particle_lines)


@pytest.mark.parametrize(
    "changes",
    [
        {"materials.cathode": "nmc-dfn-reference"},
        {"materials.overrides": {"cathode": {"diffusivity": "1e-14 m2/s"}}},
    ],
)
def test_a_diffusivity_of_no_stated_radius_refuses_the_option(changes: dict[str, object]) -> None:
    prepare(case(**changes))
    with pytest.raises(InputError, match="needs the radius .* and there is none; state materials.overrides"):
        prepare(case(**changes, **SCALED))


def test_an_unknown_scaling_suggests_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'radius-squared'"):
        case(**{"materials.diffusivity_scaling": "radius-square"})


def test_joined_particles_have_the_radius_of_their_volume_and_cut_ones_their_own(tmp_path: Path) -> None:
    # Two halves of one body of 2 x 2 um overlapping spheres; the third is cut in half by a side.
    centres = np.array([[4, 4, 4], [4, 4, 7], [0, 7.6, 11]]) * UM
    layout = Layout(centres, np.array([2.0, 2.0, 1.5]) * UM, (12 * UM, 12 * UM, 13 * UM))
    path = str(write_layout(layout, tmp_path / "three.csv"))
    joined = prepare(case(**{"geometry.layout": path, "geometry.contacts": "fuse"})).layout
    radii = equivalent_radii(joined)
    # Plane half way, 1.5 um from the centre: a cap of height 0.5 um is missing, pi h^2 (3 R - h) / 3.
    missing = np.pi * 0.5**2 * (6.0 - 0.5) / 3.0
    expected = np.cbrt(2.0**3 - 3.0 * missing / (4.0 * np.pi))
    assert radii == pytest.approx(np.array([expected, expected, 1.5]) * UM, rel=1e-4)


def test_the_companion_scales_with_its_own_radius() -> None:
    scaled = homogenise(prepare(case(**SCALED)))
    plain = dataclasses.replace(scaled, diffusivity_scaling=DIFFUSIVITY_SCALINGS["none"])
    factor = (scaled.radius / 3.11e-6) ** 2
    assert factor == pytest.approx(1.098, abs=0.002)
    values = [
        bpx_content(cell)["Parameterisation"]["Positive electrode"]["Diffusivity [m2.s-1]"]["y"]
        for cell in (plain, scaled)
    ]
    assert np.array(values[1]) / np.array(values[0]) == pytest.approx(factor, rel=1e-12)


def test_strain_microscopy_reaches_as_deep_as_the_crystal_conducts() -> None:
    # sqrt(D / f) at 320 kHz, mean over 0.3 < x < 0.95; D carried to 3.11 um gives 1.7 times that.
    nmc, microscope = active_material("nmc622"), StrainMicroscope()
    x = np.linspace(0.3, 0.95, 200)
    depth = microscope.length(np.asarray(microscope.diffusivity(x)), microscope.frequency)
    carried = microscope.length(np.asarray(nmc.diffusivity(x)), microscope.frequency)
    assert carried / depth == pytest.approx(3.11 / 1.8, rel=1e-12)
    assert depth.mean() == pytest.approx(0.084e-9, rel=0.15)
