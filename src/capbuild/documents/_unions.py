"""Values that may be of several types: plain where JSON has the type, tagged by one key where it has not."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen
from cattrs import Converter

from capbuild.documents._misfit import Misfit, misfit
from capbuild.documents._scalars import date_in, date_out, datetime_in, float_in, time_in
from capbuild.errors import did_you_mean
from capbuild.model.evidence import FindingValue, Verdict
from capbuild.model.recipe import Parameter
from capbuild.model.response import AnswerValue, GeoPoint, Missing
from capbuild.model.training import MeasuredValue


@frozen
class Union:
    """The members of a union.

    Attributes:
        name: What it is called in a schema.
        plain: Types written as JSON has them.
        lists: Whether a list of texts is a member.
        tags: Types written as an object with one key, by that key.
    """

    name: str
    plain: tuple[type, ...]
    lists: bool = False
    tags: Mapping[str, type] = {}

    @property
    def words(self) -> str:
        """The members in words."""
        names = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}
        parts = [names[cls] for cls in self.plain] + ["a list of texts"] * self.lists
        return ", ".join(parts + [f'{{"{tag}": ...}}' for tag in self.tags])


#: Every union of the model, with the form of each member.
UNIONS: dict[Any, Union] = {
    Parameter: Union("Parameter", (str, bool, int, float)),
    FindingValue: Union("FindingValue", (int, float), tags={"verdict": Verdict, "missing": Missing}),
    MeasuredValue: Union("MeasuredValue", (int, float), tags={"missing": Missing}),
    AnswerValue: Union(
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


def _union_in(union: Union, readers: Mapping[str, Callable[[Any, Any], Any]]) -> Callable[[Any, Any], Any]:
    def structure(raw: Any, _: object = None) -> Any:
        kind = type(raw)
        if kind in union.plain:
            return float_in(raw) if kind is float else raw
        if kind is list and union.lists and all(type(item) is str for item in raw):
            return tuple(raw)
        if kind is not dict or len(raw) != 1 or not union.tags:
            raise misfit(f"one of {union.words}", raw)
        ((tag, value),) = raw.items()
        if tag not in readers:
            near = did_you_mean(tag, readers)
            raise Misfit(f"must be one of {union.words}, not an object with the key {tag!r}{near}")
        return readers[tag](value, union.tags[tag])

    return structure


def _union_out(union: Union, writers: Mapping[type, Callable[[Any], Any]]) -> Callable[[Any], Any]:
    tag_of = {cls: tag for tag, cls in union.tags.items()}

    def unstructure(value: Any) -> Any:
        kind = type(value)
        if kind in union.plain:
            return value
        if kind is tuple and union.lists:
            return list(value)
        if kind not in tag_of:
            raise Misfit(f"must be one of {union.words}, not {value!r}")
        return {tag_of[kind]: writers[kind](value)}

    return unstructure


def add_unions(converter: Converter) -> None:
    """Register the hooks of all unions; scalars, enums and classes must be registered before."""
    readers = {datetime.date: date_in, datetime.datetime: datetime_in, datetime.time: time_in}
    writers: dict[type, Callable[[Any], Any]] = {datetime.date: date_out, datetime.time: datetime.time.isoformat}
    for tp, union in UNIONS.items():
        ins = {t: readers.get(cls) or converter.get_structure_hook(cls) for t, cls in union.tags.items()}
        outs = {cls: writers.get(cls) or converter.get_unstructure_hook(cls) for cls in union.tags.values()}
        converter.register_structure_hook(tp, _union_in(union, ins))
        converter.register_unstructure_hook(tp, _union_out(union, outs))
