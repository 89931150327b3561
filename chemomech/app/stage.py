"""Pictures as a VTK scene that the browser draws: one beside the other, seen by one camera."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import vtkmodules.vtkInteractionStyle  # noqa: F401  the scene is turned by it
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401  VTK finds its renderer by this
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkRenderingCore import (
    vtkActor,
    vtkColorTransferFunction,
    vtkPolyDataMapper,
    vtkRenderer,
    vtkRenderWindow,
)

from chemomech.app import colours
from chemomech.app.picking import Camera
from chemomech.app.picture import CELLS, VALUES, Layer, Look, Picture, Scale

BACKGROUND = (1.0, 1.0, 1.0)
NODES = 64
"""Of a colour map, as it is sent to the browser."""
AMBIENT, DIFFUSE = 0.5, 0.55
"""Of all surfaces: what turns away from the light stays close to its colour on the bar."""

_PLACES = np.linspace(0, colours.STEPS - 1, NODES).round().astype(int)


@dataclass(frozen=True)
class Shot:
    """A picture and how it is looked at."""

    picture: Picture
    look: Look


class Stage:
    """A render window of one or two pictures."""

    def __init__(self) -> None:
        self.window = vtkRenderWindow()
        self.window.SetOffScreenRendering(1)
        self._renderers: list[Any] = []
        self._layers: list[list[Layer]] = []
        self._scales: list[Scale] = []
        self._drawn: list[list[_Drawn]] = []
        self._marked: list[tuple[Any, vtkActor | None]] = []
        self._add_renderer()

    @property
    def scales(self) -> Sequence[Scale]:
        """Of the colours of each picture."""
        return self._scales

    @property
    def layers(self) -> Sequence[Sequence[Layer]]:
        """That are drawn of each picture."""
        return self._layers

    def show(self, shots: Sequence[Shot], same_colours: bool = True) -> None:
        """Draw pictures from left to right.

        Args:
            shots: one or two.
            same_colours: whether the colours of both have the same ends where they show the same quantity.
        """
        while len(self._renderers) < len(shots):
            self._add_renderer()
        while len(self._renderers) > max(len(shots), 1):
            self.window.RemoveRenderer(self._renderers.pop())
            self._drawn.pop()
            self._marked.pop()
        self._scales = _together([shot.picture.scale(shot.look) for shot in shots], same_colours)
        self._layers = [shot.picture.layers(shot.look) for shot in shots]
        for number, shot in enumerate(shots):
            renderer = self._renderers[number]
            renderer.SetViewport(number / len(shots), 0.0, (number + 1) / len(shots), 1.0)
            drawn = self._drawn_again(number, self._layers[number])
            for layer, one in zip(self._layers[number], drawn, strict=True):
                one.show(layer, self._scales[number])
            self._put(number, drawn, shot.picture.marked(shot.look))

    def _drawn_again(self, number: int, layers: Sequence[Layer]) -> list[_Drawn]:
        """Actors of layers, those that are there already where they fit."""
        before = list(self._drawn[number])
        found = []
        for layer in layers:
            same = next((one for one in before if one.fits(layer)), None)
            if same is not None:
                before.remove(same)
            found.append(same or _Drawn(layer))
        return found

    def _put(self, number: int, drawn: list[_Drawn], marked: Any) -> None:
        """Let a renderer show these actors and no others."""
        if marked is not self._marked[number][0]:
            self._marked[number] = marked, None if marked is None else _outline(marked)
        outline = self._marked[number][1]
        wanted = [one.actor for one in drawn] + ([] if outline is None else [outline])
        renderer, props = self._renderers[number], self._renderers[number].GetViewProps()
        shown = [props.GetItemAsObject(place) for place in range(props.GetNumberOfItems())]
        if shown != wanted:
            renderer.RemoveAllViewProps()
            for actor in wanted:
                renderer.AddActor(actor)
        self._drawn[number] = drawn

    def frame(self) -> Camera:
        """Move the camera so that all is seen, from the side with the collector below; returns it."""
        renderer = self._renderers[0]
        camera = renderer.GetActiveCamera()
        low, high = self._extent()
        focus, size = (low + high) / 2.0, float(np.linalg.norm(high - low)) or 1.0
        direction = np.array([0.55, -0.75, 0.35])
        direction /= np.linalg.norm(direction)
        camera.SetFocalPoint(*focus)
        camera.SetPosition(*(focus + direction * size / (2.0 * np.tan(np.radians(15.0)))))
        camera.SetViewUp(0.0, 0.0, 1.0)
        camera.SetViewAngle(30.0)
        self.clip()
        return self.camera()

    def camera(self) -> Camera:
        """Return where the camera is."""
        camera = self._renderers[0].GetActiveCamera()
        parts = camera.GetPosition(), camera.GetFocalPoint(), camera.GetViewUp()
        position, focus, up = (np.array(part) for part in parts)
        return Camera(position, focus, up, camera.GetViewAngle())

    def set_camera(self, camera: Camera) -> None:
        """Move the camera."""
        seen = self._renderers[0].GetActiveCamera()
        seen.SetPosition(*camera.position)
        seen.SetFocalPoint(*camera.focus)
        seen.SetViewUp(*camera.up)
        self.clip()

    def clip(self) -> None:
        """Let everything lie between the planes near and far."""
        for renderer in self._renderers:
            renderer.ResetCameraClippingRange()

    def _extent(self) -> tuple[Any, Any]:
        bounds = [layer.mesh.bounds for layers in self._layers for layer in layers]
        ends = np.array(bounds or [(0.0, 1.0) * 3])
        return ends[:, ::2].min(axis=0), ends[:, 1::2].max(axis=0)

    def _add_renderer(self) -> None:
        renderer = vtkRenderer()
        renderer.SetBackground(*BACKGROUND)
        if self._renderers:
            renderer.SetActiveCamera(self._renderers[0].GetActiveCamera())
        self.window.AddRenderer(renderer)
        self._renderers.append(renderer)
        self._drawn.append([])
        self._marked.append((None, None))


def _together(scales: list[Scale], same_colours: bool) -> list[Scale]:
    if not same_colours or len({scale.title for scale in scales}) != 1:
        return scales
    low, high = min(scale.low for scale in scales), max(scale.high for scale in scales)
    return [Scale(scale.title, low, high, scale.name) for scale in scales]


class _Drawn:
    """A layer as an actor, which stays the same while only its values and colours change.

    The browser keeps what it has made of an actor: new values alone travel, and nothing is compiled anew.

    Args:
        layer: with the surface.
    """

    def __init__(self, layer: Layer) -> None:
        self._mesh, self._on = layer.mesh, layer.on
        self._valued, self._opacity = layer.values is not None, layer.opacity
        self._scale: Scale | None = None
        self._values: Any = None
        self._data, self._mapper, self.actor = _light(layer.mesh), vtkPolyDataMapper(), vtkActor()
        self._mapper.SetInputData(self._data)
        seen = self.actor.GetProperty()
        seen.SetOpacity(layer.opacity)
        seen.SetAmbient(AMBIENT)
        seen.SetDiffuse(DIFFUSE)
        seen.SetSpecular(0.0)
        if self._valued:
            if layer.on == CELLS:
                self._mapper.SetScalarModeToUseCellFieldData()
            else:
                self._mapper.SetScalarModeToUsePointFieldData()
            self._mapper.SelectColorArray(VALUES)
            self._mapper.SetInterpolateScalarsBeforeMapping(layer.on != CELLS)
        else:
            self._mapper.ScalarVisibilityOff()
            seen.SetColor(*colours.rgb(colours.NO_VALUE))
        self.actor.SetMapper(self._mapper)

    def fits(self, layer: Layer) -> bool:
        """Whether a layer differs in values alone."""
        return (
            layer.mesh is self._mesh
            and layer.on == self._on
            and layer.opacity == self._opacity
            and (layer.values is not None) == self._valued
        )

    def show(self, layer: Layer, scale: Scale) -> None:
        """Take the values of a layer that fits."""
        if layer.values is None:
            return
        values = np.ascontiguousarray(layer.values, dtype=np.float32)
        if self._values is None or not np.array_equal(values, self._values, equal_nan=True):
            array = numpy_to_vtk(values, deep=True)
            array.SetName(VALUES)
            data = self._data.GetCellData() if layer.on == CELLS else self._data.GetPointData()
            data.SetScalars(array)
            self._data.Modified()
            self._values = values
        if scale != self._scale:
            self._mapper.SetLookupTable(_lookup(scale))
            self._mapper.SetScalarRange(scale.low, scale.high)
            self._scale = scale


def _light(mesh: Any) -> vtkPolyData:
    """The geometry and nothing else: that, with the values, is all that travels to the browser."""
    light = vtkPolyData()
    light.SetPoints(mesh.GetPoints())
    light.SetPolys(mesh.GetPolys())
    normals = mesh.GetPointData().GetNormals()
    if normals is not None:
        light.GetPointData().SetNormals(normals)
    return light


def _lookup(scale: Scale) -> vtkColorTransferFunction:
    lookup = vtkColorTransferFunction()
    for value, colour in zip(
        np.linspace(scale.low, scale.high, NODES), colours.table(scale.name)[_PLACES], strict=True
    ):
        lookup.AddRGBPoint(float(value), *map(float, colour))
    lookup.ClampingOn()
    return lookup


def _outline(mesh: Any) -> vtkActor:
    mapper, actor = vtkPolyDataMapper(), vtkActor()
    light = vtkPolyData()
    light.SetPoints(mesh.GetPoints())
    light.SetPolys(mesh.GetPolys())
    mapper.SetInputData(light)
    mapper.ScalarVisibilityOff()
    actor.SetMapper(mapper)
    seen = actor.GetProperty()
    seen.SetRepresentationToWireframe()
    seen.SetColor(*colours.rgb(colours.PICKED))
    seen.SetLineWidth(2.0)
    seen.LightingOff()
    return actor
