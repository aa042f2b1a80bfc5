"""Detection and splitting of multi-select cells.

Free text with commas stays text.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from attrs import define, field, frozen

from capbuild.formats.values.type_inference import are_exceptions
from capbuild.formats.vocabulary import fold_header, fold_word, header_words

#: Separators of options, the most certain first.
_JOINTS = (";", "|", "\n", ",")
_BULLET = re.compile(r"^(?:[-–•·*▪●]|\d{1,2}[.)])\s+")
#: Longest option, in characters and words; longer texts are sentences.
_LONGEST, _WORDS = 60, 8
#: Largest number of options of a question.
_MOST = 40
#: Smallest number and share of rows with several options, if the header does not allow multi-select.
_ROWS, _SHARE = 3, 0.1
_SENTENCE = re.compile(r"[.!?…]\s|[.!?…]$|^[(\"«“]|[(\"«“][^)\"»”]*$|^[^(]*\)")


@cache
def _pattern() -> re.Pattern[str]:
    verbs, objects, phrases = ("|".join(header_words(f"select.{part}")) for part in ("verb", "several", "phrase"))
    return re.compile(rf"(?:{verbs}) (?:{objects})|{phrases}")


def allows_multi_select(head: str) -> bool:
    """True if a question text allows several options.

    Example:
        >>> allows_multi_select("Which units exist? (tick all)"), allows_multi_select("How many units?")
        (True, False)
    """
    return _pattern().search(fold_header(head)) is not None


@frozen(eq=False)
class MultiSelectParser:
    """Parser of multi-select cells.

    Attributes:
        joint: Separator of options; empty if a text is one option.
        options: Options in their commonest spelling, by folded text.

    Example:
        >>> units = find_multi_select("Who?", ["police; judge", "judge", "police; army", "army; judge", "police"])
        >>> units.chosen("judge; Army"), units.chosen("police; nobody else; as far as we know")
        (('judge', 'army'), ('police', 'nobody else; as far as we know'))
    """

    joint: str
    options: Mapping[str, str] = field(repr=False)

    def chosen(self, text: str) -> tuple[str, ...]:
        """Return the options in a text.

        Adjacent parts that are not options are kept together, unchanged, as an option of their own.
        """
        chosen: list[str] = []
        unknown: list[str] = []
        for part in _parts(text, self.joint):
            option = self.options.get(fold_word(part))
            if option is None:
                unknown.append(part)
                continue
            chosen.extend(self._rest(unknown))
            unknown.clear()
            chosen.append(option)
        return tuple(dict.fromkeys((*chosen, *self._rest(unknown))))

    def _rest(self, unknown: Sequence[str]) -> list[str]:
        space = "" if self.joint == "\n" else " "
        return [f"{self.joint}{space}".join(unknown)] if unknown else []


def _parts(text: str, joint: str) -> list[str]:
    """Split a text into parts, without blanks and bullets."""
    parts = (part.strip() for part in (text.split(joint) if joint else (text,)))
    return [_BULLET.sub("", part) if joint == "\n" else part for part in parts if part]


@define
class _Found:
    """Statistics on the parts of many texts."""

    joint: str
    times: Counter[str] = field(factory=Counter)
    spelled: dict[str, Counter[str]] = field(factory=dict)
    first: set[str] = field(factory=set)
    before: dict[str, set[str]] = field(factory=dict)
    sizes: Counter[int] = field(factory=Counter)
    lists: set[tuple[str, ...]] = field(factory=set)
    ended: int = 0

    def take(self, text: str) -> bool:
        """Add a text; return whether its parts may be options."""
        parts = _parts(text, self.joint)
        if any(not _may_be_option(part, self.joint) for part in parts):
            return False
        self.ended += text.endswith(self.joint)
        spaced = f"{self.joint} " in text or f" {self.joint}" in text
        others = any(joint in text for joint in ";|" if joint != self.joint)
        self.tight = self.tight and not (spaced or others) and self.joint in ";|\n"
        folded = [fold_word(part) for part in parts]
        self.sizes[len(set(folded))] += 1
        for position, (word, part) in enumerate(zip(folded, parts, strict=True)):
            self.times[word] += 1
            self.spelled.setdefault(word, Counter())[part] += 1
            if position:
                self.before.setdefault(word, set()).add(folded[position - 1])
            else:
                self.first.add(word)
        if len(folded) > 1:
            self.lists.add(tuple(folded))
        return True

    tight: bool = True  # no space beside any separator, as programs write

    @property
    def several(self) -> int:
        """Number of texts with more than one part."""
        return sum(count for size, count in self.sizes.items() if size > 1)

    def comes_again(self, once: int) -> bool:
        """True if parts are few and mostly repeated."""
        rare = sum(count == 1 for count in self.times.values())
        return len(self.times) <= _MOST and rare <= once and 2 * len(self.times) <= self.times.total()

    def is_independent(self) -> bool:
        """True if parts also begin texts, or follow different parts.

        A part that always follows the same one continues it: `Yes, partly` and `Lima, Peru` are one answer each. At
        commas every repeated part must be independent. Other separators do not occur within sentences, so three
        quarters suffice.
        """
        again = [word for word, count in self.times.items() if count > 1]
        going_on = sum(word not in self.first and len(self.before[word]) < 2 for word in again)
        return 4 * going_on <= len(again) if self.joint != "," else not going_on

    def one_case(self) -> bool:
        """True if all parts or none begin in lower case.

        Parts of a sentence are mixed.
        """
        small = [label[0].islower() for label in self.options().values()]
        return all(small) or not any(small)

    def options(self) -> dict[str, str]:
        """Return the repeated parts in their commonest spelling."""
        return {word: self.spelled[word].most_common(1)[0][0] for word, count in self.times.items() if count > 1}


def _may_be_option(part: str, joint: str) -> bool:
    lettered = any(map(str.isalpha, part)) or joint in ";|"
    short = len(part) <= _LONGEST and len(part.split()) <= _WORDS
    return lettered and short and not _SENTENCE.search(part)


def may_list(text: str) -> bool:
    """True if a text has a separator of options.

    The text may be several cells joined. This check is faster than splitting.
    """
    return any(joint in text for joint in _JOINTS)


def find_multi_select(head: str, texts: Sequence[str]) -> MultiSelectParser | None:
    """Return the multi-select parser of a column, or None.

    At one separator the texts must split into a small set of repeated parts, in several combinations and numbers. Apart
    from exceptions, no part may be a sentence or only continue another. At commas, either all parts or none begin in
    lower case.

    Args:
        head: Header of the column.
        texts: Sample of its cells, without blanks and missing codes.

    Example:
        >>> find_multi_select("Where?", ["Kingston, Jamaica", "Lima, Peru", "Lima, Peru", "Kingston, Jamaica"]) is None
        True
    """
    multi_header = allows_multi_select(head)
    for joint in _JOINTS:
        if not any(joint in text.strip(joint + " ") for text in texts):
            continue
        counts_ = _Found(joint)
        odd = sum(not counts_.take(text) for text in texts)
        if odd and not are_exceptions(odd, len(texts) - odd):
            continue
        ended = joint == ";" and counts_.ended == len(texts) - odd  # as Microsoft Forms writes
        tight = counts_.tight and len(counts_.sizes) > 1  # keys of several parts have as many each
        is_certain = multi_header or ended or (tight and joint != "\n")
        enough = 1 if is_certain else max(_ROWS, _SHARE * len(texts))
        varied = is_certain or (len(counts_.sizes) > 1 and len(counts_.lists) > 2)
        once = max(1, len(counts_.times) // 5)
        if counts_.several < enough or not varied or not counts_.comes_again(once):
            continue
        if joint == "," and not counts_.one_case():
            continue
        if (tight or counts_.is_independent()) and len(counts_.options()) > 1:
            return MultiSelectParser(joint, counts_.options())
    return None
