"""Plugin for DDI: definitions of variables, questions and categories."""

from collections.abc import Iterable

from capbuild.plugins import LazyFunction, Reader, hookimpl

__all__ = ["CAPBUILD_API", "register_readers"]

CAPBUILD_API = 1


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the reader of DDI files."""
    return [
        Reader(
            name="ddi",
            title="DDI codebook or Lifecycle file",
            sniff=LazyFunction("capbuild_ddi.reader:sniff"),
            read=LazyFunction("capbuild_ddi.reader:read_file"),
            facts=LazyFunction("capbuild_ddi.facts:file_facts"),
            suffixes=(".xml",),
        )
    ]
