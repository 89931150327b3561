"""The command line: each command is a few lines of the Python interface.

Whatever goes wrong is said in one sentence on standard error, without a traceback, and with an exit code of
:mod:`chemomech.failures`.
Modules are imported inside the commands, because DOLFINx takes seconds to load and ``--help`` should not.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chemomech import failures
from chemomech.app_command import app
from chemomech.data_commands import beside, data, followed, measured_options, require_measured
from chemomech.errors import InputError
from chemomech.failures import Failure
from chemomech.fit_commands import fit_command
from chemomech.layout_commands import layout
from chemomech.looking_commands import animate, share
from chemomech.ranks import end_all, is_first_rank, require_shared_memory, told_of_failure
from chemomech.study_commands import export, study
from chemomech.validate_commands import validate

if TYPE_CHECKING:
    from chemomech.experiments.case import Case

# Looking through all objects for cycles takes most of a second at the end of a process, whose memory is given
# back whole.
atexit.register(gc.freeze)

_set_option = click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="KEY=VALUE",
    help="Set a key of the case, as in mesh.preset=coarse.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="chemomech", prog_name="chemomech")
def cli() -> None:
    """Simulate composite lithium-ion cathodes, particle by particle."""
    require_shared_memory()  # most commands load MPI


@cli.command()
@click.argument("source", metavar="CASE")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Result folder; results/<case name> if not given."
)
@click.option(
    "--resume", is_flag=True, help="Continue the run in the result folder from its last checkpoint."
)
@click.option("--quiet", is_flag=True, help="No progress line.")
@click.option(
    "--model",
    "--fidelity",
    default=None,
    metavar="MODEL",
    help=(
        "What solves it: resolved (every particle in space), radial (every particle along its radius) or "
        "homogenised (a half-cell DFN, dfn for short); the model of the case if not given."
    ),
)
@measured_options
@click.option(
    "--follow",
    default="current",
    show_default=True,
    help="What the run takes from --measured: current (at each time), or steps (currents and voltages held).",
)
@_set_option
def run(
    source: str,
    out: Path | None,
    resume: bool,
    quiet: bool,
    model: str | None,
    measured: Path | None,
    stated: tuple[str, ...],
    follow: str,
    assignments: tuple[str, ...],
) -> None:
    """Run CASE, a TOML file or the name of a shipped case."""
    case = _case(source, assignments)
    if measured is not None:
        case = followed(case, measured, stated, follow)
    require_measured(measured, stated)
    from chemomech.experiments.runner import run as run_case

    result = run_case(
        case, out=out or Path("results") / case.name, resume=resume, progress=not quiet, model=model
    )
    if is_first_rank():
        summary = result.summary
        from chemomech.experiments.report.step_tables import closing_lines

        click.echo(f"{summary['stop_reason']}: {summary['stop_detail']}")
        for line in closing_lines(summary):
            click.echo(line)
        click.echo(f"result: {result.path}")


@cli.command()
@click.argument("name", required=False)
def cases(name: str | None) -> None:
    """List the shipped cases, or print the TOML of case NAME as a start for your own."""
    from chemomech.errors import unknown_name
    from chemomech.experiments.case import Case, shipped_cases

    shipped = shipped_cases()
    if name is None:
        width = max(map(len, shipped))
        for known in shipped:
            click.echo(f"{known:<{width}}  {Case.from_toml(known).description}")
    elif name in shipped:
        click.echo(shipped[name], nl=False)
    else:
        raise unknown_name("case", name, shipped)


@cli.command()
@click.argument("source", metavar="CASE")
@click.option("--out", type=click.Path(path_type=Path), help="Write the tagged mesh: .xdmf, .vtu or .msh.")
@_set_option
def mesh(source: str, out: Path | None, assignments: tuple[str, ...]) -> None:
    """Mesh CASE and print the quality of the mesh."""
    case = _case(source, assignments)
    from chemomech.experiments.case.meshing import mesh_case, quality_lines, write_mesh

    meshed = mesh_case(case, out, tell=click.echo if is_first_rank() else lambda line: None)
    if out is not None:
        write_mesh(meshed, out)
    if is_first_rank():
        for line in quality_lines(meshed):
            click.echo(line)


@cli.command()
@click.argument("result", type=click.Path(path_type=Path))
@click.option(
    "--animation",
    is_flag=True,
    help="Also write figures/particles.gif: every particle by depth, through the run.",
)
def report(result: Path, animation: bool) -> None:
    """Draw the figures and write report.html of the result folder RESULT again."""
    from chemomech.experiments.report import write_animation, write_figures, write_report
    from chemomech.solver.results import Result

    with Result.open(result) as opened:
        write_figures(opened.checked())
        click.echo(f"report: {write_report(opened)}")
        if animation:
            click.echo(f"animation: {write_animation(opened)}")


@cli.command()
@click.argument(
    "results", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RESULT RESULT..."
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the page.")
@measured_options
def compare(results: tuple[Path, ...], out: Path, measured: Path | None, stated: tuple[str, ...]) -> None:
    """Show two or more result folders side by side on one page, or one or more beside a measurement."""
    from chemomech.experiments.report.comparison import compare as compare_results

    page = compare_results(results, out, beside(measured, stated))
    click.echo(f"comparison: {page}")


cli.add_command(app)
cli.add_command(share)
cli.add_command(animate)
cli.add_command(data)
cli.add_command(fit_command)
cli.add_command(layout)
cli.add_command(study)
cli.add_command(export)
cli.add_command(validate)


def _case(source: str, assignments: Sequence[str]) -> Case:
    from chemomech.experiments.case import Case, parse_assignment

    case = Case.from_toml(source)
    return case.with_overrides(dict(map(parse_assignment, assignments))) if assignments else case


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Args:
        arguments: words after the program name; those of the process if not given.
    """
    try:
        code = cli.main(args=arguments, prog_name="chemomech", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return failures.INPUT
    except click.UsageError as error:
        return _refuse(f"{error.format_message().rstrip('.?')}; see {_help_of(error)}.")
    except click.ClickException as error:
        return _refuse(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        print("interrupted; a run continues from its last checkpoint with --resume", file=sys.stderr)
        return failures.INTERRUPTED
    except BrokenPipeError:
        # Who read the output has left: nothing more can be said there, also not when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _failed(error)
    return code if isinstance(code, int) else 0


def _help_of(error: click.UsageError) -> str:
    return f"{error.ctx.command_path} --help" if error.ctx is not None else "chemomech --help"


def _refuse(sentence: str) -> int:
    _say(failures.one_line(sentence))
    return failures.INPUT


def _failed(error: Exception) -> int:
    """Say what went wrong; end other ranks where they do not know of it and would wait for ever."""
    failure = failures.describe(error)
    speaks, awaited = told_of_failure()
    if speaks:
        _tell(f"error: {_sentence(failure, error)}")
    # Ranks that refuse an input together end as they are; after anything else they may not get that far, or
    # leave files that cannot be closed.
    if awaited or failure.code != failures.INPUT or not isinstance(error, InputError):
        end_all(failure.code, at_once=speaks)
    return failure.code


def _sentence(failure: Failure, error: Exception) -> str:
    if failure.foreseen:
        return failure.sentence
    path = failures.keep_traceback(error)
    where = f"the traceback is in {str(path)!r}" if path else "no folder takes its traceback"
    return f"{failure.sentence}; {where}: please report it."


def _say(sentence: str) -> None:
    if is_first_rank():
        _tell(f"error: {sentence}")


def _tell(line: str) -> None:
    # What goes to a file on a full disk is lost; the exit code is not.
    with contextlib.suppress(OSError):
        print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
