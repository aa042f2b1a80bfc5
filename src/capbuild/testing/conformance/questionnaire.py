"""Conformance class of questionnaires."""

from typing import ClassVar

from capbuild.model import Question, Questionnaire
from capbuild.plugins import default_host
from capbuild.testing.conformance._plugin import PluginConformance, check_name, check_round_trip
from capbuild.testing.contract import require_clause


class QuestionnaireConformance(PluginConformance):
    """Contract of questionnaires as tests; subclasses name a questionnaire.

        class TestSurvey(QuestionnaireConformance):
            plugin = capbuild_ministry
            questionnaire = "ministry-survey 1.0"
            framework = "ministry 1.0"

    Attributes:
        questionnaire: Its id and version.
        framework: Key of the framework of its mappings; empty without mappings.
    """

    questionnaire: ClassVar[str]
    framework: ClassVar[str] = ""
    _kind = "questionnaires"

    @property
    def subject(self) -> Questionnaire:
        """The questionnaire under test."""
        return self.registered(self.questionnaire, Questionnaire)

    def test_registered(self) -> None:
        """It has a name, a title and questions."""
        form = self.subject
        check_name(form.id, form.title.source)
        require_clause(form.questions, "registered", "it asks nothing")

    def test_round_trip(self) -> None:
        """It survives a round trip as a document."""
        self.clause("travels")
        check_round_trip(self.subject)

    def test_complete_texts(self) -> None:
        """Every question and choice has a text in every declared language."""
        self.clause("complete texts")
        form = self.subject
        for question in form.questions:
            for text in (question.text, *(choice.label for choice in question.choices)):
                absent = [language for language in form.languages if language not in text.languages]
                known = not absent or text.languages == ("und",)
                require_clause(known, "complete texts", f"{question.id}: {text.source!r} is not there in {absent}")

    def test_references_exist(self) -> None:
        """References to groups, questions and choices exist, and mappings have targets in the framework."""
        self.clause("fits together")
        form = self.subject
        groups = {group.id for group in form.groups}
        asked = form.by_id
        for question in form.questions:
            known = question.group is None or question.group in groups
            require_clause(
                known, "fits together", f"{question.id} lies in the group {question.group!r}, which is not there"
            )
        for mapping in form.mappings:
            require_clause(
                mapping.question in asked, "fits together", f"a mapping names {mapping.question!r}, not a question"
            )
            codes = {choice.code for choice in asked[mapping.question].choices}
            fitting = mapping.choice is None or mapping.choice in codes
            require_clause(fitting, "fits together", f"{mapping.question} has no choice {mapping.choice!r}")
        if self.framework:
            host = self.host if self.framework in self.host.frameworks else default_host()
            framework = host.frameworks[self.framework]
            targets = {*framework.criteria, *(node.id for node in framework.walk())}
            lost = [mapping.target for mapping in form.mappings if mapping.target not in targets]
            require_clause(not lost, "fits together", f"{self.framework} has no {', '.join(lost[:5])}")

    def test_no_cycles(self) -> None:
        """No skip rule depends on its own question, even indirectly."""
        self.clause("no circles")
        asked = self.subject.by_id
        before = {name: _conditions(question) for name, question in asked.items()}
        lost = [f"{name} asks after {other}" for name, others in before.items() for other in others - asked.keys()]
        require_clause(not lost, "fits together", "; ".join(lost[:5]))
        around = sorted(name for name in asked if name in _reached(name, before))
        require_clause(not around, "no circles", f"{', '.join(around)} depend on themselves")


def _conditions(question: Question) -> set[str]:
    return set(question.skip.questions) if question.skip is not None else set()


def _reached(start: str, before: dict[str, set[str]]) -> set[str]:
    """Return all direct and indirect dependencies of a name."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        fresh = before.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return found
