"""Crosswalks: what two editions of a framework have in common, and how far a comparison between them reaches."""

from collections.abc import Iterable, Iterator

from attrs import define, evolve, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.errors import ComparisonError
from capbuild.frozen import FrozenMap
from capbuild.model import (
    Capacity,
    Crosswalk,
    CrosswalkLink,
    CrosswalkRelation,
    Framework,
    Issue,
    Issues,
    Severity,
)

__all__ = ["Common", "Pair", "common", "crosswalk_between", "crosswalk_issues", "draft_crosswalk", "inverted"]

_EXACT, _SPLIT, _MERGED = CrosswalkRelation.EXACT, CrosswalkRelation.SPLIT, CrosswalkRelation.MERGED
_TURNED = {
    CrosswalkRelation.NARROWER: CrosswalkRelation.BROADER,
    CrosswalkRelation.BROADER: CrosswalkRelation.NARROWER,
    CrosswalkRelation.SPLIT: CrosswalkRelation.MERGED,
    CrosswalkRelation.MERGED: CrosswalkRelation.SPLIT,
}
#: Why what a link joins is not compared.
_UNLIKE = {
    CrosswalkRelation.NARROWER: "narrower in the later edition, as {}",
    CrosswalkRelation.BROADER: "broader in the later edition, as {}",
    CrosswalkRelation.SPLIT: "split into {}",
    CrosswalkRelation.MERGED: "merged into {}",
    CrosswalkRelation.DROPPED: "dropped in the later edition",
}


@frozen(kw_only=True)
class Pair:
    """What is judged in both editions: one criterion, or several that together say the same.

    Attributes:
        id: Name it is reported under.
        capacity: Capacity it is reported under.
        before: Ids in the earlier edition; all of them met is as much as all of `after` met.
        after: Ids in the later edition.
        same: Whether it is one criterion, word for word the same in both; what is only taken for the same is not.
    """

    id: str
    capacity: str
    before: tuple[str, ...] = field(converter=to_tuple)
    after: tuple[str, ...] = field(converter=to_tuple)
    same: bool = True


@frozen(kw_only=True)
class Common:
    """What two editions have in common.

    Attributes:
        pairs: Criteria, and capacities judged directly, in the order of the later edition.
        nodes: Id in the later edition of each capacity whose level or value is comparable, with that in the earlier.
        share: Share, 0 to 1, of all that both editions judge.
        left: Why a node is not compared, by id.
    """

    pairs: tuple[Pair, ...] = field(default=(), converter=to_tuple)
    nodes: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    share: float = 1.0
    left: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)


def _judged(framework: Framework) -> dict[str, Capacity]:
    """Everything that findings speak of: criteria and capacities judged directly, each with its capacity."""
    found: dict[str, Capacity] = {}
    for node in framework.indicators:
        found |= {c.id: node for c in node.criteria} or {node.id: node}
    return found


def _known(framework: Framework) -> set[str]:
    return {*framework.capacities, *framework.criteria}


def inverted(crosswalk: Crosswalk) -> Crosswalk:
    """Return a crosswalk read the other way; what was dropped has nothing to be read as.

    Example:
        >>> link = CrosswalkLink(before=["A"], after=["B", "C"], relation=CrosswalkRelation.SPLIT)
        >>> back = inverted(Crosswalk(before="f 1", after="f 2", links=[link])).links[0]
        >>> back.before, back.after, back.relation.value
        (('B', 'C'), ('A',), 'merged')
    """
    links = [
        CrosswalkLink(
            before=one.after, after=one.before, relation=_TURNED.get(one.relation, one.relation), note=one.note
        )
        for one in crosswalk.links
        if one.after
    ]
    return Crosswalk(before=crosswalk.after, after=crosswalk.before, links=links)


def crosswalk_between(crosswalks: Iterable[Crosswalk], before: Framework, after: Framework) -> Crosswalk | None:
    """Return the crosswalk between two editions, whichever way it leads; None within one edition or without one."""
    pair = {before.key, after.key}
    return next((one for one in crosswalks if {one.before, one.after} == pair), None) if len(pair) == 2 else None


def _same_scale(before: Framework, after: Framework, old: Capacity, new: Capacity) -> bool:
    first, second = before.scale_of(old), after.scale_of(new)
    orders = [[level.order for level in scale.levels] for scale in (first, second)]
    limits = [(scale.kind, scale.minimum, scale.maximum, scale.ascending) for scale in (first, second)]
    return orders[0] == orders[1] and limits[0] == limits[1]


def _unlike(before: Framework, after: Framework, link: CrosswalkLink) -> Iterator[str]:
    """Yield what speaks against calling two nodes exactly the same."""
    if len(link.before) != 1 or len(link.after) != 1:
        yield "is called exact, but names more than one node on a side"
        return
    old, new = before.capacities.get(link.before[0]), after.capacities.get(link.after[0])
    if (old is None) != (new is None):
        yield "joins a capacity with a criterion"
    elif old is None or new is None:
        first, second = before.criteria[link.before[0]], after.criteria[link.after[0]]
        if first.check is not second.check:
            yield f"is called exact, but is checked by {first.check.value!r} before and {second.check.value!r} after"
    elif [c.step for c in old.criteria] != [c.step for c in new.criteria]:
        counts = f"{len(old.criteria)} criteria before and {len(new.criteria)} after"
        yield f"is called exact, but has {counts}, or other steps"
    elif not _same_scale(before, after, old, new):
        yield "is called exact, but has another scale"


def crosswalk_issues(crosswalk: Crosswalk, before: Framework, after: Framework) -> Issues:
    """Return everything that is wrong with a crosswalk between two editions.

    Args:
        crosswalk: The crosswalk.
        before: The edition that is read.
        after: The edition that it is read as.
    """
    found: list[str] = []
    if (crosswalk.before, crosswalk.after) != (before.key, after.key):
        found.append(f"it leads from {crosswalk.before} to {crosswalk.after}, not from {before.key} to {after.key}")
    sides = ((before, "before"), (after, "after"))
    seen: dict[str, set[str]] = {"before": set(), "after": set()}
    for link in crosswalk.links:
        shown = f"{' + '.join(link.before)} to {' + '.join(link.after) or 'nothing'}"
        unknown = [
            f"{name!r} of {framework.key}"
            for framework, side in sides
            for name in getattr(link, side)
            if name not in _known(framework)
        ]
        twice = [name for _, side in sides for name in getattr(link, side) if name in seen[side]]
        for _, side in sides:
            seen[side].update(getattr(link, side))
        found += [f"{shown}: there is no {name}" for name in unknown]
        found += [f"{shown}: {name!r} is in another link too" for name in twice]
        if link.relation is _SPLIT and len(link.before) != 1:
            found.append(f"{shown}: a split begins at one node")
        if link.relation is _MERGED and len(link.after) != 1:
            found.append(f"{shown}: a merger ends at one node")
        if link.relation is _EXACT and not unknown:
            found += [f"{shown} {why}" for why in _unlike(before, after, link)]
    return Issues(
        [
            Issue(code="CB802", severity=Severity.ERROR, message=message, remedy="correct the crosswalk")
            for message in found
        ]
    )


@define
class _Builder:
    """Collects what is comparable, link by link."""

    before: Framework
    after: Framework
    pairs: dict[str, Pair] = field(factory=dict)
    nodes: dict[str, str] = field(factory=dict)
    left: dict[str, str] = field(factory=dict)

    def pair(self, before: Iterable[str], after: Iterable[str]) -> None:
        """Record what is judged in both."""
        old, new = tuple(before), tuple(after)
        name = new[0] if len(new) == 1 else old[0]
        owner = _judged(self.after)[new[0]]
        self.pairs[name] = Pair(id=name, capacity=owner.id, before=old, after=new, same=self._is_same(old, new))

    def _is_same(self, old: tuple[str, ...], new: tuple[str, ...]) -> bool:
        """Whether both editions ask the same in the same words; places and ids may differ."""
        if self.before is self.after:
            return True
        if len(old) != 1 or len(new) != 1:
            return False
        first, second = self.before.criteria.get(old[0]), self.after.criteria.get(new[0])
        if first is not None and second is not None:
            return evolve(first, id=second.id, step=second.step, points=second.points) == second
        node, twin = self.before.capacities.get(old[0]), self.after.capacities.get(new[0])
        return node is not None and twin is not None and node.title == twin.title

    def exact(self, old: str, new: str) -> None:
        """Record two nodes that are the same, with all that is judged in them."""
        if old not in self.before.capacities:
            self.pair([old], [new])
            return
        node, twin = self.before.capacities[old], self.after.capacities[new]
        self.nodes[new] = old
        if not node.children and not twin.children:
            names = zip([c.id for c in node.criteria] or [old], [c.id for c in twin.criteria] or [new], strict=True)
            for first, second in names:
                self.pair([first], [second])

    def link(self, link: CrosswalkLink) -> None:
        """Record one link."""
        criteria = set(link.before) <= set(self.before.criteria) and set(link.after) <= set(self.after.criteria)
        if link.relation is _EXACT:
            self.exact(link.before[0], link.after[0])
        elif link.relation in (_SPLIT, _MERGED) and criteria:
            self.pair(link.before, link.after)
        else:
            end = _UNLIKE[link.relation].format(" + ".join(link.after))
            why = f"{end}{f' ({link.note})' if link.note else ''}"
            self.left |= dict.fromkeys((*link.before, *link.after), why)

    def drop_broken_nodes(self) -> None:
        """A figure made of others is comparable only where all of them are."""
        for new, old in list(self.nodes.items()):
            pairs = (
                (self.after.capacities[new], set(self.nodes)),
                (self.before.capacities[old], set(self.nodes.values())),
            )
            if any(leaf.id not in known for node, known in pairs for leaf in node.leaves):
                del self.nodes[new]
                self.left[new] = "not all that it sums up is comparable"

    def share(self) -> float:
        """Return how much of all that is judged in either edition is compared."""
        used = sum(len(one.before) + len(one.after) for one in self.pairs.values())
        total = len(_judged(self.before)) + len(_judged(self.after))
        return used / total if total else 0.0

    def tell_the_rest(self) -> None:
        """Name what no link speaks of: nothing is left out silently."""
        told = {name for one in self.pairs.values() for name in (*one.before, *one.after)}
        for framework, why in ((self.before, "no link leads from it"), (self.after, "new in this edition")):
            for name, owner in _judged(framework).items():
                if name not in told and name not in self.left:
                    self.left[name] = self.left.get(owner.id, why)

    def done(self) -> Common:
        """Return what is common, in the order of the later edition."""
        self.drop_broken_nodes()
        self.tell_the_rest()
        order = {name: place for place, name in enumerate(_judged(self.after))}
        pairs = sorted(self.pairs.values(), key=lambda one: order[one.after[0]])
        nodes = {name: self.nodes[name] for name in self.after.capacities if name in self.nodes}
        return Common(pairs=pairs, nodes=nodes, share=self.share(), left=dict(sorted(self.left.items())))


def common(before: Framework, after: Framework, crosswalk: Crosswalk | None = None) -> Common:
    """Return what two frameworks have in common: everything within one edition, what a crosswalk says otherwise.

    Raises:
        ComparisonError: CB801, the editions differ and there is no crosswalk; CB802, the crosswalk does not fit them;
            CB804, two frameworks bear one name and edition and are not the same.
    """
    builder = _Builder(before, after)
    if before.key == after.key:
        if before is not after and before != after:
            raise ComparisonError(
                f"two frameworks are called {before.key}, and they differ",
                code="CB804",
                remedy="give the changed one an edition of its own, and a crosswalk between the two",
            )
        for name in before.capacities:
            builder.exact(name, name)
        return builder.done()
    if crosswalk is None:
        raise ComparisonError(
            f"{before.key} and {after.key} are two editions: a difference between them would be one of the question, "
            "not of the capacity",
            remedy="compare(..., crosswalk=Crosswalk(...)); draft_crosswalk(before, after) writes what is the same",
        )
    chosen = crosswalk
    if (crosswalk.before, crosswalk.after) == (after.key, before.key):
        chosen = inverted(crosswalk)
    issues = crosswalk_issues(chosen, before, after)
    if issues:
        listed = "".join(f"\n  {issue.message}" for issue in issues)
        raise ComparisonError(f"the crosswalk does not fit:{listed}", code="CB802", remedy="correct the crosswalk")
    for link in chosen.links:
        builder.link(link)
    return builder.done()


def draft_crosswalk(before: Framework, after: Framework) -> Crosswalk:
    """Return a crosswalk of what is plainly the same in two editions, for a person to complete.

    Exact are capacities of one id with the same criteria, word for word, and single criteria of one id and one wording
    in others. What is gone is dropped. Everything else is left for judgement: a crosswalk is a decision.

    Args:
        before: The earlier edition.
        after: The later edition.
    """
    same_leaves = {
        node.id
        for node in before.indicators
        if (twin := after.capacities.get(node.id)) is not None
        and not twin.children
        and node.criteria == twin.criteria
        and _same_scale(before, after, node, twin)
    }
    links: list[CrosswalkLink] = []
    for name, node in before.capacities.items():
        twin = after.capacities.get(name)
        if twin is None:
            links.append(CrosswalkLink(before=[name], relation=CrosswalkRelation.DROPPED, note="no node of this id"))
        elif {leaf.id for leaf in node.leaves} == {leaf.id for leaf in twin.leaves} <= same_leaves:
            links.append(CrosswalkLink(before=[name], after=[name], relation=_EXACT))
        elif not node.children:
            same = {c.id: c for c in twin.criteria}
            links += [
                CrosswalkLink(before=[c.id], after=[c.id], relation=_EXACT)
                for c in node.criteria
                if same.get(c.id) == c
            ]
    return Crosswalk(before=before.key, after=after.key, links=links)
