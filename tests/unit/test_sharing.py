"""Pages and films of results: what they hold, how large they become, and what is refused."""

from __future__ import annotations

import base64
import dataclasses
import json
import re
import shutil
import subprocess
import sys
import zlib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib import colormaps
from PIL import Image
from support import stored_fields
from support.synthetic_result import write_synthetic_result

from chemomech.cli import main
from chemomech.errors import InputError, MachineError
from chemomech.experiments.report import films
from chemomech.experiments.report.sharing import page, share_page, viewer
from chemomech.experiments.report.sharing.blob import Blob
from chemomech.experiments.report.sharing.payload import Detail, payload
from chemomech.experiments.report.sharing.pieces import pieces_of
from chemomech.experiments.scenes import Scene, open_scene
from chemomech.experiments.scenes.display import colour_map
from chemomech.experiments.scenes.picture import ScenePicture

FULL = Detail(curved=True, solid=True, instants=60, samples=400)
needs_viewer = pytest.mark.skipif(find_spec("trame_vtk") is None, reason='pip install "chemomech[app]"')
KINDS = {"f4": "<f4", "u4": "<u4", "i4": "<i4", "u2": "<u2", "u1": "<u1"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = write_synthetic_result(tmp_path_factory.mktemp("share") / "run")
    stored_fields.filled(made / "fields")
    return made


@pytest.fixture
def scene(folder: Path) -> Scene:
    return open_scene(folder)


def unpacked(text: str) -> Any:
    """What the page reads from its text."""
    whole = zlib.decompress(base64.b64decode(text))
    size = int.from_bytes(whole[:8], "little")
    start = 8 + size
    assert start % 8 == 0

    def read(value: Any) -> Any:
        match value:
            case list():
                return [read(entry) for entry in value]
            case {"at": at, "count": count, "type": kind}:
                return np.frombuffer(whole, KINDS[kind], count, start + at)
            case dict():
                return {name: read(entry) for name, entry in value.items()}
        return value

    return read(json.loads(whole[8:start]))


def test_a_page_knows_what_the_scene_knows(scene: Scene) -> None:
    known = unpacked(payload(scene, FULL))
    assert known["title"] == scene.title
    assert known["times"] == list(stored_fields.TIMES)
    assert [part["name"] for part in known["parts"]] == list(scene.parts)
    particles = known["parts"][0]
    assert particles["points"].reshape(-1, 3) == pytest.approx(scene.grid("particles").points, rel=1e-6)
    assert particles["nodes"] == 10
    assert set(particles["owner"]) == {0, 1}
    assert particles["inner"].tolist() == [0, 1]
    assert len(particles["triangles"]) == 3 * 2 * 16
    for field, shown in zip(scene.fields, known["fields"], strict=True):
        assert (shown["label"], shown["unit"]) == (field.label, field.shown_unit)
        low, high = shown["range"]
        values = scene.values(field, 2)
        length = np.linalg.norm(values, axis=1) if values.ndim == 2 else values
        steps = shown["data"][2].astype(float)
        read = low + steps / 65534 * (high - low)
        if not field.by_particle:
            assert read == pytest.approx(field.shown_factor * length, abs=1.1e-5 * (high - low) + 1e-9)
    curve = next(c for c in known["curves"] if c["label"] == "volume-mean stoichiometry")
    wanted = scene.curves(3)["mean_stoichiometry"].values
    assert curve["values"].reshape(52, -1)[3] == pytest.approx(wanted, rel=1e-6)
    assert known["voltage"]["values"][-1] == pytest.approx(scene.voltage.values[-1])  # type: ignore[union-attr]


def test_numbers_that_are_none_have_a_number_of_their_own() -> None:
    blob = Blob()
    place = blob.add_values(np.array([0.0, 1.0, 2.0, np.nan, 9.0]), (0.0, 2.0))
    values = unpacked(blob.text({"values": place}))["values"]
    assert values.tolist() == [0, 32767, 65534, 65535, 65534]


def test_the_surface_of_a_curved_cell_is_its_four_faces_in_quarters(scene: Scene) -> None:
    pieces = pieces_of(scene.grid("particles"))
    assert len(pieces.triangles) == 2 * 4 * 4
    corners = pieces.points[pieces.triangles]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    # A straight tetrahedron of three edges of 1 um: three sides of 0.5 um2 and one of sqrt(3)/2.
    assert 0.5 * np.linalg.norm(normal, axis=1).sum() == pytest.approx(2 * (1.5 + 3**0.5 / 2))
    # Outwards: the divergence theorem gives three volumes of 1/6 um3 each.
    own = corners.mean(axis=1)
    assert 0.5 * np.einsum("ij,ij->", own, normal) == pytest.approx(3 * 2 / 6)
    flat = pieces_of(scene.grid("particles"), curved=False)
    assert len(flat.triangles) == 8
    assert flat.tetrahedra.shape == (2, 4)
    assert len(flat.points) == 8
    assert not len(pieces_of(scene.grid("particles"), solid=False).tetrahedra)


@needs_viewer
def test_a_page_has_everything_in_it_and_asks_for_nothing(scene: Scene, tmp_path: Path) -> None:
    text = share_page(scene, tmp_path / "page.html").read_text()
    own = text.replace(viewer.viewer_script(), "")
    assert not re.findall(r"""(?:src|href)\s*=|url\(|@import|fetch\(""", own)
    assert "<!--" not in own
    assert text.count("<title>fast-charge-5C</title>") == 1


def test_a_page_stays_below_its_limit_and_says_what_it_leaves_out(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "viewer_script", lambda: "")
    whole = len(page._page(scene, payload(scene, FULL), "").encode())
    target = share_page(scene, tmp_path / "a.html", limit=whole)
    assert target.stat().st_size == whole
    share_page(scene, target, limit=whole - 1)
    assert target.stat().st_size < whole
    content = re.search(r'id="payload">([^<]*)<', target.read_text())
    assert content is not None
    less = unpacked(content.group(1))
    assert less["parts"][0]["nodes"] == 4
    assert less["notes"] == ["To keep the page small, cells have straight sides."]
    with pytest.raises(InputError, match=r"takes .* MB at least and may take 0\.001 MB; allow more"):
        share_page(scene, target, limit=1e3)


def test_what_is_left_out_is_noted(scene: Scene) -> None:
    note = Detail(curved=False, solid=False, instants=2, samples=10).note(scene)
    assert note == (
        "To keep the page small, 2 of 3 instants are shown, cells have straight sides, cuts are hollow."
    )
    assert FULL.note(scene) == ""


def test_without_vtk_js_a_page_is_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["share", str(folder), "--out", str(tmp_path / "a.html")]) == 2
    assert 'install it by pip install "chemomech[app]"' in capsys.readouterr().err
    assert not (tmp_path / "a.html").exists()


def test_a_viewer_of_another_kind_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "static_viewer.html").write_text('<script type="module">other</script>')
    found = type("Spec", (), {"submodule_search_locations": [str(tmp_path)]})()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: found)
    with pytest.raises(InputError, match="holds no viewer that this version knows"):
        viewer.viewer_script()


def frames(count: int) -> list[np.ndarray]:
    return [np.full((31, 41, 3), 20 * k, dtype=np.uint8) for k in range(count)]


def test_a_gif_has_its_frames(tmp_path: Path) -> None:
    with films.film(tmp_path / "a.gif") as add:
        for frame in frames(4):
            add(frame)
    with Image.open(tmp_path / "a.gif") as film:
        assert film.n_frames == 4
        assert film.size == (41, 31)


def test_a_picture_is_the_last_frame(tmp_path: Path) -> None:
    with films.film(tmp_path / "a.png") as add:
        for frame in frames(4):
            add(frame)
    with Image.open(tmp_path / "a.png") as picture:
        assert np.asarray(picture).tolist() == frames(4)[-1].tolist()


def test_an_mp4_has_its_frames(tmp_path: Path) -> None:
    ffmpeg = pytest.importorskip("imageio_ffmpeg", reason='pip install "chemomech[app]"')
    with films.film(tmp_path / "a.mp4") as add:
        for frame in frames(9):
            add(frame)
    count, seconds = ffmpeg.count_frames_and_secs(str(tmp_path / "a.mp4"))
    assert count == 9
    assert seconds == pytest.approx(9 / films.PER_SECOND, abs=0.1)


@pytest.mark.parametrize(("seconds", "place"), [(0.0, 0.0), (10.0, 0.5), (15.0, 0.75), (20.0, 1.0)])
def test_a_picture_has_the_colours_of_its_time(scene: Scene, seconds: float, place: float) -> None:
    """The potential of the matrix is the same everywhere, and goes evenly through its range in 20 s."""
    field = scene.field("matrix_potential")
    picture = ScenePicture(dataclasses.replace(scene, box=(6e-6, 6e-6, 6e-6)), field, "none", (400, 400))
    try:
        first = picture.at(0.0).reshape(-1, 3).astype(float)
        pixels = picture.at(seconds).reshape(-1, 3).astype(float)
    finally:
        picture.close()
    solid = pixels[np.ptp(first, axis=1) > 40]  # dark blue, on white, beside grey
    assert len(solid) > 100
    # Light makes a colour darker and leaves its hue.
    hue = np.median(solid / np.linalg.norm(solid, axis=1, keepdims=True), axis=0)
    wanted = np.array(colormaps[colour_map(field.unit)](place)[:3])
    assert hue == pytest.approx(wanted / np.linalg.norm(wanted), abs=0.03)


def test_a_film_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a film needs a frame"), films.film(tmp_path / "a.gif"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_film_on_a_full_disk_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ffmpeg = pytest.importorskip("imageio_ffmpeg", reason='pip install "chemomech[app]"')

    def full(*_: Any, **__: Any) -> Any:
        yield
        raise OSError(32, "Broken pipe")

    monkeypatch.setattr(ffmpeg, "write_frames", full)
    with pytest.raises(MachineError, match="cannot be written"), films.film(tmp_path / "a.mp4") as add:
        add(frames(1)[0])


def test_without_its_package_an_mp4_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(InputError, match="or give a name that ends in .gif"), films.film(tmp_path / "a.mp4"):
        pass


@needs_viewer
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["animate", "RESULT", "--out", "a.avi"], "ends in '.avi'; give it .gif or .mp4 or .png"),
        (["animate", "RESULT", "--cut", "w", "--out", "OUT/a.gif"], "cut = 'w' is none of none, x, y, z"),
        (["animate", "RESULT", "--field", "lithum", "--out", "OUT/a.gif"], "unknown field 'lithum'"),
        (["animate", "RESULT", "--frames", "1"], "--frames = 1 must lie between 2 and 500"),
        (["animate", "RESULT", "--by-depth", "--field", "x"], "--by-depth shows lithium and stress"),
        (["animate", "RESULT", "--out", "none/a.gif"], "the folder 'none' does not exist"),
        (["animate", "OUT"], "it is no finished result"),
        (["share", "RESULT", "--limit", "25"], "--limit = '25' has no unit"),
        (["share", "RESULT", "--limit", "x MB"], "--limit = 'x MB'"),
        (["share", "RESULT", "--out", "a.pdf"], "ends in '.pdf'; give it .html"),
        (["share", "OUT"], "it is no finished result"),
    ],
)
def test_wrong_words_are_refused_in_a_sentence(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    filled = [word.replace("RESULT", str(folder)).replace("OUT", str(tmp_path)) for word in words]
    assert main(filled) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_the_geometry_of_a_page_is_right(tmp_path: Path, repository: Path) -> None:
    """A cut shows the area and the values that a plane has, and a ray meets what it should."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node runs scripts without a browser")
    scripts = ("experiments/report/sharing/cutting.js", "tests/support/check_cutting.js")
    (tmp_path / "check.js").write_text("".join((repository / name).read_text() for name in scripts))
    process = subprocess.run([node, str(tmp_path / "check.js")], capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    found = json.loads(process.stdout)
    # At z = 0.25 the unit tetrahedron has a triangle with legs of 0.75, and 1 - 0.75^2 of its three upright
    # sides lies below.
    slanted, low = 3**0.5 / 2, 1 - 0.75**2
    for name, skin in (
        ("unit", 0.5 + low * (1.0 + slanted)),
        ("other", (1 - low) * (1.0 + slanted)),
    ):
        assert found[name]["cap"] == pytest.approx(0.5 * 0.75**2)
        assert found[name]["height"] == pytest.approx(0.25)
        assert found[name]["skin"] == pytest.approx(skin)
    # A quarter of the way between two edges across each other: a rectangle of 3/4 by 1/4.
    assert found["wedge"]["cap"] == pytest.approx(0.75 * 0.25)
    assert found["wedge"]["height"] == pytest.approx(0.25)
    assert found["wedge"]["middle"] == pytest.approx([0.5, 0.5])
    assert [part["volume"] for part in found["parts"]] == pytest.approx([3.0 / 6, 0.2 / 6, 0.9 / 6])
    assert all(sum(part["diagonals"]) == 1 for part in found["parts"])
    assert len({tuple(part["diagonals"]) for part in found["parts"]}) == 3
    assert found["disc"] == pytest.approx(np.pi * (1 - 0.5**2), rel=0.01)
    assert found["hit"] == {"distance": pytest.approx(1.0), "owner": 7}
    assert found["miss"] is None
