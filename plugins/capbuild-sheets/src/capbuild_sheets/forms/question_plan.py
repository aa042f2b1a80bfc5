"""Questions from export columns.

They are single answers, multi-select, matrix rows, rankings and repeats.
"""

import re
from collections.abc import Mapping, Sequence
from enum import Enum

from attrs import evolve, field, frozen

from capbuild.formats import (
    MISSING_WORDS,
    Cell,
    Column,
    GridRow,
    Role,
    TableOptions,
    are_exceptions,
    cell_text,
    cell_words,
    fold_header,
    fold_word,
    header_words,
)
from capbuild_sheets.forms.dialect import Added, FormDialect, ParsedHeader, Part, Splitter, find_splitter
from capbuild_sheets.sheets import country_column

#: Metadata kinds of the roles that users give in options.
_GIVEN = {Role.ID: Part.ID, Role.RESPONDENT: Part.ID, Role.DATE: Part.DATE, Role.LANGUAGE: Part.LANGUAGE}
_NUMBERED = re.compile(r"(.+)_(\d{1,3})")


class Kind(Enum):
    """Storage of a question's answers in columns."""

    ADDED = "added by the product"
    VALUE = "one answer"
    ROW = "row of a matrix"
    TICKS = "a column for each option"
    RANKS = "a column for each option, with its rank"
    JOINED = "chosen options in one cell"
    ORDERED = "all options in one cell, in the order of their ranks"
    OTHER = "text beside an option"
    COPY = "repeats chosen options one by one"
    LEFT = "left out"


@frozen(kw_only=True, eq=False)
class Unit:
    """Question or matrix row, with its columns.

    Attributes:
        kind: Storage of its answers.
        question: Id of the question.
        text: Question text from the header.
        columns: Its columns.
        labels: Options of its columns.
        parent: Id of the question that it is a matrix row or a detail of.
        other: Column with the text of the option "other", if that option has no column.
        times: Repeat number in a repeat group, 0 outside.
        added: Metadata column of the product, if it is one.
        split: Splitter for options in one cell.
        why: Reason for leaving it out.
    """

    kind: Kind
    question: str
    text: str
    columns: tuple[Column, ...]
    labels: tuple[str, ...] = ()
    parent: str | None = None
    other: Column | None = None
    times: int = 0
    added: Added | None = None
    split: Splitter | None = None
    why: str = ""


@frozen(eq=False)
class FormPlan:
    """Questions and columns of an export.

    Attributes:
        units: Units in the order of their first columns.
        country: Country column, None for none.
        matrices: Texts of matrix questions by id.
    """

    units: tuple[Unit, ...]
    country: Column | None
    matrices: Mapping[str, str] = field(factory=dict)


def plan_form(
    dialect: FormDialect,
    parts: Sequence[ParsedHeader],
    columns: Sequence[Column],
    sample: Sequence[GridRow],
    *,
    options: TableOptions,
    choices: Mapping[str, Sequence[str]],
) -> FormPlan:
    """Return the questions of an export.

    Args:
        dialect: The product's dialect.
        parts: Parsed headers.
        columns: Columns as inferred by the table engine.
        sample: Rows below the headers.
        options: Options in force.
        choices: Options of questions given by the user, by folded header.
    """
    planner = _Planner(dialect, parts, columns, _texts(sample, len(columns)), options, choices)
    units = planner.units()
    if dialect.repeats:
        units = _with_repeats(units)
    return FormPlan(tuple(units), _country(columns, units, sample), planner.matrices)


def _texts(sample: Sequence[GridRow], width: int) -> list[list[str]]:
    """Return the texts of each column by row, blanks included."""
    return [[cell_text(cells[i]) if i < len(cells) else "" for _, cells in sample] for i in range(width)]


@frozen(eq=False)
class _Planner:
    dialect: FormDialect
    parts: Sequence[ParsedHeader]
    columns: Sequence[Column]
    texts: Sequence[Sequence[str]]
    options: TableOptions
    choices: Mapping[str, Sequence[str]]
    matrices: dict[str, str] = field(factory=dict)
    taken: dict[str, int] = field(factory=dict)

    def units(self) -> list[Unit]:
        """Return the units in column order."""
        units: list[Unit] = []
        index = 0
        codes = self._copies()
        while index < len(self.columns):
            left = self._left_out(index)
            if left:
                units.append(self._single(index, Kind.LEFT, why=left))
            elif index in codes:
                units.append(self._single(index, Kind.COPY, why=f"repeats what {codes[index]} holds"))
            elif (added := self._added(index)) is not None:
                units.append(self._single(index, Kind.ADDED, added=added))
            elif self.parts[index].part:
                group = self._group(index)
                units.extend(self._grouped(group, units))
                index = group[-1]
            else:
                units.append(self._value(index, copied=self.columns[index].name in codes.values()))
            index += 1
        return units

    def _left_out(self, index: int) -> str:
        column, added = self.columns[index], self._added(index)
        personal = column.personal or (added.personal if added else None)
        if personal is not None and self.options.drop_personal:
            return f"personal ({personal.value}), dropped, as set in the options"
        return "ignored, as set in the options" if column.role is Role.IGNORE else ""

    def _added(self, index: int) -> Added | None:
        part, column = self.parts[index], self.columns[index]
        if column.given and column.role in _GIVEN:
            return Added(_GIVEN[column.role])
        if part.part:
            return None
        match = self.dialect.graded.fullmatch(part.question) if self.dialect.graded is not None else None
        if match is not None and any(fold_header(other.question) == fold_header(match["of"]) for other in self.parts):
            return Added()
        return self.dialect.added.get(fold_header(part.question))

    def _single(self, index: int, kind: Kind, *, added: Added | None = None, why: str = "") -> Unit:
        column = self.columns[index]
        return Unit(kind=kind, question=column.question, text=column.name, columns=(column,), added=added, why=why)

    def _value(self, index: int, *, copied: bool) -> Unit:
        column = self.columns[index]
        texts = [text for text in self.texts[index] if text]
        known = self.choices.get(fold_header(column.name), ())
        split = find_splitter(self.dialect, column.name, texts, known, copied=copied)
        joined = Kind.ORDERED if split and _is_ranking(column.name, [split(text) for text in texts]) else Kind.JOINED
        unit = self._single(index, joined if split else Kind.VALUE)
        return evolve(unit, split=split, labels=tuple(known))

    def _copies(self) -> dict[int, str]:
        """Return columns that repeat multi-select options, with their question's name.

        For example, `units_lab` repeats that the option `lab` was chosen in `units`.
        """
        if self.dialect.joint != " ":
            return {}
        names = {column.name: i for i, column in enumerate(self.columns)}
        copies: dict[int, str] = {}
        for name, base in names.items():
            tokens = {token for text in self.texts[base] for token in text.split()}
            ticks = {n: i for n, i in names.items() if n.startswith(f"{name}_") and self._is_binary(i)}
            if ticks and tokens and {f"{name}_{token}" for token in tokens} <= set(ticks):
                copies.update(dict.fromkeys(ticks.values(), name))
        return copies

    def _is_binary(self, index: int) -> bool:
        return {text for text in self.texts[index] if text} <= {"0", "1"}

    def _group(self, index: int) -> list[int]:
        """Return the adjacent columns of one question."""
        question = self.parts[index].question
        group = [index]
        while group[-1] + 1 < len(self.parts):
            after = group[-1] + 1
            part = self.parts[after]
            if part.question != question or not part.part or self._left_out(after):
                break
            group.append(after)
        return group

    def _grouped(self, group: Sequence[int], before: Sequence[Unit]) -> list[Unit]:
        """Return the units of adjacent columns of one question."""
        question = self.parts[group[0]].question
        details = [i for i in group if self._is_detail(i)]
        rest = [i for i in group if i not in details]
        whole = next((u for u in reversed(before) if u.text == question and u.kind is not Kind.ADDED), None)
        units: list[Unit] = []
        parent = whole.question if whole else None
        if rest:
            parent = self._unique(question)
            units = self._options(rest, question, parent)
        if (
            details
            and len(units) == 1
            and units[0].kind is Kind.TICKS
            and not any(map(is_other_option, units[0].labels))
        ):
            label = self.parts[details[0]].part
            units = [evolve(units[0], labels=(*units[0].labels, label), other=self.columns[details[0]])]
        units.extend(evolve(self._single(index, Kind.OTHER), parent=parent) for index in details)
        return sorted(units, key=lambda unit: unit.columns[0].index)

    def _options(self, group: Sequence[int], question: str, name: str) -> list[Unit]:
        columns = tuple(self.columns[i] for i in group)
        labels = _distinct([self.parts[i].part for i in group])
        kind = Kind.ROW
        if not any(self.parts[i].row for i in group):
            kind = _kind([self.parts[i].part for i in group], [self.texts[i] for i in group])
        if kind is not Kind.ROW:
            return [Unit(kind=kind, question=name, text=question, columns=columns, labels=labels)]
        self.matrices[name] = question
        return [
            Unit(kind=Kind.ROW, question=f"{name} [{label}]", text=label, columns=(column,), parent=name)
            for column, label in zip(columns, labels, strict=True)
        ]

    def _is_detail(self, index: int) -> bool:
        """True if a column has the text of "other".

        If all its cells are ticks, the column is the option itself.
        """
        label = self.parts[index].part
        if self.parts[index].row or not is_other_option(label):
            return False
        return not _is_tick(label, 0, self.texts[index])

    def _unique(self, name: str) -> str:
        self.taken[name] = self.taken.get(name, 0) + 1
        return name if self.taken[name] == 1 else f"{name} ({self.taken[name]})"


def is_other_option(label: str) -> bool:
    """Return True if an option asks for free text.

    Example:
        >>> is_other_option("Other (please specify)"), is_other_option("Otro"), is_other_option("Others' reports")
        (True, True, False)
    """
    parts = fold_header(label).split()
    return any(" ".join(parts[:count]) in header_words("other") for count in (1, 2))


def _distinct(labels: Sequence[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    distinct = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        distinct.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return tuple(distinct)


def _is_tick(label: str, position: int, texts: Sequence[str]) -> bool:
    """True if a column only shows a chosen option."""
    odd, fitting = _other_than_ticks(label, position, texts)
    return not odd and (fitting > 0 or position > 0)


def _other_than_ticks(label: str, position: int, texts: Sequence[str]) -> tuple[list[str], int]:
    """Return a column's other words and number of ticks.

    The other words do not show whether the column's option was chosen.
    """
    words = [fold_word(text) for text in texts if text]
    ways = ({fold_word(label)}, {"1", "0"} | cell_words("yes", "no", "yes_mark", "no_mark"), {str(position)})
    known = max(ways, key=lambda way: sum(word in way for word in words))
    odd = [word for word in words if word not in known]
    return odd, len(words) - len(odd)


def _are_ticks(labels: Sequence[str], texts: Sequence[Sequence[str]]) -> bool:
    """True if columns show the chosen options.

    A few exceptions are allowed, but no known answers such as "partly".
    """
    columns = enumerate(zip(labels, texts, strict=True), start=1)
    tick_words = [_other_than_ticks(label, position, column) for position, (label, column) in columns]
    odd = [word for words, _ in tick_words for word in words]
    few = all(len(words) < 2 or are_exceptions(len(words), fitting) for words, fitting in tick_words)
    few = few and are_exceptions(len(odd), sum(fitting for _, fitting in tick_words))
    return not odd or (few and (MISSING_WORDS.keys() | cell_words("partly", "options")).isdisjoint(odd))


def _kind(labels: Sequence[str], texts: Sequence[Sequence[str]]) -> Kind:
    """Infer ticks, ranks or matrix rows from cells."""
    if _are_ticks(labels, texts):
        return Kind.TICKS
    return Kind.RANKS if len(labels) > 2 and _are_ranks(texts) else Kind.ROW


def _are_ranks(texts: Sequence[Sequence[str]]) -> bool:
    """True if nearly every row ranks its options.

    Ranks are 1, 2, 3 in some order, without ties.
    """
    rows = [[text for text in row if text] for row in zip(*texts, strict=True)]
    answered = [row for row in rows if len(row) > 1]
    ranked = sum(sorted(row) == sorted(map(str, range(1, len(row) + 1))) for row in answered)
    return len(answered) > 1 and ranked >= 0.9 * len(answered)


def _is_ranking(head: str, answers: Sequence[tuple[str, ...] | None]) -> bool:
    """True if answers rank all options of a question.

    The question must ask for an order, and answers must have different orders.
    """
    sets = {frozenset(answer or ()) for answer in answers}
    asks = not header_words("rank").isdisjoint(fold_header(head).split())
    return asks and len(sets) == 1 and len(next(iter(sets))) > 2 and len(set(answers)) > 1


def _with_repeats(units: Sequence[Unit]) -> list[Unit]:
    """Merge units such as `age_1` and `age_2` into repeats."""
    names = {unit.question for unit in units}
    times: dict[str, set[int]] = {}
    for unit in units:
        match = _NUMBERED.fullmatch(unit.question)
        if match and unit.kind in (Kind.VALUE, Kind.JOINED) and match[1] not in names:
            times.setdefault(match[1], set()).add(int(match[2]))
    repeated = {
        stem for stem, numbers in times.items() if len(numbers) > 1 and numbers == set(range(1, len(numbers) + 1))
    }
    out = []
    for unit in units:
        match = _NUMBERED.fullmatch(unit.question)
        again = match is not None and match[1] in repeated and unit.kind in (Kind.VALUE, Kind.JOINED)
        out.append(evolve(unit, question=match[1], times=int(match[2])) if again and match else unit)
    return out


def _country(columns: Sequence[Column], units: Sequence[Unit], sample: Sequence[GridRow]) -> Column | None:
    """Return the country column: from options, header or cells."""
    usable = [c for u in units if u.kind in (Kind.VALUE, Kind.ROW, Kind.TICKS, Kind.JOINED) for c in u.columns]
    named = sorted((not c.given, c.rank, c.index) for c in usable if c.role is Role.COUNTRY)
    if named:
        return columns[named[0][2]]
    single = {c.index for u in units if u.kind is Kind.VALUE and not u.times for c in u.columns}
    rows: list[list[Cell]] = [[cell if i in single else 0 for i, cell in enumerate(cells)] for _, cells in sample]
    place = country_column([c.name for c in columns], rows)
    return columns[place] if place is not None and place in single else None
