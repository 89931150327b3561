"""Studies as maps, and the scoreboard."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from chemomech.app.board import read_board
from chemomech.app.maps import FIRST_QUANTITY, map_of, outcomes_of, quantities_of
from chemomech.app.runs import State
from chemomech.app.studying import StudyRun, StudyRuns
from chemomech.app.workspace import Workspace
from chemomech.errors import InputError


class Surveying:
    """The map of a study, and the rows of a scoreboard.

    Args:
        workspace: the folder.
        state: of the page: takes attributes.
    """

    def __init__(self, workspace: Workspace, state: Any) -> None:
        self._workspace, self._state = workspace, state
        self._outcomes: dict[str, Any] = {}
        self._runs = StudyRuns(workspace)
        state.study_runs = []
        state.study_path, state.study_map, state.study_quantities = "", None, []
        state.study_quantity, state.study_fidelities, state.study_fidelity = "", [], ""
        state.board_path, state.board_rows = "", []

    def start_study(self, source: str) -> None:
        """Start a study file of the folder, or a shipped study.

        Raises:
            InputError: with the sentence of the command line.
        """
        folder = self._runs.start(source)
        self._outcomes, self._state.study_path, self._state.study_map = {}, folder, None
        self.refresh()

    def stop_study(self, folder: str) -> None:
        """Stop a study; what has been run of it is kept."""
        self._runs.stop(folder)
        self.refresh()

    def refresh(self) -> list[str]:
        """Look at the studies again; returns those that have ended since the last look."""
        before = {entry["folder"]: entry["state"] for entry in self._state.study_runs}
        looked = self._runs.look()
        shown = [_told(run) for run in looked]
        if shown != self._state.study_runs:  # what stays the same is not sent again
            self._state.study_runs = shown
        ended = [
            run for run in looked if before.get(run.folder) == State.RUNNING and run.state != State.RUNNING
        ]
        for run in ended:
            if run.folder == self._state.study_path and run.state is State.FINISHED:
                self.open_study(run.folder)
        return [run.folder for run in ended]

    def open_study(self, name: str) -> None:
        """Show the map of a study.

        Raises:
            InputError: when it has no outcome that can be read.
        """
        outcomes = outcomes_of(self._workspace.inside(name, "folder of a study"))
        state = self._state
        self._outcomes, state.study_path = outcomes, name
        state.study_fidelities = list(self._outcomes)
        state.study_fidelity = state.study_fidelities[0]
        self.show_map()

    def show_map(self) -> None:
        """Draw the map of the fidelity and the quantity that are chosen."""
        state = self._state
        outcome = self._outcomes.get(state.study_fidelity)
        if outcome is None:
            raise InputError("no study is open; choose one of the list.")
        known = quantities_of(outcome)
        if not known:
            state.study_quantities, state.study_map = [], None
            raise InputError("no run of the study has ended with a value; see what its runs say.")
        state.study_quantities = [{"name": name, "title": title} for name, title in known.items()]
        if state.study_quantity not in known:
            state.study_quantity = FIRST_QUANTITY if FIRST_QUANTITY in known else next(iter(known))
        state.study_map = _plain(asdict(map_of(outcome, state.study_quantity)))

    def run_of(self, folder: str) -> str:
        """Return the result behind a field of the map, as a path below the folder of the app."""
        return f"{self._state.study_path}/{folder}"

    def open_board(self, name: str) -> None:
        """Show a scoreboard.

        Raises:
            InputError: when it cannot be read.
        """
        rows = read_board(self._workspace.inside(name, "folder of a scoreboard"))
        self._state.board_path, self._state.board_rows = name, [asdict(row) for row in rows]


def _told(run: StudyRun) -> dict[str, str]:
    return {"folder": run.folder, "source": run.source, "state": str(run.state), "says": run.says}


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "rows": [{"head": head, "fields": list(fields)} for head, fields in told["rows"]]}
