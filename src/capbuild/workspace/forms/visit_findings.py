"""Import saved visit checklists: findings to `visits/`, files to the evidence store."""

import base64
import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from pathlib import Path

from attrs import evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.display import name_some
from capbuild.documents.toml import load_toml
from capbuild.errors import IssuesError, WorkspaceError, did_you_mean
from capbuild.formats.values.answer_values import AnswerParser
from capbuild.formats.vocabulary import shorten
from capbuild.frameworks import visit_questionnaire
from capbuild.io.reading import read
from capbuild.io.writing import render_files
from capbuild.model import (
    TLP,
    Answer,
    AnswerValue,
    Basis,
    Check,
    Country,
    EvidenceKind,
    Framework,
    Issue,
    Issues,
    Missing,
    Programme,
    Question,
    Questionnaire,
    QuestionType,
    Response,
    Round,
    Route,
    Survey,
)
from capbuild.origin import Origin
from capbuild.scoring.finding_rows import FindingParser, FindingRow
from capbuild.workspace.folder_functions import takes_folder
from capbuild.workspace.inputs import Inputs
from capbuild.workspace.records.evidence import StoredEvidence
from capbuild.workspace.records.folder_tables import EVIDENCE
from capbuild.workspace.records.table import Places
from capbuild.workspace.rounds.evidence import make_evidence_row, put_evidence
from capbuild.workspace.settings.config import Settings
from capbuild.workspace.transactions import edit_folder

_REGISTER = "visits/visits.toml"
_CONTENT = re.compile(r"data:image/[\w.+-]+;base64,([A-Za-z0-9+/]+={0,2})", re.ASCII)
#: First bytes of the pictures that are kept, with their suffix.
_PICTURES = {b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n\x1a\n": ".png", b"RIFF": ".webp"}
#: Largest picture in bytes, and longest text in characters: the checklist itself makes far smaller ones.
_LARGEST, _LONGEST = 2_000_000, 50_000
_TITLE = 200
#: Readers of the fields beside an answer, such as `TEC-2.2a [basis]`; None for text.
_BESIDE: Mapping[str, Callable[[FindingParser, FindingRow, str], object] | None] = {
    "basis": lambda parser, row, name: parser.parse_enum(row, name, Basis),
    "confidence": FindingParser.parse_integer,
    "as_of": FindingParser.parse_date,
    "sample": FindingParser.parse_integer,
    "route": lambda parser, row, name: parser.parse_enum(row, name, Route),
    "reason": None,
    "evidence_kind": lambda parser, row, name: parser.parse_enum(row, name, EvidenceKind),
}


@frozen(kw_only=True)
class ImportedVisit:
    """Findings and evidence from a saved checklist.

    Attributes:
        visit: Id of the visit.
        findings: Name of its findings table in the folder.
        evidence: Evidence from the files in it, such as photographs.
        issues: Answers that the form does not offer, doubtful dates, and answers that the table does not contain.
    """

    visit: str
    findings: str
    evidence: tuple[StoredEvidence, ...] = field(default=(), converter=to_tuple)
    issues: Issues = field(factory=Issues)


@frozen(kw_only=True)
class _Visit:
    """Entry of a visit in its register."""

    id: str
    country: Country
    round: Round
    findings: str


@frozen(kw_only=True)
class _Checklist:
    """Saved checklist, with the visit and the form that it belongs to.

    Attributes:
        file: Name of the file.
        survey: Its content.
        response: Its only response.
        visit: The visit in the register.
        framework: Framework of the visit's round.
        form: Checklist of this framework.
    """

    file: str
    survey: Survey
    response: Response
    visit: _Visit
    framework: Framework
    form: Questionnaire

    def origin(self, question: str) -> Origin:
        """Return the place of an answer in the file."""
        return Origin(self.file, path=question)

    def answers_about_form(self) -> list[str]:
        """Return the answered questions on the form itself, such as its date."""
        return [
            answer.question
            for answer in self.response.answers
            if answer.question in self.form and self.form[answer.question].group == "form"
        ]


@frozen
class _Picture:
    """File of an answer."""

    answer: Answer
    content: bytes
    suffix: str


@takes_folder
def import_visit(workspace: Inputs, file: Path, *, visit: str = "") -> ImportedVisit:
    """Import the saved checklist of a visit.

    Findings are written to the table that `visits/visits.toml` names, and pictures to `evidence/`. A photograph of an
    indicator is evidence for those of its criteria that the checklist answers by observation. A signature gets the
    strictest marking. Only the answers of the file are used: questions and criteria are those of the framework.
    Answers that the form does not offer are written as they are, each with an issue.

    Args:
        workspace: The programme's folder: its path, or opened by `open_workspace`.
        file: The file that the checklist saved.
        visit: Id of the visit; by default that on the checklist.

    Raises:
        WorkspaceError: CB673, it is not one saved checklist; CB604, the visit is not in the register, or names no
            findings table; CB672, the table or another evidence with the same id is there already.
        IssuesError: It belongs to another visit, round or framework edition, or has duplicate answers, unknown
            questions or unsuitable pictures. All problems are listed, and nothing is written.
    """
    checklist = _read_checklist(workspace, file, visit)
    pictures = list(_decode_pictures(checklist))
    faults = [
        *_check_visit(workspace, checklist),
        *_check_questions(checklist),
        *_check_pictures(checklist, pictures),
    ]
    issues = [
        *_check_answers(checklist),
        *_check_details(checklist),
        *_check_dates(checklist, workspace.settings),
    ]
    if faults:
        raise IssuesError(f"{file.name} was not imported", [*faults, *issues])
    pictured = {picture.answer.question for picture in pictures}
    issues += _report_left_out(checklist, pictured)
    findings = _write_table(checklist, pictured, workspace, issues)
    rows = _make_rows(checklist, pictures)
    issues += _store(workspace, checklist.visit, findings, rows)
    stored = [item for item in workspace.read_evidence()[0] if item.evidence.id in rows]
    return ImportedVisit(
        visit=checklist.visit.id, findings=checklist.visit.findings, evidence=stored, issues=Issues(issues)
    )


def _read_checklist(workspace: Inputs, file: Path, visit: str) -> _Checklist:
    """Read a saved checklist; it belongs to the given visit, or to the one that it names."""
    survey = read(file, name=file.name, host=workspace.host)
    if survey.questionnaire is None or len(survey.responses) != 1 or not survey.questionnaire.mappings:
        message, remedy = f"{file.name} is not the saved checklist of one visit", "save it from the form of the visit"
        raise WorkspaceError(message, code="CB673", origin=Origin(file.name), remedy=remedy)
    (response,) = survey.responses
    written = response.respondent.pseudonym if response.respondent is not None else ""
    registered = _find_visit(workspace, visit or written)
    framework = workspace.edition(registered.round.id)
    return _Checklist(
        file=file.name,
        survey=survey,
        response=response,
        visit=registered,
        framework=framework,
        form=visit_questionnaire(framework),
    )


def _write_table(checklist: _Checklist, pictured: Set[str], workspace: Inputs, issues: list[Issue]) -> str | bytes:
    """Return the findings table: answers without pictures, and not about the form itself."""
    elsewhere = {*pictured, *checklist.answers_about_form()}
    answers = [answer for answer in checklist.response.answers if answer.question not in elsewhere]
    survey = evolve(
        checklist.survey, questionnaire=checklist.form, responses=[evolve(checklist.response, answers=answers)]
    )
    (table,) = render_files(survey, "findings-csv", host=workspace.host, issues=issues).values()
    return table


def _store(
    workspace: Inputs, visit: _Visit, findings: str | bytes, rows: Mapping[str, tuple[dict[str, str], bytes]]
) -> list[Issue]:
    """Write the findings and the evidence; return notes on evidence that is recorded already."""
    known = {item.evidence.id: item.file for item in workspace.read_evidence()[0]}
    issues = []
    with edit_folder(workspace.folder) as edit:
        if edit.read(visit.findings) is not None:
            message, remedy = f"{visit.findings} is there already", "delete it to import the checklist again"
            raise WorkspaceError(message, code="CB672", origin=Origin(visit.findings), remedy=remedy)
        edit.write(visit.findings, findings)
        for name, (row, content) in rows.items():
            if known.get(name, row["file"]) != row["file"]:
                message, remedy = f"{name} is another evidence", f"give its row in {EVIDENCE.file} another id"
                raise WorkspaceError(message, code="CB672", origin=Origin(EVIDENCE.file), remedy=remedy)
            if put_evidence(edit, workspace, row, content) is not None:
                message = f"{name} is recorded already: its title, criteria and marking stay"
                remedy = "compare its row with the checklist"
                issues.append(Issue.warning("CB672", message, Origin(EVIDENCE.file), remedy))
    return issues


def _check_visit(workspace: Inputs, checklist: _Checklist) -> Iterator[Issue]:
    """Yield differences between a checklist and its visit."""
    yield from _check_country(workspace.programme, checklist)
    yield from _check_edition(workspace, checklist)


def _check_country(programme: Programme, checklist: _Checklist) -> Iterator[Issue]:
    """Yield an error if the checklist is about another country, or the country is not in the visit's round."""
    place, visit, named = Origin(checklist.file), checklist.visit, checklist.response.country
    country, round_ = visit.country, visit.round.id
    if named is not None and named != country:
        message = f"{checklist.file} is about {named.name}, and the visit {visit.id!r} is to {country.name}"
        yield Issue.error("CB673", message, place, f"name the visit to {named.name} with --visit")
    rounds = [other.id for other in programme.rounds if country in programme.countries_in(other)]
    if programme.participations and round_ not in rounds:
        message = f"{country.name} takes part in {name_some(rounds) or 'no round'}, and not in {round_!r}"
        remedy = f"correct the round of {visit.id!r} in {_REGISTER}, or since and until under [[participants]]"
        yield Issue.error("CB403", message, place, remedy)


def _check_edition(workspace: Inputs, checklist: _Checklist) -> Iterator[Issue]:
    """Yield an error if the checklist is the form of another edition of the framework."""
    saved, asked, visit = checklist.survey.questionnaire, checklist.form, checklist.visit
    if saved is None or saved.key == asked.key:
        return
    fitting = [
        round_.id
        for round_ in workspace.programme.rounds
        if visit_questionnaire(workspace.edition(round_.id)).key == saved.key
    ]
    message = f"{checklist.file} is of {saved.key}, and round {visit.round.id!r} of {asked.key}"
    remedy = f"it is the form of {name_some(fitting)}: correct the round of {visit.id!r} in {_REGISTER}"
    remedy = remedy if fitting else "save the checklist from the round's form"
    yield Issue.error("CB673", message, Origin(checklist.file), remedy)


def _check_questions(checklist: _Checklist) -> Iterator[Issue]:
    """Yield unknown and duplicate questions, and texts too long for a table."""
    form, response = checklist.form, checklist.response
    times = Counter((answer.question, answer.repeat) for answer in response.answers)
    for question, _ in dict.fromkeys(times):
        asked, _, beside = question.partition(" [")
        if asked not in form or beside.removesuffix("]") not in ("", *_BESIDE):
            message = f"{question!r} is no question of {form.key}"
            remedy = "save the checklist from the form of the visit"
            yield Issue.error("CB673", message, checklist.origin(question), remedy)
    for (question, _), number in times.items():
        if number > 1:
            message = f"{question!r} is answered {number} times"
            yield Issue.error("CB673", message, checklist.origin(question), "remove the answers that do not count")
    for answer in response.answers:
        texts = (str(answer.value), str(answer.raw or ""), str(answer.comment or ""))
        if max(map(len, texts)) > _LONGEST:
            message = f"the text of {answer.question!r} has more than {_LONGEST:,} characters"
            yield Issue.error("CB673", message, checklist.origin(answer.question), "shorten it")


def _check_answers(checklist: _Checklist) -> Iterator[Issue]:
    """Yield answers that their question does not offer. The table has them as they were written."""
    parser = AnswerParser(checklist.response.language or "")
    for answer in checklist.response.answers:
        question = checklist.form.by_id.get(answer.question)
        if question is None or question.type is QuestionType.FILE:
            continue
        code, problem = _find_problem(answer, question, parser)
        if problem:
            known = ", ".join(choice.code for choice in question.choices)
            remedy = f"correct its row in the findings table{f'; choices are: {known}' if known else ''}"
            yield Issue.error(code, f"{answer.question}: {problem}", checklist.origin(answer.question), remedy)


def _find_problem(answer: Answer, question: Question, parser: AnswerParser) -> tuple[str, str]:
    """Return code and problem of an answer; the problem is empty if the question offers the answer."""
    value = answer.value
    if isinstance(value, Missing):
        offered = {Missing.NO_ANSWER, *(choice.missing for choice in question.choices)}
        wrong = value is Missing.INVALID or (question.choices and value not in offered)
        return "CB201", f"{shorten(answer.raw or value.value)!r} is none of the answers" if wrong else ""
    if not isinstance(value, str | int | float | datetime.date):
        return "CB201", f"{shorten(str(value))} is not one answer"
    parsed, _, problem = parser.read(value, question)
    low, high = question.minimum, question.maximum
    if isinstance(parsed, int | float) and not problem:
        if low is not None and parsed < low:
            return "CB202", f"{parsed:,.12g} is less than {low:,.12g}"
        if high is not None and parsed > high:
            return "CB202", f"{parsed:,.12g} is more than {high:,.12g}"
    return "CB201", problem


def _check_details(checklist: _Checklist) -> list[Issue]:
    """Return problems of the fields beside answers."""
    issues: list[Issue] = []
    parser = FindingParser(checklist.framework, issues, "CB603")
    for answer in checklist.response.answers:
        _, _, beside = answer.question.partition(" [")
        column = beside.removesuffix("]")
        parse = _BESIDE.get(column)
        if parse is not None:
            origin = checklist.origin(answer.question)
            parse(parser, FindingRow({column: str(answer.value)}, {column: origin}), column)
    return issues


def _check_dates(checklist: _Checklist, settings: Settings) -> Iterator[Issue]:
    """Yield dates outside the days of the round, or in the future: one issue a date."""
    round_, response = checklist.visit.round, checklist.response
    last = max(round_.end or round_.reference_date, round_.reference_date)
    questions: dict[datetime.date, list[str]] = {}
    for question, value in (("date", response.date), *((answer.question, answer.value) for answer in response.answers)):
        day = value.date() if isinstance(value, datetime.datetime) else value
        if isinstance(day, datetime.date):
            questions.setdefault(day, []).append(question)
    for day, named in questions.items():
        what, origin = f"{name_some(named)}: {day}", checklist.origin(named[0])
        if day > datetime.date.today():
            yield Issue.warning("CB670", f"{what} is in the future", origin, "correct the date")
        elif day > last or (round_.start is not None and day < round_.start):
            other = settings.find_other_round(day, round_)
            of = f", in round {other.id!r}" if other is not None else ""
            begin = f"begins on {round_.start} and " if round_.start is not None else ""
            message = f"{what} is outside round {round_.id!r}{of}: it {begin}ends on {last}"
            remedy = f"correct the date, or the round of the visit in {_REGISTER}"
            yield Issue.warning("CB606", message, origin, remedy)


def _report_left_out(checklist: _Checklist, pictured: Set[str]) -> Iterator[Issue]:
    """Yield a note on who answered: the folder has no column for it, and names belong into `private/`."""
    questions = (checklist.form[name] for name in checklist.answers_about_form() if name not in pictured)
    texts = [question.text.get("en") for question in questions if question.type is not QuestionType.DATE]
    if texts:
        message = f"the findings table has no column for: {', '.join(texts)}"
        remedy = f"write the office as host in {_REGISTER}, and names only into private/"
        yield Issue.note("CB205", message, Origin(checklist.file), remedy)


def _find_date(response: Response) -> datetime.date | None:
    """Return the date of a checklist: of the response, or of its form."""
    days = (answer.value for answer in response.answers if answer.question == "form.date")
    return response.date or next((day for day in days if isinstance(day, datetime.date)), None)


def _make_rows(checklist: _Checklist, pictures: Iterable[_Picture]) -> dict[str, tuple[dict[str, str], bytes]]:
    """Return rows of `evidence.csv` by id, with their files.

    Equal pictures are one row: it serves the criteria of all, with the strictest marking.
    """
    language = checklist.response.language or "en"
    rows: dict[str, tuple[dict[str, str], bytes]] = {}
    for picture in pictures:
        question = checklist.form[picture.answer.question]
        row = make_evidence_row(
            checklist.visit.country,
            picture.content,
            picture.suffix,
            title=_make_title(checklist.form, question, picture.answer.value, language),
            criteria=_list_served(checklist, question.group),
            kind=EvidenceKind.PHOTOGRAPH,
            date=_find_date(checklist.response),
            marking=TLP.AMBER_STRICT.value if question.personal is not None else "",
            language=language if language in checklist.framework.languages else "",
            source=checklist.visit.id,
        )
        equal, _ = rows.get(row["id"], ({}, b""))
        if equal:
            criteria = dict.fromkeys([*equal["criteria"].split("; "), *row["criteria"].split("; ")])
            row["title"] = f"{equal['title']}; {row['title']}"
            row["criteria"] = "; ".join(filter(None, criteria))
            row["marking"] = equal["marking"] or row["marking"]
        rows[row["id"]] = row, picture.content
    return rows


def _find_visit(workspace: Inputs, wanted: str) -> _Visit:
    """Return the entry of a visit."""
    issues: list[Issue] = []
    path = workspace.folder / _REGISTER
    top = load_toml(path, _REGISTER, issues) if path.is_file() else None
    visits = {str(table.data.get("id")): table for table in (top.tables("visits") if top is not None else ())}
    visit_table = visits.get(wanted)
    if visit_table is None:
        message = f"there is no visit {wanted!r}{did_you_mean(wanted, visits)}" if wanted else "no visit is named"
        remedy = f"add the visit to {_REGISTER}, and name it with --visit"
        raise WorkspaceError(message, code="CB604", origin=Origin(_REGISTER), remedy=remedy)
    table = visit_table.get("findings", str, "")
    country = Places(workspace.settings, workspace.host, issues)(
        visit_table.get("country", str, ""), visit_table.origin("country")
    )
    if not table or Path(table).name != table or not table.endswith(".csv") or country is None:
        message = f"the visit {wanted!r} names no country or no findings table"
        remedy = f'add country, and findings = "{wanted}.csv"'
        raise WorkspaceError(message, code="CB604", origin=visit_table.origin("id"), remedy=remedy)
    round_ = workspace.round(visit_table.get("round", str, workspace.programme.rounds[0].id))
    return _Visit(id=wanted, country=country, round=round_, findings=f"visits/{table}")


def _decode_pictures(checklist: _Checklist) -> Iterator[_Picture]:
    """Yield the files of answers; the suffix of one that is no picture is empty."""
    for answer in checklist.response.answers:
        question = checklist.form.by_id.get(answer.question)
        if question is None or question.type is not QuestionType.FILE:
            continue
        for citation in answer.citations:
            content = _decode(citation.link)
            suffix = next((suffix for start, suffix in _PICTURES.items() if content.startswith(start)), "")
            if suffix == ".webp" and content[8:12] != b"WEBP":
                suffix = ""
            yield _Picture(answer, content, suffix)


def _check_pictures(checklist: _Checklist, pictures: Iterable[_Picture]) -> Iterator[Issue]:
    """Yield unsuitable pictures."""
    for picture in pictures:
        question, message = picture.answer.question, ""
        if not picture.suffix:
            message = f"the file of {question!r} is damaged, or no JPEG, PNG or WebP picture"
            remedy = "add the picture to the checklist again, and save it"
        elif len(picture.content) > _LARGEST:
            message = f"the picture of {question!r} has more than {_LARGEST:,} bytes"
            remedy = "add a smaller one"
        if message:
            yield Issue.error("CB673", message, checklist.origin(question), remedy)


def _decode(link: str) -> bytes:
    """Return the bytes of an embedded picture; empty if it is none or damaged."""
    content = _CONTENT.fullmatch(link)
    try:
        return base64.b64decode(content[1], validate=True) if content is not None else b""
    except ValueError:
        return b""


def _list_served(checklist: _Checklist, group: str | None) -> list[str]:
    """Return criteria that a file supports, or its indicator.

    These are the criteria of the indicator that are answered by observation: as their check says, or, if none of them
    has this check, by the basis of the answer. An answer of a visit without a basis was seen.
    """
    form, framework = checklist.form, checklist.framework
    targets = {mapping.question: mapping.target for mapping in form.mappings if form[mapping.question].group == group}
    values = {answer.question: answer.value for answer in checklist.response.answers}
    answered = {
        targets[name]: values.get(f"{name} [basis]") or Basis.SEEN.value
        for name, value in values.items()
        if name in targets and targets[name] in framework.criteria and not isinstance(value, Missing)
    }
    observed = [name for name in answered if framework.criteria[name].check is Check.OBSERVED]
    seen = [name for name, basis in answered.items() if basis == Basis.SEEN.value]
    return observed or seen or [name for name in (group,) if name in framework.names]


def _make_title(form: Questionnaire, question: Question, name: AnswerValue, language: str) -> str:
    titles = [group.title for group in form.groups if group.id == question.group and group.id != "form"]
    text = (titles[0] if titles else question.text).get(language)
    shown = "".join(filter(str.isprintable, name)) if isinstance(name, str) else ""
    return shorten(" ".join(f"{text} ({shown})".split()) if shown else text, _TITLE)
