"""LimeSurvey plugin: reads structures and responses, writes surveys."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from capbuild.model import Framework, Questionnaire, Survey
from capbuild.plugins import Claim, Companion, InputFile, Reader, ReadItem, RenderContext, Writer, hookimpl
from capbuild_limesurvey.options import LimeSurveyOptions, LimeSurveyWriteOptions

__all__ = ["CAPBUILD_API", "LimeSurveyOptions", "LimeSurveyWriteOptions", "register_readers", "register_writers"]

CAPBUILD_API = 1


def _sniff(source: InputFile) -> Claim | None:
    from capbuild_limesurvey.sniffer import sniff

    return sniff(source)


def _read(source: InputFile, options: LimeSurveyOptions) -> Iterator[ReadItem]:
    from capbuild_limesurvey.reader import read_file

    return read_file(source, options)


def _facts(source: InputFile) -> dict[str, Any]:
    from capbuild_limesurvey.facts import file_facts

    return file_facts(source)


def _write_responses(
    way: str, subject: Any, context: RenderContext, options: LimeSurveyWriteOptions
) -> Iterator[bytes]:
    from capbuild_limesurvey.response_writer import write_archive, write_vv

    return (write_archive if way == "lsa" else write_vv)(subject, context, options)


def _write(layout: str, subject: Any, context: RenderContext, options: LimeSurveyWriteOptions) -> Iterator[bytes]:
    from capbuild_limesurvey.writer import write_survey

    return write_survey(subject, context, options, layout)


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the reader of LimeSurvey exports."""
    return [
        Reader(
            name="limesurvey",
            title="LimeSurvey structure or responses",
            sniff=_sniff,
            read=_read,
            facts=_facts,
            options=LimeSurveyOptions,
            suffixes=(".lss", ".lsa", ".lsg", ".lsq", ".lsr", ".txt", ".tsv", ".csv", ".vv", ".xls", ".xlsx"),
            companions=(Companion(option="definition", patterns=("{stem}.lss", "*.lss")),),
        )
    ]


def _response_writers() -> Iterator[Writer]:
    """Yield the writers of responses: archive and VV table."""
    for name, title, suffix in (
        ("limesurvey-archive", "Survey and responses for LimeSurvey (.lsa)", "lsa"),
        ("limesurvey-vv", "Responses for LimeSurvey (VV)", "vv"),
    ):
        yield Writer(
            name=name,
            title=title,
            accepts=(Survey,),
            write=partial(_write_responses, suffix),
            suffixes=(f".{suffix}",),
            options=LimeSurveyWriteOptions,
        )


@hookimpl
def register_writers() -> Iterable[Writer]:
    """Register the writers of surveys for LimeSurvey: XML, and tab-separated."""
    accepts = (Questionnaire, Framework)
    return [
        Writer(
            name="limesurvey",
            title="Survey for LimeSurvey (.lss)",
            accepts=accepts,
            write=partial(_write, "lss"),
            suffixes=(".lss",),
            options=LimeSurveyWriteOptions,
        ),
        Writer(
            name="limesurvey-tab",
            title="Survey for LimeSurvey, tab-separated",
            accepts=accepts,
            write=partial(_write, "tab"),
            suffixes=(".txt",),
            options=LimeSurveyWriteOptions,
        ),
        *_response_writers(),
    ]
