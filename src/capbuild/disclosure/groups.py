"""Named, counted and excluded countries over all rounds."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from functools import cached_property

from attrs import evolve, field, frozen

from capbuild import countries
from capbuild.checks import to_tuple
from capbuild.disclosure.outcome import ITEMS, MASK
from capbuild.disclosure.score_bins import list_facts
from capbuild.model import AssessmentSet, Audience, Country, DisclosurePolicy, Participation

__all__ = ["Group", "Groups", "is_uniform", "sum_facts"]


def is_uniform(facts: Collection[Collection[Hashable]]) -> bool:
    """True if all countries, or all but one, share a fact.

    What is true of all is known of each of them. The one that is different knows about itself, and so about the rest.

    Args:
        facts: What a figure states of each country.
    """
    counts = Counter(fact for one in facts for fact in set(one))
    return any(count >= len(facts) - 1 for count in counts.values())


def sum_facts(value: float, most: float) -> frozenset[Hashable]:
    """Return facts that a sum can reveal: zero or maximum."""
    return frozenset(limit for limit, reached in (("nothing", value == 0), ("most", value == most)) if reached)


@frozen(kw_only=True)
class Group:
    """The countries of one round before an audience.

    Attributes:
        named: Alpha-2 codes of those named with their results.
        unnamed: Codes of those with an assessment that are not named.
        silent: Codes of those without one that are not listed as silent.
        counted: Codes of the unnamed ones that totals count.
        listed: Whether those that are not named may be listed as not shown.
    """

    named: frozenset[str]
    unnamed: frozenset[str]
    silent: frozenset[str]
    counted: frozenset[str] = frozenset()
    listed: bool = False

    @property
    def can_count_silent(self) -> bool:
        """True if the number without an answer may be shown.

        Then the number without consent is shown too.
        """
        return bool(self.counted) and self.counted == self.unnamed and self.listed


@frozen(kw_only=True, slots=False)
class Groups:
    """Named and hidden countries of an audience, over all rounds.

    Attributes:
        audience: Whom reports are for.
        policy: The rules.
        own: The country that a report is of.
        participants: Every participant with the languages it works in.
        rounds: All rounds that the audience is told of.
        others: Codes that needs, plan and training speak of besides.
    """

    audience: Audience
    policy: DisclosurePolicy
    own: frozenset[str] = frozenset()
    participants: tuple[Participation, ...] = field(default=(), converter=to_tuple)
    rounds: tuple[AssessmentSet, ...] = field(default=(), converter=to_tuple)
    others: frozenset[str] = frozenset()
    _uniform: dict[str, frozenset[str]] = field(factory=dict)

    @property
    def everything(self) -> bool:
        """True if the policy hides no country from the audience."""
        return self.audience in self.policy.named_by_default

    @property
    def least(self) -> int:
        """Least number of countries behind a figure."""
        return self.policy.minimum_n

    @cached_property
    def _every(self) -> frozenset[str]:
        """Codes of all known countries."""
        assessed = {place.alpha_2 for one in self.rounds for place in (*one.countries, *one.silent)}
        return self.others | assessed | {part.country.alpha_2 for part in self.participants} | self.own

    @cached_property
    def named(self) -> Mapping[str, frozenset[str]]:
        """Codes of nameable countries by item, with the report's own."""
        if self.everything:
            return dict.fromkeys(ITEMS, self._every)
        agreed = [consent for consent in self.policy.consents if consent.audience is self.audience]
        return {
            item: self.own | {c.country.alpha_2 for c in agreed if c.item in ("results", item)} & self._every
            for item in ITEMS
        }

    def hidden(self, item: str = "results") -> frozenset[str]:
        """Return the codes of countries hidden for an item."""
        return self._hidden[item]

    @cached_property
    def _hidden(self) -> Mapping[str, frozenset[str]]:
        return {item: self._every - codes for item, codes in self.named.items()}

    def hides(self, code: str) -> bool:
        """True if a country's results must not be named.

        A country outside the programme has nothing to hide.
        """
        return code in self.hidden()

    @cached_property
    def known(self) -> frozenset[str]:
        """Codes of countries named with one part alone.

        Some of what is hidden of them is revealed by that.
        """
        return frozenset().union(*self.named.values()) - self.named["results"]

    @cached_property
    def _assessed(self) -> frozenset[str]:
        return frozenset(place.alpha_2 for one in self.rounds for place in one.countries)

    def of(self, one: AssessmentSet) -> Group:
        """Return the countries of a round."""
        return self._by_round[one.round.id]

    @cached_property
    def _by_round(self) -> Mapping[str, Group]:
        groups = {one.round.id: self._group(one) for one in self.rounds}
        cores = self._cores({name: self._countable(group) for name, group in groups.items()})
        return {name: evolve(group, counted=cores[name]) for name, group in groups.items()}

    def _group(self, one: AssessmentSet) -> Group:
        named, answered = self.named["results"], {place.alpha_2 for place in one.countries}
        silent = frozenset(place.alpha_2 for place in one.silent)
        unnamed = answered - named
        # Who has agreed and is not named has not answered: that is known, and hides no other.
        hidden = (unnamed | silent) - self.known - named
        # Where all of them have answered, or none has, a list would say of each which of the two it is.
        mixed = bool(unnamed & hidden) and bool(silent & hidden) and len(hidden) > 2
        listed = len(hidden) >= self.least and (mixed or not named)
        return Group(
            named=frozenset(answered & named),
            unnamed=frozenset(unnamed),
            silent=frozenset() if self.everything else silent,
            listed=listed and not self.everything,
        )

    def _countable(self, group: Group) -> frozenset[str]:
        """Return unnamed countries if enough, and two others.

        Whoever knows the participants could else tell who has not agreed from who is missing, and so could a single
        country that has not answered.
        """
        enough = len(group.unnamed - self.known) >= self.least
        apart = len(group.silent - self.known - self.named["results"]) > 1 or not self.named["results"]
        return group.unnamed if enough and apart else frozenset()

    def _cores(self, counted: dict[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
        """Narrow counted countries until sums and differences cover the minimum.

        Results change little from round to round: the totals of two rounds, taken from each other, are a figure about
        the countries that only one of them counts.
        """
        found = dict(counted)
        while few := [part for part in _partition(found.values()) if len(part - self.known) < self.least]:
            left = frozenset().union(*few)
            found = {name: codes - left for name, codes in found.items()}
        return found

    @cached_property
    def parts(self) -> list[frozenset[str]]:
        """Counted unnamed countries, grouped by the rounds that count them."""
        return _partition(group.counted for group in self._by_round.values())

    def split(self, codes: Iterable[str], item: str, one: AssessmentSet | None = None) -> tuple[list[str], list[str]]:
        """Return the named countries, and masks for countable others.

        The others are counted only where at least the minimum of them are in the group, and neither all nor none that
        there are, nor all but one: whoever takes the named ones from the figure cannot tell then whether a certain
        country is among them. Otherwise none of them is, and that none is looks the same as that some are left out.

        Args:
            codes: Alpha-2 codes of the group.
            item: `results`, `needs`, `change` or `plan`.
            one: The round that the group is of; None for all.
        """
        every = list(dict.fromkeys(codes))
        named = [code for code in every if code in self.named[item]]
        others = set(every) - set(named)
        if one is None:
            parts = [(self._assessed & self.hidden(item)) or self.hidden(item)]
        else:
            counted = self.of(one).counted - self.named[item]
            parts = [part & counted for part in self.parts if part & counted]
            others &= counted
        # A group beside no round may be of countries that nothing is known of: none of the others is told by that.
        facts = [
            [{code in others} - ({False} if one is None else set()) for code in part - self.known] for part in parts
        ]
        safe = len(others - self.known) >= self.least and not any(map(is_uniform, facts))
        return named, [f"{MASK}{number}" for number in range(1, len(others) + 1)] if safe else []

    def mentions(self, text: str) -> bool:
        """True if a text names a hidden country.

        In any language and spelling.
        """
        hidden = self.hidden()
        return bool(hidden) and any(
            code in hidden for mention in countries.find_countries(text) for code in mention.candidates
        )

    def is_language_revealing(self, language: str) -> bool:
        """True if a language reveals a country.

        Too few participants work in it, and one of them is hidden.

        A hidden country whose languages nobody recorded may work in any.
        """
        base, hidden = _get_base(language), self.hidden()
        if not hidden or not base:
            return False
        speak = {part.country.alpha_2 for part in self.participants if base in map(_get_base, part.languages)}
        recorded = {part.country.alpha_2 for part in self.participants if part.languages}
        return len(speak) < self.least and (bool(hidden - recorded) or not hidden.isdisjoint(speak))

    def is_uniform(self, facts: Mapping[str, Collection[Hashable]]) -> bool:
        """True if a figure reveals a fact of indistinguishable countries.

        Of all in it that cannot be told apart, or of all but one.

        The countries that other rounds count too can be told apart from those that they do not.

        Args:
            facts: What the figure states of each country that it counts, by alpha-2 code.
        """
        parts = [part & facts.keys() - self.known for part in self.parts]
        return any(is_uniform([facts[code] for code in part]) for part in parts)

    def uniform_in(self, one: AssessmentSet) -> frozenset[str]:
        """Return capacities with counts that reveal unnamed countries of a round."""
        if one.round.id not in self._uniform:
            counted = {a.country.alpha_2: a.scores for a in one if a.country.alpha_2 in self.of(one).counted}
            facts = {
                node.id: {code: list_facts(scores[node.id]) for code, scores in counted.items() if node.id in scores}
                for node in one.framework.walk()
            }
            self._uniform[one.round.id] = frozenset(name for name, own in facts.items() if self.is_uniform(own))
        return self._uniform[one.round.id]

    def comparable(self, rounds: Sequence[AssessmentSet]) -> bool:
        """True if a figure over common countries reveals no answer status.

        Countries that take part in the same rounds cannot be told apart by such a figure. Where all of them have
        answered, or none has, it could tell just that.
        """
        taking_part = [frozenset(place.alpha_2 for place in (*one.countries, *one.silent)) for one in rounds]
        hidden = frozenset().union(*taking_part) - self.known - self.named["results"]
        for codes in _partition(places & hidden for places in taking_part):
            for one in (one for one, places in zip(rounds, taking_part, strict=True) if codes <= places):
                answered = codes & self.of(one).unnamed
                # Where nobody is named, that a country has answered does not say that it has not agreed.
                if not answered or (self.named["results"] and answered == codes):
                    return False
        return True

    def list_hidden(self, one: AssessmentSet) -> list[Country]:
        """Return the countries that may be listed as not shown.

        In alphabetical order.
        """
        group = self.of(one)
        places = [p for p in (*one.countries, *one.silent) if p.alpha_2 in group.unnamed | group.silent]
        return sorted(places, key=lambda place: place.name) if group.listed else []


def _get_base(language: str) -> str:
    return language.split("-", maxsplit=1)[0]


def _partition(groups: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Partition the countries by the groups that contain them."""
    every = list(groups)
    found: dict[tuple[bool, ...], set[str]] = {}
    for code in frozenset().union(*every):
        found.setdefault(tuple(code in group for group in every), set()).add(code)
    return [frozenset(codes) for codes in found.values()]
