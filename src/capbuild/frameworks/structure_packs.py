"""Structure packs of published frameworks."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

from attrs import evolve, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.documents.toml import TomlTable
from capbuild.errors import DocumentError, OptionError, did_you_mean
from capbuild.frameworks.flat import read_tables
from capbuild.frameworks.spreadsheets.drafts import FrameworkDraft
from capbuild.frozen import FrozenMap
from capbuild.model import (
    Band,
    Capacity,
    Framework,
    Issue,
    Issues,
    JudgementRules,
    Method,
    MissingPolicy,
    RoundingMode,
    RoundingRule,
    Severity,
)
from capbuild.origin import Origin
from capbuild.plugins import CellTable

#: Families of rules. A framework cannot use an operation of another family.
FAMILIES = ("staircase", "points", "weighted sum", "mean of rounded means", "profile")
#: Meanings of 0.
ZEROS = ("level", "no points", "not answered", "none")
_FOLDER = files("capbuild.frameworks") / "packs"


@frozen(kw_only=True)
class StructurePack:
    """Description of an edition of a published framework.

    Attributes:
        name: Name of the pack, such as `cmm-2021`.
        id: Id of the framework.
        edition: Its edition.
        title: Its name.
        provider: Publisher.
        licence: Licence note printed with results.
        published: Date of publication, as far as known.
        family: Family of its rule: `staircase`, `points`, `weighted sum`, `mean of rounded means` or `profile`.
        rule: The rule as text.
        zero: Meaning of 0: `level`, `no points`, `not answered`, or `none` without a 0.
        zero_note: Note on 0.
        rater: Kind of rater.
        evidence: Evidence that the method requires.
        total: Whether a total is published.
        names_licence: Licence of the names.
        texts_licence: Licence of the texts.
        source: Source of its facts.
        shape: Number of nodes by kind.
        points: Total points; None for none.
        unconfirmed: Facts left out, since no source confirms them.
        data: Its framework file, as TOML.
    """

    name: str
    id: str
    edition: str
    title: str
    provider: str
    licence: str
    published: str = ""
    family: str
    rule: str
    zero: str
    zero_note: str = ""
    rater: str
    evidence: str
    total: bool
    names_licence: str
    texts_licence: str
    source: str
    shape: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    points: float | None = None
    unconfirmed: tuple[str, ...] = field(default=(), converter=to_tuple)
    data: Mapping[str, Any] = field(factory=dict, repr=False, eq=False)

    @property
    def key(self) -> str:
        """Id and edition of the framework."""
        return f"{self.id} {self.edition}"

    @property
    def has_tree(self) -> bool:
        """True if its nodes are part of the pack."""
        return "nodes" in self.data

    @cached_property
    def framework(self) -> Framework:
        """The framework of the pack.

        Raises:
            DocumentError: CB026, its nodes are not confirmed, or their licence forbids distribution.
        """
        if not self.has_tree:
            raise DocumentError(
                f"{self.name} has no nodes, and nothing is scored by it: they are not confirmed, or not free to pass "
                f"on ({self.names_licence})",
                code="CB026",
                origin=Origin(f"{self.name}.toml"),
                remedy=f'fill the tree from your own spreadsheet: cb.read_framework("mine.xlsx", like="{self.name}")',
            )
        issues: list[Issue] = []
        tables = read_tables(TomlTable(f"{self.name}.toml", (), self.data, issues, {}, "CB010"))
        if tables is None:
            raise DocumentError(f"{self.name}.toml is damaged: {issues[0]}", code="CB010")
        return tables


def list_packs() -> tuple[str, ...]:
    """Return the names of the structure packs.

    Example:
        >>> "spar-2" in list_packs(), "cmm-2021" in list_packs()
        (True, True)
    """
    names = sorted(path.name for path in _FOLDER.iterdir() if path.name.endswith(".toml"))
    return tuple(name.removesuffix(".toml") for name in names)


def find_pack(name: str) -> StructurePack | None:
    """Return the structure pack of a name, or None.

    Args:
        name: Its name, the id and edition of its framework, or the id alone if no other pack has it.

    Example:
        >>> [pack.name for pack in map(find_pack, ("spar-2", "spar 2.0", "spar", "ncsi")) if pack is not None]
        ['spar-2', 'spar-2', 'spar-2']
    """
    packs = [load_pack(pack) for pack in list_packs()]
    whole = [pack for pack in packs if name in (pack.name, pack.key)]
    named = whole or [pack for pack in packs if pack.id == name]
    return named[0] if len(named) == 1 else None


@lru_cache(maxsize=32)
def load_pack(name: str) -> StructurePack:
    """Return a structure pack.

    Args:
        name: Its name, or another that `find_pack` knows.

    Raises:
        OptionError: There is no such pack.

    Example:
        >>> pack = load_pack("spar-2")
        >>> pack.family, pack.zero, pack.framework
        ('mean of rounded means', 'not answered', Framework('spar', edition '2.0', 35 indicators, 0 criteria))
    """
    packs = list_packs()
    if name not in packs:
        pack = find_pack(name)
        if pack is None:
            raise OptionError(
                f"there is no structure pack {name!r}{did_you_mean(name, packs)}",
                remedy=f"packs are: {', '.join(packs)}",
            )
        return pack
    data = tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))
    declared, metadata = data.pop("pack"), data["framework"]
    identity = {key: metadata[key] for key in ("id", "edition", "title", "provider", "licence")}
    return StructurePack(name=name, data=data, **identity, **declared)


def pack_tables(pack: StructurePack, tables: Iterable[CellTable]) -> list[CellTable]:
    """Complete a file's sheets from a pack.

    The pack adds the framework's identity and levels, which a file may lack.

    Args:
        pack: The pack.
        tables: The sheets of the user's file.
    """
    cell_tables = list(tables)
    metadata = [(key, str(pack.data["framework"][key])) for key in ("id", "edition", "title", "provider", "licence")]
    packed = [CellTable("Framework", [("field", "value"), *metadata])]
    for scale in pack.data.get("scales", ()):
        packed.append(CellTable("Scales", [("id", "first_level"), (scale["id"], str(scale.get("first_level", 1)))]))
        packed.append(
            CellTable("Levels", [("code", "label"), *((level["code"], level["label"]) for level in scale["levels"])])
        )
    names = {table.name.casefold() for table in cell_tables}
    return [*cell_tables, *(cell_table for cell_table in packed if cell_table.name.casefold() not in names)]


def fit_pack(pack: StructurePack, draft: FrameworkDraft) -> FrameworkDraft:
    """Fit a draft to a pack's framework.

    Differences in shape or rule are added as issues.

    Args:
        pack: The pack.
        draft: The draft of the file.
    """
    framework = draft.framework
    if framework is None:
        return draft
    issues = [*_check_rule(pack, framework, draft.file), *_check_shape(pack, framework, draft.file)]
    failed = any(issue.severity is Severity.ERROR for issue in issues)
    root = framework.roots[0]
    rounding = {root.kind: RoundingRule(digits=2, mode=RoundingMode.HALF_UP)} if pack.points else framework.rounding
    bands = [Band(**{"upper": None, **band}) for band in pack.data.get("bands", ())]
    fitted = evolve(
        framework,
        id=pack.id,
        edition=pack.edition,
        provider=pack.provider,
        licence=pack.licence,
        judgement=_take_judgement(pack, framework.judgement),
        rounding=rounding,
        bands=bands or framework.bands,
        roots=[_score_missing_as_zero(capacity, pack) for capacity in framework.roots]
        if pack.points
        else framework.roots,
    )
    open_ = (
        [f"Not confirmed, so take it from your own copy: {'; '.join(pack.unconfirmed)}."] if pack.unconfirmed else []
    )
    return evolve(
        draft,
        framework=None if failed else fitted,
        understood=[f"Read as {pack.name}: {pack.rule}", *open_, *draft.understood],
        issues=draft.issues + Issues(issues),
    )


def _take_judgement(pack: StructurePack, own: JudgementRules) -> JudgementRules:
    """Return the file's rules of judgement, else the pack's.

    An example of a rule is that a level needs evidence.
    """
    return own if own != JudgementRules() else JudgementRules(**pack.data.get("judgement", {}))


def _score_missing_as_zero(node: Capacity, pack: StructurePack) -> Capacity:
    """Return a node where indicators without answers get no points."""
    below = [_score_missing_as_zero(child, pack) for child in node.children]
    if below or node.method is None:
        return evolve(node, children=below)
    settings = {
        **node.method.parameters,
        "missing": MissingPolicy.ZERO.value,
        "rule": f"{pack.title}: {pack.zero_note}",
    }
    return evolve(node, method=Method(name=node.method.name, parameters=settings))


def _check_rule(pack: StructurePack, framework: Framework, file: str) -> Iterator[Issue]:
    """Yield an error for a rule of another family."""
    methods = {framework.method_of(node).name for node in framework.indicators}
    figures = [node for node in framework.walk() if node.children and framework.method_of(node).name != "profile"]
    if pack.family in ("staircase", "profile") and figures:
        message = f"{pack.name} has levels side by side and no total; the file gives {figures[0].id} a figure"
        yield Issue.error("CB027", message, Origin(file), "take the columns of weights or points out")
    if pack.family == "points" and methods != {"points"}:
        message = f"{pack.name} counts points, and the file has none for some indicators"
        yield Issue.error("CB027", message, Origin(file), "add a column Points")


def _check_shape(pack: StructurePack, framework: Framework, file: str) -> Iterator[Issue]:
    """Yield warnings for counts that differ from the pack."""
    floors = [list(framework.roots)]
    while floors[-1]:
        floors.append([child for node in floors[-1] for child in node.children])
    counts = {len(floor) for floor in floors} | {len(framework.indicators)}
    for kind, wanted in pack.shape.items():
        if wanted not in counts:
            listed = ", ".join(str(len(floor)) for floor in floors if floor)
            message = f"{pack.name} has {wanted} nodes of the kind {kind}; the file has, from the top: {listed}"
            yield Issue.warning("CB027", message, Origin(file), "complete the rows, or check the edition")
    points = sum(criterion.points for criterion in framework.criteria.values())
    if pack.points and abs(points - pack.points) > 1e-9:
        message = f"{pack.name} has {pack.points:g} points; the file has {points:g}"
        yield Issue.warning("CB027", message, Origin(file), "correct the points, or check the edition")
