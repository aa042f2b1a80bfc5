"""Writer of the golden results.

`tests/golden` compares them; all that was read and written can be kept to explain a difference.

uv run python -m tools.golden                          # tests/golden/*.json; the corpus where CAPBUILD_CORPUS names it
uv run python -m tools.golden corpus                   # one of readings, corpus, written
uv run python -m tools.golden --full                   # everything as text, in build/golden/now
uv run python -m tools.golden --full --commit HEAD~3   # the same files by the code of a commit, in build/golden/HEAD~3
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from capbuild.workspace import Workspace, open_workspace
from tools.golden.files import LARGEST, ROOT, SurveyFile, corpus_files, own_files
from tools.golden.outputs import EXAMPLE, output_results, report_results
from tools.golden.readings import answers_in_full, result_of
from tools.golden.structure import summary

__all__ = ["FOLDER", "corpus_results", "kept", "main", "reading_results", "written_results"]

FOLDER = ROOT / "tests" / "golden"
_FULL = ROOT / "build" / "golden"
Results = dict[str, Any]


def kept(part: str) -> Results:
    """Return the stored golden results."""
    found: Results = json.loads((FOLDER / f"{part}.json").read_text("utf-8"))
    return found


def reading_results() -> Results:
    """Return the results of own files.

    They are samples, and files of tests and examples that a reader knows.
    """
    return {name: result for name, result in _results(own_files()) if result != "refused: UnknownFormat CB101"}


def corpus_results(corpus: Path, folder: str = "") -> Results:
    """Return the results of corpus files.

    They are those of the corpus, or of one of its folders.
    """
    return dict(_results(file for file in corpus_files(corpus) if file.name.startswith(folder)))


def _results(files: Iterable[SurveyFile]) -> Iterator[tuple[str, Any]]:
    for file in files:
        if file.size > LARGEST:
            yield file.name, f"skipped: larger than {LARGEST >> 20} MiB"
        else:
            yield file.name, result_of(file.source, file.options, show=file.show)


def written_results() -> Results:
    """Return the results of reports and written files."""
    with _open_example() as (workspace, folder):
        made = dict(report_results(workspace))
        for name, found in output_results(workspace, folder):
            made[name] = {key: summary(values) for key, values in found.items()}
    return made


@contextlib.contextmanager
def _open_example() -> Iterator[tuple[Workspace, Path]]:
    """Open a fresh copy of the example, with a folder.

    What an earlier run published, which `private/` keeps, decides what a later one withholds.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, EXAMPLE.name)
        shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("private", "out", ".out*"))
        (Path(folder) / "results").mkdir()
        yield open_workspace(copy), Path(folder) / "results"


def _corpus() -> Path | None:
    place = os.environ.get("CAPBUILD_CORPUS")
    return Path(place) if place else None


def _write(part: str) -> None:
    """Write a part's golden results.

    Those of an absent corpus stay unchanged.
    """
    corpus = _corpus()
    if part == "corpus" and corpus is None:
        print("corpus: set CAPBUILD_CORPUS to renew its golden results")
        return
    makers: dict[str, Callable[[], Results]] = {
        "readings": reading_results,
        "corpus": lambda: corpus_results(corpus) if corpus else {},
        "written": written_results,
    }
    text = json.dumps(makers[part](), ensure_ascii=False, indent=0)
    path = FOLDER / f"{part}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.encode("utf-8", "backslashreplace").decode() + "\n", encoding="utf-8", newline="\n")
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")


def _write_full(part: str, label: str) -> None:
    """Write all that a part reads or writes, as files."""
    corpus = _corpus()
    for name, lines in _in_full(part, corpus):
        path = _FULL / label.replace("/", "-") / part / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="backslashreplace", newline="\n")


def _in_full(part: str, corpus: Path | None) -> Iterator[tuple[str, Iterable[str]]]:
    if part == "written":
        with _open_example() as (workspace, folder):
            for name, found in output_results(workspace, folder):
                yield name, (f"{key}: {value}" for key, values in found.items() for value in values)
        return
    files = own_files() if part == "readings" else corpus_files(corpus) if corpus else ()
    for file in files:
        if file.size <= LARGEST:
            yield file.name, answers_in_full(file.source, file.options)


def _at_commit(commit: str, parts: Iterable[str]) -> int:
    """Write everything with the code of a commit.

    Files and this tool are the present ones.
    """
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder, "tree")
        subprocess.run(["git", "worktree", "add", "--detach", "--quiet", tree, commit], cwd=ROOT, check=True)
        try:
            sources = [tree / "src", *sorted(tree.glob("plugins/*/src")), *sorted(tree.glob("examples/plugins/*/src"))]
            environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, sources))}
            command = [sys.executable, "-m", "tools.golden", "--full", "--label", commit, *parts]
            return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", tree], cwd=ROOT, check=True)


def main(arguments: list[str]) -> int:
    """Write golden results, or everything in full."""
    known = ("readings", "corpus", "written")
    parser = argparse.ArgumentParser(prog="python -m tools.golden", description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(known)}; all by default")
    parser.add_argument("--full", action="store_true", help="write everything into build/golden, to be compared by eye")
    parser.add_argument("--commit", default="", help="with --full: the code of this commit")
    parser.add_argument("--label", default="now", help="with --full: folder below build/golden")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.parts) - set(known):
        parser.error(f"unknown part {', '.join(sorted(unknown))}; parts are {', '.join(known)}")
    parts = asked.parts or known
    if asked.commit and asked.full:
        return _at_commit(asked.commit, parts)
    for part in parts:
        if asked.full:
            _write_full(part, asked.label)
        else:
            _write(part)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
