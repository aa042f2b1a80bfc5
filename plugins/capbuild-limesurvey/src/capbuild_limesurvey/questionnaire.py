"""Questionnaire of a LimeSurvey survey.

It has ids, choices, array rows, languages and skip rules.
"""

import re
from collections.abc import Iterator, Mapping

from attrs import evolve

from capbuild.formats import fold_header, personal_by_head
from capbuild.model import Choice, Question, QuestionGroup, QuestionMapping, Questionnaire, QuestionType, SkipRule
from capbuild.text import Text, numbered_name
from capbuild_limesurvey.codes import ChoiceCodes, IdInCode, apply_notes, find_missing, from_question_code, unescape
from capbuild_limesurvey.definition import (
    FIXED_CHOICES,
    Layout,
    Option,
    Part,
    Section,
    Survey,
    clean,
    find_layout,
    find_text,
    find_type,
)

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\b(?:\.[A-Za-z]\w*\b)*(?!\s*\()")

#: Answer that LimeSurvey stores for "other".
OTHER = "-oth-"
#: Prefixes of CSS classes in which the writer notes ids and codes that are not valid LimeSurvey codes.
NOTE_ID, NOTE_NAME, NOTE_CODE = "capbuild-id-", "capbuild-name-", "capbuild-code-"
#: Prefixes of CSS classes for the code of "other", and for the group of the first question of a section.
NOTE_OTHER, NOTE_GROUP, NOTE_ABOVE = "capbuild-other-", "capbuild-group-", "capbuild-above-"
#: Separator of the titles of enclosing groups in a section's description.
BETWEEN_TITLES = " › "

_OTHER = {"en": "Other", "es": "Otro", "fr": "Autre", "nl": "Anders", "pt": "Outro", "de": "Sonstiges"}


def find_notes(part: Part, begin: str) -> list[str]:
    """Return a question's notes with a prefix, in order."""
    words = part.attributes.get("cssclass", "").split()
    return [unescape(word.removeprefix(begin)) or "" for word in words if word.startswith(begin)]


def _list_notes(part: Part) -> tuple[IdInCode | None, dict[str, str]]:
    """Return the id and codes that the writer noted.

    Codes are those of capbuild, by the answer code in LimeSurvey.
    """
    own: IdInCode | None = None
    codes: dict[str, str] = {}
    for word in part.attributes.get("cssclass", "").split():
        if word.startswith((NOTE_ID, NOTE_NAME)):
            name = unescape(word.removeprefix(NOTE_ID).removeprefix(NOTE_NAME))
            own = IdInCode(name, word.startswith(NOTE_ID)) if name else own
        elif word.startswith(NOTE_CODE):
            short, _, code = word.removeprefix(NOTE_CODE).partition("-")
            codes[short] = unescape(code) or short
    return own, codes


def _find_date_type(part: Part) -> QuestionType:
    """Return a date question's answer type from its format.

    A question without a format has LimeSurvey's default, a date without a time.
    """
    conditions = part.attributes.get("date_format", "").strip()
    if not conditions:
        return QuestionType.DATE
    clock = re.search(r"H|h|:", conditions) is not None
    day = re.search(r"[dyY]", conditions) is not None
    return (QuestionType.DATETIME if day else QuestionType.TIME) if clock else QuestionType.DATE


def _bound(part: Part, *names: str) -> float | None:
    for name in names:
        text = part.attributes.get(name, "").strip()
        if re.fullmatch(r"-?\d{1,15}(?:\.\d+)?", text):
            return float(text)
    return None


class Form:
    """Survey as a questionnaire, with ids of its parts.

    Attributes:
        survey: The survey.
        languages: Languages of its texts, the main one first.
        ids: Ids of its questions by key (question) or (question, suffix) of a column.
        own: Capbuild ids read from question codes.
        questions: The questions in order.
        inferred: Keys of questions without a definition.
    """

    def __init__(self, survey: Survey, inferred: frozenset[str] = frozenset()) -> None:
        self.survey = survey
        self.languages = survey.languages or tuple(
            dict.fromkeys(language for part in survey.questions for language in part.texts)
        )
        self.inferred = inferred
        self.own: list[str] = []
        self._taken: set[str] = set()
        self.ids: list[str] = [self._make_question_id(part) for part in survey.questions]
        self.variables = self._map_variables()
        self.groups = self._make_groups()
        self.questions: tuple[Question, ...] = tuple(
            question
            for part, name in zip(survey.questions, self.ids, strict=True)
            for question in self._make_questions(part, name)
        )

    def _make_groups(self) -> dict[str, QuestionGroup | None]:
        """Return the group of each section.

        A section that the writer made for questions without a group has None.
        """
        groups: dict[str, QuestionGroup | None] = {}
        self.above: dict[str, QuestionGroup] = {}
        first: dict[str, Part] = {}
        for part in self.survey.questions:
            first.setdefault(part.section, part)
        for section in self.survey.sections:
            own = find_notes(first[section.key], NOTE_GROUP) if section.key in first else []
            if own == [""]:
                groups.setdefault(section.key, None)
                continue
            name = own[0] if own else section.key or "-"
            parent = self._find_outer_groups(section, find_notes(first[section.key], NOTE_ABOVE)) if own else None
            title = self.text(section.titles, section.key or "-")
            groups.setdefault(section.key, QuestionGroup(id=name, title=title, parent=parent))
        return groups

    def _find_outer_groups(self, section: Section, names: list[str]) -> str | None:
        """Add a section's outer groups; return the innermost."""
        split = {tag: text.split(BETWEEN_TITLES) for tag, text in section.descriptions.items()}
        parent: str | None = None
        for position, name in enumerate(names):
            titles = {tag: parts[position] for tag, parts in split.items() if len(parts) == len(names)}
            self.above.setdefault(name, QuestionGroup(id=name, title=self.text(titles, name), parent=parent))
            parent = name
        return parent

    def _make_unique(self, name: str, key: str) -> str:
        name = name.strip() or "question"
        unique_name = f"{name}_{key}" if name in self._taken and key else name
        if unique_name in self._taken:
            unique_name = numbered_name(name, self._taken.__contains__)
        self._taken.add(unique_name)
        return unique_name

    def _make_question_id(self, part: Part) -> str:
        own = _list_notes(part)[0] or from_question_code(part.code)
        wanted = own.name if own is not None else part.code
        name = self._make_unique(wanted or f"question {part.key or len(self._taken) + 1}", part.key)
        if own is not None and own.mapped and name == own.name:
            self.own.append(name)
        return name

    def _map_variables(self) -> dict[str, str]:
        """Map variable names in expressions to question ids."""
        known: dict[str, str] = {}
        for part, name in zip(self.survey.questions, self.ids, strict=True):
            known.setdefault(part.code, name)
            for tail in ("other", "comment", *(subquestion.code for subquestion in part.parts)):
                known.setdefault(f"{part.code}_{tail}", name)
            for row in part.parts_on(0):
                for scale in ("0", "1"):
                    known.setdefault(f"{part.code}_{row.code}_{scale}", name)
                for column in part.parts_on(1):
                    known.setdefault(f"{part.code}_{row.code}_{column.code}", name)
        return known

    def text(self, texts: Mapping[str, str], fallback: str) -> Text:
        """Return a text in the languages of the survey."""
        return find_text(texts, self.languages, fallback)

    def _skip(self, part: Part, *below: Part) -> SkipRule | None:
        """Return a question's skip rule.

        It joins the conditions of the section, the question, and its row and column.
        """
        section = next((section_ for section_ in self.survey.sections if section_.key == part.section), None)
        conditions = (section.relevance if section else "", part.relevance, *(subpart.relevance for subpart in below))
        rules = list(dict.fromkeys(rule for rule in conditions if rule))
        if not rules:
            return None
        expression = rules[0] if len(rules) == 1 else " and ".join(f"({rule})" for rule in rules)
        return SkipRule(
            expression=expression, dialect="expression", questions=_find_questions(expression, self.variables)
        )

    def _make_choice(self, option: Option, noted: Mapping[str, str], *, scored: bool = False) -> Choice:
        """Return a choice.

        LimeSurvey stores a score of 0 by default, so 0 counts only if another choice has a score.
        """
        code = noted.get(option.code) or ChoiceCodes.original_code(option.code)
        label = self.text(option.texts, option.code or "-")
        missing = find_missing(code, option.code, label.source)
        score = option.value if option.value or (scored and missing is None) else None
        return Choice(
            code=code.strip() or "-",
            label=label,
            score=score,
            missing=missing,
        )

    def stored(self, part: Part) -> dict[str, str]:
        """Map LimeSurvey answer codes to capbuild codes."""
        noted = _list_notes(part)[1]
        codes = [option.code for option in part.options] + [row.code for row in part.parts]
        return {code: noted.get(code) or ChoiceCodes.original_code(code) for code in codes} | {
            OTHER: self.other_code(part)
        }

    def _make_other_choice(self, part: Part) -> Choice:
        label: Text | dict[str, str] = self.text(part.others, "Other") if part.others else dict(_OTHER)
        return Choice(code=self.other_code(part), label=label, other=True)

    @staticmethod
    def other_code(part: Part) -> str:
        """Return the code of "other", as noted by the writer.

        Without a note, this is LimeSurvey's own code.
        """
        return next(iter(find_notes(part, NOTE_OTHER)), "") or OTHER

    def choices(self, part: Part, scale: int = 0) -> tuple[Choice, ...]:
        """Return the choices of one scale of a question."""
        noted = _list_notes(part)[1]
        fixed = FIXED_CHOICES.get(part.type)
        if fixed is not None:
            return tuple(Choice(code=code, label=words, score=score) for code, words, score in fixed)
        if part.type == "I":
            return tuple(Choice(code=tag, label=Text(tag)) for tag in self.languages)
        if find_layout(part.type) is Layout.TICKS:
            options = tuple(Option(code=p.code, scale=0, texts=p.texts) for p in part.parts)
            choices = [self._make_choice(option, noted) for option in options]
            alone = set(part.attributes.get("exclude_all_others", "").replace(",", ";").split(";"))
            choices = [evolve(c, exclusive=p.code in alone) for c, p in zip(choices, part.parts, strict=True)]
        else:
            options = part.options_of(scale) or tuple(
                Option(code=p.code, scale=scale, texts=p.texts) for p in part.parts if part.type == "R"
            )
            scored = any(option.value for option in options)
            choices = [self._make_choice(option, noted, scored=scored) for option in options]
        notes = part.attributes.get("cssclass", "").split()
        choices = [apply_notes(choice, option.code, notes) for choice, option in zip(choices, options, strict=True)]
        if part.other and part.type in ("L", "!", "M", "P"):
            choices.append(apply_notes(self._make_other_choice(part), OTHER, notes))
        return tuple({choice.code: choice for choice in reversed(choices)}.values())[::-1]

    def _make_questions(self, part: Part, name: str) -> Iterator[Question]:
        """Yield a question and its subquestions."""
        layout = find_layout(part.type)
        below = layout in (Layout.ROWS, Layout.CELLS, Layout.DUAL)
        kind = self._find_kind(part)
        text = self.text(part.texts, part.code or name)
        own = self.groups.get(part.section)
        group = own.id if own is not None else None
        draft = part.key in self.inferred
        yield Question(
            id=name,
            type=QuestionType.NOTE if below and part.parts else kind,
            text=text,
            hint=self.text(part.helps, "") if any(help_.strip() for help_ in part.helps.values()) else None,
            choices=() if below and part.parts else self.choices(part),
            skip=self._skip(part),
            unit=part.attributes.get("suffix", "").strip(),
            minimum=_bound(part, "min_num_value_n", "multiflexible_min", "slider_min"),
            maximum=_bound(part, "max_num_value_n", "multiflexible_max", "slider_max"),
            personal=personal_by_head(part.code) or personal_by_head(text.source[:80]),
            group=group,
            required=part.mandatory,
            inferred=draft,
        )
        for tail, label, scale, parts in self._list_parts(part, layout):
            yield Question(
                id=self._make_unique(f"{name}_{tail}", ""),
                type=kind if scale is not None else QuestionType.TEXT,
                text=label,
                choices=self.choices(part, scale) if scale is not None and kind is QuestionType.SELECT_ONE else (),
                parent=name,
                skip=self._skip(part, *parts),
                personal=personal_by_head(label.source[:80]),
                group=group,
                required=part.mandatory and scale is not None,  # only asked with this choice
                inferred=draft,
            )

    def _find_kind(self, part: Part) -> QuestionType:
        if part.key in self.inferred and part.type in ("", "O"):
            return QuestionType.TEXT
        if part.type == "D":
            return _find_date_type(part)
        if part.type in ("N", "K") and part.attributes.get("num_value_int_only") == "1":
            return QuestionType.INTEGER
        if part.type in ("S", "Q", ";") and part.attributes.get("numbers_only") == "1":
            return QuestionType.DECIMAL
        if part.type == ":" and part.attributes.get("multiflexible_checkbox") == "1":
            return QuestionType.BOOLEAN
        return find_type(part.type)

    def _list_parts(self, part: Part, layout: Layout) -> Iterator[tuple[str, Text, int | None, tuple[Part, ...]]]:
        """Yield the subquestions of a question.

        Each has a suffix, a text, a scale, and its row and column. The scale is None for a free text beside a choice.
        """
        rows = part.parts_on(0)
        if layout is Layout.ROWS:
            yield from ((row.code, self.text(row.texts, row.code or "-"), 0, (row,)) for row in part.parts)
        elif layout is Layout.DUAL:
            for row in rows:
                yield from ((f"{row.code}_{s}", self._scale_text(part, row, s), s, (row,)) for s in (0, 1))
        elif layout is Layout.CELLS:
            for row in rows:
                for column in part.parts_on(1):
                    both = {tag: f"{row.texts.get(tag, row.code)} | {text}" for tag, text in column.texts.items()}
                    scale_text = self.text(both, f"{row.code} | {column.code}")
                    yield f"{row.code}_{column.code}", scale_text, 0, (row, column)
        if part.other:
            yield "other", self._make_other_choice(part).label, None, ()
        if part.type == "P":
            for row in (*part.parts, *((Part(key="", code="other"),) if part.other else ())):
                yield f"{row.code}comment", self.text(row.texts, row.code or "-"), None, (row,)

    def _scale_text(self, part: Part, row: Part, scale: int) -> Text:
        """Return a row's text on one of two scales.

        In the main language, the header of the scale follows the text.
        """
        head = clean(part.attributes.get(f"dualscale_header{'AB'[scale]}", ""))
        if not head or not self.languages:
            return self.text(row.texts, row.code or "-")
        main = self.languages[0]
        scale_text = f"{row.texts.get(main, '').strip() or row.code} | {head}"
        return self.text({**row.texts, main: scale_text}, row.code or "-")

    def questionnaire(self, name: str) -> Questionnaire:
        """Return the questionnaire.

        Args:
            name: Name of the file, for a survey without number or title.
        """
        survey = self.survey
        ids = {question.id for question in self.questions}
        groups = dict(self.above)
        for group in self.groups.values():
            if group is not None:
                groups[group.id] = group
        title = self.text(survey.titles, name)
        return Questionnaire(
            id=survey.key or fold_header(title.source).replace(" ", "-") or "survey",
            title=title,
            languages=self.languages,
            groups=tuple(groups.values()),
            questions=self.questions,
            mappings=tuple(QuestionMapping(question=own, target=own) for own in self.own if own in ids),
            inferred=bool(survey.questions) and all(part.key in self.inferred for part in survey.questions),
        )


def _find_names(expression: str) -> tuple[str, ...]:
    """Return the names in an expression, without suffixes.

    Words of operators, such as `and`, are included.

    Example:
        >>> _find_names("(Q00_SQ009.NAOK == 'Y') and count(age) > 1 and self.value")
        ('Q00_SQ009', 'and', 'age', 'self')
    """
    bare = _STRING.sub(" ", expression)
    return tuple(dict.fromkeys(match[0].split(".")[0] for match in _NAME.finditer(bare)))


def _find_questions(expression: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """Return the ids of questions that an expression uses.

    Args:
        expression: The expression.
        known: Variables of the survey with the ids of their questions.

    Example:
        >>> _find_questions("Q00_SQ009.NAOK == 'Y'", {"Q00_SQ009": "Q00"})
        ('Q00',)
    """
    return tuple(dict.fromkeys(known[name] for name in _find_names(expression) if name in known))
