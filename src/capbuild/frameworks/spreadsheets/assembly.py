"""Tables of a framework file from nodes of sheets."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import define, field

from capbuild.errors import did_you_mean
from capbuild.frameworks.flat_rules import name_row
from capbuild.frameworks.spreadsheets.drafts import DraftNotes, Tables
from capbuild.frameworks.spreadsheets.entries import SEGMENTS, Entry, settle_options, settle_profiles
from capbuild.frameworks.spreadsheets.headers import fold, is_slip, to_number
from capbuild.frameworks.spreadsheets.scales import (
    AnswerList,
    LevelFinder,
    LevelName,
    level_label,
    level_orders,
    parse_answers,
    scale_table,
)
from capbuild.model import Check
from capbuild.origin import Origin
from capbuild.text import numbered_name

_DATE = re.compile(r"\d{4}-\d\d-\d\d(T[\d:]+)?")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_PERCENT = {"id": "percent", "kind": "percent"}
_NODE_CELLS = ("title", "weight", "target")


@define(eq=False)
class Assembly:
    """Tables of a framework, from nodes of its sheets.

    Attributes:
        roots: Nodes at the top.
        levels: Names of levels in headers.
        language: Language of generated texts.
        made: Tables from template sheets, completed here.
        notes: Collects questions and issues.
    """

    roots: list[Entry]
    levels: Sequence[LevelName]
    language: str
    made: Tables
    notes: DraftNotes
    _ids: dict[str, Origin] = field(factory=dict, init=False)
    _finder: LevelFinder | None = field(default=None, init=False)
    _unread: list[Entry] = field(factory=list, init=False)
    _answers: dict[tuple[str, ...], str] = field(factory=dict, init=False)

    @property
    def nodes(self) -> list[Entry]:
        """All nodes, parents first."""
        return [entry for root in self.roots for entry in root.walk()]

    @property
    def leaves(self) -> list[Entry]:
        """Nodes without children."""
        return [entry for entry in self.nodes if not entry.children]

    def build(self) -> Tables:
        """Return the tables."""
        self._check_numbers()
        self._assign_ids()
        self._check_titles()
        self._settle_levels()
        for entry in self.leaves:
            self._settle_answers(entry)
        self._settle_points()
        for entry in self.leaves:
            self._settle_criteria(entry)
        self._check_level_rows()
        self._check_level_texts()
        self._check_unscored()
        settle_options(self.leaves, self.made, self.notes, self.language)
        self._ask_unread()
        self._settle_methods()
        settle_profiles(self.nodes, self.made, self.notes, self.language, self._parse_target)
        if not self.made.data["scales"]:
            del self.made.data["scales"]
            if lost := next((node for node in self.nodes if "level" in node.cells), None):
                remedy = "head the text of each level Description, and that of each criterion Criterion"
                self.notes.add_error("no text or criterion stands beside the levels", lost.cells["level"], remedy)
            assumed = "No levels, points or answers were found: each indicator is a value from 0 to 100"
            self.notes.ask(assumed, "add a column for each level, a column Level, Points or Answers")
        for root in self.roots:
            self._emit(root, None)
        return self.made

    # --- ids ---------------------------------------------------------------------------------------------------------

    def _assign_ids(self) -> None:
        entries = [entry for node in self.nodes for entry in (node, *node.criteria) if entry.id]
        for entry in entries:
            origin = entry.row.origin()
            if _DATE.fullmatch(entry.id):
                what = f"the id {entry.id!r} is a date: spreadsheets make one of a number such as 1.2 or 2-1"
                self.notes.add_error(what, origin, "format the cells as text, and write the number again")
            first = self._ids.setdefault(entry.id.casefold(), origin)
            if first is not origin:
                remedy = "rename one, not by capitals only; a number such as 1.10 loses its zero, so format the cells "
                remedy += "as text"
                what = f"the id {entry.id!r} is also in {name_row(first, origin)}"
                self.notes.add_error(what, origin, remedy, "CB021")
                entry.id = self._find_free_id(entry.id, origin)
        unnamed = [entry for entry in self.nodes if not entry.id]
        if unnamed:
            self._number(self.roots, "")
            assumed = f"{len(unnamed)} nodes without an id were numbered by their position, {unnamed[0].id} first"
            otherwise = (
                "begin their titles with an id, such as D1 Law, or add a column of ids: these stay when rows move"
            )
            self.notes.ask(assumed, otherwise, unnamed[0].row.origin())

    def _number(self, entries: Sequence[Entry], prefix: str) -> None:
        for position, entry in enumerate(entries, 1):
            if not entry.id:
                entry.id = self._find_free_id(f"{prefix}{position}", entry.row.origin())
            self._number(entry.children, f"{entry.id}.")

    def _find_free_id(self, wanted: str, origin: Origin) -> str:
        name = numbered_name(wanted, lambda one: one.casefold() in self._ids, "{}-{}")
        self._ids[name.casefold()] = origin
        return name

    def _check_numbers(self) -> None:
        """Warn of a number with an unusual prefix.

        Its neighbours have another prefix, while all other neighbours of the file agree.
        """
        apart: list[tuple[Entry, Entry]] = []
        agreeing = 0
        for siblings in (entry.children for entry in self.nodes):
            begun = [(tuple(SEGMENTS.findall(sibling.id)[:-1]), sibling) for sibling in siblings if sibling.id]
            usual, count = Counter(begin for begin, _ in begun).most_common(1)[0] if begun else ((), 0)
            others = [entry for begin, entry in begun if begin != usual]
            apart += [(entry, next(o for begin, o in begun if begin == usual)) for entry in others]
            agreeing += count > 1 and not others
        if len(apart) == 1 and agreeing:
            (entry, beside), *_ = apart
            what = f"{entry.id} is beside {beside.id}, and begins otherwise"
            self.notes.add_warning(what, entry.row.origin(), "correct the number, or the node that it is below")

    # --- scales ------------------------------------------------------------------------------------------------------

    def _settle_levels(self) -> None:
        """Make the scale of levels.

        Levels are on a sheet of their own, in headers, or in the cells of a column.
        """
        scales = self.made.data.setdefault("scales", [])
        if scales:
            self._finder = LevelFinder.of(scales[0])
            known = self._make_codes()
            for level in self.levels:
                if level.order not in known:
                    what = f"there are texts of level {level.order}, and the sheet Levels has {len(known)} levels"
                    self.notes.add_error(what, level.origin, "add the level to the sheet, or delete the column")
            return
        criteria = [criterion for node in self.nodes for criterion in node.criteria if "level" in criterion.values]
        levels = list(self.levels) if any(entry.level_texts for entry in self.nodes) else []
        if not levels and criteria:
            levels = self._list_cell_levels(criteria)
            if all("level row" in criterion.values for criterion in criteria):
                self.levels = levels
        if levels:
            scales.append(scale_table("levels", levels))
            for position, level in enumerate(levels):
                self.made.locate(("scales", 0, "levels", position), {}, level.origin)
            self._finder = LevelFinder.of(scales[0])
            names = ", ".join(f"{level.order} {next(iter(level.labels.values()))}" for level in levels)
            self.notes.understood.append(f"{len(levels)} levels: {names}.")

    def _list_cell_levels(self, criteria: Sequence[Entry]) -> list[LevelName]:
        orders = level_orders([criterion.values["level"] for criterion in criteria], self.language)
        if orders is None:
            for criterion in criteria:
                remedy = "write a number, or add a sheet Levels with the columns code and label"
                self.notes.add_error(f"{criterion.values['level']!r} is not a level", criterion.cells["level"], remedy)
            return []
        levels, sure = orders
        origin = criteria[0].cells["level"]
        if not sure:
            names = ", ".join(next(iter(level.labels.values())) for level in levels)
            remedy = "number the levels, or add a sheet Levels with the columns code and label, the lowest first"
            self.notes.ask(f"The levels are, from the lowest: {names}", remedy, origin)
        finder = LevelFinder.of(scale_table("levels", levels))
        by_order = {finder.find(criterion.values["level"]): criterion for criterion in reversed(criteria)}
        # The lowest level needs no criterion: it is that of a country that meets none.
        unused = [str(level.order) for level in levels[1:] if level.order not in by_order]
        if unused:
            highest = by_order[max(order for order in by_order if order is not None)]
            what = f"no row is for level {', '.join(unused)}, and one is for level {highest.values['level']}"
            remedy = "correct the level, or add the rows"
            self.notes.add_warning(what, highest.cells["level"], remedy)
        lowest = any(finder.find(criterion.values["level"]) == levels[0].order for criterion in criteria)
        whole = all("level row" in criterion.values for criterion in criteria)
        if levels[0].order == 1 and lowest and not whole:
            zero = LevelName(order=0, labels={self.language: level_label(0, self.language)})
            levels = [zero, *levels]
            assumed = "The lowest level has criteria, so a level 0 was added for who does not meet them"
            self.notes.ask(assumed, "leave criteria of the lowest level out", origin)
        return levels

    def _settle_answers(self, entry: Entry) -> None:
        """Assign a node the scale of its answers.

        A node answered by yes or no becomes a criterion instead.
        """
        text = entry.values.get("answers")
        if not text or entry.criteria:
            return
        if entry.level_texts and not self._is_of_levels(text):
            what = f"{entry.id} has the answers {text!r} and a text for each of {len(self.levels)} levels: two scales"
            remedy = "leave the answers blank if the levels are the answers, else take out the texts of levels"
            self.notes.add_error(what, entry.cells["answers"], remedy)
            return
        named = {scale["id"] for scale in self.made.data["scales"]}
        answers = parse_answers(text)
        if text in named:
            entry.values["scale"] = text
        elif answers is not None and (numbered := self._scale_of(answers)):
            entry.values["scale"] = numbered
        elif answers is None:
            remedy = "write them as 0-5, Yes / No or None; Some; All, or the id of a scale of the sheet Scales"
            self.notes.add_error(f"{text!r} is not a list of answers", entry.cells["answers"], remedy)
        elif answers.is_plain:
            entry.values.setdefault("points", 1)
        else:
            if answers.names not in self._answers:
                self._answers[answers.names] = name = f"answers-{len(self._answers) + 1}"
                levels = enumerate(answers.names, answers.first)
                names = [LevelName(order=order, labels={self.language: word}) for order, word in levels]
                self.made.data["scales"].append(scale_table(name, names))
                self.notes.understood.append(
                    f"Answers from {answers.names[0]} (lowest) to {answers.names[-1]}: scale {name}."
                )
                if not answers.is_sure:
                    listed = ", ".join(answers.names)
                    otherwise = "number the answers: 0 = None; 1 = Some"
                    self.notes.ask(f"The answers are, from the lowest: {listed}", otherwise, entry.cells["answers"])
            entry.values["scale"] = self._answers[answers.names]

    def _is_of_levels(self, text: str) -> bool:
        """True if answers are the levels, by number or name, or the id of a scale."""
        answers = parse_answers(text)
        if answers is None or self._scale_of(answers):
            return True
        found = [None if self._finder is None else self._finder.find(name) for name in answers.names]
        return None not in found and len({*found}) == len(self.levels)

    def _scale_of(self, answer_list: AnswerList) -> str:
        """Return the scale with levels numbered like answers.

        The result is empty if there is none.
        """
        for scale in self.made.data["scales"]:
            first = scale.get("first_level", 1)
            if answer_list.names == tuple(map(str, range(first, first + len(scale.get("levels", ()))))):
                return str(scale["id"])
        return ""

    def _settle_points(self) -> None:
        """Make criteria from nodes with points.

        A criterion without a level counts one point.
        """
        for entry in self.nodes:
            leaves = [*_list_leaves(entry)]
            own, below = entry.values.get("points"), sum(leaf.values.get("points", 0) for leaf in leaves)
            if any(_is_bad(leaf, "points") for leaf in leaves):
                continue
            if own is not None and entry.children and below and abs(own - below) > 1e-9:
                what = f"{entry.id} has {own:g} points, and the rows below it have {below:g}"
                self.notes.add_warning(what, entry.cells["points"], "correct one of them; those below are used")
        for entry in self.leaves:
            if "points" in entry.values and not entry.criteria and not entry.level_texts:
                criterion_entry = Entry(entry.row, {"text": dict(entry.texts["title"])}, {"text": entry.cells["title"]})
                criterion_entry.values["points"] = entry.values["points"]
                entry.criteria.append(criterion_entry)
        steps = any("level" in criterion.values for entry in self.leaves for criterion in entry.criteria)
        plain = [entry for entry in self.leaves if entry.criteria and not steps]
        points = any("points" in criterion.values for entry in plain for criterion in entry.criteria)
        for entry in plain:
            entry.values["by points"] = True
        for entry in self.leaves:
            scored = entry.criteria or entry.level_texts or "answers" in entry.values or "points" in entry.cells
            if points and not scored:
                what = f"{entry.id} has no points, and others have: it is asked as a value from 0 to 100"
                self.notes.add_warning(what, entry.row.origin(), "write its points, or delete the row")
        counted = [criterion for entry in plain for criterion in entry.criteria if "points" not in criterion.values]
        if counted:
            assumed = f"{len(counted)} criteria without a level or points count one point each"
            self.notes.ask(assumed, "add a column Level or Points", counted[0].row.origin())

    def _check_level_texts(self) -> None:
        orders = {level.order for level in self.levels}
        for entry in self.leaves:
            scored = entry.criteria or {"answers", "scale", "points"} & entry.values.keys()
            absent = [] if scored and not entry.level_texts else sorted(orders - entry.level_texts.keys())
            if absent:
                what = f"{entry.id} has no text for level {', '.join(map(str, absent))}"
                what = what if entry.level_texts else f"{entry.id} has no text for any level, and others have"
                remedy = "write it, or leave it out if the level is not used"
                place = entry.row.origin()
                if entry.level_texts:
                    cells = entry.cells.items()
                    place = next((cell for key, cell in cells if key.startswith(f"level {absent[0]} ")), place)
                self.notes.add_warning(what, place, remedy if entry.level_texts else "write them")
            self._check_level_languages(entry)
            seen: dict[tuple[str, ...], int] = {}
            for order, texts in sorted(entry.level_texts.items()):
                first = seen.setdefault(tuple(map(fold, texts.values())), order)
                if first != order:
                    what = f"{entry.id} has the same text for levels {first} and {order}"
                    remedy = "correct one of them: an answer in these words has two levels"
                    self.notes.add_warning(what, entry.cells.get(f"level {order}", entry.row.origin()), remedy)

    def _check_level_languages(self, entry: Entry) -> None:
        """Warn of a level without a text in a language in which another level of the node has one."""
        used = {(order, tag) for leaf in self.leaves for order, texts in leaf.level_texts.items() for tag in texts}
        for tag in dict.fromkeys(tag for texts in entry.level_texts.values() for tag in texts):
            texts_by_order = sorted(entry.level_texts.items())
            absent = [order for order, texts in texts_by_order if tag not in texts and (order, tag) in used]
            if absent:
                what = f"{entry.id} has no text in {tag} for level {', '.join(map(str, absent))}"
                cell = entry.cells.get(f"level {absent[0]} {tag}", entry.row.origin())
                self.notes.add_warning(what, cell, "write it: merged cells have the text of the first only")

    def _check_titles(self) -> None:
        """Warn of equal names of siblings and equal criteria."""
        all_entries = self.nodes
        groups = [("title", self.roots), *(("title", entry.children) for entry in all_entries)]
        for name, siblings in (*groups, *(("text", entry.criteria) for entry in all_entries)):
            entries: dict[str, Entry] = {}
            for entry in siblings:
                text = next(iter(entry.texts[name].values()))
                first = entries.setdefault(fold(text), entry)
                if first is not entry and "level row" not in entry.values:
                    row = name_row(first.row.origin(), entry.row.origin())
                    mine, other = entry.id or "the criterion", first.id or "another"
                    what = f"{mine} has the {name} of {other}, {text[:60]!r}, in {row}"
                    self.notes.add_warning(what, entry.cells[name], f"delete one, or correct its {name}")
        self._check_groups([self.roots, *(entry.children for entry in all_entries)])
        self._check_languages()

    def _check_groups(self, groups: Sequence[Sequence[Entry]]) -> None:
        """Warn of groups whose names differ by a typing error."""
        for siblings in groups:
            named = [entry for entry in siblings if entry.children]
            for position, entry in enumerate(named):
                other = next((earlier for earlier in named[:position] if is_slip(entry.title, earlier.title)), None)
                if other is not None:
                    what = f"{entry.title[:60]!r} and {other.title[:60]!r} are two groups"
                    remedy = f"write the name as in {name_row(other.row.origin(), entry.row.origin())} if they are one"
                    self.notes.add_warning(what, entry.cells["title"], remedy)

    def _check_languages(self) -> None:
        """Warn of nodes without a translation.

        A translation is missing if most nodes or criteria of the same kind have a text in the language.
        """
        kinds: dict[str, list[tuple[Entry, str]]] = {}
        for node in self.nodes:
            kinds.setdefault(node.kind, []).append((node, "title"))
            kinds.setdefault("", []).extend((criterion, "text") for criterion in node.criteria)
        for rows in kinds.values():
            for tag in dict.fromkeys(tag for entry, name in rows for tag in entry.texts[name]):
                self._check_copied(rows, tag)
                absent = [(entry, name) for entry, name in rows if tag not in entry.texts[name]]
                if 2 * len(absent) < len(rows):
                    for entry, name in absent:
                        text = next(iter(entry.texts[name].values()))
                        what = f"{text[:60]!r} has no {name} in {tag}"
                        self.notes.add_warning(what, entry.cells[name], "write it in the column of that language")

    def _check_copied(self, rows: Sequence[tuple[Entry, str]], tag: str) -> None:
        """Warn of a language whose texts equal the first's."""
        pairs = [(entry, name, entry.texts[name][tag]) for entry, name in rows if tag in entry.texts[name]]
        same = [fold(text) == fold(next(iter(entry.texts[name].values()))) for entry, name, text in pairs]
        first = next(iter(rows[0][0].texts[rows[0][1]]), tag)
        if tag != first and len(pairs) > 1 and all(same) and any(" " in text for _, _, text in pairs):
            what = f"the texts in {tag} are those in {first}"
            self.notes.add_warning(what, pairs[0][0].cells[pairs[0][1]], "translate them, or delete the column")

    # --- criteria ----------------------------------------------------------------------------------------------------

    def _settle_criteria(self, entry: Entry) -> None:
        """Assign steps and ids to criteria.

        If a row has one text per level, the texts become level texts.
        """
        for step_entry in list(entry.criteria):
            text = step_entry.values.get("level")
            order = self._finder.find(text) if text and self._finder is not None else None
            if text and order is None and self._finder is not None:
                levels = ", ".join(dict.fromkeys(map(str, self._finder.orders.values())))
                what = f"{text!r} is not a level{did_you_mean(text, self._finder.orders)}"
                self.notes.add_error(what, step_entry.cells["level"], f"levels are: {levels}")
                entry.criteria.remove(step_entry)
            elif order is None and self._finder is not None and not entry.values.get("by points"):
                self.notes.add_error(
                    "the criterion has no level", step_entry.row.origin(), "write the level that it is for"
                )
                entry.criteria.remove(step_entry)
            elif order is not None:
                step_entry.values["step"] = order
        orders = [criterion.values.get("step") for criterion in entry.criteria]
        rubric = all("level row" in criterion.values and "step" in criterion.values for criterion in entry.criteria)
        if orders and rubric and len(set(orders)) == len(orders):
            for criterion in entry.criteria:
                entry.level_texts[criterion.values["step"]] = criterion.texts["text"]
                entry.cells[f"level {criterion.values['step']}"] = criterion.cells["text"]
                for tag, text in criterion.texts.get("evidence", {}).items():
                    line = f"{criterion.values['level']}: {text}"
                    above = entry.texts.setdefault("evidence", {}).get(tag)
                    entry.texts["evidence"][tag] = f"{above}\n{line}" if above else line
            self._unread += entry.criteria
            entry.criteria = []
            return
        self._unread += entry.criteria
        for position, step_entry in enumerate(entry.criteria):
            same = [
                other
                for other in entry.criteria[:position]
                if other.values.get("step") == step_entry.values.get("step")
            ]
            letter = _LETTERS[len(same)] if len(same) < len(_LETTERS) else f"-{len(same) + 1}"
            name = (
                f"{entry.id}.{step_entry.values['step']}{letter}"
                if "step" in step_entry.values
                else f"{entry.id}.{position + 1}"
            )
            step_entry.id = step_entry.id or self._find_free_id(name, step_entry.row.origin())

    def _check_level_rows(self) -> None:
        """Warn of two rows for a level of a node, if others have one row for each."""
        by_row = [
            entry for entry in self.leaves if entry.criteria and all("level row" in c.values for c in entry.criteria)
        ]
        for entry in by_row if any(entry.level_texts for entry in self.leaves) else ():
            seen: set[object] = set()
            for row_entry in entry.criteria:
                if (step := row_entry.values.get("step")) in seen:
                    what = f"{entry.id} has two rows for level {step}, and others have one: its rows are criteria"
                    self.notes.add_warning(what, row_entry.cells["level"], "correct the level of one")
                    break
                seen.add(step)

    def _check_unscored(self) -> None:
        """Warn of nodes that nothing scores."""
        if not any(entry.criteria and not entry.values.get("by points") for entry in self.leaves):
            return
        for entry in self.leaves:
            if not entry.criteria and not entry.level_texts and not {"answers", "scale"} & entry.values.keys():
                what = f"{entry.id} has no criterion, and others have: it is judged as a whole"
                self.notes.add_warning(what, entry.row.origin(), "write its criteria, or delete the row")

    def _ask_unread(self) -> None:
        """Ask about cells of criteria that the framework cannot store."""
        for name in ("definition", "why", "weight", "target"):
            entries = [entry for entry in self._unread if name in entry.texts or name in entry.values]
            if entries:
                otherwise = "head the column Points" if name == "weight" else "write it beside the indicator"
                self.notes.ask(f"The {name} beside criteria was not read", otherwise, entries[0].row.origin())

    # --- methods -----------------------------------------------------------------------------------------------------

    def _settle_methods(self) -> None:
        weighted = [entry for entry in self.nodes if "weight" in entry.values]
        points = [entry for entry in self.leaves if entry.values.get("by points")]
        if not weighted and not points and not self._has_percent_levels():
            names = [name for level in self.levels for name in level.labels.values()]
            if names and all(name.endswith("%") for name in names):
                listed = ", ".join(dict.fromkeys(names))
                what = f"{listed} are no equal steps to 100 %: they are levels, and no figure is computed from them"
                self.notes.add_warning(what, self.levels[-1].origin, "add the column that is missing, or correct one")
            self.notes.understood.append("No total is computed: levels are shown side by side.")
            return
        if weighted:
            self._spread_weights(self.roots)
            self._check_weights()
        worth = self._weigh_by_points() if points else False
        cited = [entry for leaf in points for entry in (leaf, *leaf.criteria) if "evidence" in entry.texts]
        if cited and "evidence_from" not in self.made.data.get("judgement", {}):
            otherwise = "add a row to the sheet Rules: judgement, evidence_from, 1"
            self.notes.ask("Points are given for a yes without evidence too", otherwise, cited[0].row.origin())
        self._add_total()
        if not any(scale["id"] == "percent" for scale in self.made.data["scales"]):
            self.made.data["scales"].append(dict(_PERCENT))
        for entry in self.nodes:
            if entry.children or entry.values.get("by points"):
                entry.values["scale"] = "percent"
        weights = " and ".join([*(["weights"] if weighted else []), *(["points"] if worth else [])])
        self._write_methods(weights, self.made.data.get("methods") or {})

    def _has_percent_levels(self) -> bool:
        """True if levels are named after percentages.

        The names must be equal shares of the highest level: 20 %, 40 % ... 100 %.
        """
        shares = [to_number(name) for level in self.levels for name in level.labels.values() if name.endswith("%")]
        steps = [100 * level.order / self.levels[-1].order for level in self.levels]
        return len(shares) > 1 and shares == steps

    def _write_methods(self, weights: str, given: Mapping[str, object]) -> None:
        """Write the rules of all kinds of nodes.

        Rules of the sheet Rules are kept.
        """
        leaves = {entry.kind for entry in self.leaves}
        for entry in self.nodes:
            if entry.children and entry.kind in leaves and entry.kind not in given:
                entry.kind = f"{entry.kind}-group"
        open_kinds = dict.fromkeys(entry.kind for entry in self.nodes if entry.children and entry.kind not in given)
        self.made.data["methods"] = {**dict.fromkeys(open_kinds, "mean"), **given}
        scaled = {"name": "scaled", "maximum": 100}
        for entry in self.leaves:
            if entry.kind not in given:
                entry.values["method"] = "points" if entry.values.get("by points") else scaled
        if not open_kinds:
            return
        weighted = f", weighted by their {weights}" if weights else ""
        levels = any(entry.values.get("method") == scaled for entry in self.leaves)
        share = ": that of a level is the level divided by the highest, times 100" if levels else ""
        assumed = f"The figure of a node is the mean of those below it{weighted}, on a scale from 0 to 100{share}"
        self.notes.ask(assumed, "add a sheet Rules with the columns table, key and value: methods, KIND, profile")

    def _spread_weights(self, entries: Sequence[Entry]) -> None:
        """Give nodes the weights of their children.

        This is done only if the nodes have no weights, and those of the children sum to a whole.
        """
        inner = [entry for top in entries for entry in top.walk() if entry.children]
        leaves = [entry for top in entries for entry in top.walk() if not entry.children]
        total = sum(entry.values.get("weight", 0) for entry in leaves)
        if not inner or any("weight" in entry.values for entry in inner):
            return
        if not any(abs(total - whole) < 1e-6 * whole for whole in (1, 100)):
            for entry in entries:
                self._spread_weights(entry.children)
            return
        for entry in inner:
            below = (leaf.values.get("weight", 0) for leaf in entry.walk() if not leaf.children)
            entry.values["weight"] = round(sum(below), 9)
        assumed = f"Weights sum to {total:g} over {len(leaves)} rows: a node above has the sum of those below it"
        otherwise = "write a weight for the nodes above too"
        self.notes.ask(assumed, otherwise, leaves[-1].cells.get("weight", leaves[-1].row.origin()))

    def _check_weights(self) -> None:
        spread = [entry for entry in self.nodes if "weight" in entry.values and "weight" not in entry.cells]
        groups = [self.roots, *(entry.children for entry in self.nodes if entry.children and entry not in spread)]
        written = [
            [weighted for weighted in group if {"weight"} <= weighted.values.keys() & weighted.cells.keys()]
            for group in groups
        ]
        for siblings, weighted in zip(groups, written, strict=True):
            for entry in siblings if weighted else ():
                if "weight" not in entry.values.keys() | entry.cells.keys():
                    what = f"{entry.id} has no weight and others beside it have one: it counts 1"
                    self.notes.add_warning(what, entry.row.origin(), "write its weight, or 0")
        written = [
            weighted
            for weighted, group in zip(written, groups, strict=True)
            if not any(_is_bad(weighted, "weight") for weighted in group)
        ]
        by_column: dict[int, list[list[Entry]]] = {}
        above = {id(child): node for node in self.nodes for child in node.children if "weight" in node.cells}
        wholes = [(weighted, above[id(weighted[0])]) for weighted in written if weighted and id(weighted[0]) in above]
        if any(_sum_weights(weighted) == node.values.get("weight") for weighted, node in wholes):  # shares of the whole
            for weighted, node in wholes:
                self._check_sum(weighted, node.values.get("weight", 0))
            written = [weighted for weighted in written if not any(weighted is entries for entries, _ in wholes)]
        for weighted in written:
            if len(weighted) > 1:
                by_column.setdefault(weighted[0].cells["weight"].column or 1, []).append(weighted)
        for column, several in by_column.items():
            self._check_sums(several, column - 1)

    def _check_sums(self, several: Sequence[Sequence[Entry]], place: int) -> None:
        """Warn of weights with unusual sums.

        Weights in one column should sum to 1 or 100 if others do, or if they are percentages.
        """
        entries = [entry for weighted in several for entry in weighted]
        if any(_sum_weights(weighted) in (1, 100) for weighted in several):
            for weighted in several:
                self._check_sum(weighted, min((1, 100), key=lambda whole: abs(_sum_weights(weighted) - whole)))
        elif whole := next((end for end in (1, 100) if 0.8 * end < _sum_weights(entries) < 1.25 * end), None):
            self._check_sum(entries, whole)
        else:
            for weighted in several:
                if any("%" in entry.row.cells[place] for entry in weighted):
                    self._check_sum(weighted, 100)

    def _check_sum(self, weighted: Sequence[Entry], whole: float) -> None:
        total = _sum_weights(weighted)
        if total != whole:
            what = f"the weights of {', '.join(entry.id for entry in weighted)} sum to {total:g}, not {whole:g}"
            remedy = "correct one of them; weights are used in proportion"
            self.notes.add_warning(what, weighted[-1].cells["weight"], remedy)

    def _weigh_by_points(self) -> bool:
        """Weigh nodes by points below; return whether any is weighed.

        A node is weighed only if no node beside or below it has a weight.
        """
        has_points = False
        given = {id(entry) for entry in self.nodes if "weight" in entry.values}
        for siblings in (self.roots, *(entry.children for entry in self.nodes if entry.children)):
            if any(id(entry) in given for top in siblings for entry in top.walk()):
                continue
            has_points = True
            for entry in siblings:
                leaves = [leaf for leaf in entry.walk() if not leaf.children]
                worth = sum(criterion.values.get("points", 1) for leaf in leaves for criterion in leaf.criteria)
                entry.values["weight"] = worth or float(len(leaves))
        return has_points

    def _add_total(self) -> None:
        """Put several root nodes below one for the total."""
        if len(self.roots) < 2:
            return
        title = self.made.data["framework"]["title"]
        texts = dict(title) if isinstance(title, Mapping) else {self.language: title}
        row = self.roots[0].row
        total = Entry(
            row, {"title": texts}, {"title": row.origin()}, "total", self._find_free_id("total", row.origin())
        )
        total.children = self.roots
        self.roots = [total]

    # --- tables ------------------------------------------------------------------------------------------------------

    def _emit(self, entry: Entry, parent: str | None) -> None:
        row: dict[str, Any] = {"id": entry.id} | ({"parent": parent} if parent is not None else {})
        row |= {"kind": re.sub(r"\s+", "-", entry.kind) or "indicator", **entry.texts}
        row |= {key: entry.values[key] for key in ("weight", "scale", "method") if key in entry.values}
        if (target := self._parse_target(entry, entry.values.get("target"), entry.cells.get("target"))) is not None:
            row["target"] = target
        codes = self._make_codes()
        if "answer scale" in entry.values:
            row["answers"] = entry.values["answer scale"]
        if entry.level_texts and not entry.children:
            row["level_texts"] = {codes[n]: entry.level_texts[n] for n in sorted(entry.level_texts) if n in codes}
        cells = {key: cell for key, cell in entry.cells.items() if key in _NODE_CELLS}
        at = self.made.add("nodes", row, cells, entry.row.origin())
        for position, criterion in enumerate(entry.criteria):
            path = ("nodes", at, "criteria", position)
            self.made.data["nodes"][at].setdefault("criteria", []).append(self._make_criterion(criterion))
            self.made.locate(path, criterion.cells, criterion.row.origin())
        for child in entry.children:
            self._emit(child, entry.id)

    def _make_criterion(self, entry: Entry) -> dict[str, Any]:
        criterion_table: dict[str, Any] = {key: entry.texts[key] for key in ("text", "evidence") if key in entry.texts}
        criterion_table["id"] = entry.id
        criterion_table |= {key: entry.values[key] for key in ("step", "points") if key in entry.values}
        check = str(entry.values.get("check", "")).upper()
        if check and check in tuple(Check):
            criterion_table["check"] = check
        elif check:
            remedy = "write D (document), O (observed), R (record) or I (interview)"
            self.notes.add_error(f"{entry.values['check']!r} is not a check", entry.cells["check"], remedy)
        return criterion_table

    def _make_codes(self) -> dict[int, str]:
        scales = self.made.data.get("scales", ())
        first = scales[0] if scales else {}
        levels = enumerate(first.get("levels", ()), first.get("first_level", 1))
        return {order: level.get("code", f"L{order}") for order, level in levels}

    def _parse_target(self, entry: Entry, target: Any, origin: Origin | None) -> float | int | None:
        """Parse a target on the scale of its node.

        The target is a level or a value. The result is None if there is none, or if it is invalid, which is reported as
        an error.
        """
        if target is None:
            return None
        finder = self._finder
        if "scale" in entry.values:
            scale = next(scale for scale in self.made.data["scales"] if scale["id"] == entry.values["scale"])
            finder = LevelFinder.of(scale) if "levels" in scale else None
        order = target if finder is None else finder.find(str(target))
        if order is None or isinstance(order, str):
            known = (
                "levels are: " + ", ".join(dict.fromkeys(map(str, finder.orders.values())))
                if finder
                else "write a number"
            )
            self.notes.add_error(f"{target} is not a target on this scale", origin, known)
            return None
        return order


def _is_bad(entry: Entry, name: str) -> bool:
    """True for a cell that is no number."""
    return name in entry.cells and name not in entry.values


def _sum_weights(entries: Sequence[Entry]) -> float:
    """Return the sum of weights, without decimal errors."""
    return round(sum(float(entry.values["weight"]) for entry in entries), 9)


def _list_leaves(entry: Entry) -> Iterator[Entry]:
    """Yield the leaves below a node, and their criteria."""
    for leaf in entry.walk():
        if leaf is not entry and not leaf.children:
            yield from leaf.criteria or [leaf]
