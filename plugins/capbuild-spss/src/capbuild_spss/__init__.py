"""Readers of SPSS, Stata and SAS files, and writers of SPSS and Stata files.

Extensions: `.sav`, `.zsav` and `.por`; `.dta`; `.sas7bdat` and `.xpt`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from capbuild.model import Survey
from capbuild.plugins import Companion, InputFile, Reader, ReadItem, RenderContext, Writer, hookimpl
from capbuild_spss.options import SasOptions, StatisticsFileOptions, StatisticsWriteOptions
from capbuild_spss.sniffer import sniff_sas, sniff_spss, sniff_stata

__all__ = [
    "CAPBUILD_API",
    "SasOptions",
    "StatisticsFileOptions",
    "StatisticsWriteOptions",
    "register_readers",
    "register_writers",
]

CAPBUILD_API = 1


def _read(source: InputFile, options: StatisticsFileOptions) -> Iterator[ReadItem]:
    from capbuild_spss.reader import read_file

    return read_file(source, options)


def _scan(source: InputFile, options: StatisticsFileOptions) -> Any:
    from capbuild_spss.column_scan import scan_file

    return scan_file(source, options)


def _facts(source: InputFile) -> dict[str, Any]:
    from capbuild_spss.facts import file_facts

    return file_facts(source)


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the readers of SPSS, Stata and SAS files."""
    return [
        Reader(
            name="spss",
            title="SPSS data file",
            sniff=sniff_spss,
            read=_read,
            facts=_facts,
            scan=_scan,
            options=StatisticsFileOptions,
            suffixes=(".sav", ".zsav", ".por"),
        ),
        Reader(
            name="stata",
            title="Stata data file",
            sniff=sniff_stata,
            read=_read,
            facts=_facts,
            scan=_scan,
            options=StatisticsFileOptions,
            suffixes=(".dta",),
        ),
        Reader(
            name="sas",
            title="SAS data file",
            sniff=sniff_sas,
            read=_read,
            facts=_facts,
            scan=_scan,
            options=SasOptions,
            companions=(Companion(option="catalog", patterns=("{stem}.sas7bcat",)),),
            experimental=True,
            suffixes=(".sas7bdat", ".xpt"),
        ),
    ]


def _write_spss(reading: Survey, context: RenderContext, options: StatisticsWriteOptions) -> Iterator[bytes]:
    from capbuild_spss.writer import write_spss

    return write_spss(reading, context, options)


def _write_stata(reading: Survey, context: RenderContext, options: StatisticsWriteOptions) -> Iterator[bytes]:
    from capbuild_spss.writer import write_stata

    return write_stata(reading, context, options)


@hookimpl
def register_writers() -> Iterable[Writer]:
    """Register the writers of SPSS and Stata files (extra `tables`)."""
    return [
        Writer(
            name="spss",
            title="SPSS data file",
            accepts=(Survey,),
            write=_write_spss,
            suffixes=(".sav",),
            options=StatisticsWriteOptions,
        ),
        Writer(
            name="stata",
            title="Stata data file",
            accepts=(Survey,),
            write=_write_stata,
            suffixes=(".dta",),
            options=StatisticsWriteOptions,
        ),
    ]
