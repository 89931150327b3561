"""The form of a case, made of what the schema says."""

from __future__ import annotations

from typing import Any

from trame.widgets import html

from chemomech.app.desk import Desk
from chemomech.app.pages.widgets import button, choice_alone, line, text_field


def build(desk: Desk) -> None:
    """Put the widgets together."""
    html.P("Choose a case on the first page.", v_if="!form_title")
    with html.Div(v_if="form_title"):
        html.H2("{{ form_title }}")
        html.P("{{ form_whole }}", v_if="form_whole", classes="wrong", role="alert")
        with html.Div(classes="card row"):
            text_field("Result folder", "out_folder", "out-folder")
            text_field("MPI ranks", "ranks", "ranks")
            button("Start the run", desk.start, "[out_folder, ranks]", main=True)
            text_field("Case file", "case_file", "case-file")
            button("Save the case", desk.save, "[case_file]")
        with html.Details(
            v_for="(section, number) in form_sections",
            classes="card",
            __properties=[("key_of", ":key"), ("opened", ":open")],
            key_of="section.name",
            opened="number === 0 || section.fields.some((field) => form_errors[field.key])",
        ):
            html.Summary("{{ section.title }}", style="font-weight:600;cursor:pointer")
            with html.Div(classes="row", style="align-items:flex-start;margin-top:8px"):
                _field(desk)


def _field(desk: Desk) -> None:
    with html.Div(
        v_for="field in section.fields",
        classes="field",
        __properties=[("key_of", ":key")],
        key_of="field.key",
    ):
        html.Label("{{ field.label }}", __properties=[("of", ":for")], of="field.id")
        common: dict[str, Any] = {
            "change": (desk.fill, "[field.key, $event.target.value]"),
            "__properties": [
                ("named", ":id"),
                ("wrong", ":aria-invalid"),
                ("described", ":aria-describedby"),
            ],
            "named": "field.id",
            "wrong": "form_errors[field.key] ? 'true' : 'false'",
            "described": "field.id + '-says'",
        }
        line("form[field.key]", v_if="!field.choices.length", **common)
        choice_alone(
            "form[field.key]",
            "field.choices",
            "entry.value",
            "entry.text",
            none=("", "not set"),
            v_if="field.choices.length",
            **common,
        )
        with html.Div(__properties=[("named", ":id")], named="field.id + '-says'"):
            html.Div("{{ form_errors[field.key] }}", v_if="form_errors[field.key]", classes="wrong")
            html.Div("{{ field.help }}", classes="small")
            html.Div("{{ field.hint }}", v_if="field.hint", classes="small")
