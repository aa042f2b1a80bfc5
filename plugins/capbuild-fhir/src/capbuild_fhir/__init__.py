"""Plugin for FHIR: Questionnaires and responses."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from capbuild.plugins import Claim, Companion, InputFile, Reader, ReadItem, hookimpl
from capbuild_fhir.options import FhirOptions

__all__ = ["CAPBUILD_API", "FhirOptions", "register_readers"]

CAPBUILD_API = 1


def _sniff(source: InputFile) -> Claim | None:
    from capbuild_fhir.reader import sniff

    return sniff(source)


def _read(source: InputFile, options: FhirOptions) -> Iterator[ReadItem]:
    from capbuild_fhir.reader import read_file

    yield from read_file(source, options)


def _facts(source: InputFile) -> Mapping[str, Any]:
    from capbuild_fhir.facts import file_facts

    return file_facts(source)


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the reader of FHIR files."""
    return [
        Reader(
            name="fhir",
            title="FHIR Questionnaire or responses",
            sniff=_sniff,
            read=_read,
            facts=_facts,
            options=FhirOptions,
            companions=(Companion(option="definition"),),
            suffixes=(".json", ".xml"),
        )
    ]
