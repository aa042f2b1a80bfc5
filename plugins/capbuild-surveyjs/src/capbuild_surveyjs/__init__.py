"""Plugin for SurveyJS: definitions and responses."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from capbuild.formats import DefinitionOptions
from capbuild.plugins import Claim, Companion, InputFile, Reader, ReadItem, hookimpl

__all__ = ["CAPBUILD_API", "register_readers"]

CAPBUILD_API = 1


def _sniff(source: InputFile) -> Claim | None:
    from capbuild_surveyjs.files import sniff

    return sniff(source)


def _read(source: InputFile, options: DefinitionOptions) -> Iterator[ReadItem]:
    from capbuild_surveyjs.files import read_file

    yield from read_file(source, options)


def _facts(source: InputFile) -> Mapping[str, Any]:
    from capbuild_surveyjs.facts import file_facts

    return file_facts(source)


def _explains(source: InputFile, other: InputFile) -> bool:
    from capbuild_surveyjs.files import explains

    return explains(source, other)


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the reader of SurveyJS files."""
    return [
        Reader(
            name="surveyjs",
            title="SurveyJS survey or responses",
            sniff=_sniff,
            read=_read,
            facts=_facts,
            options=DefinitionOptions,
            companions=(Companion(option="definition", patterns=("*.json",), explains=_explains),),
            suffixes=(".json",),
        )
    ]
