"""SurveyJS definitions as questionnaires, with data paths."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, field

from capbuild.formats import (
    KnownValues,
    is_json_list,
    is_json_object,
    json_list,
    json_object,
    personal_by_head,
    plain_text,
)
from capbuild.model import (
    Choice,
    Missing,
    PersonalData,
    Question,
    QuestionGroup,
    Questionnaire,
    QuestionType,
    SkipRule,
)
from capbuild.text import Text, Translation, numbered_name

Json = Mapping[str, Any]
_TYPES = {
    **dict.fromkeys(("radiogroup", "dropdown", "buttongroup", "imagepicker"), QuestionType.SELECT_ONE),
    **dict.fromkeys(("checkbox", "tagbox"), QuestionType.SELECT_MULTIPLE),
    **dict.fromkeys(("file", "signaturepad"), QuestionType.FILE),
    **dict.fromkeys(("html", "image"), QuestionType.NOTE),
    "text": QuestionType.TEXT, "comment": QuestionType.TEXT, "ranking": QuestionType.RANKING,
    "rating": QuestionType.INTEGER, "boolean": QuestionType.BOOLEAN, "expression": QuestionType.CALCULATED,
    "slider": QuestionType.DECIMAL,
}  # fmt: skip
_INPUTS = {
    "number": QuestionType.DECIMAL, "range": QuestionType.DECIMAL, "date": QuestionType.DATE,
    "datetime-local": QuestionType.DATETIME, "datetime": QuestionType.DATETIME,
}  # fmt: skip
#: Elements with elements of their own.
_BLOCKS = ("panel", "flowpanel", "paneldynamic", "matrix", "matrixdynamic", "matrixdropdown", "multipletext")
_PERSONAL = {"email": PersonalData.EMAIL, "tel": PersonalData.TELEPHONE}
#: Choices added by settings: setting names, code, label and meaning.
_EXTRA: tuple[tuple[tuple[str, str], str, str, dict[str, Any]], ...] = (
    (("showNoneItem", "hasNone"), "none", "None", {"exclusive": True}),
    (("showOtherItem", "hasOther"), "other", "Other", {"other": True}),
    (("showRefuseItem", "hasRefuse"), "refused", "Refuse to answer", {"missing": Missing.REFUSED}),
    (("showDontKnowItem", "hasDontKnow"), "dontknow", "Don't know", {"missing": Missing.DONT_KNOW}),
)
#: Known values by key.
KNOWN: Mapping[str, KnownValues] = {
    "elements.type": (*_TYPES, *_BLOCKS),
    "templateElements.type": (*_TYPES, *_BLOCKS),
    "cellType": (*_TYPES, "default"),
    "inputType": (*_INPUTS, *_PERSONAL, "text", "password", "url", "color", "month", "week", "time"),
    **dict.fromkeys(("rateMin", "rateMax"), int),
    **dict.fromkeys(("isRequired", "visible", "multiSelect", "isMultiSelect", "hasComment", "showCommentArea"), bool),
    **dict.fromkeys((name for names, *_ in _EXTRA for name in names), bool),
}
_REFERENCE = re.compile(r"\{([^{}]+)\}")


@define
class Node:
    """Position of a question in the data.

    Attributes:
        question: Id of its question; for rows and columns, of the parent note.
        children: Nodes by key, for an object or for each object of a list.
        group: Id of the repeated group, for a list of objects; empty elsewhere.
    """

    question: str
    children: "dict[str, Node]" = field(factory=dict[str, "Node"])
    group: str = ""


@define
class Survey:
    """Survey definition.

    Attributes:
        form: The questionnaire.
        nodes: Places of the questions by key.
    """

    form: Questionnaire
    nodes: dict[str, Node]


def list_pages(definition: Json) -> list[Json]:
    """Return a definition's pages, top-level elements as one."""
    pages = json_list(definition.get("pages"))
    loose = [key for key in ("elements", "questions") if json_list(definition.get(key))]
    return pages or [{"name": "page1", "elements": definition[key]} for key in loose]


def list_elements(parent: Json) -> list[Json]:
    """Return the elements of a page or panel."""
    return [*json_list(parent.get("elements")), *json_list(parent.get("questions"))]


@define
class _Place:
    """Context of elements.

    Attributes:
        nodes: Collects their nodes.
        group: Id of their group.
        prefix: Prefix of their ids.
        condition: Condition for showing them.
        title: Title of the panel, for questions without their own.
    """

    nodes: dict[str, Node]
    group: str
    prefix: str = ""
    condition: str = ""
    title: object = ""


@define
class _Builder:
    language: str
    questions: dict[str, Question] = field(factory=dict[str, Question])
    groups: dict[str, QuestionGroup] = field(factory=dict[str, QuestionGroup])
    lists: dict[str, tuple[Choice, ...]] = field(factory=dict[str, tuple[Choice, ...]])

    def text(self, value: object, fallback: str, prefix: str = "") -> Text:
        """Return a text in all languages."""
        texts = json_object(value) if is_json_object(value) else {"default": value}
        named = {str(tag): plain_text(text) for tag, text in texts.items() if isinstance(text, str | int | float)}
        source = named.pop("default", "") or named.get(self.language, "") or next(iter(named.values()), "") or fallback
        mark = f"{prefix}: " if prefix else ""
        others = {tag: Translation(mark + text) for tag, text in named.items() if text and tag != self.language}
        return Text(mark + source, self.language, others)

    def unique(self, name: str, used: Mapping[str, object]) -> str:
        """Return a unique name."""
        return numbered_name(name.strip() or "question", used.__contains__)

    def add_group(self, element: Json, parent: str | None, *, repeat: bool = False, name: str = "") -> str:
        """Add a page, panel or repeated block; return its id."""
        group_id = self.unique(name or str(element.get("name") or "page"), self.groups)
        title = self.text(element.get("title"), group_id)
        self.groups[group_id] = QuestionGroup(id=group_id, title=title, parent=parent, repeat=repeat)
        return group_id

    def add(self, name: str, element: Json, place: _Place, **values: Any) -> str:
        """Add a question, and return its id."""
        question_id = self.unique(place.prefix + name, self.questions)
        condition = _join_conditions(place.condition, element)
        hint = self.text(element.get("description"), "")
        title = element.get("title") or element.get("html")
        shown = title if plain_text(title if isinstance(title, str) else "x") else place.title
        values.setdefault("text", self.text(shown, name))
        values.setdefault("type", QuestionType.NOTE)
        input_type = str(element.get("inputType"))
        if values["type"] is not QuestionType.NOTE:
            values["personal"] = _PERSONAL.get(input_type) or personal_by_head(values["text"].source)
        asked = tuple(dict.fromkeys(name for name in _REFERENCE.findall(condition) if name in self.questions))
        self.questions[question_id] = Question(
            id=question_id,
            hint=hint if hint.source else None,
            group=place.group,
            required=element.get("isRequired") is True,
            skip=SkipRule(expression=condition, dialect="surveyjs", questions=asked) if condition else None,
            **values,
        )
        return question_id

    # --- elements ---

    def build(self, parent: Json, place: _Place) -> None:
        """Add the elements of a page or panel."""
        for element in list_elements(parent):
            kind, name = str(element.get("type") or "text"), str(element.get("name") or "question")
            key = str(element.get("valueName") or name)
            if kind in ("panel", "flowpanel"):
                group = self.add_group(element, place.group)
                title = element.get("title") or place.title
                self.build(
                    element, _Place(place.nodes, group, place.prefix, _join_conditions(place.condition, element), title)
                )
            elif kind in ("paneldynamic", "matrixdynamic"):
                self.repeat(element, kind, key, place)
            elif kind in ("matrix", "matrixdropdown", "multipletext"):
                node = place.nodes.setdefault(key, Node(self.add(name, element, place)))
                self.rows(element, kind, node, place)
            else:
                self.simple(element, kind, key, place)

    def simple(self, element: Json, kind: str, key: str, place: _Place) -> None:
        """Add a question with one value, and its comment."""
        name = str(element.get("name") or "question")
        question_id = self.add(name, element, place, **self.typed(element, kind))
        self.lists[name] = self.questions[question_id].choices
        if self.questions[question_id].type is QuestionType.NOTE:
            return
        place.nodes.setdefault(key, Node(question_id))
        comment = any(choice.other for choice in self.questions[question_id].choices)
        if comment or element.get("showCommentArea") or element.get("hasComment"):
            label = element.get("otherText") if comment else element.get("commentText")
            text = self.text(label, "Other" if comment else "Comment")
            values = {"text": text, "type": QuestionType.TEXT, "parent": question_id}
            place.nodes.setdefault(f"{key}-Comment", Node(self.add(f"{name}-Comment", {}, place, **values)))

    def repeat(self, element: Json, kind: str, key: str, place: _Place) -> None:
        """Add a list of objects: a dynamic panel or matrix."""
        name = str(element.get("name") or "question")
        group = self.add_group(element, place.group, repeat=True, name=place.prefix + name)
        node = place.nodes.setdefault(key, Node("", {}, group))
        inner = _Place(
            node.children,
            group,
            f"{place.prefix}{name}.",
            _join_conditions(place.condition, element),
            element.get("title"),
        )
        if kind == "paneldynamic":
            self.build({"elements": element.get("templateElements")}, inner)
            return
        for column in json_list(element.get("columns")):
            self.column(element, column, inner)

    def rows(self, element: Json, kind: str, node: Node, place: _Place) -> None:
        """Add the rows of an element.

        These are rows or cells of a matrix, or items of a text list.
        """
        condition, note = _join_conditions(place.condition, element), node.question
        inner = _Place(node.children, place.group, f"{note}.", condition)
        if kind == "multipletext":
            for item in json_list(element.get("items")):
                name = str(item.get("name") or "item")
                values = {**self.typed(item, "text"), "parent": note}
                inner.nodes.setdefault(name, Node(self.add(name, item, inner, **values)))
            return
        for code, label in _items(element.get("rows")):
            text = self.text(label, code)
            if kind == "matrix":
                many = element.get("cellType") == "checkbox" or element.get("isMultiSelect") is True
                type_ = QuestionType.SELECT_MULTIPLE if many else QuestionType.SELECT_ONE
                choices = self.choices({"choices": element.get("columns")})
                question_id = self.add(code, {}, inner, type=type_, text=text, choices=choices, parent=note)
                inner.nodes.setdefault(code, Node(question_id))
                continue
            row = inner.nodes.setdefault(code, Node(note))
            cells = _Place(row.children, place.group, f"{note}.{code}.", condition)
            for column in json_list(element.get("columns")):
                self.column(element, column, cells, parent=note, row=text.source)

    def column(self, matrix: Json, column: Json, place: _Place, parent: str | None = None, row: str = "") -> None:
        """Add a matrix column.

        The column is that of one row, or of each row that respondents add.
        """
        name = str(column.get("name") or "column")
        listed = column.get("choices") or matrix.get("choices")
        kind = str(column.get("cellType") or matrix.get("cellType") or "dropdown")
        kind = str(matrix.get("cellType") or "dropdown") if kind == "default" else kind
        typed = self.typed({**column, "choices": listed}, kind)
        if kind == "checkbox" and not typed["choices"]:
            typed["type"] = QuestionType.BOOLEAN
        text = self.text(column.get("title"), name, row)
        question_id = self.add(name, column, place, **{**typed, "text": text, "parent": parent})
        place.nodes.setdefault(name, Node(question_id))

    def typed(self, element: Json, kind: str) -> dict[str, Any]:
        """Return type, choices and limits of a question."""
        type_ = _TYPES.get(kind, QuestionType.UNKNOWN)
        choices = self.choices(element) if type_.value.startswith("select") or type_ is QuestionType.RANKING else ()
        settings: dict[str, Any] = {"type": type_, "choices": choices}
        if kind == "imagepicker" and element.get("multiSelect"):
            settings["type"] = QuestionType.SELECT_MULTIPLE
        elif kind == "text":
            settings["type"] = _INPUTS.get(str(element.get("inputType")), QuestionType.TEXT)
        elif kind == "boolean" and ("valueTrue" in element or "valueFalse" in element):
            values = [
                (element.get("valueTrue", True), "labelTrue", "Yes"),
                (element.get("valueFalse", False), "labelFalse", "No"),
            ]
            settings["type"] = QuestionType.SELECT_ONE
            settings["choices"] = [
                Choice(code=_format_code(value), label=self.text(element.get(label), word))
                for value, label, word in values
            ]
        elif kind == "rating":
            listed = self.choices({"choices": element.get("rateValues")})
            low, high = (element.get(name, other) for name, other in (("rateMin", 1), ("rateMax", 5)))
            numbers = all(isinstance(number, int) for number in (low, high)) and low <= high
            limits = {"minimum": low, "maximum": high} if numbers else {}
            settings.update({"type": QuestionType.SELECT_ONE, "choices": listed} if listed else limits)
        return settings

    def choices(self, element: Json) -> tuple[Choice, ...]:
        """Return a question's choices, also those of settings."""
        by_code: dict[str, Choice] = {}
        for code, label in _items(element.get("choices")):
            by_code.setdefault(code, Choice(code=code, label=self.text(label, code)))
        by_code |= {choice.code: choice for choice in self.lists.get(str(element.get("choicesFromQuestion")), ())}
        for names, code, label, meaning in _EXTRA:
            if any(element.get(name) is True for name in names):
                by_code[code] = Choice(code=code, label=self.text(element.get(f"{code}Text"), label), **meaning)
        return tuple(by_code.values())


def _format_code(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).strip()


def _items(listed: object) -> Iterator[tuple[str, object]]:
    """Yield value and text of listed items.

    Items are choices, rows or columns, written as scalars, `value|text` or objects.
    """
    for item in listed if is_json_list(listed) else ():
        if is_json_object(item):
            value = item.get("value")
            if isinstance(value, str | int | float) and _format_code(value):
                yield _format_code(value), item.get("text", _format_code(value))
        elif isinstance(item, str | int | float) and _format_code(item).strip("|"):
            code, _, label = _format_code(item).partition("|")
            yield code.strip() or label.strip(), label or code


def _join_conditions(condition: str, element: Json) -> str:
    """Return an element's condition joined with its parents'.

    The condition of an element that is never shown is `false`.
    """
    own = str(element.get("visibleIf") or "").strip()
    if not own and element.get("visible") is False:
        own = "false"
    return f"({condition}) and ({own})" if condition and own else condition or own


def build_survey(definition: Json, name: str) -> Survey:
    """Return the survey of a definition.

    Args:
        definition: The definition.
        name: Name of the file.
    """
    locale = definition.get("locale")
    language = locale if isinstance(locale, str) and locale else "und"
    builder, nodes = _Builder(language), dict[str, Node]()
    for number, page in enumerate(list_pages(definition), 1):
        group = builder.add_group(page, None, name=str(page.get("name") or f"page{number}"))
        builder.build(page, _Place(nodes, group, "", _join_conditions("", page), page.get("title")))
    title = builder.text(definition.get("title"), name)
    tags = dict.fromkeys([*title.languages, *(tag for q in builder.questions.values() for tag in q.text.languages)])
    form = Questionnaire(
        id=str(definition.get("surveyId") or definition.get("surveyPostId") or name),
        title=title,
        languages=tuple(tag for tag in tags if tag != "und"),
        groups=tuple(builder.groups.values()),
        questions=tuple(builder.questions.values()),
    )
    return Survey(form, nodes)
