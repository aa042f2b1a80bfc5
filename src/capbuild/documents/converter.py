"""Converter between model objects and plain JSON values."""

import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Any, get_args, get_origin

from cattrs import Converter
from cattrs.errors import IterableValidationError, IterableValidationNote

from capbuild.documents._assessments import add_assessment_hooks, add_class_hooks, make_class_reader, make_class_writer
from capbuild.documents._scalars import add_scalar_hooks, add_union_hooks, invalid_value, with_note
from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap
from capbuild.model.country import Country, CountryByCode, as_country
from capbuild.text import Text

Reader = Callable[[Any, Any], Any]
Writer = Callable[[Any], Any]

_CODE = re.compile("[A-Z]{2}|other [1-9][0-9]*")
_WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]*")


def _add_text_hooks(converter: Converter) -> None:
    """Register hooks of texts; plain strings have no known language."""
    read, write = make_class_reader(converter, Text), make_class_writer(converter, Text)

    def structure(raw: Any, _: object = None) -> Text:
        text: Text = Text(raw) if type(raw) is str else read(raw, Text)
        return text

    def unstructure(text: Text) -> Any:
        return text.source if text.language == "und" and not text.translations else write(text)

    converter.register_structure_hook(Text, structure)
    converter.register_unstructure_hook(Text, unstructure)


def _add_country_hooks(converter: Converter) -> None:
    """Register the hooks of countries written as a code."""
    read, write = converter.get_structure_hook(Country), converter.get_unstructure_hook(Country)

    def structure(raw: Any, _: object = None) -> Country:
        if type(raw) is str and _CODE.fullmatch(raw) is None:
            raise invalid_value("an alpha-2 code or a country", raw)
        country: Country = as_country(raw) if type(raw) is str else read(raw, Country)
        return country

    def unstructure(country: Country) -> Any:
        is_standard = country == _find_standard_country(country.alpha_2)
        return country.alpha_2 if is_standard else write(country)

    converter.register_structure_hook_func(_is_coded, structure)
    converter.register_unstructure_hook_func(_is_coded, unstructure)


def _is_coded(tp: Any) -> bool:
    return bool(tp == CountryByCode)


@lru_cache(maxsize=1024)
def _find_standard_country(code: str) -> Country | None:
    """Return the country of a code."""
    try:
        return as_country(code)
    except ModelError:
        return None


def make_converter() -> Converter:
    """Return a new converter for all model classes.

    Reading never guesses scalars, refuses unknown fields, and collects all problems. Writing omits defaults, and writes
    enums by value, dates in ISO 8601, decimals as text, and maps sorted by key.

    Raises:
        cattrs.BaseValidationError: From `structure`; `capbuild.documents.structure` raises one `DocumentError` instead.

    Example:
        >>> from capbuild.model import Country
        >>> make_converter().unstructure(Country(alpha_2="JM", alpha_3="JAM", name="Jamaica"))
        {'alpha_2': 'JM', 'alpha_3': 'JAM', 'name': 'Jamaica'}
    """
    converter = Converter(unstruct_collection_overrides={tuple: list})
    # Inner hooks first: the hook of a class keeps the inner hooks at its creation.
    add_scalar_hooks(converter)
    _add_collection_hooks(converter)
    add_class_hooks(converter)
    _add_text_hooks(converter)
    _add_country_hooks(converter)
    add_union_hooks(converter)
    add_assessment_hooks(converter)
    return converter


@cache
def shared_converter() -> Converter:
    """Return the shared converter of the package."""
    return make_converter()


def _parse_key(key: str) -> int:
    if _WHOLE_NUMBER.fullmatch(key) is None:
        raise invalid_value("a whole number as key", key)
    return int(key)


def _load_items(pairs: Iterable[tuple[int | str, Any]], reader: Callable[[Any, Any], Any], tp: Any) -> list[Any]:
    """Read every item; raise one group of all invalid ones."""
    results, errors = [], []
    for place, item in pairs:
        try:
            results.append(reader(place, item))
        except Exception as error:  # noqa: BLE001 (collected here, flattened and raised as one DocumentError)
            errors.append(with_note(error, IterableValidationNote(f"at {place!r}", place, tp)))
    if errors:
        raise IterableValidationError("items", errors, tp)
    return results


def _make_tuple_reader(converter: Converter) -> Callable[[Any], Reader]:
    def factory(tp: Any) -> Reader:
        item_type = get_args(tp)[0]
        item = converter.get_structure_hook(item_type)

        def structure(raw: Any, _: object = None) -> tuple[Any, ...]:
            if type(raw) is not list:
                raise invalid_value("a list", raw)
            return tuple(_load_items(enumerate(raw), lambda _, value: item(value, item_type), item_type))

        return structure

    return factory


def _make_map_reader(converter: Converter) -> Callable[[Any], Reader]:
    def factory(tp: Any) -> Reader:
        key_type, value_type = get_args(tp)
        as_key: Callable[[str], Any] = _parse_key if key_type is int else str
        value = converter.get_structure_hook(value_type)

        def structure(raw: Any, _: object = None) -> FrozenMap[Any, Any]:
            if type(raw) is not dict:
                raise invalid_value("an object", raw)
            return FrozenMap(_load_items(raw.items(), lambda k, v: (as_key(k), value(v, value_type)), value_type))

        return structure

    return factory


def _make_map_writer(converter: Converter) -> Callable[[Any], Writer]:
    def factory(tp: Any) -> Writer:
        value = converter.get_unstructure_hook(get_args(tp)[1])

        # Sorted by key, since order is not part of a map's value: equal maps are written alike.
        def unstructure(mapping: FrozenMap[Any, Any]) -> dict[str, Any]:
            return {str(key): value(mapping[key]) for key in sorted(mapping)}

        return unstructure

    return factory


def _match_origin(origin: type) -> Callable[[Any], bool]:
    return lambda tp: get_origin(tp) is origin


def _add_collection_hooks(converter: Converter) -> None:
    """Register the hooks of `tuple[X, ...]` and `FrozenMap[K, V]`."""
    converter.register_structure_hook_factory(_match_origin(tuple), _make_tuple_reader(converter))
    converter.register_structure_hook_factory(_match_origin(FrozenMap), _make_map_reader(converter))
    converter.register_unstructure_hook_factory(_match_origin(FrozenMap), _make_map_writer(converter))
