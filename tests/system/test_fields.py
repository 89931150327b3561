"""The fields for ParaView, read back with the library they are made for."""

from __future__ import annotations

import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from support import tiny_case
from support.tiny_case import Charge

import chemomech
from chemomech.materials import active_material

adios2 = pytest.importorskip("adios2", reason="pip install adios2, or make setup")

Array = npt.NDArray[np.float64]


class Dataset:
    """All steps of all variables of one dataset."""

    def __init__(self, path: Path) -> None:
        self.values: dict[str, list[Array]] = {}
        with adios2.Stream(str(path), "r") as stream:
            for _ in stream.steps():
                names = stream.available_variables()
                for name in names:
                    self.values.setdefault(name, []).append(self._read(stream, name))
            self.scheme = ElementTree.fromstring(stream.read_attribute("vtk.xml"))

    @staticmethod
    def _read(stream: object, name: str) -> Array:
        blocks = stream.all_blocks_info(name)[0] if not _shape(stream, name) else None  # type: ignore[attr-defined]
        if blocks:
            parts = [np.asarray(stream.read(name, block_id=i)) for i in range(len(blocks))]  # type: ignore[attr-defined]
            return np.concatenate([np.atleast_1d(part) for part in parts])
        return np.asarray(stream.read(name))  # type: ignore[attr-defined]

    def times(self) -> list[float]:
        return [float(value.ravel()[0]) for value in self.values["step"]]

    @property
    def points(self) -> Array:
        return self.values["geometry"][0].reshape(-1, 3)


def _shape(stream: object, name: str) -> str:
    return str(stream.available_variables()[name].get("Shape", ""))  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def fields(charge: Charge) -> dict[str, Dataset]:
    folder = charge.result.path / "fields"
    names = ("particles", "electrolyte", "matrix", "electrode")
    assert {path.name for path in folder.iterdir()} == {f"{name}.bp" for name in names}
    return {name: Dataset(folder / f"{name}.bp") for name in names}


def test_fields_are_written_at_the_first_accepted_times_from_those_asked(
    fields: dict[str, Dataset], charge: Charge
) -> None:
    times = charge.result.dataset["time"].values
    for name, dataset in fields.items():
        assert dataset.times() == pytest.approx([0.0, times[times >= 100.0][0]]), name


def test_coordinates_are_metres(fields: dict[str, Dataset]) -> None:
    # Box 8 x 8 x 12 um, separator 6 um; the spheres reach from z = 2.8 - 2.2 um to 9.1 + 2.4 um.
    for name, low, high in (
        ("electrolyte", (0.0, 0.0, 0.0), (8e-6, 8e-6, 18e-6)),
        ("matrix", (0.0, 0.0, 0.0), (8e-6, 8e-6, 12e-6)),
        ("electrode", (0.0, 0.0, 0.0), (8e-6, 8e-6, 12e-6)),
        ("particles", (0.4e-6, 0.5e-6, 0.6e-6), (7.3e-6, 7.2e-6, 11.5e-6)),
    ):
        # A sphere's outermost point need not be a node of the mesh.
        tolerance = 0.15e-6 if name == "particles" else 1e-12
        assert fields[name].points.min(axis=0) == pytest.approx(low, abs=tolerance), name
        assert fields[name].points.max(axis=0) == pytest.approx(high, abs=tolerance), name


def test_values_are_those_of_the_result_in_si_units(fields: dict[str, Dataset], charge: Charge) -> None:
    data = charge.result.dataset
    row = int(np.argmax(data["time"].values >= 100.0))
    salt = fields["electrolyte"].values["electrolyte_concentration"]
    assert np.all(salt[0] == 1000.0)
    assert salt[1].min() == pytest.approx(float(data["electrolyte_concentration_min"][row]), rel=1e-9)
    assert salt[1].max() == pytest.approx(float(data["electrolyte_concentration_max"][row]), rel=1e-9)
    stoichiometry = fields["particles"].values["stoichiometry"]
    assert stoichiometry[0] == pytest.approx(0.93)
    assert stoichiometry[1].min() < float(data["surface_stoichiometry"][row].min()) + 1e-3
    assert stoichiometry[1].max() > float(data["core_stoichiometry"][row].max()) - 1e-2
    # Potentials are against lithium metal: the matrix is at the voltage but for its small resistance.
    for step, index in ((0, 0), (1, row)):
        matrix = fields["matrix"].values["matrix_potential"][step]
        assert matrix == pytest.approx(float(data["voltage"][index]), abs=1e-3)
    # The stress field is smoothed over nodes, the reading is a peak over points: the same but for that.
    peak = float(data["max_equivalent_stress"][row].max())
    assert 0.5 * peak < fields["particles"].values["equivalent_stress"][1].max() < 1.5 * peak


def test_displacement_is_metres_of_shrinkage(fields: dict[str, Dataset], charge: Charge) -> None:
    displacement = [values.reshape(-1, 3) for values in fields["electrode"].values["displacement"]]
    assert np.abs(displacement[0]).max() < 1e-12
    # The surface towards the separator moves by the chemical strain of what lies below it: about that of the
    # particles times their share of the thickness of 12 um.
    data = charge.result.dataset
    row = int(np.argmax(data["time"].values >= 100.0))
    strain = active_material("nmc622").chemical_strain
    change = np.asarray(strain(data["mean_stoichiometry"][row].values)) - float(strain(0.93))
    largest = np.abs(change).max() * 12e-6
    print("largest displacement", np.abs(displacement[1]).max(), "bound", largest)
    assert 0.01 * largest < np.abs(displacement[1]).max() < 2.0 * largest


def test_paraview_is_told_how_to_read_them(fields: dict[str, Dataset]) -> None:
    for name, dataset in fields.items():
        arrays = {
            entry.attrib["Name"] for entry in dataset.scheme.iter("DataArray") if "Name" in entry.attrib
        }
        variables = set(dataset.values)
        assert {"geometry", "connectivity", "types"} <= arrays, name
        assert {array for array in arrays if array != "TIME"} <= variables | {"vtkOriginalPointIds"}, name


TESTS = Path(__file__).resolve().parent.parent
GROUPS = ("particles", "electrolyte", "matrix")
SHORT = tiny_case.CHEAP | {
    "protocol": ["Charge at 5C for 6 s"],
    "output.field_times": ["0 s", "3 s", "5 s"],
    "output.checkpoint_every": 1,
}


def is_closed(path: Path) -> bool:
    """Whether who reads step by step comes to an end, and need not wait for a writer."""
    status = adios2.bindings.StepStatus
    with adios2.Stream(str(path), "r") as stream:
        while (found := stream.begin_step(timeout=1.0)) == status.OK:
            stream.end_step()
    return bool(found == status.EndOfStream)


def test_run_killed_while_it_writes_fields_is_resumed_to_the_same_fields(
    case_file: Path, tmp_path: Path
) -> None:
    case = chemomech.Case.from_toml(case_file).with_overrides(SHORT)
    path, out = tmp_path / "short.toml", tmp_path / "killed"
    path.write_text(case.to_toml(), encoding="utf-8")
    # The three datasets of 0 s are written, and of those of 3 s the first.
    script = TESTS / "support" / "killed_while_writing.py"
    process = subprocess.run(
        [sys.executable, str(script), str(path), str(out), "4"], capture_output=True, text=True, timeout=900.0
    )
    assert process.returncode == -signal.SIGKILL, process.stderr
    fields = out / "fields"
    assert {p.name for p in fields.iterdir()} == {f"{name}.bp" for name in GROUPS}
    assert not is_closed(fields / "particles.bp")
    # A run killed when it had only just opened a dataset leaves this.
    (fields / "matrix-from-0.5s.bp").mkdir()
    (fields / "matrix-from-0.5s.bp" / "md.idx").touch()

    tiny_case.run(case_file, out, SHORT, resume=True).close()
    tiny_case.run(case_file, tmp_path / "whole", SHORT).close()
    assert not (fields / "matrix-from-0.5s.bp").exists()
    for name in GROUPS:
        wanted = Dataset(tmp_path / "whole" / "fields" / f"{name}.bp")
        assert wanted.times() == pytest.approx([0.0, 3.0, 5.0], abs=1e-3)
        parts = sorted(fields.glob(f"{name}*.bp"), key=lambda p: len(p.name))
        assert len(parts) == 2
        assert all(is_closed(part) for part in parts)
        before, after = (Dataset(part) for part in parts)
        assert before.times() == pytest.approx([0.0, 3.0] if name == "particles" else [0.0], abs=1e-3)
        assert after.times() == pytest.approx([3.0, 5.0], abs=1e-3)
        for part, first in ((before, 0), (after, 1)):
            assert set(part.values) == set(wanted.values)
            for variable in set(part.values) - {"step"}:
                for k, values in enumerate(part.values[variable]):
                    reference = wanted.values[variable][min(first + k, len(wanted.values[variable]) - 1)]
                    assert values == pytest.approx(reference, rel=1e-5, abs=1e-8), (name, variable, k)
