"""Recognise words in headers and cells, as evidence for layouts."""

import re
from functools import lru_cache

from capbuild.formats.headers import Role, header_meaning
from capbuild.formats.normalisation import fold_header, fold_word
from capbuild.formats.values.missing_codes import MISSING_WORDS
from capbuild.formats.values.periods import is_period_header, is_unit_header
from capbuild.formats.vocabulary import header_words

_NUMBERED = re.compile(r"(?:(?:[A-Za-z]{0,3}\d+(?:\.\d+)*|[a-zA-Z]|[ivxIVX]+)[.):]|\d{1,2}(?:\.\d{1,2})+)\s+\S")
_NUMBER, _PART = re.compile(r"\d+(?:\.\d+)*"), re.compile(r"(?:\.\d+|\.?[a-z])(?:[.)]|\.\d+)*")
_FOOTNOTE = re.compile(r"[*†‡¹²³©]|\(?\d{1,2}\)? ?[A-Z].{25,}|\d{1,2} ?/ |\w{1,3} ?= ?\w|[(\[][\da-z]{1,2}[)\]] ")
_LEGEND = re.compile(r"[^\s=]{1,4}\s?=\s?\w")
#: Longest length of particles such as `of`.
_PARTICLE = 3
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
#: Word boundary in a name such as `FactValueNumeric`.
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")


@lru_cache(50_000)
def header_role(header: str) -> tuple[Role, float] | None:
    """Return the role of a header and its strength.

    The strength is 1 for the whole header, 0.7 for its first or last part.
    """
    header = _CAMEL.sub(" ", header)
    found = header_meaning(header)
    if found is not None:
        return found.role, 1.0
    if is_unit_header(header):
        return Role.UNIT, 0.9
    parts = [part for part in re.split(r" - |[(:\[/]", header) if part.strip()]
    if len(parts) > 1:
        bare = _BRACKETS.sub("", header).rpartition(" - ")[2]
        for part in (parts[-1], bare, parts[0]):
            if (found := header_meaning(part)) is not None:
                return found.role, 0.7
    return None


def says(header: str, role: Role) -> float:
    """Return how strongly a header names a role, 0 to 1."""
    found = header_role(header)
    return found[1] if found is not None and found[0] is role else 0.0


def is_date_label(label: str) -> bool:
    """True if a label is for the date of the answers."""
    label = label.rstrip(" :：")
    known = header_words("date_label")
    found = [word for word in fold_header(label).split() if len(word) > _PARTICLE]
    return fold_header(label) in known or says(label, Role.DATE) > 0 or (bool(found) and known.issuperset(found))


def split_fact(text: str) -> tuple[str, str]:
    """Split a text at its colon into label and value; both are empty without one.

    Example:
        >>> split_fact("Filled in by: A. Invented"), split_fact("Annex 2")
        (('Filled in by', 'A. Invented'), ('', ''))
    """
    label, colon, value = text.replace("：", ":").partition(":")
    return (label.strip(), value.strip()) if colon and value.strip() else ("", "")


@lru_cache(50_000)
def are_options(text: str) -> bool:
    """True if a text is an option of check marks, such as `Partly`."""
    head = fold_header(text)
    return (
        any(head in header_words(key) for key in ("options", "yes", "no", "partly")) or fold_word(text) in MISSING_WORDS
    )


@lru_cache(50_000)
def is_period(text: str) -> bool:
    """True if a text is a period."""
    return len(text) < 30 and is_period_header(text)


def is_label(text: str) -> bool:
    """True if a text looks like the label of a form line."""
    stripped = text.strip()
    return stripped.endswith((":", "?", "：", "؟", "？")) or is_numbered(stripped) or says(stripped, Role.COUNTRY) > 0


def is_numbered(text: str) -> bool:
    """True if a text begins with its number or letter, as `A. Law` or `1.1 Law`."""
    return _NUMBERED.match(text.strip()) is not None


def is_numbered_below(code: str, follows: str) -> bool:
    """True if a number is that of a part of another: `1.1` or `1a` of `1`.

    Example:
        >>> is_numbered_below("1", "1.2"), is_numbered_below("1.2.", "1.2.a"), is_numbered_below("1", "10")
        (True, True, False)
    """
    code = code.rstrip(".)")
    rest = follows.removeprefix(code)
    return _NUMBER.fullmatch(code) is not None and rest != follows and _PART.fullmatch(rest) is not None


@lru_cache(50_000)
def is_total(text: str, *, alone: bool = False) -> bool:
    """True if a text names a total or mean of other rows.

    A quantity of its own, such as `Total staff trained in the year`, is not one.

    Args:
        text: The text.
        alone: Whether no country column identifies the rows, so that only words for a total count.

    Example:
        >>> is_total("Mean (3)"), is_total("TOTAL CARIBBEAN"), is_total("Total staff trained in the year")
        (True, True, False)
    """
    folded = fold_header(_BRACKETS.sub("", text))  # the number of rows summed may follow
    if alone:
        return folded in header_words("total.row")
    found = folded.split()
    ends = {found[0], found[-1], " ".join(found[:2])} if found else set()
    return folded in header_words("total") or (
        len(found) < 4 and len(text) <= 40 and bool(ends & (header_words("total.end") | header_words("total.row")))
    )


def is_legend(text: str) -> bool:
    """True if a text explains a code: `H = high`."""
    return _LEGEND.match(text.strip()) is not None


def is_note(text: str, *, marked: bool = True) -> bool:
    """True if a lone text is a source, footnote or page number.

    Args:
        text: The text.
        marked: Whether a footnote mark is enough, as at the edge of a table.
    """
    stripped = text.strip()
    found = fold_header(stripped).split()
    label, colon, _ = stripped[:30].replace("\N{FULLWIDTH COLON}", ":").partition(":")
    named = bool(colon) and fold_header(label) in header_words("note")  # also in a script without spaces
    first = (
        bool(found) and found[0] in header_words("note") and (":" in stripped[:30] or len(found) > 3 or len(found) < 3)
    )
    return not stripped.endswith(("?", "？", "؟")) and (
        first or named or (marked and _FOOTNOTE.match(stripped) is not None)
    )
