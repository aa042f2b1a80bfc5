"""Framework mappings in CISO Assistant libraries, as crosswalks."""

from collections.abc import Iterable, Iterator, Mapping

from attrs import define, field

from capbuild.frameworks.spreadsheets.drafts import DraftNotes
from capbuild.frameworks.trees.ciso_assistant import tail
from capbuild.frameworks.trees.tree_files import Tree
from capbuild.model import Crosswalk, CrosswalkLink, CrosswalkRelation, Framework

#: Crosswalk relation of the later edition, by relation of source to target.
_RELATIONS = {
    "equal": CrosswalkRelation.EXACT,
    "subset": CrosswalkRelation.BROADER,
    "superset": CrosswalkRelation.NARROWER,
}


@define(eq=False)
class _Group:
    """Nodes that mappings connect, directly or through others."""

    before: dict[str, None] = field(factory=dict)
    after: dict[str, None] = field(factory=dict)
    relations: set[str] = field(factory=set)


def read_mapping_sets(
    library: Tree, frameworks: Iterable[Framework], notes: DraftNotes
) -> Iterator[tuple[Crosswalk, Framework, Framework]]:
    """Yield the crosswalks of a library with their frameworks.

    Leaves intersections, and nodes with several relations, for a person to decide.

    Args:
        library: The file.
        frameworks: Known frameworks.
        notes: Collects sentences and errors.
    """
    by_id = {one.id.casefold(): one for one in frameworks}
    objects = library.tree("objects")
    seen: set[frozenset[str]] = set()
    sets = [*objects.trees("requirement_mapping_sets"), *objects.trees("requirement_mapping_set")]
    if not sets:
        notes.add_error("the file holds no mapping", library.origin, "choose a library with requirement_mapping_sets")
    for one in sets:
        names = [tail(one.text(key)) for key in ("source_framework_urn", "target_framework_urn")]
        absent = [name for name in names if name.casefold() not in by_id]
        if absent:
            known = ", ".join(sorted(one.id for one in by_id.values())) or "none"
            remedy = f"put its library into frameworks/ first; frameworks are: {known}"
            notes.add_error(f"there is no framework {absent[0]!r}", one.origin, remedy)
        elif (pair := frozenset(names)) not in seen:  # the second set of a pair is its inverse
            seen.add(pair)
            before, after = (by_id[name.casefold()] for name in names)
            yield _read_set(one, before, after, notes), before, after


def _read_set(one: Tree, before: Framework, after: Framework, notes: DraftNotes) -> Crosswalk:
    ids = [{name.casefold(): name for name in side.names} for side in (before, after)]
    groups: list[_Group] = []
    of_node: dict[tuple[int, str], _Group] = {}
    unknown: list[str] = []
    intersecting = 0
    for pair in one.trees("requirement_mappings"):
        urns = [tail(pair.text(f"{side}_requirement_urn"), 5).casefold() for side in ("source", "target")]
        names = [known.get(urn) for known, urn in zip(ids, urns, strict=True)]
        relation = pair.text("relationship")
        unknown += [urn for urn, name in zip(urns, names, strict=True) if name is None]
        if relation == "intersect":
            intersecting += 1
        if names[0] is None or names[1] is None or relation not in _RELATIONS:
            continue
        group_ = _join(groups, of_node, (names[0], names[1]))
        group_.relations.add(relation)
    links = [link for group in groups if (link := _make_link(group)) is not None]
    notes.understood.append(f"{before.key} to {after.key}: {len(links)} links.")
    if intersecting:
        notes.understood.append(f"{intersecting} pairs intersect: they carry no level, and are left to decide.")
    if unknown:
        message = f"{len(unknown)} requirements are in neither framework, {unknown[0]!r} first"
        notes.add_warning(message, one.origin, "take the editions that the mapping names")
    return Crosswalk(before=before.key, after=after.key, links=links)


def _join(groups: list[_Group], of_node: dict[tuple[int, str], _Group], names: tuple[str, str]) -> _Group:
    """Return the merged group of two nodes."""
    found = [of_node[key] for key in enumerate(names) if key in of_node]
    made = found[0] if found else _Group()
    if not found:
        groups.append(made)
    for other in found[1:]:
        if other is not made:
            made.before |= other.before
            made.after |= other.after
            made.relations |= other.relations
            groups.remove(other)
    made.before[names[0]], made.after[names[1]] = None, None
    of_node |= {(0, name): made for name in made.before} | {(1, name): made for name in made.after}
    return made


def _make_link(group: _Group) -> CrosswalkLink | None:
    """Return the link of a group, or None if a person must decide."""
    if len(group.relations) != 1:
        return None
    (word,) = group.relations
    # A part of several, or several parts of one; equal requires one each.
    most: Mapping[str, tuple[bool, bool]] = {"equal": (True, True), "subset": (False, True), "superset": (True, False)}
    alone = (len(group.before) == 1, len(group.after) == 1)
    if any(needed and not given for needed, given in zip(most[word], alone, strict=True)):
        return None
    return CrosswalkLink(before=tuple(group.before), after=tuple(group.after), relation=_RELATIONS[word])
