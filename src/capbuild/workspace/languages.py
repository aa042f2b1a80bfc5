"""Language tags in programme.toml: each must be one of ISO 639."""

from capbuild.documents.toml import Table

__all__ = ["check_languages"]

#: Asked so often that the tables of ISO 639 need not be opened for them.
_USUAL = frozenset({"en", "es", "fr", "nl", "pt", "ht", "pap", "srn"})


def _known(tag: str) -> bool:
    base = tag.split("-", maxsplit=1)[0].lower()
    if base in _USUAL:
        return True
    import pycountry

    return pycountry.languages.get(**{"alpha_2" if len(base) == 2 else "alpha_3": base}) is not None


def check_languages(table: Table, key: str = "languages") -> tuple[str, ...]:
    """Return the language tags under a key; one that ISO 639 does not have is a problem and is left out."""
    tags = table.names(key)
    for tag in tags:
        if not _known(tag):
            table.problem(key, f"{tag!r} is no language of ISO 639", "write a tag such as 'en', 'es', 'fr' or 'nl'")
    return tuple(tag for tag in tags if _known(tag))
