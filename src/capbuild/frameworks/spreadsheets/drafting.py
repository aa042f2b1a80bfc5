"""Drafts of frameworks from the cells of a spreadsheet."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import PurePath

from attrs import define, field

from capbuild.errors import did_you_mean
from capbuild.frameworks.spreadsheets.assembly import Assembly
from capbuild.frameworks.spreadsheets.bilingual import TOP, name_languages, split_languages
from capbuild.frameworks.spreadsheets.drafts import NO_FRAMEWORK, DraftNotes, FrameworkDraft, Tables
from capbuild.frameworks.spreadsheets.entries import Entry, read_entries
from capbuild.frameworks.spreadsheets.headers import Role, SheetView, fold, has_error, sheet_language
from capbuild.frameworks.spreadsheets.level_blocks import is_scored, plan_blocks
from capbuild.frameworks.spreadsheets.plans import SheetPlan, plan_sheet, relabel
from capbuild.frameworks.spreadsheets.scales import LevelName, level_label, parse_answers, read_legend, scale_table
from capbuild.frameworks.spreadsheets.template_reading import (
    ASIDE,
    find_header,
    is_template,
    read_answers,
    read_consistency,
    read_head,
    read_profiles,
    read_rules,
    read_scales,
    read_template,
)
from capbuild.model import Severity
from capbuild.origin import Origin
from capbuild.plugins import CellTable
from capbuild.scoring.methods import RegisteredMethod
from capbuild.text import fold_text

_TEMPLATE = ("framework", "scales", "levels", "answers", "profiles", "rules", "consistency")
_EDITION = re.compile(
    r"\b(?:v|version|versao|versie|edition|edicion|edicao|editie|ed)\.?\s*(\d+(?:\.\d+)*)|\b((?:19|20)\d\d)\b"
    r"|(?<=\s)(\d+(?:\.\d+)+)(?=\W*$)",
    re.IGNORECASE,
)
#: Cells of a row of a table; notes and covers have fewer.
_WIDE = 3
#: Rows that a question lists.
_SHOWN = 6
#: Most characters of an id made from a title.
_LONGEST_ID = 60


def draft_framework(
    tables: Iterable[CellTable], file: str, methods: Mapping[str, RegisteredMethod] | None = None
) -> FrameworkDraft:
    """Draft a framework from the cells of a file.

    Args:
        tables: Its sheets.
        file: File name for origins.
        methods: Methods of plugins by name; None if unknown.

    Example:
        >>> rows = [("Dimension", "Indicator", "Level 1", "Level 2"), ("Law", "Offences", "None", "Complete")]
        >>> draft = draft_framework([CellTable("Model", rows)], "model.xlsx")
        >>> draft.framework["1.1"].level_texts["L2"].source
        'Complete'
    """
    notes, tables = DraftNotes(file), list(tables)
    views = [view for table in tables if (view := SheetView.of(table, file)).rows]
    for view in views:
        _check_errors(view, notes)
    for table in tables:
        _ask_marked(table, notes)
    if not views:
        notes.add_error("the file contains no cells", None, "choose the file with the framework", NO_FRAMEWORK)
        return notes.draft(None, methods)
    drafted = read_template(views, notes) if is_template(views) else _LayoutReader(file, views, notes).read()
    return notes.draft(drafted, methods)


def _check_errors(view: SheetView, notes: DraftNotes) -> None:
    for row in view.rows:
        for place in row.filled:
            if has_error(row.cells[place]):
                what = f"{row.cells[place]} is an error of the spreadsheet"
                notes.add_error(what, row.origin(place), "correct the formula, or write the text")


def _ask_marked(table: CellTable, notes: DraftNotes) -> None:
    """Ask about rows that are hidden or struck through."""
    for mark in dict.fromkeys(table.marks.values()):
        rows = [row for row, own in table.marks.items() if own == mark and any(map(any, table.rows[row - 1 : row]))]
        if rows:
            named = ", ".join(map(str, rows[:_SHOWN])) + (" ..." if len(rows) > _SHOWN else "")
            what = f"{'Row' if len(rows) == 1 else 'Rows'} {named} {'is' if len(rows) == 1 else 'are'} {mark}"
            origin = Origin(notes.file, table.name or None, rows[0])
            notes.ask(f"{what}, and read as all others", "delete what no longer counts", origin)


@define(eq=False)
class _LayoutReader:
    """Reader of a spreadsheet in a free layout.

    Attributes:
        file: Name of the file.
        views: Its sheets.
        notes: Collects questions and issues.
    """

    file: str
    views: Sequence[SheetView]
    notes: DraftNotes
    made: Tables = field(factory=Tables)
    _plans: list[SheetPlan] = field(factory=list, init=False)

    def read(self) -> Tables | None:
        """Return the tables of the framework; None without one."""
        own = {fold(v.name): v for v in self.views if fold(v.name) in _TEMPLATE and find_header(v, v.name.capitalize())}
        read_head(own.get("framework"), self.made, self.notes)
        read_scales(own.get("scales"), own.get("levels"), self.made, self.notes)
        read_answers(own.get("answers"), self.made, self.notes)
        read_rules(own.get("rules"), self.made, self.notes)
        read_consistency(own.get("consistency"), self.made, self.notes)
        sheets = [v for v in self.views if v not in own.values() and fold(v.name) not in ASIDE]
        content = [split_languages(view) for view in sheets]
        self._plans = [plan for view in content if (plan := self._plan(view)) is not None]
        if not self._plans:
            for view in content:
                self._ask_unread(view)
            remedy = "write a header row: ID, Dimension, Indicator and Level 1, Level 2, ..., or Criterion and Level"
            self.notes.add_error("no sheet has a header row that names nodes", None, remedy, NO_FRAMEWORK)
            return None
        groups = self._group_by_language(self._plans)
        base = groups[0]
        roots = self._join_sheets(self._leave_copies_out([(plan, read_entries(plan, self.notes)) for plan in base]))
        for others in groups[1:]:
            for plan, first in zip(others, base, strict=False):
                self._translate(roots, read_entries(plan, self.notes), plan, first)
        if not roots:
            remedy = "write the nodes below the header"
            self.notes.add_error("no node is below the header", base[0].header.origin(), remedy, NO_FRAMEWORK)
            return None
        self._settle_head(base[0], groups)
        levels = self._list_levels([plan for group in groups for plan in group])
        self._name_levels(content, roots, levels)
        assembly = Assembly(roots, levels, base[0].language, self.made, self.notes)
        self._note_understood(assembly, base)
        tables = assembly.build()
        read_profiles(own.get("profiles"), tables, self.notes)
        return tables

    def _plan(self, view: SheetView) -> SheetPlan | None:
        language = sheet_language(view.name)
        plan = self._choose_plan(view, language)
        return relabel(plan, language) if plan is not None and language else plan

    def _choose_plan(self, view: SheetView, language: str) -> SheetPlan | None:
        """Return the layout of a sheet.

        Levels below each other are searched if rows below a header are not read without an error, or not scored.
        """
        notes, others = DraftNotes(self.file), DraftNotes(self.file)
        plan = plan_sheet(view, notes, language)
        if plan is None or not is_scored(plan) or any(issue.severity is Severity.ERROR for issue in notes.issues):
            blocks = plan_blocks(view, others, language)
            plan, notes = (plan, notes) if blocks is None else (blocks, others)
        self.notes.extend(notes)
        return plan

    def _ask_unread(self, view: SheetView) -> None:
        fullest = max(view.rows[:TOP], key=lambda row: len(row.filled))
        words = ", ".join(fullest.cells[place] for place in fullest.filled[:6])
        meant = did_you_mean(fold(view.name), _TEMPLATE)
        why = meant or f": no row has two headers that are known; the fullest has {words}"
        what = f"The sheet {view.name!r} was not read{why}"
        remedy = "write headers that the page on own frameworks lists: ID, Dimension, Indicator, Level 1, ..."
        wide = [row for row in view.rows if len(row.filled) >= _WIDE]
        if meant or (self._plans and len(wide) > 1):
            self.notes.add_warning(what, fullest.origin(), "correct the name of the sheet" if meant else remedy)
        else:
            self.notes.ask(what, remedy, fullest.origin())

    def _leave_copies_out(self, read: Sequence[tuple[SheetPlan, list[Entry]]]) -> list[tuple[SheetPlan, list[Entry]]]:
        """Leave out sheets that are copies of others.

        All ids of a copy, and most of its rows, are in another sheet. If it were read, each row would be an error.
        """
        kept: list[tuple[SheetPlan, list[Entry], set[str]]] = []
        for plan, entries in read:
            all_entries = (entry for root in entries for node in root.walk() for entry in (node, *node.criteria))
            ids = {entry.id for entry in all_entries if entry.id}
            rows = [tuple(row.cells) for row in plan.rows()]
            plans = [sheet_plan for sheet_plan, _, names in kept if len(ids) > 1 and ids <= names]
            apart = [({*rows} - {tuple(row.cells) for row in sheet_plan.rows()}, sheet_plan) for sheet_plan in plans]
            changed, other = next((pair for pair in apart if 2 * len(pair[0]) < len(rows)), (None, None))
            if other is None:
                kept.append((plan, entries, ids))
            elif changed:
                what = f"the sheet {plan.view.name!r} is a copy of {other.view.name!r} with changes"
                self.notes.add_error(what, plan.header.origin(), "delete one of the two, or give the rows other ids")
            else:
                what = f"the sheet {plan.view.name!r} is a copy of {other.view.name!r}: it was not read"
                self.notes.add_warning(what, plan.header.origin(), "delete it")
        return [(plan, entries) for plan, entries, _ in kept]

    def _group_by_language(self, plans: Sequence[SheetPlan]) -> list[list[SheetPlan]]:
        """Group the sheets by language.

        If a sheet is not named after a language, all sheets are one group.
        """
        tags = [sheet_language(plan.view.name) for plan in plans]
        if len(set(tags)) < 2 or not all(tags):
            return [list(plans)]
        self.notes.understood.append(f"A sheet a language: {', '.join(dict.fromkeys(tags))}.")
        return [
            [plan for plan, tag in zip(plans, tags, strict=True) if tag == language] for language in dict.fromkeys(tags)
        ]

    def _join_sheets(self, read: Sequence[tuple[SheetPlan, list[Entry]]]) -> list[Entry]:
        """Join the nodes of all sheets.

        A sheet with several root nodes becomes a node itself.
        """
        if len(read) == 1:
            return read[0][1]
        roots: list[Entry] = []
        named = []
        for plan, entries in read:
            if len(entries) == 1 and entries[0].children:
                roots += entries
            elif entries:
                number, title = _split_sheet(plan.view.name)
                texts = {"title": {plan.language: title}}
                top = Entry(plan.header, texts, {"title": plan.header.origin()}, "dimension", number)
                top.children = entries
                roots.append(top)
                named.append(plan.view.name)
        if named:
            origin = read[0][0].header.origin()
            assumed = f"Each sheet is a dimension: {', '.join(named)}"
            self.notes.ask(assumed, "add a column Dimension to each sheet", origin)
        return roots

    def _translate(self, roots: list[Entry], others: list[Entry], plan: SheetPlan, first: SheetPlan) -> None:
        """Add translations from a sheet in another language.

        Rows are matched with those of the first sheet by id. Rows without ids, such as headings, are matched by order;
        if no row has an id, the user is asked whether the order is the same.
        """
        ours = [e for root in roots for node in root.walk() for e in (node, *node.criteria) if e.row.view is first.view]
        theirs = [e for root in others for node in root.walk() for e in (node, *node.criteria)]
        by_id = {entry.id: entry for entry in theirs if entry.id}
        unnamed = [[e for e in side if not e.id] for side in (ours, theirs)]
        if len(unnamed[0]) != len(unnamed[1]) or len(by_id) != len(theirs) - len(unnamed[1]):
            counts = f"{len(theirs)} rows with texts, and {first.view.name!r} has {len(ours)}"
            what = f"the sheet {plan.view.name!r} has {counts}"
            remedy = "write the same rows in both, or add a column ID to both"
            self.notes.add_error(what, plan.header.origin(), remedy)
            return
        if not by_id and ours:
            what = f"The rows of {plan.view.name!r} are in the order of those of {first.view.name!r}"
            self.notes.ask(what, "add a column ID to both sheets: texts are then matched by it", plan.header.origin())
        for mine, other in zip(*unnamed, strict=True):
            _add_texts(mine, other)
        for mine in ours:
            twin = by_id.pop(mine.id, None) if mine.id else None
            if twin is not None:
                _add_texts(mine, twin)
            elif mine.id:
                what = f"{mine.id} is not in the sheet {plan.view.name!r}"
                self.notes.add_warning(what, mine.row.origin(), "translate the row there")
        for left in by_id.values():
            what = f"{left.id} is not in the sheet {first.view.name!r}"
            self.notes.add_error(what, left.row.origin(), "add the row there, or correct the id")

    # --- header and levels --------------------------------------------------------------------------------------------

    def _settle_head(self, plan: SheetPlan, groups: Sequence[Sequence[SheetPlan]]) -> None:
        metadata = self.made.data.setdefault("framework", {})
        stem = PurePath(self.file).stem
        above_all = {sheet_plan.title[0] for sheet_plan in groups[0] if sheet_plan.title is not None}
        own = plan.title if len(above_all) == 1 else None
        title, origin = own or (stem.replace("_", " ").replace("-", " "), plan.header.origin())
        above = " ".join(cell for row in plan.view.rows if row.number < plan.header.number for cell in row.cells)
        match = _EDITION.search(fold_text(title)) or _EDITION.search(fold_text(f"{above} {stem}"))
        edition = next(filter(None, match.groups())) if match is not None else "1"
        tags = [plan.language_of(c) for group in groups for plan in group for c in plan.columns if c.role in _TEXTS]
        languages = metadata.setdefault("languages", list(dict.fromkeys((plan.language, *tags))))
        titles = name_languages(title, languages) or {plan.language: title}
        named = metadata.get("title", titles)
        name = _make_id(next(iter(named.values())) if isinstance(named, dict) else named)
        guesses = {"title": titles, "id": name, "edition": edition}
        absent = {name: value for name, value in guesses.items() if name not in metadata}
        metadata |= absent
        if absent:
            given = ", ".join(f"{name} {title if name == 'title' else value!r}" for name, value in absent.items())
            otherwise = "add a sheet Framework with the columns field and value: id, edition, title, licence, languages"
            self.notes.ask(f"The framework has the {given}", otherwise, origin)

    def _list_levels(self, plans: Sequence[SheetPlan]) -> list[LevelName]:
        """Return the levels in headers."""
        labels: dict[int, dict[str, str]] = {}
        cells: dict[int, Origin] = {}
        for plan in plans:
            self._check_order(plan)
            for column in plan.of(Role.LEVEL_TEXT):
                if column.order is not None:
                    tag = plan.language_of(column)
                    labels.setdefault(column.order, {}).setdefault(tag, column.label or level_label(column.order, tag))
                    cells.setdefault(column.order, plan.header.origin(column.place))
        orders = sorted(labels)
        if not orders:
            return []
        absent = [n for n in range(min(orders[0], 1), orders[-1] + 1) if n not in labels]
        if absent:
            plan = next(plan for plan in plans if plan.of(Role.LEVEL_TEXT))
            place = plan.of(Role.LEVEL_TEXT)[0].place
            what = f"there is no column for level {', '.join(map(str, absent))}"
            self.notes.add_error(what, plan.header.origin(place), "add the column, or number the headers 1, 2, 3, ...")
            return []
        split = {order: name_languages(next(iter(labels[order].values())), list(labels[order])) for order in orders}
        if all(split.values()):  # each header has the name in all languages
            labels = {order: named for order, named in split.items() if named is not None}
        return [LevelName(order=order, labels=labels[order], origin=cells[order]) for order in orders]

    def _check_order(self, plan: SheetPlan) -> None:
        """Ask about levels that are neither upwards nor downwards from left to right."""
        columns = [column for column in plan.of(Role.LEVEL_TEXT) if column.order is not None]
        orders = [next(group) for _, group in groupby(column.order or 0 for column in columns)]
        orders = list(dict.fromkeys(orders)) if len({*orders}) < len(orders) else orders  # language by language
        if orders not in (sorted(orders), sorted(orders, reverse=True)):
            listed = ", ".join(map(str, orders))
            cell = plan.header.origin(columns[0].place)
            self.notes.ask(f"The levels are in the order {listed}, as their headers say", "correct the headers", cell)

    def _name_levels(self, views: Sequence[SheetView], roots: Sequence[Entry], levels: Sequence[LevelName]) -> None:
        """Name the numbered levels of the scale.

        The names are on a sheet of their own, or above a header.
        """
        plans = {plan.view.name: plan for plan in self._plans}
        language = self._plans[0].language
        answers = [entry.values.get("answers", "") for root in roots for entry in root.walk()]
        wanted = {answer_list.names for text in answers if (answer_list := parse_answers(text)) is not None}
        if levels and all(level.labels.get(language) == level_label(level.order, language) for level in levels):
            wanted.add(tuple(str(level.order) for level in levels))
        free = not levels and not wanted and not _is_scored(roots)
        if self.made.data.get("scales"):
            wanted.clear()
            free = False
        for view in views:
            plan = plans.get(view.name)
            rows = [row for row in view.rows if plan is None or row.number < plan.header.number]
            named = read_legend((row.cells for row in rows), language)
            if named and (free or tuple(str(level_name.order) for level_name in named) in wanted):
                wanted.clear()
                free = False
                self.made.data["scales"] = [scale_table("levels", named)]
                names = ", ".join(f"{level_name.order} {level_name.labels[language]}" for level_name in named)
                otherwise = "write them on a sheet Levels with the columns code and label"
                self.notes.ask(f"The levels are {names}", otherwise, rows[0].origin())
            elif plan is None:
                self._ask_unread(view)

    def _note_understood(self, assembly: Assembly, plans: Sequence[SheetPlan]) -> None:
        for plan in plans:
            names = ", ".join(
                f"{column.header or '(no header)'} = {_describe_role(column.role, column.kind)}"
                for column in plan.columns
            )
            sheet = f"Sheet {plan.view.name!r}, header" if plan.view.name else "Header"
            self.notes.understood.append(f"{sheet} in row {plan.header.number}: {names}.")
        nodes = assembly.nodes
        kinds = dict.fromkeys(node.kind for node in nodes)
        counts = ", ".join(f"{sum(node.kind == kind for node in nodes)} {kind or 'node'}" for kind in kinds)
        criteria = sum(len(node.criteria) for node in nodes)
        more = f", {criteria} rows of criteria" if criteria else ""
        tags = ", ".join(self.made.data["framework"]["languages"])
        self.notes.understood.append(f"Tree: {counts}{more}. Languages: {tags}.")


def _is_scored(roots: Iterable[Entry]) -> bool:
    """True if a row has its scoring."""
    entries = [entry for root in roots for node in root.walk() for entry in (node, *node.criteria)]
    return any({"level", "points", "answers"} & entry.values.keys() or entry.criteria for entry in entries)


def _make_id(title: str) -> str:
    """Return an id in whole words of a title.

    The edition is left out, since the key of a framework is id and edition.

    Example:
        >>> _make_id("Índice de compras públicas 2.1"), _make_id("Maturity model, version 2026")
        ('indice-de-compras-publicas', 'maturity-model')
    """
    slug = fold(_EDITION.sub(" ", fold_text(title))).replace(" ", "-")
    if len(slug) > _LONGEST_ID:
        slug = slug[: _LONGEST_ID + 1].rpartition("-")[0] or slug[:_LONGEST_ID]
    return slug or "framework"


_TEXTS = (Role.NODE, Role.TITLE, Role.CRITERION, Role.DEFINITION, Role.LEVEL_TEXT)


def _add_texts(mine: Entry, other: Entry) -> None:
    """Add the texts of a row in another language."""
    for name, texts in other.texts.items():
        mine.texts.setdefault(name, {}).update(texts)
    for order, texts in other.level_texts.items():
        mine.level_texts.setdefault(order, {}).update(texts)


def _describe_role(role: Role, kind: str) -> str:
    return f"{role.value} of {kind}" if kind and role is not Role.NODE else kind or role.value


def _split_sheet(name: str) -> tuple[str, str]:
    """Return the number and title in a sheet name."""
    match = re.fullmatch(r"([A-Za-z]{0,3}\d+(?:\.\d+)*)[\s.:–-]+(\S.*)", name)
    return (match[1], match[2]) if match is not None else ("", name)
