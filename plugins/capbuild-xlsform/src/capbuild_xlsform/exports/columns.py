"""Roles of export columns.

A role is question, option, part of a location, or metadata.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from enum import Enum
from functools import cached_property

from attrs import define, evolve, field, frozen

from capbuild.formats import are_exceptions, fold_word
from capbuild_xlsform.definitions.form import Form
from capbuild_xlsform.exports.export_headers import (
    HeaderPath,
    LabelIndex,
    are_names,
    choose_separator,
    find_separator,
    label_index,
    split_header,
)
from capbuild_xlsform.submissions.draft import Guess
from capbuild_xlsform.submissions.metadata import is_meta, normalise_meta_name

_GEO = ("latitude", "longitude", "altitude", "precision")
_GEO_SPELLINGS = {**{part: part for part in _GEO}, "accuracy": "precision"}
#: Header of a location part: prefix, header of the location question, and part.
_GEO_HEAD = re.compile(r"((?:.*/)?[^/_]*)_([^/]*)_(latitude|longitude|altitude|precision)", re.DOTALL)
#: The same if only the parts are exported, as by ODK Central and Briefcase, with any group separator.
_GEO_PART = re.compile(r"(.+)[-:](latitude|longitude|altitude|accuracy)", re.DOTALL | re.IGNORECASE)
_BINARY = frozenset({"0", "1", "true", "false"})
#: Cells that mark an option as chosen, and as not chosen.
TICKED, UNTICKED = frozenset({"1", "true", "yes", "1.0"}), frozenset({"0", "false", "no", "0.0"})
MARKS = TICKED | UNTICKED
#: Largest number of exceptions among ticks.
_MOST = 20


class Part(Enum):
    """Role of a column."""

    WHOLE = "whole"
    OPTION = "option"
    GEO = "geo"
    META = "meta"
    NOTHING = "nothing"


@frozen
class Column:
    """Column of an export.

    Attributes:
        index: Position, from 0.
        head: Header as found.
        part: Role of the column.
        path: Path of its question, or name of the metadata.
        places: Positions in repeats.
        detail: Code of the option, or part of the location.
        label: The header, if it is a label and not a name.
    """

    index: int
    head: str
    part: Part
    path: str = ""
    places: tuple[tuple[str, int], ...] = ()
    detail: str = ""
    label: str = ""


@define(eq=False)
class ColumnStatistics:
    """Statistics of the cells of one column.

    Attributes:
        own: Last step of its header, folded.
        filled: Non-blank cells.
        binary: Cells with 0, 1, true or false, or the last step of the header.
        words: Cells with true or false as words.
        marks: Distinct cells that may mark an option as chosen or not chosen.
        first: First non-blank cell.
        guess: Inferred type of its answers.
    """

    own: str = ""
    filled: int = 0
    binary: int = 0
    words: int = 0
    marks: set[str] = field(factory=set)
    first: str = ""
    guess: Guess = field(factory=Guess)

    def see(self, text: str) -> None:
        """Add one cell."""
        if not text or text == "n/a":
            return
        self.filled += 1
        if self.guess.is_text and self.binary + _MOST < self.filled:
            return  # Texts that are no ticks; nothing more to infer.
        self.first = self.first or text
        self.guess.see(text)
        low = text.casefold()
        if low in MARKS:
            self.marks.add(low)
        if low in _BINARY:
            self.binary += 1
            self.words += not low.isdigit()
        elif low == self.own:
            self.binary += 1

    @property
    def ticks(self) -> bool:
        """True if nearly all cells are ticks or unticked marks."""
        return self.binary > 0 and are_exceptions(self.filled - self.binary, self.binary)


@define(eq=False)
class _Planner:
    headers: Sequence[str]
    facts: Sequence[ColumnStatistics]
    separator: str
    index: LabelIndex | None
    prefix: str
    _used: Counter[str] = field(factory=Counter)
    _last: str = ""

    def plan(self) -> list[Column]:
        columns = [self._plan_by_header(position, head) for position, head in enumerate(self.headers)]
        columns = self._make_options(columns)
        columns = self._make_location_columns(columns)
        return self._find_twins(columns)

    def _plan_by_header(self, place: int, head: str) -> Column:
        """Return a column by its header alone."""
        if not head:
            return Column(place, head, Part.NOTHING)
        name = normalise_meta_name(head)
        if is_meta(name) and not self._is_question(head):
            return Column(place, head, Part.META, name)
        if self.index is not None:
            column = self._find_in_form(self.index, place, head)
            if column is not None:
                return column
            if fold_word(head) in self.index.links:
                return Column(place, head, Part.META, head)
        if are_names(head, self.separator):
            found_path = split_header(head, self.separator)
            return Column(place, head, Part.WHOLE, self._find_path(found_path).path, self._find_path(found_path).places)
        path = self._find_path(HeaderPath(" ".join(head.split()).replace("/", "∕"))).path
        return Column(place, head, Part.WHOLE, path, label=" ".join(head.split()))

    def _is_question(self, head: str) -> bool:
        return self.index is not None and fold_word(head) in self.index.items

    def _find_path(self, header_path: HeaderPath) -> HeaderPath:
        """Prefix a repeat sheet's header with the repeat's path."""
        if not self.prefix or header_path.path == self.prefix or header_path.path.startswith(f"{self.prefix}/"):
            return header_path
        return HeaderPath(f"{self.prefix}/{header_path.path}", header_path.places)

    def _find_in_form(self, index: LabelIndex, place: int, head: str) -> Column | None:
        """Return a column with a header that matches the definition."""
        plain = split_header(head, self.separator)
        for text in (head, plain.path):
            paths = index.items.get(fold_word(text))
            if paths:
                paths = sorted(paths, key=lambda path: self._rank(path, plain.places, head))
                number = self._used[fold_word(head)]
                self._used[fold_word(head)] += 1
                self._last = paths[min(number, len(paths) - 1)]
                return Column(place, head, Part.WHOLE, self._last, plain.places)
            options = index.options(fold_word(text))
            if options:
                near = sorted(options, key=lambda option: self._measure_distance(option[0], plain.places, head))
                path, code = self._split_option(head, near)
                return Column(place, head, Part.OPTION, path, plain.places, code)
        return None

    def _rank(self, path: str, places: Sequence[tuple[str, int]], head: str) -> tuple[int, bool]:
        """Return the rank of a question for a column.

        Distance comes first, then whether the header differs from the question's in the language of the export.
        """
        return self._measure_distance(path, places, head), fold_word(head) not in self._headers_by_language.get(
            path, ()
        )

    @cached_property
    def _headers_by_language(self) -> Mapping[str, Set[str]]:
        return self.index.in_language(self.headers) if self.index is not None else {}

    def _measure_distance(self, path: str, places: Sequence[tuple[str, int]], head: str) -> int:
        """Return the distance of a question from a column.

        It chooses between questions of one name. The sheet of a repeat has the questions of that repeat, and other
        sheets those outside repeats, unless the header has a repeat position. A question that another column names with
        its groups is farthest.
        """
        if self.index is None:
            return 0
        if self._is_named_elsewhere(self.index, path, head):
            return 3
        home = self.index.homes.get(path, "")
        if places:
            return int(not home)
        return 0 if home == self.prefix else 1 if self.prefix and home.startswith(f"{self.prefix}/") else 2

    def _is_named_elsewhere(self, index: LabelIndex, path: str, head: str) -> bool:
        whole = index.whole.get(path, frozenset())
        return not whole.isdisjoint(self._named) and whole.isdisjoint(self._list_names(head))

    @cached_property
    def _named(self) -> frozenset[str]:
        return frozenset(name for head in self.headers for name in self._list_names(head))

    def _list_names(self, head: str) -> set[str]:
        """Return the folded names in a header.

        The header may be that of a question, or of an option below its question.
        """
        plain = split_header(head, self.separator).path.replace("/", self.separator)
        marks = dict.fromkeys((self.separator, "/"))
        return {fold_word(name) for text in (head, plain) for name in (text, *(text.rpartition(m)[0] for m in marks))}

    def _split_option(self, head: str, options: Sequence[tuple[str, str]]) -> tuple[str, str]:
        """Return the question and code of a split column.

        If several questions have this label, the question of the preceding column comes first, otherwise each in turn.
        """
        number = self._used[fold_word(head)]
        self._used[fold_word(head)] += 1
        before = next((option for option in options if option[0] == self._last), None)
        return before or options[min(number, len(options) - 1)]

    def _make_options(self, columns: list[Column]) -> list[Column]:
        """Find split columns without a definition.

        These are `tools` beside `tools/imaging` with ticks, or columns of ticks alone.
        """
        whole = {column.head: column for column in columns if column.part is Part.WHOLE}
        groups: dict[str, list[Column]] = defaultdict(list)
        for column in columns:
            lead = self._find_option_lead(column.head, whole) if column.part is Part.WHOLE else ""
            if lead:
                groups[lead].append(column)
        options: dict[int, Column] = {}
        for lead, members in groups.items():
            facts = [self.facts[column.index] for column in members if column.index < len(self.facts)]
            ticked = [f for f in facts if f.ticks]
            blank = all(f.filled == 0 for f in facts if not f.ticks)
            parent = whole.get(lead)
            if parent is not None and (blank or any(f.ticks for f in facts)):
                options.update({c.index: self._make_option(c, parent, lead) for c in members if self._may_tick(c)})
            elif ticked and blank and len(members) > 1 and all(f.words == f.filled for f in ticked):
                home = split_header(lead, self.separator)
                question = Column(-1, lead, Part.WHOLE, self._find_path(home).path, self._find_path(home).places)
                options.update({c.index: self._make_option(c, question, lead) for c in members})
        return [options.get(column.index, column) for column in columns]

    def _find_option_lead(self, head: str, whole: Mapping[str, Column]) -> str:
        """Return the part of a header before the option.

        This is the header of a question if there is one, otherwise all but the last step. Some tools write a slash
        before options, whatever the group separator.
        """
        leads = []
        for mark in dict.fromkeys((self.separator, "/")):
            lead, _, option = head.rpartition(mark)
            leads.append(lead if option.strip() else "")
            while lead and lead not in whole:  # The option's label may contain the separator too.
                lead = lead.rpartition(mark)[0]
            if lead and option.strip():
                return lead
        return next(filter(None, leads), "")

    def _may_tick(self, column: Column) -> bool:
        facts = self.facts[column.index] if column.index < len(self.facts) else ColumnStatistics()
        return facts.ticks or facts.filled == 0

    def _make_option(self, column: Column, question: Column, lead: str) -> Column:
        code = column.head[len(lead) + 1 :].strip()
        return evolve(column, part=Part.OPTION, path=question.path, places=question.places, detail=code, label="")

    def _make_location_columns(self, columns: list[Column]) -> list[Column]:
        """Find columns with parts of a location.

        For example `_gps_latitude` beside `gps`, or `gps-Latitude` alone.
        """
        paths = {column.path: column for column in columns if column.part is Part.WHOLE}
        located: list[Column] = []
        by_head = {column.head: column for column in paths.values()}
        by_name = {column.path.rpartition("/")[2]: column for column in paths.values()}
        leads = self._list_leads(columns)
        for column in columns:
            folder, _, name = column.path.rpartition("/")
            lead, _, last = name.rpartition("_")
            part = _GEO_SPELLINGS.get(last.casefold()) if column.part in (Part.WHOLE, Part.META) else None
            home = None
            labelled = _GEO_HEAD.fullmatch(column.head.strip()) if column.part is Part.WHOLE else None
            if labelled is not None and f"{labelled[1]}{labelled[2]}" in by_head:
                part, home = _GEO_SPELLINGS[labelled[3].casefold()], by_head[f"{labelled[1]}{labelled[2]}"]
            elif part is not None and lead.startswith("_"):
                home = paths.get(f"{folder}/{lead[1:]}" if folder else lead[1:]) or by_name.get(lead[1:])
            elif name.casefold() in _GEO_SPELLINGS and folder and self._has_both(paths, folder):
                part, home = _GEO_SPELLINGS[name.casefold()], Column(-1, folder, Part.WHOLE, folder, column.places)
            elif (
                column.part is Part.WHOLE and (parts := _GEO_PART.fullmatch(column.head.strip())) and parts[1] in leads
            ):
                part, home = _GEO_SPELLINGS[parts[2].casefold()], self._place(parts[1])
            if part is None or home is None:
                located.append(column)
            else:
                located.append(evolve(column, part=Part.GEO, path=home.path, places=home.places, detail=part))
        return located

    def _list_leads(self, columns: Iterable[Column]) -> set[str]:
        """Return the headers of locations exported only as parts.

        A location must have both a latitude and a longitude.
        """
        parts_by_lead: dict[str, set[str]] = defaultdict(set)
        for column in columns:
            parts = _GEO_PART.fullmatch(column.head.strip()) if column.part is Part.WHOLE else None
            if parts is not None:
                parts_by_lead[parts[1]].add(parts[2].casefold())
        return {lead for lead, named in parts_by_lead.items() if {"latitude", "longitude"} <= named}

    def _place(self, head: str) -> Column:
        """Return the question of a location exported only as parts."""
        plain = split_header(head, self.separator)
        paths = self.index.items.get(fold_word(plain.path), ()) if self.index is not None else ()
        near = sorted(paths, key=lambda path: self._measure_distance(path, plain.places, head))
        path = near[0] if near else self._find_path(plain).path
        return Column(-1, head, Part.WHOLE, path, self._find_path(plain).places)

    def _has_both(self, paths: Mapping[str, Column], folder: str) -> bool:
        names = {path.rpartition("/")[2].casefold() for path in paths if path.rpartition("/")[0] == folder}
        return {"latitude", "longitude"} <= names

    def _find_twins(self, columns: list[Column]) -> list[Column]:
        """Number columns with one header as repeat instances.

        Some exports write the header of each instance without its position.
        """
        counts = Counter(column.head for column in columns if column.part is Part.WHOLE and not column.places)
        seen: Counter[str] = Counter()
        numbered: list[Column] = []
        for column in columns:
            if (
                column.part is Part.WHOLE
                and counts[column.head] > 1
                and not column.places
                and not self._is_ambiguous(column)
            ):
                seen[column.head] += 1
                numbered.append(evolve(column, places=((column.path, seen[column.head]),)))
            else:
                numbered.append(column)
        return numbered

    def _is_ambiguous(self, column: Column) -> bool:
        """Return True if a header matches several defined questions."""
        return self.index is not None and len(self.index.items.get(fold_word(column.head), ())) > 1


def plan_columns(
    headers: Sequence[str],
    facts: Sequence[ColumnStatistics],
    form: Form | None,
    *,
    prefix: str = "",
    separator: str = "",
) -> list[Column]:
    """Return the role of each column of an export.

    Args:
        headers: Column headers.
        facts: Statistics of each column's cells.
        form: The merged definition of all versions; None for none.
        prefix: Path of the sheet's repeat.
        separator: Group separator of the headers; inferred if empty.

    Example:
        >>> facts = collect_column_facts(["tools", "imaging", "triage", "_uuid"])
        >>> for fact in facts[1:3]: fact.see("1")
        >>> [c.part.value for c in plan_columns(["tools", "tools/imaging", "tools/triage", "_uuid"], facts, None)]
        ['whole', 'option', 'option', 'meta']
    """
    separator = separator or (choose_separator(form, headers) if form is not None else find_separator(headers))
    index = label_index(form, separator) if form is not None else None
    return _Planner(headers, facts, separator, index, prefix).plan()


def collect_column_facts(headers: Iterable[str]) -> list[ColumnStatistics]:
    """Return empty statistics for columns."""
    return [ColumnStatistics(own=head.rpartition("/")[2].casefold()) for head in headers]
