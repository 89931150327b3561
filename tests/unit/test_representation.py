"""Every key of a case and every entry of a material is used, refused or named by every model."""

from __future__ import annotations

import dataclasses
import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import changed_entries
from support.case_keys import CONTACTS, IMAGE
from support.unloaded import unloaded

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.case.keys import case_keys, material_entries
from chemomech.experiments.case.prepare import PreparedCase, prepare
from chemomech.experiments.case.schema import key
from chemomech.experiments.models.groups import DAMAGE
from chemomech.experiments.models.homogenised.bpx_representation import BPX
from chemomech.experiments.models.homogenised.bpx_writing import bpx_content
from chemomech.experiments.models.homogenised.cell import homogenise
from chemomech.experiments.models.homogenised.representation import HOMOGENISED
from chemomech.experiments.models.radial.representation import RADIAL
from chemomech.experiments.models.representation import (
    ALL,
    ForPeople,
    LeftOut,
    Limited,
    Representation,
    Represented,
    lines,
)
from chemomech.experiments.models.resolved.representation import RESOLVED

ROOT = Path(__file__).parents[2]
MODELS = [pytest.param(model, id=model.model) for model in (RESOLVED, RADIAL, HOMOGENISED, BPX)]
TREATMENTS = (Represented, ForPeople, Limited, LeftOut)
BASE: dict[str, Any] = {"mechanics.coupling": "one-way", "materials.diffusivity_scaling": "radius-squared"}


def prepared(**changes: Any) -> PreparedCase:
    return prepare(unloaded().with_overrides(BASE | changes))


# --- the walk -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
def test_every_key_and_entry_has_a_treatment_in_every_model(model: Representation[Any]) -> None:
    known_keys, known_entries = set(case_keys()), set(material_entries())
    lacking = [name for name in known_keys if model.treatment(name) is None]
    lacking += [name for name in known_entries if name not in model.entries]
    assert not lacking, f"declare in the table of {model.model} what it makes of {sorted(lacking)}"
    sections = {name.rsplit(".", 1)[0] + ALL for name in known_keys if "." in name}
    assert set(model.keys) <= known_keys | sections
    assert set(model.entries) <= known_entries
    assert all(isinstance(t, TREATMENTS) for t in (*model.keys.values(), *model.entries.values()))


def test_the_walk_knows_keys_of_every_section_and_refuses_a_reader_that_does_not_say_what_it_reads() -> None:
    names = set(case_keys())
    for name in (
        "protocol", "geometry.layout", "geometry.layout.stack", "geometry.contacts.neck_ratio", "mesh.growth",
        "wiring.residual", "wiring.particles", "numerics.largest_step", "output.cut_times",
    ):  # fmt: skip
        assert name in names

    @dataclasses.dataclass(frozen=True)
    class Section:
        hidden: int = key(0, read=lambda value, name: value)

    with pytest.raises(TypeError, match="'hidden' has a reader of its own"):
        list(case_keys(Section))


def test_no_wildcard_says_that_keys_are_used() -> None:
    # A key that nobody has looked at must not count as used.
    for model in (RESOLVED, RADIAL, HOMOGENISED, BPX):
        for name, treatment in model.keys.items():
            assert not name.endswith(ALL) or isinstance(treatment, LeftOut), name


# --- what is said to be used is used --------------------------------------------------------------------


def companion_input(given: PreparedCase) -> dict[str, Any]:
    """All numbers and laws that PyBaMM is handed, the laws at one point."""
    parameters = pytest.importorskip("chemomech.experiments.models.homogenised.parameters")
    pytest.importorskip("pybamm")
    cell = homogenise(given)
    c_max = float(cell.model.cathode.maximum_concentration)
    at = {"c_e": 900.0, "c_s": 0.6 * c_max, "scale": c_max, "x": 0.6}
    found: dict[str, Any] = {"options": parameters.model_options(cell), "steps": repr(given.steps)}
    for name, value in parameters.parameter_table(cell).items():
        arguments = [at.get(a, 300.0) for a in inspect.signature(value).parameters] if callable(value) else []
        found[name] = float(value(*arguments)) if callable(value) else value
    return found | {"mass": cell.active_mass}


def of_model(given: PreparedCase, name: str) -> list[PreparedCase]:
    return [
        dataclasses.replace(given, model=model)
        for model in changed_entries.models(given.model, name, balanced=True)
    ]


ENTRIES_READ_AFTERWARDS = (
    "cathode.poisson_ratio", "cathode.youngs_modulus", "cathode.chemical_strain", "cathode.strength",
    "cathode.stress_free_stoichiometry", "cathode.fracture_toughness", "cathode.surface_flaw_depth",
    "cathode.core_flaw_radius",
)  # fmt: skip
"""One-way coupling: stress and fracture are read from the solution, and nothing of them goes into it."""


@pytest.fixture(scope="module")
def scaled_case() -> PreparedCase:
    return prepared()


def used(model: Representation[PreparedCase], given: PreparedCase) -> list[str]:
    """Entries that a model uses of a case."""
    return [
        name
        for name, treatment in model.entries.items()
        if not isinstance(treatment, ForPeople) and not treatment.omission(given)
    ]


def test_the_input_of_the_companion_changes_with_every_entry_it_is_said_to_use(
    scaled_case: PreparedCase,
) -> None:
    before = companion_input(scaled_case)
    names = [name for name in used(HOMOGENISED, scaled_case) if name not in ENTRIES_READ_AFTERWARDS]
    assert len(names) > 20
    blind = [
        name
        for name in names
        if any(companion_input(other) == before for other in of_model(scaled_case, name))
    ]
    assert blind == []


def test_the_input_of_the_companion_does_not_change_with_an_entry_it_is_said_to_leave_out(
    scaled_case: PreparedCase,
) -> None:
    before = companion_input(scaled_case)
    left_out = [name for name, t in HOMOGENISED.entries.items() if t.omission(scaled_case)]
    assert set(left_out) == {
        "cathode.conductivity", "cathode.intrinsic_diffusivity", "cathode.in_plane_strain",
        "matrix.youngs_modulus", "matrix.poisson_ratio",
    }  # fmt: skip
    for name in left_out:
        assert all(companion_input(other) == before for other in of_model(scaled_case, name)), name


@pytest.fixture(scope="module")
def solved(scaled_case: PreparedCase) -> Any:
    """A run of the companion, solved once and read as often as wanted."""
    pytest.importorskip("pybamm")
    from chemomech.experiments.models.homogenised import DfnOptions, solve_dfn

    coarse = DfnOptions(electrode_points=6, separator_points=4, radial_points=8)
    return solve_dfn(homogenise(scaled_case), scaled_case.steps, coarse)


@pytest.mark.parametrize("name", ENTRIES_READ_AFTERWARDS)
def test_the_result_of_the_companion_changes_with_every_entry_it_is_said_to_use(
    scaled_case: PreparedCase, solved: Any, name: str
) -> None:
    from chemomech.experiments.models.homogenised.readings import records

    (other,) = of_model(scaled_case, name)
    before, after = records(solved), records(dataclasses.replace(solved, cell=homogenise(other)))
    assert any(not np.array_equal(before[variable], after[variable], equal_nan=True) for variable in before)


def test_a_bpx_file_changes_with_every_entry_it_is_said_to_keep_and_with_no_other(
    scaled_case: PreparedCase,
) -> None:
    cell = homogenise(scaled_case)
    before = bpx_content(cell)
    for name, treatment in BPX.entries.items():
        if isinstance(treatment, ForPeople | Limited):
            continue
        kept = not treatment.omission(cell)
        for other in of_model(scaled_case, name):
            # The nominal capacity is handed over, so that the density cannot come in by the back door.
            differs = bpx_content(homogenise(other)) != before
            assert differs == kept, name


# --- keys of the case -----------------------------------------------------------------------------------

PACKED = {"box": ["12 um", "12 um", "12 um"], "particles": 3, "volume_fraction": 0.1, "seed": 1}
BY_RADIUS = {"box": ["12 um", "12 um", "12 um"], "particles": 3, "mean_volume_radius": "2 um"}
RESIZED = {"source": PACKED, "thickness": "20 um", "rule": "repack"}
TILED = {"source": PACKED, "times": [2, 1, 1]}
JOINED = {"geometry.layout": RESIZED, "geometry.contacts": "fuse"}
CLOSE = {"box": ["12 um", "12 um", "12 um"], "particles": 9, "volume_fraction": 0.35, "sides": "periodic"}
UNIFORM = {"wiring": {"coverage": 0.5}}

EXAMPLES: dict[str, tuple[dict[str, Any], Any]] = {
    "initial_stoichiometry": ({}, 0.9),
    "nominal_capacity": ({}, "170 mAh/g"),
    "protocol": ({}, ["Charge at 2C until 4.4 V"]),
    "mass_loading": ({}, "7 mg/cm2"),
    "temperature": ({}, "40 degC"),
    "geometry.layout": ({}, PACKED),
    "geometry.layout.box": ({"geometry.layout": PACKED}, ["12 um", "12 um", "14 um"]),
    "geometry.layout.particles": ({"geometry.layout": PACKED}, 4),
    "geometry.layout.volume_fraction": ({"geometry.layout": PACKED}, 0.12),
    "geometry.layout.mean_volume_radius": ({"geometry.layout": BY_RADIUS}, "1.8 um"),
    "geometry.layout.width": ({"geometry.layout": PACKED}, 0.1),
    "geometry.layout.minimum_gap": ({"geometry.layout": CLOSE, "geometry.contacts": "fuse"}, "0.5 um"),
    "geometry.layout.sides": ({"geometry.layout": PACKED, "geometry.contacts": "fuse"}, "periodic"),
    "geometry.layout.gradient": ({"geometry.layout": PACKED}, 0.5),
    "geometry.layout.seed": ({"geometry.layout": PACKED}, 2),
    "geometry.layout.source": (JOINED, PACKED | {"seed": 5}),
    "geometry.layout.thickness": (JOINED, "24 um"),
    "geometry.layout.rule": (JOINED, "stack"),
    "geometry.layout.times": ({"geometry.layout": TILED}, [1, 2, 1]),
    "geometry.layout.mirrored": ({"geometry.layout": TILED}, False),
    "geometry.separator_thickness": ({}, "20 um"),
    "geometry.contacts": ({}, {"rule": "minimum-gap", "gap": "0.6 um"}),
    "geometry.contacts.rule": ({"geometry.contacts": {"rule": "shrink", "gap": "0.6 um"}}, "minimum-gap"),
    "geometry.contacts.gap": ({"geometry.contacts": {"rule": "shrink", "gap": "0.5 um"}}, "0.8 um"),
    "materials.cathode": ({}, "nmc532"),
    "materials.electrolyte": ({}, "lipf6-ec-emc-3-7-nyman"),
    "materials.diffusivity_scaling": ({}, "none"),
    "materials.overrides": ({}, {"cathode": {"diffusivity": "1e-14 m2/s", "diffusivity_radius": "3 um"}}),
    "mechanics.coupling": ({}, "two-way"),
    "wiring.coverage": (UNIFORM, 0.25),
    "wiring.conductance": (UNIFORM, "77 S/m2"),
}
"""By key: what else the case has, and the other value. Pairs of a case without and with it must differ."""

SHARED = ("geometry.layout.", "geometry.contacts.")
"""Keys that make the layout, which all models are handed: those without an example are held elsewhere."""


def layout_of(given: PreparedCase) -> list[Any]:
    layout = given.layout
    return [
        layout.box,
        layout.centres.tolist(),
        layout.radii.tolist(),
        given.case.geometry.separator_thickness,
    ]


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_the_companion_is_given_changes_with_a_key_that_it_uses(name: str) -> None:
    base, value = EXAMPLES[name]
    one, other = prepared(**base), prepared(**base | {name: value})
    assert not HOMOGENISED.effectless(name, one)
    if name.startswith("geometry."):
        assert layout_of(one) != layout_of(other)
    if not name.startswith(SHARED) or name.endswith((".particles", ".volume_fraction", ".thickness", ".gap")):
        before, after = ((companion_input(p), homogenise(p).coupling) for p in (one, other))
        assert before != after


def test_every_key_that_the_companion_uses_has_an_example_or_is_read_by_name() -> None:
    # One material of its kind is shipped: nothing else can be named.
    single = {"materials.matrix", "materials.separator", "materials.lithium"}
    uneven = {"wiring.wired", "wiring.seed", "wiring.residual", "wiring.particles"}
    refused = {"mechanics.stack_pressure", "cycling.jump", *DAMAGE}
    used_keys = {k for k in case_keys() if not isinstance(HOMOGENISED.treatment(k), ForPeople | LeftOut)}
    lacking = used_keys - set(EXAMPLES) - single - uneven - refused
    assert lacking <= {f"geometry.layout.{n}" for n in IMAGE} | {f"geometry.contacts.{n}" for n in CONTACTS}


# --- what cannot be represented is refused, in a sentence -----------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"wiring": {"coverage": 0.5, "wired": 0.5}},
            r"\[wiring\] gives the particles contact conductances from 0 to .* S/m2 and the companion has "
            "one for all; state one coverage",
        ),
        (
            {"mechanics.stack_pressure": "0.2 MPa"},
            "mechanics.stack_pressure = 0.2 MPa presses on a matrix and the companion has free spheres; set",
        ),
        (
            {"materials.overrides": {"cathode": {"anodic_transfer": 0.3}}},
            r"materials.overrides.cathode: anodic_transfer = 0.3 and cathodic_transfer = 0.5 add up to 0.8",
        ),
        (
            {"materials.overrides": {"lithium": {"cathodic_transfer": 0.7}}},
            r"materials.overrides.lithium: anodic_transfer = 0.5 and cathodic_transfer = 0.7 add up to 1.2",
        ),
    ],
)
def test_the_companion_refuses_what_it_cannot_represent(changes: dict[str, Any], words: str) -> None:
    given = prepared(**changes)
    RESOLVED.require(given)
    with pytest.raises(InputError, match=words) as refused:
        homogenise(given)
    assert str(refused.value).endswith(("resolved.", "resolved fidelity."))


def test_a_stack_pressure_without_mechanics_is_refused_by_every_model() -> None:
    given = prepared(**{"mechanics.coupling": "off", "mechanics.stack_pressure": "0.2 MPa"})
    with pytest.raises(InputError, match="presses on nothing with mechanics.coupling = 'off'"):
        RESOLVED.require(given)
    with pytest.raises(InputError, match="presses on a matrix"):
        HOMOGENISED.require(given)


def test_bpx_refuses_coefficients_that_it_has_no_place_for(tmp_path: Path) -> None:
    pytest.importorskip("bpx")
    from chemomech.experiments.models.homogenised import write_bpx

    uneven = {"anodic_transfer": 0.4, "cathodic_transfer": 0.6}
    cell = homogenise(prepared(**{"materials.overrides": {"cathode": uneven}}))
    with pytest.raises(InputError, match="and BPX has 0.5 for both; use these, or export"):
        write_bpx(cell, tmp_path / "b.json")
    assert not (tmp_path / "b.json").exists()


@pytest.mark.parametrize("name", ["fast-charge-5C", "slow-charge-C20", "soc-cycle-C20", "dfn-comparison-5C"])
def test_every_shipped_case_runs_in_every_model(name: str) -> None:
    given = prepare(Case.from_toml(name))
    RESOLVED.require(given)
    BPX.require(homogenise(given))


# --- what is left out is named --------------------------------------------------------------------------


def test_what_is_left_out_is_named_with_its_reason() -> None:
    told = "\n".join(lines(HOMOGENISED.left_out(prepared())))
    for words in (
        "mesh.*, numerics.*: the companion has a mesh", "output.*: ", "materials.cathode.conductivity: ",
        "materials.matrix.youngs_modulus, materials.matrix.poisson_ratio: the particles are free spheres",
    ):  # fmt: skip
        assert words in told
    assert "chemical_strain" not in told
    unstrained = lines(HOMOGENISED.left_out(prepared(**{"mechanics.coupling": "off"})))
    (found,) = [line for line in unstrained if "nothing is strained" in line]
    assert "materials.cathode.chemical_strain" in found
    resolved = lines(RESOLVED.left_out(prepared(**{"wiring": {"coverage": 0.5, "conductance": "9 S/m2"}})))
    assert "materials.matrix.contact_conductance: wiring.conductance takes its place" in resolved


def test_particles_as_imaged_are_named_where_spheres_stand_for_them(tmp_path: Path) -> None:
    from support import shaped_case

    given = prepare(Case.from_toml(shaped_case.write_case(tmp_path)))
    assert any("spheres of the same volumes" in line for line in lines(HOMOGENISED.left_out(given)))
    assert homogenise(given).active_fraction == pytest.approx(
        given.mesher.volume / float(np.prod(given.layout.box)), rel=1e-3
    )
