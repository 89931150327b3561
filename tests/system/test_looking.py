"""What a run leaves to look at: a page opened in a browser without a network, and a film."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support import tiny_case
from support.tiny_case import Charge

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--enable-unsafe-swiftshader", "--window-size=1200,850",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9", "--virtual-time-budget=30000",
)  # fmt: skip

ACT = """<script>
(async () => {
  while (!document.body.dataset.ready) await new Promise((resolve) => setTimeout(resolve, 20));
  const $ = (id) => document.getElementById(id), found = { ready: document.body.dataset.ready };
  const set = (id, value, kind) => {
    const control = $(id);
    if (control.type === "checkbox") control.checked = value; else control.value = value;
    control.dispatchEvent(new Event(kind || "change", { bubbles: true }));
  };
  const ends = () => $("ends-particles").textContent;
  found.fields = [...$("field-particles").options].map((option) => option.textContent);
  found.instants = Number($("time").max) + 1;
  found.last = [$("instant").textContent, ends()];
  set("free", true);
  found.free = ends();
  set("time", "0", "input");
  found.first = [$("instant").textContent, ends()];
  set("free", false); set("time", "3", "input"); set("axis", "1"); set("at", "0.45", "input");
  found.place = $("place").textContent;
  const area = $("scene").getBoundingClientRect();
  for (const kind of ["pointerdown", "pointerup"]) {
    const place = { clientX: area.left + X * area.width, clientY: area.top + Y * area.height };
    $("scene").dispatchEvent(new PointerEvent(kind, place));
  }
  found.picked = $("about").textContent;
  found.curves = [...$("curves").querySelectorAll("h2")].map((head) => head.textContent);
  found.voltage = $("voltage").querySelectorAll("path").length;
  const controls = [...document.querySelectorAll("input, select")];
  found.unlabelled = controls.filter((control) => !control.labels.length).map((control) => control.id);
  const result = document.createElement("pre");
  result.id = "found"; result.hidden = true; result.textContent = JSON.stringify(found);
  document.body.append(result);
})();
</script></body>"""


@pytest.fixture(scope="module")
def page(charge: Charge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if find_spec("trame_vtk") is None:
        pytest.skip('pip install "chemomech[app]"')
    target = tmp_path_factory.mktemp("page") / "scene.html"
    process = tiny_case.call("share", charge.result.path, "--out", target)
    assert process.returncode == 0, process.stderr
    assert "page: " in process.stdout
    return target


def opened(page: Path, folder: Path, *words: str) -> str:
    if BROWSER is None:
        pytest.skip("no Chromium is installed")
    process = subprocess.run(
        [BROWSER, *FLAGS, f"--user-data-dir={folder / 'profile'}", *words, page.as_uri()],
        capture_output=True,
        text=True,
        timeout=300.0,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


def found_by(page: Path, folder: Path, x: float, y: float) -> dict[str, Any]:
    """What somebody finds who uses the page and clicks there."""
    acted = folder / "acted.html"
    act = ACT.replace("X *", f"{x} *").replace("Y *", f"{y} *")
    acted.write_text(page.read_text(encoding="utf-8").replace("</body>", act), encoding="utf-8")
    text = re.search(r'<pre id="found"[^>]*>(.*?)</pre>', opened(acted, folder, "--dump-dom"))
    assert text is not None
    return dict(json.loads(text.group(1)))


def test_the_page_works_without_a_network(page: Path, charge: Charge, tmp_path: Path) -> None:
    found = found_by(page, tmp_path, 0.5, 0.5)
    assert found["ready"] == "yes"
    assert "lithium content x = c / c_max" in found["fields"]
    assert "equivalent stress [MPa]" in found["fields"]
    assert found["instants"] == 4
    assert found["last"][0] == "300 s"
    assert found["first"] == ["0 s", "0.930.930.93"]
    assert found["free"] != found["last"][1]
    assert found["place"] == "3.6 µm"
    assert found["voltage"] == 2
    assert found["unlabelled"] == []


def test_a_click_finds_the_particle_under_it(page: Path, tmp_path: Path) -> None:
    # The largest of the three lies a little above the middle of the picture; far beside it is none.
    found = found_by(page, tmp_path, 0.44, 0.49)
    assert found["picked"] == "Particle 2: radius 2.4 µm, 9.1 µm from the current collector."
    assert found["curves"][:2] == ["lithium", "stress [MPa]"]
    assert found_by(page, tmp_path, 0.02, 0.02)["picked"] == ""


def test_the_page_draws_a_picture(page: Path, tmp_path: Path) -> None:
    shot = tmp_path / "shot.png"
    opened(page, tmp_path, f"--screenshot={shot}")
    with Image.open(shot) as image:
        pixels = np.asarray(image.convert("RGB"), dtype=int)[:, 345:]
    coloured = np.ptp(pixels, axis=2) > 40
    share = coloured.mean()
    print("share of coloured pixels", share)
    # Three spheres of 2.0 to 2.4 um radius in a box of 8 um.
    assert 0.03 < share < 0.4
    assert len(np.unique(pixels[coloured] // 8, axis=0)) > 20


@pytest.mark.parametrize("name", ["film.gif", "film.mp4"])
def test_a_film_of_a_field_is_made_by_the_command(charge: Charge, tmp_path: Path, name: str) -> None:
    if name.endswith("mp4") and find_spec("imageio_ffmpeg") is None:
        pytest.skip('pip install "chemomech[app]"')
    target = tmp_path / name
    process = tiny_case.call(
        "animate",
        charge.result.path,
        "--field",
        "equivalent_stress",
        "--frames",
        "3",
        "--out",
        target,
        DISPLAY="",
    )
    assert process.returncode == 0, process.stderr
    assert process.stdout == f"film: {target}\n"
    assert process.stderr == ""
    assert target.stat().st_size > 5000
    if name.endswith("gif"):
        with Image.open(target) as film:
            assert film.n_frames == 3
            pictures = []
            for k in range(3):
                film.seek(k)
                pictures.append(np.asarray(film.convert("RGB"), dtype=int))
        assert (pictures[0] != pictures[2]).any()
        assert np.ptp(pictures[2], axis=2).max() > 100
