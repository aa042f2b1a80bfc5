"""`capbuild network`: contact points, cooperation and network gaps."""

import datetime
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from capbuild.cli.arguments import AS_JSON, FOLDER, open_programme
from capbuild.cli.json_output import print_json
from capbuild.cli.screen import ACCENT, Screen
from capbuild.documents.envelope import unstructure
from capbuild.model import NetworkGap
from capbuild.networks import cooperation_pairs, network_gaps
from capbuild.networks.needs import CountryPair

#: Number of partners named for each gap.
_FEW = 3


@click.command("network")
@FOLDER
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Day of the status; today by default.")
@AS_JSON
def command(folder: Path, on: datetime.datetime | None, as_json: bool) -> None:
    """Show gaps in contacts and cooperation of countries.

    For the team: nothing is hidden.
    """
    workspace, screen = open_programme(folder), Screen()
    network = workspace.network
    if network is None:
        if as_json:
            print_json({"gaps": [], "pairs": []})
            return
        screen.note("There is no network/ in this folder: see docs/how-to/networks.md.")
        screen.blank()
        return
    day = (on or datetime.datetime.now(datetime.UTC)).date()
    takes_part = [one.country for one in workspace.programme.participations if one.is_valid_in(day, day)]
    gaps = network_gaps(network, takes_part, day)
    pairs = [pair for pair in cooperation_pairs(network, day) if pair.asked or pair.was_asked]
    if as_json:
        print_json({"gaps": [unstructure(gap) for gap in gaps], "pairs": list(map(_make_pair_values, pairs))})
        return
    screen.table(["Country", "Network", "What is lacking", "Since"], map(_make_gap_row, gaps), left=(0, 1, 2, 3))
    headers = ["Between", "asked", "was asked", "answered", "days", "agreements", "operations"]
    screen.table(headers, map(_make_pair_row, pairs))
    invented = " All of it is invented." if network.invented else ""
    screen.note(f"{len(network.contacts)} contact points, {len(network.requests)} requests.{invented}")


def _make_pair_values(pair: CountryPair) -> dict[str, Any]:
    return {
        "countries": [pair.one.alpha_2, pair.other.alpha_2],
        "asked": pair.asked,
        "was_asked": pair.was_asked,
        "answered": pair.answered,
        "days": pair.days,
        "agreements": len(pair.agreements),
        "operations": len(pair.operations),
    }


def _make_pair_row(pair: CountryPair) -> list[str]:
    days = "" if pair.days is None else f"{pair.days:g}"
    bonds = (str(len(pair.agreements)), str(len(pair.operations)))
    return [f"{pair.one} and {pair.other}", str(pair.asked), str(pair.was_asked), str(pair.answered), days, *bonds]


def _make_gap_row(gap: NetworkGap) -> list[str | Text]:
    named = ", ".join(place.name for place in gap.partners[:_FEW])
    more = f" and {len(gap.partners) - _FEW} more" if len(gap.partners) > _FEW else ""
    partners = f" with {named}{more}" if gap.partners else ""
    return [
        gap.country.name,
        gap.network,
        Text(f"{gap.kind.value}{partners}", style=ACCENT if not gap.partners else ""),
        str(gap.since or ""),
    ]
