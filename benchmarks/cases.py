"""Cases of the table of benchmarks.

Each function does one thing, ours or a peer's, on data made on the spot.
"""

import gc
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


# --- data ----------------------------------------------------------------------------------------------------------


def make_data(name: str, rows: str, big: str, submissions: str) -> None:
    """Write an invented survey in every format, and two examples."""
    folder = Path(name)
    _make_tables(folder, int(rows), int(big))
    _workbook(folder)
    _spss(folder)
    _kobo(folder, int(submissions))
    _copy_example(folder)


def _make_tables(folder: Path, rows: int, big: int) -> None:
    from bench_scan import make
    from bench_tally import prepare

    make(folder / "survey.csv", rows)
    make(folder / "big.csv", big)
    (folder / "tally").mkdir()
    prepare(folder / "tally", big)


def _rows(folder: Path) -> Any:
    import polars as pl

    return pl.read_csv(folder / "survey.csv", infer_schema_length=None)


def _workbook(folder: Path) -> None:
    _rows(folder).write_excel(folder / "survey.xlsx", autofilter=False, table_style=None)


def _spss(folder: Path) -> None:
    import pyreadstat

    frame = _rows(folder).to_pandas()
    texts = frame.select_dtypes("object").columns
    frame[texts] = frame[texts].fillna("")
    words = {1: "never", 5: "always", -88: "don't know", -99: "refused"}
    scales = [name for name in frame.columns if name.startswith("l")]
    pyreadstat.write_sav(
        frame,
        folder / "survey.sav",
        variable_value_labels=dict.fromkeys(scales, words),
        missing_ranges={name: [-88, -99] for name in scales},
    )


def _kobo(folder: Path, submissions: int) -> None:
    made = []
    for number, row in enumerate(_rows(folder).head(submissions).iter_rows(named=True)):
        answers = {f"group/{name}": str(value) for name, value in row.items() if value is not None}
        server = {"_id": number, "_uuid": f"u{number}", "_submission_time": "2016-03-14T10:00:00", "_tags": []}
        made.append({**answers, **server, "__version__": "v1", "_attachments": []})
    (folder / "survey.json").write_text(json.dumps({"count": len(made), "results": made}), encoding="utf-8")


# --- reading -------------------------------------------------------------------------------------------------------


def _scan(path: Path) -> Any:
    from capbuild.io.scanning import scan
    from capbuild.plugins import ReadLimits

    return scan(path, limits=ReadLimits(file_size=1 << 40, cells=1 << 40, unpacked_size=1 << 40))


def scan_csv(folder: str) -> Any:
    return _scan(Path(folder, "survey.csv"))


def scan_big_csv(folder: str) -> Any:
    return _scan(Path(folder, "big.csv"))


def scan_xlsx(folder: str) -> Any:
    return _scan(Path(folder, "survey.xlsx"))


def scan_sav(folder: str) -> Any:
    return _scan(Path(folder, "survey.sav"))


def scan_kobo(folder: str) -> Any:
    return _scan(Path(folder, "survey.json"))


def scan_parquet(folder: str) -> Any:
    return _scan(Path(folder, "tally", "survey.parquet")).collected()


def polars_csv(folder: str) -> Any:
    import polars as pl

    return pl.read_csv(Path(folder, "survey.csv"), infer_schema_length=1000)


def polars_big_csv(folder: str) -> Any:
    import polars as pl

    return pl.read_csv(Path(folder, "big.csv"), infer_schema_length=1000)


def polars_xlsx(folder: str) -> Any:
    import polars as pl

    return pl.read_excel(Path(folder, "survey.xlsx"))


def openpyxl_xlsx(folder: str) -> Any:
    import openpyxl

    book = openpyxl.load_workbook(Path(folder, "survey.xlsx"), read_only=True)
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def pyreadstat_sav(folder: str) -> Any:
    import pyreadstat

    return pyreadstat.read_sav(Path(folder, "survey.sav"), output_format="dict")


def msgspec_kobo(folder: str) -> Any:
    import msgspec
    import pyarrow.json

    page = msgspec.defstruct("Page", [("results", list[msgspec.Raw])])
    found: Any = msgspec.json.decode(Path(folder, "survey.json").read_bytes(), type=page)
    return pyarrow.json.read_json(io.BytesIO(b"\n".join(found.results)))


def polars_parquet(folder: str) -> Any:
    import polars as pl

    return pl.read_parquet(Path(folder, "tally", "survey.parquet"))


def stream_csv(folder: str) -> int:
    """Read every answer as an object, without keeping it."""
    from capbuild.io import iter_read
    from capbuild.model import Response
    from capbuild.plugins import ReadLimits

    limits = ReadLimits(file_size=1 << 40, cells=1 << 40)
    items = iter_read(Path(folder, "survey.csv"), limits=limits)
    return sum(len(item.answers) for item in items if isinstance(item, Response))


def stream_by_csv_module(folder: str) -> int:
    import csv

    with Path(folder, "survey.csv").open(encoding="utf-8", newline="") as stream:
        return sum(map(len, csv.reader(stream)))


# --- objects -------------------------------------------------------------------------------------------------------

_MANY = range(1_000_000)


def make_answers(folder: str) -> Any:
    from capbuild.model import Answer

    gc.disable()
    return [Answer("q1", "yes", None, None, 0) for _ in _MANY]


def make_answers_with_origins(folder: str) -> Any:
    from capbuild.model import Answer
    from capbuild.origin import Origin

    gc.disable()
    return [Answer("q1", "yes", None, None, 0, (), Origin("a.csv", None, 3, 4)) for _ in _MANY]


def make_frozen_attrs(folder: str) -> Any:
    import attrs

    plain = attrs.make_class("Plain", ["question", "value", "raw", "comment", "repeat"], frozen=True, slots=True)
    gc.disable()
    return [plain("q1", "yes", None, None, 0) for _ in _MANY]


# --- tallies -------------------------------------------------------------------------------------------------------


def _tally(name: str, folder: str) -> Any:
    import bench_tally

    work, path = bench_tally.PEERS[name], Path(folder, "tally", "survey.parquet")
    return [work(path) for _ in range(3)]


def tally_polars(folder: str) -> Any:
    return _tally("tally on polars", folder)


def tally_duckdb(folder: str) -> Any:
    return _tally("tally on duckdb", folder)


def hand_polars(folder: str) -> Any:
    return _tally("polars by hand", folder)


def hand_duckdb(folder: str) -> Any:
    return _tally("duckdb by hand", folder)


# --- Monte Carlo ---------------------------------------------------------------------------------------------------

_UNITS, _ITEMS, _TIMES = 200, 100, 10_000


def monte_carlo(folder: str) -> Any:
    import numpy as np
    from bench_montecarlo import index
    from capbuild_index.montecarlo import Alternatives, random_plan, simulate
    from capbuild_index.noise import Normal
    from capbuild_index.weights import noisy_weights

    tree, table = index(_ITEMS), np.random.default_rng(0).uniform(0, 100, (_UNITS, _ITEMS))
    weights = noisy_weights(tree, tree.weights(), replications=_TIMES, spread=0.25)
    evidence = [Normal(centre=table, error=np.full(table.shape, 5.0))]
    options = Alternatives(tree=tree, tables=[table], weights=weights, evidence=evidence)
    return simulate(options, random_plan(options, _TIMES))


def only_random_numbers(folder: str) -> None:
    import numpy as np

    random, block = np.random.Generator(np.random.SFC64(1)), np.empty(1 << 17)
    for _ in range(_UNITS * _ITEMS * _TIMES // block.size):
        random.standard_normal(out=block)


# --- countries -----------------------------------------------------------------------------------------------------

_NAMES = ["Jamaica", "Trinidad and Tobago", "Peru", "KNA", "Barbados", "DO"] * 20_000


def match_countries(folder: str) -> Any:
    from capbuild.countries import resolve

    return [resolve(name) for name in _NAMES]


def match_by_pycountry(folder: str) -> Any:
    import pycountry

    return [pycountry.countries.lookup(name) for name in _NAMES]


# --- reports and start ---------------------------------------------------------------------------------------------


_LANGUAGES = '["en", "es", "fr", "nl"]'
_FORMATS = '["html", "pdf", "docx", "xlsx", "md", "json", "csv", "sqlite", "parquet", "arrow", "sdmx-csv", "sdmx-ml"]'


def write_reports(folder: str) -> Any:
    """Run the example.

    Its 30 participants are scored, planned and written as 32 files.
    """
    return _run_example(Path(folder, "fresh"), fresh=True)


def write_everything(folder: str) -> Any:
    """Run the example in all formats and four languages."""
    return _run_example(Path(folder, "everything"), fresh=True)


def write_reports_again(folder: str) -> Any:
    return _run_example(Path(folder, "again"), fresh=False)


def _copy_example(folder: Path) -> None:
    for name in ("fresh", "again", "everything"):
        shutil.copytree(ROOT / "examples" / "americas-2015", folder / name)
    path = folder / "everything" / "programme.toml"
    wanted = f"formats = {_FORMATS}\nlanguages = {_LANGUAGES}"
    path.write_text(re.sub(r"(?m)^formats = .*\nlanguages = .*", wanted, path.read_text("utf-8")), "utf-8")
    _run_example(folder / "again", fresh=True)


def _run_example(place: Path, *, fresh: bool) -> Any:
    from capbuild.workspace import open_workspace
    from capbuild.workspace.runs.runner import run

    if fresh:
        shutil.rmtree(place / "out", ignore_errors=True)
    return run(open_workspace(place))


def render_html(folder: str) -> str:
    import capbuild as cb

    return str(cb.render(cb.open_workspace(Path(folder, "again")).assess("baseline"), "html"))


def write_same_bytes(folder: str) -> int:
    """Write the bytes of a run's reports, nothing else."""
    files = sorted(Path(folder, "again", "out").rglob("*"))
    target = Path(folder, "same")
    return sum(target.write_bytes(path.read_bytes()) for path in files if path.is_file())


def _started(statement: str) -> None:
    subprocess.run([sys.executable, "-c", statement], check=True)


def import_all(folder: str) -> None:
    _started("import capbuild; capbuild.Country, capbuild.read, capbuild.country")


def import_dependencies(folder: str) -> None:
    _started("import attrs, cattrs, pluggy, pycountry")
