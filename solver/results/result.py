"""Read a result folder."""

from __future__ import annotations

import json
import tomllib
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import xarray as xr

from chemomech.errors import InputError
from chemomech.solver.results.folder import CASE_FILE, DATASET_FILE, FIGURES_FOLDER, REPORT_FILE, SUMMARY_FILE
from chemomech.solver.results.quantities import QUANTITIES


class Result:
    """A finished run on disk.

    Nothing is read before it is asked for, and variables of the dataset are read from the file one by one.
    Usable as a context manager, which closes the file at the end.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def open(cls, path: Path | str) -> Self:
        """Open a result folder.

        Args:
            path: the folder that a run wrote.

        Returns:
            The result.

        Raises:
            InputError: when there is no such folder, or when it holds no finished result.
        """
        folder = Path(path)
        if not folder.is_dir():
            raise InputError(f"there is no result folder {str(folder)!r}; give the folder that a run wrote.")
        lacking = [name for name in (DATASET_FILE, SUMMARY_FILE) if not (folder / name).is_file()]
        if lacking:
            raise InputError(
                f"the folder {str(folder)!r} lacks {' and '.join(lacking)}: it is no finished result;"
                " resume the run, or give the folder of one that has ended."
            )
        return cls(folder)

    @property
    def path(self) -> Path:
        """The result folder."""
        return self._path

    @cached_property
    def dataset(self) -> xr.Dataset:
        """Everything over time, particle and depth; opened lazily, SI units, see ``QUANTITIES``."""
        # Times are numbers of seconds since the start and must stay that.
        return xr.open_dataset(
            self._path / DATASET_FILE, engine="h5netcdf", decode_times=False, decode_timedelta=False
        )

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The content of ``summary.json``."""
        summary: dict[str, Any] = json.loads((self._path / SUMMARY_FILE).read_text(encoding="utf-8"))
        return summary

    @cached_property
    def case_text(self) -> str:
        """The normalised case as TOML text; empty when the folder holds none."""
        file = self._path / CASE_FILE
        return file.read_text(encoding="utf-8") if file.is_file() else ""

    @cached_property
    def case(self) -> dict[str, Any]:
        """The normalised case as a mapping; empty when the folder holds none."""
        return tomllib.loads(self.case_text)

    @property
    def name(self) -> str:
        """Name of the case, or of the folder when the case has none."""
        return str(self.case.get("name") or self.dataset.attrs.get("case") or self._path.resolve().name)

    @property
    def has_mechanics(self) -> bool:
        """Whether the result holds stresses."""
        return any(entry.mechanics and entry.name in self.dataset for entry in QUANTITIES.values())

    @property
    def figures(self) -> list[Path]:
        """The PNG files in ``figures/``, by name; empty before they were drawn."""
        return sorted((self._path / FIGURES_FOLDER).glob("*.png"))

    @property
    def report(self) -> Path:
        """Where the report page is, or will be."""
        return self._path / REPORT_FILE

    def close(self) -> None:
        """Close the file behind :attr:`dataset`, if it was opened."""
        opened = self.__dict__.pop("dataset", None)
        if opened is not None:
            opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Result({str(self._path)!r})"
