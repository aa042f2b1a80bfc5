"""Python blocks of the README and the docs run; docstring examples, those of plugins too, give what they say."""

import doctest
import importlib
import logging
import pkgutil
import re
import shutil
from pathlib import Path
from types import ModuleType

import pytest

import capbuild
from tools.api_pages import write_api_pages
from tools.public_api import packages

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


#: A block of Python, and what the page says that it prints: whole lines, or the beginning of one before an ellipsis.
BLOCK = re.compile(
    r"^```python\n(.*?)^```\n(?:\nIt prints[^\n]*:\n\n```text\n(.*?)^```\n)?", flags=re.MULTILINE | re.DOTALL
)


def blocks(page):
    return BLOCK.findall(page.read_text("utf-8"))


def not_printed(told, printed):
    """Return the lines a page tells that were not printed, or not in that order."""
    left = iter(printed.splitlines())
    return [
        line
        for line in told.splitlines()
        if not any(one.startswith(line[:-1]) if line.endswith("…") else one == line for one in left)
    ]


@pytest.fixture
def _silent_again():
    """A page may show how to listen to the library: its handler must not outlive the page."""
    logger = logging.getLogger("capbuild")
    kept = logger.handlers[:]
    yield
    logger.handlers[:] = kept


@pytest.mark.usefixtures("_silent_again", "unchanged_folders_scored_once")
@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p)], ids=lambda p: p.relative_to(ROOT).as_posix())
def test_the_blocks_of_a_page_run_in_order(page, monkeypatch, capsys, tmp_path):
    results = shutil.ignore_patterns("out", "private")
    shutil.copytree(ROOT / "examples" / "americas-2015", tmp_path / "examples" / "americas-2015", ignore=results)
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "__docs__"}
    for block, told in blocks(page):
        exec(compile(block, page.name, "exec"), names)
        printed = capsys.readouterr().out
        assert "Traceback" not in printed
        assert not_printed(told, printed) == []


def test_what_a_page_tells_and_a_block_does_not_print_is_found():
    assert not_printed("one\nth…\n", "one\ntwo\nthree\n") == []
    assert not_printed("three\none\nfour\n", "one\ntwo\nthree\n") == ["one", "four"]
    text = "```python\nprint(1)\n```\n\nIt prints a figure:\n\n```text\n1\n```\n\n```python\nx = 2\n```\n"
    assert BLOCK.findall(text) == [("print(1)\n", "1\n"), ("x = 2\n", "")]


def _modules():
    """Names of the modules with examples, of the package and of every plugin."""
    for source in (ROOT / "src", *ROOT.glob("plugins/*/src"), *ROOT.glob("examples/plugins/*/src")):
        for path in source.rglob("*.py"):
            name = ".".join(path.relative_to(source).with_suffix("").parts).removesuffix(".__init__")
            if ">>>" in path.read_text("utf-8"):
                yield name


@pytest.mark.parametrize("name", sorted(_modules()))
def test_the_examples_of_a_module_give_what_they_say(name, monkeypatch):
    # For each example a debugger is made, which would look at every file that was ever imported.
    monkeypatch.setattr("linecache.checkcache", lambda _name=None: None)
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


def test_every_public_name_has_a_docstring():
    undocumented = []
    for package in ("capbuild", "capbuild.model", "capbuild.plugins", "capbuild.io", "capbuild.scoring"):
        module = importlib.import_module(package)
        for name in module.__all__:
            thing = getattr(module, name)
            if callable(thing) and not isinstance(thing, type(int | str)) and not (thing.__doc__ or "").strip():
                undocumented.append(f"{package}.{name}")
    assert undocumented == []


def test_every_name_of_the_package_is_on_the_first_page_of_the_reference():
    page = (ROOT / "docs" / "reference" / "api.md").read_text("utf-8")
    listed = {
        name.rpartition(".")[2] for name in re.findall(r"^\.\. (?:auto|py:)\w+:: (\S+)$", page, flags=re.MULTILINE)
    }
    assert set(capbuild.__all__) - {"__version__"} - listed == set()


def test_every_public_name_has_a_page_in_the_reference(tmp_path):
    described = write_api_pages(tmp_path)
    lacking = [f"{m.__name__}.{name}" for m in packages() for name in m.__all__ if name not in described]
    assert [name for name in lacking if not isinstance(pkgutil.resolve_name(name), ModuleType)] == []
    written = "\n".join(page.read_text("utf-8") for page in sorted(tmp_path.glob("*.md")))
    named = re.findall(r"^\.\. auto(?:class|exception|function):: (\S+)$", written, flags=re.MULTILINE)
    assert len(named) == len({name.rpartition(".")[2] for name in named}) > 100
    assert "autofunction:: capbuild.frames.to_polars" in written
    # Classes that nobody names but that public functions and members return, and libraries among the plugins.
    assert {"RunResult", "SurveyTally"} <= {name.rpartition(".")[2] for name in named}
    assert ".. automodule:: capbuild_index.describe" in written


def test_links_between_pages_lead_somewhere():
    broken = []
    for page in PAGES:
        targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        broken += [f"{page.relative_to(ROOT)}: {name}" for name in targets if not (page.parent / name).exists()]
    assert broken == []
