"""Index of country names by folded text and concept keys."""

from functools import cache

from attrs import frozen

from capbuild.countries.normalisation import remove_spaces
from capbuild.countries.package_data import compressed_text


@frozen
class NameIndex:
    """Index of all names of the package.

    Attributes:
        names: Folded text -> alpha-2 code, of all languages.
        common: The same for English, Spanish, French, Dutch and Portuguese names, for matching typos.
        keys: Concept key -> alpha-2 code.
        cities: Folded names of cities -> alpha-2 code.
        regions: Folded names of continents, regions and unions.
        disputed: Folded text -> code -> languages, for names that the language of the text decides: several countries
            have the name, or it means something else in other languages.
        elsewhere: Folded name -> alpha-2 codes of other countries with a part of that name.
    """

    names: dict[str, str]
    common: dict[str, str]
    keys: dict[str, str]
    cities: dict[str, str]
    regions: frozenset[str]
    disputed: dict[str, dict[str, tuple[str, ...]]]
    elsewhere: dict[str, tuple[str, ...]]


@cache
def load_index() -> NameIndex:
    """Return the index, loaded on first use.

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
    common = sections["names"]
    disputed = {text: dict(map(_add_name, claims.split())) for text, claims in sections["disputed"].items()}
    elsewhere = {text: tuple(codes.split()) for text, codes in sections["elsewhere"].items()}
    names = {**sections["other"], **common}
    return NameIndex(
        names,
        common,
        sections["keys"],
        sections["cities"],
        frozenset(sections["regions"]),
        disputed,
        elsewhere,
    )


def _add_name(text: str) -> tuple[str, tuple[str, ...]]:
    code, _, languages = text.partition(":")
    return code, tuple(languages.split(","))


@cache
def squeezed_names() -> dict[str, str]:
    """Return names of several words, by their text without spaces."""
    return {remove_spaces(text): text for text in load_index().common if " " in text and len(text) > 4}
