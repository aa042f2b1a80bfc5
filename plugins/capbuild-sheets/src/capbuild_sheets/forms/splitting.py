"""Splitters of multi-select cells."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from capbuild.formats import allows_multi_select, find_multi_select
from capbuild_sheets.forms.dialect import FormDialect

#: Function that splits a text; returns None if ambiguous.
Splitter = Callable[[str], tuple[str, ...] | None]


def split_known(text: str, options: Sequence[str], joint: str) -> tuple[str, ...]:
    """Return the known options in a text.

    The rest is one more answer, unchanged.

    Args:
        text: The cell.
        options: The options.
        joint: The separator.

    Example:
        >>> split_known("Lab, national, Unit, Other: CERT, sectoral", ["Unit", "Lab, national"], ", ")
        ('Lab, national', 'Unit', 'Other: CERT, sectoral')
    """
    ranked = sorted(options, key=len, reverse=True)
    found: list[str] = []
    rest = text.strip()
    while rest:
        option = next((o for o in ranked if rest == o or rest.startswith(o + joint)), None)
        if option is None:
            return (*found, rest.rstrip(joint.strip()).strip())
        found.append(option)
        rest = rest[len(option) + len(joint) :].strip()
    return tuple(found)


def _parts(text: str, joint: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(joint) if part.strip()))


def _safely_spaced(texts: Sequence[str], joint: str) -> bool:
    """Return True if no option seems to contain the separator.

    Each part must begin with a capital or a digit and be short, and half of them must be repeated.
    """
    counts: dict[str, int] = {}
    for text in texts:
        for part in _parts(text, joint):
            counts[part] = counts.get(part, 0) + 1
    begin = all(part[0].isupper() or part[0].isdigit() for part in counts)
    again = sum(count > 1 for count in counts.values())
    return begin and len(counts) <= 40 and 2 * again >= len(counts) and max(map(len, counts), default=0) <= 80


def _tight(texts: Sequence[str]) -> bool:
    """Return True if commas separate codes: no spaces beside them, and repeated codes."""
    if not any("," in text for text in texts) or any(re.search(r",\s|\s,", text) for text in texts):
        return False
    found = [part for text in texts for part in text.split(",")]
    return (
        all(found)
        and len(set(found)) < len(found)
        and max(map(len, found)) <= 60
        and not all(part.replace(".", "").isdigit() for part in found)
    )


def _semicolons(texts: Sequence[str], *, sure: bool) -> bool:
    """Return True if semicolons without spaces separate options.

    Direct downloads of form responses have them.

    Args:
        texts: The cells.
        sure: Whether the question says that it is multi-select; otherwise options must be repeated.
    """
    if not any(";" in text for text in texts) or any(re.search(r";\s|\s;|;$|^;|;;", text) for text in texts):
        return False
    counts = Counter(part for text in texts for part in _parts(text, ";"))
    again = sum(count > 1 for count in counts.values())
    return max(map(len, counts)) <= 80 and (sure or (len(texts) > 2 and 2 * again > len(counts)))


def find_splitter(
    dialect: FormDialect, head: str, texts: Sequence[str], known: Sequence[str], *, copied: bool
) -> Splitter | None:
    """Return the splitter of a column, None for single answers.

    Args:
        dialect: The product's dialect.
        head: The column's header.
        texts: Texts of a sample of its cells.
        known: Its options, if the user gives them.
        copied: Whether further columns repeat its answers one by one.
    """
    joint = dialect.joint or ", "
    if known:
        return lambda text: split_known(text, known, joint)
    if copied:
        return lambda text: _parts(text, joint)
    if not dialect.joint or not texts:
        return None
    if dialect.ends:
        ended = all(text.endswith(joint.strip()) for text in texts)
        return (lambda text: _parts(text, joint)) if ended else None
    if dialect.spaced and _semicolons(texts, sure=allows_multi_select(head)):
        return lambda text: _parts(text, ";")
    if dialect.spaced:
        if not allows_multi_select(head):
            several = find_multi_select(head, texts)
            return several.chosen if several is not None else None
        return (lambda text: _parts(text, joint)) if _safely_spaced(texts, joint) else _unknown
    return (lambda text: _parts(text, joint)) if joint == "," and _tight(texts) else None


def _unknown(_text: str) -> tuple[str, ...] | None:
    return None
