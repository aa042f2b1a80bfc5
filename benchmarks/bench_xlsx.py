"""Cost of the report workbook for the region.

openpyxl writes the same table cells of the example in the same run.

    python benchmarks/bench_xlsx.py

Prints processor seconds of each, interleaved, and their ratio. openpyxl writes bare cells: no styles, charts, rules or
look-up, so that a ratio of 1 would mean that all of these cost nothing.
"""

import gc
import io
import os
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl

import capbuild as cb
from capbuild.plugins import RenderContext
from capbuild.reports import tidy_tables

EXAMPLE = Path(__file__).parents[1] / "examples" / "americas-2015"


def seconds(run: Callable[[], int]) -> tuple[float, int]:
    """Run once; return processor seconds and bytes."""
    gc.collect()
    start = time.process_time()
    size = run()
    return time.process_time() - start, size


def main() -> None:
    """Measure each writer three times."""
    workspace = cb.open_workspace(EXAMPLE)
    baseline, programme = workspace.assess("baseline"), workspace.programme

    def ours() -> int:
        return len(cb.render(baseline, "xlsx", programme=programme))

    def peer() -> int:
        book = openpyxl.Workbook()
        for table in tidy_tables(baseline, RenderContext(programme=programme)):
            if table.name != "criteria":
                sheet = book.create_sheet(table.name)
                sheet.append(list(table.column_names))
                for row in table.rows:
                    sheet.append(list(row))
        stream = io.BytesIO()
        book.save(stream)
        return len(stream.getvalue())

    ours()  # imports
    pairs = [(seconds(ours), seconds(peer)) for _ in range(3)]
    mine, other = (min(pair[side][0] for pair in pairs) for side in (0, 1))
    print(f"capbuild xlsx  {mine:6.2f} s  {pairs[0][0][1]:,} bytes")
    print(f"openpyxl       {other:6.2f} s  {pairs[0][1][1]:,} bytes")
    print(f"ratio          {mine / other:6.2f}   load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
