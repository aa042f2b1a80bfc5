"""Plugin for CSPro: dictionaries and data."""

from collections.abc import Iterable

from capbuild.plugins import Companion, LazyFunction, Reader, hookimpl
from capbuild_cspro.options import DICTIONARY_NAMES, CsproOptions

__all__ = ["CAPBUILD_API", "CsproOptions", "register_readers"]

CAPBUILD_API = 1


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the reader of CSPro files."""
    return [
        Reader(
            name="cspro",
            title="CSPro dictionary or data",
            sniff=LazyFunction("capbuild_cspro.reader:sniff"),
            read=LazyFunction("capbuild_cspro.reader:read_file"),
            facts=LazyFunction("capbuild_cspro.facts:file_facts"),
            options=CsproOptions,
            companions=(
                Companion(
                    option="definition",
                    patterns=DICTIONARY_NAMES,
                    explains=LazyFunction("capbuild_cspro.reader:explains"),
                ),
            ),
            suffixes=(".dcf", ".csdb", ".dat"),
        )
    ]
