"""The words people and programs write where there is no answer, and what each says."""

from collections.abc import Mapping

from capbuild.errors import ModelError, did_you_mean
from capbuild.formats.folding import fold_word
from capbuild.formats.vocabulary import cell_words, groups
from capbuild.model import Missing

__all__ = ["MISSING_CODES", "MISSING_WORDS", "missing_kind", "missing_words"]

#: Folded words with the kind of missing each stands for; also the codes that the library itself writes.
MISSING_WORDS: Mapping[str, Missing] = {
    **{kind.name.lower(): kind for kind in Missing},
    **{word: kind for kind in Missing for word in cell_words(f"missing.{kind.name.lower()}")},
}

#: Codes such as DK that may be other words: they stand for a kind of missing among numbers, and among yes and no.
MISSING_CODES: Mapping[str, Missing] = {
    word: Missing[name.upper()] for name in groups("missing_code") for word in cell_words(f"missing_code.{name}")
}


def missing_kind(name: str | Missing) -> Missing:
    """Return a kind of missing by its name or value.

    Raises:
        ModelError: There is none of that name.

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
    """Return the folded words for missing, with further ones that win over the built-in ones.

    Args:
        extra: Further words with their kinds.
        numeric: Whether it is for a column of numbers: there `NA` is the gap that statistics packages write. In a
            column of words it may be a team's own code, so it stays text for a mapping to read.
        closed: Whether it is for a column of answers such as yes and no: there `NA` is not applicable.
    """
    codes = dict(MISSING_CODES) if numeric or closed else {}
    if codes:
        codes["na"] = Missing.NO_ANSWER if numeric else Missing.NOT_APPLICABLE
    return {**MISSING_WORDS, **codes, **{fold_word(word): kind for word, kind in extra.items()}}
