"""Parser of stored texts.

They are codes, numbers, dates, locations, and criterion ids as question names.

Invalid texts are kept and reported.
"""

import datetime
import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from attrs import define, field

from capbuild.errors import ModelError
from capbuild.formats import MISSING_WORDS, TypedValue, fold_word, read_day, shorten
from capbuild.model import AnswerValue, Choice, GeoPoint, Missing, QuestionType

#: Hidden question that marks a form with encoded names, and stores the form's id.
MARK = "capbuild_form"

_CRITERION = re.compile(r"([A-Z]{2,6})-(\d{1,3})(?:\.(\d{1,3}[a-z]?))?")

_ENCODED = re.compile(r"([A-Z]{2,6})_(\d{1,3})(?:_(\d{1,3}[a-z]?))?")

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

_ESCAPE = re.compile(r"_x([0-9a-f]+)_")


def is_plain_name(name: str) -> bool:
    """Return True if a text is a valid question name.

    Example:
        >>> is_plain_name("country"), is_plain_name("TEC-2.2a")
        (True, False)
    """
    return _PLAIN.fullmatch(name) is not None and not _ENCODED.fullmatch(name) and not _ESCAPE.search(name)


def _escape(character: str) -> str:
    return f"_x{ord(character):x}_"


def encode_name(identifier: str) -> str:
    """Return the name of a question for an id.

    Example:
        >>> encode_name("TEC-2.2a"), encode_name("GDB 3"), encode_name("2nd")
        ('TEC_2_2a', 'GDB_x20_3', '_x32_nd')
    """
    match = _CRITERION.fullmatch(identifier)
    if match:
        return "_".join(part for part in match.groups() if part is not None)
    if is_plain_name(identifier):
        return identifier
    parts = []
    for position, character in enumerate(identifier):
        # The first character is escaped if the name would otherwise decode to another id.
        plain = character.isascii() and (
            character.isalnum() or (character == "_" and not _needs_escape(identifier, position))
        )
        parts.append(character if plain and not (position == 0 and not character.isalpha()) else _escape(character))
    return "".join(parts)


def _needs_escape(identifier: str, place: int) -> bool:
    """True if an underscore must be escaped.

    Unescaped, it would be decoded as part of an escape or of a criterion's name.
    """
    return identifier[place + 1 : place + 2] == "x" or _ENCODED.fullmatch(identifier) is not None


def decode_name(name: str) -> str:
    """Return the id encoded by `encode_name`.

    A name that was not encoded is returned unchanged.

    Example:
        >>> decode_name("TEC_2_2a"), decode_name("GDB_x20_3"), decode_name("country")
        ('TEC-2.2a', 'GDB 3', 'country')
    """
    match = _ENCODED.fullmatch(name)
    if match:
        family, number, step = match.groups()
        return f"{family}-{number}" + (f".{step}" if step is not None else "")
    return _ESCAPE.sub(_unescape, name)


def _unescape(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return chr(code) if code < 0x110000 else match[0]


_CODE_UNSAFE = re.compile(r"[\s'\",]|_(?=x[0-9a-f]+_)")


def escape_code(code: str) -> str:
    """Escape white space, quotes and commas in a choice code.

    Example:
        >>> escape_code("yes"), escape_code("don't know"), decode_code("don_x27_t_x20_know")
        ('yes', 'don_x27_t_x20_know', "don't know")
    """
    return _CODE_UNSAFE.sub(lambda match: _escape(match[0]), code)


def decode_code(code: str) -> str:
    """Reverse `escape_code`."""
    return _ESCAPE.sub(_unescape, code)


_INTEGER = re.compile(r"[+-]?\d{1,18}(?:\.0+)?")

_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")

_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?")

_TIME = re.compile(r"\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?")

_NUMBER = r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"

_GEO = re.compile(rf"({_NUMBER})[\s,]+({_NUMBER})(?:[\s,]+({_NUMBER})(?:[\s,]+({_NUMBER}))?)?")

_NUMERIC = (QuestionType.INTEGER, QuestionType.DECIMAL, QuestionType.DATE, QuestionType.DATETIME, QuestionType.TIME)

_REMEMBERED = 4096

_ONE_PER_CODE = (QuestionType.SELECT_MULTIPLE, QuestionType.RANKING)

_TRUE, _FALSE = frozenset({"ok", "true", "yes", "1"}), frozenset({"false", "no", "0"})


@lru_cache(maxsize=8192)
def parse_moment(text: str, *, utc: bool = False) -> datetime.datetime | None:
    """Return a datetime with its time zone; None without one.

    Args:
        text: ISO 8601.
        utc: Whether a time without zone is in UTC, as servers write.

    Example:
        >>> parse_moment("2012-08-17T11:24:53.254+03").isoformat(), parse_moment("2013-02-18T15:54:01")
        ('2012-08-17T11:24:53.254000+03:00', None)
    """
    try:
        moment = datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=datetime.UTC) if utc else None
    return moment


def parse_submission_time(text: str) -> datetime.datetime | datetime.date | None:
    """Return the submission time.

    Without a time zone, only the date is known.

    Example:
        >>> texts = "2016-03-01T14:11:00", "Mar 1, 2016 9:00:05 AM", "soon"
        >>> parse_submission_time(texts[0]).isoformat(), *map(parse_submission_time, texts[1:])
        ('2016-03-01T14:11:00+00:00', datetime.date(2016, 3, 1), None)
    """
    return parse_moment(text, utc=True) or read_day(text)


def parse_geopoint(text: str) -> GeoPoint | None:
    """Return the location of a geopoint: latitude, longitude, altitude, accuracy.

    Example:
        >>> parse_geopoint("-1.2625621 36.7921711 0.0 20.0").accuracy
        20.0
    """
    match = _GEO.fullmatch(text.strip())
    if match is None:
        return None
    numbers = [float(part) if part is not None else None for part in match.groups()]
    if not all(number is None or math.isfinite(number) for number in numbers):
        return None
    try:
        return GeoPoint(numbers[0] or 0.0, numbers[1] or 0.0, numbers[2], numbers[3])
    except ModelError:
        return None


def _parse_date(text: str) -> datetime.date | None:
    match = _DATE.fullmatch(text)
    try:
        return datetime.date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def _parse_time(text: str) -> datetime.time | None:
    try:
        return datetime.time.fromisoformat(text) if _TIME.fullmatch(text) else None
    except ValueError:
        return None


def _parse_decimal(text: str) -> float | None:
    number = float(text) if _DECIMAL.fullmatch(text) else None
    return number if number is not None and math.isfinite(number) else None


def _parse_integer(text: str) -> int | None:
    return int(text.partition(".")[0]) if _INTEGER.fullmatch(text) else None


def _parse_boolean(text: str) -> bool | None:
    word = text.casefold()
    return True if word in _TRUE else (False if word in _FALSE else None)


_PARSERS: dict[QuestionType, Callable[[str], AnswerValue | None]] = {
    QuestionType.INTEGER: _parse_integer,
    QuestionType.DECIMAL: _parse_decimal,
    QuestionType.DATE: _parse_date,
    QuestionType.TIME: _parse_time,
    QuestionType.DATETIME: parse_moment,
    QuestionType.GEOPOINT: parse_geopoint,
    QuestionType.BOOLEAN: _parse_boolean,
}


@define(eq=False)
class ValueReader:
    """Parser of one question's values.

    Attributes:
        type: Question type.
        choices: Choices in order; empty if unknown.
        missing: Missing codes with their kinds.
        inferred: Whether the type was inferred, so that other texts are answers too.
    """

    type: QuestionType
    choices: Sequence[Choice] = ()
    missing: Mapping[str, Missing] = field(factory=dict)
    inferred: bool = False
    _codes: dict[str, Choice] = field(init=False)
    _labels: dict[str, dict[str, Choice]] = field(init=False)
    _known: dict[str, TypedValue] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self._codes = {choice.code: choice for choice in self.choices}
        self._labels = {}
        for choice in self.choices:
            texts = (choice.label.source, *(t.text for t in choice.label.translations.values()))
            for text in texts:
                self._labels.setdefault(fold_word(text), {}).setdefault(choice.code, choice)

    def read(self, text: str) -> TypedValue:
        """Return the value of a stored text.

        The text must not be blank. Values are cached, since texts repeat.
        """
        value = self._known.get(text)
        if value is None:
            value = self._read_first(text)
            if len(self._known) < _REMEMBERED:
                self._known[text] = value
        return value

    def _read_first(self, text: str) -> TypedValue:
        kind = self.missing.get(fold_word(text)) if self.missing else None
        if kind is not None:
            return TypedValue(kind, text)
        if text.startswith("#") and MISSING_WORDS.get(text.casefold()) is Missing.INVALID:
            return TypedValue(Missing.INVALID, text, f"{text!r} is an error of the spreadsheet")
        if self.type is QuestionType.SELECT_ONE:
            return self._read_choice(text)
        if self.type in _ONE_PER_CODE:
            return self.read_codes(self._split(text), text)
        parse = _PARSERS.get(self.type)
        return self._parse_text(text, parse) if parse is not None else TypedValue(text)

    def _parse_text(self, text: str, parse: Callable[[str], AnswerValue | None]) -> TypedValue:
        if self.type in _NUMERIC and text in ("NA", "N/A"):
            return TypedValue(Missing.NO_ANSWER, text)
        value = parse(text)
        if value is not None:
            return TypedValue(value, text if str(value) != text else None)
        if self.type in (QuestionType.DATETIME, QuestionType.TIME) and _DATE.fullmatch(text):
            return TypedValue(text)  # A time with unknown zone is kept as written.
        problem = f"{shorten(text)!r} is not {_add_article(self.type)}"
        return TypedValue(text, None, problem) if self.inferred else TypedValue(Missing.INVALID, text, problem)

    def choice(self, text: str) -> Choice | None:
        """Return the choice with a code or label.

        The label may be in any language.
        """
        choice = self._codes.get(text) or next(iter(self._labels.get(fold_word(text), {}).values()), None)
        return choice or (self._codes.get(decode_code(text)) if "_x" in text else None)

    def coded(self, text: str, escape: Callable[[str], str]) -> str:
        """Return a stored text as conditions see it.

        Labels become codes, separated by spaces.

        Args:
            text: The stored text.
            escape: Returns a code in the notation of the form's conditions.
        """
        if not self.choices or text in self._codes:
            return text
        parts = [text] if self.type is QuestionType.SELECT_ONE else self._split(text)
        return " ".join(self._find_code(part, escape) for part in parts)

    def _find_code(self, text: str, escape: Callable[[str], str]) -> str:
        known = text in self._codes or ("_x" in text and decode_code(text) in self._codes)
        choice = None if known else self.choice(text)
        return escape(choice.code) if choice is not None else text

    def _describe_ambiguity(self, texts: Sequence[str]) -> str:
        """Return a message on a label that several choices share.

        The result is empty if the texts are unambiguous.
        """
        for text in texts:
            same = self._labels.get(fold_word(text), {}) if text not in self._codes else {}
            if len(same) > 1:
                codes = ", ".join(map(repr, same))
                return f"{shorten(text)!r} is the label of {shorten(codes)}; the first is taken"
        return ""

    def _read_choice(self, text: str) -> TypedValue:
        choice = self.choice(text)
        if choice is None:
            known = bool(self.choices)
            return TypedValue(text, None, f"{shorten(text)!r} is not among the choices" if known else "")
        doubt = self._describe_ambiguity((text,))
        if choice.missing is not None:
            return TypedValue(choice.missing, text, doubt)
        return TypedValue(choice.code, text if choice.code != text else None, doubt)

    def read_codes(self, parts: Sequence[str], raw: str | None) -> TypedValue:
        """Return the chosen codes.

        If the only choice stands for a missing answer, its kind of missing value is returned.
        """
        choices = [self.choice(part) for part in parts]
        chosen = [choice for choice in choices if choice is not None]
        if len(parts) == 1 and chosen and chosen[0].missing is not None:
            return TypedValue(chosen[0].missing, raw if raw is not None else parts[0])
        codes = tuple(choice.code if choice is not None else part for choice, part in zip(choices, parts, strict=True))
        strange = [part for choice, part in zip(choices, parts, strict=True) if choice is None and self.choices]
        problem = (
            f"{shorten(' '.join(strange))!r} is not among the choices" if strange else self._describe_ambiguity(parts)
        )
        return TypedValue(codes, raw if raw is not None and (len(codes) != 1 or codes[0] != raw) else None, problem)

    def _split(self, text: str) -> list[str]:
        """Split a multi-select cell into codes or labels."""
        parts = text.split()
        if not self.choices or all(part in self._codes or decode_code(part) in self._codes for part in parts):
            return parts
        for mark in (",", ";"):
            pieces = [piece.strip() for piece in text.split(mark) if piece.strip()]
            if len(pieces) > 1 and all(self.choice(piece) for piece in pieces):
                return pieces
        labels = self._match_labels(parts)
        if not labels and not any(self.choice(part) for part in parts):
            return [text]  # No part is a code, so it is one text.
        return labels or parts

    def _match_labels(self, words: Sequence[str]) -> list[str]:
        """Match the longest label at each position.

        The result is empty if some words match no label.
        """
        labels: list[str] = []
        at = 0
        longest = min(len(words), 40)
        while at < len(words):
            for size in range(min(longest, len(words) - at), 0, -1):
                text = " ".join(words[at : at + size])
                if self.choice(text) is not None:
                    labels.append(text)
                    at += size
                    break
            else:
                return []
        return labels


def _add_article(kind: QuestionType) -> str:
    return f"{'an' if kind.value[0] in 'aeiou' else 'a'} {kind.value}"
