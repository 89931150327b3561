"""What people have handed over, met as mistakes: each is refused in one sentence that names it and a "
"remedy."""

from __future__ import annotations

import copy
import errno
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
import tomli_w
from support.synthetic_result import write_synthetic_result

from chemomech import failures
from chemomech.cli import main
from chemomech.errors import InputError, MachineError, RunFailedError
from chemomech.experiments.case import Case
from chemomech.experiments.case.cost import cost_line, require_room
from chemomech.experiments.case.prepare import prepare
from chemomech.experiments.models.preflight import crowded, require_compile_cache
from chemomech.geometry import MESH_PRESETS, Layout, expected_cells, shipped_layout
from chemomech.geometry.images import open_stack
from chemomech.solver.results.lock import held

LAYOUT = """\
# chemomech particle layout 1
# box [um]: 9, 9, 12
x [um],y [um],z [um],radius [um]
2.6,2.7,2.8,2.2
6.5,6.3,4.4,2.1
4.0,5.0,9.0,2.4
"""
CASE: dict[str, Any] = {
    "name": "three",
    "model": "radial",
    "initial_stoichiometry": 0.93,
    "nominal_capacity": "180 mAh/g",
    "protocol": ["Charge at 5C until 4.5 V"],
    "geometry": {"layout": "three.csv", "separator_thickness": "6 um"},
}
STUDY = {"name": "s", "base": "case.toml", "fidelity": "radial", "axes": {"c_rate": [1.0, 2.0]}}


def written(folder: Path, table: dict[str, Any] = CASE, layout: str = LAYOUT) -> Path:
    (folder / "three.csv").write_text(layout, encoding="utf-8")
    path = folder / "case.toml"
    path.write_text(tomli_w.dumps(table), encoding="utf-8")
    return path


def refused(words: list[str], capsys: pytest.CaptureFixture[str], code: int = 2) -> str:
    """The one sentence with which a command line is refused."""
    assert main(words) == code
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert said.endswith(".\n")
    assert said.count("\n") == 1
    return said


def run(folder: Path, *more: str) -> list[str]:
    return ["run", str(folder / "case.toml"), "--out", str(folder / "out"), "--quiet", *more]


@pytest.mark.parametrize(
    ("assignment", "part"),
    [
        ("materials.overrides.electrolyte.conductivity=-1 S/m", "conductivity of lipf6-ec-emc-3-7 = -1 S/m must"),
        ("materials.overrides.electrolyte.transference_number=26", "transference_number of lipf6-ec-emc-3-7 = 26"),
        ("materials.overrides.cathode.youngs_modulus=-100 GPa", "youngs_modulus of nmc622 = -1e+11 Pa must"),
        ("materials.overrides.cathode.exchange_current_density=-1 A/m2", "exchange_current_density of nmc622 = -1"),
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
        ("mesh.preset=[\"coarse\"]", "unknown mesh.preset"),
    ],
)  # fmt: skip
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
        ("[um]", "[mm]", "has the edge 0.012 m along z"),
        ("[um]", "[m]", "has the edge 9 m along x"),
        ("[um]: 9, 9, 12", "[um]: 9000, 9000, 900", "whether the box and the particles are in the same unit"),
        ("2.2\n", "1e300\n", "radius 1e+294 m; every radius must lie between"),
        ("radius [um]\n", "radius [um],id\n", "the column 'id'"),
    ],
)  # fmt: skip
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
        (["layout", "pack", "--box", "20,20,40", "--count", "3", "--volume-fraction", "0.1"], "--box = '20' has no unit"),
        (["layout", "pack", "--box", "20,20,40 um", "--count", "3", "--volume-fraction", "0.1", "--seed", "-1"],
         "--seed = -1 must lie between 0 and"),
        (["layout", "info", "LAYOUT", "--picture", "x.foo"], "ends in '.foo'; give it one of .png"),
        (["layout", "info", "a\0b.csv"], "has a name that no disk takes"),
        (["run", "CASE", "--out", "x" * 300], "cannot be looked into"),
        (["run", "x" * 300 + ".toml"], "File name too long"),
        (["run", "FOLDER/latin.toml"], "is not in UTF-8 (byte 11 is 0xe9); save it as UTF-8"),
        (["study", "FOLDER/latin.toml"], "is not in UTF-8 (byte 11 is 0xe9); save it as UTF-8"),
        (["report", "FOLDER"], "it is no finished result"),
    ],
)  # fmt: skip
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


# The machine.
@pytest.mark.parametrize(
    ("error", "code", "part"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/a/b"), 3, "'/a/b' cannot be used: the disk is full"),
        (OSError(errno.EFBIG, "File too large", "/a/b"), 3, "raise the limit (ulimit -f)"),
        (OSError(errno.EROFS, "Read-only file system", "/a/b"), 3, "the disk can only be read"),
        (PermissionError(errno.EACCES, "Permission denied", "/a/b"), 2, "this user may not read or write there"),
        (FileNotFoundError(errno.ENOENT, "No such file", "/a/b"), 2, "there is no such file or folder"),
        (OSError(errno.ENAMETOOLONG, "File name too long", "a" * 999), 2, "the name is longer than the disk allows"),
        (RuntimeError("ADIOS2: write failed: No space left on device"), 3, "something cannot be written"),
        (MemoryError(), 3, "there is not enough memory"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"), 2, "is not in UTF-8"),
        (MachineError("no."), 3, "no."),
        (InputError("no."), 2, "no."),
        (RunFailedError("the step became too small."), 4, "the run ended without a result: the step became"),
        (KeyError("x"), 1, "the program is at fault (KeyError: 'x')"),
    ],
)  # fmt: skip
def test_every_failure_is_a_sentence_with_its_code(error: Exception, code: int, part: str) -> None:
    failure = failures.describe(error)
    assert failure.code == code
    assert part in failure.sentence
    assert "\n" not in failure.sentence


def test_what_a_failure_was_raised_from_counts() -> None:
    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device", "/a")
        except OSError as error:
            raise RuntimeError("cannot write") from error
    except RuntimeError as error:
        assert failures.describe(error).code == 3


def test_a_run_that_finds_the_disk_full_leaves_its_folder_for_the_next_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from chemomech.experiments.models.radial.model import RadialModel

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "out" / "checkpoint.npz"))

    written(tmp_path)
    monkeypatch.setattr(RadialModel, "solve", full)
    for _ in range(2):
        assert "the disk is full; free some space" in refused(run(tmp_path), capsys, 3)
        assert not (tmp_path / "out").exists()


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dolfinx import jit

    (tmp_path / "file").write_text("")
    monkeypatch.setattr(jit, "get_options", lambda: {"cache_dir": str(tmp_path / "file" / "cache")})
    with pytest.raises(MachineError, match="XDG_CACHE_HOME"):
        require_compile_cache()


def test_more_ranks_than_cores_is_said() -> None:
    class Ranks:
        def __init__(self, count: int) -> None:
            self.count = count

        def allgather(self, own: Any) -> list[Any]:
            return [own] * self.count

    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    assert crowded(Ranks(cores)) == ""
    assert crowded(Ranks(cores + 1)).startswith(f"{cores + 1} ranks share {cores} core")


def test_a_mesh_is_estimated_and_refused_past_the_memory_of_the_machine() -> None:
    # Meshed: 17005 and 60455 cells.
    layout = shipped_layout("rve-52")
    for preset, cells in (("coarse", 17005), ("standard", 60455)):
        assert 0.5 < expected_cells(layout, 25e-6, MESH_PRESETS[preset]) / cells < 2.0
    require_room(60455, 1, memory=4.0)
    with pytest.raises(
        MachineError, match=r"about 60455 cells and the run need 2.3 GB, and this machine has 2 GB"
    ):
        require_room(60455, 1, memory=2.0)
    assert "about 17005 cells" in cost_line(17005, 1)
    speck = Layout([[1e-5, 1e-5, 1e-5], [4e-6, 4e-6, 4e-6]], [1e-8, 3e-6], (2e-5, 2e-5, 2e-5))
    with pytest.raises(InputError, match="leave the particle out, or set mesh.smallest_size to 4e-08 m"):
        expected_cells(speck, 1e-5, MESH_PRESETS["coarse"])


# One folder, and what identifies a run.
def test_a_folder_is_held_by_one_process_and_free_after_it(tmp_path: Path) -> None:
    with held(tmp_path, "the folder"), pytest.raises(InputError, match="being run by another process"):
        with held(tmp_path, "the folder"):
            pass
    with held(tmp_path, "the folder"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_resuming_beside_a_living_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case, out = written(tmp_path), tmp_path / "out"
    out.mkdir()
    shutil.copy(case, out / "case.toml")
    before = sorted(out.iterdir())
    with held(out, "the folder"):
        assert "is being run by another process" in refused(run(tmp_path, "--resume"), capsys)
    assert sorted(out.iterdir()) == before


def begun(folder: Path) -> Path:
    """A project with a run that was out of time after a step; returns the result folder."""
    folder.mkdir()
    table = copy.deepcopy(CASE) | {"protocol": ["Charge at 5C for 2 s"], "numerics": {"max_wall_time": "0 s"}}
    written(folder, table)
    assert main(run(folder)) == 0
    return folder / "out"


@pytest.fixture
def _no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chemomech.experiments.report.write_figures", lambda result: None)
    monkeypatch.setattr("chemomech.experiments.report.write_report", lambda result: None)


@pytest.mark.usefixtures("_no_report")
def test_a_copied_project_resumes_and_a_changed_file_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begun(tmp_path / "here")
    shutil.move(tmp_path / "here", tmp_path / "there")
    again = run(tmp_path / "there", "--resume", "--set", "numerics.max_wall_time=1 h")
    assert main(again) == 0
    capsys.readouterr()
    layout = tmp_path / "there" / "three.csv"
    layout.write_text(LAYOUT.replace("2.2\n", "2.1\n"))
    said = refused(again, capsys)
    assert "has geometry.layout = 'sha256:" in said
    assert "resume with the case it was started with" in said


@pytest.mark.parametrize("changed", ["three.csv", "table.csv"])
def test_the_key_of_a_run_is_the_content_of_its_files(changed: str, tmp_path: Path) -> None:
    def key(folder: Path) -> dict[str, Any]:
        return Case.from_toml(folder / "case.toml").identity()

    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        written(tmp_path / name, {**CASE, "wiring": {"particles": "table.csv"}})
        (tmp_path / name / "table.csv").write_text("id\n1\n")
    assert key(tmp_path / "a") == key(tmp_path / "b")
    path = tmp_path / "b" / changed
    path.write_text(path.read_text() + "\n")
    assert key(tmp_path / "a") != key(tmp_path / "b")
