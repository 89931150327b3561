"""What can be chosen in the folder, and the form of the case that is chosen."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from chemomech.app.workspace import Content, Workspace
from chemomech.errors import InputError
from chemomech.solver.results.folder import replacing

if TYPE_CHECKING:  # a second to load, which the first sight of the page need not wait for
    from chemomech.experiments.case import Case

SECTIONS = {
    "case": "Case",
    "geometry": "Geometry",
    "mesh": "Mesh: changes to the preset",
    "materials": "Materials",
    "mechanics": "Mechanics",
    "numerics": "Numerics",
    "radial": "Radial model",
    "cycling": "Cycles left out",
    "output": "Output",
}
"""Headings; sections of damage are called by their names."""

LAYOUT, STACK, RESULT = "layout", "stack", "result"


class Choosing:
    """The list of what there is, and the form.

    Args:
        workspace: the folder.
        state: of the page: takes attributes.
    """

    def __init__(self, workspace: Workspace, state: Any) -> None:
        self._workspace, self._state = workspace, state
        self._base: Case | None = None
        self._descriptions: dict[str, str] = {}
        self._studies: dict[str, str] = {}
        state.shipped, state.shipped_studies, state.content = [], [], asdict(Content())
        state.form, state.form_errors, state.form_whole = {}, {}, ""
        state.form_sections, state.form_title = [], ""
        state.out_folder, state.ranks, state.case_file = "", 1, ""

    def list(self) -> None:
        """Look through the folder again."""
        if not self._descriptions:
            self._descriptions = _descriptions("cases")
            self._studies = _descriptions("studies", "shipped")
        self._state.shipped = _listed(self._descriptions)
        self._state.shipped_studies = _listed(self._studies)
        self._state.content = asdict(self._workspace.content())

    def open_shipped(self, name: str) -> None:
        """Fill the form with a shipped case.

        Raises:
            InputError: when there is none of this name.
        """
        from chemomech.experiments.case import Case, shipped_cases

        if name not in shipped_cases():
            raise InputError(f"there is no shipped case {name!r}; choose one of the list.")
        self._fill(Case.from_toml(name), f"{name} (shipped)", f"{name}.toml")

    def open_file(self, name: str) -> None:
        """Fill the form with a case file of the folder.

        Raises:
            InputError: when it cannot be read as a case; the sentence of the command line.
        """
        from chemomech.experiments.case import Case

        path = self._workspace.inside(name, "case file")
        self._fill(Case.from_toml(path), name, self._workspace.name_of(path))

    def open_result_case(self, folder: str) -> None:
        """Fill the form with the case of a result."""
        from chemomech.experiments.case import Case

        path = self._workspace.inside(folder, "result folder") / "case.toml"
        case = Case.from_toml(path)
        self._fill(case, f"case of {folder}", f"{case.name}.toml")

    def set(self, texts: Mapping[str, Any]) -> None:
        """Take what stands in the form, and say what is wrong beside each field."""
        from chemomech.app import form

        if self._base is None:
            return
        known = self._state.form
        self._state.form = {**known, **{key: str(text) for key, text in texts.items() if key in known}}
        answer = form.read(self._base, self._state.form)
        self._state.form_errors, self._state.form_whole = dict(answer.errors), answer.whole

    def case(self) -> Case:
        """Return the case of the form.

        Raises:
            InputError: when something in it is wrong, or nothing was chosen.
        """
        from chemomech.app import form

        if self._base is None:
            raise InputError("no case is chosen; open one of the list first.")
        answer = form.read(self._base, self._state.form)
        self._state.form_errors, self._state.form_whole = dict(answer.errors), answer.whole
        if answer.case is None:
            first = answer.whole or next(iter(answer.errors.values()), "")
            raise InputError(first or "the case is not complete; see what is said beside its fields.")
        return answer.case

    def save(self, name: str) -> str:
        """Write the case of the form into a file of the folder, whole or not at all.

        Returns:
            The file as it is shown.

        Raises:
            InputError: when something in the form is wrong, or the name is that of another kind of file.
            OSError: when the file cannot be written; one that was there stays as it is.
        """
        case = self.case()
        path = self._workspace.inside(name, "case file")
        if path.suffix != ".toml":
            raise InputError(f"the case file {name!r} does not end in .toml; add the ending.")
        if path.is_dir():
            raise InputError(f"the case file {name!r} is a folder; name a file.")
        with replacing(path) as temporary:
            temporary.write_text(case.to_toml(), encoding="utf-8")
        self._fill(case, self._workspace.name_of(path), self._workspace.name_of(path))
        self.list()
        return self._workspace.name_of(path)

    def _fill(self, case: Case, title: str, file: str) -> None:
        from chemomech.app import form

        self._base = case
        self._state.form_title, self._state.case_file = title, file
        self._state.form = form.texts_of(case)
        self._state.form_errors, self._state.form_whole = {}, ""
        self._state.form_sections = sections()
        self._state.out_folder = self._workspace.free_name(case.name)


def sections() -> list[dict[str, Any]]:
    """Return the fields under their headings, as plain values for the page."""
    from chemomech.app import form

    grouped: dict[str, list[dict[str, Any]]] = {}
    for entry in form.fields():
        plain = {
            "key": entry.key,
            "label": label_of(entry.key),
            "choices": [{"value": word, "text": word} for word in entry.choices],
            "hint": entry.hint,
            "help": entry.help,
            "id": f"field-{entry.key.replace('.', '-')}",
        }
        grouped.setdefault(entry.section, []).append(plain)
    return [
        {"name": name, "title": SECTIONS.get(name, _heading(name)), "fields": fields}
        for name, fields in grouped.items()
    ]


def _listed(descriptions: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "says": says} for name, says in descriptions.items()]


def _descriptions(*place: str) -> dict[str, str]:
    """What the files of a folder of the experiments say of themselves, by name."""
    folder = files("chemomech.experiments").joinpath(*place)
    texts = {
        item.name: item.read_text(encoding="utf-8")
        for item in folder.iterdir()
        if item.name.endswith(".toml")
    }
    return {
        name.removesuffix(".toml"): str(tomllib.loads(texts[name]).get("description", ""))
        for name in sorted(texts)
    }


def label_of(key: str) -> str:
    """Return the last part of a key in words, with the part before where it says little alone."""
    last = key.rsplit(".", 1)[-1].replace("_", " ")
    return "mesh preset" if key == "mesh.preset" else last


def _heading(name: str) -> str:
    top, _, rest = name.partition(".")
    return f"{top.capitalize()}: {rest.replace('_', ' ')}" if rest else top.capitalize()
