"""What any isotropic composite of two phases must lie between (Hashin and Shtrikman).

Conductivity: J. Appl. Phys. 33 (1962) 3125. Moduli: J. Mech. Phys. Solids 11 (1963) 127, as in Torquato,
Random Heterogeneous Materials (2002), chapter 21; second-hand.
"""

from __future__ import annotations

from dataclasses import dataclass

from chemomech.errors import require_between


@dataclass(frozen=True)
class Range:
    """Lower and upper bound."""

    low: float
    high: float


def conductivity_range(one: float, other: float, fraction: float) -> Range:
    """Bounds on the conductivity, in the unit of the two given.

    Args:
        one: conductivity of the first phase.
        other: conductivity of the second.
        fraction: volume fraction of the second [-].

    Raises:
        InputError: a fraction outside 0 to 1.
    """
    shares = _shares(fraction)
    return Range(*(_mean((one, other), shares, 2.0 * reference) for reference in sorted((one, other))))


def maxwell(matrix: float, spheres: float, fraction: float) -> float:
    """Conductivity of a dilute dispersion of spheres, by Maxwell; also a Hashin-Shtrikman bound.

    Args:
        matrix: conductivity of the matrix.
        spheres: conductivity of the spheres.
        fraction: volume fraction of the spheres [-].
    """
    return _mean((matrix, spheres), _shares(fraction), 2.0 * matrix)


def moduli_range(
    one: tuple[float, float], other: tuple[float, float], fraction: float
) -> tuple[Range, Range]:
    """Bounds on bulk and shear modulus, in the unit of the moduli given.

    Args:
        one: bulk and shear modulus of the first phase; both the larger or both the smaller ones.
        other: bulk and shear modulus of the second.
        fraction: volume fraction of the second [-].

    Raises:
        InputError: a fraction outside 0 to 1.
    """
    softer, stiffer = ((pick(one[0], other[0]), pick(one[1], other[1])) for pick in (min, max))
    low, high = (_moduli(one, other, fraction, reference) for reference in (softer, stiffer))
    return Range(low[0], high[0]), Range(low[1], high[1])


def moduli_with_inclusions(
    matrix: tuple[float, float], inclusions: tuple[float, float], fraction: float
) -> tuple[float, float]:
    """Bulk and shear modulus of a matrix with inclusions: the lower bound where the matrix is softer.

    Args:
        matrix: bulk and shear modulus of the matrix.
        inclusions: bulk and shear modulus of the inclusions.
        fraction: volume fraction of the inclusions [-].

    Raises:
        InputError: a fraction outside 0 to 1.
    """
    return _moduli(matrix, inclusions, fraction, matrix)


def _moduli(
    one: tuple[float, float], other: tuple[float, float], fraction: float, reference: tuple[float, float]
) -> tuple[float, float]:
    """The estimate whose reference phase has these moduli."""
    shares = _shares(fraction)
    bulk, shear = (one[0], other[0]), (one[1], other[1])
    return _mean(bulk, shares, 4.0 / 3.0 * reference[1]), _mean(shear, shares, _stiffening(*reference))


def _stiffening(bulk: float, shear: float) -> float:
    if shear == 0.0:
        return 0.0
    return shear * (9.0 * bulk + 8.0 * shear) / (6.0 * (bulk + 2.0 * shear))


def _mean(values: tuple[float, float], shares: tuple[float, float], shift: float) -> float:
    """Harmonic mean of the shifted values, shifted back: all these bounds have this form."""
    if shift == 0.0 and 0.0 in values:
        return 0.0
    return 1.0 / sum(share / (value + shift) for value, share in zip(values, shares, strict=True)) - shift


def _shares(fraction: float) -> tuple[float, float]:
    second = require_between("the volume fraction", fraction, 0.0, 1.0, "-", "give a share of the volume")
    return 1.0 - second, second
