from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.case.layouts import PackedLayout
from chemomech.experiments.case.prepare import c_rate_label, prepare
from chemomech.geometry import Layout, write_layout
from chemomech.solver.stepping.operation import ConstantCurrent, VoltageLimit

TWO_SPHERES = {"particles": 2, "volume_fraction": 0.1, "box": ["20 um", "20 um", "20 um"]}


@pytest.fixture
def main_case() -> Case:
    return Case.from_toml("fast-charge-5C")


def test_5C_of_the_main_case_is_72_amperes_per_square_metre(main_case: Case) -> None:
    # 180 mAh/g * 8.0 mg/cm2 = 1.44 mAh/cm2; 5 * 1.44 mA/cm2 = 7.2 mA/cm2
    prepared = prepare(main_case)
    (step,) = prepared.steps
    assert step.control == ConstantCurrent(pytest.approx(72.0))
    assert step.cutoffs == (VoltageLimit(4.5, rising=True),)
    assert prepared.c_rate() == {
        "label": "5C",
        "current_density_A_m2": pytest.approx(72.0),
        "nominal_capacity_mAh_g": pytest.approx(180.0),
        "nominal_capacity_mAh_cm2": pytest.approx(1.44),
    }


def test_the_rate_is_printed_with_what_it_refers_to(main_case: Case) -> None:
    assert prepare(main_case).protocol_lines() == (
        "1C = 14.4 A/m2 (180 mAh/g, 1.44 mAh/cm2)",
        "Charge at 5C until 4.5 V: +72 A/m2",
    )


def test_without_a_stated_loading_that_of_the_layout_counts() -> None:
    case = Case.from_toml("fast-charge-5C").with_overrides({"geometry.layout": TWO_SPHERES})
    table = case.to_table()
    del table["mass_loading"]
    prepared = prepare(Case.from_table(table))
    # volume fraction 0.1 of 20 um, times the density: kg/m2
    assert prepared.nominal.mass_loading == pytest.approx(0.1 * 20e-6 * float(prepared.model.cathode.density))


def test_a_protocol_that_only_holds_has_no_rate_to_state(main_case: Case) -> None:
    prepared = prepare(main_case.with_overrides({"protocol": ["Hold at 4.0 V until C/20"]}))
    assert prepared.c_rate()["label"] is None
    assert prepared.c_rate()["current_density_A_m2"] is None
    assert prepared.protocol_lines()[1] == "Hold at 4.0 V until C/20: current follows from the voltage"


@pytest.mark.parametrize(("rate", "label"), [(5.0, "5C"), (0.05, "C/20"), (1 / 3, "C/3"), (0.3, "0.3C")])
def test_rates_are_labelled_as_people_write_them(rate: float, label: str) -> None:
    assert c_rate_label(rate) == label


def test_an_entry_of_a_material_can_be_set_to_a_constant_with_its_unit(main_case: Case) -> None:
    prepared = prepare(
        main_case.with_overrides(
            {
                "materials.overrides.cathode.diffusivity": "1e-10 cm2/s",
                "materials.overrides.matrix.contact_conductance": "2e4 S/m2",
            }
        )
    )
    assert prepared.model.cathode.diffusivity(np.array([0.3, 0.9])) == pytest.approx([1e-14, 1e-14])
    assert float(prepared.model.matrix.contact_conductance) == 2e4


def test_temperature_pressure_and_start_reach_the_model(main_case: Case) -> None:
    model = prepare(
        main_case.with_overrides({"temperature": "40 degC", "mechanics.stack_pressure": "0.2 MPa"})
    ).model
    assert model.temperature == pytest.approx(313.15)
    assert model.stack_pressure == pytest.approx(2e5)
    assert model.initial_stoichiometry == 0.93
    # 30 kJ/mol from 25 to 40 C: exp(-30000/8.31446 (1/313.15 - 1/298.15)) = 1.78547.
    room = prepare(main_case).model
    assert model.cathode.diffusivity(0.5) / room.cathode.diffusivity(0.5) == pytest.approx(1.78547, rel=1e-5)


def test_a_constant_that_a_case_sets_is_the_value_at_its_temperature(main_case: Case) -> None:
    changes = {"temperature": "0 degC", "materials.overrides.cathode.diffusivity": "1e-14 m2/s"}
    assert prepare(main_case.with_overrides(changes)).model.cathode.diffusivity(0.5) == 1e-14


def test_a_temperature_at_which_a_law_is_unknown_is_refused_before_the_layout_is_looked_at(
    main_case: Case,
) -> None:
    changes = {"temperature": "60 degC", "geometry.layout": "none.csv"}
    with pytest.raises(
        InputError, match=r"temperature = 333\.15 K must lie between 263\.15 and 323\.15 K; the"
    ):
        prepare(main_case.with_overrides(changes))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"materials.cathode": "nmc62"}, "unknown .*'nmc62'; did you mean 'nmc622'"),
        ({"materials.electrolyte": "water"}, "unknown .*'water'"),
        ({"geometry.layout": "rve-53"}, "unknown layout 'rve-53'; did you mean 'rve-52'"),
        ({"geometry.layout": "none.csv"}, r"none.csv' does not exist"),
        ({"temperature": "-5 degC"}, r"268\.15 K must lie between 273\.15 .* transference_number of lipf6"),
        (
            {"temperature": "30 degC", "materials.cathode": "nmc532-xu-pybamm"},
            r"303\.15 K must be 298\.15 K, the only one at which the diffusivity of nmc532-xu-pybamm",
        ),
        ({"initial_stoichiometry": 0.02}, "initial_stoichiometry = 0.02 must lie between"),
        ({"protocol": ["Charge at 5C until 3.5 V"]}, r"already passed at the start.*3\.\d+ V"),
        ({"protocol": ["Discharge at 5C until 4.5 V"]}, "already passed at the start"),
        (
            {"materials.overrides.cathode.diffusivty": "1e-14 m2/s"},
            r"did you mean 'materials.overrides.cathode.diffusivity'\?",
        ),
        ({"materials.overrides.cathode.diffusivity": 1e-14}, "diffusivity = 1e-14 has no unit.*m2/s"),
        ({"materials.overrides.cathode.diffusivity": "1e-14 m/s"}, "wrong dimension"),
        ({"materials.overrides.cathode.name": "mine"}, "unknown key 'materials.overrides.cathode.name'"),
        ({"materials.overrides.matrix.porosity": 1.5}, "porosity .*1.5 must lie between"),
        (
            {"geometry.layout": {"particles": 50, "volume_fraction": 0.7, "box": ["20 um"] * 3}},
            "volume_fraction",
        ),
        ({"geometry.layout": TWO_SPHERES | {"mean_volume_radius": "2 um"}}, "any two give the third; leave"),
    ],
)
def test_what_a_case_names_but_cannot_have_is_refused(
    main_case: Case, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InputError, match=reason):
        prepare(main_case.with_overrides(changes))


def test_a_layout_without_particles_is_refused(main_case: Case, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    write_layout(Layout(np.empty((0, 3)), np.empty(0), (20e-6, 20e-6, 40e-6), "empty"), path)
    table = main_case.with_overrides({"geometry.layout": str(path)}).to_table()
    del table["mass_loading"]
    with pytest.raises(InputError, match="holds no particle"):
        prepare(Case.from_table(table))


def test_a_packing_meets_count_and_fraction_whatever_radius_it_starts_from() -> None:
    layout = PackedLayout(box=(20e-6, 20e-6, 20e-6), particles=5, volume_fraction=0.2, seed=3).build()
    assert len(layout) == 5
    assert layout.volume_fraction == pytest.approx(0.2)


def test_a_packing_by_count_and_radius_has_that_mean_volume_radius() -> None:
    # A sample of 40 from the cut distribution: its mean volume is within some percent of the full one's.
    layout = PackedLayout(
        box=(30e-6, 30e-6, 30e-6), particles=40, mean_volume_radius=2e-6, width=0.2, seed=1
    ).build()
    assert layout.mean_volume_radius == pytest.approx(2e-6, rel=0.05)
