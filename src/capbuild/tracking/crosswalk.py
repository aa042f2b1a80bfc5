"""Crosswalks between two editions of a framework."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from attrs import define, evolve, field, frozen

from capbuild._typed import explains_arguments
from capbuild.checks import to_map, to_tuple
from capbuild.errors import ComparisonError
from capbuild.frozen import FrozenMap
from capbuild.model import Capacity, Crosswalk, CrosswalkLink, CrosswalkRelation, Framework, Issue, Issues
from capbuild.tracking.reasons import NotCompared, write_reason

_EXACT, _SPLIT, _MERGED = CrosswalkRelation.EXACT, CrosswalkRelation.SPLIT, CrosswalkRelation.MERGED
_TURNED = {
    CrosswalkRelation.NARROWER: CrosswalkRelation.BROADER,
    CrosswalkRelation.BROADER: CrosswalkRelation.NARROWER,
    CrosswalkRelation.SPLIT: CrosswalkRelation.MERGED,
    CrosswalkRelation.MERGED: CrosswalkRelation.SPLIT,
}
#: Why linked items are not compared.
_UNLIKE = {
    CrosswalkRelation.NARROWER: NotCompared.NARROWER,
    CrosswalkRelation.BROADER: NotCompared.BROADER,
    CrosswalkRelation.SPLIT: NotCompared.SPLIT,
    CrosswalkRelation.MERGED: NotCompared.MERGED,
    CrosswalkRelation.DROPPED: NotCompared.DROPPED,
}


@frozen(kw_only=True)
class CommonItem:
    """Item judged in both editions: one criterion or several.

    Attributes:
        id: Its name in reports.
        capacity: Its capacity in reports.
        before: Ids in the earlier edition; all met is equivalent to all of `after` met.
        after: Ids in the later edition.
        same: Whether it is one criterion with identical text in both editions.
    """

    id: str
    capacity: str
    before: tuple[str, ...] = field(converter=to_tuple)
    after: tuple[str, ...] = field(converter=to_tuple)
    same: bool = True


@frozen(kw_only=True)
class Overlap:
    """Comparable part of two editions.

    Attributes:
        pairs: Criteria, and capacities judged directly, in the order of the later edition.
        nodes: Id in the later edition of each comparable capacity, with its id in the earlier one.
        share: Share, 0 to 1, of all items of both editions.
        left: Why a node is not compared, by id.
    """

    pairs: tuple[CommonItem, ...] = field(default=(), converter=to_tuple)
    nodes: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    share: float = 1.0
    left: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)


@lru_cache(maxsize=8)
def _collect_judged_items(framework: Framework) -> dict[str, Capacity]:
    """Return all items that findings judge, with their capacities."""
    capacities: dict[str, Capacity] = {}
    for node in framework.indicators:
        capacities |= {c.id: node for c in node.criteria} or {node.id: node}
    return capacities


def _list_items(framework: Framework) -> set[str]:
    return {*framework.capacities, *framework.criteria}


def invert_crosswalk(crosswalk: Crosswalk) -> Crosswalk:
    """Return a crosswalk in the other direction.

    Items that were dropped have no link.

    Example:
        >>> link = CrosswalkLink(before=["A"], after=["B", "C"], relation=CrosswalkRelation.SPLIT)
        >>> back = invert_crosswalk(Crosswalk(before="f 1", after="f 2", links=[link])).links[0]
        >>> back.before, back.after, back.relation.value
        (('B', 'C'), ('A',), 'merged')
    """
    links = [
        CrosswalkLink(
            before=link.after, after=link.before, relation=_TURNED.get(link.relation, link.relation), note=link.note
        )
        for link in crosswalk.links
        if link.after
    ]
    return Crosswalk(before=crosswalk.after, after=crosswalk.before, links=links)


def find_crosswalk(crosswalks: Iterable[Crosswalk], before: Framework, after: Framework) -> Crosswalk | None:
    """Return the crosswalk between two editions in either direction.

    The result is None within one edition, or if there is no crosswalk.
    """
    pair = {before.key, after.key}
    return (
        next((crosswalk for crosswalk in crosswalks if {crosswalk.before, crosswalk.after} == pair), None)
        if len(pair) == 2
        else None
    )


def _is_same_scale(before: Framework, after: Framework, old: Capacity, new: Capacity) -> bool:
    first, second = before.scale_of(old), after.scale_of(new)
    orders = [[level.order for level in scale.levels] for scale in (first, second)]
    limits = [(scale.kind, scale.minimum, scale.maximum, scale.ascending) for scale in (first, second)]
    return orders[0] == orders[1] and limits[0] == limits[1]


def _find_differences(before: Framework, after: Framework, link: CrosswalkLink) -> Iterator[str]:
    """Yield differences that rule out an exact match."""
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
    elif not _is_same_scale(before, after, old, new):
        yield "is called exact, but has another scale"


def crosswalk_issues(crosswalk: Crosswalk, before: Framework, after: Framework) -> Issues:
    """Return all problems of a crosswalk between two editions.

    Args:
        crosswalk: The crosswalk.
        before: The earlier edition.
        after: The later edition.
    """
    problems: list[str] = []
    if (crosswalk.before, crosswalk.after) != (before.key, after.key):
        problems.append(f"it leads from {crosswalk.before} to {crosswalk.after}, not from {before.key} to {after.key}")
    sides = ((before, "before"), (after, "after"))
    seen: dict[str, set[str]] = {"before": set(), "after": set()}
    for link in crosswalk.links:
        label = f"{' + '.join(link.before)} to {' + '.join(link.after) or 'nothing'}"
        unknown = [
            f"{name!r} of {framework.key}"
            for framework, side in sides
            for name in getattr(link, side)
            if name not in _list_items(framework)
        ]
        repeated = [name for _, side in sides for name in getattr(link, side) if name in seen[side]]
        for _, side in sides:
            seen[side].update(getattr(link, side))
        problems += [f"{label}: there is no {name}" for name in unknown]
        problems += [f"{label}: {name!r} is in another link too" for name in repeated]
        if link.relation is _SPLIT and len(link.before) != 1:
            problems.append(f"{label}: a split begins at one node")
        if link.relation is _MERGED and len(link.after) != 1:
            problems.append(f"{label}: a merger ends at one node")
        if link.relation is _EXACT and not unknown:
            problems += [f"{label} {why}" for why in _find_differences(before, after, link)]
    return Issues([Issue.error("CB802", message, remedy="correct the crosswalk") for message in problems])


@define
class _OverlapBuilder:
    """Builder of the comparable part, link by link."""

    before: Framework
    after: Framework
    pairs: dict[str, CommonItem] = field(factory=dict)
    nodes: dict[str, str] = field(factory=dict)
    left: dict[str, str] = field(factory=dict)

    def add_item(self, before: Iterable[str], after: Iterable[str]) -> None:
        """Add an item judged in both editions."""
        old, new = tuple(before), tuple(after)
        name = new[0] if len(new) == 1 else old[0]
        owner = _collect_judged_items(self.after)[new[0]]
        self.pairs[name] = CommonItem(
            id=name, capacity=owner.id, before=old, after=new, same=self._has_same_text(old, new)
        )

    def _has_same_text(self, old: tuple[str, ...], new: tuple[str, ...]) -> bool:
        """True if both editions ask the same question."""
        if self.before is self.after:
            return True
        if len(old) != 1 or len(new) != 1:
            return False
        first, second = self.before.criteria.get(old[0]), self.after.criteria.get(new[0])
        if first is not None and second is not None:
            return evolve(first, id=second.id, step=second.step, points=second.points) == second
        node, twin = self.before.capacities.get(old[0]), self.after.capacities.get(new[0])
        return node is not None and twin is not None and node.title == twin.title

    def add_exact(self, old: str, new: str) -> None:
        """Add two identical nodes with all their items."""
        if old not in self.before.capacities:
            self.add_item([old], [new])
            return
        node, twin = self.before.capacities[old], self.after.capacities[new]
        self.nodes[new] = old
        if not node.children and not twin.children:
            names = zip([c.id for c in node.criteria] or [old], [c.id for c in twin.criteria] or [new], strict=True)
            for first, second in names:
                self.add_item([first], [second])

    def add_link(self, link: CrosswalkLink) -> None:
        """Add one link."""
        criteria = set(link.before) <= set(self.before.criteria) and set(link.after) <= set(self.after.criteria)
        if link.relation is _EXACT:
            self.add_exact(link.before[0], link.after[0])
        elif link.relation in (_SPLIT, _MERGED) and criteria:
            self.add_item(link.before, link.after)
        else:
            why = write_reason(_UNLIKE[link.relation], link.note, names=" + ".join(link.after))
            self.left |= dict.fromkeys((*link.before, *link.after), why)

    def drop_broken_nodes(self) -> None:
        """Drop aggregates with parts that are not comparable."""
        for new, old in list(self.nodes.items()):
            pairs = (
                (self.after.capacities[new], set(self.nodes)),
                (self.before.capacities[old], set(self.nodes.values())),
            )
            if any(leaf.id not in known for node, known in pairs for leaf in node.leaves):
                del self.nodes[new]
                self.left[new] = write_reason(NotCompared.PART)

    def compared_share(self) -> float:
        """Return the compared share of the items of both editions."""
        used = sum(len(pair.before) + len(pair.after) for pair in self.pairs.values())
        total = len(_collect_judged_items(self.before)) + len(_collect_judged_items(self.after))
        return used / total if total else 0.0

    def add_unlinked(self) -> None:
        """Report items without a counterpart."""
        named = {name for pair in self.pairs.values() for name in (*pair.before, *pair.after)}
        for framework, kind in ((self.before, NotCompared.UNLINKED), (self.after, NotCompared.NEW)):
            for name, owner in _collect_judged_items(framework).items():
                if name not in named and name not in self.left:
                    self.left[name] = self.left.get(owner.id, write_reason(kind))

    def build(self) -> Overlap:
        """Return the comparable part, ordered as the later edition."""
        self.drop_broken_nodes()
        self.add_unlinked()
        order = {name: position for position, name in enumerate(_collect_judged_items(self.after))}
        pairs = sorted(self.pairs.values(), key=lambda common_item: order[common_item.after[0]])
        nodes = {name: self.nodes[name] for name in self.after.capacities if name in self.nodes}
        return Overlap(pairs=pairs, nodes=nodes, share=self.compared_share(), left=dict(sorted(self.left.items())))


@lru_cache(maxsize=8)  # used by every country and result of a programme
def _find_overlap_within(framework: Framework) -> Overlap:
    """Return the comparable part of one edition: everything."""
    builder = _OverlapBuilder(framework, framework)
    for name in framework.capacities:
        builder.add_exact(name, name)
    return builder.build()


def find_overlap(before: Framework, after: Framework, crosswalk: Crosswalk | None = None) -> Overlap:
    """Return the comparable part of two frameworks.

    Within one edition, this is the whole framework; between two, it follows the links of the crosswalk.

    Raises:
        ComparisonError: CB801, the editions differ and there is no crosswalk; CB802, the crosswalk does not fit them;
            CB804, two frameworks have one name and edition and are not the same.
    """
    if before.key == after.key:
        if before is not after and before != after:
            raise ComparisonError(
                f"two frameworks are called {before.key}, and they differ",
                code="CB804",
                remedy="give the changed one an edition of its own, and a crosswalk between the two",
            )
        return _find_overlap_within(after)
    if crosswalk is None:
        raise ComparisonError(
            f"{before.key} and {after.key} are two editions: a difference between them would be one of the question, "
            "not of the capacity",
            remedy="compare(..., crosswalk=Crosswalk(...)); draft_crosswalk(before, after) writes what is the same",
        )
    builder = _OverlapBuilder(before, after)
    chosen = crosswalk
    if (crosswalk.before, crosswalk.after) == (after.key, before.key):
        chosen = invert_crosswalk(crosswalk)
    issues = crosswalk_issues(chosen, before, after)
    if issues:
        listed = "".join(f"\n  {issue.message}" for issue in issues)
        raise ComparisonError(f"the crosswalk does not fit:{listed}", code="CB802", remedy="correct the crosswalk")
    for link in chosen.links:
        builder.add_link(link)
    return builder.build()


@explains_arguments
def draft_crosswalk(before: Framework, after: Framework) -> Crosswalk:
    """Return a draft crosswalk of identical items, to complete manually.

    The draft links capacities with the same id and identical criteria, or of those judged as a whole identical titles
    and texts of levels; and single criteria with the same id and text in another capacity. Items that were removed are
    dropped. All other links are decisions that a person must make.

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
        and (node.criteria or (node.title, node.level_texts) == (twin.title, twin.level_texts))
        and _is_same_scale(before, after, node, twin)
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
