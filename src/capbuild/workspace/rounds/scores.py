"""Scored rounds of a programme: expected countries, targets, unusable returns."""

from collections.abc import Iterator
from itertools import pairwise
from typing import overload

from attrs import define, evolve, field

from capbuild.errors import ComparisonError
from capbuild.model import (
    AssessmentSet,
    Change,
    ChangeSeries,
    Country,
    Framework,
    Issue,
    Missing,
    Round,
    Sensitivity,
    TargetProfile,
    UnusableReason,
)
from capbuild.origin import Origin
from capbuild.workspace.inputs import Inputs
from capbuild.workspace.records.reviews import add_reviews
from capbuild.workspace.rounds.editions import find_profile, is_on_scale
from capbuild.workspace.rounds.register import find_unusable_records
from capbuild.workspace.settings.config import Settings

#: Error codes of rounds that cannot be compared: no crosswalk between editions, one that does not fit, no common
#: country.
_REFUSED = ("CB801", "CB802", "CB803")
#: Missing answers without information on a country.
_NOTHING = (Missing.NO_ANSWER, Missing.NOT_ASKED, Missing.NOT_COLLECTED, Missing.INVALID)


@define(slots=False, eq=False, repr=False)
class ScoredRounds(Inputs):
    """Rounds of a programme, scored and compared once on demand."""

    _assessed: dict[str, AssessmentSet] = field(factory=dict, init=False, repr=False)
    _changes: dict[tuple[str, str], Change] = field(factory=dict, init=False, repr=False)
    _sensitivities: dict[str, Sensitivity] = field(factory=dict, init=False, repr=False)

    @property
    def targets(self) -> TargetProfile | None:
        """Targets; the default applies to every indicator not named."""
        return _select_targets(self.settings, self.framework)

    def assess(self, round_: str) -> AssessmentSet:
        """Return the assessments of a round.

        Args:
            round_: Id or kind of the round, such as `baseline`.

        Raises:
            CapbuildError: The round cannot be scored.
        """
        round_record = self.round(round_)
        if round_record.id in self._failed:
            raise self._failed[round_record.id]
        if round_record.id not in self._assessed:
            try:
                self._assessed[round_record.id] = _score_round(self, round_record)
            except Exception as error:
                self._failed[round_record.id] = error
                raise
        return self._assessed[round_record.id]

    @overload
    def compare(self, before: str, after: str) -> Change: ...

    @overload
    def compare(self, before: str, after: str, third: str, /, *later: str) -> ChangeSeries: ...

    def compare(self, before: str, after: str, *later: str) -> Change | ChangeSeries:
        """Return the changes between two or more rounds.

        Args:
            before: Id or kind of the earlier round, such as `baseline`.
            after: Id or kind of the later round.
            later: Further rounds, in chronological order.

        Raises:
            ComparisonError: The rounds cannot be compared: CB803, no country is in both; CB801, they use two editions
                without a crosswalk in `crosswalks/`; CB802, the crosswalk does not fit.
        """
        if not later:
            return self._compare_rounds(before, after)
        names = (before, after, *later)
        steps = [self._compare_rounds(*pair) for pair in pairwise(names)]
        return ChangeSeries(steps=steps, whole=self._compare_rounds(names[0], names[-1]))

    def _compare_rounds(self, before: str, after: str) -> Change:
        pair = (self.round(before).id, self.round(after).id)
        if pair not in self._changes:
            from capbuild.tracking import compare
            from capbuild.tracking.crosswalk import find_crosswalk

            crosswalk = find_crosswalk(self.crosswalks, *map(self.edition, pair))
            first, second = map(self.assess, pair)
            self._changes[pair] = compare(first, second, crosswalk=crosswalk, methods=self.host.methods)
        return self._changes[pair]

    def previous(self, round_: str) -> Round | None:
        """Return the round before another; None for the first."""
        place = self.rounds.index(self.round(round_))
        return self.rounds[place - 1] if place else None

    def rounds_until(self, round_: str) -> tuple[Round, ...]:
        """Return the rounds up to one, in chronological order."""
        return self.rounds[: self.rounds.index(self.round(round_)) + 1]

    def change(self, round_: str) -> Change | None:
        """Return the change since the previous round.

        The result is None for the first round, or if the rounds are not comparable.
        """
        earlier = self.previous(round_)
        return None if earlier is None else self._compare_if_possible(earlier.id, round_)

    def series(self, round_: str) -> ChangeSeries | None:
        """Return the changes over all rounds up to one.

        The result is None for the first two rounds, or if some rounds are not comparable.
        """
        names = [round_record.id for round_record in self.rounds_until(round_)]
        whole = self._compare_if_possible(names[0], names[-1]) if len(names) > 2 else None
        if whole is None:
            return None
        steps = [self._compare_if_possible(*pair) for pair in pairwise(names)]
        changes = [step for step in steps if step is not None]
        return ChangeSeries(steps=changes, whole=whole) if len(changes) == len(steps) else None

    def sensitivity(self, round_: str) -> Sensitivity:
        """Return the assumption that moves a round's results most.

        Assumptions are the policy, trust, weights, targets and missing answers.

        Args:
            round_: Id or kind of the round, such as `baseline`.

        Raises:
            CapbuildError: The round cannot be scored.
        """
        from capbuild.tracking import sensitivity

        name = self.round(round_).id
        if name not in self._sensitivities:
            self._sensitivities[name] = sensitivity(self.assess(name), methods=self.host.methods)
        return self._sensitivities[name]

    def since_first(self, round_: str) -> Iterator[Change]:
        """Yield changes from the first round to later ones.

        Rounds that are not comparable with the first are left out.
        """
        first, *later = self.rounds_until(round_)
        changes = (self._compare_if_possible(first.id, other.id) for other in later)
        yield from (change for change in changes if change is not None)

    def _compare_if_possible(self, before: str, after: str) -> Change | None:
        try:
            return self.compare(before, after)
        except ComparisonError as error:
            if error.code in _REFUSED:
                return None
            raise


def _score_round(workspace: Inputs, round_: Round) -> AssessmentSet:
    """Return the assessments of a round, with country reviews."""
    from capbuild.scoring import assess

    collection, framework, settings = workspace.collect(round_.id), workspace.edition(round_.id), workspace.settings
    # Without an understood answer, there is nothing to judge a country by.
    answered = {finding.country for finding in collection.findings if finding.value not in _NOTHING}
    computed = assess(
        [finding for finding in collection.findings if finding.country in answered],
        framework,
        settings.recipe,
        round=round_,
        countries=dict.fromkeys(
            [
                *_list_expected(workspace, round_, begun=bool(collection.sources)),
                *(assessment.country for assessment in collection.findings),
            ]
        ),
        sources=collection.sources,
        evidence=collection.evidence,
        targets=_select_targets(settings, framework),
        own_targets={
            participation.country: own
            for participation in settings.programme.participations
            if participation.target and (own := _select_targets(settings, framework, participation.target)) is not None
        },
        sizes=settings.sizes,
        methods=workspace.host.methods,
        inputs=collection.inputs,
        invented=settings.programme.invented,
    )
    came = find_unusable(workspace, round_.id)
    unusable = {country.alpha_2: came[country.alpha_2][0] for country in computed.silent if country.alpha_2 in came}
    silent = {country.name for country in computed.silent}  # of these, `unusable` gives the reason
    unused = [one for one in collection.unused if not (one.waiting and silent.issuperset(one.places))]
    received = evolve(computed, unusable=unusable, unused=unused)
    return add_reviews(received, workspace.monitoring.states, workspace.monitoring.proposals)


def find_unusable(workspace: Inputs, round_: str) -> dict[str, tuple[UnusableReason, Origin | None]]:
    """Return unusable returns with reason and origin, by alpha-2 code.

    They include returns in the register that cannot be read, or are only recorded as received.
    """
    collection = workspace.collect(round_)
    return {
        **find_unusable_records(workspace.register.of(workspace.round(round_).id), collection.unread),
        **collection.unusable,
    }


def _list_expected(workspace: Inputs, round_: Round, *, begun: bool) -> tuple[Country, ...]:
    """Return the countries expected in a round.

    The first round expects all that take part. A later round may ask fewer: those asked according to the register,
    and new ones. If the register has no request in it but there are answers, all are expected.
    """
    rounds, programme = workspace.programme.rounds, workspace.programme
    before = {
        country for earlier_round in rounds[: rounds.index(round_)] for country in programme.countries_in(earlier_round)
    }
    asked = {request.country for request in workspace.register.of(round_.id) if request.sent is not None}
    taking_part = programme.countries_in(round_)
    return tuple(
        country for country in taking_part if country in asked or country not in before or (begun and not asked)
    )


def _select_targets(settings: Settings, framework: Framework, own: str = "") -> TargetProfile | None:
    """Return the targets for a framework.

    For each capacity, the target of the country's own profile comes first, then a named target, then that of the
    programme's profile, then the default.

    Args:
        settings: Settings of the programme.
        framework: The framework.
        own: Id of a country's own profile.
    """
    named, default = settings.programme.targets, settings.default_target
    profiles = [find_profile(settings, framework, name) for name in (settings.target_profile, own)]
    profile = named or profiles[1]
    if profile is None:
        return None
    usual, special = ({} if profile is None else profile.expand(framework).targets for profile in profiles)
    by_node = {} if default is None else {node.id: default for node in framework.indicators}
    by_node |= {**usual, **(named.targets if named is not None else {}), **special}
    # Ignores targets off their scale, or of another edition.
    targets = {
        name: target
        for name, target in by_node.items()
        if name in framework and is_on_scale(target, framework.scale_of(framework[name]))
    }
    return evolve(profile, targets=targets, default=None)


def check_comparison(workspace: ScoredRounds, round_: str) -> Iterator[Issue]:
    """Yield issues of refused comparisons that people can fix."""
    earlier = workspace.previous(round_)
    try:
        if earlier is not None:
            workspace.compare(earlier.id, round_)
    except ComparisonError as error:
        if error.code == "CB801":
            yield Issue.warning(
                error.code,
                f"{round_} is not compared with {earlier.id if earlier else ''}: {error.message}",
                workspace.settings.origin("rounds"),
                "capbuild new crosswalk FOLDER writes what is the same into crosswalks/; complete it",
            )
