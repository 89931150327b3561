"""The law of the interface on its own: energies, mixed mode, unloading, contact, tangent."""

from __future__ import annotations

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.solver.physics.cohesive import RESIDUAL_STIFFNESS, CohesiveLaw

NM = 1e-9
LAW = CohesiveLaw(20e6, 0.31, 1e17, 0.62, 2.0)
INTACT = np.zeros(())


def pulled(law: CohesiveLaw, path: np.ndarray) -> tuple[float, float, float]:
    """Work of the traction, energy spent and energy stored along openings of shape (steps, 3) [J/m2]."""
    largest, work, spent = INTACT, 0.0, 0.0
    before = law.traction(path[0], largest)
    for last, opening in zip(path[:-1], path[1:], strict=True):
        now = law.traction(opening, largest)
        work += 0.5 * float((before + now) @ (opening - last))
        reached = np.maximum(largest, law.reduced(opening))
        spent += float(law.dissipated(largest, reached, law.mode(opening)))
        largest, before = reached, now
    return work, spent, float(law.stored(path[-1], largest))


def towards(normal: float, shear: float, length: float = 80.0, steps: int = 20001) -> np.ndarray:
    size = np.hypot(normal, shear)
    direction = np.array([normal, 0.6 * shear, 0.8 * shear]) / size
    return np.linspace(0.0, length * NM, steps)[:, None] * direction


@pytest.mark.parametrize(
    ("normal", "shear", "energy"),
    # G_c = .31 + .31 B^2 with B = s^2/(n^2 + s^2): 0, 1, 1/2 and 1/5.
    [(1.0, 0.0, 0.31), (0.0, 1.0, 0.62), (1.0, 1.0, 0.3875), (2.0, 1.0, 0.3224)],
)
def test_full_separation_spends_the_energy_of_the_mode_mix(
    normal: float, shear: float, energy: float
) -> None:
    work, spent, stored = pulled(LAW, towards(normal, shear))
    assert spent == pytest.approx(energy, rel=1e-12)
    # What is left of the bond holds .5 1e-6 1e17 (80 nm)^2 = 3.2e-4 J/m2.
    assert stored == pytest.approx(3.2e-4, rel=1e-6)
    # It takes over where the bond has less, near failure: .5 1e-6 1e17 (44 nm)^2 in shear, at most.
    assert work == pytest.approx(energy + stored, abs=1e-4)


def test_traction_in_tension_is_the_triangle() -> None:
    # 20 MPa at .2 nm, none at 31 nm; halfway between, at 15.6 nm, 10 MPa and D = 1 - 10/1560.
    opening = np.array([[0.1, 0, 0], [0.2, 0, 0], [15.6, 0, 0], [31.0, 0, 0]]) * NM
    traction = LAW.traction(opening, np.zeros(4))
    assert traction[:, 0] / 1e6 == pytest.approx([10.0, 20.0, 10.0, 3.1e-3], rel=1e-9)
    assert LAW.damage(opening[:, 0]) == pytest.approx([0.0, 0.0, 1 - 10 / 1560, 1.0], rel=1e-12, abs=1e-12)
    # In shear the strength is that by sqrt(Gamma_s/Gamma): 28.28 MPa.
    shear = LAW.traction(np.array([[0.0, 0.2 * np.sqrt(2.0), 0.0]]) * NM, np.zeros(1))
    assert np.linalg.norm(shear) / 1e6 == pytest.approx(28.284, rel=1e-4)


def test_unloading_goes_to_the_origin_and_closed_faces_touch_whatever_the_damage() -> None:
    largest = np.array(15.6 * NM)
    slope = 10e6 / (15.6 * NM)
    for opening in (15.6, 7.0, 0.3):
        pull = LAW.traction(np.array([opening, 0.0, 0.0]) * NM, largest)
        assert pull[0] == pytest.approx(slope * opening * NM, rel=1e-9)
    # .2 nm into each other: 20 MPa, broken or not, while shear still has only what damage left of it.
    for kappa in (0.0, 15.6 * NM, 1.0):
        push = LAW.traction(np.array([-0.2, 0.0, 0.1]) * NM, np.array(kappa))
        left = max(1.0 - float(LAW.damage(np.array(kappa))), RESIDUAL_STIFFNESS)
        assert push == pytest.approx([-20e6, 0.0, left * 10e6], rel=1e-12)
    # Pressure breaks nothing.
    assert LAW.reduced(np.array([-100.0, 0.0, 0.0]) * NM) == 0.0
    # Down and up again spends nothing.
    path = np.concatenate([towards(1, 0, 15.6), towards(1, 0, 15.6)[::-1], towards(1, 0, 15.6)])
    assert pulled(LAW, path)[1] == pytest.approx(0.31 * (15.6 - 0.2) / 30.8, rel=1e-12)


@pytest.mark.parametrize("same_mode", [True, False])
def test_tangent_is_the_derivative_of_the_traction(same_mode: bool) -> None:
    law = CohesiveLaw(20e6, 0.31, 1e17, 0.31 if same_mode else 0.62, 2.0)
    rng = np.random.default_rng(3)
    opening = rng.normal(size=(40, 3)) * 8.0 * NM
    largest = rng.choice([0.0, 5.0 * NM, 40.0 * NM], size=40)
    tangent = law.tangent(opening, largest)
    step = 1e-4 * NM
    found = np.empty_like(tangent)
    for k in range(3):
        shift = step * np.eye(3)[k]
        change = law.traction(opening + shift, largest) - law.traction(opening - shift, largest)
        found[..., k] = change / (2.0 * step)
    np.testing.assert_array_equal(tangent, np.swapaxes(tangent, -1, -2))
    loading = law.reduced(opening) > largest
    exact = np.ones(40, dtype=bool) if same_mode else ~loading
    assert np.count_nonzero(loading) > 8
    np.testing.assert_allclose(
        tangent[exact], found[exact], rtol=1e-5, atol=1e-4 * law.strength / law.failure
    )
    # In the direction of a proportional path it is exact in any mode.
    along = opening / np.linalg.norm(opening, axis=1, keepdims=True)
    pulled_apart = opening[:, 0] > 0.0
    slope = np.einsum("pi,pij,pj->p", along, tangent, along)
    wanted = np.einsum("pi,pij,pj->p", along, found, along)
    np.testing.assert_allclose(slope[pulled_apart], wanted[pulled_apart], rtol=1e-5)
    # Without the negative slope no direction is softer than nothing.
    flat = np.linalg.eigvalsh(law.tangent(opening, largest, softening=0.0))
    assert flat.min() > -1e-9 * law.stiffness


def test_a_bond_that_would_be_gone_before_it_softens_is_refused() -> None:
    # T0^2/(2 Gamma) = 6.45e14 Pa/m.
    with pytest.raises(InputError, match=r"20 MPa and 0.31 J/m2 needs a stiffness above .* 6.45e\+14 Pa/m"):
        CohesiveLaw(20e6, 0.31, 6e14, 0.31)
