from __future__ import annotations

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.materials import active_material
from chemomech.validation.measurements import measurements, paper_keys
from chemomech.validation.measurements.loader import parse

CLAIMS = {0: 10, 1: 10, 2: 10, 4: 13, 5: 1}
"""Rows of the list of claims, by paper."""

PAPER = {"key": "k", "reference": "r", "doi": "", "material": "nmc622", "cell": "c"}
NUMBER = {"id": "a", "claim": "0.1", "quantity": "q", "unit": "GPa", "where": "w", "value": 1.0}


def test_every_claim_of_the_papers_has_a_measurement() -> None:
    found = {claim for key in paper_keys() for claim in measurements(key).claims}
    assert found == {f"{paper}.{row}" for paper, rows in CLAIMS.items() for row in range(1, rows + 1)}


def test_table_1_and_2_of_the_indentation_paper_are_complete_and_consistent() -> None:
    paper = measurements("hausen-2024")
    order = ("minimum", "quartile-25", "median", "quartile-75", "maximum")
    for quantity in ("reduced-modulus", "hardness"):
        for soc in (0.0, 0.5, 1.0):
            values = [paper.one_series(f"{quantity}-{name}").value_at(soc) for name in order]
            assert values == sorted(values)
            mean = paper.one_series(f"{quantity}-mean").value_at(soc)
            deviation = paper.one_series(f"{quantity}-standard-deviation").value_at(soc)
            assert values[1] < mean < values[3]
            assert deviation < values[-1] - values[0]
    assert paper.one_series("reduced-modulus-mean").values == (55.99, 37.66, 23.70)
    assert paper.one_series("hardness-quartile-25").values == (0.78, 0.52, 0.34)


def test_stated_drops_and_errors_follow_from_the_table() -> None:
    paper = measurements("hausen-2024")
    for quantity in ("reduced-modulus", "hardness"):
        mean = np.array(paper.one_series(f"{quantity}-mean").values)
        drop = paper.one_series(f"{quantity}-drop").values
        assert drop == pytest.approx(mean[1:] / mean[0] - 1.0, abs=6e-4)
        deviation = np.array(paper.one_series(f"{quantity}-standard-deviation").values)
        error = paper.one_series(f"{quantity}-mean").uncertainty
        assert error == pytest.approx(deviation / 21.0, rel=0.02)


def test_shares_of_diverging_particles_and_inactive_lithium_are_those_of_the_paper() -> None:
    paper = measurements("kroeger-nmc532")
    ends = ("slow-charge", "1c-100", "2c-50", "2c-100", "3c-100")
    shares = [paper.number(f"diverging-{end}") for end in ends]
    assert [(n.value, n.uncertainty) for n in shares] == [
        (0.06, 0.01),
        (0.08, 0.01),
        (0.11, 0.01),
        (0.15, 0.02),
        (0.10, 0.01),
    ]
    inactive = [paper.number(f"inactive-{end}").value for end in ends[1:]]
    assert inactive == [4.5, 9.5, 12.1, 10.1]


def test_known_errors_stand_beside_the_values() -> None:
    paper = measurements("hausen-2024")
    assert any("compliances" in error for error in paper.paper.known_errors)
    assert "364" in paper.one_series("reduced-modulus-maximum").known_errors[0]
    typo = measurements("jetybayeva-2022").one_series("charge-of-spectra")
    assert typo.values[-1] == 150.0
    assert "250" in typo.known_errors[0]
    assert measurements("kroeger-nmc532").paper.known_errors


def test_papers_name_shipped_materials_and_uncertainties_say_what_they_are() -> None:
    for key in paper_keys():
        paper = measurements(key)
        assert active_material(paper.paper.material)
        assert paper.paper.key == key
        for entry in (*paper.numbers.values(), *paper.series.values()):
            assert entry.where
            assert bool(entry.uncertainty) == bool(entry.uncertainty_is), entry.id


def test_nothing_is_interpolated() -> None:
    series = measurements("hausen-2024").one_series("hardness-mean")
    with pytest.raises(InputError, match="not measured at 0.25 .*it was at 0, 0.5, 1"):
        series.value_at(0.25)


def test_an_unknown_paper_or_entry_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'hausen-2024'"):
        measurements("hausen-2023")
    with pytest.raises(InputError, match="did you mean 'hardness-mean'"):
        measurements("hausen-2024").one_series("hardness-means")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"number": []}, "has no .paper."),
        ({"paper": PAPER, "table": []}, "an unknown part table"),
        ({"paper": PAPER, "number": [NUMBER, NUMBER]}, "two entries with the id 'a'"),
        ({"paper": PAPER, "number": [{**NUMBER, "valeu": 1.0}]}, "did you mean 'value'"),
        ({"paper": PAPER, "number": [{"id": "a"}]}, "lacks claim, quantity, unit, value, where"),
        (
            {
                "paper": PAPER,
                "series": [
                    {**_, "axis": "s", "at": [0, 1], "values": [1.0]}
                    for _ in [{k: v for k, v in NUMBER.items() if k != "value"}]
                ],
            },
            "2 positions, 1 values",
        ),
    ],
)
def test_a_file_that_does_not_fit_is_refused(content: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse(content, "x.toml")
