"""Pictures: the right values at the right places, cut and sifted, and what lies under the pointer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from vtkmodules.util.numpy_support import vtk_to_numpy

from chemomech.app import picture as module
from chemomech.app.picking import Camera, particle_at
from chemomech.app.picture import Look, Picture
from chemomech.app.stage import Shot, Stage
from chemomech.errors import InputError
from chemomech.experiments.scenes import Scene, open_scene
from chemomech.experiments.scenes.scene import CELLS, PARTICLE


@pytest.fixture(scope="module")
def scene(radial_result: Path) -> Scene:
    return open_scene(radial_result)


@pytest.fixture(scope="module")
def picture(scene: Scene) -> Picture:
    return Picture(scene)


def test_every_cell_has_the_value_of_its_particle_then(picture: Picture) -> None:
    scene = picture.scene
    for time in (0, len(scene.times) // 2, len(scene.times) - 1):
        (layer,) = picture.layers(replace(picture.first_look(), time=time))
        curves = {int(particle): scene.curves(int(particle)) for particle in scene.particles.ids}
        name = scene.field(picture.first_look().field).name
        assert layer.values is not None
        for particle, value in zip(layer.mesh.cell_data[PARTICLE], layer.values, strict=True):
            assert value == pytest.approx(curves[int(particle)][name].values[time], rel=1e-5)


def test_values_are_shown_in_the_unit_of_the_scale(picture: Picture) -> None:
    look = replace(picture.first_look(), field="particles/max_principal_stress", time=3)
    (layer,) = picture.layers(look)
    assert layer.values is not None
    scale = picture.scale(replace(look, fixed=False))
    assert scale.title.endswith("[MPa]")
    assert (scale.low, scale.high) == pytest.approx((layer.values.min(), layer.values.max()), rel=1e-5)
    whole = picture.scale(look)
    assert whole.low <= scale.low
    assert whole.high > scale.high


@pytest.mark.parametrize("axis", ["x", "y", "z"])
@pytest.mark.parametrize("flipped", [False, True])
def test_a_cut_leaves_one_side_of_its_plane(picture: Picture, axis: str, flipped: bool) -> None:
    look = replace(picture.first_look(), cut=axis, at=0.3, flipped=flipped)
    (layer,) = picture.layers(look)
    (whole,) = picture.layers(picture.first_look())
    place = "xyz".index(axis)
    low, high = whole.mesh.bounds[2 * place], whole.mesh.bounds[2 * place + 1]
    plane, left = low + 0.3 * (high - low), np.asarray(layer.mesh.points)[:, place]
    assert layer.mesh.n_cells > 0
    camera = Stage().frame().position  # what lies away from it is kept, so that the cut is seen
    is_low = (camera[place] > 0.0) != flipped
    assert np.all(left <= plane + 1e-3) if is_low else np.all(left >= plane - 1e-3)
    assert layer.values is not None
    assert len(layer.values) == layer.mesh.n_cells


def test_a_threshold_keeps_the_cells_within_it(picture: Picture) -> None:
    look = replace(picture.first_look(), low=0.3, high=0.6, time=40)
    scale = picture.scale(look)
    (whole,) = picture.layers(replace(look, low=0.0, high=1.0))
    (layer,) = picture.layers(look)
    low, high = (scale.low + share * (scale.high - scale.low) for share in (0.3, 0.6))
    assert whole.values is not None
    assert layer.values is not None
    assert np.all((layer.values >= low) & (layer.values <= high))
    assert layer.mesh.n_cells == int(((whole.values >= low) & (whole.values <= high)).sum())


def test_names_are_those_of_scenes() -> None:
    assert (module.CELLS, module.PARTICLE) == (CELLS, PARTICLE)


def test_looks_that_make_no_sense_are_refused() -> None:
    with pytest.raises(InputError, match="axis of a cut"):
        Look("x", cut="w")
    with pytest.raises(InputError, match="colour map"):
        Look("x", colours="jet")
    with pytest.raises(InputError, match="the lower one first"):
        Look("x", low=0.7, high=0.2)


def test_a_ray_at_the_middle_of_a_particle_meets_the_one_in_front(picture: Picture) -> None:
    stage = Stage()
    stage.show([Shot(picture, picture.first_look())])
    camera, scene = stage.frame(), picture.scene
    centres, radii = scene.particles.centres * 1e6, scene.particles.radii * 1e6
    for number in range(0, len(radii), 7):
        toward = centres[number] - camera.position
        direction = toward / np.linalg.norm(toward)
        met = particle_at(stage.layers[0], camera.position, direction)
        # Spheres that the ray meets, nearest first, by the formula of a line and a sphere.
        along = (centres - camera.position) @ direction
        off = np.linalg.norm(centres - camera.position - along[:, None] * direction, axis=1)
        depth = np.where(off < radii, along - np.sqrt(np.maximum(radii**2 - off**2, 0.0)), np.inf)
        order = np.argsort(depth)
        assert met in scene.particles.ids[order[:2]]  # flat at walls, and round ones have facets
    assert particle_at(stage.layers[0], camera.position, -direction) == -1


def test_rays_of_the_camera_go_where_vtk_projects(picture: Picture) -> None:
    stage = Stage()
    stage.show([Shot(picture, picture.first_look())])
    stage.frame()
    camera = stage.camera().turned(25.0, 10.0).nearer(1.3)
    stage.set_camera(camera)
    renderer = stage.window.GetRenderers().GetFirstRenderer()
    matrix = renderer.GetActiveCamera().GetCompositeProjectionTransformMatrix(800 / 600, -1.0, 1.0)
    for point in ((3.0, 4.0, 5.0), (10.0, 10.0, 20.0), (18.0, 2.0, 33.0)):
        x, y, _, w = matrix.MultiplyPoint((*point, 1.0))
        start, direction = camera.ray((x / w + 1.0) * 400.0, (1.0 - y / w) * 300.0, 800.0, 600.0)
        toward = (np.array(point) - start) / np.linalg.norm(np.array(point) - start)
        assert direction == pytest.approx(toward, abs=1e-6)


@pytest.mark.parametrize(
    "told", [None, {}, {"position": [1, 2], "focalPoint": [0, 0, 0], "viewUp": [0, 0, 1]}, "x"]
)
def test_what_is_no_camera_is_refused(told: object) -> None:
    with pytest.raises(InputError, match="no camera"):
        Camera.from_page(told)


def test_two_pictures_share_camera_and_colours(picture: Picture) -> None:
    stage, look = Stage(), picture.first_look()
    stage.show([Shot(picture, replace(look, time=0, fixed=False)), Shot(picture, replace(look, fixed=False))])
    assert stage.scales[0] == stage.scales[1]
    first, second = (stage.window.GetRenderers().GetItemAsObject(number) for number in (0, 1))
    assert first.GetActiveCamera() is second.GetActiveCamera()
    assert first.GetViewport()[2] == second.GetViewport()[0] == 0.5
    stage.show(
        [Shot(picture, replace(look, time=0, fixed=False)), Shot(picture, replace(look, fixed=False))], False
    )
    assert stage.scales[0] != stage.scales[1]
    stage.show([Shot(picture, look)])
    assert stage.window.GetRenderers().GetNumberOfItems() == 1


def test_a_look_at_one_scene_is_fitted_to_another(picture: Picture, tmp_path: Path) -> None:
    look = Look("nonsense", time=10_000, parts=("steel",), faint=("air",), picked=99_999)
    fitted = picture.fitted(look)
    assert fitted.field == picture.first_look().field
    assert fitted.time == len(picture.scene.times) - 1
    assert (fitted.parts, fitted.faint, fitted.picked) == (picture.first_look().parts, (), -1)


def test_a_step_in_time_changes_values_and_nothing_that_the_browser_has_made(picture: Picture) -> None:
    stage, look = Stage(), picture.first_look()

    def shown(at: Look) -> tuple[object, object, list[float]]:
        stage.show([Shot(picture, at)])
        (renderer,) = stage.window.GetRenderers()
        (actor,) = renderer.GetActors()
        data = actor.GetMapper().GetInput()
        return actor, data, vtk_to_numpy(data.GetCellData().GetScalars()).tolist()

    actor, data, last = shown(look)
    same_actor, same_data, first = shown(replace(look, time=0))
    assert (same_actor, same_data) == (actor, data)
    assert first != last
    (layer,) = picture.layers(replace(look, time=0))
    assert layer.values is not None
    assert first == pytest.approx(layer.values.tolist())
    other, _, _ = shown(replace(look, cut="x"))
    assert other != actor
    again, _, back = shown(look)
    assert again != other
    assert back == last
