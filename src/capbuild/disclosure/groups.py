"""Named, counted and excluded countries over all rounds.

Figures of fewer than `minimum_n` countries are withheld.
"""

import re
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache

from attrs import evolve, field, frozen

from capbuild import countries
from capbuild.checks import to_tuple
from capbuild.disclosure.outcome import ITEMS, MASK
from capbuild.disclosure.publications import Figure, History, Publication, is_uniform, make_figure, partition
from capbuild.disclosure.score_bins import find_bin, list_facts
from capbuild.frozen import FrozenMap
from capbuild.model import AssessmentSet, Audience, Consent, DisclosurePolicy, Participation

#: Separators between the words of an id or an address.
_PARTS = re.compile(r"[^\w]+|_")


def sum_facts(value: float, most: float) -> frozenset[Hashable]:
    """Return facts that a sum can reveal: zero or maximum."""
    return frozenset(limit for limit, reached in (("nothing", value == 0), ("most", value == most)) if reached)


@lru_cache(maxsize=256)
def _list_codes(codes: frozenset[str]) -> frozenset[str]:
    """Return two- and three-letter codes of countries by two-letter code."""
    return frozenset(
        code for place in countries.all_countries() if place.alpha_2 in codes for code in (place.alpha_2, place.alpha_3)
    )


@lru_cache(maxsize=4096)
def _find_named(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return possible codes in a text, and countries it names."""
    parts = _PARTS.sub(" ", text)
    codes = frozenset[str]() if parts.isupper() else frozenset(parts.split())
    mentions = (mention for words in dict.fromkeys((text, parts)) for mention in countries.find_countries(words))
    return codes, frozenset(code for mention in mentions for code in mention.candidates)


@frozen(kw_only=True)
class Group:
    """Countries of one round, for an audience.

    Attributes:
        named: Alpha-2 codes of those named with their results.
        unnamed: Codes of unnamed countries with an assessment.
        silent: Codes of countries without an assessment that are not listed as such.
        counted: Codes of the unnamed countries in totals.
        listed: Whether the number of countries not shown may be given.
    """

    named: frozenset[str]
    unnamed: frozenset[str]
    silent: frozenset[str]
    counted: frozenset[str] = frozenset()
    listed: bool = False

    @property
    def can_count_silent(self) -> bool:
        """True if countries without an answer may be counted.

        The number of countries without consent is then shown too.
        """
        return bool(self.counted) and self.counted == self.unnamed and self.listed


@frozen(kw_only=True, slots=False)
class Groups:
    """Named and hidden countries of an audience, over all rounds.

    Attributes:
        audience: Readers of the reports.
        policy: The rules.
        own: The country of the report.
        participants: Every participant with the languages it works in.
        rounds: All rounds published for the audience.
        others: Other codes in needs, plan and training.
        history: Earlier publications, for this audience and others.
        given: Figures about unnamed countries in this edition, by name; added to.
        kept: Figures that this edition withholds, by name; added to.
    """

    audience: Audience
    policy: DisclosurePolicy
    own: frozenset[str] = frozenset()
    participants: tuple[Participation, ...] = field(default=(), converter=to_tuple)
    rounds: tuple[AssessmentSet, ...] = field(default=(), converter=to_tuple)
    others: frozenset[str] = frozenset()
    history: History = History()
    given: dict[str, dict[Figure, None]] = field(factory=dict)
    kept: dict[str, dict[Figure, None]] = field(factory=dict)
    _withheld: dict[str, dict[str, str]] = field(factory=dict)

    @property
    def everything(self) -> bool:
        """True if the policy hides no country from the audience."""
        return self.audience in self.policy.named_by_default

    @property
    def least(self) -> int:
        """Minimum number of countries behind a figure."""
        return self.policy.minimum_n

    @cached_property
    def _every(self) -> frozenset[str]:
        """Codes of all known countries."""
        assessed = {place.alpha_2 for round_ in self.rounds for place in (*round_.countries, *round_.silent)}
        return self.others | assessed | {part.country.alpha_2 for part in self.participants} | self.own

    @cached_property
    def named(self) -> Mapping[str, frozenset[str]]:
        """Codes of nameable countries by item, with the report's own."""
        if self.everything:
            return dict.fromkeys(ITEMS, self._every)
        return {
            item: self.own
            | ({c.country.alpha_2 for c in self._consents if c.item in ("results", item)} & self._every) - self.withheld
            for item in ITEMS
        }

    @cached_property
    def _consents(self) -> tuple[Consent, ...]:
        return tuple(consent for consent in self.policy.consents if consent.audience is self.audience)

    @cached_property
    def withheld(self) -> frozenset[str]:
        """Codes of countries whose names would reveal others.

        These countries agreed to be named, but an earlier total minus the figures published by name would be about
        too few countries.
        """
        agreed = frozenset(consent.country.alpha_2 for consent in self._consents) & self._every
        # Readers of a country's report know its content on the country only if they are that country.
        own = self.own if self.audience is Audience.COUNTRY else frozenset[str]()
        return frozenset() if self.everything else self.history.find_withheld(agreed, own, self.least)

    def hidden(self, item: str = "results") -> frozenset[str]:
        """Return the codes of countries hidden for an item."""
        return self._hidden[item]

    @cached_property
    def _hidden(self) -> Mapping[str, frozenset[str]]:
        return {item: self._every - codes for item, codes in self.named.items()}

    def hides(self, code: str) -> bool:
        """True if a country's results are withheld.

        Countries outside the programme have no results to withhold.
        """
        return code in self.hidden()

    @cached_property
    def known(self) -> frozenset[str]:
        """Codes of countries named in part or before.

        A country that was named with one part only, or in an earlier edition, has some of its hidden results revealed
        by this.
        """
        return self.history.named.union(*self.named.values()) - self.named["results"]

    @cached_property
    def _identifiable(self) -> frozenset[str]:
        """Codes of countries that protect no other in a total."""
        return self.known | self.named["results"]

    @cached_property
    def _assessed(self) -> frozenset[str]:
        return frozenset(place.alpha_2 for round_ in self.rounds for place in round_.countries)

    def of(self, assessment_set: AssessmentSet) -> Group:
        """Return the countries of a round."""
        return self._by_round[assessment_set.round.id]

    @cached_property
    def _by_round(self) -> Mapping[str, Group]:
        groups = {round_.round.id: self._group(round_) for round_ in self.rounds}
        cores = self._cores({name: self._countable(group) for name, group in groups.items()})
        return {name: evolve(group, counted=cores[name]) for name, group in groups.items()}

    def _group(self, assessment_set: AssessmentSet) -> Group:
        named, answered = self.named["results"], {place.alpha_2 for place in assessment_set.countries}
        silent = frozenset(place.alpha_2 for place in assessment_set.silent)
        unnamed = answered - named
        # A country that agreed but is not named has not answered: this is known, and hides no other.
        hidden = (unnamed | silent) - self.known - named
        # If all of them or none have answered, their number would reveal the status of each.
        mixed = bool(unnamed & hidden) and bool(silent & hidden) and len(hidden) > 2
        listed = len(hidden) >= self.least and (mixed or not named)
        return Group(
            named=frozenset(answered & named),
            unnamed=frozenset(unnamed),
            silent=frozenset() if self.everything else silent,
            listed=listed and not self.everything,
        )

    def _countable(self, group: Group) -> frozenset[str]:
        """Return unnamed countries that may be counted.

        There must be enough of them, and either no country is named or more than one has not answered. Otherwise a
        reader who knows the participants could tell the countries without consent from those without an answer.
        """
        enough = len(group.unnamed - self.known) >= self.least
        distinguishable = len(group.silent - self.known - self.named["results"]) > 1 or not self.named["results"]
        return group.unnamed if enough and distinguishable else frozenset()

    def _cores(self, counted: dict[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
        """Remove counted countries until nothing is revealed.

        Every sum and difference then covers the minimum number of countries. Results change little between rounds, so
        the difference between the totals of two rounds is a figure about the countries that only one of them counts.
        The same applies to two editions.
        """
        cores = dict(counted)
        while few := self.history.find_few(
            frozenset().union(*cores.values()), list(cores.values()), self.least, self._identifiable
        ):
            cores = {name: codes - few for name, codes in cores.items()}
        return {name: self._repeat(name, counted[name], codes) for name, codes in cores.items()}

    def _repeat(self, round_: str, every: frozenset[str], codes: frozenset[str]) -> frozenset[str]:
        """Return the countries counted in an earlier edition.

        They are counted again if fewer would remain now, since a repeated total reveals nothing new.
        """
        before = (group for group in self.history.counted_in(round_) if group <= every)
        safe = [group for group in before if len(group - self._identifiable) >= self.least]
        return max([codes, *safe], key=len)

    def is_late(self, assessment_set: AssessmentSet, code: str) -> bool:
        """True if only earlier publications exclude a country."""
        group = self.of(assessment_set)
        return code not in group.counted and code in self._countable(group)

    @cached_property
    def parts(self) -> list[frozenset[str]]:
        """Counted unnamed countries, grouped by the rounds that count them."""
        return partition([*(group.counted for group in self._by_round.values()), *self.history.counted])

    def split(self, codes: Iterable[str], item: str, set_: AssessmentSet | None = None) -> tuple[list[str], list[str]]:
        """Return the named countries, and masks for countable others.

        The others are counted only if the group contains at least the minimum of them, and neither all nor all but
        one. A reader who subtracts the named countries then cannot infer whether a given country is in the group. A
        group without other countries looks the same as one from which some were left out.

        Args:
            codes: Alpha-2 codes of the group.
            item: `results`, `needs`, `change` or `plan`.
            set_: Round of the group; None for all.
        """
        unique_codes = list(dict.fromkeys(codes))
        named = [code for code in unique_codes if code in self.named[item]]
        others = set(unique_codes) - set(named)
        if set_ is None:
            parts = [(self._assessed & self.hidden(item)) or self.hidden(item)]
        else:
            counted = self.of(set_).counted - self.named[item]
            parts = [part & counted for part in self.parts if part & counted]
            others &= counted
        # A group without a round may contain countries without any data, so it reveals nothing about the others.
        facts = [
            [{code in others} - ({False} if set_ is None else set()) for code in part - self.known] for part in parts
        ]
        safe = len(others - self.known) >= self.least and not any(map(is_uniform, facts))
        return named, [f"{MASK}{number}" for number in range(1, len(others) + 1)] if safe else []

    def share(
        self, name: str, values: Mapping[str, object], item: str, assessment_set: AssessmentSet | None = None
    ) -> tuple[list[str], list[str]]:
        """Return named countries, and masks that reveal none.

        Earlier publications are taken into account.

        Args:
            name: Name of the group, the same in every edition, such as a need or the seats of a course.
            values: Contribution of each country to the figure, by code.
            item: `results`, `needs`, `change` or `plan`.
            assessment_set: Round of the group; None for all.
        """
        named, masks = self.split(values, item, assessment_set)
        if assessment_set is None:
            others = {code: value for code, value in values.items() if code not in named}
            facts = None
        else:  # it shows of every country in the round's counts whether it is in the group
            others = {code: values.get(code, "none") for code in self.of(assessment_set).counted - self.named[item]}
            facts = {code: [code in values] for code in others}
        return named, masks if masks and self.admit(name, others, facts) else []

    def admit(
        self,
        name: str,
        values: Mapping[str, object],
        facts: Mapping[str, Collection[Hashable]] | None = None,
        *,
        record: bool = True,
    ) -> bool:
        """Publish a figure if it reveals no country.

        The result is true if the figure is safe, also together with earlier editions.

        Args:
            name: Name of the figure, the same in every edition.
            values: Contribution of each unnamed country, by code.
            facts: Facts that it states about each.
            record: False to check without publishing.
        """
        figure = make_figure(values, facts)
        safe = self.history.allows(name, figure, self.least, self._identifiable)
        if safe and record:
            self.given.setdefault(name, {})[figure] = None
        return safe

    def publication(self, rounds: Iterable[AssessmentSet]) -> Publication:
        """Return the publication of this edition.

        Args:
            rounds: Rounds published for the audience.
        """
        own = next(iter(self.own), "") if self.audience is Audience.COUNTRY else ""
        return Publication(
            audience=self.audience,
            country=own,
            named=FrozenMap({item: codes - {own} for item, codes in self.named.items()}),
            counted=FrozenMap({round_.round.id: self.of(round_).counted for round_ in rounds}),
            figures=FrozenMap({name: tuple(figures) for name, figures in sorted(self.given.items())}),
            withheld=FrozenMap({name: tuple(figures) for name, figures in sorted(self.kept.items())}),
        )

    def mentions(self, text: str) -> bool:
        """True if a text names a hidden country.

        Ids and addresses count as texts. A country is named in any language and spelling, or by its code in capitals.
        """
        hidden = self.hidden()
        if not hidden:
            return False
        codes, named = _find_named(text)
        return not codes.isdisjoint(_list_codes(hidden)) or not named.isdisjoint(hidden)

    def is_language_revealing(self, language: str) -> bool:
        """True if a language reveals a hidden country.

        This is so if fewer participants than the minimum use it, and a hidden one may be among them. A hidden country
        without recorded languages may use any language.
        """
        base, hidden = _get_base(language), self.hidden()
        if not hidden or not base:
            return False
        speak = {part.country.alpha_2 for part in self.participants if base in map(_get_base, part.languages)}
        recorded = {part.country.alpha_2 for part in self.participants if part.languages}
        return len(speak) < self.least and (bool(hidden - recorded) or not hidden.isdisjoint(speak))

    def is_uniform(self, facts: Mapping[str, Collection[Hashable]]) -> bool:
        """True if a figure reveals a fact of indistinguishable countries.

        This is so if all countries that readers cannot distinguish, or all but one of them, share the fact. Readers
        can distinguish countries by the rounds in which they are counted.

        Args:
            facts: Facts that the figure states about each counted country, by alpha-2 code.
        """
        parts = [part & facts.keys() - self.known for part in self.parts]
        return any(is_uniform([facts[code] for code in part]) for part in parts)

    def withheld_in(self, assessment_set: AssessmentSet) -> Mapping[str, str]:
        """Return the capacities with withheld counts, and why.

        Counts are withheld if they would reveal unnamed countries: their values are alike, or too few of them differ
        from an earlier edition.
        """
        if assessment_set.round.id not in self._withheld:
            withheld: dict[str, str] = {}
            for node in assessment_set.framework.walk():
                values, facts = self._describe_row(assessment_set, node.id)
                if self.is_uniform(facts):
                    withheld[node.id] = "alike"
                elif values and not self.admit(f"{assessment_set.round.id} row {node.id}", values, facts, record=False):
                    withheld[node.id] = "published"
            self._withheld[assessment_set.round.id] = withheld
        return self._withheld[assessment_set.round.id]

    def give_row(self, assessment_set: AssessmentSet, capacity: str) -> None:
        """Record that the audience gets a capacity's counts.

        Args:
            assessment_set: The round.
            capacity: Id of the capacity, which `withheld_in` does not name.
        """
        self.admit(f"{assessment_set.round.id} row {capacity}", *self._describe_row(assessment_set, capacity))

    def withhold_row(self, assessment_set: AssessmentSet, capacity: str) -> None:
        """Record that a capacity's counts are withheld.

        Args:
            assessment_set: The round.
            capacity: Id of the capacity.
        """
        figure = make_figure(*self._describe_row(assessment_set, capacity))
        self.kept.setdefault(f"{assessment_set.round.id} row {capacity}", {})[figure] = None

    def shows_rows(self, assessment_set: AssessmentSet, capacities: Iterable[str]) -> bool:
        """True if the counts of capacities are shown.

        Other counts of these capacities then reveal nothing withheld.

        Args:
            assessment_set: The round.
            capacities: Ids of the capacities; others than those of its framework are ignored.
        """
        return self.withheld_in(assessment_set).keys().isdisjoint(capacities)

    def _describe_row(
        self, set_: AssessmentSet, capacity: str
    ) -> tuple[dict[str, str], dict[str, Collection[Hashable]]]:
        """Return bin and facts of each counted country."""
        counted = self.of(set_).counted
        own = {
            a.country.alpha_2: a.scores[capacity] for a in set_ if a.country.alpha_2 in counted and capacity in a.scores
        }
        bins = {code: find_bin(score).words for code, score in own.items()}
        return bins, {code: list_facts(score) for code, score in own.items()}

    def comparable(self, rounds: Sequence[AssessmentSet]) -> bool:
        """True if figures over common countries are safe.

        Such figures must not reveal who has answered. Readers cannot distinguish countries that take part in the same
        rounds, so a figure could reveal their answer status if all or none of them have answered.
        """
        taking_part = [frozenset(place.alpha_2 for place in (*round_.countries, *round_.silent)) for round_ in rounds]
        hidden = frozenset().union(*taking_part) - self.known - self.named["results"]
        for codes in partition(places & hidden for places in taking_part):
            for assessment_set in (set_ for set_, places in zip(rounds, taking_part, strict=True) if codes <= places):
                answered = codes & self.of(assessment_set).unnamed
                # If no country is named, having answered does not show a lack of consent.
                if not answered or (self.named["results"] and answered == codes):
                    return False
        return True

    def count_hidden(self, assessment_set: AssessmentSet) -> int:
        """Return the number of countries not shown.

        The number is 0 if it would reveal one of them.
        """
        group = self.of(assessment_set)
        return len(group.unnamed | group.silent) if group.listed else 0


def _get_base(language: str) -> str:
    return language.split("-", maxsplit=1)[0]
