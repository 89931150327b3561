"""Read a result folder."""

from __future__ import annotations

import contextlib
import sys
import tomllib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import h5py

from chemomech.errors import InputError
from chemomech.reading import file_digest, read_json, read_text
from chemomech.solver.results.folder import (
    CASE_FILE,
    DATASET_DIGEST,
    DATASET_FILE,
    FIGURES_FOLDER,
    REPORT_FILE,
    SUMMARY_FILE,
)
from chemomech.solver.results.quantities import QUANTITIES
from chemomech.solver.results.summary import REQUIRED

if TYPE_CHECKING:
    import xarray as xr


@contextlib.contextmanager
def _no_complaints() -> Iterator[None]:
    """Keep what libraries print when they give up a file half opened; what is wrong is said by an error."""
    before = sys.unraisablehook
    sys.unraisablehook = lambda _: None
    try:
        yield
    finally:
        sys.unraisablehook = before


def _damaged(path: Path, why: str) -> InputError:
    return InputError(
        f"{str(path)!r} is damaged or of another program ({why}); resume the run with --resume to write it "
        "again, or delete the result."
    )


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

    def checked(self) -> Self:
        """Return the result itself, if all of its files can be read; said before time is spent on it.

        Raises:
            InputError: naming the one that cannot.
        """
        _ = self.summary, self.case, self.dataset
        return self

    @property
    def path(self) -> Path:
        """The result folder."""
        return self._path

    @cached_property
    def dataset(self) -> xr.Dataset:
        """Everything over time, particle and depth; opened lazily, SI units, see ``QUANTITIES``."""
        import xarray as xr  # slow to import

        path = self._path / DATASET_FILE
        stated = self.summary.get(DATASET_DIGEST)
        with _no_complaints():
            try:
                if stated is not None and file_digest(path) != stated:
                    raise _damaged(path, "it is not the file that the summary was written with")
                with h5py.File(path, "r"):  # says at once, and quietly, what is no file of this kind
                    pass
                # Times are numbers of seconds since the start and must stay that.
                opened = xr.open_dataset(path, engine="h5netcdf", decode_times=False, decode_timedelta=False)
            except InputError:
                raise
            except (OSError, ValueError, KeyError, TypeError, RuntimeError, AttributeError) as error:
                raise _damaged(path, str(error)) from None
        lacking = [entry.name for entry in QUANTITIES.values() if entry.required and entry.name not in opened]
        if lacking:
            opened.close()
            raise _damaged(path, f"it lacks {', '.join(lacking[:3])}")
        return opened

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The content of ``summary.json``."""
        path = self._path / SUMMARY_FILE
        summary = read_json(path, "the summary")
        lacking = [name for name in REQUIRED if name not in summary]
        if lacking:
            raise _damaged(path, f"it lacks {', '.join(lacking[:3])}")
        return summary

    @cached_property
    def case_text(self) -> str:
        """The normalised case as TOML text; empty when the folder holds none."""
        file = self._path / CASE_FILE
        return read_text(file, "the case") if file.is_file() else ""

    @cached_property
    def case(self) -> dict[str, Any]:
        """The normalised case as a mapping; empty when the folder holds none."""
        try:
            return tomllib.loads(self.case_text)
        except (ValueError, RecursionError) as error:
            raise _damaged(self._path / CASE_FILE, str(error)) from None

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
