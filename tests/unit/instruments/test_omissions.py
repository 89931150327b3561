"""Every reading says what it leaves out, and an option that puts it in takes it off the list."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chemomech.validation.instruments import (
    INSTRUMENTS,
    Bias,
    ConductiveAfm,
    ElectrodeState,
    FluorescenceYield,
    IndentationMap,
    Nexafs,
    Omission,
    UniformField,
    all_omissions,
    instrument,
)
from chemomech.validation.instruments.composite import Composite
from chemomech.validation.instruments.grain import NixGao, SphericalPores
from chemomech.validation.instruments.junction import SchottkyJunction, SurfaceFilm
from chemomech.validation.instruments.surface import FilmCover, SphericalRelief

SMALL = {"nanoindentation": {"points": 3, "pitch": 1e-6}}

OPTIONS = [
    (Nexafs(), Nexafs(cover=FilmCover()), "No contamination, carbonate or binder"),
    (Nexafs(), Nexafs(relief=SphericalRelief()), "though particles are round"),
    (
        Nexafs(FluorescenceYield()),
        Nexafs(FluorescenceYield(self_absorbed=True)),
        "Self-absorption, which flattens",
    ),
    (ConductiveAfm(), ConductiveAfm(film=SurfaceFilm(2e-9, 1e-6)), "No film lies on the particles"),
    (ConductiveAfm(), ConductiveAfm(junction=SchottkyJunction(0.5)), "No Schottky barrier"),
    (
        IndentationMap(),
        IndentationMap(composite=Composite(size_effect=NixGao(100e-9))),
        "finds it harder (Nix and Gao)",
    ),
    (
        IndentationMap(),
        IndentationMap(composite=Composite(pores=SphericalPores(0.1))),
        "Particles are dense",
    ),
]


@pytest.fixture
def electrode() -> ElectrodeState:
    return ElectrodeState(
        np.array([[5e-6, 5e-6, 5e-6], [5e-6, 5e-6, 15e-6]]), np.array([3e-6, 4e-6]), (10e-6, 10e-6, 20e-6),
        UniformField(np.array([0.5, 0.7])), fracture_index=np.array([0.1, 2.0]),
    )  # fmt: skip


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_instrument_and_its_reading_say_what_they_leave_out(
    name: str, electrode: ElectrodeState
) -> None:
    made = instrument(name, **SMALL.get(name, {}))
    assert isinstance(made.omissions, tuple)
    assert len(made.omissions) >= 2
    assert made.read(electrode, np.random.default_rng(0)).omissions == made.omissions
    sentences = [omission.sentence for omission in made.omissions]
    assert len(set(sentences)) == len(sentences)
    for omission in made.omissions:
        assert isinstance(omission, Omission)
        assert isinstance(omission.bias, Bias)
        assert omission.reading
        assert omission.sentence[0].isupper()
        assert omission.sentence.endswith(".")
        assert ". " not in omission.sentence


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_the_documentation_lists_what_is_left_out(name: str, repository: Path) -> None:
    text = " ".join((repository / "docs" / "instruments.md").read_text().split())
    for omission in instrument(name).omissions:
        assert f"{omission.sentence} *{omission.bias}.*" in text, omission.sentence


def test_a_page_finds_all_of_them_by_name() -> None:
    found = all_omissions()
    assert set(found) == set(INSTRUMENTS)
    assert found["nexafs"] == Nexafs().omissions
    assert all(found.values())


def said(made) -> str:  # type: ignore[no-untyped-def]
    return " ".join(omission.sentence for omission in made.omissions)


@pytest.mark.parametrize(("without", "having", "sentence"), OPTIONS)
def test_what_an_option_puts_in_is_no_longer_left_out(without, having, sentence: str) -> None:  # type: ignore[no-untyped-def]
    assert sentence in said(without)
    assert sentence not in said(having)


def test_what_cannot_be_put_in_is_said() -> None:
    assert "electrostatic force" in said(instrument("strain-microscopy"))
    assert "pile up" in said(instrument("nanoindentation"))
    assert "within one grain" in said(instrument("nanoindentation"))
    assert "hardly moves with lithium" in said(instrument("diffraction"))
    assert "within one grain, and finds it harder" not in said(instrument("contact-resonance"))
