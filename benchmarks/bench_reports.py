"""Cost of each writer on the example's reports.

It writes the regional report and a profile of each country; whether output repeats is checked.

    uv run python benchmarks/bench_reports.py

Processor seconds of one write to disk, with building the report and with loading the writer's libraries; then the same
again, and whether the bytes are the same. The plan is searched for once, before the clock of any writer starts.
"""

import hashlib
import tempfile
import time
from pathlib import Path

from capbuild import open_workspace, write
from capbuild.workspace.rounds.dossiers import complete_programme

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "americas-2015"
FORMATS = ("html", "pdf", "docx", "xlsx", "md", "csv", "json", "sqlite")


def hashed(folder: Path) -> str:
    """Return one hash of all files of a folder."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()


def main() -> None:
    """Print a table."""
    workspace = open_workspace(EXAMPLE)
    start = time.process_time()
    assessed, dossier = workspace.assess("baseline"), workspace.dossier("baseline")
    print(f"scores, needs and plan: {time.process_time() - start:.1f} processor seconds\n")
    print("| format | CPU s | again | same bytes |\n| --- | --- | --- | --- |")
    programme = complete_programme(workspace.programme, dossier)
    for name in FORMATS:
        took, hashes = [], set()
        for _ in range(2):
            with tempfile.TemporaryDirectory() as place:
                out = Path(place) / ("tables" if name == "csv" else f"report.{name}")
                start = time.process_time()
                write(assessed, out, format=name, programme=programme, dossier=dossier, audience="team")
                took.append(time.process_time() - start)
                hashes.add(hashed(Path(place)))
        print(f"| {name} | {took[0]:.2f} | {took[1]:.2f} | {'yes' if len(hashes) == 1 else 'no'} |", flush=True)


if __name__ == "__main__":
    main()
