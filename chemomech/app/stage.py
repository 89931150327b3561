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
        self._scales = _together([shot.picture.scale(shot.look) for shot in shots], same_colours)
        self._layers = [shot.picture.layers(shot.look) for shot in shots]
        for number, shot in enumerate(shots):
            renderer = self._renderers[number]
            renderer.SetViewport(number / len(shots), 0.0, (number + 1) / len(shots), 1.0)
            renderer.RemoveAllViewProps()
            for layer in self._layers[number]:
                renderer.AddActor(_actor(layer, self._scales[number]))
            if (marked := shot.picture.marked(shot.look)) is not None:
                renderer.AddActor(_outline(marked))

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


def _together(scales: list[Scale], same_colours: bool) -> list[Scale]:
    if not same_colours or len({scale.title for scale in scales}) != 1:
        return scales
    low, high = min(scale.low for scale in scales), max(scale.high for scale in scales)
    return [Scale(scale.title, low, high, scale.name) for scale in scales]


def _actor(layer: Layer, scale: Scale) -> vtkActor:
    mapper, actor = vtkPolyDataMapper(), vtkActor()
    mapper.SetInputData(_light(layer))
    if layer.values is None:
        mapper.ScalarVisibilityOff()
        actor.GetProperty().SetColor(*colours.rgb(colours.NO_VALUE))
    else:
        if layer.on == CELLS:
            mapper.SetScalarModeToUseCellFieldData()
        else:
            mapper.SetScalarModeToUsePointFieldData()
        mapper.SelectColorArray(VALUES)
        mapper.SetLookupTable(_lookup(scale))
        mapper.SetScalarRange(scale.low, scale.high)
        mapper.SetInterpolateScalarsBeforeMapping(layer.on != CELLS)
    actor.SetMapper(mapper)
    actor.GetProperty().SetOpacity(layer.opacity)
    actor.GetProperty().SetAmbient(0.25)
    actor.GetProperty().SetDiffuse(0.8)
    return actor


def _light(layer: Layer) -> vtkPolyData:
    """The geometry with the values and nothing else: that is all that travels to the browser."""
    light = vtkPolyData()
    light.SetPoints(layer.mesh.GetPoints())
    light.SetPolys(layer.mesh.GetPolys())
    normals = layer.mesh.GetPointData().GetNormals()
    if normals is not None:
        light.GetPointData().SetNormals(normals)
    if layer.values is not None:
        array = numpy_to_vtk(np.ascontiguousarray(layer.values, dtype=np.float32), deep=True)
        array.SetName(VALUES)
        (light.GetCellData() if layer.on == CELLS else light.GetPointData()).SetScalars(array)
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
