"""Score of readings of labelled tables: each answer right, wrong, lost and reported, or lost silently."""

from __future__ import annotations

import argparse
import math
import re
import time
import traceback
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from attrs import define, field, frozen

import capbuild as cb
from benchmarks.layouts import generate
from benchmarks.layouts.files import Style, choose, shown, write
from benchmarks.layouts.generate import Cell, Expected, Fact, Place, Sheet, Table

OUTCOMES = ("right", "wrong", "reported", "silent")
ASIDE = ("title", "note", "total")


def normalised(*texts: object) -> str:
    """Return texts as lower-case words between spaces."""
    joined = unicodedata.normalize("NFKC", " ".join(str(text) for text in texts if text)).casefold()
    return f" {' '.join(''.join(c if c.isalnum() else ' ' for c in joined).split())} "


def equal(got: object, expected: Expected) -> bool:
    """Return whether a value is the expected one; true is not 1, and "5" is not 5."""
    if isinstance(got, bool) or isinstance(expected, bool):
        return got is expected
    if isinstance(got, int | float) and isinstance(expected, int | float):
        return math.isclose(got, expected, abs_tol=1e-9)
    if isinstance(got, str) and isinstance(expected, str):
        return got.strip() == expected.strip()
    return type(got) is type(expected) and got == expected


@frozen
class Found:
    """Answer in the response that has it."""

    answer: cb.Answer
    response: cb.Response

    @property
    def country(self) -> str:
        """Alpha-3 code of the response, empty for none."""
        return self.response.country.alpha_3 if self.response.country else ""

    def __str__(self) -> str:
        return f"{self.country or '-'} {self.answer.question!r} = {self.answer.value!r}"


@define
class Index:
    """Contents of a reading by their places."""

    reading: cb.Reading
    table: Table
    by_place: dict[tuple[str, int, int], list[Found]] = field(factory=lambda: defaultdict(list))
    by_row: dict[tuple[str, int], list[Found]] = field(factory=lambda: defaultdict(list))

    def __attrs_post_init__(self) -> None:
        for response in self.reading.responses:
            for answer in response.answers:
                origin = answer.origin or response.origin
                if origin is not None and origin.row is not None:
                    name = self.name(origin.sheet)
                    found = Found(answer, response)
                    self.by_row[name, origin.row].append(found)
                    if origin.column is not None:
                        self.by_place[name, origin.row, origin.column].append(found)

    def name(self, sheet: str | None) -> str:
        """Return the name of a sheet; a text file has one without a name."""
        return sheet or self.table.sheets[0].name

    @cached_property
    def questions(self) -> dict[str, str]:
        """Texts of each question: id, text, hint, unit, groups, parents, and dimensions where a question has them."""
        form = self.reading.questionnaire
        found: dict[str, str] = {}
        groups = {group.id: group for group in form.groups} if form else {}
        for question in form.questions if form else ():
            parts = [question.id, question.text.source, question.unit, getattr(question, "dimensions", "")]
            group = groups.get(question.group or "")
            while group is not None:
                parts.append(group.title.source)
                group = groups.get(group.parent or "")
            found[question.id] = normalised(*parts, found.get(question.parent or "", ""))
        return found

    @cached_property
    def known(self) -> str:
        """All texts that a reading keeps anywhere."""
        parts: list[object] = list(self.questions.values())
        for sheet in self.reading.reconciliation.sheets:
            parts += [column.name for column in sheet.columns]
        for question in self.reading.questionnaire.questions if self.reading.questionnaire else ():
            parts += [choice.label.source for choice in question.choices]
        for response in self.reading.responses:
            who = response.respondent
            parts += [response.id, response.place, response.date, response.language, response.submitted]
            parts += [who.pseudonym, who.kind, who.role] if who else []
            for answer in response.answers:
                parts += [answer.raw, answer.comment, getattr(answer, "dimensions", "")]
                parts.append(" ".join(answer.value) if isinstance(answer.value, tuple) else answer.value)
        return normalised(*parts)

    def keeps(self, text: str) -> bool:
        """Return whether a key or header is kept: as it is, as a day, or in parts."""
        parts = [part for part in re.split(r"[,;]", text) if part.strip()]
        return (
            normalised(text) in self.known
            or (bool(re.match(r"\d{4}-\d\d-\d\d", text)) and normalised(text[:10]) in self.known)
            or all(normalised(part) in self.known for part in parts)
        )

    def has_dimensions(self, found: Found, dims: Sequence[str]) -> bool:
        """Return whether an answer has dimensions: in its question, its respondent, or keys in its row."""
        who, origin = found.response.respondent, found.answer.origin
        beside = [
            f"{other.value}"
            for other in found.response.answers
            if origin and other.origin and other.origin.row == origin.row and other.origin.column != origin.column
        ]
        own = [getattr(found.answer, "dimensions", ""), getattr(found.response, "dimensions", "")]
        texts = normalised(self.questions.get(found.answer.question, found.answer.question), found.response.date,
                           who.pseudonym if who else "", *own, *beside)  # fmt: skip
        return all(normalised(dim) in texts for dim in dims)

    def is_right(self, found: Found, fact: Fact) -> bool:
        """Return whether an answer is what a label says."""
        texts = self.questions.get(found.answer.question, normalised(found.answer.question))
        value = found.answer.value
        if found.country != fact.country or not all(normalised(text) in texts for text in fact.asks):
            return False
        if fact.option and isinstance(value, tuple):
            return any(normalised(fact.option) in normalised(part) for part in value) == fact.chosen
        if fact.option and normalised(fact.option) not in texts:
            return False
        return self.has_dimensions(found, fact.dims) and any(equal(value, expected) for expected in fact.values)


@define
class Reports:
    """What issues and the reconciliation report as left out."""

    index: Index
    cells: set[tuple[str, int, int]] = field(factory=set)
    rows: set[tuple[str, int]] = field(factory=set)
    columns: set[tuple[str, int]] = field(factory=set)
    sheets: set[str] = field(factory=set)
    messages: dict[str, str] = field(factory=lambda: defaultdict(str))
    room: Counter[str] = field(factory=Counter)

    def __attrs_post_init__(self) -> None:
        read = {name for name, _ in self.index.by_row}
        for issue in self.index.reading.issues:
            origin = issue.origin
            name = self.index.name(origin.sheet if origin else None)
            self.messages[name] += normalised(issue.message)
            if origin is None or (origin.row is None and origin.column is None):
                self.sheets.update({name} - read)
            elif origin.column is None:
                self.rows.add((name, origin.row or 0))
            elif origin.row is None:
                self.columns.add((name, origin.column))
            else:
                self.cells.add((name, origin.row, origin.column))
        for account in self.index.reading.reconciliation.sheets:
            name = self.index.name(account.sheet)
            if account.skipped:
                self.sheets.add(name)
            self.columns.update((name, used.column) for used in account.columns if used.use == "ignored")
            self.room[name] += sum(account.left_out.values())
            self._count_rows(name, sum(n for why, n in account.rows_left_out.items() if "blank" not in why))

    def _count_rows(self, name: str, number: int) -> None:
        """Report rows without answers as far as the reconciliation counts them, titles, notes and totals first."""
        sheet = next((sheet for sheet in self.index.table.sheets if sheet.name == name), None)
        if sheet is None:
            return
        labels: dict[int, set[str]] = defaultdict(set)
        for (row, _), cell in sheet.cells.items():
            labels[row].add(cell.label)
        unread = [row for row in labels if (name, row) not in self.index.by_row and (name, row) not in self.rows]
        unread.sort(key=lambda row: (not labels[row] & {*ASIDE}, "answer" in labels[row], row))
        self.rows.update((name, row) for row in unread[:number])

    def covers(self, sheet: str, place: Place, text: str) -> bool:
        """Return whether a cell is reported; a cell that is only counted is counted once."""
        row, column = place
        quoted = len(text) > 3 and normalised(text) in self.messages[sheet]
        if sheet in self.sheets or (sheet, row) in self.rows or (sheet, column) in self.columns or quoted:
            return True
        if (sheet, row, column) in self.cells:
            return True
        self.room[sheet] -= 1
        return self.room[sheet] >= 0


@define
class Score:
    """Counts of one table, with its first faults."""

    counts: Counter[str] = field(factory=Counter)
    faults: list[str] = field(factory=list)

    def fault(self, what: str, sheet: Sheet, place: Place, text: str) -> None:
        """Count a fault and describe it."""
        self.counts[what] += 1
        row, column = place
        self.faults.append(f"{what}: {sheet.name}!{cb.Origin('', row=row, column=column)} {text}".replace("!:", "!"))


def measure(table: Table, style: Style) -> Score:
    """Read a table and score what came out."""
    score = Score(Counter(tables=1, facts=sum(cell.label == "answer" for _, _, cell in cells_of(table))))
    try:
        reading = cb.read(write(table, style), name=f"{table.stem}.{style.suffix}")
    except cb.CapbuildError as error:
        score.counts.update(refused=1, reported=score.counts["facts"])
        score.faults.append(f"refused: {error}")
        return score
    except Exception:  # noqa: BLE001 - a crash is a result
        score.counts.update(crashes=1, silent=score.counts["facts"])
        score.faults.append(f"crash: {traceback.format_exc(limit=-2)}")
        return score
    index = Index(reading, table)
    reports = Reports(index)
    order = sorted(cells_of(table), key=lambda item: (item[2].label not in ASIDE, item[2].fact is None))
    for sheet, place, cell in order:
        if cell.fact is not None:
            _score_fact(score, index, reports, sheet, place, cell)
        _score_other(score, index, reports, sheet, place, cell)
    _score_responses(score, index)
    return score


def cells_of(table: Table) -> Iterator[tuple[Sheet, Place, Cell]]:
    """Return all cells of a table."""
    for sheet in table.sheets:
        for place, cell in sheet.cells.items():
            yield sheet, place, cell


def _score_fact(score: Score, index: Index, reports: Reports, sheet: Sheet, place: Place, cell: Cell) -> None:
    fact = cell.fact
    assert fact is not None
    row, column = place
    here = index.by_place.get((sheet.name, row, column), [])
    joined = [f for f in index.by_row.get((sheet.name, row), ()) if fact.option and isinstance(f.answer.value, tuple)]
    hidden = sheet.hidden or row in sheet.hidden_rows or column in sheet.hidden_columns
    if any(index.is_right(found, fact) for found in (*here, *joined)):
        score.counts["right"] += 1
        return
    text = shown(cell.value)
    expected = f"expected {fact.country or '-'} {fact.asks} {fact.dims or ''} = {fact.values!r}"
    partly = [f for f in here if f.answer.value is not cb.Missing.INVALID and (f.country or not fact.country)]
    if partly:
        score.fault("wrong", sheet, place, f"{text!r}: {expected}; got {'; '.join(map(str, partly))}")
    elif reports.covers(sheet.name, place, text) or (hidden and "hidden" in reports.messages[sheet.name]):
        score.counts["right" if hidden else "reported"] += 1
    else:
        got = "; ".join(map(str, here)) or "nothing"
        score.fault("wrong" if here else "silent", sheet, place, f"{text!r}: {expected}; got {got}")


def _score_other(score: Score, index: Index, reports: Reports, sheet: Sheet, place: Place, cell: Cell) -> None:
    """Score comments, and cells that are no answers."""
    text, row, column = shown(cell.value), *place
    here = [f for f in index.by_place.get((sheet.name, row, column), ()) if not f.answer.is_missing]
    aside = cell.label in ASIDE or (cell.label == "header" and not _has_answers(sheet, row))
    if here and aside:
        score.fault("notes", sheet, place, f"{cell.label} {text!r} became {here[0]}")
    remark = cell.value.remark if cell.fact else text if cell.label == "comment" else ""
    if remark:
        spot = (sheet.name, *(cell.of or place))
        kept = any(normalised(remark) in normalised(f.answer.comment) for f in index.by_place.get(spot, ()))
        if not kept and (cell.fact or not here) and not reports.covers(sheet.name, place, remark):
            score.fault("other", sheet, place, f"comment {remark!r}")
    elif cell.fact is None and not here and not index.keeps(text):
        if not reports.covers(sheet.name, place, text):
            score.fault("other", sheet, place, f"{cell.label} {text!r}")


def _has_answers(sheet: Sheet, row: int) -> bool:
    return any(cell.fact is not None for (r, _), cell in sheet.cells.items() if r == row)


def _score_responses(score: Score, index: Index) -> None:
    """Count responses that were made of a title, note or total without an answer there."""
    for sheet in index.table.sheets:
        rows: dict[int, set[str]] = defaultdict(set)
        for (row, _), cell in sheet.cells.items():
            rows[row].add(cell.label)
        for response in index.reading.responses:
            origin = response.origin
            if origin is None or index.name(origin.sheet) != sheet.name or origin.row is None:
                continue
            if rows[origin.row] and rows[origin.row] <= {*ASIDE} and all(a.is_missing for a in response.answers):
                score.fault("notes", sheet, (origin.row, 1), f"{min(rows[origin.row])} became a response")


COLUMNS = ("tables", "facts", *OUTCOMES[1:], "other", "notes", "refused", "crashes")


def show_table(title: str, groups: Mapping[str, Counter[str]]) -> None:
    """Print counts by group."""
    print(f"\n{title:34} {'right':>7} {' '.join(f'{name:>8}' for name in COLUMNS)}")
    for name, counts in sorted(groups.items(), key=lambda item: item[1]["right"] / max(item[1]["facts"], 1)):
        share = 100 * counts["right"] / max(counts["facts"], 1)
        print(f"{name:34} {share:6.1f}% {' '.join(f'{counts[column]:8,}' for column in COLUMNS)}")


def show_faults(table: Table, style: Style, score: Score, number: int = 4) -> None:
    """Print the content of a file and its first faults."""
    print(f"\n## {table.kind} ({table.language}, {style}, {style.encoding})")
    for sheet in table.sheets:
        print(f"[{sheet.name}]")
        for row in range(1, min(sheet.height, 12) + 1):
            line = (sheet.cells.get((row, column)) for column in range(1, sheet.width + 1))
            print("  " + " | ".join(shown(cell.value, style.decimal)[:24] if cell else "" for cell in line))
    worst = sorted(score.faults, key=lambda fault: ("silent", "wrong", "notes", "other").index(fault.split(":")[0])
                   if fault.split(":")[0] in ("silent", "wrong", "notes", "other") else -1)  # fmt: skip
    print("\n".join(f"- {fault}" for fault in worst[:number]))


def run(tables: Iterator[Table], seed: int, *, show: bool = False) -> Counter[str]:
    """Measure tables and print results by kind, language and file type."""
    groups: dict[str, dict[str, Counter[str]]] = {name: defaultdict(Counter) for name in ("kind", "language", "file")}
    total: Counter[str] = Counter()
    shown_kinds: set[str] = set()
    for table in tables:
        style = choose(table, seed)
        score = measure(table, style)
        total.update(score.counts)
        for group, name in (("kind", table.kind), ("language", table.language), ("file", str(style))):
            groups[group][name].update(score.counts)
        if show and score.faults and table.kind not in shown_kinds:
            shown_kinds.add(table.kind)
            show_faults(table, style, score)
    for name, found in groups.items():
        show_table(name, found)
    show_table("", {"all": total})
    return total


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(prog="benchmarks.layouts", description=__doc__)
    parser.add_argument("--kind", default="", help="only layouts with this in their name")
    parser.add_argument("--language", default="", help="only tables of one language")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tables", type=int, default=0, help="number of tables; default: each kind in each language")
    parser.add_argument("--show", action="store_true", help="print the first faults of each kind, with the file")
    parser.add_argument("--locality", action="store_true", help="change one cell: only its own answer may change")
    parser.add_argument("--invariance", action="store_true", help="write tables otherwise: the answers stay the same")
    given = parser.parse_args()
    made = (
        table
        for table in generate.tables(given.seed, given.tables)
        if given.kind in table.kind and given.language in ("", table.language)
    )
    start = time.perf_counter()
    if given.locality or given.invariance:
        from benchmarks.layouts import variations

        variations.run(made, given.seed, local=given.locality, show=given.show)
    else:
        run(made, given.seed, show=given.show)
    print(f"\n{time.perf_counter() - start:.0f} s")
