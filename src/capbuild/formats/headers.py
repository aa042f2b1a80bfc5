"""Roles of columns, recognised by header in any language of the vocabulary."""

import re
from enum import StrEnum

from attrs import frozen

from capbuild.formats.normalisation import fold_header, fold_word
from capbuild.formats.vocabulary import groups, ranked


class Role(StrEnum):
    """Role of a column. The values are the words of the `columns` option."""

    COUNTRY = "country"
    RESPONDENT = "respondent"
    ID = "id"
    LANGUAGE = "language"
    DATE = "date"
    COMMENT = "comment"
    QUESTION = "question"
    ANSWER = "answer"
    DESCRIPTION = "description"
    UNIT = "unit"
    IGNORE = "ignore"


@frozen
class HeaderMeaning:
    """Role named by a header.

    Attributes:
        role: The role.
        rank: Strength of the match, 0 is best. Of two columns with one role the lower rank wins.
    """

    role: Role
    rank: int = 0


# A description repeats the question's subject, so it is not an answer.
def _read_meanings() -> dict[str, HeaderMeaning]:
    found: dict[str, HeaderMeaning] = {}
    for name in groups("header"):
        heads = ranked(f"header.{name}")
        meanings = [HeaderMeaning(Role(name), rank) for rank in range(1 + max(heads.values()))]
        found |= {head: meanings[rank] for head, rank in heads.items()}
    return found


_MEANINGS = _read_meanings()
_ROLES = {role.value: role for role in Role}

# Question ids of this library's own instruments, such as MAN-1.2a or TEC-2.
_CRITERION = re.compile(r"[A-Z]{2,6}-\d{1,3}(?:\.\d{1,3}[a-z]?)?")


def header_meaning(head: str) -> HeaderMeaning | None:
    """Return the role named by a header; None for a question header.

    Example:
        >>> header_meaning("País").role.value, header_meaning("Observaciones:").role.value, header_meaning("P12")
        ('country', 'comment', None)
    """
    return _MEANINGS.get(fold_header(head))


def is_criterion_id(text: str) -> bool:
    """True if a text looks like a criterion id of this library's instruments."""
    return _CRITERION.fullmatch(text.strip()) is not None


def role_word(text: str) -> Role | None:
    """Return the role that an option names; None for a question id."""
    return _ROLES.get(fold_word(text))
