"""Editions of a framework in one programme: which round is judged by which, and what joins them."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from attrs import evolve, field, frozen

from capbuild.checks import to_map
from capbuild.errors import CapbuildError, ModelError, WorkspaceError, did_you_mean
from capbuild.frameworks import framework_from_toml
from capbuild.frozen import FrozenMap
from capbuild.model import Crosswalk, CrosswalkLink, CrosswalkRelation, Framework, Issue, Severity
from capbuild.origin import Origin
from capbuild.plugins import Host
from capbuild.tracking import crosswalk_issues
from capbuild.workspace.toml import Table, load_toml

__all__ = ["RELATIONS", "Editions", "chosen_framework", "issue_of", "joining", "load_crosswalks", "load_frameworks"]

#: How a node of one edition may relate to nodes of another, for messages.
RELATIONS = ", ".join(CrosswalkRelation)


@frozen(kw_only=True)
class Editions:
    """The frameworks that the rounds of a programme are judged by.

    Attributes:
        by_round: Framework of each round, by its id.
    """

    by_round: FrozenMap[str, Framework] = field(converter=to_map)

    @cached_property
    def every(self) -> tuple[Framework, ...]:
        """Each framework once, that of the first round first."""
        return tuple({one.key: one for one in self.by_round.values()}.values())

    @cached_property
    def names(self) -> frozenset[str]:
        """Ids of all capacities and criteria of any of them."""
        return frozenset(name for one in self.every for name in (*one.capacities, *one.criteria))

    @cached_property
    def judged(self) -> tuple[str, ...]:
        """Ids of everything that findings speak of: criteria, and indicators that have none."""
        found = (n for one in self.every for n in (*one.criteria, *(i.id for i in one.indicators if not i.criteria)))
        return tuple(dict.fromkeys(found))

    @property
    def shown(self) -> str:
        """Their keys, for messages."""
        return " or ".join(one.key for one in self.every)


def issue_of(error: CapbuildError, name: str) -> Issue:
    """Return an error as an issue; one without a place is about a file of the folder."""
    return Issue(
        code=error.code,
        severity=Severity.ERROR,
        message=error.message,
        origin=error.origin or Origin(name),
        remedy=error.remedy or "",
    )


def load_frameworks(folder: Path, host: Host) -> tuple[FrozenMap[str, Framework], tuple[Issue, ...]]:
    """Return the frameworks of plugins and of a folder's own `frameworks/`, and what is wrong with the latter."""
    found = dict(host.frameworks)
    issues: list[Issue] = []
    for path in sorted((folder / "frameworks").glob("*.toml")):
        name = f"frameworks/{path.name}"
        try:
            framework = framework_from_toml(path.read_text("utf-8-sig"), name)
            found[framework.key] = framework
        except CapbuildError as error:
            issues.append(issue_of(error, name))
    return FrozenMap(found), tuple(issues)


def chosen_framework(
    wanted: str, frameworks: Mapping[str, Framework], issues: Iterable[Issue], path: str = "programme.framework"
) -> Framework:
    """Return a framework by its key.

    Raises:
        WorkspaceError: No plugin and no file of the folder has it.
    """
    if wanted in frameworks:
        return frameworks[wanted]
    first = next(iter(issues), None)
    raise WorkspaceError(
        f"there is no framework {wanted!r}{did_you_mean(wanted, frameworks)}",
        code=first.code if first else "CB602",
        origin=first.origin if first else Origin("programme.toml", path=path),
        remedy=first.message if first else f"frameworks are: {', '.join(sorted(frameworks)) or 'none'}",
    )


def load_crosswalks(
    folder: Path, frameworks: Mapping[str, Framework]
) -> tuple[tuple[Crosswalk, ...], tuple[Issue, ...]]:
    """Return the crosswalks of a folder's `crosswalks/`, a file for two editions, and what is wrong with them.

    One that does not fit its editions is kept: a comparison through it is refused, with the same reasons.

    Args:
        folder: The programme's folder.
        frameworks: Frameworks by key.
    """
    found: dict[frozenset[str], tuple[str, Crosswalk]] = {}
    issues: list[Issue] = []
    for path in sorted((folder / "crosswalks").glob("*.toml")):
        name = f"crosswalks/{path.name}"
        top = load_toml(path, name, issues)
        made = None if top is None else _crosswalk(top, frameworks)
        if top is None or made is None:
            continue
        pair = frozenset((made.before, made.after))
        if pair in found:
            message = f"{found[pair][0]} joins {made.before} and {made.after} already; that one counts"
            top.problem("", message, "remove one of them", "CB672")
            continue
        found[pair] = (name, made)
        issues += _misfits(made, frameworks, name)
    return tuple(one for _, one in found.values()), tuple(issues)


def _crosswalk(top: Table, frameworks: Mapping[str, Framework]) -> Crosswalk | None:
    ends = {key: top.get(key, str, "") for key in ("before", "after")}
    for key, wanted in ends.items():
        if wanted not in frameworks:
            known = ", ".join(sorted(frameworks))
            message = f"there is no framework {wanted!r}{did_you_mean(wanted, frameworks)}"
            top.problem(key, message, f"name a framework with its edition: {known}")
    links = [link for table in top.tables("links") if (link := _link(table)) is not None]
    top.done()
    if any(wanted not in frameworks for wanted in ends.values()):
        return None
    return top.make(lambda: Crosswalk(**ends, links=links))


def _link(table: Table) -> CrosswalkLink | None:
    before, after, note = table.names("before"), table.names("after"), table.get("note", str, "")
    word = table.get("relation", str, "")
    table.done()
    if word not in set(CrosswalkRelation):
        table.problem("relation", f"{word!r} is no relation", f"relations are: {RELATIONS}")
        return None
    try:
        return CrosswalkLink(before=before, after=after, relation=CrosswalkRelation(word), note=note)
    except ModelError as error:
        table.problem("", error.message, "see docs/how-to/compare-rounds.md")
        return None


def _misfits(crosswalk: Crosswalk, frameworks: Mapping[str, Framework], name: str) -> list[Issue]:
    before, after = frameworks[crosswalk.before], frameworks[crosswalk.after]
    found = crosswalk_issues(crosswalk, before, after)
    return [evolve(one, origin=Origin(name)) for one in found]


def joining(crosswalks: Iterable[Crosswalk], before: Framework, after: Framework) -> Crosswalk | None:
    """Return the crosswalk between two editions, whichever way it leads; None within one edition or without one."""
    pair = {before.key, after.key}
    return next((one for one in crosswalks if {one.before, one.after} == pair), None) if len(pair) == 2 else None
