"""Curves, parameters, records and registries: provenance, checks, overrides, discovery."""

import copy
import dataclasses
import pickle

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.materials import (
    Curve,
    Parameter,
    Source,
    active_material,
    catalogue,
    describe,
    electrolyte,
    lithium,
    matrix,
    replace,
    separator,
)
from chemomech.materials.laws import nrel_nmc532

REGISTRIES = (active_material, electrolyte, matrix, separator, lithium)
ALL = [pytest.param(r(name), id=name) for r in REGISTRIES for name in r.names()]
MARKS = {"measured", "literature", "second-hand", "assumed", "calibrated", "computed"}


def _sourced(entry):
    laws = [getattr(entry, name, None) for name in ("stoichiometry_law", "salt_law")]
    return [law for law in laws if law is not None] or [entry]


@pytest.mark.parametrize("material", ALL)
def test_every_number_and_law_states_its_source_mark_unit_and_range(material):
    for field in dataclasses.fields(material):
        if field.name in ("name", "description") or getattr(material, field.name) is None:
            continue
        for entry in _sourced(getattr(material, field.name)):
            assert len(entry.source.reference) > 15, field.name
            assert entry.source.marks, field.name
            assert set(entry.source.marks) <= MARKS, field.name
            assert entry.unit, field.name
            low, high = entry.valid_range
            assert low < high, field.name


@pytest.mark.parametrize("material", ALL)
def test_every_parameter_lies_in_its_own_range(material):
    numbers = {f.name: getattr(material, f.name) for f in dataclasses.fields(material)}
    for name, number in numbers.items():
        if isinstance(number, Parameter):
            assert number.valid_range[0] <= number <= number.valid_range[1], name


def test_a_parameter_is_a_float_that_survives_arithmetic_copying_and_pickling():
    parameter = Parameter(2.5, "V", Source("somewhere", ("assumed",)), (2.0, 3.0))
    assert parameter * 2 == 5.0
    assert float(parameter) == parameter.value == 2.5
    for twin in (copy.deepcopy(parameter), pickle.loads(pickle.dumps(parameter))):
        assert (twin, twin.unit, twin.source, twin.valid_range) == (2.5, "V", parameter.source, (2.0, 3.0))
    with pytest.raises(AttributeError, match="does not change"):
        parameter.unit = "mV"


def test_curves_accept_integers_lists_and_arrays_of_any_shape():
    curve = active_material("nmc622").open_circuit_voltage
    assert curve(1) == curve(1.0)
    assert curve([0.3, 0.5]).shape == (2,)
    assert curve(np.full((2, 3), 0.5)).shape == (2, 3)
    assert active_material("nmc-dfn-reference").diffusivity(np.zeros((2, 3))).shape == (2, 3)
    assert active_material("nmc-dfn-reference").diffusivity.derivative(np.zeros(4)).tolist() == [0.0] * 4


def test_a_voltage_curve_cannot_be_combined_with_another_lithium_scale_by_accident():
    material = active_material("nmc622")
    with pytest.raises(InputError, match=r"49600 mol/m3 .* 49128\.4 mol/m3; use that value"):
        material.replace(open_circuit_voltage=nrel_nmc532.open_circuit_voltage())
    with pytest.raises(InputError, match="maximum concentration of 49128"):
        material.replace(maximum_concentration=51765.0)
    with pytest.raises(InputError, match="maximum concentration of 49128"):
        dataclasses.replace(material, maximum_concentration=51765.0)


def test_a_voltage_curve_can_be_rebased_on_purpose_and_says_so():
    material = active_material("nmc622")
    curve = nrel_nmc532.open_circuit_voltage().paired_with(material.maximum_concentration, "a test")
    changed = material.replace(open_circuit_voltage=curve)
    assert changed.open_circuit_voltage(0.5) == pytest.approx(3.9816)
    assert "from c_max 49600 to 49128 mol/m3: a test" in curve.source.reference
    assert "assumed" in curve.source.marks


def test_the_stoichiometry_at_a_voltage_inverts_the_curve():
    curve = active_material("nmc622").open_circuit_voltage
    for voltage in (3.0, 3.7, 4.2, 4.5):
        assert curve(curve.stoichiometry_at(voltage)) == pytest.approx(voltage, abs=1e-12)
    with pytest.raises(InputError, match=r"open-circuit voltage = 4\.9 V must lie between"):
        curve.stoichiometry_at(4.9)


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("diffusivity", 1e-15),
        ("conductivity", 3.0),
        ("youngs_modulus", 140e9),
        ("chemical_strain", 0.0),
    ],
)
def test_any_law_can_be_replaced_by_a_constant(entry, value):
    curve = getattr(active_material("nmc622").replace(**{entry: value}), entry)
    assert curve(np.array([0.2, 0.9])).tolist() == [value, value]
    assert curve.derivative(0.4) == 0.0
    assert curve.source.marks == ("assumed",)
    assert f"set to {value:.6g}" in curve.source.reference


def test_kinetics_and_parameters_can_be_replaced_by_constants():
    material = replace(active_material("nmc622"), exchange_current_density=2, poisson_ratio=0.25)
    assert material.exchange_current_density(0.3, np.array([1.0, 1000.0])).tolist() == [2.0, 2.0]
    assert material.poisson_ratio == 0.25
    assert material.poisson_ratio.source.marks == ("assumed",)
    assert matrix("carbon-binder").replace(porosity=0.4).ionic_factor() == pytest.approx(0.4**1.5)
    assert (
        lithium("lithium-metal").replace(exchange_current_density=19.0).exchange_current_density(5.0) == 19.0
    )


def test_a_constant_like_a_curve_keeps_its_name_and_unit_and_must_be_finite():
    like = electrolyte("lipf6-ec-emc-3-7").conductivity
    constant = Curve.constant(1.1, like=like)
    assert (constant.name, constant.unit, constant.argument) == (like.name, like.unit, like.argument)
    with pytest.raises(InputError, match="must be finite"):
        Curve.constant(float("nan"), like=like)


def test_replacing_an_entry_that_does_not_exist_names_the_nearest():
    with pytest.raises(InputError, match="did you mean 'diffusivity'"):
        active_material("nmc622").replace(difusivity=1e-14)


@pytest.mark.parametrize(
    ("record", "entry", "value"),
    [
        (active_material("nmc622"), "poisson_ratio", 0.5),
        (active_material("nmc622"), "strength", -1.0),
        (active_material("nmc622"), "anodic_transfer", 0.0),
        (electrolyte("lipf6-ec-emc-3-7"), "initial_concentration", 5000.0),
        (matrix("carbon-binder"), "porosity", 1.5),
        (matrix("carbon-binder"), "contact_conductance", float("inf")),
        (separator("porous-separator"), "porosity", 0.0),
        (lithium("lithium-metal"), "cathodic_transfer", float("nan")),
    ],
)
def test_impossible_values_are_refused_by_name(record, entry, value):
    with pytest.raises(InputError, match=f"{entry} of {record.name}"):
        record.replace(**{entry: value})


def test_an_unknown_material_names_the_nearest_and_lists_all():
    with pytest.raises(
        InputError, match=r"unknown active material 'nmc662'; did you mean 'nmc622'\?.*nmc532"
    ):
        active_material("nmc662")
    with pytest.raises(InputError, match="unknown electrolyte"):
        electrolyte("lp57")


def test_the_shipped_materials_are_found():
    assert {"nmc622", "nmc532", "nmc-dfn-reference"} <= set(active_material.names())
    assert {"lipf6-dfn-reference", "lipf6-ec-emc-3-7", "lipf6-ec-emc-3-7-nyman"} <= set(electrolyte.names())
    assert active_material("nmc622") is active_material("nmc622")


def test_a_new_material_is_one_new_file(tmp_path, monkeypatch):
    from chemomech.materials.registry import Registry

    package = tmp_path / "a_folder_of_materials"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "mine.py").write_text(
        "from chemomech.materials import active_material\n"
        "import dataclasses\n"
        "MATERIAL = dataclasses.replace(active_material('nmc622'), name='mine')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    registry = Registry("active material", "a_folder_of_materials")
    assert registry.names() == ["mine"]
    assert registry("mine").name == "mine"
    (package / "twin.py").write_text("from a_folder_of_materials.mine import MATERIAL\n")
    with pytest.raises(ImportError, match="two modules"):
        Registry("active material", "a_folder_of_materials").names()


def test_the_documented_table_is_in_step_with_the_code():
    from pathlib import Path

    page = Path(__file__).parents[2] / "docs" / "materials.md"
    assert page.read_text(encoding="utf-8") == catalogue(), (
        "run: python -m chemomech.materials > docs/materials.md"
    )


def test_a_description_shows_value_unit_mark_and_source():
    table = describe(active_material("nmc622").replace(diffusivity=1e-15))
    assert "| `diffusivity` | 1e-15 | m2/s | x: any | assumed | set to 1e-15 m2/s" in table
    assert "| `poisson_ratio` | 0.3 | - | 0.2 to 0.32 | second-hand, assumed |" in table
    assert "| `open_circuit_voltage` |" in table
    assert "c_max = 49128 mol/m3" in table
