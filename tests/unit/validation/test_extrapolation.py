"""Richardson extrapolation with manufactured errors, and the table made of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from support.synthetic_result import write_synthetic_result

from chemomech.errors import InputError
from chemomech.solver.results import Result
from chemomech.validation.extrapolation import ADMITTED, EXPECTED, richardson
from chemomech.validation.mesh_table import error_lines, judge, mesh_lines, mesh_size, scaled_mesh

SIZES = np.array([1.0, 0.62, 0.41])  # ratios that differ: 1.61 and 1.51


@pytest.mark.parametrize("order", [1.3, 2.0, 2.7, 3.0, 4.0])
def test_a_manufactured_error_gives_its_order_its_limit_and_its_size(order: float) -> None:
    error = 7.0 * SIZES**order
    found = richardson(4.2 + error, SIZES)
    assert found.orders == (pytest.approx(order, abs=1e-8),)
    assert found.limit == pytest.approx([4.2], abs=1e-10)
    assert found.errors == pytest.approx(error, rel=1e-7)
    assert found.asymptotic


def test_the_textbook_case_of_halved_meshes() -> None:
    # Grid convergence example of the NPARC Alliance (NASA): pressure recovery 0.97050, 0.96854, 0.96178 on
    # meshes 1, 2, 4: p = ln(0.00676 / 0.00196) / ln 2 = 1.786, extrapolated 0.97130.
    found = richardson([0.96178, 0.96854, 0.97050], [4.0, 2.0, 1.0])
    assert found.orders[0] == pytest.approx(1.786, abs=2e-3)
    assert found.limit[0] == pytest.approx(0.97130, abs=1e-5)


def test_components_share_an_order_and_have_limits_of_their_own() -> None:
    amplitudes = np.array([1.0, 0.5, 2.0])
    values = np.array([3.0, -1.0, 0.0]) + amplitudes * SIZES[:, None] ** 2.5
    found = richardson(values, SIZES)
    assert found.orders[0] == pytest.approx(2.5, abs=1e-8)
    assert found.limit == pytest.approx([3.0, -1.0, 0.0], abs=1e-9)
    assert found.errors == pytest.approx(2.0 * SIZES**2.5, rel=1e-7)


def test_a_coarse_mesh_before_the_asymptotic_range_is_seen_and_the_fine_ones_judged_carefully() -> None:
    error = 1.0 * SIZES**2
    error[0] = 8.0  # eight times what the order would give
    found = richardson(5.0 + error, SIZES)
    assert found.orders[0] > ADMITTED[1]
    assert (found.asymptotic, found.used_order) == (False, EXPECTED[0])
    # The two fine meshes alone, with the lower of the expected orders, here the true one.
    assert found.errors[1:] == pytest.approx(error[1:], rel=1e-6)


def test_a_fourth_mesh_shows_which_three_can_be_trusted() -> None:
    sizes = np.array([1.0, 0.62, 0.41, 0.3])
    error = sizes**2
    error[0] = 8.0
    found = richardson(5.0 + error, sizes)
    assert found.orders[0] > ADMITTED[1]
    assert found.orders[1] == pytest.approx(2.0, abs=1e-6)
    assert found.asymptotic
    assert found.errors[0] == pytest.approx(8.0, rel=1e-6)


def test_what_turns_round_or_grows_is_not_asymptotic() -> None:
    turning = richardson([1.0, 1.4, 1.2], SIZES)
    assert (turning.asymptotic, turning.used_order) == (False, ADMITTED[0])
    # Its error is stated as that of the lowest admitted order, above the last difference.
    assert turning.errors[-1] > 0.2
    # Also where it shrinks fast: one sign change, and the order means nothing.
    assert richardson([1.0, 1.4, 1.39], SIZES).used_order == ADMITTED[0]
    # Components that go their own ways have no common order.
    crossing = np.array([[1.0, 0.0], [0.2, 0.0], [0.2, 0.3]])
    assert not richardson(crossing, SIZES).asymptotic
    growing = richardson([1.0, 1.1, 1.5], SIZES)
    assert np.isnan(growing.orders[0])
    assert not growing.asymptotic
    assert richardson([2.0, 2.0, 2.0], SIZES).errors.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("values", "sizes", "words"),
    [
        ([1.0, 2.0], [1.0, 0.5], "three meshes, got 2"),
        ([1.0, 2.0, 3.0], [1.0, 0.5, 0.5], "must fall"),
        ([1.0, np.nan, 3.0], [1.0, 0.5, 0.25], "not finite"),
    ],
)
def test_what_cannot_be_extrapolated_is_refused(values: list[float], sizes: list[float], words: str) -> None:
    with pytest.raises(InputError, match=words):
        richardson(values, sizes)


def test_mesh_names_are_presets_with_a_factor() -> None:
    assert scaled_mesh("fine") == ("fine", {})
    preset, changes = scaled_mesh("standard*0.5")
    assert preset == "standard"
    assert changes["interface_size"] == pytest.approx(0.5e-6)
    assert changes["size_per_radius"] == pytest.approx(0.25)
    assert changes["gap_sag"] == pytest.approx(0.15 / 4)
    for name in ("finer", "standard*", "standard*x", "standard*9"):
        with pytest.raises(InputError, match="mesh '"):
            scaled_mesh(name)


def _on_a_mesh(folder: Path, cells: int, order: float) -> Result:
    """A made-up result whose voltage is off by 10 mV h^order, h in units of a mesh of 1000 cells."""
    write_synthetic_result(folder)
    summary = json.loads((folder / "summary.json").read_text())
    size = (cells / 1000.0) ** (-1.0 / 3.0)
    summary["size"] = {"cells": cells, "unknowns": {"electrochemistry": 5 * cells, "displacement": 9 * cells}}
    summary["cost"]["ranks"] = 2
    summary["t_end_s"] = 613.0 + 4.0 * size**order
    (folder / "summary.json").write_text(json.dumps(summary))
    result = Result.open(folder)
    data = result.dataset.load()
    shifted = data.assign(
        voltage=data["voltage"] + 0.010 * size**order,
        energy_release_ratio=data["energy_release_ratio"] * (1.0 + 0.2 * size**order),
    )
    result.close()
    result.__dict__["dataset"] = shifted
    return result


def test_the_table_states_orders_and_errors_of_what_the_runs_hold(tmp_path: Path) -> None:
    cells = (1000, 4000, 20000)
    results = [_on_a_mesh(tmp_path / str(n), n, 2.4) for n in cells]
    times = (float(results[0].dataset["time"].values[-40]), 1e4)  # no run meets the second
    judged = {one.quantity.name: one.extrapolation for one in judge(results, times)}
    sizes = [(n / 1000.0) ** (-1.0 / 3.0) for n in cells]
    voltage = judged[f"voltage, {times[0]:g} s"]
    assert voltage.orders[0] == pytest.approx(2.4, abs=1e-6)
    assert voltage.errors == pytest.approx([10.0 * h**2.4 for h in sizes], rel=1e-6)  # mV
    assert judged["end of the charge"].errors == pytest.approx([4.0 * h**2.4 for h in sizes], rel=1e-6)
    index = judged["energy release ratio of a particle, end"]
    finest = 1.0 + 0.2 * sizes[-1] ** 2.4  # percent of the largest value there
    assert index.errors == pytest.approx([20.0 * h**2.4 / finest for h in sizes], rel=1e-6)
    assert not any("10000 s" in name for name in judged)
    assert "centre stress of the probes, end" in judged
    lines = error_lines(judge(results, times), ["a", "b", "c"])
    assert any(line.startswith("| end of the charge | 2.4 | 4 | 1.3 | 0.36 | s |") for line in lines)
    assert mesh_lines(results, ["a", "b", "c"])[2].startswith("| a | 1000 | 5000 + 9000 | 617.00 | ")
    assert mesh_size(results[0]) == pytest.approx(0.1)


def test_runs_of_different_cases_are_refused(tmp_path: Path) -> None:
    results = [_on_a_mesh(tmp_path / str(n), n, 2.0) for n in (1000, 4000, 20000)]
    case = results[1].path / "case.toml"
    case.write_text(case.read_text().replace("5C", "4C"))
    with pytest.raises(InputError, match="runs of different cases"):
        judge(results)
