"""Answers that plugins derive from a survey's answers."""

from collections.abc import Iterator

from attrs import evolve

from capbuild.display import counted
from capbuild.model import Answer, Issue, Issues, Questionnaire, Response, Survey
from capbuild.origin import Origin
from capbuild.plugins import DerivedAnswers, Host
from capbuild.plugins.boundary import PluginSource, collect_failures, failure_issue

_HOOK = "enrich_reading"


def add_derived(survey: Survey, host: Host) -> Survey:
    """Return a survey with the answers derived by plugins added.

    Each added question has a note that names the plugin. What does not fit the survey is left out, with an issue.
    """
    issues: list[Issue] = []
    with collect_failures() as failures:
        for source, derived in host.ask(_HOOK, reading=survey):
            for one in derived:
                problem = next(_find_problems(one, survey), None)
                if problem is not None:
                    source.report(source.error(_HOOK, problem, "CB511"))
                    break
                survey = _add(one, survey)
                issues.append(_make_note(one, survey, source))
    issues += map(failure_issue, failures.values())
    return evolve(survey, issues=Issues([*survey.issues, *issues])) if issues else survey


def _find_problems(derived: DerivedAnswers, survey: Survey) -> Iterator[str]:
    name = derived.question.id
    form = survey.questionnaire
    if form is not None and name in {question.id for question in form.questions}:
        yield f"derived the question {name!r}, which the survey has,"
    unknown = derived.values.keys() - {one.id for one in survey.responses}
    if unknown:
        yield f"derived answers of {min(unknown)!r}, which is no response of the survey,"


def _add(derived: DerivedAnswers, survey: Survey) -> Survey:
    question = derived.question
    form = survey.questionnaire or Questionnaire(id="derived", title="Derived answers")
    return evolve(
        survey,
        questionnaire=evolve(form, questions=[*form.questions, question]),
        responses=[_add_answer(one, derived) for one in survey.responses],
    )


def _add_answer(response: Response, derived: DerivedAnswers) -> Response:
    if response.id not in derived.values:
        return response
    made = Answer(derived.question.id, derived.values[response.id], origin=response.origin)
    return evolve(response, answers=[*response.answers, made])


def _make_note(derived: DerivedAnswers, survey: Survey, source: PluginSource) -> Issue:
    answers = counted(len(derived.values), "answer")
    return Issue.note(
        "CB517",
        f"plugin {source.name!r} ({source.distribution}) added {answers} to {derived.question.id!r}",
        Origin(survey.file),
        f"set CAPBUILD_BLOCK={source.name} to read without them",
    )
