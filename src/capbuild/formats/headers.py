"""What a column is for, by its head in any language of the vocabulary."""

import re
from enum import StrEnum

from attrs import frozen

from capbuild.formats.folding import fold_head, fold_word
from capbuild.formats.vocabulary import groups, ranked

__all__ = ["HeadMeaning", "Role", "head_meaning", "is_criterion_id", "role_word"]


class Role(StrEnum):
    """What a column is for. The values are the words that `columns` options use."""

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
class HeadMeaning:
    """What a head says.

    Attributes:
        role: The role it names.
        rank: How plainly, 0 first: of two columns that name one role the lower rank has it.
    """

    role: Role
    rank: int = 0


# A description repeats what the question is about, so it is no answer.
def _read_meanings() -> dict[str, HeadMeaning]:
    found: dict[str, HeadMeaning] = {}
    for name in groups("header"):
        heads = ranked(f"header.{name}")
        meanings = [HeadMeaning(Role(name), rank) for rank in range(1 + max(heads.values()))]
        found |= {head: meanings[rank] for head, rank in heads.items()}
    return found


_MEANINGS = _read_meanings()
_ROLES = {role.value: role for role in Role}

# Ids such as MAN-1.2a or TEC-2: what this library's own instruments call their questions.
_CRITERION = re.compile(r"[A-Z]{2,6}-\d{1,3}(?:\.\d{1,3}[a-z]?)?")


def head_meaning(head: str) -> HeadMeaning | None:
    """Return the role that a head names, or None for a head that is a question.

    Example:
        >>> head_meaning("País").role.value, head_meaning("Observaciones:").role.value, head_meaning("P12")
        ('country', 'comment', None)
    """
    return _MEANINGS.get(fold_head(head))


def is_criterion_id(text: str) -> bool:
    """Tell whether a text has the form of a criterion's id in this library's own instruments."""
    return _CRITERION.fullmatch(text.strip()) is not None


def role_word(text: str) -> Role | None:
    """Return the role that an option names, or None when the text is a question's id."""
    return _ROLES.get(fold_word(text))
