"""What the models make of ``[damage.interface]`` in a case."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import PreparedCase, prepare
from chemomech.experiments.models.groups import BOND_IN_SPACE
from chemomech.experiments.models.radial.representation import RADIAL
from chemomech.experiments.models.resolved.bond import cohesive_law
from chemomech.experiments.models.resolved.representation import RESOLVED


def prepared(**changes: Any) -> PreparedCase:
    renamed = {name.replace("__", "."): value for name, value in changes.items()}
    return prepare(Case.from_toml("fast-charge-5C").with_overrides(renamed))


def test_the_law_of_the_bond_has_the_numbers_of_the_case() -> None:
    damage = prepared(
        damage__interface__strength="8 MPa", damage__interface__energy="0.2 J/m2",
        damage__interface__stiffness="100 MPa/nm", damage__interface__mode_exponent=1.5,
    ).case.damage  # fmt: skip
    law = cohesive_law(damage)
    # Without an energy in shear it is that in tension.
    assert law is not None
    assert dataclasses.astuple(law) == pytest.approx((8e6, 0.2, 1e17, 0.2, 1.5))
    shear = prepared(damage__interface__shear_energy="0.5 J/m2").case.damage
    law = cohesive_law(shear)
    assert law is not None
    assert law.shear_energy == 0.5
    assert shear.parameters()["interface.stiffness"]["mark"].startswith("assumed")
    assert cohesive_law(prepared().case.damage) is None


def test_the_bond_of_the_default_numbers_is_represented() -> None:
    RESOLVED.require(prepared(damage__interface__strength="5 MPa"))
    given = prepared(damage__interface__strength="5 MPa", damage__interface__mode_exponent=1.0)
    # The radial model has no faces: it names what it does not use.
    left_out = {name for entry in RADIAL.left_out(given) for name in entry["keys"]}
    assert set(BOND_IN_SPACE) <= left_out
    assert not set(BOND_IN_SPACE) & {n for entry in RADIAL.left_out(prepared()) for n in entry["keys"]}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"damage__interface__strength": "5 MPa", "mechanics__coupling": "off"},
            r"mechanics.coupling = 'off' has none; choose one-way or two-way",
        ),
        (
            # 20/(C R) for the smallest of 52 particles; K_n of 1e11 Pa/m would be no bond at all.
            {"damage__interface__stiffness": "1e15 Pa/m"},
            r"damage.interface.stiffness = 1e\+15 Pa/m gives way by more than 1/20 of the misfit of a "
            r"particle of .* um before it softens; state at least .*e\+16 Pa/m",
        ),
        (
            {"damage__interface__strength": "900 MPa", "damage__interface__energy": "0.31 J/m2"},
            r"needs a stiffness above T0\^2/\(2 Gamma\) = 1.31e\+18 Pa/m, not 5e\+16; raise the stiffness",
        ),
    ],
)
def test_a_bond_that_cannot_be_is_refused_in_a_sentence(changes: dict[str, Any], words: str) -> None:
    given = prepared(**changes)
    with pytest.raises(InputError, match=words) as refused:
        RESOLVED.require(given)
    assert str(refused.value).count(". ") == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"damage__interface__stiffness": "1e11 Pa/m"}, r"damage.interface.stiffness = 1e\+?11 .*1e\+?14"),
        ({"damage__interface__stiffness": 5e16}, "damage.interface.stiffness = 5e\\+16 has no unit"),
        ({"damage__interface__shear_energy": "0 J/m2"}, "damage.interface.shear_energy = 0"),
        ({"damage__interface__mode_exponent": 0.1}, "damage.interface.mode_exponent = 0.1"),
        ({"damage__interface__stifness": "1e17 Pa/m"}, "stifness.*stiffness"),
    ],
)
def test_numbers_outside_their_range_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        prepared(**changes)
