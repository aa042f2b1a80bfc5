"""LimeSurvey layout of a questionnaire.

It has sections, questions, rows, answers with codes, and relevance.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set

from attrs import field, frozen

from capbuild.errors import WriteError
from capbuild.frozen import FrozenMap
from capbuild.model import Choice, Question, Questionnaire, QuestionType, SkipRule
from capbuild.text import Text
from capbuild_limesurvey.codes import ChoiceCodes, escape, is_plain_code, make_choice_notes, to_question_code
from capbuild_limesurvey.definition import RAW, to_html
from capbuild_limesurvey.options import LimeSurveyWriteOptions
from capbuild_limesurvey.questionnaire import NOTE_ABOVE, NOTE_CODE, NOTE_GROUP, NOTE_ID, NOTE_NAME, NOTE_OTHER, OTHER

_MEMBERSHIP = re.compile(r"\((\S+) in ([^()]+)\)")

_XPATH = re.compile(
    r"""
    selected\(\s*\$\{(?P<chosen>[^}]+)\}\s*,\s*(?P<choice>'[^']*'|"[^"]*")\s*\)
    | \$\{(?P<compared>[^}]+)\}\s*(?P<sign>!?=)\s*(?P<value>'[^']*'|"[^"]*")
    | \$\{(?P<name>[^}]+)\}
    | (?P<not>not\s*\()
    | (?P<word>and|or)\b
    | (?P<mark>!=|<=|>=|[=<>()+*-])
    | (?P<plain>\d+(?:\.\d+)?|'[^']*'|"[^"]*")
    | (?P<space>\s+)
    """,
    re.VERBOSE,
)


@frozen
class SurveyNames:
    """Names of a survey's questions and choices.

    Attributes:
        codes: Question codes by id.
        choices: Answer codes by question id and code.
        questions: Questions by id.
    """

    codes: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]]
    questions: Mapping[str, Question]

    def chosen_expression(self, name: str, code: str) -> str | None:
        """Return the expression for a chosen choice.

        The result is None if the question or choice does not exist.
        """
        question = self.questions.get(name)
        if question is None or name not in self.codes:
            return None
        short = self.choices.get(name, {}).get(code)
        if question.type is QuestionType.SELECT_MULTIPLE:
            return f'{self.codes[name]}_{short}.NAOK == "Y"' if short is not None else None
        if question.type is QuestionType.BOOLEAN:
            value = {"yes": "Y", "true": "Y", "1": "Y", "no": "N", "false": "N", "0": "N"}.get(code.lower(), code)
            return f'{self.codes[name]}.NAOK == "{value}"'
        stored = short if short is not None else code
        return None if '"' in stored else f'{self.codes[name]}.NAOK == "{stored}"'


def _translate_memberships(expression: str, names: SurveyNames) -> str | None:
    """Translate `(A in yes, elsewhere) and (B in yes)`."""
    out: list[str] = []
    place = 0
    for match in _MEMBERSHIP.finditer(expression):
        between = expression[place : match.start()].strip()
        if between not in (("",) if not out else ("and", "or")):
            return None
        place = match.end()
        members = [names.chosen_expression(match[1], code.strip()) for code in match[2].split(",")]
        if None in members:
            return None
        out += [between] if between else []
        out.append(f"({' or '.join(part for part in members if part)})")
    return " ".join(out) if out and not expression[place:].strip() else None


def _translate_token(match: re.Match[str], names: SurveyNames) -> str | None:
    """Translate one piece of an XPath expression."""
    groups = match.groupdict()
    if groups["chosen"]:
        expression = names.chosen_expression(groups["chosen"], groups["choice"][1:-1])
        return f"({expression})" if expression else None
    if groups["compared"]:
        if not groups["value"][1:-1]:
            code = names.codes.get(groups["compared"])
            return f'{code}.NAOK {"==" if groups["sign"] == "=" else "!="} ""' if code else None
        expression = names.chosen_expression(groups["compared"], groups["value"][1:-1])
        return None if expression is None else f"({expression})" if groups["sign"] == "=" else f"!({expression})"
    if groups["name"]:
        code = names.codes.get(groups["name"])
        return f"{code}.NAOK" if code else None
    if groups["not"]:
        return "!("
    return "==" if groups["mark"] == "=" else match[0]


def _translate_xpath(expression: str, names: SurveyNames) -> str | None:
    """Translate an XLSForm condition, None if not possible.

    Names, comparisons, `selected`, `not`, `and` and `or` can be translated.
    """
    out: list[str] = []
    place = 0
    for match in _XPATH.finditer(expression):
        piece = _translate_token(match, names) if match.start() == place else None
        if piece is None:
            return None
        out.append(piece)
        place = match.end()
    return "".join(out) if place == len(expression) else None


_DIALECTS: dict[str, Callable[[str, SurveyNames], str | None]] = {
    "capbuild": _translate_memberships,
    "xpath": _translate_xpath,
    "expression": lambda expression, _: expression,
}


def translate(rule: SkipRule, names: SurveyNames) -> str | None:
    """Translate a skip rule to LimeSurvey, None if impossible.

    Example:
        >>> q = Question(id="a-1", type="select one", text="?")
        >>> names = SurveyNames({"a-1": "A1"}, {"a-1": {"yes": "yes"}}, {"a-1": q})
        >>> translate(SkipRule(expression="(a-1 in yes)"), names)
        '(A1.NAOK == "yes")'
    """
    dialect = _DIALECTS.get(rule.dialect)
    return dialect(rule.expression.strip(), names) if dialect is not None else None


_LETTERS = {
    QuestionType.TEXT: "T",
    QuestionType.INTEGER: "N",
    QuestionType.DECIMAL: "N",
    QuestionType.BOOLEAN: "Y",
    QuestionType.DATE: "D",
    QuestionType.TIME: "D",
    QuestionType.DATETIME: "D",
    QuestionType.SELECT_ONE: "L",
    QuestionType.SELECT_MULTIPLE: "M",
    QuestionType.RANKING: "R",
    QuestionType.GEOPOINT: "S",
    QuestionType.FILE: "|",
    QuestionType.CALCULATED: "*",
    QuestionType.NOTE: "X",
    QuestionType.UNKNOWN: "T",
}

#: Number of skip rules listed in an error.
_SHOWN = 3

#: Array type by answer type of its rows.
_ARRAYS = {
    QuestionType.SELECT_ONE: "F",
    QuestionType.TEXT: "Q",
    QuestionType.INTEGER: "K",
    QuestionType.DECIMAL: "K",
}

_DATE_FORMATS = {QuestionType.DATETIME: "yyyy-mm-dd HH:MM", QuestionType.TIME: "HH:MM"}


@frozen
class WrittenRow:
    """A subquestion or an answer.

    Attributes:
        code: Its code.
        text: Its text.
        value: Its assessment value.
    """

    code: str
    text: Text
    value: float | None = None


@frozen(kw_only=True)
class WrittenQuestion:
    """Question in LimeSurvey's form.

    Attributes:
        question: The question.
        code: Its code.
        letter: LimeSurvey's letter for its type.
        relevance: Condition for showing it; `1` for always.
        other: True if it has an "other" answer.
        attributes: Further settings.
        rows: Its subquestions.
        answers: Its answers.
        codes: LimeSurvey codes by code of its choices, or of its rows' choices.
        other_text: Label of "other", or None.
        choices: Its choices, or its rows' choices.
        row_type: Answer type of its rows, if any.
    """

    question: Question
    code: str
    letter: str
    relevance: str = "1"
    other: bool = False
    attributes: FrozenMap[str, str] = field(factory=FrozenMap)
    rows: tuple[WrittenRow, ...] = ()
    answers: tuple[WrittenRow, ...] = ()
    codes: FrozenMap[str, str] = field(factory=FrozenMap)
    other_text: Text | None = None
    choices: tuple[Choice, ...] = ()
    row_type: QuestionType = QuestionType.TEXT


@frozen
class WrittenSection:
    """Section in LimeSurvey's form.

    Attributes:
        title: Its title.
        above: Titles of enclosing sections, outermost first: LimeSurvey's do not nest, so the description lists them.
        questions: Its questions.
    """

    title: Text
    above: tuple[Text, ...]
    questions: tuple[WrittenQuestion, ...]


@frozen
class SurveyLayout:
    """Questionnaire in LimeSurvey's form.

    Attributes:
        title: Its title.
        languages: Its languages, the main one first.
        sections: Its sections.
    """

    title: Text
    languages: tuple[str, ...]
    sections: tuple[WrittenSection, ...]


def text_in(text: Text | None, language: str) -> str:
    """Return a text in a language, with kept markup."""
    if text is None:
        return ""
    raw = text.translations.get(f"{language}-{RAW}")
    if raw is not None:
        return raw.text
    return to_html(text.get(language))


def _list_languages(form: Questionnaire) -> tuple[str, ...]:
    if form.languages:
        return form.languages
    tags = dict.fromkeys(tag for question in form.questions for tag in question.text.languages)
    named = tuple(tag for tag in tags if tag != "und" and not tag.endswith(RAW))
    return named or ("en",)


def _map_single_criteria(form: Questionnaire) -> dict[str, str]:
    """Return the single criterion of each question.

    A question has one if its only mapping is that of its whole answer. Each criterion is used at most once.
    """
    targets: dict[str, list[str]] = {}
    for mapping in form.mappings:
        if mapping.choice is None:
            targets.setdefault(mapping.question, []).append(mapping.target)
    carried: dict[str, str] = {}
    for question, criteria in targets.items():
        if len(criteria) == 1 and criteria[0] not in carried.values():
            carried[question] = criteria[0]
    return carried


class _SurveyBuilder:
    """Builder of the survey layout."""

    def __init__(self, form: Questionnaire, options: LimeSurveyWriteOptions, commented: Set[str]) -> None:
        self.form = form
        self.commented = commented
        self.options = options
        self.children: dict[str, list[Question]] = {}
        for question in form.questions:
            if question.parent is not None:
                self.children.setdefault(question.parent, []).append(question)
        self.folded = self._find_array_rows()
        self.tops = [question for question in form.questions if question.id not in self.folded]
        self.untranslated: list[Question] = []
        self.notes: dict[str, list[str]] = {question.id: [] for question in self.tops}
        self.codes = self._make_codes()
        self._note_groups()
        self.choices = {q.id: self._make_choice_codes(q) for q in form.questions}
        self.names = SurveyNames(self.codes, {name: codes.short for name, codes in self.choices.items()}, form.by_id)

    def _cut_tail(self, child: Question) -> str:
        return child.id.removeprefix(f"{child.parent}_") if child.id.startswith(f"{child.parent}_") else ""

    def _find_array_rows(self) -> set[str]:
        """Return the questions that are rows of an array.

        A free text beside "other" counts as one.
        """
        folded: set[str] = set()
        for name, children in self.children.items():
            parent = self.form.by_id.get(name)
            if parent is None:
                continue
            own = [child for child in children if self._cut_tail(child) == "other" and _has_other(parent)]
            rows = [child for child in children if child not in own]
            folded.update(child.id for child in own)
            if self._is_array(parent, rows):
                folded.update(child.id for child in rows)
        return folded

    def _is_array(self, parent: Question, rows: Sequence[Question]) -> bool:
        if not rows or parent.type is not QuestionType.NOTE:
            return False
        alike = all(row.type is rows[0].type and row.choices == rows[0].choices for row in rows)
        tails = [self._cut_tail(row) for row in rows]
        plain = all(tail.isascii() and tail.isalnum() and len(tail) <= 20 for tail in tails)
        return alike and plain and len(set(tails)) == len(tails) and rows[0].type in _ARRAYS

    def _make_codes(self) -> dict[str, str]:
        """Return question codes.

        A code contains the criterion or the id if that fits; otherwise it is a number, and a note has the id.
        """
        carried = _map_single_criteria(self.form)
        codes: dict[str, str] = {}
        used_codes: set[str] = set()
        for number, question in enumerate(self.tops, start=1):
            target = carried.get(question.id)
            name = target or question.id
            code = name if target is None and is_plain_code(name) else to_question_code(name, mapped=target is not None)
            if code is None or code.lower() in used_codes:
                code = f"cbn{number:05d}"
                self.notes[question.id].append((NOTE_ID if target is not None else NOTE_NAME) + escape(name))
            used_codes.add(code.lower())
            codes[question.id] = code
        return codes

    def _note_groups(self) -> None:
        """Note the group beside its first question.

        LimeSurvey has its own numbers for groups, which cannot be nested.
        """
        seen: set[str | None] = set()
        for question in self.tops:
            if question.group in seen:
                continue
            seen.add(question.group)
            notes = [f"{NOTE_ABOVE}{escape(above.id)}" for above in self.form.group_path(question.group)[:-1]]
            self.notes[question.id] += [NOTE_GROUP + escape(question.group or ""), *notes]

    def _make_choice_codes(self, question: Question) -> ChoiceCodes:
        other = self._make_other(question)
        codes = ChoiceCodes(choice.code for choice in question.choices if choice is not other)
        top = question.id if question.id in self.notes else question.parent  # rows of an array share their choices
        notes = [f"{NOTE_CODE}{short}-{escape(code)}" for short, code in codes.noted.items()]
        own = {other.code: OTHER} if other is not None else {}
        notes += [f"{NOTE_OTHER}{escape(code)}" for code in own if code != OTHER]
        counted = question.type is not QuestionType.SELECT_MULTIPLE
        notes += make_choice_notes(
            question.choices, codes.short | own, _list_languages(self.form)[0], other, counted=counted
        )
        if top in self.notes:
            self.notes[top] += [note for note in notes if note not in self.notes[top]]
        return codes

    def _write_relevance(self, question: Question) -> str:
        if question.skip is None:
            return "1"
        expression = translate(question.skip, self.names)
        if expression is None:
            self.untranslated.append(question)
        return expression or "1"

    def _make_other(self, question: Question) -> Choice | None:
        """Return the choice that becomes LimeSurvey's "other".

        The result is None for rows of an array, and if no choice is "other".
        """
        return _find_other(question) if question.id not in self.folded else None

    def _make_rows(self, question: Question) -> tuple[WrittenRow, ...]:
        other, short = self._make_other(question), self.choices[question.id].short
        plain = (choice for choice in question.choices if choice is not other)
        return tuple(WrittenRow(short[choice.code], choice.label, choice.score) for choice in plain)

    def question(self, question: Question) -> WrittenQuestion:
        """Return a question in LimeSurvey's form."""
        below = [child for child in self.children.get(question.id, ()) if child.id in self.folded]
        array = [child for child in below if self._cut_tail(child) != "other" or not _has_other(question)]
        letter = _ARRAYS[array[0].type] if array else _LETTERS[question.type]
        if letter == "L" and question.id in self.commented and not _has_other(question):
            letter = "O"
        answered = array[0] if array else question
        rows = self._make_rows(answered)
        if array:
            subquestions = tuple(WrittenRow(self._cut_tail(child), child.text) for child in array)
        else:
            subquestions = rows if letter == "M" else ()
        return WrittenQuestion(
            question=question,
            code=self.codes[question.id],
            letter=letter,
            relevance=self._write_relevance(question),
            other=_has_other(question),
            other_text=_find_other_text(question),
            codes=FrozenMap(self._map_stored(answered)),
            choices=answered.choices,
            row_type=answered.type,
            attributes=FrozenMap(self._make_attributes(answered, question.id)),
            rows=subquestions,
            answers=rows if letter in ("L", "O", "R", "F") else (),
        )

    def _map_stored(self, answered: Question) -> dict[str, str]:
        other = self._make_other(answered)
        return {**self.choices[answered.id].short, **({other.code: OTHER} if other is not None else {})}

    def _make_attributes(self, answered: Question, name: str) -> dict[str, str]:
        other, short = self._make_other(answered), self.choices[answered.id].short
        alone = [short[choice.code] for choice in answered.choices if choice.exclusive and choice is not other]
        numeric = answered.type in (QuestionType.INTEGER, QuestionType.DECIMAL)
        attributes = {
            "cssclass": " ".join(self.notes[name]),
            "date_format": _DATE_FORMATS.get(answered.type, ""),
            "exclude_all_others": ";".join(alone) if answered.type is QuestionType.SELECT_MULTIPLE else "",
            "num_value_int_only": "1" if answered.type is QuestionType.INTEGER else "",
            "min_num_value_n": _make_relevance(answered.minimum) if numeric else "",
            "max_num_value_n": _make_relevance(answered.maximum) if numeric else "",
            "suffix": answered.unit,
        }
        return {name: value for name, value in attributes.items() if value}

    def sections(self) -> Iterator[WrittenSection]:
        """Yield sections with questions, by their first question."""
        by_group: dict[str | None, list[WrittenQuestion]] = {}
        for question in self.tops:
            by_group.setdefault(question.group, []).append(self.question(question))
        for name, questions in by_group.items():
            titles = [group.title for group in self.form.group_path(name)] or [self.form.title]
            yield WrittenSection(titles[-1], tuple(titles[:-1]), tuple(questions))


def _find_other_text(question: Question) -> Text | None:
    other = _find_other(question)
    return other.label if other is not None else None


def _find_other(question: Question) -> Choice | None:
    """Return the first choice with an allowed free text."""
    chosen = question.type in (QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE)
    return next((choice for choice in question.choices if chosen and choice.other), None)


def _has_other(question: Question) -> bool:
    return _find_other(question) is not None


def _make_relevance(number: float | None) -> str:
    return "" if number is None else f"{number:g}" if abs(number) < 1e6 else repr(number)


def plan_layout(
    form: Questionnaire, options: LimeSurveyWriteOptions, commented: Set[str] = frozenset()
) -> SurveyLayout:
    """Lay out a questionnaire as LimeSurvey stores it.

    Args:
        form: The questionnaire.
        options: Options in force.
        commented: Ids of questions with a comment.

    Raises:
        WriteError: LIME6, a skip rule has no equivalent in LimeSurvey, and the options do not drop it.
    """
    layout = _SurveyBuilder(form, options, commented)
    sections = tuple(layout.sections())
    if layout.untranslated and options.untranslated == "refuse":
        raise _make_refusal(layout.untranslated)
    return SurveyLayout(form.title, _list_languages(form), sections)


def _make_refusal(questions: Sequence[Question]) -> WriteError:
    """Return the error for skip rules that cannot be translated."""
    rules = [f"{q.id} ({q.skip.expression})" for q in questions[:_SHOWN] if q.skip is not None]
    more = f" and {len(questions) - _SHOWN} more" if len(questions) > _SHOWN else ""
    whose = "the skip rule of" if len(questions) == 1 else f"{len(questions)} skip rules, of"
    has = "has" if len(questions) == 1 else "have"
    return WriteError(
        f"{whose} {', '.join(rules)}{more} {has} no form in LimeSurvey",
        code="LIME6",
        remedy="the option untranslated=drop writes these questions as always shown",
    )
