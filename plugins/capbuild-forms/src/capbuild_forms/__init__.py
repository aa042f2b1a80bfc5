"""Plugin for Typeform and Formbricks: definitions and responses."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from capbuild.formats import DefinitionOptions
from capbuild.plugins import Claim, Companion, InputFile, Reader, ReadItem, hookimpl

__all__ = ["CAPBUILD_API", "register_readers"]

CAPBUILD_API = 1


def _sniff_typeform(source: InputFile) -> Claim | None:
    from capbuild_forms.typeform import sniff

    return sniff(source)


def _sniff_formbricks(source: InputFile) -> Claim | None:
    from capbuild_forms.formbricks import sniff

    return sniff(source)


def _read_typeform(source: InputFile, options: DefinitionOptions) -> Iterator[ReadItem]:
    from capbuild_forms.reading import read_file
    from capbuild_forms.typeform import Typeform

    yield from read_file(source, options, Typeform)


def _read_formbricks(source: InputFile, options: DefinitionOptions) -> Iterator[ReadItem]:
    from capbuild_forms.formbricks import Formbricks
    from capbuild_forms.reading import read_file

    yield from read_file(source, options, Formbricks)


def _typeform_facts(source: InputFile) -> Mapping[str, Any]:
    from capbuild_forms.facts import typeform_facts

    return typeform_facts(source)


def _formbricks_facts(source: InputFile) -> Mapping[str, Any]:
    from capbuild_forms.facts import formbricks_facts

    return formbricks_facts(source)


def _explains_typeform(source: InputFile, other: InputFile) -> bool:
    from capbuild_forms.reading import explains
    from capbuild_forms.typeform import Typeform

    return explains(Typeform, source, other)


def _explains_formbricks(source: InputFile, other: InputFile) -> bool:
    from capbuild_forms.formbricks import Formbricks
    from capbuild_forms.reading import explains

    return explains(Formbricks, source, other)


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the readers of Typeform and Formbricks."""
    return [
        Reader(
            name="typeform",
            title="Typeform form or responses",
            sniff=_sniff_typeform,
            read=_read_typeform,
            facts=_typeform_facts,
            options=DefinitionOptions,
            companions=(Companion(option="definition", patterns=("*.json",), explains=_explains_typeform),),
            suffixes=(".json",),
        ),
        Reader(
            name="formbricks",
            title="Formbricks survey or responses",
            sniff=_sniff_formbricks,
            read=_read_formbricks,
            facts=_formbricks_facts,
            options=DefinitionOptions,
            companions=(Companion(option="definition", patterns=("*.json",), explains=_explains_formbricks),),
            suffixes=(".json",),
        ),
    ]
