"""Plugin for DDI: definitions of variables, questions and categories."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from capbuild.plugins import Claim, InputFile, NoOptions, Reader, ReadItem, hookimpl

__all__ = ["CAPBUILD_API", "register_readers"]

CAPBUILD_API = 1


def _sniff(source: InputFile) -> Claim | None:
    from capbuild_ddi.reader import sniff

    return sniff(source)


def _read(source: InputFile, options: NoOptions) -> Iterator[ReadItem]:
    from capbuild_ddi.reader import read_file

    yield from read_file(source, options)


def _facts(source: InputFile) -> Mapping[str, Any]:
    from capbuild_ddi.facts import file_facts

    return file_facts(source)


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the reader of DDI files."""
    return [
        Reader(
            name="ddi",
            title="DDI codebook or Lifecycle file",
            sniff=_sniff,
            read=_read,
            facts=_facts,
            suffixes=(".xml",),
        )
    ]
