"""Plugin for Qualtrics: survey definitions and response exports."""

from collections.abc import Iterable

from capbuild.plugins import Companion, LazyFunction, Reader, hookimpl
from capbuild_qualtrics.options import QualtricsOptions

__all__ = ["CAPBUILD_API", "QualtricsOptions", "register_readers"]

CAPBUILD_API = 1


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the reader of Qualtrics files."""
    return [
        Reader(
            name="qualtrics",
            title="Qualtrics survey or responses",
            sniff=LazyFunction("capbuild_qualtrics.exports:sniff"),
            read=LazyFunction("capbuild_qualtrics.reader:read_file"),
            facts=LazyFunction("capbuild_qualtrics.facts:file_facts"),
            options=QualtricsOptions,
            suffixes=(".qsf", ".csv", ".tsv", ".json"),
            companions=(Companion(option="definition", patterns=("{stem}.qsf", "*.qsf")),),
        )
    ]
