"""Output of `capbuild status --publications`: earlier publications by audience."""

import json

from rich.text import Text

from capbuild._terminal import echo
from capbuild.cli.screen import Screen
from capbuild.disclosure import Publication, Publications
from capbuild.model import Programme
from capbuild.workspace.runs.publications import REGISTER

__all__ = ["show_publications"]

_HEADS = ("", "Audience", "Given on", "Named", "Counted without names", "Figures")


def show_publications(screen: Screen, register: Publications, programme: Programme, *, as_json: bool) -> None:
    """Print the register of publications, without the levels of any country.

    Args:
        screen: The screen.
        register: The register.
        programme: The programme, for names.
        as_json: Print JSON instead.
    """
    if as_json:
        echo(json.dumps([_make_entry(one) for one in register.every], ensure_ascii=False, indent=1), document=True)
        return
    names = {place.alpha_2: place.name for place in programme.countries}
    screen.blank()
    if register.every:
        rows = [_make_row(number, one, names) for number, one in enumerate(register.every, start=1)]
        screen.table(_HEADS, rows, left=(1, 2, 3, 4))
        screen.blank()
        screen.note(f"Which countries are meant is in {REGISTER}, for the team: --publications --json lists them.")
    else:
        screen.note("No audience was given anything that names or counts only some of the countries.")
    screen.blank()


def _make_row(number: int, one: Publication, names: dict[str, str]) -> list[str | Text]:
    whom = f"{one.audience.value}, {names.get(one.country, one.country)}" if one.country else one.audience.value
    counted = ", ".join(f"{round_} {len(codes)}" for round_, codes in one.counted.items())
    day = one.on.isoformat() if one.on is not None else ""
    return [str(number), whom, day, str(len(one.every_name)), counted, str(sum(map(len, one.figures.values())))]


def _make_entry(one: Publication) -> dict[str, object]:
    return {
        "audience": one.audience.value,
        "country": one.country,
        "on": one.on.isoformat() if one.on is not None else None,
        "named": {item: sorted(codes) for item, codes in one.named.items()},
        "counted": {name: sorted(codes) for name, codes in one.counted.items()},
        "figures": list(one.figures),
    }
