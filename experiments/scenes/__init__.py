"""What is to be seen of a result, a layout or an image stack in space, apart from how it is shown."""

from chemomech.experiments.scenes.opening import open_scene
from chemomech.experiments.scenes.scene import Curve, Scene, SceneField, SceneParticles

__all__ = ["Curve", "Scene", "SceneField", "SceneParticles", "open_scene"]
