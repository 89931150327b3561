"""What lies in the folder, to be chosen."""

from __future__ import annotations

from typing import Any

from trame.widgets import html

from chemomech.app.choosing import LAYOUT, RESULT, STACK
from chemomech.app.desk import Desk
from chemomech.app.pages.widgets import button, text_field


def build(desk: Desk) -> None:
    """Put the widgets together."""
    with html.Div(classes="row", style="margin-bottom:8px"):
        html.H2("What lies in this folder", style="flex:1")
        button("Look again", desk.list)
    html.P("{{ content.remark }}", v_if="content.remark", classes="small")
    with html.Div(classes="columns"):
        with html.Section(classes="card", aria_label="Cases"):
            html.H2("Cases that come with the program")
            with html.Ul(classes="list"), html.Li(v_for="entry in shipped", key="entry.name"):
                button(
                    "{{ entry.name }}",
                    desk.open_shipped,
                    "[entry.name]",
                    label="'Open the case ' + entry.name",
                )
                html.Span("{{ entry.says }}", classes="grow small")
            html.H2("Case files", style="margin-top:12px")
            _names("cases", desk.open_case, "Open the case file ")
        with html.Section(classes="card", aria_label="Results"):
            html.H2("Results")
            html.P("There are none yet: run a case.", v_if="!content.results.length", classes="small")
            with html.Ul(classes="list"), html.Li(v_for="name in content.results", key="name"):
                html.Span("{{ name }}", classes="grow")
                button("Look", desk.look, f"[name, '{RESULT}']", label="'Look at ' + name")
                button("Case", desk.open_result_case, "[name]", label="'Open the case of ' + name")
            html.H2("Runs without a result", style="margin-top:12px")
            _rows("unfinished", desk.watch, "Watch", "Watch the run ")
        with html.Section(classes="card", aria_label="Layouts and image stacks"):
            html.H2("Layouts")
            _names("layouts", desk.look, "Look at the layout ", f", '{LAYOUT}'")
            html.H2("Image stacks", style="margin-top:12px")
            text_field("Edge of a voxel", "voxel_size", "stack-voxel", hint="with its unit, as in 0.4 um")
            _names("stacks", desk.look, "Look at the stack ", f", '{STACK}', voxel_size")
        with html.Section(classes="card", aria_label="Studies and scoreboards"):
            html.H2("Studies that come with the program")
            with html.Ul(classes="list"), html.Li(v_for="entry in shipped_studies", key="entry.name"):
                html.Span("{{ entry.name }}: {{ entry.says }}", classes="grow small")
                button("Start", desk.start_study, "[entry.name]", label="'Start the study ' + entry.name")
            html.H2("Study files", style="margin-top:12px")
            _rows("studies", desk.start_study, "Start", "Start the study ")
            html.H2("Maps of studies", style="margin-top:12px")
            _names("study_folders", desk.open_study, "Open the study ")
            html.H2("Scoreboards", style="margin-top:12px")
            _names("boards", desk.open_board, "Open the scoreboard ")


def _names(content: str, call: Any, label: str, more: str = "") -> None:
    html.P("There are none.", v_if=f"!content.{content}.length", classes="small")
    with html.Ul(classes="list"), html.Li(v_for=f"name in content.{content}", key="name"):
        button("{{ name }}", call, f"[name{more}]", label=f"'{label}' + name")


def _rows(content: str, call: Any, word: str, label: str) -> None:
    html.P("There are none.", v_if=f"!content.{content}.length", classes="small")
    with html.Ul(classes="list"), html.Li(v_for=f"name in content.{content}", key="name"):
        html.Span("{{ name }}", classes="grow")
        button(word, call, "[name]", label=f"'{label}' + name")
