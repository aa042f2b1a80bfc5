"""Hooks for unions: plain JSON types, or objects with a tag."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen
from cattrs import Converter

from capbuild.documents._misfit import InvalidValueError, invalid_value
from capbuild.documents._scalars import date_in, datetime_in, read_float, time_in, write_date
from capbuild.errors import did_you_mean
from capbuild.model.evidence import FindingValue, Verdict
from capbuild.model.recipe import Parameter
from capbuild.model.response import AnswerCode, AnswerValue, GeoPoint, Missing
from capbuild.model.training import MeasuredValue


@frozen
class UnionType:
    """Members of a union.

    Attributes:
        name: Its name in a schema.
        plain: Types written as plain JSON.
        lists: Whether a list of texts is a member.
        tags: Types written as an object with a single key, by that key.
    """

    name: str
    plain: tuple[type, ...]
    lists: bool = False
    tags: Mapping[str, type] = {}

    @property
    def description(self) -> str:
        """Description of the members."""
        names = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}
        parts = [names[cls] for cls in self.plain] + ["a list of texts"] * self.lists
        return ", ".join(parts + [f'{{"{tag}": ...}}' for tag in self.tags])


#: Unions of the model, with the form of each member.
UNIONS: dict[Any, UnionType] = {
    Parameter: UnionType("Parameter", (str, bool, int, float)),
    FindingValue: UnionType("FindingValue", (int, float), tags={"verdict": Verdict, "missing": Missing}),
    MeasuredValue: UnionType("MeasuredValue", (int, float), tags={"missing": Missing}),
    AnswerCode: UnionType("AnswerCode", (str, int, float)),
    AnswerValue: UnionType(
        "AnswerValue",
        (str, bool, int, float),
        lists=True,
        tags={
            "date": datetime.date,
            "datetime": datetime.datetime,
            "time": datetime.time,
            "place": GeoPoint,
            "missing": Missing,
        },
    ),
}


def _make_union_reader(union: UnionType, readers: Mapping[str, Callable[[Any, Any], Any]]) -> Callable[[Any, Any], Any]:
    def structure(raw: Any, _: object = None) -> Any:
        kind = type(raw)
        if kind in union.plain:
            return read_float(raw) if kind is float else raw
        if kind is list and union.lists and all(type(item) is str for item in raw):
            return tuple(raw)
        if kind is not dict or len(raw) != 1 or not union.tags:
            raise invalid_value(f"one of {union.description}", raw)
        ((tag, value),) = raw.items()
        if tag not in readers:
            near = did_you_mean(tag, readers)
            raise InvalidValueError(f"must be one of {union.description}, not an object with the key {tag!r}{near}")
        return readers[tag](value, union.tags[tag])

    return structure


def _make_union_writer(union: UnionType, writers: Mapping[type, Callable[[Any], Any]]) -> Callable[[Any], Any]:
    tag_of = {cls: tag for tag, cls in union.tags.items()}

    def unstructure(value: Any) -> Any:
        kind = type(value)
        if kind in union.plain:
            return value
        if kind is tuple and union.lists:
            return list(value)
        if kind not in tag_of:
            raise InvalidValueError(f"must be one of {union.description}, not {value!r}")
        return {tag_of[kind]: writers[kind](value)}

    return unstructure


def add_union_hooks(converter: Converter) -> None:
    """Register the hooks of all unions.

    Register scalars, enums and classes before.
    """
    readers = {datetime.date: date_in, datetime.datetime: datetime_in, datetime.time: time_in}
    writers: dict[type, Callable[[Any], Any]] = {datetime.date: write_date, datetime.time: datetime.time.isoformat}
    for tp, union in UNIONS.items():
        ins = {t: readers.get(cls) or converter.get_structure_hook(cls) for t, cls in union.tags.items()}
        outs = {cls: writers.get(cls) or converter.get_unstructure_hook(cls) for cls in union.tags.values()}
        converter.register_structure_hook(tp, _make_union_reader(union, ins))
        converter.register_unstructure_hook(tp, _make_union_writer(union, outs))
