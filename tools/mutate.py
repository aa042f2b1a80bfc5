"""Mutation testing of an area's own tests.

Changes one operator, number, condition or statement at a time, in a copy of the sources, and runs the tests that reach
the changed line. A fault that no test finds (a survivor) is either a missing test or no fault at all.

    uv run python -m tools.mutate costing --sample 40 --seed 1
"""

import argparse
import ast
import copy
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import coverage
import numpy as np  # noqa: F401 - imported once, for every fork
import polars as pl  # noqa: F401
import pytest
from attrs import frozen

ROOT = Path(__file__).resolve().parents[1]
#: Sources below `src/capbuild`, and tests, of each area.
AREAS = {
    "scoring": ("scoring/*.py", ["tests/scoring", "--ignore=tests/scoring/test_calibration.py"]),
    "countries": ("countries/*.py", ["tests/countries"]),
    "layouts": ("formats/layouts/*.py", ["tests/formats"]),
    "disclosure": ("disclosure/*.py", [f"tests/reports/test_{name}.py" for name in (
        "disclosure_control", "what_is_shown", "publications", "unnamed", "marking", "disclosure", "labels", "donor")]
        + ["tests/workspace/test_publications.py"]),
    "tally": ("tables/*.py", ["tests/tables"]),
    "costing": ("planning/gap_costs.py", ["tests/planning/test_costing.py"]),
}  # fmt: skip
_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}  # fmt: skip
_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
#: Seconds for one mutant. A run that takes longer counts as killed, and is listed: a busy machine is no endless loop.
_SECONDS = 240


@frozen
class Mutant:
    """Source file with one changed place.

    Attributes:
        file: Source file, relative to `src`.
        number: Its number among the places of the file.
        line: Its line.
        before: The expression or statement.
        after: What stands in its place.
    """

    file: str
    number: int
    line: int
    before: str
    after: str


def change(node: ast.AST) -> ast.AST | None:
    """Return a changed copy of a node, or None."""
    new = copy.deepcopy(node)
    match new:
        case ast.Compare(ops=[one]) if type(one) in _SWAPPED:
            new.ops = [_SWAPPED[type(one)]()]  # type: ignore[list-item]
        case ast.BoolOp(op=one) | ast.BinOp(op=one) | ast.AugAssign(op=one) if type(one) in _SWAPPED:
            new.op = _SWAPPED[type(one)]()  # type: ignore[assignment]
        case ast.UnaryOp(op=ast.Not()):
            return new.operand
        case ast.Constant(value=bool()):
            new.value = not new.value
        case ast.Constant(value=int() | float() as number):
            new.value = number + 1
        case ast.Name(id=name, ctx=ast.Load()) if name in _NAMES:
            new.id = _NAMES[name]
        case ast.If() | ast.IfExp() if not isinstance(new.test, ast.Compare | ast.BoolOp | ast.UnaryOp):
            new.test = ast.UnaryOp(ast.Not(), new.test)
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            new.value = ast.Constant(None)
        case ast.Raise() | ast.Expr(value=ast.Call()):
            return ast.Pass()
        case _:
            return None
    return new


def list_places(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Yield the place of every node that runs.

    A place is parent, field, position and node. Annotations and texts of errors are left out.
    """
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "decorator_list") or isinstance(tree, ast.Raise):
            continue
        for position, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST):
                yield tree, name, position, child
                yield from list_places(child)


def list_mutants(file: str, text: str) -> Iterator[tuple[Mutant, ast.AST]]:
    """Yield a file's mutants, each with a temporary tree."""
    tree = ast.parse(text)
    for number, (parent, name, position, child) in enumerate(list(list_places(tree))):
        new = change(child)
        if new is None:
            continue
        texts = [" ".join(ast.unparse(one).split())[:100] for one in (child, new)]
        _put(parent, name, position, new)
        yield Mutant(file, number, getattr(child, "lineno", 0), *texts), tree
        _put(parent, name, position, child)


def _put(parent: ast.AST, name: str, position: int | None, node: ast.AST) -> None:
    if position is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[position] = node


def run_tests(tests: list[str], folder: Path, *more: str, seconds: int | None = _SECONDS) -> int:
    """Run tests on a folder's sources.

    Returns the exit status, or -1 if they take too long.

    In a fork, which has what is slow to import.
    """
    words = ["-q", "-x", "-p", "no:cacheprovider", "--hypothesis-seed=0", f"--rootdir={ROOT}", *more, *tests]
    process = multiprocessing.get_context("fork").Process(target=_call_pytest, args=(words, folder))
    process.start()
    process.join(seconds)
    status = -1 if process.exitcode is None else process.exitcode
    process.kill()
    process.join()
    return status


def _call_pytest(words: list[str], folder: Path) -> None:
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    os.environ |= {"PYTHONPATH": str(folder), "COVERAGE_FILE": str(folder / ".coverage")}
    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode = True
    os._exit(pytest.main(words, plugins=[_NoShrinking()]))


class _NoShrinking:
    """Hypothesis plugin that prevents shrinking.

    What a mutant fails on can take minutes to shrink.
    """

    def pytest_collection(self) -> None:
        from hypothesis import Phase, settings  # only now: its entry points import the copy

        settings.register_profile("mutants", settings.default, phases=[Phase.explicit, Phase.generate])
        settings.load_profile("mutants")


def find_tests(folder: Path, tests: list[str]) -> dict[tuple[str, int], list[str]]:
    """Return the tests that reach each line of the sources."""
    rules = folder / "rules.ini"
    rules.write_text("[run]\ndynamic_context = none\n", "utf-8")
    options = ("--cov=capbuild", "--cov-context=test", f"--cov-config={rules}", "--cov-report=")
    if status := run_tests(tests, folder, *options, seconds=None):
        raise SystemExit(f"the tests fail on the sources as they are (status {status})")
    data = coverage.CoverageData(str(folder / ".coverage"))
    data.read()
    return {
        (Path(file).relative_to(folder).as_posix(), line): sorted({one.rpartition("|")[0] for one in names if one})
        for file in data.measured_files()
        for line, names in data.contexts_by_lineno(file).items()
    }


def choose_tests(mutant: Mutant, reach: dict[tuple[str, int], list[str]]) -> list[str]:
    """Return the tests that reach a mutant's line.

    Its statement counts too; for what an import runs, those of the whole file.

    Tests that reach the fewest lines come first, since they are fast.
    """
    lines = {line: tests for (file, line), tests in reach.items() if file == mutant.file}
    line = max((one for one in lines if one <= mutant.line), default=0)
    width = Counter(test for tests in reach.values() for test in tests)
    return sorted(lines.get(line) or {test for tests in lines.values() for test in tests}, key=lambda one: width[one])


def main() -> None:
    """Test a sample of mutants, and print the survivors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("area", choices=AREAS)
    parser.add_argument("--sample", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    pattern, tests = AREAS[given.area]
    files = {file.relative_to(ROOT / "src").as_posix(): file.read_text("utf-8")
             for file in sorted((ROOT / "src" / "capbuild").glob(pattern))}  # fmt: skip
    every = [one for file, text in files.items() for one, _ in list_mutants(file, text)]
    drawn = random.Random(given.seed).sample(every, min(given.sample, len(every)))
    survivors, started = 0, time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "src" / "capbuild", folder / "capbuild", ignore=shutil.ignore_patterns("__pycache__"))
        reach = find_tests(folder, tests)
        for one in drawn:
            text = files[one.file]
            tree = next(tree for found, tree in list_mutants(one.file, text) if found.number == one.number)
            (folder / one.file).write_text(ast.unparse(ast.fix_missing_locations(tree)), "utf-8")
            wanted = choose_tests(one, reach)
            status = run_tests(wanted, folder) if wanted else 0
            survivors += status == 0
            if status <= 0:
                words = f"({len(wanted)} tests{', over the time' if status else ''})"
                print(f"{one.file}:{one.line} {words}  {one.before}  ->  {one.after}", flush=True)
            (folder / one.file).write_text(text, "utf-8")
    killed, seconds = len(drawn) - survivors, time.monotonic() - started
    share = f"{killed} of {len(drawn)} killed ({killed / len(drawn):.0%})"
    print(f"{given.area}, seed {given.seed}: {share}, {len(every)} places, {seconds:.0f} s")


if __name__ == "__main__":
    main()
