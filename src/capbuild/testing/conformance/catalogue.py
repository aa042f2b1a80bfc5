"""Conformance classes of questionnaires and catalogues."""

from typing import ClassVar

from capbuild.frameworks.lint import lint_catalogue
from capbuild.model import Activity, Catalogue, Question, Questionnaire
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
        """Questionnaire under test."""
        return self.registered(self.questionnaire, Questionnaire)

    def test_registered(self) -> None:
        """Check that it has name, title and questions."""
        form = self.subject
        check_name(form.id, form.title.source)
        require_clause(form.questions, "registered", "it asks nothing")

    def test_round_trip(self) -> None:
        """Check that it survives a round trip as document."""
        self.clause("travels")
        check_round_trip(self.subject)

    def test_complete_texts(self) -> None:
        """Check that every question and choice has texts."""
        self.clause("complete texts")
        form = self.subject
        for question in form.questions:
            for text in (question.text, *(choice.label for choice in question.choices)):
                absent = [language for language in form.languages if language not in text.languages]
                known = not absent or text.languages == ("und",)
                require_clause(known, "complete texts", f"{question.id}: {text.source!r} is not there in {absent}")

    def test_references_exist(self) -> None:
        """Check that all references exist.

        Questions refer to groups, questions and choices, and mappings to nodes of the framework.
        """
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
        """Check that no skip rule depends on its own question.

        Indirect dependence counts too.
        """
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
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        fresh = before.get(waiting.pop(), set()) - reached
        reached |= fresh
        waiting += fresh
    return reached


class CatalogueConformance(PluginConformance):
    """Contract of catalogues as tests; subclasses name a catalogue.

        class TestCatalogue(CatalogueConformance):
            plugin = capbuild_ministry
            catalogue = "ministry-courses 1"

    Attributes:
        catalogue: Its id and edition.
        sourced: Ids of activities with costs and effects from a source, not invented.
    """

    catalogue: ClassVar[str]
    sourced: ClassVar[frozenset[str]] = frozenset()
    _kind = "catalogues"

    @property
    def subject(self) -> Catalogue:
        """Catalogue under test."""
        return self.registered(self.catalogue, Catalogue)

    def test_registered(self) -> None:
        """Check that it has name, title and activities."""
        catalogue = self.subject
        check_name(catalogue.id, catalogue.title.source)
        require_clause(catalogue.activities, "registered", "there is nothing to choose from")

    def test_round_trip(self) -> None:
        """Check that it survives a round trip as document."""
        self.clause("travels")
        check_round_trip(self.subject)

    def test_references_exist(self) -> None:
        """Check that referenced criteria, roles, competences and activities exist."""
        self.clause("fits together")
        catalogue = self.subject
        host = self.host if catalogue.framework in self.host.frameworks else default_host()
        require_clause(catalogue.framework in host.frameworks, "fits together", f"no framework {catalogue.framework!r}")
        criteria = host.frameworks[catalogue.framework].criteria
        known = {
            "addresses": set(criteria),
            "requires": set(criteria),
            "effects": set(criteria),
            "prerequisites": {activity.id for activity in catalogue.activities},
            "roles": {role.id for role in catalogue.roles},
            "competences": {competence.id for competence in catalogue.competences},
        }
        for activity in catalogue.activities:
            for name, there in known.items():
                lost = [referenced for referenced in getattr(activity, name) if referenced not in there]
                require_clause(not lost, "fits together", f"{activity.id}.{name}: no {', '.join(lost[:5])}")

    def test_no_cycles(self) -> None:
        """Check that no activity is its own prerequisite."""
        self.clause("no circles")
        around = self.subject.find_cycle()
        require_clause(not around, "no circles", f"{', '.join(around)} come before themselves")

    def test_complete_texts(self) -> None:
        """Check that every text is translated into the languages of its title, with the same numbers."""
        self.clause("complete texts")
        problems = [issue.message for issue in lint_catalogue(self.subject)]
        require_clause(not problems, "complete texts", "; ".join(problems[:5]))

    def test_marks_invented_data(self) -> None:
        """Check that costs and effects without source are invented."""
        self.clause("declares inventions")
        silent = [
            a.id for a in self.subject.activities if _has_figures(a) and not a.invented and a.id not in self.sourced
        ]
        require_clause(not silent, "declares inventions", f"{', '.join(silent)} give figures without source or mark")


def _has_figures(activity: Activity) -> bool:
    cost = activity.cost
    parts = (cost.one_time, cost.per_session, cost.per_seat, cost.travel_per_seat, cost.recurring)
    return bool(activity.effects) or any(part is not None for part in parts)
