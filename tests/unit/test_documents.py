"""What the README and the pages tell people to type must exist."""

from __future__ import annotations

import ast
import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import chemomech
from chemomech.cli import cli

FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
TARGET = re.compile(r"^([a-z][\w-]*):", re.MULTILINE)
SHELLS = ("", "sh", "bash", "console", "shell")


@pytest.fixture(scope="module")
def readme(repository: Path) -> str:
    return (repository / "README.md").read_text(encoding="utf-8")


def blocks(text: str, *languages: str) -> list[str]:
    return [match["body"] for match in FENCE.finditer(text) if match["language"] in languages]


def commands(text: str, languages: tuple[str, ...] = SHELLS) -> Iterator[list[str]]:
    """Yield the words of each command in the shell blocks, comments and prompts left out."""
    for block in blocks(text, *languages):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            if words:
                yield words


def chemomech_arguments(words: list[str]) -> list[str] | None:
    """Return what follows ``chemomech`` in a command, also behind a launcher; None for other commands."""
    for position, word in enumerate(words):
        if word == "chemomech" or word.endswith("/chemomech"):
            return words[position + 1 :]
    return None


def parse(arguments: list[str]) -> None:
    """Let click read a command line without running it.

    Raises:
        click.UsageError: when it does not fit the command line.
    """
    context = click.Context(cli, info_name="chemomech")
    name, command, rest = cli.resolve_command(context, list(arguments))
    assert command is not None
    command.make_context(name, rest, parent=context)


def test_every_chemomech_command_of_the_readme_fits_the_command_line(readme: str) -> None:
    found = [arguments for words in commands(readme) if (arguments := chemomech_arguments(words)) is not None]
    assert found, "the README shows no chemomech command"
    for arguments in found:
        if not {"--help", "--version"} & set(arguments):
            parse(arguments)


def test_every_chemomech_command_of_the_pages_fits_the_command_line(repository: Path) -> None:
    count = 0
    for page in sorted((repository / "docs").glob("*.md")):
        for words in commands(page.read_text(encoding="utf-8"), SHELLS[1:]):
            arguments = chemomech_arguments(words)
            if arguments is not None and not {"--help", "--version"} & set(arguments):
                parse(arguments)
                count += 1
    assert count > 20


def test_every_command_that_makes_a_figure_fits_the_command_line(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(repository / "tools"))
    site = importlib.import_module("docs_site")
    runs = importlib.import_module("pages.runs").RUNS
    typed = [run.command for run in runs.values()] + [figure.command for figure in site.FIGURES.values()]
    found = [chemomech_arguments(shlex.split(command)) for command in typed if command]
    assert len(found) > len(runs)
    for arguments in found:
        if arguments is not None:
            parse(arguments)


def test_every_make_target_of_the_readme_exists(readme: str, repository: Path) -> None:
    targets = TARGET.findall((repository / "Makefile").read_text(encoding="utf-8"))
    named = {
        word for words in commands(readme) if words[0] == "make" for word in words[1:] if "=" not in word
    }
    assert {"demo", "test"} <= named
    assert named <= set(targets)


def test_a_command_that_does_not_fit_is_noticed() -> None:
    with pytest.raises(click.UsageError):
        parse(["run", "fast-charge-5C", "--outt", "x"])
    with pytest.raises(click.UsageError):
        parse(["simulate", "fast-charge-5C"])


def test_the_python_example_is_short_and_uses_names_that_exist(readme: str) -> None:
    examples = blocks(readme, "python")
    assert examples, "the README shows no Python"
    for example in examples:
        assert len([line for line in example.splitlines() if line.strip()]) <= 15
        used = {
            node.attr
            for node in ast.walk(ast.parse(example))
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "chemomech"
        }
        assert used <= set(chemomech.__all__)


def test_the_toml_example_is_a_case(readme: str, tmp_path: Path) -> None:
    for number, example in enumerate(blocks(readme, "toml")):
        path = tmp_path / f"case-{number}.toml"
        path.write_text(example)
        assert chemomech.Case.from_toml(path).name


def test_files_the_readme_links_to_exist(readme: str, repository: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", readme):
        assert (repository / target).exists(), target


def test_the_changelog_keeps_its_form(repository: Path) -> None:
    text = (repository / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in text
    headings = set(re.findall(r"^### (\w+)$", text, re.MULTILINE))
    assert headings <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
