"""Framework files: one TOML file; its nodes name their parents."""

from collections.abc import Collection, Iterator, Mapping
from functools import partial

from attrs import define, evolve, field

from capbuild.documents.toml import TomlTable, parse_toml
from capbuild.errors import DocumentError, did_you_mean
from capbuild.frameworks.flat_rules import (
    check_rules,
    name_row,
    read_answers,
    read_band,
    read_consistency_rule,
    read_criterion,
    read_judgement,
    read_profiles,
    read_scale,
    read_zero,
)
from capbuild.model import (
    AnswerScale,
    Capacity,
    Framework,
    Issue,
    Method,
    RoundingRule,
    Scale,
    ScaleKind,
)
from capbuild.origin import Origin
from capbuild.scoring.methods import BUILT_IN_METHODS, LEVEL_METHODS, MethodInput, RegisteredMethod, find_method

#: Methods without settings, checked without importing numpy.
_PLAIN = ("profile", "mean", "minimum")


def framework_from_toml(text: str, name: str = "framework.toml") -> Framework:
    """Return the framework in a TOML text.

    The text has a table `framework` (id, edition, title, ...), `scales` (id, kind, levels, minimum, maximum), `methods`
    and `rounding` by node kind, `answers` (answer scales), `judgement`, `profiles` (of targets), and an array `nodes`,
    each with `id`, `kind`, `title` and `parent` (none for the top). A node without children may have `criteria`, each
    with `id`, `step` and `text`, or `level_texts`: the meaning of each level, by level code. `rules` are contradictions
    between answers, each with `if`, `then` and `text`.

    Args:
        text: The TOML text.
        name: File name for messages.

    Raises:
        DocumentError: It is invalid; lists every problem. Code CB020 for a cycle or an unknown parent, CB021
            for a duplicate name.
    """
    issues: list[Issue] = []
    framework = read_framework(text, name, issues)
    if framework is None:
        problems = [(_find_error_origin(issue, name), issue.message) for issue in issues]
        raise DocumentError(
            f"{name} is not a valid framework file",
            problems=problems,
            code=issues[0].code,
            origin=Origin(name),
            remedy=issues[0].remedy,
        )
    return framework


def _find_error_origin(issue: Issue, name: str) -> str:
    origin = issue.origin
    if origin is None or origin.path is None:
        return str(origin).removeprefix(f"{name}:")
    return f"{origin.path} (line {origin.row})"


def read_framework(
    text: str, name: str, issues: list[Issue], methods: Mapping[str, RegisteredMethod] | None = None
) -> Framework | None:
    """Read a framework from a TOML text; None on errors.

    Args:
        text: The TOML text.
        name: File name for origins.
        issues: Collects all problems.
        methods: Methods of plugins by name; None if unknown.
    """
    top = parse_toml(text, name, issues, "CB010")
    return None if top is None else read_tables(top, methods)


def read_tables(top: TomlTable, methods: Mapping[str, RegisteredMethod] | None = None) -> Framework | None:
    """Read a framework from tables; None on errors.

    Args:
        top: The tables of a TOML file, or made from cells; its issues are where problems go.
        methods: Methods of plugins by name; None if unknown.
    """
    issues = top.issues
    before = len(issues)
    framework = _FrameworkReader(top, methods).read()
    return framework if len(issues) == before else None


@define
class _RawNode:
    """Node with its table, before its children are known."""

    table: TomlTable
    made: Capacity | None
    id: str
    parent: str | None
    children: "list[_RawNode]" = field(factory=list)

    def leaves(self) -> "Iterator[_RawNode]":
        """Yield the nodes at the bottom."""
        for child in self.children:
            yield from child.leaves() if child.children else (child,)

    def build(self) -> Capacity | None:
        """Return the node with its descendants, or None on errors."""
        below = [child.build() for child in self.children]
        capacity = self.made
        if capacity is None or None in below:
            return None
        return self.table.make(lambda: evolve(capacity, children=[child for child in below if child is not None]))


@define
class _FrameworkReader:
    """Reader of one framework file.

    Attributes:
        top: Its top table.
        methods: Methods of plugins by name; None if unknown.
    """

    top: TomlTable
    methods: Mapping[str, RegisteredMethod] | None
    _scales: list[Scale] = field(factory=list, init=False)
    _answers: list[AnswerScale] = field(factory=list, init=False)
    _seen: dict[str, TomlTable] = field(factory=dict, init=False)
    _folded: dict[str, TomlTable] = field(factory=dict, init=False)

    def read(self) -> Framework | None:
        """Return the framework, or None on errors."""
        top, before = self.top, len(self.top.issues)
        metadata = top.table("framework")
        self._scales, self._answers = list(self._read_scales()), read_answers(top)
        nodes = list(self._read_nodes())
        roots = self._build_tree(nodes)
        kinds = {node.made.kind for node in nodes if node.made is not None}
        methods, rounding = self._read_methods(nodes, kinds, before), self._read_rounding(kinds)
        bands = [band for table in top.tables("bands") if (band := read_band(table)) is not None]
        labels = top.mapping("labels", TomlTable.text)
        names = [*self._seen]
        rules = [rule for table in top.tables("rules") if (rule := read_consistency_rule(table, names)) is not None]
        identity = {key: metadata.make(partial(metadata.required, key)) for key in ("id", "edition")}
        if "title" not in metadata.data:
            metadata.add_error("title", "title is missing", 'add title = "..."')
        parts = {
            **identity,
            "title": metadata.text("title"),
            "provider": metadata.get("provider", str, ""),
            "licence": metadata.get("licence", str, ""),
            "description": metadata.text("description") if "description" in metadata.data else None,
            "languages": metadata.languages("languages") or ("en",),
            "notes": metadata.mapping("notes", TomlTable.text),
            "zero": read_zero(metadata),
            "judgement": read_judgement(top),
            "profiles": read_profiles(top),
            "answers": self._answers,
        }
        metadata.report_unknown()
        top.report_unknown()
        if len(top.issues) > before:
            return None
        grown = [root.build() for root in roots]
        if None in grown:
            return None
        framework = top.make(
            lambda: Framework(
                **parts,  # type: ignore[arg-type]
                scales=self._scales,
                roots=[root for root in grown if root is not None],
                methods=methods,
                rounding=rounding,
                bands=bands,
                labels=labels,
                rules=rules,
            )
        )
        if framework is not None:
            check_rules(framework, top)
        return framework

    def _read_scales(self) -> Iterator[Scale]:
        if "scales" not in self.top.data:
            yield Scale(id="percent", kind=ScaleKind.PERCENT)
        yield from (scale for table in self.top.tables("scales") if (scale := read_scale(table)) is not None)

    def _read_nodes(self) -> Iterator[_RawNode]:
        if not self.top.get("nodes", list, []):
            self.top.add_error(
                "nodes", "nodes must hold at least one node", 'add [[nodes]] with id = "..." and a title'
            )
        yield from map(self._read_node, self.top.tables("nodes"))

    def _check_unique(self, table: TomlTable, name: str) -> bool:
        """Check that an id is new, ignoring case.

        Answers are found by their ids in any case.
        """
        first = self._folded.setdefault(name.casefold(), table)
        self._seen.setdefault(name, first)
        if first is not table:
            row = name_row(first.origin("id"), table.origin("id"))
            table.add_error(
                "id", f"{name!r} is a duplicate id; it is also in {row}", "rename one; capitals do not count", "CB021"
            )
        return first is table

    def _read_node(self, table: TomlTable) -> _RawNode:
        name, parent = table.make(lambda: table.required("id")) or "", table.get("parent", str, "") or None
        new = bool(name) and self._check_unique(table, name)
        inner = ((toml_table, read_criterion(toml_table)) for toml_table in table.tables("criteria"))
        criteria = [
            criterion
            for toml_table, criterion in inner
            if criterion is not None and self._check_unique(toml_table, criterion.id)
        ]
        method = self._read_method(table, "method") if "method" in table.data else None
        scale = self._read_known(table, "scale", "scale", "scales")
        answers = self._read_known(table, "answers", "answer scale", "answers")
        if "title" not in table.data:
            table.add_error("title", "title is missing", 'add title = "..."')
        capacity = table.build(
            Capacity, id=name or "nameless", criteria=criteria, scale=scale, answers=answers, method=method
        )
        return _RawNode(table, capacity if new else None, name, parent)

    def _read_known(self, table: TomlTable, key: str, what: str, array: str) -> str | None:
        """Read the id of a scale defined in the file.

        The result is None if the id is absent or unknown.
        """
        name = table.get(key, str, "") or None
        known = [str(item.get("id")) for item in self.top.get(array, list, []) if isinstance(item, Mapping)]
        known = known or [scale.id for scale in self._scales if array == "scales"]
        if name is None or name in known:
            return name
        message = f"there is no {what} {name!r}{did_you_mean(name, known)}"
        table.add_error(key, message, f"{what}s are: {', '.join(known) or 'none'}")
        return None

    def _build_tree(self, nodes: list[_RawNode]) -> list[_RawNode]:
        """Return the top nodes with their descendants."""
        by_id: dict[str, _RawNode] = {}
        for node in nodes:
            by_id.setdefault(node.id, node)
        roots: list[_RawNode] = []
        for node in nodes:
            above = by_id.get(node.parent) if node.parent is not None else None
            if node.parent is None:
                roots.append(node)
            elif above is None:
                message = f"{node.parent!r} is not a node{did_you_mean(node.parent, by_id)}"
                node.table.add_error("parent", message, "name the id of a node, or leave the parent out", "CB020")
            else:
                above.children.append(node)
        self._check_cycles(by_id)
        return roots

    def _check_cycles(self, by_id: dict[str, _RawNode]) -> None:
        done: set[str] = set()
        for start in by_id:
            path = [start]
            while (above := by_id[path[-1]].parent) in by_id and above not in path and above not in done:
                path.append(above)
            done.update(path)
            if above in path:
                cycle = [*path[path.index(above) :], above]
                path_text = " -> ".join(map(str, cycle))
                message = f"the framework has a cycle: {path_text}"
                by_id[str(above)].table.add_error(
                    "parent", message, "give one of them another parent, or none", "CB020"
                )

    def _read_methods(self, nodes: list[_RawNode], kinds: Collection[str], before: int) -> dict[str, Method]:
        """Return the methods by kind of node.

        `before` is the number of issues before the tree was read.
        """
        table = self.top.table("methods")
        methods: dict[str, Method] = {}
        for kind in table.data:
            method = self._read_method(table, kind)
            if self._is_kind(table, kind, kinds) and method is not None:
                methods[kind] = method
        if len(self.top.issues) > before:
            return methods  # methods can only be checked against a complete tree
        for node in nodes:
            self._check_node(node, methods)
        for kind, method in methods.items():
            mine = [node for node in nodes if node.made is not None and node.made.kind == kind]
            if all(self._find_method_problem(node, method) for node in mine):
                table.add_error(
                    kind, f"{method.name!r} {self._find_method_problem(mine[0], method)}", self._make_remedy(mine[0])
                )
        return methods

    def _is_kind(self, table: TomlTable, kind: str, kinds: Collection[str]) -> bool:
        if kind not in kinds:
            message = f"no node is of kind {kind!r}{did_you_mean(kind, kinds)}"
            table.add_error(kind, message, f"kinds of nodes are: {', '.join(sorted(kinds))}")
        return kind in kinds

    def _read_method(self, table: TomlTable, key: str) -> Method | None:
        """Read a method: a name, or a table with parameters."""
        if isinstance(table.data.get(key), dict):
            inner = table.table(key)
            name, parameters = inner.make(lambda: inner.required("name")) or "", inner.remaining()
        else:
            inner, name, parameters = table, table.get(key, str, ""), {}
        if not name:
            return None
        method = inner.make(lambda: Method(name=name, parameters=parameters), "" if inner is not table else key)
        if method is None or (self.methods is None and name not in BUILT_IN_METHODS):
            return method
        return inner.make(lambda: self._check_method(method), "" if inner is not table else key)

    def _check_method(self, method: Method) -> Method:
        """Return a method that exists, with valid settings.

        Raises:
            ModelError: It does not exist, or its settings are invalid.
        """
        registered = find_method(method, self.methods or {})
        if (
            registered.name in BUILT_IN_METHODS
            and registered.input is MethodInput.CHILDREN
            and (method.settings or registered.name not in _PLAIN)
        ):
            from capbuild.scoring.aggregation import rule_of  # import numpy only when needed

            rule_of(method)
        return method

    def _check_node(self, node: _RawNode, methods: dict[str, Method]) -> None:
        """Check the method and the gated levels of a node."""
        capacity, table = node.made, node.table
        if capacity is None:
            return
        if capacity.method is not None and (wrong := self._find_method_problem(node, capacity.method)):
            table.add_error("method", f"{capacity.method.name!r} {wrong}", self._make_remedy(node))
        method = capacity.method or methods.get(capacity.kind)
        self._check_level_texts(capacity, table)
        scale = next((scale for scale in self._scales if capacity.scale in (None, scale.id)), None)
        if scale is None or (method is not None and method.name == "points"):
            return
        for inner, criterion in zip(table.tables("criteria"), capacity.criteria, strict=False):
            if criterion.step not in scale.orders:
                message = f"{criterion.id} is for step {criterion.step}, and the scale {scale.id!r} has "
                message += f"{len(scale.levels)} levels"
                inner.add_error("step", message, 'correct the step, add levels, or use the method "points"')

    def _check_level_texts(self, capacity: Capacity, table: TomlTable) -> None:
        """Check that texts belong to levels of the node's scale."""
        scale = next((scale for scale in self._scales if capacity.scale in (None, scale.id)), None)
        codes = [level.code for level in scale.levels] if scale is not None else []
        for code in capacity.level_texts:
            if scale is not None and code not in codes:
                message = f"{code!r} is not a level of the scale {scale.id!r}{did_you_mean(code, codes)}"
                remedy = f"levels are: {', '.join(codes) or 'none'}"
                table.table("level_texts").add_error(code, message, remedy)

    def _find_method_problem(self, node: _RawNode, method: Method) -> str:
        """Return why a method does not suit a node."""
        capacity, registered_method = node.made, {**(self.methods or {}), **BUILT_IN_METHODS}.get(method.name)
        if capacity is None or registered_method is None:
            return ""
        combines = registered_method.input is MethodInput.CHILDREN
        if node.children and not combines:
            return f"judges a node by answers, and {node.id!r} has nodes below it"
        if not node.children and combines:
            return f"combines the nodes below one, and {node.id!r} has none"
        if method.name in LEVEL_METHODS and (wrong := self._find_level_problem(node)):
            return wrong
        named = [str(method.parameters[key]) for key in ("count", "base") if key in method.parameters]
        if method.name == "rate" and (unknown := [name for name in named if name not in self._seen]):
            return f"divides {unknown[0]!r}, which is not a node{did_you_mean(unknown[0], self._seen)}"
        if method.name == "points" and not capacity.criteria:
            return f"counts criteria, and {node.id!r} has none"
        return ""

    def _find_level_problem(self, node: _RawNode) -> str:
        """Return why children cannot give a node a level."""
        for inner in (node, *node.leaves()):
            scale = next((s for s in self._scales if inner.made is not None and inner.made.scale in (None, s.id)), None)
            if scale is not None and not scale.levels:
                return f"makes a level, and the scale {scale.id!r} of {inner.id!r} has none"
        return ""

    def _make_remedy(self, node: _RawNode) -> str:
        inputs = [MethodInput.CHILDREN] if node.children else [MethodInput.CRITERIA, MethodInput.RATING]
        if not node.children and node.made is not None:
            inputs = [MethodInput.CRITERIA if node.made.criteria else MethodInput.RATING]
        known = {**BUILT_IN_METHODS, **(self.methods or {})}
        return f"methods for it are: {', '.join(name for name, method in known.items() if method.input in inputs)}"

    def _read_rounding(self, kinds: Collection[str]) -> dict[str, RoundingRule]:
        table = self.top.table("rounding")
        rules: dict[str, RoundingRule] = {}
        for kind in table.data:
            rule = table.table(kind).build(RoundingRule)
            if self._is_kind(table, kind, kinds) and rule is not None:
                rules[kind] = rule
        return rules
