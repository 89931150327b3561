r"""The bond between particle and matrix: bilinear traction over opening, in mixed mode, with contact.

With the opening delta = (n, s) of the interface, n along the normal and s in the plane, m = max(n, 0) and
lambda^2 = m^2 + |s|^2,

    T = (1 - D) K0 delta    (the normal part K0 n, whatever D, for n < 0: the faces touch)
    D(kappa) = d_f (kappa - d_0) / (kappa (d_f - d_0)),   d_0 = T0/K0,   d_f = 2 Gamma/T0

kappa is the largest lambda / sqrt(rho) so far, and rho = G_c(B)/Gamma the toughness of the mode mix
B = |s|^2/lambda^2 after Benzeggagh and Kenane (Compos. Sci. Technol. 56 (1996) 439),

    G_c(B) = Gamma + (Gamma_s - Gamma) B^eta.

Both modes have the stiffness K0, so that the strength in shear is T0 sqrt(Gamma_s/Gamma): with any other one
what is dissipated depends on how the mode changes on the way (Turon et al., Eng. Fract. Mech. 77 (2010)
2506). Unloading goes to the origin. Openings have the components (normal, tangential, tangential).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError

Array = npt.NDArray[np.float64]

RESIDUAL_STIFFNESS = 1.0e-6
"""Share of K0 that is left of a broken bond, so that a loose particle has one place: kPa at 40 nm."""

SMALLEST_OPENING = 1.0e-30
"""Opening below which there is none [m]."""


@dataclass(frozen=True)
class CohesiveLaw:
    """Bilinear mixed-mode traction over opening.

    Attributes:
        strength: T0, in tension [Pa].
        energy: Gamma, to separate in tension [J/m2].
        stiffness: K0 of the intact bond and of touching faces [Pa/m].
        shear_energy: Gamma_s, to separate in shear [J/m2].
        mode_exponent: eta of Benzeggagh and Kenane [-].
    """

    strength: float
    energy: float
    stiffness: float
    shear_energy: float
    mode_exponent: float = 2.0

    def __post_init__(self) -> None:
        """Check that the bond softens before it is gone.

        Raises:
            InputError: If the opening at the strength is not below that at failure.
        """
        least = self.strength**2 / (2.0 * self.energy)
        if not self.stiffness > least:
            raise InputError(
                f"an interface of {self.strength / 1e6:.4g} MPa and {self.energy:.4g} J/m2 needs a stiffness "
                f"above T0^2/(2 Gamma) = {least:.3g} Pa/m, not {self.stiffness:.3g}; raise the stiffness or "
                "the energy, or lower the strength."
            )

    @property
    def onset(self) -> float:
        """d_0, opening in tension at which the bond softens [m]."""
        return self.strength / self.stiffness

    @property
    def failure(self) -> float:
        """d_f, opening in tension at which it is gone [m]."""
        return 2.0 * self.energy / self.strength

    def mode(self, opening: Array) -> Array:
        """B, share of shear in the squared opening [-], of openings of shape (..., 3)."""
        total = self._size(opening) ** 2
        shear = opening[..., 1] ** 2 + opening[..., 2] ** 2
        return np.divide(shear, total, out=np.zeros_like(total), where=total > SMALLEST_OPENING**2)

    def toughness(self, mode: Array) -> Array:
        """G_c(B) [J/m2]."""
        return self.energy + (self.shear_energy - self.energy) * mode**self.mode_exponent

    def reduced(self, opening: Array) -> Array:
        """Lambda / sqrt(rho) [m], what the largest opening kappa is counted in; shape (...)."""
        return self._size(opening) / np.sqrt(self.toughness(self.mode(opening)) / self.energy)

    def damage(self, largest: Array) -> Array:
        """D [-] of the largest reduced opening so far [m]."""
        onset, failure = self.onset, self.failure
        bound = np.clip(largest, onset, failure)
        return failure * (bound - onset) / (bound * (failure - onset))

    def spent_share(self, largest: Array) -> Array:
        """Share of the energy G_c that is spent [-], linear in kappa between onset and failure."""
        onset, failure = self.onset, self.failure
        return (np.clip(largest, onset, failure) - onset) / (failure - onset)

    def traction(self, opening: Array, largest: Array) -> Array:
        """Force per area that holds the faces together [Pa], shape (..., 3).

        Args:
            opening: Present opening [m], shape (..., 3).
            largest: kappa of the past [m], shape (...); the present one may exceed it.
        """
        share = self._share(np.maximum(largest, self.reduced(opening)))[..., None]
        pull = share * self.stiffness * opening
        pull[..., 0] = np.where(opening[..., 0] < 0.0, self.stiffness * opening[..., 0], pull[..., 0])
        return pull

    def tangent(self, opening: Array, largest: Array, softening: float = 1.0) -> Array:
        """Change of the traction with the opening [Pa/m], symmetric, shape (..., 3, 3).

        Where the mode mix turns, its share in the change is left out: it is not symmetric.

        Args:
            opening: Present opening [m], shape (..., 3).
            largest: kappa of the past [m], shape (...).
            softening: Share of the negative slope that is kept; with 0 all is positive semidefinite.
        """
        size, reduced = self._size(opening), self.reduced(opening)
        kappa = np.maximum(largest, reduced)
        share = self._share(kappa)
        result = (share * self.stiffness)[..., None, None] * np.eye(3)
        result[..., 0, 0] = np.where(opening[..., 0] < 0.0, self.stiffness, result[..., 0, 0])
        softens = (reduced > largest) & (kappa > self.onset) & (kappa < self.failure)
        slope = self.strength / (self.failure - self.onset)
        lost = np.where(softens, share * self.stiffness + softening * slope, 0.0)
        direction = self._positive(opening) / np.maximum(size, SMALLEST_OPENING)[..., None]
        return result - lost[..., None, None] * (direction[..., :, None] * direction[..., None, :])

    def stored(self, opening: Array, largest: Array) -> Array:
        """Energy that unloading gives back [J/m2], the past being ``largest`` [m]; shape (...)."""
        touching = np.minimum(opening[..., 0], 0.0)
        share = self._share(np.maximum(largest, self.reduced(opening)))
        return 0.5 * self.stiffness * (share * self._size(opening) ** 2 + touching**2)

    def dissipated(self, before: Array, after: Array, mode: Array) -> Array:
        """Energy spent as kappa grows at a mode mix [J/m2]: the share of (d_0, d_f) that is passed, of G_c.

        Args:
            before: kappa [m], shape (...).
            after: kappa [m], shape (...).
            mode: B [-], shape (...).
        """
        passed = self.spent_share(after) - self.spent_share(before)
        return self.toughness(mode) * np.maximum(passed, 0.0)

    def _share(self, kappa: Array) -> Array:
        return np.maximum(1.0 - self.damage(kappa), RESIDUAL_STIFFNESS)

    @staticmethod
    def _positive(opening: Array) -> Array:
        positive = opening.copy()
        positive[..., 0] = np.maximum(opening[..., 0], 0.0)
        return positive

    def _size(self, opening: Array) -> Array:
        return np.asarray(np.linalg.norm(self._positive(opening), axis=-1))
