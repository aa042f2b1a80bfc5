"""LimeSurvey plugin: reads structures and responses, writes surveys."""

from collections.abc import Callable, Iterable
from functools import partial

from capbuild.model import Framework, Questionnaire, Survey
from capbuild.plugins import Companion, LazyFunction, Reader, Writer, hookimpl
from capbuild_limesurvey.options import LimeSurveyOptions, LimeSurveyWriteOptions

__all__ = ["CAPBUILD_API", "LimeSurveyOptions", "LimeSurveyWriteOptions", "register_readers", "register_writers"]

CAPBUILD_API = 1
_FORMS = (Questionnaire, Framework)


#: Content that files of LimeSurvey lack, or have in part.
_TABLE_LOSSES = (
    "names of questions", "kinds of question", "order of questions", "texts", "texts in other languages",
    "blocks that repeat", "dimensions of questions", "mappings", "answers of an earlier round", "id of the form",
    "version of the form",
)  # fmt: skip
_FORM_LOSSES = (*_TABLE_LOSSES, "states of translations", "wording of skip rules")
#: Content that files of responses lack, or have in part.
_RESPONSE_LOSSES = (
    "ids of responses", "respondents", "details of respondents", "dates of responses", "times of sending",
    "forms that responses name", "versions that responses name", "answers of repeated blocks", "values",
    "kinds of missing", "texts as written", "citations",
)  # fmt: skip
#: Content found in definitions only.
_DEFINITION = (
    "choices", "exclusive and other choices", "groups", "groups of questions", "required answers", "skip rules",
    "units and limits", "marks of what is inferred", "languages of the form",
)  # fmt: skip


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
        _make_writer(
            "limesurvey",
            "Survey for LimeSurvey (.lss)",
            _FORMS,
            partial(survey, layout="lss"),
            ".lss",
            loses=_FORM_LOSSES,
        ),
        _make_writer(
            "limesurvey-tab",
            "Survey for LimeSurvey, tab-separated",
            _FORMS,
            partial(survey, layout="tab"),
            ".txt",
            loses=_FORM_LOSSES,
        ),
        _make_writer(
            "limesurvey-archive",
            "Survey and responses for LimeSurvey (.lsa)",
            (Survey,),
            LazyFunction("capbuild_limesurvey.writer:write_archive"),
            ".lsa",
            loses=(*_FORM_LOSSES, *_RESPONSE_LOSSES),
        ),
        _make_writer(
            "limesurvey-vv",
            "Responses for LimeSurvey (VV)",
            (Survey,),
            LazyFunction("capbuild_limesurvey.writer:write_vv"),
            ".vv",
            loses=("questions", *_TABLE_LOSSES, *_DEFINITION, "answers", *_RESPONSE_LOSSES),
        ),
    ]


def _make_writer(
    name: str,
    title: str,
    accepts: tuple[type, ...],
    write: Callable[..., Iterable[bytes]],
    suffix: str,
    *,
    loses: tuple[str, ...],
) -> Writer:
    options = LimeSurveyWriteOptions
    return Writer(
        name=name, title=title, accepts=accepts, write=write, suffixes=(suffix,), options=options, loses=loses
    )
