"""The one converter between model objects and plain JSON values: strict in, short and stable out."""

from functools import cache
from typing import Any

from cattrs import Converter

from capbuild.documents._classes import add_classes, class_reader, class_writer
from capbuild.documents._collections import add_collections
from capbuild.documents._nesting import add_nesting
from capbuild.documents._scalars import add_scalars
from capbuild.documents._unions import add_unions
from capbuild.text import Text

__all__ = ["make_converter", "shared_converter"]


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
    add_collections(converter)
    add_classes(converter)
    _add_text(converter)
    add_unions(converter)
    add_nesting(converter)
    return converter


@cache
def shared_converter() -> Converter:
    """Return the converter that the package uses, made when first needed."""
    return make_converter()
