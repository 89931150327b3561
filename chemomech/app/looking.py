"""What is looked at in 3D: one scene, or two beside each other seen by one camera."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chemomech.app import colours
from chemomech.app.charts import Line, chart
from chemomech.app.choosing import STACK
from chemomech.app.picking import Camera, particle_at
from chemomech.app.picture import AXES, NO_CUT, Look, Picture
from chemomech.app.stage import Shot, Stage
from chemomech.app.workspace import Workspace
from chemomech.errors import InputError

if TYPE_CHECKING:
    from chemomech.experiments.scenes import Scene, SceneField

LITHIUM = ("mean_stoichiometry", "surface_stoichiometry", "core_stoichiometry")
STRESS = ("max_principal_stress", "surface_equivalent_stress", "max_equivalent_stress")
MOST_CURVES = 3
"""In one chart."""

NONE = -1

STATE: Mapping[str, Any] = {
    "look_path": "",
    "look_title": "",
    "other_path": "",
    "other_title": "",
    "look_notes": [],
    "look_fields": [],
    "look_field": "",
    "look_parts": [],
    "look_shown": [],
    "look_faint": [],
    "look_time": 0,
    "look_times": 1,
    "look_time_label": "",
    "look_cut": NO_CUT,
    "look_at": 50,
    "look_flipped": False,
    "look_low": 0,
    "look_high": 100,
    "look_fixed": True,
    "look_same": True,
    "look_colours": "viridis",
    "look_particles": [],
    "look_picked": NONE,
    "look_picked_says": "",
    "look_charts": [],
    "look_legends": [],
    "look_playing": False,
    "voxel_size": "0.4 um",
}
"""Of the page, before anything is looked at."""

CHOICES = (
    "look_field",
    "look_shown",
    "look_faint",
    "look_time",
    "look_cut",
    "look_at",
    "look_flipped",
    "look_low",
    "look_high",
    "look_fixed",
    "look_same",
    "look_colours",
    "look_picked",
)
"""State whose change draws the picture again."""


class Looking:
    """The picture in 3D.

    Args:
        workspace: the folder.
        state: of the page: takes attributes.
        stage: what is drawn.
    """

    def __init__(self, workspace: Workspace, state: Any, stage: Stage) -> None:
        self._workspace, self._state, self._stage = workspace, state, stage
        self._pictures: list[Picture] = []
        for name, value in STATE.items():
            setattr(state, name, value)
        state.colour_maps, state.cut_axes = list(colours.MAPS), [NO_CUT, *AXES]

    @property
    def is_open(self) -> bool:
        """Whether there is anything to see."""
        return bool(self._pictures)

    def open(self, name: str, kind: str = "", voxel_size: str = "") -> Camera:
        """Look at a result, a layout or a stack; returns where the camera is.

        Args:
            name: of it, below the folder of the app.
            kind: ``stack`` for a stack.
            voxel_size: of a stack, with its unit.

        Raises:
            InputError: when it cannot be read, or has nothing in space.
        """
        scene = self._scene(name, kind, voxel_size)
        picture = Picture(scene)
        look = picture.first_look()
        self._pictures = [picture]
        state = self._state
        state.look_path, state.look_title = name, _title(name, scene)
        state.other_path, state.other_title = "", ""
        state.look_notes = list(scene.notes)
        state.look_fields = [
            {"name": part, "fields": [_titled(entry) for entry in scene.fields_of(part)]}
            for part in scene.parts
            if scene.fields_of(part)
        ]
        state.look_parts, state.look_shown, state.look_faint = list(scene.parts), list(look.parts), []
        state.look_field, state.look_time, state.look_times = look.field, look.time, len(scene.times)
        state.look_low, state.look_high, state.look_cut = 0, 100, NO_CUT
        state.look_particles = scene.particles.ids.tolist()
        state.look_picked, state.look_playing = NONE, False
        self.redraw()
        return self._stage.frame()

    def compare(self, name: str) -> None:
        """Put a second scene beside the first one; none if the name is empty.

        Raises:
            InputError: when nothing is looked at, or the second cannot be read.
        """
        if not self._pictures:
            raise InputError("nothing is looked at yet; open a result first.")
        if not name:
            self._pictures, self._state.other_path, self._state.other_title = self._pictures[:1], "", ""
        else:
            scene = self._scene(name)
            self._pictures = [self._pictures[0], Picture(scene)]
            self._state.other_path, self._state.other_title = name, _title(name, scene)
        self.redraw()

    def redraw(self) -> None:
        """Draw what the state asks for.

        Raises:
            InputError: for a choice that there is not.
        """
        if not self._pictures:
            return
        state, first = self._state, self._pictures[0]
        look = first.fitted(self._asked())
        shots = [Shot(first, look)]
        seconds = float(first.scene.times[look.time])
        for other in self._pictures[1:]:
            asked = replace(look, time=other.scene.nearest(seconds))
            shots.append(Shot(other, other.fitted(asked)))
        self._stage.show(shots, bool(state.look_same))
        state.look_time_label = _times(shots)
        state.look_legends = [
            {
                "title": scale.title,
                "low": f"{scale.low:.4g}",
                "middle": f"{(scale.low + scale.high) / 2:.4g}",
                "high": f"{scale.high:.4g}",
                "gradient": colours.gradient(scale.name),
                "of": shot.picture.scene.title,
            }
            for scale, shot in zip(self._stage.scales, shots, strict=True)
        ]
        self._show_curves(look, seconds)

    def pick(self, place: Any) -> int:
        """Mark the particle under a place of the picture; returns it, -1 where there is none.

        Args:
            place: x and y from the top left [pixel], width and height of the whole [pixel], and the camera.

        Raises:
            InputError: when the page tells something else.
        """
        try:
            x, y, width, height = (float(part) for part in place[:4])
            told = place[4]
        except (TypeError, ValueError, IndexError):
            raise InputError("the page tells of no place to pick at; load it again.") from None
        if not self._pictures or width <= 0.0 or height <= 0.0:
            return NONE
        each = width / len(self._pictures)
        side = min(max(int(x // each), 0), len(self._pictures) - 1)
        start, direction = Camera.from_page(told).ray(x - side * each, y, each, height)
        found = particle_at(self._stage.layers[side], start, direction)
        self._state.look_picked = found
        return found

    def turn(self, told: Any, sideways: float, upwards: float, nearer: float = 1.0) -> Camera:
        """Turn the camera about what it looks at [degree]; returns where it is then."""
        camera = Camera.from_page(told).turned(sideways, upwards).nearer(nearer)
        self._stage.set_camera(camera)
        return camera

    def reset_camera(self) -> Camera:
        """Let everything be seen."""
        return self._stage.frame()

    def step(self, by: int = 1) -> bool:
        """Go to another instant; returns whether there was one."""
        after = int(self._state.look_time) + by
        if not 0 <= after < int(self._state.look_times):
            return False
        self._state.look_time = after
        return True

    def _scene(self, name: str, kind: str = "", voxel_size: str = "") -> Scene:
        from chemomech.experiments.case.units import parse_quantity
        from chemomech.experiments.scenes import open_scene

        path = self._workspace.inside(name, "path")
        if kind == STACK:
            size = parse_quantity(voxel_size, "m", "voxel size")
            return open_scene(path, voxel_size=size)
        return open_scene(path)

    def _asked(self) -> Look:
        state = self._state
        low, high = sorted((_share(state.look_low), _share(state.look_high)))
        return Look(
            field=str(state.look_field),
            time=int(state.look_time),
            parts=tuple(map(str, state.look_shown)),
            faint=tuple(map(str, state.look_faint)),
            cut=str(state.look_cut),
            at=_share(state.look_at),
            flipped=bool(state.look_flipped),
            low=low,
            high=high,
            fixed=bool(state.look_fixed),
            colours=str(state.look_colours),
            picked=int(state.look_picked),
        )

    def _show_curves(self, look: Look, seconds: float) -> None:
        if look.picked < 0:
            self._state.look_picked_says, self._state.look_charts = "", []
            return
        scene = self._pictures[0].scene
        place = scene.particles.ids.tolist().index(look.picked)
        radius, depth = scene.particles.radii[place], scene.particles.centres[place][2]
        self._state.look_picked_says = (
            f"Particle {look.picked}: radius {radius * 1e6:.3g} µm, {depth * 1e6:.3g} µm from the collector"
        )
        self._state.look_charts = charts_of(scene, look.picked, seconds)


def charts_of(scene: Scene, particle: int, seconds: float) -> list[str]:
    """Return charts of a particle: lithium, stress, and each damage that it has.

    Args:
        scene: with the particle.
        particle: which.
        seconds: instant that is marked [s].
    """
    from chemomech.experiments.scenes.display import plain_symbol, shown_in

    curves = dict(scene.curves(particle))
    long = len(scene.times) > 0 and float(scene.times[-1]) > 7200.0
    unit, factor = ("h", 1.0 / 3600.0) if long else ("s", 1.0)

    def drawn(title: str, names: list[str]) -> str:
        known = [curves[name] for name in names[:MOST_CURVES]]
        lines = [
            Line(curve.label if len(known) > 1 else "", curve.time * factor, curve.shown) for curve in known
        ]
        shown = shown_in(known[0].unit).unit
        symbol = plain_symbol(known[0].symbol) if len(known) == 1 else title.lower()
        return chart(title, f"time [{unit}]", f"{symbol} [{shown}]", lines, seconds * factor)

    charts = []
    for title, names in (("Lithium", LITHIUM), ("Stress", STRESS)):
        if known := [name for name in names if name in curves]:
            charts.append(drawn(title, known))
    rest = [name for name in curves if name not in (*LITHIUM, *STRESS) and _is_damage(name)]
    charts += [drawn(curves[name].label.capitalize(), [name]) for name in rest[:MOST_CURVES]]
    return charts


def _title(name: str, scene: Scene) -> str:
    return name if scene.title in name else f"{name} ({scene.title})"


def _titled(field: SceneField) -> dict[str, str]:
    return {"key": field.key, "title": field.title}


def _is_damage(name: str) -> bool:
    return any(
        word in name for word in ("crack", "damage", "strength", "energy_release", "bond", "isolated", "film")
    )


def _share(percent: Any) -> float:
    try:
        return min(max(float(percent) / 100.0, 0.0), 1.0)
    except (TypeError, ValueError):
        raise InputError(f"{percent!r} is no share between 0 and 100; move the slider.") from None


def _times(shots: list[Shot]) -> str:
    labels = [shot.picture.scene.time_label(shot.look.time) for shot in shots]
    return labels[0] if len(set(labels)) == 1 else " and ".join(labels)
