"""Richardson extrapolation over meshes: the order that is observed, the limit, and the error of each mesh.

A quantity with the error C h^p on a mesh of size h differs between three meshes by

    (v_1 - v_2) / (v_2 - v_3) = (h_1^p - h_2^p) / (h_2^p - h_3^p),

which gives p, and v = v_3 - (v_2 - v_3) h_3^p / (h_2^p - h_3^p) as its limit (Roache, Annu. Rev. Fluid Mech.
29 (1997) 123; for ratios of sizes that differ: Celik et al., J. Fluids Eng. 130 (2008) 078001). For a
quantity with many components, such as a value a particle, the differences are norms over them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from chemomech.errors import InputError

Array = npt.NDArray[np.float64]

EXPECTED = (2.0, 3.0)
"""Orders that elements of second degree give, from stress and fluxes (2) to the fields themselves (3)."""

ADMITTED = (1.0, 4.5)
"""Observed orders with which the three meshes count as asymptotic: the expected ones with a margin. Averages
converge faster than fields, singular corners slower."""

ALIKE = 0.8
"""Least cosine between the two successive differences of a quantity with many components."""

_SMALLEST_ORDER, _LARGEST_ORDER = 0.05, 20.0
_SAME = 1e-14


@dataclass(frozen=True)
class Extrapolation:
    """What three or more meshes say about a quantity.

    Attributes:
        limit: extrapolated value of each component, shape (components,).
        orders: observed order of each three neighbouring meshes, coarsest first; NaN where the differences do
            not shrink.
        used_order: order that limit and errors rest on: that of the three finest meshes if they are
            asymptotic; else the lower of the expected ones where the order is larger, and the lowest admitted
            one otherwise.
        errors: largest distance of a component from the limit, for each mesh, shape (meshes,).
        asymptotic: whether the order of the three finest meshes is admitted, and their differences point the
            same way.
    """

    limit: Array
    orders: tuple[float, ...]
    used_order: float
    errors: Array
    asymptotic: bool


def richardson(values: npt.ArrayLike, sizes: npt.ArrayLike) -> Extrapolation:
    """Extrapolate a quantity to a mesh of size zero.

    Args:
        values: on each mesh, coarsest first, shape (meshes,) or (meshes, components).
        sizes: of the meshes, falling, in any unit, shape (meshes,).

    Raises:
        InputError: for fewer than three meshes, sizes that do not fall, or values that are not finite.
    """
    v, h = np.asarray(values, dtype=np.float64), np.asarray(sizes, dtype=np.float64)
    v = v.reshape(h.size, -1)
    if h.size < 3:
        raise InputError(f"an extrapolation needs three meshes, got {h.size}; run another one.")
    if not (np.all(np.diff(h) < 0.0) and h[-1] > 0.0):
        raise InputError(
            f"the mesh sizes are {', '.join(f'{size:.4g}' for size in h)}; they must fall and stay above 0."
        )
    if not np.isfinite(v).all():
        raise InputError("an extrapolation got values that are not finite; leave them out.")
    orders = tuple(_order(v[k : k + 3], h[k : k + 3]) for k in range(h.size - 2))
    order = orders[-1]
    if np.linalg.norm(v[-2] - v[-1]) <= _SAME * max(float(np.linalg.norm(v[-1])), _SAME):
        return Extrapolation(v[-1], orders, EXPECTED[0], np.abs(v - v[-1]).max(axis=1), True)
    same_way = _same_way(v[-3:])
    asymptotic = same_way and bool(ADMITTED[0] <= order <= ADMITTED[1])
    careful = EXPECTED[0] if same_way and order > ADMITTED[1] else ADMITTED[0]
    used = order if asymptotic else careful
    share = h[-1] ** used / (h[-2] ** used - h[-1] ** used)
    limit = v[-1] + (v[-1] - v[-2]) * share
    return Extrapolation(limit, orders, used, np.abs(v - limit).max(axis=1), asymptotic)


def _order(values: Array, sizes: Array) -> float:
    """Observed order of three meshes; NaN where the differences do not shrink."""
    first, second = (float(np.linalg.norm(values[k] - values[k + 1])) for k in (0, 1))
    if second == 0.0 or first == 0.0:
        return float("nan")
    scaled = sizes / sizes[0]

    def missing(order: float) -> float:
        coarse, middle, fine = scaled**order
        return float(np.log((coarse - middle) / (middle - fine)) - np.log(first / second))

    if missing(_SMALLEST_ORDER) > 0.0:
        return float("nan")
    if missing(_LARGEST_ORDER) < 0.0:
        return float("inf")
    return float(brentq(missing, _SMALLEST_ORDER, _LARGEST_ORDER, xtol=1e-10))


def _same_way(values: Array) -> bool:
    first, second = values[0] - values[1], values[1] - values[2]
    size = float(np.linalg.norm(first) * np.linalg.norm(second))
    return size > 0.0 and float(first @ second) >= ALIKE * size
