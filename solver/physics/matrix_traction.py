r"""Traction of a matrix on spheres that swell or shrink in it: a mean-field estimate.

The mean stress of the spheres follows exactly from the effective moduli K*, G* of spheres and matrix (Levin,
Mech. Solids 2 (1967) 58): with the volume fraction p of the spheres, their mean free strain e0 and the mean
strain E of the whole,

    S = 3 K* (E - e*),   e* = e0 (1/K* - 1/K_m)/(1/K_p - 1/K_m),
    p e_p (3 K_p - 3 K_m) = S + 3 p K_p e0 - 3 K_m E,   <t> = 3 K_p (e_p - e0),

and likewise without a misfit for the deviator. The moduli are those of random hard spheres to third order
(``third_order``); to second order the estimate is that of Mori and Tanaka. What the electrode as a whole may
do fixes E (``Support``). A sphere that differs from the mean has the traction of a single sphere in the
matrix, t = <t> - (e0 - <e0>)/C with C = 1/(4 G_m) + 1/(3 K_p).

Left out of the estimate are neighbours, the collector and the free side: all spheres of one electrode have
the same surroundings (``MeanField``). Where the stress of each sphere under a misfit common to all is known,
from fields around the spheres themselves, it takes the place of <t> (``SolvedLayout``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from chemomech.materials import CarbonBinderMatrix, bounds

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Moduli:
    """Isotropic elasticity.

    Attributes:
        bulk: K [Pa].
        shear: G [Pa].
    """

    bulk: float
    shear: float

    @classmethod
    def of(cls, youngs_modulus: float, poisson_ratio: float) -> Self:
        """From E [Pa] and nu."""
        return cls(
            youngs_modulus / (3.0 * (1.0 - 2.0 * poisson_ratio)),
            youngs_modulus / (2.0 * (1.0 + poisson_ratio)),
        )

    @classmethod
    def of_matrix(cls, matrix: CarbonBinderMatrix) -> Self:
        """Those of a carbon-binder matrix."""
        return cls.of(float(matrix.youngs_modulus), float(matrix.poisson_ratio))


def second_order(matrix: Moduli, spheres: Moduli, fraction: float) -> Moduli:
    """Effective moduli from the volume fraction alone: Hashin and Shtrikman's bound on the matrix's side."""
    return Moduli(
        *bounds.moduli_with_inclusions((matrix.bulk, matrix.shear), (spheres.bulk, spheres.shear), fraction)
    )


def third_order(matrix: Moduli, spheres: Moduli, fraction: float) -> Moduli:
    """Effective moduli of random hard spheres of one size in a matrix.

    Torquato, J. Mech. Phys. Solids 46 (1998) 1411, third-order approximation, with the three-point parameters
    zeta = 0.21068 p - 0.04693 p^2 + 0.00247 p^3 (Miller and Torquato, J. Appl. Phys. 68 (1990) 5486) and
    eta = 0.48274 p (Thovert et al., J. Appl. Phys. 67 (1990) 6088).

    Args:
        matrix: Elasticity of the matrix.
        spheres: Elasticity of the spheres.
        fraction: Volume fraction p of the spheres, up to about 0.6 [-].
    """
    zeta = ((0.00247 * fraction - 0.04693) * fraction + 0.21068) * fraction
    eta = 0.48274 * fraction
    k, g, rest = matrix.bulk, matrix.shear, 1.0 - fraction
    mixed = k + 2.0 * g
    around = g * (9.0 * k + 8.0 * g) / (6.0 * mixed)
    kappa = (spheres.bulk - k) / (spheres.bulk + 4.0 / 3.0 * g)
    mu = (spheres.shear - g) / (spheres.shear + around)
    bulk_term = 10.0 * g / (3.0 * mixed) * kappa * mu * zeta * rest
    shear_term = rest * (
        2.0 * kappa * mu * g / (3.0 * mixed) * zeta
        + mu**2 / 6.0 * (((3.0 * k + g) / mixed) ** 2 * eta + 5.0 * g * (2.0 * k + 3.0 * g) / mixed**2 * zeta)
    )
    bulk = (
        k * (1.0 + 4.0 * g / (3.0 * k) * kappa * fraction - bulk_term) / (1.0 - kappa * fraction - bulk_term)
    )
    shear = g * (1.0 + around / g * mu * fraction - shear_term) / (1.0 - mu * fraction - shear_term)
    return Moduli(bulk, shear)


@dataclass(frozen=True)
class Mixture:
    """Spheres with a misfit in a matrix, as one material.

    Attributes:
        fraction: Volume fraction p of the spheres [-].
        matrix: Elasticity of the matrix.
        spheres: Elasticity of the spheres.
        effective: Elasticity of the whole.
        misfit: Mean free linear strain e0 of the spheres [-].
    """

    fraction: float
    matrix: Moduli
    spheres: Moduli
    effective: Moduli
    misfit: float

    @property
    def free_strain(self) -> float:
        """Linear strain e* of the whole without a stress on it [-]."""
        matrix, spheres, effective = (1.0 / m.bulk for m in (self.matrix, self.spheres, self.effective))
        return self.misfit * (effective - matrix) / (spheres - matrix)

    def mean_traction(self, strain: float) -> float:
        """Mean hydrostatic stress of the spheres [Pa] at a mean linear strain E of the whole."""
        inside, outside = 3.0 * self.spheres.bulk, 3.0 * self.matrix.bulk
        stress = 3.0 * self.effective.bulk * (strain - self.free_strain)
        spheres = stress + self.fraction * inside * self.misfit - outside * strain
        return inside * (spheres / (self.fraction * (inside - outside)) - self.misfit)

    def deviatoric_stress(self, strain: float) -> float:
        """Deviatoric stress in the spheres [Pa] at a deviatoric strain of the whole."""
        inside, outside = self.spheres.shear, self.matrix.shear
        share = (self.effective.shear - outside) / (self.fraction * (inside - outside))
        return 2.0 * inside * share * strain


class Support(Protocol):
    """What the electrode as a whole may do."""

    def strain(self, mixture: Mixture) -> tuple[float, float]:
        """Mean linear strain, and deviatoric strain along the depth [-]."""


@dataclass(frozen=True)
class Rollers:
    """An electrode that keeps its width and bears a pressure along its depth: between its like.

    Attributes:
        pressure: On the electrode [Pa].
    """

    pressure: float = 0.0

    def strain(self, mixture: Mixture) -> tuple[float, float]:
        """See ``Support``: strain diag(0, 0, E), stress -pressure along the depth."""
        k, g = mixture.effective.bulk, mixture.effective.shear
        along = (3.0 * k * mixture.free_strain - self.pressure) / (k + 4.0 / 3.0 * g)
        return along / 3.0, 2.0 * along / 3.0


@dataclass(frozen=True)
class Free:
    """A body that no one holds."""

    def strain(self, mixture: Mixture) -> tuple[float, float]:
        """See ``Support``: no mean stress."""
        return mixture.free_strain, 0.0


@dataclass(frozen=True)
class Clamped:
    """A body that keeps its volume and shape."""

    def strain(self, mixture: Mixture) -> tuple[float, float]:
        """See ``Support``: no mean strain."""
        return 0.0, 0.0


@dataclass(frozen=True, eq=False)
class Tractions:
    """What the matrix does to the spheres.

    Attributes:
        normal: Mean normal traction t on each sphere [Pa], tension positive, shape (particles,); it adds the
            same hydrostatic stress everywhere in the sphere.
        deviator: Deviatoric stress in each sphere [Pa], axes x, y, z (depth), shape (particles, 3, 3), or
            (1, 3, 3) where it is common to all.
    """

    normal: Array
    deviator: Array

    @cached_property
    def principal(self) -> Array:
        """Principal values of the deviator [Pa], increasing, shape (particles or 1, 3)."""
        return np.linalg.eigvalsh(self.deviator)

    @property
    def equivalent(self) -> Array:
        """Equivalent stress of the deviator [Pa], shape (particles or 1,)."""
        return np.asarray(np.sqrt(1.5 * (self.deviator**2).sum(axis=(1, 2))))


class Surroundings(Protocol):
    """What stands around the spheres of an electrode."""

    def tractions(self, free_strain: Array, modulus: Array) -> Tractions:
        """Tractions on all spheres of an electrode.

        Args:
            free_strain: Linear strain e0 that each sphere would have without a matrix [-], shape
                (particles,).
            modulus: Young's modulus of each sphere [Pa], shape (particles,).
        """


@dataclass(frozen=True, eq=False)
class _Spheres:
    """Spheres in a matrix.

    Attributes:
        volume: Volumes [m3], by which means are taken, shape (particles,).
        poisson_ratio: Poisson's ratio of the spheres [-].
        matrix: Elasticity of the matrix.
    """

    volume: Array
    poisson_ratio: float
    matrix: Moduli

    def mean(self, values: Array) -> float:
        """Mean over the volume of the spheres."""
        return float(self.volume @ values / self.volume.sum())

    def own(self, free_strain: Array, modulus: Array) -> Array:
        """What a sphere in the matrix bears for what it differs from the mean, -(e0 - <e0>)/C [Pa]."""
        compliance = 1.0 / (4.0 * self.matrix.shear) + (1.0 - 2.0 * self.poisson_ratio) / modulus
        return np.asarray(-(free_strain - self.mean(free_strain)) / compliance)


@dataclass(frozen=True, eq=False)
class MeanField(_Spheres):
    """Spheres of which only the volume fraction is known; see the top of this module.

    Attributes:
        fraction: Volume fraction of the spheres in the electrode [-].
        support: What the electrode may do.
        order: Of the effective moduli, 2 or 3.
    """

    fraction: float
    support: Support
    order: int = 3

    def tractions(self, free_strain: Array, modulus: Array) -> Tractions:
        """See ``Surroundings``."""
        mean, matrix = self.mean(free_strain), self.matrix
        spheres = Moduli.of(self.mean(modulus), self.poisson_ratio)
        effective = (third_order if self.order == 3 else second_order)(matrix, spheres, self.fraction)
        mixture = Mixture(self.fraction, matrix, spheres, effective, mean)
        strain, along = self.support.strain(mixture)
        normal = mixture.mean_traction(strain) + self.own(free_strain, modulus)
        deviator = mixture.deviatoric_stress(along) * np.diag([-0.5, -0.5, 1.0])
        return Tractions(normal, deviator[None])


@dataclass(frozen=True, eq=False)
class SolvedLayout(_Spheres):
    """Spheres around which fields were solved, which bring neighbours, collector and free side with them.

    The problem is linear in the misfits of the spheres, and all but as stiff as rigid ones: what one misfit
    common to all does to each sphere is scaled by the mean misfit, and a sphere that differs from it has its
    own share beside.

    Attributes:
        per_misfit: Mean stress of each sphere where all would be longer by a strain of 1 [Pa], shape
            (particles, 3, 3).
        at_rest: Mean stress of each sphere without any misfit, from a pressure on the electrode [Pa], of the
            same shape.
    """

    per_misfit: Array
    at_rest: Array

    def tractions(self, free_strain: Array, modulus: Array) -> Tractions:
        """See ``Surroundings``."""
        stress = self.mean(free_strain) * self.per_misfit + self.at_rest
        mean = np.trace(stress, axis1=1, axis2=2) / 3.0
        return Tractions(mean + self.own(free_strain, modulus), stress - mean[:, None, None] * np.eye(3))
