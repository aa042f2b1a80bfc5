"""Typeform forms and responses, from API and webhooks."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from attrs import Factory, define, evolve

from capbuild.formats import KnownValues, is_json_list, is_json_object, json_list, json_object, personal_by_head
from capbuild.model import Choice, PersonalData, Question, QuestionGroup, Questionnaire, QuestionType, ResponseStatus
from capbuild.plugins import Claim, Confidence, InputFile
from capbuild_forms import reading
from capbuild_forms.reading import OTHER, Document, FormBuilder, Found, Json, Steps, in_order, leaves

_TYPES = {
    **dict.fromkeys(("short_text", "long_text", "email", "phone_number", "website"), QuestionType.TEXT),
    **dict.fromkeys(("opinion_scale", "rating", "nps"), QuestionType.INTEGER),
    **dict.fromkeys(("yes_no", "legal"), QuestionType.BOOLEAN),
    **dict.fromkeys(("multiple_choice", "picture_choice", "dropdown"), QuestionType.SELECT_ONE),
    **dict.fromkeys(("statement", "matrix"), QuestionType.NOTE),
    "number": QuestionType.DECIMAL, "date": QuestionType.DATE, "ranking": QuestionType.RANKING,
    "file_upload": QuestionType.FILE,
}  # fmt: skip
#: Known values by key.
_KNOWN: Mapping[str, KnownValues] = {
    "fields.type": (*_TYPES, "group", "inline_group", "contact_info", "address"),
    **dict.fromkeys(
        ("required", "allow_multiple_selection", "allow_multiple_selections", "allow_other_choice", "start_at_one"),
        bool,
    ),
    "steps": int,
    **dict.fromkeys(("min_value", "max_value"), float),
}
#: Codes of choices by question and id.
_Ids = dict[tuple[str, str], str]
_PERSONAL = {"email": PersonalData.EMAIL, "phone_number": PersonalData.TELEPHONE}
_MIDNIGHT = re.compile(r"\d{4}-\d{2}-\d{2}(?=T00:00:00(?:\.0+)?Z$)")
_NEVER = "0001-01-01"
_START = b"\xef\xbb\xbf \t\r\n"
_FIELDS = re.compile(rb'"fields"\s*:\s*\[')
_FIELD_TYPE = re.compile(
    rb'"type"\s*:\s*"(?:short_text|long_text|multiple_choice|picture_choice|opinion_scale|yes_no|phone_number|file_upload'
    rb'|statement|dropdown|legal|website|nps|ranking|matrix|group|inline_group|contact_info|rating|number|date|email)"'
)


def sniff(source: InputFile) -> Claim | None:
    """Claim Typeform files by structure."""
    start = source.start
    if not start.lstrip(_START).startswith(b"{"):
        return None
    if b'"form_response"' in start and b'"event_type"' in start:
        return Claim(Confidence.SIGNATURE, "a Typeform webhook: form_response")
    if b'"items"' in start and b'"landed_at"' in start and b'"token"' in start:
        return Claim(Confidence.SIGNATURE, "Typeform responses: items with token and landed_at")
    if _FIELDS.search(start) and _FIELD_TYPE.search(start) and b'"ref"' in start and b'"answers"' not in start:
        return Claim(Confidence.SIGNATURE, "a Typeform form: fields with type and ref")
    return None


class Typeform:
    """Typeform as a product."""

    name = "Typeform"
    code = "TYP1"
    known = _KNOWN

    def __init__(self) -> None:
        self._ids: _Ids = {}

    def document(self, value: object, file: str) -> Document:
        """Return the content of a form, response page or webhook."""
        known = json_object(value)
        webhook = known.get("form_response")
        if is_json_object(webhook):
            definition = json_object(webhook.get("definition"))
            form = self._make_form(definition, file) if json_list(definition.get("fields")) else None
            return Document(form=form, records=[(webhook, ("form_response",))])
        items = known.get("items")
        if is_json_list(items):
            listed = [(item, ("items", position)) for position, item in enumerate(items)]
            records = [(item, at) for item, at in listed if is_json_object(item)]
            strays = [at for item, at in listed if not is_json_object(item)]
            return Document(records=records, strays=strays)
        return Document(form=self._make_form(known, file) if json_list(known.get("fields")) else None)

    def _make_form(self, definition: Json, file: str) -> Questionnaire:
        builder = _Builder()
        questionnaire = builder.form(definition, file)
        self._ids = builder.ids
        return questionnaire

    def about(self, record: Json) -> dict[str, Any]:
        """Return attributes of the response."""
        sent = str(record.get("submitted_at") or "")
        done = not sent.startswith(_NEVER) and bool(sent) and record.get("response_type", "completed") == "completed"
        key = "submitted_at" if sent and not sent.startswith(_NEVER) else "landed_at"
        return {
            "id": record.get("response_id") or record.get("token"),
            "sent": key,
            "moment": str(record.get(key) or ""),
            "status": ResponseStatus.SUBMITTED if done else ResponseStatus.PARTIAL,
        }

    def is_answered(self, definition: Questionnaire, record: Json) -> bool:
        """True if the form has all fields of a response."""
        fields = [_format_field_name(json_object(answer.get("field"))) for answer in json_list(record.get("answers"))]
        return bool(fields) and all(name in definition for name in fields)

    def prepared(self, form: Questionnaire, records: Sequence[tuple[Json, Steps]]) -> Questionnaire:
        """Return a form with "other" choices where answered."""
        answers = (answer for record, _ in records for answer in json_list(record.get("answers")))
        asked = {_format_field_name(json_object(answer.get("field"))) for answer in answers if _find_other(answer)}
        questions: list[Question] = []
        for question in form.questions:
            missing = question.id in asked and question.choices and not any(c.other for c in question.choices)
            other = Choice(code="other", label="Other", other=True)
            questions.append(evolve(question, choices=(*question.choices, other)) if missing else question)
            if missing and f"{question.id}{OTHER}" not in form:
                questions.append(Question(id=f"{question.id}{OTHER}", text="Other", parent=question.id))
        return evolve(form, questions=tuple(questions))

    def values(self, record: Json, at: Steps, form: Questionnaire) -> Iterator[Found]:
        """Yield answers in form order, then other values.

        Other values are hidden fields, scores and metadata.
        """
        yield from in_order(form, self._list_values(record, at, form), lambda question: Found(question.id, None, at))

    def _list_values(self, record: Json, at: Steps, form: Questionnaire) -> Iterator[Found]:
        for position, answer in enumerate(json_list(record.get("answers"))):
            name, steps = _format_field_name(json_object(answer.get("field"))), (*at, "answers", position)
            yield from _list_answer(name, answer, steps, form.by_id.get(name), self._ids)
            if _find_other(answer):
                yield Found(f"{name}{OTHER}", _find_other(answer), (*steps, str(answer.get("type")), "other"))
        for key, start in (("hidden", ""), ("calculated", "calculated."), ("metadata", "metadata.")):
            for name, part in json_object(record.get(key)).items():
                yield from leaves(part, f"{start}{name}", (*at, key, name))
        for position, variable in enumerate(json_list(record.get("variables"))):
            kind = str(variable.get("type"))
            yield from leaves(
                variable.get(kind), f"variables.{variable.get('key')}", (*at, "variables", position, kind)
            )


def _find_other(answer: Json) -> str:
    """Return the "other" text."""
    text = json_object(answer.get(str(answer.get("type")))).get("other")
    return text if isinstance(text, str) and text.strip() else ""


def _format_field_name(field: Json) -> str:
    return str(field.get("ref") or field.get("id") or "").strip() or "answer"


def _list_answer(name: str, answer: Json, steps: Steps, asked: Question | None, ids: _Ids) -> Iterator[Found]:
    """Yield the value of an answer."""
    kind = str(answer.get("type"))
    value, at = answer.get(kind), (*steps, kind)
    if kind in ("choice", "choices") and is_json_object(value):
        given, key = _list_codes(value, asked, ids)
        codes = [ids.get((name, code), code) for code in given] if key in ("id", "ids") else [*given]
        raw = json.dumps(given, ensure_ascii=False) if kind == "choices" else next(iter(given), None)
        raw = None if codes == given and not _find_other(answer) else raw if given else _find_other(answer)
        codes += ["other"] if _find_other(answer) else []
        yield Found(name, codes if kind == "choices" else next(iter(codes), None), (*at, key or "other"), raw=raw)
    elif kind == "date" and isinstance(value, str) and (day := _MIDNIGHT.match(value)):
        yield Found(name, day[0], at, raw=value)
    elif is_json_object(value):
        yield from leaves(value, name, at)
    else:
        yield Found(name, value, at)


def _list_codes(value: Json, asked: Question | None, ids: _Ids) -> tuple[list[str], str]:
    """Return the chosen options and the key they came from.

    Options are known codes or ids, else labels.
    """
    by_key: dict[str, list[str]] = {}
    for key in ("ref", "id", "label", "refs", "ids", "labels"):
        part = value.get(key)
        codes = [str(code) for code in part] if is_json_list(part) else [part] if isinstance(part, str) else []
        if codes:
            by_key[key] = codes
    known = {choice.code for choice in asked.choices} if asked is not None else set[str]()
    known |= {number for name, number in ids if asked is not None and name == asked.id}
    key = next((key for key, codes in by_key.items() if known.issuperset(codes)), next(reversed(by_key), ""))
    return by_key.get(key, []), key


@define
class _Builder(FormBuilder):
    """Builds the questionnaire of a form.

    Attributes:
        ids: Codes of choices by question and id.
    """

    ids: _Ids = Factory(dict[tuple[str, str], str])

    def form(self, definition: Json, file: str) -> Questionnaire:
        """Return the questionnaire."""
        settings = json_object(definition.get("settings"))
        self.language = str(settings.get("language") or "und")
        for element in json_list(definition.get("fields")):
            self.field(element, None)
        hidden = definition.get("hidden")
        for name in (str(hidden_name).strip() for hidden_name in (hidden if is_json_list(hidden) else ())):
            if name and name not in self.questions:
                self.add(Question(id=name, text=self.text(name), personal=personal_by_head(name)))
        title = self.text(definition.get("title"), file)
        return self.build(str(definition.get("id") or file), title)

    def field(self, element: Json, group: str | None, parent: str | None = None) -> None:
        """Add a field with its children."""
        kind, name = str(element.get("type")), _format_field_name(element)
        properties = json_object(element.get("properties"))
        within = json_list(properties.get("fields"))
        if within and kind != "matrix":
            self.groups[name] = QuestionGroup(id=name, title=self.text(element.get("title"), name), parent=group)
            for part in within:
                self.field(part, name)
            return
        asked = self.add(self.question(element, properties, group, parent))
        for row in within:
            self.field(row, group, asked.id)
        if any(choice.other for choice in asked.choices):
            self.add(Question(id=f"{asked.id}{OTHER}", text=self.text("Other"), group=group, parent=asked.id))

    def question(self, element: Json, properties: Json, group: str | None, parent: str | None) -> Question:
        """Return the question of a field."""
        kind, name = str(element.get("type")), _format_field_name(element)
        question_type = _TYPES.get(kind, QuestionType.UNKNOWN)
        many = properties.get("allow_multiple_selection") or element.get("allow_multiple_selections")
        if question_type is QuestionType.SELECT_ONE and many is True:
            question_type = QuestionType.SELECT_MULTIPLE
        text = self.text(element.get("title"), name)
        hint = self.text(properties.get("description"))
        return Question(
            id=name,
            type=question_type,
            text=text,
            hint=hint if hint.source else None,
            choices=tuple(self.choices(element, properties)),
            group=group,
            parent=parent,
            required=json_object(element.get("validations")).get("required") is True,
            personal=_PERSONAL.get(kind) or personal_by_head(text.source),
            **_find_limits(kind, properties, json_object(element.get("validations"))),
        )

    def choices(self, element: Json, properties: Json) -> Iterator[Choice]:
        """Yield the choices of a field, including "other"."""
        seen: set[str] = set()
        for choice in [*json_list(properties.get("choices")), *json_list(element.get("choices"))]:
            code = str(choice.get("ref") or choice.get("id") or choice.get("label") or "").strip()
            if code and code not in seen:
                seen.add(code)
                self.ids[_format_field_name(element), str(choice.get("id") or code)] = code
                yield Choice(code=code, label=self.text(choice.get("label"), code))
        if properties.get("allow_other_choice") is True and "other" not in seen:
            yield Choice(code="other", label=self.text("Other"), other=True)


def _find_limits(kind: str, properties: Json, validations: Json) -> dict[str, Any]:
    """Return the lowest and highest value of a number."""
    if kind in ("opinion_scale", "rating", "nps"):
        start = 1 if kind == "rating" or properties.get("start_at_one") is True else 0
        steps = properties.get("steps", 11 if kind != "rating" else 5)
        number = isinstance(steps, int) and not isinstance(steps, bool) and 1 <= steps <= 100
        return {"minimum": start, "maximum": start + steps - 1} if number else {}
    bounds = {"minimum": validations.get("min_value"), "maximum": validations.get("max_value")}
    limits = {name: float(value) for name, value in bounds.items() if isinstance(value, int | float)}
    return limits if kind == "number" and limits.get("minimum", 0) <= limits.get("maximum", 1e18) else {}


read_file = partial(reading.read_file, Typeform)
explains = partial(reading.explains, Typeform)
