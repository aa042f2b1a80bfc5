"""Results of an activity file: indicators with baselines, targets and actuals by key."""

import datetime
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from capbuild.model import Result, ResultIndicator, ResultKind
from capbuild_iati.codes import QUALITATIVE, RESULT_KINDS, UNITS
from capbuild_iati.slots import GROUP, Slot
from capbuild_iati.source import Source, own_id
from capbuild_iati.tree import own

__all__ = ["read_results"]


def read_results(activity: Element, source: Source) -> Iterator[Result]:
    """Yield the results of an activity in its order."""
    for number, element in enumerate(activity.findall("result"), start=1):
        name = own_id(element, f"R{number}")
        if element.find("description") is not None:
            source.report("IATI203", f"the description of result {name!r} is not kept.")
        indicators = [
            _indicator(child, source, f"{name}.{place}")
            for place, child in enumerate(element.findall("indicator"), start=1)
        ]
        yield Result(
            id=name,
            kind=_kind(element, source, name),
            title=source.titled(element, name),
            contributes_to=element.get(own("contributes-to")),
            indicators=indicators,
        )


def _kind(element: Element, source: Source, name: str) -> ResultKind:
    known = element.get(own("kind"))
    if known in {kind.value for kind in ResultKind}:
        return ResultKind(known)
    code = element.get("type", "")
    if code not in ("1", "2", "3"):
        source.report("IATI206", f"result {name!r} is of type {code!r}, and is taken for an output.")
    return RESULT_KINDS.get(code, ResultKind.OUTPUT)


def _indicator(element: Element, source: Source, name: str) -> ResultIndicator:
    identifier = own_id(element, name)
    measure = element.get("measure", "1")
    figures = _Figures(source, identifier, valued=measure != QUALITATIVE)
    for baseline in element.findall("baseline"):
        figures.add("baselines", baseline, _baseline_slot(baseline, source))
    for period in element.findall("period"):
        start, end = source.day(period.find("period-start")), source.day(period.find("period-end"))
        for tag, kind in (("target", "targets"), ("actual", "actuals")):
            for child in period.findall(tag):
                figures.add(kind, child, _slot(child, start, end))
    if element.find("description") is not None and own("id") not in element.attrib:
        source.report("IATI203", f"the description of indicator {identifier!r} is not kept.")
    return ResultIndicator(
        id=identifier,
        title=source.titled(element, identifier),
        unit=element.get(own("unit"), UNITS.get(measure, "")),
        ascending=element.get("ascending", "true") in ("true", "1"),
        source=element.get(own("source"), ""),
        **figures.kinds,
    )


class _Figures:
    """Figures of one indicator by kind and key; of two with one key the first is kept, and the other told."""

    def __init__(self, source: Source, indicator: str, *, valued: bool) -> None:
        self.kinds: dict[str, dict[str, float]] = {"baselines": {}, "targets": {}, "actuals": {}}
        self._source = source
        self._indicator = indicator
        self._valued = valued

    def add(self, kind: str, element: Element, slot: Slot) -> None:
        key = element.findtext(own("key")) or slot.key or "all"
        what = f"{kind} {key!r} of indicator {self._indicator!r}"
        if element.find("comment") is not None:
            self._source.report("IATI203", f"the comment on {what} is not kept.")
        if not self._valued:
            return
        value = self._source.number(element.get("value"), what)
        if value is not None and key in self.kinds[kind]:
            self._source.report("IATI204", f"{what} stands twice; {value:g} is not kept.")
        elif value is not None:
            self.kinds[kind][key] = value


def _baseline_slot(element: Element, source: Source) -> Slot:
    day = source.day(element)
    if day is not None:
        return _slot(element, day, day)
    year = element.get("year", "")
    if year.isdecimal() and 1 <= int(year) <= 9999:
        return _slot(element, datetime.date(int(year), 1, 1), datetime.date(int(year), 12, 31))
    return _slot(element, None, None)


def _slot(element: Element, start: datetime.date | None, end: datetime.date | None) -> Slot:
    places = [place.get("ref", "") for place in element.findall("location")]
    countries = [place for place in places if len(place) == 2 and place.isupper()]
    others = [("location", place) for place in places if place and place not in countries[:1]]
    dimensions = [(d.get("name") or GROUP, d.get("value") or "") for d in element.findall("dimension")]
    return Slot(start=start, end=end, country=countries[0] if countries else None, dimensions=(*others, *dimensions))
