"""Frameworks: trees of capacities with targets, bands and crosswalks."""

from collections import Counter
from collections.abc import Collection, Iterator
from enum import StrEnum
from functools import cached_property

from attrs import evolve, field

from capbuild._typed import model
from capbuild.checks import identifier, not_before, to_map, to_texts, to_tuple, unique
from capbuild.display import NotebookDisplay, TextDisplay, counted
from capbuild.errors import ModelError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.model.capacity import Capacity, Criterion, Scale
from capbuild.model.conditions import Lookup, evaluate, find_names, is_false, parse_condition
from capbuild.model.evidence import Verdict
from capbuild.model.judgement import AnswerScale, JudgementRules, ZeroMeaning
from capbuild.model.recipe import Method, RoundingRule
from capbuild.text import Text, as_optional_text, as_text

#: Answers usable in consistency rules.
ANSWERS = tuple(verdict.value for verdict in Verdict)


@model(kw_only=True)
class Band:
    """Named range of a numeric scale, such as a tier.

    Attributes:
        code: Stable code.
        label: Name.
        lower: Lowest value inside.
        upper: Lowest value above it; None for the highest band.
    """

    code: str = field(validator=identifier)
    label: Text = field(converter=as_text)
    lower: float
    upper: float | None = field(default=None, validator=not_before("lower"))

    def __contains__(self, value: float) -> bool:
        return self.lower <= value and (self.upper is None or value < self.upper)


@model(kw_only=True)
class TargetProfile:
    """Targets by capacity: a level order, or a numeric value.

    Attributes:
        id: Name of the profile, such as `basic`.
        title: Name for people.
        targets: Target by capacity id. The target of a node without a figure applies to the indicators below.
        default: Target of all other indicators; None for none.
    """

    id: str = field(validator=identifier)
    title: Text = field(converter=as_text)
    targets: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    default: float | None = None

    def expand(self, framework: "Framework") -> "TargetProfile":
        """Return the profile with a target for each indicator.

        An indicator without its own target has that of its nearest domain, else the default.

        Args:
            framework: Framework of the nodes; unknown nodes are unchanged.
        """
        targets = {} if self.default is None else {node.id: self.default for node in framework.indicators}
        own = dict(self.targets)
        for node in framework.walk():  # parents first: the nearest domain takes precedence
            if node.id in own and node.children and framework.method_of(node).name == "profile":
                targets |= dict.fromkeys((leaf.id for leaf in node.leaves), own.pop(node.id))
        return evolve(self, targets={**targets, **own}, default=None)


@model(kw_only=True)
class ConsistencyRule:
    """Rule on consistent answers to several criteria.

    Attributes:
        condition: Condition, such as `TEC-2.2a = no`: comparisons of criteria with answers, and of capacities with
            level orders or values, joined by `and`, `or` and `not`.
        expected: Required consequence, such as `TEC-2.4b != yes`.
        text: Explanation of a contradiction.
    """

    condition: str = field(validator=identifier)
    expected: str = field(validator=identifier)
    text: Text = field(converter=as_text)

    def is_broken(self, lookup: Lookup, names: Collection[str]) -> bool:
        """True if the condition holds, and the consequence is false.

        A rule is not broken while an answer that it uses is missing.

        Args:
            lookup: Function that returns the answer to a criterion, or the level of a capacity, as text.
            names: Ids of the framework.
        """
        condition, expected = (parse_condition(text, names, ANSWERS) for text in (self.condition, self.expected))
        return evaluate(condition, lookup) is True and is_false(expected, lookup)

    def targets(self, names: Collection[str]) -> tuple[str, ...]:
        """Return the ids in the rule that a framework has."""
        return tuple(name for text in (self.condition, self.expected) for name in find_names(text, names))


class CrosswalkRelation(StrEnum):
    """Relation of a node to nodes of another edition."""

    EXACT = "exact"
    NARROWER = "narrower"
    BROADER = "broader"
    SPLIT = "split"
    MERGED = "merged"
    DROPPED = "dropped"


@model(kw_only=True)
class CrosswalkLink:
    """Link between nodes of two editions.

    Attributes:
        before: Ids in the older edition.
        after: Ids in the newer edition; empty when dropped.
        relation: Relation from older to newer.
        note: Reason.
    """

    before: tuple[str, ...] = field(converter=to_tuple)
    after: tuple[str, ...] = field(default=(), converter=to_tuple)
    relation: CrosswalkRelation
    note: str = ""

    def __attrs_post_init__(self) -> None:
        if not self.before:
            raise ModelError("CrosswalkLink.before", self.before, "must name at least one node")
        if (self.relation is CrosswalkRelation.DROPPED) is bool(self.after):
            raise ModelError("CrosswalkLink.after", self.after, "must be empty for dropped nodes, and only for them")


@model(kw_only=True, repr=False)
class Crosswalk(TextDisplay):
    """Mapping between two editions of a framework, or two frameworks.

    Results of different editions or frameworks are compared only through a crosswalk.

    Attributes:
        before: Earlier framework and edition, such as `police-cyber 1.0`.
        after: Later framework and edition.
        links: Links from earlier to later nodes.
    """

    before: str = field(validator=identifier)
    after: str = field(validator=identifier)
    links: tuple[CrosswalkLink, ...] = field(default=(), converter=to_tuple)

    def __str__(self) -> str:
        counts = Counter(link.relation for link in self.links)
        kinds = ", ".join(f"{count} {relation.value}" for relation, count in counts.items())
        return f"{self.before} to {self.after}: {counted(len(self.links), 'link')}{': ' if kinds else ''}{kinds}"


# The hash is cached: a framework has thousands of texts, and is a key of caches.
@model(kw_only=True, repr=False, cache_hash=True)
class Framework(NotebookDisplay):
    """Capacity framework of one edition: nodes, scales and rules.

    Attributes:
        id: Stable id, such as `police-cyber`.
        edition: Edition; comparing two editions requires a `Crosswalk`.
        provider: Publisher.
        title: Name.
        description: Description.
        licence: Licence of its texts.
        languages: Languages of its texts, source language first.
        scales: Scales; the first is the default.
        roots: Nodes at the top.
        methods: Methods of figures, by node kind.
        rounding: Rounding rules, by node kind.
        bands: Bands of the overall figure, if any.
        answers: Its own answer scales; the first that suits criteria is their default.
        judgement: Rules on agreement of assessors and required evidence.
        profiles: Target profiles, such as tiers of a certification.
        zero: Meaning of an answer of 0; None if it is a level or a value on the scale.
        labels: Names of answers, checks, respondents and other codes, as `kind.code`; `group.CODE` names a
            treaty of its field, by which reports may group countries.
        notes: Its rules as text, by id.
        rules: Consistency rules on answers; not part of equality, since scores do not use them.

    Raises:
        ModelError: An id is duplicated, or a node names an unknown scale.
    """

    id: str = field(validator=identifier)
    edition: str = field(validator=identifier)
    provider: str = ""
    title: Text = field(converter=as_text)
    description: Text | None = field(default=None, converter=as_optional_text)
    licence: str = ""
    languages: tuple[str, ...] = field(default=("en",), converter=to_tuple)
    scales: tuple[Scale, ...] = field(converter=to_tuple, validator=unique(lambda s: s.id, "scale"))
    roots: tuple[Capacity, ...] = field(converter=to_tuple)
    methods: FrozenMap[str, Method] = field(factory=FrozenMap, converter=to_map)
    rounding: FrozenMap[str, RoundingRule] = field(factory=FrozenMap, converter=to_map)
    bands: tuple[Band, ...] = field(default=(), converter=to_tuple, validator=unique(lambda b: b.code, "band"))
    answers: tuple[AnswerScale, ...] = field(
        default=(), converter=to_tuple, validator=unique(lambda s: s.id, "answer scale")
    )
    judgement: JudgementRules = JudgementRules()
    profiles: tuple[TargetProfile, ...] = field(
        default=(), converter=to_tuple, validator=unique(lambda p: p.id, "target profile")
    )
    zero: ZeroMeaning | None = None
    labels: FrozenMap[str, Text] = field(factory=FrozenMap, converter=to_texts)
    notes: FrozenMap[str, Text] = field(factory=FrozenMap, converter=to_texts)
    rules: tuple[ConsistencyRule, ...] = field(default=(), converter=to_tuple, eq=False)

    def __attrs_post_init__(self) -> None:
        if not self.scales:
            raise ModelError("Framework.scales", self.scales, "must hold at least one scale")
        seen: set[str] = set()
        for node in self.walk():
            self._check_node(node)
            for name in (node.id, *(c.id for c in node.criteria)):
                if name in seen:
                    raise ModelError("Framework.roots", name, "must not name a capacity or criterion more than once")
                seen.add(name)
        for rule in self.rules:
            for text in (rule.condition, rule.expected):
                parse_condition(text, seen, ANSWERS)

    def _check_node(self, node: Capacity) -> None:
        """Check that a node's scale, answer scale and levels exist."""
        answers, scales = ([item.id for item in named] for named in (self.answers, self.scales))
        for attribute, value, known in (("answers", node.answers, answers), ("scale", node.scale, scales)):
            if value is not None and value not in known:
                raise ModelError(f"Capacity {node.id} {attribute}", value, f"must be one of {sorted(known)}")
        codes = [level.code for level in self.scale_of(node).levels] if node.level_texts else []
        for code in node.level_texts:
            if code not in codes:
                raise ModelError(f"Capacity {node.id} level_texts", code, f"must be one of {codes}")

    @property
    def key(self) -> str:
        """Id and edition, such as `police-cyber 1.0`."""
        return f"{self.id} {self.edition}"

    def walk(self) -> Iterator[Capacity]:
        """Yield all nodes, parents first."""
        for root in self.roots:
            yield from root.walk()

    @cached_property
    def capacities(self) -> FrozenMap[str, Capacity]:
        """All nodes by id, parents first."""
        return FrozenMap({node.id: node for node in self.walk()})

    @cached_property
    def dimensions(self) -> tuple[Capacity, ...]:
        """Nodes at the top, or below a single root."""
        parts = self.roots[0].children if len(self.roots) == 1 else ()
        return parts if any(part.children for part in parts) else self.roots

    @cached_property
    def indicators(self) -> tuple[Capacity, ...]:
        """Directly judged nodes: those without children."""
        return tuple(node for node in self.walk() if not node.children)

    @cached_property
    def criteria(self) -> FrozenMap[str, Criterion]:
        """All criteria by id."""
        return FrozenMap({c.id: c for node in self.indicators for c in node.criteria})

    @cached_property
    def _criterion_owner(self) -> FrozenMap[str, Capacity]:
        return FrozenMap({c.id: node for node in self.indicators for c in node.criteria})

    @cached_property
    def names(self) -> frozenset[str]:
        """Ids of all nodes and criteria."""
        return frozenset((*self.capacities, *self.criteria))

    def owner(self, criterion: str) -> Capacity:
        """Return the indicator of a criterion."""
        return self._criterion_owner[criterion]

    def scale_of(self, capacity: Capacity) -> Scale:
        """Return the scale of a node."""
        return next(s for s in self.scales if capacity.scale in (None, s.id))

    def answers_of(self, capacity: Capacity) -> AnswerScale | None:
        """Return a node's answer scale; None for plain answers."""
        if capacity.answers is not None:
            return next(scale for scale in self.answers if scale.id == capacity.answers)
        return next((scale for scale in self.answers if capacity.criteria and scale.suits_criteria), None)

    def profile(self, name: str) -> TargetProfile:
        """Return a target profile, with a target for each indicator.

        Raises:
            KeyError: The framework has no such profile.
        """
        target_profiles = {profile.id: profile for profile in self.profiles}
        if name not in target_profiles:
            raise KeyError(f"{self.key} has no target profile {name!r}{did_you_mean(name, target_profiles)}")
        return target_profiles[name].expand(self)

    def method_of(self, capacity: Capacity) -> Method:
        """Return the method of a node."""
        default = Method(name="profile" if capacity.children else "staircase")
        return capacity.method or self.methods.get(capacity.kind) or default

    def label(self, kind: str, code: str, language: str = "en") -> str:
        """Return the label of a code, or the code itself.

        For example, `label("answer", "yes", "es")` is "sí" if the framework has Spanish texts.
        """
        text = self.labels.get(f"{kind}.{code}")
        return text.get(language) if text is not None else code

    def __contains__(self, name: object) -> bool:
        return name in self.capacities

    def __getitem__(self, name: str) -> Capacity:
        try:
            return self.capacities[name]
        except KeyError:
            raise KeyError(f"{self.key} has no {name!r}{did_you_mean(name, self.capacities)}") from None

    def __iter__(self) -> Iterator[Capacity]:
        return iter(self.roots)

    def __len__(self) -> int:
        return len(self.roots)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.capacities)

    def __str__(self) -> str:
        return f"{self.title} ({self.key})"

    def __repr__(self) -> str:
        parts = f"{counted(len(self.indicators), 'indicator')}, {counted(len(self.criteria), 'criterion', 'criteria')}"
        return f"Framework({self.id!r}, edition {self.edition!r}, {parts})"
