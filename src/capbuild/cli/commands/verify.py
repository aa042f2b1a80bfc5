"""`capbuild verify`: checks outputs of a run for changes."""

import sys
from pathlib import Path

import click

from capbuild._terminal import echo
from capbuild.cli.arguments import AS_JSON
from capbuild.cli.json_output import list_issues, print_json
from capbuild.cli.screen import Screen
from capbuild.workspace.runs.verification import sign_outputs, verify_outputs


@click.command("verify")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Sign the record with this SSH key."
)
@AS_JSON
def command(path: Path, key: Path | None, as_json: bool) -> None:
    """Verify the outputs of a run or report.

    PATH is a folder or one file. Files are compared with the digests in its record.
    """
    screen, verified = Screen(), verify_outputs(path)
    status = 1 if verified.issues or verified.signed is False else 0
    if as_json:
        checked = {
            "exit": status,
            "checked": list(verified.checked),
            "signed": verified.signed,
            "signer": verified.signer,
        }
        signature = {} if key is None else {"signature": sign_outputs(verified, key).as_posix()}
        print_json({**checked, **signature, "issues": list_issues(verified.issues)})
        sys.exit(status)
    count = len(verified.checked)
    changed = sum(issue.origin.file in verified.checked for issue in verified.issues if issue.origin is not None)
    screen.line(f"{count - changed} of {count} file{'s' if count != 1 else ''} unchanged")
    screen.issues(verified.issues, len(verified.issues), verified.record.name)
    if key is not None:
        echo(sign_outputs(verified, key).as_posix())
    elif verified.signed is not None:
        fits = f"The signature fits; key {verified.signer}." if verified.signer else "The signature fits."
        screen.line(fits if verified.signed else f"The signature does not fit {verified.record.name}.")
    sys.exit(status)
