"""A country's next questionnaire, prefilled with its last answers."""

from collections.abc import Mapping, Sequence

from attrs import evolve

from capbuild.formats.values.answer_values import answer_label, list_skipped
from capbuild.frameworks import survey_questionnaire
from capbuild.frameworks.instruments import list_choices
from capbuild.model import (
    Answer,
    Capacity,
    Elsewhere,
    Framework,
    Missing,
    PreviousAnswer,
    Question,
    Questionnaire,
    SkipRule,
    Verdict,
)
from capbuild.reports.i18n import get_translator
from capbuild.text import Text, as_text
from capbuild.tracking.previous_answers import find_previous_answers
from capbuild.workspace.folder_functions import in_own_languages, takes_folder
from capbuild.workspace.workspace import Workspace


@takes_folder
@in_own_languages
def next_questionnaire(
    workspace: Workspace,
    country: str,
    *,
    since: str,
    round_: str = "",
    respondent: str = "",
    skip: bool = False,
) -> Questionnaire:
    """Make the prefilled questionnaire of the next round.

    A workbook, Word form or XLSForm made from it shows each of the country's last answers and asks whether it is
    still true. An answer returned unchanged is recorded as carried over: `Finding.carried_over` is the earlier
    answer, and `Finding.as_of` the date of confirmation.

    Args:
        workspace: The programme's folder: its path, or opened by `open_workspace`.
        country: Name or code of the country.
        since: Id or kind of the round with the answers, such as `baseline`.
        round_: The next round, which gives the edition; by default the one after `since`, else the programme's
            framework. A crosswalk maps answers to another edition.
        respondent: Kind or pseudonym of a respondent, to use only their answers; by default the answers that counted.
        skip: Whether questions that cannot change a level are asked only if an answer below changes.

    Raises:
        KeyError: There is no such round, or it has no data on the country.
        ComparisonError: CB801, the editions differ and no crosswalk joins them.
    """
    from capbuild.tracking.crosswalk import find_crosswalk

    framework = find_next_edition(workspace, since, round_)
    assessment = workspace.assess(since)[country]
    walk = find_crosswalk(workspace.crosswalks, assessment.framework, framework)
    previous = find_previous_answers(assessment, framework, walk, respondent=respondent)
    form = _offer_answers(survey_questionnaire(framework), previous, framework)
    questionnaire = prefill_questionnaire(_skip_settled(form, framework) if skip else form, previous)
    invented = bool(questionnaire.previous) and (assessment.invented or workspace.programme.invented)
    return evolve(questionnaire, title=_say_invented(questionnaire)) if invented else questionnaire


def _offer_answers(form: Questionnaire, previous: Mapping[str, PreviousAnswer], framework: Framework) -> Questionnaire:
    """Add last answers that the form does not offer to its choices.

    An example is "partly" where only a criterion that is met in full has points.
    """
    codes = {*Verdict, *(kind.name.lower() for kind in Missing)}

    def offer(question: Question) -> Question:
        code = str(previous[question.id].value) if question.id in previous else ""
        if not question.choices or code not in codes or question.choice(code) is not None:
            return question
        return evolve(question, choices=[*question.choices, *list_choices(framework, [code])])

    return evolve(form, questions=[offer(question) for question in form.questions])


def _say_invented(form: Questionnaire) -> Text:
    """Return the title of a form."""
    tags = [tag for tag in form.languages if tag != "und"] or ["en"]
    return as_text({tag: f"{form.title.get(tag)} – {get_translator(tag)('invented')}" for tag in tags})


def find_next_edition(workspace: Workspace, since: str, round_: str = "") -> Framework:
    """Return the edition of the next round.

    Args:
        workspace: The programme's folder.
        since: Id or kind of the earlier round.
        round_: Id or kind of the round.
    """
    later = workspace.rounds[workspace.rounds.index(workspace.round(since)) + 1 :]
    wanted = round_ or (later[0].id if later else "")
    return workspace.edition(wanted) if wanted else workspace.framework


def prefill_questionnaire(form: Questionnaire, previous: Mapping[str, PreviousAnswer]) -> Questionnaire:
    """Return a form prefilled with answers of an earlier round.

    A question that is skipped as long as these answers stay the same is not prefilled.

    Args:
        form: The form.
        previous: Answers by question id; others are ignored.

    Example:
        >>> from capbuild.model import Choice, Question
            >>> law = Question(id="law", type="select one", text="A law?", choices=[Choice(code="yes", label="Yes")])
        >>> form = Questionnaire(id="f", title="F", languages=["en"], questions=[law])
        >>> print(prefill_questionnaire(form, {"law": PreviousAnswer(value="yes", question="law")})["law"].hint)
        Last answer: Yes. Still true?
    """
    fitting = {
        name: answer
        for name, answer in previous.items()
        if name in form and (not form[name].choices or form[name].choice(str(answer.value)) is not None)
    }
    unasked = _find_unasked(form, fitting)
    kept = {name: answer for name, answer in fitting.items() if name not in unasked}
    tags = tuple(tag for tag in form.languages if tag != "und") or ("en",)
    questions = [
        _add_note(question, kept.get(question.id), tags, unasked=question.id in unasked) for question in form.questions
    ]
    return evolve(form, questions=questions, previous=kept)


def list_saved_questions(form: Questionnaire) -> tuple[str, ...]:
    """Return the questions to skip while the last answers stay.

    Args:
        form: A form with last answers.
    """
    unasked = _find_unasked(form, form.previous)
    return tuple(question.id for question in form.questions if question.id in unasked)


def _find_unasked(form: Questionnaire, previous: Mapping[str, PreviousAnswer]) -> set[str]:
    answers = [
        Answer(question.id, previous[question.id].value if question.id in previous else Missing.NO_ANSWER)
        for question in form.questions
    ]
    return {name for name, _ in list_skipped(form, answers)} if previous else set()


def _add_note(question: Question, answer: PreviousAnswer | None, tags: Sequence[str], *, unasked: bool) -> Question:
    """Add a hint on the last answer to a question.

    If the question needs no answer, the hint says so.
    """
    if answer is None and not unasked:
        return question
    lines = {tag: [] if question.hint is None else [question.hint.get(tag)] for tag in tags}
    for tag, own in lines.items():
        own.append(get_translator(tag)("prefill.spared") if answer is None else _describe(question, answer, tag))
    return evolve(question, hint=_as_hint(lines, question.hint))


def _as_hint(lines: Mapping[str, Sequence[str]], hint: Text | None) -> Text:
    text = as_text({tag: "\n".join(filter(None, own)) for tag, own in lines.items()})
    if hint is None:
        return text
    status = {tag: evolve(translation, status=hint.status(tag)) for tag, translation in text.translations.items()}
    return evolve(text, translations=status)


def _describe(question: Question, answer: PreviousAnswer, tag: str) -> str:
    """Return the last answer as text."""
    t = get_translator(tag)
    when = [] if answer.date is None else [answer.date.isoformat()]
    if answer.question != question.id:
        when.append(t("prefill.moved", question=answer.question, framework=answer.framework))
    return t(
        "prefill.last" if answer.counted is None else "prefill.limited",
        when=f" ({', '.join(when)})" if when else "",
        answer=answer_label(question, answer.value, tag),
        counted=answer_label(question, answer.value if answer.counted is None else answer.counted, tag),
    )


def _skip_settled(form: Questionnaire, framework: Framework) -> Questionnaire:
    """Skip steps above a failed step of a staircase.

    They cannot change the level.
    """
    owners = {criterion.id: node for node in framework.indicators for criterion in node.criteria}
    return evolve(
        form, questions=[_skip_question(question, framework, owners.get(question.id)) for question in form.questions]
    )


def _skip_question(question: Question, framework: Framework, node: Capacity | None) -> Question:
    if node is None or framework.method_of(node).name != "staircase":
        return question
    step = framework.criteria[question.id].step
    below = [criterion for criterion in node.criteria if criterion.step < step]
    if not below:
        return evolve(question, skip=None)
    scale = framework.answers_of(node)
    fails: dict[str, tuple[str, ...]] = {}
    for criterion in below:
        words = ("no", "elsewhere") if criterion.elsewhere is Elsewhere.NEVER else ("no",)
        own = tuple(option.code for option in scale.options if option.counts in words) if scale is not None else ()
        fails[criterion.id] = own or words
    expression = " and ".join(f"({name} not in {', '.join(codes)})" for name, codes in fails.items())
    return evolve(question, skip=SkipRule(expression=expression, questions=tuple(fails)))
