"""All benchmarks with their peers, as ratios in one table.

    uv run --group bench python benchmarks/run.py

The data are invented and made on the spot, the same each time. Every run has a process of its own, ours and the
peer's in turn, so that load falls on both alike; modules and plugins are loaded before the clock starts, and the best
of the rounds counts. Ratios are those of processor time, child processes included: on a machine that others use too,
time by the clock says little. `--rows 20000 --big 100000` is a quick look; `--only reading` takes one part.
"""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from attrs import frozen

sys.path.insert(0, str(Path(__file__).parent))

from child import Run, measured


@frozen
class Case:
    """One line of the table.

    Attributes:
        part: What it belongs to.
        what: What is done.
        ours: Function of `cases`.
        peer: Name of the peer; empty for none.
        theirs: Function of `cases` that is the peer's.
        target: Largest ratio aimed at; 0 for none.
        imports: Modules imported before.
        needs: Module that the peer needs.
    """

    part: str
    what: str
    ours: str
    peer: str = ""
    theirs: str = ""
    target: float = 0
    imports: Sequence[str] = ()
    needs: str = ""


_TABLES = (
    "polars", "numpy", "capbuild.io.scanning", "capbuild.formats.scans.csv_files", "capbuild_sheets", "capbuild_spss",
    "warm",
)  # fmt: skip

CASES = (
    Case("reading", "CSV", "scan_csv", "polars", "polars_csv", 1.5, _TABLES),
    Case("reading", "CSV, large", "scan_big_csv", "polars", "polars_big_csv", 1.5, _TABLES),
    Case("reading", "XLSX", "scan_xlsx", "polars with calamine", "polars_xlsx", 1.3, _TABLES, "fastexcel"),
    Case("reading", "XLSX", "scan_xlsx", "openpyxl", "openpyxl_xlsx", 0.125, _TABLES, "openpyxl"),
    Case("reading", "SPSS", "scan_sav", "pyreadstat, lists", "pyreadstat_sav", 1.2, (*_TABLES, "pyreadstat")),
    Case("reading", "Kobo JSON", "scan_kobo", "msgspec and arrow", "msgspec_kobo", 1.2,
         (*_TABLES, "capbuild_xlsform.json_submissions.json_scan", "pyarrow.json"), "msgspec"),
    Case("reading", "Parquet, large", "scan_parquet", "polars", "polars_parquet", 1.2, _TABLES),
    Case("reading", "CSV as a stream of objects", "stream_csv", "csv module, no objects", "stream_by_csv_module"),
    Case("objects", "a million answers", "make_answers", "frozen attrs class of 5", "make_frozen_attrs", 1.2),
    Case("objects", "and their origins", "make_answers_with_origins", "frozen attrs class of 5", "make_frozen_attrs"),
    Case("tally", "on polars", "tally_polars", "polars by hand", "hand_polars", 1.2, (*_TABLES, "narwhals")),
    Case("tally", "on duckdb", "tally_duckdb", "duckdb by hand", "hand_duckdb", 1.2, (*_TABLES, "narwhals", "duckdb")),
    Case("Monte Carlo", "200 x 100 x 10,000", "monte_carlo", "the random numbers alone", "only_random_numbers", 1.25,
         ("numpy",)),
    Case("countries", "120,000 names", "match_countries", "pycountry.lookup", "match_by_pycountry", 0,
         ("pycountry", "capbuild.countries")),
    Case("reports", "32 files of the example", "write_reports"),
    Case("reports", "every format in four languages", "write_everything", "the run of 32 files", "write_reports"),
    Case("reports", "the same run again", "write_reports_again", "the first run", "write_reports"),
    Case("reports", "one page as HTML", "render_html"),
    Case("start", "Country, read, country", "import_all", "its four dependencies", "import_dependencies", 1.15),
)  # fmt: skip


def run(case: Case, folder: Path, rounds: int) -> tuple[Run, Run | None]:
    """Run a case and its peer; return both best results."""
    ours, theirs = [], []
    peer = bool(case.theirs) and (not case.needs or find_spec(case.needs) is not None)
    for _ in range(rounds):
        ours.append(measured("cases", case.ours, str(folder), imports=case.imports))
        if peer:
            theirs.append(measured("cases", case.theirs, str(folder), imports=case.imports))
    return _best(ours), _best(theirs) if peer else None


def _best(runs: Sequence[Run]) -> Run:
    return Run(min(r.cpu for r in runs), min(r.wall for r in runs), max(r.peak for r in runs))


def _line(case: Case, ours: Run, theirs: Run | None) -> str:
    target = f"{case.target:g}" if case.target else ""
    peer, ratio, memory = case.peer, "", ""
    if theirs is not None:
        ratio = f"**{ours.cpu / theirs.cpu:.2f}**"
        memory = f"{theirs.peak:.0f}"
        peer = f"{case.peer} ({theirs.cpu:.2f} s)"
    elif case.theirs:
        peer = f"{case.peer} (not installed)"
    cells = (case.part, case.what, f"{ours.cpu:.2f}", f"{ours.wall:.2f}", peer, ratio, target, f"{ours.peak:.0f}")
    return f"| {' | '.join((*cells, memory))} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--big", type=int, default=1_000_000, help="rows of the large CSV, and of the tallies")
    parser.add_argument("--submissions", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="one part: reading, objects, tally, ...")
    given = parser.parse_args()
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, "
          f"Python {platform.python_version()}; {given.rows:,} rows x 60 questions, large: {given.big:,}, "
          f"Kobo: {given.submissions:,}\n")  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measured("cases", "make_data", name, str(given.rows), str(given.big), str(given.submissions))
        print("| part | what | CPU s | clock s | peer | ratio | target | peak MB | peer MB |")
        print(f"|{' --- |' * 9}")
        for case in CASES:
            if given.only in ("", case.part):
                print(_line(case, *run(case, folder, given.rounds)), flush=True)
    print(f"\nload at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
