"""The frame of the page: navigation, what is said, and one page at a time."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

from trame.ui.vuetify3 import VAppLayout
from trame.widgets import client, html
from trame.widgets import vuetify3 as v3

from chemomech.app.desk import Desk
from chemomech.app.pages import board_page, case_page, look_page, runs_page, start_page, study_page
from chemomech.app.pages.look_page import View

STYLE = files(__package__).joinpath("page.css")


def build(server: Any, desk: Desk, play: Callable[[], None]) -> View:
    """Put the widgets together; returns the picture in 3D.

    Args:
        server: of trame.
        desk: whose state is shown, and which is called.
        play: runs through the instants, or stops.
    """
    server.state.trame__title = "chemomech"
    server.state.trame__favicon = None
    with VAppLayout(server) as layout:
        client.Style(STYLE.read_text(encoding="utf-8"))
        with html.Header(classes="head"):
            html.H1("chemomech")
            with html.Nav(aria_label="Pages", style="display:flex;gap:4px;flex-wrap:wrap"):
                html.Button(
                    "{{ entry.title }}",
                    v_for="entry in pages",
                    key="entry.name",
                    type="button",
                    __properties=[("aria_current", ":aria-current")],
                    aria_current="page === entry.name ? 'page' : null",
                    click=(desk.go, "[entry.name]"),  # in order with what else is clicked
                )
            html.Span("{{ folder }}", style="margin-left:auto;font-size:.85rem")
        with html.Div(role="status", aria_live="polite"):
            html.Div(
                "{{ said }}", v_if="said", __properties=["id", ("cls", ":class")], cls="['said', said_kind]"
            )
            html.Div(
                "{{ tabs }} pages are open on this folder: they show the same and steer the same.",
                v_if="tabs > 1",
                classes="said info",
            )
        with html.Main(style="flex:1"):
            with html.Div(v_if="page === 'start'", classes="page"):
                start_page.build(desk)
            with html.Div(v_if="page === 'case'", classes="page"):
                case_page.build(desk)
            with html.Div(v_if="page === 'runs'", classes="page"):
                runs_page.build(desk)
            with html.Div(v_show="page === 'look'", classes="page", style="max-width:1900px"):
                view = look_page.build(desk, play, server)
            with html.Div(v_if="page === 'studies'", classes="page"):
                study_page.build(desk)
            with html.Div(v_if="page === 'board'", classes="page"):
                board_page.build(desk)
        layout.root.style = "min-height:100vh;display:flex;flex-direction:column"
    assert v3  # Vuetify styles the page
    return view
