"""The picture in 3D with its controls, and the curves of the particle that is picked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trame.widgets import html
from trame.widgets import vtk as vtk_widgets

from chemomech.app.desk import Desk
from chemomech.app.pages.widgets import box, button, choice, slider, tick
from chemomech.app.picking import Camera

VIEW = "scene_view"
CAMERA = f"trame.refs.{VIEW}.getCamera()"
TURN = 15
"""Of a press on a button [degree]."""
CLOSER = 1.25
STILL = 4
"""Pixels that the pointer may move in a click."""


class View:
    """The picture in 3D on the page.

    Args:
        widget: that draws it.
        server: of trame.
    """

    def __init__(self, widget: Any, server: Any) -> None:
        self._widget, self._server = widget, server

    def update(self) -> None:
        """Send what has changed."""
        self._widget.update()

    def show_camera(self, camera: Camera) -> None:
        """Move the camera of the page."""
        self._server.js_call(VIEW, "setCamera", dict(camera.to_page()))


def build(desk: Desk, play: Callable[[], None], server: Any) -> View:
    """Put the widgets together."""
    html.P("Choose a result, a layout or an image stack on the first page.", v_if="!look_path")
    with html.Div(v_show="look_path", classes="look"):
        with html.Section(aria_label="What is shown"):
            _controls(desk)
        with html.Section(aria_label="Picture"):
            server.trigger("pick")(desk.pick)
            view = _scene(desk)
            _time(desk, play)
        with html.Section(aria_label="Particle"):
            _particle()
    return View(view, server)


def _scene(desk: Desk) -> Any:
    with html.Div(style="display:flex;gap:12px;margin-bottom:4px"):
        html.H2("{{ look_title }}", style="flex:1")
        html.H2("{{ other_title }}", v_if="other_path", style="flex:1")
    with html.Div(
        classes="scene",
        role="img",
        aria_label="Picture in 3D: drag to turn, turn the wheel to come closer, click on a particle",
        id="scene",
        __properties=["id"],
        __events=[("pressed", "pointerdown"), "click"],
        pressed="$event.currentTarget.from = [$event.clientX, $event.clientY]",
        click=(
            f"Math.hypot($event.clientX - $event.currentTarget.from[0], $event.clientY - "
            f"$event.currentTarget.from[1]) < {STILL} && trigger('pick', [[$event.clientX - "
            "$event.currentTarget.getBoundingClientRect().left, $event.clientY - "
            "$event.currentTarget.getBoundingClientRect().top, $event.currentTarget.clientWidth, "
            f"$event.currentTarget.clientHeight, {CAMERA}]])"
        ),
    ):
        view = vtk_widgets.VtkLocalView(
            desk.stage.window,
            ref=VIEW,
            interactor_events=("['EndAnimation']",),
            EndAnimation=(desk.moved, f"[{CAMERA}]"),
        )
    with (
        html.Div(style="display:flex;gap:12px"),
        html.Div(
            v_for="(bar, number) in look_legends",
            style="flex:1;margin-top:6px",
            __properties=[("key_of", ":key")],
            key_of="number",
        ),
    ):
        html.Div("{{ bar.title }}", style="font-weight:600")
        html.Div(classes="bar", __properties=[("look", ":style")], look="{ background: bar.gradient }")
        with html.Div(style="display:flex;justify-content:space-between"):
            for place in ("low", "middle", "high"):
                html.Span(f"{{{{ bar.{place} }}}}")
    with html.Div(classes="row", style="margin-top:6px"):
        for text, label, sideways, upwards, nearer in (
            ("◀", "Turn to the left", -TURN, 0, 1),
            ("▶", "Turn to the right", TURN, 0, 1),
            ("▲", "Turn upwards", 0, TURN, 1),
            ("▼", "Turn downwards", 0, -TURN, 1),
            ("+", "Come closer", 0, 0, CLOSER),
            ("−", "Go away", 0, 0, 1 / CLOSER),
        ):
            button(text, desk.turn, f"[{CAMERA}, {sideways}, {upwards}, {nearer}]", label=f"'{label}'")
        button("See all", desk.reset_camera)
    return view


def _time(desk: Desk, play: Callable[[], None]) -> None:
    with html.Div(v_if="look_times > 1", classes="row", style="margin-top:6px;align-items:center"):
        button("{{ look_playing ? 'Pause' : 'Play' }}", play)
        button("«", desk.step, "[-1]", label="'One instant back'")
        button("»", desk.step, "[1]", label="'One instant on'")
        with html.Div(style="flex:1;min-width:200px"):
            slider(
                "'Time: ' + look_time_label",
                "look_time",
                "look-time",
                "look_times - 1",
                spoken="look_time_label",
            )


def _controls(desk: Desk) -> None:
    html.P("{{ note }}", v_for="(note, number) in look_notes", classes="small", key="number")
    choice(
        "Field",
        "look_field",
        "look-field",
        "group.fields",
        "entry.key",
        "entry.title",
        groups="look_fields",
    )
    with html.Fieldset():
        html.Legend("Parts")
        with html.Div(
            v_for="part in look_parts",
            style="display:flex;gap:8px;align-items:center",
            __properties=[("key_of", ":key")],
            key_of="part",
        ):
            html.Span("{{ part }}", style="flex:1")
            for text, name in (("whole", "look_shown"), ("faint", "look_faint")):
                with html.Label(style="font-weight:400;display:flex;gap:4px"):
                    box(
                        f"{name}.includes(part)",
                        f"{name} = $event.target.checked ? [...{name}, part] : "
                        f"{name}.filter((entry) => entry !== part)",
                        spoken=f"'{text}: ' + part",
                        __properties=[("spoken", ":aria-label")],
                    )
                    html.Span(text)
    with html.Fieldset():
        html.Legend("Cut")
        choice("Plane across", "look_cut", "look-cut", "cut_axes")
        slider("'Place: ' + look_at + ' %'", "look_at", "look-at")
        tick("keep the other side", "look_flipped", "look-flipped")
    with html.Fieldset():
        html.Legend("Threshold")
        slider("'From ' + look_low + ' % of the range'", "look_low", "look-low")
        slider("'To ' + look_high + ' % of the range'", "look_high", "look-high")
    with html.Fieldset():
        html.Legend("Colours")
        choice("Map", "look_colours", "look-colours", "colour_maps")
        tick("same range at all times", "look_fixed", "look-fixed")
        tick("same range for both pictures", "look_same", "look-same")
    with html.Fieldset():
        html.Legend("Beside it")
        choice(
            "Compare with",
            "other_path",
            "look-other",
            "content.results",
            change=(desk.compare, "[$event.target.value]"),
            none=("", "nothing"),
        )
        html.Span("One camera moves both.", classes="small")
    with html.Fieldset():
        html.Legend("Hand on")
        with html.Div(classes="row"):
            button("Save as HTML", desk.share, "['html']", disabled="sharing > 0")
            button("Save as GIF", desk.share, "['gif']", disabled="sharing > 0")


def _particle() -> None:
    html.H2("Particle")
    html.P("There are none in this picture.", v_if="!look_particles.length", classes="small")
    html.P(
        "Click on one in the picture, or choose its number.",
        v_if="look_particles.length && look_picked < 0",
        classes="small",
    )
    with html.Div(v_if="look_particles.length"):
        choice(
            "Number",
            "look_picked",
            "look-particle",
            "look_particles",
            change="look_picked = Number($event.target.value)",
            none=("-1", "none"),
        )
    html.P("{{ look_picked_says }}", id="picked-says", __properties=["id"], aria_live="polite")
    html.Div(
        v_for="(drawn, number) in look_charts",
        v_html="drawn",
        __properties=[("key_of", ":key")],
        key_of="number",
    )
