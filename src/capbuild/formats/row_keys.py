"""Respondent, language and repeated submissions of a row."""

import re
from collections.abc import Hashable, Mapping
from functools import cache

from attrs import define, field

from capbuild.formats.headers import Role
from capbuild.formats.layout import Layout
from capbuild.formats.log import IssueLog
from capbuild.formats.normalisation import fold_header, fold_word
from capbuild.formats.options import Shape
from capbuild.formats.vocabulary import LANGUAGES, header_words
from capbuild.model import Severity

#: Number of keys stored to detect repeated submissions; bounds memory in files of millions of rows.
_REMEMBERED = 200_000

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


@cache
def _languages() -> Mapping[str, str]:
    return {name: tag for tag in LANGUAGES for name in header_words("language_name", language=tag)}


def language_tag(text: str) -> str | None:
    """Return the BCP 47 tag of a language tag or name.

    Other texts are returned unchanged.

    Example:
        >>> language_tag("Español"), language_tag("fr_CA"), language_tag("")
        ('es', 'fr-CA', None)
    """
    if not text:
        return None
    known = _languages().get(fold_header(text))
    if known is not None:
        return known
    return text.replace("_", "-") if _TAG.fullmatch(text) else text


@define
class RepeatedSubmissions:
    """Detector of repeated submissions by one respondent; both are kept.

    Attributes:
        layout: Layout of the table, with the key columns.
        log: Log of issues.
    """

    layout: Layout
    log: IssueLog
    _first: dict[int, int] = field(factory=dict, init=False)

    def _key(self, place: str, respondent: str, name: str) -> Hashable | None:
        if Role.RESPONDENT in self.layout.keys:
            return (fold_word(place), fold_word(respondent)) if respondent else None
        if Role.ID in self.layout.keys:
            return name or None
        return fold_word(place) if self.layout.shape is Shape.COUNTRY and place else None

    def check(self, row: int, place: str, respondent: str, name: str) -> bool:
        """Report a repeated submission; return True for the first."""
        key = self._key(place, respondent, name)
        if key is None:
            return True
        first = self._first.get(hash(key))
        if first is None:
            if len(self._first) < _REMEMBERED:
                self._first[hash(key)] = row
                if len(self._first) == _REMEMBERED:
                    self._full(row)
            return True
        who = respondent or name or place
        message = f"{who!r} answered before, in row {first}" + (f" ({place})" if place and place != who else "")
        remedy = "both are kept; take the one out that does not count"
        self.log.add("CB204", Severity.WARNING, message, row=row, remedy=remedy)
        return False

    def _full(self, row: int) -> None:
        message = f"second returns are looked for among the first {_REMEMBERED:,} respondents only"
        self.log.add("CB204", Severity.NOTE, message, row=row, subject="respondents not compared")
