"""Import saved visit checklists: findings to `visits/`, files to the evidence store."""

import base64
import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
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
    Question,
    Questionnaire,
    QuestionType,
    Response,
    Round,
    Route,
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
    survey = read(file, name=file.name, host=workspace.host)
    responses = survey.responses
    if survey.questionnaire is None or len(responses) != 1 or not survey.questionnaire.mappings:
        message, remedy = f"{file.name} is not the saved checklist of one visit", "save it from the form of the visit"
        raise WorkspaceError(message, code="CB673", origin=Origin(file.name), remedy=remedy)
    (response,) = responses
    written = response.respondent.pseudonym if response.respondent is not None else ""
    name = visit or written
    register = _find_visit(workspace, name)
    table, framework = register.findings, workspace.edition(register.round.id)
    form = visit_questionnaire(framework)
    files, faults = _decode_files(form, response, file.name)
    faults = [
        *_check_visit(workspace, register, survey.questionnaire, response, file.name),
        *_check_questions(form, response, file.name),
        *faults,
    ]
    issues = [
        *_check_answers(form, response, file.name),
        *_check_details(framework, response, file.name),
        *_check_dates(workspace.settings, register.round, response, file.name),
    ]
    if faults:
        raise IssuesError(f"{file.name} was not imported", [*faults, *issues])
    stored_as_evidence = {answer.question for answer, _, _ in files}
    about = [answer.question for answer in response.answers if _is_about_form(form, answer.question)]
    issues += _report_about(form, [name for name in about if name not in stored_as_evidence], file.name)
    left = evolve(
        response,
        answers=[answer for answer in response.answers if answer.question not in {*stored_as_evidence, *about}],
    )
    rest = evolve(survey, questionnaire=form, responses=[left])
    (findings,) = render_files(rest, "findings-csv", host=workspace.host, issues=issues).values()
    rows = _make_rows(form, response, register, framework, files)
    known = {item.evidence.id: item for item in workspace.read_evidence()[0]}
    with edit_folder(workspace.folder) as edit:
        if edit.read(table) is not None:
            message, remedy = f"{table} is there already", "delete it to import the checklist again"
            raise WorkspaceError(message, code="CB672", origin=Origin(table), remedy=remedy)
        edit.write(table, findings)
        for row, content in rows.values():
            if row["id"] in known and known[row["id"]].file != row["file"]:
                message, remedy = f"{row['id']} is another evidence", f"give its row in {EVIDENCE.file} another id"
                raise WorkspaceError(message, code="CB672", origin=Origin(EVIDENCE.file), remedy=remedy)
            if put_evidence(edit, workspace, row, content) is not None:
                message = f"{row['id']} is recorded already: its title, criteria and marking stay"
                issues.append(
                    Issue.warning("CB672", message, Origin(EVIDENCE.file), "compare its row with the checklist")
                )
    stored = [item for item in workspace.read_evidence()[0] if item.evidence.id in rows]
    return ImportedVisit(visit=name, findings=table, evidence=stored, issues=Issues(issues))


@frozen(kw_only=True)
class _RegisteredVisit:
    """Entry of a visit in its register."""

    id: str
    country: Country
    round: Round
    findings: str


def _locate(name: str, question: str) -> Origin:
    return Origin(name, path=question)


def _check_visit(
    workspace: Inputs, visit: _RegisteredVisit, saved: Questionnaire, response: Response, name: str
) -> Iterator[Issue]:
    """Yield differences between a checklist and its visit: country, participation and framework edition."""
    place, of = Origin(name), visit.round
    if response.country is not None and response.country != visit.country:
        message = f"{name} is about {response.country.name}, and the visit {visit.id!r} is to {visit.country.name}"
        yield Issue.error("CB673", message, place, f"name the visit to {response.country.name} with --visit")
    programme = workspace.programme
    if programme.participations and visit.country not in programme.countries_in(of):
        rounds = [round_.id for round_ in programme.rounds if visit.country in programme.countries_in(round_)]
        message = f"{visit.country.name} takes part in {name_some(rounds) or 'no round'}, and not in {of.id!r}"
        remedy = f"correct the round of {visit.id!r} in {_REGISTER}, or since and until under [[participants]]"
        yield Issue.error("CB403", message, place, remedy)
    asked = visit_questionnaire(workspace.edition(of.id))
    if (saved.id, saved.version) != (asked.id, asked.version):
        editions = {round_.id: visit_questionnaire(workspace.edition(round_.id)) for round_ in programme.rounds}
        fitting = [round_ for round_, form in editions.items() if (form.id, form.version) == (saved.id, saved.version)]
        message = f"{name} is of {saved.id} {saved.version}, and round {of.id!r} of {asked.id} {asked.version}"
        remedy = f"it is the form of {name_some(fitting)}: correct the round of {visit.id!r} in {_REGISTER}"
        yield Issue.error("CB673", message, place, remedy if fitting else "save the checklist from the round's form")


def _check_questions(form: Questionnaire, response: Response, name: str) -> Iterator[Issue]:
    """Yield unknown and duplicate questions, and texts too long for a table."""
    times = Counter((answer.question, answer.repeat) for answer in response.answers)
    for question, _ in dict.fromkeys(times):
        asked, _, beside = question.partition(" [")
        if asked not in form or beside.removesuffix("]") not in ("", *_BESIDE):
            message = f"{question!r} is no question of {form.id} {form.version}"
            remedy = "save the checklist from the form of the visit"
            yield Issue.error("CB673", message, _locate(name, question), remedy)
    for (question, _), number in times.items():
        if number > 1:
            message = f"{question!r} is answered {number} times"
            yield Issue.error("CB673", message, _locate(name, question), "remove the answers that do not count")
    for answer in response.answers:
        texts = (str(answer.value), str(answer.raw or ""), str(answer.comment or ""))
        if max(map(len, texts)) > _LONGEST:
            message = f"the text of {answer.question!r} has more than {_LONGEST:,} characters"
            yield Issue.error("CB673", message, _locate(name, answer.question), "shorten it")


def _check_answers(form: Questionnaire, response: Response, name: str) -> Iterator[Issue]:
    """Yield answers that their question does not offer. The table has them as they were written."""
    parser = AnswerParser(response.language or "")
    for answer in response.answers:
        question = form.by_id.get(answer.question)
        if question is None or question.type is QuestionType.FILE:
            continue
        code, problem = _find_problem(answer, question, parser)
        if problem:
            known = ", ".join(choice.code for choice in question.choices)
            remedy = f"correct its row in the findings table{f'; choices are: {known}' if known else ''}"
            yield Issue.error(code, f"{answer.question}: {problem}", _locate(name, answer.question), remedy)


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


def _check_details(framework: Framework, response: Response, name: str) -> list[Issue]:
    """Return problems of the fields beside answers."""
    issues: list[Issue] = []
    parser = FindingParser(framework, issues, "CB603")
    for answer in response.answers:
        _, _, beside = answer.question.partition(" [")
        column = beside.removesuffix("]")
        parse = _BESIDE.get(column)
        if parse is not None:
            parse(parser, FindingRow({column: str(answer.value)}, {column: _locate(name, answer.question)}), column)
    return issues


def _check_dates(settings: Settings, round_: Round, response: Response, name: str) -> Iterator[Issue]:
    """Yield dates outside the days of the round, or in the future: one issue a date."""
    days = {"date": response.date, **{answer.question: answer.value for answer in response.answers}}
    today, last = datetime.date.today(), max(round_.end or round_.reference_date, round_.reference_date)
    questions: dict[datetime.date, list[str]] = {}
    for question, value in days.items():
        day = value.date() if isinstance(value, datetime.datetime) else value
        if isinstance(day, datetime.date):
            questions.setdefault(day, []).append(question)
    for day, named in questions.items():
        question = named[0]
        what = f"{name_some(named)}: {day}"
        if day > today:
            remedy = "correct the date"
            yield Issue.warning("CB670", f"{what} is in the future", _locate(name, question), remedy)
        elif day > last or (round_.start is not None and day < round_.start):
            other = settings.find_other_round(day, round_)
            of = f", in round {other.id!r}" if other is not None else ""
            begin = f"begins on {round_.start} and " if round_.start is not None else ""
            message = f"{what} is outside round {round_.id!r}{of}: it {begin}ends on {last}"
            remedy = f"correct the date, or the round of the visit in {_REGISTER}"
            yield Issue.warning("CB606", message, _locate(name, question), remedy)


def _is_about_form(form: Questionnaire, name: str) -> bool:
    """True for a question about the form itself, such as its date."""
    question = form.by_id.get(name)
    return question is not None and question.group == "form"


def _report_about(form: Questionnaire, names: list[str], file: str) -> Iterator[Issue]:
    """Yield a note on who answered: the folder has no column for it, and names belong into `private/`."""
    texts = [form[name].text.get("en") for name in names if form[name].type is not QuestionType.DATE]
    if texts:
        message = f"the findings table has no column for: {', '.join(texts)}"
        remedy = f"write the office as host in {_REGISTER}, and names only into private/"
        yield Issue.note("CB205", message, Origin(file), remedy)


def _find_date(response: Response) -> datetime.date | None:
    """Return the date of a checklist: of the response, or of its form."""
    days = (answer.value for answer in response.answers if answer.question == "form.date")
    return response.date or next((day for day in days if isinstance(day, datetime.date)), None)


def _make_rows(
    form: Questionnaire,
    response: Response,
    visit: "_RegisteredVisit",
    framework: Framework,
    files: list[tuple[Answer, bytes, str]],
) -> dict[str, tuple[dict[str, str], bytes]]:
    """Return rows of `evidence.csv` by id, with their files.

    Equal pictures are one row: it serves the criteria of all, with the strictest marking.
    """
    language = response.language or "en"
    rows: dict[str, tuple[dict[str, str], bytes]] = {}
    for answer, content, suffix in files:
        question = form[answer.question]
        row = make_evidence_row(
            visit.country,
            content,
            suffix,
            title=_make_title(form, question, answer.value, language),
            criteria=_list_served(form, response, question.group, framework),
            kind=EvidenceKind.PHOTOGRAPH,
            date=_find_date(response),
            marking=TLP.AMBER_STRICT.value if question.personal is not None else "",
            language=language if language in framework.languages else "",
            source=visit.id,
        )
        equal, _ = rows.get(row["id"], ({}, b""))
        if equal:
            criteria = dict.fromkeys([*equal["criteria"].split("; "), *row["criteria"].split("; ")])
            row["title"] = f"{equal['title']}; {row['title']}"
            row["criteria"] = "; ".join(filter(None, criteria))
            row["marking"] = equal["marking"] or row["marking"]
        rows[row["id"]] = row, content
    return rows


def _find_visit(workspace: Inputs, wanted: str) -> _RegisteredVisit:
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
    return _RegisteredVisit(id=wanted, country=country, round=round_, findings=f"visits/{table}")


def _decode_files(
    form: Questionnaire, response: Response, name: str
) -> tuple[list[tuple[Answer, bytes, str]], list[Issue]]:
    """Return answers that have a picture, with content and suffix, and issues on unsuitable pictures."""
    files: list[tuple[Answer, bytes, str]] = []
    issues: list[Issue] = []
    for answer in response.answers:
        question = form.by_id.get(answer.question)
        if question is None or question.type is not QuestionType.FILE:
            continue
        for citation in answer.citations:
            content = _decode(citation.link)
            suffix = next((suffix for start, suffix in _PICTURES.items() if content.startswith(start)), "")
            message, remedy = "", "add a smaller one"
            if not suffix or (suffix == ".webp" and content[8:12] != b"WEBP"):
                message = f"the file of {answer.question!r} is damaged, or no JPEG, PNG or WebP picture"
                remedy = "add the picture to the checklist again, and save it"
            elif len(content) > _LARGEST:
                message = f"the picture of {answer.question!r} has more than {_LARGEST:,} bytes"
            if message:
                issues.append(Issue.error("CB673", message, _locate(name, answer.question), remedy))
            files.append((answer, content, suffix))
    return files, issues


def _decode(link: str) -> bytes:
    """Return the bytes of an embedded picture; empty if it is none or damaged."""
    content = _CONTENT.fullmatch(link)
    try:
        return base64.b64decode(content[1], validate=True) if content is not None else b""
    except ValueError:
        return b""


def _list_served(form: Questionnaire, response: Response, group: str | None, framework: Framework) -> list[str]:
    """Return criteria that a file supports, or its indicator.

    These are the criteria of the indicator that are answered by observation: as their check says, or, if none of them
    has this check, by the basis of the answer. An answer of a visit without a basis was seen.
    """
    targets = {mapping.question: mapping.target for mapping in form.mappings if form[mapping.question].group == group}
    values = {answer.question: answer.value for answer in response.answers}
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
