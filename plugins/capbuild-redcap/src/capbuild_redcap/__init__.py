"""Plugin for REDCap: data dictionaries, record exports and project XML."""

from collections.abc import Iterable

from capbuild.formats import DefinitionOptions
from capbuild.plugins import Companion, LazyFunction, Reader, hookimpl

__all__ = ["CAPBUILD_API", "register_readers"]

CAPBUILD_API = 1


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the reader of REDCap files."""
    return [
        Reader(
            name="redcap",
            title="REDCap dictionary, records or project XML",
            sniff=LazyFunction("capbuild_redcap.files:sniff"),
            read=LazyFunction("capbuild_redcap.files:read_file"),
            facts=LazyFunction("capbuild_redcap.facts:file_facts"),
            options=DefinitionOptions,
            companions=(
                Companion(
                    option="definition", patterns=("*.csv",), explains=LazyFunction("capbuild_redcap.files:explains")
                ),
            ),
            suffixes=(".csv", ".xml"),
        )
    ]
