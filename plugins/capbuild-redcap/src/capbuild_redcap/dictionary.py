"""Data dictionaries: fields as questions, with export columns."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import define, field, frozen

from capbuild.formats import MISSING_WORDS, IssueLog, TextTable, cell_text, personal_by_head, plain_text
from capbuild.model import (
    Choice,
    Missing,
    PersonalData,
    Question,
    QuestionGroup,
    Questionnaire,
    QuestionType,
    Severity,
    SkipRule,
)
from capbuild.plugins import InputFile

_TYPES = {
    **dict.fromkeys(("radio", "dropdown", "select"), QuestionType.SELECT_ONE),
    **dict.fromkeys(("yesno", "truefalse"), QuestionType.BOOLEAN),
    **dict.fromkeys(("text", "notes", "textarea"), QuestionType.TEXT),
    "checkbox": QuestionType.SELECT_MULTIPLE, "calc": QuestionType.CALCULATED, "file": QuestionType.FILE,
    "slider": QuestionType.INTEGER, "descriptive": QuestionType.NOTE, "sql": QuestionType.UNKNOWN,
}  # fmt: skip
_VALIDATIONS = {
    "int": QuestionType.INTEGER, "float": QuestionType.DECIMAL, "integer": QuestionType.INTEGER,
    "number": QuestionType.DECIMAL, "date": QuestionType.DATE, "datetime": QuestionType.DATETIME,
}  # fmt: skip
_PERSONAL = {"email": PersonalData.EMAIL, "phone": PersonalData.TELEPHONE}
#: Beginnings of validation types.
_CHECKED = frozenset(
    (*_VALIDATIONS, *_PERSONAL, "alpha", "mrn", "postalcode", "signature", "ssn", "time", "vmrn", "zipcode")
)
#: Missing-data codes proposed by REDCap.
STANDARD_CODES = {
    **dict.fromkeys(("NI", "QS", "TRC"), Missing.NO_ANSWER),
    **dict.fromkeys(("UNK", "ASKU"), Missing.DONT_KNOW),
    **dict.fromkeys(("NAV", "NAVU"), Missing.NOT_COLLECTED),
    "INV": Missing.INVALID, "NASK": Missing.NOT_ASKED, "MSK": Missing.CONFIDENTIAL, "NA": Missing.NOT_APPLICABLE,
    "NP": Missing.NOT_OBSERVED,
}  # fmt: skip
#: Choices of a form's completion status.
COMPLETE = tuple(Choice(code=str(i), label=text) for i, text in enumerate(("Incomplete", "Unverified", "Complete")))
_NONE = re.compile(r"@NONEOFTHEABOVE\s*=\s*[\"']?([^\"'\s]+)")


@frozen(kw_only=True)
class Field:
    """Field of a data dictionary, with its columns as attributes."""

    name: str
    form: str
    kind: str = "text"
    label: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    section: str = ""
    note: str = ""
    validation: str = ""
    minimum: str = ""
    maximum: str = ""
    identifier: bool = False
    logic: str = ""
    required: bool = False
    matrix: str = ""
    annotation: str = ""
    row: int | None = None


@frozen
class Slot:
    """Meaning of an export column.

    Attributes:
        question: Id of its question.
        form: Instrument of the question.
        code: Code of the ticked choice; None if it has the whole answer.
    """

    question: str
    form: str
    code: str | None = None


@define
class Dictionary:
    """Data dictionary of a project.

    Attributes:
        form: Its questionnaire.
        columns: Export columns by name.
        labels: Names of export columns by labelled header, in order.
        log: Its issues.
    """

    form: Questionnaire
    columns: dict[str, Slot] = field(factory=dict[str, Slot])
    labels: dict[str, list[str]] = field(factory=dict[str, list[str]])
    log: IssueLog = field(factory=lambda: IssueLog(""))


def dictionary_columns(header: Sequence[str]) -> dict[str, int]:
    """Return a dictionary's column indexes, empty for other tables.

    Example:
        >>> dictionary_columns(["Variable / Field Name", "Form Name", "Field Type", "Field Label"])
        {'field_name': 0, 'form_name': 1, 'field_type': 2, 'field_label': 3}
    """
    places: dict[str, int] = {}
    for position, column in enumerate(header):
        name = re.sub(r"\W+", "_", column.partition("(")[0].strip().lower()).strip("_")
        name = "select_choices_or_calculations" if name.startswith("choices_") else name.removeprefix("variable_")
        places.setdefault(name, position)
    return places if {"field_name", "form_name", "field_type", "field_label"} <= places.keys() else {}


def parse_choices(text: str) -> tuple[tuple[str, str], ...]:
    """Return the codes and labels of choices.

    Example:
        >>> parse_choices("1, Police, traffic | 2,Customs|-9, Don't know")
        (('1', 'Police, traffic'), ('2', 'Customs'), ('-9', "Don't know"))
    """
    pairs = (part.partition(",") for part in re.split(r"\s*\|\s*|\n", text) if part.strip())
    return tuple((code.strip(), label.strip()) for code, _, label in pairs if code.strip())


def column_code(code: str) -> str:
    """Return a choice's code as in names of checkbox columns.

    Example:
        >>> column_code("-1"), column_code("A b")
        ('_1', 'a_b')
    """
    return re.sub(r"[^a-z0-9_]", "_", code.lower())


def read_dictionary(source: InputFile) -> Dictionary:
    """Return the dictionary of a CSV file.

    Raises:
        ReadError: It is not text.
        LimitError: It exceeds the limit on cells.
    """
    table = TextTable.open(source)
    places: dict[str, int] | None = None
    fields: list[Field] = []
    cells = 0
    for number, row in table.rows():
        cells += len(row)
        source.limits.check_cells(source.name, cells)
        texts = [cell_text(cell).strip() for cell in row]
        if places is None:
            places = dictionary_columns(texts)
        elif any(texts):
            fields.append(_make_field({name: texts[at] for name, at in places.items() if at < len(texts)}, number))
    dictionary = build_dictionary(source.name, fields)
    for issue in table.issues:
        dictionary.log.add(issue.code, issue.severity, issue.message, origin=issue.origin, remedy=issue.remedy)
    return dictionary


def _make_field(cells: Mapping[str, str], row: int) -> Field:
    """Return the field of a row.

    `NA`, which R writes for blanks, is read as blank.
    """

    def cell(name: str) -> str:
        text = cells.get(name, "")
        return "" if text == "NA" and name not in ("field_name", "field_label") else text

    kind = cell("field_type") or "text"
    return Field(
        name=cell("field_name"),
        form=cell("form_name"),
        kind=kind,
        label=cell("field_label"),
        choices=parse_choices(cell("select_choices_or_calculations")) if kind in _WITH_CHOICES else (),
        section=cell("section_header"),
        note=cell("field_note"),
        validation=cell("text_validation_type_or_show_slider_number"),
        minimum=cell("text_validation_min"),
        maximum=cell("text_validation_max"),
        identifier=cell("identifier").lower() == "y",
        logic=cell("branching_logic"),
        required=cell("required_field").lower() == "y",
        matrix=cell("matrix_group_name"),
        annotation=cell("field_annotation"),
        row=row,
    )


_WITH_CHOICES = ("radio", "dropdown", "checkbox", "select")


def build_dictionary(
    file: str, fields: Iterable[Field], title: str = "", forms: Mapping[str, str] | None = None, name: str = ""
) -> Dictionary:
    """Return a dictionary from its fields.

    Args:
        file: Name of the file.
        fields: The fields in order, grouped by form.
        title: Title of the project.
        forms: Titles of instruments by name.
        name: Id of the project; by default the file's name.
    """
    log, groups, questions, titles = IssueLog(file), dict[str, QuestionGroup](), dict[str, Question](), forms or {}
    known = list(fields)
    names = {form_field.name for form_field in known}
    columns: dict[str, Slot] = {}
    labels: dict[str, list[str]] = {}
    section = ""
    for form_field in known:
        if not form_field.name or form_field.name in questions:
            message = f"the field {form_field.name!r} is a duplicate" if form_field.name else "a field has no name"
            log.add("RED2", Severity.WARNING, message, row=form_field.row, remedy="give each field a name of its own")
            continue
        form = form_field.form or "form"
        title_text = titles.get(form) or form.replace("_", " ").capitalize()
        groups.setdefault(form, QuestionGroup(id=form, title=title_text))
        section = plain_text(form_field.section) or (section if section.startswith(f"{form}: ") else "")
        if form_field.section:
            section = f"{form}: {section}"
            groups.setdefault(section, QuestionGroup(id=section, title=plain_text(form_field.section), parent=form))
        group = f"{form}: {form_field.matrix}" if form_field.matrix else section or form
        heading = plain_text(form_field.section) or form_field.matrix
        groups.setdefault(group, QuestionGroup(id=group, title=heading or group, parent=section or form))
        questions[form_field.name] = _make_question(form_field, group, names, log)
        for column, slot, label in _list_columns(form_field, form, questions[form_field.name]):
            columns[column] = slot
            labels.setdefault(label, []).append(column)
    questionnaire = Questionnaire(
        id=name.strip() or file,
        title=title or file,
        groups=tuple(groups.values()),
        questions=tuple(questions.values()),
    )
    return Dictionary(questionnaire, columns, labels, log)


def _list_columns(one: Field, form: str, asked: Question) -> Iterator[tuple[str, Slot, str]]:
    """Yield a field's export columns with labelled headers."""
    label = plain_text(one.label)
    if asked.type is QuestionType.SELECT_MULTIPLE:
        for choice in asked.choices:
            name = f"{one.name}___{column_code(choice.code)}"
            yield name, Slot(one.name, form, choice.code), f"{label} (choice={choice.label.source})"
    elif asked.type is not QuestionType.NOTE:
        yield one.name, Slot(one.name, form), label


def _make_question(one: Field, group: str, names: set[str], log: IssueLog) -> Question:
    kind = _TYPES.get(one.kind, QuestionType.TEXT)
    validation = one.validation.lower()
    unknown = [(one.kind, "field type")] if one.kind not in _TYPES else []
    if one.kind == "text":
        unknown += [(validation, "validation")] if validation and validation.partition("_")[0] not in _CHECKED else []
        kind = _VALIDATIONS.get(validation.partition("_")[0], QuestionType.TEXT)
    personal = _PERSONAL.get(validation) or personal_by_head(plain_text(one.label)) or personal_by_head(one.name)
    for value, what in unknown:
        message, remedy = f"{value!r} of {one.name!r} is no known {what}; it is read as text", "correct the dictionary"
        log.add("CB137", Severity.WARNING, message, row=one.row, remedy=remedy)
    bounds = kind in (QuestionType.INTEGER, QuestionType.DECIMAL)
    low, high = (_number(text) if bounds else None for text in (one.minimum, one.maximum))
    asked = tuple(name for name in dict.fromkeys(re.findall(r"\[(\w+)", one.logic)) if name in names)
    return Question(
        id=one.name,
        type=kind,
        text=plain_text(one.label) or one.name,
        hint=plain_text(one.note) or None,
        choices=tuple(_list_choices(one, log)),
        group=group,
        required=one.required,
        skip=SkipRule(expression=one.logic, dialect="redcap", questions=asked) if one.logic else None,
        minimum=low,
        maximum=None if low is not None and high is not None and high < low else high,
        personal=personal or (PersonalData.IDENTIFIER if one.identifier else None),
    )


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _list_choices(one: Field, log: IssueLog) -> Iterator[Choice]:
    exclusive = {code for codes in _NONE.findall(one.annotation) for code in codes.split(",")}
    seen: set[str] = set()
    for code, label in one.choices:
        if code in seen:
            message = f"choice {code!r} of {one.name} is a duplicate"
            log.add("RED2", Severity.WARNING, message, row=one.row, remedy="give each choice a code of its own")
            continue
        seen.add(code)
        text = plain_text(label) or code
        yield Choice(code=code, label=text, exclusive=code in exclusive, missing=MISSING_WORDS.get(text.casefold()))
