"""LimeSurvey plugin: reads structures and responses, writes surveys."""

from collections.abc import Callable, Iterable
from functools import partial

from capbuild.model import Framework, Questionnaire, Survey
from capbuild.plugins import Companion, LazyFunction, Reader, Writer, hookimpl
from capbuild_limesurvey.options import LimeSurveyOptions, LimeSurveyWriteOptions

__all__ = ["CAPBUILD_API", "LimeSurveyOptions", "LimeSurveyWriteOptions", "register_readers", "register_writers"]

CAPBUILD_API = 1
_FORMS = (Questionnaire, Framework)


@hookimpl
def register_readers() -> Iterable[Reader]:
    """Register the reader of LimeSurvey exports."""
    return [
        Reader(
            name="limesurvey",
            title="LimeSurvey structure or responses",
            sniff=LazyFunction("capbuild_limesurvey.reader:sniff"),
            read=LazyFunction("capbuild_limesurvey.reader:read_file"),
            facts=LazyFunction("capbuild_limesurvey.facts:file_facts"),
            options=LimeSurveyOptions,
            suffixes=(".lss", ".lsa", ".lsg", ".lsq", ".lsr", ".txt", ".tsv", ".csv", ".vv", ".xls", ".xlsx"),
            companions=(Companion(option="definition", patterns=("{stem}.lss", "*.lss")),),
        )
    ]


@hookimpl
def register_writers() -> Iterable[Writer]:
    """Register the writers of surveys and of responses for LimeSurvey."""
    survey = LazyFunction("capbuild_limesurvey.writer:write_survey")
    return [
        _make_writer("limesurvey", "Survey for LimeSurvey (.lss)", _FORMS, partial(survey, layout="lss"), ".lss"),
        _make_writer(
            "limesurvey-tab", "Survey for LimeSurvey, tab-separated", _FORMS, partial(survey, layout="tab"), ".txt"
        ),
        _make_writer(
            "limesurvey-archive",
            "Survey and responses for LimeSurvey (.lsa)",
            (Survey,),
            LazyFunction("capbuild_limesurvey.writer:write_archive"),
            ".lsa",
        ),
        _make_writer(
            "limesurvey-vv",
            "Responses for LimeSurvey (VV)",
            (Survey,),
            LazyFunction("capbuild_limesurvey.writer:write_vv"),
            ".vv",
        ),
    ]


def _make_writer(
    name: str, title: str, accepts: tuple[type, ...], write: Callable[..., Iterable[bytes]], suffix: str
) -> Writer:
    return Writer(
        name=name, title=title, accepts=accepts, write=write, suffixes=(suffix,), options=LimeSurveyWriteOptions
    )
