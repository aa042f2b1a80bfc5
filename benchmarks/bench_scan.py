"""Time and peak memory of `scan` on CSV.

polars and pandas are its peers in the same run.

    python benchmarks/bench_scan.py --rows 1000000

Every reading runs in a process of its own, the peers in turn, so that peaks are theirs and load falls on all alike.
Prints the best and the median of the rounds, ratios to polars, and the bytes that a cell takes in the table.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COUNTRIES = [
    "Antigua and Barbuda",
    "Argentina",
    "Bahamas",
    "Barbados",
    "Belize",
    "Bolivia",
    "Brazil",
    "Canada",
    "Chile",
    "Colombia",
    "Costa Rica",
    "Cuba",
    "Dominica",
    "Dominican Republic",
    "Ecuador",
    "El Salvador",
    "Grenada",
    "Guatemala",
    "Guyana",
    "Haiti",
    "Honduras",
    "Jamaica",
    "Mexico",
    "Nicaragua",
    "Panama",
    "Paraguay",
    "Peru",
    "Saint Lucia",
    "Suriname",
    "Uruguay",
]
SINGLE = ["yes", "partly", "no", "elsewhere", "don't know", "n/a", "", "planned"]
LIKERT = ["1", "2", "3", "4", "5", "1", "2", "3", "4", "5", "-88", "-99", ""]


def make(path: Path, rows: int) -> None:
    """Write the same survey each time.

    It has 60 questions of five kinds, a country, a respondent and a weight.
    """
    import numpy as np
    import polars as pl

    chance = np.random.default_rng(7)
    marks = "abcdefgh"
    sets = [" ".join(c for c, on in zip(marks, f"{n:08b}", strict=True) if on == "1") for n in range(1, 256)]
    prose = [f"the unit asks for training number {n} and for a laboratory of its own" for n in range(2000)]
    columns: dict[str, object] = {
        "country": chance.choice(COUNTRIES, rows),
        "respondent": [f"R{n}" for n in range(rows)],
        "weight": np.round(chance.uniform(0.5, 2.0, rows), 4),
    }
    for kind, count, words in (("s", 15, SINGLE), ("m", 10, sets), ("l", 20, LIKERT), ("t", 5, prose)):
        for number in range(count):
            codes = pl.Series(chance.integers(0, len(words), rows, dtype=np.uint16))
            columns[f"{kind}{number:02}"] = pl.Series(words).gather(codes)
    for number in range(10):
        columns[f"f{number:02}"] = np.round(chance.normal(50, 10, rows), 3)
    pl.DataFrame(columns).write_csv(path, quote_style="never")


def by_polars(path: Path) -> object:
    import polars as pl

    return pl.read_csv(path, infer_schema_length=1000)


def by_pandas(path: Path) -> object:
    import pandas as pd

    return pd.read_csv(path)


def by_capbuild(path: Path) -> object:
    from capbuild.formats.csv_files.table import CsvOptions
    from capbuild.formats.scans.csv_files import scan_csv
    from capbuild.plugins import InputFile, ReadLimits

    limits = ReadLimits(file_size=1 << 40, cells=1 << 40)
    table = scan_csv(InputFile(path.name, path=path, limits=limits), CsvOptions())
    if table is None:
        raise SystemExit("the file was left to read")
    answers = [name for column in table.codebook.columns for name in column.physical]
    size = table.frame.select(answers).estimated_size()
    print(f"bytes_a_cell={size / (table.frame.height * len(table.codebook.columns)):.2f}")
    return table


PEERS = {"polars": by_polars, "pandas": by_pandas, "capbuild": by_capbuild}


def child(name: str, path: Path) -> None:
    start = time.perf_counter()
    kept = PEERS[name](path)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"seconds={seconds:.3f} peak={peak:.0f} kept={type(kept).__name__}")


def measured(name: str, path: Path) -> dict[str, str]:
    """Run one reading in its own process."""
    command = [sys.executable, __file__, "--child", name, "--path", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
    if done.returncode:
        raise SystemExit(done.stderr)
    return dict(pair.split("=") for pair in done.stdout.split())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", choices=PEERS)
    parser.add_argument("--path", type=Path)
    given = parser.parse_args()
    if given.child:
        child(given.child, given.path)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "survey.csv"
        make(path, given.rows)
        print(f"{given.rows:,} rows x 60 questions, {path.stat().st_size / 1e6:.0f} MB")
        found: dict[str, list[dict[str, str]]] = {name: [] for name in PEERS}
        for _ in range(given.rounds):
            for name in PEERS:
                found[name].append(measured(name, path))
    show(found)


def show(found: dict[str, list[dict[str, str]]]) -> None:
    """Print the table of figures."""
    print(f"{'reader':<12}{'best s':>8}{'median s':>10}{'peak MB':>9}{'x polars':>10}{'x peak':>8}{'B a cell':>10}")
    base: tuple[float, float] | None = None
    for name, runs in found.items():
        seconds = [float(run["seconds"]) for run in runs]
        peak = max(float(run["peak"]) for run in runs)
        base = base or (min(seconds), peak)
        figures = f"{min(seconds):>8.2f}{statistics.median(seconds):>10.2f}{peak:>9.0f}"
        ratios = f"{min(seconds) / base[0]:>10.2f}{peak / base[1]:>8.2f}"
        print(f"{name:<12}{figures}{ratios}{runs[0].get('bytes_a_cell', ''):>10}")


if __name__ == "__main__":
    main()
