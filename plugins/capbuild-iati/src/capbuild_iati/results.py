"""Results with indicators, baselines, targets and actuals.

Data that an activity file lacks are here too.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import reduce
from math import isfinite
from xml.etree.ElementTree import Element, SubElement

from attrs import evolve, frozen

from capbuild.dates import PartialDate
from capbuild.errors import ModelError
from capbuild.escaping import xml_text
from capbuild.model import Issue, Issues, Programme, Result, ResultIndicator, Severity
from capbuild.text import Text
from capbuild_iati.tree import (
    DETAILS,
    QUALITATIVE,
    RESULT_TYPES,
    UNITS,
    add_own_text,
    add_text_element,
    find_measure,
    make_own_name,
    set_marks,
)


class Losses:
    """Collects losses of a file."""

    def __init__(self) -> None:
        self._items: list[Issue] = []

    def left_out(self, what: str, why: str, remedy: str = "") -> None:
        """Record an omitted item."""
        self._add("IATI101", Severity.WARNING, f"{what} is left out: {why}", remedy)

    def withheld(self, what: str, why: str, remedy: str = "") -> None:
        """Record an item withheld from the audience."""
        self._add("IATI102", Severity.WARNING, f"{what} is withheld: {why}", remedy)

    def private(self, what: str, names: Iterable[str]) -> None:
        """Record an item stored in capbuild's namespace only."""
        listed = ", ".join(repr(name) for name in names)
        if listed:
            message = f"{what} is stored in capbuild's own elements, since IATI has no place for it: {listed}"
            self._add("IATI103", Severity.NOTE, message, "")

    def advise(self, what: str, remedy: str) -> None:
        """Record an unmet rule of the standard outside its schema."""
        self._add("IATI104", Severity.WARNING, what, remedy)

    def _add(self, code: str, severity: Severity, message: str, remedy: str) -> None:
        self._items.append(Issue(code=code, severity=severity, message=f"{message}.", remedy=remedy))

    @property
    def issues(self) -> Issues:
        """Collected losses, in the order of the file."""
        return Issues(self._items)


def record_programme_losses(programme: Programme, reporting: str, losses: Losses) -> None:
    """Record the parts of a programme that IATI lacks.

    The fields in `Writer.loses` are recorded elsewhere.

    Args:
        programme: The programme.
        reporting: Id of the reporting organisation.
        losses: Collects the losses.
    """
    for organisation in programme.organisations:
        if not organisation.roles and organisation.id != reporting:
            losses.left_out(f"organisation {organisation.id!r}", "IATI needs a role for each organisation; it has none")
    for document in programme.documents:
        if not document.categories:
            losses.left_out(
                f"document {document.url!r}", "IATI requires its category", "give it a code of DocumentCategory"
            )
    indicators = [indicator for result in programme.results for indicator in result.indicators]
    losses.private("the name of budget lines", (line.id for line in programme.budgets))
    losses.private("what results contribute to", (result.id for result in programme.results if result.contributes_to))
    losses.private(
        "what results are about", (result.id for result in programme.results if result.activities or result.criteria)
    )
    losses.private(
        "assumptions and risks", (result.id for result in programme.results if result.assumptions or result.risks)
    )
    losses.private(
        "why figures deviate",
        (indicator.id for indicator in indicators if indicator.reasons.keys() - indicator.targets.keys()),
    )
    losses.private(
        "how indicators are measured",
        (
            indicator.id
            for indicator in indicators
            if indicator.method or indicator.frequency or indicator.responsible or indicator.computed
        ),
    )


#: Dimension name of a group without a name in the key, such as `women`.
GROUP = "group"

_Span = tuple[datetime.date, datetime.date]


@frozen(kw_only=True)
class Slot:
    """Period, country and groups of a figure.

    Attributes:
        start: First day of its period; None for a key without a period.
        end: Last day.
        country: Alpha-2 code of its country.
        dimensions: Dimensions with their values.
    """

    start: datetime.date | None = None
    end: datetime.date | None = None
    country: str | None = None
    dimensions: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """Key, as readers without capbuild's namespace rebuild it."""
        parts = [] if self.start is None or self.end is None else [format_period(self.start, self.end)]
        parts += [self.country] if self.country else []
        parts += [value if name == GROUP else f"{name}={value}" for name, value in self.dimensions]
        return "; ".join(parts)


def format_period(start: datetime.date, end: datetime.date) -> str:
    """Return the shortest name of a period.

    Example:
        >>> format_period(datetime.date(2016, 1, 1), datetime.date(2016, 12, 31))
        '2016'
        >>> format_period(datetime.date(2016, 2, 1), datetime.date(2016, 2, 29))
        '2016-02'
        >>> format_period(datetime.date(2015, 4, 1), datetime.date(2016, 3, 31))
        '2015-04-01/2016-03-31'
    """
    if start == end:
        return start.isoformat()
    for short in (PartialDate(start.year), PartialDate(start.year, start.month)):
        if (short.earliest, short.latest) == (start, end):
            return str(short)
    return f"{start}/{end}"


def list_programme_days(programme: Programme) -> Iterator[datetime.date]:
    """Yield first and last days of phases, rounds and budgets."""
    for phase in programme.phases:
        yield from (phase.start, phase.end)
    for round_ in programme.rounds:
        yield from (round_.start or round_.reference_date, round_.end or round_.reference_date)
    for budget in programme.budgets:
        if budget.year is not None:
            yield from (datetime.date(budget.year, 1, 1), datetime.date(budget.year, 12, 31))


def _parse_span(text: str) -> _Span | None:
    """Return the first and last day of a span.

    A span is a year (`2016`), a month (`2016-04`), a day, or a range of these. The result is None for any other text.
    """
    first, stroke, last = (part.strip() for part in text.partition("/"))
    try:
        start = PartialDate.parse(first)
        end = PartialDate.parse(last) if stroke else start
    except ModelError:
        return None
    return (start.earliest, end.latest) if start.earliest <= end.latest else None


class SlotReader:
    """Reads keys, using a programme's phases, rounds and country names."""

    def __init__(self, programme: Programme) -> None:
        spans: dict[str, _Span] = {phase.id: (phase.start, phase.end) for phase in programme.phases}
        spans |= {r.id: (r.start or r.reference_date, r.end or r.reference_date) for r in programme.rounds}
        self._spans: Mapping[str, _Span] = spans
        self._countries = {name: c.alpha_2 for c in programme.countries for name in (c.alpha_2, c.alpha_3, c.name)}

    def read(self, key: str) -> Slot:
        """Return the slot of a key; unknown parts are groups."""
        return reduce(self._add, (part.strip() for part in key.split(";")), Slot())

    def _add(self, slot: Slot, part: str) -> Slot:
        span = self._spans.get(part) or _parse_span(part)
        if span is not None and slot.start is None:
            return evolve(slot, start=span[0], end=span[1])
        if part in self._countries and slot.country is None:
            return evolve(slot, country=self._countries[part])
        name, equals, value = part.partition("=")
        named = (name.strip(), value.strip()) if equals and name.strip() else (GROUP, part)
        return evolve(slot, dimensions=(*slot.dimensions, named)) if part else slot


#: A figure with its slot and original key.
_Entry = tuple[Slot, str, float]


@frozen(kw_only=True)
class ResultWriter:
    """Writes results in schema order.

    Attributes:
        slots: Reads the keys of figures.
        start: First day for keys without a period.
        end: Last day for keys without a period.
        measured: Ids of results with indicators, which alone are in the file.
        losses: Collects the losses.
    """

    slots: SlotReader
    start: datetime.date
    end: datetime.date
    measured: frozenset[str]
    losses: Losses

    def write(self, activity: Element, result: Result) -> None:
        """Add a result; unmeasured ones would be invalid."""
        if not result.indicators:
            self.losses.left_out(
                f"result {result.id!r}", "IATI requires at least one indicator", "state how the result is measured"
            )
            return
        element = SubElement(activity, "result", type=RESULT_TYPES[result.kind])
        above = result.contributes_to if result.contributes_to in self.measured else ""
        set_marks(element, id=result.id, kind=result.kind.value, contributes_to=above or "")
        add_text_element(element, "title", result.title)
        for indicator in result.indicators:
            self._write_indicator(element, indicator)
        for name, ids in (("activity", result.activities), ("criterion", result.criteria)):
            for related_id in ids:
                SubElement(element, make_own_name(name)).text = xml_text(related_id)
        for name, texts in (("assumption", result.assumptions), ("risk", result.risks)):
            for text in texts:
                add_own_text(element, name, text)

    def _write_indicator(self, parent: Element, indicator: ResultIndicator) -> None:
        measure = find_measure(indicator.unit)
        element = SubElement(parent, "indicator", measure=measure, ascending=str(indicator.ascending).lower())
        set_marks(element, id=indicator.id, **{name: getattr(indicator, name) for name in DETAILS})
        if indicator.unit != UNITS[measure]:
            set_marks(element, unit=indicator.unit)
        add_text_element(element, "title", indicator.title)
        about = _describe_indicator(indicator)
        if about:
            add_text_element(element, "description", Text(about, "en"))
        self._write_figures(element, indicator, measure)
        for key, text in indicator.reasons.items():
            if measure == QUALITATIVE or key not in indicator.targets:
                set_marks(add_own_text(element, "reason", text), key=key)

    def _write_figures(self, element: Element, indicator: ResultIndicator, measure: str) -> None:
        if measure == QUALITATIVE:
            if indicator.baselines or indicator.targets or indicator.actuals:
                self.losses.left_out(f"figures of indicator {indicator.id!r}", "a qualitative indicator has no values")
            return
        for entry in self._list_entries(indicator, "baselines"):
            self._write_baseline(element, entry)
        self._write_periods(element, indicator)

    def _list_entries(self, indicator: ResultIndicator, kind: str) -> Iterator[_Entry]:
        figures: Mapping[str, float] = getattr(indicator, kind)
        for key, value in figures.items():
            if isfinite(value):
                yield self.slots.read(key), key, value
            else:
                self.losses.left_out(f"{kind} {key!r} of indicator {indicator.id!r}", f"{value} is not a figure")

    def _write_baseline(self, parent: Element, entry: _Entry) -> None:
        slot, key, _ = entry
        start, _ = self._find_span(slot)
        element = SubElement(parent, "baseline", year=str(start.year))
        whole_year = (datetime.date(start.year, 1, 1), datetime.date(start.year, 12, 31))
        if slot.start is None or (slot.start, slot.end) != whole_year:
            element.set("iso-date", start.isoformat())
        # A baseline has a date or year, but no period: other keys go to capbuild's namespace.
        exact = slot.start is not None and (slot.start == slot.end or "iso-date" not in element.attrib)
        self._fill(element, entry, own_key=not exact or slot.key != key)

    def _write_periods(self, parent: Element, indicator: ResultIndicator) -> None:
        kinds = {
            "target": list(self._list_entries(indicator, "targets")),
            "actual": list(self._list_entries(indicator, "actuals")),
        }
        spans = sorted({self._find_span(slot) for entries in kinds.values() for slot, _, _ in entries})
        for span in spans:
            period = SubElement(parent, "period")
            SubElement(period, "period-start", {"iso-date": span[0].isoformat()})
            SubElement(period, "period-end", {"iso-date": span[1].isoformat()})
            for name, entries in kinds.items():
                for entry in entries:
                    if self._find_span(entry[0]) == span:
                        exact = entry[0].start is not None and entry[0].key == entry[1]
                        reason = indicator.reasons.get(entry[1]) if name == "target" else None
                        self._fill(SubElement(period, name), entry, own_key=not exact, comment=reason)

    def _find_span(self, slot: Slot) -> _Span:
        return (slot.start or self.start, slot.end or self.end)

    @staticmethod
    def _fill(element: Element, entry: _Entry, *, own_key: bool, comment: Text | None = None) -> None:
        slot, key, value = entry
        element.set("value", _format_number(value))
        if slot.country is not None:
            SubElement(element, "location", ref=slot.country)
        for name, member in slot.dimensions:
            SubElement(element, "dimension", name=xml_text(name), value=xml_text(member))
        if comment is not None:
            add_text_element(element, "comment", comment)
        if own_key:
            SubElement(element, make_own_name("key")).text = xml_text(key)


def _describe_indicator(indicator: ResultIndicator) -> str:
    """Describe unit and source, for readers without capbuild."""
    unit = f"Unit: {indicator.unit}." if indicator.unit and find_measure(indicator.unit) == "1" else ""
    source = f"Source: {indicator.source}." if indicator.source else ""
    return " ".join(part for part in (unit, source) if part)


def _format_number(value: float) -> str:
    """Return the shortest exact text of a number, without exponent."""
    text = f"{Decimal(repr(float(value))):f}"
    return text.removesuffix(".0")
