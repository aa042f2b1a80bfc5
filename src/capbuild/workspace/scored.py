"""A round of a programme's folder, scored: whom it asked, what it aims at, and whose answers say nothing."""

from typing import TYPE_CHECKING

from attrs import evolve

from capbuild.model import AssessmentSet, Country, Framework, Missing, Round, TargetProfile, Unusable
from capbuild.origin import Origin
from capbuild.workspace.config import Settings
from capbuild.workspace.register import recorded_as_received
from capbuild.workspace.review_records import reviewed

if TYPE_CHECKING:
    from capbuild.workspace.folder import Workspace

__all__ = ["received", "scored", "targets_for"]

#: Answers that say nothing of a country.
_NOTHING = (Missing.NO_ANSWER, Missing.NOT_ASKED, Missing.NOT_COLLECTED, Missing.INVALID)


def scored(workspace: "Workspace", round_: Round) -> AssessmentSet:
    """Return the assessments of a round, with what countries said of them."""
    from capbuild.scoring import assess

    found, framework, settings = workspace.collect(round_.id), workspace.edition(round_.id), workspace.settings
    # Where no answer of a country is understood, there is nothing to judge it by.
    heard = {one.country for one in found.findings if one.value not in _NOTHING}
    computed = assess(
        [one for one in found.findings if one.country in heard],
        framework,
        settings.recipe,
        round=round_,
        countries=dict.fromkeys([*_expected(workspace, round_), *(one.country for one in found.findings)]),
        sources=found.sources,
        evidence=found.evidence,
        targets=targets_for(settings, framework),
        sizes=settings.sizes,
        methods=workspace.host.methods,
        inputs=found.inputs,
        invented=settings.programme.invented,
    )
    came = received(workspace, round_.id)
    unusable = {one.alpha_2: came[one.alpha_2][0] for one in computed.silent if one.alpha_2 in came}
    return reviewed(evolve(computed, unusable=unusable), workspace.tracked.states, workspace.tracked.proposals)


def received(workspace: "Workspace", round_: str) -> dict[str, tuple[Unusable, Origin | None]]:
    """Return why what was received from countries says nothing, and its place, by alpha-2 code.

    A file that cannot be read, and one that is only recorded as received, are known by the register.
    """
    found = workspace.collect(round_)
    return {**recorded_as_received(workspace.register.of(workspace.round(round_).id), found.unread), **found.unusable}


def _expected(workspace: "Workspace", round_: Round) -> tuple[Country, ...]:
    """Return the countries that were to answer in a round: those whose first round it is, and those it asked.

    Later rounds ask fewer countries: nobody is missing from one who was not asked, as the register says.
    """
    rounds, programme = workspace.programme.rounds, workspace.programme
    before = {country for one in rounds[: rounds.index(round_)] for country in programme.countries_in(one)}
    asked = {request.country for request in workspace.register.of(round_.id) if request.sent is not None}
    taking_part = programme.countries_in(round_)
    return tuple(country for country in taking_part if country in asked or country not in before)


def targets_for(settings: Settings, framework: Framework) -> TargetProfile | None:
    """Return what should be reached by a framework; the default target is for every indicator that is not named."""
    named, default = settings.programme.targets, settings.default_target
    if named is None:
        return None
    own = dict(named.targets)
    if framework.key != settings.programme.framework:  # an edition may lack what another one has
        own = {name: target for name, target in own.items() if name in framework}
    every = {} if default is None else {node.id: default for node in framework.indicators}
    return TargetProfile(id=named.id, title=named.title, targets={**every, **own})
