"""Patterns of the library that cost more than the square of a text's length.

A cell, header or condition comes from others. Two repeats that can share a text (`a\\s*(.+?)\\s*b`) cost its square if
nothing follows, three its cube: a thousand spaces then take seconds. Each repeat of each pattern is given a long text
that it accepts, after what it needs before it, and an end that it does not accept. Kinds of files whose processor time
is measured as a whole are in `benchmarks/growing_files.py`.
"""

import ast
import importlib
import re
import time
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted([*ROOT.glob("src/capbuild/**/*.py"), *ROOT.glob("plugins/*/src/**/*.py")])
FUNCTIONS = ("compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")
REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
CATEGORIES = {sre.CATEGORY_DIGIT: "0", sre.CATEGORY_SPACE: " ", sre.CATEGORY_NOT_WORD: "-"}
FEW, SHORT, LONG = 20, 150, 300


def list_patterns():
    """Patterns with flags and uses, as far as names of their module give them."""
    found = {}
    for path in SOURCES:
        text = path.read_text("utf-8")
        calls = re.findall(rf"\bre\.(?:{'|'.join(FUNCTIONS)})\(", text)
        if not calls or "/testing/" in path.as_posix():
            continue
        parts = path.with_suffix("").parts
        name = ".".join(parts[len(parts) - parts[::-1].index("src") :]).removesuffix(".__init__")
        known, tree = dict(vars(importlib.import_module(name))), ast.parse(text)
        names = {id(one.value): one.targets[0] for one in ast.walk(tree) if isinstance(one, ast.Assign)}
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in {f"re.{one}" for one in FUNCTIONS}:
                flags = [one.value for one in call.keywords if one.arg == "flags"]
                flags += call.args[1:2] if ast.unparse(call.func) == "re.compile" else []
                try:
                    pattern, *given = [eval(ast.unparse(one), known) for one in (call.args[0], *flags)]
                except NameError:  # made of arguments
                    continue
                if isinstance(pattern, str):
                    uses = {call.func.attr}
                    if uses == {"compile"}:
                        target = names.get(id(call))
                        uses = (
                            set(re.findall(rf"\b{target.id}\.(\w+)", text)) if isinstance(target, ast.Name) else set()
                        )
                    ways = frozenset(one if one in ("match", "fullmatch") else "search" for one in uses or {"search"})
                    found.setdefault((pattern, int(sum(given)), ways), f"{path.relative_to(ROOT)}:{call.lineno}")
    return found


def make_sample(tree):
    """A text that a parsed pattern accepts, in most cases."""
    text = ""
    for kind, value in tree:
        match kind:
            case sre.LITERAL:
                text += chr(value)
            case sre.NOT_LITERAL | sre.ANY:
                text += "a"
            case sre.IN:
                text += make_member(value)
            case sre.MAX_REPEAT | sre.MIN_REPEAT | sre.POSSESSIVE_REPEAT:
                text += make_sample(value[2]) * max(value[0], 1)
            case sre.SUBPATTERN:
                text += make_sample(value[3])
            case sre.BRANCH:
                text += make_sample(value[1][0])
            case sre.ATOMIC_GROUP:
                text += make_sample(value)
    return text


def make_member(items):
    kind, value = items[0]
    if kind is sre.NEGATE:
        banned = {make_member([one]) for one in items[1:]}
        return next((one for one in " a0-x~" if one not in banned), "~")
    return chr(value) if kind is sre.LITERAL else chr(value[0]) if kind is sre.RANGE else CATEGORIES.get(value, "a")


def list_repeats(tree, before=""):
    """Each long repeat: what a pattern needs before it, and what is repeated."""
    for kind, value in tree:
        if kind in REPEATS and value[1] > SHORT:
            yield before, make_sample(value[2])
        for one in list_inner(kind, value):
            yield from list_repeats(one, before)
        before += make_sample([(kind, value)])


def list_inner(kind, value):
    if kind in REPEATS:
        return [value[2]]
    if kind is sre.SUBPATTERN:
        return [value[3]]
    return value[1] if kind is sre.BRANCH else [value] if kind is sre.ATOMIC_GROUP else []


def measure(call, text):
    started = time.process_time()
    call(text)
    return time.process_time() - started


def find_slow(pattern, flags=0, ways=("search",)):
    """A text for which a doubled length costs far more than four times the time, if any."""
    compiled = re.compile(pattern, flags)
    for before, repeated in {*list_repeats(_parser.parse(pattern, flags))}:
        for lead, one in {(before, repeated), (before, " "), ("", before + repeated)}:
            for call in [getattr(compiled, way) for way in ways] if one else ():
                few, short, long = (lead + one * (size // len(one)) + "\0" for size in (FEW, SHORT, LONG))
                # the square of 300 takes less than a millisecond, but a collection of garbage may take longer
                if all(measure(call, few) > 0.005 for _ in range(2)) or all(
                    measure(call, long) > max(0.005, 5 * measure(call, short)) for _ in range(2)
                ):
                    yield lead, one
                    return


def main():
    """Print each pattern that costs more than the square, with a text that shows it."""
    patterns = list_patterns()
    slow = {place: (given[0], next(find_slow(*given), None)) for given, place in patterns.items()}
    slow = {place: pair for place, pair in slow.items() if pair[1]}
    for place, (pattern, (lead, repeated)) in slow.items():
        print(f"{place}: {pattern!r} after {lead!r}, with {repeated!r} again and again")
    print(f"{len(patterns)} patterns, {len(slow)} cost more than the square of a text's length")


if __name__ == "__main__":
    main()
