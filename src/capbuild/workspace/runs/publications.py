"""Register of publications: `private/publications.json`."""

import datetime
import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from attrs import asdict

from capbuild._atomic import write_atomic
from capbuild.disclosure import Publication, Publications
from capbuild.disclosure.publications import Figure
from capbuild.errors import WorkspaceError
from capbuild.frozen import FrozenMap
from capbuild.model import Audience
from capbuild.origin import Origin
from capbuild.workspace.transactions import hold_lock

#: Shows the results of unnamed countries: for the team, never in git.
REGISTER = "private/publications.json"
_SCHEMA = 1


def load_publications(folder: Path) -> Publications:
    """Load the register; empty before the first publication.

    Raises:
        WorkspaceError: CB610, it cannot be read. Nothing may be published without it.
    """
    known = _load(folder)
    return Publications(earlier=known, today=datetime.date.today(), store=partial(_save, folder, list(known)))


def _load(folder: Path) -> tuple[Publication, ...]:
    place = folder / REGISTER
    if not place.exists():
        return ()
    try:
        data = json.loads(place.read_text("utf-8"))
        if data["schema"] != _SCHEMA:
            raise ValueError(f"its schema is {data['schema']}, not {_SCHEMA}")
        return tuple(map(_parse, data["publications"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WorkspaceError(
            f"the register of publications cannot be read: {error}",
            code="CB610",
            origin=Origin(REGISTER),
            remedy="restore it from a backup: without it, reports may reveal what earlier ones withheld",
        ) from error


def _save(folder: Path, publications: list[Publication], register: Publications) -> None:
    """Save the register, readable by its owner only.

    Args:
        folder: The programme's folder.
        publications: Publications that this register was loaded with, or has saved; added to.
        register: The register.

    Raises:
        WorkspaceError: CB509, somebody else has published in the meantime: the new publications were not compared with
            those.
    """
    place = folder / REGISTER
    if not place.parent.is_dir():
        write_atomic(place.with_name(".gitignore"), "*\n", mode=0o600)
    with hold_lock(place.with_name(".publications-lock"), folder):
        known = _load(folder)
        if others := [publication for publication in known if publication not in publications]:
            raise WorkspaceError(
                f"somebody else has given {others[0].audience.value} readers a report in the meantime",
                code="CB509",
                origin=Origin(REGISTER),
                remedy="nothing was written: open the folder again and repeat what you did, which compares both",
            )
        all_publications = [*known, *(publication for publication in register.every if publication not in known)]
        data = {"schema": _SCHEMA, "publications": list(map(_unparse, all_publications))}
        write_atomic(place, json.dumps(data, ensure_ascii=False, indent=1, default=_encode) + "\n", mode=0o600)
        publications[:] = all_publications


def _unparse(publication: Publication) -> dict[str, Any]:
    fields = asdict(publication, recurse=False)
    return {name: value for name, value in fields.items() if value or name not in ("country", "withheld")}


def _encode(value: object) -> object:
    """Return codes as words, dates as text, and maps unchanged."""
    if isinstance(value, frozenset):
        return " ".join(sorted(value))
    return dict(value) if isinstance(value, Mapping) else str(value)


def _parse(item: dict[str, Any]) -> Publication:
    return Publication(
        audience=Audience(item["audience"]),
        country=str(item.get("country", "")),
        on=None if item["on"] is None else datetime.date.fromisoformat(item["on"]),
        named=FrozenMap({str(name): _split(codes) for name, codes in item["named"].items()}),
        counted=FrozenMap({str(name): _split(codes) for name, codes in item["counted"].items()}),
        figures=_parse_figures(item["figures"]),
        withheld=_parse_figures(item.get("withheld", {})),
    )


def _parse_figures(figures: dict[str, Any]) -> FrozenMap[str, tuple[Figure, ...]]:
    return FrozenMap(
        {
            str(name): tuple(
                FrozenMap({str(words): _split(codes) for words, codes in edition.items()}) for edition in editions
            )
            for name, editions in figures.items()
        }
    )


def _split(codes: str) -> frozenset[str]:
    return frozenset(codes.split())
