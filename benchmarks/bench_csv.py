"""Time and memory of the reader `csv`.

The csv module and polars are its peers in the same run.

    python benchmarks/bench_csv.py --rows 100000 --questions 60

Prints seconds, and the ratio to the csv module (which makes lists of text) and to polars (which makes typed columns).
"""

import argparse
import csv
import gc
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from capbuild.formats.csv_files.table import CsvOptions, register_readers
from capbuild.model import Response
from capbuild.plugins import InputFile

COUNTRIES = ("Jamaica", "Belize", "Guyana", "Suriname", "Haiti", "Panama", "Cuba", "Aruba")
WORDS = ("yes", "partly", "no", "elsewhere", "don't know", "n/a", "")


def make(path: Path, rows: int, questions: int) -> None:
    """Write the same table each time.

    A third of the columns are words, a third whole numbers, a third decimals.
    """
    chance = random.Random(4)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["country", "respondent", *(f"Q{n}" for n in range(questions))])
        for row in range(rows):
            cells: list[object] = [COUNTRIES[row % len(COUNTRIES)], f"R{row}"]
            for question in range(questions):
                kind = question % 3
                if kind == 0:
                    cells.append(chance.choice(WORDS))
                else:
                    cells.append(chance.randrange(6) if kind == 1 else round(chance.random() * 100, 2))
            writer.writerow(cells)


def timed(what: str, run: Callable[[], int]) -> float:
    """Run once, and print the seconds."""
    gc.collect()
    start = time.perf_counter()
    count = run()
    seconds = time.perf_counter() - start
    print(f"{what:<34} {seconds:7.2f} s   {count:,} cells")
    return seconds


def cells_by_csv(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as stream:
        return sum(map(len, csv.reader(stream)))


def answers(path: Path, keep: bool) -> int:
    reader = register_readers()[0]
    kept: list[Response] = []
    count = 0
    for item in reader.read(InputFile(path.name, path=path), CsvOptions()):
        if isinstance(item, Response):
            count += len(item.answers)
            if keep:
                kept.append(item)
    return count


def cells_by_polars(path: Path) -> int:
    import polars

    frame = polars.read_csv(path, infer_schema_length=1000)
    return frame.height * frame.width


def paused(run: Callable[[], int]) -> Callable[[], int]:
    """Return the run with the garbage collector paused."""

    def wrapped() -> int:
        gc.disable()
        try:
            return run()
        finally:
            gc.enable()

    return wrapped


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--streamed-only", action="store_true", help="for memory: nothing is kept")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "returns.csv"
        make(path, given.rows, given.questions)
        print(f"{path.stat().st_size / 1e6:.0f} MB, {given.rows:,} rows x {given.questions} questions")
        streamed = timed("csv reader, streamed", lambda: answers(path, keep=False))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory so far: {peak:.0f} MB")
        if given.streamed_only:
            return
        plain = timed("csv module, lists of text", lambda: cells_by_csv(path))
        kept = timed("csv reader, kept, collector paused", paused(lambda: answers(path, keep=True)))
        print(f"ratio to the csv module: streamed {streamed / plain:.1f}, kept {kept / plain:.1f}")
        print(f"per million answers: {kept / (given.rows * given.questions) * 1e6:.2f} s")
        try:
            columns = timed("polars, typed columns", lambda: cells_by_polars(path))
        except ModuleNotFoundError:
            print("polars is not installed: no ratio to it")
        else:
            print(f"ratio to polars: streamed {streamed / columns:.1f}, kept {kept / columns:.1f}")


if __name__ == "__main__":
    main()
