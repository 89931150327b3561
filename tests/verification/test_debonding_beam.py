"""Two beams of matrix that are peeled apart: the bond of the interface against beam theory."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from scipy.linalg import solveh_banded

from chemomech.solver.physics.cohesive import CohesiveLaw

Array = npt.NDArray[np.float64]

UM = 1e-6
YOUNG, HEIGHT, CRACK, WIDTH = 1.78e9, 2.0 * UM, 10.0 * UM, 1.0 * UM
ENERGY, STRENGTH = 0.31, 50e6
BENDING = YOUNG * WIDTH * HEIGHT**3 / 12.0
"""E I of one beam [N m2]."""


class Beams:
    """Double cantilever beam in the plane of symmetry: Euler and Bernoulli's beam in cubic elements.

    Args:
        law: The bond from the tip of the crack on; it acts at the nodes.
        length: Of the beams [m].
        element: Length of an element [m].
    """

    def __init__(self, law: CohesiveLaw, length: float = 26.0 * UM, element: float = 0.05 * UM) -> None:
        self.law, count = law, round(length / element)
        self.x = np.linspace(0.0, length, count + 1)
        h = element
        local = BENDING / h**3 * np.array(
            [[12, 6 * h, -12, 6 * h], [6 * h, 4 * h * h, -6 * h, 2 * h * h],
             [-12, -6 * h, 12, -6 * h], [6 * h, 2 * h * h, -6 * h, 4 * h * h]]
        )  # fmt: skip
        # Upper bands: row 3 - k holds the k-th upper diagonal.
        self.bending = np.zeros((4, 2 * count + 2))
        for first in range(0, 2 * count, 2):
            for i in range(4):
                for j in range(i, 4):
                    self.bending[3 - (j - i), first + j] += local[i, j]
        self.area = np.where(self.x >= CRACK - 1e-3 * h, h * WIDTH, 0.0)
        self.largest = np.zeros(count + 1)
        self.lift = np.zeros(count + 1)

    def open(self, end: float) -> tuple[float, float]:
        """Lift the end of each beam [m]; returns force [N] and its rotation."""
        force = np.zeros(self.bending.shape[1])
        for _ in range(4000):
            opening = np.zeros((len(self.x), 3))
            opening[:, 0] = 2.0 * self.lift
            still = 2.0 * np.maximum(np.abs(self.lift), 1e-16)
            pull = self.law.traction(np.maximum(opening, 0.0) + np.array([1e-18, 0.0, 0.0]), self.largest)[
                :, 0
            ]
            secant = np.where(self.lift > 0.0, pull / still, self.law.stiffness)
            bands = self.bending.copy()
            bands[3, ::2] += 2.0 * secant * self.area
            bands[3, 0] += 1e3 * BENDING / UM**3
            force[0] = 1e3 * BENDING / UM**3 * end
            found = solveh_banded(bands, force)
            lift, before = found[::2], self.lift
            self.lift = lift
            if np.abs(lift - before).max() < 1e-9 * end:
                break
        else:
            raise AssertionError("the secants do not settle")
        opening[:, 0] = 2.0 * self.lift
        self.largest = np.maximum(self.largest, self.law.reduced(opening))
        return float(1e3 * BENDING / UM**3 * (end - lift[0])), float(-found[1])

    def tip(self) -> float:
        """Where the bond is gone up to [m]."""
        gone = (self.largest >= self.law.failure) & (self.area > 0.0)
        return float(self.x[gone].max(initial=CRACK))


@pytest.fixture(scope="module")
def peeled() -> Array:
    """Force [N], rotation and tip of the crack [m] while the ends are lifted, shape (3, steps)."""
    # What is left of the stiffness of a broken bond still pulls: a millionth of 1e16 Pa/m is little here.
    beams = Beams(CohesiveLaw(STRENGTH, ENERGY, 1e16, ENERGY))
    rows = []
    for end in np.linspace(20e-9, 1500e-9, 75):
        force, rotation = beams.open(float(end))
        rows.append((force, rotation, beams.tip()))
    return np.array(rows).T


def test_peeling_takes_the_energy_of_the_bond(peeled: Array) -> None:
    """The two ends do work at 2 P theta/b for each area that parts, whatever the law of the bond."""
    force, rotation, tip = peeled
    running = tip > CRACK + 0.5 * UM
    assert running.sum() > 10
    assert 2.0 * force[running] * rotation[running] / WIDTH == pytest.approx(ENERGY, rel=0.02)


def test_the_force_is_that_of_beam_theory(peeled: Array) -> None:
    # b sqrt(Gamma E h^3/(12 a^2)): 1.92 uN at a = 10 um, of beams that are clamped at the tip of the crack.
    clamped = np.sqrt(ENERGY * WIDTH * BENDING)
    assert clamped / CRACK == pytest.approx(1.92e-6, rel=2e-3)
    force, _, tip = peeled
    running = tip > CRACK + 0.5 * UM
    # The bond ahead of the tip gives way, as if the crack were longer by the length of a beam on an elastic
    # foundation and by that over which the bond softens.
    slope, start = np.polyfit(tip[running], 1.0 / force[running], 1)
    assert 1.0 / (slope * CRACK) == pytest.approx(1.92e-6, rel=0.02)
    elastic = (4.0 * BENDING / (2.0 * 1e16 * WIDTH)) ** 0.25
    assert elastic < start / slope < 2.0 * elastic
    assert force.max() == pytest.approx(clamped / (CRACK + start / slope), rel=0.02)
