"""What people have handed over, met as mistakes: each is refused in one sentence that names it and a "
"remedy."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
import tomli_w
from support.doors import CASE, LAYOUT, STUDY, refused, run, written
from support.synthetic_result import write_synthetic_result

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import prepare
from chemomech.geometry.images import open_stack
from chemomech.reading import read_json


@pytest.mark.parametrize(
    ("assignment", "part"),
    [
        (
            "materials.overrides.electrolyte.conductivity=-1 S/m",
            "conductivity of lipf6-ec-emc-3-7 = -1 S/m must",
        ),
        (
            "materials.overrides.electrolyte.transference_number=26",
            "transference_number of lipf6-ec-emc-3-7 = 26",
        ),
        ("materials.overrides.cathode.youngs_modulus=-100 GPa", "youngs_modulus of nmc622 = -1e+11 Pa must"),
        (
            "materials.overrides.cathode.exchange_current_density=-1 A/m2",
            "exchange_current_density of nmc622 = -1",
        ),
        ("materials.overrides.matrix.porosity=1.2", "porosity of carbon-binder = 1.2"),
        ("numerics.newton_tolerance=1.0", "numerics.newton_tolerance = 1 must lie"),
        ("numerics.largest_step=-1 s", "numerics.largest_step = -1 s must"),
        ("numerics.stress_tolerance=-1 Pa", "numerics.stress_tolerance = -1 Pa must"),
        ("mass_loading=8.0 mg/cm2", "1C would be 9.6"),
        ("nominal_capacity=900 mAh/g", "nmc622 holds 276.5 mAh/g when all its sites are used"),
        ('protocol=["Charge at 100000 A/m2 until 4.5 V"]', "at 1C ="),
        ('protocol=["Rest for 1 hour [tag1]"]', "has an unknown unit"),
        ('protocol=["Charge at 72 A/m2/0 until 4.5 V"]', "has an unknown unit"),
        ("geometry.separator_thickness=25 (um", "has an unknown unit"),
        ("geometry.separator_thickness=8 mm", "check the unit of either"),
        ('mesh.preset=["coarse"]', "unknown mesh.preset"),
        ("name=../../elsewhere", "becomes the name of a folder; use letters"),
        ("name=..", "becomes the name of a folder; use letters"),
        (f"name={'x' * 300}", "has 300 bytes and becomes the name of a folder, which takes 200"),
        ('protocol=["Charge at 5C for 1e-30 s"]', "is over after 1e-30 s, and the smallest time step is"),
        ('protocol=["Charge at 5C until 1e-12 mAh/g"]', "and the smallest time step is 1e-05 s"),
        ("damage.isolation.spots=0.0", "leaves none of 3 particles a conducting spot as made"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(
    assignment: str, part: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path)
    assert part in refused(run(tmp_path, "--set", assignment), capsys)
    assert not (tmp_path / "out").exists()


def test_a_curve_is_held_to_its_range_over_all_of_it() -> None:
    import dataclasses

    from chemomech.materials import active_material

    material = active_material("nmc622")
    dips = dataclasses.replace(material.diffusivity, function=lambda x: 1e-14 * (x - 0.5) ** 3)
    with pytest.raises(InputError, match=r"diffusivity of nmc622 = -.* m2/s must lie between"):
        dataclasses.replace(material, diffusivity=dips)


def test_a_stated_loading_that_differs_is_said_before_the_run(tmp_path: Path) -> None:
    case = Case.from_toml(written(tmp_path)).with_overrides({"mass_loading": "1.0 mg/cm2"})
    (line,) = (line for line in prepare(case).particle_lines if "mass_loading" in line)
    assert line == "mass_loading = 1 mg/cm2, and the layout has 0.8307 mg/cm2: 1C refers to the stated one"


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("layout 1", "layout 3", "is of version '3', and versions 1 and 2 are read"),
        ("# box [um]: 9, 9, 12\n", "# box [um]: 9, 9, 12\n# box [um]: 9, 9, 14\n", "two lines with the box"),
        ("# box", "# voxel size [um]: nan, 1, 1\n# box", "the voxel size of a layout is not a number"),
        ("2.6,2.7,2.8,2.2", "2,6,2,7,2,8,2,2", "8 fields for 4 columns; write decimal points"),
        ("radius [um]", "radius [um],colour", "the column 'colour'"),
        ("2.2\n", "2.2,5\n", "5 fields for 4 columns"),
        ("2.2\n", "\u0662.\u0662\n", "it needs a number in each of the columns"),
        ("9, 9, 12", "9, 9, \u0661\u0662", "write three numbers"),
        ("[um]", "[mm]", "has the edge 0.012 m along z"),
        ("[um]", "[m]", "has the edge 9 m along x"),
        ("[um]: 9, 9, 12", "[um]: 9000, 9000, 900", "whether the box and the particles are in the same unit"),
        ("2.2\n", "1e300\n", "radius 1e+294 m; every radius must lie between"),
        ("radius [um]\n", "radius [um],id\n", "the column 'id'"),
    ],
)
def test_a_layout_is_read_whole_or_refused(
    old: str, new: str, part: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = LAYOUT.replace(old, new) if old == "[um]" else LAYOUT.replace(old, new, 1)
    assert text != LAYOUT
    path = tmp_path / "three.csv"
    path.write_text(text)
    assert part in refused(["layout", "info", str(path)], capsys)


def test_ids_beyond_64_bits_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = LAYOUT.replace("layout 1", "layout 2").replace("radius [um]\n", "radius [um],id\n")
    rows = (
        rows.replace("2.2\n", "2.2,99999999999999999999\n")
        .replace("2.1\n", "2.1,2\n")
        .replace("2.4\n", "2.4,3\n")
    )
    (tmp_path / "l.csv").write_text(rows)
    assert "a number beyond 64 bits" in refused(["layout", "info", str(tmp_path / "l.csv")], capsys)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (
            ["layout", "pack", "--box", "20,20,40", "--count", "3", "--volume-fraction", "0.1"],
            "--box = '20' has no unit",
        ),
        (
            [
                "layout",
                "pack",
                "--box",
                "20,20,40 um",
                "--count",
                "3",
                "--volume-fraction",
                "0.1",
                "--seed",
                "-1",
            ],
            "--seed = -1 must lie between 0 and",
        ),
        (["layout", "info", "LAYOUT", "--picture", "x.foo"], "ends in '.foo'; give it one of .png"),
        (["layout", "info", "a\0b.csv"], "has a name that no disk takes"),
        (["run", "CASE", "--out", "x" * 300], "cannot be looked into"),
        (["run", "x" * 300 + ".toml"], "File name too long"),
        (["run", "FOLDER/latin.toml"], "is not in UTF-8 (byte 11 is 0xe9); save it as UTF-8"),
        (["study", "FOLDER/latin.toml"], "is not in UTF-8 (byte 11 is 0xe9); save it as UTF-8"),
        (["report", "FOLDER"], "it is no finished result"),
    ],
)
def test_a_command_line_is_refused_in_a_sentence(
    words: list[str],
    part: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    case = written(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b'name = "caf\xe9"\n')
    places = {"CASE": str(case), "LAYOUT": str(tmp_path / "three.csv")}
    given = [places.get(word, word.replace("FOLDER", str(tmp_path))) for word in words]
    more = ["--out", "made.csv"] if words[1] == "pack" else []
    assert part in refused([*given, *more], capsys)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert Case.from_toml(path).name == "three"


@pytest.mark.parametrize(
    ("key", "value", "part"),
    [
        ("fidelity", ["dfn"], "fidelity = ['dfn'] is not text"),
        ("design", [1.0], "design = [1.0] is not text"),
        ("fidelities", True, "[fidelities] = True is not a table"),
        ("base", 3, "base = 3 is no case"),
        ("fidelities", {"dfn": {"transport": "brugemann"}}, "did you mean 'bruggeman'"),
        ("overrides", {"mesh": {"preset": ["coarse"]}}, "unknown mesh.preset"),
    ],
)
def test_a_study_is_checked_before_it_starts(
    key: str, value: Any, part: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path)
    path = tmp_path / "study.toml"
    path.write_text(tomli_w.dumps({**STUDY, key: value}))
    assert part in refused(["study", str(path), "--out", str(tmp_path / "out")], capsys)
    assert not (tmp_path / "out").exists()


def test_a_tiff_that_was_appended_to_is_read_whole_or_refused(tmp_path: Path) -> None:
    planes = np.arange(5 * 6 * 7, dtype=np.uint8).reshape(5, 6, 7)
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, planes[:3], photometric="minisblack")
    tifffile.imwrite(path, planes[3:], photometric="minisblack", append=True)
    assert np.array_equal(open_stack(path, 1e-6).read(0, 5), planes)
    tifffile.imwrite(path, planes[:, :4], photometric="minisblack", append=True)
    with pytest.raises(InputError, match=r"3 series that make no stack of equal planes"):
        open_stack(path, 1e-6)


@pytest.mark.parametrize("name", ["result.nc", "summary.json", "case.toml"])
@pytest.mark.parametrize("command", ["report", "compare"])
def test_a_damaged_result_is_refused(
    name: str, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_synthetic_result(tmp_path / "result")
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[: len(whole) // 2] if name != "case.toml" else b"name = [")
    if command == "report":
        words = ["report", str(folder)]
    else:
        words = [
            "compare",
            str(folder),
            str(write_synthetic_result(tmp_path / "b")),
            "--out",
            str(tmp_path / "o"),
        ]
    assert name in refused(words, capsys)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path)
    (tmp_path / "three.csv").unlink()
    os.mkfifo(tmp_path / "three.csv")
    assert "is a pipe or a device; save it as a file" in refused(run(tmp_path), capsys)


@pytest.mark.parametrize("contacts", ["fuse", "shrink", "minimum-gap"])
def test_a_layout_without_a_particle_is_refused_under_every_contact_rule(
    contacts: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, CASE | {"mass_loading": "8 mg/cm2"}, "\n".join(LAYOUT.splitlines()[:3]) + "\n")
    assert "holds no particle" in refused(run(tmp_path, "--set", f"geometry.contacts={contacts}"), capsys)


def test_a_run_whose_own_case_is_damaged_is_not_resumed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "case.toml").write_text("name = 'x'")
    said = refused(run(tmp_path, "--resume"), capsys)
    assert "cannot be resumed, since what it was started with is damaged (key 'initial_stoich" in said


@pytest.mark.parametrize("number", ["1e400", "-1e400", "NaN", "Infinity"])
def test_a_number_beyond_all_numbers_is_refused_wherever_json_is_read(number: str, tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('{"Entropic change coefficient [V.K-1]": ' + number + "}")
    with pytest.raises(InputError, match=f"holds {number}, which is no finite number"):
        read_json(tmp_path / "b.json", "BPX file")


def test_a_grid_of_too_many_points_is_refused_before_it_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path)
    many = [1.0 + number * 1e-3 for number in range(1000)]
    keys = ("numerics.newton_tolerance", "materials.overrides.matrix.porosity", "c_rate", "mesh.growth")
    study = {**STUDY, "axes": dict.fromkeys(keys[2:], many) | {keys[1]: [0.4, 0.5]}}
    path = tmp_path / "study.toml"
    path.write_text(tomli_w.dumps(study))
    said = refused(["study", str(path), "--out", str(tmp_path / "out")], capsys)
    assert "has 2000000 points, and a study takes 100000" in said


def test_a_folder_of_images_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "slices").mkdir()
    with pytest.raises(InputError, match="is a folder; join its images into one TIFF stack"):
        open_stack(tmp_path / "slices", 1e-6)
