"""The index of names: folded text to code, concept keys to code, texts that sources dispute."""

from functools import cache

from attrs import frozen

from capbuild.countries.folding import squeeze
from capbuild.countries.package_data import compressed_text

__all__ = ["Index", "load_index"]


@frozen
class Index:
    """What the package knows of names.

    Attributes:
        names: Folded text -> alpha-2 code, of all languages.
        common: The texts of names in English, Spanish, French, Dutch and Portuguese, which typing errors are held to.
        keys: Concept key -> alpha-2 code.
        regions: Folded names of continents, regions and unions.
        disputed: Folded text -> code -> languages, where languages give it to several countries.
    """

    names: dict[str, str]
    common: tuple[str, ...]
    keys: dict[str, str]
    regions: frozenset[str]
    disputed: dict[str, dict[str, tuple[str, ...]]]


@cache
def load_index() -> Index:
    """Return the index, read when it is first needed.

    Example:
        >>> load_index().names["curazao"]
        'CW'
    """
    sections: dict[str, dict[str, str]] = {}
    table: dict[str, str] = {}
    for line in compressed_text("index.txt.z").splitlines():
        if line.startswith("["):
            table = sections.setdefault(line.strip("[]"), {})
        elif not line.startswith("#"):
            codes, _, texts = line.partition("=")
            table.update(dict.fromkeys(texts.split("|"), codes))
    names = sections["names"]
    disputed = {text: dict(map(_claim, claims.split())) for text, claims in sections["disputed"].items()}
    return Index(
        {**sections["other"], **names}, tuple(names), sections["keys"], frozenset(sections["regions"]), disputed
    )


def _claim(text: str) -> tuple[str, tuple[str, ...]]:
    code, _, languages = text.partition(":")
    return code, tuple(languages.split(","))


@cache
def squeezed_names() -> dict[str, str]:
    """Return the common names without spaces -> alpha-2 code."""
    index = load_index()
    return {squeeze(text): index.names[text] for text in index.common if len(text) > 4}
