"""Which particle lies under a place of the picture: a ray from the eye, and the first surface it meets."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from chemomech.app.picture import PARTICLE, Layer
from chemomech.errors import InputError

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Camera:
    """Where the eye is, in the unit of the picture.

    Attributes:
        position: of the eye, shape (3,).
        focus: what it looks at, shape (3,).
        up: upright direction, shape (3,).
        angle: of view, from bottom to top [degree].
        parallel_scale: half the height of the picture where its rays are parallel; None where they meet.
    """

    position: Vector
    focus: Vector
    up: Vector
    angle: float = 30.0
    parallel_scale: float | None = None

    @classmethod
    def from_page(cls, told: Any) -> Self:
        """Read what the page tells of its camera.

        Raises:
            InputError: when it is no camera.
        """
        try:
            position, focus, up = (
                np.array([float(part) for part in told[name]])
                for name in ("position", "focalPoint", "viewUp")
            )
            if not all(v.shape == (3,) and np.isfinite(v).all() for v in (position, focus, up)):
                raise ValueError
            parallel = bool(told.get("parallelProjection", False))
            scale = float(told["parallelScale"]) if parallel else None
            return cls(position, focus, up, float(told.get("viewAngle", 30.0)), scale)
        except (TypeError, ValueError, KeyError, AttributeError):
            raise InputError("the page tells of no camera; load it again.") from None

    def to_page(self) -> Mapping[str, Any]:
        """Tell the page where the camera is."""
        return {
            "position": self.position.tolist(),
            "focalPoint": self.focus.tolist(),
            "viewUp": self.up.tolist(),
            "viewAngle": self.angle,
            "centerOfRotation": self.focus.tolist(),
        }

    def ray(self, x: float, y: float, width: float, height: float) -> tuple[Vector, Vector]:
        """Return start and direction of the ray through a place of the picture.

        Args:
            x: from its left edge [pixel].
            y: from its top edge [pixel].
            width: of the picture [pixel].
            height: of the picture [pixel].
        """
        ahead = _unit(self.focus - self.position)
        right = _unit(np.cross(ahead, self.up))
        upright = np.cross(right, ahead)
        across, above = (2.0 * x - width) / height, 1.0 - 2.0 * y / height
        if self.parallel_scale is not None:
            start = self.position + self.parallel_scale * (across * right + above * upright)
            return start, ahead
        half = math.tan(math.radians(self.angle) / 2.0)
        return self.position, _unit(ahead + half * (across * right + above * upright))

    def turned(self, sideways: float, upwards: float) -> Camera:
        """Return the camera after it has gone around its focus [degree]."""
        arm = self.position - self.focus
        up = _unit(self.up)
        arm, side = _rotated(arm, up, sideways), None
        side = _unit(np.cross(up, arm))
        arm, up = _rotated(arm, side, -upwards), _rotated(up, side, -upwards)
        return Camera(self.focus + arm, self.focus, up, self.angle, self.parallel_scale)

    def nearer(self, factor: float) -> Camera:
        """Return the camera at a distance that is so many times smaller."""
        arm = (self.position - self.focus) / factor
        scale = None if self.parallel_scale is None else self.parallel_scale / factor
        return Camera(self.focus + arm, self.focus, self.up, self.angle, scale)


def particle_at(layers: Iterable[Layer], start: Vector, direction: Vector) -> int:
    """Return the particle that a ray meets first; -1 where it meets none.

    Translucent surfaces are looked through.

    Args:
        layers: what is drawn.
        start: of the ray, shape (3,).
        direction: of length 1, shape (3,).
    """
    from vtkmodules.vtkCommonCore import mutable
    from vtkmodules.vtkCommonDataModel import vtkStaticCellLocator

    nearest, found = math.inf, -1
    for layer in layers:
        if layer.opacity < 1.0:
            continue
        centre = np.asarray(layer.mesh.center)
        end = start + direction * (np.linalg.norm(centre - start) + layer.mesh.length)
        locator = vtkStaticCellLocator()
        locator.SetDataSet(layer.mesh)
        locator.BuildLocator()
        share, at, inner = mutable(0.0), [0.0] * 3, [0.0] * 3
        piece, cell = mutable(0), mutable(-1)
        if not locator.IntersectWithLine(start, end, 1e-9, share, at, inner, piece, cell):
            continue
        distance = float(np.linalg.norm(np.asarray(at) - start))
        if distance < nearest:
            nearest, found = distance, int(layer.mesh.cell_data[PARTICLE][int(cell)])
    return found


def _unit(vector: Vector) -> Vector:
    length = float(np.linalg.norm(vector))
    if length == 0.0:
        raise InputError("the camera looks nowhere; reset it.")
    return np.asarray(vector / length)


def _rotated(vector: Vector, axis: Vector, degrees: float) -> Vector:
    """Rodrigues' formula."""
    angle = math.radians(degrees)
    return np.asarray(
        vector * math.cos(angle)
        + np.cross(axis, vector) * math.sin(angle)
        + axis * float(axis @ vector) * (1.0 - math.cos(angle))
    )
