"""QuestionnaireResponses as records of answers."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from attrs import define, evolve, frozen

from capbuild.formats import RecordValue, SurveyRecord, is_false, json_list, json_object
from capbuild.model import Missing, QuestionType, ResponseStatus
from capbuild_fhir.codes import absence, coded_absence, coding_key, unit_of
from capbuild_fhir.questionnaire import OTHER, SELECTS, Form
from capbuild_fhir.resources import Resource, Resources, numbered, plain, value_of

Json = Mapping[str, Any]
Steps = tuple[str | int, ...]
_STATUS = {
    "in-progress": ResponseStatus.PARTIAL,
    "stopped": ResponseStatus.PARTIAL,
    "entered-in-error": ResponseStatus.WITHDRAWN,
}


def _format_text_of(answer: Json) -> str:
    return coding_key(value_of(answer)[1])[0]


@frozen
class _Place:
    """Position of items in a response.

    Attributes:
        links: Link ids of their parents, from the root.
        ids: Ids of their parents.
        steps: Its path: keys and indexes.
        repeat: Number of the repeat.
    """

    links: tuple[str, ...]
    ids: tuple[str, ...]
    steps: Steps
    repeat: int


@frozen
class _Visit:
    """Question met in a response.

    Attributes:
        name: Its id.
        answers: Its answers.
        steps: Path of its item: keys and indexes.
        repeat: Number of its repeat.
    """

    name: str
    answers: Sequence[Json]
    steps: Steps
    repeat: int


@define(eq=False)
class ResponseWalk:
    """Walks through the items of responses.

    Attributes:
        resources: Resources of the file.
        form: The questionnaire, completed from the responses.
    """

    resources: Resources
    form: Form

    def learn(self, resource: Resource) -> None:
        """Complete questions from a response."""
        visits = list(self.visits(resource))
        met = Counter(visit.name for visit in visits)
        for visit in visits:
            self.form.learn(visit.name, visit.answers)
            group = self.form.groups.get(self.form.questions[visit.name].group or "")
            if met[visit.name] > 1 and (group is None or not group.repeat):
                self.form.repeating.add(visit.name)

    def visits(self, resource: Resource) -> Iterator[_Visit]:
        """Yield the questions of a response."""
        yield from self._items(resource.data, _Place((), (), resource.steps, 0), Counter())

    def _items(self, above: Json, place: _Place, seen: Counter[str]) -> Iterator[_Visit]:
        items = numbered(above, "item")
        if not items:
            return
        times = Counter(plain(item.get("linkId")) for _, item in items)
        for number, item in items:
            links, steps = (*place.links, plain(item.get("linkId"))), (*place.steps, "item", number)
            answers = json_list(item.get("answer"))
            name = self.form.draft(item, links, place.ids, answers)
            ids, repeat = (*place.ids, name), place.repeat
            if name in self.form.groups:
                if times[links[-1]] > 1 and not self.form.groups[name].repeat:
                    self.form.groups[name] = evolve(self.form.groups[name], repeat=True)
                seen[name] += 1
                if self.form.groups[name].repeat:
                    repeat = seen[name]
            else:
                yield _Visit(name, answers, steps, place.repeat)
            for at, answer in numbered(item, "answer"):
                if "item" in answer:
                    yield from self._items(answer, _Place(links, ids, (*steps, "answer", at), repeat), seen)
            if "item" in item:
                yield from self._items(item, _Place(links, ids, steps, repeat), seen)

    # --- records ---

    def record(self, resource: Resource, number: int) -> SurveyRecord:
        """Return the record of a response."""
        data = resource.data
        source = json_object(data.get("source")) or json_object(data.get("author"))
        identifiers = [data.get("identifier"), *json_list(data.get("identifier"))]
        named = (plain(json_object(identifier).get("value")) for identifier in identifiers)
        version = plain(data.get("questionnaire")).partition("|")[2]
        return SurveyRecord(
            id=plain(data.get("id")) or next(filter(None, named), "") or str(number),
            values=tuple(self.values(resource)),
            origin=self.resources.origin(*resource.steps),
            moment=plain(data.get("authored")),
            moment_origin=self.resources.origin(*resource.steps, "authored") if "authored" in data else None,
            status=_STATUS.get(plain(data.get("status")), ResponseStatus.SUBMITTED),
            respondent=plain(source.get("reference")),
            language=plain(data.get("language")) or None,
            version=version or None,
        )

    def values(self, resource: Resource) -> Iterator[RecordValue]:
        """Yield the values of a response, including missing ones."""
        seen: Counter[str] = Counter()
        visits = list(self.visits(resource))
        for visit in visits:
            asked = self.form.questions[visit.name]
            if asked.type is QuestionType.NOTE and not visit.answers:
                continue
            if not visit.answers:
                seen[visit.name] += 1
                origin = partial(self.resources.origin, *visit.steps)
                yield RecordValue(visit.name, None, origin, repeat=self.repeat(visit, seen))
            elif asked.type is QuestionType.SELECT_MULTIPLE:
                yield from self.chosen(visit, seen)
            else:
                for position, answer in enumerate(visit.answers):
                    seen[visit.name] += 1
                    yield from self.value(visit, position, answer, seen)
        values = {visit.name: [_format_text_of(answer) for answer in visit.answers] for visit in visits}
        for name, asked in self.form.questions.items():
            if name not in seen and asked.type is not QuestionType.NOTE and not name.endswith(f"/{OTHER}"):
                kind = Missing.NO_ANSWER if self.is_asked(name, values) else Missing.NOT_ASKED
                yield RecordValue(name, None, partial(self.resources.origin, *resource.steps), kind)

    def is_asked(self, name: str, found: Mapping[str, list[str]]) -> bool:
        """True if a question's condition is fulfilled or absent."""

        def lookup(link: str) -> str | list[str] | None:
            values = found.get(next(iter(self.form.links.get(link, ())), link), [])
            return None if not values else values[0] if len(values) == 1 else values

        asked_if = self.form.conditions.get(name)
        return asked_if is None or is_false(f"not ({asked_if})", lookup)

    def repeat(self, visit: _Visit, seen: Counter[str], name: str = "") -> int:
        """Return the number of the repeat of an answer."""
        name = name or visit.name
        return seen[name] if name in self.form.repeating else visit.repeat

    def value(self, visit: _Visit, place: int, answer: Json, seen: Counter[str]) -> Iterator[RecordValue]:
        """Yield the value of an answer."""
        asked, repeat = self.form.questions[visit.name], self.repeat(visit, seen)
        key, value = value_of(answer)
        steps: Steps = (*visit.steps, "answer", place, *((key,) if key else ()))
        absent = coded_absence(value) if key == "valueCoding" else None
        empty = key in ("", "valueCoding") or set(json_object(value)) == {"extension"}
        reason = absence(answer) if empty else None
        if reason is not None:
            kind, code, way = reason
            at = self.reason_at((*visit.steps, "answer", place), way)
            yield RecordValue(visit.name, None, at, kind, repeat, code or None)
        elif absent is not None:
            text, part = coding_key(value)
            yield RecordValue(visit.name, None, self.at(steps, part), absent, repeat, text or None)
        elif key == "valueQuantity":
            yield self.quantity(visit.name, json_object(value), steps, repeat)
        elif asked.type in SELECTS and self.is_other(visit.name, key, value):
            yield RecordValue(visit.name, OTHER, self.at(steps, ""), repeat=repeat, raw=plain(value))
            yield from self.other(visit, steps, value, seen)
        elif json_object(value):
            text, part = self.code(visit.name, json_object(value))
            yield RecordValue(visit.name, text, self.at(steps, part), repeat=repeat)
        else:
            yield RecordValue(visit.name, value, self.at(steps, ""), repeat=repeat)

    def quantity(self, name: str, part: Json, steps: Steps, repeat: int) -> RecordValue:
        """Return a quantity's value.

        If its unit differs from the question's, the raw text has the unit.
        """
        unit, number = unit_of(part), part.get("value")
        raw = f"{plain(number)} {unit}" if unit and unit != self.form.questions[name].unit else None
        return RecordValue(name, number, self.at(steps, "value"), repeat=repeat, raw=raw)

    def chosen(self, visit: _Visit, seen: Counter[str]) -> Iterator[RecordValue]:
        """Yield the chosen options as one value, and additional texts."""
        seen[visit.name] += 1
        codes: list[str] = []
        origins: list[Steps] = []
        kinds: list[Missing] = []
        for position, answer in enumerate(visit.answers):
            key, value = value_of(answer)
            steps: Steps = (*visit.steps, "answer", position, *((key,) if key else ()))
            reason = absence(answer)
            kind = reason[0] if reason is not None else coded_absence(value)
            if kind is not None:
                kinds.append(kind)
            elif self.is_other(visit.name, key, value):
                codes.append(OTHER)
                origins.append(steps)
                yield from self.other(visit, steps, value, seen)
            elif value is not None:
                text, part = self.code(visit.name, json_object(value)) if json_object(value) else (value, "")
                codes.append(plain(text))
                origins.append((*steps, part) if part else steps)
        absent = kinds[0] if kinds else Missing.NO_ANSWER
        at = self.at(origins[0] if origins else visit.steps, "")
        codes = list(dict.fromkeys(codes))
        raw = plain(value_of(visit.answers[0])[1]) if codes[:1] == [OTHER] else None
        yield RecordValue(visit.name, codes, at, absent, self.repeat(visit, seen), raw or None)

    def other(self, visit: _Visit, steps: Steps, value: object, seen: Counter[str]) -> Iterator[RecordValue]:
        """Yield an "other" text."""
        name = f"{visit.name}/{OTHER}"
        seen[name] += 1
        yield RecordValue(name, plain(value), self.at(steps, ""), repeat=self.repeat(visit, seen, name))

    def is_other(self, name: str, key: str, value: object) -> bool:
        """True for a text outside a question's options."""
        asked = self.form.questions[name]
        return key == "valueString" and f"{name}/{OTHER}" in self.form.questions and asked.choice(plain(value)) is None

    def code(self, name: str, part: Json) -> tuple[str, str]:
        """Return an option's code, with its system if ambiguous."""
        text, key = coding_key(part)
        full = f"{plain(part.get('system'))}|{text}"
        return (full if self.form.questions[name].choice(full) is not None else text), key

    def reason_at(self, steps: Steps, way: Steps) -> Any:
        """Return the path of a reason.

        The reason is inside the primitive in XML, and next to it in JSON.
        """
        xml = bool(self.resources.root)
        return self.at(
            (*steps, *(str(step).lstrip("_") if xml and isinstance(step, str) else step for step in way)), ""
        )

    def at(self, steps: Steps, part: str) -> Any:
        """Return a function that makes the origin of a value."""
        path = (*steps, part) if part else steps
        return partial(self.resources.origin, *path, *(("@value",) if self.resources.root else ()))
