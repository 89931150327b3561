from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from chemomech.errors import InputError
from chemomech.experiments.case import Case, parse_assignment, shipped_cases
from chemomech.experiments.case.layouts import LayoutFile, PackedLayout, ShippedLayout
from chemomech.experiments.case.schema import key, read_section
from chemomech.experiments.case.sections import _MESH_FIELDS, NUMERICS_KEYS
from chemomech.geometry import MESH_PRESETS, MeshOptions
from chemomech.solver.cell.numerics import Numerics

SMALLEST = """
name = "smallest"
initial_stoichiometry = 0.9
nominal_capacity = "180 mAh/g"
protocol = ["Rest for 1 s"]
"""
PACKING = {"particles": 5, "volume_fraction": 0.2, "box": ["20 um", "20 um", "30 um"]}


@pytest.fixture
def main_case() -> Case:
    return Case.from_toml("fast-charge-5C")


def test_the_main_case_says_what_the_design_says(main_case: Case) -> None:
    assert main_case.initial_stoichiometry == 0.93
    assert main_case.nominal_capacity == pytest.approx(648000.0)  # 180 mAh/g
    assert main_case.mass_loading == pytest.approx(0.08)  # 8.0 mg/cm2
    assert main_case.protocol == ("Charge at 5C until 4.5 V",)
    assert main_case.geometry.layout == ShippedLayout("rve-52")
    assert main_case.geometry.separator_thickness == 25e-6
    assert main_case.mesh.preset == "standard"
    assert main_case.materials.cathode == "nmc622"
    assert main_case.materials.electrolyte == "lipf6-ec-emc-3-7"
    assert main_case.mechanics.coupling == "two-way"
    assert main_case.output.cut_times == (10.0, 150.0, 300.0, 500.0)


@pytest.mark.parametrize("name", shipped_cases())
def test_shipped_cases_are_named_as_their_files_and_described(name: str) -> None:
    case = Case.from_toml(name)
    assert case.name == name
    assert case.description


@pytest.mark.parametrize("name", shipped_cases())
def test_a_case_written_as_toml_reads_back_to_an_equal_case(name: str) -> None:
    case = Case.from_toml(name)
    assert Case.from_table(tomllib.loads(case.to_toml())) == case


def test_a_case_with_everything_changed_survives_the_round_trip(main_case: Case) -> None:
    case = main_case.with_overrides(
        {
            "name": 'quotes " and ü',
            "description": 'quotes " and \\ and ü,\ttwo\nlines and \x7f',
            "mass_loading": "7.7 mg/cm2",
            "temperature": "40 degC",
            "geometry.layout": PACKING,
            "mesh.preset": "coarse",
            "mesh.particle_size": "2.2 um",
            "mesh.growth": 0.7,
            "mesh.geometry_order": 1,
            "materials.overrides.cathode.diffusivity": "1e-14 m2/s",
            "materials.overrides.matrix.porosity": 0.4,
            "mechanics.stack_pressure": "0.2 MPa",
            "numerics.linear_solver": "mumps",
            "numerics.initial_step": "1 ms",
            "output.field_times": ["10 s", "1 min"],
        }
    )
    assert Case.from_table(tomllib.loads(case.to_toml())) == case
    assert case.mesh.options(MESH_PRESETS) == dataclasses.replace(
        MESH_PRESETS["coarse"], particle_size=2.2e-6, growth=0.7, geometry_order=1
    )
    assert case.numerics == Numerics(linear_solver="mumps", initial_step=1e-3)
    assert case.output.field_times == (10.0, 60.0)
    assert dict(case.materials.overrides) == {"cathode.diffusivity": "1e-14 m2/s", "matrix.porosity": 0.4}


def test_what_a_case_leaves_out_has_a_default(tmp_path: Path) -> None:
    path = tmp_path / "smallest.toml"
    path.write_text(SMALLEST)
    case = Case.from_toml(path)
    assert case.mass_loading is None
    assert case.temperature == 298.15
    assert case.numerics == Numerics()
    assert case.mesh.options(MESH_PRESETS) == MESH_PRESETS["standard"]
    assert (case.materials.matrix, case.materials.separator, case.materials.lithium) == (
        "carbon-binder",
        "porous-separator",
        "lithium-metal",
    )


def test_a_relative_layout_file_is_taken_from_the_folder_of_the_case(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(SMALLEST + '[geometry]\nlayout = "layouts/mine.csv"\n')
    assert Case.from_toml(path).geometry.layout == LayoutFile(tmp_path / "layouts" / "mine.csv")


def test_overrides_leave_the_original_case_as_it_was(main_case: Case) -> None:
    before = main_case.to_toml()
    changed = main_case.with_overrides({"mesh.preset": "coarse", "geometry.layout": PACKING})
    assert changed.mesh.preset == "coarse"
    assert isinstance(changed.geometry.layout, PackedLayout)
    assert main_case.to_toml() == before


def test_a_key_inside_a_packed_layout_can_be_set_alone(main_case: Case) -> None:
    packed = main_case.with_overrides({"geometry.layout": PACKING})
    layout = packed.with_overrides({"geometry.layout.seed": 7}).geometry.layout
    assert isinstance(layout, PackedLayout)
    assert (layout.seed, layout.particles) == (7, 5)


@pytest.mark.parametrize(
    ("changes", "full_name", "nearest"),
    [
        ({"mesh.presett": "coarse"}, "mesh.presett", "mesh.preset"),
        ({"mesh.partcle_size": "2 um"}, "mesh.partcle_size", "mesh.particle_size"),
        ({"mehs.preset": "coarse"}, "mehs", "mesh"),
        ({"nominal_capacty": "180 mAh/g"}, "nominal_capacty", "nominal_capacity"),
        ({"numerics.time_tolerence": 1e-4}, "numerics.time_tolerence", "numerics.time_tolerance"),
        ({"output.cut_time": ["1 s"]}, "output.cut_time", "output.cut_times"),
        (
            {"materials.overrides.cathod.density": "1 g/cm3"},
            "materials.overrides.cathod",
            "materials.overrides.cathode",
        ),
        ({"geometry.layout": PACKING | {"sed": 3}}, "geometry.layout.sed", "geometry.layout.seed"),
    ],
)
def test_an_unknown_key_is_named_in_full_with_the_nearest_known_one(
    main_case: Case, changes: dict[str, Any], full_name: str, nearest: str
) -> None:
    with pytest.raises(InputError, match=rf"unknown key '{full_name}'; did you mean '{nearest}'\?"):
        main_case.with_overrides(changes)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": " "}, "'name' is empty"),
        ({"name": 5}, "name = 5 is not text"),
        ({"name.first": 5}, "leads through 'name'"),
        ({"initial_stoichiometry": 1.2}, "initial_stoichiometry = 1.2 must lie between 0 and 1"),
        ({"initial_stoichiometry": "x"}, "initial_stoichiometry = 'x' is not a number"),
        ({"nominal_capacity": 180}, "nominal_capacity = 180 has no unit.*mAh/g"),
        ({"nominal_capacity": "180 mAh"}, "nominal_capacity = '180 mAh' has the wrong dimension"),
        ({"mass_loading": "0 mg/cm2"}, "mass_loading = 0 kg/m2 must lie between"),
        ({"temperature": "25 C"}, "temperature = '25 C' has the wrong dimension.*degC"),
        ({"temperature": "900 degC"}, "temperature = 1173.15 K must lie between"),
        ({"protocol": "Rest for 1 s"}, "protocol = 'Rest for 1 s' is not a list"),
        ({"protocol": []}, "no steps"),
        ({"protocol": ["Fly"]}, "'Fly' cannot be read"),
        ({"geometry": 3}, "geometry.* is not a table"),
        ({"geometry.layout": 3}, "geometry.layout = 3 is no layout"),
        ({"geometry.layout": {"particles": 3}}, "'geometry.layout.box' is missing"),
        ({"geometry.layout": {"box": ["1 um"]}}, "has 1 values; it must have 3"),
        ({"geometry.layout": PACKING | {"box": ["20 um", 20, "20 um"]}}, r"layout.box\[1\] = 20 has no unit"),
        ({"geometry.layout": PACKING | {"volume_fraction": 0.9}}, "volume_fraction = 0.9 must lie between"),
        (
            {"geometry.layout": PACKING | {"mean_volume_radius": "-3 um"}},
            "mean_volume_radius = -3e-06 m must",
        ),
        ({"geometry.layout": {"box": ["9 um", "9 um", "9 um"], "particles": 3}}, "at least two of"),
        ({"geometry.separator_thickness": "0 um"}, "separator_thickness = 0 m must lie between"),
        ({"mesh.preset": "corse"}, "unknown mesh.preset 'corse'; did you mean 'coarse'"),
        ({"mesh.particle_size": 2.0}, "mesh.particle_size = 2.0 has no unit"),
        ({"mesh.smallest_size": "1 mm"}, "smallest_size"),
        ({"mechanics.coupling": "twoway"}, "did you mean 'two-way'"),
        ({"mechanics.stack_pressure": "-1 MPa"}, "stack_pressure = -1e.06 Pa must lie between|at least"),
        ({"numerics.linear_solver": "lu"}, "numerics.linear_solver 'lu'.*fieldsplit, mumps"),
        ({"numerics.initial_step": 0.1}, "numerics.initial_step = 0.1 has no unit"),
        ({"numerics.degree_salt": 1.5}, "degree_salt = 1.5 is not a whole number"),
        ({"output.checkpoint_every": 0}, "checkpoint_every = 0 must lie between"),
        ({"output.cut_times": ["-1 s"]}, r"cut_times\[0\] = -1 s must be at least 0 s"),
    ],
)
def test_a_wrong_value_is_refused_with_its_key_and_what_would_do(
    main_case: Case, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InputError, match=reason):
        main_case.with_overrides(changes)


@pytest.mark.parametrize("missing", ["name", "initial_stoichiometry", "nominal_capacity", "protocol"])
def test_what_has_no_default_must_be_given(missing: str) -> None:
    table = tomllib.loads(SMALLEST)
    del table[missing]
    with pytest.raises(InputError, match=f"key '{missing}' is missing"):
        Case.from_table(table)


def test_a_case_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none.toml' does not exist"):
        Case.from_toml(tmp_path / "none.toml")
    with pytest.raises(InputError, match="did you mean 'fast-charge-5C'"):
        Case.from_toml("fast-charge-5c")


def test_a_file_that_is_not_toml_is_refused_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text("name = fast\n")
    with pytest.raises(InputError, match=r"is not TOML .*line 1"):
        Case.from_toml(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match=r"is not in UTF-8 \(byte 0 is 0xff\)"):
        Case.from_toml(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mesh.preset=coarse", ("mesh.preset", "coarse")),
        ("initial_stoichiometry=0.9", ("initial_stoichiometry", 0.9)),
        ("output.checkpoint_every = 3", ("output.checkpoint_every", 3)),
        ("mass_loading=8.0 mg/cm2", ("mass_loading", "8.0 mg/cm2")),
        ('protocol=["Rest for 1 s"]', ("protocol", ["Rest for 1 s"])),
        ("geometry.layout={particles = 5}", ("geometry.layout", {"particles": 5})),
        ("name=a=b", ("name", "a=b")),
    ],
)
def test_assignments_need_quotes_only_where_toml_would_be_meant(text: str, expected: object) -> None:
    assert parse_assignment(text) == expected


@pytest.mark.parametrize("text", ["mesh.preset", "=coarse", ""])
def test_an_assignment_without_key_or_equals_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="key=value"):
        parse_assignment(text)


def _documented_units(section: type) -> dict[str, str]:
    """Return the unit in brackets at the end of each line of ``Attributes:`` in a docstring."""
    lines = (section.__doc__ or "").split("Attributes:")[1].splitlines()
    described = (line.strip().partition(":") for line in lines if ": " in line)
    return {name: text.rsplit("[", 1)[1].split("]")[0] for name, _, text in described if "]" in text}


@pytest.mark.parametrize(("section", "keys"), [(MeshOptions, _MESH_FIELDS), (Numerics, NUMERICS_KEYS)])
def test_units_of_options_of_other_folders_are_those_they_document(
    section: type, keys: dict[str, dataclasses.Field[Any]]
) -> None:
    documented = _documented_units(section)
    for name, kind in get_type_hints(section).items():
        if kind is float:
            unit = keys[name].metadata["unit"] if name in keys else "-"
            assert documented.get(name, "-") == unit, name


def test_sections_of_plain_dataclasses_can_be_read_too() -> None:
    @dataclasses.dataclass(frozen=True)
    class Plain:
        switch: bool = False
        lengths: tuple[float, ...] = key((), unit="m")

    assert read_section(Plain, {"switch": True, "lengths": ["1 um"]}) == Plain(True, (1e-6,))
    with pytest.raises(InputError, match="switch = 1 is not a switch"):
        read_section(Plain, {"switch": 1})


def test_a_table_that_is_set_and_then_changed_stays_as_it_was_for_the_caller() -> None:
    packed = {"box": ["12 um", "12 um", "12 um"], "particles": 3, "volume_fraction": 0.1}
    changes = {"geometry.layout": packed, "geometry.layout.particles": 4}
    changed = Case.from_toml("fast-charge-5C").with_overrides(changes)
    assert changed.geometry.layout.particles == 4  # type: ignore[attr-defined]
    assert packed["particles"] == 3
