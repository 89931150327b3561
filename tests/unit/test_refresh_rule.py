"""When a lagged preconditioner is made anew."""

from __future__ import annotations

import pytest

from chemomech.solver.algebra.linear import RefreshRule


def rule(
    *, fresh: int | None = None, last: int | None = None, growth: float = 1.5, slack: int = 5
) -> RefreshRule:
    found = RefreshRule(growth, slack)
    if fresh is not None:
        found.report(fresh, fresh=True)
    if last is not None:
        found.report(last, fresh=False)
    return found


def test_the_first_solve_needs_a_preconditioner() -> None:
    assert rule().is_due()
    # A solve with a borrowed one says nothing about what a fresh one would take.
    assert rule(last=3).is_due()


@pytest.mark.parametrize(("last", "due"), [(1, False), (10, False), (20, False), (21, True), (400, True)])
def test_one_is_made_when_iterations_have_grown_by_half_and_five_more(last: int, due: bool) -> None:
    # 1.5 x 10 + 5 = 20.
    assert rule(fresh=10, last=last).is_due() is due


def test_growth_and_slack_can_be_chosen() -> None:
    assert not rule(fresh=10, last=32, growth=3.0, slack=2).is_due()
    assert rule(fresh=10, last=33, growth=3.0, slack=2).is_due()


def test_a_fresh_one_sets_the_measure_and_a_reset_forgets_it() -> None:
    found = rule(fresh=10, last=50)
    assert found.is_due()
    found.report(40, fresh=True)
    assert not found.is_due()
    found.report(65, fresh=False)
    assert not found.is_due()
    found.report(66, fresh=False)
    assert found.is_due()
    found.report(12, fresh=True)
    found.reset()
    assert found.is_due()
    assert (found.fresh_iterations, found.last_iterations) == (None, None)
