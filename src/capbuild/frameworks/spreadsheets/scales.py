"""Scales of a spreadsheet.

These are levels in headers or cells, answer options, and points.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.frameworks.spreadsheets.headers import NUMBERED_LEVEL, fold, known_order, strip_number, to_number
from capbuild.model.evidence import VALUE_CODES
from capbuild.origin import Origin

_RANGE = re.compile(r"(\d+)\s*(?:-|–|—|\.\.+|to|a|à|tot|até|/)\s*(\d+)")
_PART = re.compile(r"\s*(?:[;|\n]|/|,(?!\d))\s*")
_NUMBERED = re.compile(r"(\d+)\s*[=:.)–—-]\s*(\S.*)")
_PLAIN = {"yes", "no", "partly", "partially", "si", "en parte", "parcialmente", "oui", "non", "en partie", "ja", "nee",
          "deels", "sim", "nao", "n a", "na", *(fold(code) for code in VALUE_CODES)}  # fmt: skip
#: Words for a level without a name.
_LEVEL = {"en": "Level", "es": "Nivel", "fr": "Niveau", "nl": "Niveau", "pt": "Nível"}


@frozen(kw_only=True)
class LevelName:
    """Level of a scale with its names.

    Attributes:
        order: Its order.
        labels: Its name by language.
        code: Its code.
        origin: The cell of its name, if it has one of its own.
    """

    order: int
    labels: Mapping[str, str]
    code: str = ""
    origin: Origin | None = None


@frozen(kw_only=True)
class AnswerList:
    """Answers that one cell lists.

    Attributes:
        names: Their words, lowest first.
        first: Order of the lowest.
        is_plain: Whether they are yes, no and the like.
        is_sure: Whether their order is known.
    """

    names: tuple[str, ...] = field(converter=to_tuple)
    first: int = 1
    is_plain: bool = False
    is_sure: bool = True


def parse_answers(text: str) -> AnswerList | None:
    """Parse the answers listed in a cell.

    The result is None for fewer than two.

    Example:
        >>> parse_answers("0-3").names, parse_answers("FI / LI / PI / NI").names
        (('0', '1', '2', '3'), ('NI', 'PI', 'LI', 'FI'))
        >>> parse_answers("Yes/No").is_plain, parse_answers("1 = Weak; 2 = Strong").names, parse_answers("Yes")
        (True, ('Weak', 'Strong'), None)
    """
    if (span := _RANGE.fullmatch(text.strip())) is not None:
        low, high = int(span[1]), int(span[2])
        if low in (0, 1) and low < high <= 20:
            return AnswerList(names=map(str, range(low, high + 1)), first=low)
    parts = [part for part in _PART.split(text.strip()) if part]
    if len(parts) < 2 or len(set(parts)) < len(parts):
        return None
    if all(fold(part) in _PLAIN for part in parts):
        return AnswerList(names=parts, is_plain=True)
    numbered = [match for part in parts if (match := _NUMBERED.fullmatch(part))]
    pairs = sorted((int(match[1]), match[2]) for match in numbered) if len(numbered) == len(parts) else []
    if not pairs and all(part.isdecimal() for part in parts):
        pairs = sorted((int(part), part) for part in parts)
    if pairs and [number for number, _ in pairs] == list(range(pairs[0][0], pairs[0][0] + len(pairs))):
        return AnswerList(names=[name for _, name in pairs], first=min(pairs[0][0], 1))
    ordered = known_order(parts)
    return AnswerList(names=ordered or parts, is_sure=ordered is not None)


#: Known answer sets, lowest first, with the number of highest answers that count as yes and as partly.
_KNOWN_COUNTS: Mapping[tuple[str, ...], tuple[int, int]] = {
    ("ni", "pi", "li", "fi"): (2, 1),  # C2M2: fully and largely implemented pass
    ("not implemented", "partially implemented", "largely implemented", "fully implemented"): (2, 1),
    ("n", "p", "l", "f"): (1, 1),  # ISO/IEC 33020: largely passes at the level itself only
}


def assign_answer_meanings(names: Sequence[str]) -> list[str]:
    """Return the meaning of answers to criteria, lowest first.

    The highest answer means yes, the lowest no.

    Example:
        >>> assign_answer_meanings(["NI", "PI", "LI", "FI"]), assign_answer_meanings(["Not met", "Met in part", "Met"])
        (['no', 'partly', 'yes', 'yes'], ['no', 'partly', 'yes'])
    """
    yes, partly = _KNOWN_COUNTS.get(tuple(map(fold, names)), (1, len(names) - 2))
    return ["no"] * (len(names) - yes - partly) + ["partly"] * partly + ["yes"] * yes


def _spell_out(names: Sequence[str]) -> list[str] | None:
    """Return known answers in words, if names are their initials.

    Example:
        >>> _spell_out(["NI", "PI", "LI", "FI"])
        ['Not implemented', 'Partially implemented', 'Largely implemented', 'Fully implemented']
    """
    folded = [fold(name) for name in names]
    for words in _KNOWN_COUNTS:
        if ["".join(part[0] for part in word.split()) for word in words] == folded:
            return [word.capitalize() for word in words]
    return None


def answers_table(name: str, answer_list: AnswerList, language: str) -> dict[str, Any]:
    """Return an answer scale as a TOML table."""
    counts, names = assign_answer_meanings(answer_list.names), answer_list.names
    labels = (_spell_out(names) if language == "en" else None) or names
    triples = reversed(list(zip(names, labels, counts, strict=True)))
    options = [{"code": word, "label": {language: label}, "counts": count} for word, label, count in triples]
    return {"id": name, "options": options}


def level_label(order: int, language: str) -> str:
    """Return the default name of a level."""
    return f"{_LEVEL.get(language, _LEVEL['en'])} {order}"


def scale_table(name: str, levels: Sequence[LevelName]) -> dict[str, Any]:
    """Return a scale of levels as a TOML table."""
    first = {"first_level": 0} if levels[0].order == 0 else {}
    level_tables = [{"code": level.code or f"L{level.order}", "label": dict(level.labels)} for level in levels]
    return {"id": name, **first, "levels": level_tables}


@frozen
class LevelFinder:
    """Index of levels by number, code or name.

    Attributes:
        orders: Orders by folded word.
    """

    orders: Mapping[str, int]

    @classmethod
    def of(cls, scale: Mapping[str, Any]) -> "LevelFinder":
        """Return the finder for the table of a scale."""
        orders: dict[str, int] = {}
        for order, level in enumerate(scale.get("levels", ()), start=scale.get("first_level", 1)):
            label = level.get("label", "")
            labels = label.values() if isinstance(label, Mapping) else [label]
            code = level.get("code", f"L{order}")
            for word in (
                str(order),
                code,
                *labels,
                *(f"{order} {label}" for label in labels),
                *(f"{code} {label}" for label in labels),
            ):
                orders.setdefault(fold(word), order)
        return cls(orders)

    def find(self, text: str) -> int | None:
        """Return the order of a level, or None."""
        words = fold(text)
        if words in self.orders:
            return self.orders[words]
        number = re.fullmatch(r"(?:level|nivel|niveau|stage|etapa|stade|fase|l|n|ml|mil)? ?(\d+)", words)
        order = int(number[1]) if number is not None else None
        return order if order in self.orders.values() else None


def level_orders(cells: Iterable[str], language: str) -> tuple[list[LevelName], bool] | None:
    """Return a column's levels, and whether their order is known.

    The result is None if there are none.
    """
    levels = [cell.strip() for cell in cells if cell.strip()]
    words = list(dict.fromkeys(levels))
    numbers = [re.fullmatch(r"(?:\D{0,8}?)(\d)", fold(word)) for word in levels]
    if words and sum(number is not None for number in numbers) * 2 > len(levels):
        distinct = sorted({int(number[1]) for number in numbers if number is not None})
        orders = range(min(distinct[0], 1), distinct[-1] + 1)
        return [LevelName(order=n, labels={language: level_label(n, language)}) for n in orders], True
    if not 1 < len(words) <= 10:
        return None
    pairs = [(match, word) for word in words if (match := NUMBERED_LEVEL.fullmatch(fold(word))) is not None]
    named = sorted((int(match["number"]), strip_number(word)) for match, word in pairs)
    if len(named) == len(words) and [n for n, _ in named] in ([*range(len(named))], [*range(1, len(named) + 1)]):
        return [LevelName(order=n, labels={language: word}) for n, word in named], True
    shares = {word: to_number(word) for word in words if word.endswith("%")}
    ordered = known_order(words)
    if len(shares) == len(words) and None not in shares.values():
        ordered = sorted(words, key=lambda word: shares[word] or 0)
    names = ordered or words
    return [LevelName(order=n, labels={language: word}) for n, word in enumerate(names, 1)], ordered is not None


def read_legend(rows: Iterable[Sequence[str]], language: str) -> list[LevelName]:
    """Return the levels of a legend.

    They must be numbered from 0 or 1. The result is empty for fewer than three.

    Args:
        rows: The cells of each row.
        language: Language of the names.

    Example:
        >>> rows = [("Escala",), ("1", "Poco"), ("2 = Algo",), ("3", "Todo")]
        >>> [(one.order, one.labels["es"]) for one in read_legend(rows, "es")]
        [(1, 'Poco'), (2, 'Algo'), (3, 'Todo')]
    """
    legend: dict[int, str] = {}
    for cells in rows:
        filled = [cell for cell in cells if cell]
        parts = _NUMBERED.fullmatch(filled[0].strip()) if len(filled) == 1 else None
        number, name = (parts[1], parts[2]) if parts is not None else (filled[0], " ".join(filled[1:2]))
        if number.isdecimal() and name and to_number(name) is None:
            legend.setdefault(int(number), name)
    whole = (
        len(legend) >= 3
        and list(legend) == list(range(min(legend), min(legend) + len(legend)))
        and min(legend) in (0, 1)
    )
    return [LevelName(order=order, labels={language: name}) for order, name in legend.items()] if whole else []
