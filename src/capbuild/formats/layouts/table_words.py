"""What headers and cells say, folded, for the evidence of layouts."""

import re
from functools import lru_cache

from capbuild.formats.folding import fold_head, fold_word
from capbuild.formats.headers import Role, head_meaning
from capbuild.formats.periods import is_period_header, is_unit_header
from capbuild.formats.vocabulary import header_words
from capbuild.formats.words import MISSING_WORDS

__all__ = [
    "are_options",
    "header_role",
    "is_date_label",
    "is_label",
    "is_note",
    "is_numbered",
    "is_period",
    "is_total",
    "says",
    "split_fact",
]

_NUMBERED = re.compile(r"(?:[A-Za-z]{0,3}\d+(?:\.\d+)*|[a-zA-Z]|[ivxIVX]+)[.):]\s+\S")
_FOOTNOTE = re.compile(r"[*†‡¹²³©]|\(?\d{1,2}\)? ?[A-Z].{25,}|\d{1,2} ?/ |\w{1,3} ?= ?\w|[(\[][\da-z]{1,2}[)\]] ")
#: Letters that words such as `of` have at most.
_PARTICLE = 3
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
#: Where a word begins within a name such as `FactValueNumeric`.
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")


@lru_cache(50_000)
def header_role(header: str) -> tuple[Role, float] | None:
    """Return the role that a header names and how plainly: 1 as a whole, 0.7 as its last or first part."""
    header = _CAMEL.sub(" ", header)
    found = head_meaning(header)
    if found is not None:
        return found.role, 1.0
    if is_unit_header(header):
        return Role.UNIT, 0.9
    parts = [part for part in re.split(r" - |[(:\[/]", header) if part.strip()]
    if len(parts) > 1:
        bare = _BRACKETS.sub("", header).rpartition(" - ")[2]
        for part in (parts[-1], bare, parts[0]):
            if (found := head_meaning(part)) is not None:
                return found.role, 0.7
    return None


def says(header: str, role: Role) -> float:
    """Return how plainly a header names a role, 0 for not at all."""
    found = header_role(header)
    return found[1] if found is not None and found[0] is role else 0.0


def is_date_label(label: str) -> bool:
    """Tell whether the label of a line says that its value is the day of the answers."""
    label = label.rstrip(" :：")
    known = header_words("date_label")
    found = [word for word in fold_head(label).split() if len(word) > _PARTICLE]
    return fold_head(label) in known or says(label, Role.DATE) > 0 or (bool(found) and known.issuperset(found))


def split_fact(text: str) -> tuple[str, str]:
    """Return the label and the value of a text with a colon between them; empty ones where it has none.

    Example:
        >>> split_fact("Filled in by: A. Invented"), split_fact("Annex 2")
        (('Filled in by', 'A. Invented'), ('', ''))
    """
    label, colon, value = text.replace("：", ":").partition(":")
    return (label.strip(), value.strip()) if colon and value.strip() else ("", "")


@lru_cache(50_000)
def are_options(text: str) -> bool:
    """Tell whether a text is an option that heads a column of marks, such as `Partly`."""
    head = fold_head(text)
    return (
        any(head in header_words(key) for key in ("options", "yes", "no", "partly")) or fold_word(text) in MISSING_WORDS
    )


@lru_cache(50_000)
def is_period(text: str) -> bool:
    """Tell whether a text names a period."""
    return len(text) < 30 and is_period_header(text)


def is_label(text: str) -> bool:
    """Tell whether a text reads as the label of a line in a form."""
    stripped = text.strip()
    return stripped.endswith((":", "?", "：", "؟", "？")) or is_numbered(stripped) or says(stripped, Role.COUNTRY) > 0


def is_numbered(text: str) -> bool:
    """Tell whether a text begins with its number or letter, as `A. Law`."""
    return _NUMBERED.match(text.strip()) is not None


@lru_cache(50_000)
def is_total(text: str, *, alone: bool = False) -> bool:
    """Tell whether a text names a total or mean of other rows, and not a quantity of its own.

    Args:
        text: The text.
        alone: Whether no country shows what the other rows are, so that only words for a total count.

    Example:
        >>> is_total("Mean (3)"), is_total("TOTAL CARIBBEAN"), is_total("Total staff trained in the year")
        (True, True, False)
    """
    folded = fold_head(_BRACKETS.sub("", text))  # how many rows are summed may stand behind
    if alone:
        return folded in header_words("total.row")
    found = folded.split()
    ends = {found[0], found[-1], " ".join(found[:2])} if found else set()
    return folded in header_words("total") or (
        len(found) < 4 and len(text) <= 40 and bool(ends & (header_words("total.end") | header_words("total.row")))
    )


def is_note(text: str, *, marked: bool = True) -> bool:
    """Tell whether a lone text speaks about the table: a source, a footnote, the number of a page.

    Args:
        text: The text.
        marked: Whether the mark of a footnote is enough, as at the edge of a table.
    """
    stripped = text.strip()
    found = fold_head(stripped).split()
    label, colon, _ = stripped[:30].replace("\N{FULLWIDTH COLON}", ":").partition(":")
    named = bool(colon) and fold_head(label) in header_words("note")  # also in a script without spaces
    first = (
        bool(found) and found[0] in header_words("note") and (":" in stripped[:30] or len(found) > 3 or len(found) < 3)
    )
    return not stripped.endswith(("?", "？", "؟")) and (
        first or named or (marked and _FOOTNOTE.match(stripped) is not None)
    )
