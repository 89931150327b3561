"""The command line of layouts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from support.images import ball

from chemomech.cli import main
from chemomech.errors import InputError
from chemomech.geometry import read_layout
from chemomech.layout_options import Length, Lengths, WholeNumbers

UM = 1e-6


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """Two touching particles with binder from the first plane, in a raw file."""
    shape = (30, 24, 40)
    voxels = (ball(shape, (13, 12, 11), 9.0) | ball(shape, (13, 12, 27), 8.5)).astype(np.uint8)
    voxels[:10, 12, 11][voxels[:10, 12, 11] == 0] = 2
    path = tmp_path / "stack.raw"
    voxels.tofile(path)
    return path


def extract(stack: Path, *more: str) -> int:
    shape = ["--shape", "30,24,40", "--dtype", "uint8"]
    return main(["layout", "extract", str(stack), *shape, *more])


def said(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert captured.err.count("\n") == 1
    return captured.err


def test_extract_writes_the_layout_and_says_what_it_found(
    stack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, table = tmp_path / "real.csv", tmp_path / "particles.csv"
    words = ["--voxel-size", "0.5 um", "--binder", "2", "--out", str(out), "--particles", str(table)]
    assert extract(stack, *words) == 0
    printed = capsys.readouterr().out
    assert "real: 2 particles in 20 x 12 x 15 um" in printed
    assert "without a path for electrons: 0 particles" in printed
    layout = read_layout(out)
    assert layout.name == "real"
    assert layout.voxel_size == pytest.approx((0.5 * UM,) * 3)
    assert layout.radii == pytest.approx(np.array([9.0, 8.5]) * 0.5 * UM, rel=0.02)
    assert layout.contacts is not None
    rows = [line.split(",") for line in table.read_text().splitlines()]
    assert rows[0] == [
        "id", "volume [um3]", "radius [um]", "border", "binder coverage", "wired", "touches wired binder",
    ]  # fmt: skip
    assert [row[0] for row in rows[1:]] == ["1", "2"]
    assert [row[5:] for row in rows[1:]] == [["1", "1"], ["1", "0"]]


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["--voxel-size", "0.5 um", "--binder", "2", "--peak-depth", "5 um"], 1),
        (["--voxel-size", "0.5,0.5,0.5 um", "--labels"], 2),  # all active voxels, all binder voxels
        (["--voxel-size", "0.5 um", "--grey", "2", "--thresholds", "0.5"], 2),
        (["--voxel-size", "0.5 um", "--binder", "2", "--crop", "0,0,0,30,24,19"], 1),
        (["--voxel-size", "0.5 um", "--bin", "2", "--neck-ratio", "1"], 2),
    ],
)
def test_extract_takes_labels_grey_values_parts_and_bins(
    stack: Path, tmp_path: Path, words: list[str], count: int
) -> None:
    out = tmp_path / "real.csv"
    if "--bin" in words:
        np.where(np.fromfile(stack, dtype=np.uint8) == 1, 1, 0).astype(np.uint8).tofile(stack)
    assert extract(stack, *words, "--out", str(out)) == 0
    assert len(read_layout(out)) == count


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["--voxel-size", "0.5,0.5,1 um"], "edges that differ"),
        (["--voxel-size", "half a micron"], "'half a micron' is not a number with a unit"),
        (["--voxel-size", "0.5 um"], "value 2"),
        (["--voxel-size", "0.5 um", "--binder", "2", "--memory", "0.001"], "memory limit is 0.001 GB"),
        (
            ["--voxel-size", "0.5 um", "--binder", "2", "--neck-ratio", "1", "--peak-depth", "1 um"],
            "two rules",
        ),
        (["--voxel-size", "0.5 um", "--crop", "1,2,3"], "is not 6 whole numbers"),
        (["--voxel-size", "0.5 um", "--grey", "2", "--thresholds", "dark"], "is not a list of numbers"),
        (
            ["--voxel-size", "0.5 um", "--thickness-axis", "4", "--binder", "2"],
            "--thickness-axis = 4 must lie between 0 and 2",
        ),
    ],
)
def test_extract_refuses_with_one_sentence_and_writes_nothing(
    stack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], part: str
) -> None:
    before = sorted(tmp_path.iterdir())
    assert extract(stack, "--out", str(tmp_path / "real.csv"), *words) == 2
    assert part in said(capsys)
    assert sorted(tmp_path.iterdir()) == before


def test_without_a_voxel_size_nothing_is_read(stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert extract(stack, "--out", "real.csv") == 2
    assert "--voxel-size" in said(capsys)


def test_a_file_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "there.csv"
    out.write_text("mine")
    words = ["--box", "10,10,20 um", "--count", "3", "--volume-fraction", "0.2", "--out"]
    assert main(["layout", "pack", *words, str(out)]) == 2
    assert "exists; delete it or name another" in said(capsys)
    assert out.read_text() == "mine"
    assert main(["layout", "pack", *words, str(tmp_path / "none" / "a.csv")]) == 2
    assert "does not exist; make it" in said(capsys)


def test_pack_crop_and_info_follow_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packed, part, picture = (tmp_path / name for name in ("packed.csv", "part.csv", "part.png"))
    words = ["--box", "12,12,20 um", "--volume-fraction", "0.4", "--mean-volume-radius", "2 um"]
    words += ["--sides", "periodic", "--minimum-gap", "0.05 um", "--seed", "3", "--out", str(packed)]
    assert main(["layout", "pack", *words]) == 0
    assert "volume fraction 0.4000" in capsys.readouterr().out
    low_high = ["--low", "0,0,0 um", "--high", "6 um,6 um,20 um", "--out", str(part)]
    assert main(["layout", "crop", str(packed), *low_high]) == 0
    text = capsys.readouterr().out
    assert ", of the source in this box 0." in text
    assert "smallest gap between spheres 0.05" in text
    assert "walls cut " in text
    # Only whole spheres: the loss is stated, refused, and accepted when asked for.
    whole = [*low_high[:-1], str(tmp_path / "whole.csv"), "--sides", "whole"]
    assert main(["layout", "crop", str(packed), *whole]) == 2
    assert "--most-loss" in capsys.readouterr().err
    assert main(["layout", "crop", str(packed), *whole, "--most-loss", "1"]) == 0
    assert (
        main(["layout", "crop", str(packed), *low_high[:-1], str(tmp_path / "x.csv"), "--faces", "slid"]) == 2
    )
    assert "did you mean 'slide'" in capsys.readouterr().err
    assert read_layout(part).box == pytest.approx((6 * UM, 6 * UM, 20 * UM))
    assert read_layout(part).at_border.any()
    capsys.readouterr()
    assert main(["layout", "info", str(part), "--picture", str(picture)]) == 0
    assert "D10 / D50 / D90" in capsys.readouterr().out
    assert picture.stat().st_size > 1000


def test_info_knows_the_shipped_layout(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layout", "info", "rve-52"]) == 0
    assert "rve-52: 52 particles in 20 x 20 x 40 um, 0 at the border" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["pack", "--box", "10,10 um", "--out", "a.csv"], "has 2 values"),
        (["pack", "--box", "10,10,20 um", "--count", "3", "--out", "a.csv"], "give two of --count"),
        (
            [
                "pack",
                "--box",
                "9,9,9 um",
                "--count",
                "3",
                "--volume-fraction",
                "0.1",
                "--sides",
                "wall",
                "--out",
                "a",
            ],
            "did you mean 'walls'",
        ),
        (["info", "rve-25"], "rve-52"),
        (["info", "none.csv"], "does not exist"),
    ],
)
def test_other_commands_refuse_with_one_sentence(
    words: list[str], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["layout", *words]) == 2
    assert part in said(capsys)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Length(), "0.398 um", 0.398e-6),
        (Length(), "398e-9 m", 398e-9),
        (Lengths(1, 3), "20,20,40 um", (20e-6, 20e-6, 40e-6)),
        (Lengths(1, 3), "1e-6 m", (1e-6,)),
        (Lengths(3), "1 um, 2 mm, 0 m", (1e-6, 2e-3, 0.0)),
        (WholeNumbers(3), "1, 2,3", (1, 2, 3)),
    ],
)
def test_values_are_read_with_their_units(kind: click.ParamType, text: str, value: Any) -> None:
    assert kind.convert(text, None, None) == pytest.approx(value)
    assert kind.convert(value, None, None) == value


@pytest.mark.parametrize(
    ("kind", "text"), [(Length(), "398e-9"), (Lengths(1, 3), "0.4"), (Lengths(3), "9,9,12")]
)
def test_a_bare_length_is_refused_as_in_a_case(kind: click.ParamType, text: str) -> None:
    with pytest.raises(InputError, match="has no unit; write it as text with its unit"):
        kind.convert(text, None, None)


def test_values_that_do_not_fit_name_what_is_wanted() -> None:
    with pytest.raises(InputError, match="give 1 or 3"):
        Lengths(1, 3).convert("1,2 um", None, None)
    with pytest.raises(InputError, match="3 whole numbers"):
        WholeNumbers(3).convert("1,2,x", None, None)
