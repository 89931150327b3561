"""Bad input, end to end: one sentence with a remedy, exit code 2, nothing written."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from support import tiny_case

from chemomech.cli import main
from chemomech.experiments.models.resolved.compile_cache import remove_dead_forms

PACKED = '{box = ["9 um", "9 um", "12 um"], particles = 20, volume_fraction = 0.7}'


def with_layout(row: str) -> Callable[[Path], list[str]]:
    """Makes a case whose layout ends with ``row``, and returns the words of the command."""

    def make(folder: Path) -> list[str]:
        case = tiny_case.write_case(folder)
        layout = folder / "three.csv"
        layout.write_text(layout.read_text() + row + "\n")
        return [str(case)]

    return make


def with_words(*words: str) -> Callable[[Path], list[str]]:
    return lambda folder: [str(tiny_case.write_case(folder)), *words]


def setting(assignment: str) -> Callable[[Path], list[str]]:
    return with_words("--set", assignment)


@pytest.mark.parametrize(
    ("make", "parts"),
    [
        (setting("mesh.prest=coarse"), ["unknown key 'mesh.prest'", "'mesh.preset'"]),
        (setting("geometry.separator_thickness=6 s"), ["geometry.separator_thickness", "6 s", "m"]),
        (setting("geometry.separator_thickness=6"), ["geometry.separator_thickness", "unit"]),
        (setting("initial_stoichiometry=0.1"), ["initial_stoichiometry = 0.1", "0.18", "choose x inside"]),
        (setting("initial_stoichiometry=nan"), ["initial_stoichiometry"]),
        (setting('protocol=["Charge at 5C until 3.5 V"]'), ["already passed at the start", "3.6", "change"]),
        (setting('protocol=["Charge to the brim"]'), ["Charge to the brim"]),
        (setting("materials.cathode=nmc6222"), ["unknown active material 'nmc6222'", "nmc622"]),
        (setting("materials.overrides.separator.porsity=0.4"), ["porsity", "porosity"]),
        (setting(f"geometry.layout={PACKED}"), ["20 spheres", "above 0.74", "lower volume_fraction"]),
        (setting("geometry.layout=none.csv"), ["none.csv"]),
        (setting("mechanics.coupling=both"), ["mechanics.coupling", "two-way"]),
        (setting("numerics.smallest_step=-1 s"), ["numerics.smallest_step", "-1"]),
        (setting("output.checkpoint_every=0"), ["output.checkpoint_every", "= 0 must lie between 1 and"]),
        (with_layout("17.0,4.0,2.0,2.0"), ["wholly outside the box", "or enlarge the box"]),
        (with_layout("7.0,1.0,2.0,-1.0"), ["radius", "-1"]),
        (with_layout("2.6,2.7,2.8,1.0"), ["same place", "remove one"]),
        (with_words("--resume"), ["nothing to resume"]),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(
    make: Callable[[Path], list[str]],
    parts: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    words = make(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert main(["run", *words, "--out", str(tmp_path / "out")]) == 2
    captured = capsys.readouterr()
    print(captured.err)
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert captured.err.count("\n") == 1
    assert captured.err.endswith(".\n")
    for part in parts:
        assert part in captured.err, part
    assert sorted(tmp_path.rglob("*")) == before


def test_missing_compiler_is_said_before_anything_is_written(case_file: Path, tmp_path: Path) -> None:
    done = tiny_case.call("run", case_file, "--out", tmp_path / "out", CC="/nonexistent/cc")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "error: the environment variable CC = '/nonexistent/cc' names no program; unset it or name a "
        "compiler.\n"
    )
    assert not (tmp_path / "out").exists()


def test_case_that_cannot_be_meshed_leaves_its_folder_as_it_was(
    case_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # A gap narrower than what may be meshed: refused by the mesher, after the folder was claimed.
    words = ["run", str(case_file), "--set", "mesh.minimum_gap=1 um", "--quiet"]
    (tmp_path / "mine").mkdir()
    for name in ("new", "mine"):
        assert main([*words, "--out", str(tmp_path / name)]) == 2
        error = capsys.readouterr().err
        assert error.startswith("error: ")
        assert error.count("\n") == 1
    assert [path.name for path in tmp_path.rglob("*")] == ["mine"]


def test_forms_that_a_killed_run_left_unfinished_are_removed(tmp_path: Path) -> None:
    # The form compiler waits ten seconds for each of them and then gives up.
    done, dead, young = (tmp_path / f"libffcx_forms_{name}.c" for name in ("done", "dead", "young"))
    for path in (done, dead, young):
        path.write_text("")
    done.with_suffix(".c.cached").write_text("")
    long_ago = young.stat().st_mtime - 3600.0
    for path in (done, dead):
        os.utime(path, (long_ago, long_ago))
    assert remove_dead_forms(tmp_path) == [dead]
    assert sorted(path.name for path in tmp_path.glob("*.c")) == [done.name, young.name]
