"""Readers of returned documents.

They yield the response, its form, issues and reconciliation.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

from attrs import evolve

from capbuild.documents import loads
from capbuild.errors import CapbuildError, ReadError
from capbuild.formats import Account, AnswerParser, Role, mark_missing
from capbuild.model import (
    Answer,
    Issue,
    Missing,
    Question,
    Questionnaire,
    QuestionType,
    Respondent,
    Response,
    Severity,
    SheetReconciliation,
)
from capbuild.origin import Origin
from capbuild.plugins import InputFile, ReadItem
from capbuild_documents.blocks import Document, read_document
from capbuild_documents.inferred_form import DraftedForm
from capbuild_documents.options import DocumentOptions
from capbuild_documents.package import SCANNED, find_form
from capbuild_documents.returned_form import ReturnedForm, shorten
from capbuild_documents.slots import is_asked

_DAY = Question(id="date", type=QuestionType.DATE, text="?")


def read_word(source: InputFile, options: DocumentOptions) -> Iterator[ReadItem]:
    """Read a returned Word document.

    It yields the form, the response, issues and the reconciliation.

    Raises:
        ReadError: It is not a Word document, is damaged, or has no questions.
        LimitError: It exceeds the limits of size or nesting.
    """
    yield from mark_missing(_read_word(source, options), options.missing)


def _read_word(source: InputFile, options: DocumentOptions) -> Iterator[ReadItem]:
    document = read_document(source)
    if document.pictures:
        message = f"{document.pictures} picture{'s' if document.pictures > 1 else ''} or embedded objects are not read"
        yield _issue(source, "DOC11", Severity.WARNING, message, "check whether they hold answers")
    if document.deletions:
        yield _issue(
            source, "DOC9", Severity.NOTE, "tracked changes are read as accepted", "accept or reject them in Word"
        )
    form, language = _find_form(source, options)
    if form is not None:
        returned = ReturnedForm(
            source.name, form, language or form.languages[:1][0] if form.languages else "", source.limits.text
        )
        returned.read(document.blocks)
        if returned.found or not any(map(is_asked, form.questions)):
            yield from _yield_returned(source, options, returned)
            return
    yield from _read_drafted(source, options, document)


def read_pdf(source: InputFile, options: DocumentOptions) -> Iterator[ReadItem]:
    """Read a returned PDF form.

    It yields the form, the response, issues and the reconciliation.

    Raises:
        ReadError: It is a scan, has no form fields, has a password, or is damaged.
        LimitError: It exceeds the limits of size or nesting.
    """
    from capbuild_documents.pdf import read_fields

    drafted = DraftedForm(source.name, source.limits.text)
    read_fields(source, drafted)
    yield from mark_missing(_yield_drafted(source, options, drafted), options.missing)


def _find_form(source: InputFile, options: DocumentOptions) -> tuple[Questionnaire | None, str]:
    """Return the form in the document or the options."""
    form = find_form(source)
    definition = options.definition
    if form is None and definition is not None:
        form = find_form(definition) or (definition.content.decode("utf-8", "replace"), "")
    if form is None:
        return None, ""
    text, language = form
    source.limits.check_json_nesting(source.name, text.encode("utf-8", "replace"))
    try:
        return loads(text, Questionnaire, name=source.name), language
    except CapbuildError as error:
        raise ReadError(
            f"the questionnaire that belongs to {source.name} cannot be read: {error.message}",
            code="DOC1",
            origin=Origin(source.name),
            remedy="give the document as it was sent with definition=",
        ) from error


def _issue(source: InputFile, code: str, severity: Severity, message: str, remedy: str) -> Issue:
    return Issue(code=code, severity=severity, message=message, origin=Origin(source.name), remedy=remedy)


def _account(answers: Sequence[Answer]) -> SheetReconciliation:
    account = Account(rows_out=1)
    for answer in answers:
        account.count(answer.value)
    return account.reconciliation()


def _response(
    source: InputFile,
    answers: Sequence[Answer],
    about: Mapping[Role, tuple[str, Origin]],
    options: DocumentOptions,
    language: str = "",
) -> Response:
    texts = {role: text for role, (text, _) in about.items()}
    day, who = texts.get(Role.DATE, ""), texts.get(Role.RESPONDENT, "")
    date = AnswerParser(language).read(day, _DAY)[0] if day else None
    return Response(
        id=PurePath(source.name).stem or "1",
        place=texts.get(Role.COUNTRY) or options.country,
        respondent=Respondent(pseudonym=who, language=language) if who else None,
        language=language or None,
        date=None
        if not isinstance(date, datetime.date)
        else date.date()
        if isinstance(date, datetime.datetime)
        else date,
        answers=answers,
        origin=Origin(source.name),
    )


def _check_facts(source: InputFile, response: Response, about: Mapping[Role, tuple[str, Origin]]) -> Iterator[Issue]:
    day, origin = about.get(Role.DATE, ("", None))
    if day and response.date is None:
        message = f"{shorten(day)!r} is not a date that can mean one day only"
        yield Issue.warning("DOC6", message, origin, "write dates as 2016-03-31")
    if response.place is None:
        yield _issue(source, "CB104", Severity.WARNING, "the document names no country", "give it with country=")


def _yield_returned(source: InputFile, options: DocumentOptions, returned: ReturnedForm) -> Iterator[ReadItem]:
    answers = returned.answers()
    form = returned.form
    yield form
    if returned.is_blank:
        yield _issue(source, "DOC8", Severity.NOTE, "nothing is filled in, so there is the form and no response", "")
        yield SheetReconciliation(skipped="nothing is filled in")
        return
    response = _response(source, answers, returned.about, options, returned.language)
    yield evolve(response, questionnaire=form.id, version=form.version)
    yield from _check_facts(source, response, returned.about)
    yield from returned.issues
    yield _account(answers)


def _read_drafted(source: InputFile, options: DocumentOptions, document: Document) -> Iterator[ReadItem]:
    drafted = DraftedForm(source.name, source.limits.text)
    drafted.read(document.blocks)
    if not document.text and document.pictures:
        raise source.error("is a scan: it has pictures and no text", "DOC2", SCANNED)
    if not drafted.questions and not drafted.about:
        raise source.error(
            "has no questions: no form fields, no table of questions and answers, no labels that are known",
            "DOC2",
            "give the returned form, not a letter or a report",
        )
    if document.is_printed:
        message = "the questionnaire that it was printed from is not in the document"
        yield _issue(source, "DOC10", Severity.WARNING, message, "give the document as it was sent with definition=")
    yield from _yield_drafted(source, options, drafted)


def _yield_drafted(source: InputFile, options: DocumentOptions, drafted: DraftedForm) -> Iterator[ReadItem]:
    stem = PurePath(source.name).stem or "form"
    yield Questionnaire(id=stem, title=stem, questions=drafted.questions, inferred=True)
    about = drafted.about
    if not about and all(answer.value in (Missing.NO_ANSWER, False) for answer in drafted.answers):
        yield _issue(source, "DOC8", Severity.NOTE, "nothing is filled in, so there is the form and no response", "")
        yield SheetReconciliation(skipped="nothing is filled in")
        return
    response = _response(source, drafted.answers, about, options)
    yield response
    yield from _check_facts(source, response, about)
    yield from drafted.issues
    if drafted.unused:
        count = len(drafted.unused)
        belong = "texts belong" if count > 1 else "text belongs"
        message = f"{count} {belong} to no question, such as {shorten(drafted.unused[0])!r}"
        yield _issue(source, "DOC4", Severity.NOTE, message, "check that none of them is an answer")
    yield _account(drafted.answers)
