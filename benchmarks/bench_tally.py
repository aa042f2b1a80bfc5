"""Time and peak memory of `tally`.

Its peers are polars expressions and duckdb SQL written by hand for the same sums.

    python benchmarks/bench_tally.py --rows 1000000 [--sail] [--growth]

Every engine reads the same Parquet file in a process of its own, in turn; the first run of a process is not counted.
The hand-written peers make the sums only: counts, weights, weighted figures and their squares, short answers and kinds
of missing of twelve targets by country. `tally` also makes errors, suppression and typed cells of them.
"""

import argparse
import functools
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from bench_scan import make

from capbuild.formats.parquet_table import scan_parquet, write_parquet
from capbuild.model import QuestionMapping
from capbuild.tables import ResponseTable, SampleDesign, tally
from capbuild.tables.codebook import KIND_OF_CODE

LIKERT = {"-88": "dont_know", "-99": "refused"}
WORTH = {"yes": 1.0, "elsewhere": 1.0, "partly": 0.5, "no": 0.0}
MAPPINGS = [
    *(QuestionMapping(question=f"l{n:02}", target=f"L{n // 5}", answers=LIKERT) for n in range(20)),
    *(QuestionMapping(question=f"s{n:02}", target=f"S{n}") for n in range(4)),
    *(QuestionMapping(question=f"f{n:02}", target=f"F{n}") for n in range(4)),
]
DESIGN = SampleDesign(weight="weight")
COUNTRY = "response_country"


def prepare(folder: Path, rows: int) -> Path:
    """Make the table once, as Parquet with resolved countries."""
    from capbuild.io.scanning import scan
    from capbuild.plugins import ReadLimits

    make(folder / "survey.csv", rows)
    table = scan(folder / "survey.csv", format="csv", limits=ReadLimits(file_size=1 << 40, cells=1 << 40))
    write_parquet(table, folder / "survey.parquet")
    (folder / "survey.csv").unlink()
    return folder / "survey.parquet"


def hand_polars(path: Path) -> int:
    import polars as pl

    table = scan_parquet(path)
    w = pl.col("weight")
    made, sums = [], [pl.len().alias("rows")]

    def add(name: str, y: pl.Expr) -> None:
        made.append(y.alias(f"{name}_y"))
        c = pl.col(f"{name}_y")
        total, held = c * w, pl.when(c.is_not_null()).then(w)
        sums.extend([c.count().alias(f"{name}_n"), total.sum().alias(f"{name}_a"), held.sum().alias(f"{name}_w")])
        sums.extend([(held * w).sum().alias(f"{name}_w2"), (total * total).sum().alias(f"{name}_aa")])
        sums.append((total * w).sum().alias(f"{name}_ab"))

    for number in range(4):
        items = [f"l{n:02}" for n in range(5 * number, 5 * number + 5)]
        good = [pl.when(pl.col(c) > 0).then(pl.col(c).cast(pl.Float64)) for c in items]
        count = pl.sum_horizontal(g.is_not_null() for g in good)
        made.append(count.alias(f"L{number}_count"))
        add(f"L{number}", pl.when(count >= 2.5).then(pl.sum_horizontal(good) / count))
        sums.append(pl.col(f"L{number}_count").is_between(1, 2).sum().alias(f"L{number}_short"))
        for kind, test in (("3", lambda c: c == -88), ("4", lambda c: c == -99), ("5", pl.Expr.is_null)):
            hits = pl.sum_horizontal(test(pl.col(c)) for c in items)
            made.append(hits.alias(f"L{number}_k{kind}"))
            sums.append(pl.col(f"L{number}_k{kind}").sum())
    for number in range(4):
        column = table.column(f"s{number:02}")
        codes = {code: WORTH[v] for code, v in enumerate(column.values) if v in WORTH}
        other = [code for code in range(len(column.values)) if code not in codes]
        c = pl.col(column.name)
        y = pl.lit(None, dtype=pl.Float64)
        for figure in set(codes.values()):
            y = pl.when(c.is_in([k for k, v in codes.items() if v == figure])).then(figure).otherwise(y)
        add(f"S{number}", y)
        sums.append(c.is_in(other).sum().alias(f"S{number}_k9"))
        kinds = [code for code in column.kinds if code in KIND_OF_CODE]
        sums.extend((pl.col(column.missing_name) == code).sum().alias(f"S{number}_k{code}") for code in kinds)
    for number in range(4):
        add(f"F{number}", pl.col(f"f{number:02}"))
        sums.append(pl.col(f"f{number:02}").is_null().sum().alias(f"F{number}_k5"))
    keep = [COUNTRY, "weight", *(f"s{n:02}" for n in range(4)), *(f"s{n:02}__missing" for n in range(4))]
    query = table.frame.select(*keep, *(f"f{n:02}" for n in range(4)), *made).group_by(COUNTRY).agg(sums)
    return query.collect(engine="streaming").height


def sql(table: ResponseTable, path: Path) -> str:
    """Compute the same sums in one SQL statement."""
    made, sums = [], ["count(*)"]

    def add(name: str, y: str) -> None:
        made.append(f"{y} AS {name}_y")
        c = f"{name}_y"
        sums.extend([f"count({c})", f"sum({c}*weight)", f"sum(weight) FILTER ({c} IS NOT NULL)"])
        sums.extend([f"sum(weight*weight) FILTER ({c} IS NOT NULL)", f"sum({c}*weight*{c}*weight)"])
        sums.append(f"sum({c}*weight*weight)")

    for number in range(4):
        items = [f"l{n:02}" for n in range(5 * number, 5 * number + 5)]
        count = "+".join(f"(coalesce({c}, 0) > 0)::INT" for c in items)
        total = "+".join(f"CASE WHEN {c} > 0 THEN {c}::DOUBLE ELSE 0 END" for c in items)
        made.append(f"({count}) AS L{number}_count")
        add(f"L{number}", f"CASE WHEN ({count}) >= 2.5 THEN ({total}) / ({count}) END")
        sums.append(f"count(*) FILTER (L{number}_count BETWEEN 1 AND 2)")
        for kind, test in (("3", "{} = -88"), ("4", "{} = -99"), ("5", "{} IS NULL")):
            made.append("+".join(f"coalesce({test.format(c)}, false)::INT" for c in items) + f" AS L{number}_k{kind}")
            sums.append(f"sum(L{number}_k{kind})")
    for number in range(4):
        column = table.column(f"s{number:02}")
        codes = {code: WORTH[v] for code, v in enumerate(column.values) if v in WORTH}
        other = ", ".join(str(code) for code in range(len(column.values)) if code not in codes)
        add(f"S{number}", f"CASE {column.name} " + " ".join(f"WHEN {k} THEN {v}" for k, v in codes.items()) + " END")
        made.append(f"{column.name}, {column.missing_name}")
        sums.append(f"count(*) FILTER ({column.name} IN ({other}))" if other else "0")
        sums.extend(f"count(*) FILTER ({column.missing_name} = {k})" for k in column.kinds if k in KIND_OF_CODE)
    for number in range(4):
        add(f"F{number}", f"f{number:02}")
        sums.append(f"count(*) - count(F{number}_y)")
    inner = f"SELECT {COUNTRY}, weight, {', '.join(made)} FROM read_parquet('{path}')"
    return f"SELECT {COUNTRY}, {', '.join(sums)} FROM ({inner}) GROUP BY {COUNTRY}"


def hand_duckdb(path: Path) -> int:
    import duckdb

    return len(duckdb.connect().sql(sql(scan_parquet(path), path)).fetchall())


def _tally(table: ResponseTable) -> int:
    found = tally(table, MAPPINGS, design=DESIGN)
    return len({cell.domain for cell in found})


def on_polars(path: Path) -> int:
    return _tally(scan_parquet(path))


def on_duckdb(path: Path) -> int:
    import duckdb

    return _tally(scan_parquet(path).on(duckdb.connect().read_parquet(str(path))))


@functools.cache
def _sail() -> tuple[Any, Any]:
    """Start a server, and return it with its session.

    It stops when garbage collected, so both are kept.
    """
    from pysail.spark import SparkConnectServer
    from pyspark.sql import SparkSession

    server = SparkConnectServer()
    server.start()
    return server, SparkSession.builder.remote(f"sc://localhost:{server.listening_address[1]}").getOrCreate()


def on_sail(path: Path) -> int:
    return _tally(scan_parquet(path).on(_sail()[1].read.parquet(str(path))))


PEERS: dict[str, Callable[[Path], int]] = {
    "polars by hand": hand_polars,
    "tally on polars": on_polars,
    "duckdb by hand": hand_duckdb,
    "tally on duckdb": on_duckdb,
    "tally on Sail": on_sail,
}


def child(name: str, path: Path, runs: int) -> None:
    best = float("inf")
    for number in range(runs + 1):
        start = time.perf_counter()
        domains = PEERS[name](path)
        if number:
            best = min(best, time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{best:.3f} {peak:.0f} {domains}", flush=True)
    os._exit(0)  # a Sail server in this process would keep it alive


def _prepared(folder: Path, rows: int) -> Path:
    """Make the table in a process of its own.

    A child process is charged with the memory of its parent.
    """
    command = [sys.executable, "-W", "ignore", __file__, "--prepare", str(folder), "--rows", str(rows)]
    subprocess.run(command, check=True)
    return folder / "survey.parquet"


def measured(name: str, path: Path, runs: int) -> tuple[float, float, int]:
    command = [sys.executable, "-W", "ignore", __file__, "--child", name, "--path", str(path), "--runs", str(runs)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    seconds, peak, domains = done.stdout.split()[-3:]
    return float(seconds), float(peak), int(domains)


def compare(path: Path, names: list[str], runs: int) -> None:
    found: dict[str, list[tuple[float, float, int]]] = {name: [] for name in names}
    for _ in range(2):
        for name in names:
            found[name].append(measured(name, path, runs))
    print(f"{'engine':<18}{'best s':>8}{'peak MB':>9}{'domains':>9}  ratio")
    best = {name: min(run[0] for run in ran) for name, ran in found.items()}
    for name, ran in found.items():
        against = {
            "tally on polars": "polars by hand",
            "tally on duckdb": "duckdb by hand",
            "tally on Sail": "tally on polars",
        }
        peer = against.get(name)
        ratio = f"{best[name] / best[peer]:.2f} x {peer}" if peer in best else ""
        print(f"{name:<18}{best[name]:>8.2f}{max(run[1] for run in ran):>9.0f}{ran[0][2]:>9}  {ratio}")


def growth(folder: Path, up_to: int) -> None:
    """Tally 10,000 rows, then ten times as many.

    One part of Parquet is read repeatedly and lazily.
    """
    import polars as pl

    part = _prepared(folder, min(up_to, 1_000_000))
    table = scan_parquet(part)
    rows = 10_000
    while rows <= up_to:
        many = folder / f"rows-{rows}"
        many.mkdir()
        copies = max(1, rows // 1_000_000)
        for number in range(copies):
            chunk = table.on(pl.scan_parquet(part).head(min(rows, 1_000_000)))
            write_parquet(chunk, many / f"part-{number:03}.parquet")
        seconds, peak, _ = measured("tally on polars", many, 1)
        print(f"{rows:>12,} rows {seconds:>8.2f} s {peak:>7.0f} MB  {seconds / rows * 1e6:.2f} s per million")
        rows *= 10


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sail", action="store_true")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--child", choices=PEERS)
    parser.add_argument("--path", type=Path)
    parser.add_argument("--prepare", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    if given.prepare:
        prepare(given.prepare, given.rows)
        return
    if given.child:
        child(given.child, given.path, given.runs)
        return
    with tempfile.TemporaryDirectory() as folder:
        if given.growth:
            growth(Path(folder), given.rows)
            return
        path = _prepared(Path(folder), given.rows)
        print(f"{given.rows:,} rows x 60 questions, 12 targets from 28 of them, 30 countries, weights")
        compare(path, [name for name in PEERS if given.sail or "Sail" not in name], given.runs)


if __name__ == "__main__":
    main()
