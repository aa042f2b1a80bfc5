"""Survey definitions (`.qsf`) as questionnaires, with export columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import define, evolve, field, frozen

from capbuild.formats import MISSING_WORDS, KnownValues, check_definition, personal_by_head, plain_text
from capbuild.model import Choice, Issue, Question, QuestionGroup, Questionnaire, QuestionType, SkipRule
from capbuild.plugins import InputFile
from capbuild.text import Text, Translation
from capbuild_qualtrics.exports import load_json

Json = Mapping[str, Any]
_SCRIPTS = {"zh-s": "zh-Hans", "zh-t": "zh-Hant"}
#: Known kinds of elements.
_KNOWN: Mapping[str, KnownValues] = {
    "Element": ("BL", "BR", "FL", "NT", "PL", "PROJ", "QC", "QG", "QO", "RS", "SCO", "SO", "SQ", "STAT", "TR")
}
_ROWS_OF_NUMBERS = {"CS", "Slider"}
_NOTES = {"DB", "Timing", "Meta", "Captcha"}


@frozen
class Slot:
    """Meaning of an export column.

    Attributes:
        question: Id of its question.
        code: Code of the choice ticked or ranked in the column; None if it has the whole answer.
    """

    question: str
    code: str | None = None


@define
class Survey:
    """Survey definition.

    Attributes:
        form: The questionnaire.
        fields: Slots by import id, with `_` between its parts.
        names: Slots by column name, in the order of the survey.
        bases: Questions by Qualtrics id.
        labels: Codes by folded label, for each question.
        issues: Parts that are not read.
    """

    form: Questionnaire
    fields: dict[str, Slot] = field(factory=dict)
    names: dict[str, list[Slot]] = field(factory=dict)
    bases: dict[str, str] = field(factory=dict)
    labels: dict[str, dict[str, str]] = field(factory=dict)
    issues: tuple[Issue, ...] = ()


def language_tag(code: str) -> str:
    """Return the language tag of a Qualtrics code.

    Example:
        >>> language_tag("ES-419"), language_tag("PT-BR"), language_tag("ZH-S")
        ('es-419', 'pt-BR', 'zh-Hans')
    """
    low = code.strip().lower()
    base, _, region = low.partition("-")
    return _SCRIPTS.get(low) or (f"{base}-{region.upper()}" if region else base)


def _map(value: object) -> dict[str, Any]:
    """Return a map of items, from a map or list.

    Items of a list are numbered from 1.
    """
    if isinstance(value, Mapping):
        return {str(key): item for key, item in value.items()}
    return {str(key): item for key, item in enumerate(value, 1)} if isinstance(value, list) else {}


def _list(value: object) -> list[Json]:
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [item for item in items if isinstance(item, Mapping)]


def _list_elements(definition: Json, kind: str) -> Iterator[Any]:
    for element in _list(definition.get("SurveyElements")):
        if element.get("Element") == kind:
            yield element.get("Payload")


def list_blocks(definition: Json) -> list[Json]:
    """Return the blocks outside the trash, in survey-flow order."""
    blocks = [block for payload in _list_elements(definition, "BL") for block in _list(payload)]
    order: list[str] = []

    def walk(node: object) -> None:
        for step in _list(node.get("Flow")) if isinstance(node, Mapping) else ():
            order.append(str(step.get("ID")))
            walk(step)

    for payload in _list_elements(definition, "FL"):
        walk(payload)
    live = [block for block in blocks if block.get("Type") != "Trash"]
    return sorted(live, key=lambda block: order.index(i) if (i := str(block.get("ID"))) in order else len(order))


def list_questions(definition: Json) -> Iterator[tuple[Json, Json]]:
    """Yield each question outside the trash with its block."""
    listed = [payload for payload in _list_elements(definition, "SQ") if isinstance(payload, Mapping)]
    asked = {str(payload["QuestionID"]): payload for payload in listed if payload.get("QuestionID")}
    for block in list_blocks(definition):
        for element in _list(block.get("BlockElements")):
            payload = asked.pop(str(element.get("QuestionID")), None)
            if payload is not None:
                yield block, payload


@frozen
class _Rows:
    """Rows of a matrix, side-by-side column or form.

    Attributes:
        payload: Their definition.
        key: Prefix of their import ids.
        tag: Prefix of their column names.
        note: Their parent question.
        prefix: Title of the side-by-side column.
    """

    payload: Json
    key: str
    tag: str
    note: Question
    prefix: str = ""


@define
class _Builder:
    """Builds questions and their columns."""

    language: str
    tags: dict[str, str]
    questions: dict[str, Question] = field(factory=dict)
    fields: dict[str, Slot] = field(factory=dict)
    names: dict[str, list[Slot]] = field(factory=dict)
    bases: dict[str, str] = field(factory=dict)
    labels: dict[str, dict[str, str]] = field(factory=dict)

    def text(self, payload: Json, *path: str, fallback: str = "", prefix: str = "") -> Text:
        """Return a text in all languages."""

        def look(node: object) -> str:
            for step in path:
                node = _map(node).get(step)
            return plain_text(node)

        source = look(payload) or fallback
        other = {language_tag(code): look(texts) for code, texts in _list_translations(payload)}
        mark = f"{prefix} - " if prefix else ""
        kept = {tag: Translation(mark + text) for tag, text in other.items() if text and tag != self.language}
        return Text(mark + source, self.language, kept)

    def choices(self, payload: Json, part: str) -> dict[str, Choice]:
        """Return a question's choices by position in the definition."""
        listed = _map(payload.get(part))
        order = payload.get("ChoiceOrder" if part == "Choices" else "AnswerOrder")
        keys = [k for k in map(str, order) if k in listed] if isinstance(order, list) and order else list(listed)
        choices: dict[str, Choice] = {}
        for key in keys:
            item = _map(listed[key])
            code = self.recode(payload, key)
            if code in {choice.code for choice in choices.values()}:
                code = f"{code} ({key})"
            label = self.text(payload, part, key, "Display", fallback=key)
            choices[key] = Choice(
                code=code,
                label=label,
                other=str(item.get("TextEntry")).lower() == "true",
                exclusive=str(item.get("ExclusiveAnswer")).lower() == "true",
                missing=MISSING_WORDS.get(label.source.casefold()),
            )
        return choices

    def add(self, name: str, key: str, payload: Json, **values: Any) -> Question:
        """Add a question; a duplicate name gets its Qualtrics id."""
        name = name if name not in self.questions else f"{name} ({key})"
        settings = _map(_map(payload.get("Validation")).get("Settings"))
        values.setdefault("text", self.text(payload, "QuestionText", fallback=name))
        if values.get("type") is not QuestionType.NOTE:
            values["personal"] = personal_by_head(values["text"].source)
        question = Question(id=name, required=settings.get("ForceResponse") == "ON", skip=self.skip(payload), **values)
        self.questions[name] = question
        known = _map(payload.get("VariableNaming"))
        words = {str(known[k]).casefold(): k for k in known if isinstance(known[k], str)}
        codes = {plain_text(text.get(tag)).casefold(): c.code for c in question.choices for text in [c.label]
                 for tag in text.languages}  # fmt: skip
        self.labels[name] = {**{word: self.recode(payload, k) for word, k in words.items()}, **codes}
        return question

    @staticmethod
    def recode(payload: Json, key: str) -> str:
        """Return the export code of a position."""
        return str(_map(payload.get("RecodeValues")).get(key, key)).strip() or key

    def slot(self, field_id: str, slot: Slot, *names: str) -> None:
        """Add the column of a question."""
        self.fields.setdefault(field_id, slot)
        for name in dict.fromkeys(names):
            self.names.setdefault(name, []).append(slot)

    def skip(self, payload: Json) -> SkipRule | None:
        """Return the display logic as a rule."""
        leaves = list(_list_leaves(payload.get("DisplayLogic")))
        texts = [plain_text(leaf.get("Description")) for leaf in leaves]
        asked = [self.tags.get(str(leaf.get("QuestionID"))) for leaf in leaves]
        expression = " ".join(text for text in texts if text)
        if not expression:
            return None
        named = tuple(dict.fromkeys(tag for tag in asked if tag))
        return SkipRule(expression=expression, dialect="qualtrics", questions=named)

    # --- kinds of questions ---

    def build(self, payload: Json, group: str) -> None:
        """Add a question of any type."""
        key, kind, selector = (str(payload.get(name) or "") for name in ("QuestionID", "QuestionType", "Selector"))
        tag, form = self.tags[key], kind == "TE" and selector == "FORM"
        if kind not in {"SBS", "Matrix", *_ROWS_OF_NUMBERS} and not form:
            self.simple(payload, key, kind, group)
            return
        note = self.add(tag, key, payload, type=QuestionType.NOTE, group=group)
        self.bases[key] = note.id
        rows = _Rows(payload, key, tag, note)
        if kind == "Matrix":
            self.grid(rows)
        elif kind == "SBS":
            for number, column in _map(payload.get("AdditionalQuestions")).items():
                part = {**_map(column), "ChoiceOrder": payload.get("ChoiceOrder")}
                name = str(part.get("DataExportTag") or f"{tag}#{number}")
                self.grid(_Rows(part, f"{key}#{number}", name, note, plain_text(part.get("QuestionText"))))
        else:
            for place in self.choices(payload, "Choices"):
                self.row(rows, place, type=QuestionType.TEXT if form else QuestionType.DECIMAL)

    def simple(self, payload: Json, key: str, kind: str, group: str) -> None:
        """Add a question with one answer."""
        selector = str(payload.get("Selector"))
        tag, choices = self.tags[key], self.choices(payload, "Choices")
        type_ = QuestionType.UNKNOWN
        if kind == "TE":
            type_, choices = QuestionType.TEXT, {}
        elif kind == "RO":
            type_ = QuestionType.RANKING
        elif kind == "MC":
            type_ = QuestionType.SELECT_MULTIPLE if selector.startswith("MA") else QuestionType.SELECT_ONE
        elif kind in {"FileUpload", "Draw"}:
            type_ = QuestionType.FILE
        elif kind in _NOTES:
            type_ = QuestionType.NOTE
        question = self.add(tag, key, payload, type=type_, group=group, choices=tuple(choices.values()))
        self.bases[key] = question.id
        whole = {QuestionType.TEXT: f"{key}_TEXT", QuestionType.FILE: f"{key}_ID"}.get(type_, key)
        self.slot(whole, Slot(question.id), tag, f"{tag}_Id" if type_ is QuestionType.FILE else tag)
        for place, choice in choices.items():
            if type_ in (QuestionType.SELECT_MULTIPLE, QuestionType.RANKING):
                self.slot(f"{key}_{place}", Slot(question.id, choice.code), f"{tag}_{place}", f"{tag}_{choice.code}")
            if choice.other:
                only = sum(option.other for option in choices.values()) == 1
                older = ((f"{key}_TEXT", f"{tag}_TEXT"),) if only else ()  # legacy exports have one text per question
                self.detail(((f"{key}_{place}_TEXT", f"{tag}_{place}_TEXT"), *older), question, choice)

    def detail(self, columns: Sequence[tuple[str, str]], asked: Question, choice: Choice) -> None:
        """Add the free text of a choice.

        `columns` has the possible import ids and names of its column, the usual ones first.
        """
        field_id, name = columns[0]
        question = self.add(name, field_id, {}, text=choice.label, parent=asked.id, group=asked.group)
        for column, other in columns:
            self.slot(column, Slot(question.id), other)

    def row(self, rows: _Rows, place: str, **values: Any) -> Question:
        """Add a row with one column."""
        payload, field_id, tag = rows.payload, f"{rows.key}_{place}", rows.tag
        own = _map(payload.get("ChoiceDataExportTags")).get(place)
        base, _, column = tag.partition("#")
        name = str(own) if own and not column else f"{tag}_{place}"
        text = self.text(payload, "Choices", place, "Display", fallback=place, prefix=rows.prefix)
        coded = {part: payload.get(part) for part in ("RecodeValues", "VariableNaming")}
        question = self.add(name, field_id, coded, text=text, parent=rows.note.id, group=rows.note.group, **values)
        legacy_name = f"{own or f'{base}_{place}'}: {column}"  # legacy side by side
        self.slot(field_id, Slot(question.id), name, f"{tag}_{place}", legacy_name)
        if str(_map(_map(payload.get("Choices")).get(place)).get("TextEntry")).lower() == "true":
            names = (f"{name}_TEXT", f"{tag}{name}_TEXT")
            self.detail(
                [(f"{field_id}_TEXT", column_name) for column_name in names], question, Choice(code=place, label=text)
            )
        return question

    def grid(self, rows: _Rows) -> None:
        """Add the rows of a matrix or side-by-side column."""
        payload, answers = rows.payload, self.choices(rows.payload, "Answers")
        selector, many = str(payload.get("Selector")), payload.get("SubSelector") == "MultipleAnswer"
        type_ = QuestionType.SELECT_MULTIPLE if many else QuestionType.SELECT_ONE
        for place in self.choices({**payload, "RecodeValues": {}}, "Choices"):
            if selector in ("TE", "CS"):
                self.cells(rows, place, answers, QuestionType.TEXT if selector == "TE" else QuestionType.DECIMAL)
                continue
            matrix_row = self.row(rows, place, type=type_, choices=tuple(answers.values()))
            for answer, choice in answers.items() if many else ():
                names = (f"{matrix_row.id.partition(' (')[0]}_{answer}", f"{rows.tag}_{place}_{choice.code}")
                self.slot(f"{rows.key}_{place}_{answer}", Slot(matrix_row.id, choice.code), *names)

    def cells(self, rows: _Rows, place: str, answers: Mapping[str, Choice], type_: QuestionType) -> None:
        """Add the cells of a row of texts or numbers."""
        row = self.text(rows.payload, "Choices", place, "Display", fallback=place, prefix=rows.prefix)
        base, _, column = rows.tag.partition("#")
        for answer, choice in answers.items():
            name, field_id = f"{rows.tag}_{place}_{answer}", f"{rows.key}_{place}_{answer}"
            text = Text(f"{row.source} - {choice.label.source}", self.language)
            about = {"parent": rows.note.id, "group": rows.note.group, "type": type_, "text": text}
            question_id = self.add(name, field_id, {}, **about)
            self.slot(field_id, Slot(question_id.id), name, f"{name}_TEXT", f"{base}_{place}: {column}_{answer}_TEXT")
            self.fields.setdefault(f"{field_id}_TEXT", Slot(question_id.id))


def _list_translations(payload: Json) -> list[tuple[str, Json]]:
    languages = payload.get("Language")
    return [(str(code), texts) for code, texts in languages.items()] if isinstance(languages, Mapping) else []


def _list_leaves(node: object) -> Iterator[Json]:
    """Yield the conditions of a display logic."""
    if isinstance(node, Mapping):
        if "Description" in node:
            yield node
        else:
            for value in node.values():
                yield from _list_leaves(value)


def read_survey(source: InputFile) -> Survey:
    """Return the survey defined in a file.

    Raises:
        ReadError: It defines no survey.
    """
    definition = load_json(source)
    entry = definition.get("SurveyEntry")
    if not isinstance(entry, Mapping) or not isinstance(definition.get("SurveyElements"), list):
        raise source.error("is no Qualtrics survey", "QUAL1", "give the .qsf file")
    questions = list(list_questions(definition))
    language = language_tag(str(entry.get("SurveyLanguage") or "")) or "und"
    tags = {str(p.get("QuestionID")): str(p.get("DataExportTag") or p.get("QuestionID")).strip() for _, p in questions}
    builder = _Builder(language, {key: tag or key for key, tag in tags.items()})
    for block, payload in questions:
        builder.build(payload, str(block.get("ID") or "block"))
    form = Questionnaire(
        id=str(entry.get("SurveyID") or source.name),
        title=Text(plain_text(entry.get("SurveyName")) or source.name, language),
        languages=_list_languages(language, builder.questions.values()),
        groups=_list_groups(definition, language),
        questions=tuple(builder.questions.values()),
    )
    kinds = [{"Element": element.get("Element")} for element in _list(definition["SurveyElements"])]
    doubts = tuple(check_definition(source.name, {"SurveyElements": kinds}, form, _KNOWN))
    return Survey(form, builder.fields, builder.names, builder.bases, builder.labels, doubts)


def _list_languages(own: str, questions: Iterable[Question]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([own, *(tag for question in questions for tag in question.text.languages)]))


def _list_groups(definition: Json, language: str) -> Sequence[QuestionGroup]:
    groups: dict[str, QuestionGroup] = {}
    for block in list_blocks(definition):
        name = str(block.get("ID") or "block")
        options = _map(block.get("Options"))
        loops = str(options.get("Looping") or "None") != "None"
        title = Text(plain_text(block.get("Description")) or name, language)
        group = QuestionGroup(id=name, title=title, repeat=loops)
        groups[name] = evolve(groups.get(name, group), repeat=loops or groups.get(name, group).repeat)
    return tuple(groups.values())
