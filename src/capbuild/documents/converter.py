"""The one converter between model objects and plain JSON values: strict in, short and stable out."""

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, get_args, get_origin

from cattrs import Converter
from cattrs.errors import IterableValidationError, IterableValidationNote

from capbuild.documents._assessments import add_nesting
from capbuild.documents._classes import add_classes, class_reader, class_writer
from capbuild.documents._misfit import misfit, noted
from capbuild.documents._scalars import add_scalars
from capbuild.documents._unions import add_unions
from capbuild.frozen import FrozenMap
from capbuild.text import Text

__all__ = ["Reader", "Writer", "make_converter", "shared_converter"]

Reader = Callable[[Any, Any], Any]
Writer = Callable[[Any], Any]

_WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]*")


def _add_text(converter: Converter) -> None:
    """A text whose language is not known and that has no translation is a plain string."""
    read, write = class_reader(converter, Text), class_writer(converter, Text)

    def structure(raw: Any, _: object = None) -> Text:
        text: Text = Text(raw) if type(raw) is str else read(raw, Text)
        return text

    def unstructure(text: Text) -> Any:
        return text.source if text.language == "und" and not text.translations else write(text)

    converter.register_structure_hook(Text, structure)
    converter.register_unstructure_hook(Text, unstructure)


def make_converter() -> Converter:
    """Return a new converter for every class of the model.

    In: scalars are never guessed at, unknown fields are refused, all problems are collected. Out: defaults are left
    out, enums are written by value, dates in ISO 8601, decimals as text, maps in order of their keys.

    Raises:
        cattrs.BaseValidationError: By `structure`; `capbuild.documents.structure` raises one `DocumentError` instead.

    Example:
        >>> from capbuild.model import Country
        >>> make_converter().unstructure(Country(alpha_2="JM", alpha_3="JAM", name="Jamaica"))
        {'alpha_2': 'JM', 'alpha_3': 'JAM', 'name': 'Jamaica'}
    """
    converter = Converter(unstruct_collection_overrides={tuple: list})
    # Inner hooks first: a class's hook keeps the inner hooks it was made with.
    add_scalars(converter)
    _add_collections(converter)
    add_classes(converter)
    _add_text(converter)
    add_unions(converter)
    add_nesting(converter)
    return converter


@cache
def shared_converter() -> Converter:
    """Return the converter that the package uses, made when first needed."""
    return make_converter()


def _int_key(key: str) -> int:
    if _WHOLE_NUMBER.fullmatch(key) is None:
        raise misfit("a whole number as key", key)
    return int(key)


def _each(pairs: Iterable[tuple[int | str, Any]], reader: Callable[[Any, Any], Any], tp: Any) -> list[Any]:
    """Read every item; raise one group of all that do not fit, each noted with its place."""
    results, errors = [], []
    for place, item in pairs:
        try:
            results.append(reader(place, item))
        except Exception as error:  # noqa: BLE001 (collected here, flattened and raised as one DocumentError)
            errors.append(noted(error, IterableValidationNote(f"at {place!r}", place, tp)))
    if errors:
        raise IterableValidationError("items", errors, tp)
    return results


def _tuple_reader(converter: Converter) -> Callable[[Any], Reader]:
    def factory(tp: Any) -> Reader:
        item_type = get_args(tp)[0]
        item = converter.get_structure_hook(item_type)

        def structure(raw: Any, _: object = None) -> tuple[Any, ...]:
            if type(raw) is not list:
                raise misfit("a list", raw)
            return tuple(_each(enumerate(raw), lambda _, value: item(value, item_type), item_type))

        return structure

    return factory


def _map_reader(converter: Converter) -> Callable[[Any], Reader]:
    def factory(tp: Any) -> Reader:
        key_type, value_type = get_args(tp)
        as_key: Callable[[str], Any] = _int_key if key_type is int else str
        value = converter.get_structure_hook(value_type)

        def structure(raw: Any, _: object = None) -> FrozenMap[Any, Any]:
            if type(raw) is not dict:
                raise misfit("an object", raw)
            return FrozenMap(_each(raw.items(), lambda k, v: (as_key(k), value(v, value_type)), value_type))

        return structure

    return factory


def _map_writer(converter: Converter) -> Callable[[Any], Writer]:
    def factory(tp: Any) -> Writer:
        value = converter.get_unstructure_hook(get_args(tp)[1])

        # By key, for the order of a map is no part of its value: equal maps are written alike.
        def unstructure(mapping: FrozenMap[Any, Any]) -> dict[str, Any]:
            return {str(key): value(mapping[key]) for key in sorted(mapping)}

        return unstructure

    return factory


def _is(origin: type) -> Callable[[Any], bool]:
    return lambda tp: get_origin(tp) is origin


def _add_collections(converter: Converter) -> None:
    """Register the hooks of `tuple[X, ...]` and `FrozenMap[K, V]`."""
    converter.register_structure_hook_factory(_is(tuple), _tuple_reader(converter))
    converter.register_structure_hook_factory(_is(FrozenMap), _map_reader(converter))
    converter.register_unstructure_hook_factory(_is(FrozenMap), _map_writer(converter))
