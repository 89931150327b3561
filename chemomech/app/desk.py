"""The state of the page and all that can be done on it; what goes wrong is answered in a sentence."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

from chemomech import failures
from chemomech.app.choosing import RESULT, Choosing
from chemomech.app.looking import Looking
from chemomech.app.running import Running
from chemomech.app.sharing import Sharing
from chemomech.app.stage import Stage
from chemomech.app.surveying import Surveying
from chemomech.app.workspace import Workspace
from chemomech.errors import InputError

PAGES = {
    "start": "Choose",
    "case": "Case",
    "runs": "Runs",
    "look": "Look",
    "studies": "Studies",
    "board": "Scoreboard",
}
"""Pages by name, with what stands in the navigation."""


def answered(handler: Callable[..., None]) -> Callable[..., None]:
    """Let what goes wrong in a handler of a desk be said on the page."""

    @functools.wraps(handler)
    def handle(desk: Desk, *words: Any) -> None:
        try:
            desk.say("")
            handler(desk, *words)
        except Exception as error:
            desk.complain(error)

    return handle


class Desk:
    """What the page shows and does.

    Args:
        workspace: the folder.
        state: of the page: takes attributes.
        show_camera: told where the camera is after the program has moved it.
        show_scene: told when the picture has changed.
    """

    def __init__(
        self,
        workspace: Workspace,
        state: Any,
        show_camera: Callable[[Any], None] = lambda camera: None,
        show_scene: Callable[[], None] = lambda: None,
    ) -> None:
        self.workspace, self.state, self.stage = workspace, state, Stage()
        self.show_camera, self.show_scene = show_camera, show_scene
        state.page, state.pages = "start", [{"name": name, "title": title} for name, title in PAGES.items()]
        state.said, state.said_kind, state.tabs = "", "info", 0
        state.folder = str(workspace.root)
        state.drawn_ms = 0
        self.choosing = Choosing(workspace, state)
        self.running = Running(workspace, state)
        self.looking = Looking(workspace, state, self.stage)
        self.surveying = Surveying(workspace, state)
        self.sharing = Sharing(workspace, state)

    def say(self, sentence: str, kind: str = "info") -> None:
        """Say a sentence at the top of the page."""
        self.state.said, self.state.said_kind = sentence, kind

    def complain(self, error: Exception) -> None:
        """Say what went wrong."""
        failure = failures.describe(error)
        sentence = failure.sentence
        if not failure.foreseen:
            path = failures.keep_traceback(error)
            sentence += f"; the traceback is in {str(path)!r}: please report it." if path else "."
        self.say(sentence, "error")

    def go(self, name: str) -> None:
        """Show another page; what was said stays."""
        if name in PAGES:
            self.state.page = name

    @answered
    def list(self) -> None:
        """Look through the folder again."""
        self.choosing.list()
        self.running.refresh()

    @answered
    def open_shipped(self, name: str) -> None:
        """Show the form of a shipped case."""
        self.choosing.open_shipped(name)
        self.state.page = "case"

    @answered
    def open_case(self, name: str) -> None:
        """Show the form of a case file."""
        self.choosing.open_file(name)
        self.state.page = "case"

    @answered
    def open_result_case(self, folder: str) -> None:
        """Show the form of the case of a result."""
        self.choosing.open_result_case(folder)
        self.state.page = "case"

    @answered
    def fill(self, key: str, text: Any) -> None:
        """Take what was typed into a field."""
        self.choosing.set({key: text})

    @answered
    def save(self, name: str) -> None:
        """Save the case of the form.

        What a handler needs comes with its call: the state of the page may arrive after it.
        """
        self.say(f"The case is saved as {self.choosing.save(str(name))}.")

    @answered
    def start(self, folder: str, ranks: Any = 1) -> None:
        """Start a run of the case of the form, and watch it."""
        self.running.start(self.choosing.case(), str(folder), ranks)
        self.state.page = "runs"
        self.choosing.list()

    @answered
    def stop(self) -> None:
        """Stop the run that is watched."""
        self.running.stop()

    @answered
    def resume(self) -> None:
        """Continue the run that is watched."""
        self.running.resume()

    @answered
    def watch(self, folder: str) -> None:
        """Watch a run."""
        self.running.watch(folder)
        self.state.page = "runs"

    @answered
    def forget(self, folder: str) -> None:
        """Take a run from the list."""
        self.running.forget(folder)

    def tick(self) -> None:
        """Look at the runs again, without a word unless one has ended."""
        try:
            ended = self.running.refresh()
            surveyed = self.surveying.refresh()
            shared = self.sharing.refresh()
        except Exception as error:
            self.complain(error)
            return
        if ended or surveyed:
            self.choosing.list()
        for sentence, kind in shared:
            self.say(sentence, kind)

    @answered
    def look(self, name: str, kind: str = RESULT, voxel_size: str = "") -> None:
        """Look at a result, a layout or a stack."""
        self._look(name, kind, voxel_size)

    @answered
    def compare(self, name: str) -> None:
        """Put another result beside the one that is looked at."""
        self.looking.compare(name)
        self.show_scene()

    @answered
    def redraw(self) -> None:
        """Draw the picture again after a choice."""
        began = time.monotonic()
        self.looking.redraw()
        self.show_scene()
        self.state.drawn_ms = round(1000 * (time.monotonic() - began))

    @answered
    def pick(self, place: Any) -> None:
        """Mark the particle under a place of the picture."""
        if self.looking.pick(place) < 0:
            self.say("There is no particle at this place.")

    @answered
    def moved(self, told: Any) -> None:
        """Take note that the page has moved the camera."""
        self.looking.turn(told, 0.0, 0.0)

    @answered
    def turn(self, told: Any, sideways: float, upwards: float, nearer: float = 1.0) -> None:
        """Turn the camera."""
        self.show_camera(self.looking.turn(told, sideways, upwards, nearer))

    @answered
    def reset_camera(self) -> None:
        """Let everything be seen."""
        self.show_camera(self.looking.reset_camera())

    @answered
    def step(self, by: int) -> None:
        """Go to another instant."""
        self.looking.step(by)

    @answered
    def start_study(self, source: str) -> None:
        """Start a study, and show how far it is."""
        self.surveying.start_study(source)
        self.state.page = "studies"
        self.choosing.list()

    @answered
    def stop_study(self, folder: str) -> None:
        """Stop a study."""
        self.surveying.stop_study(folder)

    @answered
    def open_study(self, name: str) -> None:
        """Show the map of a study."""
        self.surveying.open_study(name)
        self.state.page = "studies"

    @answered
    def show_map(self) -> None:
        """Draw the map again after a choice."""
        if self.state.study_path:
            self.surveying.show_map()

    @answered
    def look_at_run(self, folder: str) -> None:
        """Look at the run behind a field of the map."""
        run = self.surveying.run_of(folder)
        try:
            self._look(run)
        except InputError as error:  # what has nothing in space has its voltage
            self.running.watch(run)
            self.state.page = "runs"
            self.say(str(error))

    def _look(self, name: str, kind: str = RESULT, voxel_size: str = "") -> None:
        camera = self.looking.open(name, kind, voxel_size)
        self.state.page = "look"
        self.show_scene()
        self.show_camera(camera)

    @answered
    def open_board(self, name: str) -> None:
        """Show a scoreboard."""
        self.surveying.open_board(name)
        self.state.page = "board"

    @answered
    def share(self, kind: str) -> None:
        """Make a file of the result that is looked at, to be handed on."""
        self.say(self.sharing.start(kind, self.state.look_path))
