"""The list of runs and the one that is watched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chemomech.app.charts import Line, chart
from chemomech.app.runs import Run, Runs, State
from chemomech.app.workspace import Workspace
from chemomech.errors import InputError

if TYPE_CHECKING:
    from chemomech.experiments.case import Case

MOST_RUNS = 100
"""Of the list that are looked at."""


class Running:
    """Starts, watches, stops and continues runs.

    Args:
        workspace: the folder.
        state: of the page: takes attributes.
    """

    def __init__(self, workspace: Workspace, state: Any) -> None:
        self._workspace, self._state = workspace, state
        self.runs = Runs(workspace)
        state.runs, state.watched, state.watched_state = [], "", ""
        state.run_says, state.run_log, state.voltage_chart = "", [], ""
        state.watched_resumable = False

    def start(self, case: Case, folder: str, ranks: Any = 1) -> None:
        """Start a run; what the model or the material refuses is said before a process is started.

        Raises:
            InputError: with the sentence that the command line gives.
        """
        from chemomech.experiments.case.prepare import prepare
        from chemomech.experiments.models.registry import model_of

        prepared = prepare(case)
        model_of(case.model).representation.require(prepared)
        self.watch(self.runs.start(case, folder, ranks=_whole(ranks)))

    def stop(self) -> None:
        """Stop the run that is watched."""
        self.runs.stop(self._state.watched)
        self.refresh()

    def resume(self) -> None:
        """Continue the run that is watched."""
        self.runs.resume(self._state.watched)
        self.refresh()

    def forget(self, folder: str) -> None:
        """Take a run from the list."""
        self.runs.forget(folder)
        if self._state.watched == folder:
            self._state.watched = ""
        self.refresh()

    def watch(self, folder: str) -> None:
        """Show how a run goes."""
        self._state.watched = self._workspace.name_of(self._workspace.inside(folder, "result folder"))
        self.refresh()

    def refresh(self) -> list[str]:
        """Look at all runs again; returns those that have ended since the last look."""
        before = {entry["folder"]: entry["state"] for entry in self._state.runs}
        unfinished = self._state.content.get("unfinished", []) if hasattr(self._state, "content") else []
        folders = list(dict.fromkeys([*self.runs.known(), *unfinished]))[:MOST_RUNS]
        looked = [self._looked(folder) for folder in folders]
        self._set("runs", [_plain(run) for run in looked])
        watched = next((run for run in looked if run.folder == self._state.watched), None)
        if watched is None and self._state.watched:
            watched = self.runs.look(self._state.watched)
        if watched is not None:
            self._show(watched)
        return [
            run.folder
            for run in looked
            if before.get(run.folder) == State.RUNNING and run.state != State.RUNNING
        ]

    def _looked(self, folder: str) -> Run:
        try:
            return self.runs.look(folder)
        except InputError as error:  # a link that was laid since, a folder that cannot be read
            return Run(folder, State.FAILED, str(error), None, (), False)

    def _show(self, run: Run) -> None:
        self._set("watched_state", str(run.state))
        self._set("watched_resumable", run.resumable)
        self._set("run_says", run.sentence)
        self._set("run_log", list(run.log))
        if run.live is not None:
            self._set("voltage_chart", voltage_chart(run.live.time, run.live.voltage))
        elif run.state is State.FINISHED:
            self._set("voltage_chart", self._finished_chart(run.folder))

    def _finished_chart(self, folder: str) -> str:
        from chemomech.solver.results import Result

        try:
            with Result.open(self._workspace.inside(folder)) as result:
                data = result.dataset
                return voltage_chart(data["time"].values, data["voltage"].values)
        except InputError:
            return str(self._state.voltage_chart)

    def _set(self, name: str, value: Any) -> None:
        if getattr(self._state, name) != value:  # what stays the same is not sent again
            setattr(self._state, name, value)


def voltage_chart(time: Any, voltage: Any) -> str:
    """Return the chart of the cell voltage over time."""
    return chart("Cell voltage over time", "time [s]", "voltage [V]", [Line("", time, voltage)])


def _plain(run: Run) -> dict[str, Any]:
    return {
        "folder": run.folder,
        "state": str(run.state),
        "says": run.sentence,
        "resumable": run.resumable,
    }


def _whole(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise InputError(f"the number of ranks {value!r} is no whole number; state one.") from None
