"""The companion and BPX files at other temperatures."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import prepare
from chemomech.experiments.models.homogenised.activation import activation_energy, change_per_kelvin
from chemomech.materials import active_material, electrolyte

pytest.importorskip("pybamm", reason="the companion is optional")

from chemomech.experiments.models.homogenised import (
    DfnOptions,
    HomogenisedCell,
    homogenise,
    read_bpx,
    solve_dfn,
    write_bpx,
    write_parameters,
)

COARSE = DfnOptions(electrode_points=8, separator_points=4, radial_points=10)
COLD, ROOM, WARM = 273.15, 298.15, 318.15


def cell_at(celsius: float, name: str = "fast-charge-5C", **changes: Any) -> HomogenisedCell:
    keys = {"temperature": f"{celsius} degC", "mechanics.coupling": "off"} | changes
    return homogenise(prepare(Case.from_toml(name).with_overrides(keys)))


@pytest.mark.parametrize("name", ["fast-charge-5C", "dfn-comparison-5C"])
def test_at_5C_a_warmer_cell_takes_more_charge_at_a_lower_voltage(name: str) -> None:
    capacity, voltage = [], []
    for celsius in (0.0, 25.0, 45.0):
        prepared = prepare(Case.from_toml(name).with_overrides({"temperature": f"{celsius} degC"}))
        solution = solve_dfn(cell_at(celsius, name), prepared.steps, COARSE).solution
        time, volts = (np.asarray(solution[key].entries) for key in ("Time [s]", "Voltage [V]"))
        capacity.append(time[-1])  # at one current, charge is time
        voltage.append(float(np.interp(150.0, time, volts)))
    print(name, capacity, voltage)
    # D and i0 fall to a third from 25 to 0 C, so a tenth of the capacity is the least that can be asked.
    assert capacity[0] < 0.9 * capacity[1]
    assert capacity[1] < 0.98 * capacity[2]
    assert voltage[0] > voltage[1] + 0.05
    assert voltage[1] > voltage[2] + 0.02


def test_activation_energies_are_read_back_from_the_laws() -> None:
    cathode, salt = active_material("nmc622"), electrolyte("lipf6-ec-emc-3-7")
    for temperature in (COLD, ROOM, WARM):
        moved = cathode.at_temperature(temperature)
        assert activation_energy(moved.diffusivity, temperature, 0.5) == pytest.approx(30e3, rel=1e-8)
        found = activation_energy(moved.exchange_current_density, temperature, 0.5, 1000.0)
        assert found == pytest.approx(30e3, rel=1e-8)
        slope = change_per_kelvin(moved.open_circuit_voltage, temperature, np.array([0.3, 0.8]))
        assert slope == pytest.approx([-1e-4, -1e-4], rel=1e-6)
    # D = D_0 exp(p3/T + p4 c/T): Ea = -R (p3 + p4 c) = 8.31446 (1560 + 487) at 1 M.
    assert activation_energy(salt.diffusivity, ROOM, 1000.0) == pytest.approx(17019.7, rel=1e-4)
    assert activation_energy(cathode.replace(diffusivity=1e-14).diffusivity, ROOM, 0.5) is None
    assert activation_energy(active_material("nmc532-xu-pybamm").diffusivity, ROOM, 0.5) is None
    assert activation_energy(cathode.chemical_strain, ROOM, 0.5) == 0.0


# R ln(kappa / kappa') / (1/T' - 1/T) of 0.554065, 0.913021 and 1.210427 S/m at 0, 25 and 45 C: 13.53 kJ/mol
# below 25 C and 11.12 above; the fit flattens, so at 45 C it is less than the latter.
@pytest.mark.parametrize(("celsius", "least", "most"), [(25.0, 11.12e3, 13.53e3), (45.0, 9.0e3, 11.12e3)])
def test_a_bpx_file_states_where_its_laws_hold_and_how_they_move(
    tmp_path: Path, celsius: float, least: float, most: float
) -> None:
    temperature = celsius + 273.15
    sentences = write_bpx(cell_at(celsius), tmp_path / "b.json")
    assert any(f"reference temperature {temperature:.6g} K" in sentence for sentence in sentences)
    content = json.loads((tmp_path / "b.json").read_text())
    parts = content["Parameterisation"]
    assert parts["Cell"]["Reference temperature [K]"] == temperature
    assert content["State"]["Initial conditions"]["Initial temperature [K]"] == temperature
    positive, salt = parts["Positive electrode"], parts["Electrolyte"]
    assert positive["Diffusivity activation energy [J.mol-1]"] == pytest.approx(30e3, rel=1e-8)
    assert positive["Reaction rate constant activation energy [J.mol-1]"] == pytest.approx(30e3, rel=1e-8)
    assert positive["Entropic change coefficient [V.K-1]"] == pytest.approx(-1e-4, rel=1e-6)
    assert least < salt["Conductivity activation energy [J.mol-1]"] < most
    assert salt["Diffusivity activation energy [J.mol-1]"] == pytest.approx(17019.7, rel=1e-4)


def test_a_cell_goes_through_bpx_at_its_temperature_and_from_there_to_another(tmp_path: Path) -> None:
    write_bpx(cell_at(45.0), tmp_path / "b.json")
    x, salt = np.linspace(0.35, 0.95, 40), np.linspace(200.0, 2000.0, 40)
    same, wanted = read_bpx(tmp_path / "b.json", base="nmc622").cell.model, cell_at(45.0).model
    assert same.temperature == WARM
    back, room = read_bpx(tmp_path / "b.json", "nmc622", ROOM).cell.model, cell_at(25.0).model
    for found, expected in ((same, wanted), (back, room)):
        assert found.cathode.diffusivity(x) == pytest.approx(expected.cathode.diffusivity(x), rel=2e-3)
        assert found.cathode.exchange_current_density(x, 800.0) == pytest.approx(
            expected.cathode.exchange_current_density(x, 800.0), rel=2e-3
        )
        assert found.cathode.open_circuit_voltage(x) == pytest.approx(
            expected.cathode.open_circuit_voltage(x), abs=2e-4
        )
        assert float(found.lithium.exchange_current_density(900.0)) == pytest.approx(
            float(expected.lithium.exchange_current_density(900.0)), rel=1e-12
        )
    # The fits of the electrolyte are not of the form of BPX: exact where written, near elsewhere. At 1 M
    # D is an Arrhenius law; t_+ and TDF bend by (p6 + p9 c) dT^2 = -1.666e-4 and -1.46e-4 K-2 times (20 K)^2.
    for law, missed, within in (
        ("diffusivity", 0.0, 2e-15),
        ("conductivity", 0.0, 0.03),
        ("transference_number", 0.06664, 3e-4),
        ("thermodynamic_factor", 0.0584, 3e-4),
    ):
        one, other = getattr(same.electrolyte, law), getattr(back.electrolyte, law)
        assert one(salt) == pytest.approx(getattr(wanted.electrolyte, law)(salt), rel=1e-3), law
        difference = float(other(1000.0) - getattr(room.electrolyte, law)(1000.0))
        assert difference == pytest.approx(missed, abs=within), law
        assert abs(other(1000.0) / one(1000.0) - 1.0) > 0.1, law
    with pytest.raises(InputError, match="must lie between 273.15 and 323.15 K"):
        read_bpx(tmp_path / "b.json", temperature=325.0)


def changed(tmp_path: Path, path: str, value: Any) -> Path:
    """A valid file with one entry set, or taken away where ``value`` is None."""
    write_bpx(cell_at(25.0), tmp_path / "b.json")
    content = json.loads((tmp_path / "b.json").read_text())
    *sections, name = path.split("/")
    place = content
    for section in sections:
        place = place[section]
    if value is None:
        del place[name]
    else:
        place[name] = value
    (tmp_path / "c.json").write_text(json.dumps(content))
    return tmp_path / "c.json"


POSITIVE, SALT = "Parameterisation/Positive electrode", "Parameterisation/Electrolyte"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (f"{POSITIVE}/Diffusivity activation energy [J.mol-1]", "diffusivity of bpx-nmc532"),
        (f"{POSITIVE}/Reaction rate constant activation energy [J.mol-1]", "exchange_current_density of bpx"),
        (f"{POSITIVE}/Entropic change coefficient [V.K-1]", "open_circuit_voltage of bpx"),
        (f"{SALT}/Conductivity activation energy [J.mol-1]", "conductivity of bpx-electrolyte"),
        (f"{SALT}/Diffusivity activation energy [J.mol-1]", "diffusivity of bpx-electrolyte"),
        (
            "Parameterisation/User-defined/chemomech thermodynamic factor, change with temperature [K-1]",
            "thermodynamic_factor of bpx-electrolyte",
        ),
    ],
)
def test_a_law_of_a_file_that_does_not_move_refuses_another_temperature(
    tmp_path: Path, entry: str, said: str
) -> None:
    path = changed(tmp_path, entry, None)
    assert read_bpx(path).cell.model.temperature == ROOM
    with pytest.raises(InputError, match=rf"= 310 K must be 298\.15 K.*{said}"):
        read_bpx(path, temperature=310.0)


def test_activation_energies_without_a_reference_temperature_are_refused(tmp_path: Path) -> None:
    path = changed(tmp_path, "Parameterisation/Cell/Reference temperature [K]", None)
    with pytest.raises(InputError, match=r"without the temperature at which its laws hold; state 'Reference"):
        read_bpx(path)


def test_a_file_starts_at_its_initial_temperature_with_the_laws_of_its_reference(tmp_path: Path) -> None:
    path = changed(tmp_path, "State/Initial conditions/Initial temperature [K]", WARM)
    model = read_bpx(path).cell.model
    assert model.temperature == WARM
    factor = math.exp(-30e3 / 8.31446261815324 * (1 / WARM - 1 / ROOM))
    here = read_bpx(path, temperature=ROOM).cell.model
    assert model.cathode.diffusivity(0.6) == pytest.approx(factor * here.cathode.diffusivity(0.6), rel=1e-8)
    assert model.cathode.open_circuit_voltage(0.6) == pytest.approx(
        here.cathode.open_circuit_voltage(0.6) - 2.0e-3, abs=1e-9
    )


def test_an_entropic_coefficient_may_depend_on_lithium(tmp_path: Path) -> None:
    path = changed(tmp_path, f"{POSITIVE}/Entropic change coefficient [V.K-1]", "-1e-4 * x")
    cold, room = (read_bpx(path, temperature=t).cell.model.cathode for t in (COLD, ROOM))
    x = np.array([0.4, 0.8])
    change = cold.open_circuit_voltage(x) - room.open_circuit_voltage(x)
    assert change == pytest.approx(25.0 * 1e-4 * x, rel=1e-8)


def test_a_constant_that_a_case_sets_is_exported_without_an_activation_energy(tmp_path: Path) -> None:
    write_bpx(cell_at(45.0, **{"materials.overrides.cathode.diffusivity": "2e-14 m2/s"}), tmp_path / "b.json")
    positive = json.loads((tmp_path / "b.json").read_text())["Parameterisation"]["Positive electrode"]
    assert "Diffusivity activation energy [J.mol-1]" not in positive
    assert set(positive["Diffusivity [m2.s-1]"]["y"]) == {2e-14}


def test_exported_parameters_say_at_which_temperature_they_hold(tmp_path: Path) -> None:
    assert "all laws hold at 318.15 K" in write_parameters(cell_at(45.0), tmp_path / "p.json")[1]
