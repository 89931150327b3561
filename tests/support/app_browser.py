"""The server of the app as a process, and a browser without a screen to look at it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SWITCHES = (
    "--no-sandbox",
    "--use-angle=swiftshader",  # WebGL without a graphics card
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")

SERIOUS = ("serious", "critical")
"""Impacts that axe-core gives to faults that keep somebody from using the page."""


def browser_path() -> str | None:
    """Where the browser is; None where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def what_lacks() -> str:
    """What keeps tests in the browser from being run here, in words; empty where nothing does."""
    lacking = [name for name in ("playwright", "axe_playwright_python", "trame") if find_spec(name) is None]
    if lacking:
        return f"{', '.join(lacking)} not installed"
    return "" if browser_path() else "there is no Chromium on this machine"


@contextmanager
def served(folder: Path, port: int = 0) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Serve a folder; hands out the address with its token, and the process."""
    words = [sys.executable, "-m", "chemomech", "app", str(folder), "--no-browser", "--port", str(port)]
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, cwd=folder, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, f"the server said {line!r}"
        yield found[0], process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


@contextmanager
def browser() -> Iterator[Any]:
    """A browser without a screen."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=browser_path(), args=list(SWITCHES))
        try:
            yield opened
        finally:
            opened.close()


def faults(page: Any) -> list[str]:
    """Serious faults of a page that axe-core finds, with the element of each."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{entry['id']}: {node['html'][:160]}"
        for entry in found
        if entry["impact"] in SERIOUS
        for node in entry["nodes"]
    ]


KEYED = "a[href], button, input, select, summary, [tabindex='0']"
MARK = """
(kinds) => {
  const usable = (one) => !one.disabled && one.checkVisibility({visibilityProperty: true});
  window.unreached = new Set([...document.querySelectorAll(kinds)].filter(usable));
  document.activeElement.blur();
  return window.unreached.size;
}
"""
REACHED = "() => { window.unreached.delete(document.activeElement); return window.unreached.size; }"
LEFT = "() => [...window.unreached].map((one) => one.outerHTML.slice(0, 160))"


def out_of_reach(page: Any) -> list[str]:
    """Controls of a page that the tabulator key does not come to, once around."""
    count = page.evaluate(MARK, KEYED)
    for _ in range(count + 3):
        page.keyboard.press("Tab")
        if page.evaluate(REACHED) == 0:
            return []
    return list(page.evaluate(LEFT))
