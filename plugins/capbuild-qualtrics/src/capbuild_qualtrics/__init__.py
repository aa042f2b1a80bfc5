"""Plugin for Qualtrics: survey definitions and response exports."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from capbuild.plugins import Claim, Companion, InputFile, Reader, ReadItem, hookimpl
from capbuild_qualtrics.options import QualtricsOptions

__all__ = ["CAPBUILD_API", "QualtricsOptions", "register_readers"]

CAPBUILD_API = 1


def _sniff(source: InputFile) -> Claim | None:
    from capbuild_qualtrics.exports import sniff

    return sniff(source)


def _read(source: InputFile, options: QualtricsOptions) -> Iterator[ReadItem]:
    from capbuild_qualtrics.reader import read_file

    yield from read_file(source, options)


def _facts(source: InputFile) -> Mapping[str, Any]:
    from capbuild_qualtrics.facts import file_facts

    return file_facts(source)


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the reader of Qualtrics files."""
    return [
        Reader(
            name="qualtrics",
            title="Qualtrics survey or responses",
            sniff=_sniff,
            read=_read,
            facts=_facts,
            options=QualtricsOptions,
            suffixes=(".qsf", ".csv", ".tsv", ".json"),
            companions=(Companion(option="definition", patterns=("{stem}.qsf", "*.qsf")),),
        )
    ]
