"""Register of publications: `private/publications.json`."""

import datetime
import json
from functools import partial
from pathlib import Path
from typing import Any

from capbuild._atomic import make_folders, write_atomic
from capbuild.disclosure import Publication, Publications
from capbuild.errors import WorkspaceError
from capbuild.frozen import FrozenMap
from capbuild.model import Audience
from capbuild.origin import Origin

#: Shows the results of unnamed countries: for the team, never in git.
REGISTER = "private/publications.json"
_SCHEMA = 1


def load_publications(folder: Path) -> Publications:
    """Load the register; empty before the first publication.

    Raises:
        WorkspaceError: CB610, it cannot be read. Nothing may be published without it.
    """
    return Publications(earlier=_load(folder), today=datetime.date.today(), store=partial(_save, folder))


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
            remedy="restore it from a backup: without it, reports may tell what earlier ones withheld",
        ) from error


def _save(folder: Path, register: Publications) -> None:
    """Save the register, readable by its owner only, merged with changes of others."""
    place = folder / REGISTER
    if not place.parent.is_dir():
        make_folders(place.parent, private=True)
        (place.parent / ".gitignore").write_text("*\n", "utf-8")
    known = _load(folder)
    entries = [_unparse(one) for one in (*known, *(one for one in register.every if one not in known))]
    text = json.dumps({"schema": _SCHEMA, "publications": entries}, ensure_ascii=False, indent=1)
    write_atomic(place, text + "\n", mode=0o600)


def _unparse(one: Publication) -> dict[str, Any]:
    figures = {
        name: [{words: _join(codes) for words, codes in figure.items()} for figure in every]
        for name, every in one.figures.items()
    }
    return {
        "audience": one.audience.value,
        **({"country": one.country} if one.country else {}),
        "on": one.on.isoformat() if one.on is not None else None,
        "named": {item: _join(codes) for item, codes in one.named.items()},
        "counted": {name: _join(codes) for name, codes in one.counted.items()},
        "figures": figures,
    }


def _parse(item: dict[str, Any]) -> Publication:
    figures: dict[str, tuple[FrozenMap[str, frozenset[str]], ...]] = {
        str(name): tuple(FrozenMap({str(words): _split(codes) for words, codes in one.items()}) for one in every)
        for name, every in item["figures"].items()
    }
    return Publication(
        audience=Audience(item["audience"]),
        country=str(item.get("country", "")),
        on=None if item["on"] is None else datetime.date.fromisoformat(item["on"]),
        named=FrozenMap({str(name): _split(codes) for name, codes in item["named"].items()}),
        counted=FrozenMap({str(name): _split(codes) for name, codes in item["counted"].items()}),
        figures=FrozenMap(figures),
    )


def _join(codes: frozenset[str]) -> str:
    return " ".join(sorted(codes))


def _split(codes: str) -> frozenset[str]:
    return frozenset(codes.split())
