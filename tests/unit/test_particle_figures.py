from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from matplotlib.figure import Figure
from PIL import Image
from support.synthetic_result import synthetic_records, write_synthetic_result

from chemomech.cli import main
from chemomech.experiments.drawing.dots import Dots, largest_dot
from chemomech.experiments.drawing.style import styled
from chemomech.experiments.report.animation import animation_path, between, filmed_states, write_animation
from chemomech.experiments.report.depth_tables import depth_tables
from chemomech.experiments.report.figures.instants import longest_half_cycle, shown_states
from chemomech.experiments.report.figures.particles import SPECS
from chemomech.solver.results import Result, build_dataset

PARTICLES, STATISTICS = SPECS


def particles(count: int, *, mechanics: bool = True, kinds: bool = False) -> xr.Dataset:
    """Made-up histories of any number of particles, drawn from the synthetic result's."""
    records = synthetic_records(mechanics=mechanics, steps=30)
    random = np.random.default_rng(2)
    taken = random.integers(0, len(records["particle_z"]), count)
    for name, values in records.items():
        if np.ndim(values) and np.shape(values)[-1] == 52:
            records[name] = np.asarray(values)[..., taken]
    records["particle_z"] = random.uniform(2e-6, 38e-6, count)
    if kinds:
        records["particle_volume"] = records["particle_volume"] * 1e9
    return build_dataset(records)


def drawn(dataset: xr.Dataset) -> Figure:
    assert PARTICLES.omission(dataset) is None
    with styled():
        figure = PARTICLES.draw(dataset)
        figure.canvas.draw()
    return figure


def panels_of(figure: Figure) -> list:
    return [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]


def cycle(charges: list[float], cycles: list[int]) -> xr.Dataset:
    """A state of 0, then three states for each step, in which the charge changes evenly."""
    total, number, numbers = [0.0], [1], [cycles[0]]
    for step, (charge, of) in enumerate(zip(charges, cycles, strict=True), start=1):
        total += (total[-1] + charge * np.array([1, 2, 3]) / 3).tolist()
        number += [step] * 3
        numbers += [of] * 3
    return build_dataset(
        {
            "time": 10.0 * np.arange(len(total)),
            "voltage": np.full(len(total), 3.8),
            "current_density": np.zeros(len(total)),
            "areal_capacity": total,
            "step_number": number,
            "cycle_number": numbers,
        }
    )


@pytest.mark.parametrize("count", [1, 9, 52, 3000])
def test_every_particle_is_a_dot_within_its_panel(count: int) -> None:
    dataset = particles(count)
    panels = panels_of(drawn(dataset))
    assert len(panels) == 8  # four times of lithium and of stress
    for axes, series in zip(panels, (2, 2, 2, 2, 1, 1, 1, 1), strict=True):
        dots = np.vstack([line.get_xydata() for line in axes.lines if line.get_marker() == "o"])
        assert len(dots) == series * count
        for values, (low, high) in zip(dots.T, (axes.get_xlim(), axes.get_ylim()), strict=True):
            assert (values >= low).all()
            assert (values <= high).all()


def test_dots_show_the_state_that_the_title_says() -> None:
    dataset = particles(52)
    last = shown_states(dataset)[-1]
    assert last.label == "613 s (100 % of the charge)"
    panels = panels_of(drawn(dataset))
    assert panels[3].get_title(loc="left") == f"(d) {last.label}"
    shown = np.vstack([line.get_xydata() for line in panels[7].lines if line.get_marker() == "o"])
    expected = np.column_stack(
        [dataset["particle_z"].values * 1e6, dataset["surface_equivalent_stress"].values[-1] * 1e-6]
    )
    assert np.sort(shown, axis=0) == pytest.approx(np.sort(expected, axis=0))


def test_without_mechanics_there_is_one_row_and_no_word_of_stress() -> None:
    dataset = particles(52, mechanics=False)
    assert len(panels_of(drawn(dataset))) == 4
    assert "stress" not in PARTICLES.caption(dataset)
    with styled():
        assert len(panels_of(STATISTICS.draw(dataset))) == 2
    assert len(depth_tables(dataset)) == 2


def test_means_and_bands_are_the_statistics_of_the_windows() -> None:
    dataset = particles(400)
    axes = panels_of(drawn(dataset))[7]
    (line,) = (line for line in axes.lines if line.get_marker() == "None")
    (band,) = axes.patches
    z = dataset["particle_z"].values
    values = dataset["surface_equivalent_stress"].values[-1, z < 4e-6] * 1e-6
    assert line.get_xydata()[0] == pytest.approx([2.0, values.mean()])
    error = values.std(ddof=1) / values.size**0.5
    assert band.get_xy()[0] == pytest.approx([2.0, values.mean() + error])


def test_one_particle_and_few_have_no_means_and_a_sentence() -> None:
    for count, said in ((1, "a single particle has no statistics"), (9, "9 particles are too few")):
        dataset = particles(count)
        assert said in PARTICLES.caption(dataset)
        assert said in str(STATISTICS.omission(dataset))
        assert all(not axes.patches for axes in panels_of(drawn(dataset)))
        assert depth_tables(dataset) == []


def test_kinds_of_particle_have_means_by_volume_and_no_bands() -> None:
    dataset = particles(200, kinds=True)
    assert "200 kinds of particle" in PARTICLES.caption(dataset)
    assert "no scatter" in str(STATISTICS.omission(dataset))
    (band, *_) = panels_of(drawn(dataset))[0].patches
    assert len(np.unique(band.get_xy(), axis=0)) == 200  # of each depth, upper and lower edge coincide


def test_dots_shrink_as_particles_grow_in_number_and_are_all_there() -> None:
    radii = np.random.default_rng(1).uniform(1.0, 4.0, 1870)
    assert largest_dot(radii[:30], 25e3) == 10.0
    assert 1.1 < largest_dot(radii, 25e3) < 10.0
    assert largest_dot(np.tile(radii, 100), 25e3) == 1.1
    axes = Figure().subplots()
    dots = Dots(axes, radii, 4.0, "black")
    dots.move(radii, 2.0 * radii)
    sizes = {line.get_markersize(): line.get_xdata() for line in axes.lines}
    for size, shown in sizes.items():  # within half a class of 0.25
        assert size == pytest.approx(4.0 * np.asarray(shown) / radii.max(), abs=0.26)
    assert sorted(np.concatenate(list(sizes.values()))) == pytest.approx(sorted(radii))


def test_longest_half_cycle_is_the_one_that_passes_most_charge() -> None:
    # Charge of 0.3 + 0.6 (two steps), discharge of 1.2, charge of 1.0.
    dataset = cycle([0.3, 0.6, -1.2, 1.0], [1, 1, 1, 2])
    half = longest_half_cycle(dataset)
    assert half is not None
    assert (half.cycle, half.sign, half.states.tolist()) == (1, -1, [6, 7, 8, 9])
    assert half.passed == pytest.approx([0.0, 1 / 3, 2 / 3, 1.0])
    assert [shown.label for shown in shown_states(dataset)] == [
        "60 s (0 % of the discharge)",
        "70 s (33 % of the discharge)",
        "80 s (67 % of the discharge)",
        "90 s (100 % of the discharge)",
    ]
    joined = longest_half_cycle(cycle([0.5, 0.9, -1.2], [1, 1, 1]))
    assert joined is not None
    assert joined.states.tolist() == list(range(7))


def test_a_rest_within_a_half_cycle_belongs_to_it_and_a_run_at_rest_has_none() -> None:
    half = longest_half_cycle(cycle([-0.4, 0.0, -0.5], [1, 0, 1]))
    assert half is not None
    assert half.states.tolist() == list(range(10))
    rest = cycle([0.0], [0])
    assert longest_half_cycle(rest) is None
    assert shown_states(rest)[-1].label == "30 s"


def test_of_equal_charges_the_first_is_shown() -> None:
    half = longest_half_cycle(cycle([1.0, -1.0, 1.0 + 1e-9, -1.0], [1, 1, 2, 2]))
    assert half is not None
    assert (half.cycle, half.sign) == (1, 1)


def test_several_cycles_are_filmed_as_the_one_that_passes_most() -> None:
    assert filmed_states(cycle([1.0, -1.0], [1, 1])).tolist() == list(range(7))
    assert filmed_states(cycle([1.0, -1.0, 1.1, -1.0], [1, 1, 2, 2])).tolist() == list(range(6, 13))


def test_values_between_states_are_interpolated() -> None:
    time, history = np.array([0.0, 2.0, 2.0, 4.0]), np.array([[0.0], [2.0], [10.0], [20.0]])
    assert between(time, history, 0.0).tolist() == [0.0]
    assert between(time, history, 1.0).tolist() == [1.0]
    assert between(time, history, 2.0).tolist() == [10.0]
    assert between(time, history, 3.0).tolist() == [15.0]
    assert between(time, history, 4.0).tolist() == [20.0]


@pytest.mark.parametrize("mechanics", [True, False])
def test_animation_has_its_frames_and_they_differ(tmp_path: Path, mechanics: bool) -> None:
    with Result.open(write_synthetic_result(tmp_path / "run", mechanics=mechanics)) as result:
        path = write_animation(result, frames=5)
        assert path == animation_path(result)
    with Image.open(path) as film:
        assert film.n_frames == 5
        pictures = []
        for k in range(5):
            film.seek(k)
            pictures.append(np.asarray(film.convert("RGB"), dtype=int))
            held = film.info["duration"]
    assert len({picture.shape for picture in pictures}) == 1
    assert all((a != b).any() for a, b in zip(pictures, pictures[1:], strict=False))
    assert held > 500  # the last one, ms


def test_command_writes_the_animation_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_synthetic_result(tmp_path / "run")
    asked: list[Path] = []
    monkeypatch.setattr("chemomech.experiments.report.write_figures", lambda result: [])
    monkeypatch.setattr("chemomech.experiments.report.write_report", lambda result: result.report)
    monkeypatch.setattr(
        "chemomech.experiments.report.write_animation", lambda result: asked.append(result.path) or folder
    )
    assert main(["report", str(folder)]) == 0
    assert asked == []
    assert main(["report", str(folder), "--animation"]) == 0
    assert asked == [folder]
    assert "animation: " in capsys.readouterr().out


def test_a_result_without_particles_is_not_animated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_synthetic_result(tmp_path / "run", drop=("surface_stoichiometry",))
    monkeypatch.setattr("chemomech.experiments.report.write_figures", lambda result: [])
    monkeypatch.setattr("chemomech.experiments.report.write_report", lambda result: result.report)
    assert main(["report", str(folder), "--animation"]) == 2
    assert "does not hold surface_stoichiometry" in capsys.readouterr().err
    assert not (folder / "figures").exists()


def test_tables_state_mean_and_standard_error_of_each_window() -> None:
    dataset = particles(300)
    tables = depth_tables(dataset)
    x = dataset["mean_stoichiometry"].values[-1, dataset["particle_z"].values < 4e-6]
    assert [heading.split()[0] for heading, _ in tables] == ["Mean", "Surface", "Surface"]
    row = tables[0][1].rows[0]
    assert row[:2] == ("0.0 to 4.0", str(x.size))
    assert row[-1] == f"{x.mean():.4f} ± {x.std(ddof=1) / x.size**0.5:.4f}"
