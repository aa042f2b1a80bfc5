"""Results with their indicators, baselines, targets and actuals."""

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from math import isfinite

from attrs import frozen

from capbuild.escaping import xml_text
from capbuild.model import Result, ResultIndicator
from capbuild.text import Text
from capbuild_iati.codes import DETAILS, QUALITATIVE, RESULT_TYPES, UNITS, find_measure
from capbuild_iati.figure_keys import Slot, SlotReader
from capbuild_iati.losses import Losses
from capbuild_iati.tree import Element, SubElement, add_own_text, add_text_element, make_own_name, set_marks

#: A figure with its slot and original key.
_Entry = tuple[Slot, str, float]
_Span = tuple[datetime.date, datetime.date]


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
                f"result {result.id!r}", "IATI requires at least one indicator", "say how the result is measured"
            )
            return
        element = SubElement(activity, "result", type=RESULT_TYPES[result.kind])
        above = result.contributes_to if result.contributes_to in self.measured else ""
        set_marks(element, id=result.id, kind=result.kind.value, contributes_to=above or "")
        add_text_element(element, "title", result.title)
        for indicator in result.indicators:
            self._write_indicator(element, indicator)
        for name, ids in (("activity", result.activities), ("criterion", result.criteria)):
            for one in ids:
                SubElement(element, make_own_name(name)).text = xml_text(one)
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
