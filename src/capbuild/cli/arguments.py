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


def find_framework(name: str, host: "Host") -> "Framework":
    """Return a framework by its key or id.

    Raises:
        click.BadParameter: There is none of this name.
    """
    for key, framework in host.frameworks.items():
        if name in (key, framework.id):
            return framework
    raise click.BadParameter(f"there is no framework {name!r}; frameworks are: {', '.join(host.frameworks)}")


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
