"""Value of shared layouts: a return with few answers, alone and in a folder with two others of its template.

uv run python -m benchmarks.layouts --folders [--kind K] [--language L] [--seed N] [--tables N]
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path, PurePath

import capbuild as cb
from benchmarks.layouts.calibrate import with_blanks, with_few_rows
from benchmarks.layouts.files import Style, choose, write
from benchmarks.layouts.generate import Table
from benchmarks.layouts.measure import Score, score_reading
from benchmarks.layouts.readings import Index, spots
from capbuild.formats.layouts.candidates import UNSURE
from capbuild.model import Survey


def read_beside(table: Table, others: Iterable[Table], style: Style) -> tuple[Survey, int]:
    """Read a table in a folder with others; return it with the number of reported outliers among the others."""
    with tempfile.TemporaryDirectory() as folder:
        for place, one in enumerate((table, *others)):
            (Path(folder) / f"{place}-{table.stem}.{style.suffix}").write_bytes(write(one, style))
        first, *rest = sorted(cb.read_all(folder), key=lambda survey: PurePath(survey.file).name)
    return first, sum(any(issue.code == "CB125" for issue in survey.issues) for survey in rest)


def run(tables: Iterable[Table], seed: int) -> None:
    """Print right answers and low confidence, alone and in a folder."""
    totals: dict[str, Counter[str]] = {"alone": Counter(), "in a folder": Counter()}
    changed: Counter[str] = Counter()
    for table in tables:
        rng = random.Random(f"{table.kind} {table.language} {seed} folder")
        few = rng.choice((with_blanks, with_few_rows))(table, rng)
        if not all(any(cell.fact for cell in sheet.cells.values()) for sheet in few.sheets):
            continue
        found, right = spots(few), []
        for name, others in (("alone", ()), ("in a folder", (table, table))):
            survey, outliers = read_beside(few, others, choose(table, seed))
            score = Score(Counter(tables=1, facts=sum(spot.cell.fact is not None for spot in found)))
            score_reading(score, found, Index(survey, few))
            score.counts.update(low=survey.layout.confidence < UNSURE, outliers=outliers)
            totals[name] += score.counts
            right.append(score.counts["right"])
        changed[table.kind] += right[1] - right[0]
    for name, counts in totals.items():
        share = 100 * counts["right"] / max(counts["facts"], 1)
        print(
            f"{name:12} {share:6.2f}% of {counts['facts']:,} right, {counts['wrong']:,} wrong, {counts['silent']:,} "
            f"silent; {counts['low']:,} of {counts['tables']:,} tables uncertain; {counts['outliers']:,} outliers"
        )
    print("more or fewer right:", ", ".join(f"{kind} {n:+}" for kind, n in changed.most_common() if n) or "none")
