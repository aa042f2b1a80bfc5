# ruff: noqa: E501, PERF401 - as an author elsewhere wrote it
# fmt: off
"""Read field files: one JSON document with the form, and records with repeats and questions of several choices."""

from collections.abc import Iterator, Mapping
from typing import Any

from capbuild.errors import ReadError
from capbuild.formats import (
    DefinitionOptions,
    RecordReader,
    RecordValue,
    SurveyRecord,
    json_object,
    json_origin,
    load_json,
)
from capbuild.model import Choice, Issue, Missing, PersonalData, Question, QuestionGroup, Questionnaire, ResponseStatus
from capbuild.plugins import Claim, Confidence, InputFile, Reader, ReadItem, hookimpl

CAPBUILD_API = 1
TYPES = {
    "text": "text",
    "whole": "integer",
    "real": "decimal",
    "yesno": "boolean",
    "day": "date",
    "pick": "select one",
    "picks": "select multiple",
}
WHY = {
    "skipped": Missing.NOT_ASKED,
    "refused": Missing.REFUSED,
    "unknown": Missing.DONT_KNOW,
    "n/a": Missing.NOT_APPLICABLE,
    "secret": Missing.CONFIDENTIAL,
}
STATUS = {"sent": ResponseStatus.SUBMITTED, "draft": ResponseStatus.PARTIAL, "test": ResponseStatus.TEST}


def sniff(source: InputFile) -> Claim | None:
    """Claim JSON files that say what they are in their first key."""
    head = source.head().lstrip(b"\xef\xbb\xbf \r\n\t").replace(b" ", b"").replace(b"\n", b"").replace(b"\r", b"").replace(b"\t", b"")
    return Claim(Confidence.SIGNATURE, "its first key is fieldfile") if head.startswith(b'{"fieldfile":') else None


def read_form(name: str, form: Mapping[str, Any]) -> Questionnaire:
    """Return the form of a document."""
    groups, questions = [], []
    for index, group in enumerate(form.get("groups") or ()):
        here = json_origin(name, "form", "groups", index)
        if not isinstance(group, dict) or "key" not in group:
            raise ReadError(f"{name} has a group without a key", origin=here)
        groups.append(QuestionGroup(id=group["key"], title=group.get("label") or group["key"], repeat=bool(group.get("many"))))
    for index, one in enumerate(form.get("items") or ()):
        here = json_origin(name, "form", "items", index)
        if not isinstance(one, dict) or one.get("type") not in TYPES or not isinstance(one.get("key"), str):
            raise ReadError(f"{name} has an item without a key or a known type", origin=here)
        choices = []
        for option in one.get("options") or ():
            if not isinstance(option, dict) or not isinstance(option.get("code"), str):
                raise ReadError(f"{name} has an option without a code", origin=here)
            choices.append(
                Choice(
                    code=option["code"],
                    label=option.get("label") or option["code"],
                    missing=WHY.get(option.get("means", "")),
                    other=bool(option.get("free")),
                )
            )
        questions.append(
            Question(
                id=one["key"],
                type=TYPES[one["type"]],
                text=one.get("label") or one["key"],
                hint=one.get("help"),
                choices=choices,
                group=one.get("group"),
                required=bool(one.get("must")),
                unit=one.get("unit") or "",
                minimum=one.get("least"),
                maximum=one.get("most"),
                personal=PersonalData.TELEPHONE if one.get("private") else None,
            )
        )
    return Questionnaire(
        id=form.get("key") or name,
        version=str(form.get("edition") or "1"),
        title=form.get("title") or name,
        languages=form.get("languages") or ["en"],
        groups=groups,
        questions=questions,
    )


def values_of(name: str, form: Questionnaire, record: Mapping[str, Any], index: int) -> Iterator[RecordValue]:
    """Yield the values of a record in the order of the form."""
    plain = json_object(record.get("values"))
    blocks = json_object(record.get("blocks"))
    repeated = {group.id for group in form.groups if group.repeat}
    for question in form.questions:
        if question.group in repeated:
            for number, block in enumerate(blocks.get(question.group) or (), start=1):
                steps = ("records", index, "blocks", question.group, number - 1, question.id)
                yield value_of(name, question, json_object(block), steps, number)
        else:
            yield value_of(name, question, plain, ("records", index, "values", question.id), 0)


def value_of(name: str, question: Question, holder: Mapping[str, Any], steps: tuple[Any, ...], repeat: int) -> RecordValue:
    """Return the value of a question: plain, a list, or an object that says why there is none."""
    at = json_origin(name, *steps)
    if question.id not in holder:
        return RecordValue(question.id, None, json_origin(name, *steps[:2]), absent=Missing.NOT_ASKED, repeat=repeat)
    value = holder[question.id]
    if isinstance(value, dict):
        if set(value) == {"none"} and value["none"] in WHY:
            return RecordValue(question.id, None, json_origin(name, *steps, "none"), absent=WHY[value["none"]], repeat=repeat, raw=value["none"])
        if value and set(value) <= {"value", "remark"}:
            held, place = (value["value"], (*steps, "value")) if "value" in value else (None, steps)
            return RecordValue(question.id, held, json_origin(name, *place), repeat=repeat, comment=value.get("remark"))
    return RecordValue(question.id, value, at, repeat=repeat)


def read(source: InputFile, options: DefinitionOptions) -> Iterator[ReadItem]:
    """Yield the form and the responses."""
    found: list[Issue] = []
    document = json_object(load_json(source, found))
    yield from found
    form = document.get("form")
    records = document.get("records")
    if not isinstance(form, dict) or not isinstance(records, list):
        raise ReadError(f"{source.name} has no form or no records", origin=json_origin(source.name))
    questionnaire = read_form(source.name, form)
    reader = RecordReader(
        questionnaire,
        source.name,
        country=options.country,
        country_question=options.country_question,
        missing=options.missing,
        drop_personal=options.drop_personal,
    )
    bad: list[Issue] = []

    def made() -> Iterator[SurveyRecord]:
        for index, record in enumerate(records):
            here = json_origin(source.name, "records", index)
            if not isinstance(record, dict) or record.get("state", "sent") not in STATUS:
                reader.account.rows_in += 1
                reader.account.rows_left_out["no record"] += 1
                bad.append(Issue.error("FIELD1", "a record is no object, or has an unknown state", origin=here))
                continue
            known = {question.id for question in questionnaire.questions}
            for key in json_object(record.get("values")):
                if key not in known:
                    bad.append(Issue.warning("FIELD2", f"{key!r} is not in the form", origin=json_origin(source.name, "records", index, "values", key)))
            yield SurveyRecord(
                id=str(record.get("uid") or ""),
                values=list(values_of(source.name, questionnaire, record, index)),
                origin=here,
                moment=str(record.get("at") or ""),
                status=STATUS[record.get("state", "sent")],
                respondent=str(record.get("who") or ""),
                language=record.get("language"),
                version=questionnaire.version,
            )

    yield from reader.read(made())
    yield from bad


@hookimpl
def register_readers() -> list[Reader]:
    """Return the reader `field-json`."""
    return [
        Reader(name="field-json", title="Field files", sniff=sniff, read=read, options=DefinitionOptions, suffixes=(".fjson",))
    ]
