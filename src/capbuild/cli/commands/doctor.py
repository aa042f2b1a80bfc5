"""`capbuild doctor`: installation and self-check."""

import json
import sys

import click

from capbuild._doctor import bill_of_materials, diagnose
from capbuild._terminal import echo
from capbuild.cli.screen import Screen
from capbuild.cli.show_doctor import diagnosis_data, show_doctor

__all__ = ["command"]


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--sbom", is_flag=True, help="Print the software bill of materials (CycloneDX).")
def command(as_json: bool, sbom: bool) -> None:
    """Show versions, plugins, missing parts and limits, and run a self-check."""
    if sbom:
        echo(json.dumps(bill_of_materials(), indent=2), document=True)
        return
    found = diagnose()
    if as_json:
        echo(json.dumps(diagnosis_data(found), indent=2), document=True)
    else:
        show_doctor(Screen(), found)
    sys.exit(0 if found.healthy else 1)
