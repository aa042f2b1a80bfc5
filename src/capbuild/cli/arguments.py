"""Arguments shared by commands."""

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from capbuild.model import Framework, Questionnaire
    from capbuild.plugins import Host

__all__ = ["FEW", "FOLDER", "ISSUES", "OPTIONS", "READ_OPTIONS", "find_framework", "find_questionnaire", "parse_option"]

#: Issues that are shown where `--issues` does not ask for all.
FEW = 6

FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
ISSUES = click.option("--issues", "all_issues", is_flag=True, help="Show every issue.")
OPTIONS = click.option(
    "--option", "options", metavar="NAME=VALUE", multiple=True, help="Option of the writer: evidence=true."
)
READ_OPTIONS = click.option(
    "--read-option", "read_options", metavar="NAME=VALUE", multiple=True,
    help="Option of the reader: country=Jamaica. See capbuild plugins show NAME.",
)  # fmt: skip


def find_framework(name: str, host: "Host", near: Path = Path()) -> "Framework":
    """Return a framework by its key or id, or the one in a file or in a programme's folder.

    Args:
        name: Key, id or path.
        host: Whose plugins are used.
        near: Place whose programme's folder is searched too: the folder above it that holds programme.toml.

    Raises:
        click.BadParameter: There is none of this name.
        DocumentError: The file has errors.
    """
    from capbuild.workspace import open_workspace, read_framework
    from capbuild.workspace.framework_files import folder_frameworks

    path = Path(name)
    if path.is_file():
        return read_framework(path, host=host).require()
    if (path / "programme.toml").is_file():
        return open_workspace(path, host=host).framework
    folder = next(
        (one for one in (near.resolve(), *near.resolve().parents) if (one / "programme.toml").is_file()), near
    )
    known = {**host.frameworks, **folder_frameworks(folder, host)[0]}
    for key, framework in known.items():
        if name in (key, framework.id):
            return framework
    raise click.BadParameter(
        f"there is no framework {name!r}; frameworks are: {', '.join(known)}, or the path of a file"
    )


def find_questionnaire(name: str, host: "Host") -> "Questionnaire | None":
    """Return a registered questionnaire by its key or id; None where a framework has the name, or nothing."""
    if any(name in (key, framework.id) for key, framework in host.frameworks.items()):
        return None
    return next((form for key, form in host.questionnaires.items() if name in (key, form.id)), None)


def parse_option(text: str) -> tuple[str, object]:
    """Parse `name=value`; values are TOML, else text.

    Raises:
        click.UsageError: There is no value.
    """
    name, sign, value = text.partition("=")
    if not sign:
        raise click.UsageError(f"--option {text}: write NAME=VALUE, such as evidence=true")
    try:
        return name.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return name.strip(), value
