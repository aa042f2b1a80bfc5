"""Scores of readings of labelled tables.

Each answer is right, wrong, lost and reported, or lost silently.
"""

from __future__ import annotations

import argparse
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from attrs import define, field

import capbuild as cb
from benchmarks.layouts import generate
from benchmarks.layouts.files import Style, choose, shown, write
from benchmarks.layouts.generate import Fact, Sheet, Table
from benchmarks.layouts.readings import ASIDE, Index, Reports, Spot, normalised, spots
from capbuild.origin import column_letters

OUTCOMES = ("right", "wrong", "reported", "silent")


@define
class Score:
    """Counts of one table, with its first faults."""

    counts: Counter[str] = field(factory=Counter)
    faults: list[str] = field(factory=list)
    columns: set[tuple[str, int]] = field(factory=set)  # those with a right answer: their headers are read

    def fault(self, what: str, spot: Spot, text: str) -> None:
        """Count a fault and describe it."""
        self.counts[what] += 1
        row, column = spot.place
        self.faults.append(f"{what}: {spot.sheet.name}!{column_letters(column)}{row} {text}")

    def fact(self, spot: Spot, fact: Fact, index: Index, reports: Reports) -> None:
        """Score an answer."""
        row, column = spot.place
        here = index.by_place.get(spot.key, [])
        row_of = index.by_row.get((spot.sheet.name, row), ())
        joined = [found for found in row_of if fact.option and index.is_joined(found, fact)]
        if any(index.is_right(found, fact) for found in (*here, *joined)):
            self.counts["right"] += 1
            self.columns.add((spot.sheet.name, column))
            return
        here = here or joined
        text, got = shown(spot.cell.value), "; ".join(map(str, here)) or "nothing"
        expected = f"expected {fact.country or '-'} {fact.asks} {fact.dims or ''} = {fact.values!r}"
        if here and fact.country and not any(found.country for found in here):
            reported = spot.sheet.name in reports.without_country or reports.covers(spot, text, counted=False)
        else:
            kept = any(found.answer.value is not cb.Missing.INVALID for found in here)
            reported = not kept and reports.covers(spot, text)
            reported = reported or (spot.is_hidden and not kept and "hidden" in reports.messages[spot.sheet.name])
        if reported:
            self.counts["right" if spot.is_hidden else "reported"] += 1
        else:
            self.fault("wrong" if here else "silent", spot, f"{text!r}: {expected}; got {got}")

    def other(self, spot: Spot, index: Index, reports: Reports) -> None:
        """Score a comment, or a cell that is no answer."""
        cell, text = spot.cell, shown(spot.cell.value)
        here = [found for found in index.by_place.get(spot.key, ()) if not found.answer.is_missing]
        heading = cell.label == "header" and not _has_answers(spot.sheet, spot.place[0])
        if here and (cell.label in ASIDE or heading):
            self.fault("notes", spot, f"{cell.label} {text!r} became {here[0]}")
        remark = cell.value.remark if cell.fact else text if cell.label == "comment" else ""
        if remark:
            beside = index.by_place.get((spot.sheet.name, *(cell.of or spot.place)), ())
            kept = any(normalised(remark) in normalised(found.answer.comment) for found in beside)
            kept = kept or (cell.fact is None and bool(here))
        else:
            read = (spot.sheet.name, spot.place[1]) in self.columns and cell.label == "header"
            kept = cell.fact is not None or bool(here) or read or index.keeps(text)
        if not kept and not reports.covers(spot, remark or text):
            self.fault("other", spot, f"{cell.label if not remark else 'comment'} {remark or text!r}")

    def responses(self, index: Index) -> None:
        """Count responses made of titles, notes or totals."""
        for sheet in index.table.sheets:
            rows: dict[int, list[Spot]] = defaultdict(list)
            for place, cell in sheet.cells.items():
                rows[place[0]].append(Spot(sheet, place, cell))
            for response in index.reading.responses:
                origin = response.origin
                if origin is None or index.name(origin.sheet) != sheet.name or origin.row not in rows:
                    continue
                labels = {spot.cell.label for spot in rows[origin.row]}
                if labels <= {*ASIDE} and all(answer.is_missing for answer in response.answers):
                    self.fault("notes", rows[origin.row][0], f"{min(labels)} became a response")


def measure(table: Table, style: Style) -> Score:
    """Read a table, and score the result."""
    found = spots(table)
    score = Score(Counter(tables=1, facts=sum(spot.cell.fact is not None for spot in found)))
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
    score_reading(score, found, Index(reading, table))
    return score


def score_reading(score: Score, found: Sequence[Spot], index: Index) -> None:
    """Score a reading against the labels of its table."""
    reports = Reports(index)
    for spot in found:
        if spot.cell.fact is not None:
            score.fact(spot, spot.cell.fact, index, reports)
        score.other(spot, index, reports)
    score.responses(index)


def _has_answers(sheet: Sheet, row: int) -> bool:
    return any(cell.fact is not None for (r, _), cell in sheet.cells.items() if r == row)


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
    """Print results by kind, language and file type."""
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
    parser.add_argument("--ablation", action="store_true", help="leave out each term of the score in turn")
    parser.add_argument("--mechanisms", action="store_true", help="leave out each mechanism of the engine in turn")
    parser.add_argument("--folders", action="store_true", help="read returns with few answers alone and in folders")
    given = parser.parse_args()
    made = (
        table
        for table in generate.tables(given.seed, given.tables)
        if given.kind in table.kind and given.language in ("", table.language)
    )
    start = time.perf_counter()
    if given.ablation or given.mechanisms:
        from benchmarks.layouts import ablation

        (ablation.run_mechanisms if given.mechanisms else ablation.run)(list(made), given.seed)
    elif given.folders:
        from benchmarks.layouts import folders

        folders.run(made, given.seed)
    elif given.locality or given.invariance:
        from benchmarks.layouts import variations

        variations.run(made, given.seed, local=given.locality, show=given.show)
    else:
        run(made, given.seed, show=given.show)
    print(f"\n{time.perf_counter() - start:.0f} s")
