"""Words used in survey tables, in twelve languages.

The module also folds texts, and finds roles of columns and personal data.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from attrs import frozen

from capbuild._garbage import text_cache
from capbuild.model import PersonalData


class _Letters(dict[int, str | None]):
    """Lazy translation table of letters; combining accents are removed."""

    def __missing__(self, code: int) -> str | None:
        letter = chr(code)
        self[code] = left = (
            letter if letter.isalnum() else None if unicodedata.combining(letter) else self._mark(letter)
        )
        return left

    def _mark(self, letter: str) -> str:
        return letter


class _HeadLetters(_Letters):
    """Translation table for headers."""

    def _mark(self, letter: str) -> str:
        return letter if letter == "\n" else " "


_IN_WORD, _IN_HEAD = _Letters(), _HeadLetters()


def _plain(text: str) -> str:
    """Return a text in lower case, with separate accents."""
    folded = text.casefold()
    return folded if folded.isascii() else unicodedata.normalize("NFKD", folded)


@text_cache(4096)  # headers repeat in each file of a round, and in each pass over a file
def fold_header(text: str) -> str:
    """Fold a header: lower case, no accents or punctuation.

    Punctuation becomes single spaces.

    Example:
        >>> fold_header(" País_o territorio: ")
        'pais o territorio'
    """
    return " ".join(_plain(text).translate(_IN_HEAD).split())


def fold_word(text: str) -> str:
    """Fold an answer: lower case, no accents, single spaces.

    Apostrophes become plain ones; other punctuation is kept.

    Example:
        >>> fold_word("Don’t  Know")
        "don't know"
    """
    folded = _plain(text)
    left = folded if folded.isascii() else folded.translate(_IN_WORD)
    return " ".join(left.replace("’", "'").split())


def fold_headers(lines: str) -> list[str]:
    """Normalise headers, one per line; faster than one by one."""
    return _tidy_lines(_plain(lines).translate(_IN_HEAD))


def fold_words(lines: str) -> list[str]:
    """Normalise answers, one per line."""
    return _tidy_lines(_plain(lines).translate(_IN_WORD).replace("’", "'"))


def _tidy_lines(text: str) -> list[str]:
    """Split lines; collapse and strip spaces."""
    if "  " not in text and " \n" not in text and "\n " not in text and text == text.strip(" "):
        return text.split("\n")
    return [" ".join(line.split()) for line in text.split("\n")]


def one_line(text: str) -> str:
    """Collapse white space and line breaks into single spaces."""
    return " ".join(text.split())


def shorten(text: str, length: int = 60) -> str:
    """Shorten a text to one line for a message."""
    line = one_line(text)
    return line if len(line) <= length else f"{line[: length - 1]}…"


#: Section of language-independent marks and codes, and what separates words.
_ANY, _JOINT = "any", " | "

#: Words for yes and no written by programs.
_DIGITS = {True: ("1", "true"), False: ("0", "false")}


@cache
def _sections() -> dict[str, Any]:
    return json.loads((files(__package__) / "vocabulary.json").read_text("utf-8"))  # type: ignore[no-any-return]


#: Languages of the vocabulary: its sections.
LANGUAGES = tuple(name for name in _sections() if name != _ANY)


def _entries(key: str, languages: Iterable[str] = (*LANGUAGES, _ANY)) -> Iterator[Any]:
    """Yield the entry of a key in each language.

    Raises:
        KeyError: No language has the key.
    """
    is_known = False
    for language in languages:
        entry = _sections()[language]
        for name in key.split("."):
            entry = entry.get(name)
            if entry is None:
                break
        else:
            is_known = True
            yield entry
    if not is_known:
        raise KeyError(key)


def _strings(entry: Any) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    else:
        for part in entry.values() if isinstance(entry, dict) else entry:
            yield from _strings(part)


def _lines(strings: Iterable[str]) -> str:
    """Return words one per line."""
    return "\n".join(strings).replace(_JOINT, "\n")


def _all_lines(keys: Iterable[str], language: str | None = None) -> str:
    languages = (*LANGUAGES, _ANY) if language is None else (language,)
    return _lines(text for key in keys for entry in _entries(key, languages) for text in _strings(entry))


@cache
def header_words(*keys: str, language: str | None = None) -> frozenset[str]:
    """Return the words of some keys, folded as headers are.

    Args:
        keys: Keys, possibly nested: `options` has all scales, `options.level` one.
        language: One language; None for all.

    Raises:
        KeyError: There is no such key.

    Example:
        >>> "fuente" in header_words("note"), sorted(header_words("yes", "no", language="es"))
        (True, ['no', 'si'])
    """
    return frozenset(filter(None, fold_headers(_all_lines(keys, language))))


@cache
def cell_words(*keys: str, language: str | None = None) -> frozenset[str]:
    """Return the words of keys, folded as cells are.

    Args:
        keys: Keys.
        language: One language; None for all.

    Raises:
        KeyError: There is no such key.

    Example:
        >>> "n/a" in cell_words("missing.not_applicable"), "oui" in cell_words("yes")
        (True, True)
    """
    return frozenset(filter(None, fold_words(_all_lines(keys, language))))


def truth(text: str) -> bool | None:
    """Return whether a text means yes or no, or None.

    The text may be in any language.

    Example:
        >>> truth("Да"), truth("nein"), truth("1"), truth("maybe")
        (True, False, True, None)
    """
    word = " ".join(fold_words(text.strip()))
    meanings = [
        value for value, key in ((True, "yes"), (False, "no")) if word in cell_words(key) or word in _DIGITS[value]
    ]
    return meanings[0] if meanings else None


@cache
def decimal_marks(language: str) -> tuple[str, ...]:
    """Return the decimal marks used in countries with a language.

    Example:
        >>> decimal_marks("de"), decimal_marks("es")
        ((',',), (',', '.'))
    """
    return tuple(_sections()[language]["decimal_mark"].split(_JOINT))


def lists(key: str) -> Iterator[list[str]]:
    """Yield the unfolded word lists of a key.

    A key may have several lists per language.

    Example:
        >>> next(lists("counted"))
        ['years', 'year', 'yrs', 'yr']
    """
    for entry in _entries(key):
        yield from (texts.split(_JOINT) for texts in entry)


@cache
def ranked(key: str) -> Mapping[str, int]:
    """Return a key's words with their list's position from 0.

    Example:
        >>> ranked("header.country")["pais"], ranked("header.country")["iso3"], ranked("month")["enero"]
        (0, 2, 0)
    """
    entries = list(_entries(key))
    ranks: dict[str, int] = {}
    for rank in reversed(range(max(map(len, entries)))):
        folded = fold_headers(_lines(entry[rank] for entry in entries if rank < len(entry)))
        ranks |= dict.fromkeys(filter(None, folded), rank)
    return ranks


def groups(key: str) -> tuple[str, ...]:
    """Return the names within a key.

    Example:
        >>> groups("total")
        ('row', 'statistic', 'end')
    """
    return tuple(dict.fromkeys(name for entry in _entries(key) for name in entry))


class Role(StrEnum):
    """Role of a column, as in the `columns` option."""

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
    header_meanings: dict[str, HeaderMeaning] = {}
    for name in groups("header"):
        headers = ranked(f"header.{name}")
        meanings = [HeaderMeaning(Role(name), rank) for rank in range(1 + max(headers.values()))]
        header_meanings |= {head: meanings[rank] for head, rank in headers.items()}
    return header_meanings


_MEANINGS = _read_meanings()

_ROLES = {role.value: role for role in Role}

# Question ids of this library's own instruments, such as MAN-1.2a or TEC-2.
_CRITERION = re.compile(r"[A-Z]{2,6}-\d{1,3}(?:\.\d{1,3}[a-z]?)?")


def header_meaning(head: str) -> HeaderMeaning | None:
    """Return the role that a header names.

    The result is None for the header of a question.

    Example:
        >>> header_meaning("País").role.value, header_meaning("Observaciones:").role.value, header_meaning("P12")
        ('country', 'comment', None)
    """
    return _MEANINGS.get(fold_header(head))


def is_criterion_id(text: str) -> bool:
    """True if a text looks like a criterion id."""
    return _CRITERION.fullmatch(text.strip()) is not None


def role_word(text: str) -> Role | None:
    """Return the role that an option names.

    The result is None for the id of a question.
    """
    return _ROLES.get(fold_word(text))


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
    """Return the personal data of a column by header.

    Example:
        >>> personal_by_head("Correo electrónico").value, personal_by_head("TEC-2.2a")
        ('e-mail', None)
        >>> personal_by_head("What is your mobile phone number?").value, personal_by_head("Name of the unit")
        ('telephone', None)
    """
    folded = fold_header(head)
    personal_data = _PERSONAL.get(folded)
    parts = folded.split()
    if personal_data is not None or len(parts) > _LONGEST:
        return personal_data
    kinds = [_WORDS[part] for part in parts if part in _WORDS]
    if not kinds or any(part not in _WORDS and part not in _OTHERS for part in parts):
        return None
    if all(kind is PersonalData.NAME for kind in kinds):
        return PersonalData.NAME if _WHOSE.intersection(parts) else None
    return next(kind for kind in kinds if kind is not PersonalData.NAME)


#: Kinds of personal data that texts show, each with a character that they have.
_CONTENT = (
    (PersonalData.EMAIL, "@", re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")),
    (PersonalData.NETWORK_ADDRESS, ".", re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")),
)


def personal_by_content(values: Iterable[str]) -> PersonalData | None:
    """Return the kind of personal data of most texts.

    The kinds are e-mail and network addresses; the result is None for other texts.
    """
    counts = Counter(values)
    for kind, mark, pattern in _CONTENT:
        matching = sum(count for text, count in counts.items() if mark in text and pattern.fullmatch(text))
        if 2 * matching > counts.total():
            return kind
    return None
