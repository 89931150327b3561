"""States from results and fields of this package."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError, require_between
from chemomech.geometry import Layout
from chemomech.solver.results import Result
from chemomech.solver.results.quantities import CORE_WIDTH
from chemomech.validation.instruments.fields import CloudField, RadialField
from chemomech.validation.instruments.state import Array, ElectrodeState, ParticleField

_NEEDED = (
    "mean_stoichiometry",
    "surface_stoichiometry",
    "core_stoichiometry",
    "particle_x",
    "particle_y",
    "particle_z",
    "particle_radius",
)


def state_from_result(
    result: Result,
    time: float,
    surface_layer: npt.ArrayLike = (),
    contact_conductance: npt.ArrayLike | None = None,
) -> ElectrodeState:
    """The state of a run at one time: radial profiles with the stored volume, surface and core means.

    What a particle holds besides a radial profile (the difference between its side that faces the separator
    and the other) is not in ``result.nc``; take it from the finite-element field with
    :func:`state_from_function`, or from a cut with :func:`state_from_cut`.

    Args:
        result: A finished run.
        time: Time [s] within the run; between stored steps values are interpolated.
        surface_layer: Thickness of the reconstructed layer [m], one number or one a particle.
        contact_conductance: Conductance of the particle's contact [S/m2], one number or one a particle; 0
            isolates. Without it the path resistance is 0.

    Raises:
        InputError: If the time lies outside the run, or the result holds no particles.
    """
    dataset = result.dataset
    _require(dataset, _NEEDED, result.name)
    at = _interpolated(dataset, time, result.name)
    centres, radii = _particles(dataset)
    profile = RadialField.from_means(
        centres,
        radii,
        at("mean_stoichiometry"),
        at("surface_stoichiometry"),
        at("core_stoichiometry"),
        CORE_WIDTH,
    )
    return _state(result, time, profile, surface_layer, contact_conductance)


def state_from_cut(result: Result, time: float, surface_layer: npt.ArrayLike = ()) -> ElectrodeState:
    """The state of a run on its recorded cut: known in the plane ``cut_y`` only, but there as computed.

    Args:
        result: A finished run whose cut was recorded.
        time: One of its cut times [s]; the nearest within 1 % is taken.
        surface_layer: Thickness of the reconstructed layer [m], one number or one a particle.

    Raises:
        InputError: If no cut was recorded near that time.
    """
    dataset = result.dataset
    _require(dataset, (*_NEEDED, "cut_stoichiometry", "cut_time", "cut_x", "cut_z", "cut_y"), result.name)
    times = np.asarray(dataset["cut_time"])
    nearest = int(np.argmin(np.abs(times - time)))
    if abs(times[nearest] - time) > 0.01 * max(time, 1.0):
        raise InputError(
            f"the result {result.name!r} has no cut at {time:.6g} s; the nearest is at {times[nearest]:.6g} "
            "s: ask for that, or add the time to output.cut_times and run again."
        )
    values = np.asarray(dataset["cut_stoichiometry"].isel(cut_time=nearest))
    z, x = np.meshgrid(np.asarray(dataset["cut_z"]), np.asarray(dataset["cut_x"]), indexing="ij")
    y = np.full(x.shape, float(dataset["cut_y"]))
    known = np.isfinite(values)
    points = np.column_stack([x[known], y[known], z[known]])
    centres, radii = _particles(dataset)
    particle = _nearest_particle(points, centres, radii)
    spacing = float(np.diff(np.asarray(dataset["cut_x"])).min())
    field = CloudField(points, values[known], particle, reach=2.0 * spacing)
    return _state(result, float(times[nearest]), field, surface_layer, None)


def state_from_function(layout: Layout, function: Any, length_unit: float = 1.0e-6) -> ElectrodeState:
    """The state behind a finite-element function on the particles, such as ``fields.stoichiometry``.

    Each rank sees its own part only: use it on one rank.

    Args:
        layout: The particles of the mesh (``HalfCellMesh.layout``).
        function: DOLFINx function of Lagrange type on the particles' mesh.
        length_unit: Unit of the mesh coordinates [m] (``HalfCellMesh.length_unit``).
    """
    points = np.asarray(function.function_space.tabulate_dof_coordinates(), dtype=float) * length_unit
    return state_from_nodes(layout, points, np.asarray(function.x.array[: len(points)], dtype=float))


def state_from_nodes(
    layout: Layout, points: Array, values: Array, reach: float | None = None
) -> ElectrodeState:
    """The state behind values at scattered points, whoever computed them.

    Args:
        layout: The particles.
        points: Points in or on the particles [m], shape (m, 3).
        values: Stoichiometry there, shape (m,).
        reach: How far a value may be carried [m]; half the smallest radius if left out.

    Raises:
        InputError: If shapes do not fit, or a point lies in no particle.
    """
    centres, radii = np.asarray(layout.centres), np.asarray(layout.radii)
    if np.shape(points) != (len(values), 3):
        raise InputError(
            f"{len(values)} values need points of shape ({len(values)}, 3), got {np.shape(points)}; give "
            "three coordinates [m] a value."
        )
    particle = _nearest_particle(points, centres, radii)
    outside = np.linalg.norm(points - centres[particle], axis=1) > 1.05 * radii[particle]
    if outside.any():
        raise InputError(
            f"{outside.sum()} of {len(points)} points lie outside every particle of layout {layout.name!r}; "
            "give coordinates in m, in the frame of the layout."
        )
    field = CloudField(points, values, particle, 0.5 * float(radii.min()) if reach is None else reach)
    return ElectrodeState(centres, radii, layout.box, field, name=f"state of layout {layout.name!r}")


def _state(
    result: Result,
    time: float,
    field: ParticleField,
    surface_layer: npt.ArrayLike,
    contact_conductance: npt.ArrayLike | None,
) -> ElectrodeState:
    dataset = result.dataset
    centres, radii = _particles(dataset)
    fracture = None
    if "energy_release_ratio" in dataset:
        fracture = np.nan_to_num(_interpolated(dataset, time, result.name)("energy_release_ratio"))
    resistance = np.zeros(0)
    if contact_conductance is not None:
        area = np.asarray(dataset["particle_area"])
        with np.errstate(divide="ignore"):
            resistance = 1.0 / (np.asarray(contact_conductance, dtype=float) * area)
    return ElectrodeState(
        centres,
        radii,
        _box(dataset, centres, radii),
        field,
        surface_layer=np.asarray(surface_layer, dtype=float),
        fracture_index=fracture,
        path_resistance=resistance,
        volumes=np.asarray(dataset["particle_volume"]) if "particle_volume" in dataset else np.zeros(0),
        name=f"result {result.name!r} at {time:.6g} s",
    )


def _particles(dataset: Any) -> tuple[Array, Array]:
    centres = np.column_stack([np.asarray(dataset[f"particle_{axis}"]) for axis in "xyz"])
    return centres, np.asarray(dataset["particle_radius"])


def _box(dataset: Any, centres: Array, radii: Array) -> tuple[float, float, float]:
    """The box as stored; of a result without its widths from the cut, or else from the particles."""
    if "width_x" in dataset and "width_y" in dataset:
        widths = float(dataset["width_x"]), float(dataset["width_y"])
    elif "cut_x" in dataset and "cut_y" in dataset:
        x = np.asarray(dataset["cut_x"])
        widths = float(x[-1] + x[0]), 2.0 * float(dataset["cut_y"])
    else:
        extent = (centres + radii[:, None]).max(axis=0)
        widths = float(extent[0]), float(extent[1])
    return *widths, float(dataset["electrode_thickness"])


def _nearest_particle(points: Array, centres: Array, radii: Array) -> npt.NDArray[np.int64]:
    """Particle in which each point lies deepest, shape (m,)."""
    best = np.zeros(len(points), dtype=np.int64)
    least = np.full(len(points), np.inf)
    for k, (centre, radius) in enumerate(zip(centres, radii, strict=True)):
        outside = np.linalg.norm(points - centre, axis=1) / radius
        closer = outside < least
        best[closer], least[closer] = k, outside[closer]
    return best


def _require(dataset: Any, names: tuple[str, ...], result: str) -> None:
    lacking = [name for name in names if name not in dataset]
    if lacking:
        raise InputError(
            f"the result {result!r} lacks {', '.join(lacking)}, which the instruments need; run the case "
            "again with this version."
        )


def _interpolated(dataset: Any, time: float, result: str) -> Any:
    times = np.asarray(dataset["time"])
    require_between(
        f"time of the reading in result {result!r}",
        time,
        float(times[0]),
        float(times[-1]),
        "s",
        "ask for a time within the run",
    )
    after = int(np.searchsorted(times, time))
    before = max(after - 1, 0)
    share = float(np.interp(time, times[[before, after]], [0.0, 1.0]))

    def at(name: str) -> Array:
        values = dataset[name]
        first, second = np.asarray(values.isel(time=before)), np.asarray(values.isel(time=after))
        return np.asarray((1.0 - share) * first + share * second)

    return at
