# ruff: noqa: C901 - sources and files as they are
"""Read paperless returns: XML with the form and one element for each return."""

import datetime
from xml.etree import ElementTree

from capbuild.errors import ReadError
from capbuild.model import (
    Answer,
    Choice,
    Issue,
    Missing,
    PersonalData,
    Question,
    Questionnaire,
    QuestionType,
    Response,
    SheetReconciliation,
)
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, NoOptions, Reader, hookimpl

CAPBUILD_API = 1
TYPES = {"text": QuestionType.TEXT, "whole": QuestionType.INTEGER, "list": QuestionType.SELECT_ONE}
WHY = {"unknown": Missing.DONT_KNOW, "refused": Missing.REFUSED, "secret": Missing.CONFIDENTIAL}


def sniff(source):
    """Claim files with the root element."""
    return Claim(Confidence.SIGNATURE, "the element paperless") if b"<paperless" in source.head(500) else None


def texts(node, tag):
    """Return the texts of an element by language."""
    found = {child.get("lang", "und"): (child.text or "").strip() for child in node.findall(tag)}
    return {language: text for language, text in found.items() if text}


def make_form(root):
    """Return the form."""
    questions = []
    for node in root.findall("form/question"):
        choices = [
            Choice(code=option.get("value"), label=texts(option, "label") or option.get("value"))
            for option in node.findall("option")
        ]
        questions.append(
            Question(
                id=node.get("id"),
                type=TYPES[node.get("type")],
                text=texts(node, "label") or node.get("id"),
                hint=texts(node, "help") or None,
                choices=choices,
                unit=node.get("unit", ""),
                required=node.get("required") == "true",
                personal=PersonalData.TELEPHONE if node.get("id") == "phone" else None,
            )
        )
    form = root.find("form")
    return Questionnaire(
        id=form.get("id"), title=form.get("title"), languages=form.get("languages").split(), questions=questions
    )


def make_answer(question, node, origin):
    """Return an answer, and whether it is bad."""
    if node is not None and node.get("why") in WHY:
        where = Origin(origin.file, path=f"{origin.path}/@why")
        return Answer(question.id, WHY[node.get("why")], raw=node.get("why"), origin=where), bool(node.text)
    text = (node.text or "") if node is not None else ""
    if not text.strip():
        return Answer(question.id, Missing.NO_ANSWER, origin=origin), node is not None and bool(node.get("why"))
    if question.type is QuestionType.INTEGER:
        if text.strip().lstrip("-").isdecimal() and text.strip().isascii():
            return Answer(question.id, int(text), origin=origin), False
    elif question.type is QuestionType.SELECT_ONE:
        if question.choice(text.strip()) is not None:
            return Answer(question.id, text.strip(), origin=origin), False
    else:
        return Answer(question.id, text, origin=origin), False
    return Answer(question.id, Missing.INVALID, raw=text, origin=origin), True


def day_of(text):
    """Return a day, or None."""
    try:
        return datetime.date.fromisoformat(text or "")
    except ValueError:
        return None


def parse(source):
    """Return the root and the form."""
    if b"<!DOCTYPE" in source.content or b"<!ENTITY" in source.content:
        raise ReadError(f"{source.name} has a document type", origin=Origin(source.name))
    try:
        root = ElementTree.fromstring(source.content)
        return root, make_form(root)
    except Exception as error:
        raise ReadError(f"{source.name} is no form: {error}", origin=Origin(source.name)) from error


def read(source, options):
    """Yield the form, the responses and the account."""
    root, form = parse(source)
    yield form
    known = {question.id for question in form.questions}
    total = out = given = cells = 0
    absent, left, names = {}, {}, set()
    for total, node in enumerate(root.findall("returns/return"), start=1):
        path = f"/paperless/returns/return[{total}]"
        origin = Origin(source.name, path=path)
        name = (node.get("id") or "").strip()
        if not name or name in names:
            left["without an id of its own"] = left.get("without an id of its own", 0) + 1
            yield Issue(code="PL1", severity="error", message=f"return {total} has no id", origin=origin)
            continue
        names.add(name)
        out += 1
        cells += len(form.questions)
        source.limits.check_cells(source.name, cells)
        found, places = {}, {}
        for number, child in enumerate(node.findall("answer"), start=1):
            asked = child.get("to")
            if asked not in known or asked in found:
                yield Issue(code="PL2", severity="warning", message=f"{asked!r} is no question", origin=origin)
                continue
            found[asked], places[asked] = child, f"{path}/answer[{number}]"
        answers = []
        for question in form.questions:
            where = Origin(source.name, path=places.get(question.id, f"{path}/answer[{len(node) + 1}]"))
            answer, bad = make_answer(question, found.get(question.id), where)
            answers.append(answer)
            if bad:
                yield Issue(code="PL3", severity="warning", message=f"{question.id} is not answered", origin=where)
            if answer.is_missing:
                absent[answer.value.value] = absent.get(answer.value.value, 0) + 1
            else:
                given += 1
        day = day_of(node.get("date"))
        if day is None:
            yield Issue(code="PL4", severity="warning", message=f"{name} has no day", origin=origin)
        place = node.findtext("country")
        yield Response(
            id=name,
            place=place.strip() if place and place.strip() else None,
            date=day,
            language=node.get("lang"),
            status="submitted" if node.get("final") == "yes" else "partial",
            questionnaire=form.id,
            answers=answers,
            origin=origin,
        )
    for child in root.findall("returns/*"):
        if child.tag != "return":
            yield Issue(code="PL5", severity="warning", message=f"{child.tag} is no return", origin=Origin(source.name))
    yield SheetReconciliation(
        rows_in=total, rows_out=out, rows_left_out=left, cells=cells, answers=given, absent=absent
    )


@hookimpl
def register_readers():
    """Return the reader."""
    return [Reader(name="paperless", title="Paperless", sniff=sniff, read=read, options=NoOptions, suffixes=(".xml",))]
