"""Settings of the papers, numbers with their ranges, and the bounds of what may be asked."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.materials import Parameter
from chemomech.validation import instruments
from chemomech.validation.instruments import (
    ConductiveAfm,
    ContactResonance,
    Diffractometer,
    ElectronYield,
    FluorescenceYield,
    IndentationMap,
    Nanoindenter,
    Nexafs,
    SingleParticleIcp,
    StrainMicroscope,
    Tomograph,
    attenuation,
    composite,
    contact,
    contact_resonance,
    detection,
    diffraction,
    lattice_parameters,
    line_shapes,
    matrix,
    nickel,
    single_particle_icp,
    surroundings,
    tomography,
)
from chemomech.validation.instruments.composite import Composite
from chemomech.validation.instruments.contact_resonance import Cantilever
from chemomech.validation.instruments.detection import FilmMaterial, decay_length_of
from chemomech.validation.instruments.grain import NixGao, SphericalPores
from chemomech.validation.instruments.junction import SchottkyJunction, SurfaceFilm
from chemomech.validation.instruments.line_shapes import LineShapes, SelfAbsorption
from chemomech.validation.instruments.matrix import MatrixTexture
from chemomech.validation.instruments.nanoindentation import LoadCycle, Spot
from chemomech.validation.instruments.nickel import FormalNickel, LinearNickel
from chemomech.validation.instruments.oliver_pharr import OliverPharr
from chemomech.validation.instruments.strain_microscopy import PERIOD
from chemomech.validation.instruments.support import Elastic
from chemomech.validation.instruments.surface import FilmCover, SphericalRelief
from chemomech.validation.instruments.surroundings import ParticleSurroundings
from chemomech.validation.instruments.tomography import SeverityScale, blurred

SETTINGS: list[tuple[Any, dict[str, Any]]] = [
    # 450 uN in 0.1 s, 0.1 s, 0.1 s; 21 x 21 indents 1.5 um apart; beta left out: paper 000.
    (LoadCycle(), {"load": 450e-6, "loading": 0.1, "hold": 0.1, "unloading": 0.1, "samples": 100}),
    (IndentationMap(), {"points": 21, "pitch": 1.5e-6, "cut": None}),
    (OliverPharr(), {"intercept": 0.75, "correction": 1.0, "area_factor": 24.5, "fitted_share": 0.75}),
    (Nanoindenter(), {"angle": np.radians(70.32), "depth_noise": 0.2e-9, "load_noise": 50e-9}),
    (Spot(1e9, 0.3, 1e8), {"support_compliance": 0.0, "phase": "solid"}),
    (Composite(), {"poisson_ratio": 0.3, "retained": 1.0}),
    (ParticleSurroundings(), {"reach": 2.0}),
    (MatrixTexture(), {"binder_share": 0.5, "wavelength": 3e-6, "modes": 64}),
    # 56 nN, 25 nm, 2.8 N/m, 75 kHz, 320 kHz, 4 V: paper 001.
    (Cantilever(), {"stiffness": 2.8, "resonance": 75e3, "tip_radius": 25e-9, "tip_modulus": 176e9}),
    (ContactResonance(), {"load": 56e-9, "points": 400, "noise": 1e3, "cut": None}),
    (
        StrainMicroscope(),
        {"drive": 4.0, "frequency": 320e3, "length": PERIOD, "poisson_ratio": 0.3, "points": 400,
         "noise": 0.0, "cut": None},
    ),
    (
        ConductiveAfm(),
        {
            "bias": 4.0, "contact_radius": 2.3e-9, "contact_resistance": 0.0, "detection_limit": 5e-12,
            "noise": 1e-12, "points": 400, "film": None,
        },
    ),
    (SchottkyJunction(0.5), {"ideality": 1.0, "temperature": 298.15, "richardson": 1.20173e6}),
    # 25 keV: paper 001.
    (
        Diffractometer(),
        {"wavelength": 0.489951e-10, "instrument_width": 0.01, "position_noise": 2e-4,
         "reflections": ((0, 0, 3), (1, 0, 1), (1, 1, 0))},
    ),
    (ElectronYield(), {"probing_depth": 10e-9, "share": 0.95}),
    (
        FluorescenceYield(),
        {"energy": 853.0, "emission_energy": 850.0, "incidence": 45.0, "emission": 45.0,
         "self_absorbed": False},
    ),
    (Nexafs(), {"spots": 400, "reach": 5e-6, "noise": 0.01}),
    (FilmCover(), {"thickness": 5e-9}),
    (SphericalRelief(), {"incidence": 45.0, "emission": 45.0}),
    (NixGao(1e-7), {"area_factor": 24.5}),
    (LineShapes(), {"resolution": 0.3, "oscillator_ratio": 1.0}),
    (
        SelfAbsorption(attenuation.NMC622),
        {"incidence": 45.0, "emission": 45.0, "white_line": 2e7, "emission_energy": 850.0},
    ),
    (FormalNickel(), {"nickel": 0.6, "manganese": 0.2}),
    # Five standards from 1 to 0.31; a frame of 2 sigma: paper 002.
    (
        SingleParticleIcp(),
        {
            "relative_width": 0.08, "smallest_radius": 0.0, "largest_radius": np.inf, "particles": 1000,
            "standards": (1.0, 0.77, 0.59, 0.39, 0.31), "standard_particles": 1000, "sensitivity": 2.0,
            "frame_sigmas": 2.0, "capacity": 278.0 * 3600.0,
        },
    ),
    # Three nearest neighbours, windows of 10 um, pixels of 70 nm: paper 004.
    (SeverityScale(), {"mild": 0.3, "severe": 1.0}),
    (Tomograph(), {"window": 10e-6, "neighbours": 3, "misread": 0.0}),
]  # fmt: skip

PARAMETERS: list[tuple[Parameter, float, tuple[float, float]]] = [
    (contact.DIAMOND_MODULUS, 1141e9, (1e12, 1.2e12)),
    (contact.DIAMOND_POISSON, 0.07, (0.05, 0.1)),
    (contact_resonance.TIP_MODULUS, 176e9, (160e9, 200e9)),
    (matrix.CARBON_BINDER_MODULUS, 1.78e9, (0.3e9, 1.8e9)),
    (matrix.CARBON_BINDER_HARDNESS, 0.043e9, (0.03e9, 0.9e9)),
    (matrix.RESIN_MODULUS, 3.0e9, (2.0e9, 10.1e9)),
    (matrix.RESIN_HARDNESS, 0.2e9, (0.1e9, 1.1e9)),
    (detection.FILM_ESCAPE_DEPTH, 3.34e-9, (2e-9, 10e-9)),
    (line_shapes.NI2_L3, 853.0, (852.5, 853.5)),
    (line_shapes.NI3_L3, 855.5, (855.0, 856.0)),
    (line_shapes.NI2_L2, 871.0, (870.0, 871.5)),
    (line_shapes.NI3_L2, 873.0, (872.0, 873.5)),
    (line_shapes.L3_WIDTH, 1.2, (0.5, 2.0)),
    (line_shapes.L2_WIDTH, 1.6, (0.9, 2.5)),
    (line_shapes.BRANCHING, 0.5, (0.3, 0.5)),
    (nickel.BULK_FULL, 0.5, (1.0 / 3.0, 0.6)),
    (nickel.BULK_EXHAUSTED, 0.44, (0.35, 0.8)),
    (attenuation._DENSITY_NMC622, 4770.0, (4700.0, 4780.0)),
]

CONSTANTS: list[tuple[float | tuple[float, ...], float | tuple[float, ...]]] = [
    (contact.BERKOVICH_ANGLE, np.radians(70.32)),
    (contact.INDENTER_COMPLIANCE, (1 - 0.07**2) / 1141e9),
    (contact_resonance.MEASURED_WINDOW, (300e3, 390e3)),
    (diffraction.WAVELENGTH, 0.489951e-10),
    (diffraction.BLIND_STEP, 0.05),
    (diffraction._DRAWS, 30),
    (tomography.PIXEL, 70e-9),
    (single_particle_icp.MAH_PER_G, 3600.0),
    (single_particle_icp.THEORETICAL_CAPACITY, 278.0 * 3600.0),
    (detection.GRAZING, 0.02),
    (line_shapes.ENERGY_RANGE, (840.0, 890.0)),
    (attenuation.TABLE_RANGE, (100.0, 8e5)),
    (detection.CARBON_FILM.xrays.density, 1800.0),
    (matrix.CARBON_BINDER.elastic.poisson_ratio, 0.35),
    (matrix.RESIN.elastic.poisson_ratio, 0.35),
    (matrix.VOID.hardness, 0.0),
    (matrix.VOID.elastic.youngs_modulus, 1.0),
    (matrix.VOID.elastic.poisson_ratio, 0.0),
    (surroundings._FOOTPRINT, 48),
    (surroundings._BELOW, 96),
]


@pytest.mark.parametrize(("made", "settings"), SETTINGS, ids=lambda v: type(v).__name__)
def test_settings_are_those_of_the_papers(made: Any, settings: dict[str, Any]) -> None:
    for name, value in settings.items():
        assert getattr(made, name) == (
            pytest.approx(value, rel=1e-12, abs=0) if type(value) is float else value
        )


def test_every_setting_that_is_a_number_is_listed() -> None:
    listed = {(type(made), name) for made, settings in SETTINGS for name in settings}
    found = {
        (kind, entry.name)
        for module in pkgutil.iter_modules(instruments.__path__)
        for kind in vars(importlib.import_module(f"{instruments.__name__}.{module.name}")).values()
        if isinstance(kind, type) and is_dataclass(kind) and kind.__module__.startswith(instruments.__name__)
        for entry in fields(kind)
        if isinstance(entry.default, (bool, int, float, tuple))
    }
    assert len(found) > 70
    assert {f"{kind.__name__}.{name}" for kind, name in found - listed} == set()


def test_numbers_have_their_values_and_ranges() -> None:
    for parameter, value, valid in PARAMETERS:
        assert float(parameter) == pytest.approx(value, rel=1e-12, abs=0), parameter.source.reference
        assert parameter.valid_range == pytest.approx(valid, rel=1e-12, abs=0), parameter.source.reference
        assert parameter.source.marks


def test_constants_are_what_they_are() -> None:
    for found, expected in CONSTANTS:
        assert found == pytest.approx(expected, rel=1e-9, abs=0)


def test_tabulated_laws_go_through_their_points() -> None:
    x = np.array([0.41, 0.611, 0.805, 1.0])
    assert composite.particle_hardness(x) == pytest.approx([7.1e9, 7.65e9, 8.0e9, 8.9e9], rel=1e-9)
    nodes = np.array([0.25, 0.5, 0.75, 1.0])
    lattice = lattice_parameters.NMC811_LATTICE
    assert 1e10 * lattice.a(nodes) == pytest.approx([2.8153, 2.8221, 2.8421, 2.8661], rel=1e-9)
    assert 1e10 * lattice.c(nodes) == pytest.approx([13.732, 14.460, 14.386, 14.249], rel=1e-9)
    # Slopes of a [A per lithium], by small differences.
    a = lattice_parameters.NMC622_LATTICE.a
    for where, slope in {0.30: 0.008, 0.42: 0.035, 0.50: 0.065, 0.60: 0.071, 0.93: 0.071}.items():
        near = a(np.array([where - 1e-5, where + 1e-5]))
        assert 1e10 * float(near[1] - near[0]) / 2e-5 == pytest.approx(slope, rel=1e-3)
    assert 1e10 * float(a(np.array(1.0))) == pytest.approx(2.869, rel=1e-12)
    # It begins to rise at the lowest node, and not before.
    for where, low, high in ((0.28, 0.00799, 0.00801), (0.32, 0.0085, 0.0125), (0.45, 0.040, 0.055)):
        near = 1e10 * a(np.array([where - 1e-5, where + 1e-5]))
        assert low < float(near[1] - near[0]) / 2e-5 < high
    assert nickel.REVERSIBLE_LAYER(np.array([1.0, 0.72, 0.44, 0.3])) == pytest.approx([0.9, 0.45, 0.0, 0.0])
    assert nickel.BULK(np.array([1.0, 0.72, 0.44, 0.3])) == pytest.approx([0.5, 0.25, 0.0, 0.0])
    assert LinearNickel(0.8, 0.2)(np.array([1.2, 0.6])) == pytest.approx([0.8, 0.4])


BOUNDS: list[tuple[Callable[[float], object], str, float, float]] = [
    (lambda v: ConductiveAfm(contact_radius=v), "contact radius", 1e-12, 1e-3),
    (lambda v: ConductiveAfm(contact_resistance=v), "contact resistance", 0.0, np.inf),
    (lambda v: contact.sphere_contact_radius(v, 1e9, 1e-6), "load on the tip", 0.0, 1.0),
    (lambda v: Cantilever().contact_resonance(v), "contact stiffness", 0.0, 1e9),
    (lambda v: decay_length_of(v, 0.5), "probing depth", 1e-12, 1.0),
    (lambda v: decay_length_of(1e-9, v), "share of the signal", 1e-6, 1.0 - 1e-6),
    (lambda v: FilmMaterial(v, attenuation.NMC622), "escape depth of a film", 1e-10, 1e-6),
    (lambda v: FluorescenceYield(incidence=v), "angle of incidence", 1.0, 90.0),
    (lambda v: FluorescenceYield(emission=v), "angle of emission", 1.0, 90.0),
    (lambda v: SphericalRelief(incidence=v), "angle of incidence", 1.0, 90.0),
    (lambda v: SphericalRelief(emission=v), "angle of emission", 1.0, 90.0),
    (FilmCover, "thickness of a film", 0.0, 1e-6),
    (lambda v: attenuation.NMC622.attenuation_length(v), "photon energy", 100.0, 8e5),
    (NixGao, "length h\\* of the size effect", 0.0, 1e-3),
    (SphericalPores, "porosity of a particle", 0.0, 0.6),
    (lambda v: IndentationMap(points=v), "indents along an edge of the map", 2, 1000),  # type: ignore[arg-type]
    (lambda v: IndentationMap(pitch=v), "pitch of the map", 1e-9, 1e-3),
    (lambda v: SurfaceFilm(v, 1.0), "thickness of the film", 0.0, 1e-6),
    (lambda v: SurfaceFilm(1e-9, v), "conductivity of the film", 1e-30, 1e9),
    (SchottkyJunction, "height of the barrier", 0.0, 3.0),
    (lambda v: SchottkyJunction(0.5, ideality=v), "ideality of the barrier", 1.0, 10.0),
    (lambda v: SchottkyJunction(0.5, temperature=v), "temperature", 100.0, 600.0),
    (lambda v: LineShapes(resolution=v), "energy resolution", 0.0, 5.0),
    (lambda v: LineShapes().spectrum(v), r"share of Ni2\+", 0.0, 1.0),
    (lambda v: LineShapes().spectrum(0.5, np.array([v])), "photon energy", 840.0, 890.0),
    (lambda v: MatrixTexture(binder_share=v), "carbon-binder's share of the matrix", 0.0, 1.0),
    (lambda v: LoadCycle(load=v), "largest load", 1e-9, 1.0),
    (lambda v: SingleParticleIcp(relative_width=v), "relative width", 0.0, 1.0),
    (lambda v: SingleParticleIcp(particles=v), "number of particles", 2, 1e8),  # type: ignore[arg-type]
    (lambda v: PERIOD(np.array(1e-15), v), "frequency of the drive", 1e-9, 1e12),
    (lambda v: Elastic(v, 0.3), "Young's modulus of a matrix", 1.0, 1e13),
    (lambda v: Elastic(1e9, v), "Poisson's ratio", -0.99, 0.499),
    (lambda v: SeverityScale(mild=0.3, severe=v), "threshold of severe damage", 0.3, np.inf),
    (lambda v: Tomograph(window=v), "thickness of a depth window", 1e-9, 1.0),
    (lambda v: Tomograph(misread=v), "share of misread particles", 0.0, 1.0),
]


@pytest.mark.parametrize(("make", "name", "low", "high"), BOUNDS)
def test_bounds_are_met_and_what_lies_beyond_is_refused(
    make: Callable[[float], object], name: str, low: float, high: float
) -> None:
    step = 1e-3
    make(low)
    with pytest.raises(InputError, match=name):
        make(low - step * abs(low) if low else -1e-300)
    if np.isfinite(high):
        make(high)
        with pytest.raises(InputError, match=name):
            make(high * (1.0 + step))


def test_the_spacing_of_an_image_has_bounds() -> None:
    image = np.ones((4, 4))
    assert blurred(image, 1e-12, 1e-12) == pytest.approx(image)
    assert blurred(image, 1.0, 1.0) == pytest.approx(image)
    for beyond in (0.99e-12, 1.01):
        with pytest.raises(InputError, match="spacing of the image"):
            blurred(image, beyond, 2.0)
