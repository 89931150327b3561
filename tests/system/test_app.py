"""The app in a browser, as somebody sees it who opens it for the first time.

``make walk`` takes the same way with a shipped case on the coarse mesh (minutes) and keeps what it sees.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from support.app_browser import browser, faults, out_of_reach, served, what_lacks
from support.tiny_case import write_case

import chemomech
from chemomech.app.desk import PAGES

pytestmark = pytest.mark.skipif(bool(what_lacks()), reason=what_lacks())

SLOW = 45_000  # ms, on a machine that is busy

SHIPPED = os.environ.get("CHEMOMECH_WALK", "")
"""Name of a shipped case to take the way with; one that takes seconds where it is empty."""
NAME = SHIPPED or "three-particles-5C"
PATIENCE = 1_200_000 if SHIPPED else 5 * SLOW
"""Until the run has ended [ms]."""


def is_sound(page: Any) -> None:
    """No serious fault of accessibility, and nothing that the keyboard does not come to."""
    assert faults(page) == []
    assert out_of_reach(page) == []


def answer_to(address: str) -> tuple[int, str]:
    """Status and text of what a browser without a page is answered, cookies taken."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    try:
        with opener.open(address, timeout=10) as answer:
            return int(answer.status), answer.read().decode()
    except urllib.error.HTTPError as error:
        return int(error.code), error.read().decode()


def status_of_socket(address: str, **headers: str) -> int:
    """Status that a socket is refused with, or 101 where it opens."""
    import aiohttp

    async def ask() -> int:
        async with aiohttp.ClientSession() as session:
            try:
                async with session.ws_connect(address, headers=headers):
                    return 101
            except aiohttp.WSServerHandshakeError as error:
                return error.status

    return asyncio.run(ask())


def until(what: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come to this"
        time.sleep(0.1)


def test_only_who_has_the_token_sees_anything(tmp_path: Path) -> None:
    with served(tmp_path) as (address, _):
        root, token = address.split("/?token=")
        assert answer_to(address)[0] == 200
        for wrong in ("/", "/?token=", "/?token=wrong", "/index.html", "/assets/", "/../etc/passwd"):
            status, sentence = answer_to(root + wrong)
            assert (status, sentence[-1]) == (403, "."), wrong
        assert status_of_socket(f"{root}/ws") == 403
        assert status_of_socket(f"{root}/ws?token=wrong") == 403
        assert status_of_socket(f"{root}/ws?token={token}", Origin="http://evil.example") == 403
        assert status_of_socket(f"{root}/ws?token={token}") == 101
        port = int(root.rsplit(":", 1)[1])
        bound = {place.laddr.ip for place in listening() if place.laddr.port == port}
        assert bound == {"127.0.0.1"}


def listening() -> list[Any]:
    import psutil

    return [place for place in psutil.net_connections("tcp") if place.status == psutil.CONN_LISTEN]


class Visitor:
    """Who looks at the page, and what their browser has asked for."""

    def __init__(self, opened: Any, address: str) -> None:
        self.context = opened.new_context(viewport={"width": 1500, "height": 950})
        self.page = self.context.new_page()
        self.page.set_default_timeout(SLOW)
        self.asked: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(f"{error}\n{error.stack}"))
        self.page.goto(address)
        self.page.get_by_role("heading", name="chemomech").wait_for()

    def goes_to(self, name: str) -> None:
        entry = self.page.get_by_role("navigation").get_by_role("button", name=name, exact=True)
        entry.click()
        self.page.locator("nav button[aria-current=page]", has_text=name).wait_for()

    def reads(self, selector: str) -> str:
        return str(self.page.locator(selector).inner_text())

    def shot(self, name: str) -> bytes:
        """Picture of the page, kept where CHEMOMECH_SCREENSHOTS names a folder; that of the scene."""
        if folder := os.environ.get("CHEMOMECH_SCREENSHOTS"):
            self.page.screenshot(path=f"{folder}/{name}.png")
        return (
            bytes(self.page.locator("#scene").screenshot())
            if self.page.locator("#scene").is_visible()
            else b""
        )


def sentence_of(key: str, text: str) -> str:
    with pytest.raises(chemomech.InputError) as said:
        chemomech.Case.from_toml("fast-charge-5C").with_overrides({key: text})
    return str(said.value)


def test_from_the_first_look_to_a_page_that_is_handed_on(tmp_path: Path) -> None:
    write_case(tmp_path)
    (tmp_path / "broken.toml").write_text('name = "old"\nprotocol = []\nelectrode = "thick"\n')
    with browser() as opened:
        with served(tmp_path) as (address, server):
            visitor = Visitor(opened, address)
            every_page_is_sound_while_it_is_empty(visitor)
            fills_the_form(visitor)
            starts_and_watches(visitor)
            server.send_signal(signal.SIGKILL)
            server.wait()
        with served(tmp_path) as (address, _):
            visitor = Visitor(opened, address)
            finds_the_run_again(visitor)
            looks_around(visitor)
            compares(visitor, tmp_path)
            surveys(visitor, tmp_path)
            starts_a_study(visitor, tmp_path)
            two_pages_say_so(visitor, opened, address)
            hears_what_is_wrong(visitor, tmp_path)
            visitor.goes_to("Choose")
            visitor.page.get_by_role("button", name=f"Look at results/{NAME}").click()
            visitor.page.get_by_role("heading", name=f"results/{NAME}").wait_for()
            handed_on = hands_on(visitor, tmp_path)
            assert {
                re.sub(r"(?<=:)\d+.*", "", url)
                for url in visitor.asked
                if not url.startswith(("data:", "blob:"))
            } == {"http://127.0.0.1:"}
            assert visitor.errors == []
        opens_what_was_handed_on(opened, handed_on)


def every_page_is_sound_while_it_is_empty(visitor: Visitor) -> None:
    for name in PAGES.values():
        visitor.goes_to(name)
        is_sound(visitor.page)
    visitor.goes_to("Choose")
    visitor.shot("choose")


def fills_the_form(visitor: Visitor) -> None:
    page = visitor.page
    is_sound(page)
    page.get_by_role("button", name="Open the case file broken.toml").click()
    page.get_by_text("unknown key 'electrode'").wait_for()
    page.get_by_role("button", name="Open the case fast-charge-5C", exact=True).click()
    page.locator("#field-temperature").fill("25")
    page.keyboard.press("Tab")
    page.get_by_text(sentence_of("temperature", 25)).wait_for()  # type: ignore[arg-type]
    assert page.locator("#field-temperature").get_attribute("aria-invalid") == "true"
    visitor.goes_to("Choose")
    page.get_by_role("button", name="Open the case file three-particles.toml").click()
    page.get_by_text("three-particles.toml").first.wait_for()
    page.locator("#field-mesh-preset").select_option("coarse")
    page.locator("#field-temperature").fill("30 degC")
    page.keyboard.press("Tab")
    page.locator("#case-file").fill("warm.toml")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Save the case").click()
    page.get_by_text("The case is saved as warm.toml.").wait_for()
    is_sound(page)
    visitor.shot("form")
    if SHIPPED:
        visitor.goes_to("Choose")
        page.get_by_role("button", name=f"Open the case {SHIPPED}", exact=True).click()
        page.get_by_text(f"{SHIPPED} (shipped)").wait_for()
        page.locator("#field-mesh-preset").select_option("coarse")


def starts_and_watches(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("button", name="Start the run").click()
    said = page.locator("#run-says")
    said.get_by_text(re.compile(r"running: .*t = ")).wait_for(timeout=PATIENCE)

    def voltage() -> float:
        return float(re.search(r"([\d.]+) V", said.inner_text())[1])  # type: ignore[index]

    first = voltage()
    until(lambda: voltage() > first)
    assert page.locator("#voltage polyline").count() == 1
    visitor.shot("running")
    is_sound(page)


def finds_the_run_again(visitor: Visitor) -> None:
    page = visitor.page
    visitor.goes_to("Runs")
    page.get_by_role("button", name=f"Watch results/{NAME}").click()
    assert re.match("running|finished", visitor.reads("#run-says"))
    page.get_by_text("finished: The run has ended").wait_for(timeout=PATIENCE)
    visitor.shot("finished")
    page.get_by_role("button", name="Look at the result").click()


def looks_around(visitor: Visitor) -> None:
    page = visitor.page
    page.locator("#scene canvas").wait_for()
    page.get_by_text(re.compile(r"Time: \d{3}")).wait_for()
    time.sleep(1.0)
    last = visitor.shot("last")
    shown = page.get_by_text(re.compile(r"^Time: ")).inner_text()
    page.locator("#look-time").press("Home")
    until(lambda: page.get_by_text(re.compile(r"^Time: ")).inner_text() != shown)
    until(lambda: visitor.shot("first") != last, 20.0)
    scene = page.locator("#scene").bounding_box()
    page.mouse.click(scene["x"] + scene["width"] * 0.42, scene["y"] + scene["height"] * 0.28)
    page.locator("#picked-says").get_by_text(re.compile(r"Particle \d+: radius")).wait_for()
    visitor.shot("picked")
    assert page.get_by_role("img", name="Lithium", exact=True).count() == 1
    assert page.get_by_role("img", name="Stress", exact=True).count() == 1
    page.locator("#look-cut").select_option("x")
    page.get_by_label("faint: matrix").check()
    page.get_by_role("button", name="Turn to the left").click()
    time.sleep(1.0)
    visitor.shot("cut")
    is_sound(page)


def compares(visitor: Visitor, folder: Path) -> None:
    shutil.copytree(folder / "results" / NAME, folder / "results" / "second")
    visitor.goes_to("Choose")
    visitor.page.get_by_role("button", name="Look again").click()
    visitor.page.get_by_text("results/second").first.wait_for()
    visitor.goes_to("Look")
    visitor.page.locator("#look-other").select_option("results/second")
    visitor.page.get_by_role("heading", name="results/second").wait_for()
    assert visitor.page.locator(".bar").count() == 2
    time.sleep(1.0)
    visitor.shot("two")


def surveys(visitor: Visitor, folder: Path) -> None:
    """A study as a map, whose fields open their runs, and a scoreboard."""
    shutil.copytree(folder / "results" / "second", folder / "sweep" / "runs" / "abc")
    dims, values = ("c_rate", "thickness"), {"status": [["finished", "failed"]], "key": [["abc", "def"]]}
    outcome = xr.Dataset(
        {name: (dims, np.array(rows, dtype=object)) for name, rows in values.items()}
        | {"capacity_mAh_g": (dims, [[150.0, np.nan]], {"units": "mAh g-1", "long_name": "capacity"})},
        coords={"c_rate": [5.0], "thickness": [40.0, 60.0]},
    )
    outcome.to_netcdf(folder / "sweep" / "outcome-dfn.nc", engine="h5netcdf")
    (folder / "sweep" / "study.json").write_text("{}")
    (folder / "board").mkdir()
    claims = [{"id": "A1", "name": "voltage", "verdict": "agrees", "says": "as measured"}]
    (folder / "board" / "scoreboard.json").write_text(json.dumps({"claims": claims}))
    page = visitor.page
    visitor.goes_to("Choose")
    page.get_by_role("button", name="Look again").click()
    page.get_by_role("button", name="Open the scoreboard board").click()
    page.get_by_role("cell", name="as measured").wait_for()
    visitor.shot("board")
    is_sound(page)
    visitor.goes_to("Choose")
    page.get_by_role("button", name="Open the study sweep").click()
    assert page.get_by_role("button", name="5, 60: failed").is_disabled()
    is_sound(page)
    visitor.shot("map")
    page.get_by_role("button", name="5, 40: 150").click()
    page.get_by_role("heading", name="sweep/runs/abc").wait_for()


STUDY = """\
name = "two-rates"
description = "two runs"
base = "fast-charge-5C"
fidelity = "radial"
[overrides]
"radial.intervals" = 6
"mechanics.coupling" = "off"
[axes]
c_rate = [8, 10]
"""


def starts_a_study(visitor: Visitor, folder: Path) -> None:
    """A study file is listed beside the shipped ones, started, and its map opens its runs."""
    (folder / "rates.toml").write_text(STUDY)
    page = visitor.page
    visitor.goes_to("Choose")
    page.get_by_role("button", name="Look again").click()
    assert page.get_by_role("button", name="Start the study rate-by-thickness").is_visible()
    page.get_by_role("button", name="Start the study rates.toml").click()
    page.get_by_role("button", name="Stop the study results/two-rates").wait_for()
    is_sound(page)
    page.get_by_role("button", name=re.compile("^10: ")).wait_for()
    page.get_by_text("2 points: 2 finished, 0 failed").wait_for()
    visitor.shot("study")
    is_sound(page)


def two_pages_say_so(visitor: Visitor, opened: Any, address: str) -> None:
    second = Visitor(opened, address)
    for page in (visitor.page, second.page):
        page.get_by_text("2 pages are open on this folder").wait_for()
    second.context.close()
    visitor.page.get_by_text("pages are open on this folder").wait_for(state="detached")


def hears_what_is_wrong(visitor: Visitor, folder: Path) -> None:
    """A result that has been damaged behind its back, and one that is gone."""
    shutil.copytree(folder / "results" / "second", folder / "results" / "damaged")
    visitor.goes_to("Choose")
    visitor.page.get_by_role("button", name="Look again").click()
    (folder / "results" / "damaged" / "summary.json").write_text("{")
    visitor.page.get_by_role("button", name="Look at results/damaged").click()
    visitor.page.get_by_text("summary.json' is not JSON").wait_for()
    shutil.rmtree(folder / "results" / "damaged")
    visitor.page.get_by_role("button", name="Look at results/damaged").click()
    visitor.page.get_by_text("there is no result folder").wait_for()
    visitor.goes_to("Look")  # what was looked at is still there
    assert visitor.page.locator("#scene canvas").is_visible()


def hands_on(visitor: Visitor, folder: Path) -> Path:
    visitor.page.get_by_role("button", name="Save as HTML").click()
    visitor.page.get_by_text(f"is saved as results/{NAME}.html").wait_for()
    visitor.page.get_by_role("button", name="Save as GIF").click()
    visitor.page.get_by_text(f"is saved as results/{NAME}.gif").wait_for(timeout=PATIENCE)
    assert (folder / "results" / f"{NAME}.gif").read_bytes()[:6] == b"GIF89a"
    return folder / "results" / f"{NAME}.html"


def opens_what_was_handed_on(opened: Any, file: Path) -> None:
    context = opened.new_context(offline=True, viewport={"width": 1500, "height": 950})
    page = context.new_page()
    failed: list[Any] = []
    finished: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request))
    page.on("requestfinished", lambda request: finished.append(request.url))
    page.goto(file.as_uri())
    page.locator("canvas").first.wait_for(timeout=SLOW)
    page.get_by_text(NAME).first.wait_for()
    if folder := os.environ.get("CHEMOMECH_SCREENSHOTS"):
        time.sleep(1.0)
        page.screenshot(path=f"{folder}/handed-on.png")
    assert [url for url in finished if url.startswith("http")] == []
    # What a library would like to have is stopped by the page itself, not by the network that is off.
    assert {request.failure for request in failed} <= {"csp"}
