"""Results beside a measurement: which steps belong together, residuals, page; and results written as one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.synthetic_result import write_synthetic_result

import chemomech
from chemomech.cli import main
from chemomech.errors import InputError
from chemomech.experiments.measured import MeasuredRun, read_measured
from chemomech.experiments.measured.bdf import write_bdf
from chemomech.experiments.measured.simulated import measured_of
from chemomech.experiments.measured.steps import steps_of
from chemomech.experiments.report.against import matched
from chemomech.experiments.report.against.figures import FIGURES, differential_capacity
from chemomech.experiments.report.against.matching import overvoltages, rested
from chemomech.experiments.report.against.table import residual_table
from chemomech.experiments.report.comparison.compared import named
from chemomech.solver.results import Result

PROTOCOL = ["Rest for 5 min", "Charge at 1C for 20 min", "Rest for 20 min", "Discharge at 1C for 10 min"]
LAYOUT = {"box": ["14 um", "14 um", "20 um"], "particles": 5, "volume_fraction": 0.3, "seed": 3}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs of the same protocol, the second with a smaller diffusivity."""
    folder = tmp_path_factory.mktemp("against")
    case = chemomech.Case.from_toml("fast-charge-5C").with_overrides(
        {
            "geometry.layout": LAYOUT, "mass_loading": "2.8 mg/cm2", "mechanics.coupling": "off",
            "protocol": PROTOCOL, "output.cut_times": [],
        }
    )  # fmt: skip
    slow = case.with_overrides({"materials.overrides.cathode.diffusivity": "2e-15 m2/s"})
    for name, one in (("usual", case), ("slow", slow)):
        chemomech.run(one, out=folder / name, model="radial", progress=False, report=False)
    return folder


def run_of(folder: Path, name: str) -> MeasuredRun:
    with Result.open(folder / name) as result:
        return measured_of(result)


def test_a_result_is_no_different_from_itself(folder: Path) -> None:
    with Result.open(folder / "usual") as result:
        found = matched(named([result])[0], measured_of(result))
        assert len(found.pairs) == 4
        assert found.rmse < 1e-12
        assert all(
            pair.charge[-1] == pytest.approx(pair.measured_charge[-1], abs=1e-9) for pair in found.pairs
        )


def test_a_shift_is_the_residual_of_the_step_in_which_it_is(folder: Path) -> None:
    with Result.open(folder / "usual") as result:
        run = measured_of(result)
        voltage = (
            run.voltage
            - np.where(run.step_number == 2, 0.012, 0.0)
            - np.where(run.step_number == 4, 0.003, 0.0)
        )
        moved = MeasuredRun(**{**vars_of(run), "voltage": voltage})
        found = matched(named([result])[0], moved)
        assert [1e3 * pair.rmse for pair in found.pairs] == pytest.approx([0.0, 12.0, 0.0, 3.0], abs=1e-9)
        assert [1e3 * pair.mean for pair in found.pairs] == pytest.approx([0.0, 12.0, 0.0, 3.0], abs=1e-9)
        # By time: (12^2 20 + 3^2 10) / 55 = 54.
        assert 1e3 * found.rmse == pytest.approx(54.0**0.5, rel=1e-3)
        rows = residual_table([found]).rows
        assert [row[:2] for row in rows] == [
            ("1", "rest"), ("2", "pulse"), ("3", "rest"), ("4", "constant current"), ("all", ""),
        ]  # fmt: skip
        assert rows[1][3:5] == ("12.000", "+12.000")


def vars_of(run: MeasuredRun) -> dict[str, object]:
    return {name: getattr(run, name) for name in MeasuredRun.__dataclass_fields__}


def test_relaxation_is_counted_from_the_end_of_the_rest(folder: Path) -> None:
    with Result.open(folder / "slow") as result:
        found = matched(named([result])[0], run_of(folder, "usual"))
        ((before, after),) = rested(found)
        assert (before.step.number, after.step.number) == (2, 3)
        (time, measured), (own_time, own) = overvoltages(before, after)
        assert measured[-1] == 0.0
        assert time[-1] == pytest.approx(1200.0)
        # Slow diffusion leaves more to relax.
        assert np.interp(10.0, own_time, own) > 1.5 * np.interp(10.0, time, measured) > 0.0


def test_differential_capacity_of_a_straight_line() -> None:
    # 2 mAh/cm2 over 0.5 V, with noise that must not make it negative.
    charge = np.linspace(0.0, 2.0, 2001)
    voltage = 3.6 + 0.25 * charge + 1e-4 * np.random.default_rng(1).normal(size=charge.size)
    middles, density = differential_capacity(charge, voltage)
    assert density == pytest.approx(4.0, rel=0.15)
    assert np.median(density) == pytest.approx(4.0, rel=0.01)
    back, same = differential_capacity(-charge, 4.1 - 0.25 * charge)
    assert same == pytest.approx(4.0, rel=1e-6)
    assert middles[0] > 3.6
    assert back[0] > 3.6
    assert differential_capacity(charge[:3], voltage[:3])[0].size == 0


def test_other_steps_are_refused(folder: Path) -> None:
    run = run_of(folder, "usual")
    turned = MeasuredRun(**{**vars_of(run), "current": -run.current})
    short = MeasuredRun(
        **{
            **vars_of(run), "time": run.time[:40], "voltage": run.voltage[:40], "current": run.current[:40],
            "steps": steps_of(
                run.time[:40], run.voltage[:40], run.current[:40], run.step_number[:40].astype(float)
            ),
        }
    )  # fmt: skip
    with Result.open(folder / "usual") as result:
        (one,) = named([result])
        with pytest.raises(
            InputError, match="has a charge as step 2 where the measurement .* has a discharge"
        ):
            matched(one, turned)
        with pytest.raises(InputError, match="has 4 steps where the measurement"):
            matched(one, short)


def test_the_page_shows_one_result_beside_a_measurement(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "usual.csv"
    with Result.open(folder / "usual") as result:
        write_bdf(result, file, 1.54e-4)
    words = ["compare", str(folder / "slow"), "--measured", str(file), "--out", str(tmp_path / "page")]
    assert main(words) == 0, capsys.readouterr().err
    page = (tmp_path / "page" / "index.html").read_text(encoding="utf-8")
    assert "Against the measurement usual" in page
    assert {path.stem for path in (tmp_path / "page").glob("measured_*.png")} == {one.name for one in FIGURES}
    assert main(["compare", str(folder / "slow"), "--out", str(tmp_path / "other")]) == 2
    assert (
        main([*words[:2], str(folder / "usual"), "--state", "mass=1 mg", "--out", str(tmp_path / "x")]) == 2
    )
    assert "name that with --measured" in capsys.readouterr().err


def test_a_result_is_read_back_equal_from_the_battery_data_format(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "usual.bdf.csv"
    words = ["export", str(folder / "usual"), "--format", "bdf", "--area", "1.54 cm2", "--out", str(file)]
    assert main(words) == 0
    assert (
        file.read_text(encoding="utf-8").splitlines()[0].startswith("Test Time / s,Voltage / V,Current / A,")
    )
    run = read_measured(file)
    with Result.open(folder / "usual") as result:
        dataset = result.dataset
        np.testing.assert_array_equal(run.time, dataset["time"].values)
        np.testing.assert_array_equal(run.voltage, dataset["voltage"].values)
        np.testing.assert_allclose(
            run.current * run.current_density_factor(), dataset["current_density"].values, rtol=1e-14
        )
        assert run.step_number.tolist() == dataset["step_number"].values.tolist()
    assert run.material == "nmc622"
    assert main(words) == 2  # the file exists


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "bdf"], "state the area"),
        (["--format", "bdf", "--area", "0 m2"], "is no area"),
        (["--format", "bdf", "--area", "2 m"], "wrong dimension"),
        (["--format", "bfd"], "did you mean 'bdf'"),
        (["--format", "bpx", "--area", "2 m2"], "is for --format bdf"),
    ],
)
def test_what_cannot_be_exported(
    folder: Path, tmp_path: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(folder / "usual"), *words, "--out", str(tmp_path / "a.csv")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "a.csv").exists()


def test_a_result_without_steps_cannot_be_held_against_anything(tmp_path: Path, folder: Path) -> None:
    write_synthetic_result(tmp_path / "r", drop=("areal_capacity",))
    with Result.open(tmp_path / "r") as result, pytest.raises(InputError, match="holds no areal_capacity"):
        matched(named([result])[0], run_of(folder, "usual"))
