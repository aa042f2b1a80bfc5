"""Framework editions of a programme's rounds, and crosswalks between them."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path

from attrs import evolve, field, frozen

from capbuild.checks import to_map
from capbuild.documents.toml import TomlTable, load_toml
from capbuild.errors import WorkspaceError, did_you_mean
from capbuild.frameworks.flat_rules import profile_problems
from capbuild.frameworks.structure_packs import find_pack
from capbuild.frozen import FrozenMap
from capbuild.model import Crosswalk, CrosswalkLink, CrosswalkRelation, Framework, Issue, Scale, TargetProfile
from capbuild.origin import Origin
from capbuild.plugins import Host
from capbuild.scoring.answer_words import is_meaning
from capbuild.tracking.crosswalk import crosswalk_issues
from capbuild.workspace.folder_functions import attempt
from capbuild.workspace.framework_files import folder_frameworks
from capbuild.workspace.records.mappings import describe_unknown_meaning
from capbuild.workspace.settings.config import Settings

#: Relations between nodes of two editions, for messages.
RELATIONS = ", ".join(CrosswalkRelation)


@frozen(kw_only=True)
class Editions:
    """Frameworks of a programme's rounds.

    Attributes:
        by_round: Framework of each round, by its id.
    """

    by_round: FrozenMap[str, Framework] = field(converter=to_map)

    @cached_property
    def every(self) -> tuple[Framework, ...]:
        """Each framework once, the first round's first."""
        return tuple({framework.key: framework for framework in self.by_round.values()}.values())

    @cached_property
    def names(self) -> frozenset[str]:
        """Ids of all capacities and criteria in any edition."""
        return frozenset(name for framework in self.every for name in (*framework.capacities, *framework.criteria))

    @cached_property
    def judged(self) -> tuple[str, ...]:
        """Ids of rated nodes: criteria, and indicators without any."""
        names = (
            n
            for framework in self.every
            for n in (*framework.criteria, *(i.id for i in framework.indicators if not i.criteria))
        )
        return tuple(dict.fromkeys(names))


def load_frameworks(folder: Path, host: Host) -> tuple[FrozenMap[str, Framework], tuple[Issue, ...]]:
    """Return the frameworks of plugins and folder, and their issues."""
    own, issues = folder_frameworks(folder, host)
    return FrozenMap({**host.frameworks, **own}), issues


def choose_framework(
    wanted: str, frameworks: Mapping[str, Framework], issues: Iterable[Issue], origin: Origin
) -> Framework:
    """Return a framework by its key.

    Args:
        wanted: The key, or the name of a structure pack.
        frameworks: Frameworks by key.
        issues: Issues of the files in `frameworks/`.
        origin: Origin of the name.

    Raises:
        WorkspaceError: No plugin and no file of the folder has it, or its file has a problem.
    """
    pack = None if wanted in frameworks else find_pack(wanted)
    key = wanted if pack is None else pack.key
    if key in frameworks:
        return frameworks[key]
    broken = sorted({issue.origin.file for issue in issues if issue.origin is not None})
    remedy = f"frameworks are: {', '.join(sorted(frameworks)) or 'none'}"
    if broken:
        remedy = f"correct {', '.join(broken)}: files with problems are not used; {remedy}"
    if pack is not None:
        remedy = f"fill in its nodes: capbuild new framework FILE.xlsx --like {pack.name} --out FOLDER"
    raise WorkspaceError(
        f"there is no framework {wanted!r}{did_you_mean(wanted, frameworks)}",
        code="CB602",
        origin=origin,
        remedy=remedy,
    )


def load_editions(
    settings: Settings, frameworks: Mapping[str, Framework], issues: Iterable[Issue]
) -> tuple[Editions, tuple[Issue, ...]]:
    """Return the frameworks of rounds, and issues.

    A round without a usable framework is an issue.

    Args:
        settings: Settings from programme.toml.
        frameworks: Frameworks by key.
        issues: Issues of the files in `frameworks/`.
    """
    by_round: dict[str, Framework] = {}
    refused: list[Issue] = []
    for position, round_ in enumerate(settings.programme.rounds):
        own = round_.id in settings.frameworks
        wanted = settings.frameworks.get(round_.id, settings.programme.framework)
        origin = settings.origin("rounds", position, "framework") if own else settings.origin("programme", "framework")
        what = f"round {round_.id}" if own else "every round judged by it"
        framework = attempt(partial(choose_framework, wanted, frameworks, issues, origin), what, refused)
        if framework is not None:
            by_round[round_.id] = framework
    return Editions(by_round=by_round), tuple(dict.fromkeys(refused))


def find_profile(settings: Settings, framework: Framework, name: str) -> TargetProfile | None:
    """Return the target profile with an id, if any.

    Profiles of the programme come before those of the framework.
    """
    return next((profile for profile in (*settings.profiles, *framework.profiles) if profile.id == name), None)


def check_targets(settings: Settings, editions: Editions) -> Iterator[Issue]:
    """Yield issues of targets: unknown capacities, figures off every scale."""
    profile, capacities = settings.programme.targets, {k: v for f in editions.every for k, v in f.capacities.items()}
    if not capacities:
        return
    for name, target in profile.targets.items() if profile is not None else ():
        scales = [framework.scale_of(framework[name]) for framework in editions.every if name in framework]
        message, remedy = _check_scale(target, scales) if scales else ("", "")
        if not scales:
            message, remedy = f"there is no capacity {name!r}{did_you_mean(name, capacities)}", "correct the id"
        if message:
            yield Issue.error("CB602", message, settings.origin("targets", name), remedy)
    yield from _check_profiles(settings, editions)
    scales = [framework.scale_of(node) for framework in editions.every for node in framework.indicators]
    if settings.default_target is not None and (wrong := _check_scale(settings.default_target, scales))[0]:
        yield Issue.error("CB602", wrong[0], settings.origin("targets", "default"), wrong[1])


def _check_profiles(settings: Settings, editions: Editions) -> Iterator[Issue]:
    """Report target profiles that are unknown or off the scale."""
    own = [profile.id for profile in settings.profiles]
    known = [*own, *(profile.id for framework in editions.every for profile in framework.profiles)]
    wanted = {settings.target_profile: settings.origin("targets", "profile")}
    for participation in settings.programme.participations:
        if participation.target:
            wanted.setdefault(participation.target, settings.places[participation.country.alpha_2])
    for name, origin in wanted.items():
        if name and name not in known:
            message = f"there is no target profile {name!r}{did_you_mean(name, known)}"
            yield Issue.error("CB602", message, origin, f"target profiles are: {', '.join(known) or 'none'}")
        elif name and name not in own:
            for framework in editions.every:
                if find_profile(settings, framework, name) is None:
                    message = f"{framework.key} has no target profile {name!r}: its rounds have no targets from it"
                    remedy = "add it to that edition, or to [[profiles]] of programme.toml"
                    yield Issue.warning("CB602", message, origin, remedy)
    for position, profile in enumerate(settings.profiles):
        for name, message, remedy in profile_problems(profile, editions.every):
            yield Issue.error("CB602", message, settings.origin("profiles", position, "targets", name), remedy)


def check_meanings(settings: Settings, editions: Editions) -> Iterator[Issue]:
    """Yield issues of `answers` under `[read]` with an unknown meaning."""
    for rule in settings.rules:
        for word, meaning in rule.answers.items():
            if editions.every and not any(is_meaning(meaning, framework) for framework in editions.every):
                message, remedy = describe_unknown_meaning(meaning, editions.every[0])
                origin = settings.origin("read", rule.pattern, "answers", word)
                yield Issue.error("CB602", message, origin, remedy)


def is_on_scale(target: float, scale: Scale) -> bool:
    """True if a target is on a scale."""
    return not _check_scale(target, [scale])[0]


def _check_scale(target: float, scales: Iterable[Scale]) -> tuple[str, str]:
    """Return problem and remedy of a target off every scale.

    Both are empty if a scale has the target.
    """
    allowed = []
    for scale in scales:
        if scale.levels:
            if target in scale.orders:
                return "", ""
            allowed.append(f"a level from {scale.ends[0]:g} to {scale.ends[1]:g}")
        elif scale.minimum <= target <= scale.maximum:
            return "", ""
        else:
            allowed.append(f"between {scale.minimum:g} and {scale.maximum:g}")
    return f"{target:g} is not a target on this scale", f"a target is {' or '.join(dict.fromkeys(allowed))}"


def load_crosswalks(
    folder: Path, frameworks: Mapping[str, Framework]
) -> tuple[tuple[Crosswalk, ...], tuple[Issue, ...]]:
    """Return the crosswalks below `crosswalks/`, and their issues.

    A crosswalk that does not fit its editions is kept: comparisons refuse it for the same reasons.

    Args:
        folder: The programme's folder.
        frameworks: Frameworks by key.
    """
    by_pair: dict[frozenset[str], tuple[str, Crosswalk]] = {}
    issues: list[Issue] = []
    for path in sorted((folder / "crosswalks").glob("*.toml")):
        name = f"crosswalks/{path.name}"
        top = load_toml(path, name, issues)
        crosswalk = None if top is None else _make_crosswalk(top, frameworks)
        if top is None or crosswalk is None:
            continue
        pair = frozenset((crosswalk.before, crosswalk.after))
        if pair in by_pair:
            message = f"{by_pair[pair][0]} already joins {crosswalk.before} and {crosswalk.after}, and counts"
            top.add_error("", message, "remove one of them", "CB672")
            continue
        by_pair[pair] = (name, crosswalk)
        found_issues = crosswalk_issues(crosswalk, frameworks[crosswalk.before], frameworks[crosswalk.after])
        issues += [evolve(issue, origin=Origin(name)) for issue in found_issues]
    return tuple(crosswalk for _, crosswalk in by_pair.values()), tuple(issues)


def _make_crosswalk(top: TomlTable, frameworks: Mapping[str, Framework]) -> Crosswalk | None:
    ends = {key: top.get(key, str, "") for key in ("before", "after")}
    for key, wanted in ends.items():
        if wanted not in frameworks:
            known = ", ".join(sorted(frameworks))
            message = f"there is no framework {wanted!r}{did_you_mean(wanted, frameworks)}"
            top.add_error(key, message, f"name a framework with its edition: {known}")
    links = [link for table in top.tables("links") if (link := _make_link(table)) is not None]
    top.report_unknown()
    if any(wanted not in frameworks for wanted in ends.values()):
        return None
    return top.make(lambda: Crosswalk(**ends, links=links))


def _make_link(table: TomlTable) -> CrosswalkLink | None:
    before, after, note = table.names("before"), table.names("after"), table.get("note", str, "")
    word = table.get("relation", str, "")
    table.report_unknown()
    if word not in set(CrosswalkRelation):
        message = f"{word!r} is not a relation{did_you_mean(word, list(CrosswalkRelation))}"
        table.add_error("relation", message, f"relations are: {RELATIONS}")
        return None
    return table.make(lambda: CrosswalkLink(before=before, after=after, relation=CrosswalkRelation(word), note=note))
