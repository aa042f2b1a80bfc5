"""Conformance class of catalogues."""

from typing import ClassVar

from capbuild.model import Activity, Catalogue
from capbuild.plugins import default_host
from capbuild.testing.conformance._plugin import PluginConformance, check_name, check_round_trip
from capbuild.testing.conformance.questionnaire import _reached
from capbuild.testing.contract import require_clause


class CatalogueConformance(PluginConformance):
    """Contract of catalogues as tests; subclasses name a catalogue.

        class TestCatalogue(CatalogueConformance):
            plugin = capbuild_ministry
            catalogue = "ministry-courses 1"

    Attributes:
        catalogue: Its id and edition.
        sourced: Ids of activities whose costs and effects come from a source and are not invented.
    """

    catalogue: ClassVar[str]
    sourced: ClassVar[frozenset[str]] = frozenset()
    _kind = "catalogues"

    @property
    def subject(self) -> Catalogue:
        """The catalogue under test."""
        return self.registered(self.catalogue, Catalogue)

    def test_registered(self) -> None:
        """It has a name, a title and activities."""
        catalogue = self.subject
        check_name(catalogue.id, catalogue.title.source)
        require_clause(catalogue.activities, "registered", "there is nothing to choose from")

    def test_round_trip(self) -> None:
        """It survives a round trip as a document."""
        self.clause("travels")
        check_round_trip(self.subject)

    def test_references_exist(self) -> None:
        """References to criteria, roles, competences and activities exist."""
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
                lost = [one for one in getattr(activity, name) if one not in there]
                require_clause(not lost, "fits together", f"{activity.id}.{name}: no {', '.join(lost[:5])}")

    def test_no_cycles(self) -> None:
        """No activity is its own prerequisite."""
        self.clause("no circles")
        before = {activity.id: set(activity.prerequisites) for activity in self.subject.activities}
        around = sorted(name for name in before if name in _reached(name, before))
        require_clause(not around, "no circles", f"{', '.join(around)} come before themselves")

    def test_marks_invented_data(self) -> None:
        """Costs and effects without a source are marked as invented."""
        self.clause("declares inventions")
        silent = [a.id for a in self.subject.activities if _figures(a) and not a.invented and a.id not in self.sourced]
        require_clause(not silent, "declares inventions", f"{', '.join(silent)} give figures without source or mark")


def _figures(activity: Activity) -> bool:
    cost = activity.cost
    parts = (cost.one_time, cost.per_session, cost.per_seat, cost.travel_per_seat, cost.recurring)
    return bool(activity.effects) or any(part is not None for part in parts)
