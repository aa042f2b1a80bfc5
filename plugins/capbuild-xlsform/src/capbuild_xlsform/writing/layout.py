"""XLSForm rows of a questionnaire.

They have groups, names, shared choice lists, and conditions as expressions.
"""

import re
from collections.abc import Iterable, Sequence

from attrs import define, field

from capbuild.model import Choice, Question, QuestionGroup, QuestionMapping, Questionnaire, QuestionType
from capbuild.text import Text, TranslationStatus
from capbuild_xlsform.definitions.extra_columns import (
    format_choices,
    format_criteria,
    format_previous,
    group_cell,
    plain_number,
)
from capbuild_xlsform.definitions.labels import name_language
from capbuild_xlsform.definitions.question_types import parse_type
from capbuild_xlsform.definitions.questionnaire import find_missing
from capbuild_xlsform.submissions.metadata import is_meta
from capbuild_xlsform.submissions.responses import rank_country_text
from capbuild_xlsform.values import MARK, encode_name, escape_code
from capbuild_xlsform.writing.relevant_writer import make_relevant

Row = dict[str, str]
_T = QuestionType
_TYPES = {
    _T.TEXT: "text",
    _T.INTEGER: "integer",
    _T.DECIMAL: "decimal",
    _T.DATE: "date",
    _T.TIME: "time",
    _T.DATETIME: "dateTime",
    _T.GEOPOINT: "geopoint",
    _T.FILE: "file",
    _T.NOTE: "note",
    _T.CALCULATED: "calculate",
    _T.UNKNOWN: "text",
}
_SELECTS = {
    _T.SELECT_ONE: "select_one",
    _T.SELECT_MULTIPLE: "select_multiple",
    _T.RANKING: "rank",
    _T.BOOLEAN: "select_one",
}
#: Device metadata, with the names that all tools use.
_DEVICE = frozenset({"start", "end", "today", "deviceid"})
#: Texts that the form adds, in the languages of capbuild instruments.
COUNTRY = {
    "en": "Country or territory",
    "es": "País o territorio",
    "fr": "Pays ou territoire",
    "nl": "Land of gebied",
    "pt": "País ou território",
}
_SPECIFY = {
    "en": "Other, please specify",
    "es": "Otro, especifique",
    "fr": "Autre, veuillez préciser",
    "nl": "Anders, namelijk",
    "pt": "Outro, especifique",
}
_YES = {"en": "Yes", "es": "Sí", "fr": "Oui", "nl": "Ja", "pt": "Sim"}
_NO = {"en": "No", "es": "No", "fr": "Non", "nl": "Nee", "pt": "Não"}


@define(eq=False)
class FormRows:
    """Sheets of an XLSForm.

    Attributes:
        survey: Rows of the survey sheet, by header.
        choices: Rows of the choices sheet, by header.
        settings: Settings by name.
    """

    survey: list[Row] = field(factory=list)
    choices: list[Row] = field(factory=list)
    settings: Row = field(factory=dict)


@define(eq=False)
class _Layout:
    """Layout builder of one questionnaire."""

    form: Questionnaire
    tags: tuple[str, ...]
    rows: FormRows = field(factory=FormRows)
    questions: tuple[Question, ...] = ()
    names: dict[str, str] = field(factory=dict)
    groups: dict[str, str] = field(factory=dict)
    about: dict[str, list[QuestionMapping]] = field(factory=dict)
    _lists: dict[tuple[Choice, ...], str] = field(factory=dict)

    # --- texts -----------------------------------------------------------------------------------------------------

    def texts(self, head: str, text: Text | None) -> Row:
        """Return a text in all languages of the form.

        Languages without a translation get the source text.
        """
        if text is None:
            return {}
        if not self.tags:
            return {head: text.source}
        return {f"{head}::{name_language(tag)}": text.get(tag) for tag in self.tags}

    def label(self, question: Question) -> Row:
        """Return a question's label, or its id if empty.

        Other tools require a label for each question.
        """
        texts = self.texts("label", question.text)
        return {head: text if text.strip() else question.id for head, text in texts.items()}

    def form_text(self, words: dict[str, str]) -> Row:
        """Return a text that the form adds."""
        if not self.tags:
            return {"label": words["en"]}
        return {f"label::{name_language(tag)}": words.get(tag.partition("-")[0], words["en"]) for tag in self.tags}

    # --- names -----------------------------------------------------------------------------------------------------

    def assign_names(self) -> None:
        """Assign a unique name to every question and group."""
        for mapping in self.form.mappings:
            self.about.setdefault(mapping.question, []).append(mapping)
        used_names = {MARK}
        for question in self.questions:
            name = encode_name(question.id)
            while name in used_names:
                name = f"{name}_2"
            used_names.add(name)
            self.names[question.id] = name
        for group in self.form.groups:
            short = encode_name(group.id.rpartition("/")[2].strip() or group.id)
            name = short if short not in used_names else encode_name(group.id)
            while name in used_names:
                name = f"{name}_group"
            used_names.add(name)
            self.groups[group.id] = name

    # --- survey ----------------------------------------------------------------------------------------------------

    def survey(self) -> None:
        """Write the survey sheet, with nested groups in question order."""
        tree = _build_tree(self.form, self.questions)
        self._write_group(tree, "")

    def _write_group(self, tree: "dict[str, list[QuestionGroup | Question]]", parent: str) -> None:
        for part in tree.get(parent, ()):
            if isinstance(part, Question):
                self._write_question(part)
                continue
            what = "repeat" if part.repeat else "group"
            leaf = not any(isinstance(child, QuestionGroup) for child in tree.get(part.id, ()))
            row = {"type": f"begin_{what}", "name": self.groups[part.id], **self.texts("label", part.title)}
            row |= group_cell(part.id, self.groups[part.id])
            if leaf and not part.repeat:
                row["appearance"] = "field-list"
            self.rows.survey.append(row)
            self._write_group(tree, part.id)
            self.rows.survey.append({"type": f"end_{what}"})

    def _write_question(self, question: Question) -> None:
        kind = self._type(question)
        row = {"type": kind, "name": self.names[question.id]}
        if kind in _DEVICE:
            self.rows.survey.append(row)
            return
        row |= {**self.label(question), **self.texts("hint", question.hint)}
        row |= format_criteria(question.id, self.about.get(question.id, ()))
        if question.required and kind not in ("note", "calculate"):
            row["required"] = "yes"
        if question.skip is not None:
            condition = make_relevant(question.skip, self.names, self.form.by_id)
            row["relevant" if condition is not None else "condition_not_translated"] = (
                condition or question.skip.expression
            )
        if kind == "calculate":
            row["calculation"] = "''"
        row |= format_previous(self.form.previous.get(question.id), kind)
        if constraint := _write_constraint(question):
            row["constraint"] = constraint
        self.rows.survey.append(row)
        self._add_specify_question(question)

    def _add_specify_question(self, question: Question) -> None:
        """Add a text question for "other", if missing."""
        others = [choice for choice in question.choices if choice.other]
        if not others or any(other.parent == question.id for other in self.form.questions):
            return
        name = self.names[question.id]
        tests = " or ".join(f"selected(${{{name}}}, '{escape_code(choice.code)}')" for choice in others)
        follow = f"{name}_other"
        if follow not in self.names.values():
            self.rows.survey.append({"type": "text", "name": follow, **self.form_text(_SPECIFY), "relevant": tests})

    def _type(self, question: Question) -> str:
        device = self.names[question.id]
        if device in _DEVICE and parse_type(device).type is question.type:
            return device
        select = _SELECTS.get(question.type)
        if select is None:
            return _TYPES[question.type]
        if question.type is QuestionType.BOOLEAN and not question.choices:
            return f"{select} {self._format_yes_no()}"
        return f"{select} {self._add_choice_list(question)}" if question.choices else "text"

    # --- choices ---------------------------------------------------------------------------------------------------

    def _format_yes_no(self) -> str:
        if not any(row["list_name"] == "yes_no" for row in self.rows.choices):
            for code, words in (("yes", _YES), ("no", _NO)):
                self.rows.choices.append({"list_name": "yes_no", "name": code, **self.form_text(words)})
        return "yes_no"

    def _add_choice_list(self, question: Question) -> str:
        """Return the choice list of a question.

        Questions with the same choices share a list.
        """
        name = self._lists.get(question.choices)
        if name is None:
            name = self._lists[question.choices] = f"answers_{len(self._lists) + 1}"
            for choice in question.choices:
                code = escape_code(choice.code)
                row = {"list_name": name, "name": code, **self.texts("label", choice.label)}
                self.rows.choices.append(row | format_choices(choice, find_missing(code, choice.label.source)))
        return name


def _build_tree(form: Questionnaire, questions: Iterable[Question]) -> "dict[str, list[QuestionGroup | Question]]":
    """Return each group's content in question order, without empty groups."""
    tree: dict[str, list[QuestionGroup | Question]] = {}
    placed: set[str] = set()
    for question in questions:
        for group in form.group_path(question.group):
            if group.id not in placed:
                placed.add(group.id)
                tree.setdefault(group.parent or "", []).append(group)
        tree.setdefault(question.group or "", []).append(question)
    return tree


def _write_constraint(question: Question) -> str:
    """Return the constraint of a question.

    This is the range of a number, or the rule that an exclusive choice must be the only one.
    """
    if question.type in (QuestionType.INTEGER, QuestionType.DECIMAL):
        parts = [
            f". {mark} {plain_number(bound)}"
            for mark, bound in ((">=", question.minimum), ("<=", question.maximum))
            if bound is not None
        ]
        return " and ".join(parts)
    if question.type is QuestionType.SELECT_MULTIPLE:
        alone = [choice for choice in question.choices if choice.exclusive or choice.missing is not None]
        return " and ".join(f"not(selected(., '{escape_code(c.code)}') and count-selected(.) > 1)" for c in alone)
    return ""


def _list_languages(form: Questionnaire, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the languages of the form, the default first.

    The result is empty if the form has no language.
    """
    tags = [tag for tag in (wanted or form.languages) if tag != "und"]
    if not tags:
        texts: Iterable[Text] = (question.text for question in form.questions)
        tags = list(dict.fromkeys(tag for text in texts for tag in text.languages if tag != "und"))
    return tuple(dict.fromkeys(tags))


def _find_title(form: Questionnaire, tags: Sequence[str]) -> str:
    """Return the title, with a note on draft translations."""
    draft = [tag for tag in tags if any(q.text.status(tag) is TranslationStatus.DRAFT for q in form.questions)]
    note = f" (draft translation: {', '.join(draft)})" if draft else ""
    return f"{form.title.get(tags[0] if tags else 'en')}{note}"


def build_form_rows(form: Questionnaire, languages: Sequence[str], *, ask_country: bool | None) -> FormRows:
    """Return the rows of an XLSForm for a questionnaire.

    Args:
        form: The questionnaire.
        languages: Languages to write, the default first; all of them if empty.
        ask_country: Whether the first question asks for the country; by default if the form has mappings but no country
            question.
    """
    tags = _list_languages(form, languages)
    asked = tuple(q for q in form.questions if not is_meta(q.id) and q.group != "meta")  # The device fills those in.
    layout = _Layout(form, tags, questions=asked)
    layout.assign_names()
    asks = ask_country if ask_country is not None else bool(form.mappings) and not _has_country_question(form)
    if asks and "country" not in layout.names.values():
        row = {"type": "text", "name": "country", **layout.form_text(COUNTRY), "required": "yes"}
        layout.rows.survey.append(row)
    layout.survey()
    mark = re.sub(r"['\"]", "", f"{form.id} {form.version}")
    layout.rows.survey.append({"type": "calculate", "name": MARK, "calculation": f"'{mark}'"})
    layout.rows.settings = {
        "form_title": _find_title(form, tags),
        "form_id": re.sub(r"[^\w.\-]+", "_", form.id),
        "version": form.version,
        "style": "pages",
    }
    if tags:
        layout.rows.settings["default_language"] = name_language(tags[0])
    return layout.rows


def _has_country_question(form: Questionnaire) -> bool:
    return any(
        rank_country_text(text) is not None for q in form.questions for text in (q.id.replace("_", " "), q.text.source)
    )
