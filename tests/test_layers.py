"""Imports go to the same package or to a lower layer: never up, never sideways, absolute or relative."""

import ast
import re
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tools import public_api

SOURCE = Path(__file__).resolve().parents[1] / "src" / "capbuild"

LAYERS = {
    **dict.fromkeys(
        ("_lazy", "_version", "_slots", "_jsonpath", "origin", "errors", "_atomic", "_garbage", "escaping"), 0
    ),
    **dict.fromkeys(
        ("text", "frozen", "deprecation", "display", "_logs", "_terminal", "dates", "undefined", "checks", "_typed"), 0
    ),
    **dict.fromkeys(("model", "stats"), 1),
    **dict.fromkeys(("countries", "fieldwork", "scoring", "planning", "tables", "documents", "networks"), 2),
    # A change of values is split by scoring a round again: tracking stands on scoring.
    **dict.fromkeys(("advice", "plugins", "tracking"), 3),
    # Before anything is written, what an audience may not see is taken out of it.
    "disclosure": 4,
    **dict.fromkeys(("io", "formats", "reports", "frameworks"), 5),
    **dict.fromkeys(("_progress_bars", "charts", "_doctor", "frames", "notebook", "workspace"), 6),
    "__init__": 7,
    **dict.fromkeys(("cli", "testing"), 8),
    "__main__": 9,
}
#: Layer 0 has an order of its own: each of these may import those before it.
GROUND = (
    "_lazy",
    "_version",
    "deprecation",
    "_slots",
    "_jsonpath",
    "escaping",
    "origin",
    "errors",
    "_atomic",
    "_garbage",
    "frozen",
    "display",
    "undefined",
    "dates",
    "text",
    "checks",
    "_typed",
    "_logs",
    "_terminal",
)


def function_name(call):
    """Return the name of a called function, without its module or object."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def targets(tree, package):
    """Yield (line, dotted name) of every import of capbuild, as absolute names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name.split(".")
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base = base + (node.module.split(".") if node.module else [])
            if base == ["capbuild"]:
                for alias in node.names:
                    yield node.lineno, [*base, alias.name]
            else:
                yield node.lineno, base
        elif isinstance(node, ast.Call) and function_name(node) == "import_module":
            named = [one.value for one in node.args[:1] if isinstance(one, ast.Constant)]
            yield from ((node.lineno, name.split(".")) for name in named)
        elif isinstance(node, ast.Call) and function_name(node) == "provide":
            homes = ast.literal_eval(node.args[0])
            yield from ((node.lineno, home.partition(":")[0].split(".")) for home in homes.values())


def wrong_imports(path, text):
    relative = path.relative_to(SOURCE).with_suffix("")
    here = relative.parts[0]
    package = ["capbuild", *relative.parts[:-1]]
    for line, name in targets(ast.parse(text), package):
        if name[0] != "capbuild" or len(name) == 1:
            continue
        there = name[1] if name[1] in LAYERS else "__init__"
        if there == here:
            continue
        down = LAYERS[there] < LAYERS[here]
        if not LAYERS[here]:
            down = LAYERS[there] == 0 and GROUND.index(there) < GROUND.index(here)
        if not down:
            yield f"{relative}:{line}: {here} imports {there}"


def modules():
    return sorted([*SOURCE.rglob("*.py"), *SOURCE.rglob("*.pyi")])


def test_the_page_on_the_architecture_lists_the_layers_and_the_packages():
    page = (SOURCE.parents[1] / "docs" / "explanation" / "architecture.md").read_text("utf-8")
    told = {
        name.removeprefix("capbuild/"): int(layer)
        for layer, names in re.findall(r"^\| (\d) \| (`[^|]*`) \|", page, flags=re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", names)
    }
    assert told == LAYERS
    plugins = {path.name.removeprefix("capbuild-") for path in SOURCE.parents[1].glob("plugins/capbuild-*")}
    assert plugins <= set(re.findall(r"`(?:plugins/capbuild)?-([a-z]+)`", page))


def test_every_module_has_a_layer():
    assert {path.relative_to(SOURCE).with_suffix("").parts[0] for path in modules()} <= set(LAYERS)


def test_imports_go_down():
    # The face re-exports names of all layers below; type checkers read them there.
    found = {path.relative_to(SOURCE): list(wrong_imports(path, path.read_text("utf-8"))) for path in modules()}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("model/country.py", "from capbuild.scoring import assess"),
        ("model/country.py", "from ..scoring import assess"),
        ("model/country.py", "from capbuild import io"),
        ("scoring/assessment.py", "import capbuild.documents.converter"),
        ("formats/csv_files/table.py", "from ...io import read"),
        ("io/reading.py", "def f():\n    from capbuild.reports import build"),
        ("origin.py", "from capbuild.errors import ModelError"),
        ("display.py", "def f():\n    return import_module('capbuild.notebook').mimebundle"),
        ("model/score.py", "provide({'explain': 'capbuild.reports.explanation:explain'})"),
        ("workspace/runs/runner.py", "from capbuild import run"),
    ],
)
def test_the_test_finds_imports_up_and_sideways(place, line):
    assert len(list(wrong_imports(SOURCE / place, line))) == 1


def test_the_test_lets_imports_down_pass():
    assert list(wrong_imports(SOURCE / "workspace" / "runner.py", "from ..io.reading import read\nimport attrs")) == []


def imported(path, known):
    """Return the modules that a module imports anywhere: within functions, for type checkers alone, by a string."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    strings = {
        node.args[0].value
        for node in nodes
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith("import_module")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    named = {
        (f"{node.module}.{alias.name}", node.module)
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return {whole if whole in known else module for whole, module in named} | plain | strings


def circle(root):
    """Return modules that import each other in a circle; None where there is none."""
    known = {}
    for source in (root / "src", *root.glob("plugins/*/src")):
        known |= {".".join(path.relative_to(source).with_suffix("").parts): path for path in source.rglob("*.py")}
    graph = {name: imported(path, known) & known.keys() for name, path in known.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return None


def test_no_modules_import_each_other_in_a_circle():
    assert circle(SOURCE.parents[1]) is None


def test_the_test_finds_a_circle_that_closes_within_a_function(tmp_path):
    (tmp_path / "src" / "a").mkdir(parents=True)
    (tmp_path / "src" / "a" / "one.py").write_text("from a.two import f", "utf-8")
    (tmp_path / "src" / "a" / "two.py").write_text("def f():\n    from a import one", "utf-8")
    assert set(circle(tmp_path)) == {"a.one", "a.two"}
    (tmp_path / "src" / "a" / "two.py").write_text("if TYPE_CHECKING:\n    from a import one", "utf-8")
    assert set(circle(tmp_path)) == {"a.one", "a.two"}
    (tmp_path / "src" / "a" / "two.py").write_text("def f():\n    import_module('a.one')", "utf-8")
    assert set(circle(tmp_path)) == {"a.one", "a.two"}
    (tmp_path / "src" / "a" / "two.py").write_text("import attrs", "utf-8")
    assert circle(tmp_path) is None


def private_imports(text):
    """Yield names that code outside the core imports and no public package lists in `__all__`."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "capbuild" and not node.level:
            public = public_names().get(node.module, ())
            yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name not in public)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("capbuild."))


@cache
def public_names():
    return {module.__name__: frozenset(module.__all__) for module in public_api.packages()}


def test_plugins_of_this_project_use_what_others_can_use():
    paths = sorted(SOURCE.parents[1].glob("plugins/*/src/**/*.py"))
    found = {path.relative_to(path.parents[2]): list(private_imports(path.read_text("utf-8"))) for path in paths}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "line",
    [
        "from capbuild.formats.values.cells import Cell",
        "from capbuild import formats",
        "import capbuild.formats.values.cells",
    ],
)
def test_the_test_finds_a_private_import(line):
    assert len(list(private_imports(line))) == 1


def test_no_text_is_looked_for_among_members_of_a_class():
    """`text in Class` raises TypeError for an enum before Python 3.12: the text is looked for in `list(Class)`."""
    files = [*SOURCE.rglob("*.py"), *SOURCE.parents[1].glob("plugins/*/src/**/*.py")]
    nodes = [(file, node) for file in files for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    enums = {
        node.name
        for _, node in nodes
        if isinstance(node, ast.ClassDef) and any("Enum" in ast.unparse(base) for base in node.bases)
    }
    assert len(enums) > 50
    wrong = [
        f"{file}:{node.lineno}"
        for file, node in nodes
        if isinstance(node, ast.Compare)
        for operator, right in zip(node.ops, node.comparators, strict=True)
        if isinstance(operator, ast.In | ast.NotIn) and isinstance(right, ast.Name) and right.id in enums
    ]
    assert wrong == []
