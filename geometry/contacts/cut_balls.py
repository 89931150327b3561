"""A ball within half-spaces: its volume, what is left of its sphere, and its flat faces.

With the divergence theorem the volume is a third of the sum over the faces of area times distance from the
centre, so that only areas are needed: of what the half-spaces leave of the sphere and of circles. Both are
integrals over rings, of each of which every half-space takes an arc; the length of the union of the arcs is
exact and the integral over the rings is a sum over midpoints.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from .arcs import angle_left, frame_across

FloatArray = npt.NDArray[np.float64]

SPHERE_RINGS = 6000
DISC_RINGS = 1500
REMEMBERED = 50_000  # balls, less than 1 kB each

# Rings about an axis that no plane is square to: there, the angle that is left would jump.
_UP = np.array([0.31, 0.57, 0.83])
_UP /= np.linalg.norm(_UP)
_FRAME = frame_across(_UP)
_HEIGHT = (np.arange(SPHERE_RINGS) + 0.5) * 2.0 / SPHERE_RINGS - 1.0
_MIDDLE, _RING = _HEIGHT[:, None] * _UP, np.sqrt(1.0 - _HEIGHT**2)  # of the unit sphere
_DISC = np.sqrt((np.arange(DISC_RINGS) + 0.5) / DISC_RINGS)  # of the unit disc


def cut_ball(radius: float, planes: FloatArray) -> tuple[float, float, FloatArray]:
    """Volume, area of what is left of the sphere, and area of the flat face in each plane.

    Better than 1e-5 of the whole ball. What was measured lately is remembered: most balls of a layout stay as
    they are from one step of a contact rule to the next, and several users ask for the same layout.

    Args:
        radius: of the ball about the origin [m].
        planes: half-spaces `n @ x <= h` as rows (nx, ny, nz, h), n a unit normal and h in m, shape (k, 4).

    Returns:
        Volume [m3], area [m2] and areas of the flat faces [m2], shape (k,).
    """
    volume, area, faces = _measured(radius, np.ascontiguousarray(planes, dtype=np.float64).tobytes())
    return volume, area, np.frombuffer(faces)


@lru_cache(maxsize=REMEMBERED)
def _measured(radius: float, planes: bytes) -> tuple[float, float, bytes]:
    rows = np.frombuffer(planes).reshape(-1, 4)
    normals, offsets = rows[:, :3], rows[:, 3]
    left = angle_left(normals, offsets, radius * _MIDDLE, radius * _RING, _FRAME)
    area = radius**2 * float(left.sum()) * 2.0 / SPHERE_RINGS
    faces = np.array([_face(radius, normals, offsets, row) for row in range(len(rows))], dtype=np.float64)
    return (radius * area + float(offsets @ faces)) / 3.0, area, faces.tobytes()


def _face(radius: float, normals: FloatArray, offsets: FloatArray, row: int) -> float:
    """What the other half-spaces leave of the circle in which a plane cuts the sphere [m2]."""
    normal, offset = normals[row], offsets[row]
    squared = radius**2 - offset**2
    if squared <= 0.0:
        return 0.0
    slope = normals @ normal
    farthest = np.sqrt(np.maximum(1.0 - slope**2, 0.0)) * np.sqrt(squared) + offset * slope
    cutting = farthest > offsets
    cutting[row] = False
    if not cutting.any():
        return float(np.pi * squared)
    middle = np.broadcast_to(offset * normal, (DISC_RINGS, 3))
    angle = angle_left(
        normals[cutting], offsets[cutting], middle, np.sqrt(squared) * _DISC, frame_across(normal)
    )
    return float(0.5 * squared * angle.mean())
