"""Runs, and the voltage of the one that is watched."""

from __future__ import annotations

from trame.widgets import html

from chemomech.app.choosing import RESULT
from chemomech.app.desk import Desk
from chemomech.app.pages.widgets import button


def build(desk: Desk) -> None:
    """Put the widgets together."""
    html.H2("Runs")
    html.P("There are none yet: choose a case and start it.", v_if="!runs.length && !watched")
    with html.Div(classes="columns"):
        with (
            html.Section(classes="card", aria_label="All runs", v_if="runs.length"),
            html.Ul(classes="list"),
            html.Li(v_for="run in runs", key="run.folder"),
        ):
            html.Span("{{ run.folder }}", classes="grow")
            html.Strong("{{ run.state }}")
            button("Watch", desk.watch, "[run.folder]", label="'Watch ' + run.folder")
            button(
                "Look",
                desk.look,
                f"[run.folder, '{RESULT}']",
                label="'Look at ' + run.folder",
                v_if="run.state === 'finished'",
            )
            button(
                "Forget",
                desk.forget,
                "[run.folder]",
                label="'Take ' + run.folder + ' from the list'",
                v_if="run.state !== 'running'",
            )
        with html.Section(classes="card", aria_label="The run that is watched", v_if="watched"):
            html.H2("{{ watched }}")
            html.P("{{ watched_state }}: {{ run_says }}", id="run-says", __properties=["id"])
            html.Div(v_html="voltage_chart", id="voltage", __properties=["id"])
            with html.Div(classes="row"):
                button("Stop", desk.stop, disabled="watched_state !== 'running'")
                button("Resume", desk.resume, disabled="!watched_resumable || watched_state === 'running'")
                button(
                    "Look at the result",
                    desk.look,
                    f"[watched, '{RESULT}']",
                    main=True,
                    disabled="watched_state !== 'finished'",
                )
            html.P(
                "A run goes on when this page is closed or its server is ended. One that is stopped goes on "
                "from its last checkpoint.",
                classes="small",
            )
            html.H3("Log", id="log-title", __properties=["id"])
            html.Div(
                "{{ run_log.join('\\n') }}",
                classes="log",
                role="region",
                aria_labelledby="log-title",
                tabindex="0",
                __properties=["tabindex", ("aria_labelledby", "aria-labelledby")],
            )
