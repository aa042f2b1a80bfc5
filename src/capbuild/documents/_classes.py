"""Hooks for model classes that report every invalid field."""

from collections.abc import Callable
from typing import Any

import attrs
from cattrs import Converter
from cattrs.errors import AttributeValidationNote, ClassValidationError
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from capbuild.documents._misfit import invalid_value, with_note
from capbuild.errors import ModelError

Reader = Callable[[Any, Any], Any]
Writer = Callable[[Any], Any]


def make_class_reader(converter: Converter, cls: type[Any]) -> Reader:
    """Return a reading hook that reports every invalid field."""
    attrs.resolve_types(cls)
    read = make_dict_structure_fn(cls, converter, _cattrs_forbid_extra_keys=True, _cattrs_detailed_validation=True)

    def structure(raw: Any, _: object = None) -> Any:
        if type(raw) is dict:
            try:
                return read(raw, cls)
            except ClassValidationError as group:
                raise _check_all_rules(converter, cls, raw, group) from None
        # Nested values are passed on as already converted objects.
        if isinstance(raw, cls):
            return raw
        raise invalid_value("an object", raw)

    return structure


def _check_all_rules(
    converter: Converter, cls: type[Any], raw: dict[str, Any], group: ClassValidationError
) -> ClassValidationError:
    """Add rules that attrs skipped after an invalid field."""
    unfit, rest = group.group_exceptions()
    failed = {note.name for _, note in unfit}
    broken: list[Exception] = []
    for attribute in attrs.fields(cls):
        if attribute.validator is None or attribute.name in failed or attribute.name not in raw:
            continue
        value = converter.structure(raw[attribute.name], attribute.type)
        try:
            value = attribute.converter(value) if callable(attribute.converter) else value
            attribute.validator(object.__new__(cls), attribute, value)
        except ModelError as error:
            broken.append(with_note(error, AttributeValidationNote("rule", attribute.name, attribute.type)))
    if broken:
        rest = [error for error in rest if not isinstance(error, ModelError)]
    return group.derive([*(error for error, _ in unfit), *broken, *rest])


def make_class_writer(converter: Converter, cls: type[Any], **fields: Any) -> Writer:
    """Return a writing hook that omits default values."""
    attrs.resolve_types(cls)
    return make_dict_unstructure_fn(cls, converter, _cattrs_omit_if_default=True, **fields)


def add_class_hooks(converter: Converter) -> None:
    """Register the hooks of all attrs classes."""
    converter.register_structure_hook_factory(attrs.has, lambda cls: make_class_reader(converter, cls))
    converter.register_unstructure_hook_factory(attrs.has, lambda cls: make_class_writer(converter, cls))
