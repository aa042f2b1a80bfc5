"""Plugin for CSPro: dictionaries and data."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from capbuild.plugins import Claim, Companion, InputFile, Reader, ReadItem, hookimpl
from capbuild_cspro.options import DICTIONARY_NAMES, CsproOptions

__all__ = ["CAPBUILD_API", "CsproOptions", "register_readers"]

CAPBUILD_API = 1


def _sniff(source: InputFile) -> Claim | None:
    from capbuild_cspro.reader import sniff

    return sniff(source)


def _read(source: InputFile, options: CsproOptions) -> Iterator[ReadItem]:
    from capbuild_cspro.reader import read_file

    yield from read_file(source, options)


def _facts(source: InputFile) -> Mapping[str, Any]:
    from capbuild_cspro.facts import file_facts

    return file_facts(source)


def _explains(data: InputFile, other: InputFile) -> bool:
    from capbuild_cspro.reader import explains

    return explains(data, other)


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the reader of CSPro files."""
    return [
        Reader(
            name="cspro",
            title="CSPro dictionary or data",
            sniff=_sniff,
            read=_read,
            facts=_facts,
            options=CsproOptions,
            companions=(Companion(option="definition", patterns=DICTIONARY_NAMES, explains=_explains),),
            suffixes=(".dcf", ".csdb", ".dat"),
        )
    ]
