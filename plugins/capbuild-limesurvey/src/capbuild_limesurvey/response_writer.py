"""Writers of responses: an archive with the survey, and a VV file."""

import io
import zipfile
from collections.abc import Iterator

from capbuild.errors import WriteError
from capbuild.model import Questionnaire, Survey
from capbuild.plugins import RenderContext
from capbuild_limesurvey.answer_columns import (
    ABOUT,
    WrittenColumn,
    answers_by_question,
    response_cells,
    written_columns,
)
from capbuild_limesurvey.options import LimeSurveyWriteOptions
from capbuild_limesurvey.survey_layout import SurveyLayout, plan_layout
from capbuild_limesurvey.writer import SURVEY, database_columns, dump, survey_bytes

#: Marks in VV files for characters that would end a cell; a null byte would make the file binary.
_VV_MARKS = str.maketrans(
    {"{": "{lbrace}", "}": "{rbrace}", '"': "{quote}", "\t": "{tab}", "\r": "{cr}", "\n": "{newline}", "\0": "\ufffd"}
)
_VV_UNSHOWN = "{question_not_shown}"
#: Earliest day of an archive member, for reproducible bytes.
_DAY = (1980, 1, 1, 0, 0, 0)


def _lay_out_responses(reading: Survey, options: LimeSurveyWriteOptions) -> SurveyLayout:
    """Lay out the survey of responses; questions with comments become lists with a comment."""
    form: Questionnaire | None = reading.questionnaire
    if form is None:
        raise WriteError(
            f"{reading.file} has no questionnaire, and LimeSurvey keeps no answers without one",
            code="CB711",
            remedy="give the definition when the responses are read",
        )
    commented = frozenset(a.question for response in reading.responses for a in response.answers if a.comment)
    return plan_layout(form, options, commented)


def _rows(reading: Survey, columns: tuple[WrittenColumn, ...]) -> Iterator[list[str | None]]:
    for number, response in enumerate(reading.responses, start=1):
        answers = answers_by_question(response)
        yield [*response_cells(response, number), *(column.cell(answers) for column in columns)]


def write_archive(reading: Survey, _context: RenderContext, options: LimeSurveyWriteOptions) -> Iterator[bytes]:
    """Yield an archive of the survey and the responses.

    Raises:
        WriteError: There is no questionnaire, or a skip rule has no equivalent in LimeSurvey and the options refuse it.
    """
    survey = _lay_out_responses(reading, options)
    columns = written_columns(survey)
    names = [*ABOUT, *database_columns(survey, columns)]
    tags = [f"_{name}" if name[:1].isdigit() else name for name in names]
    rows = [
        {tag: cell for tag, cell in zip(tags, cells, strict=True) if cell is not None}
        for cells in _rows(reading, columns)
    ]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            (f"survey_{SURVEY}.lss", survey_bytes(survey)),
            (f"survey_{SURVEY}_responses.lsr", dump("Responses", survey.languages, {"responses": rows}, names)),
        ):
            member = zipfile.ZipInfo(name, _DAY)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    yield stream.getvalue()


def write_vv(reading: Survey, _context: RenderContext, options: LimeSurveyWriteOptions) -> Iterator[bytes]:
    """Yield a tab-separated VV file: texts, names, then responses.

    Raises:
        WriteError: There is no questionnaire, or a skip rule has no equivalent in LimeSurvey and the options refuse it.
    """
    columns = written_columns(_lay_out_responses(reading, options))
    headers: list[str | None] = [*ABOUT, *(column.text for column in columns)]
    lines: list[list[str | None]] = [headers, [*ABOUT, *(column.name for column in columns)], *_rows(reading, columns)]
    for line in lines:
        cells = (_VV_UNSHOWN if cell is None else cell.translate(_VV_MARKS) for cell in line)
        yield ("\t".join(cells) + "\n").encode("utf-8", "replace")
