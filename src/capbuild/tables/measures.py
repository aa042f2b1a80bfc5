"""From mappings to measures: which columns make the figure of a criterion or capacity, and what each code counts."""

import math
from collections.abc import Iterable, Mapping

from attrs import field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.errors import ModelError
from capbuild.model import Mapping as QuestionMapping
from capbuild.model import Missing, Question, Scale, Verdict
from capbuild.tables.codebook import KIND_CODES, Codebook, Coding, Column
from capbuild.tables.reading import WORTH, Meaning, ReadValue, plain_meaning

__all__ = ["Item", "Limits", "LookUp", "Measure", "as_number", "make_measures"]


#: Whole numbers below it are held by every engine.
_MOST = 2**63


@frozen(kw_only=True)
class Limits:
    """Which numbers count.

    Attributes:
        low: Lowest number.
        high: Highest number.
        steps: Whether only whole numbers count.
    """

    low: float = -math.inf
    high: float = math.inf
    steps: bool = False

    @classmethod
    def of(cls, scale: Scale | None) -> "Limits":
        """Return the limits of a scale: its levels by their order, else its numbers."""
        if scale is None:
            return cls()
        if scale.levels:
            return cls(low=scale.ends[0], high=scale.ends[1], steps=True)
        return cls(low=scale.minimum, high=scale.maximum)

    def take(self, number: float) -> float | None:
        """Return the number, whole where only whole ones count; None where it does not count."""
        if self.steps and abs(number - round(number)) < 1e-9:
            number = round(number)
        fits = self.low <= number <= self.high and (not self.steps or number == int(number))
        return float(number) if fits else None


@frozen(kw_only=True)
class LookUp:
    """What the cells of one physical column count.

    Attributes:
        figures: Cells with the figure each counts.
        kinds: Cells with the code of the kind of missing each stands for.
    """

    figures: Mapping[int | float | str, float] = field(factory=dict, converter=to_map)
    kinds: Mapping[int | float | str, int] = field(factory=dict, converter=to_map)


@frozen(kw_only=True)
class Item:
    """One question of a measure.

    Attributes:
        column: Where its answers are.
        cells: What the cells of its column count.
        others: What the texts in a column of numbers count.
        factor: Other numbers count themselves times this; None: other cells are invalid.
        limits: Which of those numbers count, after the factor.
        is_number: Whether any of it counts as a number, and not as a verdict.
    """

    column: Column
    cells: LookUp = LookUp()
    others: LookUp = LookUp()
    factor: float | None = None
    limits: Limits = Limits()
    is_number: bool = False


@frozen(kw_only=True)
class Measure:
    """What makes the figure of one criterion, capacity or option: the mean over its items that a respondent answered.

    Attributes:
        target: Id of the criterion or capacity; of an option, of its question.
        option: Code of the option whose share it is; empty for a criterion or capacity.
        items: Its questions.
        centre: A figure in the middle of those that occur; sums are taken around it, which keeps their digits.
        is_verdict: Whether the figure is a share that meets a criterion, and not a number on a scale.
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


def _figure(meaning: Meaning, factor: float, limits: Limits | None) -> float | Missing:
    """Return what a meaning counts, or why it counts nothing; without limits no number counts."""
    if isinstance(meaning, Missing):
        return meaning
    if isinstance(meaning, Verdict):
        return WORTH[meaning]
    taken = limits.take(meaning * factor) if limits is not None and _is_number(meaning) else None
    return Missing.INVALID if taken is None else taken


def _look_up(meanings: Iterable[tuple[int | float | str, Meaning]], factor: float, limits: Limits | None) -> LookUp:
    figures: dict[int | float | str, float] = {}
    kinds: dict[int | float | str, int] = {}
    for cell, meaning in meanings:
        figure = _figure(meaning, factor, limits)
        if isinstance(figure, Missing):
            kinds[cell] = KIND_CODES[figure]
        else:
            figures[cell] = figure
    return LookUp(figures=figures, kinds=kinds)


@frozen
class _Maker:
    """Makes the items of one tally."""

    codebook: Codebook
    scales: Mapping[str, Scale] | None
    read: ReadValue | None

    def question(self, column: Column) -> Question | None:
        """Return the question of a column, where the form has it."""
        return self.codebook.questionnaire.by_id.get(column.question)

    def meaning(self, value: object, mapping: QuestionMapping, column: Column) -> Meaning:
        if self.read is not None:
            return self.read(value, mapping)
        return plain_meaning(value, mapping, self.question(column))

    def item(self, column: Column, mapping: QuestionMapping) -> Item:
        """Return what a column says of a mapping's target."""
        scale = None if self.scales is None else self.scales.get(mapping.target)
        # A number says nothing of a criterion: where scales are given, what has none is a criterion.
        limits = Limits.of(scale) if self.scales is None or scale is not None else None
        # `read` has applied the factor already, and has judged what is off the scale.
        factor = 1.0 if self.read is not None else mapping.factor
        numeric = column.coding in (Coding.INTEGER, Coding.NUMBER)
        counts = numeric and limits is not None
        cells = [(cell, self.meaning(value, mapping, column)) for cell, value in self._named(column, mapping)]
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

    def _named(self, column: Column, mapping: QuestionMapping) -> list[tuple[int | float | str, object]]:
        """Return the cells whose meaning is found out one by one, each with its value."""
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
    """Return the number that a text is, where a column of numbers can hold it."""
    try:
        number: int | float = int(text)
    except ValueError:
        try:
            number = float(text)
        except ValueError:
            return None
    return number if abs(number) < _MOST else None  # `nan` is not below it


def _centre(items: Iterable[Item]) -> float:
    figures = [figure for item in items for figure in item.cells.figures.values()]
    ends = [end for item in items if item.factor for end in (item.limits.low, item.limits.high) if math.isfinite(end)]
    known = [*figures, *ends]
    return (min(known) + max(known)) / 2 if known else 0.0


def make_measures(
    codebook: Codebook,
    mappings: Iterable[QuestionMapping],
    scales: Mapping[str, Scale] | None = None,
    read: ReadValue | None = None,
) -> tuple[Measure, ...]:
    """Return the measures of a tally, in the order in which their targets are first mapped.

    Args:
        codebook: What the columns hold.
        mappings: Which question speaks of what. A question that the table lacks is passed over: it was not asked.
        scales: Scale of each capacity that is judged by numbers; None: every number counts.
        read: What a value says; by the mapping's own words and the choices' scores when None.

    Raises:
        ModelError: The table has none of the questions, or a question holds nothing that can be counted.
    """
    maker = _Maker(codebook, scales, read)
    items: dict[str, list[Item]] = {}
    given = tuple(mappings)
    for mapping in given:
        for column in codebook.columns:
            if column.question == mapping.question and column.coding is not Coding.TAGGED:
                items.setdefault(mapping.target, []).append(maker.item(column, mapping))
    if not items:
        asked = sorted({mapping.question for mapping in given})
        raise ModelError("mapping", asked[:5], "must name questions of the table")
    return tuple(
        Measure(
            target=target,
            items=found,
            centre=_centre(found),
            is_verdict=not any(item.is_number for item in found),
            limits=found[0].limits,
        )
        for target, found in items.items()
    )
