"""Growth of time and memory with size.

Sizes are responses, indicators, rounds, units, replications, plugins, files in a workspace, and readers.

    uv run python benchmarks/bench_growth.py [responses] [sail] [indicators] [units] [plugins] [files] [readers] ...

Everything is invented and made on the spot, and each run has a process of its own. The last column is what one more
costs: the seconds added since the line above, by the number added. Where it stays the same, growth is linear.
"""

import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from child import Run, measured

ITEMS = 60


# --- responses -----------------------------------------------------------------------------------------------------


def make_part(folder: str) -> None:
    """Make the million of responses that larger tables repeat."""
    from bench_tally import prepare

    prepare(Path(folder), 1_000_000)


def make_parts(folder: str, rows: str) -> None:
    import polars as pl

    from capbuild.formats.parquet_table import scan_parquet, write_parquet

    source = Path(folder, "survey.parquet")
    many = Path(folder, f"rows-{rows}")
    if many.exists():  # another part made it
        return
    many.mkdir()
    for number in range(max(1, int(rows) // 1_000_000)):
        part = many / f"part-{number:03}.parquet"
        if int(rows) >= 1_000_000:
            os.link(source, part)
        else:
            write_parquet(scan_parquet(source).on(pl.scan_parquet(source).head(int(rows))), part)


def tally_responses(folder: str, rows: str) -> object:
    from bench_tally import on_polars

    return on_polars(Path(folder, f"rows-{rows}"))


def tally_on_sail(folder: str, rows: str) -> object:
    from bench_tally import on_sail

    return on_sail(Path(folder, f"rows-{rows}"))


# --- indicators ----------------------------------------------------------------------------------------------------

COUNTRIES = 195


def make_large(folder: str, indicators: str) -> None:
    """Save a round of all countries, to measure writing alone."""
    from made_rounds import make_round

    Path(folder, f"round-{indicators}").write_bytes(pickle.dumps(make_round(COUNTRIES, int(indicators))))


def assess_large(folder: str, indicators: str) -> object:
    from made_rounds import make_round

    return make_round(COUNTRIES, int(indicators))


def load_large(folder: str, indicators: str) -> Any:
    return pickle.loads(Path(folder, f"round-{indicators}").read_bytes())


def write_large(folder: str, indicators: str, kind: str) -> object:
    import capbuild as cb

    return cb.write(load_large(folder, indicators), Path(folder, f"{kind}.html"), kind=kind)


# --- units and replications ----------------------------------------------------------------------------------------


def simulate_units(folder: str, units: str, times: str = "1000") -> object:
    import numpy as np
    from bench_montecarlo import index
    from capbuild_index.montecarlo import Alternatives, random_plan, simulate
    from capbuild_index.noise import Normal
    from capbuild_index.weights import noisy_weights

    from capbuild.stats.uncertainty import summarise_simulation

    tree = index(ITEMS)
    table = np.random.default_rng(0).uniform(0, 100, (int(units), ITEMS))
    weights = noisy_weights(tree, tree.weights(), replications=int(times), spread=0.25)
    evidence = [Normal(centre=table, error=np.full(table.shape, 5.0), low=0.0, high=100.0)]
    options = Alternatives(tree=tree, tables=[table], weights=weights, evidence=evidence)
    found = summarise_simulation(simulate(options, random_plan(options, int(times))))
    return found.rank_ranges.sum(), found.below(50.0)


def simulate_times(folder: str, times: str) -> object:
    return simulate_units(folder, "30", times)


# --- plugins -------------------------------------------------------------------------------------------------------


def many_plugins(folder: str, count: str) -> object:
    """Read a table with many plugins loaded.

    Each has a reader, none of which claims the table of 2,000 rows.
    """
    from types import ModuleType

    from capbuild.io import read
    from capbuild.plugins import Host, Reader, hookimpl

    def plugin(number: int) -> Any:
        made: Any = ModuleType(f"made_{number}")
        reader = Reader(name=f"made-{number}", title="Made", sniff=lambda _: None, read=lambda *_: ())
        made.register_readers = hookimpl(lambda: [reader], specname="register_readers")
        return made

    host = Host(plugins={f"made-{number}": plugin(number) for number in range(int(count))}, discover=False)
    rows = "".join(f"Cuba,{number},yes\n" for number in range(2_000))
    return read(f"country,P1,P2\n{rows}".encode(), name="a.csv", host=host)


# --- files ---------------------------------------------------------------------------------------------------------


def make_programme(folder: str, files: str) -> None:
    """Make a programme with one file for each country."""
    from capbuild.countries import all_countries
    from capbuild.frameworks import load_bundled
    from capbuild.workspace.drafts.scaffold import new_programme

    place = Path(folder, f"files-{files}")
    new_programme(place, load_bundled("police_cyber"))
    settings = (place / "programme.toml").read_text(encoding="utf-8")
    before, _, rest = settings.partition("[[participants]]")
    after = rest[rest.index("# What should be reached") :]
    names = [country.name for country in all_countries()][: int(files)]
    blocks = "\n".join(f'[[participants]]\ncountry = "{name}"\n' for name in names)
    (place / "programme.toml").write_text(f"{before}{blocks}\n{after}", encoding="utf-8")
    sample = (place / "returns" / "sample.csv").read_text(encoding="utf-8")
    (place / "returns" / "sample.csv").unlink()
    for number, name in enumerate(names):
        text = sample.replace("Jamaica", f'"{name}"')
        (place / "returns" / f"{number:03}.csv").write_text(text, encoding="utf-8")


def run_files(folder: str, files: str) -> object:
    from capbuild.workspace import open_workspace
    from capbuild.workspace.runs.runner import run

    return run(open_workspace(Path(folder, f"files-{files}")))


# --- readers -------------------------------------------------------------------------------------------------------


def read_growing(folder: str, place: str, count: str) -> object:
    from growing_files import GROWING

    import capbuild as cb

    reader, _, name, build = GROWING[int(place)]
    return cb.read(build(int(count)), name=name, format=reader)


# --- the tables ----------------------------------------------------------------------------------------------------

TABLES = ("polars", "numpy", "narwhals", "capbuild.tables", "capbuild.formats.parquet_table")


def _show(what: str, sizes: Sequence[int], run: Callable[[int], Run]) -> None:
    print(f"\n| {what} | CPU s | clock s | peak MB | CPU ms for one more |\n|{' ---: |' * 5}")
    before: tuple[int, float] | None = None
    for size in sizes:
        found = run(size)
        more = "" if before is None else f"{(found.cpu - before[1]) / (size - before[0]) * 1e3:.3g}"
        print(f"| {size:,} | {found.cpu:.2f} | {found.wall:.2f} | {found.peak:.0f} | {more} |", flush=True)
        before = (size, found.cpu)


def responses(folder: str) -> None:
    measured("bench_growth", "make_part", folder)

    def run(rows: int) -> Run:
        measured("bench_growth", "make_parts", folder, str(rows))
        return measured("bench_growth", "tally_responses", folder, str(rows), imports=TABLES)

    _show("responses tallied", (10_000, 100_000, 1_000_000, 10_000_000), run)


def sail(folder: str) -> None:
    """Tally on Sail, which speaks Spark's protocol.

    Each line includes the start of its server and session.
    """
    measured("bench_growth", "make_part", folder)

    def run(rows: int) -> Run:
        measured("bench_growth", "make_parts", folder, str(rows))
        return measured("bench_growth", "tally_on_sail", folder, str(rows), imports=(*TABLES, "pyspark.sql"))

    _show("responses tallied on Sail", (1_000_000, 3_000_000, 10_000_000, 30_000_000), run)


def indicators(folder: str) -> None:
    """Assess and report a round of 195 countries.

    It has four criteria for each indicator, and two pages are written.
    """
    sizes = (100, 300, 1_000)
    _show(f"indicators of {COUNTRIES} countries, assessed", sizes, _each("assess_large", folder))
    for kind in ("explorer", "regional"):

        def run(size: int, kind: str = kind) -> Run:
            place = Path(folder, f"round-{size}")
            if not place.exists():
                measured("bench_growth", "make_large", folder, str(size))
            loaded = measured("bench_growth", "load_large", folder, str(size), imports=("capbuild",))
            found = measured("bench_growth", "write_large", folder, str(size), kind, imports=("capbuild",))
            return Run(found.cpu - loaded.cpu, found.wall - loaded.wall, found.peak)

        _show(f"indicators, {kind} page", sizes, run)


def units(folder: str) -> None:
    _show("units, 1,000 replications", (30, 100, 300, 1_000), _each("simulate_units", folder))


def replications(folder: str) -> None:
    _show("replications, 30 units", (10, 100, 1_000, 10_000), _each("simulate_times", folder))


def plugins(folder: str) -> None:
    _show("plugins", (1, 5, 10, 20), _each("many_plugins", folder))


def files(folder: str) -> None:
    again: dict[int, Run] = {}

    def first(count: int) -> Run:
        measured("bench_growth", "make_programme", folder, str(count))
        found = measured("bench_growth", "run_files", folder, str(count))
        again[count] = measured("bench_growth", "run_files", folder, str(count))
        return found

    _show("files, first run", (1, 10, 50, 200), first)
    _show("files, run again", tuple(again), again.__getitem__)


def readers(folder: str) -> None:
    """Print every reader's processor time at two lengths.

    The second file has twice the length.
    """
    from growing_files import GROWING

    print("\n| reader | what grows | 2,000: CPU s | 4,000: CPU s | ratio |\n| --- | --- | ---: | ---: | ---: |")
    for place, (reader, what, *_) in enumerate(GROWING):
        base, once, twice = (
            measured("bench_growth", "read_growing", folder, str(place), str(count), imports=("capbuild.io",)).cpu
            for count in (10, 2_000, 4_000)
        )
        ratio = (twice - base) / max(once - base, 0.01)
        print(f"| {reader} | {what} | {once:.2f} | {twice:.2f} | {ratio:.2f} |", flush=True)


def _each(name: str, folder: str) -> Callable[[int], Run]:
    imports = ("numpy", "capbuild_index.montecarlo", "capbuild.io")
    return lambda size: measured("bench_growth", name, folder, str(size), imports=imports)


PARTS = {part.__name__: part for part in (responses, sail, indicators, units, replications, plugins, files, readers)}


def main() -> None:
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[1:] or PARTS:
            PARTS[name](folder)


if __name__ == "__main__":
    main()
