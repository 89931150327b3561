"""Laws, limits and states that are added from outside the package, in whole runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import tiny_case
from support.modules import load
from ufl.core.expr import Expr

import chemomech
from chemomech.experiments.models.progress import ProgressLine
from chemomech.experiments.report.tables import run_rows
from chemomech.geometry import Layout, write_layout
from chemomech.solver.cell.extensions import Extensions
from chemomech.solver.cell.half_cell import Electrochemistry, InterfaceLaws
from chemomech.solver.cell.terminals import CurrentReader
from chemomech.solver.stepping.limits import Bound, Flow, Limit
from chemomech.solver.stepping.operation import StopReason

UM = 1e-6
RADIUS = 2.2 * UM
BOX = (8 * UM, 8 * UM, 8 * UM)


@pytest.fixture(scope="module")
def one_sphere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case of one particle: all current passes its surface, evenly but for a few per cent."""
    folder = tmp_path_factory.mktemp("one")
    layout = Layout(np.array([[4.0, 4.0, 4.0]]) * UM, np.array([RADIUS]), BOX, "one")
    write_layout(layout, folder / "one.csv")
    path = folder / "one.toml"
    path.write_text(tiny_case.TEXT.replace("three.csv", "one.csv"), encoding="utf-8")
    return path


SHORT: Mapping[str, Any] = tiny_case.CHEAP | {"protocol": ["Charge at 5C for 2 s"]}


def charged(path: Path, out: Path, extensions: Extensions | None = None, **changes: Any) -> chemomech.Result:
    return tiny_case.run(path, out, {**SHORT, **changes}, extensions=extensions)


def surface_current(result: chemomech.Result) -> float:
    """Mean current density at the particle [A/m2]."""
    return float(result.dataset["reaction_current_density"][-1, 0])


def test_a_film_on_the_particle_costs_its_resistance_times_the_current(
    one_sphere: Path, repository: Path, tmp_path: Path
) -> None:
    film = load(repository / "examples" / "film_resistance.py").film
    with (
        charged(one_sphere, tmp_path / "bare") as bare,
        charged(one_sphere, tmp_path / "film", film(2.0e-3)) as filmed,
    ):
        current = surface_current(bare)
        assert current > 3.0
        cost = filmed.summary["voltage_end_V"] - bare.summary["voltage_end_V"]
        # The current is even over a sphere but for the shape of the box: a few per cent of the film's share.
        assert cost == pytest.approx(2.0e-3 * current, rel=0.01)
        assert filmed.summary["extensions"] == "film of 0.002 ohm m2"
        assert ("extensions", "film of 0.002 ohm m2") in run_rows(filmed)
        assert "extensions" not in dict(run_rows(bare))
        assert bare.summary["extensions"] is None
        assert filmed.summary["budget"]["lithium_relative_error"] < 1e-7


@dataclass(frozen=True)
class CubicContact:
    """A contact that conducts the better, the larger the potential step: i = g s (1 + (s/s_0)^2)."""

    scale: float

    def current_density(self, conductance: Expr, potential_step: Expr) -> Expr:
        return conductance * potential_step * (1.0 + (potential_step / self.scale) ** 2)


def test_a_contact_that_depends_on_the_potential_step_drops_what_its_own_law_says(
    one_sphere: Path, tmp_path: Path
) -> None:
    contact = {"materials.overrides": {"matrix": {"contact_conductance": "50 S/m2"}}}
    laws = InterfaceLaws(contact=CubicContact(0.05))
    with (
        charged(one_sphere, tmp_path / "ohm", **contact) as ohmic,
        charged(one_sphere, tmp_path / "cubic", Extensions("cubic contact", laws), **contact) as cubic,
    ):
        current = surface_current(ohmic)
        straight = current / 50.0
        (steeper,) = (
            root.real for root in np.roots([1.0 / 0.05**2, 0.0, 1.0, -straight]) if abs(root.imag) < 1e-12
        )
        saved = ohmic.summary["voltage_end_V"] - cubic.summary["voltage_end_V"]
        assert straight > 0.05
        assert saved == pytest.approx(straight - steeper, rel=0.02)


class SelfHeating:
    """A temperature that rises with the work of the current, without a way out: a number with memory."""

    name = "self-heating"

    def __init__(self, problem: Electrochemistry, capacity: float) -> None:
        self._problem, self._capacity = problem, capacity
        self._currents = CurrentReader(problem)
        self.temperature = 298.15

    def after_step(self, time: float, step: float) -> bool:
        power = abs(self._currents.read().collector) * abs(
            self._problem.voltage - self._problem.reference_potential
        )
        self.temperature += power * step / self._capacity
        return False

    def readings(self) -> Mapping[str, float]:
        return {}

    def state(self) -> Mapping[str, np.ndarray]:
        return {"temperature": np.array(self.temperature)}

    def restore(self, stored: Mapping[str, np.ndarray]) -> None:
        self.temperature = float(stored["temperature"])


@dataclass
class Heated:
    """Makes the state and the limit that reads it."""

    highest: float
    state: SelfHeating | None = None

    def internal(self, problem: Electrochemistry) -> SelfHeating:
        self.state = SelfHeating(problem, capacity=20.0)
        return self.state

    def limit(self, problem: Electrochemistry) -> Limit:
        state = self.state
        assert state is not None
        bound = Bound("T", "K", self.highest, True, StopReason.OTHER_LIMIT, Flow.ANY)
        return Limit(lambda: state.temperature, bound)

    @property
    def extensions(self) -> Extensions:
        return Extensions("self-heating", internals=(self.internal,), limits=(self.limit,))


def test_a_limit_on_a_temperature_ends_the_run_with_its_number_or_the_step_where_it_may(
    one_sphere: Path, tmp_path: Path
) -> None:
    hot = Heated(298.25)
    with charged(one_sphere, tmp_path / "stop", hot.extensions, protocol=["Charge at 5C for 200 s"]) as run:
        assert run.summary["stop_reason"] == "other-limit"
        assert "T = 298.2" in run.summary["stop_detail"]
        assert "rose above 298.25 K" in run.summary["stop_detail"]
        assert run.summary["t_end_s"] < 200.0
        assert not run.summary["cycles"][-1]["finished"]
    onward = ["Charge at 5C for 200 s or until a limit", "Rest for 1 s"]
    hotter = Heated(298.25)
    with charged(one_sphere, tmp_path / "on", hotter.extensions, protocol=onward) as run:
        reasons = [step["stop_reason"] for step in run.summary["steps"]]
        assert reasons[0] == "other-limit"
        assert len(reasons) == 2


LOSING: Mapping[str, Any] = tiny_case.CHEAP | {
    "protocol": ["Charge at 5C for 60 s"],
    "output.checkpoint_every": 1,
    "materials.overrides": {"matrix": {"contact_conductance": "100 S/m2"}},
}
GROWTH = 2.0e-3


@pytest.fixture(scope="module")
def contact_loss(repository: Path) -> Any:
    return load(repository / "examples" / "contact_loss.py").contact_loss


@pytest.fixture(scope="module")
def losing(case_file: Path, tmp_path_factory: pytest.TempPathFactory, contact_loss: Any) -> chemomech.Result:
    out = tmp_path_factory.mktemp("losing") / "r"
    return tiny_case.run(case_file, out, LOSING, extensions=contact_loss([1], GROWTH))


def test_damage_grows_with_the_charge_and_loosens_one_particle_alone(
    losing: chemomech.Result, case_file: Path, tmp_path: Path
) -> None:
    data = losing.dataset
    damage = data["contact_damage"].values
    assert np.all(damage[:, [0, 2]] == 0.0)
    assert np.all(np.diff(damage[:, 1]) > 0.0)
    # D is the charge through the surface, by the currents of the result and backward Euler.
    passed = np.cumsum(np.abs(data["reaction_current_density"].values[1:, 1]) * data["time_step"].values[1:])
    area = float(data["particle_area"][1]) / (4.0 * np.pi * float(data["particle_radius"][1]) ** 2)
    assert damage[1:, 1] == pytest.approx(GROWTH * area * passed, rel=1e-3)
    assert damage[-1, 1] > 0.3
    with tiny_case.run(case_file, tmp_path / "whole", LOSING) as whole:
        change = (
            data["mean_stoichiometry"].values[-1] - whole.dataset["mean_stoichiometry"].values[-1]
        ) * 1e3
        # The particle that loses contact keeps lithium; the others give it up in its place.
        assert change[1] > 1.0 > 0.0 > max(change[0], change[2])
        assert losing.summary["voltage_end_V"] > whole.summary["voltage_end_V"] + 1e-3


def test_damage_survives_kill_and_resume(
    losing: chemomech.Result,
    case_file: Path,
    tmp_path: Path,
    contact_loss: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def killed_after_ten_seconds(line: ProgressLine, snapshot: Any) -> None:
        if snapshot.time > 10.0:
            raise KeyboardInterrupt

    out = tmp_path / "r"
    with monkeypatch.context() as patch:
        patch.setattr(ProgressLine, "observe", killed_after_ten_seconds)
        with pytest.raises(KeyboardInterrupt):
            tiny_case.run(case_file, out, LOSING, extensions=contact_loss([1], GROWTH))
    # Without the state, or with another one, it is another model.
    for other in (None, contact_loss([2], GROWTH)):
        with pytest.raises(chemomech.InputError, match="was made by another case"):
            tiny_case.run(case_file, out, LOSING, resume=True, extensions=other)
    with tiny_case.run(case_file, out, LOSING, resume=True, extensions=contact_loss([1], GROWTH)) as again:
        assert again.dataset.sizes["time"] == losing.dataset.sizes["time"]
        for name in ("contact_damage", "voltage", "mean_stoichiometry", "reaction_current_density"):
            found, wanted = again.dataset[name].values, losing.dataset[name].values
            np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-9, err_msg=name)
