"""Survey questionnaires and visit checklists made from a framework."""

import re
from collections.abc import Iterable, Iterator, Sequence

from capbuild.escaping import format_csv
from capbuild.frameworks.bundled import load_bundled
from capbuild.model import (
    Capacity,
    Choice,
    Criterion,
    Framework,
    Level,
    Missing,
    PersonalData,
    Question,
    QuestionGroup,
    QuestionMapping,
    Questionnaire,
    QuestionType,
    Scale,
    ScaleKind,
    SkipRule,
    Verdict,
)
from capbuild.text import Text, TranslationStatus, as_text

_SURVEY_ANSWERS = ("yes", "partly", "no", "elsewhere", "not_applicable", "dont_know", "refused", "confidential")
_VISIT_ANSWERS = ("yes", "partly", "no", "elsewhere", "not_applicable", "dont_know", "not_observed")
_DRAFT = as_text(
    {
        "en": "draft translation",
        "es": "traducción provisional",
        "fr": "traduction provisoire",
        "nl": "voorlopige vertaling",
        "pt": "tradução provisória",
    }
)
#: Questions of a form on its own context, if its labels have the text as `form.CODE`: at the beginning, ...
_ABOUT = {
    "survey": ("respondent", "office", "date", "consent"),
    "visit": ("respondent", "office", "date", "signature"),
}
#: ... and for each dimension of a questionnaire, or each indicator of a checklist.
_BESIDE = {"survey": ("comment", "evidence", "confidence"), "visit": ("sample", "photograph", "note")}
_TYPES = {
    "date": QuestionType.DATE,
    "sample": QuestionType.INTEGER,
    "photograph": QuestionType.FILE,
    "signature": QuestionType.FILE,
}
_CODES = {"consent": ("yes", "no"), "confidence": ("1", "2", "3")}


def list_choices(framework: Framework, answers: Iterable[str]) -> list[Choice]:
    """Return choices by their codes, with the words of a framework."""
    missing = {kind.name.lower(): kind for kind in Missing}
    return [Choice(code=code, label=_make_answer_label(framework, code), missing=missing.get(code)) for code in answers]


def _make_answer_label(framework: Framework, code: str) -> Text:
    """Return the label of an answer.

    It is the framework's own label, or the default in the framework's languages.
    """
    own = framework.labels.get(f"answer.{code}")
    if own is not None:
        return own
    usual = load_bundled("police_cyber").labels.get(f"answer.{code}", Text(code))
    return as_text({tag: usual.get(tag) for tag in framework.languages if tag in usual.languages} or code)


def _list_option_choices(framework: Framework, indicator: Capacity, answers: Sequence[str]) -> list[Choice]:
    """Return the choices of an indicator's criteria.

    They are the answers of its scale and "don't know". Without a scale, they are the answers that may count.
    """
    scale = framework.answers_of(indicator)
    if scale is None:
        return list_choices(framework, [code for code in answers if _may_count(framework, indicator, code)])
    choices = [
        Choice(
            code=option.code, label=option.label, missing=option.counts if isinstance(option.counts, Missing) else None
        )
        for option in scale.options
    ]
    missings = {choice.missing for choice in choices}
    rest = list_choices(framework, [code for code in answers if code in ("dont_know", "not_observed")])
    return choices + [choice for choice in rest if choice.missing not in missings]


def _may_count(framework: Framework, indicator: Capacity, code: str) -> bool:
    """True if an answer may count on its own.

    Under the rule for points, met in full or not, it may be the same as another answer.
    """
    method = framework.method_of(indicator)
    if method.name != "points" or code not in ("partly", "not_applicable"):
        return True
    if code == "partly":
        return bool(method.settings.get("partly"))
    return any(criterion.no_cases for criterion in indicator.criteria)


def _format_passing_codes(framework: Framework, indicator: Capacity) -> str:
    """Return the comma-separated answers that meet a criterion."""
    scale = framework.answers_of(indicator)
    options = scale.options if scale is not None else ()
    passing = [option.code for option in options if isinstance(option.counts, Verdict) and option.counts.passes]
    return ", ".join(passing if scale is not None else ("yes", "elsewhere"))


def _skip_rule(framework: Framework, indicator: Capacity, criterion: Criterion) -> SkipRule | None:
    """Return the skip rule of a criterion, or None.

    From the fourth step on, a criterion is asked only if those of the step below are all claimed.
    """
    below = [c.id for c in indicator.criteria if c.step == criterion.step - 1]
    if criterion.step < 4 or not below:
        return None
    passing = _format_passing_codes(framework, indicator)
    claimed = " and ".join(f"({name} in {passing})" for name in below)
    return SkipRule(expression=claimed, questions=tuple(below))


def survey_questionnaire(framework: Framework) -> Questionnaire:
    """Return a framework's survey questionnaire, one question per criterion.

    An indicator without criteria is asked as a whole, as a level or a number.

    Example:
        >>> from capbuild.frameworks import load_bundled
        >>> form = survey_questionnaire(load_bundled("police_cyber"))
        >>> len(form), form["COO-1.4a"].skip.questions
        (240, ('COO-1.3a', 'COO-1.3b', 'COO-1.3c'))
    """
    return _make_instrument(framework, "survey", _SURVEY_ANSWERS, skips=True)


def visit_questionnaire(framework: Framework) -> Questionnaire:
    """Return a framework's visit checklist, one question per criterion.

    Example:
        >>> from capbuild.frameworks import load_bundled
        >>> form = visit_questionnaire(load_bundled("police_cyber"))
        >>> form.id, [choice.code for choice in form.questions[0].choices][-1]
        ('police-cyber-visit', 'not_observed')
    """
    return _make_instrument(framework, "visit", _VISIT_ANSWERS, skips=False)


def _list_asked(framework: Framework) -> tuple[Capacity, ...]:
    """Return the indicators to ask for; rates are computed."""
    return tuple(node for node in framework.indicators if not node.is_rate)


def _make_survey_text(criterion: Criterion) -> Text:
    return criterion.survey or criterion.text


def _make_form_question(framework: Framework, code: str, group: str) -> Question:
    """Make a question about the form itself."""
    pairs = [(choice, framework.labels.get(f"form.{code}.{choice}")) for choice in _CODES.get(code, ())]
    return Question(
        id=f"{group}.{code}",
        type=QuestionType.SELECT_ONE if pairs else _TYPES.get(code, QuestionType.TEXT),
        text=framework.labels[f"form.{code}"],
        choices=[Choice(code=choice, label=label or _make_answer_label(framework, choice)) for choice, label in pairs],
        group=group,
        personal=PersonalData.NAME if code in ("respondent", "signature") else None,
    )


def _list_form_questions(framework: Framework, codes: Iterable[str], group: str) -> list[Question]:
    return [_make_form_question(framework, code, group) for code in codes if f"form.{code}" in framework.labels]


def _list_indicator_questions(
    framework: Framework, indicator: Capacity, answers: Sequence[str], *, skips: bool
) -> Iterator[Question]:
    """Yield one question per criterion, or one on the indicator."""
    if not indicator.criteria:
        yield _make_figure_question(framework, indicator)
        return
    choices = _list_option_choices(framework, indicator, answers)
    for criterion in indicator.criteria:
        yield Question(
            id=criterion.id,
            type=QuestionType.SELECT_ONE,
            text=_make_survey_text(criterion) if skips else criterion.text,
            hint=_join_lines(criterion.small, _name_evidence(indicator, criterion)),
            choices=choices,
            group=indicator.id,
            skip=_skip_rule(framework, indicator, criterion) if skips else None,
        )


def _make_instrument(framework: Framework, kind: str, answers: Sequence[str], *, skips: bool) -> Questionnaire:
    questions = about = _list_form_questions(framework, _ABOUT[kind], "form")
    for root in framework.roots:
        asked = [node for node in root.leaves if not node.is_rate]
        for indicator in asked:
            questions = [*questions, *_list_indicator_questions(framework, indicator, answers, skips=skips)]
            if kind == "visit" and indicator.criteria:
                questions += _list_form_questions(framework, _BESIDE[kind], indicator.id)
        if kind == "survey" and asked:
            questions += _list_form_questions(framework, _BESIDE[kind], root.id)
    parents = {child.id: node.id for node in framework.walk() for child in node.children}
    own = [QuestionGroup(id="form", title=framework.labels["form.about"])] if about else []
    groups = [
        QuestionGroup(id=node.id, title=node.title, parent=parents.get(node.id))
        for node in framework.walk()
        if node.children or node.criteria
    ]
    return Questionnaire(
        id=f"{framework.id}-{kind}",
        version=framework.edition,
        title=framework.title,
        languages=framework.languages,
        groups=[*own, *groups],
        questions=questions,
        mappings=[
            QuestionMapping(question=question.id, target=question.id)
            for question in questions
            if question.id in framework.names
        ],
    )


def _make_figure_question(framework: Framework, indicator: Capacity) -> Question:
    """Make the question on a judged indicator."""
    scale = framework.scale_of(indicator)
    parent = next((node.id for node in framework.walk() if indicator in node.children), None)
    own = framework.answers_of(indicator) is not None
    if indicator.level_texts or own or any(_has_name(level) for level in scale.levels):
        rest = ("not_applicable", "dont_know")
        levels = [Choice(code=level.code, label=level.label) for level in scale.levels]
        return Question(
            id=indicator.id,
            type=QuestionType.SELECT_ONE,
            text=indicator.survey or indicator.title,
            hint=_join_lines(
                _make_rubric(indicator, scale) if indicator.level_texts else indicator.definition, indicator.evidence
            ),
            choices=_list_option_choices(framework, indicator, rest)
            if own
            else [*levels, *list_choices(framework, rest)],
            group=parent,
        )
    return Question(
        id=indicator.id,
        type=QuestionType.INTEGER if scale.levels or scale.kind is ScaleKind.COUNT else QuestionType.DECIMAL,
        text=indicator.survey or indicator.title,
        hint=indicator.definition,
        unit=scale.unit,
        minimum=scale.ends[0],
        maximum=scale.ends[1],
        group=parent,
    )


def _name_evidence(indicator: Capacity, criterion: Criterion) -> Text | None:
    """Return the evidence that a criterion asks for.

    If the criterion has none and is its indicator's only one, this is the evidence of the indicator.
    """
    return criterion.evidence or (indicator.evidence if len(indicator.criteria) == 1 else None)


def _join_lines(first: Text | None, second: Text | None) -> Text | None:
    """Return two texts below each other, by language.

    The result has the languages of the first text.
    """
    if first is None or second is None:
        return first or second
    return as_text({tag: f"{first.get(tag)}\n{second.get(tag)}" for tag in first.languages})


def _has_name(level: Level) -> bool:
    """True if a level has a name.

    A label with the level's number, such as `Level 2`, is not a name.
    """
    return re.search(rf"(?<!\d){level.order}(?!\d)", level.label.source) is None


def _make_rubric(indicator: Capacity, scale: Scale) -> Text:
    """Return an indicator's level texts, one line per level.

    The text has the languages of the level texts.
    """
    words = [(level.label, text) for level in scale.levels if (text := indicator.level_texts.get(level.code))]
    tags = dict.fromkeys(tag for _, text in words for tag in text.languages)
    return as_text({tag: "\n".join(f"{label.get(tag)}: {text.get(tag)}" for label, text in words) for tag in tags})


def judged_text(framework: Framework, indicator: Capacity, language: str) -> str:
    """Return the text of a directly judged indicator.

    It consists of the level texts, or of the names of the levels, what a number counts, or the ends of the scale.
    """
    scale = framework.scale_of(indicator)
    if indicator.level_texts:
        return _make_rubric(indicator, scale).get(language)
    if scale.levels and all(map(_has_name, scale.levels)):
        return " / ".join(level.label.get(language) for level in scale.levels)
    if scale.kind is ScaleKind.COUNT and indicator.definition is not None:
        return " ".join(filter(None, (indicator.definition.get(language), scale.unit and f"[{scale.unit}]")))
    low, high = scale.ends
    return f"{low:g} – {high:g}"


def _ask_judged(framework: Framework, indicator: Capacity, language: str) -> str:
    """Return the question on an indicator judged as a whole.

    It consists of the level texts, or of the title with what is asked for.
    """
    text = judged_text(framework, indicator, language)
    return text if indicator.level_texts else f"{(indicator.survey or indicator.title).get(language)} ({text})"


def _write_csv(rows: Iterator[tuple[str, ...]]) -> str:
    return format_csv(rows, end="\r\n")


def _describe_answers(framework: Framework, answers: Iterable[str], language: str) -> str:
    """Return the answers with their codes.

    These are the answers to criteria, and the levels of indicators judged as a whole.
    """
    judged = [node for node in framework.indicators if not node.criteria]
    levels = dict.fromkeys(level for node in judged for level in framework.scale_of(node).levels)
    wanted = [code for code in answers if framework.criteria or code not in ("yes", "partly", "no", "elsewhere")]
    own = [(option.code, option.label) for scale in framework.answers for option in scale.options]
    plain = any(framework.answers_of(framework.owner(name)) is None for name in framework.criteria) or not own
    pairs = [
        *((level.code, level.label) for level in levels),
        *((code, _make_answer_label(framework, code)) for code in wanted if plain),
        *own,
    ]
    return ", ".join(dict.fromkeys(f"{code} = {label.get(language)}" for code, label in pairs))


def _is_draft(framework: Framework, language: str) -> bool:
    return any(c.text.status(language) is TranslationStatus.DRAFT for c in framework.criteria.values())


def _list_notices(framework: Framework, language: str, columns: int) -> Iterator[tuple[str, ...]]:
    note = f" ({_DRAFT.get(language)}: {language})" if _is_draft(framework, language) else ""
    yield (f"{framework.title.get(language)}, {framework.key}{note}", *("" for _ in range(columns - 1)))


def questionnaire_csv(framework: Framework, language: str = "en") -> str:
    """Return the survey questionnaire as CSV, ready to fill in.

    The first row names the framework, and marks unreviewed translations as a draft translation.
    """
    asked = {node.id for node in _list_asked(framework)}

    def rows() -> Iterator[tuple[str, ...]]:
        yield from _list_notices(framework, language, 6)
        yield ("criterion", "dimension", "indicator", "question", "answer", "comment")
        for root in framework.roots:
            for indicator in (node for node in root.leaves if node.id in asked):
                names = (root.title.get(language), indicator.title.get(language))
                for criterion in indicator.criteria:
                    yield (criterion.id, *names, _make_survey_text(criterion).get(language), "", "")
                if not indicator.criteria:
                    yield (indicator.id, *names, _ask_judged(framework, indicator, language), "", "")
        yield (f"# {_describe_answers(framework, _SURVEY_ANSWERS, language)}", "", "", "", "", "")

    return _write_csv(rows())


def checklist_csv(framework: Framework, language: str = "en") -> str:
    """Return the visit checklist as CSV, with space for findings."""

    def rows() -> Iterator[tuple[str, ...]]:
        yield from _list_notices(framework, language, 10)
        yield (
            "criterion",
            "indicator",
            "text",
            "check",
            "answer",
            "basis",
            "confidence",
            "as_of",
            "note",
            "evidence",
        )
        for indicator in _list_asked(framework):
            for criterion in indicator.criteria:
                check = framework.label("check", criterion.check.value, language)
                text = criterion.text.get(language)
                yield (criterion.id, indicator.title.get(language), text, check, "", "", "", "", "", "")
            if not indicator.criteria:
                text = judged_text(framework, indicator, language)
                yield (indicator.id, indicator.title.get(language), text, "", "", "", "", "", "", "")
        yield (f"# {_describe_answers(framework, _VISIT_ANSWERS, language)}", *("" for _ in range(9)))

    return _write_csv(rows())
