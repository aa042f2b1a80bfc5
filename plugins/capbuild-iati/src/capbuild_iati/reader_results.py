"""Reads results: indicators with baselines, targets and actuals by key."""

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from capbuild.model import Result, ResultIndicator, ResultKind
from capbuild.text import Text
from capbuild_iati.results import GROUP, Slot, SlotReader
from capbuild_iati.source import Node, Source
from capbuild_iati.tree import DETAILS, QUALITATIVE, RESULT_KINDS, UNITS, make_own_name


def read_results(activity: Node, source: Source, keys: "Keys") -> Iterator[Result]:
    """Yield the results of an activity in its order.

    Args:
        activity: The activity.
        source: Collects issues.
        keys: Chooses the keys of figures.
    """
    for number, node in enumerate(activity.findall("result"), start=1):
        name = node.own("id").strip() or f"R{number}"
        indicators = [
            _read_indicator(child, source, keys, f"{name}.{position}")
            for position, child in enumerate(node.findall("indicator"), start=1)
        ]
        yield Result(
            id=name,
            kind=_read_kind(node, source, name),
            title=source.titled(node, name),
            contributes_to=node.own("contributes-to") or None,
            indicators=indicators,
            activities=_read_names(node, "activity"),
            criteria=_read_names(node, "criterion"),
            assumptions=_read_texts(node, "assumption", source),
            risks=_read_texts(node, "risk", source),
        )


def _read_names(node: Node, kind: str) -> list[str]:
    return [element.text for element in node.findall(make_own_name(kind))]


def _read_texts(node: Node, kind: str, source: Source) -> list[Text]:
    texts = (source.own_text(element) for element in node.findall(make_own_name(kind)))
    return [text for text in texts if text is not None]


def _read_kind(node: Node, source: Source, name: str) -> ResultKind:
    known, code = node.own("kind"), node.get("type")
    if known in {kind.value for kind in ResultKind}:
        return ResultKind(known)
    if code not in ("1", "2", "3"):
        source.report("IATI206", f"result {name!r} has the unknown type {code!r}; read as an output.")
    return RESULT_KINDS.get(code, ResultKind.OUTPUT)


def _read_indicator(node: Node, source: Source, keys: "Keys", name: str) -> ResultIndicator:
    identifier = node.own("id").strip() or name
    measure = node.get("measure", "1")
    figures = _Figures(source, keys, identifier, valued=measure != QUALITATIVE)
    for baseline in node.findall("baseline"):
        figures.add("baselines", baseline, _read_baseline_slot(baseline, source))
    for period in node.findall("period"):
        start, end = source.day(period.find("period-start")), source.day(period.find("period-end"))
        for tag, kind in (("target", "targets"), ("actual", "actuals")):
            for child in period.findall(tag):
                figures.add(kind, child, _read_slot(child, start, end))
    description = node.find("description")
    if description is not None and node.own("id"):
        description.pass_over()  # unit and source as text
    details: dict[str, Any] = {name: node.own(name) for name in DETAILS}
    return ResultIndicator(
        id=identifier,
        title=source.titled(node, identifier),
        unit=node.own("unit") if node.has(make_own_name("unit")) else UNITS.get(measure, ""),
        ascending=node.get("ascending", "true") in ("true", "1"),
        reasons=figures.reasons | _read_reasons(node, source, figures.reasons, identifier),
        **figures.kinds,
        **details,
    )


def _read_reasons(node: Node, source: Source, texts: Mapping[str, Text], indicator: str) -> dict[str, Text]:
    """Return the reasons in capbuild's elements, without replacing existing ones."""
    reasons: dict[str, Text] = {}
    for reason in node.findall(make_own_name("reason")):
        key, text = reason.own("key"), source.own_text(reason)
        if text is None:
            continue
        if key in texts or key in reasons:
            message = f"the reason {key!r} of indicator {indicator!r} appears twice; {text} is not kept."
            source.report("IATI204", message)
        else:
            reasons[key] = text
    return reasons


@frozen
class Keys:
    """Chooser of the keys of figures.

    A figure keeps the key recorded with it if the file alone gives the key's period. For the key of a round it does
    not, so such figures are keyed by the dates of their period.

    Attributes:
        slots: Reads keys in the context of the file.
        start: First day of the activity, the default for figures without a period.
        end: Its last day.
    """

    slots: SlotReader
    start: datetime.date | None = None
    end: datetime.date | None = None

    def key(self, written: str | None, slot: Slot) -> str:
        """Return the key of a figure, given any original one."""
        rebuilt = slot.key or "all"
        if written is None:
            return rebuilt
        whole = (slot.start, slot.end) in ((self.start, self.end), (self.start, self.start), (None, None))
        return written if whole or self.slots.read(written).start is not None else rebuilt


class _Figures:
    """Figures of an indicator by kind and key."""

    def __init__(self, source: Source, keys: Keys, indicator: str, *, valued: bool) -> None:
        self.kinds: dict[str, Any] = {"baselines": {}, "targets": {}, "actuals": {}}
        self.reasons: dict[str, Text] = {}
        self._source = source
        self._keys = keys
        self._read_indicator = indicator
        self._valued = valued

    def add(self, kind: str, node: Node, slot: Slot) -> None:
        """Store a figure under its key."""
        own_key = node.find(make_own_name("key"))
        key = self._keys.key(own_key.text if own_key is not None else None, slot)
        what = f"{kind} {key!r} of indicator {self._read_indicator!r}"
        value = self._source.number(node.get("value"), what) if self._valued else None
        if value is not None and key in self.kinds[kind]:
            self._source.report("IATI204", f"{what} appears twice; {value:g} is not kept.")
        elif value is not None:
            self.kinds[kind][key] = value
            reason = self._source.text(node.find("comment")) if kind == "targets" else None
            if reason is not None:
                self.reasons[key] = reason
        elif not self._valued:
            node.leave()


def _read_baseline_slot(node: Node, source: Source) -> Slot:
    day, year = source.day(node), node.get("year")
    if day is not None:
        return _read_slot(node, day, day)
    if re.fullmatch("[0-9]{1,4}", year) and int(year):
        return _read_slot(node, datetime.date(int(year), 1, 1), datetime.date(int(year), 12, 31))
    return _read_slot(node, None, None)


def _read_slot(node: Node, start: datetime.date | None, end: datetime.date | None) -> Slot:
    places = [place.get("ref") for place in node.findall("location")]
    countries = [place for place in places if len(place) == 2 and place.isupper()]
    others = [("location", place) for place in places if place and place not in countries[:1]]
    dimensions = [(d.get("name") or GROUP, d.get("value")) for d in node.findall("dimension")]
    return Slot(start=start, end=end, country=countries[0] if countries else None, dimensions=(*others, *dimensions))
