"""vtk.js as it comes with the package trame-vtk, and the empty scene that it begins with."""

from __future__ import annotations

import base64
import importlib.util
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from chemomech.errors import InputError

_MODULE = '<script type="module">'
_NEEDED = ("window.OfflineLocalView=", "global.renderWindow=")
"""What the page calls and what it takes from there."""


def viewer_script() -> str:
    """Return the text of vtk.js with its reader of scenes.

    Raises:
        InputError: when the package is not installed, or does not hold it.
    """
    found = importlib.util.find_spec("trame_vtk")
    if found is None or not found.submodule_search_locations:
        raise InputError(
            "a page in 3D needs vtk.js, which comes with the package trame-vtk, and that is not installed; "
            'install it by pip install "chemomech[app]".'
        )
    path = Path(next(iter(found.submodule_search_locations))) / "tools" / "static_viewer.html"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        text = ""
    start, end = text.find(_MODULE), text.rfind("</script>")
    script = text[start + len(_MODULE) : end] if 0 <= start < end else ""
    if any(word not in script for word in _NEEDED):
        raise InputError(
            f"the package trame-vtk holds no viewer that this version knows ({str(path)!r}); install the "
            'one that chemomech[app] asks for by pip install "chemomech[app]".'
        )
    return script


def empty_scene(actors: Sequence[str]) -> str:
    """Return a scene for vtk.js as text: one renderer with an actor of each name, to be filled by the page.

    Args:
        actors: names; those that begin with ``line`` are drawn by lines.
    """
    hashes: dict[str, Any] = {}

    def array(kind: str, values: Sequence[float], dtype: str, components: int, **more: Any) -> dict[str, Any]:
        content = np.asarray(values, dtype=dtype)
        name = f"{kind}-{content.size}"
        hashes[name] = {"content": base64.b64encode(content.tobytes()).decode("ascii")}
        types = {"f4": "Float32Array", "u4": "Uint32Array", "u1": "Uint8Array"}
        return {
            "hash": name, "vtkClass": kind, "dataType": types[dtype], "size": int(content.size),
            "numberOfComponents": components, **more,
        }  # fmt: skip

    children, calls = [_node("renderer", "camera", "vtkCamera", {})], [["setActiveCamera", [_ref("camera")]]]
    for name in actors:
        lines = name.startswith("line")
        cells = {
            "lines" if lines else "polys": array(
                "vtkCellArray", [2, 0, 1] if lines else [3, 0, 1, 2], "u4", 1
            )
        }
        colours = array(
            "vtkDataArray", [0] * 9, "u1", 3, name="colours", location="pointData", registration="setScalars"
        )
        data = {
            "points": array("vtkPoints", [0.0] * 9, "f4", 3),
            **cells,
            "fields": [] if lines else [colours],
        }
        mapper = _node(
            f"{name}-actor", f"{name}-mapper", "vtkMapper",
            {"scalarVisibility": not lines, "colorMode": 2},
            [_node(f"{name}-mapper", f"{name}-data", "vtkPolyData", data)],
            [["setInputData", [_ref(f"{name}-data")]]],
        )  # fmt: skip
        look = _node(f"{name}-actor", f"{name}-property", "vtkProperty", {"lineWidth": 2, "interpolation": 0})
        children.append(
            _node(
                "renderer",
                f"{name}-actor",
                "vtkActor",
                {},
                [mapper, look],
                [["setMapper", [_ref(f"{name}-mapper")]], ["setProperty", [_ref(f"{name}-property")]]],
            )  # fmt: skip
        )
        calls.append(["addViewProp", [_ref(f"{name}-actor")]])
    renderer = _node("window", "renderer", "vtkRenderer", {"background": [1, 1, 1]}, children, calls)
    scene = _node("0x0", "window", "vtkRenderWindow", {}, [renderer], [["addRenderer", [_ref("renderer")]]])
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.json", json.dumps({"scene": {**scene, "mtime": 1}, "hashes": hashes}))
    return base64.b64encode(memory.getvalue()).decode("ascii")


def _node(
    parent: str,
    name: str,
    kind: str,
    properties: dict[str, Any],
    dependencies: Sequence[dict[str, Any]] = (),
    calls: Sequence[list[Any]] = (),
) -> dict[str, Any]:
    return {
        "parent": parent,
        "id": name,
        "type": kind,
        "properties": properties,
        "dependencies": list(dependencies),
        "calls": list(calls),
    }


def _ref(name: str) -> str:
    return f"instance:${{{name}}}"
