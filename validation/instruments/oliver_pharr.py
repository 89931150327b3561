r"""From a load-displacement curve to hardness and reduced modulus (Oliver and Pharr 1992).

The upper part of the unloading is fitted with P = B (h - h_f)^m; then

    S = m P_max / (h_max - h_f),   h_c = h_max - eps P_max / S,   A = c h_c^2,
    H = P_max / A,                 E_r = sqrt(pi) S / (2 beta sqrt(A)).

Paper 000 prints E_r as the sum of the two moduli; its numbers can only come from the sum of compliances
(physics notes section 4b), which :func:`.contact.reduced_modulus` is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import poch

from chemomech.errors import InputError
from chemomech.validation.instruments.state import Array

_PRECISE = {"xatol": 1.0e-9}
"""How far the search for the residual depth goes on, in the logarithm of a length."""


@dataclass(frozen=True, eq=False)
class LoadCurve:
    """What the transducer records.

    Attributes:
        time: [s], shape (n,).
        load: [N], shape (n,).
        depth: [m], shape (n,).
        unloading: Index of the first sample of the unloading.
    """

    time: Array
    load: Array
    depth: Array
    unloading: int


@dataclass(frozen=True)
class Indent:
    """What the analysis makes of one curve.

    Attributes:
        reduced_modulus: E_r [Pa].
        hardness: H [Pa].
        stiffness: S = dP/dh at the start of unloading [N/m].
        contact_depth: h_c [m].
        contact_area: A [m2].
        largest_depth: h_max [m].
    """

    reduced_modulus: float
    hardness: float
    stiffness: float
    contact_depth: float
    contact_area: float
    largest_depth: float

    @property
    def triangle_side(self) -> float:
        """Side of the contact triangle [m]."""
        return float(np.sqrt(4.0 * self.contact_area / np.sqrt(3.0)))


def intercept_factor(exponent: float) -> float:
    """Intercept factor of an unloading exponent m: 0.727 for 2.

    Pharr and Bolshakov, J. Mater. Res. 17 (2002) 2660.
    """
    if exponent <= 1.0:
        return 1.0
    k = 0.5 / (exponent - 1.0)
    # Gamma(k + 1/2) / Gamma(k), with k + 1/2 = m k; the two alone overflow near m = 1.
    ratio = poch(k, 0.5)
    return float(exponent * (1.0 - ratio / (k * np.sqrt(np.pi))))


@dataclass(frozen=True)
class OliverPharr:
    """The analysis and its constants.

    Attributes:
        intercept: eps [-]; 0.75 is what instruments use, 0.727 is exact for an elastic cone.
        correction: beta [-]; 1 as in paper 000, 1.034 for a triangle.
        area_factor: c in A = c h_c^2 [-]; 24.5 for Berkovich.
        fitted_share: Part of the unloading, from the top in load, that is fitted [-].
    """

    intercept: float = 0.75
    correction: float = 1.0
    area_factor: float = 24.5
    fitted_share: float = 0.75

    def analyse(self, curve: LoadCurve) -> Indent:
        """Read a curve.

        Raises:
            InputError: If the unloading does not fall, or holds fewer than five samples to fit.
        """
        top = float(curve.load.max())
        load, depth = curve.load[curve.unloading :], curve.depth[curve.unloading :]
        kept = load > (1.0 - self.fitted_share) * top
        load, depth = load[kept], depth[kept]
        if len(load) < 5 or not depth[0] > depth[-1]:
            span = 1e9 * float(depth[0] - depth[-1]) if len(load) else 0.0
            raise InputError(
                f"the unloading holds {len(load)} samples over {span:.3g} nm; it needs at "
                "least 5 and a depth that falls: record more of it."
            )
        residual, exponent = _power_law(load, depth)
        span = float(depth[0]) - residual
        stiffness = exponent * float(load[0]) / span
        contact = float(depth[0]) - self.intercept * float(load[0]) / stiffness
        if contact <= 0.0:
            raise InputError(
                f"the contact depth comes out at {1e9 * contact:.3g} nm, but must be greater than 0 nm; the "
                "sample is softer than the analysis allows, or the zero of depth is wrong."
            )
        return self.indent(top, stiffness, contact, float(depth[0]))

    def indent(self, load: float, stiffness: float, contact_depth: float, largest_depth: float) -> Indent:
        """Hardness and modulus from load [N], stiffness [N/m] and depths [m]."""
        area = self.area_factor * contact_depth**2
        modulus = np.sqrt(np.pi) * stiffness / (2.0 * self.correction * np.sqrt(area))
        return Indent(float(modulus), load / area, stiffness, contact_depth, area, largest_depth)


def _power_law(load: Array, depth: Array) -> tuple[float, float]:
    """Residual depth h_f [m] and exponent m of P = B (h - h_f)^m, by a search for h_f.

    For a given h_f the logarithm is a straight line, so that the search has one unknown.
    """
    logarithm = np.log(load)
    weight = load / load.sum()
    span = float(depth[0] - depth[-1])

    def fit(below: float) -> tuple[float, float]:
        x = np.log(depth - (float(depth.min()) - below))
        dx, dy = x - weight @ x, logarithm - weight @ logarithm
        slope = float(weight @ (dx * dy) / (weight @ (dx * dx)))
        return float(weight @ (dy - slope * dx) ** 2), slope

    ends = np.log([1.0e-3 * span, 30.0 * span])
    optimum = minimize_scalar(
        lambda logarithm: fit(float(np.exp(logarithm)))[0], bounds=ends, method="bounded", options=_PRECISE
    )
    below = float(np.exp(optimum.x))
    return float(depth.min()) - below, fit(below)[1]
