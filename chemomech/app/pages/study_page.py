"""A study as a map."""

from __future__ import annotations

from trame.widgets import html

from chemomech.app.desk import Desk
from chemomech.app.pages.widgets import button, choice


def build(desk: Desk) -> None:
    """Put the widgets together."""
    html.H2("Studies")
    html.P("Choose or start a study on the first page.", v_if="!study_map && !study_runs.length")
    with html.Section(classes="card", aria_label="Studies that were started", v_if="study_runs.length"):
        with html.Ul(classes="list"), html.Li(v_for="run in study_runs", key="run.folder"):
            html.Span("{{ run.folder }}")
            html.Strong("{{ run.state }}")
            html.Span("{{ run.says }}", classes="grow small")
            button(
                "Stop",
                desk.stop_study,
                "[run.folder]",
                label="'Stop the study ' + run.folder",
                v_if="run.state === 'running'",
            )
            button(
                "Start again",
                desk.start_study,
                "[run.source]",
                label="'Start again the study ' + run.folder",
                v_if="run.state !== 'running'",
            )
            button(
                "Map",
                desk.open_study,
                "[run.folder]",
                label="'Show the map of ' + run.folder",
                v_if="run.state === 'finished'",
            )
        html.P(
            "A study goes on when this page is closed or its server is ended. Its map comes with its end.",
            classes="small",
        )
    with html.Div(v_if="study_map"):
        html.H3("{{ study_path }}")
        with html.Div(classes="row"):
            choice(
                "Quantity",
                "study_quantity",
                "study-quantity",
                "study_quantities",
                "entry.name",
                "entry.title",
            )
            choice("Model", "study_fidelity", "study-fidelity", "study_fidelities")
        html.P(
            "Rows: {{ study_map.down }}. Columns: {{ study_map.across || 'none' }}. Each field opens its run."
        )
        with html.Table(classes="map"):
            html.Caption("{{ study_map.title }}", style="text-align:left;font-weight:600;padding:4px 0")
            with html.Thead(), html.Tr():
                html.Th(
                    "{{ study_map.across ? study_map.down + ' | ' + study_map.across : study_map.down }}",
                    scope="col",
                    __properties=["scope"],
                )
                html.Th(
                    "{{ head }}",
                    v_for="(head, number) in study_map.columns",
                    scope="col",
                    __properties=["scope", ("key_of", ":key")],
                    key_of="number",
                )
            with html.Tbody(), html.Tr(v_for="row in study_map.rows", key="row.head"):
                html.Th("{{ row.head }}", scope="row", __properties=["scope"])
                with html.Td(
                    v_for="(field, number) in row.fields", __properties=[("key_of", ":key")], key_of="number"
                ):
                    html.Button(
                        "{{ field.text }}",
                        type="button",
                        __properties=[("look", ":style"), ("spoken", ":aria-label"), ("off", ":disabled")],
                        look="field.folder ? { background: field.colour, color: field.ink } : {}",
                        spoken="field.title",
                        off="!field.folder",
                        click=(desk.look_at_run, "[field.folder]"),
                    )
