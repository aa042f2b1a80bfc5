"""What `import capbuild` must not load, and what the public face must keep."""

import importlib
import pkgutil
import subprocess
import sys
import types

import pytest

import capbuild
from capbuild import _lazy

HEAVY = ("numpy", "cattrs", "pycountry", "click", "rich", "pluggy", "hypothesis", "attrs", "importlib.metadata")


def loaded_after(statement):
    code = f"{statement}; import sys; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_capbuild_loads_nothing_heavy():
    bare = loaded_after("pass")
    assert [name for name in HEAVY if name in loaded_after("import capbuild") - bare] == []


def test_a_country_costs_attrs_and_little_else():
    loaded = loaded_after("from capbuild import Country")
    assert "attrs" in loaded
    assert not {"numpy", "cattrs", "pycountry", "click", "pluggy", "capbuild.model.assessment"} & loaded


def test_reading_loads_neither_plans_nor_reports():
    loaded = loaded_after("from capbuild import read")
    assert "capbuild.io.reading" in loaded
    assert not {"numpy", "cattrs", "pycountry", "capbuild.model.assessment", "capbuild.model.plan"} & loaded
    assert not {"capbuild.io.writing", "capbuild.io.conversion", "capbuild.reports.model"} & loaded


def test_asking_the_plugins_loads_nothing_that_renders_plans_or_checks_documents():
    loaded = loaded_after("from capbuild.plugins import Host; assert Host().readers and Host().writers")
    assert {"capbuild.formats.csv_files.table", "capbuild_pdf", "capbuild_workbooks.writers"} <= loaded
    assert (
        not {"cattrs", "numpy", "capbuild.documents.converter", "capbuild.planning", "capbuild.reports.builder"}
        & loaded
    )
    assert not {"capbuild_pdf.render", "capbuild_docx.render", "capbuild_html.render"} & loaded
    assert "capbuild_workbooks.plan_workbook" not in loaded


def test_reading_a_table_imports_no_other_format_and_nothing_that_assesses_or_reports():
    loaded = loaded_after("import capbuild; capbuild.read(b'country,law\\nPeru,yes\\n', name='a.csv')")
    parsers = {"PIL", "docx", "fontTools", "lxml", "numpy", "openpyxl", "pandas", "polars", "pypdf", "pyreadstat"}
    assert not parsers & loaded
    later = ("advice", "planning", "tracking", "frameworks.bundled", "disclosure.control", "reports.builder")
    assert not {f"capbuild.{name}" for name in later} & loaded


def test_a_programme_opens_without_the_reports_and_the_search_for_plans():
    loaded = loaded_after("from capbuild import open_workspace")
    assert "capbuild.workspace.workspace" in loaded
    assert not {"capbuild.reports.builder", "capbuild.workspace.runs.runner", "capbuild.planning.replanning"} & loaded


def test_every_public_name_exists_and_is_listed_once():
    assert list(capbuild.__all__) == sorted(capbuild.__all__)
    for name in capbuild.__all__:
        assert getattr(capbuild, name) is not None


def test_no_submodule_takes_the_place_of_a_public_name():
    before = {name: getattr(capbuild, name) for name in capbuild.__all__}
    for info in pkgutil.walk_packages(capbuild.__path__, "capbuild."):
        if not info.name.startswith(("capbuild.testing", "capbuild.cli")):
            importlib.import_module(info.name)
    assert {name: getattr(capbuild, name) for name in capbuild.__all__} == before
    for package in ("io", "scoring", "workspace", "documents", "countries", "frameworks"):
        module = importlib.import_module(f"capbuild.{package}")
        for name in module.__all__:
            assert not isinstance(getattr(module, name), type(sys)), f"{package}.{name} is a module"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        capbuild.nonsense  # noqa: B018


def test_no_module_hides_a_public_name():
    """Importing a submodule puts it into its package: it must not be called like something the package offers."""
    names = [info.name for info in pkgutil.walk_packages(capbuild.__path__, "capbuild.") if "__main__" not in info.name]
    for name in names:
        importlib.import_module(name)
    hidden = [
        f"{name}.{public}"
        for name in ("capbuild", *names)
        for public in getattr(importlib.import_module(name), "__all__", ())
        if isinstance(getattr(importlib.import_module(name), public, None), types.ModuleType)
    ]
    assert hidden == [f"capbuild.testing.{part}" for part in ("contract", "strategies", "tables")]


def test_every_function_that_the_face_provides_exists():
    homes = _lazy._HOMES
    assert len(homes) > 5
    assert [name for name in homes if not callable(_lazy.provided(name))] == []
