"""How fast a large workbook is opened, as a ratio to python-calamine and to openpyxl in the same run.

python benchmarks/open_workbook.py [rows] [columns]
"""

import io
import random
import sys
import time
from collections.abc import Callable

import openpyxl
import xlsxwriter
from capbuild_sheets import xlsx
from capbuild_sheets.workbook import open_workbook
from python_calamine import CalamineWorkbook

from capbuild.plugins import InputFile

ANSWERS = ("yes", "no", "partly", 0, 1, 2, 3, 4, 5, 2.5, None)


def made(rows: int, columns: int) -> bytes:
    """Make a workbook of answers, the same in every run."""
    chance = random.Random(1)  # noqa: S311 - the same table in every run
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["country", *(f"Q{number}" for number in range(1, columns))])
    for row in range(1, rows + 1):
        sheet.write_row(row, 0, [chance.choice(("Jamaica", "Haiti")), *chance.choices(ANSWERS, k=columns - 1)])
    book.close()
    return out.getvalue()


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """Return the shortest of some runs."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def main(rows: int = 20_000, columns: int = 60) -> None:
    """Measure and print."""
    data = made(rows, columns)
    calamine = seconds(lambda: CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python())
    plain = seconds(lambda: open_workbook(InputFile("x.xlsx", data=data)))
    xlsx._LARGE = sys.maxsize
    general = seconds(lambda: open_workbook(InputFile("x.xlsx", data=data)))
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    slow = seconds(lambda: [None for _ in book.active.iter_rows(values_only=True)], times=1)
    print(f"{rows:,} x {columns}: calamine {calamine:.2f} s")
    for name, taken in (("plain way", plain), ("as XML", general), ("openpyxl", slow)):
        print(f"{name}: {taken:.2f} s, {taken / calamine:.2f} x calamine")
    print(f"plain way: {slow / plain:.1f} x faster than openpyxl")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
