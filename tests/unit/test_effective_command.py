"""The command line of effective properties, and input that is refused."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from chemomech.cli import main
from chemomech.errors import InputError, MachineError
from chemomech.solver.effective import (
    IsotropicElastic,
    VoxelSpecimen,
    conductivity_range,
    effective_conductivity,
    maxwell,
    moduli_range,
)

images = importlib.import_module("chemomech.solver.effective.image_conduction")
kernels = importlib.import_module("chemomech.solver.effective.kernel")
loops = importlib.import_module("chemomech.solver.algebra.c_module")
UM = (1e-6, 1e-6, 1e-6)
LAYERS = np.zeros((4, 3, 6), dtype=np.uint8)
LAYERS[1] = 1
"""Axis 0 of the array is the thickness: four layers, one of them active."""


class Giant:
    """A specimen whose voxels nobody counts."""

    def __init__(self, image: np.ndarray) -> None:
        self.image, self.comm = image, MPI.COMM_SELF


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    np.save(tmp_path / "layers.npy", LAYERS)
    return tmp_path / "layers.npy"


def call(stack: Path, *more: str) -> int:
    return main(["layout", "effective", str(stack), "--voxel-size", "1 um", *more])


def test_the_thickness_of_an_image_is_z(stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        call(stack, "--value", "pore=2", "--value", "active=6", "--phase", "pore", "--directions", "x") == 0
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "phases: pore 0.750000, active 0.250000"
    assert "tortuosity factors of pore along x, y, z: 1 / nan / nan" in lines
    assert "  between bounds: 1 to 1 / nan to nan / nan to nan" in lines
    assert "bounds of the conductivity along x, y, z: 3 to 3 / nan to nan / nan to nan" in lines
    assert lines[-3].split()[0] == "3"
    assert call(stack, "--value", "pore=2", "--value", "active=6", "--directions", "z") == 0
    assert capsys.readouterr().out.splitlines()[-1].split()[-1] == "2.4"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "nothing is asked for"),
        (("--phase", "binder"), "unknown phase 'binder'"),
        (("--phase", "pore"), r"no connected part of pore .* across z"),
        (("--phase", "pore", "--directions", "xq"), "unknown direction 'q'"),
        (("--value", "pore"), "is not of the form PHASE=NUMBER"),
        (("--value", "pore=much"), "must be 1 plain numbers"),
        (("--value", "pore=-1"), "the conductivity of pore = -1 must lie between 0"),
        (("--value", "pore=0"), "no phase has a value"),
        (("--solid", "active=1 GPa"), "must be a modulus and Poisson's ratio"),
        (("--solid", "active=1 GPa,0.5"), "Poisson's ratio = 0.5 must lie"),
        (("--solid", "active=1 GPa,0.3"), "across x and y and z"),
    ],
)
def test_what_makes_no_sense_is_answered_with_a_sentence(
    stack: Path, words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(stack, *words) == 2
    assert re.search(sentence, capsys.readouterr().err)


@pytest.mark.parametrize(
    ("image", "size", "values", "sentence"),
    [
        (np.zeros((0, 2, 2), dtype=int), UM, {"pore": 0}, "shape"),
        (np.zeros((2, 2), dtype=int), UM, {"pore": 0}, "three axes"),
        (LAYERS, (1e-6, 0.0, 1e-6), {"pore": 0, "active": 1}, "voxel size"),
        (LAYERS, UM, {"pore": 0, "active": 1, "binder": 2}, "no voxel of binder = 2"),
        (LAYERS, UM, {"pore": 0}, "18 of 72 voxels belong to none"),
    ],
)
def test_an_image_that_is_none_is_refused(
    image: np.ndarray, size: tuple[float, float, float], values: dict[str, int], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        VoxelSpecimen(image, size, values)


def test_the_sides_of_an_image_may_repeat(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = np.ones((4, 3, 6), dtype=np.uint8)
    image[:3, 0, 1] = image[2:, 2, 1] = 0  # along z, with a step across y = 0
    np.save(tmp_path / "step.npy", image)
    words = ("--phase", "pore", "--directions", "z")
    assert call(tmp_path / "step.npy", *words) == 2
    assert "no connected part" in capsys.readouterr().err
    assert call(tmp_path / "step.npy", *words, "--periodic") == 0
    assert "share that reaches both faces: nan / nan / 1" in capsys.readouterr().out


@pytest.mark.parametrize("tolerance", [0.0, 0.1, float("nan")])
def test_a_tolerance_that_no_solver_reaches_is_refused(tolerance: float) -> None:
    with pytest.raises(InputError, match="relative tolerance"):
        effective_conductivity(
            VoxelSpecimen(LAYERS, UM, {"pore": 0, "active": 1}), {"pore": 1.0}, "x", tolerance
        )


def test_voxels_that_are_no_numbers_belong_to_no_phase() -> None:
    image = LAYERS.astype(float)
    image[0, 0, 0] = np.nan
    with pytest.raises(InputError, match="1 of 72 voxels belong to none"):
        VoxelSpecimen(image, UM, {"pore": 0, "active": 1})


def test_more_phases_than_a_byte_tells_apart_are_refused() -> None:
    image = np.arange(256).reshape(4, 8, 8)
    names = {f"phase {value}": value for value in range(256)}
    with pytest.raises(InputError, match="256 phases conduct, above 255"):
        effective_conductivity(VoxelSpecimen(image, UM, names), dict.fromkeys(names, 1.0))
    del names["phase 7"]
    image[image == 7] = 8
    found = effective_conductivity(VoxelSpecimen(image, UM, names), dict.fromkeys(names, 2.0))
    np.testing.assert_allclose(found.lower, 2.0)


def test_an_image_past_the_memory_of_the_machine_is_refused() -> None:
    # No memory is taken for it: all voxels are one.
    image = np.broadcast_to(np.uint8(0), (30_000, 30_000, 30_000))
    with pytest.raises(MachineError, match=r"30000 x 30000 x 30000 voxels needs .* GB; crop it"):
        images.image_columns(Giant(image), {"pore": 1.0}, (0,), 1e-6, False)


def test_loops_that_cannot_be_kept_or_compiled_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(loops.jit, "get_options", lambda: {"cache_dir": str(tmp_path / "file" / "cache")})
    with pytest.raises(MachineError, match="XDG_CACHE_HOME"):
        kernels.kernel.__wrapped__()
    monkeypatch.setattr(loops.jit, "get_options", lambda: {"cache_dir": str(tmp_path / "cache")})
    monkeypatch.setattr(loops, "FLAGS", ["-no-such-flag-of-any-compiler"])
    with pytest.raises(MachineError, match="install a C compiler"):
        kernels.kernel.__wrapped__()
    assert not list((tmp_path / "cache").iterdir())


def test_a_conductivity_that_is_no_number_is_refused() -> None:
    with pytest.raises(InputError, match="NaN"):
        effective_conductivity(VoxelSpecimen(LAYERS, UM, {"pore": 0, "active": 1}), {"pore": float("nan")})


def test_bounds_meet_the_pure_phases_and_known_values() -> None:
    one, other = IsotropicElastic(1e9, 0.3), IsotropicElastic(20e9, 0.25)
    pair = (one.bulk, one.shear), (other.bulk, other.shear)
    for fraction, pure in ((0.0, pair[0]), (1.0, pair[1])):
        for bounds, value in zip(moduli_range(*pair, fraction), pure, strict=True):
            assert bounds.low == pytest.approx(value)
            assert bounds.high == pytest.approx(value)
    # Insulating spheres: (1 - f) / (1 + f / 2); superconducting ones: (1 + 2 f) / (1 - f).
    assert maxwell(1.0, 0.0, 0.3) == pytest.approx(0.7 / 1.15)
    assert maxwell(1.0, 1e9, 0.3) == pytest.approx(1.6 / 0.7, rel=1e-6)
    assert conductivity_range(1.0, 0.0, 0.3).low == 0.0
    assert conductivity_range(0.0, 1.0, 0.7).high == pytest.approx(0.7 / 1.15)
    # Walpole's form of the shear bound for rigid-free spheres: voids in a solid, dilute.
    _, shear = moduli_range(pair[1], (0.0, 0.0), 1e-6)
    k, g = pair[1]
    dilute = 1.0 - 1e-6 * 15.0 * (1.0 - 0.25) / (7.0 - 5.0 * 0.25)
    assert shear.high / g == pytest.approx(dilute, rel=1e-10)
