"""The companion against PyBaMM's own runs of the same cell, and against its reading of the same BPX file."""

from __future__ import annotations

import csv
import dataclasses
import warnings
from pathlib import Path

import numpy as np
import pytest

pybamm = pytest.importorskip("pybamm", reason="the companion is optional")

from support.xu2019 import half_cell  # noqa: E402

from chemomech.experiments.models.homogenised import DfnOptions, read_bpx, solve_dfn  # noqa: E402
from chemomech.experiments.models.homogenised.symbols import pybamm as loaded  # noqa: E402
from chemomech.materials.constants import FARADAY, GAS_CONSTANT  # noqa: E402
from chemomech.solver.stepping.operation import (  # noqa: E402
    ConstantCurrent,
    DurationLimit,
    OperatingStep,
    VoltageLimit,
)


def shared(repository: Path, *parts: str) -> Path:
    path = repository.parent.joinpath("shared", *parts)
    if not path.is_file():
        pytest.skip(f"the reference data {'/'.join(parts)} lie outside the repository and are not here")
    return path


def test_our_xu_2019_cell_repeats_the_reference_run_of_pybamm(repository: Path) -> None:
    path = shared(repository, "reference", "pybamm_xu2019_12mA_oneway.csv")
    with path.open() as file:
        rows = list(csv.DictReader(file))
    time, voltage = (np.array([float(row[name]) for row in rows]) for name in ("t_s", "V_V"))
    cell = half_cell()
    step = OperatingStep(
        ConstantCurrent(5.0 * cell.one_c), (VoltageLimit(4.2, True),), "Charge at 5C until 4.2 V"
    )
    solution = solve_dfn(cell, [step], DfnOptions(80, 80, 80, radial_stretch=0.0)).solution
    end = float(solution["Time [s]"].entries[-1])
    assert end == pytest.approx(time[-1], rel=2e-3)
    common = time <= min(end, time[-1])
    assert np.max(np.abs(solution["Voltage [V]"](t=time[common]) - voltage[common])) < 1e-3


@pytest.fixture
def bpx_file(repository: Path) -> Path:
    return shared(repository, "data", "aboutenergy_nmc111_pouch_CCBYSA", "nmc_pouch_cell_BPX.json")


@pytest.mark.parametrize("temperature", [298.15, 273.15, 318.15])
def test_ours_and_pybamm_read_the_same_curves_from_a_bpx_file(bpx_file: Path, temperature: float) -> None:
    ours = read_bpx(bpx_file, temperature=temperature)
    program = loaded()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = program.ParameterValues.create_from_bpx(bpx_file)
    warm = program.Scalar(temperature)

    def evaluated(name: str, at: np.ndarray, *more: object) -> np.ndarray:
        return np.array([float(theirs.evaluate(theirs[name](program.Scalar(value), *more))) for value in at])

    x, salt = np.linspace(0.43, 0.96, 25), np.linspace(50.0, 2500.0, 25)
    model = ours.cell.model
    entropic = float(theirs["Positive electrode OCP entropic change [V.K-1]"])
    expected_voltage = evaluated("Positive electrode OCP [V]", x) + entropic * (temperature - 298.15)
    np.testing.assert_allclose(model.cathode.open_circuit_voltage(x), expected_voltage, atol=1e-12)
    for law, name in (
        ("conductivity", "Electrolyte conductivity [S.m-1]"),
        ("diffusivity", "Electrolyte diffusivity [m2.s-1]"),
    ):
        np.testing.assert_allclose(
            getattr(model.electrolyte, law)(salt), evaluated(name, salt, warm), rtol=1e-12
        )
    np.testing.assert_allclose(
        model.cathode.diffusivity(x),
        evaluated("Positive particle diffusivity [m2.s-1]", x, warm),
        rtol=1e-12,
    )
    c_max = float(model.cathode.maximum_concentration)
    exchange = theirs["Positive electrode exchange-current density [A.m-2]"]
    for at in x:
        arguments = (program.Scalar(value) for value in (800.0, at * c_max, c_max))
        expected = float(theirs.evaluate(exchange(*arguments, warm)))
        assert model.cathode.exchange_current_density(at, 800.0) == pytest.approx(expected, rel=1e-9)
    assert ours.cell.active_fraction == pytest.approx(
        theirs["Positive electrode active material volume fraction"]
    )
    assert ours.cell.electronic_conductivity == theirs["Positive electrode conductivity [S.m-1]"]


def test_a_c_rate_of_a_bpx_file_refers_to_its_nominal_capacity_and_the_area_of_all_pairs(
    bpx_file: Path,
) -> None:
    cell = read_bpx(bpx_file)
    assert cell.cell.one_c == pytest.approx(12.5 / (34 * 0.016808), rel=1e-12)
    assert "12.5 A h over 0.571472 m2" in cell.capacity_lines()[0]


def test_small_current_is_distributed_over_the_depth_as_newman_and_tobias_say() -> None:
    # J. Newman, C. Tobias, J. Electrochem. Soc. 109, 1183 (1962), linear kinetics without concentration
    # gradients, which is the state at the first instant. Thick and badly conducting, so that it is uneven.
    thick = dataclasses.replace(half_cell(), electrode_thickness=200e-6, electronic_conductivity=1.0)
    step = OperatingStep(ConstantCurrent(1e-3 * thick.one_c), (DurationLimit(1.0),), "C/1000")
    solution = solve_dfn(thick, [step], DfnOptions(40, 10, 10)).solution
    found = solution["Positive electrode interfacial current density [A.m-2]"].entries[:, 0]
    model = thick.model
    salt = float(model.electrolyte.initial_concentration)
    ionic = float(model.electrolyte.conductivity(salt)) * thick.ionic_factor
    electronic = thick.electronic_conductivity
    exchange = float(model.cathode.exchange_current_density(model.initial_stoichiometry, salt))
    surface = 3.0 * thick.active_fraction / thick.radius
    slope = surface * exchange * FARADAY / (GAS_CONSTANT * model.temperature)
    nu = thick.electrode_thickness * np.sqrt(slope * (1.0 / ionic + 1.0 / electronic))
    depth = (np.arange(len(found)) + 0.5) / len(found)  # from the separator
    wanted = ionic * np.cosh(nu * depth) + electronic * np.cosh(nu * (1.0 - depth))
    wanted *= nu / ((ionic + electronic) * np.sinh(nu))
    print("nu", nu, "separator over collector", found[0] / found[-1])
    assert found[0] / found[-1] > 1.5
    assert found / found.mean() == pytest.approx(wanted, rel=1e-3)
