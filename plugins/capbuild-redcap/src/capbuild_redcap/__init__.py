"""Plugin for REDCap: data dictionaries, record exports and project XML."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from capbuild.formats import DefinitionOptions
from capbuild.plugins import Claim, Companion, InputFile, Reader, ReadItem, hookimpl

__all__ = ["CAPBUILD_API", "register_readers"]

CAPBUILD_API = 1


def _sniff(source: InputFile) -> Claim | None:
    from capbuild_redcap.files import sniff

    return sniff(source)


def _read(source: InputFile, options: DefinitionOptions) -> Iterator[ReadItem]:
    from capbuild_redcap.files import read_file

    yield from read_file(source, options)


def _facts(source: InputFile) -> Mapping[str, Any]:
    from capbuild_redcap.facts import file_facts

    return file_facts(source)


def _explains(source: InputFile, other: InputFile) -> bool:
    from capbuild_redcap.files import explains

    return explains(source, other)


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the reader of REDCap files."""
    return [
        Reader(
            name="redcap",
            title="REDCap dictionary, records or project XML",
            sniff=_sniff,
            read=_read,
            facts=_facts,
            options=DefinitionOptions,
            companions=(Companion(option="definition", patterns=("*.csv",), explains=_explains),),
            suffixes=(".csv", ".xml"),
        )
    ]
