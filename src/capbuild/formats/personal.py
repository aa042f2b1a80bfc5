"""Detect columns with personal data by header."""

from collections.abc import Mapping

from capbuild.formats.normalisation import fold_header
from capbuild.formats.vocabulary import groups, header_words
from capbuild.model import PersonalData

_PERSONAL: Mapping[str, PersonalData] = {
    head: kind for kind in PersonalData for head in header_words(f"personal.header.{kind.name.lower()}")
}
#: Personal-data words. They count in headers that have only these and the small words below.
_WORDS = {
    word: PersonalData[name.upper()]
    for name in groups("personal.word")
    for word in header_words(f"personal.word.{name}")
}
#: Words for a person; without one, a name may be that of a unit or a law.
_WHOSE = header_words("personal.whose")
_OTHERS = header_words("personal.small", "personal.whose")
_LONGEST = 14


def personal_by_head(head: str) -> PersonalData | None:
    """Return the kind of personal data of a column, by its header.

    Example:
        >>> personal_by_head("Correo electrónico").value, personal_by_head("TEC-2.2a")
        ('e-mail', None)
        >>> personal_by_head("What is your mobile phone number?").value, personal_by_head("Name of the unit")
        ('telephone', None)
    """
    folded = fold_header(head)
    known = _PERSONAL.get(folded)
    parts = folded.split()
    if known is not None or len(parts) > _LONGEST:
        return known
    kinds = [_WORDS[part] for part in parts if part in _WORDS]
    if not kinds or any(part not in _WORDS and part not in _OTHERS for part in parts):
        return None
    if all(kind is PersonalData.NAME for kind in kinds):
        return PersonalData.NAME if _WHOSE.intersection(parts) else None
    return next(kind for kind in kinds if kind is not PersonalData.NAME)
