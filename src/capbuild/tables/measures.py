"""Measures of questions, with interpreted answers.

Each distinct value is interpreted once.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.errors import ModelError
from capbuild.model import Missing, Question, QuestionMapping, Scale, Verdict
from capbuild.tables.codebook import KIND_CODES, Codebook, Coding, Column

#: Meaning of an answer: a verdict, a number, a kind of missing; anything else has no meaning.
Meaning = Any

#: Interprets a value by the mapping of its question.
ParsedValue = Callable[[Any, QuestionMapping], Meaning]

#: Weight of a verdict in the share that meets a criterion.
WORTH: dict[Verdict, float] = {Verdict.YES: 1.0, Verdict.ELSEWHERE: 1.0, Verdict.PARTLY: 0.5, Verdict.NO: 0.0}

_CODES: dict[str, Verdict | Missing] = {
    **{verdict.value: verdict for verdict in Verdict},
    **{kind.name.lower(): kind for kind in Missing},
    **{kind.value: kind for kind in Missing},
}


def _code(text: str) -> Verdict | Missing | float | None:
    known = _CODES.get(text.strip().lower())
    if known is not None:
        return known
    try:
        return float(text)
    except ValueError:
        return None


def plain_meaning(value: Any, mapping: QuestionMapping, question: Question | None) -> Meaning:
    """Return a value's meaning by mapping and choice, or None.

    Args:
        value: The value, or a kind of missing.
        mapping: Mapping of its question.
        question: Question; its choices may have scores or mean a kind of missing.

    Example:
        >>> likert = QuestionMapping(question="q1", target="INF-1", answers={"agree": "4"})
        >>> plain_meaning("agree", likert, None), plain_meaning("yes", likert, None), plain_meaning("hm", likert, None)
        (4.0, <Verdict.YES: 'yes'>, None)
    """
    if isinstance(value, Missing):
        return value
    if mapping.choice is not None and isinstance(value, tuple):
        return Verdict.YES if mapping.choice in value else Verdict.NO
    if isinstance(value, bool):
        return Verdict.YES if value else Verdict.NO
    meaning = mapping.answers.get(str(value))
    if meaning is not None:
        return _code(meaning)
    choice = question.choice(str(value)) if question is not None and isinstance(value, str | int | float) else None
    if choice is not None and choice.missing is not None:
        return choice.missing
    if choice is not None and choice.score is not None:
        return choice.score
    if isinstance(value, int | float):
        return value
    return _CODES.get(value.strip().lower()) if isinstance(value, str) else None


#: Integers below it fit every engine.
_MOST = 2**63


@frozen(kw_only=True)
class Limits:
    """Limits of the numbers that count.

    Attributes:
        low: Lowest number.
        high: Highest number.
        steps: True if only whole numbers count.
    """

    low: float = -math.inf
    high: float = math.inf
    steps: bool = False

    @classmethod
    def of(cls, scale: Scale | None) -> "Limits":
        """Return the limits of a scale's levels or values."""
        if scale is None:
            return cls()
        if scale.levels:
            return cls(low=scale.ends[0], high=scale.ends[1], steps=True)
        return cls(low=scale.minimum, high=scale.maximum)

    def take(self, number: float) -> float | None:
        """Return a number within limits, else None.

        If only whole numbers count, rounding errors are removed.
        """
        if self.steps and abs(number - round(number)) < 1e-9:
            number = round(number)
        fits = self.low <= number <= self.high and (not self.steps or number == int(number))
        return float(number) if fits else None


@frozen(kw_only=True)
class CellFigures:
    """Figures and missing reasons of a column's cells.

    Attributes:
        figures: Figure of each cell.
        kinds: Code of the kind of missing of each cell.
    """

    figures: Mapping[int | float | str, float] = field(factory=dict, converter=to_map)
    kinds: Mapping[int | float | str, int] = field(factory=dict, converter=to_map)


@frozen(kw_only=True)
class Item:
    """One question of a measure.

    Attributes:
        column: Its column.
        cells: Figures of the cells of its column.
        others: Figures of the texts in a column of numbers.
        factor: Multiplies other numbers; None: other cells are invalid.
        limits: Limits of those numbers, after the factor.
        is_number: True if any answer counts as a number, not as a verdict.
    """

    column: Column
    cells: CellFigures = CellFigures()
    others: CellFigures = CellFigures()
    factor: float | None = None
    limits: Limits = Limits()
    is_number: bool = False


@frozen(kw_only=True)
class Measure:
    """Figure of a criterion, capacity or option.

    A respondent's figure is the mean of the answered items.

    Attributes:
        target: Id of the criterion or capacity; of an option, of its question.
        option: Code of the option that is counted; empty for a criterion or capacity.
        items: Its questions.
        centre: Midpoint of the figures; sums are of deviations from it, which avoids loss of digits.
        is_verdict: True if the figure is a share that meets a criterion, not a number on a scale.
        limits: Ends of the scale.
    """

    target: str
    option: str = ""
    items: tuple[Item, ...] = field(converter=to_tuple)
    centre: float = 0.0
    is_verdict: bool = False
    limits: Limits = Limits()


def _is_number(meaning: Meaning) -> bool:
    return isinstance(meaning, int | float) and not isinstance(meaning, bool)


def _find_figure(meaning: Meaning, factor: float, limits: Limits | None) -> float | Missing:
    """Return the figure of a meaning, or its missing reason.

    Without limits, every number is invalid.
    """
    if isinstance(meaning, Missing):
        return meaning
    if isinstance(meaning, Verdict):
        return WORTH[meaning]
    taken = limits.take(meaning * factor) if limits is not None and _is_number(meaning) else None
    return Missing.INVALID if taken is None else taken


def _look_up(
    meanings: Iterable[tuple[int | float | str, Meaning]], factor: float, limits: Limits | None
) -> CellFigures:
    figures: dict[int | float | str, float] = {}
    kinds: dict[int | float | str, int] = {}
    for cell, meaning in meanings:
        figure = _find_figure(meaning, factor, limits)
        if isinstance(figure, Missing):
            kinds[cell] = KIND_CODES[figure]
        else:
            figures[cell] = figure
    return CellFigures(figures=figures, kinds=kinds)


@frozen
class _Maker:
    """Builder of the items of one tally."""

    codebook: Codebook
    scales: Mapping[str, Scale] | None
    read: ParsedValue | None

    def question(self, column: Column) -> Question | None:
        """Return the question of a column, if known."""
        return self.codebook.questionnaire.by_id.get(column.question)

    def meaning(self, value: object, mapping: QuestionMapping, column: Column) -> Meaning:
        if self.read is not None:
            return self.read(value, mapping)
        return plain_meaning(value, mapping, self.question(column))

    def item(self, column: Column, mapping: QuestionMapping) -> Item:
        """Return the item of a column for a mapping's target."""
        scale = None if self.scales is None else self.scales.get(mapping.target)
        # A number gives no criterion: if scales are given, a target without one is a criterion.
        limits = Limits.of(scale) if self.scales is None or scale is not None else None
        # `read` has already applied the factor and checked the scale.
        factor = 1.0 if self.read is not None else mapping.factor
        numeric = column.coding in (Coding.INTEGER, Coding.NUMBER)
        counts = numeric and limits is not None
        cells = [(cell, self.meaning(value, mapping, column)) for cell, value in self._list_named(column, mapping)]
        texts = enumerate(column.texts) if numeric else ()
        others = [(code, self.meaning(text, mapping, column)) for code, text in texts]
        return Item(
            column=column,
            cells=_look_up(cells, factor, limits),
            others=_look_up(others, factor, limits),
            factor=mapping.factor if counts else None,
            limits=limits or Limits(),
            is_number=counts or (limits is not None and any(_is_number(meaning) for _, meaning in (*cells, *others))),
        )

    def _list_named(self, column: Column, mapping: QuestionMapping) -> list[tuple[int | float | str, object]]:
        """Return the cells to interpret individually, with their values."""
        if column.coding is Coding.CODED:
            return list(enumerate(column.values))
        question = self.question(column)
        words = [*mapping.answers, *(choice.code for choice in (question.choices if question is not None else ()))]
        if column.coding is Coding.TEXT:
            return [(word, word) for word in dict.fromkeys((*words, *(verdict.value for verdict in Verdict)))]
        numbers = (as_number(word) for word in dict.fromkeys(words))
        if column.coding is Coding.NUMBER:
            return [(float(number), number) for number in numbers if number is not None]
        return [(int(number), number) for number in numbers if number is not None and number == int(number)]


def as_number(text: str) -> int | float | None:
    """Return the number in a text, or None.

    Numbers that a column cannot store are refused.
    """
    try:
        number: int | float = int(text)
    except ValueError:
        try:
            number = float(text)
        except ValueError:
            return None
    return number if abs(number) < _MOST else None  # false for `nan`


def _find_centre(items: Iterable[Item]) -> float:
    figures = [figure for item in items for figure in item.cells.figures.values()]
    ends = [end for item in items if item.factor for end in (item.limits.low, item.limits.high) if math.isfinite(end)]
    known = [*figures, *ends]
    return (min(known) + max(known)) / 2 if known else 0.0


def make_measures(
    codebook: Codebook,
    mappings: Iterable[QuestionMapping],
    scales: Mapping[str, Scale] | None = None,
    read: ParsedValue | None = None,
) -> tuple[Measure, ...]:
    """Return the measures of a tally, in mapping order.

    Args:
        codebook: Codebook of the table.
        mappings: Targets of the questions. A question that the table lacks was not asked and is skipped.
        scales: Scale of each numeric capacity; None: every number counts.
        read: Interprets a value; None: by the mapping's answers and the choices' scores.

    Raises:
        ModelError: The table has none of the questions, or a question has nothing that can be counted.
    """
    maker = _Maker(codebook, scales, read)
    items: dict[str, list[Item]] = {}
    question_mappings = tuple(mappings)
    for mapping in question_mappings:
        for column in codebook.columns:
            if column.question == mapping.question and column.coding is not Coding.TAGGED:
                items.setdefault(mapping.target, []).append(maker.item(column, mapping))
    if not items:
        asked = sorted({mapping.question for mapping in question_mappings})
        raise ModelError("mapping", asked[:5], "must name questions of the table")
    return tuple(
        Measure(
            target=target,
            items=measure_items,
            centre=_find_centre(measure_items),
            is_verdict=not any(item.is_number for item in measure_items),
            limits=measure_items[0].limits,
        )
        for target, measure_items in items.items()
    )
