"""The app in a browser without a screen, looking at a result: the picture of its page.

python tools/docs_site.py --app results/standard     # writes docs/figures/app.webp
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "tests"))

from support.app_browser import browser, served, what_lacks

SIZE = {"width": 1500, "height": 950}
PARTICLE = "23"
"""Number of the particle whose curves stand beside the picture."""

UNNAMED = """
(folder) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) walker.currentNode.data = walker.currentNode.data.replace(folder, "results");
}
"""
"""Where the folder lies on the machine of the photographer is nobody's business."""


def draw_app(result: Path, out: Path) -> Path:
    """Photograph the app with a result cut open and a particle picked.

    Args:
        result: folder of a resolved result with stored fields and mechanics.
        out: the picture; its ending chooses the format.

    Raises:
        SystemExit: where there is no browser.
    """
    if lacks := what_lacks():
        raise SystemExit(f"the app cannot be photographed: {lacks}.")
    result = result.resolve()
    with browser() as opened, served(result.parent) as (address, _):
        page = opened.new_page(viewport=SIZE)
        page.goto(address)
        page.get_by_role("button", name=f"Look at {result.name}", exact=True).click()
        page.locator("#scene canvas").wait_for()
        page.locator("#look-field").select_option("particles/equivalent_stress")
        page.locator("#look-cut").select_option("x")
        page.locator("#look-particle").select_option(PARTICLE)
        page.locator("#picked-says").get_by_text(f"Particle {PARTICLE}: radius").wait_for()
        for _ in range(2):
            page.get_by_role("button", name="Turn to the right").click()
        page.wait_for_timeout(3000)
        page.evaluate(UNNAMED, str(result.parent))
        picture = Image.open(io.BytesIO(page.screenshot()))
    picture.save(out, quality=86)
    return out
