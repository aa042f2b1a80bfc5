"""CISO Assistant libraries as frameworks.

Mapping sets of a library become crosswalks.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import define, field

from capbuild.frameworks.spreadsheets.drafts import NO_FRAMEWORK, DraftNotes, Tables
from capbuild.frameworks.spreadsheets.headers import fold
from capbuild.frameworks.spreadsheets.scales import LevelName, level_label, parse_answers, scale_table
from capbuild.frameworks.trees.library_questions import LibraryQuestion, read_questions
from capbuild.frameworks.trees.tree_nodes import STATUS, Tree, TreeNode, Words, add_nodes, add_status_scale, join_texts
from capbuild.model import Crosswalk, CrosswalkLink, CrosswalkRelation, Framework
from capbuild.text import numbered_name

#: Results of CISO Assistant, with default scores for libraries that declare none.
RESULTS: dict[str, int | str] = {
    "compliant": 2, "partially_compliant": 1, "non_compliant": 0, "not_applicable": "not_applicable"
}  # fmt: skip


def tail(urn: str, parts: int = 4) -> str:
    """Return a URN without its first parts.

    Example:
        >>> tail("urn:example:risk:framework:harbour"), tail("urn:example:risk:req_node:harbour:4.1:1", 5)
        ('harbour', '4.1:1')
    """
    return ":".join(urn.split(":")[parts:]).strip()


@define(eq=False)
class Library:
    """Reader of the framework of a library.

    Attributes:
        tree: The file.
        notes: Collects questions and issues.
        questions: Questions of its requirements, by node id; filled while reading.
    """

    tree: Tree
    notes: DraftNotes
    questions: dict[str, list[LibraryQuestion]] = field(factory=dict, init=False)
    _made: Tables = field(factory=Tables, init=False)
    _source: str = field(default="en", init=False)

    def read(self) -> Tables | None:
        """Return the tables of the framework; None without one."""
        objects = self.tree.tree("objects")
        trees = [*objects.trees("framework"), *objects.trees("frameworks")]
        self._note_others(objects, trees)
        if not trees:
            return None
        framework = trees[0]
        self._source = self.tree.text("locale") or "en"
        self._read_head(framework)
        roots, by_urn = self._read_tree(framework)
        if not any(root.has_judged for root in roots):
            remedy = "write assessable: true at the requirements that are judged"
            self.notes.add_error("no requirement is assessable", framework.origin, remedy, NO_FRAMEWORK)
            return None
        self._read_scale(framework)
        for node, requirement in by_urn.values():
            if node.judged:
                self._settle_requirement(node, requirement)
        self._read_groups(framework, by_urn)
        add_nodes(roots, self._made, self.notes)
        self._note_understood(by_urn)
        return self._made

    def _note_others(self, objects: Tree, frameworks: Sequence[Tree]) -> None:
        mappings = [*objects.trees("requirement_mapping_sets"), *objects.trees("requirement_mapping_set")]
        others = [key for key in objects.value if not key.startswith(("framework", "requirement_mapping"))]
        apply = "capbuild new crosswalk FOLDER --from FILE, where FOLDER has both frameworks"
        if not frameworks:
            content = "a mapping between frameworks" if mappings else ", ".join(others) or "nothing"
            remedy = apply if mappings else "choose a library with objects.framework"
            self.notes.add_error(
                f"the library contains {content}, and no framework", self.tree.origin, remedy, NO_FRAMEWORK
            )
            return
        if len(frameworks) > 1:
            assumed = f"The library has {len(frameworks)} frameworks: {frameworks[0].text('name')} is read"
            self.notes.ask(assumed, "save the others as libraries of their own", frameworks[1].origin)
        if mappings:
            self.notes.understood.append(f"{len(mappings)} mappings to other frameworks: {apply}.")
        if others:
            self.notes.understood.append(f"Not read: {', '.join(others)}.")

    # --- metadata ----------------------------------------------------------------------------------------------------

    def _read_words(self, one: Tree, key: str) -> Words:
        """Return a text of an object in all languages."""
        words = {self._source: one.text(key)}
        translations = one.tree("translations")
        words |= {tag: translations.tree(tag).text(key) for tag in translations.value if tag != self._source}
        return {tag: text for tag, text in words.items() if text}

    def _read_head(self, framework: Tree) -> None:
        library = self.tree
        nodes = framework.trees("requirement_nodes")
        tags = [
            self._source,
            *(tag for tree in (library, framework, *nodes) for tag in tree.tree("translations").value),
        ]
        name = tail(framework.text("urn") or library.text("urn")) or framework.text("ref_id") or library.text("ref_id")
        title = self._read_words(framework, "name") or self._read_words(library, "name") or {self._source: name}
        licence = " ".join(library.text("copyright").split())
        metadata: dict[str, Any] = {
            "id": name or fold(next(iter(title.values()))).replace(" ", "-") or "library",
            "edition": library.text("version") or "1",
            "title": title,
            "provider": library.text("provider"),
            "licence": "" if licence.casefold() == "none" else licence,
            "languages": list(dict.fromkeys(tags)),
        }
        if description := self._read_words(framework, "description") or self._read_words(library, "description"):
            metadata["description"] = description
        self._made.data["framework"] = metadata
        assumed = (
            f"The framework is {metadata['id']} {metadata['edition']}, after the URN and the version of the library"
        )
        self.notes.ask(
            assumed, "write id and edition in the TOML file: editions compare by a crosswalk", framework.origin
        )
        if metadata["licence"]:
            self.notes.understood.append(f"Licence: {metadata['licence']}")
        else:
            assumed = "The library has no copyright notice: the owner of its texts is not known"
            self.notes.ask(assumed, 'write licence = "..." in the TOML file before you pass it on', library.origin)

    # --- tree --------------------------------------------------------------------------------------------------------

    def _read_tree(self, framework: Tree) -> tuple[list[TreeNode], dict[str, tuple[TreeNode, Tree]]]:
        """Return the root nodes, and all nodes by URN.

        Nodes by URN come with the objects they were read from.
        """
        listed = list(framework.trees("requirement_nodes"))
        refs = Counter(requirement.text("ref_id") for requirement in listed)
        by_urn: dict[str, tuple[TreeNode, Tree]] = {}
        unique = {ref for ref, count in refs.items() if count == 1}
        repeated = [
            requirement for requirement in listed if refs[requirement.text("ref_id")] > 1 and requirement.text("ref_id")
        ]
        for position, requirement in enumerate(listed, 1):
            urn, name = requirement.text("urn") or f"#{position}", requirement.text("ref_id")
            if urn in by_urn:
                what = f"{urn!r} is also at {by_urn[urn][0].origin}"
                self.notes.add_error(what, requirement.origin, "give each requirement a URN of its own", "CB021")
                continue
            if not name or refs[name] > 1:
                name = numbered_name(tail(urn, 5) or name or f"node{position}", unique.__contains__, "{}-{}")
                unique.add(name)
            by_urn[urn] = (self._read_node(requirement, name), requirement)
        if repeated:
            ref = repeated[0].text("ref_id")
            assumed = (
                f"{len(repeated)} requirements share a ref_id, such as {ref!r}: their ids are the ends of their URNs"
            )
            self.notes.ask(assumed, "give each a ref_id of its own", repeated[0].origin)
        return self._join(by_urn), by_urn

    def _join(self, found: dict[str, tuple[TreeNode, Tree]]) -> list[TreeNode]:
        roots: list[TreeNode] = []
        for node, tree in found.values():
            above = tree.text("parent_urn")
            if above in found:
                found[above][0].children.append(node)
            elif above:
                remedy = "correct parent_urn, or leave it out for a node at the top"
                self.notes.add_error(f"{above!r} is not a requirement of this library", tree.origin, remedy, "CB020")
            else:
                roots.append(node)
        reached = {id(node) for root in roots for node in root.walk()}
        lost = [requirement for node, requirement in found.values() if id(node) not in reached]
        if lost and not self.notes.issues:
            remedy = "leave parent_urn out at the node that is at the top"
            self.notes.add_error("requirements are below one another in a cycle", lost[0].origin, remedy, "CB020")
        deep = [tree for node, tree in found.values() if node in roots and (tree.number("depth") or 1) > 1]
        if deep:
            what = f"{len(deep)} requirements of depth 2 or more name no parent, and are put at the top"
            self.notes.add_warning(what, deep[0].origin, "write parent_urn")
        return roots

    def _read_node(self, one: Tree, name: str) -> TreeNode:
        judged = one.flag("assessable")
        named, described = self._read_words(one, "name"), self._read_words(one, "description")
        title, rest = dict(named), dict(described)
        for tag, text in described.items():
            if tag not in named:
                title[tag], _, rest[tag] = (part.strip() for part in text.partition("\n"))
        texts = {"title": title or {self._source: one.text("ref_id") or name}}
        if not named and one.text("ref_id"):
            texts["short"] = {self._source: one.text("ref_id")}
        if definition := join_texts(
            {tag: text for tag, text in rest.items() if text}, self._read_words(one, "annotation")
        ):
            texts["definition"] = definition
        if evidence := self._read_words(one, "typical_evidence"):
            texts["evidence"] = evidence
        weight = one.number("weight")
        values = {} if weight in (None, 1) else {"weight": weight}
        return TreeNode(name, "requirement" if judged else "section", one.origin, texts, judged, values)

    # --- scale -------------------------------------------------------------------------------------------------------

    def _read_scale(self, framework: Tree) -> None:
        low, high = framework.number("min_score"), framework.number("max_score")
        listed = [score for score in framework.trees("scores_definition") if score.number("score") is not None]
        scores = sorted(listed, key=lambda one: one.number("score") or 0)
        orders = [int(score.number("score") or 0) for score in scores]
        low, high = (orders[0], orders[-1]) if orders and low is None is high else (low, high)
        if low is None or high is None or low >= high:
            add_status_scale(self._made, RESULTS, self.notes, "requirements")
            return
        whole = list(range(int(low), int(high) + 1))
        if orders != whole or low not in (0, 1):
            scores = []
            if parse_answers(f"{low}-{high}") is None:
                self._made.data["scales"] = [{"id": "score", "kind": "points", "minimum": low, "maximum": high}]
                lead = "Some scores alone have names" if orders else "Scores have no names"
                assumed = f"{lead}: they are values from {low:g} to {high:g}, and no levels"
                self.notes.ask(assumed, "name each score from 0 or 1 in scores_definition", framework.origin)
                return
        names = [self._read_words(score, "name") for score in scores] or [
            {self._source: level_label(n, self._source)} for n in whole
        ]
        levels = [
            LevelName(order=order, labels=labels or {self._source: level_label(order, self._source)})
            for order, labels in zip(whole, names, strict=True)
        ]
        scale = scale_table("score", levels)
        for table, score in zip(scale["levels"], scores, strict=False):
            if definition := self._read_words(score, "description"):
                table["definition"] = definition
        self._made.data["scales"] = [scale]
        if low == 0:
            self._made.data["framework"]["zero"] = "level"
        listed_names = ", ".join(
            f"{level.order} {level.labels[self._source]}" for level in levels if self._source in level.labels
        )
        self.notes.understood.append(f"Scores are levels: {listed_names}.")
        assumed = (
            "The library declares no rule for its sections: levels are shown side by side, and no total is computed"
        )
        self.notes.ask(assumed, "write methods in the TOML file: docs/how-to/own-framework.md", framework.origin)

    def _settle_requirement(self, node: TreeNode, one: Tree) -> None:
        """Set the answers, questions and level texts of a requirement."""
        scale = self._made.data["scales"][0]
        if scale["id"] == STATUS:
            node.values["answers"] = STATUS
        elif scale.get("levels"):
            self._read_level_texts(node, scale)
        questions = read_questions(one, node.id, self._read_words, scale)
        if questions:
            self.questions[node.id] = questions
        counted = [question for question in questions if question.counts]
        if len(counted) == 1 and len(counted) == len(questions):
            options = [
                {"code": choice.code, "label": choice.label, "counts": counts}
                for choice, counts in zip(counted[0].choices, counted[0].counts, strict=True)
            ]
            node.values["answers"] = self._add_answer_scale(options)
            node.texts["survey"] = counted[0].text

    def _add_answer_scale(self, options: list[dict[str, Any]]) -> str:
        known: list[dict[str, Any]] = self._made.data.setdefault("answers", [])
        same = next((scale["id"] for scale in known if scale["options"] == options), None)
        if same is None:
            same = f"choices-{len(known) + 1}"
            known.append({"id": same, "options": options})
        return str(same)

    def _read_level_texts(self, node: TreeNode, scale: dict[str, Any]) -> None:
        """Read level texts from a node's definition.

        At least two lines of the definition must begin with names of levels.
        """
        level_texts: dict[str, Words] = {}
        rests: Words = {}
        for tag, text in node.texts.get("definition", {}).items():
            names = {fold(level["label"][tag]): level["code"] for level in scale["levels"] if tag in level["label"]}
            parts, current, rest = dict[str, list[str]](), "", list[str]()
            for line in text.splitlines():
                begun = re.fullmatch(r"\W*(?P<name>\w[^:–—]*?)\s*[:–—]\s*(?P<text>.*)", line)
                if begun is not None and fold(begun["name"]) in names:
                    current = names[fold(begun["name"])]
                    line = begun["text"]  # noqa: PLW2901
                (parts.setdefault(current, []) if current else rest).append(line.strip())
            if len(parts) < 2:
                return
            rests[tag] = "\n".join(rest).strip()
            for code, lines in parts.items():
                level_texts.setdefault(code, {})[tag] = "\n".join(lines).strip()
        if level_texts:
            node.values["level_texts"] = {
                level["code"]: level_texts[level["code"]] for level in scale["levels"] if level["code"] in level_texts
            }
            node.texts["definition"] = {tag: text for tag, text in rests.items() if text}
            if not node.texts["definition"]:
                del node.texts["definition"]

    # --- implementation groups
    # ------------------------------------------------------------------------------------------

    def _read_groups(self, framework: Tree, by_urn: dict[str, tuple[TreeNode, Tree]]) -> None:
        """Make a target profile from each implementation group."""
        groups = {group.text("ref_id"): group for group in framework.trees("implementation_groups_definition")}
        members: dict[str, list[str]] = {}
        for node, requirement in by_urn.values():
            for name in requirement.names("implementation_groups") if node.judged else ():
                members.setdefault(name, []).append(node.id)
        scale = self._made.data["scales"][0]
        levels = scale.get("levels")
        top = scale.get("first_level", 1) + len(levels) - 1 if levels else scale["maximum"]
        members = {name: members[name] for name in (*groups, *members) if name in members}
        for name, ids in members.items():
            title = self._read_words(groups[name], "name") if name in groups else {}
            profile = {"id": name, "title": title or {self._source: name}, "targets": dict.fromkeys(ids, top)}
            self._made.data.setdefault("profiles", []).append(profile)
        if members:
            listed = ", ".join(f"{name} ({len(ids)})" for name, ids in members.items())
            self.notes.understood.append(f"Implementation groups are target profiles: {listed}.")
            assumed = f"The target of what an implementation group holds is the highest level, {top}"
            self.notes.ask(assumed, "write other targets under [[profiles]] in the TOML file", framework.origin)

    def _note_understood(self, by_urn: dict[str, tuple[TreeNode, Tree]]) -> None:
        nodes = [node for node, _ in by_urn.values()]
        judged = sum(node.judged for node in nodes)
        tags = ", ".join(self._made.data["framework"]["languages"])
        tree = f"Tree: {len(nodes)} requirement nodes, {judged} of them judged. Languages: {tags}."
        self.notes.understood.insert(1, tree)
        all_questions = [question for questions in self.questions.values() for question in questions]
        if not all_questions:
            return
        alone = sum(len(question) == 1 and bool(question[0].counts) for question in self.questions.values())
        conditions = sum(bool(question.condition) for question in all_questions)
        self.notes.understood.append(
            f"{len(all_questions)} questions, {conditions} with a condition: `capbuild questionnaire FILE` asks them. "
            f"{alone} give the level of their requirement."
        )
        if alone < len(self.questions):
            node = next(
                name for name, questions in self.questions.items() if len(questions) > 1 or not questions[0].counts
            )
            assumed = f"What the questions of {len(self.questions) - alone} requirements count for is not declared "
            assumed += f"({node} first): these are judged as a whole, beside them"
            self.notes.ask(
                assumed, "give one question each, whose choices have compute_result or add_score on the scale"
            )


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

    Intersections, and nodes with several relations, are left for a person to decide.

    Args:
        library: The file.
        frameworks: Known frameworks.
        notes: Collects sentences and errors.
    """
    by_id = {framework.id.casefold(): framework for framework in frameworks}
    objects = library.tree("objects")
    seen: set[frozenset[str]] = set()
    sets = [*objects.trees("requirement_mapping_sets"), *objects.trees("requirement_mapping_set")]
    if not sets:
        notes.add_error(
            "the file contains no mapping", library.origin, "choose a library with requirement_mapping_sets"
        )
    for set_ in sets:
        names = [tail(set_.text(key)) for key in ("source_framework_urn", "target_framework_urn")]
        absent = [name for name in names if name.casefold() not in by_id]
        if absent:
            known = ", ".join(sorted(framework.id for framework in by_id.values())) or "none"
            remedy = f"put its library into frameworks/ first; frameworks are: {known}"
            notes.add_error(f"there is no framework {absent[0]!r}", set_.origin, remedy)
        elif (pair := frozenset(names)) not in seen:  # the second set of a pair is its inverse
            seen.add(pair)
            before, after = (by_id[name.casefold()] for name in names)
            yield _read_set(set_, before, after, notes), before, after


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
        joined = _join(groups, of_node, (names[0], names[1]))
        joined.relations.add(relation)
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
    known_groups = [of_node[key] for key in enumerate(names) if key in of_node]
    group = known_groups[0] if known_groups else _Group()
    if not known_groups:
        groups.append(group)
    for other in known_groups[1:]:
        if other is not group:
            group.before |= other.before
            group.after |= other.after
            group.relations |= other.relations
            groups.remove(other)
    group.before[names[0]], group.after[names[1]] = None, None
    of_node |= {(0, name): group for name in group.before} | {(1, name): group for name in group.after}
    return group


def _make_link(group: _Group) -> CrosswalkLink | None:
    """Return the link of a group.

    The result is None if a person must decide.
    """
    if len(group.relations) != 1:
        return None
    (word,) = group.relations
    # A part of several, or several parts of one; equal requires one each.
    most: Mapping[str, tuple[bool, bool]] = {"equal": (True, True), "subset": (False, True), "superset": (True, False)}
    alone = (len(group.before) == 1, len(group.after) == 1)
    if any(needed and not given for needed, given in zip(most[word], alone, strict=True)):
        return None
    return CrosswalkLink(before=tuple(group.before), after=tuple(group.after), relation=_RELATIONS[word])
