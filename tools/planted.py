"""Repeat a fit of planted parameters with other noise, and count how often the intervals hold them.

    python tools/planted.py --repeats 100 --workers 2 --out build/planted

Each repeat is the fit that ``chemomech fit planted-parameters`` makes, with another seed of the noise; what
the model has computed is shared. What is done is not done again.
"""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import click

import chemomech.fenicsx_first  # noqa: F401  must come before dolfinx
from chemomech.experiments.fitting import FitSpec, fit


def repeat(source: str, seed: int, out: Path) -> Path:
    """Fit data with the noise of one seed, and return the file of the outcome."""
    folder = out / f"seed-{seed}"
    file = folder / "fit.json"
    if not file.is_file():
        fit(FitSpec.from_toml(source, seed=seed), folder, kept=out / "evaluations")
    return file


@click.command()
@click.option("--fit", "source", default="planted-parameters", show_default=True, help="Shipped fit or file.")
@click.option("--repeats", default=100, show_default=True, help="How many.")
@click.option("--first", default=1, show_default=True, help="First seed.")
@click.option("--workers", default=1, show_default=True, help="Processes.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/planted"), show_default=True)
def main(source: str, repeats: int, first: int, workers: int, out: Path) -> None:
    """Count how often the 95 % intervals hold what was planted."""
    seeds = range(first, first + repeats)
    if workers > 1:
        with ProcessPoolExecutor(workers) as pool:
            files = list(pool.map(repeat, [source] * repeats, seeds, [out] * repeats))
    else:
        files = [repeat(source, seed, out) for seed in seeds]
    report(files)


def report(files: list[Path]) -> None:
    """Print, for each parameter, in how many outcomes the interval holds what was planted."""
    outcomes = [json.loads(file.read_text()) for file in files]
    for k, first in enumerate(outcomes[0]["values"]):
        values = [outcome["values"][k] for outcome in outcomes]
        held = sum(value["interval_holds_planted"] for value in values)
        determined = sum(value["determined"] for value in values)
        click.echo(
            f"{first['name']:<10} planted {first['planted']:.4g} {first['unit']}: "
            f"held {held} of {len(values)}, determined {determined} of {len(values)}"
        )


if __name__ == "__main__":
    main()
