"""Physical limits are judged on means over surfaces, weighted with the current where particles fill."""

from dataclasses import dataclass

import numpy as np
import pytest

from chemomech.solver.cell.limits import half_cell_limits
from chemomech.solver.cell.surfaces import SurfaceMeans
from chemomech.solver.stepping.limits import Limit, behind_failure, passed

CHARGE, DISCHARGE = 72.0, -72.0


@dataclass
class State:
    x: tuple[float, ...]
    current: tuple[float, ...]
    salt: tuple[float, ...] = (1000.0, 900.0)
    at_metal: float = 1000.0

    def read(self) -> SurfaceMeans:
        return SurfaceMeans(np.array(self.x), np.array(self.salt), np.array(self.current), self.at_metal)


def limits(state: State) -> tuple[Limit, ...]:
    return half_cell_limits(state, (0.18, 1.0))


@pytest.mark.parametrize(
    ("state", "current", "reason"),
    [
        # The full particle takes a hundredth of the current: the other one goes on.
        (State((0.99999, 0.95), (-0.7, -71.3)), DISCHARGE, None),
        (State((0.99999, 0.99995), (-36.0, -36.0)), DISCHARGE, "particle-surface-full"),
        (State((0.99999, 0.99995), (36.0, 36.0)), CHARGE, None),
        # Isolated and at the start's x: it carries nothing and does not count.
        (State((0.99995, 0.3), (-72.0, 0.0)), DISCHARGE, "particle-surface-full"),
        (State((0.17, 0.4), (1.0, 71.0)), CHARGE, "particle-surface-depleted"),
        (State((0.17, 0.4), (1.0, 71.0)), DISCHARGE, None),
        (State((0.181, 0.4), (1.0, 71.0)), CHARGE, None),
        (State((0.5, 0.5), (36.0, 36.0), salt=(0.9, 900.0)), CHARGE, "electrolyte-depleted"),
        (State((0.5, 0.5), (36.0, 36.0), at_metal=0.5), CHARGE, "electrolyte-depleted"),
        (State((0.99995, 0.99995), (0.0, 0.0)), 0.0, None),
    ],
)
def test_a_limit_is_passed_where_the_surfaces_say_so(
    state: State, current: float, reason: str | None
) -> None:
    stop = passed(limits(state), current, 12.0)
    assert (None if stop is None else stop.reason) == reason
    if stop is not None:
        assert stop.reason.physical
        assert stop.detail.startswith("At t = 12 s ")
        assert stop.detail.endswith(stop.reason.remedy)


@pytest.mark.parametrize(
    ("state", "current", "reason"),
    [
        (State((0.5, 0.6), (36.0, 36.0)), CHARGE, "step-too-small"),
        (State((0.19, 0.6), (36.0, 36.0)), CHARGE, "particle-surface-depleted"),
        (State((0.19, 0.6), (36.0, 36.0)), DISCHARGE, "step-too-small"),
        (State((0.998, 0.997), (-36.0, -36.0)), DISCHARGE, "particle-surface-full"),
        (State((0.5, 0.6), (36.0, 36.0), salt=(40.0, 900.0)), CHARGE, "electrolyte-depleted"),
    ],
)
def test_a_step_that_became_too_small_is_explained_by_the_nearest_limit(
    state: State, current: float, reason: str
) -> None:
    stop = behind_failure(limits(state), current, 12.0, "the linear solver did not converge")
    assert stop.reason == reason
    assert "last failure: the linear solver did not converge" in stop.detail
