"""Import saved visit checklists: findings to `visits/`, files to the evidence store."""

import base64
import mimetypes
import re
from collections.abc import Iterator
from pathlib import Path

from attrs import evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.documents.toml import load_toml
from capbuild.errors import WorkspaceError, did_you_mean
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
from capbuild.workspace.records.table import Places
from capbuild.workspace.rounds.evidence import make_evidence_row, put_evidence
from capbuild.workspace.transactions import edit_folder

_REGISTER = "visits/visits.toml"
_CONTENT = re.compile(r"data:([\w.+/-]+)(?:;[\w.=+-]+)*;base64,([A-Za-z0-9+/]+={0,2})")


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

    Findings are written to the table that `visits/visits.toml` names, and files such as photographs to `evidence/`. A
    photograph of an indicator is evidence for those of its criteria that the checklist answers by observation.

    Args:
        workspace: The programme's folder: its path, or opened by `open_workspace`.
        file: The file that the checklist saved.
        visit: Id of the visit; by default that on the checklist.

    Raises:
        WorkspaceError: CB673, it is not one saved checklist, or its country is not that of the visit; CB604, the visit
            is not in the register, or names no findings table; CB672, the table is there already.
    """
    survey = read(file, name=file.name, host=workspace.host)
    form, responses = survey.questionnaire, survey.responses
    if form is None or len(responses) != 1 or not form.mappings:
        message = f"{file.name} is not the saved checklist of one visit"
        raise WorkspaceError(
            message, code="CB673", origin=Origin(file.name), remedy="save it from the form of the visit"
        )
    (response,) = responses
    written = response.respondent.pseudonym if response.respondent is not None else ""
    name = visit or written
    country, table, framework = _find_visit(workspace, name)
    if response.country is not None and response.country != country:
        message = f"{file.name} is about {response.country.name}, and the visit {name!r} is to {country.name}"
        raise WorkspaceError(message, code="CB673", origin=Origin(file.name), remedy="name the right visit")
    issues: list[Issue] = []
    files = list(_list_files(form, response, file.name))
    stored_as_evidence = {answer.question for answer, _, _ in files}
    left = evolve(response, answers=[one for one in response.answers if one.question not in stored_as_evidence])
    rest = evolve(survey, responses=[left])
    (findings,) = render_files(rest, "findings-csv", host=workspace.host, issues=issues).values()
    rows: dict[str, tuple[dict[str, str], bytes]] = {}
    for answer, content, suffix in files:
        question = form[answer.question]
        row = make_evidence_row(
            country,
            content,
            suffix,
            title=_make_title(form, question, answer.value, response.language or "en"),
            criteria=_list_served(form, response, question.group, framework),
            kind=EvidenceKind.PHOTOGRAPH,
            date=response.date,
            marking=TLP.AMBER_STRICT.value if question.personal is not None else "",
            language=response.language or "",
        )
        rows.setdefault(row["id"], (row, content))
    with edit_folder(workspace.folder) as edit:
        if edit.read(table) is not None:
            message, remedy = f"{table} is there already", "delete it to import the checklist again"
            raise WorkspaceError(message, code="CB672", origin=Origin(table), remedy=remedy)
        edit.write(table, findings)
        for row, content in rows.values():
            put_evidence(edit, workspace, row, content)
    stored = [item for item in workspace.read_evidence()[0] if item.evidence.id in rows]
    return ImportedVisit(visit=name, findings=table, evidence=stored, issues=Issues(issues))


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
    """Yield answers that have a file, with content and suffix."""
    for answer in response.answers:
        if answer.question in form and form[answer.question].type is QuestionType.FILE:
            for citation in answer.citations:
                content = _CONTENT.fullmatch(citation.link)
                if content is not None:
                    suffix = mimetypes.guess_extension(content[1]) or Path(citation.title).suffix
                    try:
                        yield answer, base64.b64decode(content[2], validate=True), suffix
                    except ValueError:
                        message, remedy = f"the file of {answer.question} is damaged", "save the checklist again"
                        raise WorkspaceError(message, code="CB673", origin=Origin(name), remedy=remedy) from None


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
    return " ".join(f"{text} ({name})".split())
