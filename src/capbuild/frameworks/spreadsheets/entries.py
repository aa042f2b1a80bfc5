"""Nodes, criteria, scales and profiles of a sheet."""

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from attrs import define, evolve, field

from capbuild.errors import did_you_mean
from capbuild.frameworks.spreadsheets.drafts import DraftNotes, Tables
from capbuild.frameworks.spreadsheets.headers import Column, Role, SheetRow, fold, to_number
from capbuild.frameworks.spreadsheets.plans import SheetPlan
from capbuild.frameworks.spreadsheets.scales import answers_table, parse_answers
from capbuild.origin import Origin

_ID = re.compile(r"[A-Za-z]{0,4}[. ]?\d+(?:[.-]\d+)*[a-z]?")

_NUMBERED = re.compile(rf"(?P<id>{_ID.pattern}|[A-Z]{{1,4}})[.):]?\s*(?:[-–—]\s*)?\s(?P<text>\S.*)", re.DOTALL)

_LETTERED = re.compile(r"([A-Z]{1,4})[.-]?\d+(?:[.-]\d+)*(?:[.):]?\s|$)")

SEGMENTS = re.compile(r"[^\W\d_]+|\d+")

#: Default kinds of nodes, by depth.
_KINDS = {1: ("indicator",), 2: ("dimension", "indicator"), 3: ("dimension", "factor", "indicator")}

#: Roles of columns that describe a node named in the same row.
_ATTRIBUTES = (Role.DEFINITION, Role.EVIDENCE, Role.WHY, Role.WEIGHT, Role.TARGET, Role.PROFILE)

_DEEP = ("dimension", "factor", "aspect", "indicator")


@define(eq=False)
class Entry:
    """Node or criterion in a sheet.

    Attributes:
        row: Its first row.
        texts: Its texts in each language, by field.
        cells: Cells of its fields.
        kind: Kind of node.
        id: Its id in the file; empty for none.
        values: Numbers and other cells of its row.
        level_texts: Texts of levels, by order and language.
        profiles: Its target in each target profile, by profile name.
        children: Nodes below it.
        criteria: Its criteria.
    """

    row: SheetRow
    texts: dict[str, dict[str, str]] = field(factory=dict)
    cells: dict[str, Origin] = field(factory=dict)
    kind: str = ""
    id: str = ""
    values: dict[str, Any] = field(factory=dict)
    level_texts: dict[int, dict[str, str]] = field(factory=dict)
    profiles: dict[str, str] = field(factory=dict)
    children: "list[Entry]" = field(factory=list)
    criteria: "list[Entry]" = field(factory=list)

    @property
    def title(self) -> str:
        """Title in the source language."""
        return next(iter(self.texts.get("title", {}).values()), "")

    def walk(self) -> "Iterator[Entry]":
        """Yield the entry and all nodes below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


def split_number(text: str, letters: Container[str] = ()) -> tuple[str, str]:
    """Return the number before a title, and the title.

    Args:
        text: The title.
        letters: Letters that other numbers begin with, such as A of A.1: alone they are a number too, not a word.

    Example:
        >>> split_number("D1.2 Incident response"), split_number("Incident response")
        (('D1.2', 'Incident response'), ('', 'Incident response'))
        >>> split_number("A Law", "A"), split_number("A law")
        (('A', 'Law'), ('', 'A law'))
    """
    match = _NUMBERED.fullmatch(text)
    if match is None or not (any(c.isdigit() for c in match["id"]) or match["id"] in letters):
        return "", text
    return match["id"].replace(" ", ""), match["text"].strip()


#: A row, its deepest node, and its nodes by depth.
_NodeRow = tuple[SheetRow, Entry, tuple[Entry | None, ...]]


@define(slots=False, eq=False)
class SheetEntries:
    """Reader of the entries of one sheet.

    Attributes:
        plan: Its layout.
        notes: Collects questions and issues.
    """

    plan: SheetPlan
    notes: DraftNotes
    roots: list[Entry] = field(factory=list)

    def read(self) -> list[Entry]:
        """Return the root nodes of the sheet."""
        tree = self._list_tree_columns()
        criterion = self.plan.of(Role.CRITERION)
        if criterion and tree and tree[-1][1] != tuple(criterion):
            self._find_owner_of_ids(*tree[-1])
        if len(tree) > 1 or (tree and (criterion or self._has_level_rows(tree[0][1]))):
            self._read_columns(tree, criterion)
        else:
            columns = tree[0][1] if tree else criterion
            self._read_rows(tree[0][0] if tree else "", columns)
        return self.roots

    def _find_owner_of_ids(self, kind: str, names: Sequence[Column]) -> None:
        """Give a column of ids to the nodes beside criteria, if no node has two.

        Args:
            kind: Kind of the deepest nodes.
            names: Columns of their names.
        """
        for column in [column for column in self.plan.of(Role.ID) if not column.kind]:
            ids_by_name: dict[str, list[str]] = {}
            name = ""
            for row in self.plan.rows():
                name = next(iter(self.plan.texts(row, names).values()), name)
                ids_by_name.setdefault(name, []).append(row.cells[column.place])
            if any(len(ids) > 1 for ids in ids_by_name.values()) and all(
                len({*ids} - {""}) < 2 for ids in ids_by_name.values()
            ):
                columns = [
                    evolve(table_column, kind=kind) if table_column is column else table_column
                    for table_column in self.plan.columns
                ]
                self.plan = evolve(self.plan, columns=columns)

    def _list_tree_columns(self) -> list[tuple[str, tuple[Column, ...]]]:
        """Return the columns of nodes, outer kinds first."""
        plan = self.plan
        tree = [(kind, plan.of(Role.NODE, kind)) for kind in plan.kinds]
        if plan.of(Role.TITLE):
            tree.append(("indicator" if "indicator" not in plan.kinds else "item", plan.of(Role.TITLE)))
        whole = plan.of(Role.LEVEL_TEXT) or (self._has_scales() and not plan.of(Role.LEVEL))
        if plan.of(Role.CRITERION) and whole:
            tree.append(("indicator" if "indicator" not in plan.kinds else "question", plan.of(Role.CRITERION)))
        return tree

    def _has_level_rows(self, names: Sequence[Column]) -> bool:
        """True if nodes have several rows with one level each."""
        rows = [row for row in self.plan.rows() if self._is_level_row(row)]
        return len({next(iter(self.plan.texts(row, names).values()), "") for row in rows} - {""}) < len(rows)

    def _has_scales(self) -> bool:
        """True if the sheet's answers are scales."""
        from capbuild.frameworks.spreadsheets.scales import parse_answers

        lists = [
            parse_answers(cell[0])
            for row in self.plan.rows()
            if (cell := self.plan.first(row, self.plan.of(Role.ANSWERS)))
        ]
        return any(answer_list is not None and not answer_list.is_plain for answer_list in lists)

    # --- columns of nested nodes
    # ----------------------------------------------------------------------------------------

    def _read_columns(self, tree: Sequence[tuple[str, tuple[Column, ...]]], criterion: Sequence[Column]) -> None:
        whole = bool(criterion) and tree[-1][1] == tuple(criterion)
        deepest = tree[-1][0]
        path: list[Entry | None] = [None] * len(tree)
        node_rows: list[_NodeRow] = []
        for row in self.plan.rows():
            leaf = self._descend(tree, path, row)
            if leaf is None:
                self.notes.add_error(
                    "the row belongs to no node", row.origin(), "name the node in this row or above it"
                )
            else:
                node_rows.append((row, leaf, tuple(path)))
        levels = not criterion and any(self._is_level_row(row) for row, _, _ in node_rows)
        owners = self._find_owners(tree, node_rows, parts=levels or (bool(criterion) and not whole), levels=levels)
        for row, leaf, nodes in node_rows:
            self._fill_owners(row, [(kind, node) for (kind, _), node in zip(tree, nodes, strict=True)], owners)
            own = [column for column in self.plan.columns if not owners.get(column)]
            if criterion and not whole:
                self._add_criterion(leaf, row, criterion, own)
            elif self._is_level_row(row):
                self._add_level_row(leaf, row, own)
            elif leaf.row is row:
                self._fill(leaf, row, own)
            elif self._is_other(leaf, row):
                self._refuse_nameless(row, tree[-1][1])
            else:
                self._extend(leaf, row)
        self.roots = self._nest_column(self.roots, headers=len(tree) == 1)
        self._set_notes_aside(deepest)

    def _fill_owners(
        self, row: SheetRow, nodes: Sequence[tuple[str, Entry | None]], owners: Mapping[Column, str]
    ) -> None:
        """Set the attributes of a row's nodes from its columns.

        A column whose header names a kind is about the node of that kind.
        """
        for kind, node in nodes:
            if node is not None:
                owned = [entry for entry, own in owners.items() if own == kind and (node.row is row or not entry.kind)]
                if filled := [column for column in owned if row.cells[column.place]]:
                    self._fill(node, row, filled)

    def _nest_column(self, siblings: list[Entry], *, headers: bool) -> list[Entry]:
        """Nest the nodes named in one column; return outer ones.

        Numbers or headings show which nodes are below them.

        Args:
            siblings: The nodes, in order.
            headers: Whether a row with a name only is a heading: no other column names what is above the others.
        """
        for sibling in siblings:
            sibling.children = self._nest_column(sibling.children, headers=False)
        parents = (
            _find_parents_by_number(siblings, self.notes) if len({entry.kind for entry in siblings}) == 1 else None
        )
        if parents is None and headers:
            parents = _find_parents_by_heading(siblings)
        for entry, above in (parents or {}).items():
            above.children.append(entry)
        return [sibling for sibling in siblings if sibling not in (parents or {})]

    def _is_other(self, leaf: Entry, row: SheetRow) -> bool:
        """True if a row without a name begins another node.

        The row has another id, or all levels and numbers again.
        """
        if any(row.cells[column.place] not in ("", leaf.id) for column in self.plan.of(Role.ID)):
            return True
        repeated = (Role.LEVEL_TEXT, Role.POINTS, Role.WEIGHT, Role.TARGET)
        columns = [column for column in self.plan.columns if column.role in repeated and leaf.row.cells[column.place]]
        return len(columns) > 1 and all(row.cells[column.place] for column in columns)

    def _refuse_nameless(self, row: SheetRow, columns: Sequence[Column]) -> None:
        """Report a row without a name; words alone in it, which are no id, are a note."""
        words = row.cells[row.filled[0]] if len(row.filled) == 1 else ""
        if " " in words and _ID.fullmatch(words) is None:
            self._leave_out(row)
            return
        remedy = "write its name, or delete the row"
        self.notes.add_error("the row has no name", row.origin(columns[0].place), remedy)

    def _find_owners(
        self, tree: Sequence[tuple[str, tuple[Column, ...]]], found: "Sequence[_NodeRow]", *, parts: bool, levels: bool
    ) -> dict[Column, str]:
        """Return the node kind that each column of attributes describes.

        The kind is empty for the node of the row itself. A column without a kind in its header is about the nodes to
        its left, if they are named in exactly the rows in which it is filled and have one value each. In rows of parts,
        it is about whichever nodes are named so.

        Args:
            tree: Columns of nodes, outer kinds first.
            found: Rows with their nodes.
            parts: Whether rows are parts of a node: criteria or levels.
            levels: Whether they are levels. Of these only the text differs: one value is that of the node in any row.
        """
        kinds = [kind for kind, _ in tree]
        named = {kind: {row.number for row, _, _ in found if self.plan.texts(row, columns)} for kind, columns in tree}
        owners: dict[Column, str] = {}
        for column in self.plan.columns:
            if column.role not in _ATTRIBUTES or (levels and column in self._list_definitions()):
                continue
            if column.kind:
                owners[column] = column.kind if column.kind in kinds else ""
                continue
            filled = {row.number for row, _, _ in found if row.cells[column.place]}
            inner = range(len(kinds) if parts else len(kinds) - 1)
            same = [n for n in inner if filled and filled == named[kinds[n]] and _is_of_node(column, n, found)]
            left = [n for n, (_, columns) in enumerate(tree) if columns[0].place < column.place]
            if left and left[-1] in same:
                owners[column] = kinds[left[-1]]
            elif parts and same:
                owners[column] = kinds[same[-1]]
            elif parts and (levels or filled <= named[kinds[-1]]) and _is_of_node(column, len(kinds) - 1, found):
                owners[column] = kinds[-1]
        return owners

    def _set_notes_aside(self, deepest: str) -> None:
        """Skip rows with a single text and no children.

        They are skipped only if other rows have more.

        Args:
            deepest: Kind of the nodes without children.
        """
        pairs = [(siblings, sibling) for siblings in self._list_siblings(self.roots) for sibling in siblings]
        if not any(entry.children or entry.values or entry.level_texts for _, entry in pairs):
            return
        for siblings, note_entry in pairs:
            more = (
                note_entry.children
                or note_entry.criteria
                or note_entry.values
                or note_entry.level_texts
                or (deepest and note_entry.kind == deepest)
            )
            top = deepest and siblings is self.roots
            if not more and len(note_entry.row.filled) == 1 and (top or not note_entry.id):
                siblings.remove(note_entry)
                self._leave_out(note_entry.row)

    def _leave_out(self, row: SheetRow) -> None:
        """Report a row that is left out as a note."""
        remedy = "nothing, if it is a note; else name an indicator beside it or below"
        text = row.cells[row.filled[0]]
        self.notes.add_warning(f"{text[:60]!r} has nothing below it and is left out", row.origin(), remedy)

    def _list_siblings(self, entries: "list[Entry]") -> "Iterator[list[Entry]]":
        yield entries
        for entry in entries:
            yield from self._list_siblings(entry.children)

    def _descend(
        self, tree: Sequence[tuple[str, tuple[Column, ...]]], path: list[Entry | None], row: SheetRow
    ) -> Entry | None:
        """Return the deepest node of a row.

        A blank cell repeats the node above it.
        """
        for depth, (kind, columns) in enumerate(tree):
            texts = self.plan.texts(row, columns)
            if not texts:
                continue
            above = next((node for node in reversed(path[:depth]) if node is not None), None)
            siblings = self.roots if above is None else above.children
            number, texts = self._number(row, kind, texts, last=depth == len(tree) - 1)
            source = next(iter(texts.values()))
            last = depth == len(tree) - 1 and not self.plan.of(Role.LEVEL)
            entry = next(
                (sibling for sibling in siblings if fold(sibling.title) == fold(source) and number in ("", sibling.id)),
                None,
            )
            if entry is None or (last and not self._is_continued(path[depth], row)):
                place = next(column.place for column in columns if row.cells[column.place])
                entry = Entry(row, {"title": texts}, {"title": row.origin(place)}, kind, number)
                siblings.append(entry)
            path[depth] = entry
            path[depth + 1 :] = [None] * (len(path) - depth - 1)
        return next((node for node in reversed(path) if node is not None), None)

    def _is_continued(self, before: Entry | None, row: SheetRow) -> bool:
        """True if a row continues a node's criteria."""
        has_criteria = self.plan.of(Role.CRITERION) and not self.plan.of(Role.LEVEL_TEXT)
        return bool(has_criteria) and before is not None and row is not before.row

    def _number(self, row: SheetRow, kind: str, texts: dict[str, str], *, last: bool) -> tuple[str, dict[str, str]]:
        """Return the id of a node and its texts.

        The id is in a column of its own, or at the beginning of the title.
        """
        plan = self.plan
        own = [
            column
            for column in plan.of(Role.ID)
            if column.kind == kind or (not column.kind and last and not self._has_criteria())
        ]
        if own:
            return row.cells[own[0].place], texts
        parts = {tag: split_number(text, self._letters) for tag, text in texts.items()}
        number = next(iter(parts.values()))[0]
        return (number, {tag: text for tag, (_, text) in parts.items()}) if number else ("", texts)

    @cached_property
    def _letters(self) -> frozenset[str]:
        """Letters at the start of numbers, such as A.1."""
        cells = (cell for row in self.plan.rows() for cell in row.cells)
        return frozenset(match[1] for cell in cells if (match := _LETTERED.match(cell)) is not None)

    def _has_criteria(self) -> bool:
        return bool(self.plan.of(Role.CRITERION)) and self._list_tree_columns()[-1][1] != self.plan.of(Role.CRITERION)

    # --- one column of names -----------------------------------------------------------------------------------------

    def _read_rows(self, kind: str, columns: Sequence[Column]) -> None:
        entries: list[tuple[Entry, int]] = []
        for row in self.plan.rows():
            texts = self.plan.texts(row, columns)
            if not texts:
                ids = [column.place for column in self.plan.of(Role.ID)]
                if len(row.filled) == 1 and row.filled[0] not in ids:
                    place = row.filled[0]  # a heading over merged cells
                    texts = {self.plan.language: row.cells[place]}
                else:
                    self._refuse_nameless(row, columns)
                    continue
            place = next((column.place for column in columns if row.cells[column.place]), row.filled[0])
            number, texts = self._number(row, kind, texts, last=True)
            entry = Entry(row, {"title": texts}, {"title": row.origin(place)}, kind, number)
            self._fill(entry, row)
            entries.append((entry, row.indent(place)))
        self._nest(entries)

    def _nest(self, entries: Sequence[tuple[Entry, int]]) -> None:
        """Nest entries by their parent column, numbers, indents or headings.

        The first of these that is present decides.
        """
        parents = _find_named_parents([entry for entry, _ in entries], self.notes)
        if parents is None:
            parents = _find_parents_by_number([entry for entry, _ in entries], self.notes)
        if parents is None and len({indent for _, indent in entries}) > 1:
            parents = _find_parents_by_indent(entries)
        if parents is None:
            parents = _find_parents_by_heading([entry for entry, _ in entries])
        steps = bool(self.plan.of(Role.LEVEL)) and not self.plan.of(Role.LEVEL_TEXT)
        for entry, _ in entries:
            above = parents.get(entry)
            if steps and "level" in entry.values:
                self._place_criterion(above, entry)
            else:
                (self.roots if above is None else above.children).append(entry)
        self._set_notes_aside("")
        depth = max((_compute_depth(root) for root in self.roots), default=1)
        names = _KINDS.get(depth, _DEEP)
        for root in self.roots:
            _name_kinds(root, names, 0)
            for entry in root.walk():
                if "kind" in entry.values:
                    entry.kind = fold(str(entry.values["kind"]))

    def _place_criterion(self, above: Entry | None, entry: Entry) -> None:
        entry.texts["text"] = entry.texts.pop("title")
        entry.cells["text"] = entry.cells.pop("title")
        if above is None:
            message = f"the criterion {next(iter(entry.texts['text'].values()))[:60]!r} is below no node"
            self.notes.add_error(message, entry.row.origin(), "add a row above it that names the node, without a level")
        else:
            above.criteria.append(entry)

    # --- cells of a row ----------------------------------------------------------------------------------------------

    def _fill(self, entry: Entry, row: SheetRow, columns: Sequence[Column] | None = None) -> None:
        """Set the texts, level texts and numbers of a row.

        By default, all columns are used.
        """
        plan = self.plan if columns is None else evolve(self.plan, columns=columns)
        for role, name in ((Role.DEFINITION, "definition"), (Role.EVIDENCE, "evidence"), (Role.WHY, "why")):
            if texts := plan.texts(row, plan.of(role)):
                entry.texts.setdefault(name, texts)
        for role in (Role.WEIGHT, Role.POINTS, Role.TARGET):
            self._number_cell(entry, row, role, plan.of(role))
        for role in (Role.LEVEL, Role.ANSWERS, Role.CHECK, Role.PARENT, Role.KIND):
            if cell := plan.first(row, plan.of(role)):
                entry.values[role.value], entry.cells[role.value] = cell
        for column in plan.of(Role.PROFILE):
            if text := row.cells[column.place]:
                entry.profiles[column.label], entry.cells[f"profile {column.label}"] = text, row.origin(column.place)
        self._fill_levels(entry, row, plan)

    def _fill_levels(self, entry: Entry, row: SheetRow, plan: SheetPlan) -> None:
        """Set the texts of levels, and the cells of those that are blank too."""
        for column in plan.of(Role.LEVEL_TEXT):
            if column.order is None:
                continue
            tag = plan.language_of(column)
            if text := row.cells[column.place]:
                entry.level_texts.setdefault(column.order, {})[tag] = text
                entry.cells.setdefault(f"level {column.order}", row.origin(column.place))
            entry.cells.setdefault(f"level {column.order} {tag}", row.origin(column.place))

    def _number_cell(self, entry: Entry, row: SheetRow, role: Role, columns: Sequence[Column]) -> None:
        cell = self.plan.first(row, columns)
        if cell is None:
            return
        text, origin = cell
        number = to_number(text)
        entry.cells[role.value] = origin
        if number is None and role is Role.TARGET:
            entry.values["target"] = text
        elif number is None or number < 0:
            what = f"{text!r} is not a number of {role.value}" if number is None else f"{role.value} {text} is below 0"
            self.notes.add_error(what, origin, "write a number, 0 or more, or leave the cell blank")
        else:
            entry.values[role.value] = number

    def _add_criterion(
        self, leaf: Entry, row: SheetRow, columns: Sequence[Column], attributes: Sequence[Column]
    ) -> None:
        texts = self.plan.texts(row, columns)
        if not texts:
            if leaf.row is row and len(row.filled) <= len(self.plan.kinds) + 1:  # a heading
                self._fill(leaf, row, attributes)
                return
            if len(row.filled) == 1 and row.cells[row.filled[0]].count(" ") > 1:
                self._leave_out(row)
                return
            self.notes.add_error(
                "the criterion has no text", row.origin(columns[0].place), "write it, or delete the row"
            )
            return
        place = next(column.place for column in columns if row.cells[column.place])
        entry = Entry(row, {"text": texts}, {"text": row.origin(place)})
        own = [column for column in self.plan.of(Role.ID) if not column.kind]
        if own and row.cells[own[0].place]:
            entry.id, entry.cells["id"] = row.cells[own[0].place], row.origin(own[0].place)
        self._fill(entry, row, attributes)
        leaf.criteria.append(entry)

    def _extend(self, leaf: Entry, row: SheetRow) -> None:
        """Append a continuation row to a node."""
        plan = self.plan
        for column in plan.of(Role.LEVEL_TEXT):
            if (text := row.cells[column.place]) and column.order is not None:
                kept = leaf.level_texts.setdefault(column.order, {})
                tag = plan.language_of(column)
                kept[tag] = f"{kept[tag]}\n{text}" if tag in kept else text

    def _list_definitions(self) -> list[Column]:
        return [column for column in self.plan.of(Role.DEFINITION) if not column.kind]

    def _is_level_row(self, row: SheetRow) -> bool:
        """True for a row with one level's text."""
        steps = bool(self.plan.of(Role.LEVEL)) and not self.plan.of(Role.LEVEL_TEXT)
        return steps and bool(self.plan.texts(row, self._list_definitions()))

    def _add_level_row(self, leaf: Entry, row: SheetRow, attributes: Sequence[Column]) -> None:
        columns = self._list_definitions()
        entry = Entry(row, {"text": self.plan.texts(row, columns)}, {"text": row.origin(columns[0].place)})
        self._fill(entry, row, attributes)
        entry.texts.pop("definition", None)
        entry.values["level row"] = True
        leaf.criteria.append(entry)


def _is_of_node(column: Column, depth: int, found: "Sequence[_NodeRow]") -> bool:
    """True if a column has one value per node."""
    values: dict[int, set[str]] = {}
    for row, _, nodes in found:
        if row.cells[column.place]:
            values.setdefault(id(nodes[depth]), set()).add(row.cells[column.place])
    return all(len(texts) == 1 for texts in values.values())


def _compute_depth(entry: Entry) -> int:
    return 1 + max(map(_compute_depth, entry.children), default=0)


def _name_kinds(entry: Entry, names: Sequence[str], depth: int) -> None:
    """Assign kinds to nodes by depth.

    Leaves get the last kind.
    """
    if not entry.kind or len(names) > 1:
        entry.kind = names[min(depth, len(names) - 1)] if entry.children else names[-1]
    for child in entry.children:
        _name_kinds(child, names, depth + 1)


def _find_named_parents(entries: Sequence[Entry], notes: DraftNotes) -> dict[Entry, Entry] | None:
    """Return the parents that a column names.

    It names them by id or title; without such a column the result is None. An unknown parent, or a node below itself,
    is reported as an error, and the node is put at the top.
    """
    named = [entry for entry in entries if "parent" in entry.values]
    if not named:
        return None
    titled: dict[str, list[Entry]] = {}
    for entry in entries:
        for title in {fold(title) for title in entry.texts["title"].values()}:
            titled.setdefault(title, []).append(entry)
    known = {title: same[0] for title, same in titled.items() if len(same) == 1}
    known |= {fold(entry.id): entry for entry in reversed(entries) if entry.id}
    parents: dict[Entry, Entry] = {}
    for entry in named:
        parent, origin = str(entry.values["parent"]), entry.cells["parent"]
        above = known.get(fold(parent))
        if above is None and (same := titled.get(fold(parent))) is not None:
            rows = " and ".join(str(entry.row.number) for entry in same[:2])
            notes.add_error(f"{parent!r} is the title of rows {rows}", origin, "write the id of the one that is meant")
            continue
        if above is None:
            hint = did_you_mean(parent, [other.id for other in entries if other.id])
            notes.add_error(f"{parent!r} is not the id or title of a row{hint}", origin, "correct it, or add the row")
            continue
        ancestor: Entry | None = above
        while ancestor is not None and ancestor is not entry:
            ancestor = parents.get(ancestor)
        if ancestor is entry:
            name = entry.id or next(iter(entry.texts["title"].values()))
            notes.add_error(f"{name} is below itself", origin, "give one of the rows between another parent, or none")
        else:
            parents[entry] = above
    return parents


def _find_parents_by_number(entries: Sequence[Entry], notes: DraftNotes) -> dict[Entry, Entry] | None:
    """Return the parents by number.

    For example, D1.2 is below D1. The result is None if no number continues another.
    """
    known = {tuple(SEGMENTS.findall(entry.id.lower())): entry for entry in reversed(entries) if entry.id}
    parents: dict[Entry, Entry] = {}
    nearest: set[int] = set()
    for entry in entries:
        parts = tuple(SEGMENTS.findall(entry.id.lower()))
        size = next((n for n in range(len(parts) - 1, 0, -1) if parts[:n] in known), 0)
        if size and known[parts[:size]] is not entry:
            parents[entry] = known[parts[:size]]
            if size == len(parts) - 1:
                nearest.add(len(parts))
    for entry in entries if parents else ():
        parts = tuple(SEGMENTS.findall(entry.id.lower()))
        if len(parts) in nearest and parts[:-1] not in known:
            above = entry.id[: -len(parts[-1])].rstrip(".- ")
            remedy = f"add a row {above} above it, or correct the number"
            notes.add_error(f"{entry.id} has no row {above} above it", entry.row.origin(), remedy)
    return parents or None


def _find_parents_by_indent(entries: Sequence[tuple[Entry, int]]) -> dict[Entry, Entry]:
    parents: dict[Entry, Entry] = {}
    open_: list[tuple[Entry, int]] = []
    for entry, indent in entries:
        while open_ and open_[-1][1] >= indent:
            open_.pop()
        if open_:
            parents[entry] = open_[-1][0]
        open_.append((entry, indent))
    return parents


def _find_parents_by_heading(entries: Sequence[Entry]) -> dict[Entry, Entry]:
    """Return the parents by heading.

    Headings are rows with only a name, among rows with more.
    """
    parents: dict[Entry, Entry] = {}
    filled = [
        bool(one.values or one.level_texts or one.criteria or one.children or len(one.texts) > 1) for one in entries
    ]
    heading: Entry | None = None
    if not any(filled) or all(filled) or filled[0]:
        return parents
    for entry, full in zip(entries, filled, strict=True):
        if not full:
            heading = entry
        elif heading is not None:
            parents[entry] = heading
    return parents


def read_entries(plan: SheetPlan, notes: DraftNotes) -> list[Entry]:
    """Return the root nodes of a sheet with their descendants."""
    return SheetEntries(plan, notes).read()


def settle_options(entries: Sequence[Entry], tables: Tables, notes: DraftNotes, language: str) -> None:
    """Assign criteria the answer scales listed in their cells.

    Args:
        entries: Nodes with criteria.
        tables: Tables to add answer scales to.
        notes: Collects questions and issues.
        language: Language of the answers.
    """
    known = {scale["id"]: scale["id"] for scale in tables.data.get("answers", ())}
    for entry in entries:
        cells: dict[str, Origin] = {}
        for criterion in entry.criteria:
            if "answers" in criterion.values:
                cells.setdefault(criterion.values["answers"], criterion.cells["answers"])
        for text, origin in list(cells.items())[:1]:
            if text not in known:
                name = _add_options(
                    text, f"answers-{len(known) + 1}", origin, made=tables, notes=notes, language=language
                )
                if name is None:
                    continue
                known[text] = name
            entry.values["answer scale"] = known[text]
        if len(cells) > 1:
            first, second = list(cells)[:2]
            what = f"criteria of {entry.id} have answers of several kinds: {first!r} is read, and {second!r} is not"
            notes.add_warning(what, cells[second], "write one list of answers beside all criteria of a node")


def _add_options(text: str, name: str, origin: Origin, *, made: Tables, notes: DraftNotes, language: str) -> str | None:
    """Add a cell's answer scale and return its id.

    The result is None for plain yes and no.
    """
    answers = parse_answers(text)
    if answers is None:
        remedy = "write them as FI / LI / PI / NI, or the id of an answer scale of the sheet Answers"
        notes.add_warning(f"{text!r} is not a list of answers", origin, remedy)
    if answers is None or answers.is_plain:
        return None
    table = answers_table(name, answers, language)
    made.add("answers", table, {}, origin)
    counts = ", ".join(f"{option['code']} as {option['counts']}" for option in table["options"])
    otherwise = "add a sheet Answers with the columns scale, code, label and counts"
    notes.ask(f"Answers count: {counts}", otherwise, origin)
    return name


def settle_profiles(
    entries: Sequence[Entry],
    tables: Tables,
    notes: DraftNotes,
    language: str,
    read: Callable[[Entry, Any, Origin | None], float | int | None],
) -> None:
    """Make a target profile from each column of targets.

    Args:
        entries: All nodes.
        tables: Tables to add profiles to.
        notes: Collects sentences on the interpretation.
        language: Language of their names.
        read: Function that parses a target on a node's scale.
    """
    for name in dict.fromkeys(name for entry in entries for name in entry.profiles):
        targets: dict[str, float | int] = {}
        cells: dict[str, Origin] = {}
        for entry in entries:
            if name not in entry.profiles:
                continue
            text, cell = entry.profiles[name], entry.cells[f"profile {name}"]
            number = to_number(text)
            if (target := read(entry, text if number is None else number, cell)) is not None:
                targets[entry.id], cells[entry.id] = target, cell
        slug = fold(name).replace(" ", "-")
        at = tables.add("profiles", {"id": slug, "title": {language: name}, "targets": targets}, {}, None)
        tables.origins |= {("profiles", at, "targets", node): cell for node, cell in cells.items()}
        notes.understood.append(f"Target profile {slug}: {len(targets)} targets.")
