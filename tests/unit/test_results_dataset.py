from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from support.synthetic_result import synthetic_attributes, synthetic_records

from chemomech.solver.results import (
    QUANTITIES,
    SchemaError,
    build_dataset,
    decode_attribute,
    probe_summary,
    quantity,
    write_dataset,
)

MINIMAL: dict[str, Any] = {
    "time": [0.0, 1.0, 3.0],
    "voltage": [3.7, 3.8, 3.9],
    "current_density": [0.0, 72.0, 72.0],
}


def test_every_quantity_has_a_unit_a_long_name_and_dimensions_that_are_coordinates() -> None:
    for name, entry in QUANTITIES.items():
        assert name == entry.name
        assert entry.unit
        assert entry.long_name
        assert all(QUANTITIES[dimension].is_coordinate for dimension in entry.dims)


def test_table_holds_every_variable_that_the_result_folder_promises() -> None:
    promised = {
        "voltage": "V",
        "current_density": "A m-2",
        "areal_capacity": "mAh cm-2",
        "electrolyte_potential_drop": "V",
        "electrolyte_concentration_min": "mol m-3",
        "matrix_potential_span": "V",
        "particle_radius": "m",
        "particle_volume": "m3",
        "mean_stoichiometry": "-",
        "reaction_current_density": "A m-2",
        "max_principal_stress": "Pa",
        "strength_ratio": "-",
        "energy_release_ratio": "-",
        "cut_equivalent_stress": "Pa",
    }
    assert {name: quantity(name).unit for name in promised} == promised


def test_variables_carry_units_and_long_names_of_the_table() -> None:
    dataset = build_dataset(synthetic_records(), attributes=synthetic_attributes())
    for name, variable in dataset.variables.items():
        assert variable.attrs["units"] == quantity(str(name)).unit
        assert variable.attrs["long_name"] == quantity(str(name)).long_name
        assert variable.dims == quantity(str(name)).dims


def test_particles_are_numbered_from_zero_when_not_numbered() -> None:
    dataset = build_dataset({**MINIMAL, "particle_radius": [1e-6, 2e-6]})
    assert dataset["particle"].values.tolist() == [0, 1]


def test_unknown_variable_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(SchemaError, match="'votage'.*did you mean 'voltage'"):
        build_dataset({**MINIMAL, "votage": [1.0, 2.0, 3.0]})


def test_missing_required_variable_is_refused() -> None:
    with pytest.raises(SchemaError, match="lack current_density"):
        build_dataset({"time": [0.0], "voltage": [3.7]})


def test_wrong_number_of_dimensions_is_refused_with_the_expected_ones() -> None:
    with pytest.raises(SchemaError, match=r"voltage has 2 dimensions \(shape \(3, 1\)\).*\(time\)"):
        build_dataset({**MINIMAL, "voltage": [[3.7], [3.8], [3.9]]})


def test_scalar_given_as_a_series_is_refused() -> None:
    with pytest.raises(SchemaError, match="cut_y has 1 dimensions.*a single number"):
        build_dataset({**MINIMAL, "cut_y": [1e-5]})


def test_lengths_that_disagree_are_refused() -> None:
    with pytest.raises(SchemaError, match="areal_capacity has 2 entries along time, but time has 3"):
        build_dataset({**MINIMAL, "areal_capacity": [0.0, 1.0]})


def test_wrong_unit_is_refused() -> None:
    with pytest.raises(SchemaError, match="'mV', but is stored in 'V'"):
        build_dataset(MINIMAL, units={"time": "s", "voltage": "mV"})


def test_time_that_goes_back_is_refused_but_a_repeated_instant_is_not() -> None:
    with pytest.raises(SchemaError, match="time goes back at entry 2"):
        build_dataset({**MINIMAL, "time": [0.0, 2.0, 1.0]})
    # two protocol steps meet at 1 s: the same instant with two currents
    dataset = build_dataset({**MINIMAL, "time": [0.0, 1.0, 1.0]})
    assert dataset.sizes["time"] == 3


def test_time_that_is_not_finite_is_refused() -> None:
    with pytest.raises(SchemaError, match="time holds values that are not finite"):
        build_dataset({**MINIMAL, "time": [0.0, np.nan, 1.0]})


def test_field_over_depth_without_depths_is_refused() -> None:
    with pytest.raises(SchemaError, match="use the dimension depth but give no depth"):
        build_dataset({**MINIMAL, "electrolyte_potential": np.zeros((3, 4))})


def test_text_where_numbers_belong_is_refused() -> None:
    with pytest.raises(SchemaError, match="voltage has elements of type"):
        build_dataset({**MINIMAL, "voltage": ["a", "b", "c"]})


@pytest.mark.parametrize("couplings", ["off", {"mechanics": "off"}])
def test_stress_in_a_run_without_mechanics_is_refused(couplings: object) -> None:
    records: dict[str, Any] = {**MINIMAL, "max_principal_stress": np.zeros((3, 2))}
    with pytest.raises(SchemaError, match="mechanics is off.*max_principal_stress"):
        build_dataset(records, attributes={"couplings": couplings})


def test_written_dataset_is_read_back_bit_for_bit_with_its_attributes(tmp_path: Path) -> None:
    dataset = build_dataset(synthetic_records(), attributes=synthetic_attributes())
    path = write_dataset(tmp_path / "result.nc", dataset)
    with xr.open_dataset(path, engine="h5netcdf") as back:
        xr.testing.assert_identical(back.load(), dataset)
        assert back["time"].dtype == np.float64  # seconds stay numbers, whatever the reader decodes
        assert decode_attribute(back.attrs["couplings"]) == {"mechanics": "two-way"}
        assert decode_attribute(back.attrs["near_separator_particle"]) == int(
            np.argmax(dataset["particle_z"].values)
        )


def test_written_dataset_is_compressed(tmp_path: Path) -> None:
    constant = np.full((3, 5000), 0.5)
    dataset = build_dataset({**MINIMAL, "mean_stoichiometry": constant})
    path = write_dataset(tmp_path / "result.nc", dataset)
    assert path.stat().st_size < constant.nbytes / 2


def test_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_dataset(tmp_path / "result.nc", build_dataset(MINIMAL))
    before = path.read_bytes()

    def half_written(self: Path, content: bytes) -> None:
        with self.open("wb") as file:
            file.write(content[: len(content) // 2])
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_bytes", half_written)
    with pytest.raises(OSError, match="no space left"):
        write_dataset(path, build_dataset(MINIMAL))
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["result.nc"]


def test_attributes_that_are_none_are_left_out_and_sets_become_lists() -> None:
    dataset = build_dataset(MINIMAL, attributes={"case": None, "tags": {"b", "a"}, "resumed": True})
    assert "case" not in dataset.attrs
    assert decode_attribute(dataset.attrs["tags"]) == ["a", "b"]
    assert dataset.attrs["resumed"] == 1


def test_probe_summary_holds_the_histories_of_the_two_named_particles() -> None:
    records: dict[str, Any] = {
        **MINIMAL,
        "particle_z": [5e-6, 35e-6, 20e-6],
        "particle_radius": [1e-6, 2e-6, 3e-6],
        "surface_stoichiometry": [[0.9, 0.9, 0.9], [0.8, 0.7, 0.75], [0.5, 0.4, 0.45]],
        "core_stoichiometry": [[0.9, 0.9, 0.9], [0.89, 0.88, 0.885], [0.6, 0.5, 0.55]],
    }
    named = probe_summary(
        build_dataset(records, attributes={"near_separator_particle": 2, "near_collector_particle": 0})
    )
    assert named["near_separator"]["particle"] == 2
    assert named["near_separator"]["surface_stoichiometry"] == [0.9, 0.75, 0.45]
    assert named["near_collector"]["centre_stoichiometry"] == [0.9, 0.89, 0.6]
    assert named["near_collector"]["time_s"] == [0.0, 1.0, 3.0]
    assert "surface_equivalent_stress_Pa" not in named["near_collector"]
    # without names, the highest and the lowest particle are taken
    found = probe_summary(build_dataset(records))
    assert (found["near_separator"]["particle"], found["near_collector"]["particle"]) == (1, 0)
