"""Plugin of capbuild for SPSS (.sav, .zsav, .por) and Stata (.dta) files."""

from collections.abc import Iterable, Iterator
from typing import Any

from capbuild.plugins import Capability, InputFile, Reader, ReadItem, hookimpl
from capbuild_spss.options import StatisticsFileOptions
from capbuild_spss.sniffing import sniff_spss, sniff_stata

__all__ = ["CAPBUILD_API", "StatisticsFileOptions", "register_readers"]

CAPBUILD_API = 1


def _read(source: InputFile, options: StatisticsFileOptions) -> Iterator[ReadItem]:
    from capbuild_spss.reading import read_file

    return read_file(source, options)


def _scan(source: InputFile, options: StatisticsFileOptions) -> Any:
    from capbuild_spss.scanning import scan_file

    return scan_file(source, options)


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the readers of SPSS and Stata files."""
    capabilities = (Capability.DEFINITION, Capability.RESPONSES, Capability.MANY_COUNTRIES)
    return [
        Reader(
            name="spss",
            title="SPSS data file",
            sniff=sniff_spss,
            read=_read,
            scan=_scan,
            options=StatisticsFileOptions,
            capabilities=capabilities,
            suffixes=(".sav", ".zsav", ".por"),
        ),
        Reader(
            name="stata",
            title="Stata data file",
            sniff=sniff_stata,
            read=_read,
            scan=_scan,
            options=StatisticsFileOptions,
            capabilities=capabilities,
            suffixes=(".dta",),
        ),
    ]
