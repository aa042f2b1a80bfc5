"""Import saved visit checklists: findings to `visits/`, files to the evidence store."""

import base64
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from attrs import evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.documents.toml import load_toml
from capbuild.errors import WorkspaceError, did_you_mean
from capbuild.formats.vocabulary import shorten
from capbuild.frameworks import visit_questionnaire
from capbuild.io.reading import read
from capbuild.io.writing import render_files
from capbuild.model import (
    TLP,
    Answer,
    AnswerValue,
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
)
from capbuild.origin import Origin
from capbuild.workspace.folder_functions import takes_folder
from capbuild.workspace.inputs import Inputs
from capbuild.workspace.records.evidence import StoredEvidence
from capbuild.workspace.records.folder_tables import EVIDENCE
from capbuild.workspace.records.table import Places
from capbuild.workspace.rounds.evidence import make_evidence_row, put_evidence
from capbuild.workspace.transactions import edit_folder

_REGISTER = "visits/visits.toml"
_CONTENT = re.compile(r"data:image/[\w.+-]+;base64,([A-Za-z0-9+/]+={0,2})", re.ASCII)
#: First bytes of the pictures that are kept, with their suffix.
_PICTURES = {b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n\x1a\n": ".png", b"RIFF": ".webp"}
#: Largest picture in bytes, and longest text in characters: the checklist itself makes far smaller ones.
_LARGEST, _LONGEST = 2_000_000, 50_000
_TITLE = 200


@frozen(kw_only=True)
class ImportedVisit:
    """Findings and evidence from a saved checklist.

    Attributes:
        visit: Id of the visit.
        findings: Name of its findings table in the folder.
        evidence: Evidence from the files in it, such as photographs.
        issues: Answers that the table does not contain.
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

    Args:
        workspace: The programme's folder: its path, or opened by `open_workspace`.
        file: The file that the checklist saved.
        visit: Id of the visit; by default that on the checklist.

    Raises:
        WorkspaceError: CB673, it is not one saved checklist of the visit's framework, its country is not that of the
            visit, or it has a damaged or unsuitable picture; CB604, the visit is not in the register, or names no
            findings table; CB672, the table or another evidence with the same id is there already.
    """
    survey = read(file, name=file.name, host=workspace.host)
    responses = survey.responses
    if survey.questionnaire is None or len(responses) != 1 or not survey.questionnaire.mappings:
        _refuse(file.name, f"{file.name} is not the saved checklist of one visit", "save it from the form of the visit")
    (response,) = responses
    written = response.respondent.pseudonym if response.respondent is not None else ""
    name = visit or written
    country, table, framework = _find_visit(workspace, name)
    if response.country is not None and response.country != country:
        message = f"{file.name} is about {response.country.name}, and the visit {name!r} is to {country.name}"
        _refuse(file.name, message, "name the right visit")
    form = visit_questionnaire(framework)
    _check_response(survey.questionnaire, response, form, file.name)
    issues: list[Issue] = []
    files = list(_list_files(form, response, file.name))
    stored_as_evidence = {answer.question for answer, _, _ in files}
    left = evolve(
        response, answers=[answer for answer in response.answers if answer.question not in stored_as_evidence]
    )
    rest = evolve(survey, questionnaire=form, responses=[left])
    (findings,) = render_files(rest, "findings-csv", host=workspace.host, issues=issues).values()
    rows = _make_rows(form, response, country, framework, files)
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


def _refuse(name: str, message: str, remedy: str) -> NoReturn:
    raise WorkspaceError(message, code="CB673", origin=Origin(name), remedy=remedy)


def _check_response(saved: Questionnaire, response: Response, form: Questionnaire, name: str) -> None:
    """Refuse a checklist of another framework, duplicate answers, and texts too long for a table.

    Args:
        saved: The form in the file.
        response: Its response.
        form: The form of the visit.
        name: Name of the file.
    """
    asked = f"{form.id} {form.version}".strip()
    if (saved.id, saved.version) != (form.id, form.version):
        _refuse(name, f"{name} is of {saved.id} {saved.version}, and the visit of {asked}", "save it from its form")
    unknown = next((answer.question for answer in response.answers if answer.question not in form), None)
    if unknown is not None:
        _refuse(name, f"{unknown!r} is no question of {asked}", "save the checklist from the form of the visit")
    twice = next(
        (q for q, times in Counter((a.question, a.repeat) for a in response.answers).items() if times > 1), None
    )
    if twice is not None:
        _refuse(name, f"{twice[0]!r} is answered twice", "take out the answer that does not count")
    for answer in response.answers:
        texts = (str(answer.value), str(answer.raw or ""), str(answer.comment or ""))
        if max(map(len, texts)) > _LONGEST:
            _refuse(name, f"the text of {answer.question!r} has more than {_LONGEST:,} characters", "shorten it")


def _make_rows(
    form: Questionnaire,
    response: Response,
    country: Country,
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
            country,
            content,
            suffix,
            title=_make_title(form, question, answer.value, language),
            criteria=_list_served(form, response, question.group, framework),
            kind=EvidenceKind.PHOTOGRAPH,
            date=response.date,
            marking=TLP.AMBER_STRICT.value if question.personal is not None else "",
            language=language if language in framework.languages else "",
        )
        equal, _ = rows.get(row["id"], ({}, b""))
        if equal:
            criteria = dict.fromkeys([*equal["criteria"].split("; "), *row["criteria"].split("; ")])
            row["title"] = f"{equal['title']}; {row['title']}"
            row["criteria"] = "; ".join(filter(None, criteria))
            row["marking"] = equal["marking"] or row["marking"]
        rows[row["id"]] = row, content
    return rows


def _find_visit(workspace: Inputs, wanted: str) -> tuple[Country, str, Framework]:
    """Return country, findings table and framework of a visit."""
    issues: list[Issue] = []
    path = workspace.folder / _REGISTER
    top = load_toml(path, _REGISTER, issues) if path.is_file() else None
    visits = {str(table.data.get("id")): table for table in (top.tables("visits") if top is not None else ())}
    found = visits.get(wanted)
    if found is None:
        message = f"there is no visit {wanted!r}{did_you_mean(wanted, visits)}" if wanted else "no visit is named"
        remedy = f"add the visit to {_REGISTER}, and name it with --visit"
        raise WorkspaceError(message, code="CB604", origin=Origin(_REGISTER), remedy=remedy)
    table = found.get("findings", str, "")
    country = Places(workspace.settings, workspace.host, issues)(found.get("country", str, ""), found.origin("country"))
    if not table or Path(table).name != table or not table.endswith(".csv") or country is None:
        message = f"the visit {wanted!r} names no country or no findings table"
        remedy = f'add country, and findings = "{wanted}.csv"'
        raise WorkspaceError(message, code="CB604", origin=found.origin("id"), remedy=remedy)
    return country, f"visits/{table}", workspace.edition(found.get("round", str, workspace.programme.rounds[0].id))


def _list_files(form: Questionnaire, response: Response, name: str) -> Iterator[tuple[Answer, bytes, str]]:
    """Yield answers that have a picture, with content and suffix."""
    for answer in response.answers:
        if form[answer.question].type is not QuestionType.FILE:
            continue
        for citation in answer.citations:
            content = _decode(citation.link)
            suffix = next((suffix for start, suffix in _PICTURES.items() if content.startswith(start)), "")
            if not suffix or (suffix == ".webp" and content[8:12] != b"WEBP"):
                message = f"the file of {answer.question!r} is damaged, or no JPEG, PNG or WebP picture"
                _refuse(name, message, "add the picture to the checklist again, and save it")
            if len(content) > _LARGEST:
                _refuse(
                    name, f"the picture of {answer.question!r} has more than {_LARGEST:,} bytes", "add a smaller one"
                )
            yield answer, content, suffix


def _decode(link: str) -> bytes:
    """Return the bytes of an embedded picture; empty if it is none or damaged."""
    content = _CONTENT.fullmatch(link)
    try:
        return base64.b64decode(content[1], validate=True) if content is not None else b""
    except ValueError:
        return b""


def _list_served(form: Questionnaire, response: Response, group: str | None, framework: Framework) -> list[str]:
    """Return criteria that a file supports, or its indicator.

    These are the criteria of the indicator that are answered by observation.
    """
    targets = {mapping.question: mapping.target for mapping in form.mappings if form[mapping.question].group == group}
    answered = [answer.question for answer in response.answers if not isinstance(answer.value, Missing)]
    seen = [targets[name] for name in answered if name in targets]
    observed = [one for one in seen if one in framework.criteria and framework.criteria[one].check is Check.OBSERVED]
    return observed or [name for name in (group,) if name in framework.names]


def _make_title(form: Questionnaire, question: Question, name: AnswerValue, language: str) -> str:
    titles = [group.title for group in form.groups if group.id == question.group]
    text = ": ".join(title.get(language) for title in (*titles, question.text))
    shown = "".join(filter(str.isprintable, name)) if isinstance(name, str) else ""
    return shorten(" ".join(f"{text} ({shown})".split()) if shown else text, _TITLE)
