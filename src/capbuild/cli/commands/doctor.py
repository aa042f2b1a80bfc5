"""`capbuild doctor`: installation and self-check."""

import json
import sys
from typing import Any

import attrs
import click
from rich.text import Text

from capbuild._doctor import Diagnosis, bill_of_materials, diagnose
from capbuild._terminal import echo
from capbuild.cli.arguments import AS_JSON
from capbuild.cli.screen import Screen


@click.command("doctor")
@AS_JSON
@click.option("--sbom", is_flag=True, help="Print the software bill of materials (CycloneDX).")
def command(as_json: bool, sbom: bool) -> None:
    """Show versions, plugins and limits, and run a self-check.

    Optional parts that are not installed are listed too.
    """
    if sbom:
        echo(json.dumps(bill_of_materials(), indent=2), document=True)
        return
    diagnosis = diagnose()
    if as_json:
        echo(json.dumps(_diagnosis_data(diagnosis), indent=2), document=True)
    else:
        show_doctor(Screen(), diagnosis)
    sys.exit(0 if diagnosis.healthy else 1)


# Output of `capbuild doctor`: versions, self-check, plugins, limits


_ALERT = "bold rgb(240,162,108)"
_QUIET = "grey62"


def _diagnosis_data(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return a diagnosis as data for JSON, with every remedy."""
    return {
        "healthy": diagnosis.healthy,
        "versions": dict(diagnosis.versions),
        "variables": dict(diagnosis.variables),
        "checks": [attrs.asdict(check) for check in diagnosis.checks],
        "plugins": [{**attrs.asdict(plugin), "remedy": plugin.remedy} for plugin in diagnosis.plugins],
        "parts": [
            {"name": part.name, "installed": part.installed, "brings": dict(part.brings), "remedy": part.remedy}
            for part in diagnosis.parts
        ],
        "limits": dict(diagnosis.limits),
    }


def show_doctor(screen: Screen, diagnosis: Diagnosis) -> None:
    """Show a diagnosis."""
    shown = (f"{name} {number or 'is missing'}" for name, number in diagnosis.versions.items())
    screen.note(", ".join(shown))
    for name, value in diagnosis.variables.items():
        screen.line(f"{name}={value}")
    screen.blank()
    for check in diagnosis.checks:
        sign = ("  ok  ", _QUIET) if check.passed else ("▲ fails ", _ALERT)
        screen.line(sign, f"{check.name:<9} ", check.found)
    screen.blank()
    _show_plugins(screen, diagnosis)
    _show_parts(screen, diagnosis)
    limits = ", ".join(f"{name.replace('_', ' ')} {value:,.0f}" for name, value in diagnosis.limits.items())
    screen.note(f"Limits on reading: {limits}.")
    screen.blank()
    screen.line("All is well." if diagnosis.healthy else ("Not all is well.", _ALERT))


def _show_plugins(screen: Screen, diagnosis: Diagnosis) -> None:
    screen.table(
        {
            "Plugin": info.name,
            "Distribution": info.source,
            "Status": Text(info.status.value, style="" if not info.remedy else _ALERT),
            "What to do": info.remedy or "",
        }
        for info in diagnosis.plugins
    )
    for plugin in diagnosis.plugins:
        if plugin.reason:
            screen.line((f"{plugin.name}: ", "bold"), plugin.reason)
            screen.blank()


def _show_parts(screen: Screen, diagnosis: Diagnosis) -> None:
    missing = [part for part in diagnosis.parts if not part.installed]
    if not missing:
        screen.note("No optional part is missing.")
        return
    screen.table(
        {
            "Missing": part.name,
            "It needs": ", ".join(name for name, there in part.brings.items() if not there),
            "How to get it": part.remedy,
        }
        for part in missing
    )
