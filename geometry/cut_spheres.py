"""Volume and curved surface of spheres that the walls of a box cut.

Both are integrals over the height z of what the box leaves of a circle of radius sqrt(R^2 - (z - z_c)^2): its
area for the volume, its arc for the surface (Archimedes: a sphere has the surface R dphi dz everywhere). Area
and arc are closed forms; the integrand has kinks where the circle starts to touch a wall or an edge of the
box, so that the height is split there and each piece is integrated with Gauss points that crowd at its ends.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

POINTS = 24  # per piece; the error is then below 1e-10 of the volume
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(POINTS)


def inside_volumes_and_areas(
    centres: FloatArray, radii: FloatArray, box: tuple[float, float, float]
) -> tuple[FloatArray, FloatArray]:
    """Volume of each sphere inside the box, and area of its curved surface inside the box.

    Args:
        centres: sphere centres [m], shape (n, 3); they may lie outside the box.
        radii: sphere radii [m], shape (n,).
        box: edge lengths [m]; the box starts at the origin.

    Returns:
        Volumes [m3] and areas [m2], both of shape (n,). Flat faces on the walls are not part of the area.
    """
    volumes, areas = 4.0 / 3.0 * np.pi * radii**3, 4.0 * np.pi * radii**2
    walls = np.stack([-centres, np.asarray(box) - centres], axis=-1) / radii[:, None, None]  # (n, axis, side)
    for row in np.flatnonzero((np.abs(walls) < 1.0).any(axis=(1, 2)) | _wholly_outside(walls)):
        volume, area = _unit_sphere(walls[row])
        volumes[row], areas[row] = volume * radii[row] ** 3, area * radii[row] ** 2
    return volumes, areas


def _wholly_outside(walls: FloatArray) -> npt.NDArray[np.bool_]:
    return ((walls[:, :, 0] >= 1.0) | (walls[:, :, 1] <= -1.0)).any(axis=1)


def _unit_sphere(walls: FloatArray) -> tuple[float, float]:
    """Volume and curved area of the unit sphere at the origin within walls, shape (3, 2)."""
    low, high = max(float(walls[2, 0]), -1.0), min(float(walls[2, 1]), 1.0)
    if low >= high:
        return 0.0, 0.0
    x, y = walls[0], walls[1]
    squared = np.concatenate([x**2, y**2, (x[:, None] ** 2 + y[None, :] ** 2).ravel()])
    kink = np.sqrt(np.maximum(1.0 - squared[squared < 1.0], 0.0))
    heights = np.concatenate([kink, -kink])
    edges = np.unique(np.concatenate([[low, high], heights[(heights > low) & (heights < high)]]))
    middle, half = 0.5 * (edges[1:] + edges[:-1])[:, None], 0.5 * np.diff(edges)[:, None]
    angle = 0.5 * np.pi * _NODES  # z = middle + half sin(angle): square roots at the ends become smooth
    z = (middle + half * np.sin(angle)).ravel()
    weight = (half * 0.5 * np.pi * np.cos(angle) * _WEIGHTS).ravel()
    radius = np.sqrt(np.maximum(1.0 - z**2, 1e-300))
    return float(weight @ _within(_area, x, y, radius)), float(weight @ _within(_arc, x, y, radius))


def _within(measure, x: FloatArray, y: FloatArray, radius: FloatArray) -> FloatArray:  # type: ignore[no-untyped-def]
    """Measure of the circles within the rectangle, from quarter planes by inclusion and exclusion."""
    return (
        measure(x[1], y[1], radius)
        - measure(x[0], y[1], radius)
        - measure(x[1], y[0], radius)
        + measure(x[0], y[0], radius)
    )


def _area(a: float, b: float, radius: FloatArray) -> FloatArray:
    """Area of the disk of each radius in the quarter plane x <= a, y <= b."""
    bound = np.clip(a, -radius, radius)
    cross = np.sqrt(np.maximum(radius**2 - b**2, 0.0))  # |x| where the circle meets y = b

    def half_disk(x: FloatArray) -> FloatArray:
        ratio = np.clip(x / radius, -1.0, 1.0)
        return 0.5 * (x * np.sqrt(np.maximum(radius**2 - x**2, 0.0)) + radius**2 * np.arcsin(ratio))

    def between(low: FloatArray, high: FloatArray) -> FloatArray:
        return np.where(high > low, half_disk(high) - half_disk(low), 0.0)

    outer = between(-radius, np.minimum(bound, -cross)) + between(cross, bound)
    end = np.clip(bound, -cross, cross)
    inner = between(-cross, end) + b * (end + cross)
    return inner + (2.0 * outer if b > 0 else 0.0 * outer)


def _arc(a: float, b: float, radius: FloatArray) -> FloatArray:
    """Angle of the circle of each radius in the quarter plane x <= a, y <= b."""
    right = np.arccos(np.clip(a / radius, -1.0, 1.0))  # cut off: |angle| < right
    top = np.arccos(np.clip(b / radius, -1.0, 1.0))  # cut off: |angle - pi/2| < top
    both = np.zeros_like(radius)
    for middle in (0.5 * np.pi, -1.5 * np.pi):
        both += np.maximum(np.minimum(right, middle + top) - np.maximum(-right, middle - top), 0.0)
    return 2.0 * np.pi - 2.0 * right - 2.0 * top + both
