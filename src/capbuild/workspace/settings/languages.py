"""Language tags of programme.toml, checked against ISO 639."""

from capbuild.documents.toml import TomlTable
from capbuild.model import Country, Programme

_REMEDY = "write a tag such as 'en', 'es', 'fr' or 'nl'"

#: Frequent languages, which do not need the ISO 639 tables.
_USUAL = frozenset({"en", "es", "fr", "nl", "pt", "ht", "pap", "srn"})


def is_language(tag: str) -> bool:
    """True if ISO 639 has the language of a tag."""
    base = tag.split("-", maxsplit=1)[0].lower()
    if base in _USUAL:
        return True
    import pycountry

    return pycountry.languages.get(**{"alpha_2" if len(base) == 2 else "alpha_3": base}) is not None


def choose_language(programme: Programme, country: Country) -> str:
    """Return the language of a country's participation, else the programme's first."""
    parts = [one for one in programme.participations if one.country == country]
    return parts[0].languages[0] if parts and parts[0].languages else programme.languages[0]


def check_language(table: TomlTable, key: str) -> str:
    """Return a table's language tag; unknown ones are issues."""
    tag = table.get(key, str, "")
    if not tag or is_language(tag):
        return tag
    table.add_error(key, f"{tag!r} is not a language of ISO 639", _REMEDY)
    return ""


def check_languages(table: TomlTable, key: str = "languages") -> tuple[str, ...]:
    """Return a table's known language tags; unknown ones are issues."""
    tags = table.names(key)
    for tag in tags:
        if not is_language(tag):
            table.add_error(key, f"{tag!r} is not a language of ISO 639", _REMEDY)
    return tuple(tag for tag in tags if is_language(tag))
