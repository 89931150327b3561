"""Laws at other temperatures: values from elsewhere, identity at 25 C, and refusals in one sentence."""

import copy
import dataclasses
import math
import pickle

import basix.ufl
import numpy as np
import pytest
import ufl

from chemomech.errors import InputError
from chemomech.materials import (
    REFERENCE_TEMPERATURE,
    Arrhenius,
    Curve,
    Independent,
    Linear,
    OnlyAt,
    OwnForm,
    Parameter,
    Source,
    active_material,
    describe,
    electrolyte,
    lithium,
    matrix,
    separator,
)
from chemomech.materials.isothermal import temperature_range
from chemomech.materials.splines import Constant, Polynomial
from chemomech.solver.cell.model import HalfCellModel

COLD, WARM = 273.15, 318.15  # 0 and 45 C
REGISTRIES = (active_material, electrolyte, matrix, separator, lithium)
ALL = [pytest.param(r(name), id=name) for r in REGISTRIES for name in r.names()]
ONLY_AT_25 = "nmc532-xu-pybamm"
X = np.linspace(-0.2, 1.2, 57)
SALT = np.linspace(-50.0, 4000.0, 57)

# exp(-Ea/R (1/T - 1/298.15)) at 0 and 45 C, R = 8.31446 J/(mol K), by hand.
FACTORS = {
    3.5e3: (0.8787785, 1.0928138),
    17.0e3: (0.5338439, 1.5389494),
    30.0e3: (0.3303440, 2.1399119),
    56.0e3: (0.1264942, 4.1375094),
}


def _model(temperature=REFERENCE_TEMPERATURE, **changes):
    parts = {
        "cathode": active_material("nmc622"),
        "electrolyte": electrolyte("lipf6-ec-emc-3-7"),
        "matrix": matrix("carbon-binder"),
        "separator": separator("porous-separator"),
        "lithium": lithium("lithium-metal"),
    }
    return HalfCellModel(**(parts | changes), initial_stoichiometry=0.9, temperature=temperature)


def _entries(material):
    for field in dataclasses.fields(material):
        entry = getattr(material, field.name)
        laws = [getattr(entry, name, None) for name in ("stoichiometry_law", "salt_law")]
        if entry is not None and not isinstance(entry, str):
            yield from ((field.name, law) for law in laws if law is not None)
            if laws[0] is None:
                yield field.name, entry


def _argument(curve):
    return X if curve.argument.startswith("x") else SALT


@pytest.mark.parametrize(
    ("law", "energy"),
    [
        (active_material("nmc622").diffusivity, 30.0e3),
        (active_material("nmc532").diffusivity, 30.0e3),
        (active_material("nmc622").exchange_current_density.stoichiometry_law, 30.0e3),
        (active_material("nmc-dfn-reference").diffusivity, 30.0e3),
        (active_material("nmc-dfn-reference").exchange_current_density.stoichiometry_law, 30.0e3),
        (electrolyte("lipf6-ec-emc-3-7-nyman").diffusivity, 17.0e3),
        (electrolyte("lipf6-ec-emc-3-7-nyman").conductivity, 17.0e3),
        (electrolyte("lipf6-dfn-reference").diffusivity, 17.0e3),
        (electrolyte("lipf6-dfn-reference").conductivity, 17.0e3),
        (lithium("lithium-metal").exchange_current_density, 56.0e3),
    ],
)
def test_activated_laws_move_by_the_factor_of_their_activation_energy(law, energy):
    at = _argument(law)
    for temperature, factor in zip((COLD, WARM), FACTORS[energy], strict=True):
        assert law.at_temperature(temperature)(at) / law(at) == pytest.approx(factor, rel=1e-6)


def test_the_matrix_conducts_better_when_warm():
    conductivity = matrix("carbon-binder").conductivity
    found = [float(conductivity.at_temperature(t, "conductivity")) for t in (COLD, WARM)]
    assert found == pytest.approx([100.0 * factor for factor in FACTORS[3.5e3]], rel=1e-6)


# The published fits by hand (c = 1 and 0.5 mol/L): D [m2/s], kappa [S/m], t_+, TDF.
LANDESFEIND = {
    (1000.0, COLD): (1.5428861e-10, 0.5540652, -0.1691227, 1.5535063),
    (1000.0, WARM): (4.4532476e-10, 1.2104271, 0.3830012, 2.5529653),
    (500.0, 283.15): (2.8670686e-10, None, None, None),
}


@pytest.mark.parametrize(("point", "expected"), LANDESFEIND.items())
def test_landesfeind_follows_its_own_functions_of_temperature(point, expected):
    concentration, temperature = point
    salt = electrolyte("lipf6-ec-emc-3-7").at_temperature(temperature)
    names = ("diffusivity", "conductivity", "transference_number", "thermodynamic_factor")
    for name, value in zip(names, expected, strict=True):
        if value is not None:
            assert getattr(salt, name)(concentration) == pytest.approx(value, rel=1e-5, abs=0), name


@pytest.mark.parametrize("temperature", [COLD, 288.15, WARM])
@pytest.mark.parametrize(
    ("name", "module", "functions"),
    [
        (
            "lipf6-ec-emc-3-7",
            "ORegan2022",
            {
                "diffusivity": "electrolyte_diffusivity_EC_EMC_3_7_Landesfeind2019",
                "conductivity": "electrolyte_conductivity_EC_EMC_3_7_Landesfeind2019",
                "transference_number": "electrolyte_transference_number_EC_EMC_3_7_Landesfeind2019",
                "thermodynamic_factor": "electrolyte_TDF_EC_EMC_3_7_Landesfeind2019",
            },
        ),
        (
            "lipf6-valoen-pybamm",
            "Xu2019",
            {
                "diffusivity": "electrolyte_diffusivity_Valoen2005",
                "conductivity": "electrolyte_conductivity_Valoen2005",
            },
        ),
        (
            "lipf6-ec-emc-3-7-nyman",
            "OKane2022",
            {
                "diffusivity": "electrolyte_diffusivity_Nyman2008_arrhenius",
                "conductivity": "electrolyte_conductivity_Nyman2008_arrhenius",
            },
        ),
    ],
)
def test_electrolytes_at_other_temperatures_are_those_of_pybamm(name, module, functions, temperature):
    pybamm = pytest.importorskip("pybamm", reason="the companion is optional")
    sets = pytest.importorskip(f"pybamm.input.parameters.lithium_ion.{module}")
    salt = electrolyte(name).at_temperature(temperature)
    for entry, function in functions.items():
        for concentration in (150.0, 700.0, 1000.0, 1900.0):
            symbol = getattr(sets, function)(pybamm.Scalar(concentration), pybamm.Scalar(temperature))
            theirs = float(symbol.evaluate() if hasattr(symbol, "evaluate") else symbol)
            assert getattr(salt, entry)(concentration) == pytest.approx(theirs, rel=1e-9, abs=0), entry


def test_the_conductivity_of_the_particles_moves_by_the_energy_of_each_point():
    # 1.9e-4 exp(-0.42 eV/k_B (1/T - 1/298.15)) and so on, by hand.
    law = active_material("nmc622").conductivity
    x = [1.0, 0.9, 0.7, 0.5, 0.25]
    assert law.at_temperature(COLD)(x) == pytest.approx(
        [4.255749e-5, 0.01583521, 0.05213857, 0.0978229, 1.171584], rel=1e-6
    )
    assert law.at_temperature(WARM)(x) == pytest.approx(
        [5.309463e-4, 0.04141674, 0.1537819, 0.2011892, 1.58219], rel=1e-6
    )
    for temperature in (263.15, COLD, WARM, 333.15):
        assert np.diff(law.at_temperature(temperature)(np.linspace(0.25, 1.0, 2001))).max() < 0.0


@pytest.mark.parametrize("name", [n for n in active_material.names() if n not in (ONLY_AT_25, "nmc811")])
def test_the_voltage_falls_by_a_tenth_of_a_millivolt_per_kelvin(name):
    curve = active_material(name).open_circuit_voltage
    assert curve.at_temperature(COLD)(X) - curve(X) == pytest.approx(2.5e-3, abs=1e-12)
    warm = active_material(name).at_temperature(WARM).open_circuit_voltage
    assert warm(X) - curve(X) == pytest.approx(-2.0e-3, abs=1e-12)
    voltage = float(warm(0.5))
    assert warm.stoichiometry_at(voltage) == pytest.approx(0.5, abs=1e-9)


@pytest.mark.parametrize("material", ALL)
def test_at_25_degrees_a_material_is_itself(material):
    assert material.at_temperature(REFERENCE_TEMPERATURE) is material


@pytest.mark.parametrize("material", [m for m in ALL if m.id != ONLY_AT_25])
def test_moving_twice_or_back_is_moving_once(material):
    once = material.at_temperature(WARM)
    twice = material.at_temperature(COLD).at_temperature(WARM)
    back = once.at_temperature(REFERENCE_TEMPERATURE)
    for entries in zip(*map(_entries, (once, twice, material, back)), strict=True):
        one, two, here, again = (entry for _, entry in entries)
        if isinstance(one, Parameter):
            assert float(two) == pytest.approx(float(one), rel=1e-12)
            assert float(again) == pytest.approx(float(here), rel=1e-12)
        else:
            at = _argument(one)
            assert two(at) == pytest.approx(one(at), rel=1e-12, abs=1e-15), one.name
            assert again(at) == pytest.approx(here(at), rel=1e-12, abs=1e-15), one.name


@pytest.mark.parametrize("material", [m for m in ALL if m.id != ONLY_AT_25])
def test_every_entry_has_decided_how_it_moves_and_says_why(material):
    for name, entry in _entries(material):
        law = entry.temperature
        assert isinstance(law, Arrhenius | Linear | OwnForm | Independent), name
        assert len(law.source.reference) > 15, name
        assert law.source.marks, name
        low, high = law.valid_range
        assert 250.0 < low <= COLD, name
        assert WARM <= high < 340.0, name
        if isinstance(law, Independent):
            assert "assumed" in law.source.marks, name


@pytest.mark.parametrize("temperature", [COLD, 323.15])
@pytest.mark.parametrize("name", electrolyte.names())
def test_electrolytes_stay_positive_at_the_ends_of_their_range(name, temperature):
    salt, c = electrolyte(name).at_temperature(temperature), np.linspace(-500.0, 6000.0, 1301)
    for law in (salt.diffusivity, salt.conductivity, salt.thermodynamic_factor):
        assert law(c).min() > 0.0, law.name
    # The diffusion potential goes with (1 - t_+) TDF, which must not change sign.
    assert ((1.0 - salt.transference_number(c)) * salt.thermodynamic_factor(c)).min() > 0.0


@pytest.fixture(scope="module")
def coordinate():
    return ufl.SpatialCoordinate(ufl.Mesh(basix.ufl.element("Lagrange", "interval", 1, shape=(1,))))[0]


@pytest.mark.parametrize("temperature", [COLD, WARM])
@pytest.mark.parametrize("material", [m for m in ALL if m.id != ONLY_AT_25])
def test_moved_laws_and_their_derivatives_are_the_same_in_ufl_and_numpy(material, temperature, coordinate):
    for _, law in _entries(material.at_temperature(temperature)):
        if isinstance(law, Parameter):
            continue
        # Away from the knots, where difference quotients are off by half a step.
        points = (0.22, 0.33, 0.52, 0.93, 1.1) if law.argument.startswith("x") else (0.5, 300.0, 1500.0)
        scale = abs(float(law(0.5 * sum(law.valid_range))))
        for point in points:
            value, slope = law(coordinate)((point,)), law.derivative(coordinate)((point,))
            assert value == pytest.approx(law(point), rel=1e-11, abs=1e-12 * scale), law.name
            assert slope == pytest.approx(law.derivative(point), rel=1e-9, abs=1e-11 * scale), law.name
            step = 1e-6 * max(1.0, point)
            difference = (law(point + step) - law(point - step)) / (2.0 * step)
            assert law.derivative(point) == pytest.approx(difference, rel=1e-5, abs=1e-6 * scale), law.name


def test_a_model_moves_its_materials_once_and_again_when_its_temperature_changes():
    warm = _model(WARM)
    expected = active_material("nmc622").at_temperature(WARM)
    assert warm.cathode.diffusivity(0.5) == expected.diffusivity(0.5)
    assert warm.cathode.exchange_current_density(0.5, 900.0) == expected.exchange_current_density(0.5, 900.0)
    assert float(warm.matrix.conductivity) == pytest.approx(109.28138, rel=1e-6)
    assert warm.lithium.exchange_current_density(1000.0) == pytest.approx(70.5942 * 4.1375094, rel=1e-5)
    assert dataclasses.replace(warm, stack_pressure=1e5).cathode is warm.cathode
    cold = dataclasses.replace(warm, temperature=COLD)
    assert cold.cathode.diffusivity(0.5) == pytest.approx(_model(COLD).cathode.diffusivity(0.5), rel=1e-12)
    assert _model().cathode is active_material("nmc622")


def test_a_law_that_says_nothing_refuses_another_temperature():
    source = Source("a test", ("assumed",))
    silent = Curve("diffusivity", "D", "m2/s", "x [-]", (0.0, 1.0), source, Constant(1.0))
    assert silent.at_temperature(298.15) is silent
    with pytest.raises(
        InputError,
        match=r"^temperature = 300 K must be 298\.15 K, the only one at which the diffusivity is known; "
        r"choose that temperature, another material, or set the entry to its value at 300 K\.$",
    ):
        silent.at_temperature(300.0)
    with pytest.raises(InputError, match="must be 298.15 K"):
        Parameter(1.0, "-", source).at_temperature(299.0, "porosity of mine")
    with pytest.raises(InputError, match="diffusivity of nmc532-xu-pybamm is known"):
        _model(WARM, cathode=active_material(ONLY_AT_25))
    material = active_material("nmc622").replace(poisson_ratio=Parameter(0.25, "-", source))
    with pytest.raises(InputError, match="poisson_ratio of nmc622"):
        material.at_temperature(WARM)


def test_a_temperature_outside_the_range_of_a_law_is_refused_with_bounds_and_remedy():
    with pytest.raises(
        InputError,
        match=r"^temperature = 333\.15 K must lie between 263\.15 and 323\.15 K; the diffusivity of "
        r"lipf6-ec-emc-3-7 is known only there, so choose a temperature in that interval, another material, "
        r"or set the entry to its value at 333\.15 K\.$",
    ):
        electrolyte("lipf6-ec-emc-3-7").at_temperature(333.15)
    with pytest.raises(InputError, match="transference_number of lipf6-ec-emc-3-7"):
        electrolyte("lipf6-ec-emc-3-7").at_temperature(272.0)
    with pytest.raises(InputError, match="NaN"):
        active_material("nmc622").at_temperature(math.nan)
    # A bound is met by a temperature that was converted from degrees.
    electrolyte("lipf6-ec-emc-3-7").at_temperature(0.0 + 273.15)
    electrolyte("lipf6-ec-emc-3-7").at_temperature(323.15 + 1e-9)


def test_a_law_whose_formula_was_replaced_cannot_be_moved_by_it():
    law = electrolyte("lipf6-ec-emc-3-7").conductivity
    changed = dataclasses.replace(law, function=Polynomial((1.0,)))
    with pytest.raises(InputError, match="formula of its own; give it another temperature law"):
        changed.at_temperature(WARM)


def test_a_constant_that_is_set_is_the_value_at_the_temperature_of_the_cell():
    cathode = active_material("nmc622").replace(
        diffusivity=1e-14, exchange_current_density=3.0, youngs_modulus=1e11, poisson_ratio=0.25
    )
    for temperature in (COLD, REFERENCE_TEMPERATURE, WARM):
        moved = _model(temperature, cathode=cathode).cathode
        assert moved.diffusivity(0.4) == 1e-14
        assert moved.exchange_current_density(0.4, 700.0) == 3.0
        assert (moved.youngs_modulus(0.4), float(moved.poisson_ratio)) == (1e11, 0.25)
        assert moved.conductivity(0.4) == active_material("nmc622").at_temperature(temperature).conductivity(
            0.4
        )
    assert "as set, at the temperature of the cell" in describe(cathode)


def test_a_material_known_everywhere_else_only_at_25_degrees_can_be_completed_by_constants():
    cathode = active_material(ONLY_AT_25).replace(
        diffusivity=2e-14, conductivity=50.0, exchange_current_density=5.0
    )
    assert _model(WARM, cathode=cathode).cathode.diffusivity(0.5) == 2e-14


def test_parameters_keep_their_temperature_law_when_copied_and_pickled():
    conductivity = matrix("carbon-binder").conductivity
    for twin in (copy.deepcopy(conductivity), pickle.loads(pickle.dumps(conductivity))):
        assert twin.temperature == conductivity.temperature
        assert float(twin.at_temperature(WARM, "it")) == float(conductivity.at_temperature(WARM, "it"))


def test_the_range_of_a_material_is_that_of_all_its_laws():
    assert temperature_range(electrolyte("lipf6-ec-emc-3-7")) == (273.15, 323.15)
    assert temperature_range(active_material(ONLY_AT_25)) == (298.15, 298.15)
    assert temperature_range(active_material("nmc622")) == (263.15, 333.15)


def test_descriptions_show_how_entries_move_and_from_where():
    table = describe(active_material("nmc622"))
    assert "For cells at 263.15 to 333.15 K." in table
    assert "Arrhenius with 30 kJ/mol, 263.15 to 333.15 K: Colclasure et al." in table
    assert "dU/dT = -1e-4 V/K of NMC111" in table
    assert "Known at 298.15 K only." in describe(active_material(ONLY_AT_25))
    assert "known at 298.15 K only" in describe(active_material(ONLY_AT_25))


def test_only_at_is_what_a_law_has_by_default():
    assert Parameter(1.0, "-", Source("a test")).temperature == OnlyAt()
