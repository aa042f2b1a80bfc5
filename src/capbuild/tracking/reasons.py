"""Reasons why countries and capacities are not compared, as English sentences that can be read back."""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property

from attrs import field, frozen

from capbuild.checks import to_map
from capbuild.frozen import FrozenMap


class NotCompared(StrEnum):
    """Reason why a country or capacity is not compared, as the form of its sentence."""

    SILENT_BOTH = "silent in both rounds"
    SILENT = "silent in {round}"
    NOT_IN = "not in {round}"
    UNUSABLE = "received in {round}, not usable: {why}"
    NARROWER = "narrower in the later edition, as {names}"
    BROADER = "broader in the later edition, as {names}"
    SPLIT = "split into {names}"
    MERGED = "merged into {names}"
    DROPPED = "dropped in the later edition"
    UNLINKED = "no link leads from it"
    NEW = "new in this edition"
    PART = "not all that it sums up is comparable"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Pattern of its sentence, with a note in brackets behind it."""
        parts = re.split(r"\{(\w+)\}", self.value)
        values = [f"(?P<{part}>.+?)" if odd % 2 else re.escape(part) for odd, part in enumerate(parts)]
        return re.compile("".join(values) + r"(?: \((?P<note>.*)\))?")


@frozen(kw_only=True)
class Reason:
    """Reason why a country or capacity is not compared.

    Attributes:
        kind: Kind of reason; None for a sentence of another origin.
        values: Values in its sentence: id of a round, ids of the other edition's nodes, why a return is not usable.
        note: Note of a person, or the whole sentence without a kind.
    """

    kind: NotCompared | None
    values: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    note: str = ""


def write_reason(kind: NotCompared, note: str = "", **values: str) -> str:
    """Return the sentence of a reason.

    Example:
        >>> write_reason(NotCompared.SPLIT, "since 2024", names="A + B")
        'split into A + B (since 2024)'
    """
    return kind.value.format(**values) + (f" ({note})" if note else "")


def read_reasons(text: str) -> Iterator[Reason]:
    """Yield the reasons in a text of `Change.unmatched` or `Change.incomparable`.

    Example:
        >>> [(reason.kind.name, dict(reason.values)) for reason in read_reasons("silent in 2016; not in 2017")]
        [('SILENT', {'round': '2016'}), ('NOT_IN', {'round': '2017'})]
    """
    whole = _read_reason(text)
    # A note may have a semicolon too.
    several = whole.kind is None or "round" in whole.values
    yield from map(_read_reason, text.split("; ")) if several else [whole]


def _read_reason(text: str) -> Reason:
    for kind in NotCompared:
        if (match := kind.pattern.fullmatch(text)) is not None:
            values = {name: value for name, value in match.groupdict().items() if name != "note"}
            return Reason(kind=kind, values=values, note=match["note"] or "")
    return Reason(kind=None, note=text)
