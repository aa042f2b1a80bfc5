"""`capbuild verify`: checks outputs of a run for changes."""

import sys
from pathlib import Path

import click

from capbuild._terminal import echo
from capbuild.cli.screen import Screen
from capbuild.workspace.runs.verification import sign_outputs, verify_outputs


@click.command("verify")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Sign the record with this SSH key."
)
def command(path: Path, key: Path | None) -> None:
    """Verify the outputs of a run or a report in PATH, a folder or one file, by the digests in their record."""
    screen, found = Screen(), verify_outputs(path)
    count = len(found.checked)
    changed = sum(issue.origin.file in found.checked for issue in found.issues if issue.origin is not None)
    screen.line(f"{count - changed} of {count} file{'s' if count != 1 else ''} unchanged")
    screen.issues(found.issues, len(found.issues), found.record.name)
    if key is not None:
        echo(sign_outputs(found, key).as_posix())
    elif found.signed is not None:
        fits = f"The signature fits; key {found.signer}." if found.signer else "The signature fits."
        screen.line(fits if found.signed else f"The signature does not fit {found.record.name}.")
    sys.exit(1 if found.issues or found.signed is False else 0)
