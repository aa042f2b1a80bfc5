"""`capbuild network`: contact points, cooperation and network gaps."""

import datetime
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from capbuild.cli.arguments import AS_JSON, FOLDER, open_programme
from capbuild.cli.json_output import print_json
from capbuild.cli.screen import ACCENT, Row, Screen
from capbuild.display import name_some
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

    This is for the team: nothing is withheld.
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
    takes_part = [
        participation.country
        for participation in workspace.programme.participations
        if participation.is_valid_in(day, day)
    ]
    gaps = network_gaps(network, takes_part, day)
    pairs = [pair for pair in cooperation_pairs(network, day) if pair.asked or pair.was_asked]
    if as_json:
        print_json({"gaps": [unstructure(gap) for gap in gaps], "pairs": list(map(_make_pair_values, pairs))})
        return
    screen.table(map(_make_gap_row, gaps))
    screen.table(map(_make_pair_row, pairs))
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


def _make_pair_row(pair: CountryPair) -> Row:
    return {
        "Between": f"{pair.one} and {pair.other}",
        "#Asked": pair.asked,
        "#Was asked": pair.was_asked,
        "#Answered": pair.answered,
        "#Days": "" if pair.days is None else f"{pair.days:g}",
        "#Agreements": len(pair.agreements),
        "#Operations": len(pair.operations),
    }


def _make_gap_row(gap: NetworkGap) -> Row:
    partners = f" with {name_some((place.name for place in gap.partners), _FEW)}" if gap.partners else ""
    return {
        "Country": gap.country.name,
        "Network": gap.network,
        "What is lacking": Text(f"{gap.kind.value}{partners}", style=ACCENT if not gap.partners else ""),
        "Since": str(gap.since or ""),
    }
