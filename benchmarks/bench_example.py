"""CPU time of the example's full run.

It is beside that of another checkout; one-page briefs are beside profiles.

    git worktree add --detach ../earlier COMMIT && uv sync --project ../earlier
    uv run python benchmarks/bench_example.py [../earlier] [rounds]

Runs are whole processes into new folders, in turn; the least CPU time of the rounds counts, user and system. Briefs and
profiles are the HTML of every country in four languages, in one process. As in a run, what is the same in every
language is made once, for each of the two kinds.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import capbuild as cb
from capbuild.io.writing import render_files
from capbuild.plugins import RenderCache
from capbuild.workspace import Workspace
from capbuild.workspace.rounds.dossiers import make_country_dossier

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "americas-2015"
LANGUAGES = ("en", "es", "fr", "nl")


def measure_run(checkout: Path) -> tuple[float, int]:
    """Return a run's CPU seconds and number of files.

    It is a full run of a checkout's own example.
    """
    command = [checkout / ".venv" / "bin" / "capbuild", "run", checkout / "examples" / "americas-2015", "--out"]
    with tempfile.TemporaryDirectory() as folder:
        before = os.times()
        done = subprocess.run([*command, Path(folder) / "out"], check=False, capture_output=True, text=True)
        after = os.times()
        files = sum(one.is_file() for one in Path(folder).rglob("*"))
    if done.returncode not in (0, 1) or not files:
        sys.exit(f"{checkout}: {done.stderr or done.stdout}")
    return sum(after[2:4]) - sum(before[2:4]), files


def measure_documents(kind: str, workspace: Workspace) -> float:
    """Return the CPU seconds of documents by country and language."""
    round_ = workspace.programme.rounds[0].id
    assessed, dossier = workspace.assess(round_), make_country_dossier(workspace, round_)
    common, start = RenderCache(), time.process_time()
    for language in LANGUAGES:
        shared = RenderCache(common=common)
        for one in assessed:
            render_files(
                assessed,
                "html",
                kind=kind,
                country=one.country.alpha_2,
                language=language,
                programme=workspace.programme,
                dossier=dossier,
                shared=shared,
            )
    return time.process_time() - start


def main() -> None:
    """Print a table for each comparison."""
    checkouts, rounds = [ROOT, *map(Path, sys.argv[1:2])], int([*sys.argv[2:], "3"][0])
    times: list[list[tuple[float, int]]] = [[] for _ in checkouts]
    for _ in range(rounds):
        for checkout, taken in zip(checkouts, times, strict=True):
            taken.append(measure_run(checkout.resolve()))
    print("| full run | CPU s | files |\n| --- | --- | --- |")
    for checkout, taken in zip(checkouts, times, strict=True):
        print(f"| {checkout.name} | {min(taken)[0]:.2f} | {taken[0][1]} |")
    if len(checkouts) > 1:
        print(f"| ratio | {min(times[0])[0] / min(times[1])[0]:.2f} | |", flush=True)
    workspace = cb.open_workspace(EXAMPLE)
    kinds = ("brief-country", "profile")
    for kind in kinds:
        measure_documents(kind, workspace)  # texts and templates are loaded once
    found = {kind: min(measure_documents(kind, workspace) for _ in range(rounds)) for kind in kinds}
    countries = len(workspace.assess(workspace.programme.rounds[0].id))
    print(f"\n| {countries} countries, {len(LANGUAGES)} languages | CPU s |\n| --- | --- |")
    for kind, seconds in found.items():
        print(f"| {kind} | {seconds:.2f} |")
    print(f"| ratio | {found['brief-country'] / found['profile']:.2f} |")


if __name__ == "__main__":
    main()
