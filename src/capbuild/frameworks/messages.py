"""Texts of bundled data, with translation status and source hash."""

import json
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from attrs import frozen

from capbuild.text import Text, Translation, TranslationStatus


@frozen
class Messages:
    """Texts by key, with all translations.

    Attributes:
        source: English texts by key.
        others: Translations by language and key.
    """

    source: Mapping[str, str]
    others: Mapping[str, Mapping[str, Mapping[str, str]]]

    def text(self, key: str) -> Text:
        """Return one text with its translations."""
        return Text(
            self.source[key],
            "en",
            {
                language: Translation(entry["text"], TranslationStatus(entry["status"]), entry["source"])
                for language, messages in self.others.items()
                if (entry := messages.get(key)) is not None
            },
        )

    def under(self, *prefixes: str) -> dict[str, Text]:
        """Return the texts with keys that begin with some prefixes."""
        return {key: self.text(key) for key in self.source if key.startswith(prefixes)}


def load_texts(folder: str) -> tuple[dict[str, Any], Messages]:
    """Return the structure and texts of a bundled folder.

    English is the source. Every other file next to the structure is a translation, named after its language.

    Example:
        >>> load_texts("police_cyber/catalogue")[0]["languages"]
        ['en', 'es', 'fr', 'nl', 'pt']
    """
    place = files("capbuild.frameworks") / folder

    def read(name: str) -> Any:
        return json.loads((place / f"{name}.json").read_text("utf-8"))

    names = {path.name.removesuffix(".json") for path in place.iterdir() if path.name.endswith(".json")}
    others = sorted(names - {"structure", "en"})
    structure = read("structure") | {"languages": ["en", *others]}
    return structure, Messages(read("en"), {language: read(language) for language in others})


def read_part(folder: str, edition: str, name: str) -> dict[str, Any]:
    """Return the tables of a file of a later edition."""
    place = files("capbuild.frameworks") / folder / edition.replace(".", "-") / f"{name}.toml"
    return tomllib.loads(place.read_text("utf-8"))


def add_tables(known: dict[str, Any], added: Mapping[str, Any]) -> None:
    """Merge tables: extend lists, merge tables, replace other values."""
    for key, value in added.items():
        old = known.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            add_tables(old, value)
        else:
            known[key] = [*old, *value] if isinstance(old, list) and isinstance(value, list) else value
