"""The local web server: binds to this machine alone, and shows the page to who has its token."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from aiohttp import web
from trame.app import get_server
from vtkmodules.vtkCommonCore import vtkLogger, vtkObject

from chemomech.app.desk import Desk
from chemomech.app.guard import HOST, POLICY, Guard
from chemomech.app.looking import CHOICES
from chemomech.app.pages.layout import build
from chemomech.app.processes import outlive_pages
from chemomech.app.workspace import Workspace

SECONDS_BETWEEN_LOOKS = 1.0
"""At the runs."""
SECONDS_A_PICTURE = 0.15
"""Of the play button, at the fastest."""
LATER = (
    "chemomech.experiments.scenes",
    "chemomech.solver.results",
    "xarray.backends.h5netcdf_",
    "pyvista",
    "chemomech.app.form",
    "chemomech.experiments.case.prepare",
)
REST = 0.01
"""Of the loop, in which choices that are already on their way arrive before the picture is drawn [s]."""


class App:
    """The page, its state and its server.

    Args:
        folder: that is worked in.
        guard: who may see the page.
    """

    def __init__(self, folder: Path, guard: Guard | None = None) -> None:
        outlive_pages()
        vtkObject.GlobalWarningDisplayOff()  # that there is no screen is no concern of anybody
        vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)
        self.guard = guard or Guard()
        self.server = get_server("chemomech", client_type="vue3")
        self.state = self.server.state
        self.desk = Desk(Workspace(folder), self.state)
        self.port = 0
        self._dirty = False
        self._drawing: asyncio.Task[None] | None = None
        self._playing: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None
        self.desk.list()
        view = build(self.server, self.desk, self.play)
        self.desk.show_scene = view.update
        self.desk.show_camera = view.show_camera
        self.server.controller.on_server_bind.add(self._bind)
        self.state.change(*CHOICES)(self._choice)
        self.state.change("study_quantity", "study_fidelity")(lambda **_: self.desk.show_map())

    def serve(self, port: int, ready: Callable[[str], None]) -> None:
        """Serve until the process is interrupted.

        Args:
            port: to listen at; 0 for any that is free.
            ready: told the address with its token.
        """

        def listening(**_: Any) -> None:
            self.port = self.server.port
            threading.Thread(target=_load_the_rest, daemon=True).start()
            self._looking = asyncio.get_running_loop().create_task(self._look_again())
            ready(self.guard.address(self.port))

        self.server.controller.on_server_ready.add(listening)
        with _no_arguments():
            self.server.start(port=port, host=HOST, open_browser=False, show_connection_info=False, timeout=0)

    def play(self) -> None:
        """Run through the instants, or stop doing so."""
        self.state.look_playing = not self.state.look_playing
        if self.state.look_playing and (self._playing is None or self._playing.done()):
            if int(self.state.look_time) >= int(self.state.look_times) - 1:
                self.state.look_time = 0
            self._playing = asyncio.get_running_loop().create_task(self._play())

    async def _play(self) -> None:
        while self.state.look_playing:
            await asyncio.sleep(SECONDS_A_PICTURE)
            with self.state:
                if self.state.look_playing and not self.desk.looking.step():
                    self.state.look_playing = False
            while self._drawing is not None and not self._drawing.done():
                await asyncio.sleep(REST)

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            with self.state:
                self.desk.tick()

    def _choice(self, **_: Any) -> None:
        """Draw once for all choices that came together: a slider that is drawn along sends many."""
        self._dirty = True
        if self.desk.looking.is_open and (self._drawing is None or self._drawing.done()):
            with contextlib.suppress(RuntimeError):  # before the server runs there is nothing to draw
                self._drawing = asyncio.get_running_loop().create_task(self._draw())

    async def _draw(self) -> None:
        while self._dirty:
            await asyncio.sleep(REST)
            self._dirty = False
            with self.state:
                self.desk.redraw()

    def _bind(self, wslink_server: Any) -> None:
        wslink_server.app.middlewares.append(self._middleware())

    def _middleware(self) -> Any:
        @web.middleware
        async def guarded(request: web.Request, handler: Any) -> web.StreamResponse:
            port = self.server.port
            refusal = self.guard.refusal(port, request.headers, request.query, request.cookies)
            if refusal is not None:
                return web.Response(status=refusal.status, text=refusal.sentence)
            if request.path == "/":
                # The token leaves the address, and comes with every file and the socket from now on.
                opened = web.HTTPFound("/index.html")
                opened.set_cookie(
                    self.guard.cookie(port), self.guard.token, httponly=True, samesite="Strict", path="/"
                )
                return opened
            if request.path == "/ws":
                return await self._counted(request, handler)
            if request.path == "/index.html":
                response: web.StreamResponse = web.Response(text=_front_page(), content_type="text/html")
            else:
                response = await handler(request)
            response.headers["Content-Security-Policy"] = POLICY
            response.headers["Referrer-Policy"] = "no-referrer"
            response.headers["X-Content-Type-Options"] = "nosniff"
            return response

        return guarded

    async def _counted(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Count the pages that are open."""
        with self.state:
            self.state.tabs += 1
        try:
            return await handler(request)
        finally:
            with self.state:
                self.state.tabs -= 1


def _load_the_rest() -> None:
    """Load what takes seconds while the browser is still busy with the page."""
    for name in LATER:
        with contextlib.suppress(Exception):  # whoever needs it will say what is wrong
            importlib.import_module(name)


@functools.cache
def _front_page() -> str:
    """The page that trame serves, without what keeps a reader from enlarging it."""
    text = files("trame_client.module").joinpath("vue3-www", "index.html").read_text(encoding="utf-8")
    text = text.replace(",maximum-scale=1,minimum-scale=1", "").replace(
        "<title>trame is built by Kitware</title>", "<title>chemomech</title>"
    )
    script = files("chemomech.app.pages").joinpath("drawing.js").read_text(encoding="utf-8")
    return text.replace("<head>", f"<head><script>{script}</script>", 1)


@contextlib.contextmanager
def _no_arguments() -> Iterator[None]:
    """Keep the words of our command line from the server, which would read some of them as its own."""
    before = sys.argv
    sys.argv = before[:1]
    try:
        yield
    finally:
        sys.argv = before


def serve(folder: Path, port: int, open_browser: bool, say: Callable[[str], None]) -> None:
    """Show a folder on a page of the browser until the process is interrupted.

    Args:
        folder: that is worked in.
        port: to listen at; 0 for any that is free.
        open_browser: whether the page is opened at once.
        say: prints a line.
    """
    app = App(folder)

    def ready(address: str) -> None:
        say(f"chemomech app: {address}")
        if open_browser:
            webbrowser.open(address)

    app.serve(port, ready)
