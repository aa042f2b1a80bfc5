"""What several commands share: their arguments, and how a framework is named."""

from pathlib import Path

import click

from capbuild.model import Framework
from capbuild.plugins import Host

__all__ = ["FEW", "FOLDER", "ISSUES", "framework_named"]

#: Issues that are shown where `--issues` does not ask for all.
FEW = 6

FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
ISSUES = click.option("--issues", "all_issues", is_flag=True, help="Show every issue.")


def framework_named(name: str, host: Host) -> Framework:
    """Return a framework by its key or id.

    Raises:
        click.BadParameter: There is none of this name.
    """
    for key, framework in host.frameworks.items():
        if name in (key, framework.id):
            return framework
    raise click.BadParameter(f"no framework {name!r}; there are: {', '.join(host.frameworks)}")
