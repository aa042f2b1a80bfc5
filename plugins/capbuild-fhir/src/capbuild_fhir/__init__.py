"""Plugin for FHIR: Questionnaires and responses."""

from collections.abc import Iterable

from capbuild.plugins import Companion, LazyFunction, Reader, hookimpl
from capbuild_fhir.options import FhirOptions

__all__ = ["CAPBUILD_API", "FhirOptions", "register_readers"]

CAPBUILD_API = 1


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the reader of FHIR files."""
    return [
        Reader(
            name="fhir",
            title="FHIR Questionnaire or responses",
            sniff=LazyFunction("capbuild_fhir.reader:sniff"),
            read=LazyFunction("capbuild_fhir.reader:read_file"),
            facts=LazyFunction("capbuild_fhir.facts:file_facts"),
            options=FhirOptions,
            companions=(Companion(option="definition"),),
            suffixes=(".json", ".xml"),
        )
    ]
