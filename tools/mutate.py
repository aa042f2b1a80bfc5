"""Mutation testing of an area's own tests.

Changes one operator, number, condition or statement at a time, and runs the tests that reach the changed line. A fault
that no test finds (a survivor) is either a missing test or no fault at all.

The tests are imported and collected once. For each fault the process is forked, and in the fork the code of the changed
function is replaced. A fault in what an import runs (a constant, a default, a class body) needs a fresh import, from a
copy of the sources.

    uv run python -m tools.mutate costing --sample 40 --seed 1
"""

import argparse
import ast
import copy
import gc
import inspect
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType

import coverage
import numpy as np  # noqa: F401 - imported once, for every fork
import polars as pl  # noqa: F401
import pytest
from attrs import field, frozen

ROOT = Path(__file__).resolve().parents[1]
#: Sources below `src/capbuild`, and tests, of each area.
AREAS = {
    "scoring": (["scoring/*.py"], ["tests/scoring", "--ignore=tests/scoring/test_calibration.py"]),
    "countries": (["countries/*.py"], ["tests/countries"]),
    "layouts": (["formats/layouts/*.py"], ["tests/formats"]),
    "disclosure": (["disclosure/*.py"], [f"tests/reports/test_{name}.py" for name in (
        "disclosure_control", "what_is_shown", "publications", "unnamed", "marking", "disclosure", "labels", "donor")]
        + ["tests/workspace/test_publications.py"]),
    "tally": (["tables/*.py"], ["tests/tables"]),
    "costing": ([f"planning/{name}.py" for name in ("gap_costs", "problem", "budget")], [
        f"tests/planning/test_{name}.py" for name in ("costing", "budget", "check", "properties", "stages")]),
}  # fmt: skip
_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}  # fmt: skip
_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
#: Seconds of processor for one mutant, beyond those of its tests without it. One that takes longer counts as killed.
_SECONDS = 60
#: Exit status of a fork that found nothing to change.
_UNCHANGED = 99
#: Seconds after which a fork that waits for nothing is ended.
_WAIT = 900


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


def make_tree(mutant: Mutant, text: str) -> ast.Module:
    """Return the tree of a file with a mutant, on the same lines."""
    tree = next(tree for found, tree in list_mutants(mutant.file, text) if found.number == mutant.number)
    assert isinstance(tree, ast.Module)
    return copy.deepcopy(ast.fix_missing_locations(tree))


def list_changed(mutant: Mutant, text: str) -> dict[tuple[str, int], CodeType] | None:
    """Return the functions that a mutant changes, by qualified name and line.

    None if it changes what an import runs.
    """
    old, new = (_list_functions(compile(one, mutant.file, "exec")) for one in (text, make_tree(mutant, text)))
    changed = {key: code for key, code in new.items() if code != old.get(key)}
    alike = new.keys() <= old.keys() and all(code.co_flags & inspect.CO_OPTIMIZED for code in changed.values())
    return changed if alike and all(code.co_freevars == old[key].co_freevars for key, code in changed.items()) else None


def _list_functions(code: CodeType) -> dict[tuple[str, int], CodeType]:
    """Return a code and those inside it, each without them."""
    nested = [one for one in code.co_consts if isinstance(one, CodeType)]
    # the code of a function contains those inside it, which are replaced with it
    own = code if code.co_flags & inspect.CO_OPTIMIZED else code.replace(
        co_consts=tuple(None if isinstance(one, CodeType) else one for one in code.co_consts))  # fmt: skip
    found = {(code.co_qualname, code.co_firstlineno): own}
    for one in nested:
        found |= _list_functions(one)
    return found


def replace_functions(file: Path, changed: dict[tuple[str, int], CodeType]) -> None:
    """Replace the code of functions of a file.

    Raises:
        LookupError: None was found.
    """
    gc.unfreeze()  # frozen objects are not listed
    places = [
        (one, changed[key])
        for one in gc.get_objects()
        if isinstance(one, FunctionType) and one.__code__.co_filename == str(file)
        and (key := (one.__code__.co_qualname, one.__code__.co_firstlineno)) in changed
    ]  # fmt: skip
    if not places:
        raise LookupError(f"no function {changed.keys()} of {file}")
    for one, code in places:
        one.__code__ = code


@frozen
class Session:
    """Tests of an area, collected once: a plugin of pytest.

    Attributes:
        mutants: The mutants to try.
        files: Texts of the sources, by file.
        sources: Folder of the sources.
        outcomes: Exit status of the tests of each mutant tried.
        reach: Names of the tests that reach each line of a file.
    """

    mutants: list[Mutant]
    files: dict[str, str]
    sources: Path
    outcomes: dict[Mutant, int] = field(init=False, factory=dict)
    reach: dict[tuple[str, int], set[str]] = field(init=False, factory=dict)

    def pytest_collection(self) -> None:
        """Prevent shrinking: what a mutant fails on can take minutes to shrink."""
        from hypothesis import Phase, settings

        phases = [Phase.explicit, Phase.generate]
        settings.register_profile("mutants", settings.default, phases=phases, database=None)
        settings.load_profile("mutants")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try each mutant in a fork.

        Only the first test that needs a shared fixture or a cached value runs its lines. So if the tests that reach a
        line find nothing, the other tests of their files are tried too.
        """
        if session.testsfailed:
            return False
        cost = self._measure(session)
        tests_of = {one.nodeid: one.nodeid.partition("::")[0] for one in session.items}
        for one in self.mutants:
            tests = choose_tests(one, self.reach)
            files = {tests_of[name] for name in tests}
            more = [name for name in cost if tests_of[name] in files and name not in tests]
            status = 0
            for names in (tests, more):
                status = status or self._try(session, one, sorted(names, key=cost.__getitem__), cost)
            self.outcomes[one] = status
            print_outcome(one, len(tests), status)
        return True

    def _measure(self, session: pytest.Session) -> dict[str, float]:
        """Return the seconds of each test, and note the lines that it reaches."""
        names = {str(self.sources / file): file for file in self.files}
        with tempfile.TemporaryDirectory() as data:

            def run() -> int:
                measured = coverage.Coverage(f"{data}/lines", include=list(names), config_file=False)
                measured.start()
                cost = {}
                for item, following in zip(session.items, [*session.items[1:], None], strict=True):
                    measured.switch_context(item.nodeid)
                    started = time.process_time()
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                    cost[item.nodeid] = time.process_time() - started
                measured.stop()
                measured.save()
                Path(data, "cost").write_text(json.dumps(cost), "utf-8")
                return session.testsfailed

            if status := run_fork(run, None):
                raise SystemExit(f"the tests fail on the sources as they are (status {status})")
            found = coverage.CoverageData(f"{data}/lines")
            found.read()
            for path in found.measured_files():
                for line, tests in found.contexts_by_lineno(path).items():
                    self.reach[names[path], line] = {one for one in tests if one}
            cost: dict[str, float] = json.loads(Path(data, "cost").read_text("utf-8"))
            return cost

    def _try(self, session: pytest.Session, mutant: Mutant, tests: list[str], cost: dict[str, float]) -> int:
        changed = list_changed(mutant, self.files[mutant.file])
        items = {one.nodeid: one for one in session.items}

        def run() -> int:
            try:
                replace_functions(self.sources / mutant.file, changed or {})
            except LookupError:
                return _UNCHANGED
            for name, following in zip(tests, [*tests[1:], None], strict=True):
                item = items[name]
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=items.get(following or ""))
                if session.testsfailed:
                    return 1
            return 0

        status = run_fork(run, 3 * sum(cost[name] for name in tests) + _SECONDS) if tests else 0
        if status == _UNCHANGED:
            raise SystemExit(f"no function of {mutant.file} has line {mutant.line}")
        return status


def run_fork(call: Callable[[], int], seconds: float | None, *, silent: bool = True) -> int:
    """Return what a call returns, in a fork.

    Another number than 0 if it fails, -1 if it takes more seconds of processor.
    """
    number, started = os.fork(), time.monotonic()
    if number:
        while not (found := os.waitpid(number, os.WNOHANG))[0]:
            time.sleep(0.02)
            if seconds is not None and time.monotonic() - started > _WAIT:
                os.kill(number, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(found[1])
        return -1 if status in (-signal.SIGXCPU, -signal.SIGKILL) else status
    status = 3
    try:
        if silent:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
        if seconds is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (round(seconds), round(seconds) + 5))
        status = call()
    finally:
        os._exit(min(status, 100))


def choose_tests(mutant: Mutant, reach: dict[tuple[str, int], set[str]]) -> set[str]:
    """Return the tests that reach a mutant's line.

    Its statement counts too.
    """
    lines = {line: tests for (file, line), tests in reach.items() if file == mutant.file}
    return lines.get(max((one for one in lines if one <= mutant.line), default=0), set())


def print_outcome(mutant: Mutant, tests: int, status: int) -> None:
    """Print a survivor or a mutant that took too long; a dot for others."""
    if status > 0:
        print(end=".", flush=True)
    else:
        words = f"({tests} tests{', over the time' if status else ''})"
        print(f"\n{mutant.file}:{mutant.line} {words}  {mutant.before}  ->  {mutant.after}", flush=True)


def run_session(session: Session, tests: list[str]) -> int:
    """Run a session; its outcome is written to the folder of its sources."""
    status = run_pytest(tests, session.sources, session)
    reach: dict[str, set[str]] = {file: set() for file in session.files}
    for (file, _), names in session.reach.items():
        reach[file].update(name.partition("::")[0] for name in names)
    found = {
        "survivors": sum(status == 0 for status in session.outcomes.values()),
        "reach": {file: sorted(names) for file, names in reach.items()},
    }
    (session.sources / "found.json").write_text(json.dumps(found), "utf-8")
    return 0 if len(session.outcomes) == len(session.mutants) else status or 1


def run_pytest(tests: list[str], sources: Path, session: Session | None = None) -> int:
    """Run pytest on sources, in this process."""
    os.environ["PYTHONPATH"] = str(sources)
    sys.path.insert(0, str(sources))
    sys.dont_write_bytecode = True
    words = ["-q", "-x", "-s", "-p", "no:cacheprovider", "--hypothesis-seed=0", f"--rootdir={ROOT}", *tests]
    return int(pytest.main(words, plugins=[] if session is None else [session]))


def main() -> None:
    """Test a sample of mutants, and print the survivors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("area", choices=AREAS)
    parser.add_argument("--sample", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    patterns, tests = AREAS[given.area]
    files = {file.relative_to(ROOT / "src").as_posix(): file.read_text("utf-8")
             for pattern in patterns for file in sorted((ROOT / "src" / "capbuild").glob(pattern))}  # fmt: skip
    every = [one for file, text in files.items() for one, _ in list_mutants(file, text)]
    drawn = random.Random(given.seed).sample(every, min(given.sample, len(every)))
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "src" / "capbuild", folder / "capbuild", ignore=shutil.ignore_patterns("__pycache__"))
        imported = [one for one in drawn if list_changed(one, files[one.file]) is None]
        session = Session([one for one in drawn if one not in imported], files, folder)
        if run_fork(partial(run_session, session, tests), None, silent=False):
            raise SystemExit("the session of tests has failed")
        found = json.loads((folder / "found.json").read_text("utf-8"))
        survivors: int = found["survivors"]
        for one in imported:
            text = files[one.file]
            (folder / one.file).write_text(ast.unparse(make_tree(one, text)), "utf-8")
            status = run_fork(partial(run_pytest, found["reach"][one.file], folder), 3600)
            survivors += status == 0
            print_outcome(one, len(found["reach"][one.file]), status)
            (folder / one.file).write_text(text, "utf-8")
    killed, seconds = len(drawn) - survivors, time.monotonic() - started
    share = f"{killed} of {len(drawn)} killed ({killed / len(drawn):.0%})"
    print(f"\n{given.area}, seed {given.seed}: {share}, {len(every)} places, {seconds:.0f} s")


if __name__ == "__main__":
    main()
