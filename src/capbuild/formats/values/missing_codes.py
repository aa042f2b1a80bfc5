"""Words and codes for missing answers."""

from collections.abc import Iterator, Mapping

from capbuild.errors import ModelError, did_you_mean
from capbuild.formats.normalisation import fold_word
from capbuild.formats.vocabulary import LANGUAGES, cell_words, groups
from capbuild.model import Missing


def _list_joined(language: str) -> Iterator[str]:
    """Yield options that join *don't know* with *refused* or *no answer*, which forms often offer as one."""
    unwilling = cell_words("missing.refused", "missing.no_answer", language=language)
    for word in cell_words("missing.dont_know", language=language):
        for other in unwilling:
            yield from (f"{one}{mark}{two}" for one, two in ((word, other), (other, word)) for mark in ("/", " / "))


#: Kinds of missing by folded word; includes the codes written by this library.
MISSING_WORDS: Mapping[str, Missing] = {
    **{word: Missing.DONT_KNOW for language in LANGUAGES for word in _list_joined(language)},
    **{kind.name.lower(): kind for kind in Missing},
    **{word: kind for kind in Missing for word in cell_words(f"missing.{kind.name.lower()}")},
}

#: Ambiguous codes such as DK: missing codes only among numbers, and among yes and no.
MISSING_CODES: Mapping[str, Missing] = {
    word: Missing[name.upper()] for name in groups("missing_code") for word in cell_words(f"missing_code.{name}")
}


def missing_kind(name: str | Missing) -> Missing:
    """Return a kind of missing by name or value.

    Raises:
        ModelError: The name is unknown.

    Example:
        >>> missing_kind("dont_know") is missing_kind("don't know") is Missing.DONT_KNOW
        True
    """
    if isinstance(name, Missing):
        return name
    known = {kind.name.lower(): kind for kind in Missing} | {kind.value: kind for kind in Missing}
    kind = known.get(name.strip().lower())
    if kind is None:
        names = [kind.name.lower() for kind in Missing]
        raise ModelError("missing", name, f"must be one of {', '.join(names)}{did_you_mean(name, names)}")
    return kind


def missing_words(extra: Mapping[str, Missing], *, numeric: bool = False, closed: bool = False) -> dict[str, Missing]:
    """Return kinds of missing by folded word; additional words override built-in ones.

    Args:
        extra: Additional words with their kinds.
        numeric: Whether the column has numbers, where `NA` is the missing value of statistics packages. In a column of
            words it may be a team's own code, so it stays text for a mapping to read.
        closed: Whether the column has answers such as yes and no, where `NA` is not applicable.
    """
    codes = dict(MISSING_CODES) if numeric or closed else {}
    if codes:
        codes["na"] = Missing.NO_ANSWER if numeric else Missing.NOT_APPLICABLE
    return {**MISSING_WORDS, **codes, **{fold_word(word): kind for word, kind in extra.items()}}
