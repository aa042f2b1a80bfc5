"""Formbricks surveys and responses, from API and webhooks."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from capbuild.formats import KnownValues, is_json_list, is_json_object, json_list, json_object, personal_by_head
from capbuild.model import (
    Choice,
    Missing,
    PersonalData,
    Question,
    QuestionGroup,
    Questionnaire,
    QuestionType,
    ResponseStatus,
)
from capbuild.plugins import Claim, Confidence, InputFile
from capbuild.text import Text
from capbuild_forms import reading
from capbuild_forms.reading import Document, FormBuilder, Found, Json, Steps, in_order, leaves

_TYPES = {
    "openText": QuestionType.TEXT, "multipleChoiceSingle": QuestionType.SELECT_ONE, "nps": QuestionType.INTEGER,
    "multipleChoiceMulti": QuestionType.SELECT_MULTIPLE, "rating": QuestionType.INTEGER, "csat": QuestionType.INTEGER,
    "ces": QuestionType.INTEGER, "cta": QuestionType.SELECT_ONE, "consent": QuestionType.SELECT_ONE,
    "date": QuestionType.DATE, "pictureSelection": QuestionType.SELECT_MULTIPLE, "fileUpload": QuestionType.FILE,
    "cal": QuestionType.TEXT, "ranking": QuestionType.RANKING,
    **dict.fromkeys(("matrix", "address", "contactInfo"), QuestionType.NOTE),
}  # fmt: skip
#: Parts of addresses and contacts, in value order.
_PARTS = {
    "address": ("addressLine1", "addressLine2", "city", "state", "zip", "country"),
    "contactInfo": ("firstName", "lastName", "email", "phone", "company"),
}
_PERSONAL = {
    **dict.fromkeys(("addressLine1", "addressLine2"), PersonalData.ADDRESS),
    **dict.fromkeys(("firstName", "lastName"), PersonalData.NAME),
    "email": PersonalData.EMAIL, "phone": PersonalData.TELEPHONE,
}  # fmt: skip
#: Values of consent and call-to-action questions.
_FIXED = {"cta": ("clicked", "dismissed"), "consent": ("accepted", "dismissed"), "cal": ()}
_INPUTS = {"number": QuestionType.DECIMAL}
#: Known values by key.
_KNOWN: Mapping[str, KnownValues] = {
    "elements.type": tuple(_TYPES),
    "questions.type": tuple(_TYPES),
    "inputType": (*_INPUTS, *_PERSONAL, "text", "url"),
    "range": int,
    **dict.fromkeys(("required", "allowMulti", "languages.default"), bool),
}
_START = b"\xef\xbb\xbf \t\r\n"
_KIND = re.compile(
    rb'"type"\s*:\s*"(?:openText|multipleChoice(?:Single|Multi)|pictureSelection|contactInfo|fileUpload|cta)"'
)


def sniff(source: InputFile) -> Claim | None:
    """Claim Formbricks files by structure."""
    start = source.start
    if start.lstrip(_START)[:1] not in (b"{", b"["):
        return None
    if b'"headline"' in start and (_KIND.search(start) or b'"welcomeCard"' in start):
        return Claim(Confidence.SIGNATURE, "a Formbricks survey: questions with a headline")
    if b'"surveyId"' in start and b'"finished"' in start and b'"data"' in start:
        return Claim(Confidence.SIGNATURE, "Formbricks responses: surveyId, finished and data")
    return None


def _list_entries(value: object) -> tuple[list[object], Steps, bool]:
    """Return the entries of a document and their path.

    Entries are surveys or responses. The last value is True if the document has a list of them.
    """
    if is_json_list(value):
        return value, (), True
    inside = json_object(value).get("data")
    if "surveyId" not in json_object(value) and is_json_list(inside):
        return inside, ("data",), True
    if "surveyId" not in json_object(value) and is_json_object(inside):
        return [inside], ("data",), False
    return [value], (), False


def list_surveys(value: object) -> list[Json]:
    """Return the surveys in a document."""
    surveys = (json_object(entry) for entry in _list_entries(value)[0])
    return [survey for survey in surveys if questions_of(survey)]


def questions_of(survey: Json) -> list[Json]:
    """Return a survey's questions, without duplicates, also from blocks."""
    blocks = [question for block in json_list(survey.get("blocks")) for question in json_list(block.get("elements"))]
    listed = [*blocks, *json_list(survey.get("questions"))]
    questions: dict[str, Json] = {}
    for question in listed:
        if question.get("id") and question.get("type"):
            questions.setdefault(str(question["id"]), question)
    return list(questions.values())


class Formbricks:
    """Formbricks as a product."""

    name = "Formbricks"
    code = "FBR1"
    known = _KNOWN

    def document(self, value: object, file: str) -> Document:
        """Return a file's content: one survey, several, or responses."""
        entries, above, listed = _list_entries(value)
        surveys = list_surveys(value)
        if surveys:
            return Document(form=_Builder().form(surveys[0], file), others=len(surveys) - 1)
        objects = [
            (json_object(entry), (*above, position) if listed else above) for position, entry in enumerate(entries)
        ]
        records = [(entry, at) for entry, at in objects if is_json_object(entry.get("data"))]
        strays = [at for entry, at in objects if not is_json_object(entry.get("data"))]
        return Document(records=records, strays=strays if records else ())

    def about(self, record: Json) -> dict[str, Any]:
        """Return attributes of the response."""
        done = record.get("finished") is True
        key = "updatedAt" if done and record.get("updatedAt") else "createdAt"
        language = record.get("language")
        return {
            "id": record.get("id"),
            "sent": key,
            "moment": str(record.get(key) or ""),
            "status": ResponseStatus.SUBMITTED if done else ResponseStatus.PARTIAL,
            "language": language if isinstance(language, str) and language not in ("", "default") else None,
        }

    def prepared(self, form: Questionnaire, records: Sequence[tuple[Json, Steps]]) -> Questionnaire:  # noqa: ARG002 - as others
        """Return the form unchanged."""
        return form

    def is_answered(self, definition: Questionnaire, record: Json) -> bool:
        """True if a response is to the survey."""
        return record.get("surveyId") == definition.id

    def values(self, record: Json, at: Steps, form: Questionnaire) -> Iterator[Found]:
        """Yield answers in form order, then other values.

        Other values are data, variables and metadata.
        """
        seen = json_object(record.get("ttc"))

        def absent(question: Question) -> Found:
            shown = question.id in seen or question.parent in seen or not seen
            return Found(question.id, None, at, Missing.NO_ANSWER if shown else Missing.NOT_ASKED)

        yield from in_order(form, self._list_values(record, at, form), absent)

    def _list_values(self, record: Json, at: Steps, form: Questionnaire) -> Iterator[Found]:
        for name, value in json_object(record.get("data")).items():
            yield from _list_answer(name, value, (*at, "data", name), form)
        for key in ("variables", "meta", "contactAttributes", "personAttributes", "person", "contact"):
            yield from leaves(record.get(key), key, (*at, key))
        tags = record.get("tags")
        if is_json_list(tags) and tags:
            names = [tag.get("name") if is_json_object(tag) else tag for tag in tags]
            raw = json.dumps(tags, ensure_ascii=False) if names != tags else None
            yield Found("tags", [str(name) for name in names if name], (*at, "tags"), raw=raw)


def _list_answer(name: str, value: object, at: Steps, form: Questionnaire) -> Iterator[Found]:
    """Yield the values of an answer.

    Matrix rows and address parts are separate values.
    """
    asked = form.by_id.get(name)
    if is_json_object(value):
        rows = {question.text.source: question.id for question in form.questions if question.parent == name}
        for row, part in value.items():
            yield Found(rows.get(row, f"{name}.{row}"), part, (*at, row))
    elif is_json_list(value) and asked is not None and asked.type is QuestionType.NOTE:
        parts = [question.id for question in form.questions if question.parent == name]
        for position, part in enumerate(value):
            yield Found(parts[position] if position < len(parts) else f"{name}.{position + 1}", part, (*at, position))
    elif is_json_list(value) and asked is not None and asked.type is QuestionType.SELECT_ONE and len(value) == 1:
        yield Found(name, value[0], (*at, 0))
    else:
        yield Found(name, value, at)


class _Builder(FormBuilder):
    """Builds the questionnaire of a survey."""

    def form(self, survey: Json, file: str) -> Questionnaire:
        """Return the questionnaire."""
        languages = json_list(survey.get("languages"))
        codes = [json_object(item.get("language")).get("code") for item in languages if item.get("default") is True]
        self.language = str(codes[0] or "und") if codes else "und"
        blocks: dict[str, str] = {}
        for number, block in enumerate(json_list(survey.get("blocks")), 1):
            name = str(block.get("id") or f"block {number}")
            self.groups[name] = QuestionGroup(id=name, title=self.text(block.get("name"), name))
            blocks |= {str(question.get("id")): name for question in json_list(block.get("elements"))}
        for question in questions_of(survey):
            self.question(question, blocks.get(str(question["id"])))
        hidden = json_object(survey.get("hiddenFields")).get("fieldIds")
        for name in (str(hidden_name).strip() for hidden_name in (hidden if is_json_list(hidden) else ())):
            if name and name not in self.questions:
                self.add(Question(id=name, text=self.text(name), personal=personal_by_head(name)))
        return self.build(str(survey.get("id") or file), self.text(survey.get("name"), file))

    def question(self, element: Json, group: str | None) -> None:
        """Add a question with its rows or parts."""
        kind, name = str(element["type"]), str(element["id"]).strip() or "question"
        type_ = _TYPES.get(kind, QuestionType.UNKNOWN)
        if kind == "openText":
            type_ = _INPUTS.get(str(element.get("inputType")), QuestionType.TEXT)
        elif kind == "pictureSelection" and element.get("allowMulti") is not True:
            type_ = QuestionType.SELECT_ONE
        text, hint = self.text(element.get("headline"), name), self.text(element.get("subheader"))
        asked = self.add(
            Question(
                id=name,
                type=type_,
                text=text,
                hint=hint if hint.source else None,
                choices=tuple(self.choices(element, kind)),
                group=group,
                required=element.get("required") is True,
                personal=_PERSONAL.get(str(element.get("inputType"))) or personal_by_head(text.source),
                **_find_limits(element, kind),
            )
        )
        inner: dict[str, Any] = {"group": group, "parent": asked.id}
        for row, title in self.labelled(element.get("rows")) if kind == "matrix" else ():
            columns = [Choice(code=code, label=label) for code, label in self.labelled(element.get("columns"))]
            select_one = QuestionType.SELECT_ONE
            self.add(Question(id=f"{name}.{row}", type=select_one, text=title, choices=columns, **inner))
        for part in _PARTS.get(kind, ()):
            title = self.text(json_object(element.get(part)).get("placeholder"), part)
            self.add(Question(id=f"{name}.{part}", text=title, personal=_PERSONAL.get(part), **inner))

    def labelled(self, listed: object) -> Iterator[tuple[str, Text]]:
        """Yield codes and labels of rows or columns."""
        seen: set[str] = set()
        for item in json_list(listed):
            label = self.text(item.get("label") if {"label", "id"} & item.keys() else item)  # pictures have no label
            code = str(item.get("id") or label.source).strip()
            if code and code not in seen:
                seen.add(code)
                yield code, label if label.source else self.text(code)

    def choices(self, element: Json, kind: str) -> Iterator[Choice]:
        """Yield the choices of a question."""
        for code in _FIXED.get(kind, ()):
            yield Choice(code=code, label=self.text(code.capitalize()))
        for code, label in self.labelled(element.get("choices")):
            yield Choice(code=code, label=label, other=code == "other", exclusive=code == "none")


def _find_limits(element: Json, kind: str) -> dict[str, Any]:
    highest = element.get("range", 5)
    if kind == "nps":
        return {"minimum": 0, "maximum": 10}
    known = kind in ("rating", "csat", "ces") and isinstance(highest, int) and 1 <= highest <= 100
    return {"minimum": 1, "maximum": highest} if known else {}


read_file = partial(reading.read_file, Formbricks)
explains = partial(reading.explains, Formbricks)
