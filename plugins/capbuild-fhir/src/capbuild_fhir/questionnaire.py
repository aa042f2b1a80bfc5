"""FHIR Questionnaires as questionnaires, or drafts from responses."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import define, evolve, field

from capbuild.formats import MISSING_WORDS, IssueLog, json_list, json_object, personal_by_head
from capbuild.model import Choice, Question, QuestionGroup, Questionnaire, QuestionType, Severity
from capbuild.text import Text, as_text
from capbuild_fhir.codes import (
    coded_absence,
    coding_key,
    concepts,
    condition,
    number_of,
    skip_rule,
    translations,
    unit_of,
)
from capbuild_fhir.resources import Resource, extensions, is_true, plain, value_of

Json = Mapping[str, Any]
#: Path of link ids from the root.
Links = tuple[str, ...]
TYPES = {
    "boolean": QuestionType.BOOLEAN,
    "decimal": QuestionType.DECIMAL,
    "quantity": QuestionType.DECIMAL,
    "integer": QuestionType.INTEGER,
    "date": QuestionType.DATE,
    "dateTime": QuestionType.DATETIME,
    "time": QuestionType.TIME,
    "choice": QuestionType.SELECT_ONE,
    "coding": QuestionType.SELECT_ONE,
    "open-choice": QuestionType.SELECT_ONE,
    "attachment": QuestionType.FILE,
    "display": QuestionType.NOTE,
    "question": QuestionType.UNKNOWN,
}
#: Question types by answer type, for files without a definition.
_ANSWERED = {
    "valueBoolean": "boolean",
    "valueDecimal": "decimal",
    "valueQuantity": "quantity",
    "valueInteger": "integer",
    "valueDate": "date",
    "valueDateTime": "dateTime",
    "valueTime": "time",
    "valueCoding": "coding",
    "valueAttachment": "attachment",
}
_HELP = frozenset(("help", "flyover"))
SELECTS = (QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE)
#: Code of a text in addition to the options.
OTHER = "other"


def _is_help(item: Json) -> bool:
    """True for an item that only displays help."""
    controls = (json_object(value_of(extension)[1]) for extension in extensions(item, "questionnaire-itemControl"))
    codes = {plain(code.get("code")) for control in controls for code in json_list(control.get("coding"))}
    return plain(item.get("type")) == "display" and bool(codes & _HELP)


@define
class Form:
    """Questionnaire under construction.

    Attributes:
        log: Issues.
        language: Language of its texts.
        sets: Value sets of the file, by address and `#id`.
        questions: Questions by id.
        ids: Ids of questions and groups by their link ids.
        conditions: Conditions of questions, including those of their parents.
    """

    log: IssueLog
    language: str = "und"
    sets: dict[str, list[Json]] = field(factory=dict[str, list[Json]])
    questions: dict[str, Question] = field(factory=dict[str, Question])
    groups: dict[str, QuestionGroup] = field(factory=dict[str, QuestionGroup])
    ids: dict[Links, str] = field(factory=dict[Links, str])
    links: dict[str, list[str]] = field(factory=dict[str, list[str]])
    repeating: set[str] = field(factory=set[str])
    conditions: dict[str, str] = field(factory=dict[str, str])
    _used: set[str] = field(factory=set[str], init=False)

    # --- definition ---

    def add_definition(self, resource: Resource, others: Sequence[Resource]) -> None:
        """Add the items of a Questionnaire.

        Args:
            resource: The Questionnaire.
            others: Other resources of its file, such as value sets.
        """
        self.language = plain(resource.data.get("language")) or "und"
        for other in others:
            if other.kind == "ValueSet":
                listed = list(concepts(other.data))
                for name in (plain(other.data.get("url")), f"#{plain(other.data.get('id'))}"):
                    self.sets.setdefault(name, listed)
        for item in json_list(resource.data.get("item")):
            self.add_item(item, (), None, None, "")
        self.resolve_rules()

    def add_item(self, item: Json, above: Links, group: str | None, parent: str | None, asked_if: str) -> None:
        """Add an item and its children.

        Children inherit the condition of their parent.
        """
        links = (*above, plain(item.get("linkId")))
        kind = plain(item.get("type"))
        inner = json_list(item.get("item"))
        asked_if = " and ".join(part for part in (asked_if, condition(item)) if part)
        name = self.name(links)
        if kind == "group":
            title = self.text(item, name)
            self.groups[name] = QuestionGroup(id=name, title=title, parent=group, repeat=is_true(item.get("repeats")))
            group, parent = name, None
        else:
            self.questions[name] = self.question(item, name, kind, group, parent)
            if asked_if:
                self.conditions[name] = asked_if
            if kind == "open-choice" or plain(item.get("answerConstraint")) == "optionsOrString":
                self.add_other(name)
            parent = name
        for child in inner:
            if parent is not None and _is_help(child):
                self.questions[parent] = evolve(self.questions[parent], hint=self.text(child, ""))
                self.ids[*links, plain(child.get("linkId"))] = parent
                continue
            self.add_item(child, links, group, parent, asked_if)

    def add_other(self, name: str) -> str:
        """Add an "other" option and text; return the question's id."""
        asked, other = self.questions[name], f"{name}/{OTHER}"
        if other not in self.questions:
            if asked.choice(OTHER) is None:
                choice = Choice(code=OTHER, label=Text("Other", "en"), other=True)
                self.questions[name] = evolve(asked, choices=(*asked.choices, choice))
            self.questions[other] = Question(id=other, text=asked.text, parent=name, group=asked.group)
        return other

    def name(self, links: Links) -> str:
        """Return the id of an item.

        This is its link id, with those of its parents before it if needed to make it unique.
        """
        if links not in self.ids:
            names = ("/".join(links[-size:]) for size in range(1, len(links) + 1))
            free = next((name for name in names if name.strip("/") and name not in self._used), "")
            self.ids[links] = free or f"item {len(self.ids) + 1}"
            self._used.add(self.ids[links])
            self.links.setdefault(links[-1], []).append(self.ids[links])
        return self.ids[links]

    def text(self, item: Json, fallback: str) -> Text:
        """Return the text of an item in all languages."""
        codes = (plain(code.get("display")) for code in json_list(item.get("code")))
        source = plain(item.get("text")) or next(filter(None, codes), "") or plain(item.get("prefix")) or fallback
        return as_text({self.language: source, **translations(item.get("_text"), self.language)})

    def question(self, item: Json, name: str, kind: str, group: str | None, parent: str | None) -> Question:
        """Return the question of an item."""
        many, constraint = is_true(item.get("repeats")), plain(item.get("answerConstraint"))
        choices = () if kind in ("display", "boolean") else tuple(self.choices(item, name))
        type_ = TYPES.get(kind, QuestionType.TEXT)
        if type_ is QuestionType.TEXT and choices and constraint in ("", "optionsOnly", "optionsOrString"):
            type_ = QuestionType.SELECT_ONE
        if type_ is QuestionType.SELECT_ONE and many:
            type_ = QuestionType.SELECT_MULTIPLE
        if many and type_ is not QuestionType.SELECT_MULTIPLE:
            self.repeating.add(name)
        text = self.text(item, name)
        note = type_ is QuestionType.NOTE
        low, high = (number_of(extensions(item, key)) for key in ("minValue", "maxValue"))
        return Question(
            id=name,
            type=type_,
            text=text,
            choices=choices,
            group=group,
            parent=parent,
            required=is_true(item.get("required")) and not note,
            skip=skip_rule(item),
            unit=next((unit_of(value_of(extension)[1]) for extension in extensions(item, "questionnaire-unit")), ""),
            minimum=low,
            maximum=high if low is None or high is None or high >= low else None,
            personal=None if note else personal_by_head(text.source),
        )

    def choices(self, item: Json, name: str) -> Iterator[Choice]:
        """Yield an item's options, own or of a value set."""
        listed = [value_of(option)[1] for key in ("answerOption", "option") for option in json_list(item.get(key))]
        scores = [extensions(option, "ordinalValue") for option in json_list(item.get("answerOption"))]
        address = plain(item.get("answerValueSet")) or plain(json_object(item.get("options")).get("reference"))
        if address and not listed:
            known = self.sets.get(address) or self.sets.get(address.partition("|")[0])
            if known is None:
                message = f"the options of {name} are in the value set {address}, which is not in the file"
                remedy = "put the value set into the file, as a contained resource or in a Bundle"
                self.log.add("FHIR2", Severity.NOTE, message, remedy=remedy)
            listed = list(known or ())
        seen: set[str] = set()
        for position, value in enumerate(listed):
            code = coding_key(value)[0]
            part = json_object(value)
            if code in seen and part.get("system"):
                code = f"{plain(part.get('system'))}|{code}"
            if not code or code in seen:
                continue
            seen.add(code)
            label = plain(part.get("display")) or code
            texts = {self.language: label, **translations(part.get("_display"), self.language)}
            score = number_of(scores[position]) if position < len(scores) else None
            missing = coded_absence(part) or MISSING_WORDS.get(label.casefold())
            yield Choice(code=code, label=as_text(texts), score=score, missing=missing)

    def resolve_rules(self) -> None:
        """Replace link ids in rules by question ids."""
        for name, asked in self.questions.items():
            if asked.skip is not None:
                named = [self.links.get(link, [link])[0] for link in asked.skip.questions]
                self.questions[name] = evolve(asked, skip=evolve(asked.skip, questions=tuple(dict.fromkeys(named))))

    # --- draft ---

    def draft(self, item: Json, links: Links, above: Sequence[str], answers: Sequence[Json]) -> str:
        """Return a response item's id, adding a missing one.

        Args:
            item: The item.
            links: Its link ids.
            above: Ids of its parent groups and questions.
            answers: Its answers.
        """
        known = self.ids.get(links) or self.fallback(links)
        if known is not None:
            return known
        name = self.name(links)
        group = next((link for link in reversed(above) if link in self.groups), None)
        if not answers and json_list(item.get("item")):
            self.groups[name] = QuestionGroup(id=name, title=self.text(item, name), parent=group)
            return name
        kinds = [value_of(answer)[0] for answer in answers]
        kind = next((_ANSWERED[key] for key in kinds if key in _ANSWERED), "string" if any(kinds) else "question")
        parent = above[-1] if above and above[-1] in self.questions else None
        asked = self.question({**item, "type": kind}, name, kind, group, parent)
        self.questions[name] = evolve(asked, inferred=True)
        return name

    def fallback(self, links: Links) -> str | None:
        """Return the single item elsewhere with the link id."""
        named = self.links.get(links[-1], [])
        if len(named) != 1 or self.questions.get(named[0], self.groups.get(named[0])) is None:
            return None
        inferred = named[0] in self.questions and self.questions[named[0]].inferred
        return None if inferred else named[0]

    def learn(self, name: str, answers: Sequence[Json]) -> None:
        """Add the features that a question's answers show.

        These are options, multiple answers and the unit.
        """
        asked = self.questions[name]
        values = [value_of(answer) for answer in answers]
        codings = [value for key, value in values if key == "valueCoding"]
        texts = [value for key, value in values if key == "valueString"]
        if texts and asked.type in SELECTS and any(asked.choice(plain(text)) is None for text in texts):
            if self.add_other(name) and len(texts) > 1:
                self.repeating.add(f"{name}/{OTHER}")
            asked = self.questions[name]
        if asked.inferred and codings:
            known = {choice.code for choice in asked.choices}
            more = [c for c in self.choices({"answerOption": [{"valueCoding": v} for v in codings]}, name)
                    if c.code not in known]  # fmt: skip
            many = len(answers) > 1 or asked.type is QuestionType.SELECT_MULTIPLE
            type_ = QuestionType.SELECT_MULTIPLE if many else QuestionType.SELECT_ONE
            asked = evolve(asked, choices=(*asked.choices, *more), type=type_)
        elif len(answers) > 1 and asked.type is not QuestionType.SELECT_MULTIPLE:
            if asked.type is QuestionType.SELECT_ONE:
                asked = evolve(asked, type=QuestionType.SELECT_MULTIPLE)
            else:
                self.repeating.add(name)
        units = [unit_of(value) for key, value in values if key == "valueQuantity"]
        if not asked.unit and units:
            asked = evolve(asked, unit=units[0])
        self.questions[name] = asked

    def build(self, name: str, version: str, title: str, *, inferred: bool) -> Questionnaire:
        """Return the questionnaire."""
        texts = [*(group.title for group in self.groups.values()), *(asked.text for asked in self.questions.values())]
        tags = dict.fromkeys([self.language, *(tag for text in texts for tag in text.languages)])
        return Questionnaire(
            id=name,
            version=version or "1",
            title=as_text({self.language: title}),
            languages=tuple(tag for tag in tags if tag != "und"),
            groups=tuple(self.groups.values()),
            questions=tuple(self.questions.values()),
            inferred=inferred,
        )
