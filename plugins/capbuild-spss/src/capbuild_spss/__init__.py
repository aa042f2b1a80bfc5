"""Readers and writers of statistics files.

Files of SPSS, Stata and SAS are read; those of SPSS and Stata are written too.

Extensions: `.sav`, `.zsav` and `.por`; `.dta`; `.sas7bdat` and `.xpt`.
"""

from collections.abc import Iterable

from capbuild.model import Survey
from capbuild.plugins import Companion, LazyFunction, Reader, Writer, hookimpl
from capbuild_spss.options import SasOptions, StatisticsFileOptions, StatisticsWriteOptions
from capbuild_spss.subprocess_parser import sniff_sas, sniff_spss, sniff_stata

__all__ = [
    "CAPBUILD_API",
    "SasOptions",
    "StatisticsFileOptions",
    "StatisticsWriteOptions",
    "register_readers",
    "register_writers",
]

CAPBUILD_API = 1
_READ = LazyFunction("capbuild_spss.reader:read_file")
_SCAN = LazyFunction("capbuild_spss.column_scan:scan_file")
_FACTS = LazyFunction("capbuild_spss.facts:file_facts")


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the readers of SPSS, Stata and SAS files."""
    return [
        Reader(
            name="spss",
            title="SPSS data file",
            sniff=sniff_spss,
            read=_READ,
            facts=_FACTS,
            scan=_SCAN,
            options=StatisticsFileOptions,
            suffixes=(".sav", ".zsav", ".por"),
        ),
        Reader(
            name="stata",
            title="Stata data file",
            sniff=sniff_stata,
            read=_READ,
            facts=_FACTS,
            scan=_SCAN,
            options=StatisticsFileOptions,
            suffixes=(".dta",),
        ),
        Reader(
            name="sas",
            title="SAS data file",
            sniff=sniff_sas,
            read=_READ,
            facts=_FACTS,
            scan=_SCAN,
            options=SasOptions,
            companions=(Companion(option="catalog", patterns=("{stem}.sas7bcat",)),),
            experimental=True,
            suffixes=(".sas7bdat", ".xpt"),
        ),
    ]


#: Content that both formats lack, or have in part.
_LOSSES = (
    "questions", "names of questions", "kinds of question", "texts", "languages of texts", "texts in other languages",
    "choices", "scores of choices", "groups", "groups of questions", "blocks that repeat",
    "rows and details of questions", "required answers", "skip rules", "units and limits", "dimensions of questions",
    "mappings", "answers of an earlier round", "languages of the form", "id of the form", "version of the form",
    "ids of responses", "countries as written", "respondents", "details of respondents", "dates of responses",
    "times of sending", "states of responses", "forms that responses name", "versions that responses name", "answers",
    "answers of repeated blocks", "values", "kinds of missing", "texts as written", "comments", "citations",
)  # fmt: skip


@hookimpl
def register_writers() -> Iterable[Writer]:
    """Register the writers of SPSS and Stata files (extra `tables`)."""
    return [
        Writer(
            name="spss",
            title="SPSS data file",
            accepts=(Survey,),
            write=LazyFunction("capbuild_spss.writer:write_spss"),
            suffixes=(".sav",),
            options=StatisticsWriteOptions,
            loses=(*_LOSSES, "order of questions"),
        ),
        Writer(
            name="stata",
            title="Stata data file",
            accepts=(Survey,),
            write=LazyFunction("capbuild_spss.writer:write_stata"),
            suffixes=(".dta",),
            options=StatisticsWriteOptions,
            loses=_LOSSES,
        ),
    ]
