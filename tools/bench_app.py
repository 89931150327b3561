"""How fast the app is in a browser: the first picture of a result, steps of the slider, and turning.

python tools/bench_app.py RESULT                   # rows of the table in docs/app.md
python tools/bench_app.py RESULT --turns 60 --shot picture.png

The server is started anew, and Chromium without a screen opens its page and looks at RESULT. A step lasts
from the move of the slider to the end of the last drawing that it causes, waited for on the graphics card;
each instant is stepped to twice. What draws, a graphics card or software, is said in the last line.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from support.app_browser import browser, served

LISTEN = """
(() => {
  const kind = WebGL2RenderingContext.prototype;
  window.drawn = {at: 0, frames: 0};
  let waiting = false;
  for (const name of ["drawArrays", "drawElements"]) {
    const before = kind[name];
    kind[name] = function (...words) {
      before.apply(this, words);
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        this.readPixels(0, 0, 1, 1, this.RGBA, this.UNSIGNED_BYTE, new Uint8Array(4));
        window.drawn.at = performance.now();
        window.drawn.frames += 1;
      });
    };
  }
})();
"""
"""Notes when the newest drawing was done: reading a pixel waits for the graphics card."""

STEP = """
async (place) => {
  const slider = document.getElementById("look-time");
  const began = performance.now(), pause = (ms) => new Promise((done) => setTimeout(done, ms));
  window.drawn.at = 0;
  slider.value = place;
  slider.dispatchEvent(new Event("input"));
  while (window.drawn.at === 0 || performance.now() - window.drawn.at < 700) {
    await pause(5);
    if (performance.now() - began > 60000) throw new Error("nothing was drawn");
  }
  return window.drawn.at - began;
}
"""

TURN = """
async (turns) => {
  const view = window.trame.refs.scene_view, eye = view.getCamera(), began = performance.now();
  const [x, y, z] = eye.position.map((part, k) => part - eye.focalPoint[k]);
  const before = window.drawn.frames;
  for (let k = 1; k <= turns; k++) {
    const angle = (k * Math.PI) / 90, c = Math.cos(angle), s = Math.sin(angle);
    const arm = [c * x - s * y, s * x + c * y, z];
    view.setCamera({...eye, position: arm.map((part, j) => part + eye.focalPoint[j])});
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  }
  return (window.drawn.frames - before) / ((performance.now() - began) / 1000);
}
"""

RENDERER = """
() => {
  const gl = document.createElement("canvas").getContext("webgl2");
  return gl.getParameter(gl.getExtension("WEBGL_debug_renderer_info").UNMASKED_RENDERER_WEBGL);
}
"""


def first_picture(page: Any, name: str) -> float:
    """Look at a result; how long it takes from the click until it is drawn [s]."""
    page.get_by_role("button", name=f"Look at {name}", exact=True).wait_for()
    page.evaluate("window.drawn.at = 0")
    began = time.monotonic()
    page.get_by_role("button", name=f"Look at {name}", exact=True).click()
    page.wait_for_function(
        "window.drawn.at > 0 && performance.now() - window.drawn.at > 700", timeout=120_000
    )
    return time.monotonic() - began - 0.7


def main() -> int:
    """Measure and print; return the exit code."""
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("result", type=Path, help="folder of a finished result with stored fields")
    parser.add_argument("--turns", type=int, default=30, help="pictures of the turning")
    parser.add_argument("--shot", type=Path, help="file for a screenshot at the end")
    options = parser.parse_args()
    result = options.result.resolve()
    with browser() as opened:
        began = time.monotonic()
        with served(result.parent) as (address, _):
            page = opened.new_page(viewport={"width": 1500, "height": 950})
            page.add_init_script(LISTEN)
            page.goto(address)
            after = first_picture(page, result.name)
            whole = time.monotonic() - began - 0.7
            count = int(page.locator("#look-time").get_attribute("max")) + 1
            places = [*reversed(range(count - 1)), *range(1, count)]
            steps = [page.evaluate(STEP, place) / 1000.0 for place in places + places]
            rate = page.evaluate(TURN, options.turns)
            renderer = page.evaluate(RENDERER)
            if options.shot:
                page.screenshot(path=str(options.shot))
    first, again = steps[: count - 1], steps[count - 1 :]
    print(f"command to first picture: {whole:.1f} s; after the click: {after:.1f} s")
    print(f"slider step to a new instant: {min(first):.2f} to {max(first):.2f} s")
    middle = statistics.median(again)
    print(f"slider step to one seen before: {min(again):.2f} to {max(again):.2f} s, median {middle:.2f} s")
    print(f"turning: {rate:.1f} frames/s, drawn by {renderer}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
